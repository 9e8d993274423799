"""The page for who came second, or was overtaken by what happened meanwhile."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from families.services.households import ChangedMeanwhile
from matching.models import Proposal
from matching.services import offers, pairings, proposals

WHAT_HAPPENED = {
    proposals.NoPlaceFree: (
        _("No place is free any more"),
        _("Somebody was just before you. Nothing was changed. Choose another family."),
    ),
    proposals.NotWaiting: (
        _("This family is not waiting for a match"),
        _("Its request is not ready yet, or it is with a support family already."),
    ),
    proposals.OfferNotAvailable: (
        _("This support family is not available now"),
        _("That changed while you were looking. Choose another family."),
    ),
    proposals.PairExcluded: (
        _("These two are not proposed to each other"),
        _("Somebody said that they are not suitable. You can take that back."),
    ),
    Proposal.DoesNotExist: (
        _("These two do not fit any more"),
        _("That changed while you were looking. Choose another family."),
    ),
    proposals.ProposalClosed: (
        _("This proposal is closed"),
        _("Somebody decided on it before you. Nothing was changed."),
    ),
    proposals.NotBothYes: (
        _("Not both families have said yes"),
        _("Record both answers first. Then the pairing can start."),
    ),
    offers.StillGoingOn: (
        _("Something still runs with this family"),
        _("First round off the pairing or take the proposal back. Nothing changed."),
    ),
    pairings.ChildAlreadyThere: (
        _("A child already goes to this family"),
        _("Look at the pairing that runs. Nothing was changed."),
    ),
    ChangedMeanwhile: (
        _("This was changed meanwhile"),
        _("Nothing was changed by you. Look how it stands now."),
    ),
    pairings.StepNotPossible: (
        _("This step was taken already"),
        _("Somebody was just before you. Look where the pairing stands now."),
    ),
}


def conflict(
    request: HttpRequest, fact: Exception, back: str, reference: str, *, why: str = ""
) -> HttpResponse:
    """Says with status 409 what happened meanwhile, and where to go on."""
    title, text = WHAT_HAPPENED[type(fact)]
    context = {
        "conflict_title": title,
        "text": text,
        "why": why,
        "back_url": reverse(back, args=[reference]),
    }
    return render(request, "matching/conflict.html", context, status=409)

"""The page for who came second, or was overtaken by what happened meanwhile."""

from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from families.models import AuditEvent, SupportOffer
from families.services.households import ChangedMeanwhile, NotPossibleNow
from matching.models import Proposal
from matching.proposing.meeting import Hindrance
from matching.services import asking, lessons, meeting, offers, pairings, proposals

WHAT_HAPPENED = {
    proposals.NoPlaceFree: (
        _("No place is free any more"),
        _("Somebody was just before you. Nothing was changed. Choose another family."),
    ),
    proposals.AlreadyProposed: (
        _("These two were just proposed to each other"),
        _("Somebody was just before you. Nothing was changed. Go on from there."),
    ),
    asking.AlreadyAsked: (
        _("This family was asked already"),
        _("Somebody was just before you. Nothing was sent a second time."),
    ),
    asking.CannotBeMailed: (
        _("This family cannot be sent a link"),
        _("Nobody of it can be written to now. Ask them in another way."),
    ),
    lessons.AlreadyDecided: (
        _("This was decided already"),
        _("Somebody was just before you. Look what they chose."),
    ),
    lessons.NotDeclined: (
        _("Nobody said no to this proposal"),
        _("So there is nothing to learn from it."),
    ),
    lessons.ValueMoved: (
        _("This wish was changed after that"),
        _("It is not what you made of it any more, so it stays as it is now."),
    ),
    NotPossibleNow: (
        _("That is not possible now"),
        _("The support family stopped, or does not pause any more."),
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
    meeting.NotAgreedToMeet: (
        _("Not both families agreed to be introduced"),
        _("We tell nobody who they are without their yes. Nothing was changed."),
    ),
    meeting.ChildSaysNo: (
        _("A child does not want this"),
        _("From 12 years on a child says so itself. Nothing was changed."),
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
    request: HttpRequest,
    fact: Exception,
    back: str,
    reference: str,
    *,
    why: str = "",
    about: Proposal | SupportOffer | None = None,
    hindrances: Sequence[Hindrance] = (),
) -> HttpResponse:
    """Says with status 409 what happened meanwhile, and where to go on.

    Args:
        request: of who came second.
        fact: what happened, one of `WHAT_HAPPENED`.
        back: name of the page to go on from.
        reference: of what that page is about.
        why: the reason, where there is one to tell.
        about: of what the last change is told, with the colleague and the time.
        hindrances: what is to be done first.
    """
    title, text = WHAT_HAPPENED[type(fact)]
    context = {
        "conflict_title": title,
        "text": text,
        "why": why,
        "hindrances": hindrances,
        "last": _last_change(about) if about else None,
        "back_url": reverse(back, args=[reference]),
    }
    return render(request, "matching/conflict.html", context, status=409)


def _last_change(about: Proposal | SupportOffer) -> AuditEvent | None:
    """Who changed it last, and when: a colleague by name, a family not."""
    references = {about.reference}
    if isinstance(about, SupportOffer):
        # What became of an offer shows in the proposals that hold its places.
        of_offer = Proposal.objects.filter(offer__family=about.family_id)
        references |= set(of_offer.values_list("reference", flat=True))
    changes = AuditEvent.objects.filter(
        object_reference__in=references,
        verb__in=(AuditEvent.Verb.CREATED, AuditEvent.Verb.CHANGED),
    )
    return changes.select_related("actor").order_by("at", "pk").last()

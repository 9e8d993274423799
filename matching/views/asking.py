"""Asking a family of a proposal that stands, the text for it, and taking it back."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from families.services.households import ChangedMeanwhile
from matching.models import Proposal
from matching.services import asking, proposals
from matching.services.proposals import SIDES, household_of
from matching.views.conflicts import conflict
from matching.views.proposal_page import (
    ask_form,
    show,
    tell_what_comes,
    visible_proposal,
)
from matching.wording.names import Names


@require_POST
def proposal_ask(request: HttpRequest, reference: str) -> HttpResponse:
    """Asks the family whose turn it is, with the text as it was sent along."""
    proposal = visible_proposal(request, reference)
    side = _own_side(request, proposal)
    back = ("matching:proposal-detail", reference)
    form = ask_form(request, proposal, side, request.POST)
    if form is None:
        fact: Exception = (
            proposals.ProposalClosed()
            if proposal.closed_on
            else asking.AlreadyAsked(reference)
        )
        return conflict(request, fact, *back, about=proposal)
    if not form.is_valid():
        return show(request, proposal, asks={side: form}, form=form)
    given = form.cleaned_data
    try:
        asked = asking.ask(
            proposal,
            asking.Asking(side, given["way"], given["text"]),
            hold_until=given["hold_until"],
            row_version=given["row_version"],
            at=timezone.now(),
            on=timezone.localdate(),
            by=request.user,
        )
    except (
        ChangedMeanwhile,
        asking.AlreadyAsked,
        asking.CannotBeMailed,
        proposals.NoPlaceFree,
        proposals.ProposalClosed,
    ) as fact:
        return conflict(request, fact, *back, about=proposal)
    return tell_what_comes(request, asked)


@require_POST
def proposal_text(request: HttpRequest, reference: str) -> HttpResponse:
    """The text with a link to answer, to copy; a new link each time it is asked for."""
    proposal = visible_proposal(request, reference)
    side, now = _own_side(request, proposal), timezone.now()
    try:
        url = asking.new_link(
            proposal, side, at=now, on=timezone.localdate(), by=request.user
        )
    except (
        asking.AlreadyAsked,
        asking.CannotBeMailed,
        proposals.ProposalClosed,
    ) as fact:
        back = ("matching:proposal-detail", reference)
        return conflict(request, fact, *back, about=proposal)
    context = {
        "proposal": proposal,
        "text": getattr(proposal, f"{side}_text"),
        "url": url,
        "coordinator": request.user.coordinator,
        "first_name": request.user.first_name,
        "works_until": asking.last_day_of_link(proposal, at=now),
        "section": "pairings",
    }
    response = render(request, "matching/proposal_text.html", context)
    response.headers["Cache-Control"] = "no-store"
    return response


@require_POST
def proposal_undo(request: HttpRequest, reference: str) -> HttpResponse:
    """Takes back what was sent a moment ago; after that it says how else."""
    proposal = visible_proposal(request, reference)
    side = asking.asked_last(proposal)
    if side and not Names(request.user).knows(household_of(proposal, side)):
        raise Http404
    try:
        undone = asking.take_back_asking(
            proposal, at=timezone.now(), on=timezone.localdate(), by=request.user
        )
    except asking.TooLate:
        messages.warning(
            request,
            _(
                "It has been sent. You can take the proposal back below: then call the"
                " family yourself."
            ),
        )
        return redirect(proposal)
    except proposals.ProposalClosed:
        messages.info(request, _("This proposal was closed already."))
        return redirect(proposal)
    if undone.outcome == Proposal.Outcome.WITHDRAWN:
        messages.success(request, _("Taken back: nobody was asked anything."))
        return redirect("matching:bench", proposal.request.reference)
    messages.success(request, _("Taken back: this family was not asked."))
    return redirect(proposal)


def _own_side(request: HttpRequest, proposal: Proposal) -> str:
    """The side that was named, of a family that the coordinator knows."""
    side = request.POST.get("side", "")
    if side not in SIDES:
        raise Http404
    if not Names(request.user).knows(household_of(proposal, side)):
        raise Http404
    return side

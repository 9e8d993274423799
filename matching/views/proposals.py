"""Making a proposal, what both families said, and taking it back."""

import datetime as dt
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from families.models import SupportOffer, SupportRequest
from families.services.households import ChangedMeanwhile
from matching import words
from matching.forms import AnswerForm, ProposeForm, WithdrawForm
from matching.models import Pairing, Proposal
from matching.pipeline import (
    COORDINATORS,
    HOUSEHOLDS,
    both_yes,
    heads,
    proposal_line,
    reasons_seen,
    turn,
)
from matching.services import pairings, proposals
from matching.services.screening import adults_without_vog
from matching.views.conflicts import conflict
from matching.workbench import check_pair, may_be_proposed_by

SIDES = ("support", "request")


@require_http_methods(["GET", "HEAD", "POST"])
def proposal_create(request: HttpRequest, reference: str, offer: str) -> HttpResponse:
    """Shows what the support family will hear, and writes the proposal down."""
    support_request, support_offer = _pair(request, reference, offer)
    today = timezone.localdate()
    form = ProposeForm(
        request.POST if request.method == "POST" else None,
        today=today,
        initial={"hold_until": proposals.answer_by(request.user.coordinator, today)},
    )
    checked = check_pair(support_request, support_offer, user=request.user, on=today)
    if form.is_valid():
        return _propose(request, support_request, support_offer, checked, form)
    context = {
        "form": form,
        "support_request": support_request,
        "request_name": words.family_name(support_request.family.household),
        "checked": checked,
        "without_vog": words.names_of(
            adults_without_vog(support_offer.family, on=today)
        ),
        "heard": words.heard_by_support_family(
            support_request, distance_km=checked.distance_km, on=today
        ),
    }
    status = 422 if form.errors else 200
    return render(request, "matching/proposal_create.html", context, status=status)


def _propose(request, support_request, support_offer, checked, form) -> HttpResponse:
    """Writes the proposal down; a second submit of the same form finds the first."""
    back = ("matching:bench", support_request.reference)
    open_before = Proposal.objects.open().filter(
        request=support_request, offer=support_offer
    )
    try:
        if checked.proposal is None:
            proposal = open_before.get()
        else:
            proposal = proposals.propose(
                checked.proposal,
                hold_until=form.cleaned_data["hold_until"],
                on=timezone.localdate(),
                by=request.user,
            )
    except proposals.AlreadyProposed as already:
        proposal = already.proposal
    except (
        Proposal.DoesNotExist,
        proposals.NotWaiting,
        proposals.OfferNotAvailable,
        proposals.PairExcluded,
        proposals.NoPlaceFree,
    ) as fact:
        return conflict(request, fact, *back, why=checked.why_not)
    messages.success(request, _("The proposal is recorded."))
    return redirect(proposal)


@require_http_methods(["GET", "HEAD", "POST"])
def proposal_detail(request: HttpRequest, reference: str) -> HttpResponse:
    """What both families said; each answer is recorded here, in any order."""
    proposal = _visible(request, reference)
    forms = _answer_forms(request, proposal)
    sent = request.POST.get("side", "")
    form = forms.get(sent)
    if form and form.is_valid():
        try:
            return _record(request, proposal, sent, form)
        except ChangedMeanwhile:
            form.tell_stale()
    return _show(request, proposal, forms, form)


def _record(request, proposal, side: str, form: AnswerForm) -> HttpResponse:
    answer = dict(form.cleaned_data)
    try:
        recorded = proposals.record_answer(
            proposal,
            side=side,
            yes=answer.pop("answer") == "yes",
            **answer,
            row_version=form.current_version,
            at=timezone.now(),
            on=timezone.localdate(),
            by=request.user,
        )
    except proposals.ProposalClosed as fact:
        return conflict(request, fact, "matching:proposal-detail", proposal.reference)
    if recorded.closed_on:
        messages.success(request, _("The proposal is closed. They wait again."))
        return redirect("matching:bench", proposal.request.reference)
    messages.success(request, _("The answer is recorded."))
    return redirect(proposal)


@require_http_methods(["GET", "HEAD", "POST"])
def proposal_withdraw(request: HttpRequest, reference: str) -> HttpResponse:
    """Asks first, then takes the proposal back."""
    proposal = _visible(request, reference)
    form = WithdrawForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            proposals.withdraw(
                proposal,
                **form.cleaned_data,
                at=timezone.now(),
                on=timezone.localdate(),
                by=request.user,
            )
        except proposals.ProposalClosed as fact:
            return conflict(
                request, fact, "matching:proposal-detail", proposal.reference
            )
        messages.success(request, _("The proposal is taken back."))
        return redirect("matching:pairing-list")
    request_head, support_head = heads(proposal, request.user, told=both_yes(proposal))
    context = {
        "form": form,
        "proposal": proposal,
        "request_head": request_head,
        "support_head": support_head,
        "section": "pairings",
    }
    status = 422 if form.errors else 200
    return render(request, "matching/proposal_withdraw.html", context, status=status)


@require_POST
def pairing_start(request: HttpRequest, reference: str) -> HttpResponse:
    """Brings the families together; who comes too late gets a clear page."""
    proposal = _visible(request, reference)
    try:
        pairing = pairings.start_pairing(
            proposal,
            at=timezone.now(),
            on=timezone.localdate(),
            by=request.user,
            lead=request.user.coordinator,
        )
    except proposals.ProposalClosed as fact:
        started = Pairing.objects.filter(proposal=proposal).first()
        if started:
            return redirect(started)
        return conflict(request, fact, "matching:proposal-detail", proposal.reference)
    except (
        proposals.NoPlaceFree,
        proposals.NotBothYes,
        proposals.OfferNotAvailable,
        pairings.ChildAlreadyThere,
    ) as fact:
        return conflict(request, fact, "matching:proposal-detail", proposal.reference)
    messages.success(request, _("The pairing has started. Plan the introduction."))
    return redirect(pairing)


def _pair(
    request: HttpRequest, reference: str, offer: str
) -> tuple[SupportRequest, SupportOffer]:
    """An own request and an offer that may be shown with it; else not found."""
    path = ("family__household__municipality", "family__household__coordinator")
    return (
        get_object_or_404(
            SupportRequest.objects.visible_to(request.user).select_related(*path),
            reference=reference,
        ),
        get_object_or_404(
            may_be_proposed_by(request.user).select_related(*path),
            reference=offer,
        ),
    )


def _visible(request: HttpRequest, reference: str) -> Proposal:
    visible = Proposal.objects.visible_to(request.user)
    related = visible.select_related(*HOUSEHOLDS, *COORDINATORS, "rules", "pairing")
    return get_object_or_404(related, reference=reference)


def _answer_forms(request: HttpRequest, proposal: Proposal) -> dict[str, AnswerForm]:
    """A form for each family whose coordinator is asking; none once it is closed."""
    if proposal.closed_on:
        return {}
    today = timezone.localdate()
    own = set(request.user.municipalities().values_list("pk", flat=True))
    forms = {}
    for side in SIDES:
        family = proposal.offer.family if side == "support" else proposal.request.family
        if family.household.municipality_id not in own:
            continue
        forms[side] = AnswerForm(
            request.POST if request.POST.get("side") == side else None,
            auto_id=f"{side}_%s",
            initial=_said(proposal, side, today),
            made_on=proposal.made_on,
            side=side,
            today=today,
            row_version=proposal.row_version,
        )
    return forms


def _said(proposal: Proposal, side: str, today: dt.date) -> dict[str, Any]:
    answer = getattr(proposal, f"{side}_answer")
    return {
        "answer": "" if answer == Proposal.Answer.WAITING else answer,
        "discussed_on": getattr(proposal, f"{side}_answered_on") or today,
    }


def _show(request, proposal, forms, form) -> HttpResponse:
    told = both_yes(proposal)
    request_head, support_head = heads(proposal, request.user, told=told)
    context = {
        "proposal": proposal,
        "sides": [
            (support_head, forms.get("support"), proposal.support_answer),
            (request_head, forms.get("request"), proposal.request_answer),
        ],
        "request_head": request_head,
        "support_head": support_head,
        "both_yes": told,
        "without_vog": words.names_of(
            adults_without_vog(proposal.offer.family, on=timezone.localdate())
        )
        if told and not proposal.closed_on
        else "",
        "turn": turn(proposal),
        "line": "" if proposal.closed_on else proposal_line(proposal),
        "reasons": [(one.sign, one.text) for one in reasons_seen(proposal)],
        "form": form,
        "section": "pairings",
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "matching/proposal_detail.html", context, status=status)

"""Making a proposal, what both families said, and taking it back."""

from functools import partial

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from families.models import SupportOffer, SupportRequest
from families.services.households import ChangedMeanwhile
from matching.bench.workbench import Checked, check_pair
from matching.forms import AnswerForm, ProposeForm, WithdrawForm
from matching.models import Pairing, Proposal
from matching.proposing.drafts import Draft, not_by_mail
from matching.proposing.meeting import Hindrance, hindrances
from matching.proposing.pipeline import heads
from matching.services import asking, pairings, proposals
from matching.services.meeting import ChildSaysNo, NotAgreedToMeet
from matching.services.screening import adults_without_vog
from matching.views.conflicts import conflict
from matching.views.proposal_page import (
    answer_forms,
    show,
    tell_what_comes,
    visible_proposal,
)
from matching.views.scope import visible_offer, visible_request
from matching.wording import words
from matching.wording.names import Names


@require_http_methods(["GET", "HEAD", "POST"])
def proposal_create(request: HttpRequest, reference: str, offer: str) -> HttpResponse:
    """Shows what the first family will read, and asks it."""
    support_request = visible_request(request, reference)
    support_offer = visible_offer(request, offer)
    today = timezone.localdate()
    checked = check_pair(support_request, support_offer, user=request.user, on=today)
    form = _propose_form(request, support_request, support_offer, checked)
    if form.is_valid():
        return _propose(request, support_request, support_offer, checked, form)
    context = {
        "form": form,
        "support_request": support_request,
        "request_name": words.family_name(support_request.family.household),
        "checked": checked,
        "colleague": support_offer.family.household.coordinator,
        "without_vog": words.names_of(
            adults_without_vog(support_offer.family, on=today)
        ),
    }
    status = 422 if form.errors else 200
    return render(request, "matching/proposal_create.html", context, status=status)


def _propose_form(
    request: HttpRequest,
    support_request: SupportRequest,
    support_offer: SupportOffer,
    checked: Checked,
) -> ProposeForm:
    today = timezone.localdate()
    names = Names(request.user)
    asked = support_request.family.household
    offered = support_offer.family.household
    moments = checked.card.moments if checked.card else None
    draft = Draft(support_request, support_offer, moments, checked.distance_km, today)
    closed = {
        "support": not_by_mail(offered, names.support(offered), on=today),
        "request": not_by_mail(asked, names.request(asked), on=today),
    }
    way = Proposal.Way.TELEPHONE if closed["support"] else Proposal.Way.MAIL
    return ProposeForm(
        request.POST if request.method == "POST" else None,
        today=today,
        asks=names.knows(offered),
        check=partial(draft.check, names=names),
        not_by_mail=closed,
        initial={
            "way": way,
            "hold_until": proposals.answer_by(request.user.coordinator, today),
            "support_text": draft.text("support"),
            "request_text": draft.text("request"),
        },
    )


def _propose(request, support_request, support_offer, checked, form) -> HttpResponse:
    """Writes the proposal down; a second submit of the same form finds the first."""
    back = ("matching:bench", support_request.reference)
    if checked.proposal is None:
        pair = {"request": support_request, "offer": support_offer}
        same = Proposal.objects.open().filter(**pair).first()
        if same:
            return _made_before(request, proposals.AlreadyProposed(same))
        gone = Proposal.DoesNotExist()
        why = checked.why_not
        return conflict(request, gone, *back, why=why, about=support_offer)
    try:
        proposal = _write_down(checked.proposal, form, by=request.user)
    except proposals.AlreadyProposed as already:
        return _made_before(request, already)
    except (
        asking.CannotBeMailed,
        proposals.NotWaiting,
        proposals.OfferNotAvailable,
        proposals.PairExcluded,
        proposals.NoPlaceFree,
    ) as fact:
        return conflict(request, fact, *back, about=support_offer)
    return tell_what_comes(request, proposal)


def _made_before(request, already: proposals.AlreadyProposed) -> HttpResponse:
    """A second press leads to the proposal; a colleague's proposal is told first."""
    proposal = already.proposal
    if proposal.made_by_id == request.user.pk:
        return tell_what_comes(request, proposal)
    there = ("matching:proposal-detail", proposal.reference)
    return conflict(request, already, *there, about=proposal)


def _write_down(proposal: Proposal, form: ProposeForm, *, by) -> Proposal:
    given = form.cleaned_data
    today = timezone.localdate()
    proposal.support_text = given["support_text"]
    proposal.request_text = given["request_text"]
    if "way" not in given:
        return proposals.propose(
            proposal, hold_until=given["hold_until"], on=today, by=by
        )
    first = given["first"]
    return asking.propose_and_ask(
        proposal,
        asking.Asking(first, given["way"], given[f"{first}_text"]),
        hold_until=given["hold_until"],
        at=timezone.now(),
        on=today,
        by=by,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def proposal_detail(request: HttpRequest, reference: str) -> HttpResponse:
    """What both families said; each answer is recorded here, in any order."""
    proposal = visible_proposal(request, reference)
    forms = answer_forms(request, proposal)
    sent = request.POST.get("side", "")
    form = forms.get(sent)
    if form and form.is_valid():
        try:
            return _record(request, proposal, sent, form)
        except ChangedMeanwhile:
            form.tell_stale()
    return show(request, proposal, answers=forms, form=form)


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
        back = ("matching:proposal-detail", proposal.reference)
        return conflict(request, fact, *back, about=proposal)
    if recorded.closed_on:
        messages.success(request, _("The proposal is closed. They wait again."))
    else:
        messages.success(request, _("The answer is recorded."))
    return redirect(proposal)


@require_http_methods(["GET", "HEAD", "POST"])
def proposal_withdraw(request: HttpRequest, reference: str) -> HttpResponse:
    """Asks first, then takes the proposal back."""
    proposal = visible_proposal(request, reference)
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
            back = ("matching:proposal-detail", proposal.reference)
            return conflict(request, fact, *back, about=proposal)
        messages.success(request, _("The proposal is taken back."))
        return redirect("matching:pairing-list")
    request_head, support_head = heads(proposal, request.user, told=False)
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
    proposal = visible_proposal(request, reference)
    back = ("matching:proposal-detail", proposal.reference)
    try:
        pairing = pairings.start_pairing(
            proposal,
            at=timezone.now(),
            on=timezone.localdate(),
            by=request.user,
            lead=request.user.coordinator,
        )
    except proposals.ProposalClosed as fact:
        started = Pairing.objects.visible_to(request.user).filter(proposal=proposal)
        if pairing := started.first():
            return redirect(pairing)
        return conflict(request, fact, *back, about=proposal)
    except (proposals.NoPlaceFree, proposals.OfferNotAvailable) as fact:
        return conflict(request, fact, *back, about=proposal.offer)
    except (proposals.NotBothYes, pairings.ChildAlreadyThere) as fact:
        return conflict(request, fact, *back)
    except (NotAgreedToMeet, ChildSaysNo) as fact:
        return conflict(request, fact, *back, hindrances=_first(request, proposal))
    messages.success(request, _("The pairing has started. Plan the introduction."))
    return redirect(pairing)


def _first(request: HttpRequest, proposal: Proposal) -> list[Hindrance]:
    """What is to be done before these families meet."""
    names = Names(request.user)
    pair = (proposal.request, proposal.offer)
    return hindrances(*pair, names, on=timezone.localdate())

"""Evaluations of a pairing, as its coordinators see them.

Who guides the pairing sees both sides at once; a colleague across the border asks and
reads the own family only.
"""

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from agreements import services
from agreements.forms import HeardForm, OutcomeForm, StartForm
from agreements.history import History, first_names
from agreements.models import Baseline, Confirmation, Evaluation, EvaluationAnswers
from agreements.services import evaluations
from agreements.services.evaluations import Said
from agreements.shown.answered import (
    Heard,
    heard,
    own_answers,
    side_by_side,
    what_stands_out,
)
from agreements.shown.sent import Sent, seconds_left
from agreements.shown.sides import SIDES, sides_read_by
from agreements.views.asking import SEEN_ONCE
from agreements.views.scope import context_of, history_or_404, show
from families.models import AccessLink
from matching.models import Pairing
from matching.services.asking import who_can_be_mailed

Side = Confirmation.Side
Outcome = Evaluation.Outcome
NEXT_STEP = {
    Outcome.GO_ON: "agreements:evaluation-list",
    Outcome.CHANGE: "agreements:agreement-change",
    Outcome.PAUSE: "agreements:pause-list",
    Outcome.END: "agreements:pairing-end",
}
ANSWERS = (*Said.__dataclass_fields__, "channel", "answered_on")
OUTCOME = ("outcome", "outcome_text")


@require_http_methods(["GET", "HEAD", "POST"])
def evaluation_list(request: HttpRequest, reference: str) -> HttpResponse:
    """All evaluations of a pairing, and the start of the next one."""
    history = history_or_404(request, reference)
    pairing, today = history.pairing, timezone.localdate()
    found = Evaluation.objects.visible_to(request.user).filter(pairing=pairing)
    form = StartForm(
        request.POST if request.method == "POST" else None,
        today=today,
        initial=_usual_start(pairing, today),
    )
    if form.is_valid():
        known = {"at": timezone.now(), "by": request.user}
        try:
            started = evaluations.start(pairing, **form.cleaned_data, **known)
        except evaluations.EvaluationIsOpen as refused:
            messages.info(request, str(refused.message))
            return redirect(found.open().select_related("pairing").get())
        except services.Refused as refused:
            form.add_error("due_on", refused.message)
        else:
            messages.success(request, _("The evaluation has started. Ask both."))
            return redirect(started)
    answers = EvaluationAnswers.objects.order_by("side")
    listed = list(
        found.order_by("-started_at", "-pk")
        .select_related("pairing", "closed_by")
        .prefetch_related(Prefetch("answers", answers))
    )
    is_open = any(one.closed_on is None for one in listed)
    context = context_of(history, form=form, listed=listed, is_open=is_open)
    return show(request, "evaluation_list.html", context, form)


@require_safe
def evaluation_detail(
    request: HttpRequest, reference: str, evaluation: str
) -> HttpResponse:
    """What the families said, what stands out, and the outcome."""
    history, found = _found(request, reference, evaluation)
    return _show(request, history, found, _outcome_form(request, found))


@require_POST
def evaluation_ask(
    request: HttpRequest, reference: str, evaluation: str, side: str
) -> HttpResponse:
    """Mails one family its link."""
    _history, found = _found(request, reference, evaluation)
    try:
        evaluations.ask_by_mail(
            found,
            _side(request, found, side),
            row_version=_row_version(request),
            at=timezone.now(),
            on=timezone.localdate(),
            by=request.user,
        )
    except services.Refused as refused:
        messages.warning(request, str(refused.message))
    # That it was sent the page says itself, with the way to take it back.
    return redirect(found)


@require_POST
def evaluation_unask(
    request: HttpRequest, reference: str, evaluation: str, side: str
) -> HttpResponse:
    """Takes a mail back that was sent a moment ago."""
    _history, found = _found(request, reference, evaluation)
    which = _side(request, found, side)
    try:
        evaluations.take_back_asking(found, which, at=timezone.now(), by=request.user)
    except services.Refused as refused:
        messages.warning(request, str(refused.message))
    else:
        messages.success(request, _("Taken back: this family was not asked."))
    return redirect(found)


@require_http_methods(["GET", "HEAD", "POST"])
def evaluation_text(
    request: HttpRequest, reference: str, evaluation: str, side: str
) -> HttpResponse:
    """A text with a link to copy; a new link each time it is asked for."""
    history, found = _found(request, reference, evaluation)
    if request.method != "POST":
        _side(request, found, side)
        messages.warning(request, SEEN_ONCE)
        return redirect(found)
    now, today = timezone.now(), timezone.localdate()
    by = request.user
    try:
        which = _side(request, found, side)
        url = evaluations.new_link(found, which, at=now, on=today, by=by)
    except services.Refused as refused:
        messages.warning(request, str(refused.message))
        return redirect(found)
    context = context_of(
        history,
        evaluation=found,
        url=url,
        works_until=evaluations.last_day_of_link(at=now),
        coordinator=by.coordinator if by.is_coordinator else None,
        first_name=by.name.split()[0],
    )
    response = show(request, "evaluation_text.html", context, None)
    response.headers["Cache-Control"] = "no-store"
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def evaluation_answers(
    request: HttpRequest, reference: str, evaluation: str, side: str
) -> HttpResponse:
    """The questions, to ask by telephone or during a visit."""
    history, found = _found(request, reference, evaluation)
    which, today = _side(request, found, side), timezone.localdate()
    own = EvaluationAnswers.objects.visible_to(request.user)
    written = own.filter(evaluation=found, side=which).first()
    values = _values(written, ANSWERS)
    form = HeardForm(
        request.POST if request.method == "POST" else None,
        side=which,
        children=first_names(evaluations.children_of(found)).values(),
        today=today,
        row_version=found.row_version,
        initial=values or {"answered_on": today, "channel": HeardForm.USUAL},
    )
    if form.is_valid():
        _try(
            form,
            evaluations.record_answers,
            found,
            which,
            form.said(),
            channel=form.cleaned_data["channel"],
            answered_on=form.cleaned_data["answered_on"],
            row_version=form.current_version,
            at=timezone.now(),
            by=request.user,
        )
    if form.is_bound and (not form.errors or form.is_sent_again(values)):
        messages.success(request, _("The answers are written down."))
        return redirect(found)
    family = _heard(request, history, found)[which]
    context = context_of(
        history, evaluation=found, form=form, family=family, rows=own_answers(family)
    )
    return show(request, "evaluation_answers.html", context, form)


@require_POST
def evaluation_close(
    request: HttpRequest, reference: str, evaluation: str
) -> HttpResponse:
    """Writes the outcome down and leads on to the step that follows from it."""
    history, found = _found(request, reference, evaluation)
    form = _outcome_form(request, found, request.POST)
    # Words that somebody may not read stay as they are.
    says = {"outcome_text": found.outcome_text}
    if form.is_valid():
        _try(
            form,
            evaluations.close,
            found,
            **says | form.cleaned_data,
            row_version=form.current_version,
            at=timezone.now(),
            on=timezone.localdate(),
            by=request.user,
        )
    if not form.errors or form.is_sent_again(_values(found, form.says)):
        messages.success(request, _("The outcome is written down."))
        return redirect(next_step(found.pairing, form.cleaned_data["outcome"]))
    return _show(request, history, found, form)


@require_POST
def evaluation_reopen(
    request: HttpRequest, reference: str, evaluation: str
) -> HttpResponse:
    """Takes the outcome of today back."""
    _history, found = _found(request, reference, evaluation)
    try:
        evaluations.reopen(
            found,
            row_version=_row_version(request),
            on=timezone.localdate(),
            by=request.user,
        )
    except services.Refused as refused:
        messages.warning(request, str(refused.message))
    else:
        messages.success(request, _("The evaluation is open again."))
    return redirect(found)


def next_step(pairing: Pairing, outcome: str) -> str:
    """The address of the page that an outcome leads to."""
    return reverse(NEXT_STEP[outcome], args=[pairing.reference])


@dataclass(frozen=True)
class AskedFamily:
    """One family on the page: how it can be asked, and what was sent.

    Attributes:
        word: how addresses name its side.
        link: the last one that was made.
    """

    word: str
    heard: Heard
    link: AccessLink | None
    can_be_mailed: bool


def _show(
    request: HttpRequest, history: History, evaluation: Evaluation, form: OutcomeForm
) -> HttpResponse:
    today = timezone.localdate()
    both = _heard(request, history, evaluation)
    links = evaluations.last_links(evaluation)
    families = [
        AskedFamily(
            word,
            both[side],
            links.get(side),
            who_can_be_mailed(evaluations.household_of(evaluation, side), on=today)
            is not None,
        )
        for word, side in SIDES.items()
    ]
    request_side, support_side = both[Side.REQUEST], both[Side.SUPPORT]
    read = [one for one in both.values() if one.may_read]
    closed = evaluation.closed_on is not None
    to_ask = [one for one in families if not closed and not one.heard.answered]
    context = context_of(
        history,
        evaluation=evaluation,
        form=form,
        to_ask=to_ask,
        asked=[one for one in families if one not in to_ask],
        waits_for=[one.name for one in both.values() if not one.answered],
        reads_both=len(read) == len(both),
        read=read,
        rows=side_by_side(request_side, support_side)
        if any(one.now for one in read)
        else [],
        stands_out=what_stands_out(request_side, support_side),
        next_url=next_step(history.pairing, evaluation.outcome) if closed else "",
        closed_today=evaluation.closed_on == today,
        sent=_just_sent(evaluation, [one for one in to_ask if one.heard.may_read]),
    )
    return show(request, "evaluation_detail.html", context, form)


def _just_sent(evaluation: Evaluation, families: list[AskedFamily]) -> list[Sent]:
    """The mails to these families that can still be taken back."""
    if not families:
        return []
    now, mails = timezone.now(), evaluations.last_mails(evaluation)
    args = [evaluation.pairing.reference, evaluation.reference]
    return [
        Sent(
            capfirst(one.heard.name),
            mailed.until,
            seconds_left(mailed.until, at=now),
            reverse("agreements:evaluation-unask", args=[*args, one.word]),
        )
        for one in families
        if (mailed := mails.get(one.heard.side)) is not None and mailed.until > now
    ]


def _found(
    request: HttpRequest, reference: str, evaluation: str
) -> tuple[History, Evaluation]:
    """The evaluation with the history of its pairing, if the user may see it."""
    history = history_or_404(request, reference)
    visible = Evaluation.objects.visible_to(request.user).select_related("closed_by")
    found = get_object_or_404(visible, pairing=history.pairing, reference=evaluation)
    found.pairing = history.pairing
    return history, found


def _heard(
    request: HttpRequest, history: History, evaluation: Evaluation
) -> dict[str, Heard]:
    """What each family said, this time and before, as far as the user may read it."""
    pairing = history.pairing
    readable = sides_read_by(request.user, pairing)
    households = {
        side.value: evaluations.household_of(evaluation, side).pk for side in Side
    }
    return heard(
        evaluation,
        answers=EvaluationAnswers.objects.visible_to(request.user)
        .filter(evaluation__pairing=pairing, side__in=readable)
        .select_related("evaluation", "recorded_by"),
        # Who guides the pairing reads both, also that of another municipality.
        baselines=Baseline.objects.filter(
            household__in=[households[side] for side in readable]
        ),
        households=households,
        names=history.names,
        readable=readable,
        answered=set(evaluation.answers.values_list("side", flat=True)),
    )


def _outcome_form(
    request: HttpRequest, evaluation: Evaluation, sent: Any = None
) -> OutcomeForm:
    """The outcome; its words are for who reads both families."""
    return OutcomeForm(
        sent,
        with_words=sides_read_by(request.user, evaluation.pairing) == set(Side.values),
        row_version=evaluation.row_version,
        initial=_values(evaluation, OUTCOME),
    )


def _try(
    form: HeardForm | OutcomeForm, write: Callable[..., Any], *args: Any, **given: Any
) -> None:
    """Writes what was filled in, or says on the form why not."""
    try:
        write(*args, **given)
    except services.ChangedMeanwhile:
        form.tell_stale()
    except services.Refused as refused:
        form.add_error(None, refused.message)


def _values(row: Any, names: Iterable[str]) -> dict[str, Any]:
    """What a row says, by the names of form fields; nothing where there is no row."""
    return {name: getattr(row, name) for name in names} if row else {}


def _side(request: HttpRequest, evaluation: Evaluation, word: str) -> str:
    """The side that an address names, if the user asks and reads that family."""
    readable = sides_read_by(request.user, evaluation.pairing)
    if word not in SIDES or SIDES[word] not in readable:
        raise Http404
    return SIDES[word]


def _row_version(request: HttpRequest) -> int:
    """The version that a page without fields was shown with; 0 fits none."""
    sent = request.POST.get("row_version", "")
    fits = sent.isascii() and sent.isdecimal() and len(sent) < 18  # noqa: PLR2004 - digits of a key
    return int(sent) if fits else 0


def _usual_start(pairing: Pairing, today: dt.date) -> dict[str, Any]:
    """What an evaluation is mostly for, by how far the pairing has come."""
    if pairing.stage == Pairing.Stage.TRIAL and pairing.trial_until:
        day = max(today, pairing.trial_until)
        return {"occasion": Evaluation.Occasion.END_OF_TRIAL, "due_on": day}
    return {"occasion": Evaluation.Occasion.HALF_YEAR, "due_on": today}

"""When it rubs between two families: one page, and what is written down there."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from agreements.forms.strain import (
    LOOK_AGAIN_AFTER,
    LookAgainForm,
    OutcomeForm,
    RaiseForm,
    TalkForm,
)
from agreements.history import History
from agreements.models import Confirmation, Strain
from agreements.services import Refused, strain
from agreements.shown.sides import sides_read_by
from agreements.shown.strained import ShownSide, shown_strains
from agreements.views.scope import context_of, history_or_404, show, to_what_was
from families.models import User
from matching.models import Pairing

Outcome = Strain.Outcome
PAGE = "agreements:strain"
NEXT = {
    Outcome.REPAIRED: PAGE,
    Outcome.SMALLER: "agreements:agreement-change",
    Outcome.ENDED: "agreements:pairing-end",
    Outcome.SAFETY: PAGE,
}
CLOSED = {
    Outcome.REPAIRED: gettext_lazy("Good that it is repaired. It stays readable."),
    Outcome.SMALLER: gettext_lazy("Now write down what they go on with."),
    Outcome.ENDED: gettext_lazy("Now round off the pairing."),
    Outcome.SAFETY: gettext_lazy("Look below what to do now."),
}


@require_http_methods(["GET", "HEAD", "POST"])
def strain_detail(request: HttpRequest, reference: str) -> HttpResponse:
    """Whether it rubs and what each side said; raising it when it does."""
    history = history_or_404(request, reference)
    if request.method != "POST":
        return _show(request, history)
    if history.pairing.ended_on:
        return to_what_was(request, history)
    form = _raise_form(history.pairing, request.POST)
    write = partial(strain.raise_strain, history.pairing)
    if not _written(form, write, by=request.user):
        return _show(request, history, form)
    messages.success(request, _("It is written down. Now talk with each side apart."))
    return redirect(PAGE, reference)


@require_POST
def strain_talk(request: HttpRequest, reference: str) -> HttpResponse:
    """Writes down a talk with one side."""
    history = history_or_404(request, reference)
    latest = _latest(history.pairing)
    if latest is None:
        return redirect(PAGE, reference)
    form = _talk_form(history.pairing, request.user, request.POST)
    if not _written(form, partial(strain.add_talk, latest), by=request.user):
        return _show(request, history, form)
    messages.success(request, _("The talk is written down."))
    return redirect(PAGE, reference)


@require_POST
def strain_look_again(request: HttpRequest, reference: str) -> HttpResponse:
    """Moves the day to look again, and what the child is told."""
    history = history_or_404(request, reference)
    latest = _latest(history.pairing)
    if latest is None:
        return redirect(PAGE, reference)
    form = _look_again_form(latest, request.POST)
    write = partial(strain.look_again, latest, row_version=latest.row_version)
    again = _says(form, latest, "look_again_on", "child_told")
    if not again and not _written(form, write, by=request.user):
        return _show(request, history, form)
    messages.success(request, _("That is changed."))
    return redirect(PAGE, reference)


@require_POST
def strain_close(request: HttpRequest, reference: str) -> HttpResponse:
    """Gives it an outcome, and goes on to what follows from that."""
    history = history_or_404(request, reference)
    latest = _latest(history.pairing)
    if latest is None:
        return redirect(PAGE, reference)
    form = _outcome_form(latest, request.POST)
    write = partial(strain.close, latest, row_version=latest.row_version)
    again = _says(form, latest, "outcome", "outcome_text")
    if not again and not _written(form, write, by=request.user):
        return _show(request, history, form)
    outcome = Outcome(form.cleaned_data["outcome"])
    # Nothing went well there.
    tell = messages.warning if outcome == Outcome.SAFETY else messages.success
    tell(request, CLOSED[outcome])
    return redirect(NEXT[outcome], reference)


def _written(form: forms.Form, write: Callable[..., Any], *, by: User) -> bool:
    """Whether what the form says was written; else the form says why not."""
    if not form.is_valid():
        return False
    try:
        write(**form.cleaned_data, by=by, at=timezone.now())
    except Refused as refused:
        form.add_error(None, refused.message)
        return False
    return True


def _says(form: forms.Form, latest: Strain, *names: str) -> bool:
    """Whether a form says what stands there already, as one that is sent twice."""
    form.full_clean()
    said = form.cleaned_data
    return all(name in said and said[name] == getattr(latest, name) for name in names)


def _latest(pairing: Pairing) -> Strain | None:
    """The strain that is open, else the one that was closed last."""
    latest = pairing.strains.order_by("-row_version").first()
    if latest is not None:
        latest.pairing = pairing
    return latest


def _dated(pairing: Pairing) -> dict[str, Any]:
    return {"today": timezone.localdate(), "started_on": pairing.started_on}


def _raise_form(pairing: Pairing, sent: Any = None) -> RaiseForm:
    dated = _dated(pairing)
    today = dated["today"]
    starts = {"raised_on": today, "look_again_on": today + LOOK_AGAIN_AFTER}
    return RaiseForm(sent, initial=starts, **dated)


def _talk_form(
    pairing: Pairing, user: User, sent: Any = None, *, side: str = ""
) -> TalkForm:
    dated = _dated(pairing)
    if not side and sent.get("side") in Confirmation.Side.values:
        side = sent["side"]
    return TalkForm(
        sent,
        auto_id=f"{side or 'talk'}_%s",
        initial={"side": side, "on": dated["today"]},
        sides=sides_read_by(user, pairing),
        **dated,
    )


def _look_again_form(latest: Strain, sent: Any = None) -> LookAgainForm:
    starts = {
        "look_again_on": latest.look_again_on,
        "child_told": latest.child_told,
    }
    return LookAgainForm(
        sent,
        auto_id="plan_%s",
        initial=starts,
        row_version=latest.row_version,
        **_dated(latest.pairing),
    )


def _outcome_form(latest: Strain, sent: Any = None) -> OutcomeForm:
    return OutcomeForm(
        sent,
        auto_id="outcome_%s",
        row_version=latest.row_version,
        **_dated(latest.pairing),
    )


def _show(
    request: HttpRequest, history: History, sent: forms.Form | None = None
) -> HttpResponse:
    """The page, with what was sent there and could not be written."""
    pairing = history.pairing
    strains = shown_strains(pairing, request.user)
    now, *former = strains if strains and not strains[0].is_over else (None, *strains)
    last = strains[0].strain if strains else None
    is_about_safety = last is not None and last.outcome == Outcome.SAFETY
    is_of_today = is_about_safety and last.closed_on == timezone.localdate()
    context = context_of(
        history,
        now=now,
        former=former,
        is_about_safety=is_about_safety,
        sent=sent,
        # What was typed where its place on the page is gone meanwhile.
        left_over=sent if (now is None) != isinstance(sent, RaiseForm) else None,
        columns=[
            (side, _talk_form_of(side, pairing, request.user, sent))
            for side in (now.sides if now else ())
        ],
        has_talks=now is not None and any(side.talks for side in now.sides),
        # On that day what to do stands alone.
        raise_form=None if is_of_today else _raise_form(pairing),
    )
    if now is not None:
        context["look_again_form"] = _look_again_form(now.strain)
        context["outcome_form"] = _outcome_form(now.strain)
    kept = {
        RaiseForm: "raise_form",
        LookAgainForm: "look_again_form",
        OutcomeForm: "outcome_form",
    }.get(type(sent))
    if kept:
        context[kept] = sent
    return show(request, "strain.html", context, sent)


def _talk_form_of(
    side: ShownSide, pairing: Pairing, user: User, sent: forms.Form | None
) -> TalkForm | None:
    """The form for a talk with one side, as it was sent; None for who reads it not."""
    if not side.may_read:
        return None
    if isinstance(sent, TalkForm) and sent["side"].value() == side.side:
        return sent
    return _talk_form(pairing, user, side=side.side)

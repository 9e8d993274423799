"""The page on which a pairing ends: they go on by themselves, or it stops."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from agreements.forms.ending import EndForm, LetGoForm
from agreements.history import History
from agreements.services import Refused, ending
from agreements.shown.still_open import still_open, what_no_means
from agreements.views.scope import context_of, history_or_404, show
from families.services.households import ChangedMeanwhile
from matching.models import Pairing
from matching.services.pairings import BeforeTheStart, StepNotPossible
from matching.views.conflicts import conflict

LET_GO = "zelf-verder"


@require_http_methods(["GET", "HEAD", "POST"])
def pairing_end(request: HttpRequest, reference: str) -> HttpResponse:
    """Explains both ways to end, and takes the one that is chosen."""
    history = history_or_404(request, reference)
    pairing = history.pairing
    if pairing.ended_on:
        return redirect(pairing)
    if request.method != "POST":
        return _show(request, history)
    lets_go = request.POST.get("hoe") == LET_GO
    form = (_let_go_form if lets_go else _end_form)(pairing, request.POST)
    if form is None:
        return _too_late(request, StepNotPossible(pairing.stage), reference)
    try:
        if form.is_valid() and _written(pairing, form, request):
            return redirect(pairing)
    except StepNotPossible as fact:
        return _too_late(request, fact, reference)
    return _show(request, history, form)


def _too_late(
    request: HttpRequest, fact: StepNotPossible, reference: str
) -> HttpResponse:
    return conflict(request, fact, "matching:pairing-detail", reference)


def _written(pairing: Pairing, form: EndForm | LetGoForm, request: HttpRequest) -> bool:
    """Whether the pairing ends as the form says; else the form says why not."""
    known: dict[str, Any] = {"row_version": form.current_version, "by": request.user}
    try:
        if isinstance(form, LetGoForm):
            ending.let_go(pairing, on=form.cleaned_data["on"], **known)
            done = _("They go on without guidance. Today you can still take it back.")
        else:
            ending.end(pairing, form.ending(), at=timezone.now(), **known)
            done = _("The pairing is rounded off.")
    except ChangedMeanwhile:
        form.tell_stale()
    except BeforeTheStart:
        form.tell_too_early()
    except Refused as refused:
        form.add_error(None, refused.message)
    else:
        messages.success(request, done)
        return True
    return False


def _let_go_form(pairing: Pairing, sent: Any = None) -> LetGoForm | None:
    """The form for who go on by themselves; None where that is not the next step."""
    if pairing.stage != Pairing.Stage.ACTIVE:
        return None
    today = timezone.localdate()
    return LetGoForm(
        sent,
        auto_id="alone_%s",
        row_version=pairing.row_version,
        today=today,
        initial={"on": today},
    )


def _end_form(pairing: Pairing, sent: Any = None) -> EndForm:
    today = timezone.localdate()
    return EndForm(
        sent,
        row_version=pairing.row_version,
        today=today,
        started_on=pairing.started_on,
        no_means=what_no_means(pairing),
        initial={"on": today, "place": "rest"},
    )


def _show(
    request: HttpRequest,
    history: History,
    sent: EndForm | LetGoForm | None = None,
) -> HttpResponse:
    """The page, with the form that was sent and could not be taken."""
    pairing = history.pairing
    context = context_of(
        history,
        sent=sent,
        let_go=LET_GO,
        let_go_form=sent if isinstance(sent, LetGoForm) else _let_go_form(pairing),
        end_form=sent if isinstance(sent, EndForm) else _end_form(pairing),
        still_open=still_open(history, on=timezone.localdate()),
        section="pairings",
    )
    return show(request, "pairing_end.html", context, sent)

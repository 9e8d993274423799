"""Pages of pauses: noting one, ending it earlier, taking it back."""

import datetime as dt

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from agreements.forms.periods import STALE, EndPauseForm, PauseForm
from agreements.history import History
from agreements.models import Pause
from agreements.services import refused
from agreements.services.pauses import end_pause, note_pause
from agreements.services.undo import take_back
from agreements.views.scope import (
    context_of,
    history_or_404,
    noted_or_404,
    row_or_404,
    show,
    to_what_was,
)


@require_http_methods(["GET", "HEAD", "POST"])
def pause_list(request: HttpRequest, reference: str) -> HttpResponse:
    """The pauses of a pairing, and a new one."""
    history = history_or_404(request, reference)
    if history.pairing.ended_on:
        return to_what_was(request, history)
    today = timezone.localdate()
    form = PauseForm(request.POST or None, history=history, today=today)
    if request.method == "POST" and _is_noted(request, history, form):
        messages.success(request, _("The pause is noted. The place stays taken."))
        return redirect("agreements:pause-list", reference)
    return _page(request, history, form=form, today=today)


@require_POST
def pause_end(request: HttpRequest, reference: str) -> HttpResponse:
    """Lets a pause end earlier."""
    history = history_or_404(request, reference)
    pause = row_or_404(request, history.pauses, "pause")
    today = timezone.localdate()
    form = EndPauseForm(request.POST, pause=pause, today=today)
    if _has_ended(request, pause, form):
        messages.success(request, _("The last day of the pause is changed."))
        return redirect("agreements:pause-list", reference)
    return _page(request, history, ending=form, today=today)


@require_POST
def pause_undo(request: HttpRequest, reference: str) -> HttpResponse:
    """Takes a pause back."""
    history = history_or_404(request, reference)
    pause = noted_or_404(request, history, Pause, "pause")
    take_back(pause, by=request.user, at=timezone.now())
    messages.success(request, _("The pause is taken back."))
    return redirect("agreements:pause-list", reference)


def _is_noted(request: HttpRequest, history: History, form: PauseForm) -> bool:
    if form.is_valid():
        try:
            note_pause(
                history.pairing,
                **form.cleaned_data,
                by=request.user,
                at=timezone.now(),
                row_version=history.row_version,
            )
        except refused.ChangedMeanwhile:
            form.add_error(None, ValidationError(STALE, code="stale"))
        except refused.Refused as why:
            form.add_error("from_on", why.message)
        else:
            return True
    return form.is_stale_only and form.noted_before(request.user)


def _has_ended(request: HttpRequest, pause: Pause, form: EndPauseForm) -> bool:
    if form.is_valid():
        try:
            end_pause(
                pause,
                until_on=form.cleaned_data["until_on"],
                by=request.user,
                row_version=form.current_version,
            )
        except refused.ChangedMeanwhile:
            form.add_error(None, ValidationError(STALE, code="stale"))
        except refused.Refused as why:
            form.add_error("until_on", why.message)
        else:
            return True
    # Sent twice: the day that was asked for is the last one already.
    asked = form.cleaned_data.get("until_on")
    return asked is not None and asked == pause.until_on


def _page(
    request: HttpRequest,
    history: History,
    *,
    today: dt.date,
    form: PauseForm | None = None,
    ending: EndPauseForm | None = None,
) -> HttpResponse:
    """The list with its forms; the one that was sent shows what is wrong with it."""
    context = context_of(
        history,
        form=form or PauseForm(history=history, today=today),
        sent=ending or form,
        pauses=[
            (pause, _asked_by(history, pause), _ending(pause, ending, today))
            for pause in reversed(history.pauses)
        ],
    )
    return show(request, "pause_list.html", context, ending or form)


def _asked_by(history: History, pause: Pause) -> str:
    return getattr(history.names, pause.side).name if pause.side else ""


def _ending(
    pause: Pause, sent: EndPauseForm | None, today: dt.date
) -> EndPauseForm | None:
    """The form that ends a pause; none for a pause that is over, or of one day."""
    if sent is not None and sent.fields["pause"].initial == pause.pk:
        return sent
    is_over = pause.until_on is not None and (
        pause.until_on < today or pause.until_on == pause.from_on
    )
    return None if is_over else EndPauseForm(pause=pause, today=today)

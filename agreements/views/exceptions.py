"""Pages of what goes differently once, and of what happened besides."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from agreements import wording
from agreements.forms.periods import STALE, ExceptionForm, VisitForm
from agreements.history import History
from agreements.models import ExtraVisit, ItemException
from agreements.services import refused
from agreements.services.exceptions import note_exception
from agreements.services.undo import take_back
from agreements.services.visits import note_visit
from agreements.shown.planned import item_of
from agreements.views.scope import (
    context_of,
    history_or_404,
    noted_or_404,
    show,
    to_what_was,
)

ABOUT_THE_OTHER_DAY = (
    refused.InAPause,
    refused.MovesNowhere,
    refused.NotAgreedOnThen,
    refused.TakesPlaceAlready,
)


@require_http_methods(["GET", "HEAD", "POST"])
def exception_list(request: HttpRequest, reference: str) -> HttpResponse:
    """What goes differently once, and one more of it."""
    history = history_or_404(request, reference)
    if history.pairing.ended_on:
        return to_what_was(request, history)
    today = timezone.localdate()
    form = ExceptionForm(request.POST or None, history=history, today=today)
    if request.method == "POST" and _is_noted(request, history, form):
        messages.success(request, _("It is noted. The agreements stay as they are."))
        return redirect("agreements:exception-list", reference)
    context = context_of(
        history,
        form=form,
        exceptions=[
            (one, wording.title(item_of(history, one), history.names))
            for one in reversed(history.exceptions)
        ],
    )
    return show(request, "exception_list.html", context, form)


@require_POST
def exception_undo(request: HttpRequest, reference: str) -> HttpResponse:
    """Takes an exception back."""
    history = history_or_404(request, reference)
    exception = noted_or_404(request, history, ItemException, "exception")
    take_back(exception, by=request.user, at=timezone.now())
    messages.success(request, _("It is taken back. It takes place as agreed on."))
    return redirect("agreements:exception-list", reference)


@require_http_methods(["GET", "HEAD", "POST"])
def visit_list(request: HttpRequest, reference: str) -> HttpResponse:
    """What happened besides, and one more of it."""
    history = history_or_404(request, reference)
    today = timezone.localdate()
    form = VisitForm(request.POST or None, today=today)
    if request.method == "POST" and form.is_valid():
        try:
            note_visit(
                history.pairing,
                **form.cleaned_data,
                by=request.user,
                at=timezone.now(),
            )
        except refused.Refused as why:
            form.add_error("on", why.message)
        else:
            messages.success(request, _("The extra time is noted."))
            return redirect("agreements:visit-list", reference)
    visits = ExtraVisit.objects.counted().filter(agreement__pairing=history.pairing)
    context = context_of(history, form=form, visits=visits.order_by("-on", "-pk"))
    return show(request, "visit_list.html", context, form)


@require_POST
def visit_undo(request: HttpRequest, reference: str) -> HttpResponse:
    """Takes an extra visit back."""
    history = history_or_404(request, reference)
    visit = noted_or_404(request, history, ExtraVisit, "visit")
    take_back(visit, by=request.user, at=timezone.now())
    messages.success(request, _("The extra time is taken back."))
    return redirect("agreements:visit-list", reference)


def _is_noted(request: HttpRequest, history: History, form: ExceptionForm) -> bool:
    if form.is_valid():
        try:
            note_exception(
                history.pairing,
                **form.said(),
                reason=form.cleaned_data["reason"],
                by=request.user,
                at=timezone.now(),
                row_version=history.row_version,
            )
        except refused.ChangedMeanwhile:
            form.add_error(None, ValidationError(STALE, code="stale"))
        except refused.Refused as why:
            moves = form.cleaned_data["moved_to"] is not None
            of_the_move = moves and isinstance(why, ABOUT_THE_OTHER_DAY)
            form.add_error("moved_to" if of_the_move else "visit", why.message)
        else:
            return True
    return form.is_stale_only and form.noted_before(request.user)

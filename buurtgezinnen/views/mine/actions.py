"""What a family does itself on its own pages, and takes back."""

import datetime as dt
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from buurtgezinnen.views.mine.door import Visit, own_page, stay_in
from families.forms.own import CallMeForm, ReachForm, RestForm
from families.models import OwnRequest
from families.services import own, pauses
from families.services.households import ChangedMeanwhile, NotPossibleNow
from matching.own import others_depend_on


@require_http_methods(["GET", "HEAD", "POST"])
@own_page
def mine_call(request: HttpRequest, *, visit: Visit) -> HttpResponse:
    """Asks to be called, by a promised day."""
    waiting = own.open_call(visit.household)
    form = CallMeForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            asked = own.call_me(
                visit.person,
                visit.household,
                visit.application.reference,
                **form.cleaned_data,
                working_days=_working_days(visit),
                **_now(),
            )
        except own.KeyOfAnother:
            return _sent_elsewhere(request)
        messages.success(request, _called_by(asked))
        return redirect("mine-home")
    by = own.next_promise(visit.household) if waiting else None
    return _page(request, "call", visit, form, waiting=waiting, promise=by)


@require_http_methods(["GET", "HEAD", "POST"])
@own_page
def mine_reach(request: HttpRequest, *, visit: Visit) -> HttpResponse:
    """Changes how this person is reached."""
    typed = request.POST if request.method == "POST" else None
    form = ReachForm(typed, person=visit.person)
    if form.is_valid():
        told = dict(form.cleaned_data)
        try:
            own.change_reach(
                visit.person,
                visit.household,
                visit.application.reference,
                told,
                form_key=told.pop("form_key"),
                row_version=form.current_version,
                **_now(),
            )
        except ChangedMeanwhile:
            form.add_error(None, form.stale_message)
        except own.KeyOfAnother:
            return _sent_elsewhere(request)
        except own.NothingChanged:
            messages.info(request, _("Nothing was changed: it said so already."))
            return redirect("mine-home")
        else:
            stay_in(request, visit.person)
            messages.success(request, _("Changed. We reach you like this from now on."))
            return redirect("mine-home")
    return _page(request, "reach", visit, form)


@require_http_methods(["GET", "HEAD", "POST"])
@own_page
def mine_rest(request: HttpRequest, *, visit: Visit) -> HttpResponse:
    """No support for now: a pause, or the end. Not while others depend on it."""
    application = visit.application

    def others_depend() -> bool:
        return others_depend_on(application)

    form = RestForm(
        request.POST if request.method == "POST" else None,
        may_pause=pauses.may_pause(application),
    )
    if form.is_valid():
        told, how = form.cleaned_data, form.cleaned_data["how"]
        said = {
            "others_depend": others_depend,
            "text": told["text"],
            "form_key": told["form_key"],
        }
        try:
            if how == RestForm.STOP:
                own.stop(application, visit.person, **said, **_now())
            else:
                until = told["until"] if how == RestForm.UNTIL else None
                own.rest(application, visit.person, until=until, **said, **_now())
        except own.KeyOfAnother:
            return _sent_elsewhere(request)
        except (own.OthersDependOnIt, NotPossibleNow):
            messages.warning(
                request, _("First we want to talk with you. Choose ‘Call me’.")
            )
        else:
            messages.success(
                request,
                _("You stopped. You can put it back for a week.")
                if how == RestForm.STOP
                else _("You take a pause. You can put it back for a week."),
            )
        return redirect("mine-home")
    talk_first = others_depend() or not own.may_stop(application)
    return _page(request, "rest", visit, form, talk_first=talk_first)


@require_POST
@own_page
def mine_undo(request: HttpRequest, own_request: str, *, visit: Visit) -> HttpResponse:
    """Puts back what this family changed itself."""
    mine = OwnRequest.objects.filter(household=visit.household).exclude(
        kind=OwnRequest.Kind.CONTACT, person__isnull=False
    ) | OwnRequest.objects.filter(household=visit.household, person=visit.person)
    asked = get_object_or_404(mine, reference=own_request)
    try:
        own.undo(asked, **_now())
    except NotPossibleNow:
        messages.info(request, _("This cannot be put back any more. Choose ‘Call me’."))
    else:
        if asked.kind == OwnRequest.Kind.CONTACT:
            stay_in(request, visit.person)
        messages.success(request, _("It is as it was before."))
    return redirect("mine-home")


def _page(
    request: HttpRequest, name: str, visit: Visit, form: Any, **context: object
) -> HttpResponse:
    status = 422 if form.is_bound else 200
    context |= {"visit": visit, "form": form}
    return render(request, f"mine/{name}.html", context, status=status)


def _now() -> dict[str, Any]:
    at = timezone.now()
    return {"at": at, "on": timezone.localdate(at)}


def _working_days(visit: Visit) -> int:
    if visit.asks:
        return settings.CALL_WITHIN_DAYS_REQUEST
    return settings.CALL_WITHIN_DAYS_SUPPORT


def _called_by(asked: OwnRequest) -> str:
    task = asked.household.tasks.filter(about=asked.reference).first()
    if task is None:
        return _("We call you.")
    return _("We call you by %(day)s at the latest.") % {"day": _in_words(task.due_on)}


def _in_words(day: dt.date) -> str:
    return date_format(day, "l j E")


def _sent_elsewhere(request: HttpRequest) -> HttpResponse:
    messages.info(request, _("This was sent before. Nothing was changed."))
    return redirect("mine-home")

"""The agenda of a coordinator: what is planned, and planning more."""

import datetime as dt
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from buurtgezinnen import months, panels
from families import agenda as of_families
from families.forms.appointments import ChangeAppointmentForm, NewAppointmentForm
from families.models import Appointment, Coordinator, Household
from families.services import appointments
from matching.agenda import pairings_of

DAYS_AHEAD = 14


@require_safe
def agenda(request: HttpRequest) -> HttpResponse:
    """The next fourteen days; `?maand=2026-11` is a month."""
    on = timezone.localdate()
    month = months.read(request.GET.get("maand", ""))
    if month is None:
        return render(request, "agenda.html", _coming(request, on) | {"today": on})
    weeks = months.weeks_of(month)
    first, last = weeks[0].days[0], weeks[-1].days[-1]
    by_day = months.by_day(_items(request, first, last))
    context = {
        "today": on,
        "month": month,
        "weeks": [
            (week.number, [(day, by_day.get(day, [])) for day in week.days])
            for week in weeks
        ],
        "days": [
            (day, items) for day, items in by_day.items() if day.month == month.month
        ],
        "before": months.beside(month, -1),
        "after": months.beside(month, 1),
    }
    return render(request, "agenda_month.html", context)


def _items(
    request: HttpRequest, first: dt.date, last: dt.date
) -> list[of_families.AgendaItem]:
    return panels.appointments(request.user, first, last, with_half_years=True)


def _coming(request: HttpRequest, on: dt.date) -> dict[str, Any]:
    last = on + (DAYS_AHEAD - 1) * of_families.DAY
    by_day = months.by_day(_items(request, on, last))
    return {"days": list(by_day.items()), "last": last}


@require_http_methods(["GET", "HEAD", "POST"])
def appointment_create(request: HttpRequest) -> HttpResponse:
    """Plan something; `?gezin=` and a reference fills the family in."""
    coordinator = _coordinator_or_404(request)
    families = Household.objects.visible_to(request.user)
    asked = request.GET.get("gezin", "")
    household = get_object_or_404(families, reference=asked) if asked else None
    given: dict[str, Any] = {
        "today": timezone.localdate(),
        "families": families.order_by("pk"),
        "pairings": pairings_of(household, request.user) if household else (),
    }
    if request.method == "POST":
        form = NewAppointmentForm(request.POST, **given)
        if form.is_valid() and (planned := _is_planned(request, coordinator, form)):
            return redirect(_day_of(planned))
    else:
        form = NewAppointmentForm(initial={"household": asked}, **given)
    context = {"form": form, "household": household}
    status = 422 if form.is_bound else 200
    return render(request, "appointment_create.html", context, status=status)


def _is_planned(
    request: HttpRequest, coordinator: Coordinator, form: NewAppointmentForm
) -> Appointment | None:
    values = dict(form.cleaned_data)
    household = values.pop("household")
    if household is None or household.reference != request.GET.get("gezin"):
        # The pairings to choose from were those of another family.
        values["about"] = ""
    try:
        planned, is_new = appointments.plan(
            coordinator, household, by=request.user, **values
        )
    except appointments.KeyOfAnother:
        messages.error(
            request,
            _("Nothing was planned: this form was used before. Try again."),
        )
        form.renew_key()
        return None
    if is_new:
        messages.success(request, _("It stands in your agenda."))
        _warn(request, planned)
    else:
        messages.info(request, _("This stood in your agenda already."))
    return planned


@require_http_methods(["GET", "HEAD", "POST"])
def appointment(request: HttpRequest, reference: str) -> HttpResponse:
    """See an appointment, move it, or change what is said of it."""
    one = _appointment_or_404(request, reference)
    given: dict[str, Any] = {
        "today": timezone.localdate(),
        "row_version": one.row_version,
        "pairings": pairings_of(one.household, request.user) if one.household else (),
    }
    if request.method == "POST":
        form = ChangeAppointmentForm(request.POST, **given)
        if form.is_valid() and _is_changed(request, one, form):
            return redirect(_day_of(one))
    else:
        form = ChangeAppointmentForm(initial=_known(one), **given)
    context = {
        "appointment": one,
        "title": of_families.title_of(one),
        "form": form,
        "warnings": of_families.clashes(one, of_families.on_same_day(one)),
    }
    status = 422 if form.is_bound else 200
    return render(request, "appointment.html", context, status=status)


def _is_changed(
    request: HttpRequest, one: Appointment, form: ChangeAppointmentForm
) -> bool:
    values = dict(form.cleaned_data)
    values.pop("form_key")
    try:
        appointments.change(
            one, row_version=form.current_version, by=request.user, **values
        )
    except appointments.ChangedMeanwhile:
        form.tell_stale()
        return False
    one.refresh_from_db()
    messages.success(request, _("The appointment is changed."))
    _warn(request, one)
    return True


def _known(one: Appointment) -> dict[str, Any]:
    starts_at = timezone.localtime(one.starts_at)
    names = (
        "kind about minutes place with_whom note interpreter_language interpreter_by"
        " interpreter_comes"
    )
    known = {name: getattr(one, name) for name in names.split()}
    return known | {"day": starts_at.date(), "at": starts_at.time()}


@require_POST
def appointment_cancel(request: HttpRequest, reference: str) -> HttpResponse:
    """Call an appointment off; it can be put back."""
    one = _appointment_or_404(request, reference)
    if appointments.call_off(one, at=timezone.now(), by=request.user):
        messages.success(request, _("Called off. You can still put it back."))
    else:
        messages.info(request, _("This was called off already."))
    return redirect(_day_of(one))


@require_POST
def appointment_restore(request: HttpRequest, reference: str) -> HttpResponse:
    """Undo that an appointment was called off."""
    one = _appointment_or_404(request, reference)
    if appointments.put_back(one, by=request.user):
        messages.success(request, _("It stands in the agenda again."))
        _warn(request, one)
    else:
        messages.info(request, _("This stood in your agenda already."))
    return redirect(_day_of(one))


def _warn(request: HttpRequest, one: Appointment) -> None:
    for sentence in of_families.clashes(one, of_families.on_same_day(one)):
        messages.warning(request, sentence)


def _day_of(one: Appointment) -> str:
    """Where the day of an appointment is shown."""
    day, on = timezone.localdate(one.starts_at), timezone.localdate()
    is_near = on <= day < on + DAYS_AHEAD * of_families.DAY
    return months.agenda_url(None if is_near else day) + f"#dag-{day:%Y-%m-%d}"


def _appointment_or_404(request: HttpRequest, reference: str) -> Appointment:
    visible = Appointment.objects.visible_to(request.user).select_related(
        "household__municipality", "coordinator__user"
    )
    return get_object_or_404(visible, reference=reference)


def _coordinator_or_404(request: HttpRequest) -> Coordinator:
    coordinator: Coordinator | None = getattr(request.user, "coordinator", None)
    if coordinator is None:
        raise Http404
    return coordinator

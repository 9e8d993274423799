"""What coordinators see of what families ask about their own data."""

import datetime as dt

from django.urls import reverse
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from families import people
from families.models import Household, OwnRequest, Task, User
from families.panels import (
    CourseLine,
    ShownHousehold,
    TodayRow,
    Urgency,
    tasks_of_families,
)
from families.services.own_data import ABOUT_DATA

Kind = OwnRequest.Kind
# So much of what a family says fits on a row.
SAID_AT_MOST = 120


def today_rows(
    user: User, *, on: dt.date, tasks: list[Task] | None = None
) -> list[TodayRow]:
    """Requests about own data and withdrawals that nobody settled yet."""
    if tasks is None:
        tasks = tasks_of_families(user, on=on)
    tasks = [task for task in tasks if task.kind == Task.Kind.OWN_REQUEST]
    asked = {
        one.reference: one
        for one in OwnRequest.objects.visible_to(user).filter(
            reference__in=[task.about for task in tasks],
            kind__in=ABOUT_DATA,
            settled_at=None,
            undone_at=None,
        )
    }
    return [
        _row(task, asked[task.about], on=on) for task in tasks if task.about in asked
    ]


def course(household: Household, *, user: User) -> list[CourseLine]:
    """What a family asked about its data, and what became of it."""
    asked = OwnRequest.objects.visible_to(user).filter(
        household=household, kind__in=ABOUT_DATA
    )
    lines = []
    for one in asked.select_related("settled_by").order_by("asked_at", "pk"):
        url = reverse("families:own-request", args=[household.reference, one.reference])
        what = _("Own data: %(what)s") % {"what": one.get_kind_display()}
        asked_on = timezone.localdate(one.asked_at)
        lines.append(CourseLine(asked_on, "event", what, text=one.text, url=url))
        if one.settled_at:
            settled_on = timezone.localdate(one.settled_at)
            what = _("Own data, settled: %(what)s") % {"what": one.get_kind_display()}
            by = str(one.settled_by)
            lines.append(CourseLine(settled_on, "event", what, by, one.outcome))
    return lines


def _row(task: Task, one: OwnRequest, *, on: dt.date) -> TodayRow:
    household = task.household
    who = people.contact_person(household.members, on)
    late = one.due_on is not None and one.due_on < on
    stopped = one.kind == Kind.WITHDRAW
    urgency = Urgency.AGES
    if late:
        urgency = Urgency.BROKEN_PROMISE
    elif stopped:
        urgency = Urgency.BLOCKS_SOMEBODY
    return TodayRow(
        urgency=urgency,
        household=ShownHousehold(household.reference, household.name),
        side="request" if task.asks else "support",
        title=_title(one) % {"name": household.name},
        why=_why(one),
        since=timezone.localdate(one.asked_at),
        due_on=one.due_on,
        promised=task.promised,
        telephone=who.telephone if who else "",
        may_leave_message=who.may_leave_message if who else None,
        action_label=_("Settle"),
        action_url=reverse(
            "families:own-request", args=[household.reference, one.reference]
        ),
        task=task,
        tags=(("bad", _("Late")) if late else ("warn", _("Own data")),),
    )


def _title(one: OwnRequest) -> str:
    if one.kind == Kind.ERASE:
        return _("Wants to be erased: the %(name)s family")
    if one.kind == Kind.WITHDRAW:
        return _("Withdrew consent: the %(name)s family")
    return _("Something is not right: the %(name)s family")


def _why(one: OwnRequest) -> str:
    if one.kind == Kind.WITHDRAW:
        return _("It is about: %(what)s.") % {"what": one.text}
    if one.text:
        words = Truncator(one.text).chars(SAID_AT_MOST)
        return _("They say: “%(words)s”") % {"words": words}
    return _("They gave no reason. The law gives a month.")

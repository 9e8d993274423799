"""What coordinators see of what families asked or changed on their own pages."""

import datetime as dt

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
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

Kind = OwnRequest.Kind
# What is about the data of a family has a row of its own.
SHOWN = (Kind.CALL_ME, Kind.PAUSE, Kind.STOP, Kind.CONTACT)


def today_rows(
    user: User, *, on: dt.date, tasks: list[Task] | None = None
) -> list[TodayRow]:
    """What families asked or changed themselves, since nobody has settled it."""
    if tasks is None:
        tasks = tasks_of_families(user, on=on)
    tasks = [task for task in tasks if task.kind == Task.Kind.OWN_REQUEST]
    asked = {
        one.reference: one
        for one in OwnRequest.objects.visible_to(user).filter(
            reference__in=[task.about for task in tasks], kind__in=SHOWN
        )
    }
    return [
        _row(task, asked[task.about], on=on) for task in tasks if task.about in asked
    ]


def course(household: Household, *, user: User) -> list[CourseLine]:
    """What a family asked and changed itself, and what it took back."""
    lines = []
    asked = OwnRequest.objects.visible_to(user).filter(
        household=household, kind__in=SHOWN
    )
    for one in asked.order_by("asked_at", "pk"):
        asked_on = timezone.localdate(one.asked_at)
        lines.append(CourseLine(asked_on, "event", _what(one), text=one.text))
        if one.undone_at:
            lines.append(
                CourseLine(
                    timezone.localdate(one.undone_at),
                    "event",
                    _("Family put back itself: %(what)s")
                    % {"what": one.get_kind_display()},
                )
            )
    return lines


def _row(task: Task, one: OwnRequest, *, on: dt.date) -> TodayRow:
    household = task.household
    who = people.contact_person(household.members, on)
    calls = one.kind == Kind.CALL_ME
    late = calls and task.due_on < on
    if late:
        urgency, tag = Urgency.BROKEN_PROMISE, ("bad", _("Late"))
    elif calls:
        urgency, tag = Urgency.BLOCKS_SOMEBODY, ("info", _("Asked themselves"))
    else:
        urgency, tag = Urgency.NEW, ("info", _("Done themselves"))
    done = reverse("families:task-done", args=[household.reference])
    note = reverse("families:contact-note", args=[household.reference])
    return TodayRow(
        urgency=urgency,
        household=ShownHousehold(household.reference, household.name),
        side="request" if task.asks else "support",
        title=_title(one) % {"name": household.name},
        why=_why(one),
        since=timezone.localdate(one.asked_at),
        due_on=task.due_on if calls else None,
        promised=task.promised,
        telephone=who.telephone if who else "",
        may_leave_message=who.may_leave_message if who else None,
        action_label=_("Note the talk") if calls else _("Seen"),
        action_url=note if calls else done,
        posts=not calls,
        task=task,
        tags=(tag,),
    )


def _title(one: OwnRequest) -> str:
    if one.kind == Kind.CALL_ME:
        return _("Call the %(name)s family: they asked for it")
    if one.kind == Kind.CONTACT:
        return _("Reached in another way: the %(name)s family")
    if one.kind == Kind.STOP:
        return _("Stopped themselves: the %(name)s family")
    return _("Takes a pause: the %(name)s family")


def _why(one: OwnRequest) -> str:
    if one.undone_at:
        return _("They put it back since: everything is as it was.")
    if one.text:
        return _("They say: “%(words)s”") % {"words": one.text}
    if one.until:
        return _("Until %(day)s. Then you get a task to ask it.") % {
            "day": date_format(one.until, "j E Y")
        }
    words = {
        Kind.CALL_ME: _("They asked for it on their own page."),
        Kind.CONTACT: _("They changed their number, address or times themselves."),
        Kind.STOP: _("They can put it back for a week."),
        Kind.PAUSE: _("They do not know yet how long."),
    }
    return words[Kind(one.kind)]


def _what(one: OwnRequest) -> str:
    return _("Family itself: %(what)s") % {"what": one.get_kind_display()}

"""What a family sees on its own pages of what it asked there itself."""

import datetime as dt

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from families.models import Household, OwnRequest, Person, Task
from families.panels import OwnRow
from families.services import own

UNDO = "undo"
Kind = OwnRequest.Kind


def own_rows(person: Person, household: Household, *, on: dt.date) -> list[OwnRow]:
    """The call they wait for, and what they may still take back."""
    call = own.open_call(household)
    rows = []
    if call is not None:
        task = household.tasks.open().filter(about=call.reference).first()
        rows.append(OwnRow(10, _("You asked us to call you."), _by_when(task)))
    rows += [
        OwnRow(
            order=60,
            title=_done(one),
            text=_("You can put it back until %(day)s.")
            % {"day": in_words(timezone.localdate(one.undo_until))},
            label=_("Put it back"),
            action=UNDO,
            about=one.reference,
        )
        for one in own.can_be_undone(household, at=timezone.now())
        # How somebody else of the family is reached is not everybody's to know.
        if one.kind != Kind.CONTACT or one.person_id == person.pk
    ]
    return rows


def in_words(day: dt.date) -> str:
    """A day as people say it, with its year only where that helps."""
    return date_format(day, "l j E")


def _by_when(task: Task | None) -> str:
    if task is None:
        return ""
    return _("We call you by %(day)s at the latest.") % {"day": in_words(task.due_on)}


def _done(one: OwnRequest) -> str:
    if one.kind == Kind.CONTACT:
        return _("You changed how we reach you.")
    if one.kind == Kind.STOP:
        return _("You stopped.")
    if one.until:
        return _("You take a pause until %(day)s.") % {
            "day": date_format(one.until, "j E Y")
        }
    return _("You take a pause.")

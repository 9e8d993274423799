"""Lets rows of Vandaag that have no task rest, for one colleague.

Such a row follows from something else: a version that waits for a yes, a family that
nobody called for weeks. That it rests is kept as a task that is nobody's work: it is
closed from the start, and its `about` is the key of the row.
"""

import datetime as dt
import hashlib

from django.db import transaction

from families.models import Household, Task, User
from families.services.audit import record

# The key of a row: no reference begins so.
MARK = "~"
KEY_DIGITS = 9


def key_of(*what: str) -> str:
    """The same key for the same row, on whichever day it is shown."""
    digest = hashlib.sha256("\n".join(what).encode()).hexdigest()
    return MARK + digest[:KEY_DIGITS]


def is_rest(task: Task) -> bool:
    """Whether it only says that a row rests."""
    return task.about.startswith(MARK)


@transaction.atomic
def let_rest(
    household: Household, key: str, *, until: dt.date, at: dt.datetime, by: User
) -> Task:
    """Lets a row rest until a day; what rested before rests until this day now.

    Args:
        household: of the row.
        key: of the row (`TodayRow.key`).
        until: the day on which it comes back.
        at: the moment.
        by: for whom it rests; others still see it.
    """
    # The lock keeps a double click from making two.
    Household.objects.select_for_update(no_key=True).get(pk=household.pk)
    rest = Task.objects.filter(household=household, about=key, done_by=by).first()
    if rest is None:
        rest = Task(
            household=household,
            coordinator=by.coordinator if by.is_coordinator else None,
            kind=Task.Kind.NEXT_STEP,
            about=key,
            due_on=until,
            done_by=by,
        )
    verb = "changed" if rest.pk else "created"
    rest.later_until, rest.done_at = until, at
    rest.save()
    record(rest, verb=verb, by=by, fields=["later_until"])
    return rest


@transaction.atomic
def wake(rest: Task, *, by: User) -> None:
    """Brings a row that rests back to today."""
    rest.later_until = None
    rest.save(update_fields=["later_until"])
    record(rest, verb="changed", by=by, fields=["later_until"])

"""What families ask about their own data: to correct it, or to erase it.

A coordinator decides and says what was done; the law gives a month for that.
"""

import calendar
import datetime as dt
import uuid

from django.db import transaction

from families.models import AuditEvent, Household, OwnRequest, Person, Task, User
from families.services import tasks
from families.services.audit import record

FAMILY = AuditEvent.ActorKind.FAMILY
Kind = OwnRequest.Kind
ABOUT_DATA = (Kind.CORRECT, Kind.ERASE, Kind.WITHDRAW)
MONTHS_IN_A_YEAR = 12
# Until it is settled, so longer than the term.
TAKEN_BACK_WITHIN = dt.timedelta(days=366)


class AlreadySettled(Exception):
    """It was settled, or taken back, before."""


class KeyOfAnother(Exception):
    """The key of this form belongs to something else."""


def term_of(day: dt.date) -> dt.date:
    """The day by which a request of `day` is to be settled: a month after it."""
    year, month = divmod(day.year * MONTHS_IN_A_YEAR + day.month, MONTHS_IN_A_YEAR)
    last = calendar.monthrange(year, month + 1)[1]
    return dt.date(year, month + 1, min(day.day, last))


@transaction.atomic
def ask_to_correct(
    person: Person,
    household: Household,
    *,
    text: str,
    form_key: uuid.UUID,
    at: dt.datetime,
    on: dt.date,
) -> OwnRequest:
    """Puts before the coordinator what somebody says is not right.

    Raises:
        KeyOfAnother: the key belongs to something else.
    """
    before = _sent_before(household, Kind.CORRECT, form_key)
    if before is not None:
        return before
    return _ask(
        person, household, Kind.CORRECT, text=text, form_key=form_key, at=at, on=on
    )


@transaction.atomic
def ask_to_erase(
    person: Person,
    household: Household,
    *,
    text: str,
    form_key: uuid.UUID,
    at: dt.datetime,
    on: dt.date,
) -> OwnRequest:
    """Asks that a family is erased. Who asks again finds the request that waits.

    Nothing is erased here: somebody of ours decides, and says what is kept and why.

    Raises:
        KeyOfAnother: the key belongs to something else.
    """
    before = _sent_before(household, Kind.ERASE, form_key)
    if before is not None:
        return before
    waiting = open_erasure(household)
    if waiting is not None:
        return waiting
    return _ask(
        person,
        household,
        Kind.ERASE,
        text=text,
        form_key=form_key,
        at=at,
        on=on,
        undo_until=at + TAKEN_BACK_WITHIN,
    )


def open_erasure(household: Household) -> OwnRequest | None:
    """The request to be erased that waits; there is one at most."""
    return OwnRequest.objects.filter(
        household=household, kind=Kind.ERASE, settled_at=None, undone_at=None
    ).first()


@transaction.atomic
def take_back_erasure(own: OwnRequest, *, at: dt.datetime) -> None:
    """The family does not want to be erased any more.

    Raises:
        AlreadySettled: somebody settled it, or it was taken back.
    """
    locked = _lock_open(own)
    if locked.kind != Kind.ERASE:
        raise AlreadySettled(own.reference)
    locked.undone_at = at
    locked.save(update_fields=["undone_at"])
    record(locked, verb="changed", by=FAMILY, fields=["undone_at"])
    guide = locked.household.coordinator
    for task in _tasks_of(locked):
        # It counts as done by whom it was for, if that is known.
        doer = task.coordinator or guide
        task.done_at, task.done_by = at, doer.user if doer else None
        task.save(update_fields=["done_at", "done_by"])
        record(task, verb="changed", by=FAMILY, fields=["done_at", "done_by"])


@transaction.atomic
def settle(own: OwnRequest, *, outcome: str, at: dt.datetime, by: User) -> None:
    """Writes down what was done; the family reads it on its own pages.

    Raises:
        AlreadySettled: somebody settled it, or the family took it back.
    """
    locked = _lock_open(own)
    locked.settled_at, locked.settled_by, locked.outcome = at, by, outcome
    changed = ["settled_at", "settled_by", "outcome"]
    locked.save(update_fields=changed)
    record(locked, verb="changed", by=by, fields=changed)
    for task in _tasks_of(locked):
        tasks.finish(task, at=at, by=by)


def _ask(
    person: Person,
    household: Household,
    kind: OwnRequest.Kind,
    *,
    text: str,
    form_key: uuid.UUID,
    at: dt.datetime,
    on: dt.date,
    undo_until: dt.datetime | None = None,
) -> OwnRequest:
    own = OwnRequest.objects.create(
        household=household,
        person=person,
        kind=kind,
        text=text,
        asked_at=at,
        due_on=term_of(on),
        undo_until=undo_until,
        form_key=form_key,
    )
    record(own, verb="created", by=FAMILY, fields=["kind"])
    tasks.plan(
        household,
        Task.Kind.OWN_REQUEST,
        term_of(on),
        about=own.reference,
        promised=True,
        coordinator=household.coordinator,
        by=FAMILY,
    )
    return own


def _sent_before(
    household: Household, kind: OwnRequest.Kind, form_key: uuid.UUID
) -> OwnRequest | None:
    """The row of the first submit of the same form; the lock makes others wait."""
    Household.objects.select_for_update(no_key=True).get(pk=household.pk)
    before = OwnRequest.objects.filter(form_key=form_key).first()
    if before is not None and (before.household_id, before.kind) != (
        household.pk,
        kind,
    ):
        raise KeyOfAnother
    return before


def _lock_open(own: OwnRequest) -> OwnRequest:
    locked = (
        OwnRequest.objects.select_for_update(of=("self",), no_key=True)
        .select_related("household__coordinator__user")
        .get(pk=own.pk)
    )
    if locked.settled_at is not None or locked.undone_at is not None:
        raise AlreadySettled(own.reference)
    return locked


def _tasks_of(own: OwnRequest) -> list[Task]:
    about = own.household.tasks.open().filter(about=own.reference)
    related = about.select_related("coordinator__user")
    return list(related.select_for_update(of=("self",), no_key=True).order_by("pk"))

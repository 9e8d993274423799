"""What coordinators do with their tasks: plan, put off, take back, finish, reopen."""

import datetime as dt
from collections.abc import Iterable

from django.db import transaction
from django.db.models import QuerySet

from families.models import (
    AuditEvent,
    Coordinator,
    Household,
    OwnRequest,
    Task,
    User,
)
from families.services.audit import record

# What a family asked that is settled once somebody has seen it, or has called. What
# is about its data has an answer of its own.
SETTLED_BY_TASK = (
    OwnRequest.Kind.CALL_ME,
    OwnRequest.Kind.PAUSE,
    OwnRequest.Kind.STOP,
    OwnRequest.Kind.CONTACT,
)


class TaskIsDone(Exception):
    """Somebody finished it meanwhile."""


class AlreadyToBeCalled(Exception):
    """The household has another first call to be made."""


@transaction.atomic
def plan(
    household: Household,
    kind: str,
    due_on: dt.date,
    *,
    by: User | AuditEvent.ActorKind,
    about: str = "",
    text: str = "",
    promised: bool = False,
    coordinator: Coordinator | None = None,
) -> Task:
    """Writes down what is to be done for a household, and by when.

    Args:
        household: the family it is for.
        kind: one of `Task.Kind`.
        due_on: the day by which it should be done.
        by: who plans it; a family by its kind.
        about: reference of the proposal, pairing or person it is about.
        text: what to do, where the kind does not say it.
        promised: the family was told this day.
        coordinator: who does it; by default whom `who_does` names.
    """
    if coordinator is None and isinstance(by, User):
        coordinator = who_does(household, by)
    task = Task.objects.create(
        household=household,
        coordinator=coordinator,
        kind=Task.Kind(kind),
        about=about,
        text=text,
        due_on=due_on,
        promised=promised,
    )
    record(task, verb="created", by=by, fields=["due_on"])
    return task


@transaction.atomic
def put_off(task: Task, *, until: dt.date, by: User) -> None:
    """Lets a task rest until a day; a promise moves along, as the family may see it.

    Raises:
        TaskIsDone: somebody finished it meanwhile.
    """
    _lock_open(task)
    task.later_until = until
    if task.promised:
        task.due_on = max(task.due_on, until)
    task.save(update_fields=["later_until", "due_on"])
    record(task, verb="changed", by=by, fields=["later_until", "due_on"])


@transaction.atomic
def take_back(
    task: Task, *, due_on: dt.date, later_until: dt.date | None, by: User
) -> None:
    """Gives a task that was put off its former dates.

    Raises:
        TaskIsDone: somebody finished it meanwhile.
    """
    _lock_open(task)
    task.due_on = due_on
    task.later_until = later_until
    task.save(update_fields=["later_until", "due_on"])
    record(task, verb="changed", by=by, fields=["later_until", "due_on"])


@transaction.atomic
def finish(task: Task, *, at: dt.datetime, by: User) -> None:
    """Marks a task as done.

    Raises:
        TaskIsDone: somebody finished it meanwhile.
    """
    _lock_open(task)
    _close(task, at=at, by=by)


@transaction.atomic
def fall_away(task: Task, *, at: dt.datetime, by: User | AuditEvent.ActorKind) -> None:
    """Takes what nobody has to do any more from the list: nobody did it.

    Raises:
        TaskIsDone: somebody finished it meanwhile.
    """
    _lock_open(task)
    task.done_at = at
    task.save(update_fields=["done_at"])
    record(task, verb="changed", by=by, fields=["done_at"])


@transaction.atomic
def reopen(task: Task, *, by: User) -> None:
    """Takes back that a task was done; nothing happens to one that is open.

    Raises:
        AlreadyToBeCalled: the household has another first call by now.
    """
    # The lock on the household keeps two first calls from being opened at once.
    Household.objects.select_for_update(no_key=True).get(pk=task.household_id)
    task.refresh_from_db()
    if task.done_at is None:
        return
    first_call = Task.Kind.FIRST_CALL
    open_calls = Task.objects.open().filter(household=task.household_id)
    if task.kind == first_call and open_calls.filter(kind=first_call).exists():
        raise AlreadyToBeCalled(task.pk)
    task.done_at = None
    task.done_by = None
    task.save(update_fields=["done_at", "done_by"])
    _of_own_request(task).update(settled_at=None, settled_by=None)
    record(task, verb="changed", by=by, fields=["done_at", "done_by"])


def close_kinds(
    household: Household, kinds: Iterable[str], *, at: dt.datetime, by: User
) -> None:
    """Closes the open tasks of these kinds; part of the caller's transaction."""
    for task in (
        household.tasks.open().filter(kind__in=kinds).select_for_update(no_key=True)
    ):
        _close(task, at=at, by=by)


def close_calls_asked_for(household: Household, *, at: dt.datetime, by: User) -> None:
    """Closes the calls that a family asked for; part of the caller's transaction."""
    asked = OwnRequest.objects.filter(
        household=household, kind=OwnRequest.Kind.CALL_ME, settled_at=None
    )
    waiting = household.tasks.open().filter(
        kind=Task.Kind.OWN_REQUEST, about__in=asked.values("reference")
    )
    for task in waiting.select_for_update(no_key=True):
        _close(task, at=at, by=by)


def who_does(household: Household, by: User) -> Coordinator | None:
    """Who a new task of a household is for: its coordinator, else who writes it."""
    if household.coordinator is not None:
        return household.coordinator
    return by.coordinator if by.is_coordinator else None


def _lock_open(task: Task) -> None:
    Task.objects.select_for_update(no_key=True).get(pk=task.pk)
    task.refresh_from_db()
    if task.done_at is not None:
        raise TaskIsDone(task.pk)


def _close(task: Task, *, at: dt.datetime, by: User) -> None:
    task.done_at = at
    task.done_by = by
    task.save(update_fields=["done_at", "done_by"])
    _of_own_request(task).filter(settled_at=None).update(settled_at=at, settled_by=by)
    record(task, verb="changed", by=by, fields=["done_at", "done_by"])


def _of_own_request(task: Task) -> QuerySet[OwnRequest]:
    """What a family asked on its own pages that is settled with its task."""
    if task.kind != Task.Kind.OWN_REQUEST:
        return OwnRequest.objects.none()
    return OwnRequest.objects.filter(
        household=task.household_id, reference=task.about, kind__in=SETTLED_BY_TASK
    )

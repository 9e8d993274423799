"""Screens the adults of a support family. Documents are looked at, never kept."""

import datetime as dt

from dateutil.relativedelta import relativedelta
from django.db import models, transaction

from families.models import Household, Person, ScreeningCheck, Task, User
from families.services import tasks
from families.services.audit import record

State = ScreeningCheck.State

# Days after which the coordinator is reminded to ask how it stands.
LOOK_AFTER_ASKING = 14
LOOK_AFTER_APPLYING = 28
# A new one takes weeks, so it is asked before the old one is too old.
ASK_AGAIN_EARLIER = 60
MONTHS_UNTIL_ASKED_AGAIN = 36

# What a check may become. Where a document was not given there is always a way on.
_NOT_GIVEN = (State.NOT_SHOWN, State.CANNOT_APPLY, State.LIVED_ABROAD, State.REFUSED)
LEADS_TO: dict[str, tuple[str, ...]] = {
    State.ASKED: (State.APPLIED, State.SHOWN, *_NOT_GIVEN),
    State.APPLIED: (State.SHOWN, *_NOT_GIVEN),
    State.NOT_SHOWN: (State.APPLIED, State.SHOWN, *_NOT_GIVEN[1:]),
    State.CANNOT_APPLY: (State.APPLIED, State.SHOWN),
    State.LIVED_ABROAD: (State.APPLIED, State.SHOWN, State.REFUSED),
    State.REFUSED: (),
    State.SHOWN: (),
}


class AlreadyAsked(Exception):
    """There is a current check of this kind that is not finished."""


class StepNotPossible(Exception):
    """The check is in a state that does not lead there."""


@transaction.atomic
def ask(
    person: Person, household: Household, *, kind: str, on: dt.date, by: User
) -> ScreeningCheck:
    """Asks an adult for a check. One that was shown or refused is replaced and kept.

    Raises:
        AlreadyAsked: the current check is still under way.
    """
    current = _locked_current(person, kind)
    if current is not None:
        if current.state not in (State.SHOWN, State.REFUSED):
            raise AlreadyAsked(current.pk)
        current.replaced_on = on
        current.save(update_fields=["replaced_on"])
        record(current, verb="changed", by=by, fields=["replaced_on"])
    check = ScreeningCheck.objects.create(
        person=person, kind=kind, state=State.ASKED, asked_on=on
    )
    record(check, verb="created", by=by, fields=["state", "asked_on"])
    _look_again(check, household, on + dt.timedelta(days=LOOK_AFTER_ASKING), by=by)
    return check


@transaction.atomic
def applied(
    check: ScreeningCheck, household: Household, *, applied_on: dt.date, by: User
) -> None:
    """Notes that the adult applied for the document.

    Raises:
        StepNotPossible: it was shown or refused already, or replaced.
    """
    _lock(check, to=State.APPLIED)
    check.state = State.APPLIED
    check.applied_on = applied_on
    check.save(update_fields=["state", "applied_on"])
    record(check, verb="changed", by=by, fields=["state", "applied_on"])
    later = applied_on + dt.timedelta(days=LOOK_AFTER_APPLYING)
    _look_again(check, household, later, by=by)


@transaction.atomic
def shown(
    check: ScreeningCheck,
    household: Household,
    *,
    seen_on: dt.date,
    ask_again_on: dt.date | None,
    at: dt.datetime,
    by: User,
) -> None:
    """Notes that `by` saw the document, and when to ask for a new one.

    Raises:
        StepNotPossible: it was shown or refused already, or replaced.
    """
    _lock(check, to=State.SHOWN)
    check.state = State.SHOWN
    check.seen_on = seen_on
    check.seen_by = by
    check.ask_again_on = ask_again_on
    changed = ["state", "seen_on", "seen_by", "ask_again_on"]
    check.save(update_fields=changed)
    record(check, verb="changed", by=by, fields=changed)
    _stop_looking(check, at=at, by=by)
    if ask_again_on is not None:
        earlier = ask_again_on - dt.timedelta(days=ASK_AGAIN_EARLIER)
        _look_again(check, household, earlier, by=by)


@transaction.atomic
def done(person: Person, *, kind: str, seen_on: dt.date, by: User) -> ScreeningCheck:
    """Notes another check as done: a reference, a home visit, the house rules.

    One that was done before is replaced and kept.
    """
    current = _locked_current(person, kind)
    if current is not None:
        current.replaced_on = seen_on
        current.save(update_fields=["replaced_on"])
        record(current, verb="changed", by=by, fields=["replaced_on"])
    check = ScreeningCheck.objects.create(
        person=person, kind=kind, state=State.SHOWN, seen_on=seen_on, seen_by=by
    )
    record(check, verb="created", by=by, fields=["state", "seen_on", "seen_by"])
    return check


@transaction.atomic
def not_given(
    check: ScreeningCheck,
    household: Household,
    *,
    state: str,
    note: str,
    on: dt.date,
    at: dt.datetime,
    by: User,
) -> None:
    """Notes why there is no document: not shown, refused, cannot apply, lived abroad.

    Except after a refusal somebody looks again in two weeks, as there is a way on.

    Raises:
        StepNotPossible: it was shown or refused already, or replaced.
    """
    _lock(check, to=state)
    check.state = State(state)
    check.note = note
    check.save(update_fields=["state", "note"])
    record(check, verb="changed", by=by, fields=["state", "note"])
    if state == State.REFUSED:
        _stop_looking(check, at=at, by=by)
    else:
        _look_again(check, household, on + dt.timedelta(days=LOOK_AFTER_ASKING), by=by)


def ask_again_around(seen_on: dt.date) -> dt.date:
    """The day around which a document seen on a day is asked for again."""
    return seen_on + relativedelta(months=MONTHS_UNTIL_ASKED_AGAIN)


def _locked_current(person: Person, kind: str) -> ScreeningCheck | None:
    # The person is locked, so that two requests for the same check queue up.
    Person.objects.select_for_update(no_key=True).get(pk=person.pk)
    return (
        ScreeningCheck.objects.select_for_update(no_key=True)
        .current()
        .filter(person=person, kind=kind)
        .first()
    )


def _lock(check: ScreeningCheck, *, to: str) -> None:
    Person.objects.select_for_update(no_key=True).get(pk=check.person_id)
    check.refresh_from_db()
    if check.replaced_on is not None or to not in LEADS_TO[check.state]:
        raise StepNotPossible(check.state)


def _look_again(
    check: ScreeningCheck, household: Household, on: dt.date, *, by: User
) -> None:
    """One reminder for each person; only the VOG takes so long that it needs one."""
    if check.kind != ScreeningCheck.Kind.VOG:
        return
    waiting = _reminders(check).first()
    if waiting is None:
        about = check.person.reference
        tasks.plan(household, Task.Kind.SCREENING, on, about=about, by=by)
        return
    waiting.due_on = on
    waiting.later_until = None
    waiting.save(update_fields=["due_on", "later_until"])
    record(waiting, verb="changed", by=by, fields=["due_on", "later_until"])


def _stop_looking(check: ScreeningCheck, *, at: dt.datetime, by: User) -> None:
    for task in _reminders(check):
        tasks.finish(task, at=at, by=by)


def _reminders(check: ScreeningCheck) -> models.QuerySet[Task]:
    return Task.objects.open().filter(
        kind=Task.Kind.SCREENING, about=check.person.reference
    )

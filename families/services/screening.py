"""Screens the adults of a support family. Documents are looked at, never kept."""

import datetime as dt
from typing import Any

from dateutil.relativedelta import relativedelta
from django.db import models, transaction
from django.utils import timezone

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
_NOT_GIVEN = (
    State.NOT_SHOWN,
    State.CANNOT_APPLY,
    State.LIVED_ABROAD,
    State.REFUSED,
    State.NOT_NEEDED,
)
LEADS_TO: dict[str, tuple[str, ...]] = {
    State.ASKED: (State.APPLIED, State.SHOWN, *_NOT_GIVEN),
    State.APPLIED: (State.SHOWN, *_NOT_GIVEN),
    State.NOT_SHOWN: (State.APPLIED, State.SHOWN, *_NOT_GIVEN[1:]),
    State.CANNOT_APPLY: (State.APPLIED, State.SHOWN, State.NOT_NEEDED),
    State.LIVED_ABROAD: (State.APPLIED, State.SHOWN, State.REFUSED, State.NOT_NEEDED),
    State.REFUSED: (),
    State.SHOWN: (),
    State.NOT_NEEDED: (),
}


class AlreadyAsked(Exception):
    """There is a current check of this kind that is not finished."""


class TakenBackTooLate(Exception):
    """The last step of the check was not recorded today, or was taken back."""


class StepNotPossible(Exception):
    """The check is in a state that does not lead there."""


@transaction.atomic
def ask(
    person: Person, household: Household, *, kind: str, on: dt.date, by: User
) -> ScreeningCheck:
    """Asks an adult for a check. One that is finished is replaced and kept.

    Raises:
        AlreadyAsked: the current check is still under way.
    """
    current = _locked_current(person, kind)
    if current is not None:
        if LEADS_TO[current.state]:
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
    check.recorded_on = None
    check.save(update_fields=["state", "applied_on", "recorded_on"])
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
    check.recorded_on = timezone.localdate(at)
    changed = ["state", "seen_on", "seen_by", "ask_again_on"]
    check.save(update_fields=[*changed, "recorded_on"])
    record(check, verb="changed", by=by, fields=changed)
    _stop_looking(check, at=at, by=by)
    if ask_again_on is not None:
        earlier = ask_again_on - dt.timedelta(days=ASK_AGAIN_EARLIER)
        _look_again(check, household, earlier, by=by)


@transaction.atomic
def done(
    person: Person,
    *,
    kind: str,
    seen_on: dt.date,
    today: dt.date,
    by: User,
    spoken_with: str = "",
    outcome: str = "",
    note: str = "",
) -> ScreeningCheck:
    """Notes another check as done: a reference, a home visit, the house rules.

    One that was done before is replaced and kept. The same sent twice is one check.

    Args:
        person: who is called in this household.
        kind: which check.
        seen_on: the day on which it was done.
        today: the day on which it is recorded.
        by: who did it.
        spoken_with: who gave the reference.
        outcome: what came out of a reference.
        note: a few words.
    """
    said = {"spoken_with": spoken_with, "outcome": outcome, "note": note}
    said_of = {"state": State.SHOWN, "seen_on": seen_on, "seen_by": by, **said}
    return _finished(person, kind=kind, today=today, by=by, told=said_of)


@transaction.atomic
def not_needed(
    person: Person, *, kind: str, note: str, today: dt.date, by: User
) -> ScreeningCheck:
    """Notes why another check is not needed, in words; who decided it stays with it."""
    told = {"state": State.NOT_NEEDED, "seen_on": today, "seen_by": by, "note": note}
    return _finished(person, kind=kind, today=today, by=by, told=told)


@transaction.atomic
def take_back(
    check: ScreeningCheck,
    household: Household,
    *,
    today: dt.date,
    by: User,
) -> None:
    """Takes back the last step of a check that was recorded today by mistake.

    A VOG is under way again, with a reminder; another check is as it was before.

    Raises:
        TakenBackTooLate: it was recorded before today, replaced, or taken back.
    """
    locked = _locked_current(check.person, check.kind)
    if locked is None or locked.pk != check.pk or locked.recorded_on != today:
        raise TakenBackTooLate(check.pk)
    is_vog = locked.kind == ScreeningCheck.Kind.VOG
    locked.state = State.ASKED if locked.applied_on is None else State.APPLIED
    locked.seen_on = locked.seen_by = locked.ask_again_on = locked.recorded_on = None
    locked.note = locked.spoken_with = locked.outcome = ""
    locked.replaced_on = None if is_vog else today
    changed = ["state", "seen_on", "seen_by", "ask_again_on", "note", "spoken_with"]
    changed += ["outcome", "replaced_on"]
    locked.save(update_fields=[*changed, "recorded_on"])
    record(locked, verb="changed", by=by, fields=changed)
    if is_vog:
        later = today + dt.timedelta(days=LOOK_AFTER_ASKING)
        _look_again(locked, household, later, by=by)
    else:
        _bring_back_former(locked, by=by)


def _bring_back_former(check: ScreeningCheck, *, by: User) -> None:
    former = (
        ScreeningCheck.objects.filter(person=check.person_id, kind=check.kind)
        .filter(replaced_on__isnull=False, seen_on__isnull=False)
        .order_by("-pk")
        .first()
    )
    if former is not None:
        former.replaced_on = None
        former.save(update_fields=["replaced_on"])
        record(former, verb="changed", by=by, fields=["replaced_on"])


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

    After a refusal, or when it is not needed, nobody looks again; else somebody does
    in two weeks, as there is a way on.

    Raises:
        StepNotPossible: it was shown or refused already, or replaced.
    """
    _lock(check, to=state)
    check.state = State(state)
    check.note = note
    check.recorded_on = on
    changed = ["state", "note"]
    if state == State.NOT_NEEDED:
        check.seen_on, check.seen_by = on, by
        changed += ["seen_on", "seen_by"]
    check.save(update_fields=[*changed, "recorded_on"])
    record(check, verb="changed", by=by, fields=changed)
    if not LEADS_TO[state]:
        _stop_looking(check, at=at, by=by)
    else:
        _look_again(check, household, on + dt.timedelta(days=LOOK_AFTER_ASKING), by=by)


def ask_again_around(seen_on: dt.date) -> dt.date:
    """The day around which a document seen on a day is asked for again."""
    return seen_on + relativedelta(months=MONTHS_UNTIL_ASKED_AGAIN)


def _finished(
    person: Person, *, kind: str, today: dt.date, by: User, told: dict[str, Any]
) -> ScreeningCheck:
    current = _locked_current(person, kind)
    if current is not None:
        same = all(getattr(current, name) == value for name, value in told.items())
        if same and current.recorded_on == today:
            return current
        current.replaced_on = today
        current.save(update_fields=["replaced_on"])
        record(current, verb="changed", by=by, fields=["replaced_on"])
    check = ScreeningCheck.objects.create(
        person=person, kind=kind, recorded_on=today, **told
    )
    record(check, verb="created", by=by, fields=sorted(told))
    return check


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

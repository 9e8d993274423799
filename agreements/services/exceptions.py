"""Exceptions: on a day or in a week an item falls out, or moves to another day."""

import datetime as dt
from collections.abc import Sequence

from django.db import transaction

from agreements.core import calendar, rhythm, timeline
from agreements.core.calendar import Visit
from agreements.models import Agreement, ItemException
from agreements.services import refused
from agreements.services.locks import lock_agreement, touch, versions_of
from families.models import User
from families.services.audit import record
from matching.models import Pairing

Scope = ItemException.Scope


@transaction.atomic
def note_exception(
    pairing: Pairing,
    *,
    line: int,
    on: dt.date,
    scope: str = Scope.DAY,
    moved_to: dt.date | None = None,
    reason: str = "",
    by: User,
    at: dt.datetime,
    row_version: int | None = None,
) -> ItemException:
    """Notes that an item goes differently once; the agreements stay as they are.

    The same exception sent twice by one person is one.

    Args:
        pairing: one that runs.
        line: of the item.
        on: a day on which it would take place; for a week, any day of it.
        scope: this day only, or the whole week.
        moved_to: the day on which it takes place instead; None for not at all.
        reason: why, in words.
        by: the coordinator who notes it.
        at: the moment of recording.
        row_version: of the agreement as `by` saw it; None does not ask.

    Raises:
        Refused: one of the rules in `refused`; nothing is written then.
    """
    agreement = lock_agreement(pairing)
    if scope == Scope.WEEK:
        on -= on.weekday() * rhythm.DAY
    said = {"line": line, "scope": Scope(scope), "on": on, "moved_to": moved_to}
    same = agreement.exceptions.counted().filter(recorded_by=by, **said).first()
    if same is not None:
        return same
    if row_version is not None and row_version != agreement.row_version:
        raise refused.ChangedMeanwhile
    if agreement.pairing.ended_on is not None:
        raise refused.PairingHasEnded
    last = on + rhythm.WEEK - rhythm.DAY if scope == Scope.WEEK else on
    _check_takes_place(_visits(agreement, line, on, last))
    if moved_to is not None:
        _check_move(agreement, line=line, scope=scope, on=on, moved_to=moved_to)
    exception = ItemException.objects.create(
        agreement=agreement, reason=reason, recorded_by=by, recorded_at=at, **said
    )
    record(exception, verb="created", by=by, fields=["line", "on", "moved_to", "scope"])
    touch(agreement)
    return exception


def _check_takes_place(visits: Sequence[Visit]) -> None:
    planned = [one for one in visits if one.moved_from is None]
    if not visits:
        raise refused.NotOnThisDay
    # What was moved to one of these days would still take place.
    moved = len(planned) < len(visits)
    if moved or any(one.falls_out == calendar.EXCEPTION for one in planned):
        raise refused.DifferentAlready
    if all(one.falls_out == calendar.PAUSE for one in planned):
        raise refused.InAPause


def _check_move(
    agreement: Agreement, *, line: int, scope: str, on: dt.date, moved_to: dt.date
) -> None:
    if scope != Scope.DAY:
        raise refused.MovesOneDayOnly
    if moved_to == on:
        raise refused.MovesNowhere
    if any(one.covers(moved_to) for one in agreement.pauses.counted()):
        raise refused.InAPause
    held = timeline.in_force_on(versions_of(agreement), moved_to)
    if held is None or all(item.line != line for item in held.terms()):
        raise refused.NotAgreedOnThen
    there = _visits(agreement, line, moved_to, moved_to)
    if any(one.falls_out != calendar.EXCEPTION for one in there):
        raise refused.TakesPlaceAlready


def _visits(
    agreement: Agreement, line: int, first: dt.date, last: dt.date
) -> list[Visit]:
    """What would take place of an item, whatever the school holidays."""
    periods = timeline.periods(versions_of(agreement))
    found = calendar.visits(
        [(version.terms(), begin, end) for version, begin, end in periods],
        first=first,
        last=last,
        pauses=[(one.from_on, one.until_on) for one in agreement.pauses.counted()],
        exceptions=agreement.exceptions.counted(),
    )
    return [one for one in found if one.terms.line == line]

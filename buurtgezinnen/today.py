"""In which order things ask the coordinator's attention. Knows no database."""

import datetime as dt
from collections.abc import Iterable
from typing import NamedTuple

from families import public_holidays
from families.panels import TodayRow

MOST_ROWS = 7
# A promise within so many working days is never folded away.
PROMISED_SOON = 2
SATURDAY = 5


class Day(NamedTuple):
    """What to do now, and what can be done later; each row stands in one of them."""

    now: list[TodayRow]
    later: list[TodayRow]


def arrange(rows: Iterable[TodayRow], *, on: dt.date, most: int = MOST_ROWS) -> Day:
    """The rows by urgency, at most so many of them now.

    Safety comes first, then broken promises, what blocks somebody else, what ages and
    what is new; within one urgency what was due first. Rows of one household stand
    together, at the place of its most urgent one. What is due or late, and a promise
    of the next two working days, is never folded away, even where that makes more rows
    than `most`.
    """
    ordered = sorted(rows, key=_weight)
    place: dict[str, int] = {}
    for row in ordered:
        place.setdefault(row.household.reference, len(place))
    ordered.sort(key=lambda row: place[row.household.reference])

    soon = _working_days_after(on, PROMISED_SOON)
    pressing = [_is_pressing(row, on, soon) for row in ordered]
    room = most - sum(pressing)
    now, later = [], []
    for row, presses in zip(ordered, pressing, strict=True):
        if presses:
            now.append(row)
        elif room > 0:
            now.append(row)
            room -= 1
        else:
            later.append(row)
    return Day(now, later)


def _is_pressing(row: TodayRow, on: dt.date, soon: dt.date) -> bool:
    """Whether a row asks for this day, however many others do."""
    if row.due_on is None:
        return False
    return row.due_on <= (soon if row.promised else on)


def _working_days_after(day: dt.date, count: int) -> dt.date:
    while count:
        day += dt.timedelta(days=1)
        count -= day.weekday() < SATURDAY and not public_holidays.is_holiday(day)
    return day


def _weight(
    row: TodayRow,
) -> tuple[int, dt.date, dt.date, bool, str, str, str, str, bool]:
    # What stands behind the dates settles a draw: the order is the same at each reload.
    return (
        row.urgency,
        row.due_on or row.since,
        row.since,
        not row.promised,
        row.household.reference,
        row.title,
        row.action_url,
        row.why,
        row.due_on is None,
    )

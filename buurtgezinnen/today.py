"""In which order things ask the coordinator's attention. Knows no database."""

import datetime as dt
from collections.abc import Iterable
from typing import NamedTuple

from families.panels import TodayRow

MOST_ROWS = 7


class Day(NamedTuple):
    """What to do now, and what can be done later; each row stands in one of them."""

    now: list[TodayRow]
    later: list[TodayRow]


def arrange(rows: Iterable[TodayRow], *, most: int = MOST_ROWS) -> Day:
    """The rows by urgency, at most so many of them now.

    Safety comes first, then broken promises, what blocks somebody else, what ages and
    what is new; within one urgency what was due first. Rows of one household stand
    together, at the place of its most urgent one. A promise is never folded away,
    even where that makes more rows than `most`.
    """
    ordered = sorted(rows, key=_weight)
    place: dict[str, int] = {}
    for row in ordered:
        place.setdefault(row.household.reference, len(place))
    ordered.sort(key=lambda row: place[row.household.reference])

    room = most - sum(row.promised for row in ordered)
    now, later = [], []
    for row in ordered:
        if row.promised:
            now.append(row)
        elif room > 0:
            now.append(row)
            room -= 1
        else:
            later.append(row)
    return Day(now, later)


def _weight(row: TodayRow) -> tuple[int, dt.date, dt.date, str, str]:
    # The reference settles a draw, so that the order is the same at each reload.
    return (
        row.urgency,
        row.due_on or row.since,
        row.since,
        row.household.reference,
        row.title,
    )

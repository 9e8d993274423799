"""On which days something takes place, and what falls out: from agreements to visits.

Knows no database: pauses and holidays are days, exceptions anything that has their
line and day.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from agreements.core import rhythm
from agreements.core.timeline import Terms

PAUSE, HOLIDAY, EXCEPTION = "pause", "holiday", "exception"
STOPS_IN_HOLIDAYS = "stops"
WHOLE_WEEK = "week"

# First and last day, both included; no last day while nobody knows it.
Span = tuple[dt.date, dt.date | None]
# What a version says, with its first and its last day: `timeline.periods`.
Period = tuple[Sequence[Terms], dt.date, dt.date | None]


class Exceptional(Protocol):
    """On one day, or in the week of it, an item does not take place as agreed on."""

    @property
    def line(self) -> int: ...
    @property
    def scope(self) -> str: ...
    @property
    def on(self) -> dt.date: ...
    @property
    def moved_to(self) -> dt.date | None: ...


@dataclass(frozen=True, slots=True)
class Visit:
    """One time of one item.

    Attributes:
        on: the day.
        terms: what takes place.
        moved_from: the day on which it would have been; None where it was not moved.
        falls_out: why it does not take place: "pause", "holiday" or "exception"; ""
            where it does.
    """

    on: dt.date
    terms: Terms
    moved_from: dt.date | None = None
    falls_out: str = ""


def visits(
    periods: Iterable[Period],
    *,
    first: dt.date,
    last: dt.date,
    pauses: Iterable[Span] = (),
    exceptions: Iterable[Exceptional] = (),
    holidays: Iterable[Span] = (),
) -> list[Visit]:
    """Every time of every item from `first` to `last`, also those that fall out.

    By day, and on one day in order of their lines. An exception counts before a pause,
    and a pause before a holiday. What was moved takes place on its new day also in a
    holiday, but not in a pause, and not after the item stopped. Items without fixed
    days give no visits.

    Args:
        periods: what was agreed on, of versions that do not overlap.
        first: the first day asked about.
        last: the last day asked about.
        pauses: in which nothing takes place.
        exceptions: days or whole weeks on which an item goes differently.
        holidays: of the schools; items that go on then are not touched.
    """
    periods, pauses, holidays = list(periods), list(pauses), list(holidays)
    exceptions = list(exceptions)
    dropped = {_key(one) for one in exceptions}
    planned = [
        Visit(day, terms)
        for terms, begin, end in _by_item(periods)
        for day in rhythm.dates(terms.rule, max(first, begin), min(last, end or last))
    ]
    found = [
        replace(one, falls_out=_why_not(one, dropped, pauses, holidays))
        for one in planned
    ]
    for one in exceptions:
        if one.moved_to is not None and first <= one.moved_to <= last:
            paused = PAUSE if _lies_in(one.moved_to, pauses) else ""
            found += [
                Visit(one.moved_to, terms, moved_from=one.on, falls_out=paused)
                for terms in _on(periods, one.line, one.on)
                if _holds(periods, one.line, one.moved_to)
            ]
    return sorted(found, key=_order)


def _order(visit: Visit) -> tuple[dt.date, int, dt.date]:
    return visit.on, visit.terms.line, visit.moved_from or dt.date.min


def _why_not(
    visit: Visit,
    dropped: set[tuple[int, str, dt.date]],
    pauses: list[Span],
    holidays: list[Span],
) -> str:
    line, day = visit.terms.line, visit.on
    monday = day - day.weekday() * rhythm.DAY
    if (line, "day", day) in dropped or (line, WHOLE_WEEK, monday) in dropped:
        return EXCEPTION
    if _lies_in(day, pauses):
        return PAUSE
    stops = visit.terms.holidays == STOPS_IN_HOLIDAYS
    return HOLIDAY if stops and _lies_in(day, holidays) else ""


def _key(exception: Exceptional) -> tuple[int, str, dt.date]:
    day = exception.on
    if exception.scope == WHOLE_WEEK:
        day -= day.weekday() * rhythm.DAY
    return exception.line, exception.scope, day


def _by_item(
    periods: Iterable[Period],
) -> list[tuple[Terms, dt.date, dt.date | None]]:
    return [(terms, begin, end) for items, begin, end in periods for terms in items]


def _on(periods: list[Period], line: int, day: dt.date) -> list[Terms]:
    """The item of a line, where it would take place on a day."""
    return [
        terms
        for terms, begin, end in _by_item(periods)
        if terms.line == line
        and _lies_in(day, [(begin, end)])
        and rhythm.dates(terms.rule, day, day)
    ]


def _holds(periods: list[Period], line: int, day: dt.date) -> bool:
    return any(
        terms.line == line and _lies_in(day, [(begin, end)])
        for terms, begin, end in _by_item(periods)
    )


def _lies_in(day: dt.date, spans: Iterable[Span]) -> bool:
    return any(first <= day and (last is None or day <= last) for first, last in spans)

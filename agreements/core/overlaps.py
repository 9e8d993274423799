"""What two pairings have at the same time: items that overlap, and children at once."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from agreements.core import rhythm
from agreements.core.calendar import Period
from agreements.core.timeline import Terms


class Stay(NamedTuple):
    """Children who are there from one minute to another; minutes of all days."""

    begin: int
    end: int
    children: tuple[int, ...]


def overlapping(
    mine: Sequence[Terms],
    theirs: Iterable[Period],
    *,
    first: dt.date,
    last: dt.date,
) -> list[tuple[Terms, Terms]]:
    """The pairs of items of which a time of one overlaps a time of the other."""
    return [
        (own, other)
        for items, begin, end in theirs
        for other in items
        for own in mine
        if rhythm.clashes(
            own.rule, other.rule, max(first, begin), min(last, end or last)
        )
    ]


def most_children_at_once(
    mine: Sequence[Terms],
    theirs: Iterable[Period],
    *,
    first: dt.date,
    last: dt.date,
) -> int:
    """The most different children at any one time at which something of `mine` is on.

    Items without fixed days are at no known time: each counts on its own.
    """
    own = [
        (day, stay)
        for terms in mine
        for day, stay in _stays(terms, first=first, last=last)
    ]
    around: dict[dt.date, list[Stay]] = defaultdict(list)
    for day, stay in own:
        around[day].append(stay)
    for items, begin, end in theirs:
        for terms in items:
            for day, stay in _stays(
                terms, first=max(first, begin), last=min(last, end or last)
            ):
                around[day].append(stay)
    most = max((len(terms.children) for terms in mine), default=0)
    for day, stay in own:
        # A night reaches into the day after.
        near = [
            one
            for later in (-1, 0, 1)
            for one in around.get(day + later * rhythm.DAY, ())
        ]
        for moment in {max(stay.begin, one.begin) for one in near}:
            if moment < stay.end:
                most = max(most, len(_present(near, moment)))
    return most


def _stays(
    terms: Terms, *, first: dt.date, last: dt.date
) -> Iterator[tuple[dt.date, Stay]]:
    for day in rhythm.dates(terms.rule, first, last):
        midnight = day.toordinal() * rhythm.MINUTES_A_DAY
        for begin, end in rhythm.spans(terms.rule):
            yield day, Stay(midnight + begin, midnight + end, terms.children)


def _present(stays: Iterable[Stay], moment: int) -> set[int]:
    return {
        child
        for stay in stays
        if stay.begin <= moment < stay.end
        for child in stay.children
    }

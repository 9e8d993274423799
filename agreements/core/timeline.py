"""Versions of an agreement through time: what held when, what differs, how much it is.

Knows no database: a version is anything with its number, its dates and its instants.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace
from fractions import Fraction
from functools import reduce
from operator import or_
from typing import Protocol, TypeVar

from agreements.core import rhythm
from agreements.core.rhythm import Rhythm, Rule
from families.moments import DAYS

# The bit of `families.vocabulary.SupportKind.SLEEPOVER`: it ends on the next day.
SLEEPOVER = 2
NEW_LINE = 0
# So many months more or less are no other expectation.
LITTLE_MONTHS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What one item says. `line` is the same through all versions; 0 is a new one.

    Attributes:
        kind: the value of a `SupportKind`.
        children: primary keys of the children it is for.
    """

    line: int = NEW_LINE
    kind: int
    children: tuple[int, ...]
    rhythm: str
    every: int = 1
    first_on: dt.date | None = None
    weekdays: int = 0
    dayparts: int = 0
    starts_at: dt.time | None = None
    ends_at: dt.time | None = None
    where: str = "support_family"
    brings: str = ""
    fetches: str = ""
    holidays: str = "stops"
    note: str = ""

    @property
    def rule(self) -> Rule:
        """When it takes place."""
        return Rule(
            rhythm=self.rhythm,
            every=self.every,
            weekdays=self.weekdays,
            dayparts=self.dayparts,
            starts_at=self.starts_at,
            ends_at=self.ends_at,
            overnight=self.kind == SLEEPOVER,
            first_on=self.first_on,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What holds for all items of a version together.

    Attributes:
        trial_until: the last day of the trial; None for definite agreements.
        months_request: for how long the request family expects support.
        months_support: for how long the support family expects to give it.
        house_rules: the number of the house rules that both say yes to.
    """

    trial_until: dt.date | None = None
    months_request: int | None = None
    months_support: int | None = None
    house_rules: int | None = None


NO_FRAME = Frame()


@dataclass(frozen=True, slots=True)
class FrameChange:
    """One thing of the frame that differs; `name` is that of its field."""

    name: str
    before: dt.date | int | None
    after: dt.date | int | None


# What people call one thing: a difference names these, not the columns.
ASPECTS = {
    "kind": ("kind",),
    "children": ("children",),
    "how_often": ("rhythm", "every", "first_on"),
    "days": ("weekdays", "dayparts"),
    "times": ("starts_at", "ends_at"),
    "where": ("where",),
    "brings": ("brings",),
    "fetches": ("fetches",),
    "holidays": ("holidays",),
    "note": ("note",),
}
COMPARED = {name for names in ASPECTS.values() for name in names}


class Version(Protocol):
    """A version, as far as time is concerned."""

    @property
    def number(self) -> int: ...
    @property
    def effective_from(self) -> dt.date: ...
    @property
    def settled_at(self) -> dt.datetime | None: ...
    @property
    def superseded_at(self) -> dt.datetime | None: ...


V = TypeVar("V", bound=Version)


@dataclass(frozen=True, slots=True)
class ItemChange:
    """An item that is new (no `before`), stops (no `after`), or says something else.

    Attributes:
        aspects: names of `ASPECTS` that differ; empty when it is new or stops.
    """

    before: Terms | None
    after: Terms | None
    aspects: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Totals:
    """Hours per month of all items together.

    Attributes:
        hours: of the items whose hours are known.
        n_unknown: items whose hours are not known.
    """

    hours: Fraction
    n_unknown: int


def tidy(terms: Terms, *, effective_from: dt.date) -> Terms:
    """The same terms without what means nothing beside the rest.

    So two items that say the same are equal, and a difference names no ghosts.
    """
    every, how_often = terms.every, terms.rhythm
    if how_often == Rhythm.EVERY_N_WEEKS and every == 1:
        how_often = Rhythm.WEEKLY
    if how_often not in rhythm.WITH_A_NUMBER:
        every = 1
    counted = how_often == Rhythm.EVERY_N_WEEKS
    has_times = terms.starts_at is not None
    return replace(
        terms,
        children=tuple(sorted(set(terms.children))),
        rhythm=str(how_often),
        every=every,
        first_on=_first_on(terms, effective_from) if counted else None,
        dayparts=0 if has_times else terms.dayparts,
    )


def numbered(items: Iterable[Terms], *, taken: Iterable[int]) -> tuple[Terms, ...]:
    """The items in order of their line; each new one gets a line of its own.

    Args:
        items: terms, of which new ones have line 0.
        taken: every line that was ever used, so that none comes to mean another thing.
    """
    items = list(items)
    last = max([*taken, *(item.line for item in items)], default=0)
    lines = []
    for item in items:
        last += item.line == NEW_LINE
        lines.append(replace(item, line=item.line or last))
    return tuple(sorted(lines, key=lambda item: item.line))


def known(versions: Iterable[V], *, at: dt.datetime | None = None) -> list[V]:
    """Versions that counted at `at`; None is by what is known now."""
    if at is None:
        return [one for one in versions if one.settled_at and not one.superseded_at]
    return [
        one
        for one in versions
        if one.settled_at
        and one.settled_at <= at
        and (one.superseded_at is None or one.superseded_at > at)
    ]


def in_force_on(
    versions: Iterable[V], day: dt.date, *, known_at: dt.datetime | None = None
) -> V | None:
    """The version in force on `day`: the latest that counted and had started."""
    started = [one for one in known(versions, at=known_at) if one.effective_from <= day]
    return max(started, key=lambda one: one.effective_from, default=None)


def periods(
    versions: Iterable[V], *, known_at: dt.datetime | None = None
) -> list[tuple[V, dt.date, dt.date | None]]:
    """Each version that counts with its first and last day, earliest first.

    The last one has no last day. Periods touch, and never overlap.
    """
    line = sorted(known(versions, at=known_at), key=lambda one: one.effective_from)
    lasts = [*(one.effective_from - rhythm.DAY for one in line[1:]), None]
    return [
        (one, one.effective_from, last) for one, last in zip(line, lasts, strict=False)
    ]


def former(version: V, versions: Sequence[V]) -> V | None:
    """The version that this one changed: of the same date, else the one before it.

    By what was known when it was settled; for a draft by what is known now.
    """
    at = version.settled_at
    if at is None:
        others = known(versions)
    else:
        # What it superseded itself was still known just before.
        others = [
            one
            for one in versions
            if one.settled_at
            and one.settled_at <= at
            and (one.superseded_at is None or one.superseded_at >= at)
        ]
    earlier = [
        one
        for one in others
        # Versions settle in order of their numbers, also within one instant.
        if one.number < version.number and one.effective_from <= version.effective_from
    ]
    return max(earlier, key=lambda one: (one.effective_from, one.number), default=None)


def difference(
    before: Iterable[Terms], after: Iterable[Terms]
) -> tuple[ItemChange, ...]:
    """What differs, item by item in order of their lines. Equal items are left out."""
    old = {item.line: item for item in before}
    new = {item.line: item for item in after}
    changes = []
    for line in sorted(old.keys() | new.keys()):
        was, becomes = old.get(line), new.get(line)
        aspects = _aspects(was, becomes) if was and becomes else ()
        if aspects or was is None or becomes is None:
            changes.append(ItemChange(was, becomes, aspects))
    return tuple(changes)


def frame_difference(before: Frame, after: Frame) -> tuple[FrameChange, ...]:
    """What differs for all items together, in the order of the fields.

    House rules are agreed to once: a later version that names none keeps them.
    """
    after = replace(after, house_rules=after.house_rules or before.house_rules)
    pairs = (
        (field.name, getattr(before, field.name), getattr(after, field.name))
        for field in fields(Frame)
    )
    return tuple(FrameChange(*one) for one in pairs if one[1] != one[2])


def still(frame: Frame, *, on: dt.date) -> Frame:
    """What of a frame goes on in a version of a later day.

    A trial that is over is no trial any more, and house rules are agreed to once.
    """
    until = frame.trial_until
    goes_on = until if until is not None and until >= on else None
    return replace(frame, trial_until=goes_on, house_rules=None)


def differ_much(frame: Frame) -> bool:
    """Whether one family thinks of at least twice as long as the other."""
    if frame.months_request is None or frame.months_support is None:
        return False
    shorter, longer = sorted((frame.months_request, frame.months_support))
    return longer >= 2 * shorter and longer - shorter >= LITTLE_MONTHS


def totals(items: Iterable[Terms]) -> Totals:
    """Hours per month of the items together."""
    hours = [rhythm.hours_per_month(item.rule) for item in items]
    sure = [one for one in hours if one is not None]
    return Totals(sum(sure, Fraction()), len(hours) - len(sure))


def occupied_moments(items: Iterable[Terms]) -> int:
    """The moments of the week that the items take together."""
    return reduce(or_, (rhythm.occupied_moments(item.rule) for item in items), 0)


def is_less(before: Iterable[Terms], after: Iterable[Terms]) -> bool:
    """Whether `after` only takes away from `before`: one family's word is enough.

    Every item that is left is the same, or smaller: fewer children, days or weeks, a
    shorter time, or not in the school holidays. Anything else is a change.
    """
    old, new = {item.line: item for item in before}, list(after)
    fits = all(item.line in old and _is_within(item, old[item.line]) for item in new)
    return fits and bool(difference(old.values(), new))


def _first_on(terms: Terms, effective_from: dt.date) -> dt.date:
    days = (effective_from + later * rhythm.DAY for later in range(DAYS))
    fitting = (day for day in days if terms.weekdays >> day.weekday() & 1)
    return terms.first_on or next(fitting, effective_from)


def _aspects(was: Terms, becomes: Terms) -> tuple[str, ...]:
    return tuple(
        aspect
        for aspect, names in ASPECTS.items()
        if any(getattr(was, name) != getattr(becomes, name) for name in names)
    )


def _is_within(item: Terms, old: Terms) -> bool:
    same = all(
        getattr(item, name) == getattr(old, name)
        for name in ("kind", "where", "brings", "fetches", "note")
    )
    return (
        same
        and set(item.children) <= set(old.children)
        and item.holidays in (old.holidays, "stops")
        and _is_subset(item.weekdays, old.weekdays)
        and _is_subset(item.dayparts, old.dayparts)
        and _is_shorter(item, old)
        and _is_rarer(item, old)
    )


def _is_subset(mask: int, of: int) -> bool:
    # No bits at all is "left open", which is not part of anything but itself.
    return mask == of or bool(mask and not mask & ~of)


def _is_shorter(item: Terms, old: Terms) -> bool:
    if (item.starts_at, item.ends_at) == (old.starts_at, old.ends_at):
        return True
    start, end, old_start, old_end = (
        item.starts_at,
        item.ends_at,
        old.starts_at,
        old.ends_at,
    )
    if start is None or end is None or old_start is None or old_end is None:
        return False
    return start >= old_start and end <= old_end


def _is_rarer(item: Terms, old: Terms) -> bool:
    if item.rhythm == old.rhythm == Rhythm.TIMES_A_MONTH:
        return item.every <= old.every
    if (item.rhythm, item.every, item.first_on) == (
        old.rhythm,
        old.every,
        old.first_on,
    ):
        return True
    return old.rhythm == Rhythm.WEEKLY and item.rhythm not in rhythm.WITHOUT_DATES


# A field that no aspect names would be a change that nobody reads.
_UNNAMED = {field.name for field in fields(Terms)} - COMPARED - {"line"}
if _UNNAMED:
    raise TypeError(f"no aspect names {sorted(_UNNAMED)}")

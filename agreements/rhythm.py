"""When an item of an agreement takes place: from a rule to dates, hours and moments.

Only dates and clock times of a day are counted, never instants, so that the nights on
which the clock changes are days like others.
"""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from dateutil.rrule import WEEKLY, rrule

from families import moments
from families.moments import DAYS, Moment, Parity, Part

WEEK = dt.timedelta(weeks=1)
DAY = dt.timedelta(days=1)
# A year of whole weeks, so that the hours of a rule do not depend on the day on which
# it starts: every Wednesday is 52 times, never 53.
WEEKS_A_YEAR = 52
MONTHS_A_YEAR = 12
MINUTES_A_DAY = 24 * 60

# Assumed where only a part of the day was agreed on.
PART_MINUTES = {
    Part.MORNING: 4 * 60,
    Part.AFTERNOON: 4 * 60,
    Part.EVENING: 3 * 60,
    Part.NIGHT: 12 * 60,
}
# From when to when a visit takes up a part of the day.
PART_HOURS = {
    Part.MORNING: (dt.time(8), dt.time(12)),
    Part.AFTERNOON: (dt.time(12), dt.time(18)),
    Part.EVENING: (dt.time(18), dt.time.max),
}


class Rhythm(StrEnum):
    """How often something takes place."""

    WEEKLY = "weekly"
    EVEN_WEEKS = "even_weeks"
    ODD_WEEKS = "odd_weeks"
    EVERY_N_WEEKS = "every_n_weeks"
    TIMES_A_MONTH = "times_a_month"
    NOW_AND_THEN = "now_and_then"


# Without fixed days: these give a count, or nothing, but no dates.
WITHOUT_DATES = frozenset({Rhythm.TIMES_A_MONTH, Rhythm.NOW_AND_THEN})
PARITY: dict[str, Parity] = {
    Rhythm.EVEN_WEEKS: Parity.EVEN,
    Rhythm.ODD_WEEKS: Parity.ODD,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """How often, on which days and from when to when.

    Attributes:
        rhythm: one of `Rhythm`.
        every: weeks from one time to the next, or times a month.
        weekdays: one bit each, Monday first.
        dayparts: one bit each: morning, afternoon, evening, night.
        starts_at: clock time; together with `ends_at`, or neither.
        ends_at: clock time; on the next day where it is overnight.
        overnight: whether it ends on the day after.
        first_on: for every so many weeks, a day of the first week.
    """

    rhythm: str
    every: int = 1
    weekdays: int = 0
    dayparts: int = 0
    starts_at: dt.time | None = None
    ends_at: dt.time | None = None
    overnight: bool = False
    first_on: dt.date | None = None


def bits(mask: int) -> list[int]:
    """The numbers of the bits that are set, lowest first."""
    return [bit for bit in range(mask.bit_length()) if mask >> bit & 1]


def dates(rule: Rule, first: dt.date, last: dt.date) -> list[dt.date]:
    """The days from `first` to `last`, both included, on which it takes place.

    Every so many weeks counts from the week of `rule.first_on`. Rhythms without fixed
    days give no dates.

    Raises:
        ValueError: every so many weeks without a day from which the weeks count.
    """
    days = bits(rule.weekdays)
    if rule.rhythm in WITHOUT_DATES or not days or last < first:
        return []
    begin, interval = _monday(first), 1
    if rule.rhythm == Rhythm.EVERY_N_WEEKS:
        interval = rule.every
        begin += (-_weeks_since_first(rule, begin) % interval) * WEEK
    found = rrule(
        WEEKLY,
        dtstart=dt.datetime.combine(begin, dt.time()),
        until=dt.datetime.combine(last, dt.time()),
        interval=interval,
        byweekday=days,
        wkst=0,
    )
    parity = PARITY.get(rule.rhythm)
    return [
        day
        for day in (moment.date() for moment in found)
        if day >= first and parity in (None, day.isocalendar().week % 2)
    ]


def times_a_month(rule: Rule) -> Fraction | None:
    """How many times in an average month; None where that was left open."""
    if rule.rhythm == Rhythm.NOW_AND_THEN:
        return None
    if rule.rhythm == Rhythm.TIMES_A_MONTH:
        return Fraction(rule.every)
    interval = {Rhythm.WEEKLY: 1, Rhythm.EVERY_N_WEEKS: rule.every}.get(
        Rhythm(rule.rhythm), 2
    )
    a_year = Fraction(len(bits(rule.weekdays)) * WEEKS_A_YEAR, interval)
    return a_year / MONTHS_A_YEAR


def minutes(rule: Rule) -> int | None:
    """How long one time lasts; None when nothing about it was agreed on."""
    if rule.starts_at is not None and rule.ends_at is not None:
        length = _minute(rule.ends_at) - _minute(rule.starts_at)
        return length + MINUTES_A_DAY if rule.overnight else length
    if rule.dayparts:
        return sum(PART_MINUTES[Part(part)] for part in bits(rule.dayparts))
    return PART_MINUTES[Part.NIGHT] if rule.overnight else None


def hours_per_month(rule: Rule) -> Fraction | None:
    """The hours of a year's dates divided by twelve; None when they are not known."""
    times, length = times_a_month(rule), minutes(rule)
    if times is None or length is None:
        return None
    return times * length / 60


def occupied_moments(rule: Rule) -> int:
    """The moments of the week that are taken, as a mask of `families.moments`.

    Every so many weeks takes both kinds of weeks: after a year of 53 weeks the even
    ones become odd. Rhythms without fixed days take none.
    """
    if rule.rhythm in WITHOUT_DATES:
        return moments.NO_MOMENTS
    parity = PARITY.get(rule.rhythm)
    parities = tuple(Parity) if parity is None else (parity,)
    return moments.mask_of(
        _moment(weekday + later, part, week)
        for weekday in bits(rule.weekdays)
        for later, part in _parts(rule)
        for week in parities
    )


def _moment(weekday: int, part: Part, parity: int) -> Moment:
    # The day after a Sunday lies in the next week, which is of the other kind.
    weeks, weekday = divmod(weekday, DAYS)
    return Moment(weekday, part, (parity + weeks) % 2)


def _parts(rule: Rule) -> set[tuple[int, Part]]:
    """The parts of the day that one time takes: days later, and the part."""
    if rule.starts_at is None or rule.ends_at is None:
        chosen = {(0, Part(part)) for part in bits(rule.dayparts)}
        if rule.overnight:
            return (chosen or {(0, Part.EVENING)}) | {(0, Part.NIGHT)}
        return chosen or {(0, part) for part in PART_HOURS}
    if rule.overnight:
        evening = {(0, part) for part in _parts_between(rule.starts_at, dt.time.max)}
        morning = {(1, part) for part in _parts_between(dt.time(), rule.ends_at)}
        return evening | {(0, Part.NIGHT)} | morning
    # Very early still is the morning of that day.
    return {(0, part) for part in _parts_between(rule.starts_at, rule.ends_at)} or {
        (0, Part.MORNING)
    }


def _parts_between(start: dt.time, end: dt.time) -> list[Part]:
    return [
        part
        for part, (begins, ends) in PART_HOURS.items()
        if start < ends and begins < end
    ]


def _weeks_since_first(rule: Rule, monday: dt.date) -> int:
    if rule.first_on is None:
        raise ValueError("every so many weeks needs a day from which the weeks count")
    return (monday - _monday(rule.first_on)).days // DAYS


def _monday(day: dt.date) -> dt.date:
    return day - day.weekday() * DAY


def _minute(time: dt.time) -> int:
    return time.hour * 60 + time.minute

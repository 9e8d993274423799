"""When an item of an agreement takes place: from a rule to dates, hours and moments.

Only dates and clock times of a day are counted, never instants, so that the nights on
which the clock changes are days like others.
"""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from dateutil.rrule import MONTHLY, WEEKLY, rrule, weekday

from families import moments
from families.moments import DAYS, Moment, Parity, Part

WEEK = dt.timedelta(weeks=1)
DAY = dt.timedelta(days=1)
# A year of whole weeks, so that the hours of a rule do not depend on the day on which
# it starts: every Wednesday is 52 times, never 53.
WEEKS_A_YEAR = 52
MONTHS_A_YEAR = 12
# The longest that people agree on: once in so many weeks.
MOST_WEEKS_APART = 12
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
# The same in minutes since the day began; the night lies in the day after.
PART_SPANS = {
    Part.MORNING: (8 * 60, 12 * 60),
    Part.AFTERNOON: (12 * 60, 18 * 60),
    Part.EVENING: (18 * 60, MINUTES_A_DAY),
    Part.NIGHT: (MINUTES_A_DAY, MINUTES_A_DAY + 8 * 60),
}


class Rhythm(StrEnum):
    """How often something takes place."""

    WEEKLY = "weekly"
    EVEN_WEEKS = "even_weeks"
    ODD_WEEKS = "odd_weeks"
    EVERY_N_WEEKS = "every_n_weeks"
    NTH_WEEKDAY = "nth_weekday"
    TIMES_A_MONTH = "times_a_month"
    NOW_AND_THEN = "now_and_then"


# Which one of the month: the first to the fourth, or with this number the last.
LAST_OF_MONTH = 5
# Without fixed days: these give a count, or nothing, but no dates.
WITHOUT_DATES = frozenset({Rhythm.TIMES_A_MONTH, Rhythm.NOW_AND_THEN})
# These mean nothing without a number.
WITH_A_NUMBER = frozenset(
    {Rhythm.EVERY_N_WEEKS, Rhythm.NTH_WEEKDAY, Rhythm.TIMES_A_MONTH}
)
PARITY: dict[str, Parity] = {
    Rhythm.EVEN_WEEKS: Parity.EVEN,
    Rhythm.ODD_WEEKS: Parity.ODD,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """How often, on which days and from when to when.

    Attributes:
        rhythm: one of `Rhythm`.
        every: weeks from one time to the next, or times a month, or which one of the
            month: 1 to 4, and 5 for the last.
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

    Every so many weeks begins in the week of `rule.first_on`. Rhythms without fixed
    days give no dates.

    Raises:
        ValueError: every so many weeks without a day from which the weeks count.
    """
    if rule.rhythm in WITHOUT_DATES or not rule.weekdays or last < first:
        return []
    if rule.rhythm == Rhythm.NTH_WEEKDAY:
        return _of_the_months(rule, first, last)
    begin, interval = _monday(first), 1
    if rule.rhythm == Rhythm.EVERY_N_WEEKS:
        interval, since = rule.every, _weeks_since_first(rule, begin)
        begin += (-since if since < 0 else -since % interval) * WEEK
    found = rrule(
        WEEKLY,
        dtstart=_midnight(begin),
        until=_midnight(last),
        interval=interval,
        byweekday=bits(rule.weekdays),
        wkst=0,
    )
    parity = PARITY.get(rule.rhythm)
    return [
        day
        for day in (moment.date() for moment in found)
        if day >= first and parity in (None, day.isocalendar().week % 2)
    ]


def clashes(one: Rule, other: Rule, first: dt.date, last: dt.date) -> list[dt.date]:
    """The days from `first` to `last` of which a time of `one` meets one of `other`.

    Where no times were agreed on, the parts of the day count; where those are open
    too, the whole day. A night reaches into the day after.
    """
    theirs = set(dates(other, first - DAY, last + DAY))
    meets = {later for later in (-1, 0, 1) if _meet(one, other, later=later)}
    return [
        day
        for day in dates(one, first, last)
        if any(day + later * DAY in theirs for later in meets)
    ]


def times_a_month(rule: Rule) -> Fraction | None:
    """How many times in an average month; None where that was left open."""
    if rule.rhythm == Rhythm.NOW_AND_THEN:
        return None
    if rule.rhythm == Rhythm.TIMES_A_MONTH:
        return Fraction(rule.every)
    n_days = len(bits(rule.weekdays))
    if rule.rhythm == Rhythm.NTH_WEEKDAY:
        return Fraction(n_days)
    interval = {Rhythm.WEEKLY: 1, Rhythm.EVERY_N_WEEKS: rule.every}.get(
        Rhythm(rule.rhythm), 2
    )
    a_year = Fraction(n_days * WEEKS_A_YEAR, interval)
    return a_year / MONTHS_A_YEAR


def minutes(rule: Rule) -> int | None:
    """How long one time lasts; None when nothing about it was agreed on."""
    if rule.starts_at is not None and rule.ends_at is not None:
        length = _minute(rule.ends_at) - _minute(rule.starts_at)
        return length + MINUTES_A_DAY if rule.overnight else length
    if rule.dayparts:
        return sum(PART_MINUTES[Part(part)] for part in bits(rule.dayparts))
    return PART_MINUTES[Part.NIGHT] if rule.overnight else None


def spans(rule: Rule) -> list[tuple[int, int]]:
    """From when to when one time lasts, in minutes since that day began."""
    if rule.starts_at is not None and rule.ends_at is not None:
        later = MINUTES_A_DAY if rule.overnight else 0
        return [(_minute(rule.starts_at), _minute(rule.ends_at) + later)]
    return [PART_SPANS[part] for _later, part in _parts(rule)]


def hours_per_month(rule: Rule) -> Fraction | None:
    """The hours of a year's dates divided by twelve; None when they are not known."""
    times, length = times_a_month(rule), minutes(rule)
    if times is None or length is None:
        return None
    return times * length / 60


def occupied_moments(rule: Rule) -> int:
    """The moments of the week that are taken, as a mask of `families.moments`.

    Every so many weeks takes both kinds of weeks: after a year of 53 weeks the even
    ones become odd. So does a fixed weekday of the month. Rhythms without fixed days
    take none.
    """
    if rule.rhythm in WITHOUT_DATES:
        return moments.NO_MOMENTS
    parity = PARITY.get(rule.rhythm)
    parities = tuple(Parity) if parity is None else (parity,)
    return moments.mask_of(
        _moment(day + later, part, week)
        for day in bits(rule.weekdays)
        for later, part in _parts(rule)
        for week in parities
    )


def _of_the_months(rule: Rule, first: dt.date, last: dt.date) -> list[dt.date]:
    which = -1 if rule.every == LAST_OF_MONTH else rule.every
    found = rrule(
        MONTHLY,
        dtstart=_midnight(first.replace(day=1)),
        until=_midnight(last),
        byweekday=[weekday(day)(which) for day in bits(rule.weekdays)],
    )
    return [day for day in (moment.date() for moment in found) if day >= first]


def _moment(day: int, part: Part, parity: int) -> Moment:
    # The day after a Sunday lies in the next week, which is of the other kind.
    weeks, day = divmod(day, DAYS)
    return Moment(day, part, (parity + weeks) % 2)


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


def _meet(one: Rule, other: Rule, *, later: int) -> bool:
    """Whether a time of `one` overlaps one of `other` that begins days later."""
    ahead = later * MINUTES_A_DAY
    return any(
        begin < ends + ahead and begins + ahead < end
        for begin, end in spans(one)
        for begins, ends in spans(other)
    )


def _midnight(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time())


def _minute(time: dt.time) -> int:
    return time.hour * 60 + time.minute

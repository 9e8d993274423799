"""How often, on which days and at what times something takes place, in words."""

import datetime as dt
from collections.abc import Iterable, Sequence
from itertools import zip_longest
from typing import Any

from django.utils.formats import date_format, time_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from agreements.core.rhythm import LAST_OF_MONTH, Rhythm, bits
from agreements.core.timeline import SLEEPOVER, Terms
from agreements.wording.names import in_a_row

WEEKDAYS = (
    pgettext_lazy("weekday in a sentence", "Monday"),
    pgettext_lazy("weekday in a sentence", "Tuesday"),
    pgettext_lazy("weekday in a sentence", "Wednesday"),
    pgettext_lazy("weekday in a sentence", "Thursday"),
    pgettext_lazy("weekday in a sentence", "Friday"),
    pgettext_lazy("weekday in a sentence", "Saturday"),
    pgettext_lazy("weekday in a sentence", "Sunday"),
)
PARTS = (
    pgettext_lazy("part of a day in a sentence", "morning"),
    pgettext_lazy("part of a day in a sentence", "afternoon"),
    pgettext_lazy("part of a day in a sentence", "evening"),
    pgettext_lazy("part of a day in a sentence", "night"),
)
EVERY_OTHER = 2
WITHOUT_A_NUMBER: dict[str, Any] = {
    Rhythm.WEEKLY: gettext_lazy("every week"),
    Rhythm.EVEN_WEEKS: gettext_lazy("every other week, in even weeks"),
    Rhythm.ODD_WEEKS: gettext_lazy("every other week, in odd weeks"),
    Rhythm.NOW_AND_THEN: gettext_lazy("now and then"),
}
WHICH_OF_THE_MONTH = {
    1: gettext_lazy("first %(days)s of the month"),
    2: gettext_lazy("second %(days)s of the month"),
    3: gettext_lazy("third %(days)s of the month"),
    4: gettext_lazy("fourth %(days)s of the month"),
    LAST_OF_MONTH: gettext_lazy("last %(days)s of the month"),
}


def when(terms: Terms) -> str:
    """How often, on which days and from when to when, as the start of a sentence."""
    on = _moment(terms)
    return _how_often_pattern(terms, on=on) % {"on": on, "n": terms.every}


def how_often(terms: Terms) -> str:
    """How often on its own: "om de week", "2 keer per maand"."""
    every = terms.every
    if terms.rhythm in WITHOUT_A_NUMBER:
        return str(WITHOUT_A_NUMBER[terms.rhythm])
    if terms.rhythm == Rhythm.EVERY_N_WEEKS:
        pattern = (
            _("every other week, first in the week of %(first)s")
            if every == EVERY_OTHER
            else _("once every %(n)d weeks, first in the week of %(first)s")
        )
        return pattern % {"n": every, "first": date_in_words(terms.first_on)}
    if terms.rhythm == Rhythm.NTH_WEEKDAY:
        return _("every %(days)s") % {"days": _days_of_rhythm(terms)}
    return ngettext("once a month", "%(n)d times a month", every) % {"n": every}


def first_week(terms: Terms) -> str:
    """When every so many weeks begins, as a sentence; "" for other rhythms."""
    if terms.rhythm != Rhythm.EVERY_N_WEEKS:
        return ""
    first = {"first": date_in_words(terms.first_on)}
    days_of_week = bits(terms.weekdays)
    # Another day only says which week it is: it need not be the first day itself.
    if terms.first_on and terms.first_on.weekday() == min(days_of_week, default=None):
        return _("The first time is on %(first)s.") % first
    return _("The first time is in the week of %(first)s.") % first


def days(terms: Terms) -> str:
    """The days and parts of the day: "woensdagmiddag en donderdag"; "" for none."""
    weekdays = [str(WEEKDAYS[day]) for day in bits(terms.weekdays)]
    parts = [str(PARTS[part]) for part in bits(terms.dayparts)]
    if not weekdays:
        return in_a_row(parts)
    if not parts:
        return in_a_row(weekdays)
    return in_a_row(
        _("%(day)s %(part)s") % {"day": day, "part": part}
        for day in weekdays
        for part in parts
    )


def slots(slots_in_mask: Iterable[tuple[int, int]]) -> str:
    """Dayparts of the week in words: "woensdagmiddag en donderdagavond"."""
    return in_a_row(
        _("%(day)s %(part)s") % {"day": WEEKDAYS[day], "part": PARTS[part]}
        for day, part in slots_in_mask
    )


def times(terms: Terms) -> str:
    """The clock times: "13.00 – 17.00 uur"; "" where none were agreed on."""
    if terms.starts_at is None or terms.ends_at is None:
        return ""
    between = {"start": clock(terms.starts_at), "end": clock(terms.ends_at)}
    if terms.kind == SLEEPOVER:
        return _("%(start)s – %(end)s the next day") % between
    return _("%(start)s – %(end)s") % between


def clock(time: dt.time) -> str:
    """A clock time as people write it: 9.00, 13.30."""
    return time_format(time, "G.i")


def _moment(terms: Terms) -> str:
    """Days with times or parts, to stand behind how often; "" for none."""
    named = _days_of_rhythm(terms)
    if terms.starts_at is None or terms.ends_at is None:
        if named and not terms.weekdays:
            return _("in the %(parts)s") % {"parts": named}
        return named
    values = {
        "days": named,
        "start": clock(terms.starts_at),
        "end": clock(terms.ends_at),
    }
    if named and terms.kind == SLEEPOVER:
        return _("%(days)s from %(start)s to %(end)s the next day") % values
    if named:
        return _("%(days)s from %(start)s to %(end)s") % values
    if terms.kind == SLEEPOVER:
        return _("from %(start)s to %(end)s the next day") % values
    return _("from %(start)s to %(end)s") % values


def _days_of_rhythm(terms: Terms) -> str:
    """The days, and which ones of the month: "eerste zaterdag van de maand"."""
    if terms.rhythm != Rhythm.NTH_WEEKDAY:
        return days(terms)
    return str(WHICH_OF_THE_MONTH[terms.every]) % {"days": days(terms)}


def _how_often_pattern(terms: Terms, *, on: str) -> str:
    if terms.rhythm in (Rhythm.WEEKLY, Rhythm.NTH_WEEKDAY):
        return _("Every %(on)s")
    if terms.rhythm == Rhythm.EVEN_WEEKS:
        return _("In even weeks on %(on)s")
    if terms.rhythm == Rhythm.ODD_WEEKS:
        return _("In odd weeks on %(on)s")
    if terms.rhythm == Rhythm.EVERY_N_WEEKS:
        return _every_n_weeks(terms)
    if terms.rhythm == Rhythm.NOW_AND_THEN:
        return _now_and_then(terms, on=on)
    return _times_a_month(terms, on=on)


def _every_n_weeks(terms: Terms) -> str:
    if terms.every == EVERY_OTHER:
        return _("Every other week on %(on)s")
    return _("Once every %(n)d weeks on %(on)s")


def _now_and_then(terms: Terms, *, on: str) -> str:
    if terms.weekdays:
        return _("Now and then on %(on)s")
    return _("Now and then %(on)s") if on else _("Now and then")


def _times_a_month(terms: Terms, *, on: str) -> str:
    n = terms.every
    if terms.weekdays:
        return ngettext("Once a month on %(on)s", "%(n)d times a month on %(on)s", n)
    if on:
        return ngettext("Once a month %(on)s", "%(n)d times a month %(on)s", n)
    return ngettext("Once a month", "%(n)d times a month", n)


def days_in_words(days: Sequence[dt.date]) -> str:
    """Days in a row, each month and year once: "wo 2, wo 9 en wo 16 december 2026"."""
    return in_a_row(
        date_format(day, _day_format(day, later))
        for day, later in zip_longest(days, days[1:])
    )


def _day_format(day: dt.date, later: dt.date | None) -> str:
    if later is None or later.year != day.year:
        return "D j F Y"
    return "D j" if later.month == day.month else "D j F"


def date_in_words(day: dt.date | None) -> str:
    """A day as people write it: "12 maart 2026"; "" for none."""
    return date_format(day, "j F Y") if day else ""

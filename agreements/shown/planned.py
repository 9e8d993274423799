"""What takes place when: the visits of a pairing, and how pages tell the next ones."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agreements import wording
from agreements.core import calendar, rhythm, timeline
from agreements.core.calendar import STOPS_IN_HOLIDAYS, Visit
from agreements.core.timeline import Terms
from agreements.history import History, terms_of
from agreements.models import ItemException
from agreements.wording import Names
from families.models import Municipality
from families.school_holidays import holidays_of, known_until

N_FIRST, A_YEAR = 3, 52 * rhythm.WEEK
N_NEXT = 5
# Far enough for so many times of what is far apart.
AHEAD = N_NEXT * rhythm.MOST_WEEKS_APART * rhythm.WEEK


@dataclass(frozen=True)
class ShownVisit:
    """One time as a page shows it.

    Attributes:
        on: the day.
        title: what, and for whom.
        times: from when to when; "" where no times were agreed on.
        remark: why it falls out, or from which day it was moved; "" for neither.
        takes_place: whether it does.
    """

    on: dt.date
    title: str
    times: str
    remark: str
    takes_place: bool


@dataclass(frozen=True)
class FirstTimes:
    """One item, and when it would take place first, as a sentence."""

    title: str
    text: str


@dataclass(frozen=True)
class NextTimes:
    """The next times, and what the reader must know beside them."""

    visits: list[ShownVisit]
    remarks: list[str]


def visits_of(history: History, *, first: dt.date, last: dt.date) -> list[Visit]:
    """Every time from `first` to `last`, by what counts now, also what falls out."""
    ended_on = history.pairing.ended_on
    last = last if ended_on is None else min(last, ended_on)
    return calendar.visits(
        [
            (version.terms(), begin, end)
            for version, begin, end in timeline.periods(history.versions)
        ],
        first=first,
        last=last,
        pauses=[(one.from_on, one.until_on) for one in history.pauses],
        exceptions=history.exceptions,
        holidays=holidays_of(_municipality(history).holiday_region, first, last),
    )


def item_of(history: History, exception: ItemException) -> Terms:
    """The item as it was agreed on for that day, or else at any time."""
    held = history.in_force_on(exception.on)
    versions = [*([held] if held else []), *reversed(history.versions)]
    terms = (item for one in versions for item in one.terms())
    return next(item for item in terms if item.line == exception.line)


def next_times(history: History, names: Names, *, on: dt.date) -> NextTimes:
    """The next times from a day on, as `names` calls everybody."""
    visits = visits_of(history, first=on, last=on + AHEAD)[:N_NEXT]
    moves = {(one.line, one.on): one.moved_to for one in history.exceptions}
    shown = [
        ShownVisit(
            visit.on,
            wording.title(visit.terms, names),
            wording.times(visit.terms),
            wording.visit_remark(
                visit, moved_to=moves.get((visit.terms.line, visit.on))
            ),
            takes_place=not visit.falls_out,
        )
        for visit in visits
    ]
    return NextTimes(
        shown,
        [*_without_days(history, names, on=on), *_about_holidays(history, visits)],
    )


def first_times(
    history: History, items: Sequence[Terms], *, on: dt.date
) -> list[FirstTimes]:
    """When each item would take place first, if it held from a day on.

    Until the next version that counts; pauses, school holidays and what goes
    differently once are taken into account.
    """
    ended_on = history.pairing.ended_on
    later = (one.effective_from for one in timeline.known(history.versions))
    ends = [day - rhythm.DAY for day in later if day > on]
    last = min([on + A_YEAR, *ends, *([ended_on] if ended_on else [])])
    visits = calendar.visits(
        [(items, on, last)],
        first=on,
        last=last,
        pauses=[(one.from_on, one.until_on) for one in history.pauses],
        exceptions=history.exceptions,
        holidays=holidays_of(_municipality(history).holiday_region, on, last),
    )
    return [
        FirstTimes(
            wording.title(item, history.names),
            _first_days(item, [one for one in visits if one.terms == item], last),
        )
        for item in items
    ]


def _first_days(item: Terms, visits: list[Visit], last: dt.date) -> str:
    if item.rhythm in rhythm.WITHOUT_DATES:
        return _("No fixed days: %(how_often)s.") % {
            "how_often": wording.how_often(item)
        }
    days = [one.on for one in visits if not one.falls_out][:N_FIRST]
    if days:
        pattern = ngettext("First time: %(days)s", "First times: %(days)s", len(days))
        return pattern % {"days": wording.days_in_words(days)}
    text = (
        _("Until %(day)s every time falls out: there is a pause or a school holiday.")
        if visits
        else _("Until %(day)s there is no day on which this takes place.")
    )
    return text % {"day": wording.date_in_words(last)}


def _without_days(history: History, names: Names, *, on: dt.date) -> list[str]:
    return [
        _("%(item)s has no fixed days: %(how_often)s.")
        % {
            "item": wording.title(terms, names),
            "how_often": wording.how_often(terms),
        }
        for terms in terms_of(history.in_force_on(on))
        if terms.rhythm in rhythm.WITHOUT_DATES
    ]


def _about_holidays(history: History, visits: list[Visit]) -> list[str]:
    """What is not known about the school holidays, where it matters to a visit."""
    days = [one.on for one in visits if one.terms.holidays == STOPS_IN_HOLIDAYS]
    if not days:
        return []
    municipality = _municipality(history)
    if not municipality.holiday_region:
        text = _(
            "We do not know in which region of the school holidays %(municipality)s"
            " lies. So nothing falls out here for a holiday."
        )
        return [text % {"municipality": municipality.name}]
    until = known_until(municipality.holiday_region)
    if until is None or until < days[0]:
        text = _(
            "We do not know the school holidays of the region %(region)s. So nothing"
            " falls out here for a holiday."
        )
        return [text % {"region": municipality.get_holiday_region_display()}]
    if until < days[-1]:
        text = _(
            "We know the school holidays until %(day)s. After that nothing falls out"
            " here for a holiday."
        )
        return [text % {"day": wording.date_in_words(until)}]
    return []


def _municipality(history: History) -> Municipality:
    """Where the children go to school: the municipality of the request family."""
    return history.pairing.request.family.household.municipality

"""What takes place when: the visits of a pairing, and how pages tell the next ones."""

import datetime as dt
from dataclasses import dataclass

from django.utils.translation import gettext as _

from agreements import wording
from agreements.core import calendar, rhythm, timeline
from agreements.core.calendar import STOPS_IN_HOLIDAYS, Visit
from agreements.history import History, terms_of
from agreements.wording import Names
from families.models import Municipality
from families.school_holidays import holidays_of, known_until

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

"""When a running pairing asks attention: contact, the end of its trial, evaluations.

Dates in, dates out: it knows no database and no language.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from dateutil.relativedelta import relativedelta

DAY = dt.timedelta(days=1)
WEEK = dt.timedelta(weeks=1)
# So long after the start of its trial each family is asked how it goes.
ASK_AFTER = 2 * WEEK
# Whoever was spoken to this long after the start was asked.
ASKED_FROM = WEEK
FIRST_MONTHS = relativedelta(months=3)
TRIAL_ENDS_WITHIN = 2 * WEEK
MONTHS_BETWEEN = 6
# An evaluation held this long before its day is the one of that day.
HELD_BEFORE = 6 * WEEK

Kind = Literal["ask_how_it_goes", "no_contact", "trial_ends", "evaluation"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """After how many weeks without contact a family is called.

    Attributes:
        at_first: in the first three months.
        later: after that.
    """

    at_first: int
    later: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """A running pairing through time.

    Attributes:
        trial_on: the first day of its trial.
        trial_until: the last day of its trial, if there was one.
        definite_on: the first day of its definite agreements; None in the trial.
        pauses: the first and the last day of each; None is not known yet.
        evaluated_on: on which days an evaluation was finished.
        is_evaluating: whether an evaluation is going on.
    """

    trial_on: dt.date
    trial_until: dt.date | None = None
    definite_on: dt.date | None = None
    pauses: tuple[tuple[dt.date, dt.date | None], ...] = ()
    evaluated_on: tuple[dt.date, ...] = ()
    is_evaluating: bool = False

    def is_paused_on(self, day: dt.date) -> bool:
        """Whether the pairing rests on a day."""
        return any(
            first <= day and (last is None or day <= last)
            for first, last in self.pauses
        )

    def went_on_by(self, day: dt.date) -> dt.date:
        """The day on which it last began, or went on after a pause."""
        lasts = (last for _first, last in self.pauses if last is not None)
        return max([self.trial_on, *(last + DAY for last in lasts if last < day)])


@dataclass(frozen=True, slots=True)
class Due:
    """Something that asks attention.

    Attributes:
        since: the first day on which it does.
        about: the day that it is about: the start or the end of the trial, when the
            family was last spoken to (None is never), or when an evaluation should be.
    """

    kind: Kind
    since: dt.date
    about: dt.date | None


def contact_due(
    course: Course, *, spoken_on: Iterable[dt.date], limits: Limits, on: dt.date
) -> Due | None:
    """Whether one family should be called.

    Args:
        course: of the pairing.
        spoken_on: on which days somebody of the family was reached.
        limits: how long may go by without contact.
        on: today.
    """
    if on < course.trial_on or course.is_paused_on(on):
        return None
    spoken = max((day for day in spoken_on if day <= on), default=None)
    began = course.went_on_by(on)
    until = _silent_until(course, max(spoken or began, began), limits)
    if on >= until:
        return Due("no_contact", until, spoken)
    ask_on = course.trial_on + ASK_AFTER
    was_asked = spoken is not None and spoken >= course.trial_on + ASKED_FROM
    if ask_on <= on and not was_asked:
        return Due("ask_how_it_goes", ask_on, course.trial_on)
    return None


def trial_due(course: Course, *, on: dt.date) -> Due | None:
    """Whether the trial is nearly over, or is over and goes on all the same."""
    until = course.trial_until
    if course.definite_on is not None or until is None or course.is_paused_on(on):
        return None
    since = max(until - TRIAL_ENDS_WITHIN, course.trial_on)
    return Due("trial_ends", since, until) if on >= since else None


def evaluation_due(course: Course, *, on: dt.date) -> Due | None:
    """Whether an evaluation should have been held by now; the trial has its own row."""
    if course.definite_on is None or course.is_evaluating or course.is_paused_on(on):
        return None
    day = last_half_year(course.definite_on, on=on) or course.trial_until
    if day is None or day > on or was_evaluated(course, day):
        return None
    return Due("evaluation", day, day)


def was_evaluated(course: Course, day: dt.date) -> bool:
    """Whether the evaluation of a day was held, then or shortly before."""
    return any(one >= day - HELD_BEFORE for one in course.evaluated_on)


def last_half_year(start: dt.date, *, on: dt.date) -> dt.date | None:
    """The last day that is a whole number of half years after `start`; None before one.

    Each counts from the start itself, so the 31st comes back after a shorter month.
    """
    months = (on.year - start.year) * 12 + on.month - start.month
    number = months // MONTHS_BETWEEN
    if _half_years_after(start, number) > on:
        number -= 1
    return _half_years_after(start, number) if number > 0 else None


def _half_years_after(start: dt.date, number: int) -> dt.date:
    return start + relativedelta(months=number * MONTHS_BETWEEN)


def _silent_until(course: Course, last: dt.date, limits: Limits) -> dt.date:
    at_first = last + limits.at_first * WEEK
    if at_first <= course.trial_on + FIRST_MONTHS:
        return at_first
    return last + limits.later * WEEK

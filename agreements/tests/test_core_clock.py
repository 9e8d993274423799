import calendar
import datetime as dt

import pytest
from dateutil.relativedelta import relativedelta
from hypothesis import given, settings
from hypothesis import strategies as st

from agreements.core import clock
from agreements.core.clock import Course, Due, Limits

LIMITS = Limits(at_first=4, later=8)
TRIAL = dt.date(2026, 1, 5)
ENDS = dt.date(2026, 2, 16)
DEFINITE = dt.date(2026, 2, 17)
ON_TRIAL = Course(trial_on=TRIAL, trial_until=ENDS)
RUNNING = Course(trial_on=TRIAL, trial_until=ENDS, definite_on=DEFINITE)
DAY = dt.timedelta(days=1)
days = st.dates(dt.date(2024, 1, 1), dt.date(2040, 12, 31))


def contact(on, *spoken, course=ON_TRIAL):
    return clock.contact_due(course, spoken_on=spoken, limits=LIMITS, on=on)


def january(day):
    return dt.date(2026, 1, day)


@pytest.mark.parametrize(
    ("on", "spoken", "due"),
    [
        (january(18), [], None),
        (january(19), [], Due("ask_how_it_goes", january(19), TRIAL)),
        # A talk in the first week is not about how it goes.
        (january(19), [january(11)], Due("ask_how_it_goes", january(19), TRIAL)),
        (january(19), [january(12)], None),
        (january(19), [january(19)], None),
        # A talk that is still to come, by somebody's slip, says nothing.
        (january(19), [january(20)], Due("ask_how_it_goes", january(19), TRIAL)),
    ],
)
def test_each_family_is_asked_two_weeks_after_the_start_of_the_trial(on, spoken, due):
    assert contact(on, *spoken) == due


def test_after_four_weeks_of_silence_a_family_is_called():
    spoken = january(12)
    silent_from = dt.date(2026, 2, 9)

    assert contact(silent_from - DAY, spoken) is None
    assert contact(silent_from, spoken) == Due("no_contact", silent_from, spoken)


def test_who_was_never_spoken_to_is_called_four_weeks_after_the_start():
    silent_from = dt.date(2026, 2, 2)

    assert contact(silent_from) == Due("no_contact", silent_from, None)


def test_after_three_months_silence_may_last_eight_weeks():
    spoken = dt.date(2026, 3, 9)
    silent_from = dt.date(2026, 5, 4)

    assert contact(silent_from - DAY, spoken, course=RUNNING) is None
    assert contact(silent_from, spoken, course=RUNNING) == Due(
        "no_contact", silent_from, spoken
    )


def test_what_was_said_before_the_trial_does_not_shorten_the_first_weeks():
    spoken = dt.date(2025, 12, 1)

    assert contact(january(18), spoken) is None


@pytest.mark.parametrize("until", [None, january(25)])
def test_nothing_is_due_in_a_pause(until):
    course = Course(
        trial_on=TRIAL, trial_until=january(25), pauses=((january(19), until),)
    )

    assert contact(january(25), course=course) is None
    assert clock.trial_due(course, on=january(25)) is None


def test_silence_counts_from_the_end_of_a_pause():
    pause = (january(26), dt.date(2026, 4, 26))
    course = Course(trial_on=TRIAL, definite_on=DEFINITE, pauses=(pause,))
    spoken = january(25)
    silent_from = dt.date(2026, 6, 22)

    assert contact(silent_from - DAY, spoken, course=course) is None
    assert contact(silent_from, spoken, course=course) == Due(
        "no_contact", silent_from, spoken
    )


def test_a_pause_that_is_still_to_come_changes_nothing():
    course = Course(trial_on=TRIAL, pauses=((dt.date(2026, 6, 1), None),))

    assert contact(january(19), course=course) == contact(january(19))


def test_a_trial_asks_attention_from_two_weeks_before_its_end():
    since = dt.date(2026, 2, 2)

    assert clock.trial_due(ON_TRIAL, on=since - DAY) is None
    assert clock.trial_due(ON_TRIAL, on=since) == Due("trial_ends", since, ENDS)
    assert clock.trial_due(ON_TRIAL, on=ENDS + 90 * DAY) == Due(
        "trial_ends", since, ENDS
    )
    assert clock.trial_due(RUNNING, on=ENDS) is None


def test_a_trial_shorter_than_two_weeks_asks_from_its_start():
    course = Course(trial_on=TRIAL, trial_until=january(9))

    assert clock.trial_due(course, on=TRIAL) == Due("trial_ends", TRIAL, january(9))


def evaluation(on, *held, **differs):
    course = Course(
        trial_on=TRIAL,
        trial_until=differs.pop("trial_until", ENDS),
        definite_on=differs.pop("definite_on", DEFINITE),
        evaluated_on=held,
        **differs,
    )
    return clock.evaluation_due(course, on=on)


AUGUST, FEBRUARY = dt.date(2026, 8, 17), dt.date(2027, 2, 17)


def test_an_evaluation_is_due_every_half_year_of_the_definite_agreements():
    held = ENDS

    assert evaluation(AUGUST - DAY, held) is None
    assert evaluation(AUGUST, held) == Due("evaluation", AUGUST, AUGUST)
    assert evaluation(FEBRUARY, held) == Due("evaluation", FEBRUARY, FEBRUARY)


def test_the_evaluation_of_the_trial_stays_due_after_it():
    assert evaluation(DEFINITE) == Due("evaluation", ENDS, ENDS)
    assert evaluation(DEFINITE, TRIAL) is None
    assert evaluation(DEFINITE, trial_until=None) is None


def test_an_evaluation_shortly_before_its_day_is_the_one_of_that_day():
    early = AUGUST - dt.timedelta(weeks=6)

    assert evaluation(AUGUST, early) is None
    assert evaluation(AUGUST, early - DAY) == Due("evaluation", AUGUST, AUGUST)
    assert evaluation(FEBRUARY, early) == Due("evaluation", FEBRUARY, FEBRUARY)


def test_no_evaluation_is_due_in_the_trial_in_a_pause_or_during_another_one():
    pause = ((AUGUST, None),)

    assert evaluation(AUGUST, definite_on=None) is None
    assert evaluation(AUGUST, pauses=pause) is None
    assert evaluation(AUGUST, is_evaluating=True) is None


@pytest.mark.parametrize(
    ("start", "on", "last"),
    [
        (dt.date(2026, 8, 31), dt.date(2027, 2, 27), None),
        (dt.date(2026, 8, 31), dt.date(2027, 2, 28), dt.date(2027, 2, 28)),
        (dt.date(2026, 8, 31), dt.date(2027, 8, 30), dt.date(2027, 2, 28)),
        (dt.date(2026, 8, 31), dt.date(2027, 8, 31), dt.date(2027, 8, 31)),
        (dt.date(2027, 8, 31), dt.date(2028, 2, 29), dt.date(2028, 2, 29)),
        (dt.date(2028, 2, 29), dt.date(2028, 8, 29), dt.date(2028, 8, 29)),
        (dt.date(2028, 2, 29), dt.date(2029, 2, 28), dt.date(2029, 2, 28)),
        (dt.date(2028, 2, 29), dt.date(2032, 2, 29), dt.date(2032, 2, 29)),
        (dt.date(2026, 12, 31), dt.date(2027, 6, 30), dt.date(2027, 6, 30)),
        (dt.date(2026, 6, 1), dt.date(2026, 5, 1), None),
    ],
)
def test_half_years_end_on_the_last_day_of_shorter_months(start, on, last):
    assert clock.last_half_year(start, on=on) == last


@given(days, days)
@settings(max_examples=500)
def test_half_years_are_those_of_a_plain_count_of_months(start, on):
    counted = None
    year, month = start.year, start.month
    while True:
        month += 6
        year, month = (year + 1, month - 12) if month > 12 else (year, month)
        day = min(start.day, calendar.monthrange(year, month)[1])
        if dt.date(year, month, day) > on:
            break
        counted = dt.date(year, month, day)

    assert clock.last_half_year(start, on=on) == counted


@given(days, st.integers(0, 900), st.lists(st.integers(0, 900), max_size=5))
@settings(max_examples=300)
def test_a_family_that_was_just_spoken_to_is_never_called(start, later, spoken):
    course = Course(trial_on=start, definite_on=start + relativedelta(months=2))
    on = start + later * DAY
    reached = [start + one * DAY for one in spoken if 7 <= one <= later]

    due = contact(on, *reached, course=course)

    silent = on - max(reached, default=start)
    if silent < dt.timedelta(weeks=2):
        assert due is None
    if silent >= dt.timedelta(weeks=8):
        assert due is not None
        assert due.since <= on

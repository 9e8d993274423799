import datetime as dt
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agreements.core import rhythm
from agreements.core.rhythm import Rhythm, Rule
from agreements.models import AgreementItem
from agreements.tests import strategies
from families import moments
from families.moments import Moment, Part

MONDAY, WEDNESDAY, SATURDAY, SUNDAY = 1, 1 << 2, 1 << 5, 1 << 6
ONE_TO_FIVE = {"starts_at": dt.time(13), "ends_at": dt.time(17)}


@given(strategies.rules(), strategies.days, st.integers(-1, 500))
@settings(max_examples=400)
def test_dates_are_those_of_a_plain_day_by_day_loop(rule, first, n_days):
    last = first + dt.timedelta(days=n_days)

    found = rhythm.dates(rule, first, last)

    assert found == strategies.day_by_day(rule, first, last)


@given(strategies.rules(), strategies.rules(), strategies.days)
@settings(max_examples=200)
def test_clashes_are_those_of_a_clock_looked_at_each_half_hour(one, other, first):
    last = first + dt.timedelta(days=40)

    found = rhythm.clashes(one, other, first, last)

    assert found == strategies.clashes_by_the_minute(one, other, first, last)


def test_rhythms_are_those_of_the_model():
    assert [*Rhythm] == AgreementItem.Rhythm.values


def test_every_wednesday_gives_each_wednesday_with_both_ends_included():
    rule = Rule(rhythm="weekly", weekdays=WEDNESDAY)

    found = rhythm.dates(rule, dt.date(2026, 11, 25), dt.date(2026, 12, 9))

    assert found == [
        dt.date(2026, 11, 25),
        dt.date(2026, 12, 2),
        dt.date(2026, 12, 9),
    ]


def test_week_53_is_odd_and_so_is_week_1_after_it():
    odd = Rule(rhythm="odd_weeks", weekdays=WEDNESDAY)

    found = rhythm.dates(odd, dt.date(2026, 12, 21), dt.date(2027, 1, 20))

    # 30 December 2026 lies in week 53, 6 January 2027 in week 1.
    assert found == [
        dt.date(2026, 12, 30),
        dt.date(2027, 1, 6),
        dt.date(2027, 1, 20),
    ]


def test_even_weeks_pause_two_weeks_around_week_53():
    even = Rule(rhythm="even_weeks", weekdays=WEDNESDAY)

    found = rhythm.dates(even, dt.date(2026, 12, 21), dt.date(2027, 1, 20))

    assert found == [dt.date(2026, 12, 23), dt.date(2027, 1, 13)]


def test_every_two_weeks_goes_on_through_week_53():
    rule = Rule(
        rhythm="every_n_weeks",
        every=2,
        weekdays=WEDNESDAY,
        first_on=dt.date(2026, 12, 16),
    )

    found = rhythm.dates(rule, dt.date(2026, 12, 14), dt.date(2027, 1, 14))

    assert found == [
        dt.date(2026, 12, 16),
        dt.date(2026, 12, 30),
        dt.date(2027, 1, 13),
    ]


def test_29_february_is_a_day_like_others():
    rule = Rule(
        rhythm="every_n_weeks",
        every=4,
        weekdays=1 << dt.date(2028, 2, 29).weekday(),
        first_on=dt.date(2028, 2, 29),
    )

    found = rhythm.dates(rule, dt.date(2028, 2, 1), dt.date(2028, 3, 31))

    assert found == [dt.date(2028, 2, 29), dt.date(2028, 3, 28)]


@pytest.mark.parametrize(
    ("every", "weekdays", "first", "last", "expected"),
    [
        # A month may have five Saturdays, and the last one may be its last day.
        (5, SATURDAY, "2026-01-01", "2026-03-31", ["01-31", "02-28", "03-28"]),
        (4, SATURDAY, "2026-01-01", "2026-03-31", ["01-24", "02-28", "03-28"]),
        (1, SATURDAY, "2026-01-01", "2026-03-31", ["01-03", "02-07", "03-07"]),
        # Each weekday has a first one of its own: Sunday comes before Saturday.
        (1, SATURDAY | SUNDAY, "2026-03-01", "2026-03-31", ["03-01", "03-07"]),
        # 29 February 2028 is a Tuesday, and the fifth one.
        (5, 1 << 1, "2028-02-01", "2028-02-29", ["02-29"]),
        (4, 1 << 1, "2028-02-01", "2028-02-29", ["02-22"]),
        # Both ends are included, and days before the first are left out.
        (1, WEDNESDAY, "2026-12-02", "2026-12-02", ["12-02"]),
        (1, WEDNESDAY, "2026-12-03", "2027-01-05", []),
        # The last Sunday of October and of March: the clock changes.
        (5, SUNDAY, "2026-10-01", "2026-10-31", ["10-25"]),
        (5, SUNDAY, "2026-03-31", "2026-03-31", []),
        (5, 1 << 3, "2026-12-01", "2026-12-31", ["12-31"]),
    ],
)
def test_a_fixed_weekday_of_the_month(every, weekdays, first, last, expected):
    rule = Rule(rhythm="nth_weekday", every=every, weekdays=weekdays)

    found = rhythm.dates(
        rule, dt.date.fromisoformat(first), dt.date.fromisoformat(last)
    )

    assert [f"{day:%m-%d}" for day in found] == expected


def test_a_fixed_weekday_of_the_month_is_twelve_times_a_year():
    rule = Rule(rhythm="nth_weekday", every=5, weekdays=SATURDAY, **ONE_TO_FIVE)

    found = rhythm.dates(rule, dt.date(2026, 1, 1), dt.date(2026, 12, 31))

    assert len(found) == 12
    assert rhythm.times_a_month(rule) == 1
    assert rhythm.hours_per_month(rule) == 4


def test_every_so_many_weeks_does_not_begin_before_its_first_week():
    rule = Rule(
        rhythm="every_n_weeks",
        every=2,
        weekdays=WEDNESDAY | SATURDAY,
        first_on=dt.date(2026, 12, 19),
    )

    found = rhythm.dates(rule, dt.date(2026, 12, 1), dt.date(2026, 12, 31))

    assert found == [
        dt.date(2026, 12, 16),
        dt.date(2026, 12, 19),
        dt.date(2026, 12, 30),
    ]


EARLY = {"starts_at": dt.time(9), "ends_at": dt.time(13)}


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ({**ONE_TO_FIVE}, {"starts_at": dt.time(16), "ends_at": dt.time(18)}, [2]),
        # One ends as the other begins: somebody just changes places.
        ({**ONE_TO_FIVE}, {**EARLY}, []),
        ({**ONE_TO_FIVE}, {"dayparts": 0b10}, [2]),
        ({**ONE_TO_FIVE}, {"dayparts": 0b01}, []),
        # Nothing about the time was agreed on: it may be at any time.
        ({**ONE_TO_FIVE}, {}, [2]),
        ({**ONE_TO_FIVE}, {"weekdays": 1 << 3}, []),
    ],
)
def test_two_rules_clash_where_their_times_overlap(one, other, expected):
    mine, theirs = (
        Rule(**{"rhythm": "weekly", "weekdays": WEDNESDAY, **said})
        for said in (one, other)
    )

    found = rhythm.clashes(mine, theirs, dt.date(2026, 12, 1), dt.date(2026, 12, 7))

    assert [day.day for day in found] == expected


def test_a_night_clashes_with_the_morning_after_it():
    night = Rule(
        rhythm="weekly",
        weekdays=SATURDAY,
        starts_at=dt.time(16),
        ends_at=dt.time(11),
        overnight=True,
    )
    sunday = Rule(rhythm="weekly", weekdays=SUNDAY, **EARLY)
    around = dt.date(2026, 12, 1), dt.date(2026, 12, 7)

    assert rhythm.clashes(night, sunday, *around) == [dt.date(2026, 12, 5)]
    assert rhythm.clashes(sunday, night, *around) == [dt.date(2026, 12, 6)]


def test_nights_on_which_the_clock_changes_are_days_like_others():
    rule = Rule(rhythm="weekly", weekdays=SUNDAY, **ONE_TO_FIVE)

    found = rhythm.dates(rule, dt.date(2026, 3, 23), dt.date(2026, 3, 31))

    assert found == [dt.date(2026, 3, 29)]
    assert rhythm.minutes(rule) == 240


@pytest.mark.parametrize("how_often", ["times_a_month", "now_and_then"])
def test_without_fixed_days_there_are_no_dates_and_no_moments(how_often):
    rule = Rule(rhythm=how_often, every=2, weekdays=WEDNESDAY)

    found = rhythm.dates(rule, dt.date(2026, 1, 1), dt.date(2026, 12, 31))

    assert found == []
    assert rhythm.occupied_moments(rule) == 0


def test_every_so_many_weeks_needs_a_first_week():
    rule = Rule(rhythm="every_n_weeks", every=3, weekdays=WEDNESDAY)

    with pytest.raises(ValueError, match="from which the weeks count"):
        rhythm.dates(rule, dt.date(2026, 1, 1), dt.date(2026, 2, 1))


@pytest.mark.parametrize(
    ("rule", "hours"),
    [
        (Rule(rhythm="weekly", weekdays=WEDNESDAY, **ONE_TO_FIVE), Fraction(52, 3)),
        (Rule(rhythm="even_weeks", weekdays=WEDNESDAY, **ONE_TO_FIVE), Fraction(26, 3)),
        (
            Rule(rhythm="every_n_weeks", every=4, weekdays=WEDNESDAY, **ONE_TO_FIVE),
            Fraction(13, 3),
        ),
        (Rule(rhythm="times_a_month", every=3, **ONE_TO_FIVE), Fraction(12)),
        (Rule(rhythm="weekly", weekdays=SUNDAY, dayparts=0b11), 8 * Fraction(52, 12)),
        (
            Rule(
                rhythm="times_a_month",
                starts_at=dt.time(18),
                ends_at=dt.time(9),
                overnight=True,
            ),
            Fraction(15),
        ),
        (Rule(rhythm="times_a_month", overnight=True), Fraction(12)),
        (Rule(rhythm="now_and_then", **ONE_TO_FIVE), None),
        (Rule(rhythm="weekly", weekdays=WEDNESDAY), None),
    ],
)
def test_hours_per_month(rule, hours):
    assert rhythm.hours_per_month(rule) == hours


@given(strategies.rules(), strategies.days)
def test_times_a_month_are_the_dates_of_many_years_of_52_weeks(rule, first):
    if rule.rhythm not in ("weekly", "every_n_weeks"):
        return
    n_years = rule.every
    first = max(first, rule.first_on)
    last = first + dt.timedelta(weeks=52 * n_years) - rhythm.DAY

    found = rhythm.dates(rule, first, last)

    assert Fraction(len(found), 12 * n_years) == rhythm.times_a_month(rule)


def test_a_night_on_which_the_clock_changes_lasts_as_long_as_others():
    rule = Rule(
        rhythm="nth_weekday",
        every=5,
        weekdays=SATURDAY,
        starts_at=dt.time(18),
        ends_at=dt.time(9),
        overnight=True,
    )

    found = rhythm.dates(rule, dt.date(2026, 3, 1), dt.date(2026, 10, 31))

    # The nights before 29 March and before 1 November; 24 October is not the last.
    assert [f"{day:%m-%d}" for day in found] == [
        "03-28",
        "04-25",
        "05-30",
        "06-27",
        "07-25",
        "08-29",
        "09-26",
        "10-31",
    ]
    assert rhythm.minutes(rule) == 15 * 60


def mask(*slots, parities=(0, 1)):
    return moments.mask_of(
        Moment(day, part, parity) for day, part in slots for parity in parities
    )


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (
            Rule(rhythm="weekly", weekdays=WEDNESDAY, **ONE_TO_FIVE),
            mask((2, Part.AFTERNOON)),
        ),
        (
            Rule(rhythm="even_weeks", weekdays=WEDNESDAY, **ONE_TO_FIVE),
            mask((2, Part.AFTERNOON), parities=(0,)),
        ),
        (
            Rule(rhythm="odd_weeks", weekdays=MONDAY, dayparts=0b101),
            mask((0, Part.MORNING), (0, Part.EVENING), parities=(1,)),
        ),
        (
            Rule(
                rhythm="every_n_weeks",
                every=2,
                weekdays=WEDNESDAY,
                dayparts=0b1,
                first_on=dt.date(2026, 1, 7),
            ),
            mask((2, Part.MORNING)),
        ),
        (
            Rule(
                rhythm="weekly",
                weekdays=WEDNESDAY,
                starts_at=dt.time(11, 30),
                ends_at=dt.time(18, 30),
            ),
            mask((2, Part.MORNING), (2, Part.AFTERNOON), (2, Part.EVENING)),
        ),
        (
            Rule(
                rhythm="weekly",
                weekdays=WEDNESDAY,
                starts_at=dt.time(12),
                ends_at=dt.time(18),
            ),
            mask((2, Part.AFTERNOON)),
        ),
        (
            Rule(
                rhythm="weekly",
                weekdays=WEDNESDAY,
                starts_at=dt.time(7),
                ends_at=dt.time(7, 45),
            ),
            mask((2, Part.MORNING)),
        ),
        (
            Rule(rhythm="nth_weekday", every=1, weekdays=WEDNESDAY, **ONE_TO_FIVE),
            mask((2, Part.AFTERNOON)),
        ),
        (
            Rule(rhythm="weekly", weekdays=WEDNESDAY),
            mask((2, Part.MORNING), (2, Part.AFTERNOON), (2, Part.EVENING)),
        ),
        (
            Rule(rhythm="weekly", weekdays=SATURDAY, overnight=True),
            mask((5, Part.EVENING), (5, Part.NIGHT)),
        ),
        (
            Rule(
                rhythm="weekly",
                weekdays=SATURDAY,
                starts_at=dt.time(16),
                ends_at=dt.time(11),
                overnight=True,
            ),
            mask(
                (5, Part.AFTERNOON),
                (5, Part.EVENING),
                (5, Part.NIGHT),
                (6, Part.MORNING),
            ),
        ),
    ],
)
def test_occupied_moments(rule, expected):
    assert rhythm.occupied_moments(rule) == expected


def test_a_night_from_sunday_to_monday_ends_in_a_week_of_the_other_kind():
    rule = Rule(
        rhythm="even_weeks",
        weekdays=SUNDAY,
        starts_at=dt.time(18),
        ends_at=dt.time(9),
        overnight=True,
    )

    taken = rhythm.occupied_moments(rule)

    assert taken == mask((6, Part.EVENING), (6, Part.NIGHT), parities=(0,)) | mask(
        (0, Part.MORNING), parities=(1,)
    )


def all_parts_of(day):
    """The moments of a day, in the parity of its ISO week."""
    week = day.isocalendar().week
    return mask(*((day.weekday(), part) for part in Part), parities=(week % 2,))


@given(strategies.rules(), strategies.days)
def test_every_date_lies_on_an_occupied_moment(rule, first):
    taken = rhythm.occupied_moments(rule)

    found = rhythm.dates(rule, first, first + dt.timedelta(days=60))

    assert [day for day in found if not all_parts_of(day) & taken] == []

"""Public holidays against the calendars that the government printed."""

import datetime as dt

import pytest

from families import public_holidays
from families.tests.factories import CoordinatorFactory

# Easter Sunday, King's Day, Ascension Day and Whit Monday, as in printed calendars.
PRINTED = {
    2026: ("04-05", "04-27", "05-14", "05-25"),
    2027: ("03-28", "04-27", "05-06", "05-17"),
    2028: ("04-16", "04-27", "05-25", "06-05"),
    2029: ("04-01", "04-27", "05-10", "05-21"),
    2030: ("04-21", "04-27", "05-30", "06-10"),
}


@pytest.mark.parametrize("year", PRINTED)
def test_holidays_of_a_year_are_those_of_the_printed_calendar(year):
    easter, king, ascension, whit_monday = (
        dt.date.fromisoformat(f"{year}-{day}") for day in PRINTED[year]
    )
    liberation = {dt.date(2030, 5, 5)} if year == 2030 else set()

    assert set(public_holidays.of_year(year)) == liberation | {
        dt.date(year, 1, 1),
        easter,
        easter + dt.timedelta(days=1),
        king,
        ascension,
        whit_monday - dt.timedelta(days=1),
        whit_monday,
        dt.date(year, 12, 25),
        dt.date(year, 12, 26),
    }


def test_kings_day_moves_from_a_sunday_to_the_saturday():
    days = [dt.date(2031, 4, 26), dt.date(2031, 4, 27)]

    assert [public_holidays.is_holiday(day) for day in days] == [True, False]


@pytest.mark.django_db
def test_a_promise_skips_public_holidays():
    coordinator = CoordinatorFactory(working_days=0b0011111)

    # Friday before Easter; from Thursday 24 December the 25th and the weekend.
    easter = coordinator.promise(dt.date(2026, 4, 3), 1)
    christmas = coordinator.promise(dt.date(2026, 12, 24), 1)

    assert (easter, christmas) == (dt.date(2026, 4, 7), dt.date(2026, 12, 28))

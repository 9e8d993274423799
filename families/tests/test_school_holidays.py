import datetime as dt

import pytest
from django.core.management import call_command

from families.models import SchoolHoliday
from families.school_holidays import holidays_of, known_until
from families.services.school_holidays import (
    Holiday,
    load_school_holidays,
    published,
)

pytestmark = pytest.mark.django_db

CHRISTMAS = Holiday(
    "north", "Kerstvakantie", dt.date(2026, 12, 19), dt.date(2027, 1, 3)
)
SPRING = Holiday(
    "north", "Voorjaarsvakantie", dt.date(2027, 2, 20), dt.date(2027, 2, 28)
)


def stored():
    return set(SchoolHoliday.objects.values_list("region", "name", "first_on"))


def test_every_region_has_its_five_holidays_in_each_school_year():
    names = [(one.region, one.name) for one in published()]

    assert names == [
        (region, name)
        for region in ("north", "middle", "south")
        for _school_year in range(3)
        for name in (
            "Herfstvakantie",
            "Kerstvakantie",
            "Voorjaarsvakantie",
            "Meivakantie",
            "Zomervakantie",
        )
    ]


def test_every_holiday_runs_from_a_saturday_to_a_sunday_and_as_long_as_it_should():
    weeks = {
        (one.name, one.first_on.weekday(), (one.last_on - one.first_on).days + 1)
        for one in published()
    }

    assert weeks == {
        ("Herfstvakantie", 5, 9),
        ("Kerstvakantie", 5, 16),
        ("Voorjaarsvakantie", 5, 9),
        ("Meivakantie", 5, 9),
        ("Zomervakantie", 5, 44),
    }


def test_loading_again_adds_nothing(capsys):
    call_command("load_school_holidays")
    call_command("load_school_holidays")

    assert SchoolHoliday.objects.count() == 45
    assert capsys.readouterr().out.splitlines() == [
        "School holidays: 45 added, 0 there.",
        "School holidays: 0 added, 45 there.",
    ]


def test_what_the_office_changed_stays():
    load_school_holidays([CHRISTMAS])
    SchoolHoliday.objects.update(first_on=dt.date(2026, 12, 21))

    n_new = load_school_holidays([CHRISTMAS, SPRING])

    assert n_new == 1
    assert stored() == {
        ("north", "Kerstvakantie", dt.date(2026, 12, 21)),
        ("north", "Voorjaarsvakantie", dt.date(2027, 2, 20)),
    }


@pytest.mark.parametrize(
    ("first", "last", "found"),
    [
        ("2026-12-01", "2026-12-18", []),
        ("2026-12-01", "2026-12-19", [CHRISTMAS]),
        ("2027-01-03", "2027-01-31", [CHRISTMAS]),
        ("2027-01-04", "2027-02-19", []),
        ("2026-12-01", "2027-12-01", [CHRISTMAS, SPRING]),
    ],
)
def test_holidays_of_a_period_are_those_that_touch_it(first, last, found):
    load_school_holidays([SPRING, CHRISTMAS])

    spans = holidays_of(
        "north", dt.date.fromisoformat(first), dt.date.fromisoformat(last)
    )

    assert spans == [(one.first_on, one.last_on) for one in found]


def test_another_region_and_no_region_have_holidays_of_their_own():
    load_school_holidays([CHRISTMAS])
    year = dt.date(2026, 8, 1), dt.date(2027, 7, 31)

    assert holidays_of("south", *year) == []
    assert holidays_of("", *year) == []
    assert known_until("south") is None
    assert known_until("north") == dt.date(2027, 1, 3)

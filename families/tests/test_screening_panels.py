"""The rows on Vandaag about an adult who came after the screening."""

import datetime as dt

import pytest

from families import people, screening_panels
from families.panels import Urgency
from families.tests.factories import (
    CoordinatorFactory,
    HouseholdFactory,
    MembershipFactory,
    PersonFactory,
    ScreeningCheckFactory,
    SupportOfferFactory,
)

pytestmark = pytest.mark.django_db

TODAY = dt.date(2026, 11, 23)


@pytest.fixture
def coordinator():
    return CoordinatorFactory()


def screened(of, *, stage="available", **household):
    """A support family of which the one adult has shown the VOG."""
    home = HouseholdFactory(
        municipality=of.municipalities.get(),
        **{"coordinator": of} | household,
    )
    SupportOfferFactory(family__household=home, stage=stage)
    ScreeningCheckFactory(person=MembershipFactory(household=home).person, shown=True)
    return home


def rows_of(coordinator, *, on=TODAY):
    return screening_panels.today_rows(coordinator.user, on=on)


def test_a_new_adult_in_the_home_is_a_row(coordinator):
    home = screened(coordinator)
    came_on = dt.date(2026, 11, 2)
    new = MembershipFactory(household=home, role="partner", from_on=came_on)

    [row] = rows_of(coordinator)

    assert (row.household.reference, row.side) == (home.reference, "support")
    assert (row.urgency, row.since) == (Urgency.AGES, came_on)
    assert new.person.name in row.title
    assert row.action_url.endswith(f"/{home.reference}/screening/")


def test_a_child_is_a_row_from_the_month_in_which_it_turns_eighteen(coordinator):
    home = screened(coordinator)
    child = PersonFactory(birth_year=2008, birth_month=12)
    MembershipFactory(household=home, person=child, role="child")

    assert rows_of(coordinator, on=dt.date(2026, 11, 30)) == []
    [row] = rows_of(coordinator, on=dt.date(2026, 12, 1))
    assert row.since == dt.date(2026, 12, 1)


def test_the_row_goes_once_the_vog_is_asked_for(coordinator):
    home = screened(coordinator)
    new = MembershipFactory(household=home, role="partner")

    ScreeningCheckFactory(person=new.person, state="asked")

    assert rows_of(coordinator) == []


@pytest.mark.parametrize("stage", ["applied", "talking", "ended"])
def test_nothing_opens_again_what_was_not_finished(coordinator, stage):
    MembershipFactory(household=screened(coordinator, stage=stage), role="partner")

    assert rows_of(coordinator) == []


def test_a_family_of_a_colleague_or_elsewhere_gives_no_row(coordinator):
    town = coordinator.municipalities.get()
    colleague = CoordinatorFactory(municipalities=[town])
    MembershipFactory(
        household=screened(coordinator, coordinator=colleague), role="partner"
    )
    MembershipFactory(household=screened(CoordinatorFactory()), role="partner")
    nobodys = screened(coordinator, coordinator=None)
    MembershipFactory(household=nobodys, role="partner")

    rows = rows_of(coordinator)

    assert [row.household.reference for row in rows] == [nobodys.reference]


@pytest.mark.parametrize("n_families", [1, 3])
def test_the_rows_cost_one_question(coordinator, n_families, django_assert_num_queries):
    for _family in range(n_families):
        MembershipFactory(household=screened(coordinator), role="partner")

    with django_assert_num_queries(1):
        rows = rows_of(coordinator)

    assert len(rows) == n_families


@pytest.mark.parametrize(
    ("told", "day"),
    [
        ({"birth_year": 2009, "birth_month": 3}, dt.date(2027, 3, 1)),
        ({"birth_year": 2009}, dt.date(2027, 7, 1)),
        (
            {"age_told": 17, "age_told_on": dt.date(2026, 2, 10)},
            dt.date(2027, 2, 10),
        ),
        ({}, None),
    ],
)
def test_the_day_of_age_agrees_with_the_age(told, day):
    child = PersonFactory.build(**told)

    assert people.of_age_from(child) == day
    if day is not None:
        ages = [child.age_on(day - dt.timedelta(days=1)), child.age_on(day)]
        assert ages == [17, 18]


def test_who_turns_eighteen_within_a_year_is_told_beforehand():
    home = HouseholdFactory()
    soon = PersonFactory(birth_year=2009, birth_month=3)
    for child in (soon, PersonFactory(birth_year=2012, birth_month=3)):
        MembershipFactory(household=home, person=child, role="child")

    members = home.memberships.select_related("person")

    assert people.soon_of_age(members, TODAY) == [(soon, dt.date(2027, 3, 1))]

"""The office keeps partnerships, municipalities, postcodes and holidays."""

import datetime as dt

import pytest

from buurtgezinnen.tests.office import audited, page, send
from families.models import (
    Municipality,
    MunicipalityOfficial,
    Partnership,
    PartnershipTerm,
    PostcodeArea,
    SchoolHoliday,
    partnership_on,
)
from families.school_holidays import holidays_of
from families.tests.factories import (
    MunicipalityFactory,
    OfficialFactory,
    PartnershipFactory,
    PostcodeAreaFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(client):
    """Somebody of the office, without the rights of a superuser, logged in."""
    user = UserFactory(is_organisation=True, email="kantoor@buurt.example")
    client.force_login(user)
    return user


def test_neighbours_are_neighbours_of_each_other(client, office):
    here, there = MunicipalityFactory.create_batch(2)
    PartnershipFactory(municipalities=[there])

    send(
        client,
        page(Municipality, "change", here.pk),
        {
            "name": here.name,
            "slug": here.slug,
            "cbs_code": here.cbs_code,
            "neighbours": [there.pk],
            "terms-TOTAL_FORMS": 0,
            "terms-INITIAL_FORMS": 0,
        },
    )

    assert list(there.neighbours.all()) == [here]


def test_neighbours_are_chosen_among_those_that_take_part(client, office):
    here, there, former, _far = MunicipalityFactory.create_batch(4)
    PartnershipFactory(municipalities=[here, there])
    here.neighbours.add(former)

    response = client.get(page(Municipality, "change", here.pk))

    field = response.context["adminform"].form["neighbours"]
    assert [choice.data["label"] for choice in field] == [str(there), str(former)]
    # A list of boxes: what select2 draws is no list to a screen reader.
    assert {choice.data["type"] for choice in field} == {"checkbox"}


def partnership_answers(terms, n_before=0, **changes):
    answers = {
        "name": "Aalsmeer",
        "employer": "",
        "target": 25,
        "counting_rule": "trial",
        "reporting_year_month": 1,
        "small_count": 5,
        "renews_on": "",
        "state": "open",
        "terms-TOTAL_FORMS": len(terms),
        "terms-INITIAL_FORMS": n_before,
    }
    for number, term in enumerate(terms):
        answers |= {f"terms-{number}-{name}": value for name, value in term.items()}
    return answers | changes


def test_partnership_is_made_with_its_municipalities(client, office):
    town = MunicipalityFactory()
    term = {"municipality": town.pk, "starts_on": "01-01-2026"}

    send(client, page(Partnership, "add"), partnership_answers([term]))

    assert [str(term) for term in PartnershipTerm.objects.all()] == [
        f"{town} 2026-01-01"
    ]
    assert [event[:2] for event in audited()] == [("created", "partnership")]


def test_municipality_leaves_by_a_term_without_a_partnership(client, office):
    town = MunicipalityFactory()
    partnership = PartnershipFactory(municipalities=[town])
    term = town.terms.get()

    send(
        client,
        page(Municipality, "change", town.pk),
        {
            "name": town.name,
            "slug": town.slug,
            "cbs_code": town.cbs_code,
            "terms-TOTAL_FORMS": 2,
            "terms-INITIAL_FORMS": 1,
            "terms-0-id": term.pk,
            "terms-0-municipality": town.pk,
            "terms-0-partnership": partnership.pk,
            "terms-0-starts_on": "01-01-2025",
            "terms-1-municipality": town.pk,
            "terms-1-partnership": "",
            "terms-1-starts_on": "01-07-2026",
        },
    )

    assert partnership_on(town, dt.date(2026, 6, 30)) == partnership
    assert partnership_on(town, dt.date(2026, 7, 1)) is None


@pytest.mark.parametrize(
    ("starts_on", "target"), [("2026-01-01", 10), ("2999-01-01", 30)]
)
def test_what_years_are_counted_by_stands_fast_once_they_began(
    client, office, starts_on, target
):
    partnership = PartnershipFactory(
        municipalities=[MunicipalityFactory()],
        municipalities__starts_on=dt.date.fromisoformat(starts_on),
    )
    answers = partnership_answers([], name="Anders", target=30)

    send(client, page(Partnership, "change", partnership.pk), answers)

    partnership.refresh_from_db()
    assert (partnership.name, partnership.target) == ("Anders", target)


def test_official_keeps_the_partnership_of_before(client, office):
    official = OfficialFactory()
    renewed = PartnershipFactory()
    both = [official.partnerships.get(), renewed]

    send(
        client,
        page(MunicipalityOfficial, "change", official.pk),
        {"user": official.user_id, "partnerships": [one.pk for one in both]},
    )

    assert set(official.partnerships.all()) == set(both)


def test_term_of_a_partnership_is_not_deleted(client, office):
    partnership = PartnershipFactory(municipalities=[MunicipalityFactory()])
    term = partnership.terms.get()
    answers = {
        "id": term.pk,
        "partnership": partnership.pk,
        "municipality": term.municipality_id,
        "starts_on": "01-01-2025",
        "DELETE": "on",
    }

    send(
        client,
        page(Partnership, "change", partnership.pk),
        partnership_answers([answers], n_before=1),
    )

    assert list(partnership.terms.all()) == [term]


@pytest.mark.parametrize("changes", [{"small_count": 7}, {"reporting_year_month": 13}])
def test_partnership_keeps_to_its_rules(client, office, changes):
    response = send(
        client, page(Partnership, "add"), partnership_answers([], **changes)
    )

    assert response.status_code == 422
    assert Partnership.objects.count() == 0


def test_postcodes_are_found_by_their_digits(client, office):
    areas = [PostcodeAreaFactory(postcode="1431") for _municipality in range(2)]
    PostcodeAreaFactory(postcode="1432")

    response = client.get(page(PostcodeArea, "changelist"), {"q": "1431"})

    assert set(response.context["cl"].result_list) == set(areas)


def test_postcodes_are_not_changed_by_hand(client, office):
    area = PostcodeAreaFactory(latitude=52.267)

    response = send(client, page(PostcodeArea, "change", area.pk), {"latitude": "51"})

    area.refresh_from_db()
    assert (response.status_code, area.latitude) == (403, 52.267)


def test_the_office_says_when_schools_close_and_in_which_region(client, office):
    town = MunicipalityFactory(holiday_region="")
    days = {"first_on": "19-12-2026", "last_on": "3-1-2027"}

    send(
        client,
        page(SchoolHoliday, "add"),
        {"region": "north", "name": "Kerstvakantie", **days},
    )
    send(
        client,
        page(Municipality, "change", town.pk),
        {
            "name": town.name,
            "slug": town.slug,
            "cbs_code": town.cbs_code,
            "holiday_region": "north",
            "terms-TOTAL_FORMS": 0,
            "terms-INITIAL_FORMS": 0,
        },
    )

    town.refresh_from_db()
    christmas = dt.date(2026, 12, 19), dt.date(2027, 1, 3)
    assert holidays_of(town.holiday_region, *christmas) == [christmas]
    assert audited() == [
        ("created", "schoolholiday", "first_on last_on name region"),
        ("changed", "municipality", "holiday_region"),
    ]


def test_a_holiday_that_ends_before_it_starts_is_refused(client, office):
    answers = {
        "region": "north",
        "name": "Kerstvakantie",
        "first_on": "19-12-2026",
        "last_on": "18-12-2026",
    }

    response = send(client, page(SchoolHoliday, "add"), answers)

    assert response.status_code == 422
    assert SchoolHoliday.objects.count() == 0

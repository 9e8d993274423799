import datetime as dt

import pytest
from django.urls import reverse

from families import moments
from families.tests.factories import (
    CoordinatorFactory,
    LocationFactory,
    MunicipalityFactory,
    SupportOfferFactory,
    SupportRequestFactory,
)
from matching.core.rules import CODES

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _monday(time_machine):
    time_machine.move_to(dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC))


@pytest.fixture
def own(client):
    """Where the coordinator works who is logged in."""
    own = MunicipalityFactory(name="Aalsmeer")
    client.force_login(CoordinatorFactory(municipalities=[own]).user)
    return own


def asking(municipality, **kwargs):
    return SupportRequestFactory(family__household__municipality=municipality, **kwargs)


def giving(municipality, name="Willems", **kwargs):
    return SupportOfferFactory(
        family__household__municipality=municipality,
        family__household__name=name,
        **kwargs,
    )


def compare(client, request, *references, query=None):
    url = reverse("matching:compare", args=[request.reference])
    return client.get(f"{url}?{query or 'met=' + ','.join(references)}")


def table(comparison):
    return {
        row.label: [(cell.sign, cell.text) for cell in row.cells]
        for row in (*comparison.differing, *comparison.equal)
    }


def test_rows_that_differ_come_first_in_the_order_of_the_reasons(client, own):
    request = asking(own, frequency="weekly")
    same = giving(own, frequency="weekly")
    other = giving(
        own, "Kaya", frequency="monthly", children_at_once=1, duration_months=6
    )

    response = compare(client, request, same.reference, other.reference)

    comparison = response.context["comparison"]
    assert [one.name for one in comparison.columns] == ["gezin Willems", "gezin Kaya"]
    assert [row.label for row in comparison.differing] == ["Hoe vaak"]
    labels = [row.label for row in comparison.equal]
    assert labels[0] == "Momenten"
    assert table(comparison)["Hoe vaak"] == [
        ("met", "Allebei elke week."),
        ("not", "Gevraagd: elke week. Geboden: één keer per maand."),
    ]


def test_distance_differs_also_where_both_are_within_the_limit(client, own):
    request = asking(own, max_distance_km=5)
    near, far = giving(own), giving(own, "Kaya")
    LocationFactory(household=request.family.household, latitude=52.26)
    LocationFactory(household=near.family.household, latitude=52.27)
    LocationFactory(household=far.family.household, latitude=52.30)

    response = compare(client, request, near.reference, far.reference)

    assert table(response.context["comparison"])["Afstand"] == [
        ("met", "1,1 km · ongeveer 4 minuten fietsen. Binnen de grens van 5 km."),
        ("met", "4,4 km · ongeveer 18 minuten fietsen. Binnen de grens van 5 km."),
    ]


def test_who_is_out_of_the_question_says_why_and_gets_no_button(client, own):
    request = asking(own)
    fits, never = giving(own), giving(own, "Kaya", moments=moments.both_weeks(0, 0))

    response = compare(client, request, fits.reference, never.reference)

    first, second = response.context["comparison"].columns
    assert (first.number, first.why_not) == (1, "")
    assert (second.number, second.band_label) == (0, "Past niet")
    assert second.why_not.startswith("Geen moment past bij allebei.")
    propose = [
        reverse("matching:proposal-create", args=[request.reference, one.reference])
        for one in (fits, never)
    ]
    assert [url in response.text for url in propose] == [True, False]


@pytest.mark.parametrize("query", ["met={0},{1}", "met={0}&met={1}", "met={0},{1},{0}"])
def test_families_are_named_in_either_way_and_once(client, own, query):
    request = asking(own)
    references = giving(own).reference, giving(own).reference

    response = compare(client, request, query=query.format(*references))

    chosen = [one.offer.reference for one in response.context["comparison"].columns]
    assert chosen == list(references)


@pytest.mark.parametrize("query", ["", "met=", "met={0}", "met={0},{0}"])
def test_fewer_than_two_leads_back(client, own, query):
    request = asking(own)

    response = compare(client, request, query=query.format(giving(own).reference))

    assert response.url == reverse("matching:bench", args=[request.reference])


def test_more_than_three_shows_the_first_three(client, own):
    request = asking(own)
    references = [giving(own).reference for _number in range(4)]

    response = compare(client, request, *references)

    chosen = [one.offer.reference for one in response.context["comparison"].columns]
    assert chosen == references[:3]
    assert response.context["too_many"] is True


@pytest.mark.parametrize("third", ["0000000000", "a.b", "'; drop", "é"])
def test_unknown_family_is_not_found(client, own, third):
    request = asking(own)

    response = compare(client, request, giving(own).reference, third)

    assert response.status_code == 404


def test_family_of_strangers_is_not_found(client, own):
    request = asking(own)
    stranger = giving(MunicipalityFactory(name="Ede"), "Geheimnaam")

    response = compare(client, request, giving(own).reference, stranger.reference)

    assert response.status_code == 404
    assert "Geheimnaam" not in response.text


def test_neighbour_is_compared_without_a_name(client, own):
    uithoorn = MunicipalityFactory(name="Uithoorn")
    own.neighbours.add(uithoorn)
    request = asking(own)
    near = giving(uithoorn, "Geheimnaam")

    response = compare(client, request, giving(own).reference, near.reference)

    names = [one.name for one in response.context["comparison"].columns]
    assert names[1] == f"steungezin in Uithoorn · {near.reference[:5]}"
    assert "Geheimnaam" not in response.text
    assert near.family.household.reference not in response.text


@pytest.mark.parametrize("n", [2, 3])
def test_compare_asks_the_same_for_any_number(
    client, own, django_assert_num_queries, n
):
    request = asking(own)
    references = [giving(own).reference for _number in range(n)]

    with django_assert_num_queries(27):
        response = compare(client, request, *references)

    assert len(response.context["comparison"].columns) == n
    assert len(CODES) >= len(table(response.context["comparison"]))

"""The tab of wishes: limits, wishes and what nobody asked, each with its source."""

import datetime as dt

import pytest
from django.urls import reverse

from families.tests.factories import (
    CoordinatorFactory,
    HouseholdFactory,
    MembershipFactory,
    MunicipalityFactory,
    SupportOfferFactory,
    SupportRequestFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def household(client):
    coordinator = CoordinatorFactory(municipalities=[MunicipalityFactory()])
    client.force_login(coordinator.user)
    household = HouseholdFactory(municipality=coordinator.municipalities.get())
    MembershipFactory(household=household)
    return household


def listed(client, household):
    url = reverse("families:wish-list", args=[household.reference])
    return client.get(url).context["wishes"]


def test_what_is_asked_stands_by_how_much_it_counts(client, household):
    request = SupportRequestFactory(
        family__household=household,
        no_dog="limit",
        no_cat="wish",
        no_smoking="indifferent",
        max_distance_km="2.5",
    )
    request.sources.create(field="no_dog", source="telephone", on=dt.date(2026, 11, 20))

    [(wish, groups)] = listed(client, household)

    names = {level: [fact.name for fact in facts] for level, _h, facts in groups}
    assert (names["limit"], names["wish"]) == (["no_dog"], ["no_cat"])
    assert {"no_smoking", "max_distance_km"} <= set(names[""])
    [limit] = groups[0][2]
    assert limit.source.startswith("telefoon, 20 nov")
    assert "geen trap" in wish.not_asked


def test_a_family_without_wishes_says_so(client, household):
    assert listed(client, household) == []


@pytest.mark.parametrize("n_offers", [1, 3])
def test_the_tab_asks_as_much_for_many_wishes(
    client, household, django_assert_num_queries, n_offers
):
    first = SupportOfferFactory(family__household=household)
    for _offer in range(n_offers - 1):
        SupportOfferFactory(family=first.family)
    url = reverse("families:wish-list", args=[household.reference])

    with django_assert_num_queries(17):
        client.get(url)

"""What a family told in its own words stands on its page, and only when it did."""

import pytest

from families.tests.factories import (
    CoordinatorFactory,
    RequestFamilyFactory,
    SupportFamilyFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def coordinator(client):
    coordinator = CoordinatorFactory()
    client.force_login(coordinator.user)
    return coordinator


def stories(client, family):
    page = client.get(family.household.get_absolute_url())
    return [text for _label, text in page.context["sheet"].stories]


def test_page_shows_what_both_kinds_of_family_told(client, coordinator):
    town = {"household__municipality": coordinator.municipalities.get()}
    asks = RequestFamilyFactory(
        **town, upbringing="Samen eten", expectations="Rust", reciprocity="Koken"
    )
    gives = SupportFamilyFactory(**town, motivation="Ruimte", experience="parent")

    assert stories(client, asks) == ["Samen eten", "Rust", "Koken"]
    assert stories(client, gives) == ["Ruimte", "ouder of grootouder"]


def test_page_has_no_empty_stories(client, coordinator):
    town = coordinator.municipalities.get()
    asks = RequestFamilyFactory(household__municipality=town)

    assert stories(client, asks) == []

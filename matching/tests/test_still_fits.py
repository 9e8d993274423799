"""What an agreement holds and a family says no more; and places that are taken."""

import datetime as dt

import pytest
from django.urls import reverse

from families import moments
from families.services.wishes import PlacesTaken, WishRows, change_wishes
from families.tests.applying import send
from families.tests.browser_form import sent_by
from families.tests.factories import (
    WEDNESDAY_AFTERNOON,
    CoordinatorFactory,
    SupportFamilyFactory,
    SupportOfferFactory,
)
from matching.still_fits import no_longer_said
from matching.tests.factories import MONDAY, MONDAY_MORNING, PairingFactory

pytestmark = pytest.mark.django_db

SATURDAY = moments.both_weeks(5, 0)
NOT_GIVEN = "De afspraken zijn op momenten die het steungezin niet meer geeft."
NOT_ASKED = "De afspraken zijn op momenten die het vraaggezin niet meer vraagt."


@pytest.mark.parametrize(
    ("occupied", "given", "asked", "said"),
    [
        (WEDNESDAY_AFTERNOON, WEDNESDAY_AFTERNOON, WEDNESDAY_AFTERNOON, []),
        (WEDNESDAY_AFTERNOON, SATURDAY, WEDNESDAY_AFTERNOON, [NOT_GIVEN]),
        (WEDNESDAY_AFTERNOON, SATURDAY, SATURDAY, [NOT_GIVEN, NOT_ASKED]),
        (WEDNESDAY_AFTERNOON, None, None, []),
        (0, SATURDAY, SATURDAY, []),
    ],
)
def test_agreements_outside_what_a_family_says_are_told(occupied, given, asked, said):
    pairing = PairingFactory(
        occupied_moments=occupied, offer__moments=given, request__moments=asked
    )

    assert no_longer_said(pairing) == said


def test_what_ended_is_left_alone():
    pairing = PairingFactory(
        ended=True, occupied_moments=WEDNESDAY_AFTERNOON, offer__moments=SATURDAY
    )

    assert no_longer_said(pairing) == []


def test_family_page_shows_it(client):
    pairing = PairingFactory(
        occupied_moments=WEDNESDAY_AFTERNOON, offer__moments=SATURDAY
    )
    household = pairing.offer.family.household
    coordinator = CoordinatorFactory(municipalities=[household.municipality])
    client.force_login(coordinator.user)

    page = client.get(household.get_absolute_url()).content.decode()

    assert page.count(NOT_GIVEN) == 1


def change_places(offer, number):
    return change_wishes(
        offer,
        {"places": number, "no_dog": "limit"},
        version=WishRows.of(offer, on=MONDAY).version,
        source="telephone",
        told_on=MONDAY,
        on=MONDAY,
        at=MONDAY_MORNING,
        by=CoordinatorFactory().user,
    )


def test_places_with_a_pairing_stay_and_nothing_else_is_written():
    offer = SupportOfferFactory(family=SupportFamilyFactory(places=3))
    pairings = PairingFactory.create_batch(2, offer=offer)

    with pytest.raises(PlacesTaken) as refused:
        change_places(offer, 1)

    offer.refresh_from_db()
    assert set(refused.value.pairings) == set(pairings)
    assert (offer.no_dog, offer.family.places.count()) == ("not_asked", 3)


def test_the_place_that_is_free_goes_whatever_its_number():
    offer = SupportOfferFactory(family=SupportFamilyFactory(places=3))
    pairings = PairingFactory.create_batch(3, offer=offer)
    free = pairings[0].place
    pairings[0].place, pairings[0].stage = None, "ended"
    pairings[0].ended_on, pairings[0].end_reason = MONDAY, "moved"
    pairings[0].ended_at = dt.datetime.combine(MONDAY, dt.time(12), dt.UTC)
    pairings[0].save()

    change_places(offer, 2)

    left = list(offer.family.places.order_by("number"))
    assert left == [one.place for one in pairings[1:]]
    assert free not in left


def test_page_names_the_families_that_hold_the_places(client):
    offer = SupportOfferFactory(family=SupportFamilyFactory(places=2))
    for name in ("De Boer", "Van Dijk"):
        PairingFactory(offer=offer, request__family__household__name=name)
    household = offer.family.household
    coordinator = CoordinatorFactory(municipalities=[household.municipality])
    client.force_login(coordinator.user)
    url = reverse("families:wish-edit", args=[household.reference, offer.reference])
    sent = dict(sent_by(client.get(url).content.decode()).lists())

    response = send(client, url, sent | {"places": ["1"], "no_dog": ["limit"]})

    assert response.status_code == 422
    [why] = response.context["form"].errors["places"]
    assert sorted(name for name in ("De Boer", "Van Dijk") if name in why) == [
        "De Boer",
        "Van Dijk",
    ]
    assert sent_by(response.content.decode())["no_dog"] == "limit"


def test_a_pause_lets_a_pairing_run():
    pairing = PairingFactory()
    offer = pairing.offer

    change_wishes(
        offer,
        {"pause": dt.date(2027, 1, 8)},
        version=WishRows.of(offer, on=MONDAY).version,
        source="telephone",
        told_on=MONDAY,
        on=MONDAY,
        at=MONDAY_MORNING,
        by=CoordinatorFactory().user,
    )

    pairing.refresh_from_db()
    assert (offer.stage, pairing.stage) == ("paused", "introduction")

"""The end of an offer waits for what still runs with the support family."""

import datetime as dt

import pytest
from django.urls import reverse

from families.models import SupportOffer
from families.services.households import NotPossibleNow, move
from families.tests.factories import (
    CoordinatorFactory,
    MunicipalityFactory,
    SupportOfferFactory,
    TaskFactory,
)
from matching.models import Pairing
from matching.services.offers import StillGoingOn, end_offer
from matching.services.pairings import start_pairing
from matching.services.proposals import OfferNotAvailable
from matching.tests.factories import MONDAY, PairingFactory, ProposalFactory
from matching.tests.pages import send

pytestmark = pytest.mark.django_db

NOON = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)


@pytest.fixture
def coordinator(client):
    coordinator = CoordinatorFactory(municipalities=[MunicipalityFactory()])
    client.force_login(coordinator.user)
    return coordinator


@pytest.fixture
def offer(coordinator):
    return SupportOfferFactory(
        family__household__municipality=coordinator.municipalities.get()
    )


def ended(offer, coordinator):
    return end_offer(offer, reason="Verhuisd", at=NOON, on=MONDAY, by=coordinator.user)


def history(offer):
    offer.refresh_from_db()
    return offer.stage, list(offer.stages.order_by("pk").values_list("stage", "reason"))


def end_url(offer):
    return reverse("matching:offer-end", args=[offer.reference])


def test_end_offer_says_why_and_ends_the_open_tasks(coordinator, offer):
    task = TaskFactory(household=offer.family.household)

    ended(offer, coordinator)

    task.refresh_from_db()
    assert history(offer) == ("ended", [("available", ""), ("ended", "Verhuisd")])
    assert (task.done_at, task.done_by) == (NOON, coordinator.user)


def test_end_offer_twice_is_refused(coordinator, offer):
    ended(offer, coordinator)

    with pytest.raises(NotPossibleNow):
        ended(offer, coordinator)


@pytest.mark.parametrize("kind", [PairingFactory, ProposalFactory])
def test_end_offer_waits_for_what_still_runs(coordinator, offer, kind):
    running = kind(offer=offer)

    with pytest.raises(StillGoingOn) as refused:
        ended(offer, coordinator)

    assert refused.value.what == running
    assert history(offer) == ("available", [("available", "")])


@pytest.mark.parametrize(
    ("kind", "trait"), [(PairingFactory, "ended"), (ProposalFactory, "declined")]
)
def test_end_offer_does_not_wait_for_what_is_over(coordinator, offer, kind, trait):
    kind(offer=offer, **{trait: True})

    ended(offer, coordinator)

    assert history(offer)[0] == "ended"


@pytest.mark.parametrize("stage", ["ended", "paused", "talking"])
def test_no_pairing_starts_with_an_offer_that_is_not_available(coordinator, stage):
    proposal = ProposalFactory(both_yes=True, offer__stage=stage)

    with pytest.raises(OfferNotAvailable):
        start_pairing(
            proposal, at=NOON, on=MONDAY, by=coordinator.user, lead=coordinator
        )

    assert Pairing.objects.count() == 0


def test_nobody_ends_an_offer_by_choosing_its_stage(client, coordinator, offer):
    PairingFactory(offer=offer)
    pair = [offer.family.household.reference, offer.reference]

    with pytest.raises(NotPossibleNow):
        move(offer, to=SupportOffer.Stage.ENDED, on=MONDAY, by=coordinator.user)
    send(client, reverse("families:wish-stage", args=pair), to="ended")
    closed = send(client, reverse("families:wish-close", args=pair), reason="Klaar")

    assert closed.status_code == 404
    assert history(offer) == ("available", [("available", "")])


def test_offer_end_asks_why(client, offer):
    page = client.get(end_url(offer))
    empty = send(client, end_url(offer), reason=" ")
    response = send(client, end_url(offer), reason="Verhuisd")

    assert page.context["household"] == offer.family.household
    assert (empty.status_code, list(empty.context["form"].errors)) == (422, ["reason"])
    assert response.url == offer.family.household.get_absolute_url()
    assert history(offer) == ("ended", [("available", ""), ("ended", "Verhuisd")])


def test_offer_end_twice_shows_the_family(client, offer):
    send(client, end_url(offer), reason="Verhuisd")

    response = send(client, end_url(offer), reason="Verhuisd")

    assert response.url == offer.family.household.get_absolute_url()
    assert history(offer) == ("ended", [("available", ""), ("ended", "Verhuisd")])


@pytest.mark.parametrize("kind", [PairingFactory, ProposalFactory])
def test_offer_end_leads_to_what_still_runs(client, offer, kind):
    running = kind(offer=offer)

    page = client.get(end_url(offer))
    response = send(client, end_url(offer), reason="Verhuisd")

    assert (page.status_code, response.status_code) == (409, 409)
    assert page.context["back_url"] == running.get_absolute_url()
    assert response.context["back_url"] == running.get_absolute_url()
    assert history(offer) == ("available", [("available", "")])


def test_strangers_end_no_offer(client, coordinator):
    offer = SupportOfferFactory(family__household__municipality=MunicipalityFactory())

    of_others = send(client, end_url(offer), reason="Verhuisd")
    missing = send(
        client, reverse("matching:offer-end", args=["0000000000"]), reason="Verhuisd"
    )

    assert of_others.status_code == 404
    assert of_others.content == missing.content
    assert history(offer) == ("available", [("available", "")])

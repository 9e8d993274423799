"""Many families in one municipality, and how many queries its pages take."""

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from agreements.tests.factories import make_version
from buurtgezinnen.tests.addresses import ADDRESSES, Who
from buurtgezinnen.tests.world import World, home
from families.models import ContactMoment
from families.tests.factories import (
    MembershipFactory,
    RequestFamilyFactory,
    ScreeningCheckFactory,
    SupportFamilyFactory,
    SupportOfferFactory,
    SupportRequestFactory,
    TaskFactory,
    UserFactory,
)
from matching.tests.factories import PairingFactory, ProposalFactory

LISTS_AND_DETAILS = {Who.COORDINATOR, Who.OWN_COORDINATOR, Who.OFFICIAL, Who.OFFICE}


def settle(world: World, n: int) -> None:
    """`n` more of everything: families of both kinds, proposals, pairings, tasks."""
    for _family in range(n):
        asking, giving = home(world.municipality), home(world.municipality)
        for household in (asking, giving):
            person = MembershipFactory(household=household).person
            TaskFactory(household=household, coordinator=world.coordinator)
            ContactMoment.objects.create(
                household=household,
                happened_on="2026-03-02",
                text="Gebeld.",
                by=world.coordinator.user,
            )
        ScreeningCheckFactory(person=person, shown=True)
        family = RequestFamilyFactory(household=asking)
        offer = SupportOfferFactory(
            family=SupportFamilyFactory(household=giving, places=3)
        )
        SupportRequestFactory(family=family)
        ProposalFactory(
            request=SupportRequestFactory(family=family, stage="proposed"), offer=offer
        )
        pairing = PairingFactory(
            request=SupportRequestFactory(family=family, stage="paired"),
            offer=offer,
            lead=world.coordinator,
            partnership=world.partnership,
            started_on="2026-01-05",
            active=True,
        )
        pairing.refresh_from_db()
        make_version(pairing)


def queries_of_pages(world: World) -> dict[str, int]:
    """For each list and detail page, how many queries a visit takes."""
    counts = {}
    users = {
        Who.COORDINATOR: world.coordinator.user,
        Who.OWN_COORDINATOR: world.coordinator.user,
        Who.OFFICIAL: world.official,
        Who.OFFICE: UserFactory(organisation=True),
    }
    for who, user in users.items():
        client = Client()
        client.force_login(user)
        for name, address in ADDRESSES.items():
            if address.who is not who or address.get != 200:
                continue
            url = address.url(name, world)
            # The first visit fills caches that all later ones share.
            client.get(url)
            with CaptureQueriesContext(
                connection,
            ) as taken:
                response = client.get(url)
            assert response.status_code == 200, url
            counts[name] = len(taken)
    return counts

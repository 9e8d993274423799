"""A coordinator at work on a Monday, and a family that asks or gives."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
import time_machine

from families.tests.factories import (
    CoordinatorFactory,
    HouseholdFactory,
    MembershipFactory,
    MunicipalityFactory,
    RequestFamilyFactory,
    SupportFamilyFactory,
    SupportOfferFactory,
    SupportRequestFactory,
)

AMSTERDAM = ZoneInfo("Europe/Amsterdam")


@pytest.fixture(autouse=True)
def monday_morning():
    with time_machine.travel(
        dt.datetime(2026, 11, 23, 9, tzinfo=AMSTERDAM), tick=False
    ):
        yield


@pytest.fixture
def coordinator(client):
    coordinator = CoordinatorFactory(municipalities=[MunicipalityFactory(name="Ede")])
    client.force_login(coordinator.user)
    return coordinator


@pytest.fixture
def household(coordinator):
    household = HouseholdFactory(
        name="De Boer", municipality=coordinator.municipalities.first()
    )
    MembershipFactory(household=household, person__name="Amira")
    return household


@pytest.fixture
def asked(household):
    """A request that waits, for one child of six on Wednesday afternoons."""
    return SupportRequestFactory(
        family=RequestFamilyFactory(household=household), remarks="Zachte stemmen"
    )


@pytest.fixture
def given(household):
    return SupportOfferFactory(family=SupportFamilyFactory(household=household))

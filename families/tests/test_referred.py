"""A referral on the pages of the coordinator."""

import datetime as dt

import pytest
import time_machine
from django.contrib.messages import get_messages

from families import panels
from families.models import OutboxMail, Referral
from families.tests.applying import send
from families.tests.factories import (
    CoordinatorFactory,
    HouseholdFactory,
    MembershipFactory,
    ReferralFactory,
    RequestFamilyFactory,
    TaskFactory,
)

MONDAY = dt.datetime(2026, 11, 23, 9, 0, tzinfo=dt.UTC)
TODAY = MONDAY.date()
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def monday():
    with time_machine.travel(MONDAY, tick=False) as clock:
        yield clock


def referral_of(coordinator, **parent) -> Referral:
    """A referral in the coordinator's municipality."""
    household = HouseholdFactory(
        municipality=coordinator.municipalities.get(), came_by="referral"
    )
    RequestFamilyFactory(household=household)
    told = {"email": "amira@buurt.example", "may_leave_message": True}
    MembershipFactory(
        household=household, **{f"person__{k}": v for k, v in (told | parent).items()}
    )
    return ReferralFactory(
        household=household,
        referrer__name="Joke Voorbeeld",
        text="Ze zoekt rust voor huiswerk.",
    )


def said(response) -> list[str]:
    return [str(message) for message in get_messages(response.wsgi_request)]


def url_of(referral: Referral) -> str:
    home = f"/werk/gezinnen/{referral.household.reference}"
    return f"{home}/verwijzing/{referral.reference}/uitnodigen/"


def test_family_page_says_who_referred_and_what_was_told(client, own_coordinator):
    referral = referral_of(own_coordinator)
    client.force_login(own_coordinator.user)

    page = client.get(f"/werk/gezinnen/{referral.household.reference}/")

    words = " ".join(page.content.decode().split())
    assert "Joke Voorbeeld" in words
    assert "Basisschool De Wilg" in words
    assert 'href="tel:+31201234567"' in words
    assert "Ze zoekt rust voor huiswerk." in words
    assert "Mail de ouder onze vragen" in words


def test_course_says_what_the_referrer_heard_and_when(client, own_coordinator):
    referral = referral_of(own_coordinator)
    Referral.objects.update(called_told_at=MONDAY, closed_told_at=MONDAY)
    client.force_login(own_coordinator.user)

    page = client.get(f"/werk/gezinnen/{referral.household.reference}/verloop/")

    lines = [line.what for _month, lines in page.context["months"] for line in lines]
    assert sorted(lines) == [
        "De verwijzer hoorde dat het gestopt is",
        "De verwijzer hoorde dat we gebeld hebben",
        "Verwezen door Joke Voorbeeld (Basisschool De Wilg)",
    ]


def test_call_on_vandaag_says_who_referred(own_coordinator):
    referral = referral_of(own_coordinator)
    TaskFactory(
        household=referral.household,
        coordinator=own_coordinator,
        kind="first_call",
        due_on=TODAY,
    )

    [row] = panels.today_rows(own_coordinator.user, on=TODAY)

    assert row.why == "Verwezen door Joke Voorbeeld (Basisschool De Wilg)."


def test_parent_is_invited_once_a_day(client, own_coordinator):
    referral = referral_of(own_coordinator)
    client.force_login(own_coordinator.user)

    first, second = (
        send(client, url_of(referral), {}),
        send(client, url_of(referral), {}),
    )

    assert first.status_code == second.status_code == 302
    assert said(first) == ["De ouder krijgt een link per mail."]
    assert said(second)[-1] == "De ouder kreeg vandaag al een link."
    assert OutboxMail.objects.get().to == "amira@buurt.example"


@pytest.mark.parametrize(
    "parent", [{"email": ""}, {"may_leave_message": False}, {"may_leave_message": None}]
)
def test_parent_who_may_not_be_mailed_is_not(client, own_coordinator, parent):
    referral = referral_of(own_coordinator, **parent)
    client.force_login(own_coordinator.user)

    page = client.get(f"/werk/gezinnen/{referral.household.reference}/")
    response = send(client, url_of(referral), {})

    assert "Mail de ouder onze vragen" not in page.content.decode()
    assert said(response) == [
        "We hebben geen e-mailadres, of mogen geen bericht achterlaten."
    ]
    assert OutboxMail.objects.count() == 0


def test_strangers_find_nothing(client, own_coordinator):
    referral = referral_of(own_coordinator)
    client.force_login(CoordinatorFactory().user)

    assert send(client, url_of(referral), {}).status_code == 404
    assert client.get(url_of(referral)).status_code == 405
    assert OutboxMail.objects.count() == 0


@pytest.fixture
def own_coordinator():
    coordinator = CoordinatorFactory()
    if not coordinator.municipalities.exists():
        coordinator.municipalities.add(HouseholdFactory().municipality)
    return coordinator

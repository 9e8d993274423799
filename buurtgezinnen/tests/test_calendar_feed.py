"""The agenda as calendars read it: by a secret, without names."""

import datetime as dt

import pytest
import time_machine
from django.urls import reverse
from icalendar import Calendar

from families.models import AuditEvent, CalendarKey
from families.services import appointments, calendar_keys
from families.tests.applying import send
from families.tests.factories import (
    AppointmentFactory,
    CoordinatorFactory,
    HouseholdFactory,
)

pytestmark = pytest.mark.django_db

TEN = dt.datetime(2026, 11, 23, 9, tzinfo=dt.UTC)
SETTINGS, FEED = "/werk/meer/agenda/", "/werk/agenda.ics"


@pytest.fixture(autouse=True)
def monday():
    with time_machine.travel(TEN, tick=False):
        yield


@pytest.fixture
def one():
    household = HouseholdFactory(name="Merknaam")
    coordinator = CoordinatorFactory(municipalities=[household.municipality])
    return AppointmentFactory(
        household=household,
        coordinator=coordinator,
        starts_at=TEN,
        place="Merkstraat 1",
        with_whom="Merkmens",
        note="Merktekst",
    )


def events(client, secret):
    answer = client.get(FEED, {"sleutel": secret})
    return Calendar.from_ical(answer.content).walk("VEVENT")


def secret_of(coordinator):
    return calendar_keys.renew(coordinator, at=TEN, by=coordinator.user)


def test_the_file_has_no_name_no_place_and_no_note(client, one):
    secret = secret_of(one.coordinator)

    answer = client.get(FEED, {"sleutel": secret})

    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert "merk" not in answer.content.decode().casefold()
    (event,) = events(client, secret)
    assert {name: str(event[name]) for name in ("SUMMARY", "LOCATION", "STATUS")} == {
        "SUMMARY": f"Gesprek {one.household.reference[:4]}",
        "LOCATION": one.household.municipality.name,
        "STATUS": "CONFIRMED",
    }
    assert (event.start, event.end - event.start) == (TEN, dt.timedelta(hours=1))


def test_called_off_stays_in_the_file_as_newer(client, one):
    secret = secret_of(one.coordinator)
    (before,) = events(client, secret)
    appointments.call_off(one, at=TEN, by=one.made_by)

    (after,) = events(client, secret)

    assert (before["UID"], after["STATUS"]) == (after["UID"], "CANCELLED")
    assert int(after["SEQUENCE"]) == int(before["SEQUENCE"]) + 1


def test_a_secret_opens_until_it_is_renewed_or_ended(client, one):
    coordinator = one.coordinator
    first, second = secret_of(coordinator), secret_of(coordinator)
    found = [client.get(FEED, {"sleutel": key}).status_code for key in (first, second)]
    calendar_keys.revoke(coordinator, by=coordinator.user)
    found.append(client.get(FEED, {"sleutel": second}).status_code)

    assert found == [404, 200, 404]
    assert AuditEvent.objects.filter(object_type="calendarkey").count() == 3


@pytest.mark.parametrize("secret", ["", "x" * 5000, "é🎈"])
def test_what_is_no_secret_is_not_there(client, one, secret):
    secret_of(one.coordinator)

    assert client.get(FEED, {"sleutel": secret}).status_code == 404


def test_who_may_not_log_in_has_no_file(client, one):
    secret = secret_of(one.coordinator)
    user = one.coordinator.user
    user.is_active = False
    user.save()

    assert client.get(FEED, {"sleutel": secret}).status_code == 404


def test_who_guesses_much_is_shut_out(client):
    found = [client.get(FEED, {"sleutel": str(n)}).status_code for n in range(61)]

    assert (set(found[:60]), found[60]) == ({404}, 429)


def test_the_address_is_shown_once_and_kept_as_a_hash(client, one):
    client.force_login(one.coordinator.user)
    send(client, reverse("calendar-settings"), {})

    first = client.get(SETTINGS)
    again = client.get(SETTINGS)

    secret = first.context["address"].partition("sleutel=")[2]
    assert len(events(client, secret)) == 1
    assert (secret in first.content.decode(), again.context["address"]) == (True, "")
    assert CalendarKey.objects.get().key_hash != secret
    send(client, reverse("calendar-settings"), {"stop": "1"})
    assert not CalendarKey.objects.exists()

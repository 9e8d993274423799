"""Everything of one family in a file, for its coordinator."""

import datetime as dt
import io
import json
import uuid
import zipfile

import pytest
from django.urls import reverse
from django.utils import timezone

from buurtgezinnen.own_data.classified import KEPT
from buurtgezinnen.own_data.exported import WholeFamily
from families.models import AuditEvent, ContactMoment
from families.tests.factories import (
    CoordinatorFactory,
    HouseholdFactory,
    LocationFactory,
    MembershipFactory,
    SupportRequestFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

DAY = dt.date(2026, 11, 2)
URLENCODED = {"content_type": "application/x-www-form-urlencoded"}


@pytest.fixture
def coordinator():
    return CoordinatorFactory()


@pytest.fixture
def household(coordinator):
    made = HouseholdFactory(
        municipality=coordinator.municipalities.get(), coordinator=coordinator
    )
    MembershipFactory(household=made, person__name="Amira")
    MembershipFactory(household=made, person__name="Yara", role="child")
    LocationFactory(household=made, street="Geheimweg 7", secret=True)
    SupportRequestFactory(family__household=made, remarks="Graag een tuin")
    return made


def note(household, by, text, *, sensitive):
    ContactMoment.objects.create(
        household=household,
        kind="telephone",
        outcome="reached",
        happened_on=DAY,
        text=text,
        sensitive=sensitive,
        by=by,
        form_key=uuid.uuid4(),
    )


def taken(client, household):
    answer = client.post(
        reverse("family-export", args=[household.reference]),
        "",
        **URLENCODED,
    )
    with zipfile.ZipFile(io.BytesIO(answer.content)) as packed:
        files = {name: packed.read(name).decode() for name in packed.namelist()}
    return answer, files


def test_the_file_holds_the_family_to_read_and_for_a_computer(
    client, coordinator, household
):
    client.force_login(coordinator.user)
    note(household, coordinator.user, "Mijn gevoelige notitie", sensitive=True)
    note(household, UserFactory(), "Andermans geheim", sensitive=True)
    note(household, UserFactory(), "Gebeld over woensdag", sensitive=False)

    answer, files = taken(client, household)

    assert answer["Content-Disposition"] == 'attachment; filename="gezin.zip"'
    assert sorted(files) == ["gezin.html", "gezin.json"]
    json.loads(files["gezin.json"])
    words = ("Amira", "Yara", "Graag een tuin", "Mijn gevoelige notitie")
    words += ("Gebeld over woensdag", "Andermans geheim", "Geheimweg")
    for content in files.values():
        assert [word for word in words if word in content] == list(words[:5])


def test_who_took_it_is_written_down(client, coordinator, household):
    client.force_login(coordinator.user)

    taken(client, household)

    event = AuditEvent.objects.get(fields="download")
    assert (event.actor, event.verb, event.object_reference) == (
        coordinator.user,
        AuditEvent.Verb.READ,
        household.reference,
    )


def test_a_colleague_elsewhere_finds_nothing(client, household):
    client.force_login(CoordinatorFactory().user)

    answer = client.post(
        reverse("family-export", args=[household.reference]), "", **URLENCODED
    )

    assert answer.status_code == 404
    assert not AuditEvent.objects.filter(fields="download").exists()


def test_every_kind_of_row_of_the_family_itself_is_in_it(coordinator, household):
    """Columns come from the list of own data, and a test knows that it is whole."""
    on = timezone.localdate()
    family = WholeFamily.of(household, reader=coordinator.user, on=on)

    for kept in KEPT:
        kept.rows(family).exists()

    names = {one.person.name for one in household.memberships.all()}
    people = next(kept for kept in KEPT if kept.model.__name__ == "Person")
    assert {one.name for one in people.rows(family)} == names

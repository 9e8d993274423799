"""What the page of a pairing says of its agreements."""

import datetime as dt

import pytest
from django.urls import reverse

from agreements.core.timeline import Frame
from agreements.panels.pairing import panel
from agreements.services.pauses import note_pause
from agreements.tests.factories import (
    has_ended,
    make_pairing,
    make_version,
    wednesdays,
)
from families.tests.factories import CoordinatorFactory

pytestmark = pytest.mark.django_db

TODAY = dt.date(2026, 2, 2)
LATER = dt.date(2026, 3, 2)
AT = dt.datetime(2026, 2, 2, 12, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def _today(time_machine):
    time_machine.move_to(AT, tick=False)


def held(pairing, *, on=TODAY):
    return panel(pairing, user=pairing.lead.user, on=on).context


def page(client, pairing):
    client.force_login(pairing.lead.user)
    address = reverse("matching:pairing-detail", args=[pairing.reference])
    return " ".join(client.get(address).text.split())


def test_what_holds_and_the_next_time_are_told(client):
    pairing = make_pairing(active=True)
    make_version(pairing)

    found = held(pairing)

    assert found["sentences"] == [
        "Elke woensdag van 13.00 tot 17.00 uur speelt Noor bij gezin Willems. Gezin De"
        " Boer brengt. Gezin Willems brengt terug. In de schoolvakantie niet."
    ]
    assert found["next_visit"].on == dt.date(2026, 2, 4)
    assert [found[name] for name in ("to_come", "pause", "draft", "trial")] == [
        None
    ] * 4
    assert "De volgende keer is op woensdag 4 februari 2026." in page(client, pairing)


def test_a_change_that_waits_and_a_pause_are_told(client):
    pairing = make_pairing(active=True)
    version = make_version(pairing)
    note_pause(
        pairing,
        from_on=TODAY,
        until_on=None,
        reason="",
        side="",
        at=AT,
        by=pairing.lead.user,
    )
    draft = make_version(
        pairing,
        effective_from=LATER,
        items=[wednesdays(pairing, line=1, weekdays=1)],
        settled=False,
        at=AT,
    )

    found = held(pairing)

    assert (found["in_force"], found["draft"]) == (version, draft)
    assert found["pause"] is not None
    assert found["next_visit"] is None
    text = page(client, pairing)
    assert "Wacht op een ja" in text
    assert "Pauze" in text
    assert "Nog geen ja van gezin De Boer en gezin Willems." in text


def test_what_is_settled_for_later_is_told(client):
    pairing = make_pairing(active=True)
    make_version(pairing)
    make_version(
        pairing,
        effective_from=LATER,
        items=[wednesdays(pairing, line=1, weekdays=1)],
        at=AT,
    )

    assert "Vanaf 2 maart 2026 gelden andere afspraken." in page(client, pairing)


def test_a_trial_of_the_agreements_is_told_beside_the_step_to_definite(client):
    pairing = make_pairing(trial=True)
    frame = Frame(trial_until=dt.date(2026, 2, 16))
    make_version(pairing, frame=frame)

    before = page(client, pairing)
    make_version(
        pairing,
        effective_from=LATER,
        items=[wednesdays(pairing, line=1)],
        frame=Frame(),
        at=AT,
    )
    after = page(client, pairing)

    told = "De afspraken staan op proef tot en met 16 februari 2026."
    assert [told in text for text in (before, after)] == [True, False]


def test_in_the_introduction_a_version_that_waits_is_told_beside_the_step(client):
    pairing = make_pairing()
    make_version(pairing, settled=False)

    told = "De afspraken wachten nog op het ja van gezin De Boer en gezin Willems."

    assert told in page(client, pairing)


def test_nothing_is_told_to_strangers_nor_after_the_end(client):
    pairing = make_pairing(active=True)
    make_version(pairing)
    stranger = CoordinatorFactory().user
    has_ended(pairing, on=dt.date(2026, 2, 1))

    assert panel(pairing, user=stranger, on=TODAY) is None
    assert held(pairing)["sentences"] == []
    assert "Wat ze afspraken, sinds wanneer" in page(client, pairing)


def test_without_agreements_nothing_holds(client):
    pairing = make_pairing()

    assert "Vandaag geldt er niets." in page(client, pairing)

"""What runs already comes along: who are together, since when, and how far."""

import datetime as dt

import pytest
from django.utils import timezone

from agreements.models import AgreementVersion
from buurtgezinnen import panels
from buurtgezinnen.imports import runs
from buurtgezinnen.loading import Loading
from buurtgezinnen.tests.imports.sheets import (
    HEADINGS,
    HENK,
    SANNE,
    brought_in,
    checked,
    coordinator_of,
    csv_of,
)
from families.models import SupportRequest
from matching.models import Pairing, PairingStage

pytestmark = pytest.mark.django_db

TOGETHER = (*HEADINGS, "Gekoppeld aan", "Gekoppeld sinds", "Stand koppeling")
GIVES = (*HENK, "", "", "")


@pytest.fixture
def coordinator(client):
    found = coordinator_of()
    client.force_login(found.user)
    return found


def asks(named, since="1-9-2025", stage=""):
    return (*SANNE[:5], "", named, since, stage)


@pytest.mark.parametrize("named", ["06 12345602", "henk bakker", "3"])
def test_a_pairing_that_runs_comes_along(client, coordinator, named):
    run = brought_in(client, csv_of(asks(named), GIVES, headings=TOGETHER))

    assert (run.state, run.n_asking, run.n_giving) == ("done", 1, 1)
    pairing = Pairing.objects.get()
    assert (pairing.stage, pairing.started_on) == ("active", dt.date(2025, 9, 1))
    assert (pairing.lead, pairing.proposal) == (coordinator, None)
    assert pairing.request.stage == SupportRequest.Stage.PAIRED
    assert pairing.place.family == pairing.offer.family
    assert [one.child.name for one in pairing.pairing_children.all()] == ["Noor"]


def test_stages_count_from_the_day_on_which_they_came(client, coordinator):
    brought_in(client, csv_of(asks("3"), GIVES, headings=TOGETHER))
    today = timezone.localdate()

    steps = PairingStage.objects.order_by("pk").values_list("stage", "on")

    assert list(steps) == [
        ("introduction", dt.date(2025, 9, 1)),
        ("trial", today),
        ("active", today),
    ]


def test_no_clock_of_a_pairing_is_overdue_on_the_first_day(client, coordinator):
    brought_in(client, csv_of(asks("3"), GIVES, headings=TOGETHER))

    today = timezone.localdate()
    rows = panels.today_rows(coordinator.user, on=today, loading=Loading())
    assert [row.since for row in rows if row.since and row.since < today] == []
    # The same clock speaks up later, so it was asked.
    later = today + dt.timedelta(weeks=30)
    assert any(
        row for row in panels.today_rows(coordinator.user, on=later, loading=Loading())
    )


def test_the_agreements_in_force_come_along(client, coordinator):
    rows = [(*asks("3"), "Elke woensdag 13:30 - 17 uur"), (*GIVES, "")]

    brought_in(client, csv_of(*rows, headings=(*TOGETHER, "Afspraken")))

    version = AgreementVersion.objects.get()
    assert version.settled_at is not None
    assert version.effective_from == timezone.localdate()
    item = version.items.get()
    assert (item.rhythm, item.weekdays, item.starts_at, item.ends_at) == (
        "weekly",
        0b100,
        dt.time(13, 30),
        dt.time(17),
    )
    today = timezone.localdate()
    rows = panels.today_rows(coordinator.user, on=today, loading=Loading())
    assert [row.since for row in rows if row.since and row.since < today] == []


@pytest.mark.parametrize("text", ["elke dag 13-17", "elke wo 17-13", "elke wo 25-26"])
def test_agreements_that_nobody_can_read_are_said(client, coordinator, text):
    rows = [(*asks("3"), text), (*GIVES, "")]

    run = checked(client, csv_of(*rows, headings=(*TOGETHER, "Afspraken")))

    assert [(one.number, one.column) for one in runs.problems_of(run)] == [
        (2, "agreed")
    ]


def test_who_came_before_is_found_by_telephone(client, coordinator):
    brought_in(client, csv_of(HENK))

    brought_in(client, csv_of(asks("0612345602", stage="proef"), headings=TOGETHER))

    pairing = Pairing.objects.get()
    assert (pairing.stage, pairing.trial_until is None) == ("trial", False)


@pytest.mark.parametrize(
    ("row", "column"),
    [
        (asks("Niemand"), "pair_with"),
        (asks("2"), "pair_with"),
        (asks("3", since=""), "pair_since"),
        (asks("3", stage="klaar"), "pair_stage"),
    ],
)
def test_what_is_wrong_with_a_pair_is_said(client, coordinator, row, column):
    run = checked(client, csv_of(row, GIVES, headings=TOGETHER))

    assert [(one.number, one.column) for one in runs.problems_of(run)] == [(2, column)]
    assert (run.n_asking, run.n_giving, run.n_wrong) == (0, 1, 1)


def test_more_pairs_than_places_are_refused_before(client, coordinator):
    other = ("vraaggezin", "Piet Jansen", "0612345605", *asks("4")[3:])

    run = checked(client, csv_of(asks("4"), other, GIVES, headings=TOGETHER))

    assert [(one.number, one.column) for one in runs.problems_of(run)] == [
        (3, "pair_with")
    ]

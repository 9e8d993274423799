"""What a coordinator types is kept until it is sent, or for two weeks."""

import datetime as dt
import uuid
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import connection
from django.urls import reverse

from families.models import ContactMoment, NoteDraft
from families.rounds import erase_what_is_over
from families.services.contact import note_contact
from families.services.note_drafts import keep, typed_in
from families.tests.applying import send
from families.tests.factories import (
    CoordinatorFactory,
    HouseholdFactory,
    MembershipFactory,
    MunicipalityFactory,
)

pytestmark = pytest.mark.django_db

AT_NINE = dt.datetime(2026, 11, 23, 9, tzinfo=ZoneInfo("Europe/Amsterdam"))


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(AT_NINE, tick=False) as clock:
        yield clock


@pytest.fixture
def coordinator(client):
    coordinator = CoordinatorFactory(municipalities=[MunicipalityFactory()])
    client.force_login(coordinator.user)
    return coordinator


@pytest.fixture
def household(coordinator):
    household = HouseholdFactory(municipality=coordinator.municipalities.get())
    MembershipFactory(household=household)
    return household


def url_of(name, household):
    return reverse(f"families:contact-{name}", args=[household.reference])


def typed(**fields):
    given = {
        "form_key": str(uuid.uuid4()),
        "kind": "visit",
        "outcome": "reached",
        "happened_on": "gisteren",
        "text": "Noor wil",
    }
    return given | fields


def form_of(client, household, name="contact-note"):
    url = reverse(f"families:{name}", args=[household.reference])
    return client.get(url).context["form"]


@pytest.mark.parametrize("text", ["Noor wil", "a\0b", "👨‍👩‍👧", "\u202eabc"])
def test_what_is_typed_comes_back_as_it_was(client, household, text):
    sent = typed(text=text, sensitive="on", next_on="1 dec")

    answer = send(client, url_of("draft", household), sent)

    assert (answer.status_code, answer.content) == (204, b"")
    form = form_of(client, household)
    assert {name: str(form[name].value()) for name in sent} == sent
    family = client.get(reverse("family-detail", args=[household.reference]))
    assert family.context["form"]["text"].value() == text


def test_a_draft_is_not_readable_in_the_database(client, household):
    send(client, url_of("draft", household), typed(text="Noor wil voetballen"))

    with connection.cursor() as cursor:
        cursor.execute("SELECT typed FROM families_notedraft")
        [(stored,)] = cursor.fetchall()
    assert "Noor" not in stored


def test_a_draft_is_of_one_writer(client, coordinator, household):
    send(client, url_of("draft", household), typed())
    colleague = CoordinatorFactory(municipalities=[household.municipality])
    client.force_login(colleague.user)

    assert form_of(client, household)["text"].value() is None
    chosen = client.get(reverse("families:contact-create"))
    assert list(chosen.context["drafts"]) == []


def test_the_last_of_what_was_typed_is_kept(client, household):
    for text in ("Noor", "Noor wil", "Noor wil hockeyen"):
        send(client, url_of("draft", household), typed(text=text))

    [draft] = NoteDraft.objects.all()
    assert typed_in(draft)["text"] == ["Noor wil hockeyen"]


def test_sending_the_note_erases_the_draft(client, household):
    sent = typed()
    send(client, url_of("draft", household), sent)

    send(client, url_of("note", household), sent)
    # The last one of the page arrives after that.
    send(client, url_of("draft", household), sent)

    assert [note.text for note in ContactMoment.objects.all()] == ["Noor wil"]
    assert not NoteDraft.objects.exists()


def test_a_note_from_another_tab_leaves_the_draft(client, household):
    send(client, url_of("draft", household), typed(text="Hier nog bezig"))

    send(client, url_of("note", household), typed(text="Daar klaar"))

    assert form_of(client, household)["text"].value() == "Hier nog bezig"


def test_what_is_sent_wrong_is_kept(client, household):
    wrong = typed(text="x" * 5000)

    assert send(client, url_of("note", household), wrong).status_code == 422

    assert form_of(client, household)["text"].value() == "x" * 5000


def test_an_empty_form_keeps_nothing_and_erases_what_was_there(client, household):
    sent = typed()
    send(client, url_of("draft", household), sent)

    send(client, url_of("draft", household), sent | {"text": ""})

    assert not NoteDraft.objects.exists()


def test_a_draft_can_be_thrown_away(client, household):
    sent = typed()
    send(client, url_of("draft", household), sent)

    thrown = {"form_key": sent["form_key"], "discard": "1"}
    assert send(client, url_of("draft", household), thrown).status_code == 302

    assert form_of(client, household)["text"].value() is None


@pytest.mark.parametrize(("days", "n_left"), [(13, 1), (14, 0)])
def test_a_draft_is_erased_after_two_weeks(client, household, clock, days, n_left):
    send(client, url_of("draft", household), typed())
    clock.move_to(AT_NINE + dt.timedelta(days=days))

    erase_what_is_over.call()

    assert NoteDraft.objects.count() == n_left


def test_a_draft_of_what_was_noted_already_is_not_kept(coordinator, household):
    key = uuid.uuid4()
    note_contact(
        household,
        kind="visit",
        outcome="reached",
        happened_on=AT_NINE.date(),
        at=AT_NINE,
        by=coordinator.user,
        form_key=key,
    )

    assert (
        keep(household, {"text": ["x"]}, form_key=key, at=AT_NINE, by=coordinator.user)
        is None
    )
    assert not NoteDraft.objects.exists()


def test_what_was_typed_outlives_the_session(client, coordinator, household):
    sent = typed(text="Eerste regel\nTweede regel", next_step="Bel oma")
    client.logout()

    offered = send(client, url_of("note", household), sent)
    kept = dict(offered.context["typed"])
    client.force_login(coordinator.user)
    again = send(client, url_of("note", household), kept | {"next_on": "1-12-2026"})

    assert offered.status_code == 403
    assert again.status_code == 302
    note = ContactMoment.objects.get()
    assert note.text.split() == ["Eerste", "regel", "Tweede", "regel"]
    assert note.next_step == "Bel oma"


def test_the_choice_of_a_family_names_what_was_begun(client, household):
    send(client, url_of("draft", household), typed())

    drafts = client.get(reverse("families:contact-create")).context["drafts"]

    assert [draft.household for draft in drafts] == [household]

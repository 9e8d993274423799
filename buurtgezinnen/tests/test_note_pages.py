"""The pages of one note, and what the course says of it."""

import datetime as dt
import uuid
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.urls import reverse

from families.models import ContactMoment
from families.services.contact import note_contact
from families.tests.applying import send
from families.tests.factories import (
    CoordinatorFactory,
    HouseholdFactory,
    MunicipalityFactory,
    TaskFactory,
)

pytestmark = pytest.mark.django_db

MONDAY = dt.date(2026, 11, 23)
AT_NINE = dt.datetime(2026, 11, 23, 9, tzinfo=ZoneInfo("Europe/Amsterdam"))
DAY = dt.timedelta(hours=24)


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(AT_NINE, tick=False) as clock:
        yield clock


@pytest.fixture
def coordinator(client):
    coordinator = CoordinatorFactory(
        municipalities=[MunicipalityFactory()], user__name="Ilse de Vries"
    )
    client.force_login(coordinator.user)
    return coordinator


@pytest.fixture
def household(coordinator):
    return HouseholdFactory(municipality=coordinator.municipalities.get())


def write(household, by, **said):
    given = {
        "kind": "telephone",
        "outcome": "reached",
        "happened_on": MONDAY,
        "text": "Noor wil voetballen.",
        "at": AT_NINE,
        "form_key": uuid.uuid4(),
    }
    return note_contact(household, by=by.user, **(given | said)).contact


def url_of(name, note):
    given = {"reference": note.household.reference, "note": note.form_key}
    return reverse(f"families:note-{name}", kwargs=given)


def lines(client, household):
    page = client.get(reverse("family-course", args=[household.reference]))
    return [line for _month, of in page.context["months"] for line in of]


NEW = {"kind": "visit", "happened_on": "23-11-2026", "text": "Hockey."}


def test_a_fresh_note_is_changed_in_place(client, coordinator, household):
    note = write(household, coordinator)

    response = send(client, url_of("change", note), NEW | {"row_version": 1})

    assert response.status_code == 302
    [line] = lines(client, household)
    assert (line.what, line.text) == ("bezoek: gesproken", "Hockey.")
    assert (line.note.is_fresh, line.note.edited_at) == (True, AT_NINE)


def test_a_late_tab_shows_both_and_keeps_what_was_typed(client, coordinator, household):
    note = write(household, coordinator)
    send(client, url_of("change", note), NEW | {"row_version": 1})

    late = send(
        client, url_of("change", note), NEW | {"row_version": 1, "text": "Judo."}
    )

    assert late.status_code == 422
    form = late.context["form"]
    assert form.meanwhile() == [("Wat is er besproken?", "Hockey.", "Judo.")]
    assert (form["text"].value(), form["row_version"].value()) == ("Judo.", 2)
    assert ContactMoment.objects.get().text == "Hockey."


def test_after_a_day_the_note_is_only_added_to(client, coordinator, household, clock):
    note = write(household, coordinator)
    clock.move_to(AT_NINE + DAY + dt.timedelta(seconds=1))
    client.force_login(coordinator.user)

    assert client.get(url_of("change", note)).url == url_of("add", note)

    key = str(uuid.uuid4())
    for _press in range(2):
        send(client, url_of("add", note), {"text": "Op zaterdag.", "form_key": key})
    [line] = lines(client, household)
    assert [(one.text, one.by) for one in line.note.added] == [
        ("Op zaterdag.", "Ilse de Vries")
    ]
    assert (line.text, line.note.is_fresh) == ("Noor wil voetballen.", False)


def test_undo_takes_a_fresh_note_back(client, coordinator, household):
    call = TaskFactory(household=household, kind="first_call")
    note = write(household, coordinator)

    send(client, url_of("take-back", note), {})
    send(client, url_of("take-back", note), {})

    call.refresh_from_db()
    assert call.done_at is None
    [line] = lines(client, household)
    assert (line.kind, line.what, line.text) == (
        "event",
        "telefoon: gesproken, teruggenomen",
        "",
    )


def test_a_note_moves_to_the_right_family_with_proof(client, coordinator, household):
    other = HouseholdFactory(municipality=household.municipality, name="Anders")
    note = write(household, coordinator)

    send(
        client,
        url_of("redact", note),
        {"reason": "Verkeerd gezin.", "to": other.reference},
    )

    [left], [moved] = lines(client, household), lines(client, other)
    assert left.text == (
        "Ilse de Vries heeft deze notitie leeggemaakt op 23 november 2026."
        " Reden: Verkeerd gezin."
    )
    assert (left.note, moved.text) == (None, "Noor wil voetballen.")


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"reason": ""}, "reason"),
        ({"reason": "x" * 501}, "reason"),
        ({"reason": "x", "to": "ander"}, "to"),
    ],
)
def test_a_wrong_reason_or_family_is_told_at_the_field(
    client, coordinator, household, sent, field
):
    note = write(household, coordinator)

    response = send(client, url_of("redact", note), sent)

    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    assert ContactMoment.objects.get().text == "Noor wil voetballen."


def test_a_note_does_not_move_to_a_family_out_of_sight(client, coordinator, household):
    stranger, note = HouseholdFactory(), write(household, coordinator)

    sent = {"reason": "Verkeerd gezin.", "to": stranger.reference}
    response = send(client, url_of("redact", note), sent)

    assert (response.status_code, stranger.contacts.count()) == (422, 0)


@pytest.mark.parametrize("name", ["change", "add", "take-back", "redact"])
def test_a_sensitive_note_of_a_colleague_is_not_there(client, household, name):
    municipality = household.municipality
    note = write(
        household, CoordinatorFactory(municipalities=[municipality]), sensitive=True
    )

    assert send(client, url_of(name, note), NEW).status_code == 404
    assert ContactMoment.objects.get().text == "Noor wil voetballen."


@pytest.mark.parametrize("n_notes", [1, 3])
def test_the_course_asks_as_much_for_many_notes(
    client, coordinator, household, django_assert_num_queries, n_notes
):
    for _note in range(n_notes):
        note = write(household, coordinator)
        send(client, url_of("add", note), {"text": "x", "form_key": str(uuid.uuid4())})
    url = reverse("family-course", args=[household.reference])

    with django_assert_num_queries(27):
        client.get(url)


def test_a_long_course_has_pages_of_fifty_lines(client, coordinator, household):
    for number in range(60):
        write(
            household,
            coordinator,
            text=f"Gesprek {number}",
            happened_on=MONDAY - dt.timedelta(days=number),
        )
    url = reverse("family-course", args=[household.reference])

    read = []
    for number in (1, 2):
        page = client.get(url, {"toon": "contact", "pagina": number})
        read.append([line.text for _m, of in page.context["months"] for line in of])

    assert read[0] + read[1] == [f"Gesprek {number}" for number in range(60)]
    assert len(read[0]) == 50

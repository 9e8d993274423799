"""Search over what a coordinator may see."""

import datetime as dt

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from families import search as searching
from families.encryption import blind_index
from families.models import AuditEvent, ContactMoment
from families.tests.applying import send
from families.tests.factories import (
    CoordinatorFactory,
    HouseholdFactory,
    MembershipFactory,
    MunicipalityFactory,
    PersonFactory,
)
from matching.tests.factories import PairingFactory

pytestmark = pytest.mark.django_db

SEARCH = reverse("search")


@pytest.fixture
def coordinator():
    return CoordinatorFactory()


@pytest.fixture
def logged_in(client, coordinator):
    client.force_login(coordinator.user)
    return client


def lives(coordinator, surname, **person):
    telephone = person.get("telephone", "")
    email = person.get("email", "")
    return MembershipFactory(
        household__municipality=coordinator.municipalities.first(),
        household__name=surname,
        person=PersonFactory(
            **person,
            telephone_index=blind_index("telephone", telephone),
            email_index=blind_index("email", email),
        ),
    ).household


def note(household, coordinator, text, **given):
    return ContactMoment.objects.create(
        household=household,
        happened_on=dt.date(2026, 11, 2),
        text=text,
        by=coordinator.user,
        **given,
    )


def found(client, words, **also):
    answer = send(client, SEARCH, {"zoek": words, **also})
    assert (answer.status_code, answer["Location"]) == (302, SEARCH)
    return client.get(SEARCH)


def homes(page):
    return [one.household for one in page.context["families"]]


@pytest.mark.parametrize(
    "words",
    ["de boer", "BOER", "boér", "zoe", "Zoë de Boer", "boer zoe", "zoe@buurt.example"],
)
def test_a_family_is_found_by_names_without_accents_and_capitals(
    logged_in, coordinator, words
):
    home = lives(coordinator, "de Boer", name="Zoë", email="zoe@buurt.example")
    lives(coordinator, "Willems", name="Sam")

    assert homes(found(logged_in, words)) == [home]


@pytest.mark.parametrize(
    "typed",
    ["0612345678", "06-12 34 56 78", "+31 6 12345678", "0031612345678", "345 67"],
)
def test_a_family_is_found_by_digits_of_a_telephone(logged_in, coordinator, typed):
    home = lives(coordinator, "de Boer", name="Zoë", telephone="+31612345678")
    lives(coordinator, "Willems", telephone="+31687654321")

    page = found(logged_in, typed)

    assert homes(page) == [home]
    assert [one.name for one in page.context["families"][0].people] == ["Zoë"]
    assert 'href="tel:+31612345678"' in page.text


def test_a_family_is_found_by_its_reference_and_its_municipality(
    logged_in, coordinator
):
    home = lives(coordinator, "de Boer")

    assert homes(found(logged_in, home.reference.lower())) == [home]
    assert homes(found(logged_in, home.municipality.name)) == [home]


def test_whose_surname_begins_so_stands_first(logged_in, coordinator):
    middle = lives(coordinator, "van Bakker")
    other = lives(coordinator, "Debakker")
    first = lives(coordinator, "Bakker")

    assert homes(found(logged_in, "bakker")) == [first, middle, other]


def test_nobody_finds_a_family_of_elsewhere_or_one_that_was_merged(
    logged_in, coordinator
):
    note(lives(CoordinatorFactory(), "Boersma"), coordinator, "Over zwemles.")
    kept = lives(coordinator, "Kok")
    MembershipFactory(
        household=HouseholdFactory(
            name="Boersma",
            municipality=coordinator.municipalities.get(),
            merged_into=kept,
        )
    )

    page = found(logged_in, "boersma", notities="on")

    assert (page.context["families"], page.context["notes"]) == ([], [])
    assert found(logged_in, "zwemles", notities="on").context["notes"] == []
    assert "Boersma" not in logged_in.get(f"{SEARCH}?nieuw=1").text


def test_notes_are_read_only_when_asked_and_sensitive_ones_by_their_writer(
    logged_in, coordinator
):
    home = lives(coordinator, "de Boer")
    colleague = CoordinatorFactory(municipalities=[home.municipality])
    own = note(home, coordinator, "Noor wil graag naar zwemles. " + "En meer. " * 30)
    note(home, colleague, "Geheim over zwemles.", sensitive=True)
    note(home, coordinator, "Over voetbal.")

    unasked = found(logged_in, "zwemles")
    asked = found(logged_in, "zwemles", notities="on")

    assert (unasked.context["families"], unasked.context["notes"]) == ([], [])
    [one] = asked.context["notes"]
    assert (one.household, one.on) == (home, own.happened_on)
    assert one.excerpt.startswith("Noor wil graag naar zwemles. En meer.")
    assert one.excerpt.endswith("…")
    assert "Geheim" not in asked.text


def test_pairings_of_who_was_found_stand_below(logged_in, coordinator):
    pairing = PairingFactory(lead=coordinator)
    home = pairing.request.family.household
    home.municipality = coordinator.municipalities.get()
    home.name = "Boersma"
    home.save()

    page = found(logged_in, "boersma")

    assert [one.url for one in page.context["pairings"]] == [pairing.get_absolute_url()]


def test_what_was_looked_for_is_in_no_address_and_is_not_stored_readably(
    logged_in, coordinator
):
    lives(coordinator, "Zonneveld")

    page = found(logged_in, "zonneveld")

    assert 'value="zonneveld"' in page.text
    stored = [one.get_decoded() for one in Session.objects.all()]
    assert stored
    assert "zonneveld" not in str(stored)
    read = [one for one in AuditEvent.objects.all() if one.fields == "search"]
    assert [one.verb for one in read] == ["read"]
    logged_in.logout()
    logged_in.force_login(coordinator.user)
    assert "found" not in logged_in.get(SEARCH).context


@pytest.mark.parametrize("typed", ["", " ", "a", "a\0b"])
def test_too_little_is_refused_in_words(logged_in, typed):
    page = send(logged_in, SEARCH, {"zoek": typed})

    assert page.status_code == 422
    assert 'class="error"' in page.text


def test_nothing_found_says_how_to_go_on(logged_in):
    assert "Niets gevonden" in found(logged_in, "xyz").text


def test_among_too_many_only_what_is_exact_is_found(
    logged_in, coordinator, monkeypatch
):
    monkeypatch.setattr(searching, "MOST_PEOPLE", 1)
    home = lives(
        coordinator, "Boer", telephone="+31612345678", email="zoe@buurt.example"
    )
    lives(coordinator, "Boersma")

    by_name = found(logged_in, "boer")

    assert (homes(by_name), by_name.context["found"].too_many) == ([], True)
    assert "2.000" in by_name.text
    for exact in ("06 12345678", "Zoe@buurt.example", home.reference):
        assert homes(found(logged_in, exact)) == [home]


def test_a_municipality_narrows_it(client):
    here, there = MunicipalityFactory(), MunicipalityFactory()
    coordinator = CoordinatorFactory(municipalities=[here, there])
    client.force_login(coordinator.user)
    home = MembershipFactory(
        household__municipality=here, household__name="Boer"
    ).household
    MembershipFactory(household__municipality=there, household__name="Boer")

    assert len(homes(found(client, "boer"))) == 2
    assert homes(found(client, "boer", gemeente=here.slug)) == [home]


def test_searching_takes_a_fixed_number_of_queries(logged_in, coordinator):
    taken = []
    for _n in range(3):
        note(lives(coordinator, "Boer"), coordinator, "Boer.")
        found(logged_in, "boer", notities="on")
        with CaptureQueriesContext(connection) as queries:
            page = logged_in.get(SEARCH)
        taken.append(len(queries))

    assert len(homes(page)) == len(page.context["notes"]) == 3
    assert taken == [taken[0]] * 3

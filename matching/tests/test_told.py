"""What two families may know of each other, stage by stage."""

import datetime as dt

import pytest
from django.urls import reverse

from families.services.households import ChangedMeanwhile
from families.tests.factories import (
    CoordinatorFactory,
    LocationFactory,
    MembershipFactory,
    MunicipalityFactory,
    PersonFactory,
    PostcodeAreaFactory,
)
from matching.proposing.told import told_of
from matching.services.pairings import (
    BeforeTheStart,
    StepNotPossible,
    record_child_answer,
)
from matching.tests.factories import MONDAY, PairingFactory
from matching.tests.pages import send

pytestmark = pytest.mark.django_db

NOON = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)
TUESDAY = dt.date(2026, 11, 24)
NOT_BEFORE_THE_DAY = "Het adres volgt als de dag van de kennismaking vaststaat."
NOT_BEFORE_THE_AGREEMENTS = "Het adres volgt bij de eerste afspraken."


@pytest.fixture(autouse=True)
def _monday(time_machine):
    time_machine.move_to(NOON, tick=False)


@pytest.fixture
def coordinator(client):
    coordinator = CoordinatorFactory(municipalities=[MunicipalityFactory()])
    client.force_login(coordinator.user)
    return coordinator


@pytest.fixture
def own(coordinator):
    return coordinator.municipalities.get()


def at_home(household, name, street, *, secret=False):
    person = PersonFactory(name=name, telephone="+31612345678")
    MembershipFactory(household=household, person=person)
    LocationFactory(
        household=household,
        street=street,
        postcode="1431AB",
        secret=secret,
        area=PostcodeAreaFactory(place="Aalsmeer"),
    )


def together(municipality, *, secret=False, **kwargs):
    pairing = PairingFactory(
        request__family__household__municipality=municipality,
        offer__family__household__municipality=municipality,
        **kwargs,
    )
    at_home(
        pairing.offer.family.household, "Karin Willems", "Hoofdweg 1", secret=secret
    )
    at_home(pairing.request.family.household, "Amira de Boer", "Kerkweg 2")
    return pairing


def addresses(pairing):
    return [one.address or one.not_yet for one in told_of(pairing, on=MONDAY)]


def test_first_names_and_telephone_come_first(own):
    told = told_of(together(own), on=MONDAY)

    assert [(one.side, one.people) for one in told] == [
        ("support", [{"term": "Karin", "value": "+31612345678"}]),
        ("request", [{"term": "Amira", "value": "+31612345678"}]),
    ]
    assert [one.address for one in told] == ["", ""]


def test_the_address_of_the_home_that_hosts_comes_with_the_introduction(own):
    pairing = together(own, introduction_on=TUESDAY)

    assert addresses(pairing) == [
        "Hoofdweg 1, 1431AB Aalsmeer",
        NOT_BEFORE_THE_AGREEMENTS,
    ]


def test_the_other_address_comes_with_the_first_agreements(own):
    pairing = together(own, introduction_on=MONDAY, agreed_on=MONDAY)

    assert addresses(pairing) == [
        "Hoofdweg 1, 1431AB Aalsmeer",
        "Kerkweg 2, 1431AB Aalsmeer",
    ]


def test_a_secret_address_is_never_told(own):
    pairing = together(own, secret=True, introduction_on=MONDAY, agreed_on=MONDAY)

    assert addresses(pairing)[0] == (
        "Er is geen adres om te delen. Vraag het gezin welk adres je mag geven."
    )


@pytest.mark.parametrize(
    ("changes", "shown"),
    [
        ({}, set()),
        ({"introduction_on": TUESDAY}, {"Hoofdweg 1"}),
        (
            {"introduction_on": MONDAY, "agreed_on": MONDAY},
            {"Hoofdweg 1", "Kerkweg 2"},
        ),
    ],
)
def test_page_shows_across_the_border_what_may_be_told(client, own, changes, shown):
    elsewhere = MunicipalityFactory()
    pairing = together(own, **changes)
    household = pairing.offer.family.household
    household.municipality = elsewhere
    household.save()

    page = client.get(pairing.get_absolute_url())

    assert {one for one in ("Hoofdweg 1", "Kerkweg 2") if one in page.text} == shown


def child_url(pairing):
    return reverse("matching:pairing-child", args=[pairing.reference])


def answers(client, pairing, **given):
    answer = {
        "child_answer": "not_yet",
        "child_answered_on": "23-11-2026",
        "child_words": "Ik wil eerst de hond zien.",
        "row_version": pairing.row_version,
    }
    return send(client, child_url(pairing), **answer | given)


@pytest.mark.parametrize(
    ("answer", "doubts"), [("yes", False), ("not_yet", True), ("no", True)]
)
def test_the_child_answers_in_its_own_words(client, own, answer, doubts):
    pairing = together(own, introduction_on=MONDAY)

    response = answers(client, pairing, child_answer=answer)
    page = client.get(response.url)

    pairing.refresh_from_db()
    assert (pairing.child_answer, pairing.child_answered_on) == (answer, MONDAY)
    assert pairing.child_words == "Ik wil eerst de hond zien."
    assert "Ik wil eerst de hond zien." in page.text
    assert page.context["child_doubts"] is doubts
    assert ("Het kind zegt geen ja." in page.text) is doubts


def test_a_child_that_says_no_bars_no_trial(client, own):
    pairing = together(own, introduction_on=MONDAY)
    answers(client, pairing, child_answer="no")

    page = client.get(pairing.get_absolute_url())

    assert [form.step for form in page.context["forms"]] == ["trial", "introduction"]


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"child_answer": ""}, "child_answer"),
        ({"child_answer": "maybe"}, "child_answer"),
        ({"child_answered_on": ""}, "child_answered_on"),
        ({"child_answered_on": "24-11-2026"}, "child_answered_on"),
        ({"child_answered_on": "22-11-2026"}, "child_answered_on"),
        ({"child_words": "x" * 501}, "child_words"),
        ({"row_version": 7}, "__all__"),
    ],
)
def test_what_is_wrong_is_kept_and_explained(client, own, given, field):
    pairing = together(own, introduction_on=MONDAY)

    response = answers(client, pairing, **given)

    pairing.refresh_from_db()
    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    assert pairing.child_answer == ""


@pytest.mark.parametrize("day", [None, TUESDAY])
def test_before_the_introduction_no_child_is_asked(client, own, day):
    pairing = together(own, introduction_on=day)

    page = client.get(pairing.get_absolute_url())
    response = answers(client, pairing)

    assert page.context["child_form"] is None
    assert response.status_code == 409


def test_strangers_ask_no_child(client, own):
    pairing = together(MunicipalityFactory(), introduction_on=MONDAY)

    assert answers(client, pairing).status_code == 404


def test_record_child_answer_refuses_what_cannot_be(coordinator):
    met = PairingFactory(introduction_on=MONDAY)
    before = MONDAY - dt.timedelta(days=1)
    given = {"child_answer": "yes", "child_words": "", "by": coordinator.user}

    with pytest.raises(BeforeTheStart):
        record_child_answer(met, child_answered_on=before, row_version=1, **given)
    with pytest.raises(ChangedMeanwhile):
        record_child_answer(met, child_answered_on=MONDAY, row_version=2, **given)
    with pytest.raises(StepNotPossible):
        record_child_answer(
            PairingFactory(), child_answered_on=MONDAY, row_version=1, **given
        )

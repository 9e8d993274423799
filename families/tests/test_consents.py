"""On which ground: given, withdrawn, in force, and the texts that were agreed to."""

import datetime as dt
import hashlib

import pytest
from django.urls import reverse
from django.utils import translation

from families import texts
from families.forms.intake.consent import CONSENT_VERSION
from families.models import AuditEvent, Consent
from families.services import consents
from families.tests.applying import send as send_form
from families.tests.factories import (
    CoordinatorFactory,
    HouseholdFactory,
    MembershipFactory,
    MunicipalityFactory,
    PersonFactory,
)

pytestmark = pytest.mark.django_db


def send(client, url, **answers):
    return send_form(client, url, answers)


MONDAY = dt.date(2026, 11, 23)
NOON = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)
FAMILY = AuditEvent.ActorKind.FAMILY
# What stood in each version that people agreed to; a text that changes is a new one.
FINGERPRINTS = {
    ("contact_and_search", "2026-11-call"): "06090c50",
    ("contact_and_search", "2026-11-call-give"): "0b1647e0",
    ("contact_and_search", "2026-11"): "67bd29ca",
    ("introduce", "2026-11"): "46c5cd02",
    ("tell_referrer", "2026-11"): "b051e97a",
}


@pytest.fixture(autouse=True)
def _monday(time_machine):
    time_machine.move_to(NOON, tick=False)


@pytest.fixture
def coordinator(client):
    coordinator = CoordinatorFactory(municipalities=[MunicipalityFactory(name="Ede")])
    client.force_login(coordinator.user)
    return coordinator


@pytest.fixture
def household(coordinator):
    return HouseholdFactory(
        municipality=coordinator.municipalities.get(), name="De Boer"
    )


@pytest.fixture
def parent(household):
    return MembershipFactory(
        household=household, person=PersonFactory(name="Amira")
    ).person


def given(person, **kwargs):
    told = {"purpose": "introduce", "how": "telephone", "given_at": NOON}
    return consents.give(person, **told | {"by": FAMILY} | kwargs)


def fingerprint(text):
    """A few characters that change with every word."""
    words = "\n".join(str(one) for one in (text.agreed, *text.told))
    return hashlib.sha256(words.encode()).hexdigest()[:8]


def test_each_text_is_as_it_was_when_people_agreed_to_it():
    with translation.override("en"):
        stands = {
            (purpose, one.version): fingerprint(one)
            for purpose, versions in texts.TEXTS.items()
            for one in versions
        }

    assert stands == FINGERPRINTS
    assert texts.text_of("contact_and_search", CONSENT_VERSION) == texts.current(
        "contact_and_search"
    )
    assert texts.text_of("introduce", "1999-01") is None


def test_give_keeps_ground_way_version_and_who_wrote_it(coordinator, parent):
    consent = given(parent, basis="agreement", by=coordinator.user)

    consent.refresh_from_db()
    assert (consent.basis, consent.how, consent.text_version) == (
        "agreement",
        "telephone",
        "2026-11",
    )
    assert (consent.given_at, consent.recorded_by) == (NOON, coordinator.user)
    event = AuditEvent.objects.get(object_type="consent")
    assert (event.verb, event.actor, event.fields) == (
        "created",
        coordinator.user,
        "given_at",
    )


def test_give_twice_is_refused(parent):
    first = given(parent)

    with pytest.raises(consents.AlreadyGiven) as refused:
        given(parent)

    assert refused.value.consent == first
    assert Consent.objects.count() == 1


def test_withdraw_ends_it_once_and_it_can_be_given_again(household, parent):
    first = given(parent, given_at=NOON - dt.timedelta(days=3))
    consents.withdraw(first, at=NOON, by=FAMILY)

    with pytest.raises(consents.AlreadyWithdrawn):
        consents.withdraw(first, at=NOON, by=FAMILY)

    assert not consents.holds(household, "introduce", on=MONDAY)
    given(parent, given_at=NOON)
    assert consents.holds(household, "introduce", on=MONDAY)


def test_yes_of_before_the_withdrawal_does_not_bring_it_back(household, parent):
    consents.withdraw(
        given(parent, given_at=NOON - dt.timedelta(days=3)), at=NOON, by=FAMILY
    )

    with pytest.raises(consents.WithdrawnSince):
        given(parent, given_at=NOON - dt.timedelta(hours=1))
    said = consents.say_yes(
        household,
        person=None,
        on=MONDAY,
        said_on=MONDAY - dt.timedelta(days=1),
        at=NOON,
        by=FAMILY,
    )

    assert said is None
    assert Consent.objects.filter(withdrawn_at=None).count() == 0


def test_only_an_adult_who_lives_there_today_counts(household, parent):
    moved = MembershipFactory(household=household, until_on=dt.date(2026, 11, 22))
    child = MembershipFactory(
        household=household, person=PersonFactory(child=True), role="child"
    )
    given(moved.person)
    given(child.person)

    before = consents.holds(household, "introduce", on=MONDAY)
    given(parent)

    assert (before, consents.holds(household, "introduce", on=MONDAY)) == (False, True)


def list_url(household):
    return reverse("families:consent-list", args=[household.reference])


def give_url(household, person, slug="kennismaken"):
    return reverse(
        "families:consent-give", args=[household.reference, person.reference, slug]
    )


def test_page_shows_each_adult_and_purpose(client, household, parent):
    given(parent, purpose="contact_and_search")

    page = client.get(list_url(household))

    (one,) = page.context["people"]
    assert [(row["slug"], bool(row["now"])) for row in one["purposes"]] == [
        ("zoeken", True),
        ("kennismaken", False),
        ("verwijzer", False),
    ]
    assert "De Boer" not in page.text.split("</title>")[0]


@pytest.mark.parametrize("n_people", [1, 3])
def test_page_asks_a_fixed_number_of_queries(
    client, household, django_assert_num_queries, n_people
):
    for _one in range(n_people):
        person = MembershipFactory(household=household).person
        given(person)
        given(person, purpose="contact_and_search")

    with django_assert_num_queries(12):
        client.get(list_url(household))


def test_consent_by_telephone_is_noted_once(client, coordinator, household, parent):
    answers = {"basis": "consent", "how": "telephone", "given_on": "20-11-2026"}

    for _press in range(2):
        response = send(client, give_url(household, parent), **answers)

    assert response.url == list_url(household)
    consent = Consent.objects.get()
    assert (consent.purpose, consent.how, consent.recorded_by) == (
        "introduce",
        "telephone",
        coordinator.user,
    )
    assert consent.given_at.date() == dt.date(2026, 11, 20)


@pytest.mark.parametrize(
    ("answers", "wrong"),
    [
        ({}, {"basis", "how", "given_on"}),
        ({"given_on": "24-11-2026"}, {"given_on"}),
        ({"given_on": "x" * 10_000}, {"given_on"}),
        ({"given_on": "a\0b"}, {"given_on"}),
        ({"basis": "👨‍👩‍👧"}, {"basis"}),
        ({"how": "form"}, {"how"}),
    ],
)
def test_what_cannot_be_noted_is_said_at_its_field(
    client, household, parent, answers, wrong
):
    right = {"basis": "consent", "how": "visit", "given_on": "20-11-2026"}

    response = send(
        client, give_url(household, parent), **(right | answers if answers else {})
    )

    assert response.status_code == 422
    assert set(response.context["form"].errors) == wrong
    assert Consent.objects.count() == 0


def test_text_of_a_version_can_be_read(client, household):
    args = [household.reference, "zoeken", "2026-11"]
    page = client.get(reverse("families:consent-text", args=args))
    unknown = client.get(
        reverse("families:consent-text", args=[household.reference, "zoeken", "1999"])
    )

    assert page.context["is_current"] is True
    assert str(texts.CONTACT_AND_SEARCH.agreed) in page.text
    assert unknown.status_code == 404


def test_colleague_elsewhere_finds_nothing(client, household, parent):
    client.force_login(CoordinatorFactory().user)

    found = [
        client.get(list_url(household)),
        client.get(give_url(household, parent)),
        send(client, give_url(household, parent), basis="consent", how="visit"),
    ]

    assert [one.status_code for one in found] == [404, 404, 404]
    assert Consent.objects.count() == 0

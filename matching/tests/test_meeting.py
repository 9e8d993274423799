"""Nobody new hears who a family is without its yes, nor against a child's no."""

import datetime as dt

import pytest
from django.db import OperationalError, connection, transaction
from django.urls import reverse

from buurtgezinnen.tests.concurrency import together
from families.models import AuditEvent, Consent
from families.services import consents
from families.services.children_said import note_child_said
from families.services.reach import issue_link
from families.tests.factories import (
    CoordinatorFactory,
    MembershipFactory,
    MunicipalityFactory,
    PersonFactory,
)
from matching.models import Pairing
from matching.services.answers import answer_by_link
from matching.services.asking import text_hash
from matching.services.meeting import (
    ChildSaysNo,
    NotAgreedToMeet,
    check_may_meet,
)
from matching.services.pairings import plan_introduction, start_pairing
from matching.services.proposals import record_answer
from matching.tests.factories import (
    MONDAY,
    PairingFactory,
    ProposalFactory,
    both_agree_to_meet,
)
from matching.tests.pages import send

pytestmark = pytest.mark.django_db

NOON = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def _monday(time_machine):
    time_machine.move_to(NOON, tick=False)


@pytest.fixture
def lead(client):
    coordinator = CoordinatorFactory(municipalities=[MunicipalityFactory(name="Ede")])
    client.force_login(coordinator.user)
    return coordinator


def accepted(lead, **kwargs):
    """A proposal to which both said yes, in the municipality of the coordinator."""
    municipality = lead.municipalities.get()
    return ProposalFactory(
        both_yes=True,
        request__family__household__municipality=municipality,
        offer__family__household__municipality=municipality,
        **kwargs,
    )


def started(proposal, lead):
    return start_pairing(proposal, at=NOON, on=MONDAY, by=lead.user, lead=lead)


def answered(proposal, lead, **kwargs):
    told = {"side": "support", "yes": True, "discussed_on": MONDAY, "row_version": 1}
    return record_answer(proposal, **told | kwargs, at=NOON, on=MONDAY, by=lead.user)


def take_back(household):
    Consent.objects.filter(person__memberships__household=household).update(
        withdrawn_at=NOON
    )


def teenager(proposal):
    """A child of thirteen for whom the request is too."""
    household = proposal.request.family.household
    child = PersonFactory(name="Noor", birth_year=2013, birth_month=3)
    MembershipFactory(person=child, household=household, role="child")
    proposal.request.children.add(child)
    return child


def says(proposal, child, said, lead):
    note_child_said(
        proposal.request, child, said=said, said_on=MONDAY, at=NOON, by=lead.user
    )


def test_noted_yes_is_a_yes_to_be_introduced(lead):
    proposal = ProposalFactory()
    household = proposal.offer.family.household
    MembershipFactory(household=household)
    called = PersonFactory(telephone="+31612345678")
    MembershipFactory(household=household, person=called)

    answered(proposal, lead, discussed_on=dt.date(2026, 11, 20))

    consent = Consent.objects.get()
    assert (consent.person, consent.purpose) == (called, "introduce")
    assert (consent.how, consent.recorded_by) == ("telephone", lead.user)
    assert consent.given_at.date() == dt.date(2026, 11, 20)


def test_yes_by_link_is_that_of_who_pressed():
    proposal = ProposalFactory(support_text="Een gezin.")
    household = proposal.offer.family.household
    MembershipFactory(household=household)
    person = MembershipFactory(household=household).person
    token = issue_link(
        person,
        purpose="proposal",
        about=proposal.reference,
        at=NOON,
        content_hash=text_hash("support", "Een gezin."),
    )

    answer_by_link(token, said="yes", at=NOON, on=MONDAY)

    consent = Consent.objects.get()
    assert (consent.person, consent.how, consent.recorded_by) == (person, "link", None)
    event = AuditEvent.objects.get(object_type="consent")
    assert (event.actor_kind, event.verb) == ("family", "created")


def test_no_is_no_consent(lead):
    proposal = ProposalFactory()
    MembershipFactory(household=proposal.offer.family.household)

    answered(proposal, lead, yes=False, reason="distance")

    assert Consent.objects.count() == 0


@pytest.mark.parametrize("side", ["request", "offer"])
def test_pairing_does_not_start_without_the_yes_of_both(lead, side):
    proposal = accepted(lead)
    household = getattr(proposal, side).family.household
    take_back(household)

    with pytest.raises(NotAgreedToMeet) as refused:
        started(proposal, lead)

    assert refused.value.households == [household]
    assert Pairing.objects.count() == 0


def test_one_parent_who_took_it_back_is_enough_to_stop_the_start(lead):
    proposal = accepted(lead)
    household = proposal.request.family.household
    other = MembershipFactory(household=household).person
    yes = {"purpose": "introduce", "how": "telephone", "by": lead.user}
    given_at = NOON - dt.timedelta(days=2)
    consents.withdraw(
        consents.give(other, given_at=given_at, **yes), at=NOON, by=lead.user
    )

    with pytest.raises(NotAgreedToMeet) as refused:
        started(proposal, lead)

    assert refused.value.households == [household]
    consents.give(other, given_at=NOON, **yes)
    assert started(proposal, lead).request == proposal.request


def test_introduction_is_not_planned_after_the_consent_was_taken_back(lead):
    pairing = both_agree_to_meet(PairingFactory())
    take_back(pairing.request.family.household)

    with pytest.raises(NotAgreedToMeet):
        plan_introduction(
            pairing, introduction_on=MONDAY, today=MONDAY, row_version=1, by=lead.user
        )

    pairing.refresh_from_db()
    assert pairing.introduction_on is None


@pytest.mark.parametrize("said", ["yes", "not_yet"])
def test_pairing_starts_unless_a_child_of_twelve_says_no(lead, said):
    proposal = accepted(lead)
    says(proposal, teenager(proposal), said, lead)

    started(proposal, lead)

    assert Pairing.objects.count() == 1


def test_no_of_a_child_of_twelve_stops_the_start(lead):
    proposal = accepted(lead)
    child = teenager(proposal)
    says(proposal, child, "no", lead)

    with pytest.raises(ChildSaysNo) as refused:
        started(proposal, lead)
    says(proposal, child, "yes", lead)
    started(proposal, lead)

    assert refused.value.children == [child]
    assert Pairing.objects.count() == 1


def texts_of(response):
    return [(one.text, one.stops) for one in response.context["hindrances"]]


def test_page_says_in_words_what_is_to_be_asked(client, lead):
    proposal = accepted(lead)
    child = teenager(proposal)
    unknown = PersonFactory(name="Kim")
    MembershipFactory(
        person=unknown, household=proposal.request.family.household, role="child"
    )
    proposal.request.children.add(unknown)

    before = client.get(proposal.get_absolute_url())
    says(proposal, child, "not_yet", lead)
    after = client.get(proposal.get_absolute_url())

    kim = "De leeftijd van Kim is niet bekend. Vanaf 12 jaar vragen we het kind zelf."
    assert texts_of(before) == [
        ("Noor is nog niet gevraagd, en is 12 jaar of ouder.", False),
        (kim, False),
    ]
    assert texts_of(after) == [
        ("Noor zegt: nog niet. Praat er eerst over.", False),
        (kim, False),
    ]


def test_start_that_is_refused_says_why_and_where_to_go(client, lead):
    proposal = accepted(lead, offer__family__household__name="Willems")
    household = proposal.offer.family.household
    take_back(household)
    url = reverse("matching:pairing-start", args=[proposal.reference])

    response = send(client, url)

    (one,) = response.context["hindrances"]
    assert response.status_code == 409
    assert one.text == (
        "Van gezin Willems is nog geen ja voor de kennismaking genoteerd."
    )
    assert one.url == reverse("families:consent-list", args=[household.reference])
    assert Pairing.objects.count() == 0


def test_introduction_that_is_refused_says_so_on_its_page(client, lead):
    municipality = lead.municipalities.get()
    pairing = PairingFactory(
        request__family__household__municipality=municipality,
        offer__family__household__municipality=municipality,
    )
    url = reverse("matching:pairing-step", args=[pairing.reference])

    response = send(
        client, url, step="introduction", introduction_on="1-12-2026", row_version=1
    )

    assert response.status_code == 422
    assert [one.stops for one in response.context["hindrances"]] == [True, True]
    pairing.refresh_from_db()
    assert pairing.introduction_on is None


def test_family_of_a_colleague_is_not_named(client, lead):
    proposal = ProposalFactory(
        both_yes=True,
        request__family__household__municipality=lead.municipalities.get(),
        offer__family__household__name="Geheim",
    )
    take_back(proposal.offer.family.household)

    response = client.get(proposal.get_absolute_url())

    (one,) = response.context["hindrances"]
    assert (one.url, "Geheim" in one.text) == ("", False)


@pytest.mark.django_db(transaction=True)
def test_nobody_takes_a_yes_back_while_a_pairing_starts(lead):
    if not connection.features.has_select_for_update_nowait:
        pytest.skip("Here one transaction writes at a time.")
    proposal = accepted(lead)
    busy = Consent.objects.select_for_update(nowait=True).filter(purpose="introduce")

    def take_it_back(_number):
        with transaction.atomic():
            return list(busy)

    with transaction.atomic():
        check_may_meet(proposal.request, proposal.offer, on=MONDAY)
        (refused,) = together(1, take_it_back)

    assert isinstance(refused, OperationalError)

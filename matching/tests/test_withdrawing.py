"""What stops when somebody takes a consent back, and what never stops by itself."""

import datetime as dt

import pytest

from families.models import (
    AuditEvent,
    Consent,
    OutboxMail,
    OwnRequest,
    StageChange,
    Task,
)
from families.services import consents
from families.services.households import NotPossibleNow, step_back
from families.services.mail import queue_mail
from families.tests.factories import (
    CoordinatorFactory,
    MembershipFactory,
    PersonFactory,
    SupportOfferFactory,
    SupportRequestFactory,
    TaskFactory,
)
from matching.models import Pairing, Proposal
from matching.services.proposals import NotWaiting, OfferNotAvailable, prepare
from matching.services.withdrawing import withdraw_consent
from matching.tests.factories import (
    MONDAY,
    PairingFactory,
    ProposalFactory,
    RulesFactory,
)

pytestmark = pytest.mark.django_db

NOON = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)
FAMILY = AuditEvent.ActorKind.FAMILY


@pytest.fixture(autouse=True)
def _monday(time_machine):
    time_machine.move_to(NOON, tick=False)


def agreed(wishes, purpose="contact_and_search"):
    """An adult of a family agreed, whom a coordinator guides."""
    household = wishes.family.household
    household.coordinator = CoordinatorFactory()
    household.save()
    person = PersonFactory(email="a@b.example", may_leave_message=True)
    MembershipFactory(household=household, person=person)
    return Consent.objects.create(
        person=person, purpose=purpose, text_version="2026-11", given_at=NOON
    )


def withdrawn(consent, by=FAMILY):
    return withdraw_consent(consent, at=NOON, on=MONDAY, by=by)


def open_tasks(wishes):
    found = Task.objects.open().filter(household=wishes.family.household)
    return list(found.values_list("kind", flat=True))


@pytest.mark.parametrize(
    "stage", ["applied", "talking", "waiting", "proposed", "paused"]
)
def test_request_is_withdrawn_from_every_stage(stage):
    request = SupportRequestFactory(stage=stage)

    withdrawn(agreed(request))

    request.refresh_from_db()
    assert request.stage == "withdrawn"
    last = StageChange.objects.filter(request=request).latest("pk")
    assert (last.reason, last.by) == ("Toestemming ingetrokken", None)


@pytest.mark.parametrize("stage", ["applied", "talking", "available", "paused"])
def test_offer_ends_from_every_stage(stage):
    offer = SupportOfferFactory(stage=stage)

    withdrawn(agreed(offer))

    offer.refresh_from_db()
    assert offer.stage == "ended"


def test_open_proposals_are_off_and_who_was_asked_hears_so():
    request = SupportRequestFactory(stage="proposed")
    asked = ProposalFactory(request=request)
    ready = ProposalFactory(request=request, ready=True)
    of_others = ProposalFactory()

    withdrawn(agreed(request))

    assert list(Proposal.objects.open()) == [of_others]
    outcomes = {asked.pk, ready.pk}
    closed = Proposal.objects.filter(outcome="withdrawn", closed_on=MONDAY)
    assert set(closed.values_list("pk", flat=True)) == outcomes
    assert open_tasks(asked.offer) == ["next_step"]
    assert open_tasks(ready.offer) == []


def test_other_request_of_a_proposal_waits_again():
    offer = SupportOfferFactory()
    proposal = ProposalFactory(offer=offer)

    withdrawn(agreed(offer))

    proposal.request.refresh_from_db()
    assert proposal.request.stage == "waiting"


def test_planned_mail_stays_and_what_was_asked_for_leaves():
    request = SupportRequestFactory()
    consent = agreed(request)
    later = NOON + dt.timedelta(hours=1)
    planned = queue_mail(
        consent.person, body="Voorstel", asked_for=False, not_before=later
    )
    code = queue_mail(consent.person, body="Code", asked_for=True, not_before=later)

    withdrawn(consent)

    cancelled = OutboxMail.objects.exclude(cancelled_at=None)
    assert list(cancelled) == [planned]
    assert OutboxMail.objects.get(cancelled_at=None) == code


@pytest.mark.parametrize(
    ("kind", "stays"),
    [("erase", True), ("correct", True), ("pause", False), ("call_me", False)],
)
def test_request_about_their_data_stays_to_be_handled(kind, stays):
    request = SupportRequestFactory()
    consent = agreed(request)
    household = request.family.household
    asked = OwnRequest.objects.create(
        household=household,
        person=consent.person,
        kind=kind,
        asked_at=NOON,
        due_on=dt.date(2026, 12, 23) if stays else None,
    )
    task = TaskFactory(
        household=household,
        coordinator=household.coordinator,
        kind="own_request",
        about=asked.reference,
        promised=True,
    )

    withdrawn(consent)

    task.refresh_from_db()
    assert (task.done_at is None) is stays


def test_tasks_are_closed_but_for_one_to_settle():
    request = SupportRequestFactory()
    consent = agreed(request)
    household = request.family.household
    task = TaskFactory(household=household, coordinator=household.coordinator)

    withdrawn(consent)

    task.refresh_from_db()
    assert (task.done_at, task.done_by) == (NOON, household.coordinator.user)
    assert open_tasks(request) == ["own_request"]
    asked = OwnRequest.objects.get()
    assert (asked.kind, asked.person, asked.settled_at) == (
        "withdraw",
        consent.person,
        None,
    )
    assert Task.objects.open().get().about == asked.reference


def test_running_pairing_goes_on_and_nobody_new_is_proposed():
    pairing = PairingFactory(active=True)
    offer = pairing.offer

    stopped = withdrawn(agreed(offer))

    pairing.refresh_from_db()
    offer.refresh_from_db()
    assert stopped.pairings == [pairing]
    assert (pairing.stage, pairing.ended_on, offer.stage) == ("active", None, "paused")
    assert open_tasks(offer) == ["own_request"]


def test_request_of_a_running_pairing_stays_paired():
    pairing = PairingFactory(active=True)
    other = SupportRequestFactory(family=pairing.request.family)

    withdrawn(agreed(pairing.request))

    pairing.request.refresh_from_db()
    other.refresh_from_db()
    assert (pairing.request.stage, other.stage) == ("paired", "withdrawn")
    assert Pairing.objects.running().count() == 1


def test_withdrawing_twice_changes_nothing_more():
    request = SupportRequestFactory()
    consent = agreed(request)
    withdrawn(consent)

    with pytest.raises(consents.AlreadyWithdrawn):
        withdrawn(consent)

    assert OwnRequest.objects.count() == 1


def test_coordinator_who_notes_it_is_written_down():
    request = SupportRequestFactory()
    consent = agreed(request)
    coordinator = request.family.household.coordinator

    withdrawn(consent, by=coordinator.user)

    events = AuditEvent.objects.filter(object_type="consent", verb="changed")
    assert [(one.actor, one.fields) for one in events] == [
        (coordinator.user, "withdrawn_at")
    ]


def test_nobody_steps_back_without_a_new_consent():
    request = SupportRequestFactory()
    consent = agreed(request)
    coordinator = request.family.household.coordinator
    withdrawn(consent)
    request.refresh_from_db()

    with pytest.raises(NotPossibleNow):
        step_back(request, shown="withdrawn", on=MONDAY, by=coordinator.user)
    consents.give(
        consent.person,
        purpose="contact_and_search",
        how="telephone",
        given_at=NOON,
        by=coordinator.user,
    )
    step_back(request, shown="withdrawn", on=MONDAY, by=coordinator.user)

    request.refresh_from_db()
    assert request.stage == "waiting"


@pytest.mark.parametrize("purpose", ["introduce", "tell_referrer"])
def test_other_purposes_stop_nothing_but_ask_the_coordinator(purpose):
    request = SupportRequestFactory()
    consent = agreed(request, purpose)
    task = TaskFactory(household=request.family.household)

    withdrawn(consent)

    request.refresh_from_db()
    task.refresh_from_db()
    assert (request.stage, task.done_at) == ("waiting", None)
    assert sorted(open_tasks(request)) == ["next_step", "own_request"]


@pytest.mark.parametrize(
    ("side", "why"), [("request", NotWaiting), ("offer", OfferNotAvailable)]
)
def test_nobody_is_proposed_after_a_withdrawal(side, why):
    proposal = ProposalFactory.build(
        request=SupportRequestFactory(),
        offer=SupportOfferFactory(),
        rules=RulesFactory(),
        made_by=CoordinatorFactory().user,
    )
    consent = agreed(getattr(proposal, side))
    consents.withdraw(consent, at=NOON, by=FAMILY)

    with pytest.raises(why):
        prepare(proposal, hold_until=MONDAY, on=MONDAY, by=proposal.made_by)

    assert Proposal.objects.count() == 0


def test_tasks_are_closed_too_where_nobody_guides_the_family():
    request = SupportRequestFactory(stage="applied")
    consent = agreed(request)
    household = request.family.household
    household.coordinator = None
    household.save()
    task = TaskFactory(household=household, kind="first_call", coordinator=None)

    withdrawn(consent)

    task.refresh_from_db()
    assert (task.done_at, task.done_by) == (NOON, None)
    assert open_tasks(request) == ["own_request"]


def test_no_of_one_parent_is_not_undone_by_the_yes_of_the_other():
    request = SupportRequestFactory()
    consent = agreed(request)
    household = request.family.household
    other = MembershipFactory(household=household).person
    yes = {"purpose": consent.purpose, "how": "form", "given_at": NOON, "by": FAMILY}
    consents.give(other, **yes)

    withdrawn(consent)

    request.refresh_from_db()
    with pytest.raises(NotPossibleNow):
        step_back(request, shown="withdrawn", on=MONDAY, by=household.coordinator.user)
    assert consents.was_stopped(household, on=MONDAY)
    consents.give(consent.person, **yes)
    assert not consents.was_stopped(household, on=MONDAY)

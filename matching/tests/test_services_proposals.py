import datetime as dt
import json

import pytest

from families.models import AuditEvent, SupportOffer, SupportRequest, Task
from families.services.households import ChangedMeanwhile
from families.services.siblings import split_request
from families.tests.factories import (
    CoordinatorFactory,
    MembershipFactory,
    PersonFactory,
    SupportOfferFactory,
    SupportRequestFactory,
)
from matching.models import Exclusion, Proposal
from matching.services.exclusions import (
    exclude_pair,
    lift_exclusion,
    look_again,
)
from matching.services.proposals import (
    AlreadyProposed,
    NoPlaceFree,
    NotWaiting,
    OfferNotAvailable,
    PairExcluded,
    ProposalClosed,
    answer_by,
    places_not_held,
    propose,
    record_answer,
    withdraw,
)
from matching.tests.factories import (
    A_WEEK_ON,
    MONDAY,
    ExclusionFactory,
    PairingFactory,
    ProposalFactory,
    RulesFactory,
)

pytestmark = pytest.mark.django_db

TUESDAY = dt.date(2026, 11, 24)
TUESDAY_NOON = dt.datetime(2026, 11, 24, 12, tzinfo=dt.UTC)
WEDNESDAY_A_WEEK_ON = dt.date(2026, 12, 2)


@pytest.fixture
def coordinator():
    return CoordinatorFactory()


def found(**kwargs):
    """What the engine found, not yet written down."""
    given = {
        "request": SupportRequestFactory(),
        "offer": SupportOfferFactory(),
        "rules": RulesFactory(),
    }
    return ProposalFactory.build(**given | kwargs)


def proposed(coordinator, **kwargs):
    return propose(
        found(**kwargs), hold_until=A_WEEK_ON, on=MONDAY, by=coordinator.user
    )


def answered(proposal, coordinator, *, side="support", yes=True, **kwargs):
    given = {
        "discussed_on": MONDAY,
        "row_version": 1,
        "at": TUESDAY_NOON,
        "on": TUESDAY,
    }
    return record_answer(
        proposal, side=side, yes=yes, by=coordinator.user, **given | kwargs
    )


def changes(thing):
    """What was written in the audit of a thing, as verb and fields."""
    rows = AuditEvent.objects.filter(object_reference=thing.reference)
    return list(rows.order_by("pk").values_list("verb", "fields"))


def test_answer_by_counts_five_working_days(coordinator):
    assert answer_by(coordinator, MONDAY) == dt.date(2026, 12, 1)


def test_propose_holds_a_place_and_moves_the_request(coordinator):
    proposal = proposed(coordinator)

    proposal.refresh_from_db()
    request = proposal.request
    assert (proposal.made_on, proposal.hold_until) == (MONDAY, A_WEEK_ON)
    assert json.loads(proposal.snapshot) == {"reasons": []}
    assert request.stage == SupportRequest.Stage.PROPOSED
    assert [one.stage for one in request.stages.order_by("pk")] == [
        "waiting",
        "proposed",
    ]
    assert places_not_held(proposal.offer.family_id, on=A_WEEK_ON) == 0
    assert (
        places_not_held(proposal.offer.family_id, on=A_WEEK_ON + dt.timedelta(days=1))
        == 1
    )
    assert changes(proposal) == [("created", "")]


def test_propose_plans_to_ask_the_support_family_first(coordinator):
    proposal = proposed(coordinator)

    task = Task.objects.get()
    assert (task.kind, task.about, task.due_on) == (
        Task.Kind.ANSWER,
        proposal.reference,
        A_WEEK_ON,
    )
    assert task.household == proposal.offer.family.household
    assert task.coordinator == coordinator


def test_propose_refuses_a_second_open_proposal_for_the_pair(coordinator):
    first = proposed(coordinator, offer=SupportOfferFactory(family__places=2))

    with pytest.raises(AlreadyProposed) as refused:
        proposed(coordinator, request=first.request, offer=first.offer)

    assert refused.value.proposal == first
    assert Proposal.objects.count() == 1


@pytest.mark.parametrize("stage", ["applied", "talking", "paired", "ended"])
def test_propose_refuses_a_request_that_does_not_wait(coordinator, stage):
    with pytest.raises(NotWaiting):
        proposed(coordinator, request=SupportRequestFactory(stage=stage))

    assert Proposal.objects.count() == 0


def test_propose_refuses_an_offer_that_is_paused(coordinator):
    offer = SupportOfferFactory(stage=SupportOffer.Stage.PAUSED)

    with pytest.raises(OfferNotAvailable):
        proposed(coordinator, offer=offer)

    assert Proposal.objects.count() == 0


def test_propose_refuses_a_pair_that_is_excluded(coordinator):
    exclusion = ExclusionFactory()

    with pytest.raises(PairExcluded):
        proposed(coordinator, request=exclusion.request, offer=exclusion.offer)

    assert Proposal.objects.count() == 0


def test_propose_refuses_when_other_proposals_hold_all_places(coordinator):
    offer = SupportOfferFactory(family__places=2)
    ProposalFactory.create_batch(2, offer=offer)

    with pytest.raises(NoPlaceFree):
        proposed(coordinator, offer=offer)

    assert Proposal.objects.count() == 2


def test_propose_refuses_when_a_pairing_takes_the_place(coordinator):
    pairing = PairingFactory()

    with pytest.raises(NoPlaceFree):
        proposed(coordinator, offer=pairing.offer)


def test_propose_uses_a_place_that_is_held_no_longer(coordinator):
    offer = SupportOfferFactory()
    ProposalFactory(offer=offer, made_on=dt.date(2026, 11, 1), hold_until=MONDAY)

    proposal = propose(
        found(offer=offer), hold_until=A_WEEK_ON, on=TUESDAY, by=coordinator.user
    )

    assert proposal.pk


def test_yes_of_the_support_family_asks_the_request_family(coordinator):
    proposal = proposed(coordinator)

    answered(proposal, coordinator)

    proposal.refresh_from_db()
    assert (proposal.support_answer, proposal.support_answered_on) == ("yes", MONDAY)
    assert proposal.row_version == 2
    assert proposal.hold_until == WEDNESDAY_A_WEEK_ON
    tasks = Task.objects.order_by("pk")
    assert [task.done_at for task in tasks] == [TUESDAY_NOON, None]
    written = AuditEvent.objects.filter(object_type="task").order_by("pk")
    assert list(written.values_list("object_reference", "verb", "fields")) == [
        (str(tasks[0].pk), "created", ""),
        (str(tasks[0].pk), "changed", "done_at done_by"),
        (str(tasks[1].pk), "created", ""),
    ]
    assert tasks[1].household == proposal.request.family.household


def test_yes_of_both_in_any_order_leaves_nobody_to_ask(coordinator):
    proposal = proposed(coordinator)

    answered(proposal, coordinator, side="request")
    answered(proposal, coordinator, side="support", row_version=2)

    proposal.refresh_from_db()
    assert (proposal.support_answer, proposal.request_answer) == ("yes", "yes")
    assert proposal.closed_on is None
    assert Task.objects.open().count() == 0


def test_no_closes_the_proposal_and_lets_the_family_wait_again(coordinator):
    since = dt.date(2026, 3, 2)
    request = SupportRequestFactory(waiting_since=since)
    proposal = proposed(coordinator, request=request)

    answered(proposal, coordinator, yes=False, reason="moments", reason_text="Druk.")

    proposal.refresh_from_db()
    request.refresh_from_db()
    assert (proposal.outcome, proposal.reason, proposal.reason_text) == (
        "declined",
        "moments",
        "Druk.",
    )
    assert proposal.closed_on == TUESDAY
    assert (request.stage, request.waiting_since) == ("waiting", since)
    assert places_not_held(proposal.offer.family_id, on=TUESDAY) == 1
    assert Task.objects.open().count() == 0
    assert Exclusion.objects.count() == 0


def test_no_keeps_the_request_proposed_while_another_proposal_is_open(coordinator):
    proposal = proposed(coordinator)
    ProposalFactory(request=proposal.request)

    answered(proposal, coordinator, yes=False, reason="moments")

    proposal.request.refresh_from_db()
    assert proposal.request.stage == "proposed"


def test_no_may_exclude_the_pair(coordinator):
    proposal = proposed(coordinator)

    answered(proposal, coordinator, yes=False, reason="click", exclude=True)

    exclusion = Exclusion.objects.get()
    assert (exclusion.request, exclusion.offer) == (proposal.request, proposal.offer)
    assert (exclusion.reason, exclusion.from_on) == ("click", TUESDAY)


def test_answer_to_a_closed_proposal_is_refused(coordinator):
    proposal = ProposalFactory(declined=True)

    with pytest.raises(ProposalClosed):
        answered(proposal, coordinator)


def test_answer_on_a_stale_page_is_refused(coordinator):
    proposal = proposed(coordinator)
    answered(proposal, coordinator)

    with pytest.raises(ChangedMeanwhile):
        answered(proposal, coordinator, yes=False, reason="click")

    proposal.refresh_from_db()
    assert proposal.support_answer == "yes"


def test_withdraw_lets_the_family_wait_again(coordinator):
    proposal = proposed(coordinator)

    withdraw(
        proposal,
        reason_text="Vergist.",
        at=TUESDAY_NOON,
        on=TUESDAY,
        by=coordinator.user,
    )

    proposal.refresh_from_db()
    assert (proposal.outcome, proposal.closed_on) == ("withdrawn", TUESDAY)
    assert proposal.request.stage == "waiting"
    assert changes(proposal)[-1] == (
        "changed",
        "closed_on outcome reason_text",
    )


def test_withdraw_twice_is_refused(coordinator):
    proposal = ProposalFactory(declined=True)

    with pytest.raises(ProposalClosed):
        withdraw(
            proposal, reason_text="", at=TUESDAY_NOON, on=TUESDAY, by=coordinator.user
        )


def test_exclude_pair_replaces_what_was_said_before(coordinator):
    before = ExclusionFactory(until_on=MONDAY)

    now = exclude_pair(
        before.request,
        before.offer,
        reason="distance",
        on=TUESDAY,
        by=coordinator.user,
    )

    before.refresh_from_db()
    assert before.lifted_on == TUESDAY
    lifted = AuditEvent.objects.get(object_type="exclusion", verb="changed")
    assert (lifted.object_reference, lifted.fields) == (str(before.pk), "lifted_on")
    in_force = Exclusion.objects.in_force_on(TUESDAY)
    assert list(in_force) == [now]


def test_split_siblings_stay_apart_from_an_excluded_family(coordinator):
    request = SupportRequestFactory()
    other = PersonFactory(age_told=9, age_told_on=MONDAY)
    MembershipFactory(household=request.family.household, person=other, role="child")
    request.children.add(other)
    said = ExclusionFactory(request=request, reason="safety")

    (apart,) = split_request(request, [other], on=MONDAY, by=coordinator.user)

    with pytest.raises(PairExcluded):
        proposed(coordinator, request=apart, offer=said.offer)


def test_exclusion_holds_when_both_families_apply_again(coordinator):
    said = ExclusionFactory(request__stage="ended", offer__stage="ended")
    request = SupportRequestFactory(family=said.request.family)
    offer = SupportOfferFactory(family=said.offer.family)

    with pytest.raises(PairExcluded):
        proposed(coordinator, request=request, offer=offer)


def test_exclude_pair_replaces_what_was_said_about_a_sibling(coordinator):
    before = ExclusionFactory()
    of_others = ExclusionFactory(offer=before.offer)

    now = exclude_pair(
        SupportRequestFactory(family=before.request.family),
        before.offer,
        reason="click",
        on=TUESDAY,
        by=coordinator.user,
    )

    in_force = Exclusion.objects.in_force_on(TUESDAY).order_by("pk")
    assert list(in_force) == [of_others, now]


def test_lift_exclusion_once(coordinator):
    exclusion = ExclusionFactory()

    lift_exclusion(exclusion, on=MONDAY, by=coordinator.user)
    lift_exclusion(exclusion, on=TUESDAY, by=coordinator.user)

    exclusion.refresh_from_db()
    assert exclusion.lifted_on == MONDAY
    lifted = AuditEvent.objects.filter(object_type="exclusion", verb="changed")
    assert lifted.count() == 1


def test_look_again_writes_down_what_it_changed(coordinator):
    request = SupportRequestFactory()

    look_again(request, due_on=TUESDAY, text="", by=coordinator.user)
    look_again(request, due_on=A_WEEK_ON, text="", by=coordinator.user)

    written = AuditEvent.objects.filter(object_type="task").order_by("pk")
    assert list(written.values_list("verb", "fields")) == [
        ("created", ""),
        ("changed", "coordinator due_on later_until text"),
    ]


def test_look_again_twice_moves_the_date(coordinator):
    request = SupportRequestFactory()

    look_again(request, due_on=TUESDAY, text="", by=coordinator.user)
    look_again(request, due_on=A_WEEK_ON, text="Bel oma.", by=coordinator.user)

    task = Task.objects.get()
    assert (task.kind, task.due_on, task.text) == ("next_step", A_WEEK_ON, "Bel oma.")
    assert task.household == request.family.household

import datetime as dt
from functools import partial

import pytest

from families.models import AuditEvent, SupportRequest, Task
from families.services.households import ChangedMeanwhile
from families.tests.factories import (
    CoordinatorFactory,
    MembershipFactory,
    MunicipalityFactory,
    PartnershipFactory,
    PersonFactory,
    ScreeningCheckFactory,
    SupportOfferFactory,
    SupportRequestFactory,
)
from matching.models import Pairing, Proposal
from matching.services.pairings import (
    BeforeTheStart,
    ChildAlreadyThere,
    Ending,
    StepNotPossible,
    activate,
    end_pairing,
    free_place,
    make_independent,
    plan_introduction,
    start_pairing,
    start_trial,
    take_back_last_step,
)
from matching.services.proposals import NoPlaceFree, NotBothYes, ProposalClosed
from matching.services.screening import VogMissing
from matching.tests.factories import (
    A_WEEK_ON,
    MONDAY,
    PairingFactory,
    ProposalFactory,
    both_agree_to_meet,
)

pytestmark = pytest.mark.django_db

SUNDAY = dt.date(2026, 11, 22)
TUESDAY = dt.date(2026, 11, 24)
IN_A_WEEK = dt.date(2026, 11, 30)
MONDAY_NOON = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)
TUESDAY_NOON = dt.datetime(2026, 11, 24, 12, tzinfo=dt.UTC)


@pytest.fixture
def lead():
    return CoordinatorFactory()


def started(proposal, lead, on=MONDAY):
    return start_pairing(proposal, at=MONDAY_NOON, on=on, by=lead.user, lead=lead)


def ended(pairing, lead, **said):
    """The pairing, rounded off on Tuesday because somebody moved."""
    ending = Ending(**{"on": TUESDAY, "reason": "moved"} | said)
    return end_pairing(pairing, ending, row_version=1, at=TUESDAY_NOON, by=lead.user)


def adult_of(pairing, **kwargs):
    """An adult of the support family, with a VOG in the state given."""
    person = PersonFactory()
    MembershipFactory(person=person, household=pairing.offer.family.household)
    if kwargs:
        ScreeningCheckFactory(person=person, **kwargs)
    return person


def stages(pairing):
    return list(pairing.stages.counted().order_by("pk").values_list("stage", "on"))


def test_start_pairing_takes_a_place_and_ends_the_wait(lead):
    aalsmeer = MunicipalityFactory()
    partnership = PartnershipFactory(municipalities=[aalsmeer])
    request = SupportRequestFactory(
        family__household__municipality=aalsmeer, stage="proposed"
    )
    proposal = ProposalFactory(request=request, both_yes=True)

    pairing = started(proposal, lead)

    proposal.refresh_from_db()
    request.refresh_from_db()
    assert (proposal.outcome, proposal.closed_on) == ("accepted", MONDAY)
    assert request.stage == SupportRequest.Stage.PAIRED
    assert pairing.partnership == partnership
    assert pairing.place == proposal.offer.family.places.get()
    assert pairing.lead == lead
    assert stages(pairing) == [("introduction", MONDAY)]
    (row,) = pairing.pairing_children.all()
    assert (row.child, row.support_family, row.joined_on, row.left_on) == (
        request.children.get(),
        proposal.offer.family,
        MONDAY,
        None,
    )
    audited = AuditEvent.objects.filter(object_reference=pairing.reference)
    assert [row.verb for row in audited] == ["created"]


def test_start_pairing_counts_for_nobody_without_a_partnership(lead):
    pairing = started(ProposalFactory(both_yes=True), lead)

    assert pairing.partnership is None


def test_start_pairing_withdraws_the_other_proposals_of_the_request(lead):
    proposal = ProposalFactory(both_yes=True)
    other = ProposalFactory(request=proposal.request)

    started(proposal, lead)

    other.refresh_from_db()
    assert (other.outcome, other.closed_on) == ("withdrawn", MONDAY)


def test_start_pairing_needs_both_yes(lead):
    proposal = ProposalFactory(support_yes=True)

    with pytest.raises(NotBothYes):
        started(proposal, lead)

    assert Pairing.objects.count() == 0


def test_start_pairing_of_a_closed_proposal_is_refused(lead):
    proposal = ProposalFactory(both_yes=True)
    started(proposal, lead)

    with pytest.raises(ProposalClosed):
        started(proposal, lead)

    assert Pairing.objects.count() == 1


def test_start_pairing_needs_a_free_place(lead):
    offer = PairingFactory().offer

    with pytest.raises(NoPlaceFree):
        started(ProposalFactory(offer=offer, both_yes=True), lead)

    assert Pairing.objects.count() == 1


def test_start_pairing_after_its_term_leaves_the_place_to_who_holds_it(lead):
    offer = SupportOfferFactory()
    late = ProposalFactory(offer=offer, both_yes=True, hold_until=MONDAY)
    ProposalFactory(offer=offer, hold_until=A_WEEK_ON)

    with pytest.raises(NoPlaceFree):
        started(late, lead, on=TUESDAY)

    assert Pairing.objects.count() == 0


def test_start_pairing_refuses_a_child_that_already_goes_there(lead):
    running = PairingFactory(offer__family__places=2)
    child = running.request.children.get()
    request = SupportRequestFactory(children=[child], stage="proposed")
    proposal = ProposalFactory(request=request, offer=running.offer, both_yes=True)

    with pytest.raises(ChildAlreadyThere):
        started(proposal, lead)

    assert Pairing.objects.get() == running


def test_plan_introduction_sets_the_day(lead):
    pairing = PairingFactory()
    adult_of(pairing, shown=True)
    both_agree_to_meet(pairing)

    plan_introduction(
        pairing, introduction_on=TUESDAY, today=MONDAY, row_version=1, by=lead.user
    )

    pairing.refresh_from_db()
    assert (pairing.introduction_on, pairing.row_version) == (TUESDAY, 2)
    assert stages(pairing) == [("introduction", MONDAY)]


def test_plan_introduction_names_every_adult_without_a_vog(lead):
    pairing = PairingFactory()
    adult_of(pairing, shown=True)
    without = adult_of(pairing)
    asked = adult_of(pairing, state="asked")

    with pytest.raises(VogMissing) as refused:
        plan_introduction(
            pairing, introduction_on=TUESDAY, today=MONDAY, row_version=1, by=lead.user
        )

    assert refused.value.people == [without, asked]
    pairing.refresh_from_db()
    assert pairing.introduction_on is None


def test_vog_of_a_child_of_the_house_is_needed_from_eighteen(lead):
    pairing = PairingFactory()
    household = pairing.offer.family.household
    grown = PersonFactory(birth_year=2008, birth_month=5)
    young = PersonFactory(birth_year=2010, birth_month=5)
    for child in (grown, young):
        MembershipFactory(person=child, household=household, role="child")

    with pytest.raises(VogMissing) as refused:
        plan_introduction(
            pairing, introduction_on=TUESDAY, today=MONDAY, row_version=1, by=lead.user
        )

    assert refused.value.people == [grown]


def test_vog_that_was_replaced_does_not_count(lead):
    pairing = PairingFactory()
    person = adult_of(pairing, shown=True, replaced_on=MONDAY)

    with pytest.raises(VogMissing) as refused:
        plan_introduction(
            pairing, introduction_on=TUESDAY, today=MONDAY, row_version=1, by=lead.user
        )

    assert refused.value.people == [person]


def test_a_vog_that_is_due_again_bars_the_introduction_and_no_running_pairing(lead):
    pairing = PairingFactory()
    person = adult_of(pairing, shown=True, ask_again_on=TUESDAY)
    both_agree_to_meet(pairing)

    with pytest.raises(VogMissing) as refused:
        plan_introduction(
            pairing, introduction_on=TUESDAY, today=MONDAY, row_version=1, by=lead.user
        )
    start_trial(pairing, on=TUESDAY, today=TUESDAY, row_version=1, by=lead.user)

    assert refused.value.people == [person]
    pairing.refresh_from_db()
    assert (pairing.introduction_on, pairing.stage) == (None, "trial")


@pytest.mark.parametrize(
    "told",
    [
        {"shown": True, "ask_again_on": IN_A_WEEK},
        {"shown": True, "state": "not_needed", "note": "Verhuist deze maand."},
    ],
)
def test_a_vog_that_is_not_due_or_not_needed_lets_the_introduction_pass(lead, told):
    pairing = PairingFactory()
    adult_of(pairing, **told)
    both_agree_to_meet(pairing)

    plan_introduction(
        pairing, introduction_on=TUESDAY, today=MONDAY, row_version=1, by=lead.user
    )

    pairing.refresh_from_db()
    assert pairing.introduction_on == TUESDAY


def test_gate_before_the_trial_lets_the_introduction_pass(lead, settings):
    settings.VOG_GATE = "trial"
    pairing = PairingFactory()
    adult_of(pairing)
    both_agree_to_meet(pairing)

    plan_introduction(
        pairing, introduction_on=MONDAY, today=MONDAY, row_version=1, by=lead.user
    )
    with pytest.raises(VogMissing):
        start_trial(pairing, on=TUESDAY, today=MONDAY, row_version=2, by=lead.user)

    pairing.refresh_from_db()
    assert (pairing.introduction_on, pairing.stage) == (MONDAY, "introduction")


@pytest.mark.parametrize(
    ("step", "stage"),
    [
        (partial(plan_introduction, introduction_on=MONDAY), "introduction"),
        (partial(start_trial, on=MONDAY), "introduction"),
        (partial(activate, on=MONDAY), "trial"),
    ],
)
def test_day_in_the_past_does_not_pass_who_came_since(lead, step, stage):
    pairing = PairingFactory(**({} if stage == "introduction" else {stage: True}))
    person = PersonFactory()
    MembershipFactory(
        person=person, household=pairing.offer.family.household, from_on=TUESDAY
    )

    with pytest.raises(VogMissing) as refused:
        step(pairing, today=TUESDAY, row_version=1, by=lead.user)

    pairing.refresh_from_db()
    assert refused.value.people == [person]
    assert (pairing.stage, pairing.row_version) == (stage, 1)


def test_plan_introduction_before_the_start_is_refused(lead):
    with pytest.raises(BeforeTheStart):
        plan_introduction(
            PairingFactory(),
            introduction_on=SUNDAY,
            today=MONDAY,
            row_version=1,
            by=lead.user,
        )


def test_plan_introduction_on_a_stale_page_is_refused(lead):
    pairing = PairingFactory()
    both_agree_to_meet(pairing)
    plan_introduction(
        pairing, introduction_on=MONDAY, today=MONDAY, row_version=1, by=lead.user
    )

    with pytest.raises(ChangedMeanwhile):
        plan_introduction(
            pairing, introduction_on=TUESDAY, today=MONDAY, row_version=1, by=lead.user
        )


def test_trial_lasts_the_usual_weeks(lead, settings):
    settings.TRIAL_WEEKS = 4
    pairing = PairingFactory()

    start_trial(pairing, on=TUESDAY, today=MONDAY, row_version=1, by=lead.user)

    pairing.refresh_from_db()
    assert (pairing.stage, pairing.trial_until) == ("trial", dt.date(2026, 12, 22))
    assert stages(pairing) == [("introduction", MONDAY), ("trial", TUESDAY)]


def test_trial_may_last_until_a_day_of_choice(lead):
    pairing = PairingFactory()

    start_trial(
        pairing,
        on=TUESDAY,
        trial_until=A_WEEK_ON,
        today=MONDAY,
        row_version=1,
        by=lead.user,
    )

    pairing.refresh_from_db()
    assert pairing.trial_until == A_WEEK_ON


def test_trial_that_ends_before_it_starts_is_refused(lead):
    with pytest.raises(BeforeTheStart):
        start_trial(
            PairingFactory(),
            on=TUESDAY,
            trial_until=MONDAY,
            today=MONDAY,
            row_version=1,
            by=lead.user,
        )


def test_pairing_goes_from_trial_to_independent(lead):
    pairing = PairingFactory(trial=True)

    activate(pairing, on=TUESDAY, today=MONDAY, row_version=1, by=lead.user)
    make_independent(pairing, on=A_WEEK_ON, row_version=2, by=lead.user)

    pairing.refresh_from_db()
    assert pairing.stage == Pairing.Stage.INDEPENDENT
    assert pairing.place is not None
    assert stages(pairing)[2:] == [("active", TUESDAY), ("independent", A_WEEK_ON)]


STEPS = {
    "trial": partial(start_trial, today=MONDAY),
    "active": partial(activate, today=MONDAY),
    "independent": make_independent,
    "ended": lambda pairing, on, **kwargs: end_pairing(
        pairing, Ending(on=on, reason="moved"), at=MONDAY_NOON, **kwargs
    ),
}
POSSIBLE = {
    ("introduction", "trial"),
    ("trial", "active"),
    ("active", "independent"),
    ("introduction", "ended"),
    ("trial", "ended"),
    ("active", "ended"),
    ("independent", "ended"),
}


@pytest.mark.parametrize("stage", Pairing.Stage.values)
@pytest.mark.parametrize("to", STEPS)
def test_only_the_next_stage_can_be_reached(lead, stage, to):
    kind = {} if stage == "introduction" else {stage: True}
    pairing = PairingFactory(**kind)

    if (stage, to) in POSSIBLE:
        STEPS[to](pairing, on=MONDAY, row_version=1, by=lead.user)
    else:
        with pytest.raises(StepNotPossible):
            STEPS[to](pairing, on=MONDAY, row_version=1, by=lead.user)

    pairing.refresh_from_db()
    assert pairing.stage == (to if (stage, to) in POSSIBLE else stage)


@pytest.mark.parametrize(("stage", "to"), sorted(POSSIBLE))
def test_step_on_a_stale_page_is_refused(lead, stage, to):
    pairing = PairingFactory(**({} if stage == "introduction" else {stage: True}))
    Pairing.objects.update(row_version=2)

    with pytest.raises(ChangedMeanwhile):
        STEPS[to](pairing, on=MONDAY, row_version=1, by=lead.user)

    pairing.refresh_from_db()
    assert (pairing.stage, pairing.row_version) == (stage, 2)


def test_step_before_the_last_one_is_refused(lead):
    with pytest.raises(BeforeTheStart):
        activate(
            PairingFactory(trial=True),
            on=SUNDAY,
            today=MONDAY,
            row_version=1,
            by=lead.user,
        )


def test_end_frees_the_place_and_the_children(lead):
    pairing = PairingFactory(active=True)

    ended(
        pairing,
        lead,
        reason="moved",
        text="Naar Groningen.",
        child_told="We sturen kaartjes.",
    )

    pairing.refresh_from_db()
    assert (pairing.stage, pairing.ended_on, pairing.end_reason) == (
        "ended",
        TUESDAY,
        "moved",
    )
    assert (pairing.end_text, pairing.child_told) == (
        "Naar Groningen.",
        "We sturen kaartjes.",
    )
    assert pairing.place is None
    (child,) = pairing.pairing_children.all()
    assert child.left_on == TUESDAY
    left = AuditEvent.objects.get(object_type="pairingchild")
    assert (left.object_reference, left.fields) == (str(child.pk), "left_on")
    assert pairing.request.stage == SupportRequest.Stage.ENDED


def test_end_may_leave_the_place_taken_for_a_rest(lead):
    pairing = PairingFactory(active=True)

    ended(pairing, lead, reason="too_much", free_place_now=False)
    pairing.refresh_from_db()
    rested = pairing.place
    free_place(pairing, by=lead.user)

    pairing.refresh_from_db()
    assert rested == pairing.offer.family.places.get()
    assert pairing.place is None


def test_place_of_a_running_pairing_is_not_freed(lead):
    with pytest.raises(StepNotPossible):
        free_place(PairingFactory(), by=lead.user)


def test_end_keeps_the_first_waiting_day_of_who_goes_on_waiting(lead):
    since = dt.date(2026, 2, 2)
    request = SupportRequestFactory(stage="paired", waiting_since=since)
    pairing = PairingFactory(request=request)

    ended(pairing, lead, reason="no_click", request_goes_on_waiting=True)

    request.refresh_from_db()
    assert (request.stage, request.waiting_since) == ("waiting", since)


def test_end_of_one_of_two_pairings_leaves_the_request_paired(lead):
    pairing = PairingFactory()
    PairingFactory(request=pairing.request)

    ended(pairing, lead)

    pairing.request.refresh_from_db()
    assert pairing.request.stage == "paired"


def test_child_may_come_back_after_the_end(lead):
    pairing = PairingFactory()
    ended(pairing, lead, on=MONDAY, request_goes_on_waiting=True)
    again = ProposalFactory(request=pairing.request, offer=pairing.offer, both_yes=True)

    assert started(again, lead).pairing_children.get().left_on is None


def test_end_keeps_what_each_side_says_apart(lead):
    pairing = PairingFactory(active=True)

    ended(
        pairing,
        lead,
        request_reason="no_click",
        request_words="Het klikte niet.",
        support_words="Te druk.",
        farewell_on=A_WEEK_ON,
        ask_again="yes",
    )

    pairing.refresh_from_db()
    assert (pairing.request_reason, pairing.request_words) == (
        "no_click",
        "Het klikte niet.",
    )
    assert (pairing.support_reason, pairing.support_words) == ("", "Te druk.")
    assert (pairing.farewell_on, pairing.ask_again) == (A_WEEK_ON, "yes")


@pytest.fixture
def colleague():
    """A coordinator where the support family of `near` lives."""
    return CoordinatorFactory(municipalities=[MunicipalityFactory()])


def near(coordinator, **kwargs):
    """A running pairing whose support family is of the coordinator."""
    return PairingFactory(
        active=True,
        offer__family__household__municipality=coordinator.municipalities.get(),
        **kwargs,
    )


def offer_of(pairing):
    pairing.offer.refresh_from_db()
    return pairing.offer.stage, pairing.offer.paused_until


@pytest.mark.parametrize("answer", ["", "yes"])
def test_end_leaves_the_offer_of_who_may_be_asked_again(colleague, answer):
    pairing = near(colleague)

    ended(pairing, colleague, ask_again=answer)

    assert offer_of(pairing) == ("available", None)


def test_end_lets_the_offer_rest_until_they_may_be_asked_again(colleague):
    pairing = near(colleague)
    in_march = dt.date(2027, 3, 1)

    ended(pairing, colleague, ask_again="later", ask_again_on=in_march)

    assert offer_of(pairing) == ("paused", in_march)
    (task,) = Task.objects.filter(household=pairing.offer.family.household)
    assert (task.due_on, task.text) == (in_march, "Vraag of de pauze voorbij is")


def test_end_ends_the_offer_of_who_is_not_asked_again(colleague):
    pairing = near(colleague)

    ended(pairing, colleague, ask_again="no")

    assert offer_of(pairing) == ("ended", None)
    last = pairing.offer.stages.order_by("-pk").first()
    assert last.reason == "Wordt na een koppeling niet opnieuw gevraagd"


def test_end_lets_an_offer_rest_that_cannot_end_yet(colleague):
    pairing = near(colleague, offer__family__places=2)
    PairingFactory(offer=pairing.offer, active=True)

    ended(pairing, colleague, ask_again="no")

    assert offer_of(pairing) == ("paused", None)


def test_end_leaves_the_offer_across_the_border_to_the_colleague(lead, colleague):
    pairing = near(colleague)

    ended(pairing, lead, ask_again="no")

    assert offer_of(pairing) == ("available", None)
    (task,) = Task.objects.filter(household=pairing.offer.family.household)
    assert task.text == "Een koppeling stopte: vraag of ze een ander gezin willen"


@pytest.mark.parametrize("stage", ["paused", "ended"])
def test_end_takes_an_offer_as_it_finds_it(colleague, stage):
    pairing = near(colleague)
    type(pairing.offer).objects.update(stage=stage)

    ended(pairing, colleague, ask_again="later", ask_again_on=A_WEEK_ON)

    assert (
        offer_of(pairing)
        == {
            "paused": ("paused", A_WEEK_ON),
            "ended": ("ended", None),
        }[stage]
    )


def test_end_asks_nobody_again_before_the_last_day(lead):
    pairing = PairingFactory(active=True)

    with pytest.raises(BeforeTheStart):
        ended(pairing, lead, ask_again="later", ask_again_on=TUESDAY)

    pairing.refresh_from_db()
    assert (pairing.stage, pairing.ask_again) == ("active", "")


def test_step_of_today_can_be_taken_back(lead, time_machine):
    time_machine.move_to(TUESDAY_NOON)
    pairing = PairingFactory()
    start_trial(pairing, on=TUESDAY, today=MONDAY, row_version=1, by=lead.user)

    take_back_last_step(pairing, row_version=2, at=TUESDAY_NOON, by=lead.user)

    pairing.refresh_from_db()
    assert (pairing.stage, pairing.trial_until) == ("introduction", None)
    assert stages(pairing) == [("introduction", MONDAY)]
    slip = pairing.stages.get(stage="trial")
    assert (slip.on, slip.taken_back_at) == (TUESDAY, TUESDAY_NOON)


def test_step_is_not_taken_back_from_a_stale_page(lead, time_machine):
    time_machine.move_to(MONDAY_NOON)
    pairing = PairingFactory(active=True, trial_until=MONDAY)
    take_back_last_step(pairing, row_version=1, at=MONDAY_NOON, by=lead.user)

    with pytest.raises(ChangedMeanwhile):
        take_back_last_step(pairing, row_version=1, at=MONDAY_NOON, by=lead.user)

    assert stages(pairing) == [("introduction", MONDAY), ("trial", MONDAY)]


@pytest.mark.parametrize("stage", ["introduction", "ended"])
def test_start_and_end_are_not_taken_back(lead, time_machine, stage):
    time_machine.move_to(MONDAY_NOON)
    pairing = PairingFactory(**({"ended": True} if stage == "ended" else {}))

    with pytest.raises(StepNotPossible):
        take_back_last_step(pairing, row_version=1, at=MONDAY_NOON, by=lead.user)


def test_step_of_yesterday_is_not_taken_back(lead, time_machine):
    time_machine.move_to(MONDAY_NOON)
    pairing = PairingFactory(trial=True)

    with pytest.raises(StepNotPossible):
        take_back_last_step(pairing, row_version=1, at=TUESDAY_NOON, by=lead.user)


def test_start_pairing_finishes_the_tasks_of_the_proposal(lead):
    proposal = ProposalFactory(both_yes=True)
    Task.objects.create(
        household=proposal.offer.family.household,
        kind=Task.Kind.ANSWER,
        about=proposal.reference,
        due_on=MONDAY,
    )

    started(proposal, lead)

    assert Task.objects.open().count() == 0
    assert Proposal.objects.open().count() == 0

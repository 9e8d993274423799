"""Each rule that stands in the database, broken once by a row that passes Python by."""

import datetime as dt

import pytest
from django.apps import apps
from django.db import IntegrityError, models, transaction

from matching.models import PairingChild, PairingStage
from matching.tests.factories import (
    MONDAY,
    ExclusionFactory,
    LessonFactory,
    LookFactory,
    PairingFactory,
    ProposalFactory,
    RulesFactory,
)

pytestmark = pytest.mark.django_db

DAY_BEFORE = MONDAY - dt.timedelta(days=1)
NOON = dt.datetime.combine(MONDAY, dt.time(12), dt.UTC)


def change(row: models.Model, **values: object) -> None:
    """Writes past the model, as a script or an admin action might."""
    type(row).objects.filter(pk=row.pk).update(**values)


def second_open_proposal() -> None:
    first = ProposalFactory()
    ProposalFactory(request=first.request, offer=first.offer)


def second_exclusion() -> None:
    first = ExclusionFactory()
    ExclusionFactory(request=first.request, offer=first.offer)


def second_running_pairing() -> None:
    first = PairingFactory(offer__family__places=2)
    first.pairing_children.all().delete()
    PairingFactory(request=first.request, offer=first.offer)


def child_twice() -> None:
    row = PairingFactory().pairing_children.get()
    PairingChild.objects.create(
        pairing=row.pairing,
        child=row.child,
        support_family=row.support_family,
        joined_on=MONDAY,
    )


BREAKS = {
    "look_again_after_it_was_looked": lambda: change(
        LookFactory(), again_on=DAY_BEFORE
    ),
    "rules_version_counts_from_one": lambda: change(RulesFactory(version=2), version=0),
    "proposal_band_exists": lambda: change(ProposalFactory(), band="superb"),
    "proposal_support_answer_exists": lambda: change(
        ProposalFactory(support_yes=True), support_answer="maybe"
    ),
    "proposal_request_answer_exists": lambda: change(
        ProposalFactory(both_yes=True), request_answer="maybe"
    ),
    "pairing_child_answer_exists": lambda: change(
        PairingFactory(), child_answer="maybe", child_answered_on=MONDAY
    ),
    "pairing_child_answer_has_its_date": lambda: change(
        PairingFactory(), child_answer="yes"
    ),
    "proposal_first_exists": lambda: change(ProposalFactory(), first="nobody"),
    "proposal_ways_exist": lambda: change(ProposalFactory(), support_way="pigeon"),
    "proposal_asked_in_a_way": lambda: change(
        ProposalFactory(), support_way="", support_asked_at=NOON
    ),
    "proposal_way_of_who_was_asked": lambda: change(
        ProposalFactory(ready=True), request_way="mail", request_text="Steun."
    ),
    "proposal_mailed_with_a_text": lambda: change(
        ProposalFactory(), support_way="mail", support_text=""
    ),
    "proposal_declined_by_a_side": lambda: change(
        ProposalFactory(), outcome="declined", reason="other", closed_on=MONDAY
    ),
    "proposal_reason_of_a_closed_one": lambda: change(
        ProposalFactory(), reason="other"
    ),
    "proposal_closes_after_it_is_made": lambda: change(
        ProposalFactory(declined=True), closed_on=DAY_BEFORE
    ),
    "lesson_field_exists": lambda: change(
        LessonFactory(), consequence="limit", side="offer", field="remarks"
    ),
    "lesson_consequence_exists": lambda: change(LessonFactory(), consequence="prize"),
    "lesson_says_whose_and_what": lambda: change(LessonFactory(), consequence="limit"),
    "lesson_one_per_proposal": lambda: LessonFactory(proposal=LessonFactory().proposal),
    "lesson_undone_by_somebody": lambda: change(LessonFactory(), undone_on=MONDAY),
    "proposal_outcome_exists": lambda: change(
        ProposalFactory(declined=True), outcome="lost"
    ),
    "proposal_reason_exists": lambda: change(
        ProposalFactory(declined=True), reason="bored"
    ),
    "proposal_one_open_per_request_and_offer": second_open_proposal,
    "proposal_closed_has_an_outcome": lambda: change(
        ProposalFactory(), closed_on=MONDAY
    ),
    "proposal_accepted_by_both_sides": lambda: change(
        ProposalFactory(support_yes=True), closed_on=MONDAY, outcome="accepted"
    ),
    "proposal_declined_for_a_reason": lambda: change(
        ProposalFactory(declined=True), reason=""
    ),
    "proposal_support_answer_has_its_date": lambda: change(
        ProposalFactory(), support_answer="yes"
    ),
    "proposal_request_answer_has_its_date": lambda: change(
        ProposalFactory(), request_answered_on=MONDAY
    ),
    "proposal_score_at_most_10000": lambda: change(ProposalFactory(), score=10_001),
    "proposal_holds_from_the_day_it_is_made": lambda: change(
        ProposalFactory(), hold_until=DAY_BEFORE
    ),
    "exclusion_reason_exists": lambda: change(ExclusionFactory(), reason="bored"),
    "exclusion_one_per_request_and_offer": second_exclusion,
    "exclusion_ends_after_it_starts": lambda: change(
        ExclusionFactory(), until_on=DAY_BEFORE
    ),
    "exclusion_lifted_after_it_starts": lambda: change(
        ExclusionFactory(), lifted_on=DAY_BEFORE
    ),
    "pairing_stage_exists": lambda: change(PairingFactory(), stage="paused"),
    "pairing_end_reason_exists": lambda: change(
        PairingFactory(ended=True), end_reason="bored"
    ),
    "pairing_running_holds_a_place": lambda: change(PairingFactory(), place=None),
    "pairing_ended_on_a_date_for_a_reason": lambda: change(
        PairingFactory(), stage="ended", ended_on=MONDAY, ended_at=NOON
    ),
    "pairing_end_is_known_since_a_moment": lambda: change(
        PairingFactory(ended=True), ended_at=None
    ),
    "pairing_what_each_side_says_exists": lambda: change(
        PairingFactory(ended=True), ask_again="maybe"
    ),
    "pairing_each_side_says_why_it_ended": lambda: change(
        PairingFactory(), support_reason="moved"
    ),
    "pairing_ends_after_it_starts": lambda: change(
        PairingFactory(ended=True), ended_on=DAY_BEFORE
    ),
    "pairing_trial_ends_after_it_starts": lambda: change(
        PairingFactory(trial=True), trial_until=DAY_BEFORE
    ),
    "pairing_trial_has_an_end": lambda: change(PairingFactory(), stage="trial"),
    "pairing_occupied_moments_are_a_mask": lambda: change(
        PairingFactory(), occupied_moments=2**57
    ),
    "pairing_one_running_per_request_and_offer": second_running_pairing,
    "pairingchild_once_per_support_family": child_twice,
    "pairingchild_leaves_after_it_joins": lambda: change(
        PairingFactory().pairing_children.get(), left_on=DAY_BEFORE
    ),
    "pairingstage_stage_exists": lambda: change(
        PairingStage.objects.get(pairing=PairingFactory()), stage="paused"
    ),
}


def test_every_rule_has_a_row_that_breaks_it():
    rules = {
        rule.name
        for model in apps.get_app_config("matching").get_models()
        for rule in model._meta.constraints
    }

    assert set(BREAKS) == rules


@pytest.mark.parametrize("rule", BREAKS)
def test_database_refuses_what_breaks(rule):
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        BREAKS[rule]()

    # SQLite names the columns of a broken unique rule, PostgreSQL the rule.
    assert rule in str(refused.value) or "UNIQUE" in str(refused.value)


def test_a_place_holds_one_pairing():
    pairing = PairingFactory()

    with pytest.raises(IntegrityError), transaction.atomic():
        PairingFactory(offer=pairing.offer, place=pairing.place)


def test_rules_have_one_row_for_each_version():
    rules = RulesFactory()

    with pytest.raises(IntegrityError), transaction.atomic():
        RulesFactory._meta.model.objects.create(
            version=rules.version, weights={}, reason="x"
        )

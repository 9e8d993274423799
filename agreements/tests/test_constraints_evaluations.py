"""Each rule about evaluations in the database, broken by one row."""

import pytest
from django.db import IntegrityError, connection, transaction

from agreements.models import Baseline, Evaluation, EvaluationAnswers
from agreements.tests.evaluating import MONDAY, NOON, make_evaluation
from agreements.tests.factories import make_pairing

pytestmark = pytest.mark.django_db


def assert_breaks(constraint, write):
    """SQLite names the columns of a unique constraint, PostgreSQL its name."""
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        write()
    unique = {
        "evaluation_one_open_per_pairing": "failed: agreements_evaluation.pairing_id",
        "evaluationanswers_one_per_side": "agreements_evaluationanswers.side",
    }
    named = constraint
    if connection.vendor == "sqlite":
        named = unique.get(constraint, constraint)
    assert named in str(caught.value)


@pytest.fixture
def evaluation():
    return make_evaluation()


def make_row(pairing, **differs):
    said = {
        "occasion": "extra",
        "due_on": MONDAY,
        "started_by": pairing.lead.user,
        "started_at": NOON,
    }
    return Evaluation.objects.create(pairing=pairing, **said | differs)


def answer(evaluation, **differs):
    said = {
        "side": "request",
        "channel": "telephone",
        "child_score": 1,
        "recorded_by": evaluation.started_by,
        "answered_on": MONDAY,
        "recorded_at": NOON,
    }
    return EvaluationAnswers.objects.create(evaluation=evaluation, **said | differs)


def first(pairing, **differs):
    return Baseline.objects.create(
        household=pairing.request.family.household,
        asked_on=MONDAY,
        recorded_by=pairing.lead.user,
        **differs,
    )


def test_evaluation_one_open_per_pairing(evaluation):
    assert_breaks(
        "evaluation_one_open_per_pairing", lambda: make_row(evaluation.pairing)
    )


def test_a_closed_evaluation_lets_the_next_one_open(evaluation):
    pairing = evaluation.pairing

    make_row(pairing, outcome="go_on", closed_on=MONDAY, closed_by=pairing.lead.user)

    assert pairing.evaluations.count() == 2


@pytest.mark.parametrize(
    "differs",
    [
        {"outcome": "go_on"},
        {"closed_on": MONDAY},
        {"closed_on": MONDAY, "outcome": "go_on"},
        {"closed_on": MONDAY, "outcome": "maybe", "by": True},
        {"closed_on": MONDAY, "outcome": "", "by": True},
        {"by": True},
    ],
)
def test_evaluation_closes_with_an_outcome(differs):
    pairing = make_pairing()
    said = {**differs}
    if said.pop("by", False):
        said["closed_by"] = pairing.lead.user

    assert_breaks(
        "evaluation_closes_with_an_outcome", lambda: make_row(pairing, **said)
    )


def test_evaluationanswers_one_per_side(evaluation):
    answer(evaluation)
    answer(evaluation, side="support")

    assert_breaks("evaluationanswers_one_per_side", lambda: answer(evaluation))


@pytest.mark.parametrize(
    ("rule", "name"),
    [
        ("evaluationanswers_child_score_is_one_to_five", "child_score"),
        ("evaluationanswers_own_score_is_one_to_five", "own_score"),
        ("evaluationanswers_fit_score_is_one_to_five", "fit_score"),
    ],
)
@pytest.mark.parametrize("score", [0, 6])
def test_evaluationanswers_scores_are_one_to_five(evaluation, rule, name, score):
    assert_breaks(rule, lambda: answer(evaluation, **{name: score}))


@pytest.mark.parametrize("channel", ["link", "visit"])
def test_evaluationanswers_by_a_person_or_recorded_by_staff(evaluation, channel):
    nobody = {"channel": channel, "person": None, "recorded_by": None}

    assert_breaks(
        "evaluationanswers_by_a_person_or_recorded_by_staff",
        lambda: answer(evaluation, **nobody),
    )


def test_answers_by_link_are_recorded_by_nobody_else(evaluation):
    person = evaluation.pairing.pairing_children.get().child

    assert_breaks(
        "evaluationanswers_by_a_person_or_recorded_by_staff",
        lambda: answer(evaluation, channel="link", person=person),
    )


def test_baseline_is_one_per_household():
    pairing = make_pairing()
    first(pairing)

    with pytest.raises(IntegrityError), transaction.atomic():
        first(pairing)


@pytest.mark.parametrize(
    ("rule", "name"),
    [
        ("baseline_child_score_is_one_to_five", "child_score"),
        ("baseline_own_score_is_one_to_five", "own_score"),
    ],
)
@pytest.mark.parametrize("score", [0, 6])
def test_baseline_scores_are_one_to_five(rule, name, score):
    pairing = make_pairing()

    assert_breaks(rule, lambda: first(pairing, **{name: score}))

"""What evaluations add to the page of a family and to its course."""

import datetime as dt

import pytest

from agreements.models import Baseline
from agreements.panels import evaluations
from agreements.services import ending
from agreements.services.evaluations import Said
from agreements.tests.evaluating import MONDAY, closed, make_evaluation, told
from agreements.tests.factories import make_pairing
from families.tests.factories import CoordinatorFactory
from matching.wording.names import Names

pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1)
CANARY = "Zeg niets tegen de buren"


def first_answers_of(pairing):
    return Baseline.objects.create(
        household=pairing.request.family.household,
        child_score=4,
        asked_on=dt.date(2026, 1, 2),
        recorded_by=pairing.lead.user,
    )


def test_the_page_of_a_family_shows_its_first_answers():
    pairing = make_pairing()
    household = pairing.request.family.household
    first_answers_of(pairing)

    (panel,) = evaluations.family_panels(household, user=pairing.lead.user)

    assert panel.context == {
        "household": household,
        "first": [("Hoe het met het kind gaat", "niet zo fijn")],
        "asked_on": dt.date(2026, 1, 2),
    }


@pytest.mark.parametrize("side", ["request", "offer"])
def test_the_course_tells_that_a_family_answered_and_never_what(side):
    pairing = make_pairing()
    evaluation = told(make_evaluation(pairing), "request", Said(otherwise=CANARY))
    closed(evaluation, "change", outcome_text=CANARY)
    household = getattr(pairing, side).family.household
    other = {"request": "gezin Willems", "offer": "gezin De Boer"}[side]

    lines = evaluations.course_lines(household, user=pairing.lead.user)

    answered = [f"Evaluatie met {other} beantwoord"] if side == "request" else []
    assert [(one.on, one.what) for one in lines] == [
        (MONDAY, f"Evaluatie met {other} gestart: elk half jaar"),
        *((MONDAY, what) for what in answered),
        (MONDAY, f"Evaluatie met {other} afgesloten: afspraken wijzigen"),
    ]
    assert [one for one in lines if one.text] == []
    assert {one.url for one in lines} == {evaluation.get_absolute_url()}


def test_when_both_answered_the_evaluation_asks_attention():
    evaluation = make_evaluation(due_on=MONDAY + 7 * DAY)
    told(evaluation, "request", Said(otherwise=CANARY))
    user = evaluation.pairing.lead.user
    before = evaluations.today_rows(Names(user), on=MONDAY)
    told(evaluation, "support")

    rows = evaluations.today_rows(Names(user), on=MONDAY)

    assert before == []
    assert [(one.title, one.why, one.since, one.action_url) for one in rows] == [
        (
            "Evaluatie: gezin De Boer en gezin Willems",
            "Beide gezinnen hebben geantwoord. Kijk wat er volgt.",
            MONDAY,
            evaluation.get_absolute_url(),
        )
    ]


def test_when_its_day_has_come_an_evaluation_asks_attention():
    evaluation = make_evaluation(due_on=MONDAY)
    user = evaluation.pairing.lead.user

    (row,) = evaluations.today_rows(Names(user), on=MONDAY)

    assert row.why == "Nog niet alle antwoorden zijn er."
    assert evaluations.today_rows(Names(user), on=MONDAY - DAY) == []
    assert evaluations.today_rows(Names(CoordinatorFactory().user), on=MONDAY) == []


def test_an_evaluation_with_an_outcome_asks_nothing():
    evaluation = closed(make_evaluation())

    assert evaluations.today_rows(Names(evaluation.pairing.lead.user), on=MONDAY) == []


@pytest.mark.parametrize("n", [1, 3])
def test_rows_are_read_in_as_many_queries_for_three_as_for_one(
    n, django_assert_num_queries
):
    first = make_pairing()
    municipality = first.request.family.household.municipality
    pairings = [first, *(make_pairing(municipality=municipality) for _ in range(1, n))]
    for pairing in pairings:
        make_evaluation(pairing)

    with django_assert_num_queries(3):
        rows = evaluations.today_rows(Names(first.lead.user), on=MONDAY)

    assert len(rows) == n


def test_strangers_are_shown_nothing():
    pairing = make_pairing()
    first_answers_of(pairing)
    closed(told(make_evaluation(pairing), "request"))
    stranger = CoordinatorFactory().user
    household = pairing.request.family.household

    assert evaluations.family_panels(household, user=stranger) == []
    assert evaluations.course_lines(household, user=stranger) == []


@pytest.mark.parametrize("n", [1, 3])
def test_the_course_is_read_in_as_many_queries_for_three_as_for_one(
    n, django_assert_num_queries
):
    pairing = make_pairing()
    for _ in range(n):
        closed(told(make_evaluation(pairing), "request"))
    household, user = pairing.request.family.household, pairing.lead.user

    with django_assert_num_queries(3):
        lines = evaluations.course_lines(household, user=user)

    assert len(lines) == 3 * n


def test_of_who_goes_on_without_guidance_no_evaluation_is_asked():
    pairing = make_pairing(stage="active")
    make_evaluation(pairing)
    own = Names(pairing.lead.user)
    before = len(evaluations.today_rows(own, on=MONDAY))

    ending.let_go(
        pairing, on=MONDAY, row_version=pairing.row_version, by=pairing.lead.user
    )

    assert (before, evaluations.today_rows(own, on=MONDAY)) == (1, [])

"""Each criterion by cases worked out by hand: state, value and veto of one pair."""

import numpy as np
import pytest

from families.moments import SCHOOL_HOLIDAYS, Moment, both_weeks, mask_of
from matching.core.criteria import CRITERIA, State
from matching.core.rules import CODES, DEFAULT_RULES, Weights
from matching.tests.pools import offers, pool, requests

WEIGHTS = Weights.from_rules(DEFAULT_RULES)
NAN = float("nan")

MET, PARTLY, NOT_MET, UNKNOWN = State.MET, State.PARTLY, State.NOT_MET, State.UNKNOWN
VETO = (NOT_MET, 0, True)
OPEN = (UNKNOWN, NAN, False)

WEDNESDAY, THURSDAY = both_weeks(2, 1), both_weeks(3, 1)
EVEN_WEDNESDAY = mask_of([Moment(2, 1, 0)])
EVEN_MONDAY = mask_of([Moment(0, 1, 0)])

WEEKLY, FORTNIGHTLY, MONTHLY, NOW_AND_THEN = 1, 2, 3, 4
NOT_ASKED, INDIFFERENT, WISH, LIMIT = 0, 1, 2, 3


def judged(code, asked, offered, **arguments):
    criterion = CRITERIA[CODES.index(code)]
    the_pool = pool(requests(**asked), offers(**offered), **arguments)
    state, value, veto = criterion.judge(
        the_pool, np.array([0]), np.array([0]), WEIGHTS
    )
    return State(state[0]), value[0], bool(veto[0])


def expected(state, value, veto=False):  # noqa: FBT002 - a verdict, unpacked
    return state, pytest.approx(value, nan_ok=True), veto


def at(mask, **more):
    return {"moments": mask, "moments_known": True} | more


def test_criteria_stand_in_the_order_of_their_codes():
    assert tuple(criterion.code for criterion in CRITERIA) == CODES


@pytest.mark.parametrize(
    ("asked", "offered", "verdict"),
    [
        (at(WEDNESDAY, frequency=WEEKLY), at(WEDNESDAY | THURSDAY), (MET, 1)),
        # One daypart a week is all that weekly support uses.
        (at(WEDNESDAY | THURSDAY, frequency=WEEKLY), at(WEDNESDAY), (MET, 1)),
        (at(WEDNESDAY, frequency=WEEKLY), at(EVEN_WEDNESDAY), (PARTLY, 1 / 2)),
        (
            at(WEDNESDAY | EVEN_MONDAY, frequency=WEEKLY),
            at(EVEN_WEDNESDAY | EVEN_MONDAY),
            (PARTLY, 1 / 2),
        ),
        (at(EVEN_WEDNESDAY, frequency=WEEKLY), at(WEDNESDAY), (MET, 1)),
        (at(WEDNESDAY, frequency=FORTNIGHTLY), at(EVEN_WEDNESDAY), (MET, 1)),
        # With an unknown frequency each daypart asked counts.
        (at(WEDNESDAY | THURSDAY), at(WEDNESDAY), (PARTLY, 1 / 2)),
        (
            at(WEDNESDAY | SCHOOL_HOLIDAYS, frequency=WEEKLY),
            at(WEDNESDAY),
            (PARTLY, 2 / 3),
        ),
        (at(SCHOOL_HOLIDAYS), at(SCHOOL_HOLIDAYS), (MET, 1)),
        (at(WEDNESDAY), at(THURSDAY), VETO),
        (at(WEDNESDAY), at(0), VETO),
        (at(WEDNESDAY), {}, OPEN),
        ({}, at(WEDNESDAY), OPEN),
    ],
)
def test_moments(asked, offered, verdict):
    assert judged("moments", asked, offered) == expected(*verdict)


@pytest.mark.parametrize(
    ("asked", "offered", "verdict"),
    [
        (0b0011, 0b0111, (MET, 1)),
        (0b1011, 0b0011, (PARTLY, 2 / 3)),
        (0b0011, 0b1100, VETO),
        (0, 0b0001, OPEN),
        (0b0001, 0, OPEN),
    ],
)
def test_kinds(asked, offered, verdict):
    assert judged("kinds", {"kinds": asked}, {"kinds": offered}) == expected(*verdict)


@pytest.mark.parametrize(
    ("asked", "offered", "verdict"),
    [
        (WEEKLY, WEEKLY, (MET, 1)),
        (MONTHLY, WEEKLY, (MET, 1)),
        (WEEKLY, FORTNIGHTLY, (PARTLY, 1 / 2)),
        (WEEKLY, MONTHLY, (NOT_MET, 1 / 4)),
        (WEEKLY, NOW_AND_THEN, (NOT_MET, 1 / 8)),
        (0, WEEKLY, OPEN),
        (WEEKLY, 0, OPEN),
    ],
)
def test_frequency(asked, offered, verdict):
    outcome = judged("frequency", {"frequency": asked}, {"frequency": offered})

    assert outcome == expected(*verdict)


def years(*ages):
    return sum(1 << age for age in ages)


@pytest.mark.parametrize(
    ("asked", "welcome", "verdict"),
    [
        (years(6), years(4, 5, 6, 7, 8), (MET, 1)),
        (years(8), years(4, 5, 6, 7, 8), (MET, 1 / 2)),
        (years(7), years(4, 5, 6, 7, 8), (MET, 3 / 4)),
        (years(6, 8), years(4, 5, 6, 7, 8), (MET, 3 / 4)),
        (years(9), years(9), (MET, 1)),
        (years(0, 17), years(*range(18)), (MET, 1)),
        (years(6, 9), years(4, 5, 6, 7, 8), VETO),
        (0, years(4), OPEN),
        (years(4), 0, OPEN),
    ],
)
def test_ages(asked, welcome, verdict):
    assert judged("ages", {"ages": asked}, {"ages": welcome}) == expected(*verdict)


@pytest.mark.parametrize(
    ("number", "at_once", "verdict"),
    [
        (2, 2, (MET, 1)),
        (1, 3, (MET, 1)),
        (3, 2, VETO),
        (0, 1, OPEN),
        (3, 0, OPEN),
    ],
)
def test_children(number, at_once, verdict):
    outcome = judged("children", {"n_children": number}, {"children_at_once": at_once})

    assert outcome == expected(*verdict)


def dog_and_cat(dog, cat):
    return [dog, cat, 0, 0, 0]


NO, YES = 1, 2


@pytest.mark.parametrize("other_way_round", [False, True])
@pytest.mark.parametrize(
    ("demands", "facts", "verdict"),
    [
        ((LIMIT, INDIFFERENT), (NO, YES), (MET, 1)),
        ((LIMIT, WISH), (NO, YES), (PARTLY, 1 / 2)),
        ((INDIFFERENT, WISH), (YES, YES), (NOT_MET, 0)),
        ((LIMIT, WISH), (YES, NO), VETO),
        # A limit that is surely broken excludes whatever else is unknown.
        ((LIMIT, WISH), (YES, 0), VETO),
        ((WISH, LIMIT), (YES, 0), (NOT_MET, 0)),
        ((LIMIT, INDIFFERENT), (0, YES), OPEN),
        ((NOT_ASKED, INDIFFERENT), (YES, NO), OPEN),
        ((NOT_ASKED, NOT_ASKED), (NO, 0), (MET, 1)),
        ((NOT_ASKED, NOT_ASKED), (0, 0), OPEN),
    ],
)
def test_home_in_both_directions(demands, facts, verdict, other_way_round):
    wants, has = (
        {"home_demands": dog_and_cat(*demands)},
        {"home_facts": dog_and_cat(*facts)},
    )
    asked, offered = (has, wants) if other_way_round else (wants, has)

    assert judged("home", asked, offered) == expected(*verdict)


@pytest.mark.parametrize(
    ("demand", "has_children", "verdict"),
    [
        (WISH, YES, (MET, 1)),
        (WISH, NO, (NOT_MET, 0)),
        (LIMIT, NO, VETO),
        (LIMIT, 0, OPEN),
        (INDIFFERENT, NO, (MET, 1)),
    ],
)
def test_home_with_children(demand, has_children, verdict):
    outcome = judged(
        "home", {"wants_children_at_home": demand}, {"has_children": has_children}
    )

    assert outcome == expected(*verdict)


@pytest.mark.parametrize(
    ("request_limit", "offer_limit", "verdict"),
    [
        (20_000, 10_000, (MET, 1 - 0.75 * 0.5)),
        (10_000, NAN, (MET, 1 - 0.75 * 0.5)),
        (NAN, 8_000, (PARTLY, 1 - 0.75 * 0.625)),
        (5_000, 5_000, (PARTLY, 1 / 4)),
        (20_000, 4_999, VETO),
        (4_999, NAN, VETO),
        # The usual 10 km.
        (NAN, NAN, (MET, 1 - 0.75 * 0.5)),
    ],
)
def test_distance_of_five_kilometres(request_limit, offer_limit, verdict):
    asked = {"x_m": 1_000, "y_m": 0, "max_distance_m": request_limit}
    offered = {"x_m": 4_000, "y_m": 4_000, "max_distance_m": offer_limit}

    assert judged("distance", asked, offered) == expected(*verdict)


def test_distance_far_beyond_the_usual_one_is_worth_nothing_but_does_not_exclude():
    outcome = judged("distance", {"x_m": 0, "y_m": 0}, {"x_m": 5e4, "y_m": 0})

    assert outcome == expected(PARTLY, 0)


def test_distance_to_an_unknown_place_is_unknown_even_with_a_limit():
    outcome = judged("distance", {"x_m": 0, "y_m": 0, "max_distance_m": 1_000}, {})

    assert outcome == expected(*OPEN)


DUTCH, ARABIC = 0b01, 0b10


@pytest.mark.parametrize(
    ("request_side", "offer_side", "verdict"),
    [
        ((DUTCH | ARABIC, ARABIC, NOT_ASKED), (ARABIC, NOT_ASKED), (MET, 1)),
        ((DUTCH | ARABIC, ARABIC, NOT_ASKED), (DUTCH, NOT_ASKED), (PARTLY, 1 / 2)),
        ((DUTCH, 0, NOT_ASKED), (DUTCH, NOT_ASKED), (MET, 1)),
        ((ARABIC, ARABIC, LIMIT), (DUTCH, INDIFFERENT), VETO),
        ((ARABIC, ARABIC, INDIFFERENT), (DUTCH, LIMIT), VETO),
        ((ARABIC, ARABIC, WISH), (DUTCH, NOT_ASKED), (NOT_MET, 0)),
        ((ARABIC, ARABIC, INDIFFERENT), (DUTCH, INDIFFERENT), (MET, 1)),
        ((ARABIC, ARABIC, INDIFFERENT), (0, INDIFFERENT), (MET, 1)),
        ((ARABIC, ARABIC, NOT_ASKED), (DUTCH, INDIFFERENT), OPEN),
        ((ARABIC, ARABIC, LIMIT), (0, NOT_ASKED), OPEN),
        ((0, 0, LIMIT), (DUTCH, LIMIT), OPEN),
    ],
)
def test_language(request_side, offer_side, verdict):
    spoken, preferred, demand = request_side
    asked = {
        "languages": spoken,
        "preferred_language": preferred,
        "language_demand": demand,
    }
    offered = {"languages": offer_side[0], "language_demand": offer_side[1]}

    assert judged("language", asked, offered) == expected(*verdict)


@pytest.mark.parametrize(
    ("stage", "verdict"),
    [(0, OPEN), (1, (PARTLY, 1 / 2)), (2, (MET, 1)), (3, VETO)],
)
def test_screening(stage, verdict):
    assert judged("screening", {}, {"screening": stage}) == expected(*verdict)


@pytest.mark.parametrize(("said", "verdict"), [(0, OPEN), (1, (MET, 1)), (2, VETO)])
def test_custody(said, verdict):
    assert judged("custody", {"custody": said}, {}) == expected(*verdict)


@pytest.mark.parametrize(
    ("own", "other", "verdict"),
    [
        (1, 1, (MET, 1)),
        (0, 1, (PARTLY, 1 / 2)),
        (1, 0, VETO),
        (-1, 0, OPEN),
        (0, -1, OPEN),
        (-1, -1, OPEN),
    ],
)
def test_place(own, other, verdict):
    may_meet = [[True, True], [False, False]]

    outcome = judged(
        "place", {"municipality": own}, {"municipality": other}, may_meet=may_meet
    )

    assert outcome == expected(*verdict)


@pytest.mark.parametrize(
    ("asked", "offered", "verdict"),
    [
        (12, 12, (MET, 1)),
        (24, 18, (MET, 3 / 4)),
        (12, 24, (PARTLY, 1 / 2)),
        (24, 6, (NOT_MET, 1 / 4)),
        (0, 12, OPEN),
        (12, 0, OPEN),
    ],
)
def test_duration(asked, offered, verdict):
    outcome = judged(
        "duration", {"duration_months": asked}, {"duration_months": offered}
    )

    assert outcome == expected(*verdict)


@pytest.mark.parametrize(
    ("free", "running", "verdict"),
    [(1, 0, (MET, 1)), (1, 1, (PARTLY, 1 / 2)), (0, 0, VETO), (0, 1, VETO)],
)
def test_load(free, running, verdict):
    outcome = judged("load", {}, {"places_free": free, "running_pairings": running})

    assert outcome == expected(*verdict)


@pytest.mark.parametrize(
    ("excluded", "verdict"), [([], (MET, 1)), ([(0, 0), (0, 0)], VETO)]
)
def test_history(excluded, verdict):
    assert judged("history", {}, {}, excluded=excluded) == expected(*verdict)

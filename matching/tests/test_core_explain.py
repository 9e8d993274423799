import pytest

from families.moments import both_weeks
from matching.core.criteria import State
from matching.core.explain import Question, explain, question_that_matters
from matching.core.rules import CODES, DEFAULT_RULES, Weights
from matching.tests.pools import offers, pool, requests

WEIGHTS = Weights.from_rules(DEFAULT_RULES)
MONDAY, WEDNESDAY, SATURDAY = (both_weeks(day, 1) for day in (0, 2, 5))


def reason(code, asked, offered, **arguments):
    the_pool = pool(requests(**asked), offers(**offered), **arguments)
    return explain(the_pool, 0, 0, WEIGHTS)[CODES.index(code)]


def test_reasons_stand_in_the_fixed_order():
    reasons = explain(pool(requests(), offers()), 0, 0, WEIGHTS)

    assert tuple(r.code for r in reasons) == CODES


def test_moments_are_told_in_both_directions():
    found = reason(
        "moments",
        {"moments": MONDAY | WEDNESDAY, "moments_known": True, "frequency": 1},
        {"moments": WEDNESDAY | SATURDAY, "moments_known": True},
    )

    assert (found.state, found.points, found.out_of) == (State.MET, 2_200, 2_200)
    assert found.params == {
        "common": WEDNESDAY,
        "only_request": MONDAY,
        "only_offer": SATURDAY,
        "frequency": 1,
    }


def test_kinds_are_told_in_both_directions():
    found = reason("kinds", {"kinds": 0b011}, {"kinds": 0b110})

    assert (found.state, found.points) == (State.PARTLY, 1_000)
    assert found.params == {"common": 0b010, "only_request": 1, "only_offer": 0b100}


def test_ages_name_the_children_outside():
    found = reason("ages", {"ages": 0b1100}, {"ages": 0b0111})

    assert (found.state, found.veto, found.points) == (State.NOT_MET, True, 0)
    assert found.params == {"asked": 0b1100, "welcome": 0b0111, "outside": 0b1000}


def test_ages_name_nobody_outside_what_was_not_asked():
    found = reason("ages", {"ages": 0b1100}, {})

    assert (found.state, found.missing) == (State.UNKNOWN, "offer")
    assert found.params == {"asked": 0b1100, "welcome": 0, "outside": 0}


def test_home_names_what_is_broken_kept_and_open_in_both_homes():
    found = reason(
        "home",
        {
            "home_demands": [3, 2, 2, 0, 0],
            "home_facts": [0, 0, 0, 2, 2],
            "wants_children_at_home": 2,
        },
        {
            "home_facts": [1, 2, 0, 0, 0],
            "home_demands": [0, 0, 0, 3, 0],
            "has_children": 1,
        },
    )

    assert (found.state, found.veto) == (State.NOT_MET, True)
    assert found.params == {
        "broken_limits": (("request", "smoking"),),
        "broken_wishes": (("offer", "cat"), ("offer", "no_children")),
        "kept": (("offer", "dog"),),
        "kept_limits": (("offer", "dog"),),
        "open": (("offer", "other_animal"), ("request", "stairs")),
    }


@pytest.mark.parametrize(
    ("demands", "facts", "missing"),
    [
        ([3, 0, 0, 0, 0], [0, 0, 0, 0, 0], "offer"),
        ([0, 0, 0, 0, 0], [2, 0, 0, 0, 0], "request"),
        ([0, 3, 0, 0, 0], [2, 0, 0, 0, 0], "both"),
        ([0, 0, 0, 0, 0], [0, 0, 0, 0, 0], "both"),
    ],
)
def test_home_says_whose_answer_is_missing(demands, facts, missing):
    found = reason("home", {"home_demands": demands}, {"home_facts": facts})

    assert (found.state, found.missing) == (State.UNKNOWN, missing)


def test_distance_tells_metres_and_the_limits_of_both():
    found = reason(
        "distance",
        {"x_m": 0, "y_m": 0, "max_distance_m": 4_000},
        {"x_m": 600.4, "y_m": 800.3, "max_distance_m": 3_000},
    )

    assert found.params == {
        "distance_m": 1_000,
        "limit_m": 3_000,
        "request_limit_m": 4_000,
        "offer_limit_m": 3_000,
    }


def test_distance_is_told_as_unknown_without_a_place():
    found = reason("distance", {"x_m": 0, "y_m": 0}, {})

    assert (found.state, found.missing) == (State.UNKNOWN, "offer")
    assert found.params == {
        "distance_m": None,
        "limit_m": None,
        "request_limit_m": None,
        "offer_limit_m": None,
    }


@pytest.mark.parametrize(
    ("spoken", "demands", "missing"),
    [
        ((0, 2), (3, 3), "request"),
        ((0, 0), (0, 0), "both"),
        ((1, 2), (1, 0), "offer"),
        ((1, 2), (0, 1), "request"),
    ],
)
def test_language_says_whose_answer_is_missing(spoken, demands, missing):
    found = reason(
        "language",
        {"languages": spoken[0], "language_demand": demands[0]},
        {"languages": spoken[1], "language_demand": demands[1]},
    )

    assert (found.state, found.missing) == (State.UNKNOWN, missing)


def test_the_other_reasons_tell_both_numbers():
    asked = {
        "frequency": 1,
        "n_children": 3,
        "languages": 0b011,
        "preferred_language": 0b010,
        "custody": 1,
        "municipality": 0,
        "duration_months": 12,
    }
    offered = {
        "frequency": 2,
        "children_at_once": 2,
        "languages": 0b101,
        "screening": 1,
        "municipality": 1,
        "duration_months": 24,
        "places_free": 2,
        "running_pairings": 1,
    }

    params = {
        r.code: r.params
        for r in explain(
            pool(requests(**asked), offers(**offered), excluded=[(0, 0)]), 0, 0, WEIGHTS
        )
    }

    assert params["frequency"] == {"asked": 1, "offered": 2}
    assert params["children"] == {"number": 3, "at_once": 2}
    assert params["language"] == {
        "common": 0b001,
        "only_request": 0b010,
        "only_offer": 0b100,
        "preferred": 0b010,
    }
    assert params["screening"] == {"stage": 1}
    assert params["custody"] == {"said": 1}
    assert params["place"] == {"request": 0, "offer": 1}
    assert params["duration"] == {"asked_months": 12, "offered_months": 24}
    assert params["load"] == {"running": 1, "free": 2}
    assert params["history"] == {"excluded": True}


def test_points_of_the_reasons_add_up_to_the_score():
    reasons = explain(pool(requests(kinds=1), offers(kinds=1)), 0, 0, WEIGHTS)

    # Kinds 20 and load 3 fit; half of the other 77.
    assert sum(r.points for r in reasons) == 6_150
    assert sum(r.out_of for r in reasons) == 10_000


# All is known and the same about every offer, but for what a test changes.
KNOWN_REQUEST = {
    "moments": MONDAY,
    "moments_known": True,
    "kinds": 0b11,
    "frequency": 1,
    "ages": 1 << 6,
    "n_children": 1,
    "home_demands": 1,
    "wants_children_at_home": 1,
    "x_m": 0,
    "y_m": 0,
    "languages": 1,
    "duration_months": 12,
}
KNOWN_OFFER = {
    "moments": MONDAY,
    "moments_known": True,
    "kinds": 0b11,
    "frequency": 1,
    "ages": (1 << 18) - 1,
    "children_at_once": 2,
    "home_demands": 1,
    "x_m": 0,
    "y_m": 0,
    "languages": 1,
    "duration_months": 12,
}


def known_pool(n_offers, asked=None, **offered):
    return pool(
        requests(**KNOWN_REQUEST | (asked or {})),
        offers(n_offers, **KNOWN_OFFER | offered),
    )


def test_nothing_is_asked_where_all_is_known():
    assert question_that_matters(known_pool(3), 0, WEIGHTS) is None


def test_nothing_is_asked_without_candidates():
    assert question_that_matters(known_pool(0), 0, WEIGHTS) is None


def test_question_is_about_the_offer_whose_answer_moves_most():
    # Out of 100: 99, 84 and 89, as a place unknown loses one, half of the kinds ten
    # and a frequency unknown five.
    the_pool = known_pool(3, kinds=[0b11, 0b01, 0b01], frequency=[1, 0, 1])

    question = question_that_matters(the_pool, 0, WEIGHTS)

    # Now 0, 2, 1. A good answer about 1 ties it with 2, where the lower key wins: two
    # places change. A bad one leaves it the third, but what is not met is never strong.
    assert question == Question(code="frequency", side="offer", col=1, changes=3)


def test_question_that_can_exclude_counts_the_places_left_empty():
    the_pool = known_pool(2, ages=[(1 << 18) - 1, 0])

    question = question_that_matters(the_pool, 0, WEIGHTS)

    # A good answer about 1 makes it equal to 0, which keeps its place by key; a bad
    # one leaves the second place empty.
    assert question == Question(code="ages", side="offer", col=1, changes=1)


def test_question_counts_the_sixth_that_moves_up():
    the_pool = known_pool(
        6,
        key=[1, 2, 3, 4, 6, 5],
        frequency=[1, 1, 1, 1, 0, 1],
        kinds=[3, 3, 3, 3, 3, 1],
    )

    question = question_that_matters(the_pool, 0, WEIGHTS)

    # A bad answer takes the fifth from 94 to 89, where the sixth has the lower key.
    assert question == Question(code="frequency", side="offer", col=4, changes=1)


def test_question_to_the_request_family_is_one_question_about_all():
    the_pool = known_pool(2, asked={"ages": 0})

    question = question_that_matters(the_pool, 0, WEIGHTS)

    # About 0: a bad answer puts 1 first and leaves a place empty (2). About 1: a good
    # one puts it first (2), a bad one leaves its place empty (1).
    assert question == Question(code="ages", side="request", col=None, changes=5)


def test_equal_questions_go_to_the_better_candidate_then_the_first_criterion():
    the_pool = known_pool(1, ages=0, children_at_once=0)

    question = question_that_matters(the_pool, 0, WEIGHTS)

    assert question == Question(code="ages", side="offer", col=0, changes=1)


def test_gates_are_not_asked_as_questions():
    # Custody and screening are unknown in every pool above; only they are here.
    reasons = explain(known_pool(1), 0, 0, WEIGHTS)

    assert [r.code for r in reasons if r.state is State.UNKNOWN] == [
        "screening",
        "custody",
        "place",
    ]
    assert question_that_matters(known_pool(1), 0, WEIGHTS) is None

"""What would help most of those who are left is what the best new plan says."""

import numpy as np
import pytest

from families.moments import both_weeks
from matching.core.rules import DEFAULT_RULES, Weights
from matching.core.solver.problem import UNMATCHED
from matching.core.unlock_all import unlocks_of_all
from matching.core.unlocking.barriers import Barriers
from matching.core.unlocking.relax import Change
from matching.tests.pools import offers, pool, random_pool, requests
from matching.tests.unlocking import changed, planned

WEIGHTS = Weights.from_rules(DEFAULT_RULES)
MONDAY_MORNING, TUESDAY_MORNING = both_weeks(0, 0), both_weeks(1, 0)
FRIDAY_EVENING = both_weeks(4, 2)


def helping(anything, groups=None, n=20):
    """What would help the requests that the best plan of a pool leaves."""
    assignment = planned(anything)
    left = np.flatnonzero(assignment.column == UNMATCHED).tolist()
    barriers = Barriers(anything)
    return unlocks_of_all(barriers, left, WEIGHTS, assignment, groups=groups, n=n)


def told(found):
    return [
        (one.code, one.side, dict(one.params), one.rows.tolist(), one.matched)
        for one in found
    ]


def asked_of(one, anything, row):
    """A kind of change as the change of one request."""
    params = dict(one.params)
    if one.code == "distance":
        limit = anything.requests.max_distance_m[row]
        params = {"to_m": round(limit) + params["more_m"]}
    return Change(one.code, one.side, params, None, 0)


@pytest.mark.parametrize("seed", range(60))
def test_change_of_many_matches_as_many_as_a_new_plan(seed):
    anything = random_pool(seed, 8, 10)
    assignment = planned(anything)

    for one in helping(anything):
        if one.side == "offer":
            continue
        then = anything
        for row in one.rows.tolist():
            then = changed(then, row, [asked_of(one, anything, row)])
        assert planned(then).matched == assignment.matched + one.matched


def test_change_of_many_puts_the_one_first_that_helps_most():
    # Two could come on Tuesday, one on Friday; all three would find a place.
    asked = requests(3, moments=MONDAY_MORNING, moments_known=True, kinds=[1, 1, 2])
    given = offers(
        3,
        moments=[TUESDAY_MORNING, TUESDAY_MORNING, FRIDAY_EVENING],
        moments_known=True,
        kinds=[1, 1, 2],
    )

    found = helping(pool(asked, given))

    assert told(found) == [
        ("moments", "request", {"moment": TUESDAY_MORNING}, [0, 1], 2),
        ("moments", "request", {"moment": FRIDAY_EVENING}, [2], 1),
    ]


def test_change_of_many_counts_each_place_once():
    asked = requests(3, moments=MONDAY_MORNING, moments_known=True)
    given = offers(1, moments=TUESDAY_MORNING, moments_known=True)

    found = helping(pool(asked, given))

    assert told(found) == [
        ("moments", "request", {"moment": TUESDAY_MORNING}, [0, 1, 2], 1)
    ]


def test_change_of_many_takes_the_smaller_step_where_that_is_enough():
    asked = requests(2, x_m=0, y_m=0, max_distance_m=5_000)
    given = offers(3, x_m=[5_500, 6_500, 9_000], y_m=0)

    found = helping(pool(asked, given))

    assert told(found) == [
        ("distance", "request", {"more_m": 2_000}, [0, 1], 2),
        ("distance", "request", {"more_m": 5_000}, [0, 1], 2),
        ("distance", "request", {"more_m": 1_000}, [0, 1], 1),
    ]


def test_change_of_many_puts_places_with_one_reason_together():
    asked = requests(3)
    given = offers(3, places_free=0)

    found = helping(pool(asked, given), groups=np.array([7, 7, 9]))

    assert told(found) == [
        ("load", "offer", {"group": 7}, [0, 1, 2], 2),
        ("load", "offer", {"group": 9}, [0, 1, 2], 1),
    ]


def test_change_of_many_of_nobody():
    assert helping(pool(requests(1), offers(1))) == ()
    assert helping(pool(requests(0), offers(0))) == ()

"""Every unlock keeps its word: what it opens, what it is worth, what it never asks."""

import numpy as np
import pytest

from families.moments import both_weeks
from families.vocabulary import SupportKind
from matching.core.assign import solve
from matching.core.candidates import candidates
from matching.core.criteria import CRITERIA
from matching.core.plan import plan
from matching.core.rank import rank_offers
from matching.core.rules import DEFAULT_RULES, Weights
from matching.core.score import scores
from matching.core.solver.gain import gain_of_edges
from matching.core.solver.problem import UNMATCHED, Problem
from matching.core.unlock import places_if_open, unlocks
from matching.core.unlock_all import solve_with
from matching.core.unlocking.barriers import Barriers
from matching.core.unlocking.ways_out import WaysOut
from matching.tests.pools import offers, pool, random_pool, requests, take
from matching.tests.unlocking import changed, planned, with_pairs

WEIGHTS = Weights.from_rules(DEFAULT_RULES)
PROTECTED = ("home", "screening", "custody", "history")
SEEDS = range(40)

MONDAY_MORNING, TUESDAY_MORNING = both_weeks(0, 0), both_weeks(1, 0)
FRIDAY_EVENING = both_weeks(4, 2)
PLAY, MEAL = 1 << SupportKind.PLAY, 1 << SupportKind.MEAL


def unlocked(seed, n=6, m=12, *, with_plan=True):
    """Every unlock of a random pool, with the pool, the row and the plan."""
    anything = random_pool(seed, n, m)
    barriers = Barriers(anything)
    ways_out = WaysOut(planned(anything)) if with_plan else None
    for row in range(n):
        for one in unlocks(barriers, row, WEIGHTS, ways_out):
            yield anything, row, ways_out, one


@pytest.mark.parametrize("seed", SEEDS)
def test_unlock_opens_the_offers_it_says(seed):
    for anything, row, _plan, one in unlocked(seed):
        before = rank_offers(anything, row, WEIGHTS)
        after = rank_offers(changed(anything, row, one.changes), row, WEIGHTS)

        score = dict(zip(after.cols.tolist(), after.score.tolist(), strict=True))
        assert not set(one.cols.tolist()) & set(before.cols.tolist())
        assert one.cols.size > 0
        assert one.score.tolist() == [score[col] for col in one.cols.tolist()]


@pytest.mark.parametrize("seed", SEEDS)
def test_unlock_never_asks_for_what_protects(seed):
    codes = [criterion.code for criterion in CRITERIA]
    for anything, row, _plan, one in unlocked(seed, with_plan=False):
        r = np.full(one.cols.size, row)
        for code in PROTECTED:
            judge = CRITERIA[codes.index(code)].judge
            assert not judge(anything, r, one.cols, WEIGHTS).veto.any()
        assert not {change.code for change in one.changes} & set(PROTECTED)


@pytest.mark.parametrize("seed", SEEDS)
def test_unlock_is_worth_what_a_new_plan_says(seed):
    for _pool, row, ways_out, one in unlocked(seed):
        now = ways_out.assignment
        then = with_pairs(now, row, one.cols, one.score)

        assert one.rise == then.objective - now.objective > 0
        if now.column[row] == UNMATCHED:
            assert (one.gain == "match") == (then.matched == now.matched + 1)
        else:
            assert one.gain == "better"


@pytest.mark.parametrize("seed", SEEDS)
def test_unlock_tells_a_match_from_a_swap_in_a_plan_in_which_some_go_first(seed):
    anything = random_pool(seed, 6, 12)
    found = candidates(anything)
    made = plan(
        found.indptr,
        found.indices,
        scores(anything, found, WEIGHTS),
        places_if_open(anything),
        first=np.arange(6) < 3,
    )

    for row in range(6):
        for one in unlocks(Barriers(anything), row, WEIGHTS, WaysOut(made.assignment)):
            rows = np.full(one.cols.size, row)
            then = solve_with(made.assignment, rows, one.cols, one.score)
            if one.gain == "match":
                assert then.matched == made.reached.matched + 1
            elif made.column[row] == UNMATCHED:
                assert then.matched == made.reached.matched


@pytest.mark.parametrize("seed", SEEDS)
def test_unlock_does_not_depend_on_the_order_of_the_offers(seed):
    anything = random_pool(seed, 3, 10)
    order = np.random.default_rng(seed).permutation(10)
    place_of = np.argsort(order)
    shuffled = pool(
        anything.requests,
        take(anything.offers, order),
        may_meet=anything.may_meet,
        excluded=[(row, place_of[col]) for row, col in anything.excluded],
    )

    def told(some, row):
        key = some.offers.key
        return [
            (
                [(change.code, change.side, change.params) for change in one.changes],
                key[one.cols].tolist(),
                one.score.tolist(),
            )
            for one in unlocks(Barriers(some), row, WEIGHTS)
        ]

    for row in range(3):
        assert told(shuffled, row) == told(anything, row)


def test_unlock_of_a_refused_custody_is_nothing():
    asked = requests(1, custody=2, moments=MONDAY_MORNING, moments_known=True)
    given = offers(1, moments=TUESDAY_MORNING, moments_known=True)

    assert unlocks(Barriers(pool(asked, given)), 0, WEIGHTS) == ()


def test_unlock_goes_as_far_as_it_must():
    # 6.2 and 6.9 km away; 12 km is too far to ask of who named 5.
    asked = requests(1, x_m=0, y_m=0, max_distance_m=5_000)
    given = offers(4, x_m=[6_200, 6_900, 9_400, 12_000], y_m=0)

    first, second = unlocks(Barriers(pool(asked, given)), 0, WEIGHTS)

    assert [dict(one.changes[0].params) for one in (first, second)] == [
        {"from_m": 5_000, "to_m": 7_000},
        {"from_m": 5_000, "to_m": 10_000},
    ]
    assert [sorted(one.cols.tolist()) for one in (first, second)] == [[0, 1], [0, 1, 2]]
    assert [one.effort for one in (first, second)] == [40, 100]


def test_unlock_names_the_daypart_that_opens_most():
    asked = requests(1, moments=MONDAY_MORNING, moments_known=True)
    given = offers(
        4,
        moments=[
            FRIDAY_EVENING,
            TUESDAY_MORNING,
            TUESDAY_MORNING | FRIDAY_EVENING,
            TUESDAY_MORNING,
        ],
        moments_known=True,
    )

    found = unlocks(Barriers(pool(asked, given)), 0, WEIGHTS)

    of_request = [one for one in found if one.changes[0].side == "request"]
    assert [
        (one.changes[0].params["moment"], one.cols.tolist()) for one in of_request
    ] == [(TUESDAY_MORNING, [1, 2, 3]), (FRIDAY_EVENING, [0, 2])]


def test_unlock_lets_children_come_apart_where_nobody_takes_them_all():
    asked = requests(1, n_children=4)
    given = offers(3, children_at_once=[2, 1, 2])

    found = unlocks(Barriers(pool(asked, given)), 0, WEIGHTS)

    assert [
        (one.changes[0].side, dict(one.changes[0].params), one.cols.tolist())
        for one in found
    ] == [
        ("request", {"from": 4, "to": 2}, [0, 2]),
        ("request", {"from": 4, "to": 1}, [0, 1, 2]),
    ]


def test_who_only_sleeps_over_is_asked_about_nights():
    sleeping_over = 1 << SupportKind.SLEEPOVER
    saturday = both_weeks(5, 0) | both_weeks(5, 3)
    asked = requests(
        1, moments=both_weeks(4, 3), moments_known=True, kinds=sleeping_over
    )
    given = offers(1, moments=saturday, moments_known=True, kinds=sleeping_over | PLAY)

    taken = np.array([both_weeks(4, 3)])
    found = unlocks(Barriers(pool(asked, given), taken=taken), 0, WEIGHTS)

    changes = [(one.changes[0].side, one.changes[0].params) for one in found]
    assert changes == [("request", {"moment": both_weeks(5, 3)})]


def test_days_are_not_asked_of_who_only_sleeps_over():
    sleeping_over = 1 << SupportKind.SLEEPOVER
    asked = requests(
        1, moments=both_weeks(4, 3), moments_known=True, kinds=sleeping_over
    )
    given = offers(1, moments=both_weeks(5, 0), moments_known=True, kinds=sleeping_over)

    found = unlocks(Barriers(pool(asked, given)), 0, WEIGHTS)

    changes = [(one.changes[0].side, one.changes[0].params) for one in found]
    assert changes == [("offer", {"moment": both_weeks(4, 3)})]


def test_unlock_does_not_ask_for_moments_that_a_pairing_uses():
    asked = requests(1, moments=MONDAY_MORNING, moments_known=True)
    given = offers(1, moments=TUESDAY_MORNING, moments_known=True)
    taken = np.array([MONDAY_MORNING])

    found = unlocks(Barriers(pool(asked, given), taken=taken), 0, WEIGHTS)

    assert [one.changes[0].side for one in found] == ["request"]


def test_unlock_of_two_changes_where_one_is_not_enough():
    asked = requests(
        1, moments=MONDAY_MORNING, moments_known=True, kinds=PLAY, x_m=0, y_m=0
    )
    given = offers(1, moments=TUESDAY_MORNING, moments_known=True, kinds=MEAL)

    found = unlocks(Barriers(pool(asked, given)), 0, WEIGHTS, n=2)

    assert [[change.code for change in one.changes] for one in found] == [
        ["moments", "kinds"],
        ["moments", "kinds"],
    ]


def test_unlock_of_two_changes_is_not_shown_where_one_is_enough():
    asked = requests(1, moments=MONDAY_MORNING, moments_known=True, kinds=PLAY)
    given = offers(2, moments=TUESDAY_MORNING, moments_known=True, kinds=[MEAL, PLAY])

    found = unlocks(Barriers(pool(asked, given)), 0, WEIGHTS)

    assert {len(one.changes) for one in found} == {1}


def test_unlock_of_who_has_a_strong_offer_is_nothing():
    asked = requests(2, moments=MONDAY_MORNING, moments_known=True)
    given = offers(
        3, moments=[MONDAY_MORNING] * 2 + [TUESDAY_MORNING], moments_known=True
    )
    strong = Weights.from_rules(DEFAULT_RULES | {"strong_from": 0, "good_from": 0})
    small = pool(asked, given)

    found = unlocks(Barriers(small), 0, strong, WaysOut(planned(small)))

    assert found == ()


def test_unlock_tells_a_place_for_one_more_from_a_place_of_another():
    # One offer, taken by the first request. The second could be near it as well.
    asked = requests(2, x_m=0, y_m=0, max_distance_m=[9_000, 5_000])
    given = offers(2, x_m=[6_000, 7_000], y_m=0, places_free=[1, 0])
    small = pool(asked, given)

    found = unlocks(Barriers(small), 1, WEIGHTS, WaysOut(planned(small)))

    assert [
        ([change.code for change in one.changes], one.cols.tolist(), one.gain)
        for one in found
    ] == [(["distance", "load"], [0, 1], "match")]


@pytest.mark.parametrize("seed", range(200))
def test_ways_out_say_what_a_search_from_each_pair_says(seed):
    rng = np.random.default_rng(seed)
    n, m = rng.integers(1, 9, 2)
    is_pair = rng.random((n, m)) < rng.uniform(0.1, 0.7)
    starts = np.concatenate([[0], np.cumsum(is_pair.sum(axis=1))])
    found = solve(
        Problem(
            indptr=starts,
            indices=np.nonzero(is_pair)[1],
            values=rng.integers(0, rng.choice([3, 100]), starts[-1]),
            places=rng.integers(0, 3, m),
            bonus=int(rng.choice([0, 1_000])),
            weight=rng.integers(1, 3, n),
        )
    )
    ways_out = WaysOut(found)

    for row in range(n):
        cols = np.flatnonzero(~is_pair[row] & (rng.random(m) < 0.5))
        values = rng.integers(0, 100, cols.size)
        expected = gain_of_edges(found, row, cols, values)
        assert ways_out.gain(row, cols, values).rise == expected


def test_ways_out_refuse_prices_that_a_float_rounds():
    pair = np.array([0, 1, 2])
    dear = Problem(
        indptr=pair,
        indices=np.array([0, 0]),
        values=np.array([2**55, 2**54]),
        places=np.array([1]),
        bonus=0,
        weight=np.ones(2, np.int64),
    )

    with pytest.raises(ValueError, match="does not fit a float"):
        WaysOut(solve(dear))


def test_ways_out_of_nobody():
    nothing = np.zeros(0, np.int64)
    empty = Problem(np.zeros(1, np.int64), nothing, nothing, nothing, 1, nothing)

    assert WaysOut(solve(empty)).assignment.matched == 0


def test_unlock_where_no_municipality_is_known():
    asked = requests(1, moments=MONDAY_MORNING, moments_known=True)
    given = offers(1, moments=TUESDAY_MORNING, moments_known=True)
    nowhere = pool(asked, given, may_meet=np.zeros((0, 0)))

    assert len(unlocks(Barriers(nowhere), 0, WEIGHTS)) == 2

from dataclasses import replace

import numpy as np
import pytest

from matching.core.assign import assign, proved
from matching.core.solver.largest import largest_near, parts_of
from matching.core.solver.problem import Problem
from matching.core.solver.square import fits_square, is_crowded, solve_square
from matching.tests.problems import best_by_force, large, of_rows, rows_of, small


def squared(posed):
    """The assignment by way of the square problem."""
    problem = posed_with_bonus(posed)
    assert fits_square(problem)
    return proved(problem, solve_square(problem))


def posed_with_bonus(posed):
    weight = np.ones(posed.indptr.size - 1, np.int64)
    bonus = weight.size * int(posed.values.max(initial=0)) + 1
    return Problem(*posed, bonus=bonus, weight=weight)


def in_three_parts(seed):
    """Too many rows for columns 0-9, too few for 30-49, just enough for 10-29.

    The last two kinds of rows would rather have columns that run short.
    """
    rng = np.random.default_rng(seed)
    short = [
        {int(c): worth(rng) for c in rng.choice(10, 5, replace=False)}
        for _ in range(40)
    ]
    even = [{c: worth(rng), c % 10: 9_999} for c in range(10, 30)]
    for row in even[10:]:
        row[int(rng.integers(10, 20))] = 9_999
    roomy = [
        {int(c): worth(rng) for c in [*rng.choice(range(30, 50), 4), 5, 15]}
        for _ in range(15)
    ]
    places = np.where(np.arange(50) < 10, 3, 1)
    return of_rows([*short, *even, *roomy, {}], places)


def worth(rng):
    return int(rng.integers(0, 10_000))


def test_square_problems_agree_with_scipy():
    tried = 0
    for seed in range(400):
        posed = small(seed)
        if not (posed.places[posed.indices] > 0).any():
            continue
        tried += 1

        found = squared(posed)

        found.verify()
        assert found.objective == best_by_force(posed, found.bonus)
    assert tried > 250


@pytest.mark.parametrize("seed", range(5))
def test_each_part_has_prices_of_its_own(seed):
    posed = in_three_parts(seed)
    problem = replace(posed_with_bonus(posed), bonus=0)
    rows = np.repeat(np.arange(problem.n_rows), np.diff(problem.indptr))
    column = largest_near(problem, rows, np.ones_like(rows, np.bool_))
    parts = parts_of(problem, column)

    found = squared(posed)

    even_rows = ~parts.rows_without & ~parts.rows_with_room
    even_columns = ~parts.columns_without & ~parts.columns_with_room
    assert np.flatnonzero(even_rows).tolist() == list(range(40, 60))
    assert np.flatnonzero(even_columns).tolist() == list(range(10, 30))
    found.verify()
    assert found.objective == best_by_force(posed, found.bonus)


@pytest.mark.parametrize(
    ("n", "m", "degree", "places"),
    [
        (400, 300, 60, (0, 0.67, 0.33)),  # dense, places as many as rows
        (400, 200, 30, (0, 1)),  # places run short
        (200, 400, 30, (0.2, 0.8)),
        (300, 60, 20, (0.3, 0, 0, 0, 0, 0, 0, 0.7)),  # many places each
    ],
)
def test_large_square_problems_agree_with_scipy(n, m, degree, places):
    posed = large(7, n, m, degree, places)

    found = squared(posed)

    found.verify()
    assert found.objective == best_by_force(posed, found.bonus)


@pytest.mark.parametrize(
    ("rows", "places", "matched"),
    [
        ([{}, {0: 3}, {}], [1], 1),
        ([{0: 3}] * 4, [10**9], 4),
        ([{0: 1}] * 4, [3], 3),
        ([{0: 9, 1: 4}, {0: 7}], [1, 0], 1),
        ([dict.fromkeys(range(30), 5)] * 20, [1] * 30, 20),
        ([dict.fromkeys(range(30), 0)] * 40, [1] * 30, 30),
    ],
)
def test_edges_of_square_problems(rows, places, matched):
    found = squared(of_rows(rows, places))

    found.verify()
    assert found.matched == matched


def test_a_crowded_pool_is_proved():
    posed = large(5, 1_200, 800, 120, (0, 0.5, 0.5))

    found = assign(*posed)

    assert is_crowded(found.problem)
    found.verify()
    assert assign(*posed).column.tolist() == found.column.tolist()


def test_pools_with_room_or_few_pairs_are_not_crowded():
    roomy = posed_with_bonus(large(5, 1_200, 800, 120, (0, 0, 1)))
    sparse = posed_with_bonus(large(5, 1_200, 800, 20, (0, 0.5, 0.5)))

    assert (is_crowded(roomy), is_crowded(sparse)) == (False, False)


def test_crowded_rows_before_closed_columns_stay_unmatched():
    rows = [dict.fromkeys(range(1_100), 5)] * 100

    found = assign(*of_rows(rows, [0] * 1_100))

    assert is_crowded(found.problem)
    found.verify()
    assert found.matched == 0


@pytest.mark.parametrize(
    "changed",
    [
        {"bonus": 0},
        {"weight": np.array([1, 2, 1])},
        {"values": np.full(4, 2**51)},
    ],
)
def test_other_problems_do_not_fit(changed):
    posed = of_rows([{0: 9, 1: 4}, {0: 7}, {1: 1}], [1, 1])
    problem = posed_with_bonus(posed)

    assert fits_square(problem)
    assert not fits_square(replace(problem, **changed))


def test_a_bonus_that_is_not_worth_a_match_is_left_to_others():
    # Both matched bring 3, row 0 alone brings 9.
    posed = of_rows([{0: 9, 1: 0}, {0: 3}], [1, 1])
    problem = posed_with_bonus(posed)

    assert solve_square(replace(problem, bonus=5)) is None
    assert proved(problem, solve_square(replace(problem, bonus=6))).total == 3


def test_too_many_who_go_without_are_left_to_others():
    problem = posed_with_bonus(of_rows([{0: 3}] * 400, [2]))

    assert solve_square(problem) is None


def test_the_order_of_rows_changes_neither_total_nor_number():
    for seed in range(40):
        posed = in_three_parts(seed)
        turned = of_rows(rows_of(posed)[::-1], posed.places)

        found, other = squared(posed), squared(turned)

        assert (found.total, found.matched) == (other.total, other.matched)

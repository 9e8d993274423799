from itertools import product

import numpy as np
import pytest

from matching.core.assign import gain_of_edge
from matching.core.plan import PinsImpossible, cost_of_pin, cost_of_row, plan
from matching.tests.problems import large, of_rows, rows_of

NEVER_ONE_SUM = 0


def random_pool(seed):
    """A pool of up to 5 x 4 with pins and pairs apart, as far as they are possible."""
    rng = np.random.default_rng(seed)
    n, m = int(rng.integers(0, 6)), int(rng.integers(1, 5))
    rows = [
        {
            j: int(rng.choice([0, 1, 5, 5, 9_999]))
            for j in range(m)
            if rng.random() < 0.6
        }
        for _ in range(n)
    ]
    posed = of_rows(rows, rng.integers(0, rng.choice([2, 4]), m))
    pairs = [(i, j) for i, row in enumerate(rows) for j in row]
    rng.shuffle(pairs)
    pinned = [tuple(map(int, pair)) for pair in pairs[: rng.integers(0, 3)]]
    apart = [tuple(map(int, pair)) for pair in pairs[2 : rng.integers(2, 5)]]
    return posed, rng.random(n) < 0.4, pinned, apart


def best_by_force(posed, first, pinned, apart):
    """The most that any choice reaches; None if the pins cannot be kept."""
    rows, reached = rows_of(posed), []
    for choice in product(*[[-1, *row] for row in rows]):
        taken = np.bincount(np.array(choice, int) + 1, minlength=posed.places.size + 1)
        if (
            (taken[1:] <= posed.places).all()
            and all(choice[i] == j for i, j in pinned)
            and all(choice[i] != j for i, j in apart)
        ):
            chosen = [(i, j) for i, j in enumerate(choice) if j >= 0]
            score = sum(rows[i][j] for i, j in chosen)
            reached.append((len(chosen), sum(bool(first[i]) for i, _ in chosen), score))
    return max(reached, default=None)


def test_plan_equals_the_best_of_every_choice():
    impossible = 0
    for seed in range(500):
        posed, first, pinned, apart = random_pool(seed)
        best = best_by_force(posed, first, pinned, apart)
        wishes = {"first": first, "pinned": pinned, "apart": apart}

        if best is None:
            impossible += 1
            with pytest.raises(PinsImpossible):
                plan(*posed, **wishes)
            continue
        made = plan(*posed, **wishes)
        in_levels = plan(*posed, **wishes, limit=NEVER_ONE_SUM)

        made.assignment.verify()
        in_levels.assignment.verify()
        assert made.reached == best == in_levels.reached
        assert made.reached_best_first <= best
        assert all(made.column[i] == j for i, j in pinned)
        assert all(made.best_first[i] == j for i, j in pinned)
        assert not any(made.column[i] == j for i, j in apart)
        assert not any(made.best_first[i] == j for i, j in apart)
    assert impossible == 158


def test_cost_of_a_pin_equals_the_best_of_every_choice():
    for seed in range(120):
        posed, first, pinned, apart = random_pool(seed)
        best = best_by_force(posed, first, pinned, apart)
        if best is None:
            continue
        made = plan(*posed, first=first, pinned=pinned, apart=apart)

        for pin in pinned:
            others = [other for other in pinned if other != pin]
            without = best_by_force(posed, first, others, apart)
            expected = tuple(a - b for a, b in zip(without, best, strict=True))
            assert cost_of_pin(made, pin[0]) == expected


def test_both_ways_to_order_the_aims_agree_on_a_large_pool():
    posed = large(4, 500, 350, 25)
    first = np.random.default_rng(1).random(500) < 0.2

    made = plan(*posed, first=first)
    in_levels = plan(*posed, first=first, limit=NEVER_ONE_SUM)

    made.assignment.verify()
    in_levels.assignment.verify()
    assert made.reached == in_levels.reached
    assert made.reached_best_first < made.reached


def test_aims_that_do_not_fit_one_sum_are_reached_one_after_another():
    scores = 2**55
    posed = of_rows([{0: scores, 1: scores}, {0: 1}, {1: scores}, {2: 3}], [1, 1, 1])

    made = plan(*posed, first=[False, True, False, False])

    made.assignment.verify()
    assert made.column.tolist() in ([-1, 0, 1, 2], [1, 0, -1, 2])
    assert made.reached == (3, 1, scores + 4)


def test_plan_serves_more_than_best_first():
    # The best pair takes the only family that row 1 could go to.
    posed = of_rows([{0: 9_000, 1: 8_000}, {0: 7_000}], [1, 1])

    made = plan(*posed, first=[False, False])

    assert made.column.tolist() == [1, 0]
    assert made.best_first.tolist() == [0, -1]
    assert (made.reached, made.reached_best_first) == ((2, 0, 15_000), (1, 0, 9_000))


def test_whoever_goes_first_comes_before_a_higher_score():
    posed = of_rows([{0: 9_000}, {0: 10}], [1])

    made = plan(*posed, first=[False, True])

    assert made.column.tolist() == [-1, 0]
    assert made.reached == (1, 1, 10)


def test_best_first_breaks_ties_by_turn():
    posed = of_rows([{0: 500}, {0: 500}, {0: 499}], [1])

    by_row = plan(*posed, first=[False] * 3)
    by_turn = plan(*posed, first=[False] * 3, turn=[1, 0, 2])

    assert by_row.best_first.tolist() == [0, -1, -1]
    assert by_turn.best_first.tolist() == [-1, 0, -1]


def test_best_first_takes_the_best_pair_left_in_a_large_pool():
    posed = large(6, 600, 500, 40)
    left, expected = posed.places.tolist(), [-1] * 600
    pairs = [(-x, i, j) for i, row in enumerate(rows_of(posed)) for j, x in row.items()]
    for _, row, column in sorted(pairs):
        if expected[row] < 0 and left[column]:
            expected[row] = column
            left[column] -= 1

    made = plan(*posed, first=np.zeros(600, bool))

    assert made.best_first.tolist() == expected


def test_cost_of_a_row_is_what_it_could_have_had():
    posed = of_rows([{0: 9, 1: 8, 2: 99}, {0: 7}, {}, {0: 5}], [1, 1, 0])

    made = plan(*posed, first=[False] * 4)

    assert cost_of_row(made, 0) == (0, 9, 1, 8)
    assert cost_of_row(made, 1) == (0, 7, 0, 7)
    assert cost_of_row(made, 2) == (-1, 0, -1, 0)
    assert cost_of_row(made, 3) == (0, 5, -1, 0)


def test_a_pin_that_costs_a_match():
    posed = of_rows([{0: 9, 1: 8}, {0: 7}], [1, 1])

    made = plan(*posed, first=[False, False], pinned=[(0, 0)])

    assert made.column.tolist() == [0, -1]
    assert cost_of_pin(made, 0) == (1, 0, 6)
    with pytest.raises(KeyError):
        cost_of_pin(made, 1)


def test_a_gain_tells_whether_one_row_more_is_matched():
    rows, first = [{0: 9}, {0: 7}, {1: 5}], [True, False, False]
    full = plan(*of_rows(rows, [1, 1]), first=first).assignment
    roomy = plan(*of_rows(rows, [1, 2]), first=first).assignment

    # Row 1 can only come in for row 2, unless there is room.
    assert gain_of_edge(full, 1, 8, row=1) == 3
    assert gain_of_edge(roomy, 1, 8, row=1) == roomy.bonus_of(1) + 8
    assert gain_of_edge(roomy, 1, 4, row=0) == roomy.bonus_of(1) + 4 + 7 - 9


@pytest.mark.parametrize(
    ("pinned", "apart", "fault", "named"),
    [
        ([(0, 2)], [], "no_candidate", {(0, 2)}),
        ([(0, 0), (1, 0)], [], "places", {(0, 0), (1, 0)}),
        ([(0, 0), (0, 1)], [], "row_twice", {(0, 0), (0, 1)}),
        ([(0, 1), (1, 0)], [(1, 0)], "apart", {(1, 0)}),
        ([(2, 3)], [], "places", {(2, 3)}),
    ],
)
def test_pins_that_cannot_be_kept_are_named(pinned, apart, fault, named):
    posed = of_rows([{0: 9, 1: 8}, {0: 7}, {3: 5}], [1, 1, 1, 0])

    with pytest.raises(PinsImpossible) as raised:
        plan(*posed, first=[False] * 3, pinned=pinned, apart=apart)

    assert (raised.value.fault, set(raised.value.pins)) == (fault, named)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"first": [True]}, "first: expected 2 rows"),
        ({"turn": [1, 2, 3]}, "turn: expected 2 rows"),
        ({"pinned": [(2, 0)]}, "pinned: not within 2 rows and 1 columns"),
        ({"apart": [(0, -1)]}, "apart: not within 2 rows and 1 columns"),
    ],
)
def test_plan_refuses_in_words(changed, message):
    posed = of_rows([{0: 1}, {0: 2}], [1])

    with pytest.raises(ValueError, match=f"^{message}"):
        plan(*posed, **{"first": [False, False]} | changed)


def test_order_of_rows_does_not_change_what_is_reached():
    rng = np.random.default_rng(12)
    for seed in range(60):
        posed, first, pinned, apart = random_pool(seed)
        try:
            made = plan(*posed, first=first, pinned=pinned, apart=apart)
        except PinsImpossible:
            continue
        order = rng.permutation(first.size)
        place_of = np.argsort(order)
        rows = rows_of(posed)

        other = plan(
            *of_rows([rows[row] for row in order], posed.places),
            first=first[order],
            pinned=[(place_of[i], j) for i, j in pinned],
            apart=[(place_of[i], j) for i, j in apart],
        )

        assert other.reached == made.reached


def test_an_empty_pool_has_an_empty_plan():
    made = plan([0], [], [], [], first=[])

    assert (made.column.size, made.best_first.size) == (0, 0)
    assert made.reached == (0, 0, 0)

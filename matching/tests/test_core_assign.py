from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.core.assign import (
    NotOptimal,
    assign,
    gain_of_edge,
    gain_of_edges,
    gain_of_place,
    solve,
)
from matching.core.solver.ranked import WORD
from matching.tests.problems import (
    Posed,
    best_by_force,
    large,
    of_rows,
    rows_of,
    small,
)

PREFER = ["number", "score"]
AT_ONCE_TO_SCIPY = -(10**9)


def every_choice(posed):
    rows = rows_of(posed)
    for choice in product(*[[-1, *row] for row in rows]):
        taken = np.bincount(np.array(choice, int) + 1, minlength=posed.places.size + 1)
        if (taken[1:] <= posed.places).all():
            chosen = [row[c] for row, c in zip(rows, choice, strict=True) if c >= 0]
            yield len(chosen), sum(chosen)


def permuted(posed, rng):
    """The same problem, with rows and columns in another order."""
    n, m = posed.indptr.size - 1, posed.places.size
    order, renamed = rng.permutation(n), rng.permutation(m)
    rows = rows_of(posed)
    shuffled = [{int(renamed[c]): x for c, x in rows[row].items()} for row in order]
    return of_rows(shuffled, posed.places[np.argsort(renamed)])


def test_assign_works_out_by_hand():
    # Row 0 would rather have column 0, but then row 1 goes without.
    posed = of_rows([{0: 9, 1: 4}, {0: 7}], [1, 1])

    number = assign(*posed)
    score = assign(*posed, prefer="score")

    assert number.column.tolist() == [1, 0] == score.column.tolist()
    assert (number.total, number.matched) == (11, 2)


def test_prefer_score_lets_a_row_go_for_a_higher_total():
    posed = of_rows([{0: 9, 1: 1}, {0: 7}], [1, 1])

    number = assign(*posed)
    score = assign(*of_rows([{0: 9}, {0: 7}], [1, 1]), prefer="score")

    assert (number.total, number.matched) == (8, 2)
    assert (score.total, score.matched) == (9, 1)


@pytest.mark.parametrize("seed", range(150))
def test_assign_is_best_of_every_choice(seed):
    posed = small(seed)
    if posed.indptr.size > 6:
        posed = of_rows(rows_of(posed)[:5], posed.places)
    choices = list(every_choice(posed))

    number, score = assign(*posed), assign(*posed, prefer="score")

    assert (number.matched, number.total) == max(choices)
    assert score.total == max(total for _, total in choices)


@pytest.mark.parametrize("prefer", PREFER)
def test_assign_and_its_prices_agree_with_scipy(prefer):
    for seed in range(500):
        posed = small(seed)

        found = assign(*posed, prefer=prefer)

        found.verify()
        assert found.objective == best_by_force(posed, found.bonus)


@pytest.mark.parametrize("prefer", PREFER)
def test_the_way_out_gives_what_the_search_gives(prefer):
    for seed in range(120):
        found = assign(*small(seed), prefer=prefer)

        other = solve(found.problem, patience=AT_ONCE_TO_SCIPY)

        other.verify()
        assert other.objective == found.objective


@pytest.mark.parametrize("prefer", PREFER)
@pytest.mark.parametrize(
    ("n", "m", "degree", "places"),
    [
        (400, 400, 8, (0.1, 0.6, 0.3)),  # as in the country
        (400, 300, 60, (0, 0.67, 0.33)),  # dense, places as many as rows
        (400, 200, 30, (0, 1)),  # places run short
        (200, 400, 30, (0, 1)),
    ],
)
def test_large_problems_agree_with_scipy_both_ways(n, m, degree, places, prefer):
    posed = large(7, n, m, degree, places)

    found = assign(*posed, prefer=prefer)
    dense = solve(found.problem, patience=AT_ONCE_TO_SCIPY)

    best = best_by_force(posed, found.bonus)
    found.verify()
    dense.verify()
    assert (found.objective, dense.objective) == (best, best)


@given(
    rows=st.lists(st.dictionaries(st.integers(0, 4), st.integers(0, 5)), max_size=6),
    places=st.lists(st.integers(0, 3), min_size=5, max_size=5),
    prefer=st.sampled_from(PREFER),
)
@settings(max_examples=100, deadline=None)
def test_every_assignment_is_proved_by_its_prices(rows, places, prefer):
    found = assign(*of_rows(rows, places), prefer=prefer)

    found.verify()


def test_order_of_rows_and_columns_changes_neither_total_nor_number():
    rng = np.random.default_rng(3)
    for seed in range(60):
        posed = small(seed)
        mixed = permuted(posed, rng)

        found, other = assign(*posed), assign(*mixed)
        score, other_score = (assign(*p, prefer="score") for p in (posed, mixed))

        assert (other.total, other.matched) == (found.total, found.matched)
        assert other_score.total == score.total


def test_same_arrays_give_the_same_assignment():
    posed = large(3, 300, 300, 12)

    first, second = assign(*posed), assign(*posed)

    assert first.column.tolist() == second.column.tolist()
    assert first.column_price.tolist() == second.column_price.tolist()


@pytest.mark.parametrize("prefer", PREFER)
@pytest.mark.parametrize(
    ("rows", "places", "matched"),
    [
        ([], [], 0),
        ([], [2], 0),
        ([{}, {}], [], 0),
        ([{}, {0: 3}], [1], 1),
        ([{0: 3}], [0], 0),
        ([{0: 3}] * 4, [10**17], 4),
        ([{0: 1}] * 4, [3], 3),
    ],
)
def test_ordinary_edges(rows, places, matched, prefer):
    found = assign(*of_rows(rows, places), prefer=prefer)

    found.verify()
    assert found.matched == matched


def test_pairs_of_no_value_count_for_the_number_only():
    posed = of_rows([{0: 0}, {1: 0}], [1, 1])

    assert assign(*posed).matched == 2
    assert assign(*posed, prefer="score").total == 0


@pytest.mark.parametrize("prefer", PREFER)
@pytest.mark.parametrize("n_places", [999, 1_000, 1_001])
def test_all_values_equal(n_places, prefer):
    n, m = 1_000, 100
    rows = [dict.fromkeys(range(i % 90, i % 90 + 10), 5) for i in range(n)]
    places = np.full(m, n_places // m)
    places[0] += n_places - places.sum()

    found = assign(*of_rows(rows, places), prefer=prefer)

    found.verify()


def test_one_family_that_everybody_likes_best():
    rng = np.random.default_rng(5)
    rows = [{0: 10_000, i + 1: int(rng.integers(0, 100))} for i in range(4_000)]

    found = assign(*of_rows(rows, [7, *[1] * 4_000]))

    found.verify()
    assert (found.matched, int((found.column == 0).sum())) == (4_000, 7)


@pytest.mark.parametrize("prefer", PREFER)
def test_a_path_of_ten_thousand_rows(prefer):
    # Row i has column i; the last one takes column 0 and everybody moves on by one.
    n = 10_000
    rows = [{i: 30_000, i + 1: 29_999} for i in range(n)]
    rows.append({0: 30_000})

    found = assign(*of_rows(rows, [1] * (n + 1)), prefer=prefer)

    found.verify()
    assert found.matched == n + 1
    assert found.column[:n].tolist() == list(range(1, n + 1))


def test_more_rows_than_places_by_far():
    rng = np.random.default_rng(11)
    rows = [{j: int(rng.integers(1, 10_000)) for j in range(5)} for _ in range(2_000)]

    found = assign(*of_rows(rows, [3, 2, 1, 0, 4]))

    found.verify()
    assert found.matched == 10


def test_values_near_the_end_of_int64():
    highest = (2**62 - 1) // 4
    posed = of_rows([{0: highest, 1: highest - 1}, {0: highest - 3}], [1, 1])

    found = assign(*posed, prefer="score")

    found.verify()
    assert found.total == 2 * highest - 4
    with pytest.raises(ValueError, match=r"^values: so high"):
        assign(*posed)
    with pytest.raises(ValueError, match=r"^values: so high"):
        assign(*posed._replace(values=posed.values + 2), prefer="score")


def test_ranking_without_room_to_pack_gives_the_same():
    # Values of 61 bits leave no room for rows and columns in one word.
    posed = large(9, 60, 60, 20)
    scale = 2**36

    plain = assign(*posed, prefer="score")
    scaled = assign(*posed._replace(values=posed.values * scale), prefer="score")

    assert (10_000 * scale).bit_length() + 2 * (60).bit_length() > WORD - 3
    assert scaled.total == plain.total * scale


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"indptr": [0, 2]}, "indptr: expected to run from 0 to 3"),
        ({"indptr": []}, "indptr: expected to run from 0 to 3"),
        ({"indptr": [1, 2, 3]}, "indptr: expected to run from 0 to 3"),
        ({"indptr": [0, 4, 3]}, "indptr: goes down"),
        ({"indptr": [0.0, 2.0, 3.0]}, "indptr: expected integers of 64 bits"),
        ({"indices": [1, 0, 1]}, "indices: not ascending"),
        ({"indices": [0, 0, 1]}, "indices: not ascending"),
        ({"indices": [0, 2, 1]}, "indices: not from 0 to 1"),
        ({"indices": [-1, 1, 1]}, "indices: not from 0 to 1"),
        ({"indices": [[0, 1, 1]]}, "indices: expected one dimension"),
        ({"values": [1, 2]}, "values: 2 for 3 indices"),
        ({"values": [1, -2, 3]}, "values: below 0"),
        ({"values": [1.0, 2.0, 3.0]}, "values: expected integers of 64 bits"),
        ({"values": np.array([1, 2, 3], np.uint64)}, "values: expected integers"),
        ({"places": [1, -1]}, "places: below 0"),
        ({"places": []}, "indices: not from 0 to -1"),
    ],
)
def test_assign_refuses_in_words(changed, message):
    posed = Posed([0, 2, 3], [0, 1, 1], [5, 6, 7], [1, 1])._replace(**changed)

    with pytest.raises(ValueError, match=f"^{message}"):
        assign(*posed)


def test_assign_refuses_another_preference():
    with pytest.raises(ValueError, match=r"^prefer: expected number or score"):
        assign([0], [], [], [], prefer="both")


def test_assign_takes_small_integers():
    found = assign(
        np.array([0, 1], np.int32),
        np.array([0], np.uint8),
        np.array([200], np.uint8),
        np.array([1], np.int8),
    )

    assert (found.total, found.objective) == (200, 401)


@pytest.mark.parametrize(
    ("part", "at", "value", "fault"),
    [
        ("row_price", 0, -1, "row_price below 0"),
        ("column_price", 1, -1, "column_price below 0"),
        ("column", 0, 9, "no such column"),
        ("column", 2, 1, "matched to a column it is no pair with"),
        ("column", 1, 0, "more rows than places"),
        ("row_price", 2, 3, "unmatched at a price"),
        ("column_price", 2, 3, "a price where places are left"),
        ("column_price", 0, 0, "a pair worth more than its prices"),
        ("row_price", 0, 10**6, "a chosen pair worth less than its prices"),
    ],
)
def test_verify_says_what_does_not_hold(part, at, value, fault):
    posed = of_rows([{0: 9, 1: 4}, {0: 7, 1: 6}, {0: 1}], [1, 1, 1])
    found = assign(*posed)
    changed = getattr(found, part).copy()
    changed[at] = value

    with pytest.raises(NotOptimal, match=f"^{fault}: first at"):
        replace(found, **{part: changed}).verify()


def test_verify_adds_up():
    found = assign(*of_rows([{0: 9}], [1]))

    with pytest.raises(NotOptimal, match=r"^total and matched do not add up"):
        replace(found, total=10).verify()


@pytest.mark.parametrize("prefer", PREFER)
def test_gains_equal_a_full_solve(prefer):
    rng = np.random.default_rng(8)
    for seed in range(300):
        posed = small(seed)
        found = assign(*posed, prefer=prefer)
        n, m = posed.indptr.size - 1, posed.places.size
        if not n:
            continue
        row, column = int(rng.integers(n)), int(rng.integers(m))
        columns = rng.permutation(m)[: rng.integers(0, m + 1)]
        values = rng.integers(0, posed.values.max(initial=0) + 1, columns.size)
        rows = rows_of(posed)
        for new, value in zip(columns.tolist(), values.tolist(), strict=True):
            rows[row][new] = max(value, rows[row].get(new, 0))
        places = posed.places + (np.arange(m) == column)

        by_edges = gain_of_edges(found, row, columns, values)
        by_place = gain_of_place(found, column)

        more = best_by_force(of_rows(rows, posed.places), found.bonus)
        assert by_edges == more - found.objective
        more = best_by_force(posed._replace(places=places), found.bonus)
        assert by_place == more - found.objective


def test_gains_in_a_large_problem_equal_a_full_solve():
    posed = large(21, 300, 250, 12)
    found = assign(*posed)
    rng = np.random.default_rng(2)
    for row in rng.permutation(300)[:12].tolist():
        column = int(rng.integers(250))
        rows = rows_of(posed)
        rows[row][column] = max(9_000, rows[row].get(column, 0))

        gain = gain_of_edge(found, column, 9_000, row)

        solved = solve(
            replace(assign(*of_rows(rows, posed.places)).problem, bonus=found.bonus)
        )
        assert gain == solved.objective - found.objective


def test_a_gain_of_the_bonus_is_one_row_more():
    found = assign(*of_rows([{0: 9}, {0: 7}], [1, 1]))

    assert gain_of_edge(found, 1, 3, row=1) >= found.bonus_of(1)
    assert gain_of_edge(found, 1, 3, row=0) >= found.bonus_of(1)
    assert gain_of_edge(found, 0, 8, row=1) == 0
    assert gain_of_edge(found, 0, 12, row=1) == 3

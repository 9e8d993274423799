"""The exact assignment of rows to columns with places, sparse, with its proof.

found = assign(indptr, indices, values, places)
found.column, found.total, found.verify()
"""

from dataclasses import replace
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from matching.core.pool import Ints
from matching.core.solver.dense import fits_dense, solve_dense
from matching.core.solver.first_pass import first_pass
from matching.core.solver.gain import gain_of_edge, gain_of_edges, gain_of_place
from matching.core.solver.paths import Search
from matching.core.solver.problem import (
    MOST,
    UNMATCHED,
    Assignment,
    NotOptimal,
    Problem,
    Solution,
    row_of,
)
from matching.core.solver.ranked import ranked
from matching.core.solver.sides import (
    MOST_PAIRS,
    fewer_places_than_rows,
    turn,
    turn_back,
    turned_pairs,
)
from matching.core.solver.square import fits_square, is_crowded, solve_square

__all__ = [
    "UNMATCHED",
    "Assignment",
    "NotOptimal",
    "assign",
    "gain_of_edge",
    "gain_of_edges",
    "gain_of_place",
    "solve",
]

Prefer = Literal["number", "score"]

# Looking at a pair takes about as long as ranking one anew.
ANEW_AFTER = 0.5
PATIENCE = 50
A_FEW = 100_000


def assign(
    indptr: ArrayLike,
    indices: ArrayLike,
    values: ArrayLike,
    places: ArrayLike,
    *,
    prefer: Prefer = "number",
) -> Assignment:
    """The best assignment: each row to one column at most, columns within places.

    Args:
        indptr: (n + 1,) the pairs of row i stand at `indptr[i]` up to `indptr[i + 1]`.
        indices: (k,) their columns, ascending within a row.
        values: (k,) what each pair counts for, at least 0.
        places: (m,) how many rows each column takes, at least 0.
        prefer: "number" for as many matched rows as possible, and among those the
            highest total; "score" for the highest total only, in which a pair of
            value 0 is worth no more than none.

    Returns:
        The same one for the same arrays. Which one of several that are equally good
        depends on the order of rows and columns; `total` never does, nor, with
        "number", does `matched`.

    Raises:
        ValueError: an argument is not what it should be, and is named; or sums of
            values do not fit 64 bits.
    """
    pairs = checked(indptr, indices, values, places)
    n = pairs[0].size - 1
    posed = Problem(*pairs, bonus=0, weight=np.ones(n, np.int64))
    if prefer == "number":
        bonus = bonus_above(posed)
        if bonus is None:
            raise ValueError("values: so high that the sum may not fit 64 bits")
        posed = replace(posed, bonus=bonus)
    elif prefer != "score":
        raise ValueError(f"prefer: expected number or score, got {prefer!r}")
    return solve(posed)


def solve(problem: Problem, *, patience: int = PATIENCE) -> Assignment:
    """The best assignment of a checked problem, see `assign`.

    Args:
        problem: what to solve.
        patience: after looking at so many pairs for each row, scipy takes over.

    Raises:
        ValueError: sums of worths do not fit 64 bits.
    """
    if not fits(problem, problem.bonus):
        raise ValueError("values: so high that the sum may not fit 64 bits")
    found = None
    if is_crowded(problem) and fits_square(problem):
        found = solve_square(problem)
    if found is None:
        found = _solution(problem, patience)
    return proved(problem, found)


def proved(problem: Problem, found: Solution) -> Assignment:
    """The assignment of a solution, with a price for each column that is closed."""
    price = _closed_prices(problem, found)
    return Assignment.from_prices(problem, found.column, found.row_price, price)


def _solution(problem: Problem, patience: int) -> Solution:
    if not problem.indices.size:
        return _nobody(problem)
    if fewer_places_than_rows(problem) and turned_pairs(problem) <= MOST_PAIRS:
        turned = turn(problem)
        found = _search(turned.problem, patience)
        return turn_back(turned, found, problem.n_columns)
    return _search(problem, patience)


def _search(problem: Problem, patience: int) -> Solution:
    """Settle most rows by bidding and the others one by one, while paths are short."""
    # A column without places is one that nobody can afford.
    base = np.where(problem.places > 0, 0, problem.top)
    start = first_pass(problem, ranked(problem, base), base)
    search = Search(problem, start.column, start.column_price)
    some = ANEW_AFTER * problem.indices.size
    anew, enough = some, A_FEW + patience * problem.n_rows
    for row in start.left_over.tolist():
        search.insert(row)
        if search.scanned > enough:
            if fits_dense(problem):
                return solve_dense(problem, search.column_price())
            enough = MOST
        elif search.scanned > anew:
            search.rank_anew()
            anew = search.scanned + some
    return search.solution()


def _closed_prices(problem: Problem, found: Solution) -> Ints:
    """The prices, with the lowest that do for columns without places."""
    price = np.where(problem.places > 0, found.column_price, 0)
    pairs = np.flatnonzero(problem.places[problem.indices] == 0)
    rows = row_of(problem, pairs)
    need = problem.values[pairs] + problem.row_bonus[rows] - found.row_price[rows]
    np.maximum.at(price, problem.indices[pairs], need)
    return price


def _nobody(problem: Problem) -> Solution:
    return Solution(
        np.full(problem.n_rows, UNMATCHED),
        np.zeros(problem.n_rows, np.int64),
        np.zeros(problem.n_columns, np.int64),
    )


def bonus_above(problem: Problem) -> int | None:
    """A bonus above the sum of any values that may be chosen; None if it is no int64.

    With it, no total makes up for a matched row less.
    """
    bonus = problem.most_matched * int(problem.values.max(initial=0)) + 1
    return bonus if fits(problem, bonus) else None


def fits(problem: Problem, bonus: int) -> bool:
    """Whether sums of worths with this bonus are int64, with room for prices."""
    heaviest = int(problem.weight.max(initial=1))
    top = int(problem.values.max(initial=0)) + heaviest * bonus
    return (problem.most_matched + 2) * top <= MOST


def checked(
    indptr: ArrayLike, indices: ArrayLike, values: ArrayLike, places: ArrayLike
) -> tuple[Ints, Ints, Ints, Ints]:
    """The four arrays as int64, if together they pose a problem.

    Raises:
        ValueError: one does not; names it.
    """
    starts = _integers("indptr", indptr)
    columns = _integers("indices", indices)
    worths = _integers("values", values)
    free = _integers("places", places)
    if starts.size == 0 or starts[0] != 0 or starts[-1] != columns.size:
        raise ValueError(f"indptr: expected to run from 0 to {columns.size}")
    if (np.diff(starts) < 0).any():
        raise ValueError("indptr: goes down")
    if worths.size != columns.size:
        raise ValueError(f"values: {worths.size} for {columns.size} indices")
    if columns.size and not 0 <= columns.min() <= columns.max() < free.size:
        raise ValueError(f"indices: not from 0 to {free.size - 1}, the last column")
    within_row = np.ones(columns.size, np.bool_)
    within_row[starts[:-1][np.diff(starts) > 0]] = False
    if (np.diff(columns, prepend=0)[within_row] <= 0).any():
        raise ValueError("indices: not ascending within each row, or one twice")
    if (worths < 0).any():
        raise ValueError("values: below 0")
    if (free < 0).any():
        raise ValueError("places: below 0")
    return starts, columns, worths, free


def _integers(name: str, numbers: ArrayLike) -> Ints:
    found = np.asarray(numbers)
    if found.ndim != 1:
        raise ValueError(f"{name}: expected one dimension, got {found.ndim}")
    # An empty list is an array of floats to numpy.
    if found.size and not np.can_cast(found.dtype, np.int64):
        raise ValueError(f"{name}: expected integers of 64 bits, got {found.dtype}")
    return np.ascontiguousarray(found, np.int64)

"""The way out when paths get too long: the solver of scipy, on the pairs that matter.

It tells no prices. Those that prove its answer are found afterwards.
"""

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import min_weight_full_bipartite_matching

from matching.core.pool import Ints
from matching.core.solver.problem import UNMATCHED, NotOptimal, Problem, Solution
from matching.core.solver.ranked import ragged, ranked
from matching.core.solver.sides import MOST_PAIRS, turn, turn_back, turned_pairs

# Sums up to here are exact in floats of 64 bits.
EXACT = 2**53
FAR = 2**62
CORE = 16


def fits_dense(problem: Problem) -> bool:
    """Whether scipy can take it: all sums exact in floats, places not too many."""
    exact = (problem.n_rows + problem.n_columns) * (problem.top + 1) < EXACT
    return exact and turned_pairs(problem) <= MOST_PAIRS


def solve_dense(problem: Problem, price: Ints) -> Solution:
    """The best assignment, found among the pairs that are near the best.

    Of each row the best few pairs at `price` are solved. The prices that come out tell
    which of the other pairs would have been better; with those it is solved again,
    until there are none.

    Source: Volgenant, Linear and semi-assignment problems: a core oriented approach
    (1996).
    """
    degree = np.diff(problem.indptr)
    best = ranked(problem, price)
    few, _ = ragged(best.starts[:-1], np.minimum(degree, CORE))
    keys = np.repeat(np.arange(problem.n_rows), degree)
    keys *= problem.n_columns
    best_keys = keys[few] + best.columns[few]
    keys += problem.indices
    in_core = np.zeros(keys.size, np.bool_)
    in_core[np.searchsorted(keys, best_keys)] = True
    while True:
        found = _solve(problem.only(in_core))
        slack = np.repeat(found.row_price - problem.row_bonus, degree)
        slack += found.column_price[problem.indices]
        slack -= problem.values
        slack[in_core | (problem.places[problem.indices] == 0)] = FAR
        if slack.min(initial=0) >= 0:
            return found
        # With as many others that are nearly as good, it is rarely more than twice.
        near = min(problem.n_rows, slack.size - 1)
        in_core |= slack <= max(-1, int(np.partition(slack, near)[near]))


def _solve(problem: Problem) -> Solution:
    """The best assignment, places looking for rows if a column has more than one."""
    if problem.places.max() > 1:
        turned = turn(problem)
        return turn_back(turned, _solve(turned.problem), problem.n_columns)
    column = _columns(problem)
    return Solution(column, *_prices(problem, column))


def _columns(problem: Problem) -> Ints:
    """The column of each row by Jonker, Volgenant (1987), sparse."""
    n, m = problem.n_rows, problem.n_columns
    # Each row gets a column of its own to stay unmatched in. A cost of 0 would be no
    # pair to scipy, so all are above it.
    own = np.arange(n)
    degree = np.diff(problem.indptr)
    open_to_all = problem.places[problem.indices] > 0
    rows = np.repeat(own, degree)[open_to_all]
    worth = (problem.values + np.repeat(problem.row_bonus, degree))[open_to_all]
    costs = np.concatenate([problem.top + 1 - worth, np.full(n, problem.top + 1)])
    at = (
        np.concatenate([rows, own]),
        np.concatenate([problem.indices[open_to_all], m + own]),
    )
    graph = csr_array((costs.astype(np.float64), at), shape=(n, m + n))
    matched, columns = min_weight_full_bipartite_matching(graph)
    column = np.full(n, UNMATCHED)
    column[matched] = np.where(columns < m, columns, UNMATCHED)
    return column


def _prices(problem: Problem, column: Ints) -> tuple[Ints, Ints]:
    """The lowest prices at which every row is content with its column.

    They rise from 0 until nobody would rather have another column than the own one.

    Source: Bellman (1958), Ford (1956), in rounds over the rows whose price changed.

    Raises:
        NotOptimal: they would never stop rising.
    """
    degree = np.diff(problem.indptr)
    chosen = np.flatnonzero(problem.indices == np.repeat(column, degree))
    matched = np.flatnonzero(column != UNMATCHED)
    gain = np.zeros(problem.n_rows, np.int64)
    gain[matched] = problem.values[chosen] + problem.row_bonus[matched]
    price = np.where(problem.places > 0, 0, problem.top)
    holder = np.full(problem.n_columns, UNMATCHED)
    holder[column[matched]] = matched
    rows = np.flatnonzero(degree)
    for _ in range(problem.n_rows + 1):
        pairs, _starts = ragged(problem.indptr[rows], degree[rows])
        columns = problem.indices[pairs]
        need = problem.values[pairs]
        need += np.repeat(problem.row_bonus[rows] - gain[rows], degree[rows])
        higher = need > price[columns]
        columns, need = columns[higher], need[higher]
        before = price[columns]
        np.maximum.at(price, columns, need)
        risen, first = np.unique(columns, return_index=True)
        rows = holder[risen]
        if (rows == UNMATCHED).any():
            break
        if not rows.size:
            return gain, price
        gain[rows] -= price[risen] - before[first]
    raise NotOptimal("no prices prove this assignment")

"""The most rows matched and the highest total, where paths would get too long.

How many rows go without, and how many places stay empty, is settled first. With as
many columns to go without in, and as many rows to stay empty for, everything has a
partner. In such a square problem any prices may be taken off beforehand, and the
closer they are to those of the answer, the sooner scipy is done. The prices that prove
the answer follow from which rows and places every largest matching uses.

Source: Volgenant, Linear and semi-assignment problems: a core oriented approach (1996).
"""

from dataclasses import replace
from typing import NamedTuple

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import min_weight_full_bipartite_matching

from matching.core.pool import Flags, Ints
from matching.core.solver.dense import EXACT, FAR
from matching.core.solver.first_pass import first_pass
from matching.core.solver.largest import (
    Parts,
    largest_near,
    parts_of,
    room_left,
    seats_of_pairs,
)
from matching.core.solver.problem import UNMATCHED, NotOptimal, Problem, Solution
from matching.core.solver.ranked import Ranked, ragged, ranked
from matching.core.solver.sides import MOST_PAIRS, seats_of, turned_pairs

# Pairs of each row that are solved first, and in which a largest matching is sought.
CORE, WIDE = 8, 16
# Columns of so few pairs are looked at with all of them.
SCARCE = 50
# Bids rise by this part of the highest value.
FINE = 128
# Twice as many may go without as must, and a few.
TWICE, A_FEW = 2, 50
# In fewer pairs, in all or a row, paths are short.
MANY, DENSE = 100_000, 32
# Pairs to go without or to stay empty that are no matter.
BEARABLE = 100_000


def fits_square(problem: Problem) -> bool:
    """Whether this way is open: one bonus for all, sums exact, seats not too many."""
    if problem.bonus == 0 or problem.weight.max(initial=1) > 1:
        return False
    exact = (problem.n_rows + int(seats_of(problem).sum())) * (problem.top + 1) < EXACT
    return exact and turned_pairs(problem) <= MOST_PAIRS


def is_crowded(problem: Problem) -> bool:
    """Whether paths get long: many pairs a row, and about as many places as rows."""
    asking = int(np.count_nonzero(np.diff(problem.indptr)))
    apart = abs(int(seats_of(problem).sum()) - asking)
    pairs = problem.indices.size
    return pairs >= max(MANY, DENSE * asking) and TWICE * apart**2 <= pairs


def solve_square(problem: Problem) -> Solution | None:
    """The best assignment of a problem that fits, with its prices.

    None without pairs, where too many would go without or stay empty, or where the
    bonus is not worth every match.
    """
    open_to_all = problem.places[problem.indices] > 0
    posed = problem.only(open_to_all)
    if not posed.indices.size:
        return None
    rows = np.flatnonzero(np.diff(posed.indptr))
    posed = replace(
        posed,
        indptr=np.append(posed.indptr[rows], posed.indptr[-1]),
        places=seats_of(posed),
        bonus=0,
        weight=problem.weight[rows],
    )
    square = _square(posed)
    if square is None:
        return None
    prices = square.solve()
    parts = parts_of(posed, square.column)
    split = _with_bonus(posed, prices, parts, problem.bonus)
    if split is None:
        return None
    column = np.full(problem.n_rows, UNMATCHED)
    gain = np.zeros(problem.n_rows, np.int64)
    column[rows], gain[rows] = square.column, split[0]
    return Solution(column, gain, split[1])


class _Prices(NamedTuple):
    """What rows gain and columns cost, and the least that either does.

    Who goes without gains `least_gain`, a column with room costs `least_price`.
    """

    gain: Ints
    price: Ints
    least_gain: int
    least_price: int


def _square(posed: Problem) -> "_Square | None":
    """The square problem of the best few pairs, with a largest matching among them."""
    degree = np.diff(posed.indptr)
    rows = np.repeat(np.arange(posed.n_rows), degree)
    price = _near_prices(posed)
    best = ranked(posed, price)
    core = _best_few(posed, best, CORE)
    scarce = np.bincount(posed.indices, minlength=posed.n_columns) <= SCARCE
    near = _best_few(posed, best, WIDE) | scarce[posed.indices]
    column = largest_near(posed, rows, near)
    core |= np.repeat(column, degree) == posed.indices
    gain = best.net[best.starts[:-1]]
    square = _Square(posed, core, column, gain, price)
    return square if square.is_bearable else None


def _near_prices(posed: Problem) -> Ints:
    """Prices at which most rows are about content."""
    # Rows of a bonus as high as a value bid for places until those cost as much.
    bidding = replace(posed, bonus=int(posed.values.max()))
    base = np.zeros(posed.n_columns, np.int64)
    above = bidding.bonus // FINE
    return first_pass(bidding, ranked(bidding, base), base, above=above).column_price


def _best_few(posed: Problem, best: Ranked, few: int) -> Flags:
    """Which pairs are among the best few of their row."""
    degree = np.diff(posed.indptr)
    number = np.minimum(degree, few)
    at, _ = ragged(best.starts[:-1], number)
    own = np.arange(posed.n_rows) * posed.n_columns
    keys = np.repeat(own, degree) + posed.indices
    chosen = np.zeros(keys.size, np.bool_)
    chosen[np.searchsorted(keys, np.repeat(own, number) + best.columns[at])] = True
    return chosen


class _Square:
    """Rows and rows to stay empty for, by seats and columns to go without in.

    Attributes:
        column: (n,) of the last solution.
    """

    def __init__(
        self,
        posed: Problem,
        core: Flags,
        column: Ints,
        gain: Ints,
        price: Ints,
    ) -> None:
        """Start from the best prices known.

        Args:
            posed: pairs with open columns only, without a bonus.
            core: (k,) the pairs to solve first, with those of `column` among them.
            column: (n,) of a largest matching.
            gain: (n,) what the best pair of each row brings at `price`.
            price: (m,) of the columns.
        """
        self.column = column
        self._posed, self._core = posed, core
        self._rows = np.repeat(np.arange(posed.n_rows), np.diff(posed.indptr))
        room = room_left(posed, column)
        self._n_without = int((column == UNMATCHED).sum())
        self._n_empty = int(room.sum())
        self._price = price
        used = posed.places > 0
        self._least = _kth(gain, self._n_without)
        lowest = _kth(np.repeat(price, posed.places), self._n_empty)
        self._may_go = (column == UNMATCHED) | _lowest(gain, self._n_without)
        self._may_be_empty = (room > 0) | (used & (price <= lowest))

    @property
    def is_bearable(self) -> bool:
        """Whether going without and staying empty are not more than all pairs."""
        n = self._n_without * int(self._may_go.sum())
        m = self._n_empty * int(self._posed.places[self._may_be_empty].sum())
        return n + m <= self._posed.indices.size + BEARABLE

    def solve(self) -> _Prices:
        """Solve with more and more of the pairs, until the others do not matter."""
        posed = self._posed
        degree = np.diff(posed.indptr)
        while True:
            found = self._solve_core()
            slack = np.repeat(found.gain, degree)
            slack += found.price[posed.indices]
            slack -= posed.values
            slack[self._core] = FAR
            go = (found.gain < found.least_gain) & (self._n_without > 0)
            empty = (found.price < found.least_price) & (self._n_empty > 0)
            empty &= posed.places > 0
            if slack.min() >= 0 and not go.any() and not empty.any():
                return found
            near = min(posed.n_rows, slack.size - 1)
            self._core |= slack <= max(-1, int(np.partition(slack, near)[near]))
            self._may_go |= go
            self._may_be_empty |= empty
            self._price, self._least = found.price, found.least_gain

    def _solve_core(self) -> _Prices:
        posed, n = self._posed, self._posed.n_rows
        owner, rows, columns, values = self._core_pairs()
        k, size = owner.size, n + self._n_empty
        price = np.full(size, -self._least)
        price[:k] = self._price[owner]
        net = values - price[columns]
        gain = np.full(size, -FAR)
        np.maximum.at(gain, rows, net)
        # A cost of 0 would be no pair to scipy, so all are above it.
        costs = (gain[rows] - net + 1).astype(np.float64)
        graph = csr_array((costs, (rows, columns)), shape=(size, size))
        _, chosen = min_weight_full_bipartite_matching(graph)
        rise, cost = _rises(graph, chosen)
        gain -= cost - 1 + rise[chosen]
        price += rise
        of_seat = np.full(size, UNMATCHED)
        of_seat[:k] = owner
        self.column = of_seat[chosen[:n]]
        # The seats of one column all cost the same.
        of_column = np.zeros(posed.n_columns, np.int64)
        of_column[owner] = price[:k]
        least_gain = -int(price[k]) if self._n_without else int(gain[:n].min())
        least_price = -int(gain[n]) if self._n_empty else int(price[:k].min())
        return _Prices(gain[:n], of_column, least_gain, least_price)

    def _core_pairs(self) -> tuple[Ints, Ints, Ints, Ints]:
        """The column of each seat; rows, seats and values of what may be chosen."""
        n, without = self._posed.n_rows, np.arange(self._n_without)
        pairs = np.flatnonzero(self._core)
        owner, seats, of_pair = seats_of_pairs(self._posed, pairs)
        go = np.flatnonzero(self._may_go)
        empty = np.flatnonzero(self._may_be_empty[owner])
        to_be_empty = np.repeat(n + np.arange(self._n_empty), empty.size)
        rows = [
            self._rows[pairs][of_pair],
            np.repeat(go, without.size),
            to_be_empty,
        ]
        columns = [
            seats,
            np.tile(owner.size + without, go.size),
            np.tile(empty, self._n_empty),
        ]
        values = np.zeros(sum(part.size for part in rows), np.int64)
        values[: of_pair.size] = self._posed.values[pairs][of_pair]
        return owner, np.concatenate(rows), np.concatenate(columns), values


def _lowest(numbers: Ints, count: int) -> Flags:
    """The lowest ones, more of them than `count`."""
    chosen = np.zeros(numbers.size, np.bool_)
    if count:
        order = np.argsort(numbers, kind="stable")
        chosen[order[: TWICE * count + A_FEW]] = True
    return chosen


def _kth(numbers: Ints, count: int) -> int:
    """The highest of the `count` lowest."""
    return int(np.sort(numbers)[max(count, 1) - 1])


def _rises(graph: csr_array, chosen: Ints) -> tuple[Ints, Ints]:
    """By how much columns must rise until each row is content; what it has costs.

    Source: Bellman (1958), Ford (1956), in rounds over the rows whose price changed.

    Raises:
        NotOptimal: they would never stop rising.
    """
    starts, columns = graph.indptr.astype(np.int64), graph.indices
    costs = graph.data.astype(np.int64)
    degree = np.diff(starts)
    cost = costs[np.flatnonzero(columns == np.repeat(chosen, degree))]
    holder = np.empty_like(chosen)
    holder[chosen] = np.arange(chosen.size)
    rise = np.zeros(chosen.size, np.int64)
    rows = np.arange(chosen.size)
    for _ in range(chosen.size + 1):
        pairs, _starts = ragged(starts[rows], degree[rows])
        at = columns[pairs]
        need = np.repeat(rise[chosen[rows]] + cost[rows], degree[rows]) - costs[pairs]
        higher = need > rise[at]
        at = at[higher]
        np.maximum.at(rise, at, need[higher])
        rows = holder[np.unique(at)]
        if not rows.size:
            return rise, cost
    raise NotOptimal("no prices prove this assignment")


def _with_bonus(
    posed: Problem, found: _Prices, parts: Parts, bonus: int
) -> tuple[Ints, Ints] | None:
    """What rows gain and columns cost when each match counts the bonus as well.

    Part of it goes to the columns that every largest matching fills, part to the rows
    that every largest matching matches; it must be more than what either lacks.
    """
    more = bonus + found.least_gain + found.least_price
    if more < 0:
        return None
    gain = found.gain - found.least_gain
    gain[~parts.rows_without] += more // 2
    gain[parts.rows_with_room] += more - more // 2
    price = found.price - found.least_price
    price[~parts.columns_with_room] += more - more // 2
    price[parts.columns_without] += more // 2
    return gain, np.where(posed.places > 0, price, 0)

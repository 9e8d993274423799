"""Where most rows end up at once: rounds of bidding for places, all rows together.

Each row without a column bids for the one that it gains most by, as much as it gains
there above its second choice. A column keeps the highest bids; the lowest one kept is
its price as soon as it had to refuse somebody. So whoever holds a place is content at
the prices, and prices exist only where no place is left: what a search starts from.

Source: Bertsekas, The auction algorithm (1988), with bids that are never more than the
difference, which is augmenting row reduction in Jonker, Volgenant (1987).
"""

from typing import NamedTuple

import numpy as np

from matching.core.pool import Ints
from matching.core.solver.problem import UNMATCHED, Problem
from matching.core.solver.ranked import (
    NOT_A_PAIR,
    Few,
    Ranked,
    best_few,
    ragged,
    ranked,
)

BEST = 8
ROUNDS = 150
FEW_ROWS = 16


class Start(NamedTuple):
    """A part of the rows settled.

    Attributes:
        column: (n,) or -1.
        column_price: (m,) at which all settled rows are content.
        left_over: rows not settled; all others have a column or never will.
    """

    column: Ints
    column_price: Ints
    left_over: Ints


def first_pass(problem: Problem, pairs: Ranked, base: Ints, *, above: int = 0) -> Start:
    """Settle most rows by bidding; `pairs` are all of them, ranked at prices `base`.

    With bids that are `above` the difference more rows are settled, and those could
    gain up to that much more elsewhere.
    """
    few = best_few(pairs, problem.n_columns, BEST)
    bidding = _Bidding(problem, base, few, above)
    rows = np.flatnonzero(np.diff(problem.indptr))
    aside = [rows[:0]]
    for _ in range(ROUNDS):
        # Those that could not tell from their best few pairs get other ones.
        waiting = sum(some.size for some in aside)
        if waiting >= rows.size:
            again = np.concatenate(aside)
            bidding.choose_anew(again)
            rows, aside = np.concatenate([rows, again]), [rows[:0]]
        if rows.size <= FEW_ROWS:
            break
        rows, unsure = bidding.round(rows)
        aside.append(unsure)
    left_over = np.sort(np.concatenate([rows, *aside]))
    return Start(bidding.column, bidding.price[:-1], left_over)


class _Bidding:
    """Who holds which place for how much.

    The seats of a column are its places, as far as there are rows to take them. They
    are filled from the first on, the highest bid in front.
    """

    def __init__(self, problem: Problem, base: Ints, few: Few, above: int) -> None:
        self._problem, self._above = problem, above
        # One more column, for where there is no pair.
        self.price = np.append(base, 0)
        self.column = np.full(problem.n_rows, UNMATCHED)
        self._bid = np.zeros(problem.n_rows, np.int64)
        self._columns, self._beyond = few.columns, few.beyond
        self._worth = few.net + self.price[few.columns]
        asked = np.bincount(problem.indices, minlength=problem.n_columns)
        self._places = np.minimum(problem.places, asked)
        self._seat = np.cumsum(self._places) - self._places
        self._holder = np.full(int(self._places.sum()), UNMATCHED)

    def choose_anew(self, rows: Ints) -> None:
        """Let each of these rows look at the pairs that are best at today's prices."""
        price = self.price[:-1]
        few = best_few(ranked(self._problem, price, rows), price.size, BEST)
        self._columns[rows], self._beyond[rows] = few.columns, few.beyond
        self._worth[rows] = few.net + self.price[few.columns]

    def round(self, rows: Ints) -> tuple[Ints, Ints]:
        """Let rows bid; gives those refused, and those that cannot tell where to."""
        columns = self._columns[rows]
        gain = self._worth[rows] - self.price[columns]
        here = np.arange(rows.size)
        first = gain.argmax(axis=1)
        most = gain[here, first]
        gain[here, first] = NOT_A_PAIR
        second = np.maximum(gain.max(axis=1), self._beyond[rows])
        bids = (most >= second) & (most > 0)
        unsure = rows[(second > most) & (second > 0)]
        rows = rows[bids]
        wanted = columns[here[bids], first[bids]]
        difference = most[bids] - np.maximum(second[bids], 0)
        self._bid[rows] = self.price[wanted] + difference + self._above
        return self._seat_best(rows, wanted), unsure

    def _seat_best(self, rows: Ints, wanted: Ints) -> Ints:
        contested = np.unique(wanted)
        seats, starts = ragged(self._seat[contested], self._places[contested])
        holder = self._holder[seats]
        held = holder != UNMATCHED
        at = np.repeat(contested, np.diff(starts))[held]
        rows = np.concatenate([holder[held], rows])
        at = np.concatenate([at, wanted])
        order = np.lexsort((rows, -self._bid[rows], at))
        rows, at = rows[order], at[order]
        begins = np.flatnonzero(np.diff(at, prepend=UNMATCHED))
        number = np.diff(begins, append=at.size)
        rank = np.arange(at.size) - np.repeat(begins, number)
        places = self._places[at]
        accepted = rank < places
        self._holder[self._seat[at[accepted]] + rank[accepted]] = rows[accepted]
        self.column[rows] = np.where(accepted, at, UNMATCHED)
        short = begins[number > places[begins]]
        self.price[at[short]] = self._bid[rows[short + places[short] - 1]]
        return rows[~accepted]

"""Where most rows end up at once: rounds of bidding for places, all rows together.

Each row without a column bids for the one that it gains most by, as much as it gains
there above its second choice. A column keeps the highest bids; the lowest one kept is
its price as soon as it had to refuse somebody. So whoever holds a place is content at
the prices, and prices exist only where no place is left: what `Search` starts from.

Source: Bertsekas, The auction algorithm (1988), with bids that are never more than the
difference, which is augmenting row reduction in Jonker, Volgenant (1987).
"""

from typing import NamedTuple

import numpy as np

from matching.core.pool import Ints
from matching.core.problem import UNMATCHED, Problem
from matching.core.ranked import Ranked

BEST = 8
ROUNDS = 40
NOT_A_PAIR = -(2**62)
FEW = 100


class Start(NamedTuple):
    """A part of the rows settled.

    Attributes:
        column: (n,) or -1.
        column_price: (m,) at which all of them are content.
        left_over: rows not settled; all others have a column or never will.
    """

    column: Ints
    column_price: Ints
    left_over: Ints


def first_pass(problem: Problem, pairs: Ranked) -> Start:
    """Settle most rows by bidding; `pairs` are ranked at no price."""
    n, m = problem.n_rows, problem.n_columns
    columns, net, beyond = _best_few(problem, pairs)
    price = np.zeros(m + 1, np.int64)
    column = np.full(n, UNMATCHED)
    bid = np.zeros(n, np.int64)
    left_over = []
    bidding = np.flatnonzero(np.diff(problem.indptr))
    for _ in range(ROUNDS):
        if bidding.size <= FEW:
            break
        gain = net[bidding] - price[columns[bidding]]
        here = np.arange(bidding.size)
        first = gain.argmax(axis=1)
        most = gain[here, first]
        gain[here, first] = NOT_A_PAIR
        second = np.maximum(gain.max(axis=1), beyond[bidding])
        # Where pairs beyond the best few may be better, the search looks.
        sure = (most >= second) & (most > 0)
        left_over.append(bidding[(np.maximum(most, second) > 0) & ~sure])
        bidding, first = bidding[sure], first[sure]
        wanted = columns[bidding, first]
        bid[bidding] = most[sure] - np.maximum(second[sure], 0) + price[wanted]
        bidding = _settle(problem, bidding, wanted, column, bid, price)
    return Start(column, price[:m], np.concatenate([bidding, *left_over]))


def _best_few(problem: Problem, pairs: Ranked) -> tuple[Ints, Ints, Ints]:
    """(n, BEST) columns and net worths, and (n,) the best net worth beyond them."""
    degree = np.diff(problem.indptr)
    at = problem.indptr[:-1, None] + np.arange(BEST)
    there = np.arange(BEST) < degree[:, None]
    at[~there] = 0
    columns, net = pairs.columns[at], pairs.net[at]
    columns[~there] = problem.n_columns
    net[~there] = NOT_A_PAIR
    last = np.minimum(problem.indptr[:-1] + BEST, pairs.net.size - 1)
    beyond = np.where(degree > BEST, pairs.net[last], NOT_A_PAIR)
    return columns, net, beyond


def _settle(
    problem: Problem,
    bidding: Ints,
    wanted: Ints,
    column: Ints,
    bid: Ints,
    price: Ints,
) -> Ints:
    """Give the places to the highest bids, in place; gives the rows refused."""
    contested = np.zeros(problem.n_columns, np.bool_)
    contested[wanted] = True
    holding = np.flatnonzero(column != UNMATCHED)
    holding = holding[contested[column[holding]]]
    rows = np.concatenate([holding, bidding])
    where = np.concatenate([column[holding], wanted])
    order = np.lexsort((rows, -bid[rows], where))
    rows, where = rows[order], where[order]
    begins = np.flatnonzero(np.diff(where, prepend=-1))
    number = np.diff(begins, append=where.size)
    rank = np.arange(where.size) - np.repeat(begins, number)
    accepted = rank < problem.places[where]
    column[rows] = np.where(accepted, where, UNMATCHED)
    short = begins[number > problem.places[where[begins]]]
    at = where[short]
    price[at] = bid[rows[short + problem.places[at] - 1]]
    return rows[~accepted]

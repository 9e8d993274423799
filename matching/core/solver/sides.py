"""The same problem seen from the other side: each place looks for a row.

Paths are short as long as the side that is put in has somewhere to go. Where rows are
many and places are few it is the places that should be put in, each as a row of its
own; the prices of the one are the gains of the other.
"""

from typing import NamedTuple

import numpy as np

from matching.core.pool import Ints
from matching.core.solver.problem import UNMATCHED, Problem, Solution
from matching.core.solver.ranked import ragged


class Turned(NamedTuple):
    """A problem in which places are rows, and rows columns with one place.

    Attributes:
        problem: that problem; bonuses are in its values.
        owner: the column of the original problem to which each place belongs.
    """

    problem: Problem
    owner: Ints


# A column of many places is many rows if places look for rows.
MOST_PAIRS = 30_000_000


def fewer_places_than_rows(problem: Problem) -> bool:
    """Whether places run short, of those that somebody asks for."""
    asking = int(np.count_nonzero(np.diff(problem.indptr)))
    return int(seats_of(problem).sum()) < asking


def turned_pairs(problem: Problem) -> int:
    """How many pairs the turned problem has."""
    asked = np.bincount(problem.indices, minlength=problem.n_columns)
    return int((seats_of(problem) * asked.astype(np.float64)).sum())


def turn(problem: Problem) -> Turned:
    """Let the places look for rows."""
    degree = np.diff(problem.indptr)
    rows = np.repeat(np.arange(problem.n_rows), degree)
    order = np.argsort(problem.indices, kind="stable")
    asked = np.bincount(problem.indices, minlength=problem.n_columns)
    owner = np.repeat(np.arange(problem.n_columns), seats_of(problem))
    where, indptr = ragged((np.cumsum(asked) - asked)[owner], asked[owner])
    order = order[where]
    rows = rows[order]
    mirrored = Problem(
        indptr=indptr,
        indices=rows,
        values=problem.values[order] + problem.row_bonus[rows],
        places=np.ones(problem.n_rows, np.int64),
        bonus=0,
        weight=np.ones(owner.size, np.int64),
    )
    return Turned(mirrored, owner)


def turn_back(turned: Turned, found: Solution, n_columns: int) -> Solution:
    """The solution of the original problem."""
    column = np.full(found.column_price.size, UNMATCHED)
    matched = found.column != UNMATCHED
    column[found.column[matched]] = turned.owner[matched]
    # The places of one column all gain the same.
    price = np.zeros(n_columns, np.int64)
    price[turned.owner] = found.row_price
    return Solution(column, found.column_price, price)


def seats_of(problem: Problem) -> Ints:
    """The places of each column; of those too many for all who ask, one is enough.

    That one stays empty, which keeps the column without a price.
    """
    asked = np.bincount(problem.indices, minlength=problem.n_columns)
    return np.minimum(problem.places, asked + (asked > 0))

"""What room at each column costs: how dear it is to seat one row more there.

Prices of an optimal assignment are not unique, so they only bound what a new pair is
worth. The largest price that a column can have in any optimal solution tells it
exactly. One search from the outside inwards finds that for all columns together,
after which a pair of an unmatched row is looked up instead of searched for.

Source: shadow prices of minimum cost flow, Ahuja, Magnanti, Orlin, Network Flows
(1993), sections 9.3 and 11.9.
"""

from typing import NamedTuple

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from matching.core.pool import Flags, Ints
from matching.core.solver.gain import gain_of_edges
from matching.core.solver.problem import UNMATCHED, Assignment

# Whole numbers up to here are exact as float64, in which scipy searches.
EXACT = 2**53
NO_WAY = 2**62


class Gain(NamedTuple):
    """What new pairs of a row are worth.

    Attributes:
        rise: by how much the objective rises; 0 where they change nothing.
        one_more: the row had nobody, and gets a column without somebody else losing
            theirs.
    """

    rise: int
    one_more: bool


class WaysOut:
    """What new pairs of a row are worth to a plan; made once for an assignment."""

    def __init__(self, assignment: Assignment) -> None:
        """Search once through the whole problem.

        Raises:
            ValueError: prices are so large that the search would round them.
        """
        self.assignment = assignment
        dearest = int(assignment.column_price.max(initial=0))
        if dearest >= EXACT:
            raise ValueError(f"column_price: {dearest} does not fit a float exactly")
        cost, self._ends_free = _ways_out(assignment)
        self._price = assignment.column_price + cost

    def gain(self, row: int, columns: Ints, values: Ints) -> Gain:
        """What it is worth to add these pairs of one row; exact.

        Args:
            row: whose pairs they are.
            columns: (k,) without repetition.
            values: (k,) of at least 0, bonuses left out.
        """
        assignment = self.assignment
        if assignment.column[row] != UNMATCHED:
            rise = gain_of_edges(assignment, row, columns, values)
            return Gain(rise, one_more=False)
        net = values + assignment.bonus_of(row) - self._price[columns]
        one_more = (self._ends_free[columns] & (net > 0)).any()
        return Gain(int(net.max(initial=0)), bool(one_more))


def _ways_out(assignment: Assignment) -> tuple[Ints, Flags]:
    """For each column what it costs, above its price, to make room there.

    Whoever has to make room moves on: to a free place, to another column from which
    somebody moves on in turn, or out of the plan.

    Returns:
        (m,) the cost, and whether it ends at a free place.
    """
    problem = assignment.problem
    n, m = problem.n_rows, problem.n_columns
    u, v = assignment.row_price, assignment.column_price
    start, rows, worth = assignment.askers
    is_matched = assignment.column != UNMATCHED
    matched = np.flatnonzero(is_matched)
    free = np.flatnonzero(assignment.places_left > 0)
    # Backwards. From a column to the rows that could move there; from a row to the
    # column where it is; from outside to free columns and to the rows that leave.
    price = np.repeat(v, np.diff(start))
    heads = (rows + m, assignment.column[matched], free, matched + m)
    costs = (u[rows] + price - worth, 0 * matched, 0 * free, u[matched])
    counts = (np.diff(start), is_matched, [free.size + matched.size])
    size = m + n + 1
    arcs = (
        np.concatenate(costs).astype(np.float64),
        np.concatenate(heads),
        np.concatenate([[0], np.cumsum(np.concatenate(counts))]),
    )
    graph = csr_array(arcs, shape=(size, size))
    outside = size - 1
    found, before = dijkstra(graph, indices=outside, return_predecessors=True)
    cost = np.where(np.isinf(found), NO_WAY, found).astype(np.int64)[:m]
    return cost, _first_step(before, outside)[:m] < m


def _first_step(before: Ints, start: int) -> Ints:
    """The first node after `start` on the way to each node; itself where none."""
    nodes = np.arange(before.size)
    # Who has no predecessor has a negative one.
    at = np.where((before == start) | (before < 0), nodes, before)
    while True:
        then = at[at]
        if (then == at).all():
            return np.where(before < 0, start, at)
        at = then

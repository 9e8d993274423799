"""What somebody would use instead: as a good user of each library would write it.

Solvers take a `Posed` and give the column of each request, -1 for none. All but greedy
are exact: most requests first, then the highest total. The package `matching` has a
file of its own, as our app is called the same.
"""

from collections.abc import Callable
from importlib import import_module
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment
from scipy.sparse import csr_array
from scipy.sparse.csgraph import min_weight_full_bipartite_matching
from scipy.spatial import cKDTree

from matching.core.candidates import Candidates
from matching.core.pool import NOWHERE, Custody, Demand, Fact, Pool, Screening
from matching.core.rules import FULL_SCORE

Ints = NDArray[np.int64]
LIMIT_CLASSES = 16


class Posed(NamedTuple):
    """Pairs with their scores, and how many requests each offer takes."""

    indptr: Ints
    indices: Ints
    scores: Ints
    places: Ints

    @property
    def rows(self) -> Ints:
        """The request of each pair."""
        return np.repeat(np.arange(self.indptr.size - 1), np.diff(self.indptr))


Solver = Callable[[Posed], Ints]


def tree_pairs(pool: Pool) -> Candidates:
    """Candidates by scipy's tree: near ones first, then each veto in numpy.

    The requests are asked about in classes of their limit, as one radius for all would
    look at several times as many pairs.
    """
    requests, offers = pool.requests, pool.offers
    n, m = len(requests), len(offers)
    tree = cKDTree(np.column_stack([offers.x_m, offers.y_m]))
    usable = (offers.places_free > 0) & (offers.screening != Screening.REFUSED)
    asking = np.flatnonzero(requests.custody != Custody.REFUSED)
    by_limit = asking[np.argsort(requests.max_distance_m[asking])]
    bit = 1 << np.arange(requests.home_facts.shape[1])
    limits = [(side.home_demands == Demand.LIMIT) @ bit for side in (requests, offers)]
    has = [(side.home_facts == Fact.YES) @ bit for side in (requests, offers)]
    wants_children = requests.wants_children_at_home == Demand.LIMIT
    childless = offers.has_children == Fact.NO
    strict = [side.language_demand == Demand.LIMIT for side in (requests, offers)]

    found = []
    for rows in np.array_split(by_limit, LIMIT_CLASSES):
        if not rows.size:
            continue
        near = cKDTree(
            np.column_stack([requests.x_m[rows], requests.y_m[rows]])
        ).sparse_distance_matrix(
            tree, requests.max_distance_m[rows].max(), output_type="ndarray"
        )
        r, c, metres = rows[near["i"]], near["j"], near["v"]
        keep = metres <= np.minimum(
            requests.max_distance_m[r], offers.max_distance_m[c]
        )
        r, c = r[keep], c[keep]
        keep = (requests.moments[r] & offers.moments[c] != 0) | ~(
            requests.moments_known[r] & offers.moments_known[c]
        )
        r, c = r[keep], c[keep]
        asked, offered = requests.ages[r], offers.ages[c]
        keep = (asked & ~offered == 0) | (offered == 0)
        r, c = r[keep], c[keep]
        asked, offered = requests.kinds[r], offers.kinds[c]
        keep = (asked & offered != 0) | (asked == 0) | (offered == 0)
        r, c = r[keep], c[keep]
        keep = (limits[0][r] & has[1][c] == 0) & (has[0][r] & limits[1][c] == 0)
        keep &= usable[c] & ~(wants_children[r] & childless[c])
        r, c = r[keep], c[keep]
        number, at_once = requests.n_children[r], offers.children_at_once[c]
        keep = (number <= at_once) | (at_once == 0)
        asked, offered = requests.languages[r], offers.languages[c]
        keep &= (
            (asked & offered != 0)
            | (asked == 0)
            | (offered == 0)
            | ~(strict[0][r] | strict[1][c])
        )
        r, c = r[keep], c[keep]
        own, other = requests.municipality[r], offers.municipality[c]
        keep = (own == other) | (own == NOWHERE) | (other == NOWHERE)
        keep |= pool.may_meet[own, other]
        found.append(r[keep] * m + c[keep])
    pairs = np.sort(np.concatenate(found))
    pairs = pairs[~np.isin(pairs, pool.excluded_pairs)]
    rows, columns = np.divmod(pairs, m)
    ends = np.cumsum(np.bincount(rows, minlength=n))
    return Candidates(np.concatenate([[0], ends]), columns)


def lapjvsp(posed: Posed) -> Ints:
    """The sparse solver of scipy: a column for each place, and one for each row alone.

    Costs are above 0, as explicit zeros vanish; staying without costs more than any
    chain of pairs can save.
    """
    rows, seats, scores, of_seat = _seats(posed)
    n, m = posed.indptr.size - 1, of_seat.size
    without = (FULL_SCORE + 1) * (min(n, m) + 1)
    cost = np.concatenate([FULL_SCORE + 1 - scores, np.full(n, without)])
    r = np.concatenate([rows, np.arange(n)])
    c = np.concatenate([seats, m + np.arange(n)])
    graph = csr_array((cost.astype(np.float64), (r, c)), shape=(n, m + n))
    _, column = min_weight_full_bipartite_matching(graph)
    return np.where(column < m, of_seat[np.minimum(column, m - 1)], -1)


def lapjvsp_of_places(posed: Posed) -> Ints:
    """The same from the side of the places, for pools with fewer places."""
    rows, seats, scores, of_seat = _seats(posed)
    n, m = posed.indptr.size - 1, of_seat.size
    without = (FULL_SCORE + 1) * (min(n, m) + 1)
    cost = np.concatenate([FULL_SCORE + 1 - scores, np.full(m, without)])
    r = np.concatenate([seats, np.arange(m)])
    c = np.concatenate([rows, n + np.arange(m)])
    graph = csr_array((cost.astype(np.float64), (r, c)), shape=(m, n + m))
    seat, row = min_weight_full_bipartite_matching(graph)
    column = np.full(n, -1)
    taken = row < n
    column[row[taken]] = of_seat[seat[taken]]
    return column


def dense(posed: Posed) -> Ints:
    """The dense solver of scipy on every request by every place."""
    rows, seats, scores, of_seat = _seats(posed)
    n, m = posed.indptr.size - 1, of_seat.size
    gain = np.zeros((n, m))
    gain[rows, seats] = scores + (FULL_SCORE + 1) * (min(n, m) + 1)
    row, seat = linear_sum_assignment(gain, maximize=True)
    column = np.full(n, -1)
    chosen = gain[row, seat] > 0
    column[row[chosen]] = of_seat[seat[chosen]]
    return column


def or_tools(posed: Posed) -> Ints:
    """OR-Tools' flow: as much as can flow, at the lowest cost."""
    return _flow(posed, posed.scores, most_first=True)


def or_tools_bonus(posed: Posed) -> Ints:
    """The same as it is more often written: a match counts more than any score."""
    matched = (FULL_SCORE + 1) * (min(posed.indptr.size - 1, posed.places.size) + 1)
    return _flow(posed, posed.scores + matched, most_first=False)


def or_tools_score(posed: Posed) -> Ints:
    """OR-Tools' flow for the highest total, in which a row may go round the offers."""
    return _flow(posed, posed.scores, most_first=False)


def _flow(posed: Posed, worth: Ints, *, most_first: bool) -> Ints:
    flow = import_module("ortools.graph.python.min_cost_flow").SimpleMinCostFlow()
    n, m = posed.indptr.size - 1, posed.places.size
    row, source, sink = np.arange(n), n + m, n + m + 1
    rows = posed.rows
    tails = [rows, np.full(n, source), n + np.arange(m)]
    heads = [n + posed.indices, row, np.full(m, sink)]
    room = [np.ones_like(rows), np.ones(n, np.int64), posed.places]
    cost = [-worth, np.zeros(n, np.int64), np.zeros(m, np.int64)]
    if not most_first:
        tails, heads = [*tails, row], [*heads, np.full(n, sink)]
        room = [*room, np.ones(n, np.int64)]
        cost = [*cost, np.zeros(n, np.int64)]
    arcs = flow.add_arcs_with_capacity_and_unit_cost(
        *(np.concatenate(part) for part in (tails, heads, room, cost))
    )
    flow.set_nodes_supplies(np.array([source, sink]), np.array([n, -n]))
    solved = flow.solve_max_flow_with_min_cost() if most_first else flow.solve()
    if solved != flow.OPTIMAL:
        raise ArithmeticError(f"OR-Tools gave up: {solved}")
    chosen = flow.flows(arcs[: rows.size]) > 0
    column = np.full(n, -1)
    column[rows[chosen]] = posed.indices[chosen]
    return column


def networkx_flow(posed: Posed) -> Ints:
    """The network simplex of networkx, with a way round the offers that costs a lot."""
    networkx = import_module("networkx")
    n, m = posed.indptr.size - 1, posed.places.size
    without = (FULL_SCORE + 1) * (n + 1)
    graph = networkx.DiGraph()
    graph.add_node("sink", demand=n)
    for row in range(n):
        graph.add_node(("row", row), demand=-1)
        graph.add_edge(("row", row), "sink", capacity=1, weight=without)
    for column in range(m):
        graph.add_edge(
            ("column", column), "sink", capacity=int(posed.places[column]), weight=0
        )
    pairs = zip(
        posed.rows.tolist(), posed.indices.tolist(), posed.scores.tolist(), strict=True
    )
    for row, column, score in pairs:
        graph.add_edge(("row", row), ("column", column), capacity=1, weight=-score)
    _, flows = networkx.network_simplex(graph)
    column = np.full(n, -1)
    for row in range(n):
        taken = [
            to for to, flow in flows[("row", row)].items() if flow and to != "sink"
        ]
        if taken:
            column[row] = taken[0][1]
    return column


def greedy(posed: Posed) -> Ints:
    """The best pair left, again and again."""
    column = np.full(posed.indptr.size - 1, -1)
    left = posed.places.tolist()
    rows, columns = posed.rows, posed.indices
    for at in np.argsort(-posed.scores, kind="stable").tolist():
        row, to = rows[at], columns[at]
        if column[row] < 0 and left[to]:
            column[row] = to
            left[to] -= 1
    return column


def _seats(posed: Posed) -> tuple[Ints, Ints, Ints, Ints]:
    """Row, seat and score of each pair with each place, and the offer of each seat."""
    of_seat = np.repeat(np.arange(posed.places.size), posed.places)
    first = np.concatenate([[0], np.cumsum(posed.places)])
    count = posed.places[posed.indices]
    pair = np.repeat(np.arange(posed.indices.size), count)
    nth = np.arange(pair.size) - np.repeat(np.cumsum(count) - count, count)
    return (
        posed.rows[pair],
        first[posed.indices[pair]] + nth,
        posed.scores[pair],
        of_seat,
    )

"""What one change would add to an optimal assignment, without solving it again.

Each answer is exact. It takes one search for the shortest way to make room, in the
graph of what could still change at the prices of the assignment: a row may move to
another column, leave, or come back in. All those moves cost at least 0, so Dijkstra's
algorithm applies and stops at what the change itself brings in.

Source: sensitivity of minimum cost flow, Ahuja, Magnanti, Orlin, Network Flows (1993),
section 11.9.
"""

from heapq import heapify, heappop, heappush

import numpy as np

from matching.core.pool import Ints
from matching.core.solver.problem import UNMATCHED, Assignment


def gain_of_edge(assignment: Assignment, column: int, value: int, row: int) -> int:
    """By how much the objective rises if this pair is added, or gets this value."""
    return gain_of_edges(assignment, row, np.array([column]), np.array([value]))


def gain_of_edges(assignment: Assignment, row: int, columns: Ints, values: Ints) -> int:
    """By how much the objective rises if these pairs of one row are added.

    The row may be matched already, and may have some of the pairs at a lower value.
    A gain of `assignment.bonus_of(row)` or more means one matched row more.

    Args:
        assignment: an optimal one.
        row: whose pairs they are.
        columns: (k,) without repetition.
        values: (k,) of at least 0, bonuses left out.

    Returns:
        At least 0; 0 where the pairs change nothing.
    """
    columns, values = np.asarray(columns), np.asarray(values)
    worth = values + assignment.bonus_of(row)
    cost = assignment.row_price[row] + assignment.column_price[columns] - worth
    starts = list(zip(cost.tolist(), columns.tolist(), strict=True))
    own = int(assignment.column[row])
    if own == UNMATCHED:
        return -_way_out(assignment, starts, row, own, 0)
    if min(starts, default=(0, 0))[0] >= 0:
        return 0
    return -_way_out(assignment, starts, row, own, _way_in(assignment, own, row))


def gain_of_place(assignment: Assignment, column: int) -> int:
    """By how much the objective rises if a column gets one place more."""
    price = int(assignment.column_price[column])
    return price - _way_in(assignment, column, UNMATCHED)


def _way_out(
    assignment: Assignment,
    starts: list[tuple[int, int]],
    row: int,
    own: int,
    refill: int,
) -> int:
    """The cheapest way to seat `row` in one of the columns, at most 0.

    Whoever has to make room moves on to a free place, out of the plan, or to the place
    at `own` that the row leaves. In the first two cases that place can be filled
    again, which costs `refill` above its price.
    """
    problem = assignment.problem
    u, v, left = assignment.row_price, assignment.column_price, assignment.places_left
    start, held = assignment.holders
    # A free place: nobody has to move.
    open_to_all = [cost + refill for cost, column in starts if left[column] > 0]
    best = min(open_to_all, default=0)
    best = min(best, 0)
    at_best = {column: cost for cost, column in starts if cost < best}
    heap = [(cost, column) for column, cost in at_best.items()]
    heapify(heap)
    while heap:
        cost, column = heappop(heap)
        if cost >= best:
            break
        if cost > at_best[column]:
            continue
        if column == own:
            best = cost
            break
        for other in held[start[column] : start[column + 1]].tolist():
            leaves = cost + int(u[other])
            best = min(best, leaves + refill)
            pairs = problem.pairs_of(other)
            columns = problem.indices[pairs]
            arrives = leaves - int(problem.row_bonus[other]) + v[columns]
            arrives -= problem.values[pairs]
            at_free = arrives[left[columns] > 0]
            if at_free.size:
                best = min(best, int(at_free.min()) + refill)
            near = np.flatnonzero(arrives < best)
            for there, then in zip(
                columns[near].tolist(), arrives[near].tolist(), strict=True
            ):
                if then < at_best.get(there, best):
                    at_best[there] = then
                    heappush(heap, (then, there))
    return best


def _way_in(assignment: Assignment, column: int, without: int) -> int:
    """What filling a place at `column` costs above nothing, at most its price.

    Found backwards: from the column to the rows that would like to have it, and on to
    the columns that they leave. Row `without` takes no part.
    """
    v = assignment.column_price
    best = int(v[column])
    if best == 0:
        return 0
    start, rows, worth = assignment.askers
    at_best = {column: 0}
    heap = [(0, column)]
    while heap:
        cost, column = heappop(heap)
        if cost >= best:
            break
        if cost > at_best[column]:
            continue
        pairs = slice(int(start[column]), int(start[column + 1]))
        asking = rows[pairs]
        costs = cost + assignment.row_price[asking] + int(v[column]) - worth[pairs]
        near = np.flatnonzero((costs < best) & (asking != without))
        for row, then in zip(asking[near].tolist(), costs[near].tolist(), strict=True):
            there = int(assignment.column[row])
            # A place that it leaves costs its price at most; nothing if it had none.
            empty = then if there == UNMATCHED else then + int(v[there])
            best = min(best, empty)
            if there != UNMATCHED and then < at_best.get(there, best):
                at_best[there] = then
                heappush(heap, (then, there))
    return best

"""A plan for everybody at once: who goes where, with what that costs whom.

In this order it has as many rows matched as possible, then as many of the rows that
go first, then the highest total score. A pinned pair stays together whatever it costs;
a pair apart never comes together.
"""

from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from matching.core.assign import bonus_above, checked, solve
from matching.core.pool import Flags, Ints
from matching.core.solver.greedy import best_first
from matching.core.solver.problem import MOST, UNMATCHED, Assignment, Problem, row_of

ORDINARY, GOES_FIRST, PINNED = 1, 2, 3


class PinsImpossible(Exception):
    """Pinned pairs that cannot all be kept.

    Attributes:
        pins: (row, column) of those that stand in each other's way.
        fault: "no_candidate", "apart", "row_twice" or "places".
    """

    def __init__(self, fault: str, pins: Ints) -> None:
        """Name them."""
        self.fault = fault
        self.pins = tuple((int(row), int(column)) for row, column in pins)
        super().__init__(f"{fault}: {self.pins}")


class Reached(NamedTuple):
    """What a plan reaches, or the difference between two, most important first."""

    matched: int
    first: int
    score: int


class RowCost(NamedTuple):
    """What a plan gives a row beside the best it could have had for itself.

    Columns are -1, with score 0, where there is none.
    """

    own_best: int
    own_best_score: int
    given: int
    given_score: int


@dataclass(frozen=True, eq=False)
class Plan:
    """The best plan, and the one in which the best pair always goes first.

    Attributes:
        column: (n,) the column of each row, -1 where it stays without.
        best_first: (n,) the same if always the best pair left is taken.
        reached: what the plan reaches.
        reached_best_first: what taking the best one first reaches.
        assignment: what proves it: `verify()`. A pinned row has one pair only there.
        candidates: all pairs but those apart, without pins.
        first: (n,) rows that go first.
        pinned: (k, 2) rows and columns.
    """

    column: Ints
    best_first: Ints
    reached: Reached
    reached_best_first: Reached
    assignment: Assignment
    candidates: Problem
    first: Flags
    pinned: Ints


def plan(
    indptr: ArrayLike,
    indices: ArrayLike,
    scores: ArrayLike,
    places: ArrayLike,
    *,
    first: ArrayLike,
    pinned: ArrayLike = (),
    apart: ArrayLike = (),
    turn: ArrayLike | None = None,
    limit: int = MOST,
) -> Plan:
    """The best plan for candidate pairs as for `assign`.

    Args:
        indptr: (n + 1,) where the pairs of each row begin.
        indices: (k,) their columns.
        scores: (k,) at least 0.
        places: (m,) of each column.
        first: (n,) rows that wait long or are urgent.
        pinned: (p, 2) rows and columns that are fixed together.
        apart: (q, 2) rows and columns that must not come together.
        turn: (n,) among pairs of equal score, whose turn it is when the best one goes
            first, lowest first; the number of the row unless given.
        limit: the three aims are one sum while that stays below this, else they are
            reached one after another. The outcome is equally good.

    Raises:
        PinsImpossible: the pins cannot all be kept.
        ValueError: an argument is not what it should be, and is named.
    """
    starts, columns, worths, free = checked(indptr, indices, scores, places)
    n = starts.size - 1
    goes_first = np.asarray(first, np.bool_)
    turns = np.arange(n) if turn is None else np.asarray(turn, np.int64)
    for name, array in (("first", goes_first), ("turn", turns)):
        if array.shape != (n,):
            raise ValueError(f"{name}: expected {n} rows, got {array.shape}")
    together = _pairs("pinned", pinned, n, free.size)
    weight = np.where(goes_first, GOES_FIRST, ORDINARY)
    asked = Problem(starts, columns, worths, free, bonus=0, weight=weight)
    _check_pins(asked, together)
    asked = _without(asked, _pairs("apart", apart, n, free.size))
    _check_pins(asked, together, "apart")
    posed = _with_pins(asked, together)
    assignment = _solve(posed, limit)
    greedy = best_first(posed, turns, posed.weight == PINNED)
    return Plan(
        column=assignment.column,
        best_first=greedy,
        reached=_reached(asked, assignment.column, goes_first),
        reached_best_first=_reached(asked, greedy, goes_first),
        assignment=assignment,
        candidates=asked,
        first=goes_first,
        pinned=together,
    )


def cost_of_row(made: Plan, row: int) -> RowCost:
    """What a row gets, and the best it could have had for itself."""
    candidates = made.candidates
    pairs = candidates.pairs_of(row)
    columns, scores = candidates.indices[pairs], candidates.values[pairs]
    open_to_it = candidates.places[columns] > 0
    given = int(made.column[row])
    best, best_score = UNMATCHED, 0
    if open_to_it.any():
        at = int(np.where(open_to_it, scores, -1).argmax())
        best, best_score = int(columns[at]), int(scores[at])
    given_score = int(scores[columns == given].sum())
    return RowCost(best, best_score, given, given_score)


def cost_of_pin(made: Plan, row: int, *, limit: int = MOST) -> Reached:
    """What the plan would reach more without the pin of this row.

    In the order of importance: a pin that costs a match may well bring in score.

    Raises:
        KeyError: the row is not pinned.
    """
    others = made.pinned[made.pinned[:, 0] != row]
    if len(others) == len(made.pinned):
        raise KeyError(row)
    free = _solve(_with_pins(made.candidates, others), limit)
    without = _reached(made.candidates, free.column, made.first)
    differences = (a - b for a, b in zip(without, made.reached, strict=True))
    return Reached(*differences)


def _solve(problem: Problem, limit: int) -> Assignment:
    """Most matched, then most that go first, then score.

    Which rows can be matched together is a matroid (Edmonds, Fulkerson, 1965): whatever
    the weights, as long as they are above 0, the heaviest set is one of the largest,
    and has as many of the heavy rows as any. So one bonus, more than all scores
    together, times a weight puts the aims in order.
    """
    bonus = bonus_above(problem)
    if bonus is not None and bonus < limit:
        return solve(replace(problem, bonus=bonus))
    return _solve_in_levels(problem)


def _solve_in_levels(problem: Problem) -> Assignment:
    """The same where that bonus is too large: any that reaches as much weight will do.

    Raises:
        ValueError: even then a sum does not fit 64 bits.
    """
    none = np.zeros_like(problem.values)
    most = _weight(solve(replace(problem, values=none, bonus=1)))
    bonus = problem.top + 1
    while True:
        found = solve(replace(problem, bonus=bonus))
        if _weight(found) == most:
            return found
        bonus *= 4


def _weight(found: Assignment) -> int:
    return int(found.problem.weight[found.column != UNMATCHED].sum())


def _reached(problem: Problem, column: Ints, first: Flags) -> Reached:
    matched = column != UNMATCHED
    degree = np.diff(problem.indptr)
    chosen = problem.indices == np.repeat(column, degree)
    score = int(problem.values[chosen].sum())
    return Reached(int(matched.sum()), int((matched & first).sum()), score)


def _pairs(name: str, pairs: ArrayLike, n: int, m: int) -> Ints:
    found = np.asarray(pairs, np.int64).reshape(-1, 2)
    if (found < 0).any() or (found >= (n, m)).any():
        raise ValueError(f"{name}: not within {n} rows and {m} columns")
    return np.unique(found, axis=0)


def _among(problem: Problem, pairs: Ints) -> Flags:
    """For each pair of the problem, whether it is one of these."""
    rows = np.repeat(np.arange(problem.n_rows), np.diff(problem.indptr))
    m = problem.n_columns
    return np.isin(rows * m + problem.indices, pairs[:, 0] * m + pairs[:, 1])


def _without(problem: Problem, pairs: Ints) -> Problem:
    return problem.only(~_among(problem, pairs)) if len(pairs) else problem


def _with_pins(problem: Problem, pinned: Ints) -> Problem:
    """Pinned rows have one pair left, and come before everybody else."""
    if not len(pinned):
        return problem
    weight = problem.weight.copy()
    weight[pinned[:, 0]] = PINNED
    is_pinned = np.repeat(weight == PINNED, np.diff(problem.indptr))
    kept = problem.only(~is_pinned | _among(problem, pinned))
    return replace(kept, weight=weight)


def _check_pins(
    problem: Problem, pinned: Ints, otherwise: str = "no_candidate"
) -> None:
    """Refuse pins that cannot be.

    Raises:
        PinsImpossible: says which.
    """
    where = np.flatnonzero(_among(problem, pinned)) if len(pinned) else pinned[:, 0]
    if where.size < len(pinned):
        m = problem.n_columns
        found = row_of(problem, where) * m + problem.indices[where]
        missing = ~np.isin(pinned[:, 0] * m + pinned[:, 1], found)
        raise PinsImpossible(otherwise, pinned[missing])
    for fault, side, most in (
        ("row_twice", 0, np.ones(problem.n_rows, np.int64)),
        ("places", 1, problem.places),
    ):
        number = np.bincount(pinned[:, side], minlength=most.size)
        if (number > most).any():
            raise PinsImpossible(fault, pinned[(number > most)[pinned[:, side]]])

"""A sparse assignment problem and a solution that carries its own proof.

Rows want at most one column each, a column takes as many rows as it has places. What
is maximised is the sum of the *worth* of the chosen pairs: the value of a pair and a
bonus for having a row matched at all. A row that stays unmatched counts 0.
"""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from matching.core.pool import Flags, Ints

UNMATCHED = -1

# Sums of two worths or prices, and the total, stay below 2 ** 63.
MOST = 2**62 - 1


class NotOptimal(Exception):
    """An assignment and its prices do not prove that nothing better exists."""


@dataclass(frozen=True, eq=False)
class Problem:
    """A checked problem: pairs as a CSR matrix of n rows and m columns.

    Attributes:
        indptr: (n + 1,) where the pairs of each row begin, and where the last end.
        indices: (k,) columns, ascending within a row.
        values: (k,) at least 0.
        places: (m,) how many rows each column takes, at least 0.
        bonus: what a matched row of weight 1 adds to the value of its pair.
        weight: (n,) how many times that bonus; at least 1.
    """

    indptr: Ints
    indices: Ints
    values: Ints
    places: Ints
    bonus: int
    weight: Ints

    @property
    def n_rows(self) -> int:
        """How many rows there are."""
        return self.weight.size

    @property
    def n_columns(self) -> int:
        """How many columns there are."""
        return self.places.size

    @property
    def most_matched(self) -> int:
        """No more rows than this can be matched."""
        return min(self.n_rows, int(np.minimum(self.places, self.n_rows).sum()))

    @property
    def top(self) -> int:
        """No pair is worth more than this."""
        heaviest = int(self.weight.max(initial=0))
        return int(self.values.max(initial=0)) + heaviest * self.bonus

    @cached_property
    def row_bonus(self) -> Ints:
        """(n,) what being matched adds for each row."""
        return self.bonus * self.weight

    def only(self, kept: Flags) -> "Problem":
        """The problem with only these of its pairs."""
        before = np.concatenate([[0], np.cumsum(kept)])
        return replace(
            self,
            indptr=before[self.indptr],
            indices=self.indices[kept],
            values=self.values[kept],
        )

    def pairs_of(self, row: int) -> slice:
        """Where the pairs of a row stand."""
        return slice(int(self.indptr[row]), int(self.indptr[row + 1]))


class Solution(NamedTuple):
    """A column, or -1, and a gain for each row, and a price for each column."""

    column: Ints
    row_price: Ints
    column_price: Ints


class Holders(NamedTuple):
    """Which rows each column holds: `rows[start[j]:start[j + 1]]` for column j."""

    start: Ints
    rows: Ints


class Askers(NamedTuple):
    """The pairs by column: rows and worths at `start[j]` up to `start[j + 1]`."""

    start: Ints
    rows: Ints
    worth: Ints


@dataclass(frozen=True, eq=False)
class Assignment:
    """The best choice of pairs, with the prices that prove it.

    Attributes:
        column: (n,) the column of each row, -1 where it stays unmatched.
        row_price: (n,) what a row gains; with the next, the optimal dual solution
            for the worths, so bonuses are in it.
        column_price: (m,) what one place of a column costs.
        total: the sum of the values of the chosen pairs, without bonuses.
        matched: how many rows have a column.
        problem: what was solved.
    """

    column: Ints
    row_price: Ints
    column_price: Ints
    total: int
    matched: int
    problem: Problem

    @classmethod
    def from_prices(
        cls, problem: Problem, column: Ints, row_price: Ints, column_price: Ints
    ) -> "Assignment":
        """The assignment with its total and number."""
        chosen = chosen_pairs(problem, column)
        return cls(
            column=column,
            row_price=row_price,
            column_price=column_price,
            total=int(problem.values[chosen].sum()),
            matched=int((column != UNMATCHED).sum()),
            problem=problem,
        )

    @property
    def bonus(self) -> int:
        """What one more matched row of weight 1 is worth; 0 where only values count."""
        return self.problem.bonus

    def bonus_of(self, row: int) -> int:
        """What `row` adds by being matched; a gain of this means one row more."""
        return self.bonus * int(self.problem.weight[row])

    @property
    def objective(self) -> int:
        """The sum of the worths of the chosen pairs: what was maximised."""
        return self.total + int(self.problem.row_bonus[self.column >= 0].sum())

    @cached_property
    def places_left(self) -> Ints:
        """(m,) how many places of each column are free."""
        held = np.bincount(
            self.column[self.column >= 0], minlength=self.problem.n_columns
        )
        return self.problem.places - held

    @cached_property
    def holders(self) -> Holders:
        """Which rows each column holds."""
        order = np.argsort(self.column, kind="stable")
        held = np.bincount(self.column + 1, minlength=self.problem.n_columns + 1)
        return Holders(np.cumsum(held), order)

    @cached_property
    def askers(self) -> Askers:
        """The pairs by column."""
        problem = self.problem
        degree = np.diff(problem.indptr)
        order = np.argsort(problem.indices, kind="stable")
        rows = np.repeat(np.arange(problem.n_rows), degree)[order]
        worth = problem.values[order] + problem.row_bonus[rows]
        asked = np.bincount(problem.indices, minlength=problem.n_columns)
        return Askers(np.concatenate([[0], np.cumsum(asked)]), rows, worth)

    def verify(self) -> None:
        """Prove in integers that nothing better exists, by complementary slackness.

        Source: weak duality of linear programming; Burkard, Dell'Amico, Martello,
        Assignment Problems (2009), chapter 4.

        Raises:
            NotOptimal: says the first condition that does not hold, and where.
        """
        problem = self.problem
        u, v, column = self.row_price, self.column_price, self.column
        _hold("row_price below 0", u >= 0)
        _hold("column_price below 0", v >= 0)
        _hold("no such column", (column >= UNMATCHED) & (column < problem.n_columns))
        chosen = chosen_pairs(problem, column)
        matched = column != UNMATCHED
        is_pair = np.zeros(problem.n_rows, np.bool_)
        is_pair[row_of(problem, chosen)] = True
        _hold("matched to a column it is no pair with", is_pair | ~matched)
        _hold("more rows than places", self.places_left >= 0)
        _hold("unmatched at a price", matched | (u == 0))
        _hold("a price where places are left", (self.places_left == 0) | (v == 0))
        degree = np.diff(problem.indptr)
        slack = np.repeat(u - problem.row_bonus, degree) + v[problem.indices]
        slack -= problem.values
        _hold("a pair worth more than its prices", slack >= 0)
        _hold("a chosen pair worth less than its prices", slack[chosen] == 0)
        told = self.total, self.matched
        if told != (int(problem.values[chosen].sum()), int(matched.sum())):
            raise NotOptimal(f"total and matched do not add up: {told}")


def chosen_pairs(problem: Problem, column: Ints) -> Ints:
    """Where the chosen pairs stand, ascending by row."""
    degree = np.diff(problem.indptr)
    return np.flatnonzero(problem.indices == np.repeat(column, degree))


def row_of(problem: Problem, pairs: Ints) -> Ints:
    """The row of each pair that stands at `pairs`."""
    return np.searchsorted(problem.indptr, pairs, side="right") - 1


def _hold(fault: str, condition: Any) -> None:
    if not condition.all():
        first = int(np.argmin(condition))
        raise NotOptimal(f"{fault}: first at {first}, {(~condition).sum()} in all")

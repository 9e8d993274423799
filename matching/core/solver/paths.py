"""Where the rows that are left over end up: one shortest path for each of them.

A path leads from a row over columns that are full to rows that they hold and on to
other columns, until somebody finds a free place, or goes without because that loses
least. Its length is what everybody on it loses together, measured at the prices, which
makes every step at least 0: Dijkstra's algorithm finds the shortest one, and prices
rise just enough to keep all rows content with what they have.

Source: successive shortest paths with potentials, Edmonds, Karp (1972) and Tomizawa
(1971); rows one at a time as in Jonker, Volgenant (1987), here with places.
"""

from heapq import heappop, heappush

import numpy as np

from matching.core.pool import Ints
from matching.core.solver.problem import UNMATCHED, Problem, Solution
from matching.core.solver.ranked import ranked


class Search:
    """The plan while rows are put in one by one; all rows in it are content.

    Attributes:
        scanned: how many pairs were looked at so far.
    """

    def __init__(self, problem: Problem, column: Ints, price: Ints) -> None:
        """Start from settled rows.

        Args:
            problem: what is solved.
            column: (n,) of the settled rows, -1 for the others.
            price: (m,) at which all settled rows are content.
        """
        self.scanned = 0
        self._problem = problem
        self._starts = problem.indptr.tolist()
        self._column = column.tolist()
        self._rank(price)
        held = column != UNMATCHED
        rows = np.flatnonzero(held)
        number = np.bincount(column[held], minlength=problem.n_columns)
        self._left = (problem.places - number).tolist()
        order = rows[np.argsort(column[held], kind="stable")].tolist()
        ends = np.cumsum(number).tolist()
        self._held = [order[a:b] for a, b in zip([0, *ends], ends, strict=False)]
        self._gain = self._gains(column, price).tolist()

    def insert(self, row: int) -> None:  # noqa: PLR0912 - calls would cost as much
        """Give a row that has no column its best way in, if that pays."""
        gain, price, left, held = self._gain, self._price, self._left, self._held
        choices, scanned = self._choices, 0
        # What is shorter than `limit` is better than the best end found so far: at
        # first to leave the row out, which costs nothing.
        limit, end, leaver = 0, UNMATCHED, row
        length: dict[int, int] = {}
        came_from: dict[int, int] = {}
        heap: list[tuple[int, int]] = []
        passed: list[int] = []
        moving = [(0, row)]
        while True:
            for lost, mover in moving:
                pairs = choices[mover]
                if pairs is None:
                    pairs = self._load(mover)
                enough = lost - limit
                for column, net in zip(*pairs, strict=True):
                    if net <= enough:
                        break
                    scanned += 1
                    there = lost - net + price[column]
                    if there < limit and there < length.get(column, limit):
                        length[column] = there
                        came_from[column] = mover
                        if left[column]:
                            limit, end = there, column
                            enough = lost - limit
                        else:
                            heappush(heap, (there, column))
            column = UNMATCHED
            while heap:
                lost, column = heappop(heap)
                if lost == length[column]:
                    break
            else:
                break
            if lost >= limit:
                break
            passed.append(column)
            moving = [(lost + gain[mover], mover) for mover in held[column]]
            for without, mover in moving:
                if without < limit:
                    limit, end, leaver = without, UNMATCHED, mover
        for column in passed:
            rise = limit - length[column]
            if rise:
                price[column] += rise
                for holder in held[column]:
                    gain[holder] -= rise
        gain[row] = -limit
        self.scanned += scanned
        self._shift(row, end, leaver, came_from)

    def _shift(
        self, row: int, end: int, leaver: int, came_from: dict[int, int]
    ) -> None:
        column_of, held = self._column, self._held
        if end != UNMATCHED:
            self._left[end] -= 1
        elif leaver == row:
            return
        else:
            end = column_of[leaver]
            held[end].remove(leaver)
            column_of[leaver] = UNMATCHED
            self._gain[leaver] = 0
        while True:
            mover = came_from[end]
            before = column_of[mover]
            column_of[mover] = end
            held[end].append(mover)
            if mover == row:
                return
            held[before].remove(mover)
            end = before

    def rank_anew(self) -> None:
        """Rank the pairs at today's prices, so that fewer need to be looked at."""
        self._rank(self.column_price())

    def _rank(self, base: Ints) -> None:
        rows, columns = self._problem.n_rows, self._problem.n_columns
        self._base, self._price = base, [0] * columns
        self._pairs = ranked(self._problem, base)
        self._choices: list[tuple[list[int], list[int]] | None] = [None] * rows

    def _load(self, row: int) -> tuple[list[int], list[int]]:
        begin, end = self._starts[row], self._starts[row + 1]
        pairs = self._pairs
        found = pairs.columns[begin:end].tolist(), pairs.net[begin:end].tolist()
        self._choices[row] = found
        return found

    def column_price(self) -> Ints:
        """(m,) the prices at which all rows are content."""
        return self._base + np.array(self._price, np.int64)

    def solution(self) -> Solution:
        """What has become of the rows so far."""
        column = np.array(self._column, np.int64)
        return Solution(column, np.array(self._gain, np.int64), self.column_price())

    def _gains(self, column: Ints, price: Ints) -> Ints:
        problem = self._problem
        degree = np.diff(problem.indptr)
        chosen = np.flatnonzero(problem.indices == np.repeat(column, degree))
        worth = problem.values[chosen] - price[problem.indices[chosen]]
        gain = np.zeros(problem.n_rows, np.int64)
        held = column != UNMATCHED
        gain[held] = worth + problem.row_bonus[held]
        return gain

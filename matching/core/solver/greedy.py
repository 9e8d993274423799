"""What comes of always taking the best pair that is left: a plan to compare with."""

import numpy as np

from matching.core.pool import Flags, Ints
from matching.core.solver.problem import UNMATCHED, Problem

AT_ONCE = 16_384


def best_first(problem: Problem, turn: Ints, pinned: Flags) -> Ints:
    """(n,) the column of each row, or -1, if the best pair left goes first.

    The pairs of `pinned` rows go before all others. Then they go by value, by `turn` of
    their row, lowest first, and by column.
    """
    rows = np.repeat(np.arange(problem.n_rows), np.diff(problem.indptr))
    order = np.lexsort((problem.indices, turn[rows], -problem.values, ~pinned[rows]))
    rows, columns = rows[order], problem.indices[order]
    column = np.full(problem.n_rows, UNMATCHED)
    left = problem.places.copy()
    for begin in range(0, rows.size, AT_ONCE):
        part = slice(begin, begin + AT_ONCE)
        open_ = (column[rows[part]] == UNMATCHED) & (left[columns[part]] > 0)
        pairs = zip(
            rows[part][open_].tolist(), columns[part][open_].tolist(), strict=True
        )
        for row, wanted in pairs:
            if column[row] == UNMATCHED and left[wanted]:
                column[row] = wanted
                left[wanted] -= 1
    return column

"""The pairs of each row from best to worst, at given prices of the columns."""

from typing import NamedTuple

import numpy as np

from matching.core.pool import Ints
from matching.core.problem import Problem

WORD = 63


class Ranked(NamedTuple):
    """The pairs in the order of their rows and, within a row, from best to worst.

    Attributes:
        columns: (k,) the column of each pair.
        net: (k,) its worth less the price of the column.
    """

    columns: Ints
    net: Ints


def ranked(problem: Problem, price: Ints) -> Ranked:
    """The pairs ranked by net worth, equal ones by column."""
    if not problem.indices.size:
        return Ranked(problem.indices, problem.values)
    degree = np.diff(problem.indptr)
    rows = np.repeat(np.arange(problem.n_rows), degree)
    net = problem.values + problem.row_bonus[rows] - price[problem.indices]
    best = int(net.max())
    net_bits = (best - int(net.min())).bit_length()
    column_bits = problem.n_columns.bit_length()
    if problem.n_rows.bit_length() + net_bits + column_bits > WORD:
        order = np.lexsort((problem.indices, -net, rows))
        return Ranked(problem.indices[order], net[order])
    # Packed into one word each, numpy sorts several times faster.
    rows <<= net_bits + column_bits
    rows |= (best - net) << column_bits
    rows |= problem.indices
    rows.sort()
    columns = rows & ((1 << column_bits) - 1)
    rows >>= column_bits
    rows &= (1 << net_bits) - 1
    return Ranked(columns, best - rows)

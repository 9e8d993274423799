"""The pairs of each row from best to worst, at given prices of the columns."""

from typing import NamedTuple

import numpy as np

from matching.core.pool import Ints
from matching.core.solver.problem import Problem

WORD = 63
NOT_A_PAIR = -(2**62)


class Ranked(NamedTuple):
    """The pairs of some rows, within each row from best to worst.

    Attributes:
        starts: (r + 1,) where the pairs of each row begin.
        columns: (k,) the column of each pair.
        net: (k,) its worth less the price of the column.
    """

    starts: Ints
    columns: Ints
    net: Ints


class Few(NamedTuple):
    """The best few pairs of some rows as a table.

    Attributes:
        columns: (r, few), with the number of columns where there is no pair.
        net: (r, few), with `NOT_A_PAIR` there.
        beyond: (r,) the net worth of the best pair that is not in the table.
    """

    columns: Ints
    net: Ints
    beyond: Ints


def ranked(problem: Problem, price: Ints, rows: Ints | None = None) -> Ranked:
    """The pairs of `rows`, or of all, by net worth; equal ones by column."""
    if rows is None:
        starts, columns, values = problem.indptr, problem.indices, problem.values
        bonus = problem.row_bonus
    else:
        begins = problem.indptr[rows]
        where, starts = ragged(begins, problem.indptr[rows + 1] - begins)
        columns, values = problem.indices[where], problem.values[where]
        bonus = problem.row_bonus[rows]
    if not columns.size:
        return Ranked(starts, columns, values)
    degree = np.diff(starts)
    net = values - price[columns]
    net += np.repeat(bonus, degree)
    best = int(net.max())
    net_bits = (best - int(net.min())).bit_length()
    column_bits = problem.n_columns.bit_length()
    word = np.repeat(np.arange(degree.size), degree)
    if degree.size.bit_length() + net_bits + column_bits > WORD:
        order = np.lexsort((columns, -net, word))
        return Ranked(starts, columns[order], net[order])
    # Packed into one word each, numpy sorts several times faster.
    word <<= net_bits + column_bits
    np.subtract(best, net, out=net)
    net <<= column_bits
    word |= net
    word |= columns
    word.sort()
    columns = word & ((1 << column_bits) - 1)
    word >>= column_bits
    word &= (1 << net_bits) - 1
    return Ranked(starts, columns, np.subtract(best, word, out=word))


def best_few(pairs: Ranked, n_columns: int, few: int) -> Few:
    """The first `few` of each row."""
    degree = np.diff(pairs.starts)
    at = pairs.starts[:-1, None] + np.arange(few)
    missing = np.arange(few) >= degree[:, None]
    at[missing] = 0
    columns, net = pairs.columns[at], pairs.net[at]
    columns[missing] = n_columns
    net[missing] = NOT_A_PAIR
    after = np.minimum(pairs.starts[:-1] + few, pairs.net.size - 1)
    return Few(columns, net, np.where(degree > few, pairs.net[after], NOT_A_PAIR))


def ragged(begins: Ints, lengths: Ints) -> tuple[Ints, Ints]:
    """All of `begins[i]` up to `begins[i] + lengths[i]`, one after the other.

    Returns:
        (sum of lengths,) the numbers; (r + 1,) where those of i begin among them.
    """
    starts = np.zeros(lengths.size + 1, np.int64)
    np.cumsum(lengths, out=starts[1:])
    numbers = np.arange(starts[-1])
    numbers += np.repeat(begins - starts[:-1], lengths)
    return numbers, starts

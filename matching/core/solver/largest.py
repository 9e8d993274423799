"""As many rows matched as can be, and which of them every largest matching matches.

Source: Dulmage, Mendelsohn, Coverings of bipartite graphs (1958); that a matching is
largest where no path leads on to a free place: Berge (1957).
"""

from typing import NamedTuple

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import maximum_bipartite_matching

from matching.core.pool import Flags, Ints
from matching.core.solver.problem import UNMATCHED, Problem
from matching.core.solver.ranked import ragged

TRIES = 3


class Parts(NamedTuple):
    """What is within reach of a row that goes without, and of a place left empty."""

    rows_without: Flags
    columns_without: Flags
    rows_with_room: Flags
    columns_with_room: Flags


def largest_near(posed: Problem, rows: Ints, near: Flags) -> Ints:
    """The column of each row in a largest matching, of these pairs if they do.

    Those left over on either side may use all of theirs as well.
    """
    for _ in range(TRIES):
        column = _largest(posed, near)
        if _is_largest(posed, column):
            return column
        room = room_left(posed, column) > 0
        near = near | room[posed.indices] | (column == UNMATCHED)[rows]
    return _largest(posed, np.ones_like(near))


def _largest(posed: Problem, kept: Flags) -> Ints:
    """The column of each row in a largest matching of these pairs."""
    part = posed.only(kept)
    owner, seats, of_pair = seats_of_pairs(part, np.arange(part.indices.size))
    ends = np.concatenate([[0], np.cumsum(part.places[part.indices])])
    graph = csr_array(
        (np.ones(of_pair.size, np.int8), seats, ends[part.indptr]),
        shape=(part.n_rows, owner.size),
    )
    seat = maximum_bipartite_matching(graph, perm_type="column")
    return np.where(seat < 0, UNMATCHED, owner[seat])


def seats_of_pairs(posed: Problem, pairs: Ints) -> tuple[Ints, Ints, Ints]:
    """The column of each seat; the seat and the number of each pair with a seat."""
    owner = np.repeat(np.arange(posed.n_columns), posed.places)
    first = np.cumsum(posed.places) - posed.places
    columns = posed.indices[pairs]
    number = posed.places[columns]
    seats, _ = ragged(first[columns], number)
    return owner, seats, np.repeat(np.arange(pairs.size), number)


def room_left(posed: Problem, column: Ints) -> Ints:
    held = np.bincount(column[column >= 0], minlength=posed.n_columns)
    return posed.places - held


def _within_reach(posed: Problem, column: Ints) -> tuple[Flags, Flags]:
    """Rows and columns that alternating paths reach from rows that go without."""
    degree = np.diff(posed.indptr)
    rows = column == UNMATCHED
    columns = np.zeros(posed.n_columns, np.bool_)
    new = np.flatnonzero(rows)
    while new.size:
        pairs, _ = ragged(posed.indptr[new], degree[new])
        before = columns.copy()
        columns[posed.indices[pairs]] = True
        new = np.flatnonzero((columns & ~before)[column] & ~rows)
        rows[new] = True
    return rows, columns


def _is_largest(posed: Problem, column: Ints) -> bool:
    """Whether no row that goes without reaches a place that is left (Berge, 1957)."""
    _, columns = _within_reach(posed, column)
    return not (columns & (room_left(posed, column) > 0)).any()


def parts_of(posed: Problem, column: Ints) -> Parts:
    rows_without, columns_without = _within_reach(posed, column)
    pair_rows = np.repeat(np.arange(posed.n_rows), np.diff(posed.indptr))
    rows = np.zeros(posed.n_rows, np.bool_)
    columns = room_left(posed, column) > 0
    new = columns.copy()
    while new.any():
        before = rows.copy()
        rows[pair_rows[new[posed.indices]]] = True
        new = np.zeros(posed.n_columns, np.bool_)
        new[column[rows & ~before]] = True
        new &= ~columns
        columns |= new
    return Parts(rows_without, columns_without, rows, columns)

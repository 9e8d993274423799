"""Assignment problems for the tests of the core, and their answers by force."""

from typing import Any, NamedTuple

import numpy as np
from scipy.optimize import linear_sum_assignment


class Posed(NamedTuple):
    """The arguments of `assign`."""

    indptr: Any
    indices: Any
    values: Any
    places: Any


def of_rows(rows: list[dict[int, int]], places: Any) -> Posed:
    """The problem in which row i has the values `rows[i]`, by column."""
    columns = [column for row in rows for column in sorted(row)]
    values = [row[column] for row in rows for column in sorted(row)]
    return Posed(
        np.cumsum([0, *map(len, rows)]),
        np.array(columns, np.int64),
        np.array(values, np.int64),
        np.array(places, np.int64),
    )


def rows_of(posed: Posed) -> list[dict[int, int]]:
    """The values of each row by column."""
    ends = zip(posed.indptr, posed.indptr[1:], strict=False)
    return [
        dict(zip(posed.indices[a:b].tolist(), posed.values[a:b].tolist(), strict=True))
        for a, b in ends
    ]


def small(seed: int) -> Posed:
    """Up to 8 x 7 with 0 to 3 places, sparse or dense, with many ties or with none."""
    rng = np.random.default_rng(seed)
    n, m = rng.integers(0, 9), rng.integers(1, 8)
    density = rng.choice([0.2, 0.5, 0.9])
    highest = rng.choice([1, 3, 30, 10_000])
    most_places = rng.choice([1, 2, 3])
    rows = [
        {
            j: int(rng.integers(0, highest + 1))
            for j in range(m)
            if rng.random() < density
        }
        for _ in range(n)
    ]
    return of_rows(rows, rng.integers(0, most_places + 1, m))


def large(
    seed: int, n: int, m: int, degree: float, places: Any = (0, 0.6, 0.4)
) -> Posed:
    """Rows and columns on a plane; near ones are pairs, and worth more."""
    rng = np.random.default_rng(seed)
    east, north = rng.random((2, n)), rng.random((2, m))
    gap = np.hypot(east[0][:, None] - north[0], east[1][:, None] - north[1])
    near = gap < np.sqrt(degree / m / np.pi)
    rows, columns = np.nonzero(near)
    values = np.rint(5_000 * (1 - gap[near])).astype(np.int64)
    values += rng.integers(0, 5_000, rows.size)
    number = np.bincount(rows, minlength=n)
    return Posed(
        np.concatenate([[0], np.cumsum(number)]),
        columns,
        values,
        rng.choice(len(places), m, p=places),
    )


def best_by_force(posed: Posed, bonus: int) -> int:
    """The highest sum of values and bonuses, from the dense solver of scipy."""
    n, m = posed.indptr.size - 1, posed.places.size
    worth = np.zeros((n, m))
    for row, pairs in enumerate(rows_of(posed)):
        for column, value in pairs.items():
            worth[row, column] = value + bonus
    seats = np.repeat(np.arange(m), np.minimum(posed.places, n))
    open_to_all = np.hstack([worth[:, seats], np.zeros((n, n))])
    rows, columns = linear_sum_assignment(open_to_all, maximize=True)
    return int(open_to_all[rows, columns].sum())

"""Which pairs nothing excludes, found without looking at every pair.

Offers near a request stand in a few unbroken ranges (see `strips`), words tell most
vetoes at once (see `words`), and the distance comes after that. The outcome is exactly
what the criteria say: what does not fit in a word is judged by its criterion itself.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from matching.core.criteria import Judge, distance_limit_m, distance_m, place
from matching.core.pool import Custody, Ints, Pool, Screening
from matching.core.rules import DEFAULT_RULES, Weights
from matching.core.strips import Ranges, Strips, positions
from matching.core.words import words_of

# So many pairs at a time fit in the processor's cache and bound the memory used.
PAIRS_AT_ONCE = 1 << 17
ROWS_AT_ONCE = 1 << 10

# Offers are kept apart by how far they would go, so that the many that stay near are
# not looked at from afar.
REACHES = 3

# No veto depends on them, but criteria want them.
ANY_WEIGHTS = Weights.from_rules(DEFAULT_RULES)


@dataclass(frozen=True, eq=False)
class Candidates:
    """The pairs that no criterion excludes, request by request.

    Attributes:
        indptr: (n + 1,) where the pairs of each request begin in `indices`.
        indices: (k,) columns, ascending within a request.
    """

    indptr: Ints
    indices: Ints

    def __len__(self) -> int:
        return self.indices.size

    @cached_property
    def rows(self) -> Ints:
        """(k,) the row of each pair."""
        return np.repeat(np.arange(self.indptr.size - 1), np.diff(self.indptr))

    def of_row(self, row: int) -> Ints:
        """The columns of one request."""
        return self.indices[self.indptr[row] : self.indptr[row + 1]]


def candidates(pool: Pool) -> Candidates:
    """Every pair of a pool that no criterion excludes."""
    supply = Supply(pool)
    n = len(pool.requests)
    counts = [np.zeros(1, np.int64)]
    columns = [np.zeros(0, np.int64)]
    for start in range(0, n, ROWS_AT_ONCE):
        rows = np.arange(start, min(start + ROWS_AT_ONCE, n))
        whose, found = supply.of_rows(rows)
        counts.append(np.bincount(whose, minlength=rows.size))
        columns.append(found)
    return Candidates(np.cumsum(np.concatenate(counts)), np.concatenate(columns))


class Supply:
    """The offers of a pool, packed so that the candidates of a request come at once."""

    def __init__(self, pool: Pool) -> None:
        """Pack the offers; those that are full or refused fall away here."""
        self.pool = pool
        offers = pool.offers
        usable = (offers.places_free > 0) & (offers.screening != Screening.REFUSED)
        self._groups = _groups(pool, np.flatnonzero(usable))
        standing = [group.cols for group in self._groups]
        self._cols = np.concatenate([np.zeros(0, np.int64), *standing])

        words = words_of(pool)
        self._shared = [
            word._replace(offers=word.offers[self._cols]) for word in words.shared
        ]
        self._clash_requests = words.clash_requests
        self._clash_offers = words.clash_offers[self._cols]
        # What is left for the criteria themselves.
        self._judges: list[Judge] = [*words.judges]
        if not pool.may_meet.all():
            self._judges.append(place)
        self._excluded = np.unique(pool.excluded_pairs)

    def of_row(self, row: int) -> Ints:
        """The columns of the candidates of one request, ascending."""
        return self.of_rows(np.array([row]))[1]

    def of_rows(self, rows: Ints) -> tuple[Ints, Ints]:
        """The candidates of some requests.

        Returns:
            For each pair the position in `rows` of its request, ascending, and its
            column, ascending within a request.
        """
        # One number for a pair: sorting one column is much faster than two.
        shift = len(self.pool.offers).bit_length()
        asked = np.flatnonzero(self.pool.requests.custody[rows] != Custody.REFUSED)
        found = [np.zeros(0, np.int64)]
        for group in self._groups:
            ranges = group.around(self.pool, rows[asked])
            for some in _in_steps(ranges):
                whose, at = self._sifted(rows[asked], some)
                found.append(asked[whose] << shift | self._cols[at])
        pairs = np.sort(np.concatenate(found))
        if self._excluded.size:
            pairs = self._without_excluded(pairs, rows, shift)
        return pairs >> shift, pairs & (1 << shift) - 1

    def _sifted(self, rows: Ints, ranges: Ranges) -> tuple[Ints, Ints]:
        """What is left of some ranges: position in `rows`, and position here."""
        at = positions(ranges)
        whose = np.repeat(ranges.whose, ranges.length)
        r = rows[whose]
        for word in self._shared:
            keep = word.holds(word.requests[r] & word.offers[at])
            r, at, whose = r[keep], at[keep], whose[keep]
        keep = self._clash_requests[r] & self._clash_offers[at] == 0
        r, at, whose = r[keep], at[keep], whose[keep]
        c = self._cols[at]
        far = distance_m(self.pool, r, c) > distance_limit_m(self.pool, r, c)
        r, c, at, whose = r[~far], c[~far], at[~far], whose[~far]
        for judge in self._judges:
            keep = ~judge(self.pool, r, c, ANY_WEIGHTS).veto
            r, c, at, whose = r[keep], c[keep], at[keep], whose[keep]
        return whose, at

    def _without_excluded(self, pairs: Ints, rows: Ints, shift: int) -> Ints:
        m = len(self.pool.offers)
        first = np.searchsorted(self._excluded, rows * m)
        length = np.searchsorted(self._excluded, (rows + 1) * m) - first
        own = Ranges(np.arange(rows.size), first, length)
        cols = self._excluded[positions(own)] % m
        barred = np.repeat(own.whose, length) << shift | cols
        at = np.searchsorted(pairs, barred)
        at, barred = at[at < pairs.size], barred[at < pairs.size]
        return np.delete(pairs, at[pairs[at] == barred])


@dataclass(frozen=True, eq=False)
class Group:
    """Offers that stand together, from position `first` on.

    Attributes:
        cols: their columns, in the order in which they stand.
        strips: where they live; None where nobody knows.
        reach_m: how far the one that goes farthest would go; NaN without a limit.
        first: the position of the first.
    """

    cols: Ints
    strips: Strips | None
    reach_m: float
    first: int

    def around(self, pool: Pool, rows: Ints) -> Ranges:
        """Ranges that hold each offer which is near enough to each request."""
        x_m, y_m = pool.requests.x_m[rows], pool.requests.y_m[rows]
        radius_m = np.fmin(pool.requests.max_distance_m[rows], self.reach_m)
        near = np.zeros(rows.size, np.bool_)
        if self.strips is not None:
            near = ~np.isnan(x_m + y_m + radius_m)
        whole = np.flatnonzero(~near)
        ranges = Ranges(
            whole, np.zeros_like(whole), np.full(whole.size, self.cols.size)
        )
        if self.strips is not None and near.any():
            some = np.flatnonzero(near)
            whose, start, length = self.strips.within(
                x_m[some], y_m[some], radius_m[some]
            )
            ranges = Ranges(
                np.concatenate([ranges.whose, some[whose]]),
                np.concatenate([ranges.start, start]),
                np.concatenate([ranges.length, length]),
            )
        return ranges._replace(start=ranges.start + self.first)


def _groups(pool: Pool, cols: Ints) -> list[Group]:
    """The offers by how far they would go; those without a limit or place apart."""
    offers = pool.offers
    placed = ~np.isnan(offers.x_m[cols] + offers.y_m[cols])
    limit = offers.max_distance_m[cols]
    limited = cols[placed & ~np.isnan(limit)]
    limited = limited[np.argsort(offers.max_distance_m[limited], kind="stable")]
    parts = [
        *((part, True) for part in np.array_split(limited, REACHES)),
        (cols[placed & np.isnan(limit)], True),
        (cols[~placed], False),
    ]
    groups: list[Group] = []
    first = 0
    for part, known in parts:
        if not part.size:
            continue
        strips = Strips(offers.x_m[part], offers.y_m[part]) if known else None
        own = part if strips is None else part[strips.order]
        reach_m = float(offers.max_distance_m[own].max())
        groups.append(Group(own, strips, reach_m, first))
        first += own.size
    return groups


def _in_steps(ranges: Ranges) -> Iterator[Ranges]:
    """The ranges, so many at a time that they hold about `PAIRS_AT_ONCE` pairs."""
    ends = np.cumsum(ranges.length)
    start = 0
    while start < ends.size:
        before = ends[start - 1] if start else 0
        stop = max(start + 1, int(np.searchsorted(ends, before + PAIRS_AT_ONCE)))
        yield Ranges(*(column[start:stop] for column in ranges))
        start = stop

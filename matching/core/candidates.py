"""Which pairs nothing excludes, found without looking at every pair.

Offers near a request stand in a few unbroken ranges (see `strips`), words tell most
vetoes at once (see `words`), and the distance comes after that. The outcome is exactly
what the criteria say: what does not fit in a word is judged by its criterion itself.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from math import isnan

import numpy as np

from matching.core.packed.bits import words_of
from matching.core.packed.strips import Ranges, Strips, Tiles, positions, tiles
from matching.core.pool import Custody, Ints, Pool, Screening
from matching.core.rules import DEFAULT_RULES, Weights

# So many pairs at a time stay in the processor's cache, and so many columns are listed
# at once for the next tiles.
PAIRS_AT_ONCE = 1 << 16
COLUMNS_AT_ONCE = 1 << 18

# Offers are kept apart by how far they would go, so that the many that stay near are
# not looked at from afar.
REACHES = 2

# A plain number: looking an enumeration up takes longer than to compare.
REFUSED = int(Custody.REFUSED)

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
    n = len(pool.requests)
    rows, cols = Supply(pool).of_rows(np.arange(n))
    ends = np.cumsum(np.bincount(rows, minlength=n))
    return Candidates(np.concatenate([[0], ends]), cols)


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
        self._x_m, self._y_m = offers.x_m[self._cols], offers.y_m[self._cols]
        self._limit_m = offers.max_distance_m[self._cols]
        # What is left for the criteria themselves.
        self._judges = words.judges
        # `NOWHERE` is -1 and points at the last row and column.
        may_meet = np.pad(pool.may_meet, (0, 1), constant_values=True)
        np.fill_diagonal(may_meet, val=True)
        self._towns = None if may_meet.all() else may_meet.ravel()
        towns = may_meet.shape[0]
        self._town_requests = pool.requests.municipality % towns * towns
        self._town_offers = offers.municipality[self._cols] % towns
        self._excluded = np.unique(pool.excluded_pairs)

    def of_row(self, row: int) -> Ints:
        """The columns of the candidates of one request, ascending."""
        requests, m = self.pool.requests, len(self.pool.offers)
        if requests.custody[row] == REFUSED:
            return np.zeros(0, np.int64)
        x_m, y_m = float(requests.x_m[row]), float(requests.y_m[row])
        limit_m = float(requests.max_distance_m[row])
        ranges = [group.near(x_m, y_m, limit_m) for group in self._groups]
        at = np.concatenate([np.zeros(0, np.int64), *ranges])
        # Of one request nothing is gained by asking all words of all at once.
        for word in self._shared:
            at = at[word.holds(word.requests[row] & word.offers[at])]
        cols = self._cols[self._sifted(np.array([row]), at)[1]]
        first, end = np.searchsorted(self._excluded, (row * m, (row + 1) * m))
        if first < end:
            cols = cols[~np.isin(cols, self._excluded[first:end] - row * m)]
        cols.sort()
        return cols

    def of_rows(self, rows: Ints) -> tuple[Ints, Ints]:
        """The candidates of some requests.

        Returns:
            For each pair the position in `rows` of its request, ascending, and its
            column, ascending within a request.
        """
        # One number for a pair: sorting one column is much faster than two.
        shift = len(self.pool.offers).bit_length()
        requests = self.pool.requests
        asked = np.flatnonzero(requests.custody[rows] != REFUSED)
        found = [np.zeros(0, np.int64)]
        for some, at in self._around(rows[asked]):
            whose, nearby = self._sifted(rows[asked[some]], at)
            found.append(asked[some][whose] << shift | self._cols[nearby])
        pairs = np.sort(np.concatenate(found))
        if self._excluded.size:
            pairs = self._without_excluded(pairs, rows, shift)
        return pairs >> shift, pairs & (1 << shift) - 1

    def _around(self, rows: Ints) -> Iterator[tuple[Ints, Ints]]:
        """Positions in `rows` of requests, and positions of the offers near them."""
        if not rows.size:
            return
        requests = self.pool.requests
        x_m, y_m = requests.x_m[rows], requests.y_m[rows]
        near = tiles(x_m, y_m, requests.max_distance_m[rows])
        ranges = _merged([group.around(near) for group in self._groups])
        of_tile = np.searchsorted(ranges.whose, np.arange(near.ends.size))
        sizes = np.concatenate([[0], np.cumsum(ranges.length)])[of_tile]
        tile = 0
        while tile < near.ends.size - 1:
            # As many tiles as fit, at least one.
            stop = np.searchsorted(sizes, sizes[tile] + COLUMNS_AT_ONCE, side="right")
            stop = max(tile + 1, min(int(stop), near.ends.size) - 1)
            some = slice(of_tile[tile], of_tile[stop])
            at = positions(Ranges(*(column[some] for column in ranges)))
            for one in range(tile, stop):
                own = near.rows[near.ends[one] : near.ends[one + 1]]
                columns = at[sizes[one] - sizes[tile] : sizes[one + 1] - sizes[tile]]
                step = max(1, PAIRS_AT_ONCE // own.size)
                for start in range(0, columns.size, step):
                    yield own, columns[start : start + step]
            tile = stop

    def _sifted(self, rows: Ints, at: Ints) -> tuple[Ints, Ints]:
        """What is left of all pairs of requests and offers, as positions in each."""
        requests = self.pool.requests
        keep = self._clash_requests[rows][:, None] & self._clash_offers[at] == 0
        for word in self._shared:
            keep &= word.holds(word.requests[rows][:, None] & word.offers[at])
        pairs = np.flatnonzero(keep)
        whose = pairs // at.size
        nearby = pairs - whose * at.size

        # As `criteria.distance` has it, but on what lies together in the cache.
        east = requests.x_m[rows][whose] - self._x_m[at][nearby]
        north = requests.y_m[rows][whose] - self._y_m[at][nearby]
        limit = requests.max_distance_m[rows][whose]
        limit = np.fmin(limit, self._limit_m[at][nearby])
        far = np.sqrt(east * east + north * north) > limit
        left = np.flatnonzero(~far)
        whose, nearby = whose[left], nearby[left]

        if self._towns is not None:
            # One place in a table of pairs of towns, as `criteria.place` has it.
            number = self._town_requests[rows][whose] + self._town_offers[at][nearby]
            left = np.flatnonzero(self._towns[number])
            whose, nearby = whose[left], nearby[left]
        if self._judges:
            r, c = rows[whose], self._cols[at][nearby]
            left = np.arange(r.size)
            for judge in self._judges:
                verdict = judge(self.pool, r[left], c[left], ANY_WEIGHTS)
                left = left[~verdict.veto]
            whose, nearby = whose[left], nearby[left]
        return whose, at[nearby]

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

    def around(self, near: Tiles) -> Ranges:
        """Ranges that hold each offer which is near enough to a tile."""
        radius_m = np.fmin(near.radius_m, self.reach_m)
        far = np.isnan(near.west + near.south + radius_m)
        if self.strips is None:
            far[:] = True
        whole = np.flatnonzero(far)
        ranges = Ranges(
            whole, np.zeros_like(whole), np.full(whole.size, self.cols.size)
        )
        if self.strips is not None and whole.size < far.size:
            some = np.flatnonzero(~far)
            ranges = _merged([ranges, self.strips.around(near, some, radius_m[some])])
        return ranges._replace(start=ranges.start + self.first)

    def near(self, x_m: float, y_m: float, limit_m: float) -> Ints:
        """Positions that hold each offer which is near enough to one place."""
        reach_m = self.reach_m if isnan(limit_m) else limit_m
        radius_m = reach_m if isnan(self.reach_m) else min(reach_m, self.reach_m)
        if self.strips is None or isnan(x_m + y_m + radius_m):
            return np.arange(self.first, self.first + self.cols.size)
        return self.strips.near(x_m, y_m, radius_m) + self.first


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


def _merged(parts: list[Ranges]) -> Ranges:
    """All ranges, in the order of whose they are."""
    nothing = np.zeros(0, np.int64)
    columns = zip(Ranges(nothing, nothing, nothing), *parts, strict=True)
    whose, start, length = (np.concatenate(column) for column in columns)
    order = np.argsort(whose, kind="stable")
    return Ranges(whose[order], start[order], length[order])

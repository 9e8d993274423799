"""What stands between one request and each offer near it, as bits of one number.

A barrier is a veto that somebody could take away by asking. What nobody is asked to
give up (limits about the home, a refused certificate or custody, a decision about the
pair) and what is too far off to ask for is no barrier: such an offer is not seen here.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from matching.core.pool import (
    ALL_AGES,
    HOME_FACTS,
    Custody,
    Demand,
    Fact,
    Flags,
    Ints,
    Metres,
    Pool,
    Screening,
)

# How much is asked of a family at most. Assumptions of ours, to be discussed with
# coordinators. Who named a distance knows the way: twice as far is another life, but
# from 1 km to 6 is still a bicycle ride.
TIMES_AS_FAR = 2
METRES_FARTHER = 5_000
# A child of 12 where 4 to 10 are welcome; a baby there is no matter of asking.
YEARS_OUTSIDE = 2
# With three things in the way a pair does not fit.
MOST_BARRIERS = 2

STRIP_M = 2_000.0
# More than any place lies east of another.
WIDTH_M = 4e7

# Stands for "nobody asked" in a word of moments, which leaves this bit free.
WILD = 1 << 62
ANY_NUMBER = 1_000
CHILDLESS = 1 << len(HOME_FACTS)


# One bit for each thing in the way; two of them say on whose side it is.
MOMENTS = 1
KINDS = 2
AGES = 4
CHILDREN = 8
DISTANCE_REQUEST = 16
DISTANCE_OFFER = 32
LANGUAGE_REQUEST = 64
LANGUAGE_OFFER = 128
PLACE = 256
LOAD = 512
BARRIERS = tuple(1 << bit for bit in range(10))


class Near(NamedTuple):
    """The offers of which a request may still hear, by stable key.

    Attributes:
        cols: (k,) columns of the pool.
        bits: (k,) the `BARRIERS` of each, at most two; 0 where nothing is in the way.
        metres: (k,) how far away; NaN where a place is unknown.
    """

    cols: Ints
    bits: Ints
    metres: Metres


def farthest_m(limit: Metres) -> Metres:
    """How far a family with this limit may be asked to go; NaN without a limit."""
    asked: Metres = np.maximum(TIMES_AS_FAR * limit, limit + METRES_FARTHER)
    return asked


class Barriers:
    """The offers of a pool, packed; in strips from south to north. Made once."""

    def __init__(
        self, pool: Pool, taken: Ints | None = None, wait: Ints | None = None
    ) -> None:
        """Packs the offers.

        Args:
            pool: the requests and offers.
            taken: (m,) moments that an offer cannot add, as pairings use them.
            wait: (m,) how long it takes until an offer without a place has one, in
                any unit; the shortest is looked at first.
        """
        self.pool = pool
        offers = pool.offers
        nothing = np.zeros(len(offers), np.int64)
        self.taken = nothing if taken is None else taken
        self.wait = nothing if wait is None else wait
        unknown = np.isnan(offers.x_m) | np.isnan(offers.y_m)
        # One number tells the strip and how far east in it; unknown places come last.
        along = _along(np.floor(offers.y_m / STRIP_M), offers.x_m)
        self._order = order = np.lexsort((offers.key, along))
        self._along = along[order]
        self._n_placed = int(np.count_nonzero(~unknown))
        self._x_m, self._y_m = offers.x_m[order], offers.y_m[order]
        self._limit_m = offers.max_distance_m[order]
        self._farthest_m = farthest_m(self._limit_m)
        self._moments = np.where(offers.moments_known, offers.moments, WILD)[order]
        self._kinds = offers.kinds[order]
        self._ages = np.where(offers.ages == 0, ALL_AGES, offers.ages)[order]
        self._widest_ages = _widened(self._ages)
        at_once = offers.children_at_once.astype(np.int64)
        self._at_once = np.where(at_once == 0, ANY_NUMBER, at_once)[order]
        self._languages = offers.languages[order]
        self._minds_language = (offers.language_demand == Demand.LIMIT)[order]
        self._municipality = offers.municipality[order]
        self._full = (offers.places_free == 0)[order]
        self._refused = (offers.screening == Screening.REFUSED)[order]
        childless = (offers.has_children == Fact.NO) * CHILDLESS
        self._home_has = (_bits(offers.home_facts == Fact.YES) | childless)[order]
        self._home_bars = _bits(offers.home_demands == Demand.LIMIT)[order]
        # Without a limit on either side everybody is near enough.
        no_limit = np.isnan(self._limit_m).any()
        self._reach_m = np.inf if no_limit else self._farthest_m.max(initial=0)

    def of_row(self, row: int) -> Near:
        """The offers near one request, with what is in the way.

        Raises:
            IndexError: the pool has no such row.
        """
        requests = self.pool.requests
        if not 0 <= row < len(requests):
            raise IndexError(f"row {row} of {len(requests)} requests")
        if requests.custody[row] == Custody.REFUSED:
            at = np.zeros(0, np.int64)
        else:
            at = self._within_reach(row)
        at = at[self._may_be_asked(row, at)]
        metres = self._metres(row, at)
        bits = self._bits(row, at, metres)
        few = np.bitwise_count(bits) <= MOST_BARRIERS
        cols = self._order[at[few]]
        by_key = np.argsort(self.pool.offers.key[cols])
        return Near(cols[by_key], bits[few][by_key], metres[few][by_key])

    def _within_reach(self, row: int) -> Ints:
        """Where the offers stand that are neither too far nor of an unknown place."""
        x_m = self.pool.requests.x_m[row]
        y_m = self.pool.requests.y_m[row]
        everybody = np.arange(self._order.size)
        if np.isnan(x_m + y_m):
            return everybody
        own = farthest_m(self.pool.requests.max_distance_m[row])
        reach = self._reach_m if np.isnan(own) else own
        if np.isinf(reach):
            return everybody
        # A little more, for roundings at the very edge; the exact test comes later.
        reach += 1
        south, north = np.floor((y_m + np.array([-reach, reach])) / STRIP_M)
        strips = np.arange(south, north + 1)
        placed = self._along[: self._n_placed]
        west = np.searchsorted(placed, _along(strips, x_m - reach))
        east = np.searchsorted(placed, _along(strips, x_m + reach), side="right")
        ranges = [everybody[a:b] for a, b in zip(west, east, strict=True)]
        return np.concatenate([*ranges, everybody[self._n_placed :]])

    def _may_be_asked(self, row: int, at: Ints) -> Flags:
        """Where nothing forbids the pair that nobody may be asked to give up."""
        requests = self.pool.requests
        bars = int(_bits(requests.home_demands[row : row + 1] == Demand.LIMIT)[0])
        if requests.wants_children_at_home[row] == Demand.LIMIT:
            bars |= CHILDLESS
        has = int(_bits(requests.home_facts[row : row + 1] == Fact.YES)[0])
        limits = (self._home_has[at] & bars) | (self._home_bars[at] & has)
        excluded = self.pool.excluded
        barred = excluded[excluded[:, 0] == row, 1]
        ages = int(requests.ages[row])
        may: Flags = (
            (limits == 0) & ~self._refused[at] & (ages & ~self._widest_ages[at] == 0)
        )
        if barred.size:
            may &= ~np.isin(self._order[at], barred)
        metres = self._metres(row, at)
        own = farthest_m(requests.max_distance_m[row])
        may &= ~(metres > np.fmin(own, self._farthest_m[at]))
        return may

    def _metres(self, row: int, at: Ints) -> Metres:
        east = self.pool.requests.x_m[row] - self._x_m[at]
        north = self.pool.requests.y_m[row] - self._y_m[at]
        metres: Metres = np.sqrt(east * east + north * north)
        return metres

    def _bits(self, row: int, at: Ints, metres: Metres) -> Ints:
        """The barriers, exactly where the criteria have a veto."""
        requests = self.pool.requests
        bits = np.zeros(at.size, np.int64)
        if requests.moments_known[row]:
            asked = int(requests.moments[row]) | WILD
            bits |= MOMENTS * (self._moments[at] & asked == 0)
        kinds = self._kinds[at]
        if asked := int(requests.kinds[row]):
            bits |= KINDS * ((kinds & asked == 0) & (kinds != 0))
        outside = int(requests.ages[row]) & ~self._ages[at]
        bits |= AGES * (outside != 0)
        bits |= CHILDREN * (requests.n_children[row] > self._at_once[at])
        bits |= DISTANCE_REQUEST * (metres > requests.max_distance_m[row])
        bits |= DISTANCE_OFFER * (metres > self._limit_m[at])
        languages = self._languages[at]
        if spoken := int(requests.languages[row]):
            apart = (languages & spoken == 0) & (languages != 0)
            if requests.language_demand[row] == Demand.LIMIT:
                bits |= LANGUAGE_REQUEST * apart
            bits |= LANGUAGE_OFFER * (apart & self._minds_language[at])
        own, theirs = requests.municipality[row], self._municipality[at]
        meets = self.pool.may_meet_or_unknown[own, theirs]
        bits |= PLACE * ~(meets | (theirs == own))
        bits |= LOAD * self._full[at]
        return bits


def _along(strip: Metres, x_m: Metres) -> Metres:
    """A number that grows with the strip, and with the way east within one."""
    along: Metres = strip * WIDTH_M + x_m
    return along


def _bits(flags: Flags) -> Ints:
    """(rows, width) flags as one number a row, the first one as the lowest bit."""
    places = 1 << np.arange(flags.shape[1], dtype=np.int64)
    packed: Ints = flags @ places
    return packed


def _widened(ages: NDArray[np.int32]) -> NDArray[np.int32]:
    """Each mask of ages with the years beside it that a family may be asked about."""
    wide = ages
    for _ in range(YEARS_OUTSIDE):
        wide = (wide | wide << 1 | wide >> 1) & ALL_AGES
    return wide

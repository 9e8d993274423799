"""The verdicts of a criterion on every kind of pair, made once and then looked up.

Where many pairs are alike in all that a criterion reads, it is asked about one pair of
each kind. Homes and languages differ too much for that: of those, bits are counted.
"""

from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np

from families.moments import (
    DAYPARTS_IN_A_WEEK,
    EVEN_WEEKS,
    ODD_WEEKS,
    SCHOOL_HOLIDAYS,
)
from matching.core.criteria import (
    CRITERIA,
    Criterion,
    Verdict,
    home_verdict,
    language_verdict,
    moments_verdict,
    usable_dayparts,
)
from matching.core.homes import EVERY_ITEM, ITEMS, UNCLEAR, home_words
from matching.core.pool import Demand, Frequency, Ints, Pool
from matching.core.rules import Weights

# There is no table of these: of what they read no two pairs are alike, or it is no
# column of the pool.
NO_TABLE = ("distance", "history")


class Table(Protocol):
    """Verdicts of one criterion on all kinds of pairs of a pool."""

    @property
    def size(self) -> int:
        """How many verdicts it holds."""

    def verdicts(self) -> Verdict:
        """The verdicts on all kinds."""

    def at(self, r: Ints, c: Ints) -> Ints:
        """Where among them those on pairs stand."""


def table_of(pool: Pool, criterion: Criterion, weights: Weights) -> Table:
    """The table of a criterion."""
    if criterion.code == "moments":
        return MomentsTable(pool, weights)
    if criterion.code == "home":
        return HomeTable(pool)
    if criterion.code == "language":
        return LanguageTable(pool, weights)
    return KindsTable(pool, criterion, weights)


class KindsTable:
    """Requests and offers that are equal in all that a criterion reads are alike.

    Attributes:
        size: how many kinds of pairs there are.
        of_request: (n,) where the pairs of each request begin.
        of_offer: (m,) how much further those with each offer stand.
    """

    def __init__(self, pool: Pool, criterion: Criterion, weights: Weights) -> None:
        self._pool, self._judge, self._weights = pool, criterion.judge, weights
        self._request, kind = _kinds_of_rows(pool.requests, criterion.asked)
        self._offer, of_offer = _kinds_of_rows(pool.offers, criterion.offered)
        # Half as wide, twice as many of them stay near the processor.
        self.of_offer = of_offer.astype(np.int32)
        self.of_request = kind * self._offer.size
        self.size = self._request.size * self._offer.size

    def verdicts(self) -> Verdict:
        r = np.repeat(self._request, self._offer.size)
        c = np.tile(self._offer, self._request.size)
        return self._judge(self._pool, r, c, self._weights)

    def at(self, r: Ints, c: Ints) -> Ints:
        return self.of_request[r] + self.of_offer[c]


def _kinds_of_rows(side: Any, names: Sequence[str]) -> tuple[Ints, Ints]:
    """One row of each kind that differs in these columns, and the kind of each row."""
    rows = len(side)
    kind = np.zeros(rows, np.int64)
    for name in names:
        column = getattr(side, name).astype(np.int64)
        column = column - column.min(initial=0)
        highest = int(column.max(initial=0)) + 1
        if highest > 4 * rows:
            column = np.unique(column, return_inverse=True)[1]
            highest = int(column.max(initial=0)) + 1
        kind = kind * highest + column
        if int(kind.max(initial=0)) > 4 * rows:
            kind = np.unique(kind, return_inverse=True)[1]
    count = int(kind.max(initial=0)) + 1
    one = np.full(count, -1)
    one[kind] = np.arange(rows)
    used = np.flatnonzero(one >= 0)
    number = np.empty(count, np.int64)
    number[used] = np.arange(used.size)
    return one[used], number[kind]


# What `KindsOfPairs` reads in ways of its own, or not at all.
NOT_IN_COLUMNS = (*NO_TABLE, "moments", "home")


class KindsOfPairs:
    """Numbers pairs so that those alike in all that a criterion reads are equal."""

    def __init__(self, pool: Pool, weights: Weights) -> None:
        self._pool = pool
        criteria = [one for one in CRITERIA if one.code not in NOT_IN_COLUMNS]
        self._codes = [one.code for one in criteria]
        tables = [KindsTable(pool, one, weights) for one in criteria]
        # What is read together lies together.
        self._requests = np.column_stack([table.of_request for table in tables])
        self._offers = np.column_stack([table.of_offer for table in tables])
        self._home = home_words(pool)

    def of(self, row: int, cols: Ints) -> dict[str, list[Any]]:
        """By the code of a criterion the kind of each pair of a request."""
        kinds: dict[str, list[Any]]
        numbers = (self._requests[row] + self._offers[cols]).T.tolist()
        kinds = dict(zip(self._codes, numbers, strict=True))
        home = self._home
        both = home.requests[row] & home.offers[cols]
        limits = home.limits_of_requests[row] | home.limits_of_offers[cols]
        kinds["home"] = list(zip(both.tolist(), limits.tolist(), strict=True))
        excluded = self._pool.is_excluded(row * len(self._pool.offers) + cols)
        kinds["history"] = excluded.tolist()
        return kinds


# How often dayparts are shared in even weeks, in odd weeks, and two bits on top.
COUNTS = DAYPARTS_IN_A_WEEK + 1
TOPS = 4
TOP_AT = 2 * DAYPARTS_IN_A_WEEK
SHARED = COUNTS * COUNTS * TOPS
MOMENTS_UNKNOWN = SCHOOL_HOLIDAYS << 1


class MomentsTable:
    """By the frequency, the dayparts that count of those asked for, and how many match.

    Above the holidays an offer shows a bit if its moments are unknown. The last places
    are for requests of which they are unknown.
    """

    def __init__(self, pool: Pool, weights: Weights) -> None:
        self._weights = weights
        requests, offers = pool.requests, pool.offers
        wanted = usable_dayparts(requests.moments, requests.frequency, weights)
        self._wanted, number = np.unique(wanted, return_inverse=True)
        number = number * len(Frequency) + requests.frequency
        number[~requests.moments_known] = self._wanted.size * len(Frequency)
        self._requests = number * SHARED
        self.size = (self._wanted.size * len(Frequency) + 1) * SHARED
        self._asked = requests.moments | MOMENTS_UNKNOWN
        unknown = np.where(offers.moments_known, 0, MOMENTS_UNKNOWN)
        self._offered = offers.moments | unknown

    def verdicts(self) -> Verdict:
        even, odd, top = np.indices((COUNTS, COUNTS, TOPS)).reshape(3, -1)
        mask = (1 << even) - 1 | (1 << odd) - 1 << DAYPARTS_IN_A_WEEK
        mask |= (top & 1) * SCHOOL_HOLIDAYS
        shared = np.stack(
            [
                usable_dayparts(mask, np.full_like(top, frequency), self._weights)
                for frequency in Frequency
            ]
        )
        times = self._wanted.size * len(Frequency)
        known = np.tile(top < MOMENTS_UNKNOWN >> TOP_AT, times + 1)
        known[times * SHARED :] = False
        return moments_verdict(
            np.append(np.repeat(self._wanted, shared.size), np.zeros(SHARED)),
            np.append(np.tile(shared.ravel(), self._wanted.size), np.zeros(SHARED)),
            known=known,
            veto=np.tile(mask == 0, times + 1),
        )

    def at(self, r: Ints, c: Ints) -> Ints:
        both = self._asked[r] & self._offered[c]
        at = np.multiply(np.bitwise_count(both & EVEN_WEEKS), COUNTS, dtype=np.int64)
        at += np.bitwise_count(both & ODD_WEEKS)
        at *= TOPS
        at += both >> TOP_AT
        at += self._requests[r]
        return at


class HomeTable:
    """By how many limits and wishes are kept, wishes broken, and two signs.

    `homes.home_words` has a bit for each item that is kept, broken and so on.
    """

    size = (ITEMS + 1) * (ITEMS + 1) * 4

    def __init__(self, pool: Pool) -> None:
        self._words = home_words(pool)

    def verdicts(self) -> Verdict:
        kept, broken, excluded, unclear = np.indices(
            (ITEMS + 1, ITEMS + 1, 2, 2)
        ).reshape(4, -1)
        return home_verdict(kept, broken, excluded=excluded > 0, unclear=unclear > 0)

    def at(self, r: Ints, c: Ints) -> Ints:
        both = self._words.requests[r] & self._words.offers[c]
        at = np.multiply(np.bitwise_count(both & EVERY_ITEM), ITEMS + 1, dtype=np.int64)
        at += np.bitwise_count(both & EVERY_ITEM << ITEMS)
        at *= 4
        at += (both & EVERY_ITEM << 4 * ITEMS != 0) * 2
        at += both & UNCLEAR != 0
        return at


# Of those that told their languages; and of "shared" and "liked".
BOTH = 2


class LanguageTable:
    """By both demands, who told languages, and whether one is shared and liked."""

    SHAPE = (len(Demand), len(Demand), 3, 3)
    size = 144

    def __init__(self, pool: Pool, weights: Weights) -> None:
        self._weights = weights
        requests, offers = pool.requests, pool.offers
        self._asked, self._offered = requests.languages, offers.languages
        # Whoever prefers none likes each.
        preferred = requests.preferred_language
        self._liked = np.where(preferred == 0, -1, preferred)
        told = (requests.languages != 0).astype(np.int64)
        self._requests = requests.language_demand * np.int64(36) + told * 3
        told = (offers.languages != 0).astype(np.int64)
        self._offers = offers.language_demand * np.int64(9) + told * 3

    def verdicts(self) -> Verdict:
        asked, offered, told, shared = np.indices(self.SHAPE, np.int8).reshape(4, -1)
        return language_verdict(
            (asked, offered),
            told == BOTH,
            shared > 0,
            shared == BOTH,
            self._weights,
        )

    def at(self, r: Ints, c: Ints) -> Ints:
        shared = self._asked[r] & self._offered[c]
        at = self._requests[r] + self._offers[c]
        at += shared != 0
        at += shared & self._liked[r] != 0
        return at

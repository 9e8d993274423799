"""The verdicts of a criterion on every kind of pair, made once and then looked up.

Where many pairs are alike in all that a criterion reads, it is asked about one pair of
each kind. Homes and languages differ too much for that: of those, bits are counted.
"""

from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np

from matching.core.criteria import (
    Criterion,
    Verdict,
    home_verdict,
    language_verdict,
)
from matching.core.homes import EVERY_ITEM, ITEMS, UNCLEAR, home_words
from matching.core.pool import Demand, Ints, Pool
from matching.core.rules import Weights

# No two pairs are alike in what these read.
NO_KINDS = ("moments", "distance", "history")


class Table(Protocol):
    """Verdicts of one criterion on all kinds of pairs of a pool."""

    @property
    def size(self) -> int:
        """How many verdicts it holds."""

    def verdicts(self, weights: Weights) -> Verdict:
        """The verdicts on all kinds."""

    def at(self, r: Ints, c: Ints) -> Ints:
        """Where among them those on pairs stand."""


def table_of(pool: Pool, criterion: Criterion) -> Table:
    """The table of a criterion."""
    if criterion.code == "home":
        return HomeTable(pool)
    if criterion.code == "language":
        return LanguageTable(pool)
    return KindsTable(pool, criterion)


class KindsTable:
    """Requests and offers that are equal in all that a criterion reads are alike."""

    def __init__(self, pool: Pool, criterion: Criterion) -> None:
        self._pool, self._judge = pool, criterion.judge
        self._request, self._of_request = _kinds_of_rows(pool.requests, criterion.asked)
        self._offer, self._of_offer = _kinds_of_rows(pool.offers, criterion.offered)
        self._of_request = self._of_request * self._offer.size
        self.size = self._request.size * self._offer.size

    def verdicts(self, weights: Weights) -> Verdict:
        r = np.repeat(self._request, self._offer.size)
        c = np.tile(self._offer, self._request.size)
        return self._judge(self._pool, r, c, weights)

    def at(self, r: Ints, c: Ints) -> Ints:
        return self._of_request[r] + self._of_offer[c]


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


class HomeTable:
    """By how many limits and wishes are kept, wishes broken, and two signs.

    `homes.home_words` has a bit for each item that is kept, broken and so on.
    """

    size = (ITEMS + 1) * (ITEMS + 1) * 4

    def __init__(self, pool: Pool) -> None:
        self._words = home_words(pool)

    def verdicts(self, weights: Weights) -> Verdict:
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

    def __init__(self, pool: Pool) -> None:
        requests, offers = pool.requests, pool.offers
        self._asked, self._offered = requests.languages, offers.languages
        # Whoever prefers none likes each.
        preferred = requests.preferred_language
        self._liked = np.where(preferred == 0, -1, preferred)
        told = (requests.languages != 0).astype(np.int64)
        self._requests = requests.language_demand * np.int64(36) + told * 3
        told = (offers.languages != 0).astype(np.int64)
        self._offers = offers.language_demand * np.int64(9) + told * 3

    def verdicts(self, weights: Weights) -> Verdict:
        asked, offered, told, shared = np.indices(self.SHAPE, np.int8).reshape(4, -1)
        return language_verdict(
            (asked, offered), told == BOTH, shared > 0, shared == BOTH, weights
        )

    def at(self, r: Ints, c: Ints) -> Ints:
        shared = self._asked[r] & self._offered[c]
        at = self._requests[r] + self._offers[c]
        at += shared != 0
        at += shared & self._liked[r] != 0
        return at

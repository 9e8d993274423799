"""The offers for one request from best to last, and the best band of every request."""

from dataclasses import dataclass

import numpy as np

from matching.core.pool import Codes, Ints, Pool
from matching.core.rules import CODES, Weights
from matching.core.score import NO_VETO, Band, band_of, best_first, sift

# So many pairs at a time fit in the processor's cache and bound the memory used.
PAIRS_AT_ONCE = 65_536


@dataclass(frozen=True, eq=False)
class Ranking:
    """All offers of a pool for one request.

    Attributes:
        cols: columns of the candidates, best first (see `score.best_first`).
        score: their scores, 0 to 10,000.
        band: their `Band`.
        left_out: columns that something excludes, by key.
        veto: number in `CODES` of the first criterion that excludes each of them.
    """

    cols: Ints
    score: Ints
    band: Codes
    left_out: Ints
    veto: Codes

    @property
    def veto_codes(self) -> tuple[str, ...]:
        """The code of the first veto of each offer left out."""
        return tuple(CODES[number] for number in self.veto)


def rank_offers(pool: Pool, row: int, weights: Weights) -> Ranking:
    """Rank every offer for the request in `row`.

    Raises:
        IndexError: the pool has no such row.
    """
    if not 0 <= row < len(pool.requests):
        raise IndexError(f"row {row} of {len(pool.requests)} requests")
    cols = np.arange(len(pool.offers))
    left, score, first_veto = sift(pool, np.full(cols.size, row), cols, weights)
    offers = pool.offers
    order = best_first(score, offers.waited_days[left], offers.key[left], weights)
    out = np.flatnonzero(first_veto != NO_VETO)
    out = out[np.argsort(offers.key[out])]
    return Ranking(
        cols=left[order],
        score=score[order],
        band=band_of(score[order], weights),
        left_out=out,
        veto=first_veto[out],
    )


def best_band(pool: Pool, weights: Weights) -> Codes:
    """The `Band` of the best offer for each request; `Band.NONE` where all fall off."""
    best = np.full(len(pool.requests), Band.NONE, np.int8)
    n_offers = len(pool.offers)
    n_pairs = len(pool.requests) * n_offers
    for start in range(0, n_pairs, PAIRS_AT_ONCE):
        pairs = np.arange(start, min(start + PAIRS_AT_ONCE, n_pairs))
        rows, cols = np.divmod(pairs, n_offers)
        left, score, _ = sift(pool, rows, cols, weights)
        np.maximum.at(best, rows[left], band_of(score, weights))
    return best

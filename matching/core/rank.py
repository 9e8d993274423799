"""The offers for one request from best to last, and the best band of every request."""

from dataclasses import dataclass

import numpy as np

from matching.core.candidates import Supply, candidates
from matching.core.pool import Codes, Ints, Pool
from matching.core.rules import CODES, Weights
from matching.core.score import (
    NO_VETO,
    Band,
    Scorer,
    band_of,
    best_first,
    scores,
    sift,
)


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


def top(supply: Supply, scorer: Scorer, row: int, n: int = 10) -> Ranking:
    """The `n` best offers for one request of a large pool; nobody is left out by name.

    Args:
        supply: the offers.
        scorer: of the same pool.
        row: of the request.
        n: how many at most.
    """
    cols = supply.of_row(row)
    score = scorer.of(np.full(cols.size, row), cols)
    offers, weights = supply.pool.offers, scorer.weights
    order = best_first(score, offers.waited_days[cols], offers.key[cols], weights)[:n]
    nobody = np.zeros(0, np.int64)
    return Ranking(
        cols=cols[order],
        score=score[order],
        band=band_of(score[order], weights),
        left_out=nobody,
        veto=nobody.astype(np.int8),
    )


def best_band(pool: Pool, weights: Weights) -> Codes:
    """The `Band` of the best offer for each request; `Band.NONE` where all fall off."""
    found = candidates(pool)
    best = np.full(len(pool.requests), Band.NONE, np.int8)
    np.maximum.at(best, found.rows, band_of(scores(pool, found, weights), weights))
    return best

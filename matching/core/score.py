"""One number for how well a pair fits, its band in words, and the order of pairs."""

from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from matching.core.candidates import Candidates
from matching.core.criteria import CRITERIA, State, Values
from matching.core.packed.terms import terms_of
from matching.core.pool import Codes, Flags, Ints, Pool
from matching.core.rules import FULL_SCORE, Weights

NO_VETO = -1

# So many pairs at a time fit in the processor's cache and bound the memory used.
PAIRS_AT_ONCE = 65_536


class Band(IntEnum):
    """What a score is called; a percentage is never shown."""

    NONE = 0
    POSSIBLE = 1
    GOOD = 2
    STRONG = 3


# Plain numbers: looking an enumeration up takes longer than to compare.
_NONE, POSSIBLE, GOOD, STRONG = (np.int8(band) for band in Band)


def score_of(values: Values, unmet: Flags, weights: Weights) -> Ints:
    """The weighted mean of the criteria, unknown ones at the neutral value.

    Whatever else fits, a pair of which something that counts is not met stays just
    below a strong one.

    Args:
        values: (criteria, k) of 0 to 1 in the order of `CODES`; NaN is unknown.
        unmet: (criteria, k) whether each is not met.
        weights: the rules.

    Returns:
        (k,) integers of 0 to 10,000.
    """
    points = np.zeros(values.shape[1])
    # Added up in a fixed order: a matrix product may round otherwise for other shapes.
    for weight, value in zip(weights.weights, values, strict=True):
        points += weight * _or_neutral(value, weights)
    counts = np.array(weights.weights) > 0
    return _rounded(points, np.logical_or.reduce(unmet[counts], axis=0), weights)


def sift(
    pool: Pool, r: Ints, c: Ints, weights: Weights
) -> tuple[NDArray[np.int64], Ints, Codes]:
    """The pairs that nothing excludes with their scores, and why the others fell.

    A pair that one criterion excludes is not looked at by the next ones.

    Args:
        pool: the requests and offers.
        r: (k,) rows of the pairs.
        c: (k,) their columns.
        weights: the rules.

    Returns:
        Positions in `r` of the pairs left, ascending; their scores; and (k,) the
        number of the first criterion with a veto, or `NO_VETO`.
    """
    left = np.arange(r.size)
    points, unmet = np.zeros(r.size), np.zeros(r.size, np.bool_)
    first_veto = np.full(r.size, NO_VETO, np.int8)
    for number, criterion in enumerate(CRITERIA):
        verdict = criterion.judge(pool, r[left], c[left], weights)
        first_veto[left[verdict.veto]] = number
        weight = weights.weights[number]
        points += weight * _or_neutral(verdict.value, weights)
        unmet |= (verdict.state == State.NOT_MET) & (weight > 0)
        stays = ~verdict.veto
        left, points, unmet = left[stays], points[stays], unmet[stays]
    return left, _rounded(points, unmet, weights), first_veto


def scores(pool: Pool, found: Candidates, weights: Weights) -> Ints:
    """The score of every candidate of a pool, exactly as `sift` gives it.

    Returns:
        (k,) integers of 0 to 10,000, in the order of `found.indices`.
    """
    return Scorer(pool, weights, room=len(found)).of(found.rows, found.indices)


class Scorer:
    """Scores candidates of a pool from tables made once (see `terms`)."""

    def __init__(self, pool: Pool, weights: Weights, *, room: int) -> None:
        """Make the tables, each of at most `room` numbers."""
        self._terms = terms_of(pool, weights, room=room)
        self.weights = weights

    def of(self, r: Ints, c: Ints) -> Ints:
        """The scores of candidates, given their (k,) rows and (k,) columns."""
        score = np.empty(r.size, np.int64)
        for start in range(0, r.size, PAIRS_AT_ONCE):
            some = slice(start, start + PAIRS_AT_ONCE)
            points = np.zeros(r[some].size)
            unmet = np.zeros(r[some].size, np.bool_)
            # In the order of `CODES`, as another order may round otherwise.
            for term in self._terms:
                more, not_met = term(r[some], c[some])
                points += more
                if not_met is not None:
                    unmet |= not_met
            score[some] = _rounded(points, unmet, self.weights)
        return score


def band_of(score: Ints, weights: Weights) -> Codes:
    """The `Band` of each score of a pair that nothing excludes."""
    band = np.where(score >= weights.good_from, GOOD, POSSIBLE)
    band[score >= weights.strong_from] = STRONG
    return band


def best_first(
    score: Ints, waited_days: NDArray[np.int32], key: Ints, weights: Weights
) -> NDArray[np.int64]:
    """Positions from best to last: score, near ties by waiting, then the stable key.

    Scores in the same step of `near_tie` points count as near. So the score may rise
    within a step but never from one step to the next, nor from one band to the next.
    """
    step = score // weights.near_tie
    return np.lexsort((key, -score, -waited_days.astype(np.int64), -step))


def _or_neutral(value: Values, weights: Weights) -> Values:
    return np.where(np.isnan(value), weights.neutral, value)


def _rounded(points: Values, unmet: Flags, weights: Weights) -> Ints:
    score = np.rint(FULL_SCORE * points / sum(weights.weights)).astype(np.int64)
    below_strong = max(weights.strong_from - 1, 0)
    return np.where(unmet, np.minimum(score, below_strong), score)

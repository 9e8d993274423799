"""Candidates against the criteria themselves, asked about every pair of a pool."""

import numpy as np
import pytest

from matching.core.candidates import Supply, candidates
from matching.core.criteria import CRITERIA
from matching.core.rules import CODES, DEFAULT_RULES, Weights
from matching.core.score import scores, sift
from matching.tests.pools import random_pool

WEIGHTS = Weights.from_rules(DEFAULT_RULES)


def naive(pool):
    n, m = len(pool.requests), len(pool.offers)
    r, c = np.indices((n, m)).reshape(2, -1)
    vetoes = [criterion.judge(pool, r, c, WEIGHTS).veto for criterion in CRITERIA]
    left = ~np.any(vetoes, axis=0)
    return list(zip(r[left].tolist(), c[left].tolist(), strict=True))


def pairs(found):
    return list(zip(found.rows.tolist(), found.indices.tolist(), strict=True))


@pytest.mark.parametrize("seed", range(300))
def test_candidates_are_the_pairs_that_no_criterion_excludes(seed):
    pool = random_pool(seed)

    assert pairs(candidates(pool)) == naive(pool)


@pytest.mark.parametrize("seed", range(10))
def test_candidates_of_larger_pools(seed):
    pool = random_pool(seed, n=60, m=90)
    supply = Supply(pool)

    found = candidates(pool)

    assert pairs(found) == naive(pool)
    assert [supply.of_row(row).tolist() for row in range(60)] == [
        found.of_row(row).tolist() for row in range(60)
    ]


def weights_of(seed):
    """The rules of a new organisation, or others in which everything counts."""
    if seed % 2:
        return WEIGHTS
    rng = np.random.default_rng(seed)
    return Weights.from_rules(
        DEFAULT_RULES
        | {
            "weights": {code: rng.integers(0, 9) / 7 + 0.1 for code in CODES},
            "neutral": 0.4,
            "dayparts_enough": {
                "weekly": 1.5,
                "fortnightly": 3,
                "monthly": 2,
                "now_and_then": 1,
            },
        }
    )


@pytest.mark.parametrize("seed", range(150))
def test_scores_of_candidates_are_those_of_the_criteria(seed):
    pool = random_pool(seed)
    found = candidates(pool)

    weights = weights_of(seed)

    left, score, _ = sift(pool, found.rows, found.indices, weights)

    assert left.size == len(found)
    assert scores(pool, found, weights).tolist() == score.tolist()

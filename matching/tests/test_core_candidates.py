"""Candidates against the criteria themselves, asked about every pair of a pool."""

import dataclasses

import numpy as np
import pytest

from matching.core.candidates import Supply, candidates
from matching.core.criteria import CRITERIA
from matching.core.rules import CODES, DEFAULT_RULES, Weights
from matching.core.score import scores, sift
from matching.tests.pools import offers, pool, random_pool, requests

WEIGHTS = Weights.from_rules(DEFAULT_RULES)


def naive(the_pool):
    n, m = len(the_pool.requests), len(the_pool.offers)
    r, c = np.indices((n, m)).reshape(2, -1)
    vetoes = [criterion.judge(the_pool, r, c, WEIGHTS).veto for criterion in CRITERIA]
    left = ~np.any(vetoes, axis=0)
    return list(zip(r[left].tolist(), c[left].tolist(), strict=True))


def pairs(found):
    return list(zip(found.rows.tolist(), found.indices.tolist(), strict=True))


@pytest.mark.parametrize("seed", range(300))
def test_candidates_are_the_pairs_that_no_criterion_excludes(seed):
    the_pool = random_pool(seed)

    assert pairs(candidates(the_pool)) == naive(the_pool)


@pytest.mark.parametrize("seed", range(10))
def test_candidates_of_larger_pools(seed):
    the_pool = random_pool(seed, n=60, m=90)
    supply = Supply(the_pool)

    found = candidates(the_pool)

    assert pairs(found) == naive(the_pool)
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
    the_pool = random_pool(seed)
    found = candidates(the_pool)

    weights = weights_of(seed)

    left, score, _ = sift(the_pool, found.rows, found.indices, weights)

    assert left.size == len(found)
    assert scores(the_pool, found, weights).tolist() == score.tolist()


def spread(side, factor):
    """The same rows, so many times as far apart."""
    return dataclasses.replace(side, x_m=side.x_m * factor, y_m=side.y_m * factor)


@pytest.mark.parametrize("factor", [0, 0.1, 12, 1_000])
def test_candidates_however_far_apart_families_live(factor):
    the_pool = random_pool(3, n=150, m=120)
    the_pool = dataclasses.replace(
        the_pool,
        requests=spread(the_pool.requests, factor),
        offers=spread(the_pool.offers, factor),
    )
    supply = Supply(the_pool)

    found = candidates(the_pool)

    assert pairs(found) == naive(the_pool)
    assert [supply.of_row(row).tolist() for row in range(150)] == [
        found.of_row(row).tolist() for row in range(150)
    ]


def test_candidates_of_someone_exactly_at_the_limit():
    asked = requests(2, x_m=[0, 0.001], y_m=0, max_distance_m=5_000)
    offered = offers(2, x_m=[3_000, -3_000], y_m=[4_000, -4_000])

    found = candidates(pool(asked, offered))

    assert pairs(found) == [(0, 0), (0, 1), (1, 0)]


def test_candidates_where_masks_do_not_fit_in_a_word():
    rng = np.random.default_rng(11)
    wide = rng.integers(0, 2**63, (2, 40)) & rng.integers(0, 2**63, (2, 40))
    sparse = wide & rng.integers(0, 2**63, (2, 40)) & rng.integers(0, 2**63, (2, 40))
    the_pool = pool(
        requests(
            40,
            kinds=sparse[0],
            languages=sparse[0],
            language_demand=3,
            n_children=rng.integers(0, 100, 40),
        ),
        offers(
            40,
            kinds=sparse[1],
            languages=sparse[1],
            children_at_once=np.arange(60, 100),
        ),
    )

    found = candidates(the_pool)

    assert 0 < len(found) < 40 * 40
    assert pairs(found) == naive(the_pool)


def test_candidates_leave_out_every_pair_that_was_excluded():
    apart = [(0, 0), (0, 0), (0, 2), (2, 1), (2, 2)]
    the_pool = pool(requests(3), offers(3), excluded=apart)
    supply = Supply(the_pool)

    found = candidates(the_pool)

    assert pairs(found) == [(0, 1), (1, 0), (1, 1), (1, 2), (2, 0)]
    assert [supply.of_row(row).tolist() for row in range(3)] == [[1], [0, 1, 2], [0]]


@pytest.mark.parametrize(("n", "m"), [(0, 0), (0, 3), (3, 0)])
def test_candidates_of_an_empty_side(n, m):
    the_pool = pool(requests(n), offers(m))

    found = candidates(the_pool)

    assert found.indptr.tolist() == [0] * (n + 1)
    assert found.indices.tolist() == []
    assert scores(the_pool, found, WEIGHTS).tolist() == []

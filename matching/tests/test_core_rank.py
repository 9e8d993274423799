import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.core.candidates import Supply
from matching.core.pool import Pool
from matching.core.rank import best_band, rank_offers, top
from matching.core.rules import DEFAULT_RULES, Weights
from matching.core.score import Band, Scorer
from matching.tests.pools import offers, pool, random_pool, requests, take

WEIGHTS = Weights.from_rules(DEFAULT_RULES)


def ranked(the_pool, row):
    """The ranking of one row in terms that do not depend on the order of columns."""
    ranking = rank_offers(the_pool, row, WEIGHTS)
    keys = the_pool.offers.key
    return (
        list(zip(keys[ranking.cols], ranking.score, ranking.band, strict=True)),
        list(zip(keys[ranking.left_out], ranking.veto_codes, strict=True)),
    )


def test_rank_offers_orders_candidates_and_names_why_others_are_left_out():
    asked = requests(kinds=0b11, x_m=0, y_m=0)
    offered = offers(
        4,
        key=[40, 30, 20, 10],
        kinds=[0b01, 0b11, 0b100, 0b11],
        x_m=[0, 5_000, 0, 0],
        y_m=0,
        places_free=[1, 1, 1, 0],
    )

    ranking = rank_offers(pool(asked, offered), 0, WEIGHTS)

    # Known are kinds 20, distance 15 and load 3; half of the other 62 is 31.
    # 30: 20 + 15 x (1 - 0.75 x 0.5) + 3 + 31; 40: 10 + 15 + 3 + 31.
    assert ranking.cols.tolist() == [1, 0]
    assert ranking.score.tolist() == [6_338, 5_900]
    assert ranking.band.tolist() == [Band.GOOD, Band.POSSIBLE]
    assert ranking.left_out.tolist() == [3, 2]
    assert ranking.veto_codes == ("load", "kinds")


def test_offers_that_are_equal_stand_by_key():
    ranking = rank_offers(pool(requests(), offers(3, key=[5, 9, 1])), 0, WEIGHTS)

    assert ranking.cols.tolist() == [2, 0, 1]


def test_without_offers_nobody_is_ranked():
    lonely = pool(requests(2), offers(0))

    ranking = rank_offers(lonely, 1, WEIGHTS)

    assert (ranking.cols.tolist(), ranking.left_out.tolist()) == ([], [])
    assert best_band(lonely, WEIGHTS).tolist() == [Band.NONE, Band.NONE]


def test_without_requests_there_is_no_band():
    assert best_band(pool(requests(0), offers(2)), WEIGHTS).tolist() == []


@pytest.mark.parametrize("row", [-1, 2])
def test_rank_offers_refuses_a_row_outside_the_pool(row):
    with pytest.raises(IndexError, match=f"row {row} of 2 requests"):
        rank_offers(pool(requests(2), offers(1)), row, WEIGHTS)


@pytest.mark.parametrize("seed", range(20))
def test_best_band_and_the_top_are_those_of_the_ranking(seed):
    the_pool = random_pool(seed, n=13, m=17)
    supply, scorer = Supply(the_pool), Scorer(the_pool, WEIGHTS, room=1_000)

    bands = best_band(the_pool, WEIGHTS)

    for row in range(13):
        ranking = rank_offers(the_pool, row, WEIGHTS)
        best = top(supply, scorer, row, n=3)
        assert best.cols.tolist() == ranking.cols[:3].tolist()
        assert best.score.tolist() == ranking.score[:3].tolist()
        assert best.band.tolist() == ranking.band[:3].tolist()
        assert bands[row] == max(ranking.band, default=Band.NONE)


@given(st.integers(0, 10_000), st.randoms(use_true_random=False))
def test_permuting_rows_and_columns_permutes_the_result(seed, random):
    the_pool = random_pool(seed)
    n, m = len(the_pool.requests), len(the_pool.offers)
    rows, cols = np.array(random.sample(range(n), n), int), random.sample(range(m), m)
    new_row, new_col = np.argsort(rows), np.argsort(cols)
    shuffled = Pool(
        requests=take(the_pool.requests, rows),
        offers=take(the_pool.offers, np.array(cols, int)),
        may_meet=the_pool.may_meet,
        excluded=np.array(
            [(new_row[r], new_col[c]) for r, c in the_pool.excluded], np.int64
        ).reshape(-1, 2),
    )

    assert (best_band(shuffled, WEIGHTS) == best_band(the_pool, WEIGHTS)[rows]).all()
    assert [ranked(shuffled, new_row[r]) for r in range(n)] == [
        ranked(the_pool, r) for r in range(n)
    ]

"""Barriers are the vetoes of the criteria, less what nobody may be asked."""

import numpy as np
import pytest

from matching.core.criteria import CRITERIA, distance_m
from matching.core.rules import DEFAULT_RULES, Weights
from matching.core.unlocking import barriers as bars
from matching.core.unlocking.barriers import Barriers
from matching.tests.pools import offers, pool, random_pool, requests, take

WEIGHTS = Weights.from_rules(DEFAULT_RULES)

BARRIERS = {
    "moments": bars.MOMENTS,
    "kinds": bars.KINDS,
    "ages": bars.AGES,
    "children": bars.CHILDREN,
    "distance": bars.DISTANCE_REQUEST | bars.DISTANCE_OFFER,
    "language": bars.LANGUAGE_REQUEST | bars.LANGUAGE_OFFER,
    "place": bars.PLACE,
    "load": bars.LOAD,
    "home": 0,
    "screening": 0,
    "custody": 0,
    "history": 0,
    "frequency": 0,
    "duration": 0,
}


def vetoes_of(pool, row, cols):
    r = np.full(cols.size, row)
    return {one.code: one.judge(pool, r, cols, WEIGHTS).veto for one in CRITERIA}


@pytest.mark.parametrize("seed", range(60))
def test_barriers_are_the_vetoes_of_the_criteria(seed):
    anything = random_pool(seed, 4, 12)
    barriers = Barriers(anything)

    for row in range(4):
        near = barriers.of_row(row)
        found = {
            code: (near.bits & barrier != 0).tolist()
            for code, barrier in BARRIERS.items()
        }
        vetoes = vetoes_of(anything, row, near.cols)
        assert found == {code: veto.tolist() for code, veto in vetoes.items()}


@pytest.mark.parametrize("seed", range(60))
def test_barriers_see_every_candidate(seed):
    anything = random_pool(seed, 4, 12)
    barriers = Barriers(anything)

    for row in range(4):
        near = barriers.of_row(row)
        vetoes = vetoes_of(anything, row, np.arange(12))
        open_ = np.flatnonzero(~np.any(list(vetoes.values()), axis=0))
        assert np.sort(near.cols[near.bits == 0]).tolist() == open_.tolist()


@pytest.mark.parametrize("seed", range(20))
def test_barriers_leave_out_only_what_nobody_is_asked(seed):
    anything = random_pool(seed, 4, 12)
    barriers = Barriers(anything)

    for row in range(4):
        seen = set(barriers.of_row(row).cols.tolist())
        for col in set(range(12)) - seen:
            vetoes = vetoes_of(anything, row, np.array([col]))
            fixed = ("home", "screening", "custody", "history")
            in_the_way = [code for code, veto in vetoes.items() if veto[0]]
            too_much = len(in_the_way) > 1 or set(in_the_way) <= {
                "ages",
                "children",
                "distance",
            }
            assert too_much or any(vetoes[code][0] for code in fixed)


def test_barriers_tell_whose_distance_it_is():
    # 6 km apart: beyond the request's, beyond the offer's, beyond both.
    asked = requests(1, x_m=0, y_m=0, max_distance_m=5_000)
    wide = requests(1, x_m=0, y_m=0, max_distance_m=9_000)
    given = offers(2, x_m=6_000, y_m=0, max_distance_m=[9_000, 4_000])

    strict = Barriers(pool(asked, given)).of_row(0)
    easy = Barriers(pool(wide, given)).of_row(0)

    request, offer = bars.DISTANCE_REQUEST, bars.DISTANCE_OFFER
    assert strict.bits.tolist() == [request, request | offer]
    assert easy.bits.tolist() == [0, offer]


def test_barriers_stop_at_what_is_too_far_to_ask():
    asked = requests(1, x_m=0, y_m=0, max_distance_m=5_000)
    given = offers(3, x_m=[10_000, 10_001, np.nan], y_m=0, max_distance_m=20_000)

    near = Barriers(pool(asked, given)).of_row(0)

    assert near.cols.tolist() == [0, 2]
    assert near.metres.tolist()[0] == 10_000


def test_barriers_see_all_of_a_wide_country():
    rng = np.random.default_rng(7)
    n = 2_000
    asked = requests(
        5, x_m=rng.uniform(0, 9e4, 5), y_m=rng.uniform(0, 9e4, 5), max_distance_m=9_000
    )
    given = offers(n, x_m=rng.uniform(0, 9e4, n), y_m=rng.uniform(0, 9e4, n))
    wide = pool(asked, given)
    barriers = Barriers(wide)

    for row in range(5):
        metres = distance_m(wide, np.full(n, row), np.arange(n))
        assert barriers.of_row(row).cols.tolist() == (
            np.flatnonzero(metres <= 18_000).tolist()
        )


@pytest.mark.parametrize("seed", range(10))
def test_barriers_do_not_depend_on_the_order_of_the_offers(seed):
    anything = random_pool(seed, 3, 10)
    order = np.random.default_rng(seed).permutation(10)
    place_of = np.argsort(order)
    shuffled = pool(
        anything.requests,
        take(anything.offers, order),
        may_meet=anything.may_meet,
        excluded=[(row, place_of[col]) for row, col in anything.excluded],
    )

    for row in range(3):
        near = Barriers(anything).of_row(row)
        other = Barriers(shuffled).of_row(row)
        assert order[other.cols].tolist() == near.cols.tolist()
        assert other.bits.tolist() == near.bits.tolist()


@pytest.mark.parametrize(("n", "m"), [(1, 0), (1, 1)])
def test_barriers_of_a_pool_without_facts(n, m):
    near = Barriers(pool(requests(n), offers(m))).of_row(0)

    assert near.cols.tolist() == list(range(m))
    assert near.bits.tolist() == [0] * m


@pytest.mark.parametrize("row", [-1, 1])
def test_barriers_refuse_a_row_that_is_not_there(row):
    with pytest.raises(IndexError, match="of 1 requests"):
        Barriers(pool(requests(1), offers(1))).of_row(row)

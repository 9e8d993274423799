"""The vectorised core against a plain double loop, on small random pools.

The loop below works on Python numbers, sets of bits and `None` for unknown, and is
written after the table of criteria, not after the code under test.
"""

import math

import numpy as np
import pytest

from families.moments import SCHOOL_HOLIDAYS, moments_in
from matching.core.explain import explain
from matching.core.rank import best_band, rank_offers
from matching.core.rules import CODES, DEFAULT_RULES, Weights
from matching.tests.pools import random_pool

WEIGHTS = Weights.from_rules(DEFAULT_RULES)
NUMBERS = DEFAULT_RULES
VETO = "veto"
FREQUENCY = (None, "weekly", "fortnightly", "monthly", "now_and_then")
N_POOLS = 320


def bits(mask):
    return {bit for bit in range(63) if int(mask) >> bit & 1}


def usable(mask, frequency):
    dayparts = moments_in(mask)
    if frequency is None:
        count = len(dayparts)
    elif frequency == "weekly":
        count = sum(min(sum(d.parity == p for d in dayparts), 1) for p in (0, 1))
    else:
        count = min(len(dayparts), 1)
    return count + bool(mask & SCHOOL_HOLIDAYS)


def naive_moments(q, o, r, c):
    if not (q.moments_known[r] and o.moments_known[c]):
        return None
    asked, common = int(q.moments[r]), int(q.moments[r] & o.moments[c])
    frequency = FREQUENCY[q.frequency[r]]
    return usable(common, frequency) / usable(asked, frequency) if common else VETO


def naive_kinds(q, o, r, c):
    asked, offered = bits(q.kinds[r]), bits(o.kinds[c])
    if not asked or not offered:
        return None
    return len(asked & offered) / len(asked) if asked & offered else VETO


def naive_frequency(q, o, r, c):
    asked, offered = FREQUENCY[q.frequency[r]], FREQUENCY[o.frequency[c]]
    if asked is None or offered is None:
        return None
    visits = NUMBERS["visits_in_four_weeks"]
    return min(1, visits[offered] / visits[asked])


def naive_ages(q, o, r, c):
    asked, welcome = bits(q.ages[r]), bits(o.ages[c])
    if not asked or not welcome:
        return None
    if asked - welcome:
        return VETO
    youngest, eldest = min(welcome), max(welcome)
    if len(welcome) == 18 or youngest == eldest:
        return 1
    middle, half = (youngest + eldest) / 2, (eldest - youngest) / 2
    off = sum(abs(age - middle) / half for age in asked) / len(asked)
    return 1 - (1 - NUMBERS["age_at_edge"]) * off


def naive_children(q, o, r, c):
    number, at_once = int(q.n_children[r]), int(o.children_at_once[c])
    if not number or not at_once:
        return None
    return VETO if number > at_once else 1


def naive_home(q, o, r, c):
    childless = {0: 0, 1: 2, 2: 1}[int(o.has_children[c])]
    pairs = [
        *zip(q.home_demands[r], o.home_facts[c], strict=True),
        *zip(o.home_demands[c], q.home_facts[r], strict=True),
        (q.wants_children_at_home[r], childless),
    ]
    kept = broken = 0
    is_open = something_known = excluded = False
    for demand, fact in pairs:
        if demand == 3 and fact == 2:
            excluded = True
        if demand == 2 and fact == 2:
            broken += 1
        if demand in (2, 3) and fact == 1:
            kept += 1
        if (demand in (2, 3) and fact == 0) or (demand == 0 and fact == 2):
            is_open = True
        if demand == 1 or fact == 1:
            something_known = True
    if excluded:
        return VETO
    if broken:
        return kept / (kept + broken)
    return None if is_open or not something_known else 1


def naive_distance(q, o, r, c):
    metres = math.dist((q.x_m[r], q.y_m[r]), (o.x_m[c], o.y_m[c]))
    if math.isnan(metres):
        return None
    named = [
        float(x)
        for x in (q.max_distance_m[r], o.max_distance_m[c])
        if not math.isnan(x)
    ]
    if named and metres > min(named):
        return VETO
    limit = min(named, default=NUMBERS["usual_distance_m"])
    return max(0, 1 - (1 - NUMBERS["distance_at_limit"]) * metres / limit)


def naive_language(q, o, r, c):
    demands = {int(q.language_demand[r]), int(o.language_demand[c])}
    ours, theirs = bits(q.languages[r]), bits(o.languages[c])
    if demands == {1}:
        return 1
    if not ours or not theirs:
        return None
    if ours & theirs:
        preferred = bits(q.preferred_language[r])
        liked = not preferred or preferred & ours & theirs
        return 1 if liked else NUMBERS["other_language"]
    if 3 in demands:
        return VETO
    return 0 if 2 in demands else None


def naive_screening(q, o, r, c):
    return {0: None, 1: NUMBERS["screening_under_way"], 2: 1, 3: VETO}[
        int(o.screening[c])
    ]


def naive_custody(q, o, r, c):
    return {0: None, 1: 1, 2: VETO}[int(q.custody[r])]


def naive_place(q, o, r, c, may_meet):
    own, other = int(q.municipality[r]), int(o.municipality[c])
    if own < 0 or other < 0:
        return None
    if own == other:
        return 1
    return NUMBERS["other_municipality"] if may_meet[own][other] else VETO


def naive_duration(q, o, r, c):
    asked, offered = int(q.duration_months[r]), int(o.duration_months[c])
    if not asked or not offered:
        return None
    return min(asked, offered) / max(asked, offered)


def naive_load(q, o, r, c):
    free, running = int(o.places_free[c]), int(o.running_pairings[c])
    return free / (free + running) if free else VETO


def naive_unmet(code, value):
    """Is what counts not met, though it excludes nobody?"""
    if value is None or not NUMBERS["weights"][code]:
        return False
    agreements = ("frequency", "duration")
    return value < NUMBERS["agrees_partly_from"] if code in agreements else value == 0


def naive_values(pool, r, c):
    """The value of each criterion in the order of `CODES`; None is unknown."""
    sides = pool.requests, pool.offers, r, c
    return {
        "moments": naive_moments(*sides),
        "kinds": naive_kinds(*sides),
        "frequency": naive_frequency(*sides),
        "ages": naive_ages(*sides),
        "children": naive_children(*sides),
        "home": naive_home(*sides),
        "distance": naive_distance(*sides),
        "language": naive_language(*sides),
        "screening": naive_screening(*sides),
        "custody": naive_custody(*sides),
        "place": naive_place(*sides, pool.may_meet.tolist()),
        "duration": naive_duration(*sides),
        "load": naive_load(*sides),
        "history": VETO if (r, c) in set(map(tuple, pool.excluded.tolist())) else 1,
    }


def naive_ranking(pool, r):
    """Candidates as (column, score) from best to last, others as (column, code)."""
    candidates, left_out = [], []
    for c in range(len(pool.offers)):
        values = naive_values(pool, r, c)
        vetoes = [code for code, value in values.items() if value == VETO]
        if vetoes:
            left_out.append((c, vetoes[0]))
            continue
        weights = NUMBERS["weights"]
        points = sum(
            weights[code] * (NUMBERS["neutral"] if value is None else value)
            for code, value in values.items()
        )
        score = points * 10_000 / sum(weights.values())
        if any(naive_unmet(code, value) for code, value in values.items()):
            score = min(score, NUMBERS["strong_from"] - 1)
        candidates.append((c, score))
    return candidates, left_out


def naive_order(pool, candidates):
    step = NUMBERS["near_tie"]
    waited, key = pool.offers.waited_days, pool.offers.key
    return sorted(
        candidates,
        key=lambda pair: (-(pair[1] // step), -waited[pair[0]], -pair[1], key[pair[0]]),
    )


def naive_band(score):
    if score is None:
        return 0
    return 3 if score >= NUMBERS["strong_from"] else 2 if score >= 6_000 else 1


@pytest.mark.parametrize("seed", range(N_POOLS))
def test_ranking_equals_the_double_loop(seed):
    pool = random_pool(seed)

    best = best_band(pool, WEIGHTS)

    for row in range(len(pool.requests)):
        ranking = rank_offers(pool, row, WEIGHTS)
        candidates, left_out = naive_ranking(pool, row)
        found = dict(zip(ranking.cols.tolist(), ranking.score.tolist(), strict=True))
        # The loop adds up in another way, so it may round to the point beside.
        assert found == {c: pytest.approx(points, abs=0.51) for c, points in candidates}
        in_order = naive_order(pool, list(found.items()))
        assert list(found.items()) == in_order
        assert ranking.band.tolist() == [naive_band(score) for _, score in in_order]
        by_key = sorted(left_out, key=lambda pair: pool.offers.key[pair[0]])
        names = zip(ranking.left_out.tolist(), ranking.veto_codes, strict=True)
        assert list(names) == by_key
        assert best[row] == naive_band(max(found.values(), default=None))


@pytest.mark.parametrize("seed", range(40))
def test_reasons_equal_the_double_loop(seed):
    pool = random_pool(seed, n=3, m=4)

    for row, col in np.ndindex(3, 4):
        reasons = explain(pool, row, col, WEIGHTS)

        assert tuple(reason.code for reason in reasons) == CODES
        values = naive_values(pool, row, col)
        assert [r.code for r in reasons if r.veto] == [
            code for code, value in values.items() if value == VETO
        ]
        assert [r.code for r in reasons if r.missing] == [
            code for code, value in values.items() if value is None
        ]


def test_random_pools_try_every_veto_every_band_and_both_empty_sides():
    vetoes, bands, shapes = set(), set(), set()

    for seed in range(N_POOLS):
        pool = random_pool(seed)
        shapes.add((len(pool.requests) == 0, len(pool.offers) == 0))
        bands.update(best_band(pool, WEIGHTS).tolist())
        for row in range(len(pool.requests)):
            vetoes.update(code for _, code in naive_ranking(pool, row)[1])

    assert vetoes == set(CODES) - {"frequency", "duration"}
    assert bands == {0, 1, 2, 3}
    assert shapes == {(True, True), (True, False), (False, True), (False, False)}

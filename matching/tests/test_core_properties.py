"""What holds for every pool: unknown excludes nobody and counts in between."""

import dataclasses

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from matching.core.criteria import CRITERIA, State
from matching.core.explain import Explainer, explain, explain_many
from matching.core.homes import HOME_ITEMS, home_items
from matching.core.pool import Pool
from matching.core.rules import CODES, DEFAULT_RULES, Weights
from matching.core.score import score_of
from matching.tests.pools import random_pool

WEIGHTS = Weights.from_rules(DEFAULT_RULES)
SEEDS = st.integers(0, 10_000)

# For each column the value that says nobody was asked yet.
UNKNOWN = {
    "x_m": np.nan,
    "municipality": -1,
    "kinds": 0,
    "moments": 0,
    "frequency": 0,
    "duration_months": 0,
    "max_distance_m": np.nan,
    "languages": 0,
    "language_demand": 0,
    "home_facts": 0,
    "home_demands": 0,
    "ages": 0,
    "n_children": 0,
    "preferred_language": 0,
    "wants_children_at_home": 0,
    "custody": 0,
    "children_at_once": 0,
    "has_children": 0,
    "screening": 0,
}


def forget(side, column):
    """The same rows, as if nobody had been asked about one column yet."""
    blank = np.full_like(getattr(side, column), UNKNOWN[column])
    if column == "moments":
        nobody = np.zeros(len(side), np.bool_)
        return dataclasses.replace(side, moments=blank, moments_known=nobody)
    return dataclasses.replace(side, **{column: blank})


def verdicts(pool: Pool):
    r, c = np.indices((len(pool.requests), len(pool.offers))).reshape(2, -1)
    return [criterion.judge(pool, r, c, WEIGHTS) for criterion in CRITERIA]


def excluded(pool: Pool):
    return np.any([verdict.veto for verdict in verdicts(pool)], axis=0)


@given(SEEDS, st.sampled_from(["requests", "offers"]), st.data())
def test_turning_a_known_fact_into_unknown_never_excludes(seed, side, data):
    pool = random_pool(seed)
    columns = {f.name for f in dataclasses.fields(getattr(pool, side))}
    column = data.draw(st.sampled_from(sorted(columns & set(UNKNOWN))))

    forgetful = dataclasses.replace(pool, **{side: forget(getattr(pool, side), column)})

    assert not (excluded(forgetful) & ~excluded(pool)).any()


@given(SEEDS)
def test_pool_of_which_nothing_is_known_excludes_nobody_but_the_full(seed):
    pool = random_pool(seed)
    sides = {"requests": pool.requests, "offers": pool.offers}
    for name, side in sides.items():
        columns = {f.name for f in dataclasses.fields(side)}
        for column in sorted(columns & set(UNKNOWN)):
            sides[name] = forget(sides[name], column)
    nobody = np.zeros((0, 2), np.int64)

    outcome = excluded(dataclasses.replace(pool, **sides, excluded=nobody))

    full = np.tile(pool.offers.places_free == 0, len(pool.requests))
    assert (outcome == full).all()


@given(SEEDS, st.sampled_from(CODES))
def test_unknown_answer_scores_between_met_and_not_met(seed, code):
    pool = random_pool(seed, n=3, m=4)
    values = np.array([verdict.value for verdict in verdicts(pool)])

    scores = {}
    for answer in (0.0, np.nan, 1.0):
        values[CODES.index(code)] = answer
        unmet = values == 0
        scores[str(answer)] = score_of(values, unmet, WEIGHTS)

    assert (scores["0.0"] <= scores["nan"]).all()
    assert (scores["nan"] <= scores["1.0"]).all()


@given(SEEDS)
def test_state_value_and_veto_always_agree(seed):
    for state, value, veto in verdicts(random_pool(seed)):
        assert ((state == State.UNKNOWN) == np.isnan(value)).all()
        assert (state[veto] == State.NOT_MET).all()
        assert (value[veto] == 0).all()
        known = value[~np.isnan(value)]
        assert ((known >= 0) & (known <= 1)).all()


@given(SEEDS)
def test_reasons_agree_with_the_criteria_in_both_directions(seed):
    pool = random_pool(seed, n=3, m=4)
    explainer = Explainer(pool, WEIGHTS, room=1_000)
    somebody = {"request", "offer", "both"}

    for row in range(3):
        told = explain_many(pool, row, np.arange(4), WEIGHTS)

        assert explainer.of(row, np.arange(4)) == told
        assert explainer.of(row, np.arange(4)[::-1]) == told[::-1]
        for col, reasons in enumerate(told):
            assert explain(pool, row, col, WEIGHTS) == reasons
            judged = [
                criterion.judge(pool, np.array([row]), np.array([col]), WEIGHTS)
                for criterion in CRITERIA
            ]
            assert [reason.code for reason in reasons] == list(CODES)
            assert [(reason.state, reason.veto) for reason in reasons] == [
                (verdict.state[0], verdict.veto[0]) for verdict in judged
            ]
            unknown = [reason.state is State.UNKNOWN for reason in reasons]
            assert [reason.missing in somebody for reason in reasons] == unknown
            directions = {
                name: [
                    reason.params[name] for reason in reasons if name in reason.params
                ]
                for name in ("common", "only_request", "only_offer")
            }
            columns = ("moments", "kinds", "languages")
            asked = [int(getattr(pool.requests, name)[row]) for name in columns]
            given_ = [int(getattr(pool.offers, name)[col]) for name in columns]
            assert directions == {
                "common": [a & b for a, b in zip(asked, given_, strict=True)],
                "only_request": [a & ~b for a, b in zip(asked, given_, strict=True)],
                "only_offer": [b & ~a for a, b in zip(asked, given_, strict=True)],
            }


@given(SEEDS)
def test_what_is_told_of_homes_is_what_they_have(seed):
    pool = random_pool(seed, n=3, m=4)
    home = CODES.index("home")

    for row, col in np.ndindex(3, 4):
        items = home_items(pool, np.array([row]), np.array([col]))
        params = explain(pool, row, col, WEIGHTS)[home].params

        named = {
            name: tuple(HOME_ITEMS[at] for at in np.flatnonzero(flags[0]))
            for name, flags in {
                "broken_limits": items.broken_limit,
                "broken_wishes": items.broken_wish,
                "kept": items.kept,
                "kept_limits": items.kept_limit,
                "open": items.open,
            }.items()
        }
        assert params == named

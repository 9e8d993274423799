import copy
import dataclasses

import numpy as np
import pytest

from matching.core.criteria import CRITERIA
from matching.core.rules import CODES, DEFAULT_RULES, Weights
from matching.core.score import (
    NO_VETO,
    Band,
    band_of,
    best_first,
    score_of,
    sift,
)
from matching.tests.pools import offers, pool, requests

WEIGHTS = Weights.from_rules(DEFAULT_RULES)


def rules(**changes):
    return copy.deepcopy(DEFAULT_RULES) | changes


def values(default, **by_code):
    return np.array([[by_code.get(code, default)] for code in CODES])


def test_default_weights_add_up_to_a_hundred():
    assert sum(DEFAULT_RULES["weights"].values()) == 100


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"weights": {"moments": 1}}, "weights: missing or not known here"),
        ({"weights": dict.fromkeys(CODES, 0)}, "weights: none below 0, not all 0"),
        ({"weights": dict.fromkeys(CODES, "1")}, "moments: expected a number"),
        ({"religion": 1}, r"rules: missing or not known here: \['religion'\]"),
        ({"neutral": 1.5}, "neutral: expected 0 to 1"),
        ({"neutral": float("nan")}, "neutral: expected a number"),
        ({"agrees_partly_from": 0.8}, "agrees_partly_from: above agrees_from"),
        ({"good_from": 8_000}, "good_from, strong_from"),
        ({"good_from": 6_010}, "near_tie: good_from and strong_from"),
        ({"strong_from": 7_510}, "near_tie: good_from and strong_from"),
        ({"near_tie": 0}, "near_tie: at least 1"),
        ({"usual_distance_m": 0}, "usual_distance_m: got 0"),
        ({"dayparts_enough": {"weekly": 1}}, "dayparts_enough: missing"),
    ],
)
def test_rules_refuse_a_bad_number_by_name(changes, message):
    with pytest.raises(ValueError, match=message):
        Weights.from_rules(rules(**changes))


@pytest.mark.parametrize(
    ("column", "score"),
    [
        (values(1.0), 10_000),
        (values(0.0), 0),
        (values(np.nan), 5_000),
        # Kinds weigh 20 of 100: 20 + 80 x 0.5.
        (values(np.nan, kinds=1.0), 6_000),
        (values(1.0, moments=0.5), 8_900),
        # 22 x 2/3 lost: 92.6666..., rounded to the nearest point.
        (values(1.0, moments=2 / 3), 9_267),
        # Children weigh nothing.
        (values(1.0, children=np.nan), 10_000),
    ],
)
def test_score_is_the_weighted_mean_with_unknown_at_neutral(column, score):
    all_met = np.zeros(column.shape, np.bool_)

    assert score_of(column, all_met, WEIGHTS).tolist() == [score]


@pytest.mark.parametrize(
    ("code", "value", "score"),
    [("frequency", 0.25, 7_499), ("duration", 0.25, 7_499), ("children", 0.0, 10_000)],
)
def test_what_counts_and_is_not_met_keeps_a_pair_below_strong(code, value, score):
    column = values(1.0, **{code: value})
    unmet = values(0.0, **{code: 1.0}).astype(np.bool_)

    assert score_of(column, unmet, WEIGHTS).tolist() == [score]


def test_weekly_support_is_not_strong_if_given_monthly():
    asked, place = {"kinds": 1, "frequency": 1}, {"x_m": 0, "y_m": 0}
    offered = offers(2, kinds=1, frequency=[1, 3], languages=1, **place)
    weights = Weights.from_rules(rules(neutral=1))

    _, score, _ = sift(
        pool(requests(languages=1, **asked, **place), offered),
        np.array([0, 0]),
        np.array([0, 1]),
        weights,
    )

    assert score.tolist() == [10_000, 7_499]
    assert band_of(score, weights).tolist() == [Band.STRONG, Band.GOOD]


@pytest.mark.parametrize(
    ("score", "band"),
    [
        (10_000, Band.STRONG),
        (7_500, Band.STRONG),
        (7_499, Band.GOOD),
        (6_000, Band.GOOD),
        (5_999, Band.POSSIBLE),
        (0, Band.POSSIBLE),
    ],
)
def test_band_follows_the_thresholds(score, band):
    assert band_of(np.array([score]), WEIGHTS).tolist() == [band]


def order_of(*rows):
    score, waited, key = (np.array(column) for column in zip(*rows, strict=True))
    return best_first(score, waited.astype(np.int32), key, WEIGHTS).tolist()


def test_higher_score_goes_first_however_long_another_waits():
    assert order_of((7_000, 900, 1), (7_050, 0, 2)) == [1, 0]


def test_longer_wait_goes_first_within_a_near_tie():
    assert order_of((7_049, 0, 1), (7_000, 30, 2)) == [1, 0]


def test_higher_score_goes_first_within_a_near_tie_after_the_same_wait():
    assert order_of((7_000, 30, 1), (7_049, 30, 2)) == [1, 0]


def test_lower_key_goes_first_where_all_else_is_equal():
    assert order_of((7_000, 30, 9), (7_000, 30, 4), (7_000, 30, 6)) == [1, 2, 0]


def test_waiting_never_changes_a_score():
    two = pool(requests(), offers(2, waited_days=[0, 900]))

    _, score, _ = sift(two, np.array([0, 0]), np.array([0, 1]), WEIGHTS)

    assert score[0] == score[1]


def test_sift_names_the_first_of_several_vetoes():
    asked = requests(kinds=1, n_children=3)
    offered = offers(3, kinds=[2, 1, 1], children_at_once=[1, 1, 3])

    left, score, first_veto = sift(
        pool(asked, offered), np.array([0, 0, 0]), np.array([0, 1, 2]), WEIGHTS
    )

    assert left.tolist() == [2]
    # Kinds and load fit, the rest is unknown: 23 + 77 / 2.
    assert score.tolist() == [6_150]
    assert first_veto.tolist() == [CODES.index("kinds"), CODES.index("children"), -1]
    assert NO_VETO == -1


def test_a_criterion_without_weight_still_excludes():
    assert DEFAULT_RULES["weights"]["screening"] == 0

    left, _, first_veto = sift(
        pool(requests(), offers(screening=3)), np.array([0]), np.array([0]), WEIGHTS
    )

    assert left.tolist() == []
    assert CRITERIA[first_veto[0]].code == "screening"


def test_weights_can_be_changed_in_a_new_version_only():
    with pytest.raises(dataclasses.FrozenInstanceError):
        WEIGHTS.neutral = 0.4

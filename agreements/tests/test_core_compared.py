"""What stands out among answers, against a table that is written out."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agreements.core.compared import (
    NOTHING,
    QUESTIONS,
    Answers,
    differing_first,
    divergences,
    falls,
)

WANTS = ("", "go_on", "more", "less", "otherwise", "stop")
SCORES = (None, 1, 2, 3, 4, 5)
# Each pair of words that lies two steps or more apart.
FAR = {(1, 3), (1, 4), (1, 5), (2, 4), (2, 5), (3, 5)}
WORSE = {(was, now) for was in range(1, 6) for now in range(was + 1, 6)}

answers = st.builds(
    Answers,
    child=st.sampled_from(SCORES),
    own=st.sampled_from(SCORES),
    fit=st.sampled_from(SCORES),
    wants=st.sampled_from(WANTS),
)


@given(answers, answers)
def test_every_divergence_is_named_and_nothing_else(one, other):
    far = FAR | {(b, a) for a, b in FAR}
    expected = [
        name
        for name in ("child", "own", "fit")
        if (getattr(one, name), getattr(other, name)) in far
    ]
    if one.wants and other.wants and one.wants != other.wants:
        expected.append("wants")

    assert divergences(one, other) == tuple(expected)


@given(answers, answers)
def test_every_fall_is_named_and_nothing_else(before, now):
    expected = [
        name
        for name in ("child", "own", "fit")
        if (getattr(before, name), getattr(now, name)) in WORSE
    ]

    assert falls(before, now) == tuple(expected)


@given(answers, answers)
def test_who_is_asked_first_makes_no_difference(one, other):
    assert divergences(one, other) == divergences(other, one)
    assert differing_first(one, other) == differing_first(other, one)


@given(answers, answers)
def test_questions_that_diverge_come_before_the_rest(one, other):
    named = divergences(one, other)

    ordered = differing_first(one, other)

    assert sorted(ordered) == sorted(QUESTIONS)
    assert set(ordered[: len(named)]) == set(named)


@given(answers)
def test_who_skipped_everything_differs_from_nobody(one):
    assert divergences(one, NOTHING) == ()
    assert falls(NOTHING, one) == falls(one, NOTHING) == ()


@pytest.mark.parametrize("score", [1, 2, 3, 4, 5])
def test_the_same_answer_is_no_fall(score):
    same = Answers(child=score, own=score, fit=score, wants="less")

    assert falls(same, same) == divergences(same, same) == ()

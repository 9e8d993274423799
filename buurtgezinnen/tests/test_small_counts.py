"""Attackers here know the rule by which counts are hidden, and all that is shown."""

from collections import defaultdict
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from buurtgezinnen.small_counts import (
    GUARDED,
    Count,
    Hidden,
    balance,
    breakdown,
    small,
    total,
)

K = 5


@pytest.mark.parametrize(
    ("number", "suppressed", "shown"),
    [
        (0, False, Count(0)),
        (4, False, Count(4)),
        (0, True, small(K)),
        (4, True, small(K)),
        (5, True, Count(5)),
    ],
)
def test_total_is_exact_unless_suppressed(number, suppressed, shown):
    assert total(number, limit=K, suppressed=suppressed) == shown


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (Count(0), "0"),
        (Count(12), "12"),
        (small(5), "minder dan 5"),
        (small(10), "minder dan 10"),
        (GUARDED, "niet getoond"),
    ],
)
def test_count_reads_as_words_when_it_is_hidden(count, text):
    assert str(count) == text


def test_balance_is_exact_unless_suppressed():
    shown = balance({"start": 0, "came": 3, "end": 3}, limit=K, suppressed=False)

    assert shown == {"start": Count(0), "came": Count(3), "end": Count(3)}


def test_balance_hides_all_alike_once_one_is_small():
    numbers = {"start": 20, "came": 3, "went": 6, "end": 17}

    assert balance(numbers, limit=K, suppressed=True) == {
        "start": GUARDED,
        "came": GUARDED,
        "went": GUARDED,
        "end": GUARDED,
    }


def test_balance_without_small_ones_is_exact():
    numbers = {"start": 20, "came": 5, "went": 6, "end": 19}

    shown = balance(numbers, limit=K, suppressed=True)

    assert shown == {name: Count(number) for name, number in numbers.items()}


@pytest.mark.parametrize(
    ("numbers", "shown"),
    [
        ([7, 8, 9], [Count(7), Count(8), Count(9)]),
        ([2, 8, 9], [small(K), Count(8), GUARDED]),
        ([2, 9, 2], [small(K), GUARDED, small(K)]),
        ([0, 6, 8], [small(K), GUARDED, GUARDED]),
        ([4, 6, 5, 9], [small(K), Count(6), Count(5), GUARDED]),
        ([4, 9, 5, 5], [small(K), Count(9), Count(5), GUARDED]),
        ([3, 9, 5, 5], [small(K), GUARDED, GUARDED, GUARDED]),
        ([1, 2, 0], None),
        ([1, 5, 5], None),
        ([0, 0, 0], None),
    ],
)
def test_breakdown_hides_small_counts_and_what_gives_them_away(numbers, shown):
    assert breakdown(numbers, limit=K) == shown


@given(
    st.lists(
        st.one_of(st.integers(0, 12), st.integers(0, 200)), min_size=1, max_size=8
    ),
    st.sampled_from([5, 10]),
)
def test_breakdown_leaves_as_many_values_as_the_limit(numbers, limit):
    """What follows from the sum and from 'fewer than k' and 'k or more' alone."""
    shown = breakdown(numbers, limit=limit)
    if shown is None:
        return

    assert [c.number for c in shown if not c.hidden] == [
        n for n, c in zip(numbers, shown, strict=True) if not c.hidden
    ]
    hidden = [index for index, count in enumerate(shown) if count.hidden]
    rest = sum(numbers[index] for index in hidden)
    least = {i: 0 if shown[i].hidden is Hidden.SMALL else limit for i in hidden}
    most = {i: limit - 1 if shown[i].hidden is Hidden.SMALL else rest for i in hidden}
    for index in hidden:
        lowest = max(least[index], rest - (sum(most.values()) - most[index]))
        highest = min(most[index], rest - (sum(least.values()) - least[index]))
        assert highest - lowest + 1 >= limit


@given(
    st.lists(
        st.one_of(st.integers(0, 12), st.integers(0, 200)), min_size=1, max_size=8
    ),
    st.sampled_from([5, 10]),
)
def test_breakdown_shows_no_small_count(numbers, limit):
    shown = breakdown(numbers, limit=limit) or []

    assert [c.number for c in shown if c.number is not None and c.number < limit] == []


def test_breakdown_leaves_four_values_to_who_knows_the_rule():
    """Every table of four counts up to a total of 24, grouped by what is shown."""
    possible = defaultdict(set)
    for numbers in product(range(25), repeat=4):
        if sum(numbers) <= 24:
            shown = breakdown(numbers, limit=K)
            if shown is not None:
                possible[sum(numbers), tuple(shown)].add(numbers)

    fewest = {
        len({numbers[index] for numbers in tables})
        for (_total, shown), tables in possible.items()
        for index, count in enumerate(shown)
        if count.hidden
    }
    assert min(fewest) == 4


def test_breakdown_that_is_not_shown_leaves_two_values():
    """Only a total of 0, which everybody knows, says what its parts are."""
    possible = defaultdict(set)
    for numbers in product(range(21), repeat=3):
        if 0 < sum(numbers) <= 20 and breakdown(numbers, limit=K) is None:
            possible[sum(numbers)].add(numbers)

    fewest = {
        len({numbers[index] for numbers in tables})
        for tables in possible.values()
        for index in range(3)
    }
    assert min(fewest) == 2

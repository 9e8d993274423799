"""The unmet demand stands for enough families everywhere, also after subtracting."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from families.moments import both_weeks
from families.vocabulary import SupportKind
from matching.core.recruit import AGE_GROUPS, unmet
from matching.core.unlocking.relax import SLOTS
from matching.tests.pools import offers, pool, requests

MONDAY_MORNING = both_weeks(0, 0)
PLAY, MEAL = 1 << SupportKind.PLAY, 1 << SupportKind.MEAL


def of(asked, families=None, **options):
    everybody = np.arange(len(asked))
    families = everybody if families is None else np.array(families, np.int64)
    return unmet(pool(asked, offers(0)), everybody, families, **options)


def test_unmet_counts_kinds_moments_and_ages():
    asked = requests(
        7,
        municipality=1,
        kinds=[PLAY, PLAY, PLAY, PLAY | MEAL, MEAL, MEAL, MEAL],
        moments=MONDAY_MORNING,
        moments_known=True,
        ages=1 << 8,
    )

    (found,) = of(asked)

    assert (found.municipalities, found.families) == ((1,), 7)
    # One family asks both; whoever subtracts finds three others, which is enough.
    assert found.kinds == {SupportKind.PLAY: 4, SupportKind.MEAL: 4}
    assert found.moments == {0: 7}
    assert found.ages == {2: 7}
    assert AGE_GROUPS[2] == range(7, 10)


def test_unmet_hides_a_number_that_gives_a_small_one_away():
    # Six for playing and one for a meal: the one is hidden, and so are the six.
    asked = requests(7, municipality=1, kinds=[PLAY] * 6 + [MEAL])

    (found,) = of(asked)

    assert found.kinds == {}


def test_unmet_takes_small_places_together_with_the_smallest_other():
    asked = requests(8, municipality=[0, 0, 0, 0, 0, 1, 1, 1])
    lonely = requests(9, municipality=[0, 0, 0, 0, 0, 1, 1, 1, 2])

    apart = of(asked)
    together = of(lonely)

    assert [(one.municipalities, one.families) for one in apart] == [
        ((0,), 5),
        ((1,), 3),
    ]
    assert [(one.municipalities, one.families) for one in together] == [
        ((0,), 5),
        ((1, 2), 4),
    ]


def test_unmet_says_nothing_about_two_families():
    assert of(requests(2, municipality=[0, 1])) == ()


def test_unmet_of_nobody():
    assert of(requests(0)) == ()


def test_unmet_counts_brothers_and_sisters_as_one_family():
    asked = requests(
        5,
        municipality=[0, 0, 0, 1, 1],
        kinds=[PLAY, MEAL, PLAY, PLAY, PLAY],
        moments=MONDAY_MORNING,
        moments_known=True,
        ages=[1 << 2, 1 << 8, 1 << 8, 1 << 8, 1 << 8],
    )

    alone = of(asked, [7, 7, 7, 7, 7])
    two = of(asked, [7, 7, 7, 4, 4])
    (three,) = of(asked, [7, 7, 7, 4, 9])

    assert (alone, two) == ((), ())
    assert (three.municipalities, three.families) == ((0, 1), 3)
    # One family asks for a meal too, and has the only toddler.
    assert (three.kinds, three.moments, three.ages) == (
        {SupportKind.PLAY: 3},
        {0: 3},
        {2: 3},
    )


def test_unmet_counts_only_rows_without_a_match():
    asked = requests(4, municipality=1)
    families = np.array([1, 2, 3, 3])

    without_one = unmet(pool(asked, offers(0)), np.array([0, 2, 3]), families)
    (found,) = unmet(pool(asked, offers(0)), np.array([0, 1, 3]), families)

    assert (without_one, found.families) == ((), 3)


def test_unmet_refuses_groups_of_two():
    with pytest.raises(ValueError, match="at least 3, got 2"):
        of(requests(5), k=2)


def small(number, k):
    return 0 < number < k


@given(
    st.lists(
        st.tuples(
            st.integers(0, 2**4 - 1),
            st.integers(0, 2**3 - 1),
            st.integers(0, 2**18 - 1),
            st.integers(0, 24),
        ),
        max_size=40,
    ),
    st.lists(st.integers(-1, 2), min_size=25, max_size=25),
    st.integers(3, 6),
)
def test_unmet_never_tells_of_fewer_than_k(rows, homes, k):
    columns = zip(*rows, strict=True) if rows else ((),) * 4
    kinds, parts, ages, families = (list(column) for column in columns)
    asked = requests(
        len(rows),
        municipality=[homes[family] for family in families],
        kinds=kinds,
        moments=[part | part << 28 for part in parts],
        moments_known=True,
        ages=ages,
    )

    found = of(asked, families, k=k)

    def count(chosen):
        return len({families[row] for row in np.flatnonzero(chosen)})

    total = sum(one.families for one in found)
    assert total in (0, len(set(families)))
    for one in found:
        at = np.isin(asked.municipality, one.municipalities)
        assert one.families == count(at) >= k
        assert not small(total - one.families, k)
        for numbers, masks, masks_of in (
            (one.kinds, [1 << bit for bit in range(10)], asked.kinds),
            (one.moments, SLOTS, asked.moments),
            (
                one.ages,
                [sum(1 << year for year in group) for group in AGE_GROUPS],
                asked.ages,
            ),
        ):
            really = {
                number: count(at & (masks_of & masks[number] != 0))
                for number in numbers
            }
            assert numbers == really
            assert min(numbers.values(), default=k) >= k
            for size in range(1, min(len(numbers), 4) + 1):
                for some in combinations(numbers.values(), size):
                    assert not small(one.families - sum(some), k)

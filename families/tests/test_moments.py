import pytest
from hypothesis import given
from hypothesis import strategies as st

from families.moments import (
    ALL_DAYPARTS,
    ALL_MOMENTS,
    SCHOOL_HOLIDAYS,
    WEEKEND,
    Moment,
    Parity,
    Part,
    both_weeks,
    mask_of,
    moments_in,
    slots_in,
)

MASKS = st.integers(min_value=0, max_value=ALL_MOMENTS)
MOMENTS = st.builds(Moment, st.integers(0, 6), st.integers(0, 3), st.integers(0, 1))


@pytest.mark.parametrize(
    ("moment", "bit"),
    [
        (Moment(0, Part.MORNING, Parity.EVEN), 0),
        (Moment(2, Part.AFTERNOON, Parity.EVEN), 9),
        (Moment(0, Part.MORNING, Parity.ODD), 28),
        (Moment(6, Part.NIGHT, Parity.ODD), 55),
    ],
)
def test_mask_of_sets_the_documented_bit(moment, bit):
    assert mask_of([moment]) == 1 << bit


def test_school_holidays_are_bit_56_and_fit_a_signed_column():
    assert SCHOOL_HOLIDAYS == 1 << 56
    assert ALL_MOMENTS == 2**57 - 1


@given(st.sets(MOMENTS))
def test_moments_survive_the_round_trip(moments):
    assert set(moments_in(mask_of(moments))) == moments


@given(MASKS)
def test_masks_survive_the_round_trip_except_for_the_holidays(mask):
    assert mask_of(moments_in(mask)) == mask & ALL_DAYPARTS


@given(MASKS)
def test_slots_tell_the_same_as_moments(mask):
    parities = {"both": {0, 1}, "even": {0}, "odd": {1}}

    told = {
        Moment(weekday, part, parity)
        for (weekday, part), weeks in slots_in(mask).items()
        for parity in parities[weeks]
    }

    assert told == set(moments_in(mask))


def test_slots_come_in_week_order_with_their_weeks():
    mask = both_weeks(4, Part.EVENING) | mask_of([Moment(2, 1, 1), Moment(0, 3, 0)])

    assert list(slots_in(mask).items()) == [
        ((0, 3), "even"),
        ((2, 1), "odd"),
        ((4, 2), "both"),
    ]


def test_weekend_runs_from_saturday_morning_to_sunday_evening():
    assert slots_in(WEEKEND) == {
        (5, 0): "both",
        (5, 1): "both",
        (5, 2): "both",
        (5, 3): "both",
        (6, 0): "both",
        (6, 1): "both",
        (6, 2): "both",
    }


@pytest.mark.parametrize(
    "moment", [Moment(7, 0, 0), Moment(0, 4, 0), Moment(0, 0, 2), Moment(-1, 0, 0)]
)
def test_mask_of_refuses_a_moment_outside_the_week(moment):
    with pytest.raises(ValueError, match="outside the week"):
        mask_of([moment])


@pytest.mark.parametrize("mask", [-1, 1 << 57])
@pytest.mark.parametrize("reader", [moments_in, slots_in])
def test_readers_refuse_a_mask_with_meaningless_bits(reader, mask):
    with pytest.raises(ValueError, match="not a mask of moments"):
        reader(mask)

"""When a family can: dayparts of the week as bits of one 64-bit mask.

A moment is a weekday, a part of the day and the parity of the ISO week, so that
shared custody is simply "even weeks only". Bit `parity * 28 + weekday * 4 + part`
stands for it: parity 0 is even, weekday 0 is Monday, part 0 is the morning. Bit 56
stands for the school holidays. The mask stays positive in a signed 64-bit column.

An ISO year of 53 weeks ends with an odd week and the next one begins with an odd
week, so two odd weeks follow each other there, as they do on a paper calendar.
"""

from collections.abc import Iterable
from enum import IntEnum
from typing import Literal, NamedTuple

DAYS = 7
PARTS = 4
DAYPARTS_IN_A_WEEK = DAYS * PARTS


class Part(IntEnum):
    """Part of the day; the night is the one that begins on that day."""

    MORNING = 0
    AFTERNOON = 1
    EVENING = 2
    NIGHT = 3


class Parity(IntEnum):
    """Whether the number of the ISO week is even or odd."""

    EVEN = 0
    ODD = 1


class Moment(NamedTuple):
    """One daypart in one kind of week, such as Wednesday afternoon in even weeks."""

    weekday: int
    part: int
    parity: int


Weeks = Literal["both", "even", "odd"]

NO_MOMENTS = 0
EVEN_WEEKS = (1 << DAYPARTS_IN_A_WEEK) - 1
ODD_WEEKS = EVEN_WEEKS << DAYPARTS_IN_A_WEEK
ALL_DAYPARTS = EVEN_WEEKS | ODD_WEEKS
SCHOOL_HOLIDAYS = 1 << 2 * DAYPARTS_IN_A_WEEK
ALL_MOMENTS = ALL_DAYPARTS | SCHOOL_HOLIDAYS


def mask_of(moments: Iterable[Moment]) -> int:
    """The mask with exactly these moments.

    Raises:
        ValueError: a moment lies outside the week.
    """
    mask = NO_MOMENTS
    for moment in moments:
        mask |= 1 << _bit(moment)
    return mask


def both_weeks(weekday: int, part: int) -> int:
    """The mask of one daypart in even and in odd weeks."""
    return mask_of(Moment(weekday, part, parity) for parity in Parity)


def moments_in(mask: int) -> tuple[Moment, ...]:
    """The dayparts of a mask in the order of their bits; holidays are not a daypart.

    Raises:
        ValueError: the mask has bits that mean nothing.
    """
    _check(mask)
    return tuple(
        Moment(weekday, part, parity)
        for parity in Parity
        for weekday in range(DAYS)
        for part in Part
        if mask >> _bit(Moment(weekday, part, parity)) & 1
    )


def slots_in(mask: int) -> dict[tuple[int, int], Weeks]:
    """For each (weekday, part) of a mask, in week order, the weeks it holds for.

    Raises:
        ValueError: the mask has bits that mean nothing.
    """
    _check(mask)
    slots: dict[tuple[int, int], Weeks] = {}
    for slot in range(DAYPARTS_IN_A_WEEK):
        even = mask >> slot & 1
        odd = mask >> slot + DAYPARTS_IN_A_WEEK & 1
        if even or odd:
            slots[divmod(slot, PARTS)] = (
                "both" if even and odd else "even" if even else "odd"
            )
    return slots


def _bit(moment: Moment) -> int:
    weekday, part, parity = moment
    if not (0 <= weekday < DAYS and 0 <= part < PARTS and parity in (0, 1)):
        raise ValueError(f"{moment} lies outside the week")
    return parity * DAYPARTS_IN_A_WEEK + weekday * PARTS + part


def _check(mask: int) -> None:
    if mask & ~ALL_MOMENTS:
        raise ValueError(f"{mask:#x} is not a mask of moments")


# A whole weekend: from Saturday morning up to and including Sunday evening.
WEEKEND = mask_of(
    Moment(weekday, part, parity)
    for parity in Parity
    for weekday in (5, 6)
    for part in Part
    if (weekday, part) != (6, Part.NIGHT)
)
# From Monday to Friday, when school is over.
AFTERNOONS = mask_of(
    Moment(weekday, Part.AFTERNOON, parity) for parity in Parity for weekday in range(5)
)
# Without the nights.
DAYTIME = mask_of(
    moment for moment in moments_in(ALL_DAYPARTS) if moment.part != Part.NIGHT
)

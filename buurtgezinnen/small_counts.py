"""Hides counts that are so small that somebody could be recognised in them.

Pure: knows counts, not families. What is hidden must also not follow from what is
shown beside it, so more is hidden until it does not. Which counts those are never
depends on how big they are: "the next smallest is hidden too" would tell an upper
bound to everybody who knows the rule.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from django.utils.translation import gettext as _


class Hidden(Enum):
    """Why a count is not shown."""

    SMALL = "small"
    GUARD = "guard"  # it would give away a small one


@dataclass(frozen=True)
class Count:
    """A count as an outsider may read it: the number, or why it is hidden."""

    number: int | None
    hidden: Hidden | None = None
    limit: int = 0

    def __str__(self) -> str:
        if self.hidden is Hidden.SMALL:
            return _("fewer than %(limit)d") % {"limit": self.limit}
        if self.hidden is Hidden.GUARD:
            return _("not shown")
        return str(self.number)


def small(limit: int) -> Count:
    """A count of 0 to `limit` - 1."""
    return Count(None, Hidden.SMALL, limit)


GUARDED = Count(None, Hidden.GUARD)


def total(number: int, *, limit: int, suppressed: bool) -> Count:
    """A total, which is exact unless totals are suppressed too."""
    return small(limit) if suppressed and number < limit else Count(number)


def balance(
    numbers: Mapping[str, int], *, limit: int, suppressed: bool
) -> dict[str, Count]:
    """Totals of which one follows from the others: start + in - out = end.

    With one of them small, all are hidden alike when totals are suppressed. To say
    which one is small would leave it three values: two of 5 or more come in, three
    of less go out, so each of those is 2, 3 or 4.
    """
    if suppressed and min(numbers.values()) < limit:
        return dict.fromkeys(numbers, GUARDED)
    return {name: Count(number) for name, number in numbers.items()}


def breakdown(numbers: Sequence[int], *, limit: int) -> list[Count] | None:
    """Counts that add up to a total which everybody knows; None when too few.

    Besides the small ones, others are hidden from the last one upwards, until each
    hidden count has at least `limit` possible values that fit what is shown. When
    hiding all but the total is not enough, there is nothing to show.
    """
    is_small = [number < limit for number in numbers]
    if not any(is_small):
        return [Count(number) for number in numbers]
    guards: set[int] = set()
    # What the hidden counts can be moved up and down together: the small ones from 0,
    # the guards from `limit`.
    room = sum(number for number in numbers if number < limit)
    for index in reversed(range(len(numbers))):
        if is_small[index]:
            continue
        guards.add(index)
        room += numbers[index] - limit
        if room >= limit - 1:
            return [
                small(limit)
                if is_small[i]
                else GUARDED
                if i in guards
                else Count(number)
                for i, number in enumerate(numbers)
            ]
    return None

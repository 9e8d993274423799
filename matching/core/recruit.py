"""What support is missing, in numbers that point to nobody.

From the requests without a match: where they live, what they ask, when, and for which
ages. No number stands for fewer than `k` families, nor does one that follows from the
numbers by subtracting.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from matching.core.pool import Flags, Ints, Pool, Requests
from matching.core.unlocking.relax import SLOTS

# Fewer families than this are people whom neighbours recognise.
FEWEST = 3

# As schools and sports clubs speak of children.
AGE_GROUPS = (range(4), range(4, 7), range(7, 10), range(10, 13), range(13, 18))


@dataclass(frozen=True)
class Unmet:
    """The families of one place, or of several small ones, without a match.

    Attributes:
        municipalities: numbers in `Pool.may_meet`, ascending; -1 stands for unknown.
        families: how many wait there.
        kinds: how many ask each kind of support, by bit; the most asked first.
        moments: the same for each of `SLOTS`, by its number.
        ages: the same for each of `AGE_GROUPS`, by its number.
    """

    municipalities: tuple[int, ...]
    families: int
    kinds: Mapping[int, int]
    moments: Mapping[int, int]
    ages: Mapping[int, int]


@dataclass(frozen=True)
class _Families:
    """What families miss, a row for each; requests of one family are taken together."""

    municipality: Ints
    kinds: Ints
    moments: Ints
    ages: Ints

    @classmethod
    def behind(cls, requests: Requests, rows: Ints, families: Ints) -> Self:
        """The families behind some of the requests."""
        _numbers, first, at = np.unique(
            families[rows], return_index=True, return_inverse=True
        )

        def together(masks: NDArray[Any]) -> Ints:
            joined = np.zeros(first.size, np.int64)
            np.bitwise_or.at(joined, at, masks[rows].astype(np.int64))
            return joined

        return cls(
            municipality=requests.municipality[rows][first],
            kinds=together(requests.kinds),
            moments=together(requests.moments),
            ages=together(requests.ages),
        )


def unmet(
    pool: Pool, rows: Ints, families: Ints, *, k: int = FEWEST
) -> tuple[Unmet, ...]:
    """What the families behind `rows` miss, for each place with at least `k` of them.

    Brothers and sisters with a request each are one family, in every number.

    Places with fewer are taken together. If those are too few even then, the smallest
    of the other places joins them: the total of all minus the places shown would give
    them away otherwise.

    Args:
        pool: the requests and offers.
        rows: rows of the requests without a match, each once.
        families: for each row of the pool, a number that only requests of the same
            family share; they are asked in the same municipality.
        k: the fewest families that a number may stand for.

    Returns:
        The largest place first, then by number.

    Raises:
        ValueError: `k` is below 3.
    """
    if k < FEWEST:
        raise ValueError(f"k: at least {FEWEST}, got {k}")
    asking = _Families.behind(pool.requests, rows, families)
    groups = _places(asking.municipality, k=k)
    found = [_unmet(asking, places, at, k=k) for places, at in groups]
    return tuple(sorted(found, key=lambda one: (-one.families, one.municipalities)))


def _places(municipality: Ints, *, k: int) -> list[tuple[tuple[int, ...], Ints]]:
    """Municipalities, each alone or with others, and the rows of their families."""
    numbers, counts = np.unique(municipality, return_counts=True)
    order = np.lexsort((numbers, counts))
    together, size = [], 0
    alone = []
    for number, count in zip(numbers[order], counts[order], strict=True):
        # The smallest ones come first, so that one that joins is the smallest left.
        if count < k or 0 < size < k:
            together.append(int(number))
            size += int(count)
        else:
            alone.append((int(number),))
    if 0 < size < k:
        return []
    places = [*alone, tuple(sorted(together))] if together else alone
    return [(one, np.flatnonzero(np.isin(municipality, one))) for one in places]


def _unmet(asking: _Families, places: tuple[int, ...], rows: Ints, *, k: int) -> Unmet:
    kinds = asking.kinds[rows]
    bits = [1 << bit for bit in range(int(kinds.max(initial=0)).bit_length())]
    years = [sum(1 << year for year in group) for group in AGE_GROUPS]
    return Unmet(
        municipalities=places,
        families=rows.size,
        kinds=_shown(_members(kinds, bits), k=k),
        moments=_shown(_members(asking.moments[rows], SLOTS), k=k),
        ages=_shown(_members(asking.ages[rows], years), k=k),
    )


def _members(masks: Ints, each: Sequence[int]) -> Flags:
    """(k, len(each)) which families have a bit of each mask."""
    among: Flags = masks[:, None] & np.array(each, np.int64) != 0
    return among


def _shown(members: Flags, *, k: int) -> dict[int, int]:
    """The numbers of families that may be shown, the largest first.

    One is shown if it is at least `k`, and if no difference between the number of all
    families and any sum of the numbers shown lies between 0 and `k`. Whether such a
    difference is a group of families nobody can tell, so it is taken for one.
    """
    everybody = members.shape[0]
    counts = np.count_nonzero(members, axis=0)
    order = np.lexsort((np.arange(counts.size), -counts)).tolist()
    shown: dict[int, int] = {}
    # All sums of numbers shown that are not more than everybody.
    sums = {0}
    for number in order:
        count = int(counts[number])
        with_it = sums | {one + count for one in sums if one + count <= everybody}
        if count >= k and not any(0 < everybody - one < k for one in with_it):
            shown[number] = count
            sums = with_it
    return shown

"""What matching looks at: the requests and offers of a pool as frozen arrays.

One row of demand is a support request, one row of supply a support offer. Every
column is checked once, here; whatever reads a `Pool` may rely on it. A fact nobody
was asked about yet is *unknown*, which is a value of its own and never zero or "no".
"""

from dataclasses import dataclass, fields
from enum import IntEnum
from functools import cache, cached_property
from typing import Annotated, Any, Self, get_type_hints

import numpy as np
from numpy.typing import NDArray

from families.moments import ALL_MOMENTS

Ints = NDArray[np.int64]
Codes = NDArray[np.int8]
Flags = NDArray[np.bool_]
Metres = NDArray[np.float64]

YEARS = 18
ALL_AGES = (1 << YEARS) - 1

# Facts about a home that may rule it out for somebody.
HOME_FACTS = ("dog", "cat", "other_animal", "smoking", "stairs")

NOWHERE = -1


class Fact(IntEnum):
    """What is known about a home."""

    UNKNOWN = 0
    NO = 1
    YES = 2


class Demand(IntEnum):
    """How much it matters to the other side."""

    NOT_ASKED = 0
    INDIFFERENT = 1
    WISH = 2
    LIMIT = 3


class Frequency(IntEnum):
    """How often support is asked for or offered."""

    UNKNOWN = 0
    WEEKLY = 1
    FORTNIGHTLY = 2
    MONTHLY = 3
    NOW_AND_THEN = 4


class Screening(IntEnum):
    """How far the certificates of conduct of all adults of a home are."""

    NOTHING_YET = 0
    UNDER_WAY = 1
    SHOWN = 2
    REFUSED = 3


class Custody(IntEnum):
    """What everybody with custody of the children says to the request."""

    NOT_ASKED = 0
    AGREED = 1
    REFUSED = 2


@dataclass(frozen=True)
class Column:
    """What a column holds: numbers from `low` to `high`, `width` of them a row."""

    dtype: type[np.generic]
    low: float
    high: float
    width: int | None = None
    nan_is_unknown: bool = False

    def check(self, name: str, array: object, rows: int) -> None:
        """See that `array` is such a column.

        Raises:
            ValueError: it has another type, shape or range; names the column.
        """
        shape = (rows,) if self.width is None else (rows, self.width)
        if not isinstance(array, np.ndarray) or array.dtype != self.dtype:
            found = getattr(array, "dtype", type(array).__name__)
            raise ValueError(f"{name}: expected {self.dtype.__name__}, got {found}")
        if array.shape != shape:
            raise ValueError(f"{name}: expected shape {shape}, got {array.shape}")
        right = (array >= self.low) & (array <= self.high)
        if self.nan_is_unknown:
            right |= np.isnan(array)
        if not right.all():
            wrong = array[~right][0]
            raise ValueError(f"{name}: {wrong} is not {self.low} to {self.high}")


def _codes(codes: type[IntEnum], *, width: int | None = None) -> Column:
    return Column(np.int8, min(codes), max(codes), width)


Key = Annotated[Ints, Column(np.int64, -(2**63), 2**63 - 1)]
Mask = Annotated[Ints, Column(np.int64, 0, 2**63 - 1)]
Moments = Annotated[Ints, Column(np.int64, 0, ALL_MOMENTS)]
Ages = Annotated[NDArray[np.int32], Column(np.int32, 0, ALL_AGES)]
Place = Annotated[Metres, Column(np.float64, -1e7, 1e7, nan_is_unknown=True)]
Reach = Annotated[Metres, Column(np.float64, 1, 1e6, nan_is_unknown=True)]
Number = Annotated[Codes, Column(np.int8, 0, 127)]
Months = Annotated[NDArray[np.int16], Column(np.int16, 0, 600)]
Days = Annotated[NDArray[np.int32], Column(np.int32, 0, 2**31 - 1)]
DemandCodes = Annotated[Codes, _codes(Demand)]
FactCodes = Annotated[Codes, _codes(Fact)]


@dataclass(frozen=True, eq=False, kw_only=True)
class Side:
    """The columns that requests and offers share; rows stand in the same order.

    Attributes:
        key: stable and unique; decides where all else is equal.
        x_m: metres east on a plane; NaN where the place is unknown.
        y_m: metres north on the same plane.
        municipality: number of the municipality in `Pool.may_meet`; -1 is unknown.
        kinds: bit mask of kinds of support; 0 is not asked yet.
        moments: mask of `families.moments`; 0 where unknown.
        moments_known: False where nobody asked yet. Known and 0 is "no moment left".
        frequency: a `Frequency`.
        duration_months: expected duration; 0 is unknown.
        max_distance_m: how far the other family may live; NaN is unknown.
        languages: bit mask of spoken languages; 0 is unknown.
        language_demand: a `Demand` for a language in common.
        home_facts: (rows, 5) a `Fact` about the own home for each of `HOME_FACTS`.
        home_demands: (rows, 5) a `Demand` that the other home is without it.
        waited_days: since when this row waits.
    """

    key: Key
    x_m: Place
    y_m: Place
    municipality: Annotated[Ints, Column(np.int64, NOWHERE, 2**31)]
    kinds: Mask
    moments: Moments
    moments_known: Annotated[Flags, Column(np.bool_, 0, 1)]
    frequency: Annotated[Codes, _codes(Frequency)]
    duration_months: Months
    max_distance_m: Reach
    languages: Mask
    language_demand: DemandCodes
    home_facts: Annotated[Codes, _codes(Fact, width=len(HOME_FACTS))]
    home_demands: Annotated[Codes, _codes(Demand, width=len(HOME_FACTS))]
    waited_days: Days

    def __post_init__(self) -> None:
        """Check every column and keep a read-only view of it.

        Raises:
            ValueError: a column has the wrong type, shape or range; names the column.
        """
        side, rows = type(self).__name__.lower(), np.size(self.key)
        for name, column in self._columns():
            array = getattr(self, name)
            column.check(f"{side}.{name}", array, rows)
            object.__setattr__(self, name, _read_only(array))
        if np.unique(self.key).size != rows:
            raise ValueError(f"{side}.key: not unique")
        if self.moments[~self.moments_known].any():
            raise ValueError(f"{side}.moments: set where not known")

    @classmethod
    @cache
    def _columns(cls) -> tuple[tuple[str, Column], ...]:
        """The columns by name, kept: to read the hints each time takes long."""
        hints = get_type_hints(cls, include_extras=True)
        return tuple((name, hint.__metadata__[0]) for name, hint in hints.items())

    def __len__(self) -> int:
        return self.key.size

    def take(self, rows: Ints) -> Self:
        """These rows, in this order."""
        return type(self)(**{f.name: getattr(self, f.name)[rows] for f in fields(self)})


@dataclass(frozen=True, eq=False, kw_only=True)
class Requests(Side):
    """Support requests, one a row.

    Attributes:
        ages: a bit for each year of age of the children, 0 to 17; 0 is not told.
        n_children: for how many children together; 0 is not told.
        preferred_language: mask of the language a family likes best; 0 is unknown.
        wants_children_at_home: a `Demand` that the other home has children.
        custody: a `Custody`.
    """

    ages: Ages
    n_children: Number
    preferred_language: Mask
    wants_children_at_home: DemandCodes
    custody: Annotated[Codes, _codes(Custody)]


@dataclass(frozen=True, eq=False, kw_only=True)
class Offers(Side):
    """Support offers, one a row; moments that pairings already use are taken out.

    Attributes:
        ages: a bit for each year of age that is welcome; 0 is not asked yet.
        children_at_once: the most children present at one moment; 0 is unknown.
        has_children: a `Fact`: children live in this home.
        screening: a `Screening`.
        places_free: places left after running pairings and proposals held.
        running_pairings: how many run now.
    """

    ages: Ages
    children_at_once: Number
    has_children: FactCodes
    screening: Annotated[Codes, _codes(Screening)]
    places_free: Annotated[Ints, Column(np.int64, 0, 1000)]
    running_pairings: Number


@dataclass(frozen=True, eq=False, kw_only=True)
class Pool:
    """Requests against offers, and who may not be put together.

    Attributes:
        requests: n rows.
        offers: m rows ("columns" of the n x m pairs).
        may_meet: (K, K) may a request of municipality i meet an offer of j? Within
            one municipality always, whatever the diagonal says.
        excluded: (k, 2) row and column of the pairs with an exclusion in force.
    """

    requests: Requests
    offers: Offers
    may_meet: Flags
    excluded: Ints

    def __post_init__(self) -> None:
        """Check that municipalities and exclusions point at something.

        Raises:
            ValueError: an array does not fit; names the array.
        """
        known = self.may_meet.shape[0] if self.may_meet.ndim else 0
        if self.may_meet.dtype != np.bool_ or self.may_meet.shape != (known, known):
            raise ValueError(f"may_meet: expected a square of bool, {self.may_meet!r}")
        for side in (self.requests, self.offers):
            if (side.municipality >= known).any():
                name = type(side).__name__.lower()
                raise ValueError(f"{name}.municipality: not among the {known} known")
        if self.excluded.dtype != np.int64 or self.excluded.shape[1:] != (2,):
            raise ValueError(f"excluded: expected (k, 2) int64, {self.excluded!r}")
        end = (len(self.requests), len(self.offers))
        if (self.excluded < 0).any() or (self.excluded >= end).any():
            raise ValueError(f"excluded: a pair lies outside {end}")
        object.__setattr__(self, "may_meet", _read_only(self.may_meet))
        object.__setattr__(self, "excluded", _read_only(self.excluded))

    def is_excluded(self, pairs: Ints) -> Flags:
        """Whether an exclusion is in force on pairs numbered as `excluded_pairs`."""
        barred = self._barred
        at = np.searchsorted(barred, pairs)
        return barred[np.minimum(at, barred.size - 1)] == pairs

    @cached_property
    def _barred(self) -> Ints:
        """The exclusions in order, behind a number that no pair has."""
        return np.unique(np.concatenate([[-1], self.excluded_pairs]))

    @cached_property
    def excluded_pairs(self) -> Ints:
        """The exclusions as `row * len(offers) + column`, to look pairs up by."""
        return self.excluded[:, 0] * len(self.offers) + self.excluded[:, 1]

    @cached_property
    def may_meet_or_unknown(self) -> Flags:
        """`may_meet` with True in the last row and column, where `NOWHERE` points."""
        return np.pad(self.may_meet, (0, 1), constant_values=True)


def _read_only(array: NDArray[Any]) -> NDArray[Any]:
    view = array.view()
    view.flags.writeable = False
    return view

"""What there is to tell about a pair, criterion by criterion, in codes and numbers.

Each function tells about one request and many offers at once: for each offer the codes
and numbers for the words, None where unknown, and whose answer is missing if one is.
Masks are those of the pool.
"""

from collections.abc import Callable, Mapping
from functools import cache
from math import isnan
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matching.core.criteria import (
    distance_limit_m,
    distance_m,
)
from matching.core.homes import (
    BROKEN_LIMIT,
    BROKEN_WISH,
    EVERY_ITEM,
    HOME_ITEMS,
    KEPT,
    NO_DEMAND,
    NO_FACT,
    home_words,
)
from matching.core.pool import NOWHERE, Demand, Ints, Pool

# A plain number: looking an enumeration up takes longer than to compare.
NOT_ASKED = int(Demand.NOT_ASKED)

Particulars = tuple[dict[str, Any], str | None]


def moments(pool: Pool, row: int, cols: Ints) -> list[Particulars]:
    """The moments of both, of the request only, and of the offer only."""
    asked = int(pool.requests.moments[row])
    known = bool(pool.requests.moments_known[row])
    frequency = int(pool.requests.frequency[row]) or None
    offers = zip(
        pool.offers.moments[cols].tolist(),
        pool.offers.moments_known[cols].tolist(),
        strict=True,
    )
    return [
        (
            {
                "common": asked & offered,
                "only_request": asked & ~offered,
                "only_offer": offered & ~asked,
                "frequency": frequency,
            },
            _missing(request=known, offer=offer_known),
        )
        for offered, offer_known in offers
    ]


def kinds(pool: Pool, row: int, cols: Ints) -> list[Particulars]:
    """The kinds of support of both, asked only, and offered only."""
    asked = int(pool.requests.kinds[row])
    return [
        (
            {
                "common": asked & offered,
                "only_request": asked & ~offered,
                "only_offer": offered & ~asked,
            },
            _missing(request=asked != 0, offer=offered != 0),
        )
        for offered in pool.offers.kinds[cols].tolist()
    ]


def frequency(pool: Pool, row: int, cols: Ints) -> list[Particulars]:
    """How often support is asked for and offered, as a `Frequency`."""
    return _both_numbers(
        pool.requests.frequency[row], pool.offers.frequency[cols], "asked", "offered"
    )


def ages(pool: Pool, row: int, cols: Ints) -> list[Particulars]:
    """The ages of the children, those that are welcome, and those that are not."""
    asked = int(pool.requests.ages[row])
    return [
        (
            {
                "asked": asked,
                "welcome": welcome,
                "outside": asked & ~welcome if welcome else 0,
            },
            _missing(request=asked != 0, offer=welcome != 0),
        )
        for welcome in pool.offers.ages[cols].tolist()
    ]


def children(pool: Pool, row: int, cols: Ints) -> list[Particulars]:
    """How many children, and how many may come at once."""
    return _both_numbers(
        pool.requests.n_children[row],
        pool.offers.children_at_once[cols],
        "number",
        "at_once",
    )


def home(pool: Pool, row: int, cols: Ints) -> list[Particulars]:
    """What is broken, kept and open about both homes, as `HOME_ITEMS`."""
    words = home_words(pool)
    told = zip(
        (words.requests[row] & words.offers[cols]).tolist(),
        (words.limits_of_requests[row] | words.limits_of_offers[cols]).tolist(),
        strict=True,
    )
    found: list[Particulars] = []
    for word, limits in told:
        kept = word >> KEPT & EVERY_ITEM
        no_fact, no_demand = (
            word >> NO_FACT & EVERY_ITEM,
            word >> NO_DEMAND & EVERY_ITEM,
        )
        params: dict[str, Any] = {
            "broken_limits": _named(word >> BROKEN_LIMIT & EVERY_ITEM),
            "broken_wishes": _named(word >> BROKEN_WISH & EVERY_ITEM),
            "kept": _named(kept),
            "kept_limits": _named(kept & limits),
            "open": _named(no_fact | no_demand),
        }
        found.append((params, _lacking(no_fact, no_demand)))
    return found


def distance(pool: Pool, row: int, cols: Ints) -> list[Particulars]:
    """Metres, and the limits of both."""
    requests, offers = pool.requests, pool.offers
    rows = np.array([row])
    own = _metres(float(requests.max_distance_m[row]))
    placed = not isnan(requests.x_m[row] + requests.y_m[row])
    offers_placed = (~np.isnan(offers.x_m[cols] + offers.y_m[cols])).tolist()
    told = zip(
        distance_m(pool, rows, cols).tolist(),
        distance_limit_m(pool, rows, cols).tolist(),
        offers.max_distance_m[cols].tolist(),
        offers_placed,
        strict=True,
    )
    return [
        (
            {
                "distance_m": _metres(metres),
                "limit_m": _metres(limit),
                "request_limit_m": own,
                "offer_limit_m": _metres(other),
            },
            _missing(request=placed, offer=offer_placed),
        )
        for metres, limit, other, offer_placed in told
    ]


def language(pool: Pool, row: int, cols: Ints) -> list[Particulars]:
    """The languages of both, of one only, and the one liked best."""
    requests, offers = pool.requests, pool.offers
    spoken = int(requests.languages[row])
    preferred = int(requests.preferred_language[row])
    asked = bool(requests.language_demand[row] != NOT_ASKED)
    told = zip(
        offers.languages[cols].tolist(),
        (offers.language_demand[cols] != NOT_ASKED).tolist(),
        strict=True,
    )
    return [
        (
            {
                "common": spoken & other,
                "only_request": spoken & ~other,
                "only_offer": other & ~spoken,
                "preferred": preferred,
            },
            # Both told and still unknown: nobody asked whether having none in common
            # matters.
            _missing(request=asked, offer=offer_asked)
            if spoken and other
            else _missing(request=spoken != 0, offer=other != 0),
        )
        for other, offer_asked in told
    ]


def screening(pool: Pool, row: int, cols: Ints) -> list[Particulars]:
    """How far the screening is, as a `Screening`."""
    stages = pool.offers.screening[cols].tolist()
    return [({"stage": stage}, "offer") for stage in stages]


def custody(pool: Pool, row: int, cols: Ints) -> list[Particulars]:
    """What was said, as a `Custody`."""
    said = int(pool.requests.custody[row])
    return [({"said": said}, "request") for _ in range(cols.size)]


def place(pool: Pool, row: int, cols: Ints) -> list[Particulars]:
    """The municipalities of both."""
    own = _town(int(pool.requests.municipality[row]))
    towns = [_town(other) for other in pool.offers.municipality[cols].tolist()]
    return [
        (
            {"request": own, "offer": other},
            _missing(request=own is not None, offer=other is not None),
        )
        for other in towns
    ]


def duration(pool: Pool, row: int, cols: Ints) -> list[Particulars]:
    """For how long support is asked for and offered, in months."""
    return _both_numbers(
        pool.requests.duration_months[row],
        pool.offers.duration_months[cols],
        "asked_months",
        "offered_months",
    )


def load(pool: Pool, row: int, cols: Ints) -> list[Particulars]:
    """How many pairings run, and how many places are free."""
    told = zip(
        pool.offers.running_pairings[cols].tolist(),
        pool.offers.places_free[cols].tolist(),
        strict=True,
    )
    return [({"running": running, "free": free}, None) for running, free in told]


def history(pool: Pool, row: int, cols: Ints) -> list[Particulars]:
    """Whether an exclusion is in force."""
    excluded = pool.is_excluded(row * len(pool.offers) + cols)
    return [({"excluded": one}, None) for one in excluded.tolist()]


PARTICULARS: Mapping[str, Callable[[Pool, int, Ints], list[Particulars]]] = {
    "moments": moments,
    "kinds": kinds,
    "frequency": frequency,
    "ages": ages,
    "children": children,
    "home": home,
    "distance": distance,
    "language": language,
    "screening": screening,
    "custody": custody,
    "place": place,
    "duration": duration,
    "load": load,
    "history": history,
}


def _both_numbers(
    asked: np.signedinteger[Any], offered: NDArray[Any], first: str, then: str
) -> list[Particulars]:
    """One number of each side, in which 0 is unknown."""
    own = int(asked) or None
    known = own is not None
    return [
        (
            {first: own, then: other or None},
            _missing(request=known, offer=other != 0),
        )
        for other in offered.tolist()
    ]


def _missing(*, request: bool, offer: bool) -> str | None:
    """Whose answer is missing, given which side's answer is known."""
    if request and offer:
        return None
    if not request and not offer:
        return "both"
    return "offer" if request else "request"


@cache
def _named(mask: int) -> tuple[tuple[str, str], ...]:
    return tuple(item for place, item in enumerate(HOME_ITEMS) if mask >> place & 1)


@cache
def _lacking(no_fact: int, no_demand: int) -> str:
    """Whose answers lack: about a home from who lives there, else from the other.

    With nothing open nobody was asked at all.
    """
    other = {"request": "offer", "offer": "request"}
    lacking = {home for home, _ in _named(no_fact)}
    lacking |= {other[home] for home, _ in _named(no_demand)}
    return lacking.pop() if len(lacking) == 1 else "both"


def _town(number: int) -> int | None:
    return None if number == NOWHERE else number


def _metres(value: float) -> int | None:
    return None if isnan(value) else round(value)

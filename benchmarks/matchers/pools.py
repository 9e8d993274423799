"""Invented pools that look like the Netherlands: where people live, what they ask.

Everything comes from a seed. Towns are as large and lie where they are, villages fill
the land between them; limits run from 2 to 15 kilometres; most families ask for a few
kinds of support on a few dayparts, and give somewhat more.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from families.moments import DAYPARTS_IN_A_WEEK, SCHOOL_HOLIDAYS
from matching.core.geometry import plane_metres
from matching.core.pool import ALL_AGES, HOME_FACTS, YEARS, Offers, Pool, Requests

# Latitude, longitude and thousands of inhabitants, rounded.
TOWNS = (
    (52.37, 4.90, 920), (51.92, 4.48, 660), (52.08, 4.30, 560), (52.09, 5.12, 370),
    (51.44, 5.48, 245), (53.22, 6.57, 240), (51.56, 5.09, 230), (52.37, 5.22, 225),
    (51.59, 4.78, 187), (51.84, 5.86, 182), (52.22, 6.90, 161), (52.39, 4.64, 165),
    (51.98, 5.91, 167), (52.44, 4.83, 158), (52.16, 5.39, 161), (52.21, 5.97, 167),
    (51.70, 5.30, 160), (52.30, 4.69, 160), (52.51, 6.09, 133), (52.06, 4.49, 127),
    (52.16, 4.49, 127), (53.20, 5.80, 127), (50.85, 5.69, 122), (51.81, 4.67, 121),
    (52.04, 5.67, 122), (52.63, 4.75, 112), (52.02, 4.71, 76), (52.01, 4.36, 107),
    (52.25, 6.16, 103), (51.48, 5.66, 95), (52.27, 6.79, 83), (50.88, 5.98, 87),
    (52.50, 5.47, 84), (52.23, 5.18, 93), (51.37, 6.17, 103), (52.78, 6.90, 107),
    (52.99, 6.56, 70), (52.64, 5.06, 75), (51.53, 4.46, 79), (51.49, 4.29, 68),
    (51.50, 3.61, 50), (51.44, 3.57, 44), (51.92, 4.40, 75), (51.91, 4.34, 75),
    (52.13, 4.66, 114), (52.30, 4.86, 93), (52.26, 4.76, 34), (52.24, 4.83, 31),
    (51.99, 4.20, 115), (52.50, 4.95, 93), (51.88, 5.43, 42), (51.65, 5.62, 92),
    (51.76, 5.53, 60), (52.03, 5.56, 68), (52.72, 6.48, 56), (52.70, 6.19, 45),
    (53.11, 6.09, 57), (53.03, 5.66, 34), (52.96, 4.76, 56), (51.97, 6.29, 58),
    (51.25, 5.70, 50), (51.19, 5.99, 59), (50.97, 5.83, 92), (51.33, 3.83, 54),
    (52.35, 6.66, 73), (52.34, 5.62, 48), (52.14, 6.20, 47), (51.96, 6.72, 29),
)  # fmt: skip
SEED = 20_261_123
VILLAGES = 500
IN_VILLAGES = 0.35
NEIGHBOURS_KM = 30
# Shares of the families.
NOT_ASKED = 0.03
EVERY_AGE = 0.1
IN_HOLIDAYS = 0.15
KINDS = np.array([30, 22, 16, 12, 8, 6, 4, 2]) / 100
LANGUAGES = np.array([90, 12, 10, 8, 6, 4, 3, 2]) / 100


@dataclass(frozen=True)
class Land:
    """Where families live: settlements with a share of the people and a size.

    Attributes:
        x_m: east of the middle of the country; y_m: north of it.
        people: the share that lives in each; they add up to 1.
        spread_m: how far from the middle of each they live.
    """

    x_m: NDArray[np.float64]
    y_m: NDArray[np.float64]
    people: NDArray[np.float64]
    spread_m: NDArray[np.float64]


def country(rng: np.random.Generator) -> Land:
    """The towns, and villages within 40 km of them."""
    latitude, longitude, people = np.array(TOWNS, np.float64).T
    x_m, y_m = plane_metres(latitude, longitude)
    near = rng.integers(0, len(TOWNS), VILLAGES)
    away = rng.uniform(5_000, 40_000, VILLAGES)
    angle = rng.uniform(0, 2 * np.pi, VILLAGES)
    size = rng.uniform(0.5, 3, VILLAGES)
    shares = [
        people / people.sum() * (1 - IN_VILLAGES),
        size / size.sum() * IN_VILLAGES,
    ]
    return Land(
        x_m=np.concatenate([x_m, x_m[near] + away * np.cos(angle)]),
        y_m=np.concatenate([y_m, y_m[near] + away * np.sin(angle)]),
        people=np.concatenate(shares),
        spread_m=np.concatenate([180 * np.sqrt(people), np.full(VILLAGES, 900.0)]),
    )


def region(width_m: float) -> Land:
    """One built-up area that is `width_m` across, as one municipality."""
    return Land(np.zeros(1), np.zeros(1), np.ones(1), np.array([width_m / 4]))


def whole_country(n: int) -> Pool:
    """As many requests as offers; one in ten offers has no place left."""
    land = country(np.random.default_rng(SEED))
    return pool(n, n, seed=SEED, land=land, places=(0.1, 0.7, 0.2))


def one_region() -> Pool:
    """10,000 requests by 6,700 offers with about as many places, close together."""
    places = (0, 0.51, 0.49)
    return pool(10_000, 6_700, seed=SEED, land=region(26_500), places=places)


def one_municipality() -> Pool:
    """12,000 by 8,000 in one town, where nobody lives far from anybody."""
    return pool(12_000, 8_000, seed=SEED, land=region(6_000), places=(0, 0.5, 0.5))


def pool(n: int, m: int, *, seed: int, land: Land, places: tuple[float, ...]) -> Pool:
    """`n` requests and `m` offers.

    Args:
        n: requests.
        m: offers.
        seed: the same gives the same pool.
        land: where they live.
        places: the share of the offers with 0, 1, 2, … places free.
    """
    rng = np.random.default_rng(seed)
    kilometres = (
        np.hypot(land.x_m[:, None] - land.x_m, land.y_m[:, None] - land.y_m) / 1000
    )
    return Pool(
        requests=_requests(rng, n, land),
        offers=_offers(rng, m, land, places),
        may_meet=kilometres < NEIGHBOURS_KM,
        excluded=np.column_stack(
            [rng.integers(0, n, n // 50), rng.integers(0, m, n // 50)]
        ),
    )


def _requests(rng: np.random.Generator, n: int, land: Land) -> Requests:
    children = rng.choice(np.array([1, 2, 3], np.int8), n, p=[0.6, 0.3, 0.1])
    youngest = rng.integers(0, 15, n)
    ages = 1 << youngest
    for child in (2, 3):
        next_one = np.minimum(youngest + (child - 1) * rng.integers(1, 4, n), YEARS - 1)
        ages |= np.where(children >= child, 1 << next_one, 0)
    languages, spoken = LANGUAGES.size, _languages(rng, n)
    return Requests(
        **_side(rng, n, land, kinds=(1, 2), dayparts=(1, 4)),
        languages=spoken,
        ages=ages.astype(np.int32),
        n_children=children,
        preferred_language=spoken & -spoken & rng.integers(0, 1 << languages, n),
        wants_children_at_home=_demands(rng, n),
        custody=rng.choice(np.array([0, 1, 2], np.int8), n, p=[0.2, 0.79, 0.01]),
    )


def _offers(
    rng: np.random.Generator, m: int, land: Land, places: tuple[float, ...]
) -> Offers:
    youngest = rng.integers(0, 9, m)
    eldest = np.minimum(youngest + rng.integers(5, 12, m), YEARS - 1)
    welcome = (1 << eldest + 1) - (1 << youngest)
    welcome = np.where(rng.random(m) < EVERY_AGE, ALL_AGES, welcome)
    return Offers(
        **_side(rng, m, land, kinds=(1, 3), dayparts=(1, 4)),
        languages=_languages(rng, m),
        ages=_told(rng, welcome).astype(np.int32),
        children_at_once=rng.choice(
            np.array([0, 1, 2, 3, 4], np.int8), m, p=[0.05, 0.3, 0.4, 0.2, 0.05]
        ),
        has_children=rng.choice(np.array([0, 1, 2], np.int8), m, p=[0.1, 0.3, 0.6]),
        screening=rng.choice(
            np.array([0, 1, 2, 3], np.int8), m, p=[0.04, 0.1, 0.85, 0.01]
        ),
        places_free=rng.choice(len(places), m, p=places),
        running_pairings=rng.choice(np.array([0, 1], np.int8), m, p=[0.8, 0.2]),
    )


def _side(
    rng: np.random.Generator,
    n: int,
    land: Land,
    *,
    kinds: tuple[int, int],
    dayparts: tuple[int, int],
) -> dict[str, Any]:
    home = rng.choice(land.people.size, n, p=land.people)
    known = rng.random(n) > NOT_ASKED
    moments = np.where(known, _moments(rng, n, dayparts), 0)
    return {
        "key": rng.permutation(n),
        "x_m": land.x_m[home] + rng.normal(0, 1, n) * land.spread_m[home],
        "y_m": land.y_m[home] + rng.normal(0, 1, n) * land.spread_m[home],
        "municipality": home,
        "kinds": _told(rng, _some_of(rng, n, KINDS, kinds)),
        "moments": moments,
        "moments_known": known,
        "frequency": rng.choice(
            np.arange(5, dtype=np.int8), n, p=[0.05, 0.5, 0.25, 0.1, 0.1]
        ),
        "duration_months": rng.choice(
            np.array([0, 6, 12, 18, 24, 36], np.int16),
            n,
            p=[0.2, 0.1, 0.3, 0.1, 0.2, 0.1],
        ),
        "max_distance_m": np.round(rng.uniform(2_000, 15_000, n), -2),
        "language_demand": rng.choice(
            np.arange(4, dtype=np.int8), n, p=[0.1, 0.5, 0.3, 0.1]
        ),
        "home_facts": rng.choice(
            np.arange(3, dtype=np.int8), (n, len(HOME_FACTS)), p=[0.05, 0.75, 0.2]
        ),
        "home_demands": _demands(rng, (n, len(HOME_FACTS))),
        "waited_days": rng.integers(0, 400, n, np.int32),
    }


def _moments(
    rng: np.random.Generator, n: int, dayparts: tuple[int, int]
) -> NDArray[np.int64]:
    """Some dayparts, mostly afternoons and weekends; one in six in one kind of week."""
    liked = np.tile([0.8, 2.0, 1.0, 0.3], 7)
    liked[5 * 4 :] *= 1.5
    slots = _some_of(rng, n, liked / liked.sum(), dayparts)
    parity = rng.choice(3, n, p=[1 / 12, 1 / 12, 5 / 6])
    even = np.where(parity != 1, slots, 0)
    odd = np.where(parity != 0, slots, 0) << DAYPARTS_IN_A_WEEK
    return even | odd | np.where(rng.random(n) < IN_HOLIDAYS, SCHOOL_HOLIDAYS, 0)


def _some_of(
    rng: np.random.Generator,
    n: int,
    shares: NDArray[np.float64],
    count: tuple[int, int],
) -> NDArray[np.int64]:
    """Masks with so many different bits, the likely ones more often."""
    # The largest of these are a draw without putting back (Efraimidis and Spirakis).
    drawn = np.log(rng.random((n, shares.size))) / shares
    ranks = np.argsort(np.argsort(-drawn, axis=1), axis=1)
    chosen = ranks < rng.integers(count[0], count[1] + 1, n)[:, None]
    return (chosen << np.arange(shares.size)).sum(axis=1)


def _languages(rng: np.random.Generator, n: int) -> NDArray[np.int64]:
    spoken = rng.random((n, LANGUAGES.size)) < LANGUAGES
    return (spoken << np.arange(LANGUAGES.size)).sum(axis=1)


def _demands(rng: np.random.Generator, shape: Any) -> NDArray[np.int8]:
    return rng.choice(np.arange(4, dtype=np.int8), shape, p=[0.1, 0.75, 0.1, 0.05])


def _told(rng: np.random.Generator, mask: NDArray[np.int64]) -> NDArray[np.int64]:
    """The masks, but for the few of which nobody asked yet."""
    return np.where(rng.random(mask.size) < NOT_ASKED, 0, mask)

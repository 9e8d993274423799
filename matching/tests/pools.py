"""Small pools for the tests of the core: blank rows, and random ones with a seed."""

import dataclasses
from typing import Any

import numpy as np

from families.moments import ALL_MOMENTS
from matching.core.pool import HOME_FACTS, Offers, Pool, Requests

WIDTH = len(HOME_FACTS)
N_MUNICIPALITIES = 3


def requests(n: int = 1, **columns: Any) -> Requests:
    """`n` requests of which nothing is known but the columns given."""
    return Requests(**_blank_side(n) | _blank_request(n) | _arrays(n, columns))


def offers(n: int = 1, **columns: Any) -> Offers:
    """`n` offers with one free place of which nothing else is known but the columns."""
    return Offers(**_blank_side(n) | _blank_offer(n) | _arrays(n, columns))


def pool(
    asked: Requests, offered: Offers, *, may_meet: Any = None, excluded: Any = ()
) -> Pool:
    """A pool in which all municipalities take part, unless given otherwise."""
    everywhere = np.ones((N_MUNICIPALITIES, N_MUNICIPALITIES), np.bool_)
    return Pool(
        requests=asked,
        offers=offered,
        may_meet=everywhere if may_meet is None else np.array(may_meet, np.bool_),
        excluded=np.array(excluded, np.int64).reshape(-1, 2),
    )


def random_pool(seed: int, n: int | None = None, m: int | None = None) -> Pool:
    """A pool of up to 6 x 8 in which everything happens, much of it unknown."""
    rng = np.random.default_rng(seed)
    n = int(rng.integers(0, 7)) if n is None else n
    m = int(rng.integers(0, 9)) if m is None else m
    pairs = int(rng.integers(0, 3)) if n and m else 0
    return pool(
        Requests(
            **_random_side(rng, n),
            ages=_bits(rng, n, 18, density=0.1, dtype=np.int32),
            n_children=rng.integers(0, 4, n, np.int8),
            preferred_language=_bits(rng, n, 3, density=0.2),
            wants_children_at_home=_demands(rng, n),
            custody=rng.choice(np.array([0, 1, 1, 1, 2], np.int8), n),
        ),
        Offers(
            **_random_side(rng, m),
            ages=_age_ranges(rng, m),
            children_at_once=rng.integers(0, 4, m, np.int8),
            has_children=rng.integers(0, 3, m, np.int8),
            screening=rng.choice(np.array([0, 1, 2, 2, 2, 3], np.int8), m),
            places_free=rng.choice(np.array([0, 1, 1, 2, 3], np.int64), m),
            running_pairings=rng.integers(0, 3, m, np.int8),
        ),
        may_meet=rng.random((N_MUNICIPALITIES, N_MUNICIPALITIES)) < 0.8,
        excluded=np.column_stack(
            [rng.integers(0, max(n, 1), pairs), rng.integers(0, max(m, 1), pairs)]
        ),
    )


def take(side: Any, order: Any) -> Any:
    """The same requests or offers with their rows in another order."""
    columns = {f.name: getattr(side, f.name)[order] for f in dataclasses.fields(side)}
    return type(side)(**columns)


def _arrays(n: int, columns: dict[str, Any]) -> dict[str, Any]:
    blank = _blank_side(n) | _blank_request(n) | _blank_offer(n)
    return {
        name: np.broadcast_to(
            np.array(value, blank[name].dtype), blank[name].shape
        ).copy()
        for name, value in columns.items()
    }


def _blank_side(n: int) -> dict[str, Any]:
    return {
        "key": np.arange(n, dtype=np.int64),
        "x_m": np.full(n, np.nan),
        "y_m": np.full(n, np.nan),
        "municipality": np.full(n, -1, np.int64),
        "kinds": np.zeros(n, np.int64),
        "moments": np.zeros(n, np.int64),
        "moments_known": np.zeros(n, np.bool_),
        "frequency": np.zeros(n, np.int8),
        "duration_months": np.zeros(n, np.int16),
        "max_distance_m": np.full(n, np.nan),
        "languages": np.zeros(n, np.int64),
        "language_demand": np.zeros(n, np.int8),
        "home_facts": np.zeros((n, WIDTH), np.int8),
        "home_demands": np.zeros((n, WIDTH), np.int8),
        "waited_days": np.zeros(n, np.int32),
    }


def _blank_request(n: int) -> dict[str, Any]:
    return {
        "ages": np.zeros(n, np.int32),
        "n_children": np.zeros(n, np.int8),
        "preferred_language": np.zeros(n, np.int64),
        "wants_children_at_home": np.zeros(n, np.int8),
        "custody": np.zeros(n, np.int8),
    }


def _blank_offer(n: int) -> dict[str, Any]:
    return {
        "ages": np.zeros(n, np.int32),
        "children_at_once": np.zeros(n, np.int8),
        "has_children": np.zeros(n, np.int8),
        "screening": np.zeros(n, np.int8),
        "places_free": np.ones(n, np.int64),
        "running_pairings": np.zeros(n, np.int8),
    }


def _random_side(rng: np.random.Generator, n: int) -> dict[str, Any]:
    known = rng.random(n) < 0.8
    dayparts = _bits(rng, n, 57, density=0.3) & ALL_MOMENTS
    return {
        "key": rng.permutation(n) * 7,
        "x_m": _sometimes_nan(rng, rng.uniform(0, 9_000, n)),
        "y_m": _sometimes_nan(rng, rng.uniform(0, 9_000, n)),
        "municipality": rng.integers(-1, N_MUNICIPALITIES, n),
        "kinds": _bits(rng, n, 6, density=0.5),
        "moments": np.where(known, dayparts, 0),
        "moments_known": known,
        "frequency": rng.integers(0, 5, n, np.int8),
        "duration_months": rng.choice(np.array([0, 6, 12, 18, 24], np.int16), n),
        "max_distance_m": _sometimes_nan(rng, rng.uniform(3_000, 12_000, n)),
        "languages": _bits(rng, n, 3, density=0.5),
        "language_demand": _demands(rng, n),
        "home_facts": rng.choice(np.array([0, 1, 1, 1, 2], np.int8), (n, WIDTH)),
        "home_demands": _demands(rng, (n, WIDTH)),
        # Few different values, so that ties happen.
        "waited_days": rng.integers(0, 3, n, np.int32),
    }


def _bits(
    rng: np.random.Generator,
    n: int,
    width: int,
    *,
    density: float,
    dtype: type[np.signedinteger[Any]] = np.int64,
) -> Any:
    chosen = rng.random((n, width)) < density
    return (chosen << np.arange(width)).sum(axis=1).astype(dtype)


def _age_ranges(rng: np.random.Generator, n: int) -> Any:
    youngest, eldest = rng.integers(0, 8, n), rng.integers(6, 18, n)
    ranges = (1 << eldest + 1) - 1 & ~((1 << youngest) - 1)
    told = rng.choice([0, 1, 1, 1], n)
    everyone = rng.random(n) < 0.2
    return np.where(everyone, (1 << 18) - 1, ranges * told).astype(np.int32)


def _demands(rng: np.random.Generator, shape: Any) -> Any:
    return rng.choice(np.array([0, 1, 1, 1, 1, 2, 3], np.int8), shape)


def _sometimes_nan(rng: np.random.Generator, values: Any) -> Any:
    return np.where(rng.random(values.size) < 0.2, np.nan, values)

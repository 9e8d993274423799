"""Families as the engine's rows of numbers.

The only place where rows of the database become a `Pool`. Each fact is asked of the
database once for the whole pool, so the number of queries never grows with it.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Self

import numpy as np
from django.db.models import QuerySet

from families.models import (
    Person,
    SupportOffer,
    SupportRequest,
)
from families.vocabulary import Demand
from matching.core import pool as core
from matching.core.geometry import plane_metres
from matching.core.rules import FREQUENCIES
from matching.core.score import Band
from matching.engine.pool_rows import (
    Homes,
    Running,
    barred_pairs,
    children_of,
    free_places,
    may_meet,
    running_of,
    screening_of,
)
from matching.models import Proposal

BANDS = {
    Band.STRONG: Proposal.Band.STRONG,
    Band.GOOD: Proposal.Band.GOOD,
    Band.POSSIBLE: Proposal.Band.POSSIBLE,
}
DEMANDS = {
    Demand.NOT_ASKED: core.Demand.NOT_ASKED,
    Demand.INDIFFERENT: core.Demand.INDIFFERENT,
    Demand.WISH: core.Demand.WISH,
    Demand.LIMIT: core.Demand.LIMIT,
}
FACTS = {None: core.Fact.UNKNOWN, False: core.Fact.NO, True: core.Fact.YES}
CUSTODY = {
    SupportRequest.Custody.NOT_ASKED: core.Custody.NOT_ASKED,
    SupportRequest.Custody.AGREED: core.Custody.AGREED,
    SupportRequest.Custody.REFUSED: core.Custody.REFUSED,
}
AVAILABLE = SupportOffer.Stage.AVAILABLE
OLDEST = core.YEARS - 1

SHARED = (
    "pk",
    "family",
    "family__household",
    "family__household__municipality",
    "kinds",
    "moments",
    "frequency",
    "duration_months",
    "max_distance_km",
    "language_demand",
    "waiting_since",
    *(f"family__household__{fact}" for fact in core.HOME_FACTS),
    *(f"no_{fact}" for fact in core.HOME_FACTS),
)
REQUEST = (*SHARED, "children_at_home", "preferred_language", "custody")
OFFER = (
    *SHARED,
    "family__has_children",
    "ages",
    "children_at_once",
    "stage",
)


@dataclass(frozen=True)
class Encoded:
    """A pool, and which rows of the database stand behind its numbers.

    Attributes:
        requests: primary keys of the requests, in the order of the pool's rows.
        families: primary keys of the families that ask, in the same order.
        offers: primary keys of the offers, in the order of its columns.
        municipalities: primary keys, in the order of `Pool.may_meet`.
        barred: why a pair (row, column) is out of the question.
        taken: (m,) moments of each column that running pairings use.
        available: (m,) whether the offer of each column may be proposed now.
    """

    pool: core.Pool
    requests: tuple[int, ...]
    families: tuple[int, ...]
    offers: tuple[int, ...]
    municipalities: tuple[int, ...]
    barred: dict[tuple[int, int], str]
    taken: core.Ints
    available: core.Flags

    def free(self, row: int, col: int) -> Self:
        """The same pool, where nothing bars this one pair."""
        pair = (row, col)
        barred = {one: why for one, why in self.barred.items() if one != pair}
        pool = replace(self.pool, excluded=excluded_of(barred))
        return replace(self, pool=pool, barred=barred)

    def part(self, row: int, cols: core.Ints) -> Self:
        """One request and some of the offers, in the order of `cols`."""
        places = {col: place for place, col in enumerate(cols.tolist())}
        barred = {
            (0, places[col]): reason
            for (barred_row, col), reason in self.barred.items()
            if barred_row == row and col in places
        }
        pool = core.Pool(
            requests=self.pool.requests.take(np.array([row])),
            offers=self.pool.offers.take(cols),
            may_meet=self.pool.may_meet,
            excluded=excluded_of(barred),
        )
        return replace(
            self,
            pool=pool,
            requests=(self.requests[row],),
            families=(self.families[row],),
            offers=tuple(self.offers[col] for col in places),
            barred=barred,
            taken=self.taken[cols],
            available=self.available[cols],
        )


def excluded_of(barred: Iterable[tuple[int, int]]) -> core.Ints:
    """Pairs that are out of the question, as the engine reads them."""
    return np.array(sorted(barred), np.int64).reshape(-1, 2)


def encode(
    requests: QuerySet[SupportRequest],
    offers: QuerySet[SupportOffer],
    *,
    on: dt.date,
    only_available: bool = False,
) -> Encoded:
    """Both sides as the engine reads them on a day; rows stand in order of key.

    Args:
        requests: those to match.
        offers: those to choose from.
        on: the day.
        only_available: an offer in any other stage has no place free.
    """
    asked = list(requests.order_by("pk").values_list(*REQUEST, named=True))
    offered = list(offers.order_by("pk").values_list(*OFFER, named=True))
    closed = {one.pk for one in offered if only_available and one.stage != AVAILABLE}
    both = (*asked, *offered)
    homes = Homes.of({one.family__household for one in both}, on=on)
    children = children_of([one.pk for one in asked])
    numbers = {
        pk: number
        for number, pk in enumerate(
            sorted({one.family__household__municipality for one in both})
        )
    }
    running = running_of({one.family for one in offered})
    barred = barred_pairs(asked, offered, children, on=on)
    pool = core.Pool(
        requests=core.Requests(
            **_side(asked, homes, numbers, on=on, used=defaultdict(int)),
            **_request_columns(asked, children, on=on),
        ),
        offers=core.Offers(
            **_side(offered, homes, numbers, on=on, used=running.moments),
            **_offer_columns(offered, homes, running, closed, on=on),
        ),
        may_meet=may_meet(numbers),
        excluded=excluded_of(barred),
    )
    return Encoded(
        pool=pool,
        requests=tuple(one.pk for one in asked),
        families=tuple(one.family for one in asked),
        offers=tuple(one.pk for one in offered),
        municipalities=tuple(numbers),
        barred=barred,
        taken=_ints(running.moments[one.family] for one in offered),
        available=np.array([one.stage == AVAILABLE for one in offered], np.bool_),
    )


def band_name(band: int) -> str:
    """The band as proposals store it; "" where nobody fits."""
    return BANDS.get(Band(band), "")


def _side(
    rows: Sequence[Any],
    homes: Homes,
    numbers: dict[int, int],
    *,
    on: dt.date,
    used: dict[int, int],
) -> dict[str, Any]:
    """The columns that both sides share; `used` moments are taken out."""
    nowhere = (np.nan, np.nan)
    degrees = np.array(
        [homes.place.get(one.family__household, nowhere) for one in rows], np.float64
    ).reshape(-1, 2)
    x_m, y_m = plane_metres(degrees[:, 0], degrees[:, 1])
    limits = [one.max_distance_km for one in rows]
    return {
        "key": _ints(one.pk for one in rows),
        "x_m": x_m,
        "y_m": y_m,
        "municipality": _ints(
            numbers[one.family__household__municipality] for one in rows
        ),
        "kinds": _ints(one.kinds for one in rows),
        "moments": _ints((one.moments or 0) & ~used[one.family] for one in rows),
        "moments_known": np.array([one.moments is not None for one in rows], np.bool_),
        "frequency": _codes(FREQUENCIES.get(one.frequency, 0) for one in rows),
        "duration_months": np.array(
            [one.duration_months or 0 for one in rows], np.int16
        ),
        "max_distance_m": np.array(
            [np.nan if km is None else float(km) * 1000 for km in limits], np.float64
        ),
        "languages": _ints(homes.languages[one.family__household] for one in rows),
        "language_demand": _codes(DEMANDS[one.language_demand] for one in rows),
        "home_facts": _table(rows, "family__household__{}", FACTS),
        "home_demands": _table(rows, "no_{}", DEMANDS),
        "waited_days": np.array(
            [max(0, (on - one.waiting_since).days) for one in rows], np.int32
        ),
    }


def _request_columns(
    rows: Sequence[Any], children: dict[int, list[Any]], *, on: dt.date
) -> dict[str, Any]:
    ages = []
    for one in rows:
        known = (Person.age_on(child, on) for child in children[one.pk])
        mask = 0
        for age in known:
            mask |= 0 if age is None else 1 << min(age, OLDEST)
        ages.append(mask)
    return {
        "ages": np.array(ages, np.int32),
        "n_children": _codes(len(children[one.pk]) for one in rows),
        "preferred_language": _ints(one.preferred_language for one in rows),
        "wants_children_at_home": _codes(DEMANDS[one.children_at_home] for one in rows),
        "custody": _codes(CUSTODY[one.custody] for one in rows),
    }


def _offer_columns(
    rows: Sequence[Any],
    homes: Homes,
    running: Running,
    closed: set[int],
    *,
    on: dt.date,
) -> dict[str, Any]:
    families = {one.family for one in rows}
    free = free_places(families, on=on)
    screening = screening_of(homes.adults)
    return {
        "ages": np.array([one.ages for one in rows], np.int32),
        "children_at_once": _codes(one.children_at_once or 0 for one in rows),
        "has_children": _codes(FACTS[one.family__has_children] for one in rows),
        "screening": _codes(
            screening.get(one.family__household, core.Screening.NOTHING_YET)
            for one in rows
        ),
        "places_free": _ints(
            0 if one.pk in closed else free[one.family] for one in rows
        ),
        "running_pairings": _codes(running.count[one.family] for one in rows),
    }


def _ints(values: Iterable[int]) -> Any:
    return np.array(list(values), np.int64)


def _codes(values: Iterable[int]) -> Any:
    return np.array(list(values), np.int8)


def _table(rows: Sequence[Any], name: str, codes: Mapping[Any, int]) -> Any:
    """A column for each fact about a home."""
    return np.array(
        [
            [codes[getattr(one, name.format(fact))] for fact in core.HOME_FACTS]
            for one in rows
        ],
        np.int8,
    ).reshape(-1, len(core.HOME_FACTS))

"""Changes that take barriers away, and what pairs would be worth after them.

A change is one thing that one family, or the organisation, could do: go farther, take
a daypart more, welcome another age. It never touches a limit about the home, a
certificate, custody or a decision about the pair: those are no barriers at all.
"""

import dataclasses
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from families.moments import DAYPARTS_IN_A_WEEK, PARTS, SCHOOL_HOLIDAYS, Part
from matching.core.pool import NOWHERE, YEARS, Demand, Flags, Ints, Metres, Pool, Side
from matching.core.rules import Weights
from matching.core.score import sift
from matching.core.unlocking import barriers as bars
from matching.core.unlocking.barriers import Barriers, Near

KM = 1_000
# The steps of distance looked at: those at which so many offers come within reach.
REACHING = (1, 2, 3, 5, 10)
# A family is asked about the dayparts and kinds to which most offers would answer.
SLOTS_TRIED = 4
KINDS_TRIED = 2
# How many children at a time brothers and sisters might come with instead of all.
NUMBERS_TRIED = 2
# A third child where two may come; more than that is another support family.
CHILDREN_MORE = 1

SLOTS = (
    *(1 << slot | 1 << slot + DAYPARTS_IN_A_WEEK for slot in range(DAYPARTS_IN_A_WEEK)),
    SCHOOL_HOLIDAYS,
)
"""The masks that are asked about: a daypart in both kinds of weeks, or the holidays."""

# The bit of sleeping over, and the dayparts in which one sleeps.
SLEEPING_OVER = 1 << 2
NIGHTS = sum(
    slot
    for number, slot in enumerate(SLOTS[:DAYPARTS_IN_A_WEEK])
    if number % PARTS == Part.NIGHT
)

# How much is asked, to put the smaller change first; going twice as far is 100. All
# are assumptions of ours. Waiting for a place asks nothing of the families; a daypart
# is half of the way to twice as far; to drop a limit is more than to add something.
EFFORT = {
    "distance": 100,
    "moments": 50,
    "kinds": 40,
    "ages": 30,
    "children": 60,
    "language": 90,
    "place": 100,
    "load": 10,
}


@dataclass(frozen=True)
class Change:
    """One thing that somebody would do or allow.

    Attributes:
        code: "distance", "moments", "kinds", "ages", "children", "language", "place"
            or "load".
        side: whose answer changes: "request", "offer", or "either" where it is up to
            neither family.
        params: distance "to_m" and "from_m"; moments "moment", the mask to add; kinds
            "kind", the mask to add; ages "outside", the mask to welcome; children
            "to" and "from": how many an offer takes at once, or how many of a
            request come together; language nothing: the limit becomes a wish; place
            "request" and "offer", two municipalities of the pool; load nothing: the
            offer has a place.
        col: the offer whose family would change; None where it is not one offer.
        effort: how much is asked; the smaller, the sooner.
        offer_key: the stable key of that offer.
    """

    code: str
    side: str
    params: Mapping[str, int]
    col: int | None
    effort: int
    offer_key: int = 0

    @property
    def key(self) -> tuple[Any, ...]:
        """Stable, and the same for the same change."""
        params = tuple(sorted(self.params.items()))
        return (self.code, self.side, self.offer_key, params)


class Pairs(NamedTuple):
    """Pairs that some changes open, with their scores after those changes; best first.

    Attributes:
        cols: (k,) columns.
        score: (k,) 0 to 10,000.
    """

    cols: Ints
    score: Ints


def shared_changes(pool: Pool, row: int, near: Near, counts: Flags) -> list[Change]:
    """What a request family or a municipality could change.

    Args:
        pool: the requests and offers.
        row: of the request.
        near: the offers near it.
        counts: (k,) which of those count in choosing the steps worth a look.
    """
    found = _distances(pool, row, near, counts)
    bits = near.bits[counts]
    offers = pool.offers
    moments = askable(pool, row, near.cols[counts])[bits & bars.MOMENTS != 0]
    for slot in _commonest(moments, SLOTS, SLOTS_TRIED):
        # Only the weeks in which somebody can, if that is every other week.
        found.append(_change("moments", "request", moment=_any_bit(moments) & slot))
    kinds = offers.kinds[near.cols[counts]][bits & bars.KINDS != 0]
    each = [1 << bit for bit in range(_any_bit(kinds).bit_length())]
    for kind in _commonest(kinds, each, KINDS_TRIED):
        found.append(_change("kinds", "request", kind=kind))
    if (bits & bars.LANGUAGE_REQUEST).any():
        found.append(_change("language", "request"))
    number = int(pool.requests.n_children[row])
    at_once = offers.children_at_once[near.cols[counts]][bits & bars.CHILDREN != 0]
    for to in np.unique(at_once)[::-1][:NUMBERS_TRIED].tolist():
        params = {"from": number, "to": to}
        effort = EFFORT["children"] * (number - to)
        found.append(Change("children", "request", params, None, effort))
    own = int(pool.requests.municipality[row])
    apart = near.cols[counts][bits & bars.PLACE != 0]
    for other in np.unique(offers.municipality[apart]).tolist():
        found.append(_change("place", "either", request=own, offer=other))
    return found


def only_nights(pool: Pool, row: int, cols: Ints) -> Flags:
    """Where a request and an offer would come together for sleeping over alone."""
    asked, offered = int(pool.requests.kinds[row]), pool.offers.kinds[cols]
    shared = offered & asked
    # What is unknown, or would be added, is what the family asks.
    kinds = np.where(shared != 0, shared, asked if asked else offered)
    nights: Flags = kinds == SLEEPING_OVER
    return nights


def askable(pool: Pool, row: int, cols: Ints) -> Ints:
    """The moments of offers that a request family may be asked about."""
    moments = pool.offers.moments[cols]
    asked: Ints = np.where(only_nights(pool, row, cols), moments & NIGHTS, moments)
    return asked


def change_of_offer(
    barriers: Barriers, row: int, col: int, barrier: int, metres: float
) -> Change | None:
    """What one offer would change to take a barrier away; None where it cannot."""
    change = _change_of_offer(barriers, row, col, barrier, metres)
    if change is None:
        return None
    key = int(barriers.pool.offers.key[col])
    return dataclasses.replace(change, offer_key=key)


def _change_of_offer(
    barriers: Barriers, row: int, col: int, barrier: int, metres: float
) -> Change | None:
    requests, offers = barriers.pool.requests, barriers.pool.offers
    match barrier:
        case bars.DISTANCE_OFFER:
            return _farther("offer", float(offers.max_distance_m[col]), metres, col)
        case bars.MOMENTS:
            asked = int(requests.moments[row] & ~barriers.taken[col])
            if only_nights(barriers.pool, row, np.array([col]))[0]:
                asked &= NIGHTS
            moment = _best_slot(asked)
            return _change("moments", "offer", col, moment=moment) if moment else None
        case bars.KINDS:
            asked = int(requests.kinds[row])
            params = {"kind": asked & -asked}
        case bars.AGES:
            params = {"outside": int(requests.ages[row] & ~offers.ages[col])}
        case bars.CHILDREN:
            number, at_once = requests.n_children[row], offers.children_at_once[col]
            if number - at_once > CHILDREN_MORE:
                return None
            params = {"from": int(at_once), "to": int(number)}
        case bars.LANGUAGE_OFFER | bars.LOAD:
            params = {}
        case _:
            return None
    code = _CODE_OF_OFFER[barrier]
    effort = EFFORT[code]
    if barrier == bars.AGES:
        effort *= _years_off(params["outside"], int(offers.ages[col]))
    if barrier == bars.LOAD:
        effort += int(barriers.wait[col])
    return Change(code, "offer", params, col, effort)


def cleared(pool: Pool, near: Near, change: Change) -> Ints:
    """(k,) the barriers that a change takes away at each offer nearby."""
    barrier, where = _CLEARS[change.code, change.side](pool, near, change)
    gone: Ints = np.where(where, barrier, 0)
    return gone


def opened(pool: Pool, near: Near, changes: Iterable[Change]) -> Ints:
    """Positions of the offers nearby that are in reach only after these changes."""
    left = near.bits
    for change in changes:
        left = left & ~cleared(pool, near, change)
    return np.flatnonzero((left == 0) & (near.bits != 0))


def pairs_after(
    pool: Pool,
    rows: Sequence[int],
    cols: Sequence[Ints],
    changes: Sequence[Sequence[Change]],
    weights: Weights,
) -> list[Pairs]:
    """The scores of the pairs that each of some sets of changes opens.

    The criteria themselves judge the changed rows: what one of them still excludes is
    not among the pairs.

    Args:
        pool: the requests and offers as they are.
        rows: the row of the request for each set.
        cols: the columns that each set opens.
        changes: the sets.
        weights: the rules.
    """
    sizes = [one.size for one in cols]
    sets = np.repeat(np.arange(len(sizes)), sizes)
    every = np.concatenate([np.zeros(0, np.int64), *cols])
    changed = _changed(pool, np.array(rows, np.int64), sets, every, changes)
    left, score, _ = sift(changed, sets, np.arange(every.size), weights)
    order = np.lexsort((pool.offers.key[every[left]], -score, sets[left]))
    left, score = left[order], score[order]
    ends = np.searchsorted(sets[left], np.arange(len(sizes) + 1))
    return [Pairs(every[left[a:b]], score[a:b]) for a, b in pairwise(ends.tolist())]


def _changed(
    pool: Pool,
    rows: Ints,
    sets: Ints,
    cols: Ints,
    changes: Sequence[Sequence[Change]],
) -> Pool:
    """A pool of a row for each set and a column for each pair, after the changes."""
    asked = {name: column[rows] for name, column in _columns(pool.requests)}
    offered = {name: column[cols] for name, column in _columns(pool.offers)}
    # What was excluded is no barrier, so it is not here; municipalities are told
    # apart only as far as a pair goes: 0 is its own, 1 takes part, 2 does not.
    own, other = asked["municipality"][sets], offered["municipality"]
    by_change = np.array([any(one.code == "place" for one in s) for s in changes])
    meets = pool.may_meet_or_unknown[own, other] | by_change[sets]
    place = np.where(other == own, 0, np.where(meets, 1, 2))
    known = (own != NOWHERE) & (other != NOWHERE)
    offered["municipality"] = np.where(known, place, NOWHERE)
    asked["municipality"] = np.where(asked["municipality"] == NOWHERE, NOWHERE, 0)
    asked["key"], offered["key"] = np.arange(rows.size), np.arange(cols.size)
    for number, several in enumerate(changes):
        for change in several:
            if change.side == "request":
                _apply(change, asked, number)
            elif change.col is not None:
                its = np.flatnonzero((sets == number) & (cols == change.col))
                _apply(change, offered, its)
    return Pool(
        requests=type(pool.requests)(**asked),
        offers=type(pool.offers)(**offered),
        may_meet=np.array([[1, 1, 0], [1, 1, 0], [0, 0, 1]], np.bool_),
        excluded=np.zeros((0, 2), np.int64),
    )


def _columns(side: Side) -> list[tuple[str, NDArray[Any]]]:
    return [(one.name, getattr(side, one.name)) for one in dataclasses.fields(side)]


def _apply(change: Change, side: Mapping[str, Any], at: int | Ints) -> None:
    """Write one change into rows of the columns of a side."""
    params = change.params
    if change.code == "distance":
        side["max_distance_m"][at] = params["to_m"]
    elif change.code == "moments":
        side["moments"][at] |= params["moment"]
    elif change.code == "kinds":
        side["kinds"][at] |= params["kind"]
    elif change.code == "ages":
        side["ages"][at] |= params["outside"]
    elif change.code == "children":
        column = "n_children" if change.side == "request" else "children_at_once"
        side[column][at] = params["to"]
    elif change.code == "language":
        side["language_demand"][at] = Demand.WISH
    elif change.code == "load":
        side["places_free"][at] = 1


Clears = Callable[[Pool, Near, Change], tuple[int, Flags]]


def _of_request(barrier: int) -> Clears:
    return lambda pool, near, change: (barrier, _TO[change.code](pool, near, change))


def _of_offer(barrier: int) -> Clears:
    return lambda _, near, change: (barrier, near.cols == change.col)


_TO: Mapping[str, Callable[[Pool, Near, Change], Flags]] = {
    "distance": lambda _, near, change: near.metres <= change.params["to_m"],
    "moments": lambda pool, near, change: (
        pool.offers.moments[near.cols] & change.params["moment"] != 0
    ),
    "kinds": lambda pool, near, change: (
        pool.offers.kinds[near.cols] & change.params["kind"] != 0
    ),
    "children": lambda pool, near, change: (
        pool.offers.children_at_once[near.cols] >= change.params["to"]
    ),
    "language": lambda _, near, change: np.ones(near.cols.size, np.bool_),
    "place": lambda pool, near, change: (
        pool.offers.municipality[near.cols] == change.params["offer"]
    ),
}
_CLEARS: Mapping[tuple[str, str], Clears] = {
    ("distance", "request"): _of_request(bars.DISTANCE_REQUEST),
    ("distance", "offer"): _of_offer(bars.DISTANCE_OFFER),
    ("moments", "request"): _of_request(bars.MOMENTS),
    ("moments", "offer"): _of_offer(bars.MOMENTS),
    ("kinds", "request"): _of_request(bars.KINDS),
    ("kinds", "offer"): _of_offer(bars.KINDS),
    ("ages", "offer"): _of_offer(bars.AGES),
    ("children", "request"): _of_request(bars.CHILDREN),
    ("children", "offer"): _of_offer(bars.CHILDREN),
    ("language", "request"): _of_request(bars.LANGUAGE_REQUEST),
    ("language", "offer"): _of_offer(bars.LANGUAGE_OFFER),
    ("place", "either"): _of_request(bars.PLACE),
    ("load", "offer"): _of_offer(bars.LOAD),
}


def _distances(pool: Pool, row: int, near: Near, counts: Flags) -> list[Change]:
    """Whole kilometres at which the first offers come within the request's reach."""
    stands = (near.bits & bars.DISTANCE_REQUEST != 0) & counts
    metres = np.sort(near.metres[stands])
    limit = float(pool.requests.max_distance_m[row])
    found = {
        change.key: change
        for n in REACHING
        if n <= metres.size
        for change in [_farther("request", limit, float(metres[n - 1]), None)]
    }
    return list(found.values())


_CODE_OF_OFFER = {
    bars.KINDS: "kinds",
    bars.AGES: "ages",
    bars.CHILDREN: "children",
    bars.LANGUAGE_OFFER: "language",
    bars.LOAD: "load",
}


def _farther(side: str, limit_m: float, metres: float, col: int | None) -> Change:
    to_m = int(-(-metres // KM)) * KM
    more = round(EFFORT["distance"] * (to_m - limit_m) / limit_m)
    params = {"from_m": round(limit_m), "to_m": to_m}
    return Change("distance", side, params, col, more)


def _change(code: str, side: str, col: int | None = None, **params: int) -> Change:
    return Change(code, side, params, col, EFFORT[code])


def _commonest(masks: Ints, each: Sequence[int], most: int) -> list[int]:
    """Those of `each` that most masks have a bit of; of equals the first."""
    if not masks.size or not each:
        return []
    counts = np.count_nonzero(masks[:, None] & np.array(each) != 0, axis=0)
    order = np.lexsort((np.arange(counts.size), -counts))[:most]
    return [each[number] for number in order.tolist() if counts[number]]


def _best_slot(mask: int) -> int:
    """The first slot of a mask, best one of every week; 0 for an empty mask."""
    slots = [mask & slot for slot in SLOTS if mask & slot]
    return max(slots, key=int.bit_count, default=0)


def _years_off(outside: int, welcome: int) -> int:
    """How many years the farthest age outside is away from the nearest welcome one."""
    ages = [year for year in range(YEARS) if outside >> year & 1]
    near = [year for year in range(YEARS) if welcome >> year & 1]
    return max(min(abs(age - one) for one in near) for age in ages)


def _any_bit(masks: Ints) -> int:
    return int(np.bitwise_or.reduce(masks)) if masks.size else 0


def nearness(metres: Metres) -> Metres:
    """Metres to sort by: unknown comes last."""
    far: Metres = np.where(np.isnan(metres), np.inf, metres)
    return far

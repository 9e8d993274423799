"""Which one change would help most of the families that are left, by solving again.

One family going farther helps one family. What a coordinator can ask of many at once,
or arrange herself, is put together here: all families a little farther, a daypart that
many could add, a municipality that takes part, certificates that come in.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from matching.core.assign import bonus_above, solve
from matching.core.pool import Flags, Ints, Pool
from matching.core.rules import Weights
from matching.core.solver.problem import Assignment
from matching.core.unlocking import barriers as bars
from matching.core.unlocking.barriers import Barriers, Near
from matching.core.unlocking.relax import (
    EFFORT,
    KM,
    SLOTS,
    Change,
    askable,
    change_of_offer,
    pairs_after,
)

SHOWN = 4
# Farther by so much may be asked of everybody.
STEPS_KM = (1, 2, 5)
# So many changes are worked out in full: those that reach most families.
SOLVED = 8

OF_OFFERS = {
    "ages": bars.AGES,
    "children": bars.CHILDREN,
    "language": bars.LANGUAGE_OFFER,
}


@dataclass(frozen=True, eq=False)
class SharedUnlock:
    """One change that several families, or the organisation, could make.

    Attributes:
        code: as of `Change`.
        side: whose answers change, as of `Change`.
        params: distance "more_m", how much farther; moments "moment" and kinds "kind",
            the mask to add; place "request" and "offer", two municipalities; load
            "group", the number that was given for those offers.
        rows: those that it gives an offer at all, ascending.
        matched: how many requests more the best plan then matches.
    """

    code: str
    side: str
    params: Mapping[str, int]
    rows: Ints
    matched: int

    @property
    def order(self) -> tuple[Any, ...]:
        """Sorts by what it gives, what it asks, whom it reaches, and a stable key."""
        params = tuple(sorted(self.params.items()))
        asks = (EFFORT[self.code], self.params.get("more_m", 0))
        return (-self.matched, asks, -self.rows.size, self.code, self.side, params)


# A kind of change: code, side and parameters.
Kind = tuple[str, str, tuple[tuple[str, int], ...]]


@dataclass(frozen=True, eq=False)
class Opened:
    """What a kind of change opens for one row: its changes and the columns."""

    row: int
    changes: tuple[Change, ...]
    cols: Ints


def unlocks_of_all(
    barriers: Barriers,
    rows: Iterable[int],
    weights: Weights,
    assignment: Assignment,
    *,
    groups: Ints | None = None,
    n: int = SHOWN,
) -> tuple[SharedUnlock, ...]:
    """The changes that match most of the requests that are left.

    Each is made alone, for all of those requests at once, and the plan is solved again.

    Args:
        barriers: the offers of the pool, packed.
        rows: of the requests without an offer.
        weights: the rules.
        assignment: of the plan, with the places of `places_if_open`.
        groups: (m,) why an offer has no place; those that have the same reason
            change together.
        n: how many at most.

    Returns:
        Those that match somebody: most requests first, then the smaller change, the
        one that reaches more, the stable key.
    """
    offers = barriers.pool.offers
    why = np.zeros(len(offers), np.int64) if groups is None else groups
    found: dict[Kind, list[Opened]] = defaultdict(list)
    for row in rows:
        near = barriers.of_row(row)
        for kind, changes, at in _kinds_of(barriers, row, near, why):
            if at.any():
                found[kind].append(Opened(row, changes, near.cols[at]))
    widest = sorted(found, key=lambda kind: (-len(found[kind]), kind))[:SOLVED]
    solved = [
        _solved(barriers, kind, found[kind], weights, assignment) for kind in widest
    ]
    helping = [one for one in solved if one.matched > 0]
    return tuple(sorted(helping, key=lambda one: one.order)[:n])


def _kinds_of(
    barriers: Barriers, row: int, near: Near, why: Ints
) -> Iterator[tuple[Kind, tuple[Change, ...], Flags]]:
    """Each kind of change for one row: the changes, and where they open an offer."""
    yield from _of_request(barriers.pool, row, near)
    offers = barriers.pool.offers
    for step in STEPS_KM:
        limit = offers.max_distance_m[near.cols]
        at = (near.bits == bars.DISTANCE_OFFER) & (near.metres <= limit + step * KM)
        kind = ("distance", "offer", (("more_m", step * KM),))
        yield kind, _of_offers(barriers, row, near, bars.DISTANCE_OFFER, at), at
    for code, barrier in OF_OFFERS.items():
        at = near.bits == barrier
        yield (code, "offer", ()), _of_offers(barriers, row, near, barrier, at), at
    full = near.bits == bars.LOAD
    for group in np.unique(why[near.cols[full]]).tolist():
        at = full & (why[near.cols] == group)
        kind = ("load", "offer", (("group", group),))
        yield kind, _of_offers(barriers, row, near, bars.LOAD, at), at


def _of_request(
    pool: Pool, row: int, near: Near
) -> Iterator[tuple[Kind, tuple[Change, ...], Flags]]:
    """The kinds of change that the request family or a municipality could make."""
    limit = pool.requests.max_distance_m[row]
    far = near.bits == bars.DISTANCE_REQUEST
    for step in STEPS_KM if far.any() else ():
        to_m = round(limit) + step * KM
        change = _change("distance", from_m=round(limit), to_m=to_m)
        kind: Kind = ("distance", "request", (("more_m", step * KM),))
        yield kind, (change,), far & (near.metres <= to_m)
    apart = near.bits == bars.MOMENTS
    moments = np.where(apart, askable(pool, row, near.cols), 0)
    for slot in SLOTS if apart.any() else ():
        change = _change("moments", moment=slot)
        yield (
            ("moments", "request", (("moment", slot),)),
            (change,),
            moments & slot != 0,
        )
    other = near.bits == bars.KINDS
    kinds = np.where(other, pool.offers.kinds[near.cols], 0)
    for bit in range(int(kinds.max(initial=0)).bit_length()):
        change = _change("kinds", kind=1 << bit)
        at = kinds >> bit & 1 != 0
        yield ("kinds", "request", (("kind", 1 << bit),)), (change,), at
    at = near.bits == bars.LANGUAGE_REQUEST
    yield ("language", "request", ()), (_change("language"),), at
    own = int(pool.requests.municipality[row])
    border = near.bits == bars.PLACE
    theirs = pool.offers.municipality[near.cols]
    for place in np.unique(theirs[border]).tolist():
        params = {"request": own, "offer": place}
        change = Change("place", "either", params, None, EFFORT["place"])
        kind = ("place", "either", tuple(sorted(params.items())))
        yield kind, (change,), border & (theirs == place)


def _of_offers(
    barriers: Barriers, row: int, near: Near, barrier: int, at: Flags
) -> tuple[Change, ...]:
    """What each of these offers would change."""
    pairs = zip(near.cols[at].tolist(), near.metres[at].tolist(), strict=True)
    changes = [
        change_of_offer(barriers, row, col, barrier, metres) for col, metres in pairs
    ]
    return tuple(change for change in changes if change is not None)


def _change(code: str, **params: int) -> Change:
    return Change(code, "request", params, None, EFFORT[code])


def _solved(
    barriers: Barriers,
    kind: Kind,
    opened: list[Opened],
    weights: Weights,
    assignment: Assignment,
) -> SharedUnlock:
    """What a kind of change gives to all its rows together."""
    found = pairs_after(
        barriers.pool,
        [one.row for one in opened],
        [one.cols for one in opened],
        [one.changes for one in opened],
        weights,
    )
    rows = np.repeat([one.row for one in opened], [pairs.cols.size for pairs in found])
    cols = np.concatenate([pairs.cols for pairs in found])
    then = solve_with(assignment, rows, cols, np.concatenate([p.score for p in found]))
    code, side, params = kind
    matched = then.matched - assignment.matched
    return SharedUnlock(code, side, dict(params), np.unique(rows), matched)


def solve_with(
    assignment: Assignment, rows: Ints, cols: Ints, values: Ints
) -> Assignment:
    """The best assignment with more pairs, none of which is there already."""
    problem = assignment.problem
    before = np.repeat(np.arange(problem.n_rows), np.diff(problem.indptr))
    row = np.concatenate([before, rows])
    col = np.concatenate([problem.indices, cols])
    order = np.lexsort((col, row))
    counts = np.bincount(row, minlength=problem.n_rows)
    wider = replace(
        problem,
        indptr=np.concatenate([[0], np.cumsum(counts)]),
        indices=col[order],
        values=np.concatenate([problem.values, values])[order],
    )
    # The new values may be higher than any before, so the bonus is made anew.
    return solve(replace(wider, bonus=bonus_above(wider) or problem.bonus))

"""What would unlock a match: the smallest changes, each confirmed on the whole plan.

For each offer near a request it is known what stands in the way. One barrier is one
change away from a pair; two are looked at where no single change gives a match. What a
change is worth to everybody is not guessed from prices but found exactly.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

import numpy as np

from matching.core.pool import Ints, Pool
from matching.core.rules import Weights
from matching.core.score import Band, band_of
from matching.core.solver.problem import UNMATCHED
from matching.core.unlocking import barriers as bars
from matching.core.unlocking.barriers import BARRIERS, MOST_BARRIERS, Barriers, Near
from matching.core.unlocking.relax import (
    Change,
    change_of_offer,
    cleared,
    nearness,
    opened,
    pairs_after,
    shared_changes,
)
from matching.core.unlocking.ways_out import WaysOut

SHOWN = 4
# Of one sort, such as going farther, two are plenty among four.
MOST_OF_A_SORT = 2
# Bounds on the work for one family. Nobody asks the fifth nearest support family for
# the same favour, nor looks at the pairs of more than the nearest offers.
OFFERS_TRIED = 4
OFFERS_PAIRED = 12
COLS_SCORED = 64
# For who has an offer in the plan, only what would lift it to a better band.
LIFTS_CONFIRMED = 4

OF_OFFER = (
    bars.MOMENTS,
    bars.KINDS,
    bars.AGES,
    bars.CHILDREN,
    bars.DISTANCE_OFFER,
    bars.LANGUAGE_OFFER,
    bars.LOAD,
)

MATCH, BETTER, POSSIBLE = "match", "better", "possible"
GAINS = (MATCH, BETTER, POSSIBLE)


@dataclass(frozen=True, eq=False)
class Unlock:
    """Changes that together put more offers within reach of one request.

    Attributes:
        changes: one, or two that must both be made.
        cols: columns of the offers they open, best first; at most the 64 nearest.
        score: (k,) what those pairs are worth after the changes, 0 to 10,000.
        band: the `Band` of the best of them.
        gain: "match" where this request gets an offer that no other one loses;
            "better" where the plan rises in another way; "possible" where nobody made
            a plan.
        rise: by how much the objective of the plan rises; 0 without a plan.
    """

    changes: tuple[Change, ...]
    cols: Ints
    score: Ints
    band: int
    gain: str = POSSIBLE
    rise: int = 0

    @property
    def effort(self) -> int:
        """How much is asked for it."""
        return sum(change.effort for change in self.changes)

    @property
    def sort(self) -> tuple[tuple[str, str], ...]:
        """What kind of changes it takes, of whom."""
        return tuple((change.code, change.side) for change in self.changes)

    @property
    def order(self) -> tuple[Any, ...]:
        """Sorts by gain, band, effort, how many offers it opens, and a stable key."""
        keys = tuple(change.key for change in self.changes)
        opens = self.cols.size
        return (GAINS.index(self.gain), -self.band, self.effort, -opens, keys)


Ways = Callable[[Barriers, int, Near], list[tuple[Change, ...]]]


def places_if_open(pool: Pool) -> Ints:
    """The places of each offer for a plan: one where none is free.

    Nobody makes a pair with those, so the plan stays the same; but it can tell what
    such a place would be worth.
    """
    return np.maximum(pool.offers.places_free, 1)


def unlocks(
    barriers: Barriers,
    row: int,
    weights: Weights,
    plan: WaysOut | None = None,
    n: int = SHOWN,
) -> tuple[Unlock, ...]:
    """The smallest changes that give a request an offer, or a better one.

    Each change is tried alone on the pool as it is: the pairs that it opens are added
    to the plan's problem, all other pairs keep their scores. Who has an offer in the
    plan is told only what would lift it to a better band.

    Args:
        barriers: the offers of the pool, packed.
        row: of the request.
        weights: the rules.
        plan: the assignment of the pool, most requests first and with the places of
            `places_if_open`, to confirm what a change is worth; without it nothing
            is confirmed, and every change that opens an offer counts.
        n: how many at most.

    Returns:
        Matches first, then better fits; of those the better band, the smaller change,
        the one that opens more, the stable key. Empty where nothing helps.
    """
    near = barriers.of_row(row)
    now = _band_now(near, row, weights, plan)
    ways: tuple[Ways, ...] = (_singles, _doubles)
    found: list[Unlock] = []
    for sets_of in ways:
        sets = sets_of(barriers, row, near)
        tried = _tried(barriers, row, near, sets, weights)
        found += tried if plan is None else _confirmed(plan, row, tried, now)
        if now or any(one.gain != BETTER for one in found):
            break
    best: list[Unlock] = []
    sorts: Counter[Any] = Counter()
    for one in sorted(found, key=lambda one: one.order):
        sorts[one.sort] += 1
        if sorts[one.sort] <= MOST_OF_A_SORT:
            best.append(one)
    return tuple(best[:n])


def _band_now(near: Near, row: int, weights: Weights, plan: WaysOut | None) -> int:
    """The band of what a request has; `Band.NONE` where it has nobody."""
    if plan is None:
        return Band.POSSIBLE if (near.bits == 0).any() else Band.NONE
    assignment = plan.assignment
    if assignment.column[row] == UNMATCHED:
        return Band.NONE
    pairs = assignment.problem.pairs_of(row)
    is_own = assignment.problem.indices[pairs] == assignment.column[row]
    return int(band_of(assignment.problem.values[pairs][is_own], weights)[0])


def _singles(barriers: Barriers, row: int, near: Near) -> list[tuple[Change, ...]]:
    """Single changes that take away the only barrier of some offer."""
    one = np.bitwise_count(near.bits) == 1
    found = shared_changes(barriers.pool, row, near, one)
    for barrier in OF_OFFER:
        at = np.flatnonzero(near.bits == barrier)
        wait = barriers.wait[near.cols[at]] * (barrier == bars.LOAD)
        nearest = at[np.lexsort((nearness(near.metres[at]), wait))][:OFFERS_TRIED]
        for position in nearest.tolist():
            found += _of_offer(barriers, row, near, barrier, position)
    return [(change,) for change in found]


def _doubles(barriers: Barriers, row: int, near: Near) -> list[tuple[Change, ...]]:
    """Pairs of changes that take away both barriers of some offer."""
    two = np.bitwise_count(near.bits) == MOST_BARRIERS
    shared = shared_changes(barriers.pool, row, near, two)
    shared.sort(key=lambda change: (change.effort, change.key))
    gone = [cleared(barriers.pool, near, change) for change in shared]
    at = np.flatnonzero(two)
    nearest = at[np.argsort(nearness(near.metres[at]), kind="stable")][:OFFERS_PAIRED]
    found = {}
    for position in nearest.tolist():
        ways = []
        for barrier in BARRIERS:
            if near.bits[position] & barrier:
                of_all = [
                    change
                    for change, bits in zip(shared, gone, strict=True)
                    if bits[position] & barrier
                ]
                of_one = _of_offer(barriers, row, near, barrier, position)
                ways.append([*of_all[:1], *of_one])
        for changes in product(*ways):
            found[tuple(change.key for change in changes)] = changes
    return list(found.values())


def _of_offer(
    barriers: Barriers, row: int, near: Near, barrier: int, position: int
) -> list[Change]:
    """What one offer nearby would change, if anything."""
    col, metres = int(near.cols[position]), float(near.metres[position])
    change = change_of_offer(barriers, row, col, barrier, metres)
    return [] if change is None else [change]


def _tried(
    barriers: Barriers,
    row: int,
    near: Near,
    sets: Iterable[tuple[Change, ...]],
    weights: Weights,
) -> list[Unlock]:
    """What each set of changes opens, the best pair first."""
    tried, cols = [], []
    for changes in sets:
        at = opened(barriers.pool, near, changes)
        nearest = np.argsort(nearness(near.metres[at]), kind="stable")[:COLS_SCORED]
        if nearest.size:
            tried.append(changes)
            cols.append(near.cols[at[nearest]])
    if not tried:
        return []
    found = pairs_after(barriers.pool, [row] * len(tried), cols, tried, weights)
    opens = [pairs.cols.size > 0 for pairs in found]
    best = [
        pairs.score[0] if some else 0 for pairs, some in zip(found, opens, strict=True)
    ]
    bands = band_of(np.array(best), weights).tolist()
    return [
        Unlock(changes, pairs.cols, pairs.score, band)
        for changes, pairs, band in zip(tried, found, bands, strict=True)
        if pairs.cols.size
    ]


def _confirmed(
    plan: WaysOut, row: int, tried: Iterable[Unlock], now: int
) -> list[Unlock]:
    """Those that help the plan, and lift the request above the band it has now."""
    lifts = sorted((one for one in tried if one.band > now), key=lambda one: one.order)
    confirmed = []
    for one in lifts[:LIFTS_CONFIRMED] if now else lifts:
        rise, one_more = plan.gain(row, one.cols, one.score)
        if rise > 0:
            gain = MATCH if one_more else BETTER
            confirmed.append(replace(one, gain=gain, rise=rise))
    return confirmed

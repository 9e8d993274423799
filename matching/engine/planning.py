"""The plan for everybody of a pool, and what would unlock a match for who is left.

Reads a pool once and asks the core; words and pages are made elsewhere.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from django.db.models import QuerySet
from django.utils.functional import cached_property

from families.models import SupportOffer, SupportRequest, User
from matching.core.candidates import Candidates, candidates
from matching.core.plan import PinsImpossible, Plan, plan
from matching.core.pool import Ints
from matching.core.rules import Weights
from matching.core.score import scores
from matching.core.solver.problem import UNMATCHED
from matching.core.unlock import SHOWN, Unlock, places_if_open, unlocks
from matching.core.unlock_all import SOLVED, SharedUnlock, unlocks_of_all
from matching.core.unlocking.barriers import Barriers
from matching.core.unlocking.ways_out import WaysOut
from matching.engine.encode import Encoded, encode
from matching.engine.in_sight import may_be_proposed_by
from matching.engine.not_yet import STAGES, WAIT, NotYet, Why, not_yet
from matching.models import Rules
from matching.services.rules import rules_in_use, weights_of
from matching.wording.names import Names
from matching.wording.unlock_words import UnlockLine, unlock_lines

# Who waits this long goes first where not everybody can be matched. A quarter of a
# year is three times what the list of who waits calls long; families that ask for
# support and hear nothing for a season look elsewhere or give up. An assumption of
# ours. Urgency is not stored, as it would need a story to be judged by.
FIRST_AFTER_DAYS = 90

# What helps one family stands beside that family.
FEWEST_HELPED = 2

# Primary keys of a request and an offer.
Pair = tuple[int, int]


class PairsImpossible(PinsImpossible):
    """Pairs that cannot all be fixed.

    Attributes:
        pairs: primary keys of those in `pins`.
    """

    def __init__(self, fault: PinsImpossible, encoded: Encoded) -> None:
        """Name what the core found by its keys."""
        super().__init__(fault.fault, np.array(fault.pins))
        self.pairs = tuple(
            (encoded.requests[row], encoded.offers[col]) for row, col in fault.pins
        )


@dataclass(frozen=True, eq=False)
class PoolPlan:
    """The best plan for a pool.

    Attributes:
        encoded: the pool; rows are requests, columns are offers, in order of key.
        rules: the version in use.
        weights: the same, as the engine reads them.
        candidates: every pair that nothing excludes.
        scores: their scores.
        plan: who gets whom, beside taking the best pair first; see `core.plan`.
        not_yet: why each column without a free place has none. Those columns are in
            nobody's plan.
    """

    encoded: Encoded
    rules: Rules
    weights: Weights
    candidates: Candidates
    scores: Ints
    plan: Plan
    not_yet: Mapping[int, NotYet]

    @property
    def left(self) -> list[int]:
        """Rows of the requests that get nobody, longest waiting first."""
        rows = np.flatnonzero(self.plan.column == UNMATCHED)
        requests = self.encoded.pool.requests
        order = np.lexsort((requests.key[rows], -requests.waited_days[rows]))
        return rows[order].tolist()

    @cached_property
    def barriers(self) -> Barriers:
        """What stands between each request and the offers near it."""
        wait = np.zeros(len(self.encoded.offers), np.int64)
        for col, reason in self.not_yet.items():
            wait[col] = WAIT[reason.why]
        return Barriers(self.encoded.pool, taken=self.encoded.taken, wait=wait)

    @cached_property
    def ways_out(self) -> WaysOut:
        """What new pairs would be worth to the plan."""
        return WaysOut(self.plan.assignment)

    def unlocks(self, row: int, n: int = SHOWN) -> tuple[Unlock, ...]:
        """The smallest changes that help one request, confirmed on the plan."""
        return unlocks(self.barriers, row, self.weights, self.ways_out, n)

    @cached_property
    def helps(self) -> tuple[SharedUnlock, ...]:
        """The changes that would match most of those who are left; each solved anew.

        Of those that reach the same families only the first one.

        Parameter "group" of a place that is not there yet is the number of a `Why`.
        """
        reasons = list(Why)
        groups = np.full(len(self.encoded.offers), len(reasons))
        for col, reason in self.not_yet.items():
            if reason.possible:
                groups[col] = reasons.index(reason.why)
        found = unlocks_of_all(
            self.barriers,
            self.left,
            self.weights,
            self.plan.assignment,
            groups=groups,
            n=SOLVED,
        )
        # What can never be stands in a group of its own.
        never = {"group": len(reasons)}
        helping = [
            one for one in found if one.matched >= FEWEST_HELPED and one.params != never
        ]
        # To welcome another kind of support is a matter between one family and who
        # knows it; it is told to all only where nothing else helps.
        others = [one for one in helping if one.code != "kinds"]
        once = {tuple(one.rows.tolist()): one for one in reversed(others or helping)}
        return tuple(one for one in helping if one in once.values())[:SHOWN]


def plan_for(
    user: User,
    *,
    on: dt.date,
    pinned: Iterable[Pair] = (),
    apart: Iterable[Pair] = (),
) -> PoolPlan:
    """The plan for all own requests that wait, over all offers that may be proposed.

    Own support families that are not available yet are in the pool without a place,
    so that they can be named as what would unlock a match.

    Args:
        user: a coordinator.
        on: the day.
        pinned: primary keys of a request and an offer that are fixed together; pairs
            that are not in the pool are passed over.
        apart: the same for pairs that do not come together.

    Raises:
        PairsImpossible: the pins cannot all be kept.
    """
    return pool_plan(
        SupportRequest.objects.visible_to(user).waiting(),
        may_be_proposed_by(user),
        on=on,
        pinned=pinned,
        apart=apart,
    )


def plan_with(support_request: SupportRequest, user: User, *, on: dt.date) -> PoolPlan:
    """The plan for all own requests that wait; this one is among them in any stage."""
    own = SupportRequest.objects.visible_to(user)
    waiting = own.waiting() | own.filter(pk=support_request.pk)
    return pool_plan(waiting, may_be_proposed_by(user), on=on)


def unlocks_in(
    found: PoolPlan, support_request: SupportRequest, user: User
) -> list[UnlockLine]:
    """What would give one request of a plan a support family, or a better one."""
    row = found.encoded.requests.index(support_request.pk)
    return lines_of(found, [row], names=Names(user))[row]


def lines_of(
    found: PoolPlan, rows: Iterable[int], *, names: Names
) -> dict[int, list[UnlockLine]]:
    """What would give each of these rows a support family, in words."""
    unlocked = {row: found.unlocks(row) for row in rows}
    return unlock_lines(found.encoded, found.not_yet, unlocked, names=names)


def pool_plan(
    requests: QuerySet[SupportRequest],
    offers: QuerySet[SupportOffer],
    *,
    on: dt.date,
    pinned: Iterable[Pair] = (),
    apart: Iterable[Pair] = (),
) -> PoolPlan:
    """The plan for any requests and offers; see `plan_for`."""
    offers = offers.filter(stage__in=STAGES)
    encoded = encode(requests, offers, on=on, only_available=True)
    rules = rules_in_use()
    weights = weights_of(rules)
    pool = encoded.pool
    found = candidates(pool)
    worth = scores(pool, found, weights)
    waited = pool.requests.waited_days
    try:
        made = plan(
            found.indptr,
            found.indices,
            worth,
            places_if_open(pool),
            first=waited > FIRST_AFTER_DAYS,
            pinned=_in_pool(encoded, pinned),
            apart=_in_pool(encoded, apart),
            turn=np.argsort(np.lexsort((pool.requests.key, -waited))),
        )
    except PinsImpossible as fault:
        raise PairsImpossible(fault, encoded) from fault
    return PoolPlan(
        encoded=encoded,
        rules=rules,
        weights=weights,
        candidates=found,
        scores=worth,
        plan=made,
        not_yet=not_yet(encoded, on=on),
    )


def _in_pool(encoded: Encoded, pairs: Iterable[Pair]) -> list[Pair]:
    """Rows and columns of the pairs that are in the pool."""
    rows = {pk: row for row, pk in enumerate(encoded.requests)}
    cols = {pk: col for col, pk in enumerate(encoded.offers)}
    return [
        (rows[request], cols[offer])
        for request, offer in pairs
        if request in rows and offer in cols
    ]

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
from matching.core.barriers import Barriers
from matching.core.candidates import Candidates, candidates
from matching.core.plan import Plan, plan
from matching.core.pool import Ints, Pool
from matching.core.problem import UNMATCHED
from matching.core.rank import PAIRS_AT_ONCE
from matching.core.rules import Weights
from matching.core.score import sift
from matching.core.unlock import SHOWN, Unlock, places_if_open, unlocks
from matching.core.ways_out import WaysOut
from matching.encode import Encoded, encode
from matching.not_yet import STAGES, WAIT, NotYet, not_yet
from matching.services.rules import rules_in_use, weights_of
from matching.workbench import may_be_proposed_by

# Who waits this long goes first where not everybody can be matched. A quarter of a
# year is three times what the list of who waits calls long; families that ask for
# support and hear nothing for a season look elsewhere or give up. An assumption of
# ours. Urgency is not stored, as it would need a story to be judged by.
FIRST_AFTER_DAYS = 90

# Primary keys of a request and an offer.
Pair = tuple[int, int]


@dataclass(frozen=True, eq=False)
class PoolPlan:
    """The best plan for a pool.

    Attributes:
        encoded: the pool; rows are requests, columns are offers, in order of key.
        weights: the rules.
        candidates: every pair that nothing excludes.
        scores: their scores.
        plan: who gets whom, beside taking the best pair first; see `core.plan`.
        not_yet: why each column without a free place has none. Those columns are in
            nobody's plan.
    """

    encoded: Encoded
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
        PinsImpossible: the pins cannot all be kept; names rows and columns.
    """
    return pool_plan(
        SupportRequest.objects.visible_to(user).waiting(),
        may_be_proposed_by(user),
        on=on,
        pinned=pinned,
        apart=apart,
    )


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
    weights = weights_of(rules_in_use())
    pool = encoded.pool
    found = candidates(pool)
    worth = _scores(pool, found, weights)
    waited = pool.requests.waited_days
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
    return PoolPlan(
        encoded=encoded,
        weights=weights,
        candidates=found,
        scores=worth,
        plan=made,
        not_yet=not_yet(encoded, on=on),
    )


def _scores(pool: Pool, found: Candidates, weights: Weights) -> Ints:
    """The score of each candidate pair."""
    scores = [np.zeros(0, np.int64)]
    for start in range(0, len(found), PAIRS_AT_ONCE):
        some = slice(start, start + PAIRS_AT_ONCE)
        scores.append(sift(pool, found.rows[some], found.indices[some], weights)[1])
    return np.concatenate(scores)


def _in_pool(encoded: Encoded, pairs: Iterable[Pair]) -> list[Pair]:
    """Rows and columns of the pairs that are in the pool."""
    rows = {pk: row for row, pk in enumerate(encoded.requests)}
    cols = {pk: col for col, pk in enumerate(encoded.offers)}
    return [
        (rows[request], cols[offer])
        for request, offer in pairs
        if request in rows and offer in cols
    ]

"""What each criterion adds to the score of very many pairs, from tables made once.

The criteria say what a pair is worth. Where many pairs are alike in all that one reads,
it is asked about one pair of each kind and the answer is looked up. Moments, homes,
distances and places differ too much for that: their terms count bits, or do the same
sums. No term knows a veto; for candidates all give what the criteria give, to the bit.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from families.moments import (
    DAYPARTS_IN_A_WEEK,
    EVEN_WEEKS,
    ODD_WEEKS,
    SCHOOL_HOLIDAYS,
)
from matching.core.criteria import (
    CRITERIA,
    HOME_ITEMS,
    Criterion,
    State,
    Values,
    distance_limit_m,
    distance_m,
    home_worth,
    nearness,
    usable_dayparts,
)
from matching.core.pool import (
    NOWHERE,
    Codes,
    Demand,
    Fact,
    Flags,
    Frequency,
    Ints,
    Pool,
)
from matching.core.rules import Weights

Term = Callable[[Ints, Ints], tuple[Values, Flags | None]]
"""From rows and columns of pairs their points, and where the criterion is not met.

The latter is None where no candidate can be in that state.
"""


def terms_of(pool: Pool, weights: Weights, *, room: int) -> list[Term]:
    """The terms of the score of a candidate, in the order in which they are added.

    Args:
        pool: the requests and offers.
        weights: the rules; what has no weight has no term.
        room: how many numbers a table may hold; beyond it the criterion is asked.
    """
    terms = []
    for criterion, weight in zip(CRITERIA, weights.weights, strict=True):
        if weight == 0:
            continue
        if criterion.code in SPECIAL:
            terms.append(SPECIAL[criterion.code](pool, weight, weights))
        else:
            terms.append(_table_term(pool, criterion, weight, weights, room=room))
    return terms


def _table_term(
    pool: Pool, criterion: Criterion, weight: float, weights: Weights, *, room: int
) -> Term:
    """A term from a table of kinds of requests by kinds of offers."""

    def asked(r: Ints, c: Ints) -> tuple[Values, Flags]:
        state, value, veto = criterion.judge(pool, r, c, weights)
        points = weight * np.where(np.isnan(value), weights.neutral, value)
        return points, (state == State.NOT_MET) & ~veto

    request, of_request = _kinds_of_rows(pool.requests, criterion.asked)
    offer, of_offer = _kinds_of_rows(pool.offers, criterion.offered)
    if request.size * offer.size > room:
        return asked
    points, unmet = asked(np.repeat(request, offer.size), np.tile(offer, request.size))
    of_request = of_request * offer.size
    never = not unmet.any()

    def term(r: Ints, c: Ints) -> tuple[Values, Flags | None]:
        at = of_request[r] + of_offer[c]
        return points[at], None if never else unmet[at]

    return term


def _kinds_of_rows(side: Any, names: Sequence[str]) -> tuple[Ints, Ints]:
    """One row of each kind that differs in these columns, and the kind of each row."""
    rows = len(side)
    kind = np.zeros(rows, np.int64)
    for name in names:
        column = getattr(side, name).astype(np.int64)
        highest = int(column.max(initial=0)) + 1
        if highest > 4 * rows:
            column = np.unique(column, return_inverse=True)[1]
            highest = int(column.max(initial=0)) + 1
        kind = kind * highest + column
        if int(kind.max(initial=0)) > 4 * rows:
            kind = np.unique(kind, return_inverse=True)[1]
    count = int(kind.max(initial=0)) + 1
    one = np.full(count, -1)
    one[kind] = np.arange(rows)
    used = np.flatnonzero(one >= 0)
    number = np.empty(count, np.int64)
    number[used] = np.arange(used.size)
    return one[used], number[kind]


# How often dayparts are shared in even weeks, in odd weeks, and two bits on top.
COUNTS = DAYPARTS_IN_A_WEEK + 1
TOPS = 4
TOP_AT = 2 * DAYPARTS_IN_A_WEEK
UNKNOWN = SCHOOL_HOLIDAYS << 1


def _moments_term(pool: Pool, weight: float, weights: Weights) -> Term:
    """By the frequency, the number of dayparts wanted and the numbers shared.

    Above the holidays an offer shows a bit if its moments are unknown.
    """
    requests, offers = pool.requests, pool.offers
    wanted = usable_dayparts(requests.moments, requests.frequency, weights)
    wanted, of_wanted = np.unique(wanted, return_inverse=True)
    even, odd, top = np.indices((COUNTS, COUNTS, TOPS)).reshape(3, -1)
    shared = (1 << even) - 1 | (1 << odd) - 1 << DAYPARTS_IN_A_WEEK
    shared |= (top & 1) * SCHOOL_HOLIDAYS
    table = np.full((wanted.size, len(Frequency), shared.size), weights.neutral)
    known = top * SCHOOL_HOLIDAYS < UNKNOWN
    for frequency in Frequency:
        usable = usable_dayparts(shared, np.full_like(top, frequency), weights)
        share = usable / np.maximum(wanted, 1)[:, None]
        table[:, frequency, known] = share[:, known]
    nothing = np.full(shared.size, weights.neutral)
    table = weight * np.concatenate([table.ravel(), nothing])

    row = of_wanted * len(Frequency) + requests.frequency
    row[~requests.moments_known] = wanted.size * len(Frequency)
    row *= shared.size
    asked = requests.moments | UNKNOWN
    offered = offers.moments | np.where(offers.moments_known, 0, UNKNOWN)

    def term(r: Ints, c: Ints) -> tuple[Values, Flags | None]:
        both = asked[r] & offered[c]
        at = np.multiply(np.bitwise_count(both & EVEN_WEEKS), COUNTS, dtype=np.int64)
        at += np.bitwise_count(both & ODD_WEEKS)
        at *= TOPS
        at += both >> TOP_AT
        at += row[r]
        return table[at], None

    return term


ITEMS = len(HOME_ITEMS)


def _home_term(pool: Pool, weight: float, weights: Weights) -> Term:
    """By how many limits and wishes are kept, how many wishes broken, and what is open.

    For each item one side says what the home has, the other what it wants.
    """
    requests, offers = pool.requests, pool.offers
    childless = np.array([Fact.UNKNOWN, Fact.YES, Fact.NO], np.int8)
    wants = (
        np.column_stack([requests.home_demands, requests.wants_children_at_home]),
        offers.home_demands,
    )
    has = (
        requests.home_facts,
        np.column_stack([offers.home_facts, childless[offers.has_children]]),
    )
    request, offer = np.zeros(len(requests), np.int64), np.zeros(len(offers), np.int64)
    minds = [demand >= Demand.WISH for demand in wants]
    wishes = [demand == Demand.WISH for demand in wants]
    not_asked = [demand == Demand.NOT_ASKED for demand in wants]
    counted = (
        (minds, Fact.NO),  # kept
        (wishes, Fact.YES),  # broken
        (minds, Fact.UNKNOWN),  # open, as is the next one
        (not_asked, Fact.YES),
    )
    for number, (wanted, fact) in enumerate(counted):
        request |= _bits(wanted[0], has[0] == fact) << number * ITEMS
        offer |= _bits(has[1] == fact, wanted[1]) << number * ITEMS
    # Nothing is settled at all if neither side settles anything.
    request |= (~_settles(wants[0], has[0])).astype(np.int64) << 4 * ITEMS
    offer |= (~_settles(wants[1], has[1])).astype(np.int64) << 4 * ITEMS

    kept, broken, unclear = np.indices((ITEMS + 1, ITEMS + 1, 2)).reshape(3, -1)
    known = (broken > 0) | (unclear == 0)
    points = weight * np.where(known, home_worth(kept, broken), weights.neutral)
    unmet = (broken > 0) & (kept == 0)

    def term(r: Ints, c: Ints) -> tuple[Values, Flags | None]:
        both = request[r] & offer[c]
        every = (1 << ITEMS) - 1
        at = np.multiply(np.bitwise_count(both & every), ITEMS + 1, dtype=np.int64)
        at += np.bitwise_count(both & every << ITEMS)
        at *= 2
        at += both >= 1 << 2 * ITEMS
        return points[at], unmet[at]

    return term


def _bits(first: Flags, then: Flags) -> Ints:
    flags = np.column_stack([first, then])
    low, high = np.packbits(flags, axis=1, bitorder="little").astype(np.int64).T
    return low | high << 8


def _settles(wants: Codes, has: Codes) -> Flags:
    settled: Flags = (wants == Demand.INDIFFERENT).any(1) | (has == Fact.NO).any(1)
    return settled


def _distance_term(pool: Pool, weight: float, weights: Weights) -> Term:
    def term(r: Ints, c: Ints) -> tuple[Values, Flags | None]:
        metres = distance_m(pool, r, c)
        worth = nearness(metres, distance_limit_m(pool, r, c), weights)
        return weight * np.where(np.isnan(metres), weights.neutral, worth), None

    return term


def _place_term(pool: Pool, weight: float, weights: Weights) -> Term:
    request, offer = pool.requests.municipality, pool.offers.municipality
    worth = weight * np.array([weights.other_municipality, 1, weights.neutral])

    def term(r: Ints, c: Ints) -> tuple[Values, Flags | None]:
        own, other = request[r], offer[c]
        unknown = (own == NOWHERE) | (other == NOWHERE)
        return worth[np.where(unknown, 2, own == other)], None

    return term


def _history_term(pool: Pool, weight: float, weights: Weights) -> Term:
    """No candidate has an exclusion in force."""
    return lambda r, c: (np.full(r.size, weight, np.float64), None)


SPECIAL: Mapping[str, Callable[[Pool, float, Weights], Term]] = {
    "moments": _moments_term,
    "home": _home_term,
    "distance": _distance_term,
    "place": _place_term,
    "history": _history_term,
}

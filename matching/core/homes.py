"""What either home has, against what the other family wants to live without."""

from typing import NamedTuple
from weakref import WeakKeyDictionary

import numpy as np

from matching.core.pool import HOME_FACTS, Codes, Demand, Fact, Flags, Ints, Pool

# Plain numbers: looking an enumeration up takes longer than to compare.
NOT_ASKED, INDIFFERENT, WISH, LIMIT = map(int, Demand)
FACT_UNKNOWN, NO, YES = map(int, Fact)
# What having children, or not, says about a home without children.
CHILDLESS = np.array([FACT_UNKNOWN, YES, NO], np.int8)

# What `home_items` looks at: whose home, and what about it.
HOME_ITEMS = (
    *(("offer", fact) for fact in HOME_FACTS),
    ("offer", "no_children"),
    *(("request", fact) for fact in HOME_FACTS),
)


class HomeItems(NamedTuple):
    """Each of `HOME_ITEMS` (columns) for each pair (rows), all of them flags.

    Attributes:
        kept: a limit or wish, and the home is without it.
        kept_limit: those of `kept` that are limits.
        broken_limit: a limit, and the home has it.
        broken_wish: a wish, and the home has it.
        open: an answer is missing that matters: a demand on an unknown fact, or a
            known one of which nobody asked whether it matters.
        settled: the home is without it, or it does not matter.
        fact_known: somebody asked what the home has.
        demand_known: somebody asked whether it matters.
    """

    kept: Flags
    kept_limit: Flags
    broken_limit: Flags
    broken_wish: Flags
    open: Flags
    settled: Flags
    fact_known: Flags
    demand_known: Flags


def home_items(pool: Pool, r: Ints, c: Ints) -> HomeItems:
    """How each thing about either home stands against what the other side wants."""
    requests, offers = pool.requests, pool.offers
    # A wish for children is a wish not to have a home without them.
    facts = np.column_stack(
        [
            offers.home_facts[c],
            CHILDLESS[offers.has_children[c]],
            requests.home_facts[r],
        ]
    )
    demands = np.column_stack(
        [
            requests.home_demands[r],
            requests.wants_children_at_home[r],
            offers.home_demands[c],
        ]
    )
    has_it, without_it = facts == YES, facts == NO
    fact_known, demand_known = facts != FACT_UNKNOWN, demands != NOT_ASKED
    minds = demands >= WISH
    return HomeItems(
        kept=minds & without_it,
        kept_limit=(demands == LIMIT) & without_it,
        broken_limit=(demands == LIMIT) & has_it,
        broken_wish=(demands == WISH) & has_it,
        open=minds & ~fact_known | has_it & ~demand_known,
        settled=without_it | (demands == INDIFFERENT),
        fact_known=fact_known,
        demand_known=demand_known,
    )


ITEMS = len(HOME_ITEMS)
EVERY_ITEM = (1 << ITEMS) - 1
# Where in the words lie the items that are kept, broken wishes, open for want of the
# fact, open for want of the demand, and broken limits; above them, "nothing settled".
KEPT, BROKEN_WISH, NO_FACT, NO_DEMAND, BROKEN_LIMIT, UNSETTLED = (
    place * ITEMS for place in range(6)
)
UNCLEAR = EVERY_ITEM << NO_FACT | EVERY_ITEM << NO_DEMAND | 1 << UNSETTLED


class HomeWords(NamedTuple):
    """What `home_items` tells about a pair, by `&` of two words.

    For each item one side shows what its home has, the other what it wants.

    Attributes:
        requests: (n,) words of the requests.
        offers: (m,) words of the offers.
        limits_of_requests: (n,) the items about which a request has a limit.
        limits_of_offers: (m,) the same for an offer.
    """

    requests: Ints
    offers: Ints
    limits_of_requests: Ints
    limits_of_offers: Ints


# Made once for a pool, however often somebody asks for them.
_WORDS: WeakKeyDictionary[Pool, HomeWords] = WeakKeyDictionary()


def home_words(pool: Pool) -> HomeWords:
    """The words of all requests and offers of a pool."""
    if pool not in _WORDS:
        _WORDS[pool] = _home_words(pool)
    return _WORDS[pool]


def _home_words(pool: Pool) -> HomeWords:
    requests, offers = pool.requests, pool.offers
    asks = np.column_stack([requests.home_demands, requests.wants_children_at_home])
    shows = np.column_stack([offers.home_facts, CHILDLESS[offers.has_children]])
    own = np.zeros(len(requests), np.int64)
    other = np.zeros(len(offers), np.int64)
    counted = (
        (KEPT, (WISH, LIMIT), NO),
        (BROKEN_WISH, (WISH,), YES),
        (NO_FACT, (WISH, LIMIT), FACT_UNKNOWN),
        (NO_DEMAND, (NOT_ASKED,), YES),
        (BROKEN_LIMIT, (LIMIT,), YES),
    )
    for place, demands, fact in counted:
        wants = np.isin(asks, demands)
        own |= _bits(wants, requests.home_facts == fact) << place
        wants = np.isin(offers.home_demands, demands)
        other |= _bits(shows == fact, wants) << place
    own |= _unsettled(asks, requests.home_facts) << UNSETTLED
    other |= _unsettled(offers.home_demands, shows) << UNSETTLED
    nothing = np.zeros_like(requests.home_facts, np.bool_)
    limits = _bits(asks == LIMIT, nothing)
    nothing = np.zeros_like(shows, np.bool_)
    return HomeWords(own, other, limits, _bits(nothing, offers.home_demands == LIMIT))


def _bits(first: Flags, then: Flags) -> Ints:
    flags = np.column_stack([first, then])
    low, high = np.packbits(flags, axis=1, bitorder="little").astype(np.int64).T
    return low | high << 8


def _unsettled(wants: Codes, has: Codes) -> Ints:
    """1 for whoever has nothing, and minds nothing, of which that is known."""
    settled = np.logical_or.reduce(wants == INDIFFERENT, axis=1)
    settled |= np.logical_or.reduce(has == NO, axis=1)
    return (~settled).astype(np.int64)

"""What either home has, against what the other family wants to live without."""

from typing import NamedTuple

import numpy as np

from matching.core.pool import HOME_FACTS, Demand, Fact, Flags, Ints, Pool

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

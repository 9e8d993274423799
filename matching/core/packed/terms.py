"""What each criterion adds to the score of very many pairs, from tables made once.

The criteria say what a pair is worth; most terms look that up (see `tables`). Those of
distances and places do the same sums. None knows a veto; for candidates all give what
the criteria give, to the bit.
"""

from collections.abc import Callable, Mapping

import numpy as np

from matching.core.criteria import (
    CRITERIA,
    NOT_MET,
    Criterion,
    Values,
    Verdict,
    distance_limit_m,
    distance_m,
    nearness,
)
from matching.core.packed.tables import table_of
from matching.core.pool import (
    NOWHERE,
    Flags,
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
    """A term from a table, or from the criterion itself if there is no room."""

    def told(verdict: Verdict) -> tuple[Values, Flags]:
        known = ~np.isnan(verdict.value)
        points = weight * np.where(known, verdict.value, weights.neutral)
        return points, (verdict.state == NOT_MET) & ~verdict.veto

    table = table_of(pool, criterion, weights)
    if table.size > room:
        return lambda r, c: told(criterion.judge(pool, r, c, weights))
    points, unmet = told(table.verdicts())
    never = not unmet.any()

    def term(r: Ints, c: Ints) -> tuple[Values, Flags | None]:
        at = table.at(r, c)
        return points[at], None if never else unmet[at]

    return term


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
    "distance": _distance_term,
    "place": _place_term,
    "history": _history_term,
}

"""How well one request and one offer fit, seen one criterion at a time.

Each criterion judges many pairs at once: arrays `r` of rows and `c` of columns of the
same length go in, a `Verdict` about each pair comes out. There are three answers: it
fits (wholly or partly), it does not, or nobody asked yet. Unknown never excludes.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from families.moments import ALL_DAYPARTS, EVEN_WEEKS, ODD_WEEKS, SCHOOL_HOLIDAYS
from matching.core.homes import home_items
from matching.core.pool import (
    ALL_AGES,
    NOWHERE,
    YEARS,
    Codes,
    Custody,
    Demand,
    Flags,
    Frequency,
    Ints,
    Metres,
    Pool,
    Screening,
)
from matching.core.rules import Weights

Values = NDArray[np.float64]

NEVER_USED = (
    "religion",
    "ethnicity",
    "nationality",
    "health",
    "diagnosis",
    "income",
    "debts",
    "sexual_orientation",
    "political_opinion",
    "values",
    "click",
)
"""What no criterion looks at and no column of a `Pool` holds, by code.

All but the last two are never stored for scoring at all; the practical effect is asked
instead ("cannot be near cats"). Values and click belong in the talk with a family.
"""


class State(IntEnum):
    """The answer of one criterion about one pair."""

    NOT_MET = 0
    PARTLY = 1
    MET = 2
    UNKNOWN = 3


# Plain numbers in what follows: looking an enumeration up takes longer than to judge.
NOT_MET, PARTLY, MET, UNKNOWN = (np.int8(state) for state in State)
NOT_ASKED, INDIFFERENT, WISH, LIMIT = map(int, Demand)
WEEKLY = int(Frequency.WEEKLY)
NOTHING_YET, UNDER_WAY, _SHOWN, SCREENING_REFUSED = map(int, Screening)
CUSTODY_NOT_ASKED, _AGREED, CUSTODY_REFUSED = map(int, Custody)


class Verdict(NamedTuple):
    """The answers of one criterion, one for each pair.

    Attributes:
        state: a `State`.
        value: how well it fits, 0 to 1; NaN where unknown.
        veto: True where it excludes the pair; the state is then `NOT_MET`.
    """

    state: Codes
    value: Values
    veto: Flags


def moments(pool: Pool, r: Ints, c: Ints, weights: Weights) -> Verdict:
    """The share of the dayparts the asked frequency can use; excludes if none."""
    asked, offered = pool.requests.moments[r], pool.offers.moments[c]
    frequency = pool.requests.frequency[r]
    wanted = usable_dayparts(asked, frequency, weights)
    shared = usable_dayparts(asked & offered, frequency, weights)
    known = pool.requests.moments_known[r] & pool.offers.moments_known[c]
    return moments_verdict(wanted, shared, known=known, veto=asked & offered == 0)


def moments_verdict(
    wanted: Values, shared: Values, *, known: Flags, veto: Flags
) -> Verdict:
    """The verdict by the dayparts that are of use, asked for and shared."""
    return _verdict(shared / np.maximum(wanted, 1), known=known, veto=veto)


def kinds(pool: Pool, r: Ints, c: Ints, weights: Weights) -> Verdict:
    """The share of the asked kinds of support that is offered; excludes if none."""
    asked, offered = pool.requests.kinds[r], pool.offers.kinds[c]
    shared = np.bitwise_count(asked & offered)
    return _verdict(
        shared / np.maximum(np.bitwise_count(asked), 1),
        known=(asked != 0) & (offered != 0),
        veto=shared == 0,
    )


def frequency(pool: Pool, r: Ints, c: Ints, weights: Weights) -> Verdict:
    """Visits offered as a share of visits asked; offering more is no objection."""
    asked, offered = pool.requests.frequency[r], pool.offers.frequency[c]
    visits = np.array(weights.visits_in_four_weeks)
    known = (asked != 0) & (offered != 0)
    share = visits[offered] / np.where(known, visits[asked], 1)
    return _agreement(np.minimum(share, 1), known, weights)


def ages(pool: Pool, r: Ints, c: Ints, weights: Weights) -> Verdict:
    """How near the children are to the middle of the welcome ages; excludes outside.

    Whoever welcomes every age has no middle: each child then fits wholly.
    """
    asked, welcome = pool.requests.ages[r], pool.offers.ages[c]
    # Everything counts in half years, as integers, so that no rounding creeps in.
    youngest, eldest = _ends(welcome)
    years = np.arange(YEARS)
    off = np.abs(2 * years - (youngest + eldest)[:, None])
    off_middle = ((asked[:, None] >> years & 1) * off).sum(axis=1)
    at_the_edge = np.maximum(np.bitwise_count(asked) * (eldest - youngest), 1)
    loss = (1 - weights.age_at_edge) * off_middle / at_the_edge
    return _verdict(
        np.where(welcome == ALL_AGES, 1, 1 - loss),
        known=(asked != 0) & (welcome != 0),
        veto=asked & ~welcome != 0,
        state=MET,
    )


def children(pool: Pool, r: Ints, c: Ints, weights: Weights) -> Verdict:
    """Whether all children may come at once; excludes if not."""
    number, at_once = pool.requests.n_children[r], pool.offers.children_at_once[c]
    return _verdict(
        np.ones(number.size),
        known=(number != 0) & (at_once != 0),
        veto=number > at_once,
    )


def home(pool: Pool, r: Ints, c: Ints, weights: Weights) -> Verdict:
    """The share of limits and wishes about either home that is kept.

    A broken limit excludes. A broken wish is certain, whatever is still unknown;
    otherwise one open question makes the whole unknown, as does knowing nothing.
    """
    items = home_items(pool, r, c)
    return home_verdict(
        items.kept.sum(axis=1),
        items.broken_wish.sum(axis=1),
        excluded=_any(items.broken_limit),
        unclear=_any(items.open) | ~_any(items.settled),
    )


def home_verdict(
    kept: Ints, broken: Ints, *, excluded: Flags, unclear: Flags
) -> Verdict:
    """The verdict by how many limits and wishes are kept, and wishes broken."""
    return _verdict(
        np.where(broken == 0, 1.0, kept / np.maximum(kept + broken, 1)),
        known=excluded | (broken > 0) | ~unclear,
        veto=excluded,
    )


def distance(pool: Pool, r: Ints, c: Ints, weights: Weights) -> Verdict:
    """Nearer is better, in a straight line down to the limit; excludes beyond it.

    The limit is the smaller one of both sides. Up to half of it is simply near.
    """
    metres = distance_m(pool, r, c)
    limit = distance_limit_m(pool, r, c)
    reach = np.where(np.isnan(limit), weights.usual_distance_m, limit)
    return _verdict(
        nearness(metres, limit, weights),
        known=~np.isnan(metres),
        veto=metres > limit,
        state=np.where(metres <= reach / 2, MET, PARTLY),
    )


def language(pool: Pool, r: Ints, c: Ints, weights: Weights) -> Verdict:
    """Whether they share a language, best the one the request family prefers.

    Having none in common excludes if either side set a limit. If one side was not
    asked whether that matters, it is unknown, unless the other side minds already.
    """
    demand_r = pool.requests.language_demand[r]
    demand_c = pool.offers.language_demand[c]
    spoken_r, spoken_c = pool.requests.languages[r], pool.offers.languages[c]
    preferred = pool.requests.preferred_language[r]
    shared = spoken_r & spoken_c
    told = (spoken_r != 0) & (spoken_c != 0)
    liked = (preferred == 0) | (shared & preferred != 0)
    demands = demand_r, demand_c
    return language_verdict(demands, told, shared != 0, liked, weights)


def language_verdict(
    demands: tuple[Codes, Codes],
    told: Flags,
    shared: Flags,
    liked: Flags,
    weights: Weights,
) -> Verdict:
    """The verdict by the demands of both, and what is so about their languages."""
    asked, offered = demands
    strictest = np.maximum(asked, offered)
    nobody_minds = (asked == INDIFFERENT) & (offered == INDIFFERENT)
    best = np.where(liked, 1, weights.other_language)
    return _verdict(
        np.where(nobody_minds, 1, np.where(shared, best, 0)),
        known=nobody_minds | told & (shared | (strictest >= WISH)),
        veto=~shared & (strictest == LIMIT),
    )


def screening(pool: Pool, r: Ints, c: Ints, weights: Weights) -> Verdict:
    """Whether all adults showed their certificate; a refused one excludes."""
    stage = pool.offers.screening[c]
    under_way = stage == UNDER_WAY
    return _verdict(
        np.where(under_way, weights.screening_under_way, 1),
        known=stage != NOTHING_YET,
        veto=stage == SCREENING_REFUSED,
        state=np.where(under_way, PARTLY, MET),
    )


def custody(pool: Pool, r: Ints, c: Ints, weights: Weights) -> Verdict:
    """Whether everybody with custody agrees; a refusal excludes every offer."""
    said = pool.requests.custody[r]
    return _verdict(
        np.ones(said.size),
        known=said != CUSTODY_NOT_ASKED,
        veto=said == CUSTODY_REFUSED,
    )


def place(pool: Pool, r: Ints, c: Ints, weights: Weights) -> Verdict:
    """The same municipality, or a neighbour that takes part; excludes elsewhere."""
    own, other = pool.requests.municipality[r], pool.offers.municipality[c]
    same = own == other
    known = (own != NOWHERE) & (other != NOWHERE)
    may_meet = pool.may_meet_or_unknown[own, other]
    return _verdict(
        np.where(same, 1, weights.other_municipality),
        known=known,
        veto=~(same | may_meet),
        state=np.where(same, MET, PARTLY),
    )


def duration(pool: Pool, r: Ints, c: Ints, weights: Weights) -> Verdict:
    """The shorter expected duration as a share of the longer one."""
    asked, offered = pool.requests.duration_months[r], pool.offers.duration_months[c]
    longer = np.maximum(np.maximum(asked, offered), 1)
    share = np.minimum(asked, offered) / longer.astype(np.float64)
    return _agreement(share, (asked != 0) & (offered != 0), weights)


def load(pool: Pool, r: Ints, c: Ints, weights: Weights) -> Verdict:
    """The share of a support family's places that is free; excludes if none is."""
    free = pool.offers.places_free[c]
    taken = pool.offers.running_pairings[c]
    return _verdict(
        free / np.maximum(free + taken, 1),
        known=np.ones(free.size, np.bool_),
        veto=free == 0,
    )


def history(pool: Pool, r: Ints, c: Ints, weights: Weights) -> Verdict:
    """Excludes the pairs that a coordinator said do not belong together."""
    pairs = r * len(pool.offers) + c
    return _verdict(
        np.ones(pairs.size),
        known=np.ones(pairs.size, np.bool_),
        veto=pool.is_excluded(pairs),
    )


Judge = Callable[[Pool, Ints, Ints, Weights], Verdict]


@dataclass(frozen=True)
class Criterion:
    """A named criterion.

    Attributes:
        code: stable, the one of `CODES` at the same position.
        judge: gives the verdicts.
        asked: all columns of requests that it reads. Pairs that are equal in these
            and in `offered` have equal verdicts.
        offered: all columns of offers that it reads.
        may_ask: an unknown answer is a question to a family. Screening and custody
            are gates with a course of their own; the rest is always known.
        may_exclude: the answer to that question can exclude the pair.
    """

    code: str
    judge: Judge
    asked: tuple[str, ...]
    offered: tuple[str, ...]
    may_ask: bool = False
    may_exclude: bool = True


MOMENTS = ("moments", "moments_known")
PLACE = ("x_m", "y_m", "max_distance_m")
LANGUAGE = ("languages", "language_demand")
HOME = ("home_facts", "home_demands")

CRITERIA = (
    Criterion("moments", moments, (*MOMENTS, "frequency"), MOMENTS, may_ask=True),
    Criterion("kinds", kinds, ("kinds",), ("kinds",), may_ask=True),
    Criterion(
        "frequency",
        frequency,
        ("frequency",),
        ("frequency",),
        may_ask=True,
        may_exclude=False,
    ),
    Criterion("ages", ages, ("ages",), ("ages",), may_ask=True),
    Criterion(
        "children", children, ("n_children",), ("children_at_once",), may_ask=True
    ),
    Criterion(
        "home",
        home,
        (*HOME, "wants_children_at_home"),
        (*HOME, "has_children"),
        may_ask=True,
    ),
    Criterion("distance", distance, PLACE, PLACE, may_ask=True),
    Criterion(
        "language", language, (*LANGUAGE, "preferred_language"), LANGUAGE, may_ask=True
    ),
    Criterion("screening", screening, (), ("screening",)),
    Criterion("custody", custody, ("custody",), ()),
    Criterion("place", place, ("municipality",), ("municipality",)),
    Criterion(
        "duration",
        duration,
        ("duration_months",),
        ("duration_months",),
        may_ask=True,
        may_exclude=False,
    ),
    Criterion("load", load, (), ("places_free", "running_pairings")),
    # Which pairs are excluded is a fact of the pool.
    Criterion("history", history, (), ()),
)


def distance_m(pool: Pool, r: Ints, c: Ints) -> Metres:
    """Metres between the two places of each pair; NaN where one is unknown."""
    east = pool.requests.x_m[r] - pool.offers.x_m[c]
    north = pool.requests.y_m[r] - pool.offers.y_m[c]
    metres: Metres = np.sqrt(east * east + north * north)
    return metres


def distance_limit_m(pool: Pool, r: Ints, c: Ints) -> Metres:
    """The smaller limit of the two sides of each pair; NaN where nobody named one."""
    limit: Metres = np.fmin(
        pool.requests.max_distance_m[r], pool.offers.max_distance_m[c]
    )
    return limit


def nearness(metres: Metres, limit_m: Metres, weights: Weights) -> Values:
    """1 next door, less in a straight line down to the limit, or the usual one."""
    reach = np.where(np.isnan(limit_m), weights.usual_distance_m, limit_m)
    loss = (1 - weights.distance_at_limit) * metres / reach
    worth: Values = np.maximum(1 - loss, 0)
    return worth


def usable_dayparts(mask: Ints, frequency: Codes, weights: Weights) -> Values:
    """How many dayparts of each mask support of that frequency can use.

    Weekly support needs its dayparts in even and in odd weeks; the holidays count
    as one daypart more.
    """
    enough = np.array(weights.dayparts_enough)[frequency]
    even = np.minimum(np.bitwise_count(mask & EVEN_WEEKS), enough)
    odd = np.minimum(np.bitwise_count(mask & ODD_WEEKS), enough)
    either = np.minimum(np.bitwise_count(mask & ALL_DAYPARTS), enough)
    dayparts = np.where(frequency == WEEKLY, even + odd, either)
    usable: Values = dayparts + (mask & SCHOOL_HOLIDAYS != 0)
    return usable


def _any(flags: Flags) -> Flags:
    return np.logical_or.reduce(flags, axis=1)


def _verdict(
    value: Values,
    *,
    known: Flags,
    veto: Flags | None = None,
    state: np.int8 | Codes | None = None,
) -> Verdict:
    """A verdict in which unknown excludes nothing and a veto is worth nothing.

    Where the state is not given, 1 is met, 0 is not met and all between is partly.
    """
    if state is None:
        state = np.where(value >= 1, MET, PARTLY)
        state[value <= 0] = NOT_MET
    seen = np.where(known, state, UNKNOWN)
    worth = np.where(known, value, np.nan)
    if veto is None:
        return Verdict(seen, worth, np.zeros(known.size, np.bool_))
    veto = veto & known
    seen[veto], worth[veto] = NOT_MET, 0
    return Verdict(seen, worth, veto)


def _agreement(share: Values, known: Flags, weights: Weights) -> Verdict:
    """A verdict about two numbers that agree more or less; never excludes."""
    partly = np.where(share >= weights.agrees_partly_from, PARTLY, NOT_MET)
    state = np.where(share >= weights.agrees_from, MET, partly)
    return _verdict(share, known=known, state=state)


def _ends(mask: NDArray[np.int32]) -> tuple[Ints, Ints]:
    """The lowest and the highest bit of each mask of ages; or nonsense for none."""
    lowest = np.bitwise_count((mask & -mask) - 1).astype(np.int64)
    filled = mask
    for shift in (1, 2, 4, 8, 16):
        filled = filled | filled >> shift
    return lowest, np.bitwise_count(filled).astype(np.int64) - 1

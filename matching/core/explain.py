"""Why a pair fits or not, and the one question that would tell most.

Reasons are codes and numbers; their words are made elsewhere, for each language.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import isnan
from typing import Any

import numpy as np

from matching.core.criteria import (
    CRITERIA,
    HOME_ITEMS,
    State,
    Values,
    distance_limit_m,
    distance_m,
    home_items,
)
from matching.core.pool import NOWHERE, Demand, Flags, Ints, Pool
from matching.core.rank import rank_offers
from matching.core.rules import FULL_SCORE, Weights
from matching.core.score import band_of, best_first, score_of

# As many candidates as a coordinator sees at first.
SHOWN = 5

# Codes and numbers for the words, and whose answer is missing if one is.
Particulars = tuple[dict[str, Any], str | None]


@dataclass(frozen=True)
class Reason:
    """What one criterion says about one pair.

    Attributes:
        code: of the criterion.
        state: met, partly, not met or unknown.
        veto: it excludes the pair.
        points: what it adds to the score of 10,000, rounded.
        out_of: what it could add.
        missing: whose answer is not known: "request", "offer" or "both"; None unless
            the state is unknown.
        params: codes and numbers for the words, None where unknown. Masks are those
            of the pool; "only_request" and "only_offer" are the two directions.
    """

    code: str
    state: State
    veto: bool
    points: int
    out_of: int
    missing: str | None
    params: Mapping[str, Any]


@dataclass(frozen=True)
class Question:
    """The open question whose answer would change the first candidates most.

    Attributes:
        code: of the criterion.
        side: whom to ask: "request", "offer" or "both".
        col: about which offer; None if only the request family is asked, as its
            answer holds for all.
        changes: at how many places among the first candidates a good and a bad
            answer put another offer or another band, added up.
    """

    code: str
    side: str
    col: int | None
    changes: int


def explain(pool: Pool, row: int, col: int, weights: Weights) -> tuple[Reason, ...]:
    """The reasons about one pair, in the order in which they are always shown."""
    total = sum(weights.weights)
    reasons = []
    for criterion, weight in zip(CRITERIA, weights.weights, strict=True):
        verdict = criterion.judge(pool, np.array([row]), np.array([col]), weights)
        state, value = State(verdict.state[0]), float(verdict.value[0])
        if state is State.UNKNOWN:
            value = weights.neutral
        params, missing = _PARTICULARS[criterion.code](pool, row, col)
        reasons.append(
            Reason(
                code=criterion.code,
                state=state,
                veto=bool(verdict.veto[0]),
                points=round(FULL_SCORE * weight * value / total),
                out_of=round(FULL_SCORE * weight / total),
                missing=missing if state is State.UNKNOWN else None,
                params=params,
            )
        )
    return tuple(reasons)


def question_that_matters(pool: Pool, row: int, weights: Weights) -> Question | None:
    """The question whose answer would change the first candidates for a request most.

    For each unknown answer about the first five candidates a good answer (it fits
    wholly) and a bad one (it excludes, or is worth nothing where it cannot) are
    tried, each alone. What counts is at how many of the five places another offer or
    another band then stands. A question to the request family is asked once, so what
    it changes is added up over the candidates. Ties go to the better candidate, then
    to the criterion shown first. None if no single answer changes anything.
    """
    # The sixth is the one that moves up if one of the five falls away.
    cols = rank_offers(pool, row, weights).cols[: SHOWN + 1]
    rows = np.full(cols.size, row)
    verdicts = [criterion.judge(pool, rows, cols, weights) for criterion in CRITERIA]
    values = np.array([verdict.value for verdict in verdicts])
    states = np.array([verdict.state for verdict in verdicts])
    unknown, unmet = states == State.UNKNOWN, states == State.NOT_MET
    now = _first_places(pool, cols, values, unmet, weights)

    changes: Counter[tuple[str, str, int | None]] = Counter()
    # By candidate, then by criterion: of equals, the one met first is kept below.
    for position, number in np.argwhere(unknown[:, :SHOWN].T).tolist():
        criterion, col = CRITERIA[number], int(cols[position])
        _, side = _PARTICULARS[criterion.code](pool, row, col)
        if not criterion.may_ask or side is None:
            continue
        asked = (criterion.code, side, None if side == "request" else col)
        for answer in (1.0, 0.0):
            supposed, refused = values.copy(), unmet.copy()
            supposed[number, position] = answer
            refused[number, position] = answer == 0
            stays = np.ones(cols.size, np.bool_)
            stays[position] = answer > 0 or not criterion.may_exclude
            then = _first_places(
                pool, cols[stays], supposed[:, stays], refused[:, stays], weights
            )
            changes[asked] += _differences(now, then)

    if not any(changes.values()):
        return None
    (code, side, about), count = max(changes.items(), key=lambda item: item[1])
    return Question(code=code, side=side, col=about, changes=count)


def _first_places(
    pool: Pool, cols: Ints, values: Values, unmet: Flags, weights: Weights
) -> list[tuple[int, int]]:
    """Column and band at each of the first places, if these were the answers."""
    score = score_of(values, unmet, weights)
    offers = pool.offers
    order = best_first(score, offers.waited_days[cols], offers.key[cols], weights)
    first = order[:SHOWN]
    bands = band_of(score[first], weights)
    return list(zip(cols[first].tolist(), bands.tolist(), strict=True))


def _differences(now: list[tuple[int, int]], then: list[tuple[int, int]]) -> int:
    """At how many places something else stands; an emptied place counts too."""
    moved = sum(a != b for a, b in zip(now, then, strict=False))
    return moved + abs(len(now) - len(then))


def _missing(*, request: bool, offer: bool) -> str | None:
    """Whose answer is missing, given which side's answer is known."""
    if request and offer:
        return None
    if not request and not offer:
        return "both"
    return "offer" if request else "request"


def _moments(pool: Pool, row: int, col: int) -> Particulars:
    asked, offered = int(pool.requests.moments[row]), int(pool.offers.moments[col])
    return {
        "common": asked & offered,
        "only_request": asked & ~offered,
        "only_offer": offered & ~asked,
        "frequency": int(pool.requests.frequency[row]) or None,
    }, _missing(
        request=bool(pool.requests.moments_known[row]),
        offer=bool(pool.offers.moments_known[col]),
    )


def _kinds(pool: Pool, row: int, col: int) -> Particulars:
    asked, offered = int(pool.requests.kinds[row]), int(pool.offers.kinds[col])
    return {
        "common": asked & offered,
        "only_request": asked & ~offered,
        "only_offer": offered & ~asked,
    }, _missing(request=asked != 0, offer=offered != 0)


def _frequency(pool: Pool, row: int, col: int) -> Particulars:
    asked, offered = int(pool.requests.frequency[row]), int(pool.offers.frequency[col])
    return {"asked": asked or None, "offered": offered or None}, _missing(
        request=asked != 0, offer=offered != 0
    )


def _ages(pool: Pool, row: int, col: int) -> Particulars:
    asked, welcome = int(pool.requests.ages[row]), int(pool.offers.ages[col])
    outside = asked & ~welcome if welcome else 0
    return {"asked": asked, "welcome": welcome, "outside": outside}, _missing(
        request=asked != 0, offer=welcome != 0
    )


def _children(pool: Pool, row: int, col: int) -> Particulars:
    number = int(pool.requests.n_children[row])
    at_once = int(pool.offers.children_at_once[col])
    return {"number": number or None, "at_once": at_once or None}, _missing(
        request=number != 0, offer=at_once != 0
    )


def _home(pool: Pool, row: int, col: int) -> Particulars:
    items = home_items(pool, np.array([row]), np.array([col]))

    def named(flags: Flags) -> tuple[tuple[str, str], ...]:
        return tuple(HOME_ITEMS[i] for i in np.flatnonzero(flags[0]).tolist())

    # An open item lacks one answer: about a home from who lives there, or about
    # what it matters from the other side. With no open item nobody was asked at all.
    lacking = {home for home, _ in named(items.open & ~items.fact_known)}
    other = {"request": "offer", "offer": "request"}
    lacking |= {other[home] for home, _ in named(items.open & items.fact_known)}
    return {
        "broken_limits": named(items.broken_limit),
        "broken_wishes": named(items.broken_wish),
        "kept": named(items.kept),
        "kept_limits": named(items.kept_limit),
        "open": named(items.open),
    }, lacking.pop() if len(lacking) == 1 else "both"


def _distance(pool: Pool, row: int, col: int) -> Particulars:
    r, c = np.array([row]), np.array([col])
    return {
        "distance_m": _metres(distance_m(pool, r, c)[0]),
        "limit_m": _metres(distance_limit_m(pool, r, c)[0]),
        "request_limit_m": _metres(pool.requests.max_distance_m[row]),
        "offer_limit_m": _metres(pool.offers.max_distance_m[col]),
    }, _missing(
        request=not isnan(pool.requests.x_m[row] + pool.requests.y_m[row]),
        offer=not isnan(pool.offers.x_m[col] + pool.offers.y_m[col]),
    )


def _language(pool: Pool, row: int, col: int) -> Particulars:
    requests, offers = pool.requests, pool.offers
    spoken, other = int(requests.languages[row]), int(offers.languages[col])
    if spoken and other:
        # Both told and still unknown: nobody asked whether having none in common
        # matters.
        missing = _missing(
            request=bool(requests.language_demand[row] != Demand.NOT_ASKED),
            offer=bool(offers.language_demand[col] != Demand.NOT_ASKED),
        )
    else:
        missing = _missing(request=spoken != 0, offer=other != 0)
    return {
        "common": spoken & other,
        "only_request": spoken & ~other,
        "only_offer": other & ~spoken,
        "preferred": int(requests.preferred_language[row]),
    }, missing


def _screening(pool: Pool, row: int, col: int) -> Particulars:
    return {"stage": int(pool.offers.screening[col])}, "offer"


def _custody(pool: Pool, row: int, col: int) -> Particulars:
    return {"said": int(pool.requests.custody[row])}, "request"


def _place(pool: Pool, row: int, col: int) -> Particulars:
    own = int(pool.requests.municipality[row])
    other = int(pool.offers.municipality[col])
    params = {
        "request": None if own == NOWHERE else own,
        "offer": None if other == NOWHERE else other,
    }
    return params, _missing(request=own != NOWHERE, offer=other != NOWHERE)


def _duration(pool: Pool, row: int, col: int) -> Particulars:
    asked = int(pool.requests.duration_months[row])
    offered = int(pool.offers.duration_months[col])
    return {
        "asked_months": asked or None,
        "offered_months": offered or None,
    }, _missing(request=asked != 0, offer=offered != 0)


def _load(pool: Pool, row: int, col: int) -> Particulars:
    return {
        "running": int(pool.offers.running_pairings[col]),
        "free": int(pool.offers.places_free[col]),
    }, None


def _history(pool: Pool, row: int, col: int) -> Particulars:
    pair = row * len(pool.offers) + col
    return {"excluded": bool((pool.excluded_pairs == pair).any())}, None


def _metres(value: float) -> int | None:
    return None if isnan(value) else round(value)


_PARTICULARS: Mapping[str, Callable[[Pool, int, int], Particulars]] = {
    "moments": _moments,
    "kinds": _kinds,
    "frequency": _frequency,
    "ages": _ages,
    "children": _children,
    "home": _home,
    "distance": _distance,
    "language": _language,
    "screening": _screening,
    "custody": _custody,
    "place": _place,
    "duration": _duration,
    "load": _load,
    "history": _history,
}

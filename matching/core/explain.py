"""Why a pair fits or not, and the one question that would tell most.

Reasons are codes and numbers; their words are made elsewhere, for each language.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from matching.core.criteria import (
    CRITERIA,
    Criterion,
    Judge,
    State,
    Values,
    Verdict,
)
from matching.core.packed.tables import NO_TABLE, KindsOfPairs, table_of
from matching.core.particulars import PARTICULARS
from matching.core.pool import Flags, Ints, Pool
from matching.core.rank import rank_offers
from matching.core.rules import CODES, FULL_SCORE, Weights
from matching.core.score import band_of, best_first, score_of

# As many candidates as a coordinator sees at first.
SHOWN = 5

# Looked up once, as that takes long for an enumeration.
STATES, UNKNOWN = tuple(State), int(State.UNKNOWN)
UNKNOWN_STATE = State.UNKNOWN


class Reason(NamedTuple):
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
    return explain_many(pool, row, np.array([col]), weights)[0]


def explain_many(
    pool: Pool, row: int, cols: Ints, weights: Weights
) -> tuple[tuple[Reason, ...], ...]:
    """The reasons about one request and each of some offers; see `explain`."""
    rows = np.full(cols.size, row)
    told = []
    for one in CRITERIA:
        verdict = one.judge(pool, rows, cols, weights)
        reasons = _reasons(pool, row, cols, one, verdict=verdict, weights=weights)
        told.append(reasons)
    return tuple(zip(*told, strict=True))


class Explainer:
    """Tells the reasons about many pairs of one pool, the same as `explain_many`.

    What criteria say is looked up in tables. Where pairs are alike in all that a
    criterion reads, what was told about one of them is told again. No two pairs are
    alike in their moments and distance.
    """

    def __init__(self, pool: Pool, weights: Weights, *, room: int) -> None:
        """Make the tables, each of at most `room` verdicts."""
        self._pool, self._weights = pool, weights
        self._judges = [_judge_of(pool, one, weights, room) for one in CRITERIA]
        self._kinds = KindsOfPairs(pool, weights)
        self._known: list[dict[Any, Reason]] = [{} for _ in CRITERIA]

    def of(self, row: int, cols: Ints) -> tuple[tuple[Reason, ...], ...]:
        """The reasons about one request and each of some offers."""
        kinds = self._kinds.of(row, cols)
        told = [
            self._told(number, row, cols, kinds.get(criterion.code))
            for number, criterion in enumerate(CRITERIA)
        ]
        return tuple(zip(*told, strict=True))

    def _told(
        self, number: int, row: int, cols: Ints, kinds: list[Any] | None
    ) -> list[Reason]:
        if kinds is None:
            return self._told_anew(number, row, cols)
        known = self._known[number]
        new = [at for at, kind in enumerate(kinds) if kind not in known]
        if new:
            reasons = self._told_anew(number, row, cols[new])
            known.update(zip((kinds[at] for at in new), reasons, strict=True))
        return [known[kind] for kind in kinds]

    def _told_anew(self, number: int, row: int, cols: Ints) -> list[Reason]:
        pool, weights = self._pool, self._weights
        rows = np.full(cols.size, row)
        verdict = self._judges[number](pool, rows, cols, weights)
        return _reasons(
            pool, row, cols, CRITERIA[number], verdict=verdict, weights=weights
        )


def _judge_of(pool: Pool, criterion: Criterion, weights: Weights, room: int) -> Judge:
    """What a criterion says, from a table if there is one and it has room."""
    table = None if criterion.code in NO_TABLE else table_of(pool, criterion, weights)
    if table is None or table.size > room:
        return criterion.judge
    state, value, veto = table.verdicts()

    def judge(_pool: Pool, r: Ints, c: Ints, _weights: Weights) -> Verdict:
        at = table.at(r, c)
        return Verdict(state[at], value[at], veto[at])

    return judge


def _reasons(
    pool: Pool,
    row: int,
    cols: Ints,
    criterion: Criterion,
    *,
    verdict: Verdict,
    weights: Weights,
) -> list[Reason]:
    """What one criterion says about one request and each of some offers."""
    code, total = criterion.code, sum(weights.weights)
    points = FULL_SCORE * weights.weights[CODES.index(code)]
    out_of = round(points / total)
    told = zip(
        verdict.state.tolist(),
        verdict.value.tolist(),
        verdict.veto.tolist(),
        PARTICULARS[code](pool, row, cols),
        strict=True,
    )
    unknown_points = round(points * weights.neutral / total)
    return [
        Reason(code, UNKNOWN_STATE, veto, unknown_points, out_of, missing, params)
        if state == UNKNOWN
        else Reason(
            code,
            STATES[state],
            veto,
            round(points * value / total),
            out_of,
            None,
            params,
        )
        for state, value, veto, (params, missing) in told
    ]


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
        ((_, side),) = PARTICULARS[criterion.code](pool, row, np.array([col]))
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

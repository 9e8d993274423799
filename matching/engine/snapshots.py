"""What the engine saw when a proposal was made, kept and read back.

A proposal keeps the rows of numbers of its request, of its offer and of the best
rivals of that moment. So it can be explained, and ranked again by other weights,
after the families changed.
"""

import json
from collections.abc import Mapping
from dataclasses import fields
from typing import Any, get_type_hints

import numpy as np

from matching.core import pool as core
from matching.core.criteria import State
from matching.core.explain import Reason, explain
from matching.core.rank import Ranking
from matching.engine.encode import Encoded, band_name
from matching.models import Proposal, Rules
from matching.services.rules import weights_of

# As many offers of that moment are kept, the chosen one among them.
RIVALS_KEPT = 25
OF_A_REASON = ("code", "state", "veto", "points", "out_of", "missing", "params")


def unsaved_proposal(
    encoded: Encoded, ranking: Ranking, row: int, col: int, *, rules: Rules
) -> Proposal:
    """A candidate as a proposal that nobody wrote down yet, with all the engine saw.

    Args:
        encoded: the pool in which the offer stood.
        ranking: of that pool, for the request in `row`.
        row: of the request.
        col: of the chosen offer.
        rules: by which `ranking` was made.

    Raises:
        ValueError: the offer is not among the candidates.
    """
    pool = encoded.pool
    position = ranking.cols.tolist().index(col)
    score = int(ranking.score[position])
    rivals = ranking.cols[:RIVALS_KEPT].tolist()
    if col not in rivals:
        rivals[-1] = col
    request = _row_of(pool.requests, row)
    offers = [_row_of(pool.offers, one) for one in rivals]
    seen = {
        "rules": rules.version,
        "score": score,
        "reasons": [
            _plain(reason) for reason in explain(pool, row, col, weights_of(rules))
        ],
        "may_meet": _renumber(request, offers, pool.may_meet),
        "request": request,
        "rivals": offers,
        "chosen": rivals.index(col),
    }
    return Proposal(
        request_id=encoded.requests[row],
        offer_id=encoded.offers[col],
        rules=rules,
        band=band_name(int(ranking.band[position])),
        score=score,
        snapshot=json.dumps(seen),
    )


def pool_of(proposal: Proposal) -> tuple[core.Pool, int] | None:
    """The choice as it stood when the proposal was made, to rank it again.

    The pool has one request, in row 0, and up to 25 offers: the best of that moment,
    best first, with the chosen one among them. `Offers.key` is the primary key of the
    `SupportOffer`. Nothing is excluded. A column that did not exist yet says unknown.

    Returns:
        the pool and the column of the chosen offer; None where the proposal is older
        than its rows.
    """
    seen = json.loads(proposal.snapshot)
    if "request" not in seen:
        return None
    offers = seen["rivals"] if "rivals" in seen else [seen["offer"]]
    may_meet = seen.get("may_meet") or _renumber(seen["request"], offers, None)
    pool = core.Pool(
        requests=core.Requests(**_columns(core.Requests, [seen["request"]])),
        offers=core.Offers(**_columns(core.Offers, offers)),
        may_meet=np.array(may_meet, np.bool_).reshape(len(may_meet), -1),
        excluded=np.empty((0, 2), np.int64),
    )
    return pool, seen.get("chosen", 0)


def reasons_of(proposal: Proposal) -> list[Reason]:
    """What the engine said about the pair when the proposal was made."""
    return [_reason(one) for one in json.loads(proposal.snapshot)["reasons"]]


def _renumber(
    request: dict[str, Any], offers: list[dict[str, Any]], may_meet: Any
) -> list[list[bool]]:
    """Numbers the municipalities of these rows from 0, and says which may meet.

    Without `may_meet` all of them may, as they once did.
    """
    rows = [request, *offers]
    kept = sorted({one["municipality"] for one in rows} - {core.NOWHERE})
    for one in rows:
        if one["municipality"] != core.NOWHERE:
            one["municipality"] = kept.index(one["municipality"])
    if may_meet is None:
        return [[True] * len(kept) for _number in kept]
    meets: list[list[bool]] = may_meet[np.ix_(kept, kept)].tolist()
    return meets


def _columns(side: type[core.Side], rows: list[dict[str, Any]]) -> dict[str, Any]:
    """The columns of a side from rows as JSON keeps them; None is NaN."""
    columns = {}
    for name, hint in get_type_hints(side, include_extras=True).items():
        (column,) = hint.__metadata__
        unknown = _unknown(column)
        values = [unknown if one.get(name) is None else one[name] for one in rows]
        shape = (len(rows),) if column.width is None else (len(rows), column.width)
        columns[name] = np.array(values, column.dtype).reshape(shape)
    return columns


def _unknown(column: core.Column) -> Any:
    one = np.nan if column.nan_is_unknown else max(0, column.low)
    return one if column.width is None else [one] * column.width


def _row_of(side: core.Side, number: int) -> dict[str, Any]:
    """One row with the names of its columns; NaN becomes None, as JSON knows no NaN."""
    row = {column.name: getattr(side, column.name)[number] for column in fields(side)}
    return {
        name: None if np.isnan(value).any() else value.tolist()
        for name, value in row.items()
    }


def _plain(reason: Reason) -> dict[str, Any]:
    return {
        **{name: getattr(reason, name) for name in OF_A_REASON},
        "state": reason.state.name.lower(),
        "params": dict(reason.params),
    }


def _reason(kept: Mapping[str, Any]) -> Reason:
    params = {
        name: tuple(tuple(one) for one in value) if isinstance(value, list) else value
        for name, value in kept["params"].items()
    }
    known = {name: kept[name] for name in OF_A_REASON}
    return Reason(**{**known, "state": State[kept["state"].upper()], "params": params})

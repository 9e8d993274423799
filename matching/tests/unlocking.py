"""Plans to hold unlocks against, worked out without them."""

import dataclasses

import numpy as np

from matching.core.assign import solve
from matching.core.candidates import candidates
from matching.core.rules import DEFAULT_RULES, FULL_SCORE, Weights
from matching.core.score import scores
from matching.core.solver.problem import Problem
from matching.core.unlock import places_if_open

WEIGHTS = Weights.from_rules(DEFAULT_RULES)


def planned(anything):
    """The exact plan of a pool: most rows first, whatever score a new pair may have."""
    found = candidates(anything)
    n = len(anything.requests)
    return solve(
        Problem(
            indptr=found.indptr,
            indices=found.indices,
            values=scores(anything, found, WEIGHTS),
            places=places_if_open(anything),
            bonus=(n + 1) * FULL_SCORE + 1,
            weight=np.ones(n, np.int64),
        )
    )


def with_pairs(assignment, row, cols, values):
    """The best plan once these pairs of a row are there too."""
    problem = assignment.problem
    own = problem.pairs_of(row)
    before = dict(
        zip(problem.indices[own].tolist(), problem.values[own].tolist(), strict=True)
    )
    new = dict(zip(cols.tolist(), values.tolist(), strict=True))
    mine = sorted((before | new).items())
    return solve(
        dataclasses.replace(
            problem,
            indptr=problem.indptr
            + np.where(
                np.arange(problem.indptr.size) > row, len(mine) - len(before), 0
            ),
            indices=_spliced(problem.indices, own, [col for col, _ in mine]),
            values=_spliced(problem.values, own, [value for _, value in mine]),
        )
    )


def _spliced(array, where, instead):
    middle = np.array(instead, np.int64)
    return np.concatenate([array[: where.start], middle, array[where.stop :]])


def changed(anything, row, changes):
    """The whole pool after the changes, written down without the core."""
    asked = {
        field.name: getattr(anything.requests, field.name).copy()
        for field in dataclasses.fields(anything.requests)
    }
    offered = {
        field.name: getattr(anything.offers, field.name).copy()
        for field in dataclasses.fields(anything.offers)
    }
    meets = anything.may_meet.copy()
    for one in changes:
        side, at = (asked, row) if one.side == "request" else (offered, one.col)
        if one.code == "distance":
            side["max_distance_m"][at] = one.params["to_m"]
        elif one.code == "moments":
            side["moments"][at] |= one.params["moment"]
        elif one.code == "kinds":
            side["kinds"][at] |= one.params["kind"]
        elif one.code == "ages":
            side["ages"][at] |= one.params["outside"]
        elif one.code == "children":
            column = "n_children" if one.side == "request" else "children_at_once"
            side[column][at] = one.params["to"]
        elif one.code == "language":
            side["language_demand"][at] = 2
        elif one.code == "load":
            side["places_free"][at] = 1
        else:
            assert one.code == "place"
            meets[one.params["request"], one.params["offer"]] = True
    return dataclasses.replace(
        anything,
        requests=type(anything.requests)(**asked),
        offers=type(anything.offers)(**offered),
        may_meet=meets,
    )

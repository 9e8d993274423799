"""The package `matching` on a posed problem, as hospitals and residents.

    python -I benchmarks/matchers/stable.py PROBLEM.npz

A process of its own, isolated, as our app is called `matching` too. Prints the
seconds it took and the column of each request as JSON, or the name of what was raised.
What it finds is stable, which is not the best plan.
"""

import json
import sys
import time

import numpy as np
from matching.games import HospitalResident


def main() -> None:
    with np.load(sys.argv[1]) as posed:
        indptr, columns, scores, places = (
            posed[name] for name in ("indptr", "indices", "scores", "places")
        )
    rows = np.repeat(np.arange(indptr.size - 1), np.diff(indptr))
    wishes: dict[str, list[str]] = {}
    for at in np.lexsort((columns, -scores, rows)).tolist():
        wishes.setdefault(f"r{rows[at]}", []).append(f"c{columns[at]}")
    offers: dict[str, list[str]] = {}
    for at in np.lexsort((rows, -scores, columns)).tolist():
        offers.setdefault(f"c{columns[at]}", []).append(f"r{rows[at]}")
    room = {name: int(places[int(name[1:])]) for name in offers}
    started = time.perf_counter()
    try:
        game = HospitalResident.create_from_dictionaries(wishes, offers, room)
        solved = game.solve()
    except RecursionError as raised:
        sys.stdout.write(json.dumps({"raised": type(raised).__name__}))
        return
    seconds = time.perf_counter() - started
    column = [-1] * (indptr.size - 1)
    for offer, residents in solved.items():
        for resident in residents:
            column[int(resident.name[1:])] = int(offer.name[1:])
    sys.stdout.write(json.dumps({"seconds": seconds, "column": column}))


if __name__ == "__main__":
    main()

"""A plan for a whole country in a process of its own, to see how much memory it takes.

    python -m benchmarks.matchers.large REQUESTS

Prints as JSON the seconds of each step, what was reached, and the peak of the memory.
"""

import json
import resource
import sys
import time

import numpy as np

from benchmarks.matchers.pools import whole_country
from matching.core.assign import assign
from matching.core.candidates import candidates
from matching.core.rules import DEFAULT_RULES, Weights
from matching.core.score import scores


def main() -> None:
    pool = whole_country(int(sys.argv[1]))
    empty = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    clock = [time.perf_counter()]
    found = candidates(pool)
    clock.append(time.perf_counter())
    score = scores(pool, found, Weights.from_rules(DEFAULT_RULES))
    clock.append(time.perf_counter())
    made = assign(found.indptr, found.indices, score, pool.offers.places_free)
    clock.append(time.perf_counter())
    made.verify()
    clock.append(time.perf_counter())
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    steps = ("candidates", "scores", "plan", "verify")
    told = {
        "pairs": len(found),
        "seconds": dict(zip(steps, np.diff(clock).round(2).tolist(), strict=True)),
        "matched": made.matched,
        "proven_optimal": True,
        "peak_gib": round(peak / 2**20, 2),
        "of_which_the_pool_gib": round(empty / 2**20, 2),
    }
    sys.stdout.write(json.dumps(told))


if __name__ == "__main__":
    main()

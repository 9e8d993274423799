"""Times several ways to do the same in turns, so that all meet the same machine."""

import gc
import statistics
import sys
import time
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

ROUNDS = 7
# A peer that takes longer than so many seconds runs less often: three times, or once.
SLOW, VERY_SLOW = 20, 60
# A first run as short as this only warms up: it loads libraries and fills caches.
WARMS_UP = 2


class Timed(NamedTuple):
    """How long one way took, and what it gave.

    Attributes:
        seconds: of each run.
        outcome: of the last run; None if it was not measured.
        not_measured: why it has no figure, "" if it has.
    """

    seconds: list[float]
    outcome: Any = None
    not_measured: str = ""

    @property
    def median(self) -> float:
        """Seconds; NaN if it was not measured."""
        return statistics.median(self.seconds) if self.seconds else float("nan")

    def figures(self) -> dict[str, Any]:
        """As it is written down."""
        if not self.seconds:
            return {"not_measured": self.not_measured}
        return {
            "median_ms": round(1000 * self.median, 3),
            "least_ms": round(1000 * min(self.seconds), 3),
            "runs": len(self.seconds),
        }


def in_turns(ways: Mapping[str, Callable[[], Any]], *, rounds: int) -> dict[str, Timed]:
    """Each way `rounds` times, in turns; slow peers fewer times.

    Ours is called "ours"; what is told about the others is what ours is of theirs.
    """
    timed = {name: Timed([]) for name in ways}
    for turn in range(rounds + 1):
        for name, way in ways.items():
            runs = rounds if name == "ours" else _runs_of(timed[name], rounds)
            if timed[name].not_measured or len(timed[name].seconds) >= runs:
                continue
            gc.collect()
            started = time.perf_counter()
            try:
                outcome = way()
            except ImportError as missing:
                timed[name] = Timed([], None, f"not installed: {missing.name}")
                continue
            taken = time.perf_counter() - started
            if turn or taken > WARMS_UP:
                timed[name] = Timed([*timed[name].seconds, taken], outcome)
    for name, one in timed.items():
        told = f"{1000 * one.median:12,.2f} ms" if one.seconds else one.not_measured
        share = "" if name == "ours" else f"  ours is {ratio(timed['ours'], one):.3f}"
        sys.stdout.write(f"    {name:<26}{told}  {len(one.seconds)} runs{share}\n")
        sys.stdout.flush()
    return timed


def _runs_of(timed: Timed, rounds: int) -> int:
    """How many runs of a peer are asked for."""
    slowest = max(timed.seconds, default=0)
    if slowest > VERY_SLOW:
        return 1
    return min(rounds, 3) if slowest > SLOW else rounds


def ratio(ours: Timed, *others: Timed) -> float:
    """Our median as a share of the best of the others; NaN if none was measured."""
    medians = [other.median for other in others if other.seconds]
    return ours.median / min(medians) if medians and ours.seconds else float("nan")

"""How fast families are matched, beside what a developer would use instead.

    python -m benchmarks.matching [--quick] [PART...]

Parts: candidates, plans, critical, one, large, small, join; all of them unless named.
Everything in a part runs in turns on the same pairs, and the exact solvers must agree.
Writes benchmarks/results/matching.json, in which parts that are not run keep their
figures, and the picture .readme/matching.svg. --quick: small pools, nothing written.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import django
import numpy as np

os.environ.setdefault("DEMO", "1")
os.environ.setdefault("DATABASE_URL", "sqlite://:memory:")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "buurtgezinnen.settings")
django.setup()

from benchmarks.matchers import peers, pools, report  # noqa: E402 - needs the settings
from benchmarks.matchers.drawing import drawn  # noqa: E402
from benchmarks.matchers.rounds import ROUNDS, Timed, in_turns, ratio  # noqa: E402
from benchmarks.results import FOLDER, save  # noqa: E402
from matching.core.assign import assign  # noqa: E402
from matching.core.candidates import Candidates, Supply, candidates  # noqa: E402
from matching.core.explain import Explainer  # noqa: E402
from matching.core.pool import Pool  # noqa: E402
from matching.core.rank import top  # noqa: E402
from matching.core.rules import DEFAULT_RULES, Weights  # noqa: E402
from matching.core.score import Scorer, scores  # noqa: E402
from matching.core.solver.problem import Assignment  # noqa: E402
from matching.core.unlock import places_if_open, unlocks  # noqa: E402
from matching.core.unlocking.barriers import Barriers  # noqa: E402
from matching.core.unlocking.ways_out import WaysOut  # noqa: E402

WEIGHTS = Weights.from_rules(DEFAULT_RULES)
SIZES = (100, 1_000, 10_000, 40_000, 100_000)
QUICK_SIZES = (100, 1_000, 4_000)
# A dense table of more requests does not fit.
DENSE_UP_TO = 1_000
FAMILIES = 1_000
TABLE_ROOM = 1 << 19
PICTURE = Path(__file__).parent.parent / ".readme" / "matching.svg"
ROOT = Path(__file__).parent.parent

Figures = dict[str, Any]


class Bench:
    """The parts of the measurement.

    Attributes:
        sizes: requests, and as many offers, of the pools of a whole country.
        rounds: how often each is run.
    """

    def __init__(self, *, quick: bool) -> None:
        self.quick = quick
        self.sizes = QUICK_SIZES if quick else SIZES
        self.rounds = 2 if quick else ROUNDS

    def candidates(self) -> Figures:
        """Ours beside scipy's tree, from the same pool to the same pairs."""
        told = {}
        for size in self.sizes:
            say(f"candidates, {size:,} a side")
            pool = pools.whole_country(size)
            timed = in_turns(
                {
                    "ours": partial(candidates, pool),
                    "cKDTree": partial(peers.tree_pairs, pool),
                },
                rounds=self.rounds,
            )
            ours, theirs = (timed[name].outcome for name in ("ours", "cKDTree"))
            agree("candidates", ours.indptr.tobytes(), theirs.indptr.tobytes())
            agree("candidates", ours.indices.tobytes(), theirs.indices.tobytes())
            told[str(size)] = {"pairs": len(ours)} | figures(timed)
        return told

    def plans(self) -> Figures:
        """Solvers on the same pairs, and the whole way from a pool to a plan."""
        told = {}
        for size in self.sizes:
            pool = pools.whole_country(size)
            say(f"plans, {size:,} a side")
            ways: dict[str, Callable[[peers.Posed], Any]] = {
                "ours": ours_by_number,
                "LAPJVsp": peers.lapjvsp,
                "OR-Tools": peers.or_tools,
                "OR-Tools, bonus": peers.or_tools_bonus,
                "greedy": peers.greedy,
            }
            if size <= DENSE_UP_TO:
                ways["dense"] = peers.dense
            told[str(size)] = self._solved(pool, ways)
            say(f"whole pipeline, {size:,} a side")
            timed = in_turns(
                {
                    "ours": partial(pipeline, pool),
                    "bare scipy": partial(bare_scipy, pool),
                },
                rounds=self.rounds,
            )
            agree("pipelines", *(reached_by(*one.outcome) for one in timed.values()))
            told[str(size)]["pipeline"] = figures(timed)
        return told

    def critical(self) -> Figures:
        """Pools that are dense and have about as many places as requests."""
        named = {
            "one region, 10,000 x 6,700": pools.one_region,
            "one municipality, 6 M pairs": pools.one_municipality,
        }
        told = {}
        for name, make in named.items():
            say(name)
            ways = {
                "ours": ours_by_number,
                "LAPJVsp from the places": peers.lapjvsp_of_places,
                "OR-Tools": peers.or_tools,
            }
            told[name] = self._solved(make(), ways, scores_too=False)
            if self.quick:
                break
        return told

    def _solved(
        self,
        pool: Pool,
        ways: dict[str, Callable[[peers.Posed], Any]],
        *,
        scores_too: bool = True,
    ) -> Figures:
        found, posed = posed_of(pool)
        timed = in_turns(
            {name: partial(way, posed) for name, way in ways.items()},
            rounds=self.rounds,
        )
        reached = {
            name: reached_by(posed, one.outcome)
            for name, one in timed.items()
            if one.seconds
        }
        exact = [reach for name, reach in reached.items() if name != "greedy"]
        agree("solvers", *exact)
        told: Figures = {"pairs": len(found), "number": figures(timed)}
        told["reached"] = {
            name: {"matched": matched, "score": score}
            for name, (matched, score) in reached.items()
            if name in ("ours", "greedy")
        }
        if scores_too:
            say("the same by score alone")
            timed = in_turns(
                {
                    "ours": partial(ours_by_score, posed),
                    "OR-Tools": partial(peers.or_tools_score, posed),
                },
                rounds=self.rounds,
            )
            exact = [
                reached_by(posed, one.outcome)[1]
                for one in timed.values()
                if one.seconds
            ]
            agree("solvers by score", *exact)
            told["score"] = figures(timed)
        return told

    def one(self) -> Figures:
        """The first ten with their reasons, and what unlocks, for one family each."""
        size = self.sizes[-1]
        pool = pools.whole_country(size)
        say(f"one family among {size:,}")
        supply = Supply(pool)
        scorer = Scorer(pool, WEIGHTS, room=TABLE_ROOM)
        drawn_rows = np.random.default_rng(pools.SEED).integers(0, size, FAMILIES)

        def first_ten() -> Callable[[int], object]:
            # A new one for each round: it remembers what it told.
            explainer = Explainer(pool, WEIGHTS, room=TABLE_ROOM)
            return lambda row: explainer.of(row, top(supply, scorer, row).cols)

        told = {"first_ten": self._percentiles(first_ten, drawn_rows)}
        found = candidates(pool)
        made = assign(
            found.indptr,
            found.indices,
            scores(pool, found, WEIGHTS),
            places_if_open(pool),
        )
        barriers, ways_out = Barriers(pool), WaysOut(made)
        waiting = np.random.default_rng(pools.SEED).permutation(
            np.flatnonzero(made.column < 0)
        )[:FAMILIES]

        def unlock() -> Callable[[int], object]:
            return lambda row: unlocks(barriers, row, WEIGHTS, ways_out)

        told["unlock"] = self._percentiles(unlock, waiting)
        for name, one in told.items():
            sys.stdout.write(f"    {name}: {one}\n")
        return {"families": size} | told

    def _percentiles(
        self, start: Callable[[], Callable[[int], object]], rows: Any
    ) -> Figures:
        """Milliseconds for one family each: its median over the rounds."""
        taken = np.zeros((self.rounds, len(rows)))
        for number in range(self.rounds):
            work = start()
            # The first few warm up.
            for row in rows[:20].tolist():
                work(row)
            for at, row in enumerate(rows.tolist()):
                started = time.perf_counter()
                work(row)
                taken[number, at] = 1000 * (time.perf_counter() - started)
        medians = np.median(taken, axis=0)
        p50, p95, p99 = np.percentile(medians, [50, 95, 99]).round(3).tolist()
        told = {"p50_ms": p50, "p95_ms": p95, "p99_ms": p99}
        return {"families": len(rows), "rounds": self.rounds} | told

    def large(self) -> Figures:
        """A plan for the largest pool, proven, with its memory."""
        say(f"a plan for {self.sizes[-1]:,} requests")
        told = ran("-m", "benchmarks.matchers.large", str(self.sizes[-1]))
        sys.stdout.write(f"    {told}\n")
        return {"requests": self.sizes[-1]} | json.loads(told)

    def small(self) -> Figures:
        """Peers that take small pools only."""
        told: Figures = {}
        for size in self.sizes[:2]:
            say(f"small peers, {size:,} a side")
            found, posed = posed_of(pools.whole_country(size))
            timed = in_turns(
                {
                    "ours": partial(ours_by_number, posed),
                    "networkx": partial(peers.networkx_flow, posed),
                },
                rounds=self.rounds,
            )
            agree(
                "small solvers",
                *(
                    reached_by(posed, one.outcome)
                    for one in timed.values()
                    if one.seconds
                ),
            )
            told[str(size)] = {"pairs": len(found)} | figures(timed)
            told[str(size)]["matching"] = stable(posed)
            sys.stdout.write(f"    matching: {told[str(size)]['matching']}\n")
        return told

    def join(self) -> Figures:
        """Candidates by a join in PostgreSQL."""
        size = self.sizes[min(2, len(self.sizes) - 1)]
        say(f"a join of {size:,} by as many")
        command = [".ci/pg", sys.executable, "-m", "benchmarks.matchers.joined"]
        done = subprocess.run(  # noqa: S603 - a command of ours
            [*command, str(size), str(self.rounds)],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            check=False,
            text=True,
        )
        if done.returncode:
            return {"not_measured": "no PostgreSQL server"}
        told = json.loads(done.stdout)
        timed = {name: Timed(seconds) for name, seconds in told["seconds"].items()}
        return {"requests": size, "postgresql": told["postgresql"]} | figures(timed)


PARTS = ("candidates", "plans", "critical", "one", "large", "small", "join")


def posed_of(pool: Pool) -> tuple[Candidates, peers.Posed]:
    """The candidates of a pool, and what solvers are asked about them."""
    found = candidates(pool)
    score = scores(pool, found, WEIGHTS)
    places = pool.offers.places_free
    return found, peers.Posed(found.indptr, found.indices, score, places)


def ours_by_number(posed: peers.Posed) -> Assignment:
    """Our solver: most requests first."""
    return assign(*posed)


def ours_by_score(posed: peers.Posed) -> Assignment:
    """Our solver: the highest total."""
    return assign(*posed, prefer="score")


def pipeline(pool: Pool) -> tuple[peers.Posed, Assignment]:
    """From a pool to a plan, all ours."""
    _, posed = posed_of(pool)
    return posed, ours_by_number(posed)


def bare_scipy(pool: Pool) -> tuple[peers.Posed, peers.Ints]:
    """The same with scipy's tree and solver, and our scores."""
    found = peers.tree_pairs(pool)
    score = scores(pool, found, WEIGHTS)
    posed = peers.Posed(found.indptr, found.indices, score, pool.offers.places_free)
    return posed, peers.lapjvsp(posed)


def reached_by(posed: peers.Posed, outcome: Any) -> tuple[int, int]:
    """How many requests are matched, and their total score; our proofs are checked."""
    column = outcome
    if isinstance(outcome, Assignment):
        outcome.verify()
        column = outcome.column
    taken = np.bincount(column[column >= 0], minlength=posed.places.size)
    agree("places", 0, int((taken > posed.places).sum()))
    chosen = posed.indices == column[posed.rows]
    return int((column >= 0).sum()), int(posed.scores[chosen].sum())


def stable(posed: peers.Posed) -> Figures:
    """The package `matching`, in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "posed.npz"
        np.savez(path, **posed._asdict())
        try:
            told = json.loads(ran("-I", "benchmarks/matchers/stable.py", str(path)))
        except subprocess.CalledProcessError:
            return {"not_measured": "not installed"}
    if "raised" in told:
        return told
    matched, score = reached_by(posed, np.array(told["column"]))
    return {
        "median_ms": round(1000 * told["seconds"], 3),
        "runs": 1,
        "matched": matched,
        "score": score,
    }


def ran(*arguments: str) -> str:
    """What another Python prints."""
    return subprocess.run(  # noqa: S603 - a command of ours
        [sys.executable, *arguments],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        check=True,
        text=True,
    ).stdout


def agree(what: str, *outcomes: Any) -> None:
    """Stop the measurement if these are not all the same."""
    if len(set(outcomes)) > 1:
        raise ArithmeticError(f"{what} disagree: {outcomes}")


def figures(timed: dict[str, Timed]) -> Figures:
    """As they are written down, with what ours is of each other."""
    told: Figures = {name: one.figures() for name, one in timed.items()}
    for name, one in timed.items():
        if name != "ours" and one.seconds:
            told[name]["ours_is"] = round(ratio(timed["ours"], one), 3)
    return told


def say(what: str) -> None:
    sys.stdout.write(f"  {what}\n")
    sys.stdout.flush()


def main() -> None:
    asked = [word for word in sys.argv[1:] if word != "--quick"]
    quick = "--quick" in sys.argv
    bench = Bench(quick=quick)
    path = FOLDER / "matching.json"
    told = json.loads(path.read_text())["figures"] if path.exists() else {}
    told = {} if quick else {part: told[part] for part in PARTS if part in told}
    started = time.perf_counter()
    for part in PARTS:
        if not asked or part in asked:
            told[part] = getattr(bench, part)()
    minutes = (time.perf_counter() - started) / 60
    sys.stdout.write(f"{minutes:.1f} minutes\n")
    if not quick:
        told["bounds"] = report.bounds(told)
        told["growth_in_pairs"] = report.growth(told)
        sys.stdout.write(report.table(told["bounds"]))
        save("matching", told)
        PICTURE.write_text(drawn(told))


if __name__ == "__main__":
    main()

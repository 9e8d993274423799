"""What was to be reached, and what was."""

from typing import Any

import numpy as np

Figures = dict[str, Any]

BONUS = "OR-Tools, bonus"

# Name, where its figure stands, and the most it may be.
BOUNDS: tuple[tuple[str, tuple[str, ...], float], ...] = (
    ("pipeline : bare scipy, 10k", ("plans", "10000", "pipeline", "bare scipy"), 0.40),
    ("pipeline : bare scipy, 40k", ("plans", "40000", "pipeline", "bare scipy"), 0.28),
    ("solver : LAPJVsp, 10k", ("plans", "10000", "number", "LAPJVsp"), 0.30),
    ("solver : OR-Tools, 10k, number", ("plans", "10000", "number", "OR-Tools"), 0.40),
    ("the same, its number as a bonus", ("plans", "10000", "number", BONUS), 0.40),
    ("solver : OR-Tools, 10k, score", ("plans", "10000", "score", "OR-Tools"), 1.0),
    ("candidates : cKDTree, 100k", ("candidates", "100000", "cKDTree"), 0.25),
)
CRITICAL_AT_MOST = 1.5
FIRST_TEN_P95_MS, UNLOCK_P95_MS = 1, 10
MEMORY_GIB = 3
GROWTH = 1.1


def bounds(told: Figures) -> list[Figures]:
    """Each bound of the issue with its figure; those not measured are left out."""
    found = [
        _bound(name, _at(told, (*where, "ours_is")), most)
        for name, where, most in BOUNDS
    ]
    for name, one in told.get("critical", {}).items():
        shares = [
            peer["ours_is"] for peer in one["number"].values() if "ours_is" in peer
        ]
        most = max(shares, default=None)
        found.append(_bound(f"{name} : best peer", most, CRITICAL_AT_MOST))
    found += [
        _bound(
            "first ten explained, 100k, p95 ms",
            _at(told, ("one", "first_ten", "p95_ms")),
            FIRST_TEN_P95_MS,
        ),
        _bound(
            "unlock for one family, 100k, p95 ms",
            _at(told, ("one", "unlock", "p95_ms")),
            UNLOCK_P95_MS,
        ),
        _bound(
            "100k plan, proven, peak GiB", _at(told, ("large", "peak_gib")), MEMORY_GIB
        ),
        _bound("growth: time ~ pairs to the power", growth(told), GROWTH),
    ]
    return [one for one in found if one["figure"] is not None]


def growth(told: Figures) -> float | None:
    """The exponent of the whole pipeline in pairs: least squares over all sizes."""
    plans = [
        (one["pairs"], one["pipeline"]["ours"]["median_ms"])
        for one in told.get("plans", {}).values()
    ]
    if len(plans) <= 1:
        return None
    pairs, milliseconds = np.log(np.array(plans, np.float64)).T
    return round(float(np.polyfit(pairs, milliseconds, 1)[0]), 3)


def table(rows: list[Figures]) -> str:
    """The bounds as text."""
    lines = [f"{'':44}{'figure':>10}{'bound':>10}"]
    for row in rows:
        verdict = "reached" if row["reached"] else "NOT reached"
        figure = f"{row['figure']:>10.3f}{row['at_most']:>10.2f}"
        lines.append(f"{row['name']:44}{figure}  {verdict}")
    return "\n".join(["", *lines, ""])


def _bound(name: str, figure: float | None, most: float) -> Figures:
    reached = figure is not None and figure <= most
    return {"name": name, "figure": figure, "at_most": most, "reached": reached}


def _at(told: Figures, where: tuple[str, ...]) -> Any:
    for step in where:
        if not isinstance(told, dict) or step not in told:
            return None
        told = told[step]
    return told

"""The picture of README: how long a plan takes, ours and others, by the pairs."""

from html import escape
from typing import Any

import numpy as np

WIDTH, HEIGHT = 760, 420
LEFT, RIGHT, TOP, BOTTOM = 70, 190, 50, 60
LABEL_APART = 19
# Told apart by their marks too, for whoever does not see the colours.
LINES = (
    ("ours", "this project", "circle"),
    ("OR-Tools", "OR-Tools min cost flow", "square"),
    ("LAPJVsp", "scipy LAPJVsp", "diamond"),
)
STYLE = """
    text { font: 14px system-ui, sans-serif; fill: #1c2733 }
    .title { font-size: 16px; font-weight: 600 }
    .ground { fill: #ffffff }
    .grid { stroke: #d5dbe1; stroke-width: 1 }
    .ours { stroke: #0a6b52; fill: #0a6b52 }
    .OR-Tools { stroke: #a34700; fill: #a34700 }
    .LAPJVsp { stroke: #3f5fae; fill: #3f5fae }
    path { fill: none !important; stroke-width: 2.5 }
    @media (prefers-color-scheme: dark) {
        text { fill: #e8edf2 }
        .ground { fill: #10161d }
        .grid { stroke: #36424e }
        .ours { stroke: #4cc9a0; fill: #4cc9a0 }
        .OR-Tools { stroke: #f0a25e; fill: #f0a25e }
        .LAPJVsp { stroke: #93aef0; fill: #93aef0 }
    }
"""


def drawn(told: dict[str, Any]) -> str:
    """The picture as SVG; both axes are logarithmic, text is text."""
    series = _series(told)
    every = [point for points in series.values() for point in points]
    if not every:
        return ""
    pairs, milliseconds = np.log10(np.array(every)).T
    x_ends = np.floor(pairs.min()), np.ceil(pairs.max())
    y_ends = np.floor(milliseconds.min()), np.ceil(milliseconds.max())

    def place(point: tuple[float, float]) -> tuple[float, float]:
        x, y = np.log10(point)
        across = (x - x_ends[0]) / (x_ends[1] - x_ends[0])
        up = (y - y_ends[0]) / (y_ends[1] - y_ends[0])
        return (
            round(LEFT + across * (WIDTH - LEFT - RIGHT), 1),
            round(HEIGHT - BOTTOM - up * (HEIGHT - TOP - BOTTOM), 1),
        )

    parts = []
    for power in range(int(x_ends[0]), int(x_ends[1]) + 1):
        x, _ = place((10.0**power, 10.0 ** y_ends[0]))
        parts += [
            _line(x, TOP, x, HEIGHT - BOTTOM),
            _text(x, HEIGHT - BOTTOM + 22, _count(power), "middle"),
        ]
    for power in range(int(y_ends[0]), int(y_ends[1]) + 1):
        _, y = place((10.0 ** x_ends[0], 10.0**power))
        parts += [
            _line(LEFT, y, WIDTH - RIGHT, y),
            _text(LEFT - 10, y + 5, _time(power), "end"),
        ]
    ends: list[tuple[float, float, str]] = []
    for name, label, mark in LINES:
        points = [place(point) for point in series.get(name, [])]
        if not points:
            continue
        way = " L".join(f"{x} {y}" for x, y in points)
        parts.append(f'<path class="{name}" d="M{way}"/>')
        parts += [_mark(mark, name, x, y) for x, y in points]
        ends.append((points[-1][1], points[-1][0], label))
    lowest = 0.0
    for y, x, label in sorted(ends):
        lowest = max(y, lowest + LABEL_APART)
        parts.append(_text(x + 14, lowest + 5, label))
    title = "Time for the best plan, by the pairs of families that fit"
    parts += [
        _text(LEFT, 28, title, kind="title"),
        _text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 12, "pairs", "middle"),
    ]
    body = "\n".join(parts)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}"'
        f' width="{WIDTH}" height="{HEIGHT}" role="img" aria-label="{title}">\n'
        f"<style>{STYLE}</style>\n"
        f'<rect class="ground" width="{WIDTH}" height="{HEIGHT}"/>\n{body}\n</svg>\n'
    )


def _series(told: dict[str, Any]) -> dict[str, list[tuple[float, float]]]:
    series: dict[str, list[tuple[float, float]]] = {}
    for one in told.get("plans", {}).values():
        for name, _, _ in LINES:
            if "median_ms" in one["number"].get(name, {}):
                point = (one["pairs"], one["number"][name]["median_ms"])
                series.setdefault(name, []).append(point)
    return series


def _count(power: int) -> str:
    return f"{10**power:,}" if power < 6 else f"{10 ** (power - 6)} M"  # noqa: PLR2004


def _time(power: int) -> str:
    return f"{10.0**power:g} ms" if power < 3 else f"{10 ** (power - 3)} s"  # noqa: PLR2004


def _line(x: float, y: float, to_x: float, to_y: float) -> str:
    return f'<line class="grid" x1="{x}" y1="{y}" x2="{to_x}" y2="{to_y}"/>'


def _text(x: float, y: float, text: str, anchor: str = "start", kind: str = "") -> str:
    return (
        f'<text class="{kind}" x="{x}" y="{y}" text-anchor="{anchor}">'
        f"{escape(text)}</text>"
    )


def _mark(mark: str, name: str, x: float, y: float) -> str:
    if mark == "circle":
        return f'<circle class="{name}" cx="{x}" cy="{y}" r="5"/>'
    turn = f' transform="rotate(45 {x} {y})"' if mark == "diamond" else ""
    return (
        f'<rect class="{name}" x="{x - 4.5:.1f}" y="{y - 4.5:.1f}" width="9"'
        f' height="9"{turn}/>'
    )

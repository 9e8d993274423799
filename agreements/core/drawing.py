"""Agreements through time as a drawing: where each bar, band and mark stands.

Knows neither database nor words: days and hours go in with what to write beside them,
and coordinates come out.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from types import MappingProxyType

from agreements.core import timeline
from agreements.core.rhythm import DAY
from agreements.core.timeline import Terms, Totals

# In units of the drawing, in which a letter of the text is about 7 wide.
WIDTH, GUTTER, MARGIN = 960, 176, 44
LETTER = 7
HEAD, TOTAL_HEIGHT, ROW_HEIGHT, LANE_HEIGHT = 40, 44, 38, 26
# A label that does not fit in its bar stands above it, one below the other.
FLAG_HEIGHT, MOST_FLAGS = 16, 4
ONCE_HEIGHT, SIGN = 16, 20
THINNEST, THICKEST = 16, 30
GROWS = THICKEST - THINNEST
NARROWEST_MONTH = 38
MONTHS_APART = (1, 3, 6, 12, 24, 60, 120, 240)
MONTHS_A_YEAR, MONTHS_A_QUARTER = 12, 3

Span = tuple[dt.date, dt.date | None]


@dataclass(frozen=True, slots=True)
class Period:
    """What one version says, from its first to its last day."""

    items: Sequence[Terms]
    first: dt.date
    last: dt.date | None
    trial_until: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Happening:
    """Something on one day: `kind` says how it is drawn, `label` stands beside it."""

    on: dt.date
    kind: str
    label: str = ""


@dataclass(frozen=True, slots=True)
class Stretch:
    """From `x` on, as wide as its days; its label in it only where that fits."""

    x: float
    width: float
    label: str = ""

    @property
    def middle(self) -> float:
        """Where a label stands."""
        return round(self.x + self.width / 2, 1)

    @property
    def fits(self) -> bool:
        """Whether the label is narrower than the stretch."""
        return bool(self.label) and self.needs <= self.width

    @property
    def needs(self) -> int:
        """How wide its label is."""
        return len(self.label) * LETTER + 4


@dataclass(frozen=True, slots=True)
class Flag:
    """A label above what it belongs to, with a line from `y` down to `foot`."""

    x: float
    y: float
    foot: float
    label: str

    @property
    def text_x(self) -> float:
        """Where its first letter stands; nothing leaves the drawing."""
        return min(self.x + 3, WIDTH - len(self.label) * LETTER)


@dataclass(frozen=True, slots=True)
class Bar:
    """A kind of support while its hours stay the same; the thicker the more hours."""

    first: dt.date
    last: dt.date | None
    stretch: Stretch
    y: float
    height: float
    is_trial: bool
    goes_on: bool


@dataclass(frozen=True, slots=True)
class Mark:
    """A happening at its day, in a lane where it covers no other one."""

    x: float
    y: float
    of: Happening


@dataclass(frozen=True, slots=True)
class Row:
    """One kind of support, with what goes differently once below its bars."""

    kind: int
    middle: float
    bars: list[Bar]
    flags: list[Flag]
    marks: list[Mark]


@dataclass(frozen=True, slots=True)
class Tick:
    """The first day of a month."""

    x: float
    label: str
    year: str
    is_quarter: bool


@dataclass(frozen=True, slots=True)
class Drawing:
    """All that stands in the drawing, from top to bottom."""

    ticks: list[Tick]
    total_middle: float
    total_path: str
    totals: list[tuple[Stretch, float]]
    flags: list[Flag]
    rows: list[Row]
    pauses: list[Stretch]
    marks: list[Mark]
    marks_middle: float
    today: float | None
    height: int
    width: int = WIDTH
    left: int = GUTTER
    right: int = WIDTH - MARGIN
    top: int = HEAD

    @property
    def rows_height(self) -> float:
        """From the total to the last row, over which a pause lies."""
        return self.marks_middle - LANE_HEIGHT / 2 - self.top


@dataclass(frozen=True, slots=True)
class Window:
    """The days that are drawn, both included."""

    first: dt.date
    last: dt.date

    def x(self, day: dt.date) -> float:
        """Where a day begins; days outside stand at the edge."""
        days = (self.last - self.first).days + 1
        share = min(max((day - self.first).days / days, 0), 1)
        return round(GUTTER + share * (WIDTH - MARGIN - GUTTER), 1)

    def meets(self, first: dt.date, last: dt.date | None) -> bool:
        """Whether a span has a day in it."""
        return first <= self.last and (last is None or last >= self.first)

    def stretch(self, first: dt.date, last: dt.date | None, label: str) -> Stretch:
        """A span as it is drawn."""
        x = self.x(first)
        end = self.x(self.last + DAY if last is None else last + DAY)
        return Stretch(x, round(end - x, 1), label)


def draw(
    periods: Iterable[Period],
    *,
    window: Window,
    today: dt.date,
    pauses: Iterable[Span] = (),
    happenings: Iterable[Happening] = (),
    once: Mapping[int, Iterable[Happening]] = MappingProxyType({}),
    say: Callable[[Totals], str],
    month: Callable[[dt.date], str],
) -> Drawing:
    """Puts everything of the window in its place.

    Args:
        periods: earliest first; they do not overlap.
        window: the days to draw.
        today: gets a line of its own.
        pauses: drawn over all rows, and without hours in the total.
        happenings: versions, evaluations and what else has one day.
        once: what goes differently once, by kind of support.
        say: hours in a few letters.
        month: the name of a month in a few letters.
    """
    periods, pauses = list(periods), list(pauses)
    total = _draw_total(_steps(periods, pauses, window), window, say)
    runs = _rows([one for one in periods if window.meets(one.first, one.last)])
    rows, marks_top = _draw_rows(runs, once, top=total.end, window=window, say=say)
    marks, n_lanes = _draw_marks(happenings, window, marks_top, lane=LANE_HEIGHT)
    return Drawing(
        ticks=_ticks(window, month),
        total_middle=total.end - TOTAL_HEIGHT / 2,
        total_path=total.path,
        totals=total.labels,
        flags=total.flags,
        rows=rows,
        pauses=[
            window.stretch(first, last, "")
            for first, last in pauses
            if window.meets(first, last)
        ],
        marks=marks,
        marks_middle=marks_top + LANE_HEIGHT / 2,
        today=window.x(today) if window.meets(today, today) else None,
        height=marks_top + max(n_lanes, 1) * LANE_HEIGHT + 4,
    )


@dataclass(frozen=True, slots=True)
class _Run:
    """A kind of support with the same hours from its first to its last day."""

    kind: int
    first: dt.date
    last: dt.date | None
    hours: Totals
    is_trial: bool


def _rows(periods: Iterable[Period]) -> dict[int, list[_Run]]:
    """Each kind with its runs, of which two that touch and are alike become one."""
    rows: dict[int, list[_Run]] = {}
    for run in (run for period in periods for run in _runs(period)):
        row = rows.setdefault(run.kind, [])
        before = row[-1] if row else None
        if before is not None and _goes_on(before, run):
            row[-1] = _Run(run.kind, before.first, run.last, run.hours, run.is_trial)
        else:
            row.append(run)
    return dict(sorted(rows.items()))


def _runs(period: Period) -> list[_Run]:
    by_kind: dict[int, list[Terms]] = {}
    for item in period.items:
        by_kind.setdefault(item.kind, []).append(item)
    return [
        _Run(kind, first, last, timeline.totals(items), is_trial)
        for kind, items in by_kind.items()
        for first, last, is_trial in _trial_and_after(period)
    ]


def _trial_and_after(period: Period) -> list[tuple[dt.date, dt.date | None, bool]]:
    trial_until, last = period.trial_until, period.last
    if trial_until is None or trial_until < period.first:
        return [(period.first, last, False)]
    if last is not None and last <= trial_until:
        return [(period.first, last, True)]
    return [(period.first, trial_until, True), (trial_until + DAY, last, False)]


def _goes_on(before: _Run, run: _Run) -> bool:
    touches = before.last is not None and before.last + DAY == run.first
    same = (before.hours, before.is_trial) == (run.hours, run.is_trial)
    return touches and same


def _draw_rows(
    rows: Mapping[int, Sequence[_Run]],
    once: Mapping[int, Iterable[Happening]],
    *,
    top: int,
    window: Window,
    say: Callable[[Totals], str],
) -> tuple[list[Row], int]:
    """The rows below each other, and where the last one ends."""
    most = max(
        (run.hours.hours for runs in rows.values() for run in runs),
        default=Fraction(),
    )
    drawn = []
    for kind in sorted(rows.keys() | once.keys()):
        runs = [one for one in rows.get(kind, ()) if window.meets(one.first, one.last)]
        stretches = [
            window.stretch(run.first, run.last, say(run.hours)) for run in runs
        ]
        heights = [
            round(THINNEST + float(run.hours.hours / most if most else 0) * GROWS, 1)
            for run in runs
        ]
        lanes = _lanes(stretches)
        bars_top = top + _height(lanes)
        middle = bars_top + ROW_HEIGHT / 2
        marks, n_lanes = _draw_marks(
            once.get(kind, ()), window, bars_top + ROW_HEIGHT, lane=ONCE_HEIGHT
        )
        if not runs and not marks:
            continue
        bars = [
            Bar(
                run.first,
                run.last,
                stretch,
                round(middle - height / 2, 1),
                height,
                run.is_trial,
                goes_on=run.last is None or run.last > window.last,
            )
            for run, stretch, height in zip(runs, stretches, heights, strict=True)
        ]
        flags = _flags([(one.stretch, one.y) for one in bars], lanes, top)
        drawn.append(Row(kind, middle, bars, flags, marks))
        top = bars_top + ROW_HEIGHT + n_lanes * ONCE_HEIGHT
    return drawn, top


def _lanes(stretches: Sequence[Stretch]) -> dict[int, int]:
    """In how many lanes from the top each label stands that does not fit, by index.

    Where there is room the later one stands lower, so that no line crosses a label. Of
    many in no space some find no place: what the drawing tells, stands in words too.
    """
    outside = [n for n, one in enumerate(stretches) if one.label and not one.fits]
    found: dict[int, int] = {}
    for n_lanes in range(1, MOST_FLAGS + 1):
        found = {}
        ends = [0.0] * n_lanes
        for number in outside:
            one = stretches[number]
            free = [lane for lane, end in enumerate(ends) if end <= one.x]
            taken = max(set(range(n_lanes)) - set(free), default=-1)
            lane = next((n for n in free if n > taken), min(free, default=None))
            if lane is not None:
                found[number] = lane
                ends[lane] = one.x + one.needs
        if len(found) == len(outside):
            break
    return found


def _steps(
    periods: Sequence[Period], pauses: Sequence[Span], window: Window
) -> list[tuple[dt.date, dt.date, Totals]]:
    """The total hours from day to day; those that touch differ."""
    spans = [(one.first, one.last) for one in periods] + list(pauses)
    ends = [last + DAY for _first, last in spans if last is not None]
    edges = {first for first, _last in spans} | set(ends)
    edges = {day for day in edges if window.first < day <= window.last}
    days = [window.first, *sorted(edges), window.last + DAY]
    steps: list[tuple[dt.date, dt.date, Totals]] = []
    for first, after in pairwise(days):
        held = [one for one in periods if _holds(one.first, one.last, first)]
        if not held:
            continue
        paused = any(_holds(*pause, first) for pause in pauses)
        total = timeline.totals(() if paused else held[0].items)
        if steps and steps[-1][1] == first and steps[-1][2] == total:
            first = steps.pop()[0]  # noqa: PLW2901 - the step begins where it began
        steps.append((first, after, total))
    return steps


def _holds(first: dt.date, last: dt.date | None, day: dt.date) -> bool:
    return first <= day and (last is None or day <= last)


@dataclass(frozen=True, slots=True)
class _Total:
    path: str
    labels: list[tuple[Stretch, float]]
    flags: list[Flag]
    end: int


def _draw_total(
    steps: Sequence[tuple[dt.date, dt.date, Totals]],
    window: Window,
    say: Callable[[Totals], str],
) -> _Total:
    """A line with a step at each change, and the hours above it."""
    stretches = [
        Stretch(x, round(window.x(after) - x, 1), say(total))
        for first, after, total in steps
        for x in [window.x(first)]
    ]
    lanes = _lanes(stretches)
    end = HEAD + _height(lanes) + TOTAL_HEIGHT
    most = max((total.hours for _first, _after, total in steps), default=Fraction())
    low, high = end - 6, end - TOTAL_HEIGHT + 18
    path, labels = [], []
    ended: dt.date | None = None
    for (first, after, total), stretch in zip(steps, stretches, strict=True):
        share = float(total.hours / most) if most else 0
        y = round(low - share * (low - high), 1)
        path.append(f"{'L' if ended == first else 'M'}{stretch.x} {y}")
        path.append(f"H{window.x(after)}")
        labels.append((stretch, y))
        ended = after
    return _Total("".join(path), labels, _flags(labels, lanes, HEAD), end)


def _flags(
    labelled: Sequence[tuple[Stretch, float]], lanes: Mapping[int, int], top: float
) -> list[Flag]:
    """The labels that stand in lanes, each with a line to what it belongs to."""
    return [
        Flag(one.x, top + (lane + 0.5) * FLAG_HEIGHT, foot, one.label)
        for number, lane in lanes.items()
        for one, foot in [labelled[number]]
    ]


def _height(lanes: Mapping[int, int]) -> int:
    return (max(lanes.values(), default=-1) + 1) * FLAG_HEIGHT


def _draw_marks(
    happenings: Iterable[Happening], window: Window, top: float, *, lane: int
) -> tuple[list[Mark], int]:
    """Each mark in the first lane that is free at its day, and the number of lanes."""
    free: list[float] = []
    marks = []
    for one in sorted(happenings, key=lambda one: one.on):
        if not window.meets(one.on, one.on):
            continue
        x = window.x(one.on)
        number = next((n for n, end in enumerate(free) if end <= x), len(free))
        free[number : number + 1] = [x + SIGN + len(one.label) * LETTER]
        marks.append(Mark(x, top + number * lane + lane / 2, one))
    return marks, len(free)


def _ticks(window: Window, month: Callable[[dt.date], str]) -> list[Tick]:
    months = _months(window)
    plot = WIDTH - MARGIN - GUTTER
    n_days = (window.last - window.first).days + 1
    width = plot * 30.4 / n_days
    apart = next((n for n in MONTHS_APART if n * width >= NARROWEST_MONTH), 240)
    ticks: list[Tick] = []
    for day in months:
        if (day.year * MONTHS_A_YEAR + day.month - 1) % apart:
            continue
        by_year = apart >= MONTHS_A_YEAR
        is_new = not ticks or day.month == 1 or by_year
        ticks.append(
            Tick(
                x=window.x(day),
                label="" if by_year else month(day),
                year=str(day.year) if is_new else "",
                is_quarter=day.month % MONTHS_A_QUARTER == 1,
            )
        )
    return ticks


def _months(window: Window) -> list[dt.date]:
    day = window.first.replace(day=1)
    found = []
    while day <= window.last:
        if day >= window.first:
            found.append(day)
        day = (day + 32 * DAY).replace(day=1)
    return found

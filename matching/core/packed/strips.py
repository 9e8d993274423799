"""Places on a map: offers in strips, requests in tiles.

Offers lie in strips from south to north, each from west to east, so that those near a
place stand in a few unbroken ranges. Requests that lie together and would go equally
far make a tile, so that what is near one of them is looked up once for all.
"""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from matching.core.pool import Ints, Metres

# A short way by bicycle; cells cut a strip up, so that its ends are found at once.
STRIP_M = 1_000.0
CELLS = 4
# More than any rounding on the map, less than anybody would notice.
SLACK_M = 0.001

# A tile is cut in two while it has more rows than `MOST`, or more than `FEWEST` and
# is wider than `WIDE_M`. A limit that differs looks around on both sides.
FEWEST, MOST, WIDE_M = 32, 96, 1_500.0
LIMIT_COUNTS = 3.0


class Ranges(NamedTuple):
    """Unbroken ranges of positions.

    Attributes:
        whose: (k,) number of the tile, ascending.
        start: (k,) where the range begins.
        length: (k,) how many positions it has; none is empty.
    """

    whose: Ints
    start: Ints
    length: Ints


class Tiles(NamedTuple):
    """Requests that lie together.

    Attributes:
        rows: (n,) positions of the requests, tile by tile.
        ends: (t + 1,) where each tile begins in `rows`, and the end.
        west: (t,) metres on the map, as are `south`, `east` and `north`; NaN unknown.
        radius_m: (t,) the farthest that one of the tile would go; NaN without a limit.
    """

    rows: Ints
    ends: Ints
    west: Metres
    south: Metres
    east: Metres
    north: Metres
    radius_m: Metres


def tiles(x_m: Metres, y_m: Metres, radius_m: Metres) -> Tiles:
    """Put (n,) requests in tiles, NaN where a place or a limit is unknown.

    Those of which the place or only the limit is unknown make tiles of their own.
    """
    unplaced, unlimited = np.isnan(x_m + y_m), np.isnan(radius_m)
    where = np.column_stack([x_m, y_m, LIMIT_COUNTS * radius_m])
    where[unplaced, :2] = 0
    where[unlimited, 2] = 0
    kind = np.where(unplaced, 2, unlimited)
    whole = [np.flatnonzero(kind == number) for number in range(3)]
    parts = []
    while whole:
        part = whole.pop()
        if part.size > FEWEST:
            spread = np.ptp(where[part], axis=0)
            widest = spread.argmax()
            if part.size > MOST or spread[widest] > WIDE_M:
                half = part.size // 2
                order = np.argpartition(where[part, widest], half)
                whole += [part[order[:half]], part[order[half:]]]
                continue
        if part.size:
            parts.append(part)
    rows = np.concatenate([np.zeros(0, np.int64), *parts])
    ends = np.cumsum([0, *(part.size for part in parts)])
    first = ends[:-1]
    return Tiles(
        rows=rows,
        ends=ends,
        west=np.minimum.reduceat(x_m[rows], first),
        south=np.minimum.reduceat(y_m[rows], first),
        east=np.maximum.reduceat(x_m[rows], first),
        north=np.maximum.reduceat(y_m[rows], first),
        radius_m=np.maximum.reduceat(radius_m[rows], first),
    )


class Strips:
    """Places in strips from south to north, and from west to east within each.

    Attributes:
        order: (m,) the places as they stand in the strips.
    """

    def __init__(self, x_m: Metres, y_m: Metres) -> None:
        """Lay out (m,) known places, in metres on a plane; m is at least 1."""
        self._west, self._south = float(x_m.min()), float(y_m.min())
        width, height = float(np.ptp(x_m)), float(np.ptp(y_m))
        # Some cells for each place at most, however far apart they lie.
        area = (width + STRIP_M) * (height + STRIP_M)
        self._strip_m = max(STRIP_M, math.sqrt(area / x_m.size / CELLS))
        self._cell_m = self._strip_m / CELLS
        self._strips = int(height // self._strip_m) + 1
        self._cells = int(width // self._cell_m) + 1
        at = self._strip(y_m) * self._cells + self._cell(x_m)
        self.order = np.argsort(at, kind="stable")
        counts = np.bincount(at, minlength=self._strips * self._cells)
        self._first = np.concatenate([[0], np.cumsum(counts)])

    def around(self, tiles: Tiles, some: Ints, radius_m: Metres) -> Ranges:
        """Ranges with every place within (t,) radii of each tile, and few more."""
        south, north = tiles.south[some], tiles.north[some]
        lowest = self._strip(south - radius_m - SLACK_M)
        counts = self._strip(north + radius_m + SLACK_M) - lowest + 1
        at = np.repeat(np.arange(some.size), counts)
        strip = _count_up(lowest, counts)
        # How far the strip lies north or south of the tile; 0 where it crosses it.
        edge = self._south + strip * self._strip_m
        off = np.maximum(edge - north[at], south[at] - edge - self._strip_m)
        off, radius = np.maximum(off, 0), radius_m[at] + SLACK_M
        half_chord = np.sqrt(np.maximum(radius * radius - off * off, 0)) + SLACK_M
        row, whose = strip * self._cells, some[at]
        start = self._first[row + self._cell(tiles.west[whose] - half_chord)]
        end = self._first[row + self._cell(tiles.east[whose] + half_chord) + 1]
        full = np.flatnonzero(end > start)
        return Ranges(whose[full], start[full], (end - start)[full])

    def near(self, x_m: float, y_m: float, radius_m: float) -> Ints:
        """Positions of every place within a radius of one point, and some more.

        One point is not worth a circle: these fill the square around it.
        """
        radius = radius_m + SLACK_M
        south = _one_number((y_m - radius - self._south) / self._strip_m, self._strips)
        north = _one_number((y_m + radius - self._south) / self._strip_m, self._strips)
        west = _one_number((x_m - radius - self._west) / self._cell_m, self._cells)
        east = _one_number((x_m + radius - self._west) / self._cell_m, self._cells)
        rows = slice(south * self._cells, (north + 1) * self._cells, self._cells)
        start, end = self._first[west:][rows], self._first[east + 1 :][rows]
        return _count_up(start, end - start)

    def _strip(self, y_m: Metres) -> Ints:
        return _number((y_m - self._south) / self._strip_m, self._strips)

    def _cell(self, x_m: Metres) -> Ints:
        return _number((x_m - self._west) / self._cell_m, self._cells)


def positions(ranges: Ranges) -> Ints:
    """Every position of the ranges, one range after another."""
    return _count_up(ranges.start, ranges.length)


def _number(ratio: NDArray[np.float64], count: int) -> Ints:
    return np.minimum(np.maximum(ratio, 0), count - 1).astype(np.int64)


def _one_number(ratio: float, count: int) -> int:
    return int(min(max(ratio, 0), count - 1))


def _count_up(start: Ints, counts: Ints) -> Ints:
    """From each start as many numbers upwards as counted, one after another."""
    ends = np.cumsum(counts)
    total = int(ends[-1]) if ends.size else 0
    return np.arange(total) + np.repeat(start - ends + counts, counts)

"""Offers on a map in strips, so that those nearby stand in a few unbroken ranges."""

import math
from typing import NamedTuple

import numpy as np

from matching.core.pool import Ints, Metres

# A short way by bicycle; cells cut a strip up, so that its ends are found at once.
STRIP_M = 1_000.0
CELLS = 4
# More than any rounding on the map, less than anybody would notice.
SLACK_M = 0.001


class Ranges(NamedTuple):
    """Unbroken ranges of positions.

    Attributes:
        whose: (k,) position of the request in the list that was asked about.
        start: (k,) where the range begins.
        length: (k,) how many positions it has; none is empty.
    """

    whose: Ints
    start: Ints
    length: Ints


class Strips:
    """Places in strips from south to north, and from west to east within each.

    Attributes:
        order: (m,) the places as they stand in the strips.
    """

    def __init__(self, x_m: Metres, y_m: Metres) -> None:
        """Lay out (m,) known places, in metres on a plane; m is at least 1."""
        self._west, self._south = x_m.min(), y_m.min()
        width, height = np.ptp(x_m), np.ptp(y_m)
        # No more cells than a few for each place, however far apart they lie.
        coarsest = math.sqrt(CELLS * (width + STRIP_M) * (height + STRIP_M) / x_m.size)
        self._strip_m = max(STRIP_M, coarsest / 4)
        self._cell_m = self._strip_m / CELLS
        self._strips = int(height // self._strip_m) + 1
        self._cells = int(width // self._cell_m) + 1
        strip, cell = self._strip(y_m), self._cell(x_m)
        at = strip * self._cells + cell
        self.order = np.argsort(at, kind="stable")
        counts = np.bincount(at, minlength=self._strips * self._cells)
        self._first = np.concatenate([[0], np.cumsum(counts)])

    def __len__(self) -> int:
        return self.order.size

    def within(self, x_m: Metres, y_m: Metres, radius_m: Metres) -> Ranges:
        """Ranges that hold every place in circles around (k,) points, and few more."""
        radius = radius_m + SLACK_M
        lowest = self._strip(y_m - radius)
        counts = self._strip(y_m + radius) - lowest + 1
        whose = np.repeat(np.arange(x_m.size), counts)
        strip = _count_up(lowest, counts)
        # From the point to the nearer edge of the strip; 0 within it.
        edge = self._south + strip * self._strip_m
        y, radius = y_m[whose], radius[whose]
        off = np.maximum(edge - y, y - edge - self._strip_m).clip(0)
        half_chord = np.sqrt((radius * radius - off * off).clip(0)) + SLACK_M
        x = x_m[whose]
        row = strip * self._cells
        start = self._first[row + self._cell(x - half_chord)]
        end = self._first[row + self._cell(x + half_chord) + 1]
        length = end - start
        some = np.flatnonzero(length > 0)
        return Ranges(whose[some], start[some], length[some])

    def _strip(self, y_m: Metres) -> Ints:
        number = (y_m - self._south) / self._strip_m
        return number.clip(0, self._strips - 1).astype(np.int64)

    def _cell(self, x_m: Metres) -> Ints:
        number = (x_m - self._west) / self._cell_m
        return number.clip(0, self._cells - 1).astype(np.int64)


def positions(ranges: Ranges) -> Ints:
    """Every position of the ranges, one range after another."""
    return _count_up(ranges.start, ranges.length)


def _count_up(start: Ints, counts: Ints) -> Ints:
    """From each start as many numbers upwards as counted, one after another."""
    ends = np.cumsum(counts)
    total = int(ends[-1]) if ends.size else 0
    return np.arange(total) + np.repeat(start - ends + counts, counts)

"""Where support families live around a request family, as a sketch of distances.

No map: rings of kilometres around the family, and a numbered dot for each support
family. Places are rounded, those of unnamed families more than others.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from matching.bench.search import Search
from matching.bench.workbench import Card
from matching.wording.words import kilometres

ROUNDED_TO_M = 100
# Who may not be named may not be found by a dot either.
ROUNDED_UNNAMED_M = 1_000
RINGS_KM = (0.5, 1, 2, 3, 5, 7, 10, 15, 20, 30, 50, 75, 100, 150, 200, 300)

# Lengths on the drawing.
SIZE = 320
CENTRE = SIZE / 2
FARTHEST = 132
DOT = 14
# Dots and rings that are closer together than this cannot be told apart.
APART = 2 * DOT + 2
RINGS_APART = 20
# Who lives next door is drawn beside the home, and within the first ring.
FIRST_RING = APART + DOT
# To where a dot moves that would lie on another: beside it first, then around.
BESIDE = tuple(
    (far * math.cos(turn), far * math.sin(turn))
    for far in (APART, 2 * APART)
    for turn in (math.tau * eighth / 8 for eighth in (0, 4, 6, 2, 1, 3, 5, 7))
)

DIRECTIONS = (
    gettext_lazy("north"),
    gettext_lazy("north-east"),
    gettext_lazy("east"),
    gettext_lazy("south-east"),
    gettext_lazy("south"),
    gettext_lazy("south-west"),
    gettext_lazy("west"),
    gettext_lazy("north-west"),
)


@dataclass(frozen=True)
class Ring:
    """A circle of so many kilometres around the family.

    Attributes:
        label_y: where its label stands, from the top.
    """

    radius: float
    label: str
    label_y: float = 0


@dataclass(frozen=True)
class Dot:
    """A support family on the sketch.

    Attributes:
        x: where the dot is drawn, from the left.
        y: the same from the top.
        true_x: where the family lives, if the dot had to move aside.
        true_y: the same from the top.
        direction: in a word; "" within the accuracy of the sketch.
    """

    card: Card
    x: float
    y: float
    true_x: float
    true_y: float
    direction: str

    @property
    def is_moved(self) -> bool:
        """Whether it is drawn beside where it should be."""
        return (self.x, self.y) != (self.true_x, self.true_y)


@dataclass(frozen=True)
class Sketch:
    """Rings and dots around a request family.

    Attributes:
        limit: the farthest the family wants to go; None where it is off the sketch.
        unplaced: candidates of whom nobody knows where they live.
        has_home: whether it is known where the request family lives.
    """

    rings: list[Ring]
    limit: Ring | None
    dots: list[Dot]
    unplaced: list[Card]
    has_home: bool = True
    size: int = SIZE
    centre: float = CENTRE
    dot: int = DOT

    @property
    def in_words(self) -> str:
        """The same as the drawing, in a sentence for each family."""
        return " ".join(
            _("%(number)d: %(distance)s, %(direction)s.")
            % {
                "number": one.card.number,
                "distance": kilometres((one.card.distance_km or 0) * 1000),
                "direction": one.direction or _("close by"),
            }
            for one in self.dots
        )


def sketch_of(search: Search, cards: Iterable[Card]) -> Sketch:
    """The sketch of the request among these candidates."""
    pool, cols = search.pool, search.encoded.offers
    home = _rounded(pool.requests.x_m[0], pool.requests.y_m[0], ROUNDED_TO_M)
    placed, unplaced = [], []
    for card in cards:
        col = cols.index(card.offer.pk)
        step = ROUNDED_TO_M if card.known else ROUNDED_UNNAMED_M
        place = _rounded(pool.offers.x_m[col], pool.offers.y_m[col], step)
        if home is None or place is None:
            unplaced.append(card)
        else:
            placed.append((card, place[0] - home[0], place[1] - home[1]))
    farthest_m = max(
        (math.hypot(east, north) for _card, east, north in placed), default=0
    )
    outer_km = next((km for km in RINGS_KM if km * 1000 >= farthest_m), RINGS_KM[-1])
    scale = FARTHEST / (outer_km * 1000)
    limit_m = float(pool.requests.max_distance_m[0])
    # NaN, where nobody named a limit, is not within anything.
    has_limit = limit_m <= outer_km * 1000
    dots = _dots(placed, scale)
    return Sketch(
        rings=_rings(outer_km, scale, dots),
        limit=Ring(round(limit_m * scale, 1), kilometres(limit_m))
        if has_limit
        else None,
        dots=dots,
        unplaced=unplaced,
        has_home=home is not None,
    )


def _rounded(x_m: float, y_m: float, step: int) -> tuple[int, int] | None:
    if math.isnan(x_m) or math.isnan(y_m):
        return None
    return round(x_m / step) * step, round(y_m / step) * step


def _rings(outer_km: float, scale: float, dots: list[Dot]) -> list[Ring]:
    """The rings that can be told apart, from the outer one inwards."""
    rings: list[Ring] = []
    for km in reversed([one for one in RINGS_KM if one <= outer_km]):
        radius = round(km * 1000 * scale, 1)
        if radius >= FIRST_RING and (
            not rings or rings[-1].radius - radius >= RINGS_APART
        ):
            label_y = _label_y(radius, dots)
            rings.append(Ring(radius, kilometres(km * 1000), label_y))
    return rings


def _label_y(radius: float, dots: list[Dot]) -> float:
    """At the south of a ring, or at its north where dots leave more room there."""
    south, north = CENTRE + radius - 4, CENTRE - radius + 12

    def room(y: float) -> float:
        return min(
            (math.hypot(one.x - CENTRE, one.y - y) for one in dots), default=SIZE
        )

    return round(
        south if room(south) > APART or room(south) >= room(north) else north, 1
    )


def _dots(placed: list[tuple[Card, int, int]], scale: float) -> list[Dot]:
    # The family itself stands in the centre; nothing is drawn on top of it.
    taken = [(CENTRE, CENTRE)]
    dots = []
    for card, east, north in placed:
        x = round(CENTRE + east * scale, 1)
        y = round(CENTRE - north * scale, 1)
        free_x, free_y = _free(x, y, taken)
        taken.append((free_x, free_y))
        dots.append(Dot(card, free_x, free_y, x, y, _direction(east, north)))
    return dots


def _free(x: float, y: float, taken: list[tuple[float, float]]) -> tuple[float, float]:
    """The nearest spot beside (x, y) where a dot lies on no other."""
    spots = [(x, y), *((x + right, y + down) for right, down in BESIDE)]
    for spot_x, spot_y in spots:
        inside = DOT <= spot_x <= SIZE - DOT and DOT <= spot_y <= SIZE - DOT
        if inside and all(
            math.hypot(spot_x - other_x, spot_y - other_y) >= APART - 1
            for other_x, other_y in taken
        ):
            return round(spot_x, 1), round(spot_y, 1)
    return x, y


def _direction(east: int, north: int) -> str:
    if not east and not north:
        return ""
    turn = math.atan2(east, north) / math.tau
    return str(DIRECTIONS[round(turn * 8) % 8])

import math
from types import SimpleNamespace

import numpy as np
import pytest

from matching.bench.sketch import CENTRE, DOT, FARTHEST, SIZE, sketch_of

HOME = (100_040.0, 400_060.0)


def searched(places, *, known=True, limit_m=math.nan, home=HOME):
    """A search whose candidates live at these places, and its cards."""
    x_m, y_m = np.array(places, float).reshape(-1, 2).T
    pool = SimpleNamespace(
        requests=SimpleNamespace(
            x_m=np.array([home[0]]),
            y_m=np.array([home[1]]),
            max_distance_m=np.array([limit_m]),
        ),
        offers=SimpleNamespace(x_m=x_m, y_m=y_m),
    )
    keys = tuple(range(100, 100 + len(places)))
    cards = [
        SimpleNamespace(
            number=number,
            known=known,
            offer=SimpleNamespace(pk=key),
            distance_km=math.dist(home, place) / 1000,
        )
        for number, (key, place) in enumerate(zip(keys, places, strict=True), start=1)
    ]
    return SimpleNamespace(pool=pool, encoded=SimpleNamespace(offers=keys)), cards


def sketched(*places, **kwargs):
    return sketch_of(*searched(places, **kwargs))


def from_home(east_m, north_m):
    return HOME[0] + east_m, HOME[1] + north_m


def test_dots_stand_where_they_should_and_rings_are_kilometres():
    sketch = sketched(from_home(3000, 0), from_home(0, -4900))

    assert [(ring.label, ring.radius) for ring in sketch.rings] == [
        ("5 km", 132.0),
        ("3 km", 79.2),
        ("2 km", 52.8),
    ]
    assert [(dot.x, dot.y, dot.direction) for dot in sketch.dots] == [
        (CENTRE + 79.2, CENTRE, "oost"),
        (CENTRE, round(CENTRE + 4900 * 132 / 5000, 1), "zuid"),
    ]


def test_places_are_rounded_to_a_hundred_metres():
    exact = sketched((102_049.0, 400_060.0))
    rounded = sketched((101_951.0, 400_149.0))

    assert [(one.x, one.y) for one in exact.dots] == [
        (one.x, one.y) for one in rounded.dots
    ]


def test_places_of_unnamed_families_are_rounded_to_a_kilometre():
    one = sketched((104_400.0, 400_400.0), known=False)
    other = sketched((103_600.0, 399_600.0), known=False)

    assert [(dot.x, dot.y) for dot in one.dots] == [
        (dot.x, dot.y) for dot in other.dots
    ]


def test_dots_that_coincide_are_drawn_beside_each_other_and_the_home():
    sketch = sketched(*[from_home(0, 0)] * 3, *[from_home(900, 0)] * 2)

    drawn = [(CENTRE, CENTRE), *((dot.x, dot.y) for dot in sketch.dots)]
    apart = [
        math.dist(one, other)
        for number, one in enumerate(drawn)
        for other in drawn[:number]
    ]
    assert min(apart) >= 2 * DOT
    assert [dot.is_moved for dot in sketch.dots] == [True, True, True, False, True]


def test_nothing_is_drawn_outside():
    places = [
        from_home(math.sin(turn) * 5000, math.cos(turn) * 5000) for turn in range(5)
    ]

    sketch = sketched(*places, *places)

    assert all(
        DOT <= value <= SIZE - DOT for dot in sketch.dots for value in (dot.x, dot.y)
    )
    assert all(CENTRE - FARTHEST <= ring.label_y <= SIZE for ring in sketch.rings)


@pytest.mark.parametrize(
    ("limit_m", "label"),
    [(3000, "3 km"), (500, "0,5 km"), (9000, None), (math.nan, None)],
)
def test_limit_is_drawn_where_it_is_on_the_sketch(limit_m, label):
    sketch = sketched(from_home(2600, 0), limit_m=limit_m)

    assert (sketch.limit.label if sketch.limit else None) == label


@pytest.mark.parametrize(
    ("far_m", "rings"),
    [
        (0, ["0,5 km"]),
        (1000, ["1 km", "0,5 km"]),
        (2600, ["3 km", "2 km", "1 km"]),
        (6000, ["7 km", "5 km", "3 km"]),
        (40_000, ["50 km", "30 km", "20 km"]),
    ],
)
def test_rings_reach_as_far_as_the_farthest(far_m, rings):
    sketch = sketched(from_home(far_m, 0))

    assert [ring.label for ring in sketch.rings] == rings


@pytest.mark.parametrize("far_m", [100, 900, 2900, 4800, 19_000])
def test_who_lives_next_door_is_within_the_first_ring(far_m):
    sketch = sketched(from_home(100, 0), from_home(far_m, 0))

    next_door, first = sketch.dots[0], sketch.rings[-1]
    assert math.dist((next_door.x, next_door.y), (CENTRE, CENTRE)) <= first.radius


def test_unknown_places_are_named_apart():
    search, cards = searched([from_home(1000, 0), (math.nan, math.nan)])
    homeless, same_cards = searched([from_home(1000, 0)], home=(math.nan, math.nan))

    some = sketch_of(search, cards)
    none = sketch_of(homeless, same_cards)

    assert ([one.card for one in some.dots], some.unplaced) == ([cards[0]], [cards[1]])
    assert (none.dots, none.unplaced) == ([], same_cards)
    assert (some.has_home, none.has_home) == (True, False)


def test_words_say_the_same_as_the_drawing():
    sketch = sketched(from_home(-1000, 1000), from_home(0, 0))

    assert sketch.in_words == "1: 1,4 km, noordwest. 2: 0 km, vlakbij."


def test_nobody_gives_an_empty_sketch():
    sketch = sketched()

    assert (sketch.dots, sketch.unplaced) == ([], [])

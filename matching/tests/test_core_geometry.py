import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.core.geometry import plane_metres

# The European Netherlands, islands and corners included.
LATITUDES = st.floats(50.7, 53.6)
LONGITUDES = st.floats(3.3, 7.3)


def on_the_plane(lat_1, lon_1, lat_2, lon_2):
    x, y = plane_metres(np.array([lat_1, lat_2]), np.array([lon_1, lon_2]))
    return np.hypot(x[1] - x[0], y[1] - y[0])


def over_the_globe(lat_1, lon_1, lat_2, lon_2):
    """The haversine (Sinnott, 1984), one pair at a time."""
    north, south = math.radians(lat_1), math.radians(lat_2)
    half_lat, half_lon = (south - north) / 2, math.radians(lon_2 - lon_1) / 2
    half_chord_sq = (
        math.sin(half_lat) ** 2
        + math.cos(north) * math.cos(south) * math.sin(half_lon) ** 2
    )
    return 2 * 6_371_008.8 * math.asin(math.sqrt(half_chord_sq))


@given(LATITUDES, LONGITUDES, LATITUDES, LONGITUDES)
def test_plane_is_within_a_twentieth_of_a_percent_of_the_globe(
    lat_1, lon_1, lat_2, lon_2
):
    globe = over_the_globe(lat_1, lon_1, lat_2, lon_2)

    plane = on_the_plane(lat_1, lon_1, lat_2, lon_2)

    assert plane == pytest.approx(globe, rel=0.0005, abs=0.01)


def test_plane_has_east_and_north_at_amersfoort():
    x, y = plane_metres(np.array([52.155, 52.255]), np.array([5.3875, 5.3875]))
    east, _ = plane_metres(np.array([52.155]), np.array([5.4875]))

    assert (x[0], y[0]) == pytest.approx((0, 0), abs=1e-6)
    assert (x[1], y[1]) == pytest.approx((0, 11_119.5), abs=0.1)
    assert east[0] == pytest.approx(6_822.6, abs=1)


def test_plane_keeps_an_unknown_place_unknown():
    x, y = plane_metres(np.array([np.nan]), np.array([5.0]))

    assert np.isnan([x[0], y[0]]).all()

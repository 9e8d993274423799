import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.core.geometry import great_circle_m, plane_metres

# The European Netherlands, islands and corners included.
LATITUDES = st.floats(50.7, 53.6)
LONGITUDES = st.floats(3.3, 7.3)


def on_the_plane(lat_1, lon_1, lat_2, lon_2):
    x, y = plane_metres(np.array([lat_1, lat_2]), np.array([lon_1, lon_2]))
    return np.hypot(x[1] - x[0], y[1] - y[0])


def over_the_globe(lat_1, lon_1, lat_2, lon_2):
    return great_circle_m(
        np.array(lat_1), np.array(lon_1), np.array(lat_2), np.array(lon_2)
    )


@pytest.mark.parametrize(
    ("degrees", "metres"),
    [
        ((52.0, 5.0, 53.0, 5.0), 111_195.1),
        ((0.0, 5.0, 0.0, 6.0), 111_195.1),
        ((52.0, 5.0, 52.0, 5.0), 0.0),
        ((90.0, 0.0, -90.0, 0.0), 20_015_114.4),
    ],
)
def test_great_circle_gives_the_length_of_a_degree(degrees, metres):
    assert over_the_globe(*degrees) == pytest.approx(metres, abs=0.1)


def test_great_circle_from_one_place_to_many_broadcasts():
    latitudes = np.array([52.0, 53.0, np.nan])

    metres = great_circle_m(
        np.array(52.0), np.array(5.0), latitudes, np.array([5.0, 5.0, 5.0])
    )

    assert metres == pytest.approx([0, 111_195.1, np.nan], abs=0.1, nan_ok=True)


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

"""Distances as the crow flies, and a flat map on which they are cheap to compute."""

import numpy as np
from numpy.typing import NDArray

Metres = NDArray[np.float64]
Degrees = NDArray[np.float64]

EARTH_RADIUS_M = 6_371_008.8

# The centre of the flat map: Amersfoort, as for the national RD grid.
CENTRE_LATITUDE = 52.155
CENTRE_LONGITUDE = 5.3875


def great_circle_m(
    from_latitude: Degrees,
    from_longitude: Degrees,
    to_latitude: Degrees,
    to_longitude: Degrees,
) -> Metres:
    """Distance over the globe; the four arrays broadcast, NaN gives NaN.

    Args:
        from_latitude: degrees north (WGS 84).
        from_longitude: degrees east.
        to_latitude: degrees north.
        to_longitude: degrees east.

    Returns:
        Metres, in the shape of the broadcast arguments.

    Source: haversine, Sinnott (1984); radius: IUGG mean radius R1.
    """
    lat_1, lat_2 = np.radians(from_latitude), np.radians(to_latitude)
    half_lat = (lat_2 - lat_1) / 2
    half_lon = np.radians(np.subtract(to_longitude, from_longitude)) / 2
    half_chord_sq = (
        np.sin(half_lat) ** 2 + np.cos(lat_1) * np.cos(lat_2) * np.sin(half_lon) ** 2
    )
    metres: Metres = (
        2 * EARTH_RADIUS_M * np.arcsin(np.sqrt(np.clip(half_chord_sq, 0, 1)))
    )
    return metres


def plane_metres(latitude: Degrees, longitude: Degrees) -> tuple[Metres, Metres]:
    """Places on a flat map of the European Netherlands, in metres east and north.

    The map is a stereographic one that touches the globe at Amersfoort. Straight
    lines on it are at most 0.05 % longer than the great circle within 250 km of
    there, which covers the country; it is not meant for the Caribbean islands.

    Args:
        latitude: degrees north (WGS 84); NaN gives NaN.
        longitude: degrees east, in the same shape.

    Returns:
        x (east) and y (north) of Amersfoort.

    Source: Snyder (1987), Map Projections: A Working Manual, equations 21-2 to 21-4.
    """
    lat, lat_0 = np.radians(latitude), np.radians(CENTRE_LATITUDE)
    east = np.radians(np.subtract(longitude, CENTRE_LONGITUDE))
    toward_centre = np.cos(lat) * np.cos(east)
    cos_distance = np.sin(lat_0) * np.sin(lat) + np.cos(lat_0) * toward_centre
    scale = 2 * EARTH_RADIUS_M / (1 + cos_distance)
    x: Metres = scale * np.cos(lat) * np.sin(east)
    y: Metres = scale * (np.cos(lat_0) * np.sin(lat) - np.sin(lat_0) * toward_centre)
    return x, y

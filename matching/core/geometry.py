"""A flat map, on which distances as the crow flies are cheap to compute."""

import numpy as np
from numpy.typing import NDArray

Metres = NDArray[np.float64]
Degrees = NDArray[np.float64]

EARTH_RADIUS_M = 6_371_008.8

# The centre of the flat map: Amersfoort, as for the national RD grid.
CENTRE_LATITUDE = 52.155
CENTRE_LONGITUDE = 5.3875


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

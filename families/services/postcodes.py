"""Fills the table of postcodes, and points at those that seem to lie elsewhere."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.db import transaction
from django.utils.text import slugify
from numpy.typing import NDArray

from families.geonames import Area
from families.models import Municipality, PostcodeArea

EARTH_RADIUS_KM = 6371.0088
# A postcode this far from the nearest other one of its municipality is looked at.
LONELY_KM = 8.0
BATCH = 1000
KEY = ["postcode", "municipality"]
FACTS = ["place", "latitude", "longitude", "flagged"]

Progress = Callable[[Iterable[Any]], Iterable[Any]]


@dataclass(frozen=True)
class Loaded:
    """What loading did; `flagged` are the areas of the file that ask a look."""

    municipalities: int
    created: int
    updated: int
    unchanged: int
    flagged: list[PostcodeArea]


@transaction.atomic
def load_postcodes(
    areas: Iterable[Area],
    *,
    names: Mapping[str, str],
    progress: Progress = iter,
) -> Loaded:
    """Writes areas that are new or changed; makes the municipalities they lie in.

    Areas that are not given stay: families live there. A flag is set anew for all
    areas of the municipalities that are touched.

    Args:
        areas: one for each postcode and CBS code.
        names: the name of each CBS code, for municipalities that are not there yet.
        progress: goes around the batches that are written.
    """
    given = list(areas)
    before = Municipality.objects.count()
    municipalities = _municipalities(names)
    stored = {
        (area.postcode, area.municipality_id): area
        for area in PostcodeArea.objects.filter(
            municipality__in=[row.pk for row in municipalities.values()]
        )
    }
    was = {key: _facts(area) for key, area in stored.items()}
    for area in given:
        municipality = municipalities[area.cbs_code]
        row = stored.setdefault(
            (area.postcode, municipality.pk),
            PostcodeArea(postcode=area.postcode, municipality=municipality),
        )
        row.place = area.place
        row.latitude = area.latitude
        row.longitude = area.longitude
    _flag(stored.values())

    new = [area for key, area in stored.items() if key not in was]
    changed = [area for key, area in stored.items() if was.get(key, ()) != _facts(area)]
    for start in progress(range(0, len(changed), BATCH)):
        PostcodeArea.objects.bulk_create(
            changed[start : start + BATCH],
            update_conflicts=True,
            unique_fields=KEY,
            update_fields=FACTS,
        )
    keys = {(area.postcode, municipalities[area.cbs_code].pk) for area in given}
    return Loaded(
        municipalities=Municipality.objects.count() - before,
        created=len(new),
        updated=len(changed) - len(new),
        unchanged=len(stored) - len(changed),
        flagged=[stored[key] for key in sorted(keys) if stored[key].flagged],
    )


def _municipalities(names: Mapping[str, str]) -> dict[str, Municipality]:
    """The municipality of each code; a missing one is made, a known one stays."""
    wanted = Municipality.objects.filter(cbs_code__in=names)
    known = set(wanted.values_list("cbs_code", flat=True))
    slugs = set(Municipality.objects.values_list("slug", flat=True))
    missing = []
    for code, name in sorted(names.items()):
        if code in known:
            continue
        slug = slugify(name)
        if not slug or slug in slugs:
            slug = f"{slug}-{code}".strip("-")
        slugs.add(slug)
        missing.append(Municipality(name=name, slug=slug, cbs_code=code))
    Municipality.objects.bulk_create(missing)
    return {
        row.cbs_code: row for row in Municipality.objects.filter(cbs_code__in=names)
    }


def _facts(area: PostcodeArea) -> tuple[object, ...]:
    return area.place, area.latitude, area.longitude, area.flagged


def _flag(areas: Iterable[PostcodeArea]) -> None:
    by_municipality = defaultdict(list)
    for area in areas:
        by_municipality[area.municipality_id].append(area)
    for neighbours in by_municipality.values():
        degrees = np.array([(area.latitude, area.longitude) for area in neighbours])
        lonely = nearest_other_km(degrees) > LONELY_KM
        for area, flagged in zip(neighbours, lonely.tolist(), strict=True):
            area.flagged = flagged


def nearest_other_km(degrees: NDArray[np.float64]) -> NDArray[np.float64]:
    """Distance from each place to the nearest other one, straight through the earth.

    Under 100 km that is less than two metres shorter than over the globe.

    Args:
        degrees: (N, 2) latitude and longitude (WGS 84).

    Returns:
        (N,) kilometres; 0 for a place without any other, as there is nothing to
        compare it with.
    """
    if len(degrees) < 2:  # noqa: PLR2004 - one place has no other
        return np.zeros(len(degrees))
    lat, lon = np.radians(degrees).T
    points = EARTH_RADIUS_KM * np.column_stack(
        [np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)]
    )
    apart = np.linalg.norm(points[:, None] - points, axis=2)
    np.fill_diagonal(apart, np.inf)
    nearest: NDArray[np.float64] = apart.min(axis=1)
    return nearest

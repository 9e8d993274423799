"""What the engine must know of a whole pool, each fact asked of the database once."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from django.db.models import Count, Model, QuerySet

from families.models import (
    Location,
    Membership,
    Municipality,
    Place,
    ScreeningCheck,
    SupportRequest,
)
from families.people import is_adult
from matching.core import pool as core
from matching.models import Exclusion, Pairing, PairingChild, Proposal

# Why a pair is out of the question, whatever fits.
DECLINED, EXCLUDED, PROPOSED, TOGETHER, SAME_HOME = (
    "declined",
    "excluded",
    "proposed",
    "together",
    "same_home",
)


@dataclass(frozen=True)
class Homes:
    """What is known of the households of a pool, each by its primary key."""

    place: dict[int, tuple[float, float]]
    languages: dict[int, int]
    adults: dict[int, list[int]]

    @classmethod
    def of(cls, households: set[int], *, on: dt.date) -> Self:
        """Reads the places and the people of these households."""
        languages: dict[int, int] = defaultdict(int)
        grown_ups: dict[int, list[int]] = defaultdict(list)
        members = (
            Membership.objects.filter(household__in=households)
            .current_on(on)
            .select_related("person")
            .only(
                "household_id",
                "role",
                "person__age_told",
                "person__age_told_on",
                "person__birth_month",
                "person__birth_year",
                "person__languages",
            )
        )
        for member in members:
            if is_adult(member, on):
                grown_ups[member.household_id].append(member.person_id)
                languages[member.household_id] |= member.person.languages
        return cls(
            place=_places(households, on=on),
            languages=languages,
            adults=grown_ups,
        )


@dataclass(frozen=True)
class Running:
    """What the running pairings of support families take, by family."""

    count: dict[int, int]
    moments: dict[int, int]


def running_of(families: set[int]) -> Running:
    """What runs with these support families now."""
    found = Running(count=defaultdict(int), moments=defaultdict(int))
    rows = (
        Pairing.objects.running()
        .filter(offer__family__in=families)
        .values_list("offer__family", "occupied_moments")
    )
    for family, moments in rows:
        found.count[family] += 1
        found.moments[family] |= moments
    return found


def free_places(families: Iterable[int], *, on: dt.date) -> dict[int, int]:
    """Places without a pairing, less those that open proposals hold."""
    free: dict[int, int] = defaultdict(int)
    counted = (
        Place.objects.filter(family__in=families, pairing=None)
        .values_list("family")
        .annotate(n=Count("pk"))
    )
    held = (
        Proposal.objects.open()
        .filter(offer__family__in=families, hold_until__gte=on)
        .values_list("offer__family")
        .annotate(n=Count("pk"))
    )
    free.update(counted)
    for family, n in held:
        free[family] = max(0, free[family] - n)
    return free


def screening_of(adults: dict[int, list[int]]) -> dict[int, core.Screening]:
    """How far each household is: as far as its last adult."""
    states = dict(
        ScreeningCheck.objects.current()
        .filter(
            kind=ScreeningCheck.Kind.VOG,
            person__in={person for people in adults.values() for person in people},
        )
        .values_list("person", "state")
    )
    return {
        household: _as_far_as([states.get(person) for person in people])
        for household, people in adults.items()
    }


def _as_far_as(states: Sequence[str | None]) -> core.Screening:
    if ScreeningCheck.State.REFUSED in states:
        return core.Screening.REFUSED
    if all(state == ScreeningCheck.State.SHOWN for state in states):
        return core.Screening.SHOWN
    if any(states):
        return core.Screening.UNDER_WAY
    return core.Screening.NOTHING_YET


def _places(households: set[int], *, on: dt.date) -> dict[int, tuple[float, float]]:
    """Latitude and longitude of each household: its home, else the school.

    A secret address counts as somewhere in its postcode area.
    """
    kinds = (Location.Kind.SCHOOL, Location.Kind.HOME)
    rows = (
        Location.objects.filter(household__in=households, kind__in=kinds)
        .current_on(on)
        .values_list(
            "household",
            "kind",
            "secret",
            "latitude",
            "longitude",
            "area__latitude",
            "area__longitude",
        )
    )
    places = {}
    for household, _kind, secret, *degrees in sorted(
        rows, key=lambda row: kinds.index(row[1])
    ):
        exact, of_area = tuple(degrees[:2]), tuple(degrees[2:])
        found = of_area if secret or exact[0] is None else exact
        if found[0] is not None:
            places[household] = found
    return places


def children_of(requests: list[int]) -> dict[int, list[Any]]:
    """The children of each request, with what their age follows from."""
    children = defaultdict(list)
    rows = (
        SupportRequest.children.through.objects.filter(
            supportrequest__in=requests
        ).select_related("person")
    ).only(
        "supportrequest_id",
        "person__age_told",
        "person__age_told_on",
        "person__birth_month",
        "person__birth_year",
    )
    for row in rows:
        children[row.supportrequest_id].append(row.person)
    return children


def may_meet(numbers: dict[int, int]) -> Any:
    """Which municipalities take part together."""
    meets = np.eye(len(numbers), dtype=np.bool_)
    pairs = Municipality.neighbours.through.objects.filter(
        from_municipality__in=numbers, to_municipality__in=numbers
    ).values_list("from_municipality", "to_municipality")
    for one, other in pairs:
        meets[numbers[one], numbers[other]] = True
    return meets


def barred_pairs(
    asked: Sequence[Any],
    offered: Sequence[Any],
    children: dict[int, list[Any]],
    *,
    on: dt.date,
) -> dict[tuple[int, int], str]:
    """Pairs that are out of the question, with the reason that weighs most.

    An exclusion bars every request of the one family from every offer of the other.
    """
    rows = {one.pk: number for number, one in enumerate(asked)}
    cols = {one.pk: number for number, one in enumerate(offered)}
    homes, families = defaultdict(list), defaultdict(list)
    for col, one in enumerate(offered):
        homes[one.family__household].append(col)
        families[one.family].append(col)
    asking = defaultdict(list)
    for row, one in enumerate(asked):
        asking[one.family].append(row)
    barred: dict[tuple[int, int], str] = {}

    def bar(reason: str, pairs: Iterable[tuple[int, int]]) -> None:
        for request, offer in pairs:
            if request in rows and offer in cols:
                barred[rows[request], cols[offer]] = reason

    def pairs_of(queryset: "QuerySet[Model]") -> "QuerySet[Any]":
        return queryset.filter(request__in=rows).values_list("request", "offer")

    counting = Proposal.objects.open() | Proposal.objects.declined_lately(on)
    proposed = list(
        counting.filter(request__in=rows).values_list("request", "offer", "closed_on")
    )
    bar(DECLINED, ((one, other) for one, other, closed in proposed if closed))
    kept_apart = Exclusion.objects.in_force_on(on).filter(request__family__in=asking)
    for family, other in kept_apart.values_list("request__family", "offer__family"):
        for row in asking[family]:
            barred |= {(row, col): EXCLUDED for col in families[other]}
    bar(PROPOSED, ((one, other) for one, other, closed in proposed if not closed))
    bar(TOGETHER, pairs_of(Pairing.objects.running()))
    there = defaultdict(set)
    for child, family in PairingChild.objects.filter(
        left_on=None, support_family__in=families
    ).values_list("child", "support_family"):
        there[child].add(family)
    for one in asked:
        for family in set().union(*(there[child.pk] for child in children[one.pk])):
            barred |= {(rows[one.pk], col): TOGETHER for col in families[family]}
        barred |= {
            (rows[one.pk], col): SAME_HOME for col in homes[one.family__household]
        }
    return barred

"""Who is who in a household, told from rows that are already loaded."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from dateutil.relativedelta import relativedelta
from django.db.models import Prefetch

from families.models import Household, Location, Membership, Person

FULL_AGE = 18
GROWN_UPS = (Membership.Role.PARENT, Membership.Role.PARTNER)
HOMES = (Location.Kind.HOME, Location.Kind.NONE)


def people_and_home(on: dt.date, path: str = "") -> list[Prefetch[Any]]:
    """What to prefetch so that the functions below ask the database nothing.

    Args:
        on: the day that counts.
        path: the way to the household, such as "household__".
    """
    return [
        Prefetch(
            f"{path}memberships",
            Membership.objects.current_on(on).select_related("person").order_by("pk"),
            to_attr="members",
        ),
        Prefetch(
            f"{path}locations",
            Location.objects.current_on(on)
            .filter(kind__in=HOMES)
            .select_related("area"),
            to_attr="homes",
        ),
    ]


def is_adult(membership: Membership, on: dt.date) -> bool:
    """Whether a member is of full age; whose age nobody knows goes by the role."""
    if membership.role in GROWN_UPS:
        return True
    age = membership.person.age_on(on)
    if age is None:
        return membership.role != Membership.Role.CHILD
    return age >= FULL_AGE


def of_age_from(person: Person) -> dt.date | None:
    """The day from which `is_adult` counts a person as of full age; None if unknown."""
    if person.birth_year is not None:
        return dt.date(person.birth_year + FULL_AGE, person.birth_month or 7, 1)
    if person.age_told is not None and person.age_told_on is not None:
        years = relativedelta(years=FULL_AGE - person.age_told)
        return person.age_told_on + years
    return None


def adults(members: Iterable[Membership], on: dt.date) -> list[Person]:
    """The adults of a household: parents first, then in the order they came."""
    found = [one for one in members if is_adult(one, on)]
    found.sort(key=lambda one: (one.role not in GROWN_UPS, one.pk))
    return [one.person for one in found]


def children(members: Iterable[Membership], on: dt.date) -> list[Person]:
    """The children of a household, oldest first; those of unknown age come last."""
    found = [one.person for one in members if not is_adult(one, on)]
    return sorted(found, key=lambda child: (-(child.age_on(on) or -1), child.pk))


def soon_of_age(
    members: Iterable[Membership], on: dt.date
) -> list[tuple[Person, dt.date]]:
    """Children who come of age in the year after `on`, with the day, soonest first."""
    days = ((child, of_age_from(child)) for child in children(members, on))
    year_later = on + relativedelta(years=1)
    soon = [(child, day) for child, day in days if day is not None and day < year_later]
    return sorted(soon, key=lambda one: (one[1], one[0].pk))


def contact_person(members: Iterable[Membership], on: dt.date) -> Person | None:
    """Whom to call: the first adult with a telephone, else the first adult."""
    grown = adults(members, on)
    return next((one for one in grown if one.telephone), grown[0] if grown else None)


def town(household: Household) -> str:
    """Where a household lives, as people say it.

    A secret address gives no more than its municipality.
    """
    homes: list[Location] = household.homes  # type: ignore[attr-defined]
    home = homes[0] if homes else None
    if home is None or home.area is None or home.secret:
        return str(household.municipality)
    return str(home.area.place)

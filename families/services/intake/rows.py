"""What a family told, as the columns in which it is kept."""

import datetime as dt
from typing import Any

from families.encryption import blind_index
from families.models import Household, Location, Membership, Person
from families.services.intake.told import (
    ChildTold,
    ContactTold,
    HomeTold,
    LanguageTold,
    RequestTold,
)
from families.vocabulary import Demand, mask_of

Columns = dict[str, Any]


def request_columns(told: RequestTold) -> Columns:
    """What is asked, and what matters about the other family: as wishes, no limits."""
    wishes, matters, language = told.wishes, told.matters, told.language
    animals = _wish(ticked=matters.no_animals)
    return {
        "kinds": wishes.kinds,
        "kinds_other": wishes.kinds_other,
        "frequency": wishes.frequency,
        "moments": wishes.moments,
        "remarks": wishes.remarks,
        "no_dog": animals,
        "no_cat": animals,
        "no_other_animal": animals,
        "no_smoking": _wish(ticked=matters.no_smoking),
        "children_at_home": _wish(ticked=matters.with_children),
        "preferred_language": mask_of([language.language]) if language else 0,
    }


def language_columns(told: LanguageTold | None) -> Columns:
    """What somebody speaks; without an answer nothing is known."""
    if told is None:
        return {}
    return {
        "languages": mask_of([told.language]),
        "language_other": told.other,
        "interpreter_needed": told.interpreter_needed,
    }


def contact_columns(told: ContactTold) -> Columns:
    """How somebody is reached, with the fingerprints to find it by."""
    by_mail = told.email and told.may_leave_message
    return {
        "name": told.name,
        "telephone": told.telephone,
        "telephone_index": blind_index("telephone", told.telephone),
        "email": told.email,
        "email_index": blind_index("email", told.email),
        "channel": Person.Channel.MAIL if by_mail else Person.Channel.TELEPHONE,
        "may_leave_message": told.may_leave_message,
        "call_dayparts": told.call_dayparts,
    }


def location_columns(told: HomeTold) -> Columns:
    """Where a home is; without an area there is no fixed address."""
    area = told.area
    return {
        "kind": Location.Kind.HOME if area else Location.Kind.NONE,
        "postcode": told.postcode if area else "",
        "area": area,
        "latitude": area.latitude if area else None,
        "longitude": area.longitude if area else None,
    }


def child_columns(told: ChildTold, *, on: dt.date) -> Columns:
    """A child of whom an age was told on a day; or nothing but a name."""
    if not told.age_is_told:
        return {"name": told.name}
    return {
        "name": told.name,
        # Support for a child that is not born yet starts at its birth, at 0.
        "age_told": told.age or 0,
        "age_told_on": on,
        "not_yet_born": told.age is None,
    }


def surname(name: str) -> str:
    """What stands after the first name: "De Boer" of "Sanne de Boer"."""
    _first, _space, rest = name.partition(" ")
    found = rest or name
    return found[:1].upper() + found[1:]


def join(
    household: Household, role: Membership.Role, *, on: dt.date, **columns: Any
) -> Person:
    """A new person who lives in a household."""
    person = Person.objects.create(**columns)
    Membership.objects.create(household=household, person=person, role=role, from_on=on)
    return person


def _wish(*, ticked: bool) -> Demand:
    return Demand.WISH if ticked else Demand.NOT_ASKED

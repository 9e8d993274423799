"""The first rows of a family; part of the transaction of who calls this."""

import datetime as dt
from typing import Any

from families.models import (
    Coordinator,
    Household,
    Location,
    Membership,
    Person,
    Place,
    RequestFamily,
    ScreeningCheck,
    SupportFamily,
    SupportOffer,
    SupportRequest,
)
from families.services.doubles import note_doubles
from families.services.intake.rows import (
    child_columns,
    contact_columns,
    join,
    language_columns,
    location_columns,
    request_columns,
    surname,
)
from families.services.intake.told import (
    ChildTold,
    ContactTold,
    HomeTold,
    RequestTold,
    SupportTold,
)

HOUSE_FACTS = ("dog", "cat", "other_animal", "smoking")


def make_request(
    told: RequestTold,
    coordinator: Coordinator,
    *,
    on: dt.date,
    came_by: str = Household.CameBy.FORM,
) -> tuple[SupportRequest, Person]:
    """A family of which we knew nothing and what it asks, and whom to call there."""
    household = _household(
        told.home,
        told.contact,
        coordinator,
        on=on,
        came_by=came_by,
        car=False if told.matters.no_car else None,
    )
    parent = join(
        household,
        Membership.Role.PARENT,
        on=on,
        **contact_columns(told.contact),
        **language_columns(told.language),
    )
    family = RequestFamily.objects.create(household=household, reciprocity=told.likes)
    request = SupportRequest.objects.create(
        family=family, waiting_since=on, **request_columns(told)
    )
    request.children.set([_child(household, child, on=on) for child in told.children])
    note_doubles(household, on=on)
    return request, parent


def make_offer(
    told: SupportTold,
    coordinator: Coordinator,
    *,
    on: dt.date,
    came_by: str = Household.CameBy.FORM,
) -> tuple[SupportOffer, Person]:
    """A family that gives support: one place, and a VOG to ask of each adult."""
    house = told.house
    household = _household(
        told.home,
        told.contact,
        coordinator,
        on=on,
        came_by=came_by,
        **{fact: getattr(house, fact) for fact in HOUSE_FACTS},
    )
    first = join(
        household, Membership.Role.PARENT, on=on, **contact_columns(told.contact)
    )
    # Of the other adults nobody told the name yet.
    others = [
        join(household, Membership.Role.PARTNER, on=on)
        for _other in range(house.adults - 1)
    ]
    for age in house.ages_of_children:
        _child(household, ChildTold(age), on=on)
    for adult in (first, *others) if told.vog_is_asked else ():
        ScreeningCheck.objects.create(
            person=adult,
            kind=ScreeningCheck.Kind.VOG,
            state=ScreeningCheck.State.ASKED,
            asked_on=on,
            note=told.vog_note if adult == first else "",
        )
    family = SupportFamily.objects.create(
        household=household,
        experience=told.experience,
        motivation=told.motivation,
        has_children=house.has_children,
    )
    Place.objects.create(family=family, number=1)
    offer = SupportOffer.objects.create(
        family=family, waiting_since=on, **vars(told.wishes), **vars(told.limits)
    )
    note_doubles(household, on=on)
    return offer, first


def _household(
    home: HomeTold,
    contact: ContactTold,
    coordinator: Coordinator,
    *,
    on: dt.date,
    **columns: Any,
) -> Household:
    household = Household.objects.create(
        name=surname(contact.name),
        municipality=home.municipality,
        coordinator=coordinator,
        **columns,
    )
    Location.objects.create(household=household, from_on=on, **location_columns(home))
    return household


def _child(household: Household, told: ChildTold, *, on: dt.date) -> Person:
    return join(household, Membership.Role.CHILD, on=on, **child_columns(told, on=on))

"""What two families may know of each other, which grows in four stages.

First an anonymous text. After both said yes: first names and telephone. With the
planned introduction: the address of the home that hosts, which is the support family's.
With the first agreement: the other address. A secret address is never given here.
"""

import datetime as dt
from dataclasses import dataclass

from django.utils.translation import gettext as _

from families import people
from families.models import Household, Location, Membership
from matching.models import Pairing


@dataclass(frozen=True)
class Told:
    """What the other family may know of one of the two.

    Attributes:
        side: "request" or "support".
        people: first name and telephone of each adult.
        address: as it may be told now; "" while it may not.
        not_yet: why the address is not told.
    """

    side: str
    people: list[dict[str, str]]
    address: str
    not_yet: str


def told_of(pairing: Pairing, *, on: dt.date) -> list[Told]:
    """What each family may tell the other now, the support family first."""
    support = pairing.offer.family.household
    request = pairing.request.family.household
    planned = pairing.introduction_on or pairing.stage != Pairing.Stage.INTRODUCTION
    return [
        _told(
            "support",
            support,
            may=bool(planned),
            when=_("The address comes with the day of the introduction."),
            on=on,
        ),
        _told(
            "request",
            request,
            may=pairing.agreed_on is not None,
            when=_("The address comes with the first agreements."),
            on=on,
        ),
    ]


def who_to_call(household: Household, *, on: dt.date) -> list[dict[str, str]]:
    """First name and telephone of the adults of a household, for a summary list."""
    members = (
        Membership.objects.filter(household=household)
        .current_on(on)
        .select_related("person")
        .order_by("pk")
    )
    return [
        {
            "term": (one.name.split() or [_("Somebody without a name")])[0],
            "value": one.telephone or _("no number"),
        }
        for one in people.adults(members, on)
    ]


def _told(
    side: str, household: Household, *, may: bool, when: str, on: dt.date
) -> Told:
    address = _address(household, on=on) if may else ""
    if may and not address:
        when = _(
            "There is no address to tell. Ask the family which address you may give."
        )
    return Told(side, who_to_call(household, on=on), address, "" if address else when)


def _address(household: Household, *, on: dt.date) -> str:
    home = (
        Location.objects.filter(
            household=household, kind=Location.Kind.HOME, secret=False
        )
        .current_on(on)
        .select_related("area")
        .first()
    )
    if home is None or not home.street:
        return ""
    place = home.area.place if home.area else household.municipality.name
    return f"{home.street}, {home.postcode} {place}".replace("  ", " ")

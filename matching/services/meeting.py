"""Whether two families may be told of each other: both agreed, and so do the children.

Nobody new hears who a family is without its own yes, and no child of twelve or older
is taken to a family to which it said no.
"""

import datetime as dt

from families.models import Consent, Household, Person, SupportOffer, SupportRequest
from families.services import consents
from families.services.children_said import asked_itself, who_refuse


class NotAgreedToMeet(Exception):
    """Families without a valid yes to be introduced; `households` are those."""

    def __init__(self, households: list[Household]) -> None:
        super().__init__(*(one.reference for one in households))
        self.households = households


class ChildSaysNo(Exception):
    """Children of twelve or older who said no; `children` are they."""

    def __init__(self, children: list[Person]) -> None:
        super().__init__(*(one.reference for one in children))
        self.children = children


def not_agreed(
    request: SupportRequest, offer: SupportOffer, *, on: dt.date
) -> list[Household]:
    """The families that did not agree to be introduced, or where somebody refuses."""
    homes = (offer.family.household, request.family.household)
    introduce = Consent.Purpose.INTRODUCE
    return [
        home
        for home in homes
        if not consents.holds(home, introduce, on=on)
        or consents.is_refused(home, introduce, on=on)
    ]


def check_may_meet(
    request: SupportRequest, offer: SupportOffer, *, on: dt.date
) -> None:
    """Passes where both families may be told who the other is.

    Part of the caller's transaction: until its end nobody takes a yes back.

    Raises:
        NotAgreedToMeet: names the families that did not agree.
        ChildSaysNo: names the children who do not want it.
    """
    homes = (offer.family.household, request.family.household)
    consents.lock(homes, Consent.Purpose.INTRODUCE, on=on)
    missing = not_agreed(request, offer, on=on)
    if missing:
        raise NotAgreedToMeet(missing)
    refusing = who_refuse(asked_itself(request, on=on))
    if refusing:
        raise ChildSaysNo(refusing)

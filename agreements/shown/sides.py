"""The two families of a pairing, and who reads what each of them said."""

from django.utils import timezone

from agreements.models import Confirmation
from agreements.services.links import household_of
from families.models import Coordinator, User
from matching.models import Pairing
from matching.wording.names import Names

Side = Confirmation.Side
HOUSEHOLDS = {
    Side.REQUEST: "request__family__household",
    Side.SUPPORT: "offer__family__household",
}

# As addresses name them.
SIDES = {"vraaggezin": Side.REQUEST, "steungezin": Side.SUPPORT}

__all__ = ["HOUSEHOLDS", "SIDES", "household_of", "sides_read_by"]


def sides_read_by(user: User, pairing: Pairing) -> set[str]:
    """Of which families somebody may read what they said.

    Who guides the pairing reads both, and so does her deputy; a colleague across the
    border only the own one.
    """
    if pairing.lead.user_id == user.pk or _deputises(user, pairing.lead):
        return set(Side.values)
    names = Names(user)
    return {side.value for side in Side if names.knows(household_of(pairing, side))}


def _deputises(user: User, lead: Coordinator) -> bool:
    """Whether somebody stands in for the lead today."""
    first, last = lead.deputy_from, lead.deputy_until
    if lead.deputy is None or first is None or last is None:
        return False
    return lead.deputy.user_id == user.pk and first <= timezone.localdate() <= last

"""Pairings under strain, as pages show them: what each side said stays apart."""

from dataclasses import dataclass

from django.db.models import Prefetch
from django.utils.text import capfirst

from agreements.models import Confirmation, Strain, StrainTalk
from families.models import Household, User
from matching.models import Pairing
from matching.wording import words
from matching.wording.names import Names

Side = Confirmation.Side
HOUSEHOLDS = {
    Side.REQUEST: "request__family__household",
    Side.SUPPORT: "offer__family__household",
}


@dataclass(frozen=True)
class ShownSide:
    """The talks with one family, for who may read them."""

    side: str
    name: str
    may_read: bool
    talks: list[StrainTalk]


@dataclass(frozen=True)
class ShownStrain:
    """One time that it rubbed; its words are empty for who may not read them."""

    strain: Strain
    words: str
    outcome_text: str
    sides: list[ShownSide]

    @property
    def is_over(self) -> bool:
        """Whether it has an outcome."""
        return self.strain.closed_on is not None


def sides_read_by(user: User, pairing: Pairing) -> set[str]:
    """Of which families somebody may read what they said.

    Who guides the pairing reads both; a colleague across the border only the own one.
    """
    if pairing.lead.user_id == user.pk:
        return set(Side.values)
    names = Names(user)
    return {side.value for side in Side if names.knows(household_of(pairing, side))}


def household_of(pairing: Pairing, side: str) -> Household:
    """The family of one side."""
    wishes = pairing.request if side == Side.REQUEST else pairing.offer
    return wishes.family.household


def shown_strains(pairing: Pairing, user: User) -> list[ShownStrain]:
    """Each time that it rubbed, the latest first."""
    talks = StrainTalk.objects.select_related("recorded_by").order_by("on", "pk")
    strains = (
        Strain.objects.visible_to(user)
        .filter(pairing=pairing)
        .select_related("recorded_by")
        .prefetch_related(Prefetch("talks", talks))
        .order_by("-row_version")
    )
    readable = sides_read_by(user, pairing)
    return [_shown(one, pairing, readable) for one in strains]


def _shown(strain: Strain, pairing: Pairing, readable: set[str]) -> ShownStrain:
    raised_by = strain.raised_by if strain.raised_by in Side.values else Side.REQUEST
    talks = list(strain.talks.all())
    return ShownStrain(
        strain,
        strain.words if raised_by in readable else "",
        strain.outcome_text if raised_by in readable else "",
        [
            ShownSide(
                side.value,
                capfirst(words.family_name(household_of(pairing, side))),
                side.value in readable,
                [one for one in talks if one.side == side]
                if side.value in readable
                else [],
            )
            for side in Side
        ],
    )

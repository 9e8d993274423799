"""Pairings under strain, as pages show them: what each side said stays apart."""

from dataclasses import dataclass

from django.db.models import Prefetch
from django.utils.text import capfirst

from agreements.models import Confirmation, Strain, StrainTalk
from agreements.shown.sides import household_of, sides_read_by
from families.models import User
from matching.models import Pairing
from matching.wording import words

Side = Confirmation.Side


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

"""The gate that the certificates of conduct of a support family keep."""

import datetime as dt

from django.conf import settings
from django.db.models import Q

from families.models import Membership, Person, ScreeningCheck, SupportFamily
from families.people import adults


class VogMissing(Exception):
    """Adults of the support family have not shown their VOG; `people` are they."""

    def __init__(self, people: list[Person]) -> None:
        super().__init__(len(people))
        self.people = people


def adults_without_vog(
    family: SupportFamily, *, on: dt.date, step: str = "introduction"
) -> list[Person]:
    """Adults who live there on `on` and whose VOG keeps the family from a step.

    Nobody saw it yet, or, where the step is the one that the gate stands before, it
    is time for a new one. A pairing that is past the gate goes on meanwhile.
    """
    members = (
        Membership.objects.filter(household=family.household_id)
        .current_on(on)
        .select_related("person")
    )
    checks = ScreeningCheck.objects.current().filter(
        person__memberships__household=family.household_id,
        kind=ScreeningCheck.Kind.VOG,
        state__in=ScreeningCheck.SETTLED,
    )
    if step == settings.VOG_GATE:
        checks = checks.filter(Q(ask_again_on=None) | Q(ask_again_on__gt=on))
    settled = set(checks.values_list("person_id", flat=True))
    return [person for person in adults(members, on) if person.pk not in settled]


def check_vog(family: SupportFamily, *, step: str, on: dt.date) -> None:
    """Lets a step pass when every adult's VOG was seen, or is not needed (yet).

    Args:
        family: the support family.
        step: "introduction", "trial" or "running". The trial and what follows always
            need it: a child is then alone with the family.
        on: the day of the step.

    Raises:
        VogMissing: names who is missing.
    """
    if step == "introduction" and settings.VOG_GATE != "introduction":
        return
    missing = adults_without_vog(family, on=on, step=step)
    if missing:
        raise VogMissing(missing)

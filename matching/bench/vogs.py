"""From when a support family can, while certificates of conduct are on their way."""

import datetime as dt
from collections import defaultdict

from django.utils.translation import gettext as _

from families.models import Membership, ScreeningCheck
from families.people import adults
from families.services.screening import LOOK_AFTER_APPLYING
from matching.wording import words


def expected_vogs(households: set[int], *, on: dt.date) -> dict[int, str]:
    """When each household applied and from when it can, in words.

    Only of households where every adult whose VOG was not seen has applied for it:
    as long as somebody still has to begin, nobody knows.
    """
    grown_ups = _adults(households, on=on)
    people = {person for adults_ in grown_ups.values() for person in adults_}
    checks = {
        person: (state, applied_on)
        for person, state, applied_on in ScreeningCheck.objects.current()
        .filter(kind=ScreeningCheck.Kind.VOG, person__in=people)
        .values_list("person", "state", "applied_on")
    }
    found = {}
    for household, ids in grown_ups.items():
        states = [checks.get(person, ("", None)) for person in ids]
        missing = [one for one in states if one[0] != ScreeningCheck.State.SHOWN]
        days = [
            applied_on
            for state, applied_on in missing
            if state == ScreeningCheck.State.APPLIED and applied_on
        ]
        if days and len(days) == len(missing):
            found[household] = _expected(max(days), on=on)
    return found


def _adults(households: set[int], *, on: dt.date) -> dict[int, list[int]]:
    members = defaultdict(list)
    for one in (
        Membership.objects.filter(household__in=households)
        .current_on(on)
        .select_related("person")
    ):
        members[one.household_id].append(one)
    return {
        household: [person.pk for person in adults(of_home, on)]
        for household, of_home in members.items()
    }


def _expected(applied_on: dt.date, *, on: dt.date) -> str:
    expected = applied_on + dt.timedelta(days=LOOK_AFTER_APPLYING)
    if expected <= on:
        return _("Applied for on %(date)s.") % {"date": words.day(applied_on)}
    return _("Applied for on %(date)s; they can from about %(expected)s.") % {
        "date": words.day(applied_on),
        "expected": words.day(expected),
    }

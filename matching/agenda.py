"""Introductions and ends of trials in the agenda of a coordinator."""

import datetime as dt

from django.db.models import Q
from django.utils.translation import gettext as _

from families.agenda import AgendaItem, code_of, is_hers
from families.models import Appointment, Household, User
from matching.models import Pairing
from matching.proposing.pipeline import HOUSEHOLDS
from matching.wording import words


def appointments(user: User, first: dt.date, last: dt.date) -> list[AgendaItem]:
    """Introductions on these days, and trials that end, of pairings that she leads."""
    days = (first, last)
    stage = Pairing.Stage
    found = (
        Pairing.objects.visible_to(user)
        .running()
        .filter(
            is_hers(user, "lead", "introduction_on")
            & Q(stage=stage.INTRODUCTION, introduction_on__range=days)
            | is_hers(user, "lead", "trial_until")
            & Q(stage=stage.TRIAL, trial_until__range=days)
        )
        .select_related(*HOUSEHOLDS)
        .order_by("pk")
    )
    return [_item(one) for one in found]


def _item(pairing: Pairing) -> AgendaItem:
    household = pairing.request.family.household
    if pairing.stage == Pairing.Stage.INTRODUCTION:
        on, kind = pairing.introduction_on, Appointment.Kind.INTRODUCTION
        title, uid = _("Introduction: %(request)s and %(support)s"), "kennismaking"
    else:
        on, kind = pairing.trial_until, Appointment.Kind.EVALUATION
        title, uid = _("Trial ends: %(request)s and %(support)s"), "proefperiode"
    return AgendaItem(
        on=on,
        kind=kind,
        title=title % names_of(pairing),
        url=pairing.get_absolute_url(),
        uid=f"{uid}-{pairing.reference}",
        code=code_of(household),
        municipality=household.municipality.name,
        about=pairing.reference,
    )


def names_of(pairing: Pairing) -> dict[str, str]:
    """Both families by name: they were told to each other."""
    return {
        "request": words.family_name(pairing.request.family.household),
        "support": words.family_name(pairing.offer.family.household),
    }


def pairings_of(household: Household, user: User) -> list[tuple[str, str]]:
    """Running pairings of a household that she may see: the reference with a title."""
    found = (
        Pairing.objects.visible_to(user)
        .running()
        .filter(
            Q(request__family__household=household)
            | Q(offer__family__household=household)
        )
        .select_related(*HOUSEHOLDS)
        .order_by("started_on", "pk")
    )
    return [
        (one.reference, _("%(request)s and %(support)s") % names_of(one))
        for one in found
    ]

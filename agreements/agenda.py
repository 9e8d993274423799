"""Evaluations in the agenda of a coordinator."""

import datetime as dt

from django.utils.translation import gettext as _

from agreements.core import clock
from agreements.models import Evaluation
from agreements.panels.clock import course_of, guided_pairings
from agreements.panels.evaluations import HOUSEHOLDS
from families.agenda import AgendaItem, code_of, is_hers
from families.models import Appointment, User
from matching.agenda import names_of
from matching.models import Pairing


def appointments(user: User, first: dt.date, last: dt.date) -> list[AgendaItem]:
    """Evaluations of these days of pairings that she leads."""
    found = (
        Evaluation.objects.visible_to(user)
        .open()
        .filter(is_hers(user, "pairing__lead", "due_on"))
        .filter(due_on__range=(first, last), pairing__ended_on=None)
        .exclude(pairing__stage=Pairing.Stage.INDEPENDENT)
        .select_related(*(f"{path}__municipality" for path in HOUSEHOLDS))
        .order_by("due_on", "pk")
    )
    return [
        _item(
            one.pairing,
            one.due_on,
            title=_("Evaluation: %(request)s and %(support)s"),
            url=one.get_absolute_url(),
            uid=f"evaluatie-{one.reference}",
        )
        for one in found
    ]


def half_years(user: User, first: dt.date, last: dt.date) -> list[AgendaItem]:
    """Half years that are over in these days, when nobody evaluated yet.

    Apart from the rest: on its day it is a row of Vandaag by itself.
    """
    found = []
    for pairing in guided_pairings(user, on=first):
        course = course_of(pairing, on=first)
        if (
            pairing.lead_id != user.coordinator.pk
            or course.definite_on is None
            or course.is_evaluating
        ):
            continue
        day = clock.last_half_year(course.definite_on, on=last)
        if day is not None and day >= first and not clock.was_evaluated(course, day):
            found.append(
                _item(
                    pairing,
                    day,
                    title=_("Time to evaluate: %(request)s and %(support)s"),
                    url=pairing.get_absolute_url(),
                    uid=f"halfjaar-{pairing.reference}-{day}",
                )
            )
    return found


def _item(
    pairing: Pairing, day: dt.date, *, title: str, url: str, uid: str
) -> AgendaItem:
    household = pairing.request.family.household
    return AgendaItem(
        on=day,
        kind=Appointment.Kind.EVALUATION,
        title=title % names_of(pairing),
        url=url,
        uid=uid,
        code=code_of(household),
        municipality=household.municipality.name,
        about=pairing.reference,
    )

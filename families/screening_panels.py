"""What coordinators see of a screening that has to go on: a new adult in a home."""

import datetime as dt

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from families import people
from families.models import (
    Coordinator,
    Membership,
    ScreeningCheck,
    SupportOffer,
    User,
)
from families.panels import ShownHousehold, TodayRow, Urgency

VOG = ScreeningCheck.Kind.VOG
# Before that the screening has not been finished, so nothing opens it again.
WAS_SCREENED = (SupportOffer.Stage.AVAILABLE, SupportOffer.Stage.PAUSED)


def today_rows(user: User, *, on: dt.date) -> list[TodayRow]:
    """Adults of support families who came, or came of age, after the screening.

    One row for each adult of whom nobody asked a VOG yet. It goes by itself once
    somebody does.
    """
    return [_row(one, on=on) for one in _never_asked(user, on=on)]


def _never_asked(user: User, *, on: dt.date) -> list[Membership]:
    """Members without a VOG check, of homes of `user` that were screened."""
    offers = SupportOffer.objects.filter(
        family__household=OuterRef("household"), stage__in=WAS_SCREENED
    )
    asked = ScreeningCheck.objects.current().filter(kind=VOG, person=OuterRef("person"))
    of_others = ScreeningCheck.objects.current().filter(
        kind=VOG, person__memberships__household=OuterRef("household")
    )
    members = (
        Membership.objects.visible_to(user)
        .current_on(on)
        .filter(_cared_for_by(user, on=on))
        .filter(Exists(offers), Exists(of_others), ~Exists(asked))
        .select_related("person", "household")
        .order_by("pk")
    )
    return [one for one in members if people.is_adult(one, on)]


def _cared_for_by(user: User, *, on: dt.date) -> Q:
    """Households of the user, of nobody, and of whom the user stands in for."""
    still_works_there = Coordinator.objects.filter(
        pk=OuterRef("household__coordinator"),
        municipalities=OuterRef("household__municipality"),
        user__is_active=True,
    )
    return (
        Q(household__coordinator=None)
        | Q(household__coordinator__user=user)
        | Q(
            household__coordinator__deputy__user=user,
            household__coordinator__deputy_from__lte=on,
            household__coordinator__deputy_until__gte=on,
        )
        | ~Exists(still_works_there)
    )


def _row(membership: Membership, *, on: dt.date) -> TodayRow:
    household, person = membership.household, membership.person
    since, why = membership.from_on, _("Lives there since %(day)s.")
    grown_on = people.of_age_from(person)
    is_child_here = membership.role not in people.GROWN_UPS
    if is_child_here and grown_on is not None and grown_on > since:
        since, why = grown_on, _("Turned 18 around %(day)s.")
    name = person.name or person.reference
    title = _("Ask for the VOG: %(person)s, the %(name)s family")
    return TodayRow(
        urgency=Urgency.AGES,
        household=ShownHousehold(household.reference, household.name),
        side="support",
        title=title % {"person": name, "name": household.name},
        why=why % {"day": date_format(since, "j F Y")},
        since=min(since, on),
        action_label=_("To the screening"),
        action_url=reverse("families:screening", args=[household.reference]),
        tags=(("warn", _("VOG")),),
    )

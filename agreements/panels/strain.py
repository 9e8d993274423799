"""Pairings under strain, as rows of Vandaag and lines of the course of a family."""

import datetime as dt

from django.db.models import F, OuterRef, Q, Subquery
from django.urls import reverse
from django.utils.translation import gettext as _

from agreements.models import Strain
from agreements.shown.sides import HOUSEHOLDS, household_of
from families.models import Household, User
from families.panels import CourseLine, ShownHousehold, TodayRow, Urgency
from matching.wording import words
from matching.wording.names import Names


def today_rows(own: Names, *, on: dt.date) -> list[TodayRow]:
    """Strains to look at again, and pairings that were to be rounded off after one."""
    last = Strain.objects.filter(pairing=OuterRef("pairing")).order_by("-row_version")
    strains = (
        Strain.objects.visible_to(own.user)
        .filter(pairing__ended_on=None)
        .filter(
            Q(closed_on=None, look_again_on__lte=on)
            | Q(outcome=Strain.Outcome.ENDED, pk=Subquery(last.values("pk")[:1]))
        )
        .select_related(*(f"pairing__{path}" for path in HOUSEHOLDS.values()))
        .order_by(F("look_again_on").asc(), "pk")
    )
    return [_row(one, own) for one in strains]


def _row(strain: Strain, own: Names) -> TodayRow:
    pairing = strain.pairing
    request, support = (household_of(pairing, side) for side in HOUSEHOLDS)
    household = request if own.knows(request) else support
    names = {
        "request": words.family_name(request),
        "support": words.family_name(support),
    }
    if strain.closed_on is None:
        title = _("Look again: %(request)s and %(support)s") % names
        why = _("You planned to look again how it goes between them.")
        since, label = strain.look_again_on, _("Look")
        url = reverse("agreements:strain", args=[pairing.reference])
    else:
        title = _("Round off: %(request)s and %(support)s") % names
        why = _("It was decided that they stop. The pairing still runs.")
        since, label = strain.closed_on, _("Round off")
        url = reverse("agreements:pairing-end", args=[pairing.reference])
    return TodayRow(
        urgency=Urgency.BLOCKS_SOMEBODY,
        household=ShownHousehold(household.reference, household.name),
        side="pairing",
        title=title,
        why=why,
        since=since,
        action_label=label,
        action_url=url,
        tags=(("warn", _("Under strain")),) if strain.closed_on is None else (),
    )


def course_lines(household: Household, *, user: User) -> list[CourseLine]:
    """When it rubbed and how it came out, without what anybody said."""
    paths = HOUSEHOLDS.values()
    of_household = Q()
    for path in paths:
        of_household |= Q(**{f"pairing__{path}": household})
    strains = (
        Strain.objects.visible_to(user)
        .filter(of_household)
        .select_related("recorded_by", *(f"pairing__{path}" for path in paths))
        .order_by("row_version", "pk")
    )
    lines = []
    for strain in strains:
        pairing = strain.pairing
        other = next(
            family
            for side in HOUSEHOLDS
            if (family := household_of(pairing, side)) != household
        )
        values = {"family": words.family_name(other)}
        url = reverse("agreements:strain", args=[pairing.reference])
        lines.append(
            CourseLine(
                strain.raised_on,
                "event",
                _("Under strain with %(family)s") % values,
                by=strain.recorded_by.name,
                url=url,
            )
        )
        if strain.closed_on is not None:
            lines.append(
                CourseLine(
                    strain.closed_on, "event", _outcome(strain) % values, url=url
                )
            )
    return lines


def _outcome(strain: Strain) -> str:
    # That safety was at stake is not for everybody who opens the course.
    return {
        Strain.Outcome.REPAIRED: _("Strain with %(family)s: repaired"),
        Strain.Outcome.SMALLER: _("Strain with %(family)s: they go on, smaller"),
        Strain.Outcome.ENDED: _("Strain with %(family)s: they stop"),
    }.get(strain.outcome, _("Strain with %(family)s: rounded off"))

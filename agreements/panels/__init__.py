"""What agreements offer to the pages that show all apps."""

import datetime as dt

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from agreements import wording
from agreements.history import History, terms_of, with_families
from agreements.models import AgreementVersion
from agreements.panels import clock, evaluations, strain, waiting
from families.models import Household, User
from families.panels import CourseLine, Panel, TodayRow
from matching.models import Pairing
from matching.wording.names import Names


def today_rows(user: User, *, on: dt.date) -> list[TodayRow]:
    """What waits for a family, what rubs, and what the clock of a pairing asks."""
    own = Names(user)
    return [
        *waiting.today_rows(own, on=on),
        *strain.today_rows(own, on=on),
        *clock.today_rows(own, on=on),
        *evaluations.today_rows(own, on=on),
    ]


def family_panels(household: Household, *, user: User, on: dt.date) -> list[Panel]:
    """What holds on a day in each running pairing of a family."""
    pairings = with_families(
        Pairing.objects.visible_to(user).running().filter(_of(household))
    ).order_by("started_on", "pk")
    shown = []
    for pairing in pairings:
        history = History.of(pairing)
        if history.agreement is None:
            continue
        in_force = history.in_force_on(on)
        other = (
            history.names.support
            if pairing.request.family.household == household
            else history.names.request
        )
        shown.append(
            {
                "with": other.name,
                "url": history.agreement.get_absolute_url(),
                "version": in_force,
                "draft": history.draft,
                "pause": history.pause_on(on),
                "sentences": [
                    wording.sentences(one, history.names) for one in terms_of(in_force)
                ],
            }
        )
    panels = evaluations.family_panels(household, user=user)
    if shown:
        context = {"agreements": shown}
        panels.append(Panel(30, "agreements/_family_panel.html", context))
    return panels


def course(household: Household, *, user: User, on: dt.date) -> list[CourseLine]:
    """Each version in the life of a family: on the day it was settled, or recorded."""
    visible = Pairing.objects.visible_to(user).filter(_of(household))
    pairings = with_families(visible, terms=False)
    lines = []
    for pairing in pairings.order_by("pk"):
        history = History.of(pairing)
        other = (
            history.names.support
            if pairing.request.family.household == household
            else history.names.request
        )
        lines += [_course_line(one, other.name) for one in history.versions]
    return [
        *lines,
        *strain.course_lines(household, user=user),
        *evaluations.course_lines(household, user=user),
    ]


def _of(household: Household) -> Q:
    return Q(request__family__household=household) | Q(
        offer__family__household=household
    )


def _course_line(version: AgreementVersion, other: str) -> CourseLine:
    values = {"number": version.number, "family": other}
    if version.is_draft:
        text = _("Agreements with %(family)s, version %(number)d: waits for a yes")
    elif version.is_put_away:
        text = _("Agreements with %(family)s, version %(number)d: did not go through")
    elif version.kind == AgreementVersion.Kind.STOP:
        text = _("Agreements with %(family)s stopped")
    else:
        text = _("Agreements with %(family)s, version %(number)d: settled")
    return CourseLine(
        timezone.localdate(version.settled_at or version.recorded_at),
        "event",
        text % values,
        by=version.recorded_by.name,
        url=version.get_absolute_url(),
    )

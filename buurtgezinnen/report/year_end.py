"""What is to be put in order before a year is closed."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from families.models import (
    ContactMoment,
    Household,
    SupportOffer,
    SupportRequest,
    Task,
    User,
)
from matching.models import Pairing
from matching.wording.names import Names

SILENT_FOR = dt.timedelta(days=91)
BOTH = (
    "request__family__household__municipality",
    "offer__family__household__municipality",
)


@dataclass(frozen=True)
class Check:
    """One thing that may be out of order, with the households or pairings it is in."""

    key: str
    title: str
    action: str
    found: QuerySet


def checks_of(user: User, *, on: dt.date) -> list[Check]:
    """Every check, the ones without anything too."""
    households = Household.objects.visible_to(user).filter(merged_into=None)
    running = Pairing.objects.visible_to(user).running().select_related(*BOTH)
    promised = Task.objects.open().filter(household=OuterRef("pk"), due_on__lt=on)
    return [
        Check(
            "zonder-fase",
            _("Families without a request or an offer"),
            _("Open the family and note what it asks or gives, or round it off."),
            households.filter(
                Q(request_family__isnull=False, request_family__requests=None)
                | Q(support_family__isnull=False, support_family__offers=None)
            ).order_by("pk"),
        ),
        Check(
            "zonder-datum",
            _("Introductions without a date"),
            _("Open the pairing and plan the introduction."),
            running.filter(
                stage=Pairing.Stage.INTRODUCTION, introduction_on=None
            ).order_by("started_on", "pk"),
        ),
        Check(
            "proef-voorbij",
            _("Trials that are over"),
            _("Open the pairing and say how it goes on."),
            running.filter(stage=Pairing.Stage.TRIAL, trial_until__lt=on).order_by(
                "trial_until", "pk"
            ),
        ),
        Check(
            "stil",
            _("Families that were silent for three months"),
            _("Open the family and call."),
            _silent(households, on=on).order_by("pk"),
        ),
        Check(
            "beloftes",
            _("Families with a promise that is past"),
            _("Open the family and keep the promise, or choose a new day."),
            households.filter(Exists(promised)).order_by("pk"),
        ),
    ]


def _silent(households: QuerySet, *, on: dt.date) -> QuerySet:
    """Those with something open for so long, and nobody reached since."""
    since = on - SILENT_FOR
    mine = {"family__household": OuterRef("pk"), "waiting_since__lt": since}
    reached = ContactMoment.objects.standing().filter(
        household=OuterRef("pk"),
        outcome=ContactMoment.Outcome.REACHED,
        happened_on__gte=since,
    )
    return households.filter(
        Exists(SupportRequest.objects.open().filter(**mine))
        | Exists(SupportOffer.objects.open().filter(**mine)),
        ~Exists(reached),
    )


def lines_of(found: list[Household | Pairing], user: User) -> list[tuple[str, str]]:
    """What each is called, as `user` may know it, and its page."""
    names = Names(user)
    return [(_title(one, names), one.get_absolute_url()) for one in found]


def _title(one: Household | Pairing, names: Names) -> str:
    if isinstance(one, Household):
        return capfirst(names.request(one))
    return _("%(request)s and %(support)s") % {
        "request": capfirst(names.request(one.request.family.household)),
        "support": names.support(one.offer.family.household),
    }

"""Which families a list shows, and what it says of each."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db.models import (
    Exists,
    F,
    Max,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
)
from django.db.models.functions import Coalesce
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from families import people
from families.models import (
    Household,
    Municipality,
    SupportOffer,
    SupportRequest,
    Task,
)

CLOSED = ("ended", "withdrawn")
# Who waits longer than this is marked, in words.
LONG_WAIT_DAYS = 30
# To ask for a VOG once more is no next step until it is this near.
SCREENING_SHOWN_BEFORE = dt.timedelta(days=60)
Stages = tuple[Collection[str], Collection[str]]


@dataclass(frozen=True)
class WishLine:
    """What a family asks or gives, in a list."""

    side: str
    reference: str
    stage: str
    waits: bool
    ready: bool
    days: int

    @property
    def matchable(self) -> bool:
        """Whether a support family may be searched for it."""
        return self.side == "request" and self.ready

    @property
    def long(self) -> bool:
        """Whether the family waits longer than is right."""
        return self.waits and self.days > LONG_WAIT_DAYS


@dataclass(frozen=True)
class FamilyRow:
    """A family in a list."""

    household: Household
    town: str
    wishes: list[WishLine]
    next_task: Task | None
    last_contact: dt.date | None
    vog_is_late: bool = False


def waiting_list(found: QuerySet[Household]) -> QuerySet[Household]:
    """Households with a request that is ready to be matched, longest waiting first."""
    return _with_wishes(found, side="request", stages=(["waiting"], []))


def family_list(
    found: QuerySet[Household],
    *,
    side: str = "",
    stages: Stages | None = None,
    municipality: Municipality | None = None,
) -> QuerySet[Household]:
    """Households by side, stage and municipality, the oldest wish first.

    Args:
        found: what the user may see.
        side: "request", "support", or "" for both.
        stages: of requests and of offers; None for all that have not ended.
        municipality: None for all.
    """
    if municipality is not None:
        found = found.filter(municipality=municipality)
    return _with_wishes(found, side=side, stages=stages)


def loaded(found: QuerySet[Household], *, on: dt.date) -> QuerySet[Household]:
    """The households with all that a row of a list says."""
    open_requests = SupportRequest.objects.exclude(stage__in=CLOSED)
    open_offers = SupportOffer.objects.exclude(stage__in=CLOSED)
    return (
        found.select_related("municipality", "request_family", "support_family")
        .annotate(last_contact=Max("contacts__happened_on"))
        .prefetch_related(
            *people.people_and_home(on),
            Prefetch(
                "request_family__requests",
                open_requests.order_by("waiting_since", "pk"),
                to_attr="open_wishes",
            ),
            Prefetch(
                "support_family__offers",
                open_offers.order_by("waiting_since", "pk"),
                to_attr="open_wishes",
            ),
            Prefetch(
                "tasks",
                Task.objects.open()
                .exclude(
                    kind=Task.Kind.SCREENING, due_on__gt=on + SCREENING_SHOWN_BEFORE
                )
                .order_by("due_on", "pk"),
                to_attr="open_tasks",
            ),
        )
    )


def recent_first(found: QuerySet[Household], *, on: dt.date) -> QuerySet[Household]:
    """Loaded households: who asks attention first, then who was spoken last."""
    asks = Task.objects.open().filter(
        Q(later_until=None) | Q(later_until__lte=on),
        Q(due_on__lte=on) | Q(promised=True),
        household=OuterRef("pk"),
    )
    return found.annotate(due=Exists(asks)).order_by(
        F("due").desc(), F("last_contact").desc(nulls_last=True), "-pk"
    )


def family_row(household: Household, *, on: dt.date) -> FamilyRow:
    """What a list says of a household that was `loaded`."""
    wishes = [
        WishLine(
            side=side,
            reference=one.reference,
            stage=_stage_of(one),
            waits=one.stage in ("applied", "talking", "waiting"),
            ready=one.stage == SupportRequest.Stage.WAITING,
            days=one.days_waiting(on),
        )
        for side, role in (
            ("request", getattr(household, "request_family", None)),
            ("support", getattr(household, "support_family", None)),
        )
        if role is not None
        for one in role.open_wishes
    ]
    task = next(iter(household.open_tasks), None)
    return FamilyRow(
        household=household,
        town=people.town(household),
        wishes=wishes,
        next_task=task,
        last_contact=household.last_contact,
        vog_is_late=task is not None
        and task.kind == Task.Kind.SCREENING
        and task.due_on < on,
    )


def _stage_of(wish: SupportRequest | SupportOffer) -> str:
    """The stage in words; of a pause also until when."""
    if wish.paused_until is None:
        return str(wish.get_stage_display())
    return _("Paused until %(day)s") % {"day": date_format(wish.paused_until, "j F Y")}


def _with_wishes(
    found: QuerySet[Household], *, side: str, stages: Stages | None
) -> QuerySet[Household]:
    requests = SupportRequest.objects.filter(family__household=OuterRef("pk"))
    offers = SupportOffer.objects.filter(family__household=OuterRef("pk"))
    if stages is None:
        requests = requests.exclude(stage__in=CLOSED)
        offers = offers.exclude(stage__in=CLOSED)
    else:
        requests = requests.filter(stage__in=stages[0])
        offers = offers.filter(stage__in=stages[1])
    has = {"request": Q(Exists(requests)), "support": Q(Exists(offers))}
    wanted = has.get(side, has["request"] | has["support"])
    return (
        found.filter(wanted, merged_into=None)
        .annotate(since=Coalesce(_first_day(requests), _first_day(offers)))
        .order_by("since", "pk")
    )


def _first_day(wishes: QuerySet[Any]) -> Subquery:
    return Subquery(wishes.order_by("waiting_since").values("waiting_since")[:1])

"""Which coordinator an application goes to, and by when the family is called."""

import datetime as dt
from dataclasses import dataclass

from django.db import models
from django.db.models import Count, Exists, OuterRef, Q, Subquery

from families.models import (
    Coordinator,
    Municipality,
    Partnership,
    PartnershipTerm,
    SupportOffer,
    SupportRequest,
)


class NotServed(Exception):
    """Nobody takes applications in this municipality now."""


@dataclass(frozen=True)
class Call:
    """Who guides the family, who calls first, and by when."""

    coordinator: Coordinator
    caller: Coordinator
    due_on: dt.date


def taking_part(on: dt.date) -> models.QuerySet[Municipality]:
    """Municipalities where somebody takes applications on `on`."""
    term = PartnershipTerm.objects.filter(
        municipality=OuterRef("pk"), starts_on__lte=on
    ).order_by("-starts_on")
    staffed = Coordinator.objects.filter(
        municipalities=OuterRef("pk"), user__is_active=True
    )
    return (
        Municipality.objects.filter(Exists(staffed))
        .alias(state=Subquery(term.values("partnership__state")[:1]))
        .filter(state=Partnership.State.OPEN)
    )


def first_call(municipality: Municipality, *, on: dt.date, working_days: int) -> Call:
    """The coordinator with most room; somebody who is away without a deputy comes last.

    A deputy calls for who is away, and the promise follows the deputy's working days.
    """
    if not taking_part(on).filter(pk=municipality.pk).exists():
        raise NotServed(municipality)
    asking = Q(households__request_family__requests__in=SupportRequest.objects.open())
    giving = Q(households__support_family__offers__in=SupportOffer.objects.open())
    candidates = (
        Coordinator.objects.filter(municipalities=municipality, user__is_active=True)
        .select_related("user", "deputy__user")
        .annotate(
            n_open=Count("households", filter=asking | giving, distinct=True),
        )
    )
    calls = []
    for coordinator in candidates:
        caller = caller_of(coordinator, on=on)
        due_on = caller.promise(on, working_days)
        away = _on_leave(caller, on)
        rank = (away, coordinator.n_open, due_on, coordinator.pk)
        calls.append((rank, Call(coordinator, caller, due_on)))
    return min(calls, key=lambda ranked: ranked[0])[1]


def caller_of(coordinator: Coordinator, *, on: dt.date) -> Coordinator:
    """Who calls the families of a coordinator: the deputy while she is away."""
    return _deputy(coordinator, on) or coordinator


def _deputy(coordinator: Coordinator, on: dt.date) -> Coordinator | None:
    starts, ends = coordinator.deputy_from, coordinator.deputy_until
    if coordinator.deputy is None or starts is None or ends is None:
        return None
    now = starts <= on <= ends and coordinator.deputy.user.is_active
    return coordinator.deputy if now else None


def _on_leave(coordinator: Coordinator, on: dt.date) -> bool:
    starts, ends = coordinator.leave_from, coordinator.leave_until
    return starts is not None and ends is not None and starts <= on <= ends

"""Households that may be the same family: pointed out, and decided on."""

import datetime as dt
from typing import Any

from django.apps import apps
from django.db import models, transaction
from django.db.models import Q

from families.models import (
    AuditEvent,
    Consent,
    Coordinator,
    Household,
    OwnRequest,
    Person,
    PossibleDouble,
    RequestFamily,
    SupportFamily,
    SupportOffer,
    SupportRequest,
    Task,
    User,
)
from families.services import tasks
from families.services.audit import record

Outcome = PossibleDouble.Outcome
ROLES = ("request", "support")
# Nobody else depends on a wish in one of these stages: no proposal, no pairing.
ALONE = {
    "request": (
        SupportRequest.Stage.APPLIED,
        SupportRequest.Stage.TALKING,
        SupportRequest.Stage.WAITING,
        SupportRequest.Stage.PAUSED,
    ),
    "support": (
        SupportOffer.Stage.APPLIED,
        SupportOffer.Stage.TALKING,
        SupportOffer.Stage.PAUSED,
    ),
}


class Settled(Exception):
    """Somebody decided on it meanwhile."""


class BothBusy(Exception):
    """Others depend on what both ask or give, or one has several wishes."""


class StillToSettle(Exception):
    """One of them asked to be erased, or that nothing is done any more."""


def family_of(household: Household, role: str) -> RequestFamily | SupportFamily | None:
    """The role of a household: "request" or "support"."""
    return getattr(household, f"{role}_family", None)


def open_wish(
    family: RequestFamily | SupportFamily,
) -> SupportRequest | SupportOffer | None:
    """The oldest wish of a family that has not ended."""
    return _open_wishes(family).order_by("pk").first()


def goes_on_as(
    wish: SupportRequest | SupportOffer,
) -> SupportRequest | SupportOffer | None:
    """What a wish became that was put together with an earlier one; None otherwise."""
    kept = wish.family.household.merged_into
    if kept is None:
        return None
    role = "request" if isinstance(wish, SupportRequest) else "support"
    family = family_of(kept, role)
    return open_wish(family) if family else None


def note_doubles(household: Household, *, on: dt.date) -> list[PossibleDouble]:
    """Points out to the coordinator who may be the same family as a new household.

    Part of the caller's transaction. Only households that one coordinator may both
    see: a family elsewhere is nobody's business here.
    """
    persons = Person.objects.filter(memberships__household=household)
    telephones = set(persons.values_list("telephone_index", flat=True)) - {""}
    emails = set(persons.values_list("email_index", flat=True)) - {""}
    same = Q(memberships__person__telephone_index__in=telephones) | Q(
        memberships__person__email_index__in=emails
    )
    others = (
        Household.objects.filter(same, merged_into=None)
        .filter(municipality__in=_seen_together(household))
        .exclude(pk=household.pk)
        .distinct()
        .order_by("pk")
    )
    return [
        _note(other, household, telephones, emails, on=on)
        for other in others
        if not is_noted(other, household)
    ]


def _seen_together(household: Household) -> "models.QuerySet[Any]":
    """Municipalities of which somebody sees the families together with this one's."""
    coordinators = Coordinator.objects.filter(municipalities=household.municipality_id)
    municipality = apps.get_model("families", "Municipality")
    return municipality.objects.filter(
        Q(pk=household.municipality_id) | Q(coordinators__in=coordinators)
    )


def is_to_settle(double: PossibleDouble) -> bool:
    """Whether one of the two took back its consent, or asked what nobody settled."""
    pair = (double.earlier_id, double.later_id)
    given = Consent.objects.filter(
        person__memberships__household__in=pair,
        purpose=Consent.Purpose.CONTACT_AND_SEARCH,
    ).values_list("given_at", "withdrawn_at")
    stopped = max((end for _start, end in given if end is not None), default=None)
    if stopped is not None and not any(
        end is None and start >= stopped for start, end in given
    ):
        return True
    return OwnRequest.objects.filter(
        household__in=pair,
        kind__in=(OwnRequest.Kind.ERASE, OwnRequest.Kind.WITHDRAW),
        settled_at=None,
        undone_at=None,
    ).exists()


def is_noted(one: Household, other: Household) -> bool:
    """Whether two households were pointed out already, whatever was decided."""
    return PossibleDouble.objects.filter(
        Q(earlier=one, later=other) | Q(earlier=other, later=one)
    ).exists()


def _note(
    earlier: Household,
    later: Household,
    telephones: set[str],
    emails: set[str],
    *,
    on: dt.date,
) -> PossibleDouble:
    members = Person.objects.filter(memberships__household=earlier)
    double = PossibleDouble.objects.create(
        earlier=earlier,
        later=later,
        same_telephone=members.filter(telephone_index__in=telephones).exists(),
        same_email=members.filter(email_index__in=emails).exists(),
    )
    system = AuditEvent.ActorKind.SYSTEM
    record(double, verb="created", by=system)
    tasks.plan(
        later,
        Task.Kind.DOUBLE,
        on,
        about=double.reference,
        coordinator=_who_sees_both(earlier, later),
        by=system,
    )
    return double


def _who_sees_both(earlier: Household, later: Household) -> Coordinator | None:
    """Who compares them: the guide of the later one, if she may see the earlier too."""
    sees = Coordinator.objects.filter(
        municipalities=earlier.municipality_id, user__is_active=True
    ).filter(municipalities=later.municipality_id)
    guide = sees.filter(households=later).first()
    return guide or sees.order_by("pk").first()


@transaction.atomic
def settle_as_different(double: PossibleDouble, *, at: dt.datetime, by: User) -> None:
    """These are two families; nobody is asked again.

    Raises:
        Settled: somebody decided on it meanwhile.
    """
    locked = lock_pair(double)
    if locked.outcome != Outcome.OPEN:
        raise Settled(locked.reference)
    settle(locked, Outcome.DIFFERENT, at=at, by=by)


def which_stays(
    double: PossibleDouble, *, lock: bool = False
) -> tuple[Household, Household]:
    """The household that stays, and the one that goes into it.

    The first to apply stays, unless others depend on the second one only. With `lock`
    the wishes stay as they are judged, until the transaction of the caller ends.

    Raises:
        BothBusy: others depend on both.
    """
    for stays, goes in (
        (double.earlier, double.later),
        (double.later, double.earlier),
    ):
        if _is_free(goes, stays, lock=lock):
            return stays, goes
    raise BothBusy(double.reference)


def _open_wishes(family: RequestFamily | SupportFamily) -> "models.QuerySet[Any]":
    wishes: Any = (
        family.requests if isinstance(family, RequestFamily) else family.offers
    )
    return wishes.open()


def _is_free(goes: Household, stays: Household, *, lock: bool) -> bool:
    """Whether nobody depends on what a household asks or gives in the same role."""
    if goes.merged_into_id or stays.merged_into_id:
        return False
    for role, stages in ALONE.items():
        theirs, ours = family_of(goes, role), family_of(stays, role)
        if theirs is None or ours is None:
            continue
        # Whoever proposes locks the same rows.
        rows = _open_wishes(theirs)
        wishes = list(rows.select_for_update(no_key=True) if lock else rows)
        if len(wishes) > 1 or any(wish.stage not in stages for wish in wishes):
            return False
    return True


def lock_pair(double: PossibleDouble) -> PossibleDouble:
    """The pair as it is now, with both households locked in one order for all."""
    keys = sorted([double.earlier_id, double.later_id])
    households = [
        Household.objects.select_for_update(no_key=True).get(pk=pk) for pk in keys
    ]
    locked = PossibleDouble.objects.select_for_update(no_key=True).get(pk=double.pk)
    by_key = {one.pk: one for one in households}
    locked.earlier = by_key[locked.earlier_id]
    locked.later = by_key[locked.later_id]
    return locked


def settle(double: PossibleDouble, outcome: str, *, at: dt.datetime, by: User) -> None:
    """Writes what was decided; part of the caller's transaction."""
    double.outcome = outcome
    double.settled_at = at
    double.settled_by = by
    double.save(update_fields=["outcome", "settled_at", "settled_by"])
    record(double, verb="changed", by=by, fields=["outcome"])
    for task in Task.objects.open().filter(
        kind=Task.Kind.DOUBLE, about=double.reference
    ):
        tasks.finish(task, at=at, by=by)

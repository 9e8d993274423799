"""A family of which a referrer told answers the questions itself."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db import models

from families.models import (
    AuditEvent,
    Household,
    Membership,
    Person,
    Referral,
    SupportRequest,
    Task,
)
from families.services.audit import record
from families.services.intake.routing import Call
from families.services.intake.rows import (
    Columns,
    child_columns,
    contact_columns,
    join,
    language_columns,
    location_columns,
    request_columns,
    surname,
)
from families.services.intake.told import ChildTold, RequestTold
from families.services.wishes import is_asked

FIRST_TALKS = (SupportRequest.Stage.APPLIED, SupportRequest.Stage.TALKING)


def complete(
    referral: Referral, told: RequestTold, call: Call, *, on: dt.date
) -> tuple[SupportRequest, Person] | None:
    """Writes what the family told over what the referrer told of it.

    What the family left open stays as it was. Part of the caller's transaction.

    Args:
        referral: of this family.
        told: what the family told itself.
        call: who guides and calls, should the family live in another municipality.
        on: the day on which it was told.

    Returns:
        The request of the family, and whom to call; None where what we know is no
        longer what the referrer told: the family answered before, its request is past
        the first talks or over, or no parent lives there.
    """
    household = _household(referral)
    request = (
        SupportRequest.objects.select_for_update(of=("self",), no_key=True)
        .select_related("family")
        .filter(family__household=household, stage__in=FIRST_TALKS)
        .order_by("pk")
        .last()
    )
    parent = _parent(household)
    answered = referral.drafts.filter(submitted_at__isnull=False).exists()
    if request is None or parent is None or answered:
        return None
    home: Columns = {"name": surname(told.contact.name)}
    if told.matters.no_car:
        home["car"] = False
    if told.home.municipality != household.municipality:
        home |= {
            "municipality": told.home.municipality,
            "coordinator": call.coordinator,
        }
        household.tasks.open().filter(kind=Task.Kind.FIRST_CALL).update(
            coordinator=call.caller
        )
    _write(household, home)
    _write(parent, contact_columns(told.contact) | language_columns(told.language))
    _write(request.family, {"reciprocity": told.likes} if told.likes else {})
    columns = request_columns(told).items()
    _write(request, {name: value for name, value in columns if is_asked(value)})
    household.locations.filter(kind__in=("home", "none"), until_on=None).update(
        **location_columns(told.home)
    )
    _write_children(household, request, told.children, on=on)
    return request, parent


def _household(referral: Referral) -> Household:
    household = Household.objects.get(pk=referral.household_id)
    found = household.merged_into_id or household.pk
    return Household.objects.select_for_update(no_key=True).get(pk=found)


def _parent(household: Household) -> Person | None:
    parents = household.memberships.filter(role=Membership.Role.PARENT, until_on=None)
    first = parents.order_by("pk").values("person_id")[:1]
    return Person.objects.select_for_update(no_key=True).filter(pk__in=first).first()


def _write_children(
    household: Household,
    request: SupportRequest,
    told: Sequence[ChildTold],
    *,
    on: dt.date,
) -> None:
    """The children in the order in which the referrer told of them; more, or fewer."""
    known = list(request.children.order_by("pk"))
    for person, child in zip(known, told, strict=False):
        columns = child_columns(child, on=on)
        _write(person, columns if child.name else columns | {"name": person.name})
    new = [
        join(household, Membership.Role.CHILD, on=on, **child_columns(child, on=on))
        for child in told[len(known) :]
    ]
    request.children.set([*known[: len(told)], *new])
    gone = household.memberships.filter(person__in=known[len(told) :], until_on=None)
    gone.update(until_on=on)


def _write(row: models.Model, columns: dict[str, Any]) -> None:
    """Writes what differs, as a new version, on record."""
    changed = [name for name, value in columns.items() if getattr(row, name) != value]
    if not changed:
        return
    for name in changed:
        setattr(row, name, columns[name])
    row.row_version += 1  # type: ignore[attr-defined]
    row.save(update_fields=[*changed, "row_version"])
    record(row, verb="changed", by=AuditEvent.ActorKind.FAMILY, fields=changed)

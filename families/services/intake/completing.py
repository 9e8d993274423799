"""A family of which a referrer told answers the questions itself."""

import datetime as dt
from collections.abc import Collection, Sequence
from typing import Any

from django.db import models

from families import people
from families.models import (
    AuditEvent,
    Household,
    Location,
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
from families.services.intake.told import ChildTold, HomeTold, RequestTold
from families.services.wishes import is_asked

FIRST_TALKS = (SupportRequest.Stage.APPLIED, SupportRequest.Stage.TALKING)


def complete(
    referral: Referral,
    told: RequestTold,
    call: Call,
    *,
    invited: Collection[str],
    on: dt.date,
) -> tuple[SupportRequest, Person] | None:
    """Writes what the family told over what the referrer told of it.

    What the family left open stays as it was. Part of the caller's transaction.

    Args:
        referral: of this family.
        told: what the family told itself.
        call: who guides and calls, should the family live in another municipality.
        invited: references of the children that the family was asked about.
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
    _write_home(household, told.home, on=on)
    _write_children(household, request, told.children, invited=invited, on=on)
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
    invited: Collection[str],
    on: dt.date,
) -> None:
    """Each child that the family told of: who is known already, or somebody new.

    Whom it was asked about and does not name lives there no more. Whom a coordinator
    wrote down since then stays.
    """
    children = Membership.objects.current_on(on).filter(
        household=household, role=Membership.Role.CHILD
    )
    known = {
        one.person.reference: one.person for one in children.select_related("person")
    }
    named: list[Person] = []
    for child in told:
        columns = child_columns(child, on=on)
        person = known.get(child.reference)
        if person is None:
            person = join(household, Membership.Role.CHILD, on=on, **columns)
        else:
            _write(person, columns if child.name else columns | {"name": person.name})
        named.append(person)
    left = set(invited) - {child.reference for child in told}
    stay = request.children.exclude(reference__in=left)
    request.children.set({*stay, *named})
    children.filter(person__reference__in=left).update(until_on=on)


def _write_home(household: Household, told: HomeTold, *, on: dt.date) -> None:
    """Where the family lives by its own words; written down where nothing was."""
    columns = location_columns(told)
    homes = Location.objects.select_for_update(no_key=True).current_on(on)
    home = homes.filter(household=household, kind__in=people.HOMES).first()
    if home is not None:
        _write(home, columns)
        return
    made = Location.objects.create(household=household, from_on=on, **columns)
    record(made, verb="created", by=AuditEvent.ActorKind.FAMILY)


def _write(row: models.Model, columns: dict[str, Any]) -> None:
    """Writes what differs, as a new version, on record."""
    changed = [name for name, value in columns.items() if getattr(row, name) != value]
    if not changed:
        return
    for name in changed:
        setattr(row, name, columns[name])
    written = list(changed)
    if hasattr(row, "row_version"):
        row.row_version += 1
        written.append("row_version")
    row.save(update_fields=written)
    record(row, verb="changed", by=AuditEvent.ActorKind.FAMILY, fields=changed)

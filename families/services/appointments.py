"""Plans, changes and calls off what stands in the agenda of a coordinator."""

import datetime as dt
import uuid
from typing import Any

from django.db import transaction

from families.models import Appointment, Coordinator, Household, User
from families.services.audit import record


class KeyOfAnother(Exception):
    """The form was sent before, for another appointment."""


class ChangedMeanwhile(Exception):
    """Somebody else changed the appointment since it was shown."""


@transaction.atomic
def plan(
    coordinator: Coordinator,
    household: Household | None,
    *,
    by: User,
    form_key: uuid.UUID,
    **values: Any,
) -> tuple[Appointment, bool]:
    """Puts something in an agenda; the same `form_key` twice gives the first row.

    Args:
        coordinator: in whose agenda it stands.
        household: the family it is with; None for something else.
        by: who plans it.
        form_key: of the form that was sent.
        values: the other fields of `Appointment`.

    Returns:
        the appointment, and whether it is new.

    Raises:
        KeyOfAnother: the key belongs to an appointment with somebody else.
    """
    # The lock makes a double click wait and then find the row of the first.
    Coordinator.objects.select_for_update(no_key=True).get(pk=coordinator.pk)
    before = Appointment.objects.filter(form_key=form_key).first()
    if before is not None:
        of = household.pk if household else None
        if (before.coordinator_id, before.household_id) != (coordinator.pk, of):
            raise KeyOfAnother
        return before, False
    planned = Appointment.objects.create(
        coordinator=coordinator,
        household=household,
        made_by=by,
        form_key=form_key,
        **values,
    )
    record(planned, verb="created", by=by, fields=["starts_at"])
    return planned, True


@transaction.atomic
def change(
    appointment: Appointment, *, row_version: int, by: User, **values: Any
) -> None:
    """Moves an appointment, or changes what else is said of it.

    Raises:
        ChangedMeanwhile: somebody else changed it after `row_version`.
    """
    locked = _locked(appointment)
    if locked.row_version != row_version:
        raise ChangedMeanwhile
    changed = [name for name, value in values.items() if getattr(locked, name) != value]
    if changed:
        _save(locked, by=by, **{name: values[name] for name in changed})


@transaction.atomic
def call_off(appointment: Appointment, *, at: dt.datetime, by: User) -> bool:
    """Takes an appointment out of the agenda; whether it still stood there."""
    locked = _locked(appointment)
    if locked.cancelled_at is not None:
        return False
    _save(locked, by=by, cancelled_at=at, cancelled_by=by)
    return True


@transaction.atomic
def put_back(appointment: Appointment, *, by: User) -> bool:
    """Undoes that an appointment was called off; whether it was."""
    locked = _locked(appointment)
    if locked.cancelled_at is None:
        return False
    _save(locked, by=by, cancelled_at=None, cancelled_by=None)
    return True


def _locked(appointment: Appointment) -> Appointment:
    locked: Appointment = Appointment.objects.select_for_update(no_key=True).get(
        pk=appointment.pk
    )
    return locked


def _save(locked: Appointment, *, by: User, **values: Any) -> None:
    for name, value in values.items():
        setattr(locked, name, value)
    locked.row_version += 1
    locked.save(update_fields=[*values, "row_version"])
    record(locked, verb="changed", by=by, fields=values)

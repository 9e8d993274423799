"""Moves support requests and offers from stage to stage, keeping the history."""

import datetime as dt

from django.db import transaction

from families.models import AuditEvent, StageChange, SupportOffer, SupportRequest, User
from families.services.audit import record


class StageUnchanged(Exception):
    """It already is in this stage."""


@transaction.atomic
def change_stage(
    wishes: SupportRequest | SupportOffer,
    *,
    to: str,
    on: dt.date,
    by: User | AuditEvent.ActorKind,
    reason: str = "",
) -> StageChange:
    """Brings a request or offer into a stage and writes it in the history.

    Raises:
        StageUnchanged: it already is in this stage.
        ValueError: there is no such stage.
    """
    stage = type(wishes).Stage(to)
    locked = type(wishes).objects.select_for_update(no_key=True).get(pk=wishes.pk)
    if locked.stage == stage:
        raise StageUnchanged(stage)
    wishes.stage = stage
    written = ["stage"]
    if isinstance(wishes, SupportOffer) and stage != SupportOffer.Stage.PAUSED:
        wishes.paused_until = None
        written.append("paused_until")
    wishes.save(update_fields=written)
    who = by if isinstance(by, User) else None
    change = _first_or_next_stage(wishes, on=on, by=who, reason=reason)
    record(wishes, verb="changed", by=by, fields=["stage"])
    return change


def start_stage(
    wishes: SupportRequest | SupportOffer, *, on: dt.date, by: User | None
) -> StageChange:
    """Writes the first stage of a request or offer that was just made."""
    return _first_or_next_stage(wishes, on=on, by=by, reason="")


def _first_or_next_stage(
    wishes: SupportRequest | SupportOffer,
    *,
    on: dt.date,
    by: User | None,
    reason: str,
) -> StageChange:
    return StageChange.objects.create(
        request=wishes if isinstance(wishes, SupportRequest) else None,
        offer=wishes if isinstance(wishes, SupportOffer) else None,
        stage=wishes.stage,
        municipality_id=wishes.family.household.municipality_id,
        on=on,
        by=by,
        reason=reason,
    )

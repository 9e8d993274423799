"""Moves support requests and offers from stage to stage, keeping the history."""

import datetime as dt

from django.db import transaction
from django.utils import timezone

from families.models import AuditEvent, StageChange, SupportOffer, SupportRequest, User
from families.services import referrals
from families.services.audit import record

REQUEST_IS_OVER = (SupportRequest.Stage.ENDED, SupportRequest.Stage.WITHDRAWN)


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

    Where that ends all that a family asks, who referred it hears that.

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
    if stage != wishes.Stage.PAUSED:
        wishes.paused_until = None
        written.append("paused_until")
    wishes.save(update_fields=written)
    who = by if isinstance(by, User) else None
    change = _first_or_next_stage(wishes, on=on, by=who, reason=reason)
    record(wishes, verb="changed", by=by, fields=["stage"])
    if isinstance(wishes, SupportRequest) and stage in REQUEST_IS_OVER:
        referrals.tell_closed(wishes.family.household, at=timezone.now())
    return change


def start_stage(
    wishes: SupportRequest | SupportOffer, *, on: dt.date, by: User | None
) -> StageChange:
    """Writes the first stage of a request or offer that was just made."""
    return _first_or_next_stage(wishes, on=on, by=by, reason="")


def stage_before_pause(wishes: SupportRequest | SupportOffer) -> str:
    """What a request or offer that pauses goes back to.

    An offer pauses only once it is available. A request goes on where it was; who was
    not called yet is called then.
    """
    if isinstance(wishes, SupportOffer):
        return SupportOffer.Stage.AVAILABLE
    before = wishes.stages.exclude(stage=SupportRequest.Stage.PAUSED).order_by("-pk")
    former = before.values_list("stage", flat=True).first()
    goes_on = (SupportRequest.Stage.APPLIED, SupportRequest.Stage.WAITING)
    return former if former in goes_on else SupportRequest.Stage.TALKING


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

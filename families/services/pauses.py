"""Pauses of what families ask and give: until a day, with a task when it has come."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from families.models import (
    AuditEvent,
    Household,
    SupportOffer,
    SupportRequest,
    Task,
    User,
)
from families.services import tasks
from families.services.audit import record
from families.services.households import NotPossibleNow
from families.services.stages import change_stage, stage_before_pause

Wishes = SupportRequest | SupportOffer
Actor = User | AuditEvent.ActorKind
# The stages from which a pause may begin: nobody else depends on them.
REQUEST_MAY_PAUSE_IN = (
    SupportRequest.Stage.APPLIED,
    SupportRequest.Stage.TALKING,
    SupportRequest.Stage.WAITING,
)
OFFER_MAY_PAUSE_IN = (SupportOffer.Stage.AVAILABLE,)


def may_pause(wishes: Wishes) -> bool:
    """Whether a request or offer may rest, or does so already."""
    asks = isinstance(wishes, SupportRequest)
    begins: tuple[str, ...] = REQUEST_MAY_PAUSE_IN if asks else OFFER_MAY_PAUSE_IN
    return wishes.stage in (*begins, wishes.Stage.PAUSED)


@transaction.atomic
def pause(
    wishes: Wishes,
    *,
    until: dt.date | None,
    on: dt.date,
    at: dt.datetime,
    by: Actor,
) -> None:
    """Lets a request or offer rest, until a day or not; a later call moves the day.

    On that day a task asks whether the family goes on. Days of waiting that were keep
    counting for a request, those of the pause do not.

    Raises:
        NotPossibleNow: it is in a stage that does not lead there.
    """
    _lock(wishes)
    if not may_pause(wishes):
        raise NotPossibleNow(wishes.stage)
    if wishes.stage != wishes.Stage.PAUSED:
        change_stage(wishes, to=wishes.Stage.PAUSED, on=on, by=by)
    rest_until(wishes, until, at=at, by=by)


def rest_until(
    wishes: Wishes, until: dt.date | None, *, at: dt.datetime, by: Actor
) -> None:
    """Moves the day of a locked pause; part of the caller's transaction."""
    if wishes.paused_until == until:
        return
    wishes.paused_until = until
    wishes.save(update_fields=["paused_until"])
    record(wishes, verb="changed", by=by, fields=["paused_until"])
    finish_tasks(wishes, at=at, by=by)
    if until is not None:
        household = wishes.family.household
        tasks.plan(
            household,
            Task.Kind.NEXT_STEP,
            until,
            about=wishes.reference,
            text=_("Ask whether the pause is over"),
            coordinator=household.coordinator,
            by=by,
        )


@transaction.atomic
def resume(wishes: Wishes, *, on: dt.date, at: dt.datetime, by: User) -> None:
    """Ends a pause, as it was before; who was to ask for it need not any more.

    Raises:
        NotPossibleNow: it does not pause.
    """
    _lock(wishes)
    if wishes.stage != wishes.Stage.PAUSED:
        raise NotPossibleNow(wishes.stage)
    change_stage(wishes, to=stage_before_pause(wishes), on=on, by=by)
    finish_tasks(wishes, at=at, by=by)


def finish_tasks(wishes: Wishes, *, at: dt.datetime, by: Actor) -> None:
    """Takes the question whether a pause is over from the list of who was to ask it.

    Where the family itself made it needless it counts as done by whom it was for.
    """
    planned = (
        wishes.family.household.tasks.open()
        .filter(kind=Task.Kind.NEXT_STEP, about=wishes.reference)
        .select_related("coordinator__user")
    )
    for task in planned:
        who = by if isinstance(by, User) else task.coordinator and task.coordinator.user
        if who is None:
            tasks.fall_away(task, at=at, by=by)
        else:
            tasks.finish(task, at=at, by=who)


def _lock(wishes: Wishes) -> None:
    household = wishes.family.household
    Household.objects.select_for_update(no_key=True).get(pk=household.pk)
    type(wishes).objects.select_for_update(no_key=True).get(pk=wishes.pk)
    wishes.refresh_from_db()

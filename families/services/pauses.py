"""Pauses of support families: until a day, with a task when that day has come."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from families.models import Household, SupportOffer, Task, User
from families.services import tasks
from families.services.audit import record
from families.services.households import NotPossibleNow
from families.services.stages import change_stage

Stage = SupportOffer.Stage


@transaction.atomic
def pause(
    offer: SupportOffer,
    *,
    until: dt.date | None,
    on: dt.date,
    at: dt.datetime,
    by: User,
) -> None:
    """Lets an offer rest, until a day or without an end; a later call moves the day.

    On that day a task asks whether the family is available again.

    Raises:
        NotPossibleNow: the offer is not available, nor pausing already.
    """
    _lock(offer)
    if offer.stage not in (Stage.AVAILABLE, Stage.PAUSED):
        raise NotPossibleNow(offer.stage)
    if offer.stage == Stage.AVAILABLE:
        change_stage(offer, to=Stage.PAUSED, on=on, by=by)
    if offer.paused_until == until:
        return
    offer.paused_until = until
    offer.save(update_fields=["paused_until"])
    record(offer, verb="changed", by=by, fields=["paused_until"])
    _finish_tasks(offer, at=at, by=by)
    if until is not None:
        tasks.plan(
            offer.family.household,
            Task.Kind.NEXT_STEP,
            until,
            about=offer.reference,
            text=_("Ask whether the pause is over"),
            by=by,
        )


@transaction.atomic
def resume(offer: SupportOffer, *, on: dt.date, at: dt.datetime, by: User) -> None:
    """Makes an offer available again; who was to ask for it need not any more.

    Raises:
        NotPossibleNow: the offer does not pause.
    """
    _lock(offer)
    if offer.stage != Stage.PAUSED:
        raise NotPossibleNow(offer.stage)
    change_stage(offer, to=Stage.AVAILABLE, on=on, by=by)
    _finish_tasks(offer, at=at, by=by)


def _finish_tasks(offer: SupportOffer, *, at: dt.datetime, by: User) -> None:
    planned = offer.family.household.tasks.open().filter(
        kind=Task.Kind.NEXT_STEP, about=offer.reference
    )
    for task in planned:
        tasks.finish(task, at=at, by=by)


def _lock(offer: SupportOffer) -> None:
    household = offer.family.household
    Household.objects.select_for_update(no_key=True).get(pk=household.pk)
    SupportOffer.objects.select_for_update(no_key=True).get(pk=offer.pk)
    offer.refresh_from_db()

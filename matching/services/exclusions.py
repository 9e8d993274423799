"""Pairs that are not to be proposed, and looking for another one later."""

import datetime as dt
from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext as _

from families.models import SupportOffer, SupportRequest, Task, User
from families.services.audit import record
from families.services.tasks import who_does
from matching.models import Exclusion
from matching.services.locks import lock_families


@transaction.atomic
def exclude_pair(
    request: SupportRequest,
    offer: SupportOffer,
    *,
    reason: str,
    reason_text: str = "",
    until_on: dt.date | None = None,
    on: dt.date,
    by: User,
) -> Exclusion:
    """Remembers that two families are not to be proposed to each other.

    Replaces what was said of them before, also about another request of theirs.
    """
    lock_families(support_family_id=offer.family_id, request_id=request.pk)
    lift_exclusions(
        Exclusion.objects.between(request, offer).filter(lifted_on=None), on=on, by=by
    )
    exclusion = Exclusion.objects.create(
        request=request,
        offer=offer,
        reason=reason,
        reason_text=reason_text,
        from_on=on,
        until_on=until_on,
        made_by=by,
    )
    record(exclusion, verb="created", by=by)
    return exclusion


@transaction.atomic
def lift_exclusion(exclusion: Exclusion, *, on: dt.date, by: User) -> None:
    """Lets the pair be proposed again; lifting twice changes nothing."""
    lifted = Exclusion.objects.filter(pk=exclusion.pk, lifted_on=None)
    if lifted.update(lifted_on=on):
        record(exclusion, verb="changed", by=by, fields=["lifted_on"])


@transaction.atomic
def lift_exclusions(exclusions: Iterable[Exclusion], *, on: dt.date, by: User) -> None:
    """Lets two families be proposed again: of what was said of them, nothing stays."""
    for exclusion in exclusions:
        lift_exclusion(exclusion, on=on, by=by)


@transaction.atomic
def look_again(
    request: SupportRequest, *, due_on: dt.date, text: str, by: User
) -> Task:
    """Plans to look for a match once more: nobody fits now, which is a valid outcome.

    Planning it a second time moves the date.
    """
    # The lock keeps two who plan it at once from making two tasks.
    SupportRequest.objects.select_for_update(no_key=True).get(pk=request.pk)
    household = request.family.household
    planned = Task.objects.open().filter(
        household=household, kind=Task.Kind.NEXT_STEP, about=request.reference
    )
    task = planned.order_by("pk").first()
    if task is None:
        task = Task.objects.create(
            household=household,
            coordinator=who_does(household, by),
            kind=Task.Kind.NEXT_STEP,
            about=request.reference,
            due_on=due_on,
            text=text or _("Look for a match again"),
        )
        record(task, verb="created", by=by)
        return task
    task.coordinator = who_does(household, by)
    task.due_on, task.later_until = due_on, None
    task.text = text or _("Look for a match again")
    changed = ["coordinator", "due_on", "later_until", "text"]
    task.save(update_fields=changed)
    record(task, verb="changed", by=by, fields=changed)
    return task

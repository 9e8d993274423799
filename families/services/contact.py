"""Notes a contact with a family, and what follows from its outcome."""

import datetime as dt
import uuid
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from families.models import (
    ContactMoment,
    Coordinator,
    Household,
    SupportOffer,
    SupportRequest,
    Task,
    User,
)
from families.services import note_drafts, referrals, tasks
from families.services.audit import record
from families.services.stages import change_stage

# After so many tries without an answer a coordinator is offered a kind end.
TRIES_BEFORE_AN_END = 3


class KeyOfAnother(Exception):
    """The form was sent before, about another household."""


@dataclass(frozen=True)
class Noted:
    """A contact as it was written down, with what follows.

    Attributes:
        is_new: False when the same form had been sent before.
        next_try_on: the day of the next call, when nobody answered.
        tries: how often nobody answered since the last talk.
    """

    contact: ContactMoment
    is_new: bool
    next_try_on: dt.date | None = None
    tries: int = 0

    @property
    def may_end(self) -> bool:
        """Whether it is time to offer a kind end."""
        return self.tries >= TRIES_BEFORE_AN_END


@transaction.atomic
def note_contact(
    household: Household,
    *,
    kind: str,
    outcome: str,
    happened_on: dt.date,
    at: dt.datetime,
    by: User,
    form_key: uuid.UUID,
    text: str = "",
    sensitive: bool = False,
    next_step: str = "",
    next_on: dt.date | None = None,
    promised: bool = False,
    finished: Iterable[Task] = (),
    writer: User | None = None,
) -> Noted:
    """Writes down a contact; the same `form_key` twice gives the first row.

    Somebody who was reached need not be called any more, and a request or offer that
    waited for that comes into talks. Without an answer the next try is planned on the
    coordinator's next working day. A `next_on` becomes a task, `promised` when the
    family was told that day; `finished` are tasks that this contact settles. What
    changed is kept with the note, so that it can be put back. A `writer` other than
    `by` is whose note moves here from another family.

    Raises:
        KeyOfAnother: the key belongs to a contact with another household.
    """
    # The lock makes a double click wait and then find the row of the first.
    Household.objects.select_for_update(no_key=True).get(pk=household.pk)
    before = ContactMoment.objects.filter(form_key=form_key).first()
    if before is not None:
        if before.household_id != household.pk:
            raise KeyOfAnother
        return Noted(before, is_new=False)
    wishes = open_wishes(household)
    before_it = _open_tasks(household)
    stages = {one.reference: one.stage for one in wishes}
    contact = ContactMoment.objects.create(
        household=household,
        kind=kind,
        outcome=outcome,
        happened_on=happened_on,
        text=text,
        sensitive=sensitive,
        next_step=next_step,
        next_on=next_on,
        by=writer or by,
        form_key=form_key,
        **_about(wishes),
    )
    record(contact, verb="created", by=by, fields=["outcome"])
    for task in finished:
        # Closed by a colleague meanwhile: the note is kept all the same.
        with suppress(tasks.TaskIsDone):
            tasks.finish(task, at=at, by=by)
    if next_on is not None:
        tasks.plan(
            household,
            Task.Kind.NEXT_STEP,
            next_on,
            text=next_step,
            promised=promised,
            by=by,
        )
    note_drafts.forget(household, form_key=form_key, by=by)
    next_try_on, tries = None, 0
    if outcome == ContactMoment.Outcome.REACHED:
        _was_reached(household, wishes, at=at, by=by)
    else:
        next_try_on = _plan_next_try(household, on=timezone.localdate(at), by=by)
        tries = tries_without_answer(household)
    after_it = _open_tasks(household)
    contact.followed = {
        "at": at.isoformat(),
        "closed": sorted(before_it.keys() - after_it.keys()),
        "planned": sorted(after_it.keys() - before_it.keys()),
        "rests": [
            [pk, former, after_it[pk]]
            for pk, former in sorted(before_it.items())
            if after_it.get(pk, former) != former
        ],
        "talking": [
            one.reference for one in wishes if one.stage != stages[one.reference]
        ],
    }
    contact.save(update_fields=["followed"])
    return Noted(contact, is_new=True, next_try_on=next_try_on, tries=tries)


def _open_tasks(household: Household) -> dict[int, str | None]:
    """What is to be done for a household, with until when it rests."""
    found = household.tasks.open().values_list("pk", "later_until")
    return {pk: until.isoformat() if until else None for pk, until in found}


def tries_without_answer(household: Household) -> int:
    """How often nobody answered since somebody was last reached."""
    contacts = household.contacts.standing()
    reached = contacts.filter(outcome=ContactMoment.Outcome.REACHED)
    tries = contacts.exclude(outcome=ContactMoment.Outcome.REACHED)
    last = reached.order_by("-happened_on", "-pk").first()
    if last is not None:
        tries = tries.filter(
            Q(happened_on__gt=last.happened_on)
            | Q(happened_on=last.happened_on, pk__gt=last.pk)
        )
    return tries.count()


def open_wishes(household: Household) -> list[SupportRequest | SupportOffer]:
    """The requests and offers of a household that have not ended."""
    requests = SupportRequest.objects.open().filter(family__household=household)
    offers = SupportOffer.objects.open().filter(family__household=household)
    return [*requests.order_by("pk"), *offers.order_by("pk")]


def _about(
    wishes: list[SupportRequest | SupportOffer],
) -> dict[str, SupportRequest | SupportOffer]:
    """What a contact is about, where only one thing is possible."""
    if len(wishes) != 1:
        return {}
    return {"request" if isinstance(wishes[0], SupportRequest) else "offer": wishes[0]}


def _was_reached(
    household: Household,
    wishes: list[SupportRequest | SupportOffer],
    *,
    at: dt.datetime,
    by: User,
) -> None:
    calls = [Task.Kind.FIRST_CALL, Task.Kind.CALL_AGAIN]
    tasks.close_kinds(household, calls, at=at, by=by)
    tasks.close_calls_asked_for(household, at=at, by=by)
    for one in wishes:
        if one.stage == one.Stage.APPLIED:
            change_stage(one, to="talking", on=timezone.localdate(at), by=by)
    referrals.tell_called(household, at=at)


def _plan_next_try(household: Household, *, on: dt.date, by: User) -> dt.date:
    caller: Coordinator | None = tasks.who_does(household, by)
    next_try = caller.promise(on, 1) if caller else on + dt.timedelta(days=1)
    waiting = (
        household.tasks.open()
        .filter(kind__in=(Task.Kind.FIRST_CALL, Task.Kind.CALL_AGAIN))
        .select_for_update(no_key=True)
        .order_by("pk")
    )
    for task in waiting:
        # The promised day stays what the family was told.
        task.later_until = next_try
        task.save(update_fields=["later_until"])
        record(task, verb="changed", by=by, fields=["later_until"])
    if not waiting:
        tasks.plan(household, Task.Kind.CALL_AGAIN, next_try, by=by)
    return next_try

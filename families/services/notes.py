"""Changes a note while it is fresh, adds to it, takes it back, and empties it."""

import datetime as dt
import uuid
from contextlib import suppress

from django.db import transaction
from django.utils import timezone

from families.models import (
    ContactAddition,
    ContactMoment,
    Household,
    Task,
    User,
)
from families.services import contact, tasks
from families.services.audit import record
from families.services.households import ChangedMeanwhile, NotPossibleNow, step_back

CALLS = (Task.Kind.FIRST_CALL, Task.Kind.CALL_AGAIN)


class NoLongerOwn(Exception):
    """It is not a fresh note of this person: it can only be added to."""


class NoteIsEmpty(Exception):
    """Somebody emptied the note, or its writer took it back."""


@transaction.atomic
def change_note(
    note: ContactMoment,
    *,
    row_version: int,
    at: dt.datetime,
    by: User,
    kind: str,
    happened_on: dt.date,
    text: str,
    sensitive: bool,
) -> list[str]:
    """Writes a fresh note anew, by who wrote it.

    `row_version` is the version that the form showed.

    Returns:
        The names of what changed.

    Raises:
        NoLongerOwn: a day has passed, or somebody else wrote it.
        ChangedMeanwhile: it was changed after the form was shown.
    """
    locked = _lock(note)
    if not locked.may_be_changed_by(by, at=at):
        raise NoLongerOwn(note.pk)
    if locked.row_version != row_version:
        raise ChangedMeanwhile(note.pk)
    said = {
        "kind": kind,
        "happened_on": happened_on,
        "text": text,
        "sensitive": sensitive,
    }
    changed = [name for name, value in said.items() if getattr(locked, name) != value]
    if not changed:
        return []
    for name in changed:
        setattr(locked, name, said[name])
    locked.edited_at = at
    locked.row_version += 1
    locked.save(update_fields=[*changed, "edited_at", "row_version"])
    record(locked, verb="changed", by=by, fields=changed)
    return changed


@transaction.atomic
def add_to_note(
    note: ContactMoment, text: str, *, by: User, form_key: uuid.UUID
) -> ContactAddition:
    """Writes beneath a note what it lacks; the same `form_key` twice is one addition.

    Raises:
        NoteIsEmpty: there is nothing left to add to.
        KeyOfAnother: the key belongs to an addition to another note.
    """
    locked = _lock(note)
    before = ContactAddition.objects.filter(form_key=form_key).first()
    if before is not None:
        if before.contact_id != note.pk:
            raise contact.KeyOfAnother
        return before
    if locked.redacted_at is not None:
        raise NoteIsEmpty(note.pk)
    added = ContactAddition.objects.create(
        contact=locked, text=text, by=by, form_key=form_key
    )
    record(added, verb="created", by=by, fields=["text"])
    return added


@transaction.atomic
def take_back(note: ContactMoment, *, at: dt.datetime, by: User) -> None:
    """Empties a fresh note of one's own, and puts back what it changed.

    Raises:
        NoLongerOwn: a day has passed, or somebody else wrote it.
        NoteIsEmpty: it was taken back already, or emptied.
    """
    locked = _lock(note)
    if locked.redacted_at is not None:
        raise NoteIsEmpty(note.pk)
    if not locked.may_be_changed_by(by, at=at):
        raise NoLongerOwn(note.pk)
    _empty(locked, reason="", at=at, by=by)


@transaction.atomic
def redact(
    note: ContactMoment,
    *,
    reason: str,
    at: dt.datetime,
    by: User,
    to: Household | None = None,
) -> ContactMoment | None:
    """Empties a note that stands in the wrong place, and puts back what it changed.

    Its words are gone for good, with those of its additions and of the step that was
    planned; who did so, when and why is kept. With `to` the note moves to that family,
    as its writer wrote it.

    Returns:
        The note at the other family, if there is one.

    Raises:
        NoteIsEmpty: it was taken back already, or emptied.
    """
    # In one order, so that two who move notes to and fro do not wait for each other.
    keys = sorted({note.household_id, to.pk if to else note.household_id})
    list(
        Household.objects.select_for_update(no_key=True)
        .filter(pk__in=keys)
        .order_by("pk")
    )
    locked = _lock(note)
    if locked.redacted_at is not None:
        raise NoteIsEmpty(note.pk)
    moved = _copy(locked, to, at=at, by=by) if to is not None else None
    _empty(locked, reason=reason, at=at, by=by)
    return moved


def _lock(note: ContactMoment) -> ContactMoment:
    # The household first, like who notes a contact.
    Household.objects.select_for_update(no_key=True).get(pk=note.household_id)
    locked: ContactMoment = (
        ContactMoment.objects.select_for_update(no_key=True, of=("self",))
        .select_related("household", "by")
        .get(pk=note.pk)
    )
    return locked


def _copy(
    note: ContactMoment, to: Household, *, at: dt.datetime, by: User
) -> ContactMoment:
    """The same note at another family, with its additions and its next step."""
    waits = Task.objects.open().filter(
        pk__in=note.followed.get("planned", []), kind=Task.Kind.NEXT_STEP
    )
    step = waits.first()
    copy = contact.note_contact(
        to,
        kind=note.kind,
        outcome=note.outcome,
        happened_on=note.happened_on,
        at=at,
        by=by,
        form_key=uuid.uuid4(),
        text=note.text,
        sensitive=note.sensitive,
        next_step=note.next_step if step else "",
        next_on=step.due_on if step else None,
        promised=bool(step and step.promised),
        writer=note.by,
    ).contact
    # It is no fresher than it was.
    copy.recorded_at = note.recorded_at
    copy.save(update_fields=["recorded_at"])
    for addition in note.additions.order_by("pk"):
        added = ContactAddition.objects.create(
            contact=copy, text=addition.text, by=addition.by, form_key=uuid.uuid4()
        )
        added.recorded_at = addition.recorded_at
        added.save(update_fields=["recorded_at"])
    return copy


def _empty(note: ContactMoment, *, reason: str, at: dt.datetime, by: User) -> None:
    note.text = note.next_step = ""
    note.redacted_at, note.redacted_by = at, by
    note.redaction_reason = reason
    note.row_version += 1
    note.save(
        update_fields=[
            "text",
            "next_step",
            "redacted_at",
            "redacted_by",
            "redaction_reason",
            "row_version",
        ]
    )
    note.additions.update(text="")
    record(note, verb="changed", by=by, fields=["text", "redacted_at"])
    _put_back(note, at=at, by=by)


def _put_back(note: ContactMoment, *, at: dt.datetime, by: User) -> None:
    """Undoes what followed from a note, except where it was changed once more since."""
    followed = note.followed
    for task in Task.objects.filter(pk__in=followed.get("planned", ())).order_by("pk"):
        task.text = ""
        task.save(update_fields=["text"])
        with suppress(tasks.TaskIsDone):
            tasks.fall_away(task, at=at, by=by)
    for pk, former, then in followed.get("rests", ()):
        _end_rest(pk, former, then, by=by)
    reached = ContactMoment.Outcome.REACHED
    still = note.household.contacts.standing().filter(outcome=reached).exists()
    closed = Task.objects.filter(
        pk__in=followed.get("closed", ()), done_at=_moment(followed)
    )
    for task in closed.order_by("pk"):
        # Who was spoken on another day need not be called after all.
        if not (still and task.kind in CALLS):
            with suppress(tasks.AlreadyToBeCalled):
                tasks.reopen(task, by=by)
    if still:
        return
    for wish in contact.open_wishes(note.household):
        if wish.reference in followed.get("talking", ()):
            with suppress(NotPossibleNow):
                step_back(wish, shown="talking", on=timezone.localdate(at), by=by)


def _end_rest(pk: int, former: str | None, then: str, *, by: User) -> None:
    task = Task.objects.open().filter(pk=pk, later_until=then).first()
    if task is not None:
        until = dt.date.fromisoformat(former) if former else None
        tasks.take_back(task, due_on=task.due_on, later_until=until, by=by)


def _moment(followed: dict[str, str]) -> dt.datetime | None:
    at = followed.get("at")
    return dt.datetime.fromisoformat(at) if at else None

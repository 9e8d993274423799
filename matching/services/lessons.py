"""Lessons of a no: approved by a coordinator, written in the wishes, undone again."""

import datetime as dt
import json
from typing import Any, cast

from django.db import IntegrityError, models, transaction
from django.db.models import F

from families.models import FactSource, SupportOffer, SupportRequest, User
from families.services.audit import record
from families.services.households import ChangedMeanwhile
from families.services.pauses import pause, resume
from families.services.sources import forget_sources, note_sources
from matching.models import Lesson, Proposal
from matching.proposing.learning import (
    Suggestion,
    side_that_declined,
    suggestions,
)
from matching.services.locks import lock_proposal
from matching.services.proposals import SUPPORT, finish_tasks

Wishes = SupportRequest | SupportOffer
Consequence = Lesson.Consequence
NOTHING = "none"


class AlreadyDecided(Exception):
    """Somebody decided before what this no teaches."""


class NotDeclined(Exception):
    """Nobody said no to this proposal."""


class ValueMoved(Exception):
    """The wish was changed after the lesson, so the lesson is not undone."""


def decide(
    proposal: Proposal,
    key: str,
    *,
    at: dt.datetime,
    on: dt.date,
    by: User,
    until: dt.date | None = None,
) -> Lesson:
    """Learns what a coordinator approves, or nothing, of a declined proposal.

    Args:
        proposal: declined.
        key: of one of `learning.suggestions`, or "none".
        at: now.
        on: today.
        by: the coordinator of the family that said no.
        until: the last day of a pause.

    Raises:
        NotDeclined: nobody said no to it.
        AlreadyDecided: somebody decided before.
        ChangedMeanwhile: it is not suggested any more, as the wishes changed.
        NotPossibleNow: a pause, of an offer that ended.
    """
    try:
        return _decide(proposal, key, until=until, at=at, on=on, by=by)
    except IntegrityError as second:
        raise AlreadyDecided from second


@transaction.atomic
def _decide(
    proposal: Proposal,
    key: str,
    *,
    until: dt.date | None,
    at: dt.datetime,
    on: dt.date,
    by: User,
) -> Lesson:
    locked = lock_proposal(proposal)
    side = side_that_declined(locked)
    if side is None:
        raise NotDeclined(locked.reference)
    if locked.lessons.standing().exists():
        raise AlreadyDecided(locked.reference)
    lesson = Lesson(proposal=locked, decided_on=on, decided_by=by)
    if key == NOTHING:
        lesson.consequence = Consequence.NONE
    else:
        found = [one for one in suggestions(locked) if one.key == key]
        if not found:
            raise ChangedMeanwhile(locked.reference)
        suggestion = found[0]
        lesson.consequence, lesson.field = suggestion.consequence, suggestion.field
        lesson.side = Lesson.Side.OFFER if side == SUPPORT else Lesson.Side.REQUEST
        if suggestion.consequence == Consequence.PAUSE:
            _learn_pause(lesson, until, at=at, on=on, by=by)
        else:
            _learn_limit(lesson, suggestion, on=on, by=by)
    lesson.save()
    record(lesson, verb="created", by=by)
    finish_tasks(locked, at=at, by=by)
    return lesson


@transaction.atomic
def undo(lesson: Lesson, *, at: dt.datetime, on: dt.date, by: User) -> Lesson:
    """Gives the wish its former value and source; undoing twice changes nothing.

    Raises:
        ValueMoved: the wish was changed after the lesson.
        NotPossibleNow: the pause is over.
    """
    locked_proposal = lock_proposal(lesson.proposal)
    locked: Lesson = Lesson.objects.select_for_update(no_key=True).get(pk=lesson.pk)
    locked.proposal = locked_proposal
    if locked.undone_on:
        return locked
    if locked.consequence == Consequence.LIMIT:
        _unlearn_limit(locked, by=by)
    elif locked.consequence == Consequence.PAUSE:
        _unlearn_pause(locked, at=at, on=on, by=by)
    locked.undone_on, locked.undone_by = on, by
    locked.save(update_fields=["undone_on", "undone_by"])
    record(locked, verb="changed", by=by, fields=["undone_on", "undone_by"])
    return locked


def value_after(lesson: Lesson) -> Any:
    """The value that the wish got, as JSON keeps it."""
    return json.loads(lesson.after)["value"]


def wishes_of(lesson: Lesson) -> Wishes:
    """The request or offer that a lesson changed."""
    wishes: Wishes = (
        lesson.proposal.offer
        if lesson.side == Lesson.Side.OFFER
        else lesson.proposal.request
    )
    return wishes


def _learn_pause(
    lesson: Lesson,
    until: dt.date | None,
    *,
    at: dt.datetime,
    on: dt.date,
    by: User,
) -> None:
    offer = lesson.proposal.offer
    before = {"value": offer.paused_until, "stage": offer.stage}
    lesson.before = json.dumps(before, default=str)
    lesson.after = json.dumps({"value": until}, default=str)
    pause(offer, until=until, on=on, at=at, by=by)


def _unlearn_pause(lesson: Lesson, *, at: dt.datetime, on: dt.date, by: User) -> None:
    """Makes the offer available again, or lets it pause as it did before."""
    offer = lesson.proposal.offer
    if str(offer.paused_until) != value_after(lesson):
        raise ValueMoved(lesson.field)
    before = json.loads(lesson.before)
    if before["stage"] != SupportOffer.Stage.PAUSED:
        resume(offer, on=on, at=at, by=by)
        return
    until = dt.date.fromisoformat(before["value"]) if before["value"] else None
    pause(offer, until=until, on=on, at=at, by=by)


def _learn_limit(
    lesson: Lesson, suggestion: Suggestion, *, on: dt.date, by: User
) -> None:
    wishes, field = _locked(lesson), suggestion.field
    source = wishes.sources.filter(field=field).values("source", "on", "by").first()
    before = {"value": getattr(wishes, field), "source": source}
    lesson.before = json.dumps(before, default=str)
    lesson.after = json.dumps({"value": suggestion.after})
    _write(wishes, field, suggestion.after, by=by)
    proposal = FactSource.Source.PROPOSAL
    note_sources(wishes, [field], source=proposal, on=on, by=by)


def _unlearn_limit(lesson: Lesson, *, by: User) -> None:
    wishes, field = _locked(lesson), lesson.field
    learned = wishes.sources.filter(
        field=field, source=FactSource.Source.PROPOSAL, on=lesson.decided_on
    )
    same = getattr(wishes, field) == _as_column(wishes, field, value_after(lesson))
    # Who told the same again meanwhile said it for good: the source shows it.
    if not same or not learned.exists():
        raise ValueMoved(field)
    before = json.loads(lesson.before)
    _write(wishes, field, before["value"], by=by)
    if before["source"] is None:
        forget_sources(wishes, [field])
    else:
        source = before["source"]
        wishes.sources.filter(field=field).update(
            source=source["source"], on=source["on"], by=source["by"]
        )


def _locked(lesson: Lesson) -> Wishes:
    """The request or offer, as it is now and so that nobody else changes it."""
    wishes = wishes_of(lesson)
    locked: Wishes = (
        type(wishes).objects.select_for_update(no_key=True).get(pk=wishes.pk)
    )
    return locked


def _write(wishes: Wishes, field: str, value: Any, *, by: User) -> None:
    setattr(wishes, field, _as_column(wishes, field, value))
    wishes.row_version = F("row_version") + 1
    wishes.save(update_fields=[field, "row_version"])
    record(wishes, verb="changed", by=by, fields=[field])


def _as_column(wishes: Wishes, field: str, value: Any) -> Any:
    """A value from JSON as the column has it."""
    column = cast("models.Field[Any, Any]", wishes._meta.get_field(field))
    return column.to_python(value)

"""What was said with a household and what happened to it, as lines of its course."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from families.models import (
    ContactMoment,
    Household,
    ScreeningCheck,
    StageChange,
    SupportOffer,
    SupportRequest,
    User,
)
from families.panels import Added, CourseLine, NoteOf
from families.querysets import ContactQuerySet


def course(household: Household, *, user: User) -> list[CourseLine]:
    """Which stages and checks a household went through."""
    stages = (
        StageChange.objects.visible_to(user)
        .filter(
            Q(request__family__household=household)
            | Q(offer__family__household=household)
        )
        .select_related("by")
        .order_by("on", "pk")
    )
    # Also of who moved away since, but nothing of after that.
    checks = ScreeningCheck.objects.seen_in(household).select_related(
        "person", "seen_by"
    )
    return [
        *(_came_into(change) for change in stages),
        *(_was_seen(check) for check in checks),
    ]


@dataclass(frozen=True)
class NoteKey:
    """Where a note stands in the course, without its words.

    Attributes:
        kind: "event" for what was taken back.
    """

    pk: int
    on: dt.date
    kind: Literal["note", "event"]


def note_keys(household: Household) -> list[NoteKey]:
    """All notes about a household, the last one first, without reading their words."""
    found = household.contacts.order_by("-happened_on", "-pk")
    taken_back = found.exclude(redacted_at=None).filter(redaction_reason="")
    gone = set(taken_back.values_list("pk", flat=True))
    return [
        NoteKey(pk, on, "event" if pk in gone else "note")
        for pk, on in found.values_list("pk", "happened_on")
    ]


def last_notes(
    household: Household, *, user: User, at: dt.datetime, most: int
) -> list[CourseLine]:
    """The latest contacts with a household, for who has no time for all."""
    latest = _notes(household).order_by("-happened_on", "-pk")[:most]
    return [_said(contact, user, at) for contact in latest]


def notes_of(
    household: Household, keys: Iterable[NoteKey], *, user: User, at: dt.datetime
) -> dict[NoteKey, CourseLine]:
    """The lines of some notes: their words for who may read them, and what may be done.

    What was taken back on the same day stays as a quiet line.
    """
    wanted = {key.pk: key for key in keys}
    return {
        wanted[contact.pk]: _said(contact, user, at)
        for contact in _notes(household).filter(pk__in=wanted)
    }


def _notes(household: Household) -> ContactQuerySet:
    contacts: ContactQuerySet = household.contacts.select_related("by", "redacted_by")
    return contacts.prefetch_related("additions__by")


def _said(contact: ContactMoment, user: User, at: dt.datetime) -> CourseLine:
    what = _("%(kind)s: %(outcome)s") % {
        "kind": contact.get_kind_display(),
        "outcome": contact.get_outcome_display(),
    }
    day, by = contact.happened_on, str(contact.by)
    if contact.is_taken_back:
        return CourseLine(day, "event", _("%(what)s, taken back") % {"what": what}, by)
    if contact.redacted_at:
        return CourseLine(day, "note", what, by, _emptied(contact))
    if not contact.may_be_read_by(user):
        text = _("Only who wrote this note can read it.")
        return CourseLine(day, "note", what, by, text)
    note = NoteOf(
        reference=contact.household.reference,
        key=contact.form_key,
        is_fresh=contact.may_be_changed_by(user, at=at),
        edited_at=contact.edited_at,
        added=tuple(
            Added(one.text, str(one.by), one.recorded_at)
            for one in sorted(contact.additions.all(), key=lambda one: one.pk)
        ),
    )
    return CourseLine(day, "note", what, by, contact.text, note=note)


def _emptied(contact: ContactMoment) -> str:
    """Who emptied a note, when and why."""
    return _("%(name)s emptied this note on %(day)s. Reason: %(reason)s") % {
        "name": contact.redacted_by,
        "day": _in_words(timezone.localdate(contact.redacted_at)),
        "reason": contact.redaction_reason,
    }


def _came_into(change: StageChange) -> CourseLine:
    stages = SupportRequest.Stage if change.request_id else SupportOffer.Stage
    words = {"stage": stages(change.stage).label, "reason": change.reason}
    if change.reason:
        what = _("Stage: %(stage)s. Reason: %(reason)s") % words
    else:
        what = _("Stage: %(stage)s") % words
    return CourseLine(change.on, "event", what, str(change.by or ""))


def _was_seen(check: ScreeningCheck) -> CourseLine:
    words = {"kind": check.get_kind_display(), "person": check.person.name}
    if check.state == ScreeningCheck.State.NOT_NEEDED:
        what = _("%(kind)s of %(person)s: not needed") % words
    else:
        what = _("%(kind)s of %(person)s seen") % words
    return CourseLine(check.seen_on, "event", what, str(check.seen_by or ""))


def _in_words(day: dt.date | None) -> str:
    return date_format(day, "j F Y") if day else ""

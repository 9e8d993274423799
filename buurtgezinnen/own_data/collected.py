"""All that we hold about somebody, in groups, for a page and for a file."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Model
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from agreements.models import Pause
from buurtgezinnen.own_data.classified import KEPT, LEFT_OUT, Kept
from buurtgezinnen.own_data.subject import Subject
from buurtgezinnen.own_data.wording import as_json, in_words, label_of
from families import texts
from families.facts import source_in_words
from families.models import (
    Consent,
    ContactAddition,
    ContactMoment,
    FactSource,
    SupportOffer,
    SupportRequest,
    Task,
)
from families.services.wishes import WishRows
from matching.models import Pairing, Proposal

# Columns of one side of a pair, by the first part of their name.
SIDED = {"request_": "request", "support_": "support"}
WHO_SAID_NO = ("reason", "reason_text")
# So few things of so few characters stand beside each other.
SHORT, LINE = 5, 60
AFTER_TALK = (Task.Kind.NEXT_STEP, "")
WITH_SOURCE = (SupportRequest, SupportOffer)


@dataclass(frozen=True)
class Item:
    """One thing we know: its name, what it is, and how we know it."""

    name: str
    label: str
    words: str
    raw: Any
    source: str = ""


@dataclass(frozen=True)
class Entry:
    """Things that belong together: one row of ours."""

    items: tuple[Item, ...]

    @property
    def known(self) -> list[Item]:
        """What there is to read."""
        return [item for item in self.items if item.words]

    @property
    def is_short(self) -> bool:
        """Whether it fits on a line or two."""
        known = self.known
        return len(known) <= SHORT and all(len(item.words) <= LINE for item in known)


@dataclass(frozen=True)
class Group:
    """Rows of a kind under their title."""

    title: str
    model: str
    entries: list[Entry] = field(default_factory=list)


def collect(subject: Subject) -> list[Group]:
    """What we hold about somebody and the own children; empty groups are left out."""
    groups = []
    for kept in KEPT:
        rows = kept.rows(subject).order_by("pk").distinct()
        entries = [Entry(tuple(_items(kept, row, subject))) for row in rows]
        if entries:
            title = str(kept.title)
            groups.append(Group(title, kept.model._meta.label_lower, entries))
    return groups


def left_out() -> list[str]:
    """Why some of what we hold is not shown, each reason once."""
    reasons = [reason for kept in KEPT for reason in kept.left.values()]
    return list(dict.fromkeys(str(one) for one in (*reasons, *LEFT_OUT.values())))


def as_document(subject: Subject, *, at: dt.datetime) -> dict[str, Any]:
    """The same for a file: each value as a computer reads it, and in words."""
    return {
        "made_at": at.isoformat(),
        "reference": subject.household.reference,
        "groups": [
            {
                "title": group.title,
                "model": group.model,
                "rows": [
                    [
                        {
                            "name": item.name,
                            "label": item.label,
                            "value": item.raw,
                            "words": item.words,
                            "source": item.source,
                        }
                        for item in entry.items
                    ]
                    for entry in group.entries
                ],
            }
            for group in collect(subject)
        ],
        "left_out": left_out(),
    }


def _items(kept: Kept, row: Model, subject: Subject) -> Iterator[Item]:
    own = set(subject.everybody)
    sources = _sources(row, subject)
    for name in kept.shown:
        if _is_of_the_other(row, name, subject):
            continue
        label = capfirst(label_of(kept.model, name))
        why_not = subject.hides(row, name) or _why_not(kept, row, name, subject)
        if why_not:
            yield Item(name, label, why_not, None)
            continue
        words, raw = in_words(row, name, own=own), as_json(row, name, own=own)
        yield Item(name, label, words, raw, sources.get(name, ""))
    if isinstance(row, Consent):
        yield _text_of(row)


def _is_of_the_other(row: Model, name: str, subject: Subject) -> bool:
    """Whether a column of a row tells of the other family of a pair."""
    if isinstance(row, Pause):
        pair = row.agreement.pairing
        return name == "reason" and row.side not in subject.sides(pair)
    if not isinstance(row, Proposal | Pairing):
        return False
    sides = subject.sides(row)
    for start, side in SIDED.items():
        if name.startswith(start):
            return side not in sides
    if isinstance(row, Pairing):
        return name == "ask_again" and "support" not in sides
    said_no = Proposal.Answer.NO
    own_no = any(getattr(row, f"{side}_answer") == said_no for side in sides)
    return name in WHO_SAID_NO and not own_no


def _why_not(kept: Kept, row: Model, name: str, subject: Subject) -> str:
    """Why our own words are read together instead; "" where they are shown."""
    text = getattr(row, name) if name in kept.of_ours else ""
    if not text:
        return ""
    # What is added to a note is as private as the note.
    said = row.contact if isinstance(row, ContactAddition) else row
    if isinstance(said, ContactMoment) and not subject.may_read(said):
        if said.sensitive:
            return subject.why_sensitive
        return _("This was said by somebody else of your home.")
    # What is to be done after a talk tells of that talk.
    after_talk = isinstance(row, Task) and (row.kind, row.about) == AFTER_TALK
    if after_talk and text not in subject.next_steps:
        return subject.why_sensitive
    if any(other in text.lower() for other in subject.names_of_others):
        return _("This is also about another family. Your coordinator reads it to you.")
    return ""


def _sources(row: Model, subject: Subject) -> dict[str, str]:
    """How and when each value of a request or offer became known."""
    if not isinstance(row, WITH_SOURCE):
        return {}
    known: dict[str, FactSource] = {one.field: one for one in row.sources.all()}
    rows = WishRows.of(row, on=subject.on)
    return {
        name: source_in_words(rows, name, value, known, on=subject.on)
        for name, value in rows.values.items()
    }


def _text_of(consent: Consent) -> Item:
    """The text that was agreed to, as it was then."""
    text = texts.text_of(consent.purpose, consent.text_version)
    words = str(text.agreed) if text else ""
    return Item("text", _("What you agreed to"), words, words)

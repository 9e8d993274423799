"""What each app offers to the pages that show all apps, and how it is shaped.

`matching.panels` and `agreements.panels` import these shapes and offer the functions
below for their own rows; the pages in `buurtgezinnen.views` collect them.

* `today_rows(user, *, on)`: what asks the coordinator's attention on a day.
* `family_panels(household, *, user, on)`: blocks of the page of a family.
* `figures(user, *, on)`: the plain numbers beside Vandaag.
* `course(household, *, user, on)`: lines of the course of a family.
"""

import datetime as dt
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any, Literal

from families.models import Task

Side = Literal["request", "support", "pairing"]


class Urgency(IntEnum):
    """Why something comes first; a lower number comes earlier."""

    SAFETY = 0
    BROKEN_PROMISE = 1
    BLOCKS_SOMEBODY = 2
    AGES = 3
    NEW = 4


@dataclass(frozen=True)
class ShownHousehold:
    """A household as a list names it."""

    reference: str
    name: str


@dataclass(frozen=True)
class TodayRow:
    """One thing that asks the coordinator's attention, with one action.

    Attributes:
        title: what to do and for whom, as one sentence: "Call the De Boer family".
        why: the reason in words, without the dates below.
        since: since when it asks attention.
        due_on: by when it should be done; None when nothing was said.
        promised: whether the family was told `due_on`; such a row is never folded.
        telephone: E.164, or "" where calling is not what is asked.
        may_leave_message: None is "not asked yet".
        task: the task behind it, which can be put off; None for what has no task.
        tags: pairs of a kind of tag (bad, warn, info, ok, "") and a word.
    """

    urgency: Urgency
    household: ShownHousehold
    side: Side
    title: str
    why: str
    since: dt.date
    action_label: str
    action_url: str
    due_on: dt.date | None = None
    promised: bool = False
    telephone: str = ""
    may_leave_message: bool | None = None
    task: Task | None = None
    tags: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Panel:
    """A block of the page of a family: its template with all that it shows.

    The template is a fragment with a root `<section class="tile">` and an h2. A lower
    `order` stands higher.
    """

    order: int
    template: str
    context: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Figure:
    """A plain number with a link to the families it counts."""

    order: int
    label: str
    count: int
    url: str


@dataclass(frozen=True)
class CourseLine:
    """One line of the course of a family: a note of a person, or a quiet event."""

    on: dt.date
    kind: Literal["note", "event"]
    what: str
    by: str = ""
    text: str = ""
    url: str = ""

"""What happened to the agreements of a pair in some time, drawn and as a list."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agreements import wording
from agreements.core import timeline
from agreements.core.drawing import Drawing, Happening, Period, Row, Window, draw
from agreements.core.rhythm import DAY, WEEK
from agreements.core.timeline import Terms
from agreements.history import History
from agreements.models import (
    AgreementVersion,
    Evaluation,
    ExtraVisit,
    ItemException,
)
from agreements.shown.planned import item_of
from agreements.shown.versions import line_of
from families.vocabulary import SupportKind

# What the address says, and how many months back that is; all of it is None.
SPANS = {"6-maanden": 6, "1-jaar": 12, "alles": None}
ALL = "alles"
MONTHS_A_YEAR = 12
# What stands in the drawing, and what it is called.
LEGEND = (
    ("trial", gettext_lazy("trial")),
    ("agreed", gettext_lazy("agreed, the thicker the more hours")),
    ("pause", gettext_lazy("pause")),
    ("dropped", gettext_lazy("falls out once")),
    ("moved", gettext_lazy("another day once")),
    ("version", gettext_lazy("version")),
    ("draft", gettext_lazy("waits, or was replaced")),
    ("evaluation", gettext_lazy("evaluation")),
    ("visit", gettext_lazy("extra time")),
    ("today", gettext_lazy("today")),
)


@dataclass(frozen=True)
class Entry:
    """A line of the list.

    Attributes:
        kind: "version", "pause", "exception", "evaluation" or "visit".
        first: the day by which it is ordered.
        last: its last day; None while nobody knows it.
        what: a `ShownVersion`, or the row itself.
        asked_by: the family that asked for a pause.
        hours: of a version with more kinds of support, those of each.
        item: what goes differently once.
        title: the name of that.
    """

    kind: str
    first: dt.date
    last: dt.date | None
    what: Any
    asked_by: str = ""
    hours: tuple[str, ...] = ()
    item: Terms | None = None
    title: str = ""


@dataclass(frozen=True)
class NamedRow:
    """A row of the drawing with the name of its kind of support."""

    title: str
    row: Row


@dataclass(frozen=True)
class ThroughTime:
    """The drawing, and the same as a list, newest first."""

    window: Window
    drawing: Drawing
    rows: list[NamedRow]
    entries: list[Entry]


def through_time(
    history: History,
    *,
    evaluations: Iterable[Evaluation],
    visits: Iterable[ExtraVisit],
    months: int | None,
    today: dt.date,
) -> ThroughTime:
    """Everything in the last so many months, and all that is to come.

    Args:
        history: of the pairing.
        evaluations: of the pairing.
        visits: extra ones, that count.
        months: how far back; None for all.
        today: the day on which it is looked at.
    """
    entries = [
        *_versions(history, today),
        *_pauses(history),
        *_exceptions(history),
        *(Entry("evaluation", on, on, one) for one in evaluations for on in [_on(one)]),
        *(Entry("visit", one.on, one.on, one) for one in visits),
    ]
    window = _window(history, entries, months=months, today=today)
    drawing = draw(
        _periods(history),
        window=window,
        today=today,
        pauses=[(one.from_on, one.until_on) for one in history.pauses],
        happenings=[_happening(one) for one in entries if _is_drawn(one)],
        once=_once(entries, window),
        say=wording.hours_in_short,
        month=lambda day: date_format(day, "b"),
    )
    return ThroughTime(
        window,
        drawing,
        [NamedRow(_kind(row.kind), row) for row in drawing.rows],
        sorted(
            (one for one in entries if window.meets(one.first, one.last)),
            key=lambda one: (one.first, one.kind),
            reverse=True,
        ),
    )


def _periods(history: History) -> list[Period]:
    """What held, until the last day of the pairing."""
    ended_on = history.pairing.ended_on
    found = []
    for version, first, last in timeline.periods(history.versions):
        if history.is_over_on(first):
            continue
        ends = [day for day in (last, ended_on) if day is not None]
        end = min(ends, default=None)
        found.append(Period(version.terms(), first, end, version.trial_until))
    return found


def _versions(history: History, today: dt.date) -> list[Entry]:
    lasts = {
        version: last for version, _first, last in timeline.periods(history.versions)
    }
    entries = []
    for shown in line_of(history, today):
        version = shown.version
        first = version.effective_from
        last = lasts.get(version, None if version.is_draft else first)
        hours = _hours_by_kind(version)
        entries.append(Entry("version", first, last, shown, hours=hours))
    return entries


def _hours_by_kind(version: AgreementVersion) -> tuple[str, ...]:
    """What the bars say; nothing for one kind, of which the total says it."""
    by_kind: dict[int, list[Terms]] = {}
    for item in version.terms():
        by_kind.setdefault(item.kind, []).append(item)
    if len(by_kind) <= 1:
        return ()
    return tuple(
        _("%(kind)s: %(hours)s")
        % {"kind": _kind(kind), "hours": wording.hours_a_month(timeline.totals(items))}
        for kind, items in sorted(by_kind.items())
    )


def _kind(kind: int) -> str:
    return str(wording.KINDS[SupportKind(kind)])


def _pauses(history: History) -> list[Entry]:
    names = history.names
    return [
        Entry(
            "pause",
            one.from_on,
            one.until_on,
            one,
            asked_by=getattr(names, one.side).name if one.side else "",
        )
        for one in history.pauses
    ]


def _exceptions(history: History) -> list[Entry]:
    entries = []
    for one in history.exceptions:
        if history.is_over_on(one.on):
            continue
        in_a_week = one.scope == ItemException.Scope.WEEK
        last = one.on + WEEK - DAY if in_a_week else one.on
        item = item_of(history, one)
        title = wording.title(item, history.names)
        entries.append(Entry("exception", one.on, last, one, item=item, title=title))
    return entries


def _once(entries: Iterable[Entry], window: Window) -> dict[int, list[Happening]]:
    """What goes differently once, by kind; a week counts from its first drawn day."""
    found: dict[int, list[Happening]] = {}
    for one in entries:
        if one.item is not None and window.meets(one.first, one.last):
            sign = "moved" if one.what.moved_to else "dropped"
            on = max(one.first, window.first)
            found.setdefault(one.item.kind, []).append(Happening(on, sign))
    return found


def _on(evaluation: Evaluation) -> dt.date:
    return evaluation.closed_on or evaluation.due_on


def _is_drawn(entry: Entry) -> bool:
    """Whether it is a mark below the rows; what did not go through is not."""
    if entry.kind == "version":
        return not entry.what.version.is_put_away
    return entry.kind in {"evaluation", "visit"}


def _happening(entry: Entry) -> Happening:
    if entry.kind != "version":
        return Happening(entry.first, entry.kind)
    version: AgreementVersion = entry.what.version
    kind = "version" if version.is_current else "replaced"
    if version.is_draft:
        kind = "draft"
    return Happening(entry.first, kind, str(version.number))


def _window(
    history: History, entries: list[Entry], *, months: int | None, today: dt.date
) -> Window:
    """Whole months, so that each has its name."""
    ended_on = history.pairing.ended_on
    now = today if ended_on is None else min(today, ended_on)
    drawn = [one for one in entries if one.kind != "version" or _is_drawn(one)]
    days = [one.first for one in drawn] + [one.last for one in drawn if one.last]
    last = _first_of_month(max([now, *days]), later=1) - DAY
    if months is None:
        # Months before anything was agreed on are empty.
        first = min(days, default=history.pairing.started_on)
        return Window(_first_of_month(first), last)
    return Window(_first_of_month(now, later=-months), last)


def _first_of_month(day: dt.date, *, later: int = 0) -> dt.date:
    years, month = divmod(day.month - 1 + later, MONTHS_A_YEAR)
    return day.replace(year=day.year + years, month=month + 1, day=1)

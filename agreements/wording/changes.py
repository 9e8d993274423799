"""What differs between two versions in words: what it was, and what it becomes."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agreements.core import timeline
from agreements.core.timeline import ItemChange, Terms
from agreements.models import AgreementItem
from agreements.wording.amounts import hours_a_month
from agreements.wording.drives import who_drives
from agreements.wording.items import sentences, title
from agreements.wording.kinds import KINDS
from agreements.wording.names import Names
from agreements.wording.rhythms import days, how_often, times
from families.vocabulary import SupportKind

Where = AgreementItem.Where

ASPECTS = {
    "kind": gettext_lazy("Kind of support"),
    "children": gettext_lazy("Who"),
    "how_often": gettext_lazy("How often"),
    "days": gettext_lazy("When"),
    "times": gettext_lazy("What time"),
    "where": gettext_lazy("Where"),
    "brings": gettext_lazy("Who brings"),
    "fetches": gettext_lazy("Who fetches"),
    "holidays": gettext_lazy("School holidays"),
    "note": gettext_lazy("Note"),
}


@dataclass(frozen=True)
class Line:
    """One thing that differs: what it was, and what it becomes; "" for nothing."""

    label: str
    was: str
    becomes: str


@dataclass(frozen=True)
class ChangeInWords:
    """What differs about one item.

    Attributes:
        title: which item it is about.
        state: new, stops or changes.
        lines: for an item that changes, each thing that differs.
        sentence: what the item says; of one that stops, what it said.
        summary: all of it as one sentence, for a list.
    """

    title: str
    state: str
    lines: tuple[Line, ...]
    sentence: str
    summary: str


def difference(
    before: Iterable[Terms], after: Iterable[Terms], names: Names
) -> list[ChangeInWords]:
    """What differs between two versions, item by item; equal items are left out."""
    return [
        _change_in_words(change, names) for change in timeline.difference(before, after)
    ]


def hours_line(before: Iterable[Terms], after: Iterable[Terms]) -> Line | None:
    """The hours per month before and after; None where they read the same."""
    was = hours_a_month(timeline.totals(before))
    becomes = hours_a_month(timeline.totals(after))
    if was == becomes:
        return None
    return Line(_("Hours a month"), was, becomes)


def summary(before: Iterable[Terms], after: Iterable[Terms], names: Names) -> list[str]:
    """The difference as one sentence for each item, for a list of versions."""
    return [change.summary for change in difference(before, after, names)]


def _change_in_words(change: ItemChange, names: Names) -> ChangeInWords:
    shown = change.after or change.before
    if shown is None:
        raise ValueError("a change without an item")
    heading, said = title(shown, names), sentences(shown, names)
    if change.before is None:
        text = _("New: %(sentence)s") % {"sentence": said}
        return ChangeInWords(heading, "new", (), said, text)
    if change.after is None:
        text = _("%(item)s stops.") % {"item": heading}
        return ChangeInWords(heading, "stops", (), said, text)
    before, after = change.before, change.after
    # The heading of an item that becomes another kind is the one people know.
    heading = title(before, names)
    lines = tuple(
        Line(
            str(ASPECTS[aspect]),
            VALUES[aspect](before, names),
            VALUES[aspect](after, names),
        )
        for aspect in change.aspects
    )
    text = "; ".join(_in_short(line) for line in lines)
    text = _("%(item)s: %(changes)s.") % {"item": heading, "changes": text}
    return ChangeInWords(heading, "changes", lines, said, text)


def _in_short(line: Line) -> str:
    values = {
        "label": line.label.lower(),
        "was": line.was,
        "becomes": line.becomes,
    }
    if not line.was:
        return _("%(label)s becomes “%(becomes)s”") % values
    if not line.becomes:
        return _("%(label)s is no longer “%(was)s”") % values
    return _("%(label)s from “%(was)s” to “%(becomes)s”") % values


def _where(terms: Terms, names: Names) -> str:
    families = {"support": names.support.name, "request": names.request.name}
    return {
        Where.SUPPORT_FAMILY: _("at the home of %(support)s"),
        Where.REQUEST_FAMILY: _("at the home of %(request)s"),
        Where.ELSEWHERE: _("somewhere else"),
    }[Where(terms.where)] % families


VALUES: dict[str, Callable[[Terms, Names], str]] = {
    "kind": lambda terms, _names: str(KINDS[SupportKind(terms.kind)]),
    "children": lambda terms, names: names.children_of(terms),
    "how_often": lambda terms, _names: how_often(terms),
    "days": lambda terms, _names: days(terms),
    "times": lambda terms, _names: times(terms),
    "where": _where,
    "brings": lambda terms, names: who_drives(terms.brings, names),
    "fetches": lambda terms, names: who_drives(terms.fetches, names),
    "holidays": lambda terms, _names: str(AgreementItem.Holidays(terms.holidays).label),
    "note": lambda terms, _names: terms.note,
}

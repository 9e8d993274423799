"""What pages show of versions: items, differences, the line of the history."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from agreements import wording
from agreements.core import timeline
from agreements.core.timeline import NO_FRAME, Frame, Terms
from agreements.history import History, terms_of
from agreements.models import AgreementVersion
from agreements.wording import ChangeInWords, Line, Names, frames

Kind = AgreementVersion.Kind


@dataclass(frozen=True)
class ShownItem:
    """An item as a page shows it."""

    title: str
    sentences: str
    note: str


@dataclass(frozen=True)
class ShownChange:
    """What differs between two versions, as a page shows it."""

    changes: list[ChangeInWords]
    frame: list[Line]
    hours: Line | None

    @property
    def count(self) -> int:
        """How many items are new, stop or change, and what else differs for all."""
        return len(self.changes) + len(self.frame)


@dataclass(frozen=True)
class ShownVersion:
    """A line of the history."""

    version: AgreementVersion
    former: AgreementVersion | None
    summary: list[str]
    waits_for: list[str]
    hours: str
    holds_today: bool


def shown_items(items: tuple[Terms, ...], names: Names) -> list[ShownItem]:
    """Each item in words."""
    return [
        ShownItem(wording.title(one, names), wording.sentences(one, names), one.note)
        for one in items
    ]


def difference(
    before: tuple[Terms, ...],
    after: tuple[Terms, ...],
    names: Names,
    *,
    between: tuple[Frame, Frame] = (NO_FRAME, NO_FRAME),
) -> ShownChange:
    """What differs, in words.

    Args:
        before: the items as they were.
        after: the items as they become; a stop has none, and no frame either.
        names: as the reader calls everybody.
        between: what held and holds for all items together.
    """
    return ShownChange(
        wording.difference(before, after, names),
        frames.difference(*between, names) if after else [],
        wording.hours_line(before, after),
    )


def changed(
    former: AgreementVersion,
    version: AgreementVersion,
    names: Names,
    *,
    without_rules: bool = False,
) -> ShownChange:
    """What one version changes of another one, in words.

    Args:
        former: the version before it.
        version: the one that changes something.
        names: as the reader calls everybody.
        without_rules: for who reads of the house rules apart.
    """
    before, after = former.frame(), version.frame()
    if without_rules:
        before, after = (replace(one, house_rules=None) for one in (before, after))
    return difference(former.terms(), version.terms(), names, between=(before, after))


def summary(
    former: AgreementVersion | None,
    version: AgreementVersion,
    names: Names,
    *,
    on: dt.date,
) -> list[str]:
    """What a version changes as one sentence for each thing; of the first one all."""
    after = version.terms()
    items = wording.summary(terms_of(former), after, names)
    if not after:
        return items
    before = former.frame() if former else None
    return items + frames.summary(before, version.frame(), names, on=on)


def for_readers(
    history: History, items: tuple[Terms, ...], *, on: dt.date
) -> list[tuple[str, list[str]]]:
    """What each family reads, under its name."""
    return [
        (
            getattr(history.names, reader).name,
            [wording.sentences(one, history.names_for(reader, on=on)) for one in items],
        )
        for reader in ("support", "request")
    ]


def line_of(history: History, today: dt.date) -> list[ShownVersion]:
    """The history, newest first by the day from which it holds."""
    in_force = history.in_force_on(today)
    ordered = sorted(
        history.versions, key=lambda one: (one.effective_from, one.number), reverse=True
    )
    shown = []
    for version in ordered:
        former = history.former(version)
        shown.append(
            ShownVersion(
                version,
                former,
                summary(former, version, history.names, on=today),
                waits_for(version, history.names),
                wording.hours_a_month(timeline.totals(version.terms())),
                holds_today=version == in_force,
            )
        )
    return shown


def agreed_house_rules(history: History, day: dt.date) -> AgreementVersion | None:
    """The version with the house rules to which both families said yes last."""
    with_rules = [
        one
        for one in timeline.known(history.versions)
        if one.house_rules and one.effective_from <= day
    ]
    return max(with_rules, key=lambda one: one.effective_from, default=None)


def waits_for(version: AgreementVersion | None, names: Names) -> list[str]:
    """The families that must still say yes; none where there is no draft."""
    if version is None or not version.is_draft:
        return []
    return wording.waits_for(version, names)


def said_yes(version: AgreementVersion | None, names: Names) -> str:
    """The families that said yes to a draft, in a row; "" for none."""
    if version is None:
        return ""
    said = (getattr(names, one.side).name for one in version.confirmations.all())
    return wording.in_a_row(said)


def days_waiting(draft: AgreementVersion | None, today: dt.date) -> int:
    """For how many days a draft has waited."""
    if draft is None:
        return 0
    return (today - timezone.localdate(draft.recorded_at)).days


def successor_of(
    history: History, version: AgreementVersion
) -> AgreementVersion | None:
    """The version that took the place of a superseded one."""
    if version.superseded_at is None or version.settled_at is None:
        return None
    return next(
        (
            one
            for one in history.versions
            if one.number > version.number
            and one.settled_at == version.superseded_at
            and (one.effective_from == version.effective_from or one.kind == Kind.STOP)
        ),
        None,
    )


def settled_or_waiting(
    version: AgreementVersion, *, by_hand: Sequence[str] = ()
) -> str:
    """What to tell who has just written down a version or a yes.

    Args:
        version: just written down.
        by_hand: the families to which the coordinator brings a link herself.
    """
    if version.is_current and version.kind == Kind.STOP:
        day = date_format(version.effective_from, "j F Y")
        return _("The agreements stop on %(date)s.") % {"date": day}
    if version.is_current:
        return _("Both families know. The agreements count.")
    if by_hand:
        families = wording.in_a_row(by_hand)
        return _("It is written down. Now get the link for %(families)s below.") % {
            "families": families
        }
    return _("It is written down. It counts when both families have said yes.")


def noted_yes(version: AgreementVersion, side: str, names: Names) -> str:
    """What to tell who has just noted the yes of one family."""
    if version.is_current:
        return settled_or_waiting(version)
    other = names.support if side == "request" else names.request
    return _("The yes of %(family)s is noted. Now %(other)s.") % {
        "family": getattr(names, side).name,
        "other": other.name,
    }

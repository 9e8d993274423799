"""How many applications began, were sent and were left, for the office only.

The numbers are of nobody, but small ones point at a family all the same where few
apply: no municipality reads them.
"""

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Sum
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from families.forms.steps import INTAKES
from families.models import IntakeCount, IntakeDraft

What = IntakeCount.What
Kind = IntakeDraft.Kind
Counts = Counter[tuple[str, str, str, str]]


@dataclass(frozen=True)
class Period:
    """A month or a year of counts.

    Attributes:
        key: in the address, such as "2026-06" or "2026".
        label: in words.
        first, last: its days.
    """

    key: str
    label: str
    first: dt.date
    last: dt.date


@dataclass(frozen=True)
class Line:
    """One figure: what, how many, and what it counts."""

    label: str
    figure: str
    definition: str = ""


@dataclass(frozen=True)
class Section:
    """One kind of application.

    Attributes:
        left: on which pages it was left, in their order.
    """

    key: str
    title: str
    lines: list[Line]
    left: list[Line]


def periods() -> list[Period]:
    """The years and months in which something was counted, the latest first."""
    found: list[Period] = []
    for month in IntakeCount.objects.dates("on", "month", order="DESC"):
        year = Period(
            str(month.year),
            _("The whole of %(year)s") % {"year": month.year},
            dt.date(month.year, 1, 1),
            dt.date(month.year, 12, 31),
        )
        if year not in found:
            found.append(year)
        next_month = (month + dt.timedelta(days=31)).replace(day=1)
        found.append(
            Period(
                f"{month:%Y-%m}",
                date_format(month, "F Y"),
                month,
                next_month - dt.timedelta(days=1),
            )
        )
    return found


def chosen_period(found: list[Period], key: str) -> Period | None:
    """The period asked for, or the latest month; None where nothing was counted."""
    latest = found[1] if found else None
    return next((period for period in found if period.key == key), latest)


def counts_of(period: Period) -> Counts:
    """Numbers by kind, language, what and page."""
    rows = (
        IntakeCount.objects.filter(on__range=(period.first, period.last))
        .values_list("kind", "language", "what", "step")
        .annotate(total=Sum("n"))
    )
    return Counter({tuple(key): total for *key, total in rows})


def sections_of(counts: Counts) -> list[Section]:
    """Each kind of application with its figures, also where there are none."""
    return [
        Section(kind, capfirst(kind.label), _lines(counts, kind), _left(counts, kind))
        for kind in Kind
    ]


def rows_of(period: Period, counts: Counts) -> Iterator[list[object]]:
    """The numbers for a spreadsheet, each beside all that it is of."""
    yield [_("Period"), _("Kind"), _("Language"), _("What"), _("Page"), _("Number")]
    for (kind, language, what, step), n in sorted(counts.items()):
        yield [
            period.label,
            Kind(kind).label,
            language,
            What(what).label,
            _page(kind, step) if step else "",
            n,
        ]


def _lines(counts: Counts, kind: Kind) -> list[Line]:
    n = {what: _sum(counts, kind, what) for what in What}
    started, finished = n[What.STARTED], n[What.FINISHED]
    share = f"{100 * finished / started:.0f} %" if started else "–"
    return [
        Line(_("Started"), str(started), _("The first page was sent.")),
        Line(_("Sent"), str(finished), _("The application was sent.")),
        Line(
            _("Sent, out of what was started"),
            share,
            _("Some were started in a period before."),
        ),
        Line(
            _("Asked to be called"),
            str(n[What.CALL_ME]),
            _("Somebody chose ‘call me instead’."),
        ),
        Line(
            _("Refused"),
            str(n[What.REFUSED]),
            _("Too much came in at once. It could be sent again after a while."),
        ),
        Line(
            _("Left"),
            str(n[What.LEFT]),
            _("Answers that were never sent, counted on the day they were erased."),
        ),
    ]


def _left(counts: Counts, kind: Kind) -> list[Line]:
    found = Counter[str]()
    for (of_kind, _language, what, step), n in counts.items():
        if (of_kind, what) == (kind, What.LEFT):
            found[step] += n
    order = _slugs(kind)
    known = sorted(
        found, key=lambda step: (order.index(step) if step in order else -1, step)
    )
    return [Line(_page(kind, step), str(found[step])) for step in known]


def _sum(counts: Counts, kind: Kind, what: What) -> int:
    return sum(n for key, n in counts.items() if (key[0], key[2]) == (kind, what))


def _slugs(kind: str) -> list[str]:
    """The pages of a kind of application, in order."""
    return [
        step.slug
        for intake in INTAKES.values()
        if intake.kind == kind
        for step in intake.steps
    ]


def _page(kind: str, slug: str) -> str:
    """A page by its number and its name in the address; a former one by its name."""
    intake = next((one for one in INTAKES.values() if one.kind == kind), None)
    step = intake.step(slug) if intake else None
    if intake is None or step is None:
        return slug or _("Before the first page")
    return _("Page %(number)d: %(name)s") % {
        "number": intake.number(step),
        "name": slug,
    }

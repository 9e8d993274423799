"""The report as it is read: sections of figures, each with what it counts."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agreements.models import Evaluation
from agreements.wording.amounts import hours as in_words
from buurtgezinnen.report.counts import RUNS, Counted, Entry, hours, median, ninetieth
from families.models import SupportOffer, SupportRequest, User
from matching.models import Pairing, Proposal
from matching.wording.names import Names

HOME = "family__household__municipality"
BOTH = (f"request__{HOME}", f"offer__{HOME}")
MINUS = "−"  # noqa: RUF001 - the minus sign that screen readers say


@dataclass(frozen=True)
class Row:
    """A figure now and in the period before; `key` names the list it counts."""

    key: str
    label: str
    now: str
    before: str
    sign: str = ""


@dataclass(frozen=True)
class Section:
    """Figures about one question."""

    key: str
    title: str
    told: str
    rows: list[Row]


@dataclass(frozen=True)
class Line:
    """One thing that was counted."""

    title: str
    url: str
    entry: Entry


def sections_of(now: Counted, before: Counted) -> list[Section]:
    """All figures of a period beside those of the one before."""

    def row(key: str, label: str, sign: str = "") -> Row:
        return Row(key, label, str(len(now[key])), str(len(before[key])), sign)

    return [
        Section(
            "families",
            _("Families"),
            _("Each family counts once, on the day of its first application."),
            [
                row("aanmeldingen", _("Families that asked for support")),
                row("aanbod", _("Families that offered support")),
                row("beschikbaar", _("Support families available")),
            ],
        ),
        Section(
            "waiting",
            _("Requests that wait"),
            _("A request waits when the talks are done and nobody is found yet."),
            [
                row("wachtend-begin", _("Waiting at the start")),
                row("wachtend-erbij", _("Began to wait"), "+"),
                row("wachtend-eraf", _("No longer waiting"), MINUS),
                row("wachtend-eind", _("Waiting at the end"), "="),
            ],
        ),
        _waiting_time(now["wachttijd"], before["wachttijd"]),
        Section(
            "pairings",
            _("Pairings"),
            _("A pairing counts from the moment agreed with the municipality."),
            [
                row("lopend-begin", _("Running at the start")),
                row("lopend-erbij", _("Newly made"), "+"),
                row("gestopt", _("Ended"), MINUS),
                row("zelfstandig", _("Went on without guidance"), MINUS),
                row("lopend-eind", _("Running at the end"), "="),
            ],
        ),
        Section(
            "stages",
            _("Pairings by stage"),
            _("On the last day that is counted, with those that do not count yet."),
            [row(f"fase-{one}", capfirst(Pairing.Stage(one).label)) for one in RUNS],
        ),
        Section(
            "support",
            _("Support"),
            _("By the agreements in force on the last day that is counted."),
            [
                row("uren", _("Pairings with agreements")),
                Row(
                    "uren",
                    _("Hours of support a month"),
                    in_words(hours(now["uren"])),
                    in_words(hours(before["uren"])),
                ),
            ],
        ),
        _by_choice("einde", Pairing.EndReason, _("Why pairings ended"), now, before),
        _by_choice(
            "nee", Proposal.Reason, _("Why families did not match"), now, before
        ),
        _by_choice(
            "evaluatie", Evaluation.Outcome, _("What evaluations led to"), now, before
        ),
    ]


def _waiting_time(now: list[Entry], before: list[Entry]) -> Section:
    rows = [
        Row("wachttijd", label, _days(measure(now)), _days(measure(before)))
        for label, measure in (
            (_("Half waited at most"), median),
            (_("Nine of ten waited at most"), ninetieth),
        )
    ]
    told = _("From the application to the pairing, of pairings that were newly made.")
    return Section("time", _("Waiting time"), told, rows)


def _days(number: int | None) -> str:
    if number is None:
        return _("none")
    return ngettext("%(n)d day", "%(n)d days", number) % {"n": number}


def _by_choice(name, choices, title: str, now: Counted, before: Counted) -> Section:
    """Each choice that occurs in one of both periods."""
    rows = [
        Row(key, capfirst(one.label), str(len(now[key])), str(len(before[key])))
        for one in choices
        if now[key := f"{name}-{one.value}"] or before[key]
    ]
    return Section(name, title, "", rows)


def label_of(key: str, sections: list[Section]) -> str:
    """What a figure is called; its section too where the label alone says little."""
    for section in sections:
        for row in section.rows:
            if row.key == key:
                return f"{section.title}: {row.label}"
    return _("Report")


def lines_of(key: str, entries: list[Entry], user: User) -> Iterator[Line]:
    """The things behind some entries, as `user` may know them."""
    names = Names(user)
    found = _things(key, user).in_bulk([one.pk for one in entries])
    for entry in entries:
        if entry.pk in found:
            thing = found[entry.pk]
            yield Line(_title(thing, names), _url(thing), entry)


def _things(key: str, user: User) -> QuerySet:
    name = key.partition("-")[0]
    if name in {"aanmeldingen", "wachtend"}:
        return SupportRequest.objects.visible_to(user).select_related(HOME)
    if name in {"aanbod", "beschikbaar"}:
        return SupportOffer.objects.visible_to(user).select_related(HOME)
    if name == "nee":
        return Proposal.objects.visible_to(user).select_related(*BOTH)
    if name == "evaluatie":
        both = [f"pairing__{one}" for one in BOTH]
        return Evaluation.objects.visible_to(user).select_related(*both)
    return Pairing.objects.visible_to(user).select_related(*BOTH)


def _title(thing, names: Names) -> str:
    if isinstance(thing, SupportRequest | SupportOffer):
        return capfirst(names.request(thing.family.household))
    pair = thing.pairing if isinstance(thing, Evaluation) else thing
    return _("%(request)s and %(support)s") % {
        "request": capfirst(names.request(pair.request.family.household)),
        "support": names.support(pair.offer.family.household),
    }


def _url(thing) -> str:
    if isinstance(thing, SupportRequest | SupportOffer):
        return thing.family.household.get_absolute_url()
    return thing.get_absolute_url()

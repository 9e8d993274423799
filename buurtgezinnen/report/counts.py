"""What a coordinator counts: each figure is the list of what it counts.

Whoever may see a family may know its numbers, so nothing is hidden here. The stages
count as in the figures of the municipality, so that both tell the same.
"""

import datetime as dt
import math
import statistics
from collections.abc import Iterable
from dataclasses import dataclass, field
from fractions import Fraction

from agreements.core.timeline import totals
from agreements.models import AgreementVersion, Evaluation
from buurtgezinnen.figures import (
    AVAILABLE,
    DAY,
    WAITING,
    CountedPairing,
    History,
    Period,
    Year,
    counted_pairings,
    days_until,
    histories,
)
from families.models import StageChange, User
from matching.models import Pairing, PairingStage, Proposal

RUNS = (Pairing.Stage.INTRODUCTION, Pairing.Stage.TRIAL, Pairing.Stage.ACTIVE)
NINETY = 0.9


@dataclass(frozen=True)
class Entry:
    """One thing that a figure counts.

    Attributes:
        pk: of what the kind of the figure says.
        on: since when it counts there.
        amount: days for a waiting time, hours a month for support.
    """

    pk: int
    on: dt.date
    amount: Fraction | int | None = None


Counted = dict[str, list[Entry]]


@dataclass
class Records:
    """The histories of everything that a coordinator sees, read once.

    Attributes:
        stages: of each pairing, without slips, in their order.
    """

    user: User
    requests: dict[int, History]
    offers: dict[int, History]
    pairings: list[CountedPairing]
    stages: dict[int, list[tuple[dt.date, str]]] = field(default_factory=dict)

    @classmethod
    def of(cls, user: User) -> "Records":
        """What `user` sees of requests, offers and pairings."""
        changes = StageChange.objects.visible_to(user)
        reached = PairingStage.objects.visible_to(user)
        records = cls(
            user,
            histories("request", _of_one_family(changes, "request")),
            histories("offer", _of_one_family(changes, "offer")),
            counted_pairings(reached),
        )
        rows = reached.counted().order_by("on", "pk")
        for pairing, on, stage in rows.values_list("pairing", "on", "stage"):
            records.stages.setdefault(pairing, []).append((on, stage))
        return records

    def counted(self, year: Year) -> Counted:
        """Every figure of a period, by its key."""
        return {
            **self.from_stages(year),
            **self._reasons_of_end(year),
            **self._reasons_against(year),
            "uren": self._hours(year),
            **self._outcomes(year),
        }

    def from_stages(self, year: Year) -> Counted:
        """The figures that follow from the stages that were read."""
        running = [(one.pk, one.period) for one in self.pairings]
        available = _periods(self.offers, AVAILABLE)
        return {
            "aanmeldingen": _applied(self.requests, year),
            "aanbod": _applied(self.offers, year),
            "beschikbaar": _periods_on(year.counted_until, available),
            **_flow("wachtend", _periods(self.requests, WAITING), year),
            "wachttijd": self._waited(year),
            **_flow("lopend", running, year),
            "zelfstandig": self._left_by(year, Pairing.Stage.INDEPENDENT),
            "gestopt": self._left_by(year, Pairing.Stage.ENDED),
            **self._by_stage(year),
        }

    def _left_by(self, year: Year, stage: str) -> list[Entry]:
        return [
            Entry(one.pk, one.period.end)
            for one in self.pairings
            if one.left_by == stage and year.has(one.period.end)
        ]

    def _waited(self, year: Year) -> list[Entry]:
        """Pairings made of a request of which the wait is known."""
        made = [one for one in self.pairings if year.has(one.period.start)]
        waited = [
            (one, days_until(one, self.requests[one.request]))
            for one in made
            if one.request in self.requests
        ]
        return [
            Entry(one.pk, one.period.start, days)
            for one, days in waited
            if days is not None
        ]

    def _by_stage(self, year: Year) -> Counted:
        found: Counted = {f"fase-{stage}": [] for stage in RUNS}
        for pk, stages in self.stages.items():
            reached = [one for one in stages if one[0] <= year.counted_until]
            if reached and (key := f"fase-{reached[-1][1]}") in found:
                found[key].append(Entry(pk, reached[-1][0]))
        return found

    def _reasons_of_end(self, year: Year) -> Counted:
        ended = Pairing.objects.visible_to(self.user).filter(
            ended_on__range=_days(year)
        )
        rows = ended.values_list("end_reason", "pk", "ended_on")
        return _grouped("einde", Pairing.EndReason.values, rows)

    def _reasons_against(self, year: Year) -> Counted:
        declined = Proposal.objects.visible_to(self.user).filter(
            outcome=Proposal.Outcome.DECLINED, closed_on__range=_days(year)
        )
        rows = declined.values_list("reason", "pk", "closed_on")
        return _grouped("nee", Proposal.Reason.values, rows)

    def _outcomes(self, year: Year) -> Counted:
        closed = Evaluation.objects.visible_to(self.user).filter(
            closed_on__range=_days(year)
        )
        rows = closed.values_list("outcome", "pk", "closed_on")
        return _grouped("evaluatie", Evaluation.Outcome.values, rows)

    def _hours(self, year: Year) -> list[Entry]:
        """Pairings with agreements on the last day, and their hours a month."""
        in_force = (
            AgreementVersion.objects.visible_to(self.user)
            .in_force_on(year.counted_until)
            .filter(items__isnull=False)
            .distinct()
            .select_related("agreement")
            .prefetch_related("items__children")
        )
        return [
            Entry(
                version.agreement.pairing_id,
                version.effective_from,
                totals(version.terms()).hours,
            )
            for version in in_force
        ]


def median(entries: Iterable[Entry]) -> int | None:
    """Half of the amounts are this or less; None without any."""
    amounts = [one.amount or 0 for one in entries]
    return round(statistics.median(amounts)) if amounts else None


def ninetieth(entries: Iterable[Entry]) -> int | None:
    """The smallest amount that nine of ten do not pass; None without any."""
    amounts = sorted(one.amount or 0 for one in entries)
    return round(amounts[math.ceil(NINETY * len(amounts)) - 1]) if amounts else None


def hours(entries: Iterable[Entry]) -> Fraction:
    """Hours a month of all agreements together."""
    return sum((Fraction(one.amount or 0) for one in entries), Fraction())


def _of_one_family(changes, of: str):
    """Changes of a request or an offer that was not put together with another."""
    return changes.filter(
        **{f"{of}__isnull": False, f"{of}__family__household__merged_into": None}
    )


def _days(year: Year) -> tuple[dt.date, dt.date]:
    return year.starts_on, year.counted_until


def _periods(
    known: dict[int, History], stages: frozenset[str]
) -> list[tuple[int, Period]]:
    return [(pk, period) for pk, one in known.items() for period in one.periods(stages)]


def _applied(known: dict[int, History], year: Year) -> list[Entry]:
    """The first request or offer of each family that came in the period."""
    first: dict[int, Entry] = {}
    for pk, one in known.items():
        if year.has(one.first.on):
            first.setdefault(one.family, Entry(pk, one.first.on))
    return list(first.values())


def _periods_on(day: dt.date, periods: Iterable[tuple[int, Period]]) -> list[Entry]:
    return [Entry(pk, period.start) for pk, period in periods if period.has(day)]


def _flow(name: str, periods: list[tuple[int, Period]], year: Year) -> Counted:
    """Start + in - out = end, each with what it counts."""
    day_before = year.starts_on - DAY
    return {
        f"{name}-begin": _periods_on(day_before, periods),
        f"{name}-erbij": [
            Entry(pk, one.start) for pk, one in periods if year.has(one.start)
        ],
        f"{name}-eraf": [
            Entry(pk, one.end) for pk, one in periods if year.has(one.end)
        ],
        f"{name}-eind": _periods_on(year.counted_until, periods),
    }


def _grouped(
    name: str, values: Iterable[str], rows: Iterable[tuple[str, int, dt.date]]
) -> Counted:
    found: Counted = {f"{name}-{value}": [] for value in values}
    for value, pk, on in rows:
        found.setdefault(f"{name}-{value}", []).append(Entry(pk, on))
    return found

"""What a municipality may know: the only place that counts for outsiders.

Figures are about one partnership and one of its reporting years. They come from the
histories of stages, so that a year can be counted again for ever.
"""

import datetime as dt
import statistics
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

from django.db.models import Q, QuerySet

from buurtgezinnen import small_counts
from buurtgezinnen.small_counts import Count
from families.models import (
    Partnership,
    PartnershipTerm,
    Person,
    StageChange,
    SupportOffer,
    SupportRequest,
)
from matching.models import Pairing, PairingChild, PairingStage
from matching.querysets import PairingStageQuerySet

DAY = dt.timedelta(days=1)

# A request without a support family, whether or not it can be matched already.
OPEN = frozenset(
    {
        SupportRequest.Stage.APPLIED,
        SupportRequest.Stage.TALKING,
        SupportRequest.Stage.WAITING,
        SupportRequest.Stage.PROPOSED,
    }
)
# Somebody who takes a pause does not wait, but has not gone either.
PAUSED = frozenset({SupportRequest.Stage.PAUSED})
# A request for which everything is known, and a family is sought.
WAITING = frozenset({SupportRequest.Stage.WAITING, SupportRequest.Stage.PROPOSED})
AVAILABLE = frozenset({SupportOffer.Stage.AVAILABLE})

# The stages from which a pairing counts, by the rule of its partnership.
COUNTS_FROM = {
    Partnership.CountingRule.INTRODUCTION: frozenset(
        {
            Pairing.Stage.INTRODUCTION,
            Pairing.Stage.TRIAL,
            Pairing.Stage.ACTIVE,
            Pairing.Stage.INDEPENDENT,
        }
    ),
    Partnership.CountingRule.TRIAL: frozenset(
        {Pairing.Stage.TRIAL, Pairing.Stage.ACTIVE, Pairing.Stage.INDEPENDENT}
    ),
    Partnership.CountingRule.DEFINITE: frozenset(
        {Pairing.Stage.ACTIVE, Pairing.Stage.INDEPENDENT}
    ),
}
LEAVES_BY = frozenset({Pairing.Stage.INDEPENDENT, Pairing.Stage.ENDED})

# Youngest first; the last year of each group.
AGE_GROUPS = ((0, 3), (4, 7), (8, 12), (13, 17))
AGE_FIELDS = ("birth_year", "birth_month", "age_told", "age_told_on")


@dataclass(frozen=True)
class Year:
    """A reporting year, as seen on a day."""

    starts_on: dt.date
    ends_on: dt.date
    seen_on: dt.date

    @property
    def is_over(self) -> bool:
        """Whether no day of the year is still to come, or running."""
        return self.seen_on > self.ends_on

    @property
    def counted_until(self) -> dt.date:
        """The last day of the year that has come."""
        return min(self.ends_on, self.seen_on)

    def has(self, day: dt.date) -> bool:
        """Whether `day` is in the part of the year that is counted."""
        return self.starts_on <= day <= self.counted_until


@dataclass(frozen=True)
class Period:
    """From a day up to, not including, another. It counts on the days it has."""

    start: dt.date
    end: dt.date

    def has(self, day: dt.date) -> bool:
        """Whether `day` is in the period."""
        return self.start <= day < self.end

    def overlap(self, other: "Period") -> "Period":
        """The part that both have; it may be empty."""
        return Period(max(self.start, other.start), min(self.end, other.end))

    def __bool__(self) -> bool:
        return self.start < self.end


@dataclass(frozen=True)
class Flow:
    """How many there were, came and went: start + came - went = end."""

    start: int
    came: int
    went: int
    end: int


@dataclass(frozen=True)
class Step:
    """A stage, and the municipality that the household lived in then."""

    on: dt.date
    stage: str
    municipality: int


@dataclass(frozen=True)
class History:
    """The stages of a request or an offer, in their order."""

    family: int
    steps: list[Step]

    @property
    def first(self) -> Step:
        """The application."""
        return self.steps[0]

    def parts(self, stages: Collection[str]) -> Iterator[tuple[Period, int]]:
        """When and where it was in one of `stages`, from step to step."""
        ends = [step.on for step in self.steps[1:]]
        for step, end in zip(self.steps, [*ends, dt.date.max], strict=True):
            if step.stage in stages:
                yield Period(step.on, end), step.municipality

    def periods(self, stages: Collection[str]) -> list[Period]:
        """When it was in one of `stages`, without a break."""
        return _joined(period for period, _where in self.parts(stages))

    def periods_within(
        self, belongs: "Belonging", stages: Collection[str]
    ) -> list[Period]:
        """When it was in one of `stages`, in a municipality that belonged."""
        return _joined(
            period.overlap(member)
            for period, where in self.parts(stages)
            for member in belongs.get(where, ())
        )


def _joined(periods: Iterable[Period]) -> list[Period]:
    """Periods in their order, without empty ones; those that touch become one."""
    joined: list[Period] = []
    for period in periods:
        if joined and period and joined[-1].end == period.start:
            joined[-1] = Period(joined[-1].start, period.end)
        elif period:
            joined.append(period)
    return joined


@dataclass(frozen=True)
class CountedPairing:
    """A pairing from the day it counts, and the stage by which it left."""

    pk: int
    request: int
    period: Period
    left_by: str


@dataclass(frozen=True)
class Figures:
    """Everything that is shown of one year; nothing in here is smaller than allowed.

    `waiting_days` is None with too few pairings for a median. `ages` has a count for
    each of AGE_GROUPS and one for children of whom no age in them is known; it is
    None while the year runs, or with too few children.
    """

    year: Year
    target: int
    request_applications: Count
    support_applications: Count
    waiting: dict[str, Count]
    waiting_days: int | None
    pairings: dict[str, Count]
    children: Count
    support_families: Count
    ages: list[Count] | None


def year_of(partnership: Partnership, day: dt.date) -> int:
    """The calendar year in which the reporting year of `day` starts."""
    return day.year - (day.month < partnership.reporting_year_month)


def reporting_year(partnership: Partnership, year: int, *, on: dt.date) -> Year:
    """The reporting year that starts in `year`, as seen on `on`."""
    starts_on = dt.date(year, partnership.reporting_year_month, 1)
    ends_on = dt.date(year + 1, partnership.reporting_year_month, 1) - DAY
    return Year(starts_on, ends_on, seen_on=on)


def years_of(partnership: Partnership, *, on: dt.date) -> list[int]:
    """The reporting years with figures, from the current one back to the first."""
    first = (
        PartnershipTerm.objects.filter(partnership=partnership, starts_on__lte=on)
        .order_by("starts_on")
        .values_list("starts_on", flat=True)
        .first()
    )
    newest = year_of(partnership, on)
    oldest = year_of(partnership, first) if first else newest
    return list(range(newest, oldest - 1, -1))


def figures(partnership: Partnership, year: Year) -> Figures:
    """What `partnership` may know of `year`.

    The caller has made sure that the reader may see this partnership.
    """
    belongs = _belonging(partnership)
    requests = _histories("request", belongs, partnership)
    offers = _histories("offer", belongs, partnership)
    pairings = _counted_pairings(partnership)

    waiting = _flow(
        (
            waits
            for history in requests.values()
            for waits in history.periods_within(belongs, WAITING)
        ),
        year,
    )
    running = _flow((pairing.period for pairing in pairings), year)
    made = [pairing for pairing in pairings if year.has(pairing.period.start)]
    left = [pairing for pairing in pairings if year.has(pairing.period.end)]
    independent = sum(pairing.left_by == Pairing.Stage.INDEPENDENT for pairing in left)
    ages = _ages_reached(partnership, pairings, year)

    rule = {
        "limit": partnership.small_count,
        "suppressed": partnership.totals_suppressed,
    }
    return Figures(
        year=year,
        target=partnership.target,
        request_applications=small_counts.total(
            _applications(requests.values(), belongs, year), **rule
        ),
        support_applications=small_counts.total(
            _applications(offers.values(), belongs, year), **rule
        ),
        waiting=small_counts.balance(
            {
                "start": waiting.start,
                "came": waiting.came,
                "went": waiting.went,
                "end": waiting.end,
            },
            **rule,
        ),
        waiting_days=_median_waiting_days(made, requests, limit=rule["limit"]),
        pairings=small_counts.balance(
            {
                "start": running.start,
                "made": len(made),
                "ended": len(left) - independent,
                "independent": independent,
                "end": running.end,
            },
            **rule,
        ),
        children=small_counts.total(sum(ages), **rule),
        support_families=small_counts.total(
            _families_on(year.counted_until, offers.values(), belongs), **rule
        ),
        # Somebody who looks at a running year day by day would see who came when.
        ages=small_counts.breakdown(ages, limit=rule["limit"])
        if year.is_over
        else None,
    )


Belonging = dict[int, list[Period]]


def _belonging(partnership: Partnership) -> Belonging:
    """When each municipality belonged to the partnership."""
    municipalities = partnership.terms.values("municipality")
    terms = PartnershipTerm.objects.filter(municipality__in=municipalities)
    starts = defaultdict(list)
    for municipality, starts_on, of in terms.order_by("starts_on").values_list(
        "municipality", "starts_on", "partnership"
    ):
        starts[municipality].append((starts_on, of))
    return {
        municipality: [
            Period(start, end)
            for (start, of), (end, _next) in pairwise([*known, (dt.date.max, None)])
            if of == partnership.pk
        ]
        for municipality, known in starts.items()
    }


def _histories(
    of: str, belongs: Belonging, partnership: Partnership
) -> dict[int, History]:
    """The history of each request or offer that may matter to the partnership.

    These are those that ever were in its municipalities, and those of its pairings.
    What was put together with another application of the same family counts there.
    """
    lived_here = StageChange.objects.filter(
        municipality__in=belongs, **{f"{of}__isnull": False}
    ).values(of)
    paired = Pairing.objects.filter(partnership=partnership).values(of)
    one_family = Q(**{f"{of}__family__household__merged_into": None})
    return histories(
        of,
        StageChange.objects.filter(
            Q(**{f"{of}__in": lived_here}) & one_family | Q(**{f"{of}__in": paired})
        ),
    )


def histories(of: str, changes: QuerySet[StageChange]) -> dict[int, History]:
    """The history of each "request" or "offer" in `changes`, by its primary key.

    No text of a family is read.
    """
    steps = changes.order_by("on", "pk").values_list(
        of, f"{of}__family", "municipality", "stage", "on"
    )
    found: dict[int, History] = {}
    for pk, family, municipality, stage, on in steps:
        history = found.setdefault(pk, History(family, []))
        history.steps.append(Step(on, stage, municipality))
    return found


def _counted_pairings(partnership: Partnership) -> list[CountedPairing]:
    """The pairings that reached the stage from which the partnership counts them."""
    return counted_pairings(
        PairingStage.objects.filter(pairing__partnership=partnership)
    )


def counted_pairings(reached: PairingStageQuerySet) -> list[CountedPairing]:
    """The pairings that count by the rule of their partnership.

    Without a partnership a pairing counts from the trial, as it does by default.
    """
    stages = (
        reached.counted()
        .order_by("on", "pk")
        .values_list(
            "pairing",
            "pairing__request",
            "stage",
            "on",
            "pairing__partnership__counting_rule",
        )
    )
    counted: dict[int, CountedPairing] = {}
    for pk, request, stage, on, rule in stages:
        pairing = counted.get(pk)
        counts_from = COUNTS_FROM[rule or Partnership.CountingRule.TRIAL]
        if pairing is None and stage in counts_from:
            pairing = CountedPairing(pk, request, Period(on, dt.date.max), "")
        if pairing is not None and not pairing.left_by and stage in LEAVES_BY:
            period = Period(pairing.period.start, on)
            pairing = replace(pairing, period=period, left_by=stage)
        if pairing is not None:
            counted[pk] = pairing
    return list(counted.values())


def _flow(periods: Iterable[Period], year: Year) -> Flow:
    before = year.starts_on - DAY
    counted = list(periods)
    return Flow(
        start=sum(period.has(before) for period in counted),
        came=sum(year.has(period.start) for period in counted),
        went=sum(year.has(period.end) for period in counted),
        end=sum(period.has(year.counted_until) for period in counted),
    )


def _applications(histories: Iterable[History], belongs: Belonging, year: Year) -> int:
    return len(
        {
            history.family
            for history in histories
            if year.has(history.first.on)
            and any(
                member.has(history.first.on)
                for member in belongs.get(history.first.municipality, ())
            )
        }
    )


def _families_on(day: dt.date, histories: Iterable[History], belongs: Belonging) -> int:
    return len(
        {
            history.family
            for history in histories
            if any(
                period.has(day) for period in history.periods_within(belongs, AVAILABLE)
            )
        }
    )


def _median_waiting_days(
    made: Iterable[CountedPairing], requests: dict[int, History], *, limit: int
) -> int | None:
    days = [days_until(pairing, requests[pairing.request]) for pairing in made]
    waited = [one for one in days if one is not None]
    return round(statistics.median(waited)) if len(waited) >= limit else None


def days_until(pairing: CountedPairing, history: History) -> int | None:
    """Days a request waited for a pairing, without its pauses; None if it never did."""
    counts_on = pairing.period.start
    starts = [
        period.start
        for period in history.periods(OPEN | PAUSED)
        if period.start <= counts_on
    ]
    if not starts:
        return None
    whole = Period(starts[-1], counts_on)
    paused = [one.overlap(whole) for one in history.periods(PAUSED)]
    days = [(one.end - one.start).days for one in paused if one]
    return (whole.end - whole.start).days - sum(days)


def _ages_reached(
    partnership: Partnership, pairings: Iterable[CountedPairing], year: Year
) -> list[int]:
    """How many children of each age group were reached, and of no known one.

    A child counts once, whichever pairings it is in, with its age at the end.
    """
    on_days = {pairing.pk: _days_in(pairing.period, year) for pairing in pairings}
    reached: dict[int, Person] = {}
    rows = PairingChild.objects.filter(pairing__partnership=partnership)
    for row in rows.select_related("child").only(
        "pairing", "joined_on", "left_on", *(f"child__{name}" for name in AGE_FIELDS)
    ):
        if row.pairing_id not in on_days:
            continue
        took_part = Period(row.joined_on, row.left_on or dt.date.max)
        if _days_in(took_part, year).overlap(on_days[row.pairing_id]):
            reached[row.child_id] = row.child
    counts = [0] * (len(AGE_GROUPS) + 1)
    for child in reached.values():
        counts[_age_group(child.age_on(year.counted_until))] += 1
    return counts


def _days_in(period: Period, year: Year) -> Period:
    """The days of a period that fall in the year, its last day included."""
    last = period.end if period.end == dt.date.max else period.end + DAY
    return Period(period.start, last).overlap(
        Period(year.starts_on, year.counted_until + DAY)
    )


def _age_group(age: int | None) -> int:
    for index, (first, last) in enumerate(AGE_GROUPS):
        if age is not None and first <= age <= last:
            return index
    return len(AGE_GROUPS)

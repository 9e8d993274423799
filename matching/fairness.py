"""Whether families get the same chance: numbers about many, before any is hidden.

The caller has made sure that the reader may know of these municipalities, and hides
what is small: nothing in here may be shown as it is.
"""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from itertools import pairwise

from django.utils.translation import gettext_lazy as _

from families.models import Location, StageChange, SupportRequest
from matching.engine.backtest import choice_of
from matching.engine.pool_rows import Homes
from matching.models import Proposal
from matching.services.rules import weights_of

# The facts of `matching.core.criteria.NEVER_USED`, as people say them.
NEVER_USED = {
    "religion": _("religion"),
    "ethnicity": _("origin or skin colour"),
    "nationality": _("nationality"),
    "health": _("health"),
    "diagnosis": _("a diagnosis"),
    "income": _("income"),
    "debts": _("debts"),
    "sexual_orientation": _("whom somebody loves"),
    "political_opinion": _("political opinion"),
    "values": _("values and how people bring up children"),
    "click": _("whether there is a click"),
}
WAITS = frozenset({SupportRequest.Stage.WAITING, SupportRequest.Stage.PROPOSED})


@dataclass(frozen=True)
class Year:
    """Twelve whole months, both days included."""

    starts_on: dt.date
    ends_on: dt.date


@dataclass(frozen=True)
class Waited:
    """A request family that waited in the year.

    Attributes:
        postcode: four digits; "" when unknown or secret.
        languages: what its adults speak, as a mask.
        days: how long it waited in all, up to the end of the year.
    """

    postcode: str
    languages: int
    days: int


@dataclass(frozen=True)
class Chosen:
    """Of how many proposals the family stood first, and of how many not.

    Attributes:
        unknown: no other family could be chosen, or which ones was not kept.
    """

    first: int
    other: int
    unknown: int


def year_until(on: dt.date) -> Year:
    """The twelve months before the one of `on`.

    Who looks day by day would see which family came when, so a month counts once it
    is over.
    """
    this_month = on.replace(day=1)
    return Year(
        starts_on=this_month.replace(year=this_month.year - 1),
        ends_on=this_month - dt.timedelta(days=1),
    )


def waited(municipalities: Collection[int], year: Year) -> list[Waited]:
    """Each family that waited in these municipalities, in no telling order."""
    days = _days_by_home(municipalities, year)
    households = {household for _family, household in days}
    homes = Homes.of(households, on=year.ends_on)
    postcodes = _postcodes(households, on=year.ends_on)
    return [
        Waited(
            postcode=postcodes.get(household, ""),
            languages=homes.languages.get(household, 0),
            days=n_days,
        )
        for (_family, household), n_days in days.items()
    ]


def chosen(municipalities: Collection[int], year: Year) -> Chosen:
    """How often the first family of the list was proposed, and how often another.

    First is what the rules of that moment put first.
    """
    proposals = (
        Proposal.objects.exclude(outcome=Proposal.Outcome.WITHDRAWN)
        .filter(
            request__family__household__municipality__in=municipalities,
            made_on__range=(year.starts_on, year.ends_on),
        )
        .select_related("rules")
        .only("snapshot", "outcome", "rules")
    )
    counted: Counter[bool | None] = Counter()
    for proposal in proposals.iterator():
        choice = choice_of(proposal)
        counted[choice and choice.stands_first(weights_of(proposal.rules))] += 1
    return Chosen(first=counted[True], other=counted[False], unknown=counted[None])


def declined(municipalities: Collection[int], year: Year) -> dict[str, int]:
    """How many proposals were declined for each reason, in their fixed order."""
    reasons = Counter(
        Proposal.objects.filter(
            request__family__household__municipality__in=municipalities,
            outcome=Proposal.Outcome.DECLINED,
            closed_on__range=(year.starts_on, year.ends_on),
        ).values_list("reason", flat=True)
    )
    return {reason: reasons[reason] for reason in Proposal.Reason.values}


def _days_by_home(
    municipalities: Collection[int], year: Year
) -> dict[tuple[int, int], int]:
    """Days waited by each (family, household) that waited here in the year."""
    waited_here = StageChange.objects.filter(
        municipality__in=municipalities, stage__in=WAITS, request__isnull=False
    ).values("request")
    steps: dict[int, list[tuple[dt.date, str, int]]] = defaultdict(list)
    whose: dict[int, tuple[int, int]] = {}
    rows = (
        StageChange.objects.filter(request__in=waited_here, on__lte=year.ends_on)
        .order_by("on", "pk")
        .values_list(
            "request",
            "request__family",
            "request__family__household",
            "on",
            "stage",
            "municipality",
        )
    )
    for request, family, household, on, stage, municipality in rows:
        whose[request] = family, household
        steps[request].append((on, stage, municipality))
    found: dict[tuple[int, int], int] = {}
    for request, taken in steps.items():
        days = _days_waited(taken, municipalities, year)
        if days is not None:
            one = whose[request]
            found[one] = max(found.get(one, 0), days)
    return found


def _days_waited(
    steps: Iterable[tuple[dt.date, str, int]],
    municipalities: Collection[int],
    year: Year,
) -> int | None:
    """The days of all waiting up to the end; None when none of it was here and then."""
    end = year.ends_on + dt.timedelta(days=1)
    days, here = 0, False
    for (start, stage, where), (until, _stage, _where) in pairwise(
        [*steps, (end, "", 0)]
    ):
        if stage in WAITS and start < until:
            days += (until - start).days
            here |= where in municipalities and until > year.starts_on
    return days if here else None


def _postcodes(households: Collection[int], *, on: dt.date) -> dict[int, str]:
    """The four digits of each home that is not secret."""
    homes = (
        Location.objects.filter(household__in=households, kind=Location.Kind.HOME)
        .filter(area__isnull=False, secret=False)
        .current_on(on)
        .order_by("from_on", "pk")
    )
    return dict(homes.values_list("household", "area__postcode"))

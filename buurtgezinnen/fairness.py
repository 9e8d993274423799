"""The fairness panel: who waits how long, who was chosen, who said no, and why.

The only place that shows these numbers. What is small stands together with others, so
that no family can be recognised and nothing follows from a total.
"""

import datetime as dt
import statistics
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from buurtgezinnen.small_counts import Count, breakdown, total
from families.models import (
    Municipality,
    Partnership,
    PartnershipTerm,
    PostcodeArea,
    User,
)
from families.vocabulary import Language, languages_in
from matching.fairness import Waited, Year, chosen, declined, waited
from matching.models import Proposal

FEWEST = 5
DAYS_IN_A_WEEK = 7
ELSEWHERE = ""
# Keys of languages that are none.
NO_LANGUAGE, SEVERAL = -1, -2


@dataclass(frozen=True)
class Scope:
    """Of which municipalities somebody reads the panel, and what is too few there."""

    municipalities: frozenset[int]
    limit: int

    @classmethod
    def of_coordinator(cls, user: User) -> "Scope":
        """Where the coordinator works; the strictest of what was agreed there."""
        own = frozenset(user.municipalities().values_list("pk", flat=True))
        agreed = Partnership.objects.filter(terms__municipality__in=own)
        return cls(own, _strictest(agreed.values_list("small_count", flat=True)))

    @classmethod
    def of_partnership(cls, partnership: Partnership, *, on: dt.date) -> "Scope":
        """The municipalities that belong to a partnership on a day."""
        terms = (
            PartnershipTerm.objects.filter(
                municipality__in=partnership.terms.values("municipality"),
                starts_on__lte=on,
            )
            .order_by("starts_on")
            .values_list("municipality", "partnership")
        )
        # The latest term of a municipality is the one that holds.
        own = frozenset(pk for pk, of in dict(terms).items() if of == partnership.pk)
        return cls(own, partnership.small_count)

    @classmethod
    def of_everybody(cls) -> "Scope":
        """All municipalities, for the office; the strictest of what was agreed."""
        towns = frozenset(Municipality.objects.values_list("pk", flat=True))
        agreed = Partnership.objects.values_list("small_count", flat=True)
        return cls(towns, _strictest(agreed))


def _strictest(agreed: Iterable[int]) -> int:
    return max([FEWEST, *agreed])


@dataclass(frozen=True)
class Line:
    """A row of a table: what, how many, and the middle waiting time in weeks."""

    label: str
    number: int
    weeks: int | None = None


@dataclass(frozen=True)
class Table:
    """Numbers about one question, as they may be shown.

    Attributes:
        lines: None when there are too few to tell apart.
        total: exact unless it is too small to show.
        weeks: the middle waiting time of all, unless they are too few.
    """

    key: str
    title: str
    told: str
    what: str
    unit: str
    lines: list[Line] | None
    total: Count
    with_weeks: bool = False
    weeks: int | None = None


def together(
    numbers: Mapping[str, int], *, limit: int, rest: str
) -> list[tuple[str, int, tuple[str, ...]]] | None:
    """Numbers that may be shown: each alone, or with all the others that are hidden.

    Args:
        numbers: by key; they add up to a total that everybody may know.
        limit: the fewest that may be shown.
        rest: what those that are not shown alone are called together.

    Returns:
        Name, number and keys of each line, in the order of `numbers` with the rest
        last; None when there is nothing to tell apart. No number is below `limit`.
    """
    counts = breakdown(list(numbers.values()), limit=limit)
    if counts is None:
        return None
    shown = [
        (key, number, (key,))
        for (key, number), count in zip(numbers.items(), counts, strict=True)
        if not count.hidden
    ]
    hidden = tuple(
        key for key, count in zip(numbers, counts, strict=True) if count.hidden
    )
    if not shown:
        return None
    if hidden:
        shown.append((rest, sum(numbers[key] for key in hidden), hidden))
    return shown


def tables_of(scope: Scope, year: Year) -> list[Table]:
    """All tables of the panel."""
    families = waited(scope.municipalities, year)
    return [
        _by_place(families, scope),
        _by_language(families, scope),
        _choices(scope, year),
        _declines(scope, year),
    ]


def _by_place(families: Sequence[Waited], scope: Scope) -> Table:
    names = _neighbourhoods(scope)
    weeks: dict[str, list[int]] = {key: [] for key in (*names, ELSEWHERE)}
    for one in families:
        key = one.postcode if one.postcode in names else ELSEWHERE
        weeks[key].append(one.days)
    return Table(
        key="place",
        title=_("Waiting time by neighbourhood"),
        told=_("Half of the families waited shorter than the middle, half longer."),
        what=_("Neighbourhood"),
        unit=_("Families"),
        lines=_waiting_lines(
            weeks,
            names | {ELSEWHERE: _("Unknown, secret or elsewhere")},
            limit=scope.limit,
            rest=_("All other neighbourhoods together"),
        ),
        total=total(len(families), limit=scope.limit, suppressed=True),
        with_weeks=True,
        weeks=_middle_of_all(families, scope),
    )


def _neighbourhoods(scope: Scope) -> dict[str, str]:
    """Each postcode of the municipalities with its town; with both where it has two."""
    areas = PostcodeArea.objects.filter(municipality__in=scope.municipalities)
    towns: dict[str, list[str]] = {}
    for postcode, town in areas.order_by("postcode", "place").values_list(
        "postcode", "place"
    ):
        known = towns.setdefault(postcode, [])
        if town not in known:
            known.append(town)
    return {postcode: f"{postcode} {', '.join(one)}" for postcode, one in towns.items()}


def _by_language(families: Sequence[Waited], scope: Scope) -> Table:
    names = {int(one): capfirst(one.label) for one in Language} | {
        SEVERAL: _("Several languages, no Dutch"),
        NO_LANGUAGE: _("Not asked yet"),
    }
    names[int(Language.DUTCH)] = _("Dutch, alone or beside another language")
    weeks: dict[int, list[int]] = {key: [] for key in names}
    for one in families:
        weeks[_language(one.languages)].append(one.days)
    return Table(
        key="language",
        title=_("Waiting time by language"),
        told=_("What the adults of a family speak."),
        what=_("Language"),
        unit=_("Families"),
        lines=_waiting_lines(
            weeks, names, limit=scope.limit, rest=_("All other languages together")
        ),
        total=total(len(families), limit=scope.limit, suppressed=True),
        with_weeks=True,
        weeks=_middle_of_all(families, scope),
    )


def _language(mask: int) -> int:
    spoken = languages_in(mask)
    if Language.DUTCH in spoken:
        return int(Language.DUTCH)
    if len(spoken) > 1:
        return SEVERAL
    return int(spoken[0]) if spoken else NO_LANGUAGE


def _waiting_lines(days, names, *, limit: int, rest: str) -> list[Line] | None:
    """A line for each key with enough families, with their middle waiting time."""
    shown = together(
        {key: len(one) for key, one in days.items()}, limit=limit, rest=rest
    )
    if shown is None:
        return None
    return [
        Line(names.get(key, key), number, _middle([d for k in keys for d in days[k]]))
        for key, number, keys in shown
    ]


def _middle(days: Collection[int]) -> int:
    return round(statistics.median(days) / DAYS_IN_A_WEEK)


def _middle_of_all(families: Sequence[Waited], scope: Scope) -> int | None:
    if len(families) < scope.limit:
        return None
    return _middle([one.days for one in families])


def _choices(scope: Scope, year: Year) -> Table:
    counted = chosen(scope.municipalities, year)
    numbers = {
        _("The first family of the list"): counted.first,
        _("Another family than the first"): counted.other,
        _("Nobody else could be chosen, or not kept"): counted.unknown,
    }
    return Table(
        key="choice",
        title=_("Whom coordinators proposed"),
        told=_(
            "The list advises, a person decides. Often another one than the first is "
            "no fault: it shows where the list knows too little."
        ),
        what=_("Proposed"),
        unit=_("Proposals"),
        lines=_plain_lines(numbers, scope, rest=_("All others together")),
        total=total(sum(numbers.values()), limit=scope.limit, suppressed=True),
    )


def _declines(scope: Scope, year: Year) -> Table:
    counted = declined(scope.municipalities, year)
    numbers = {
        capfirst(Proposal.Reason(reason).label): n for reason, n in counted.items()
    }
    return Table(
        key="decline",
        title=_("Why proposals were declined"),
        told=_(
            "A no is never held against a family. Only the same two families are not "
            "proposed to each other again by themselves for a year."
        ),
        what=_("Reason"),
        unit=_("Proposals"),
        lines=_plain_lines(numbers, scope, rest=_("All other reasons together")),
        total=total(sum(numbers.values()), limit=scope.limit, suppressed=True),
    )


def _plain_lines(
    numbers: Mapping[str, int], scope: Scope, *, rest: str
) -> list[Line] | None:
    shown = together(numbers, limit=scope.limit, rest=rest)
    if shown is None:
        return None
    return [Line(name, number) for name, number, _keys in shown]

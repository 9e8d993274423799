"""Two or three support families beside each other, differing rows first."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from families.models import SupportOffer
from families.templatetags.house import cycling_minutes
from families.templatetags.house import distance_km as distance_in_words
from matching.bench.search import Search, why_not
from matching.bench.workbench import distance_km
from matching.core.explain import Reason
from matching.core.rules import CODES
from matching.engine.encode import band_name
from matching.wording.reasons import CRITERIA, NEVER_A_REASON, sentence, sign_of
from matching.wording.words import TAG_OF_BAND, band_label

FEWEST, MOST = 2, 3
# So many candidates can be chosen to put beside the others.
CHOICES = 25


@dataclass(frozen=True)
class Column:
    """One support family.

    Attributes:
        number: its place among the candidates; 0 where it is out of the question.
        why_not: the first reason against it; "" for a candidate.
    """

    offer: SupportOffer
    name: str
    known: bool
    number: int
    band_label: str
    band_tag: str
    why_not: str


@dataclass(frozen=True)
class Cell:
    """What one criterion says about one support family."""

    sign: str
    text: str


@dataclass(frozen=True)
class Row:
    """One criterion for all columns.

    Attributes:
        names: of the columns, for who reads them below each other.
    """

    label: str
    cells: list[Cell]
    names: list[str]

    @property
    def paired(self) -> list[tuple[Cell, str]]:
        """Each cell with the name of its column."""
        return list(zip(self.cells, self.names, strict=True))

    @property
    def differs(self) -> bool:
        """Whether it does not say the same of all."""
        return len(set(self.cells)) > 1

    @property
    def says_something(self) -> bool:
        """Whether there is a word in it."""
        return any(one.text for one in self.cells)


@dataclass(frozen=True)
class Comparison:
    """The table: rows that differ first, each part in the order of the reasons."""

    columns: list[Column]
    differing: list[Row]
    equal: list[Row]


def comparison_of(search: Search, chosen: Sequence[SupportOffer]) -> Comparison:
    """The support families in the order in which they were chosen."""
    cols = [search.encoded.offers.index(one.pk) for one in chosen]
    explained = search.explained(cols)
    reasons = [{one.code: one for one in explained[col]} for col in cols]
    names = [search.label(one) for one in chosen]
    rows = [
        Row(str(CRITERIA[code]), [_cell(one[code]) for one in reasons], names)
        for code in CODES
        if code not in NEVER_A_REASON
    ]
    rows = [one for one in rows if one.says_something]
    return Comparison(
        columns=[
            _column(search, offer, col, list(of_pair.values()))
            for offer, col, of_pair in zip(chosen, cols, reasons, strict=True)
        ],
        differing=[one for one in rows if one.differs],
        equal=[one for one in rows if not one.differs],
    )


def choices_of(search: Search, chosen: Sequence[SupportOffer]) -> list[tuple[str, str]]:
    """Whom to choose from, as reference and name: the best, and who stands there."""
    cols = search.ranking.cols[:CHOICES].tolist()
    offers = search.offers_at(cols)
    best = {offers[col].reference: search.label(offers[col]) for col in cols}
    others = {one.reference: search.label(one) for one in chosen}
    return list((best | others).items())


def _column(
    search: Search, offer: SupportOffer, col: int, reasons: list[Reason]
) -> Column:
    number = search.place_of(col)
    band = band_name(int(search.ranking.band[number - 1])) if number else ""
    return Column(
        offer=offer,
        name=search.label(offer),
        known=search.names.knows(offer.family.household),
        number=number,
        band_label=band_label(band) if band else _("Does not fit"),
        band_tag=TAG_OF_BAND[band] if band else "warn",
        why_not="" if number else why_not(search, col, reasons),
    )


def _cell(reason: Reason) -> Cell:
    text = sentence(reason)
    if reason.code == "distance":
        far = distance_km([reason])
        minutes = cycling_minutes(far)
        facts = f"{distance_in_words(far)} · {minutes}." if minutes else ""
        text = f"{facts} {text}".strip()
    return Cell(sign_of(reason) if text else "", text)

"""What the workbench shows for a request: the candidates, best first, with reasons."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace
from hashlib import sha256

from families.models import SupportOffer, SupportRequest, User
from matching.bench.said_no import said_no
from matching.bench.search import Search, search_for, why_not
from matching.bench.vogs import expected_vogs
from matching.core.explain import SHOWN, Reason
from matching.core.pool import Screening
from matching.core.rank import rank_offers
from matching.engine.encode import band_name
from matching.engine.pool_rows import DECLINED
from matching.engine.snapshots import unsaved_proposal
from matching.models import Proposal
from matching.wording.reasons import (
    Counted,
    ReasonInWords,
    calculation,
    reasons_in_words,
)
from matching.wording.words import TAG_OF_BAND, band_label

# As many cards fit beside each other; the others of the first five are one press away.
CARDS_FIRST = 3


@dataclass(frozen=True)
class Card:
    """One candidate.

    Attributes:
        number: its place among all candidates.
        name: of the family, or where it lives when it may not be named.
        label: the same, told apart from others without a name.
        known: whether the coordinator may open its page.
        moments: as far as other pairings leave them; None when not asked yet.
        held: for whom its places are held, in words; "" where nobody does.
    """

    number: int
    offer: SupportOffer
    name: str
    label: str
    known: bool
    band: str
    distance_km: float | None
    reasons: list[ReasonInWords]
    counted: list[Counted]
    moments: int | None
    held: str = ""

    @property
    def band_label(self) -> str:
        """The band in words; never a percentage."""
        return band_label(self.band)

    @property
    def band_tag(self) -> str:
        """The kind of tag that goes with the band."""
        return TAG_OF_BAND[Proposal.Band(self.band)]

    @property
    def fitting(self) -> list[ReasonInWords]:
        """What fits, which can be folded away."""
        return [one for one in self.reasons if one.sign == "met"]

    @property
    def to_mind(self) -> list[ReasonInWords]:
        """What fits partly, does not fit or is not known yet."""
        return [one for one in self.reasons if one.sign != "met"]


@dataclass(frozen=True)
class Bench:
    """Some of the candidates of a request, and where they stand among all.

    Attributes:
        cards: the candidates shown.
        looked_at: the five from the first card on; those shown are its beginning.
        n_candidates: how many there are in all.
    """

    cards: list[Card]
    looked_at: list[Card]
    n_candidates: int

    @property
    def n_folded(self) -> int:
        """How many of the five are not shown yet."""
        return len(self.looked_at) - len(self.cards)

    @property
    def first_folded(self) -> Card | None:
        """The first of them."""
        return self.looked_at[len(self.cards)] if self.n_folded else None

    @property
    def next_from(self) -> int | None:
        """The place of the first candidate after these five."""
        last = self.looked_at[-1].number if self.looked_at else 0
        return last + 1 if last < self.n_candidates else None

    @property
    def before_from(self) -> int | None:
        """The place from which the five before these stand."""
        first = self.looked_at[0].number if self.looked_at else 1
        return max(1, first - SHOWN) if first > 1 else None

    @property
    def best(self) -> list[str]:
        """The references of the best three, to put beside each other."""
        first = bool(self.looked_at) and self.looked_at[0].number == 1
        return [one.offer.reference for one in self.looked_at[:3]] if first else []

    @property
    def stamp(self) -> str:
        """Another one as soon as anything about these candidates is different."""
        seen = [
            (one.offer.pk, one.band, one.held, [reason.text for reason in one.reasons])
            for one in self.looked_at
        ]
        return sha256(repr((self.n_candidates, seen)).encode()).hexdigest()[:16]


def bench_of(search: Search, *, first: int = 1, most: int = CARDS_FIRST) -> Bench:
    """The candidates from place `first` on; at most five, `most` of them shown."""
    start = max(0, first - 1)
    cols = search.ranking.cols[start : start + SHOWN].tolist()
    offers = search.offers_at(cols)
    cards = _cards(search, {col: offers[col] for col in cols})
    return Bench(cards[:most], cards, len(search.ranking.cols))


@dataclass(frozen=True)
class Checked:
    """One pair, looked at once more before it is proposed.

    Attributes:
        card: what the workbench shows of it; None when it is out of the question.
        proposal: unsaved, with all the engine saw; None when out of the question.
        why_not: the first reason against it.
        said_no: who said no to it earlier and when; "" where nobody did.
        distance_km: None when unknown.
    """

    card: Card | None
    proposal: Proposal | None
    why_not: str
    distance_km: float | None
    said_no: str = ""


def check_pair(
    request: SupportRequest, offer: SupportOffer, *, user: User, on: dt.date
) -> Checked:
    """What the engine says about one pair today, among all that may be proposed.

    A no from before is told, and does not stand in the way of who asks.
    """
    search = search_for(request, user=user, on=on, also=[offer])
    col = search.encoded.offers.index(offer.pk)
    no = ""
    if search.encoded.barred.get((0, col)) == DECLINED:
        no = said_no(search, [offer])[offer.pk]
        encoded = search.encoded.free(0, col)
        ranking = rank_offers(encoded.pool, 0, search.weights)
        search = replace(search, encoded=encoded, ranking=ranking)
    if not search.place_of(col):
        reasons = search.explained([col])[col]
        why = why_not(search, col, reasons)
        return Checked(None, None, why, distance_km(reasons), no)
    (card,) = _cards(search, {col: offer})
    proposal = unsaved_proposal(
        search.encoded, search.ranking, 0, col, rules=search.rules
    )
    return Checked(card, proposal, "", card.distance_km, no)


def distance_km(reasons: Iterable[Reason]) -> float | None:
    """How far two families live apart; None when unknown."""
    (distance,) = (one for one in reasons if one.code == "distance")
    metres = distance.params["distance_m"]
    return None if metres is None else metres / 1000


def _cards(search: Search, offers: dict[int, SupportOffer]) -> list[Card]:
    """The cards of the candidates in these columns, in their order."""
    reasons, vogs = search.explained(offers), _expected_vogs(search, offers)
    return [
        _card(search, col, offer, reasons[col], vogs) for col, offer in offers.items()
    ]


def _card(
    search: Search,
    col: int,
    offer: SupportOffer,
    reasons: tuple[Reason, ...],
    vogs: dict[int, str],
) -> Card:
    household, number = offer.family.household, search.place_of(col)
    pool = search.pool.offers
    return Card(
        number=number,
        offer=offer,
        name=search.names.support(household),
        label=search.label(offer),
        known=search.names.knows(household),
        band=band_name(int(search.ranking.band[number - 1])),
        distance_km=distance_km(reasons),
        reasons=[
            replace(one, text=f"{one.text} {vogs[household.pk]}")
            if one.code == "screening" and household.pk in vogs
            else one
            for one in reasons_in_words(reasons)
        ],
        counted=calculation(reasons),
        moments=int(pool.moments[col]) if pool.moments_known[col] else None,
        held=search.held_in_words(offer),
    )


def _expected_vogs(search: Search, offers: dict[int, SupportOffer]) -> dict[int, str]:
    """From when families can of which the VOG is on its way, by household."""
    stages = search.pool.offers.screening
    under_way = {
        offer.family.household_id
        for col, offer in offers.items()
        if stages[col] == Screening.UNDER_WAY
    }
    return expected_vogs(under_way, on=search.on) if under_way else {}

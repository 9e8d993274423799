"""What the workbench shows for a request: the candidates, best first, with reasons."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256

import numpy as np
from django.db.models import Q, QuerySet
from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from families.models import Household, SupportOffer, SupportRequest, User
from matching.bench.vogs import expected_vogs
from matching.core.explain import SHOWN, Reason, explain_many
from matching.core.pool import Pool, Screening
from matching.core.rank import Ranking, rank_offers
from matching.core.rules import Weights
from matching.engine.encode import Encoded, band_name, encode
from matching.engine.pool_rows import EXCLUDED, PROPOSED, SAME_HOME, TOGETHER
from matching.engine.snapshots import unsaved_proposal
from matching.models import Exclusion, Proposal, Rules
from matching.services.rules import rules_in_use, weights_of
from matching.wording import words
from matching.wording.reasons import (
    Counted,
    ReasonInWords,
    calculation,
    reasons_in_words,
    sentence,
)

# As many cards fit beside each other; the others of the first five are one press away.
CARDS_FIRST = 3
# Of the reference of a family without a name, enough to tell it from others.
CODE = 5
TAG_OF_BAND = {
    Proposal.Band.STRONG: "ok",
    Proposal.Band.GOOD: "info",
    Proposal.Band.POSSIBLE: "",
}


def band_label(band: str) -> str:
    """A band as it stands in a tag."""
    return capfirst(Proposal.Band(band).label)


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


class Names:
    """How families are called on the screen of somebody who may not know them all."""

    def __init__(self, user: User) -> None:
        self.user = user

    @cached_property
    def own(self) -> set[int]:
        """The municipalities of the user."""
        return set(self.user.municipalities().values_list("pk", flat=True))

    def knows(self, household: Household) -> bool:
        """Whether the household is of an own municipality."""
        return household.municipality_id in self.own

    def support(self, household: Household, *, told: bool = False) -> str:
        """A support family; by name when it is an own one or when names were told."""
        if told or self.knows(household):
            return words.family_name(household)
        return words.anonymous_support_family(household)

    def request(self, household: Household, *, told: bool = False) -> str:
        """A request family; by name when it is an own one or when names were told."""
        if told or self.knows(household):
            return words.family_name(household)
        return words.anonymous_request_family(household)


def may_be_proposed_by(user: User) -> QuerySet[SupportOffer]:
    """Own offers in any stage, and those across the border that are available."""
    own = SupportOffer.objects.visible_to(user)
    near = SupportOffer.objects.offered_to(user).available()
    return SupportOffer.objects.filter(
        Q(pk__in=own.values("pk")) | Q(pk__in=near.values("pk"))
    )


@dataclass(frozen=True)
class Search:
    """A request beside every support family that may be shown with it, ranked."""

    request: SupportRequest
    user: User
    on: dt.date
    encoded: Encoded
    rules: Rules
    weights: Weights
    ranking: Ranking
    names: Names

    @property
    def pool(self) -> Pool:
        """The numbers behind it; the request stands in row 0."""
        return self.encoded.pool

    @property
    def left_out(self) -> list[tuple[int, str]]:
        """Columns that are not proposed and the code of the first veto.

        Without the family itself, and without municipalities that do not take part.
        """
        pairs = zip(
            self.ranking.left_out.tolist(), self.ranking.veto_codes, strict=True
        )
        return [
            (col, code)
            for col, code in pairs
            if code != "place" and self.encoded.barred.get((0, col)) != SAME_HOME
        ]

    def place_of(self, col: int) -> int:
        """The place of an offer among the candidates; 0 where it is none."""
        places = self.ranking.cols.tolist()
        return places.index(col) + 1 if col in places else 0

    def explained(self, cols: Iterable[int]) -> dict[int, tuple[Reason, ...]]:
        """The reasons about the support families in these columns."""
        asked = np.array(list(cols), np.int64)
        reasons = explain_many(self.pool, 0, asked, self.weights)
        return dict(zip(asked.tolist(), reasons, strict=True))

    def offers_at(self, cols: Iterable[int]) -> dict[int, SupportOffer]:
        """The offers in these columns, with their households."""
        keys = {self.encoded.offers[col]: col for col in cols}
        found = SupportOffer.objects.filter(pk__in=keys).select_related(
            "family__household__municipality"
        )
        return {keys[one.pk]: one for one in found}

    def label(self, offer: SupportOffer) -> str:
        """The name of a support family; unnamed ones are told apart by a code."""
        household = offer.family.household
        name = self.names.support(household)
        return (
            name
            if self.names.knows(household)
            else f"{name} · {offer.reference[:CODE]}"
        )

    @cached_property
    def held(self) -> dict[int, list[Proposal]]:
        """Proposals to other families that hold a place, by support family."""
        near = SupportOffer.objects.offered_to(self.user)
        proposals = (
            Proposal.objects.open()
            .filter(offer__in=near, hold_until__gte=self.on)
            .exclude(request=self.request)
            .select_related("made_by", "offer")
            .order_by("hold_until", "pk")
        )
        found = defaultdict(list)
        for proposal in proposals:
            found[proposal.offer.family_id].append(proposal)
        return found

    @cached_property
    def exclusions(self) -> list[Exclusion]:
        """What somebody said about support families that do not suit the request."""
        return list(
            Exclusion.objects.in_force_on(self.on)
            .filter(request=self.request)
            .select_related("offer__family__household__municipality")
            .order_by("pk")
        )

    def held_in_words(self, offer: SupportOffer) -> str:
        """Until when and by whom places of a support family are held for others."""
        return " ".join(
            _held(one, self.user) for one in self.held.get(offer.family_id, ())
        )


def search_for(
    request: SupportRequest,
    *,
    user: User,
    on: dt.date,
    also: Sequence[SupportOffer] = (),
) -> Search:
    """Ranks for one request all that is available, and `also` what is asked about."""
    offers = SupportOffer.objects.offered_to(user).available()
    if also:
        offers = SupportOffer.objects.filter(
            Q(pk__in=offers.values("pk")) | Q(pk__in=[one.pk for one in also])
        )
    encoded = encode(SupportRequest.objects.filter(pk=request.pk), offers, on=on)
    rules = rules_in_use()
    weights = weights_of(rules)
    return Search(
        request=request,
        user=user,
        on=on,
        encoded=encoded,
        rules=rules,
        weights=weights,
        ranking=rank_offers(encoded.pool, 0, weights),
        names=Names(user),
    )


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
        distance_km: None when unknown.
    """

    card: Card | None
    proposal: Proposal | None
    why_not: str
    distance_km: float | None


def check_pair(
    request: SupportRequest, offer: SupportOffer, *, user: User, on: dt.date
) -> Checked:
    """What the engine says about one pair today, among all that may be proposed."""
    search = search_for(request, user=user, on=on, also=[offer])
    col = search.encoded.offers.index(offer.pk)
    if not search.place_of(col):
        reasons = search.explained([col])[col]
        why = why_not(search, col, reasons)
        return Checked(None, None, why, distance_km(reasons))
    (card,) = _cards(search, {col: offer})
    proposal = unsaved_proposal(
        search.encoded, search.ranking, 0, col, rules=search.rules
    )
    return Checked(card, proposal, "", card.distance_km)


def why_not(search: Search, col: int, reasons: Iterable[Reason]) -> str:
    """The first reason against a pair, in words."""
    barred = search.encoded.barred.get((0, col))
    if barred:
        return {
            EXCLUDED: _("Somebody said that this pair is not suitable."),
            PROPOSED: _("Already proposed to this family."),
            TOGETHER: _("Already together with this family."),
            SAME_HOME: _("This is the same family."),
        }[barred]
    return next(sentence(reason) for reason in reasons if reason.veto)


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


def _held(proposal: Proposal, user: User) -> str:
    until = words.day(proposal.hold_until)
    if proposal.made_by_id == user.pk:
        return _("You hold a place for another family until %(date)s.") % {
            "date": until
        }
    return _("%(colleague)s holds a place for another family until %(date)s.") % {
        "colleague": proposal.made_by,
        "date": until,
    }

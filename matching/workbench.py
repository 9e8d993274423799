"""What the workbench shows for a request: candidates, who fell off, what to ask."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Q, QuerySet
from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from families.models import Household, SupportOffer, SupportRequest, User
from matching import words
from matching.core.explain import (
    SHOWN,
    Reason,
    explain,
    question_that_matters,
)
from matching.core.pool import Pool
from matching.core.rank import best_band, rank_offers
from matching.core.rules import Weights
from matching.encode import (
    Encoded,
    band_name,
    encode,
)
from matching.models import Exclusion, Proposal
from matching.pool_rows import EXCLUDED, PROPOSED, SAME_HOME, TOGETHER
from matching.reasons import (
    Counted,
    ReasonInWords,
    calculation,
    question_in_words,
    reasons_in_words,
    sentence,
)
from matching.services.rules import rules_in_use, weights_of
from matching.snapshots import unsaved_proposal

# More than this nobody reads; the nearest reasons come first.
LEFT_OUT_SHOWN = 30
LONG_WAIT_DAYS = 30
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
        name: of the family, or where it lives when it may not be named.
        known: whether the coordinator may open its page.
        moments: as far as other pairings leave them; None when not asked yet.
    """

    number: int
    offer: SupportOffer
    name: str
    known: bool
    band: str
    distance_km: float | None
    reasons: list[ReasonInWords]
    counted: list[Counted]
    moments: int | None

    @property
    def band_label(self) -> str:
        """The band in words; never a percentage."""
        return band_label(self.band)

    @property
    def band_tag(self) -> str:
        """The kind of tag that goes with the band."""
        return TAG_OF_BAND[Proposal.Band(self.band)]


@dataclass(frozen=True)
class LeftOut:
    """A support family that is not proposed, and the first reason."""

    name: str
    why: str
    offer: SupportOffer
    exclusion: Exclusion | None = None


@dataclass(frozen=True)
class Bench:
    """Everything the workbench shows about one request."""

    cards: list[Card]
    more: int
    left_out: list[LeftOut]
    n_left_out: int
    question: str
    set_aside_today: list[LeftOut] = field(default_factory=list)

    @property
    def n_cards(self) -> int:
        """How many candidates there are, shown or not."""
        return len(self.cards) + self.more

    @property
    def n_unnamed(self) -> int:
        """How many of those left out are not named."""
        return self.n_left_out - len(self.left_out)


@dataclass(frozen=True)
class Waiting:
    """A line of the list of who waits."""

    request: SupportRequest
    name: str
    days: int
    band: str

    @property
    def long(self) -> bool:
        """Whether they wait longer than anybody should."""
        return self.days > LONG_WAIT_DAYS

    @property
    def band_label(self) -> str:
        """The best band that anybody has, in words."""
        return band_label(self.band) if self.band else _("Nobody now")

    @property
    def band_tag(self) -> str:
        """The kind of tag that goes with the band."""
        return TAG_OF_BAND[Proposal.Band(self.band)] if self.band else "warn"


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


def waiting_lines(
    requests: Iterable[SupportRequest], *, user: User, on: dt.date
) -> list[Waiting]:
    """Who waits, each with the best band that anybody has; queries do not grow."""
    requests = list(requests)
    encoded = encode(
        SupportRequest.objects.filter(pk__in=[one.pk for one in requests]),
        SupportOffer.objects.offered_to(user).available(),
        on=on,
    )
    bands = best_band(encoded.pool, weights_of(rules_in_use()))
    best = dict(zip(encoded.requests, bands.tolist(), strict=True))
    return [
        Waiting(
            request=one,
            name=words.family_name(one.family.household),
            days=one.days_waiting(on),
            band=band_name(best[one.pk]),
        )
        for one in requests
    ]


def bench_of(
    request: SupportRequest, *, user: User, on: dt.date, everything: bool = False
) -> Bench:
    """The candidates for a request, best first; five, or all of them."""
    encoded = encode(
        SupportRequest.objects.filter(pk=request.pk),
        SupportOffer.objects.offered_to(user).available(),
        on=on,
    )
    weights = weights_of(rules_in_use())
    ranking = rank_offers(encoded.pool, 0, weights)
    shown = ranking.cols[: None if everything else SHOWN].tolist()
    fallen = [
        col
        for col, code in zip(ranking.left_out.tolist(), ranking.veto_codes, strict=True)
        if code != "place" and encoded.barred.get((0, col)) != SAME_HOME
    ]
    named = fallen[:LEFT_OUT_SHOWN]
    offers = SupportOffer.objects.select_related(
        "family__household__municipality"
    ).in_bulk([encoded.offers[col] for col in (*shown, *named)])
    names = Names(user)
    exclusions = {
        one.offer_id: one
        for one in Exclusion.objects.in_force_on(on).filter(request=request)
    }
    cards = [
        _card(
            number,
            offers[encoded.offers[col]],
            band=band_name(int(ranking.band[number - 1])),
            reasons=explain(encoded.pool, 0, col, weights),
            names=names,
            moments=_moments(encoded.pool, col),
        )
        for number, col in enumerate(shown, start=1)
    ]
    left_out = [
        _left_out(
            encoded,
            col,
            offers[encoded.offers[col]],
            exclusions=exclusions,
            names=names,
            weights=weights,
        )
        for col in named
    ]
    return Bench(
        cards=cards,
        more=len(ranking.cols) - len(cards),
        left_out=left_out,
        n_left_out=len(fallen),
        question=_question(encoded, request, offers, names, weights),
        set_aside_today=[
            one
            for one in left_out
            if one.exclusion
            and one.exclusion.from_on == on
            and one.exclusion.made_by_id == user.pk
        ],
    )


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
    others = SupportOffer.objects.offered_to(user).available()
    encoded = encode(
        SupportRequest.objects.filter(pk=request.pk),
        SupportOffer.objects.filter(Q(pk=offer.pk) | Q(pk__in=others.values("pk"))),
        on=on,
    )
    col = encoded.offers.index(offer.pk)
    rules = rules_in_use()
    weights = weights_of(rules)
    ranking = rank_offers(encoded.pool, 0, weights)
    reasons = explain(encoded.pool, 0, col, weights)
    if col not in ranking.cols:
        barred = encoded.barred.get((0, col))
        why = _why_barred(barred) if barred else _first_veto(reasons)
        return Checked(None, None, why, _distance_km(reasons))
    card = _card(
        1,
        offer,
        band=band_name(int(ranking.band[ranking.cols == col][0])),
        reasons=reasons,
        names=Names(user),
        moments=_moments(encoded.pool, col),
    )
    proposal = unsaved_proposal(encoded, ranking, 0, col, rules=rules)
    return Checked(card, proposal, "", card.distance_km)


def _card(
    number: int,
    offer: SupportOffer,
    *,
    band: str,
    reasons: Iterable[Reason],
    names: Names,
    moments: int | None,
) -> Card:
    household = offer.family.household
    reasons = tuple(reasons)
    return Card(
        number=number,
        offer=offer,
        name=names.support(household),
        known=names.knows(household),
        band=band,
        distance_km=_distance_km(reasons),
        reasons=reasons_in_words(reasons),
        counted=calculation(reasons),
        moments=moments,
    )


def _left_out(
    encoded: Encoded,
    col: int,
    offer: SupportOffer,
    *,
    exclusions: dict[int, Exclusion],
    names: Names,
    weights: Weights,
) -> LeftOut:
    name = names.support(offer.family.household)
    barred = encoded.barred.get((0, col))
    if barred == EXCLUDED:
        exclusion = exclusions[offer.pk]
        return LeftOut(name, _why_excluded(exclusion), offer, exclusion)
    if barred:
        return LeftOut(name, _why_barred(barred), offer)
    return LeftOut(name, _first_veto(explain(encoded.pool, 0, col, weights)), offer)


def _first_veto(reasons: Iterable[Reason]) -> str:
    return next(sentence(reason) for reason in reasons if reason.veto)


def _why_excluded(exclusion: Exclusion) -> str:
    reason = exclusion.get_reason_display()
    if exclusion.until_on:
        return _("Not suitable until %(date)s: %(reason)s.") % {
            "date": words.day(exclusion.until_on),
            "reason": reason,
        }
    return _("Not suitable: %(reason)s.") % {"reason": reason}


def _why_barred(code: str) -> str:
    return {
        EXCLUDED: _("Somebody said that this pair is not suitable."),
        PROPOSED: _("Already proposed to this family."),
        TOGETHER: _("Already together with this family."),
        SAME_HOME: _("This is the same family."),
    }[code]


def _question(
    encoded: Encoded,
    request: SupportRequest,
    offers: dict[int, SupportOffer],
    names: Names,
    weights: Weights,
) -> str:
    question = question_that_matters(encoded.pool, 0, weights)
    if question is None:
        return ""
    offer = None if question.col is None else offers.get(encoded.offers[question.col])
    return question_in_words(
        question,
        request=words.family_name(request.family.household),
        offer=names.support(offer.family.household) if offer else "",
    )


def _distance_km(reasons: Iterable[Reason]) -> float | None:
    (distance,) = (one for one in reasons if one.code == "distance")
    metres = distance.params["distance_m"]
    return None if metres is None else metres / 1000


def _moments(pool: Pool, col: int) -> int | None:
    return int(pool.offers.moments[col]) if pool.offers.moments_known[col] else None

"""Puts chosen pairs of a plan ready as proposals, each for itself."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from families.models import StageChange, SupportOffer, SupportRequest, User
from matching.bench.workbench import check_pair
from matching.core.rank import rank_offers
from matching.engine.encode import Encoded, encode
from matching.engine.snapshots import unsaved_proposal
from matching.models import Exclusion, Pairing, Proposal, Rules
from matching.services import proposals
from matching.services.rules import rules_in_use, weights_of
from matching.wording import words
from matching.wording.names import Names

PairOfRows = tuple[SupportRequest, SupportOffer]


@dataclass(frozen=True)
class Outcome:
    """What became of one chosen pair.

    Attributes:
        proposal: that lies ready; None where it could not be.
        made_now: whether it lies ready since now.
        why_not: what happened meanwhile, who did it and when.
    """

    request: str
    support: str
    proposal: Proposal | None
    made_now: bool = False
    why_not: str = ""


def put_ready(pairs: Sequence[PairOfRows], *, on: dt.date, by: User) -> list[Outcome]:
    """Prepares a proposal for each pair, in transactions of their own.

    What cannot be any more does not hold up the others, and nobody is asked. A pair
    that lies ready already stays as it is, so that sending twice changes nothing.

    Args:
        pairs: own requests and offers that may stand beside them.
        on: today.
        by: the coordinator, who answers for it.
    """
    encoded = encode(
        SupportRequest.objects.filter(pk__in=[request.pk for request, _offer in pairs]),
        SupportOffer.objects.offered_to(by).available(),
        on=on,
    )
    rules = rules_in_use()
    return [
        _put_ready(request, offer, encoded, rules, on=on, by=by)
        for request, offer in pairs
    ]


def _put_ready(
    request: SupportRequest,
    offer: SupportOffer,
    encoded: Encoded,
    rules: Rules,
    *,
    on: dt.date,
    by: User,
) -> Outcome:
    names = Names(by)
    who = {
        "request": names.request(request.family.household),
        "support": names.support(offer.family.household),
    }
    unsaved = _unsaved(request, offer, encoded, rules)
    there = Proposal.objects.open().filter(request=request, offer=offer).first()
    if there:
        return Outcome(**who, proposal=there)
    if unsaved is None:
        why = _no_longer(request, offer, on=on, by=by)
        return Outcome(**who, proposal=None, why_not=why)
    try:
        made = proposals.prepare(
            unsaved,
            hold_until=proposals.answer_by(by.coordinator, on),
            on=on,
            by=by,
        )
    except proposals.AlreadyProposed as already:
        return Outcome(**who, proposal=already.proposal)
    except proposals.NoPlaceFree:
        return Outcome(**who, proposal=None, why_not=place_taken(offer, on=on, by=by))
    except (
        proposals.NotWaiting,
        proposals.OfferNotAvailable,
        proposals.PairExcluded,
    ):
        why = _no_longer(request, offer, on=on, by=by)
        return Outcome(**who, proposal=None, why_not=why)
    return Outcome(**who, proposal=made, made_now=True)


def _unsaved(
    request: SupportRequest, offer: SupportOffer, encoded: Encoded, rules: Rules
) -> Proposal | None:
    """The pair with all the engine sees today; None where it is out of the question."""
    if offer.pk not in encoded.offers:
        return None
    row, col = encoded.requests.index(request.pk), encoded.offers.index(offer.pk)
    ranking = rank_offers(encoded.pool, row, weights_of(rules))
    if col not in ranking.cols:
        return None
    return unsaved_proposal(encoded, ranking, row, col, rules=rules)


def place_taken(offer: SupportOffer, *, on: dt.date, by: User) -> str:
    """Who holds or took the last place of a support family, and since when."""
    held = proposals.held_places([offer.pk], on=on).get(offer.pk, [])
    if held:
        last = max(held, key=lambda one: one.pk)
        said = {"date": words.day(last.made_on), "until": words.day(last.hold_until)}
        if last.made_by_id == by.pk:
            return (
                _(
                    "You hold the place for another family since %(date)s, until"
                    " %(until)s."
                )
                % said
            )
        return _(
            "%(colleague)s holds the place for another family since %(date)s, until"
            " %(until)s."
        ) % {**said, "colleague": last.made_by}
    taken = (
        Pairing.objects.filter(place__family=offer.family_id)
        .select_related("lead__user")
        .order_by("pk")
        .last()
    )
    if taken is None:
        return _("No place is free.")
    return _("The place is taken since %(date)s; %(colleague)s guides them.") % {
        "date": words.day(taken.started_on),
        "colleague": taken.lead,
    }


def _no_longer(
    request: SupportRequest, offer: SupportOffer, *, on: dt.date, by: User
) -> str:
    """What happened to a pair that cannot be proposed, who did it and when."""
    request.refresh_from_db(fields=["stage"])
    offer.refresh_from_db(fields=["stage"])
    if request.stage not in proposals.OPEN_TO_PROPOSALS:
        return _stage(request, request=request)
    if offer.stage != SupportOffer.Stage.AVAILABLE:
        return _stage(offer, offer=offer)
    exclusion = (
        Exclusion.objects.in_force_on(on)
        .between(request, offer)
        .select_related("made_by")
        .first()
    )
    if exclusion:
        return _("%(colleague)s said on %(date)s that they are not suitable.") % {
            "colleague": exclusion.made_by,
            "date": words.day(exclusion.from_on),
        }
    if proposals.places_not_held(offer.family_id, on=on) < 1:
        return place_taken(offer, on=on, by=by)
    checked = check_pair(request, offer, user=by, on=on)
    return checked.why_not or checked.said_no


def _stage(
    wishes: SupportRequest | SupportOffer, **about: SupportRequest | SupportOffer
) -> str:
    """Which stage it came into last, and by whom."""
    changes = StageChange.objects.filter(**about).select_related("by")
    last = changes.order_by("pk").last()
    if last is None or last.by is None:
        return _("That changed meanwhile: %(stage)s.") % {
            "stage": wishes.get_stage_display()
        }
    return _("%(colleague)s changed that on %(date)s: %(stage)s.") % {
        "colleague": last.by,
        "date": words.day(last.on),
        "stage": wishes.get_stage_display(),
    }

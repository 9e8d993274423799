"""What a coordinator starts from when a family is to be asked about a proposal."""

import datetime as dt
from dataclasses import dataclass
from functools import cached_property
from typing import Self

from django.utils.translation import gettext as _

from families import people
from families.models import Household, SupportOffer, SupportRequest
from matching.engine.snapshots import pool_of, reasons_of
from matching.models import Proposal
from matching.proposing.anonymous import (
    text_for_request_family,
    text_for_support_family,
)
from matching.proposing.pointers import (
    Described,
    Pointer,
    described,
    pointers_in,
    rare_combination,
    unknown,
)
from matching.services.asking import members_of
from matching.services.proposals import SUPPORT
from matching.wording.names import Names


@dataclass
class Draft:
    """The two anonymous texts of a pair, and what is wrong with texts about it.

    Attributes:
        moments: of the offer, as far as other pairings leave them; None: not asked.
        distance_km: None when unknown.
        on: today.
    """

    request: SupportRequest
    offer: SupportOffer
    moments: int | None
    distance_km: float | None
    on: dt.date

    @classmethod
    def of(cls, proposal: Proposal, *, on: dt.date) -> Self:
        """The draft of a proposal that stands, from what was seen then."""
        kept = pool_of(proposal)
        moments = proposal.offer.moments
        if kept is not None:
            pool, col = kept
            known = pool.offers.moments_known[col]
            moments = int(pool.offers.moments[col]) if known else None
        metres = next(
            (
                one.params["distance_m"]
                for one in reasons_of(proposal)
                if one.code == "distance"
            ),
            None,
        )
        distance_km = None if metres is None else metres / 1000
        return cls(proposal.request, proposal.offer, moments, distance_km, on)

    def text(self, side: str) -> str:
        """What the family of a side reads, about the other one."""
        if side == SUPPORT:
            return text_for_support_family(
                self.request,
                self._request_family,
                distance_km=self.distance_km,
                on=self.on,
            )
        return text_for_request_family(
            self.offer, moments=self.moments, distance_km=self.distance_km
        )

    def check(self, side: str, text: str, *, names: Names) -> list[Pointer]:
        """The words of a text for a side that could tell who the other family is.

        Who does not know that family is warned of nothing of its own: the warning
        would say which guess is right. Its coordinator is warned of all.
        """
        wishes = self.request if side == SUPPORT else self.offer
        household = wishes.family.household
        if not names.knows(household):
            return pointers_in(text, unknown(household))
        if side == SUPPORT:
            about = self._request_family
            return [
                *pointers_in(text, about),
                *rare_combination(text, about, on=self.on),
            ]
        return pointers_in(text, self._support_family)

    @cached_property
    def _request_family(self) -> Described:
        household = self.request.family.household
        return described(household, on=self.on, children=self.request.children.all())

    @cached_property
    def _support_family(self) -> Described:
        return described(self.offer.family.household, on=self.on)


def not_by_mail(household: Household, name: str, *, on: dt.date) -> str:
    """Why a family cannot be asked by mail; "" where it can."""
    adults = people.adults(members_of(household, on=on), on)
    family = {"family": name}
    if any(one.email and one.may_leave_message for one in adults):
        return ""
    if any(one.email for one in adults):
        return (
            _("Not possible: %(family)s did not say that we may send messages.")
            % family
        )
    return _("Not possible: %(family)s gave no e-mail address.") % family

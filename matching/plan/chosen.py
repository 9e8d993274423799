"""The families that a coordinator's choices about a plan name, and what can be kept."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from django.http import Http404
from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from families.models import SupportOffer, SupportRequest, User
from matching.engine.planning import PairsImpossible, PoolPlan, plan_for
from matching.forms.plan import Choices, Pair
from matching.plan.ready import PairOfRows
from matching.wording.names import Names

# How families and their offices are read: all that names them.
HOMES = (
    "family__household__municipality",
    "family__household__coordinator__user",
)


@dataclass(frozen=True)
class Chosen:
    """The choices with the rows of the database that they name."""

    choices: Choices
    requests: dict[str, SupportRequest]
    offers: dict[str, SupportOffer]
    names: Names

    @classmethod
    def of(cls, choices: Choices, user: User) -> Self:
        """Looks them up.

        Raises:
            Http404: one of them is not for this user.
        """
        pairs = {*choices.pinned, *choices.apart, *choices.ticked}
        asked = {request for request, _offer in pairs}
        given = {offer for _request, offer in pairs}
        if not pairs:
            return cls(choices, {}, {}, Names(user))
        visible = SupportRequest.objects.visible_to(user).select_related(*HOMES)
        offered = SupportOffer.objects.offered_to(user).select_related(*HOMES)
        requests = {one.reference: one for one in visible.filter(reference__in=asked)}
        offers = {one.reference: one for one in offered.filter(reference__in=given)}
        if len(requests) < len(asked) or len(offers) < len(given):
            raise Http404
        return cls(choices, requests, offers, Names(user))

    def pairs(self, references: Iterable[Pair]) -> list[PairOfRows]:
        """The rows behind these references."""
        return [
            (self.requests[request], self.offers[offer])
            for request, offer in references
        ]

    def in_pool(self, references: Iterable[Pair]) -> list[tuple[int, int]]:
        """Primary keys of the pairs that are looked at today."""
        return [
            (request.pk, offer.pk)
            for request, offer in self.pairs(references)
            if not self._passed(request, offer)
        ]

    @cached_property
    def passed(self) -> list[str]:
        """What was chosen about families that are not looked at any more."""
        said = self.pairs((*self.choices.pinned, *self.choices.apart))
        sentences = (self._passed(request, offer) for request, offer in said)
        return list(dict.fromkeys(filter(None, sentences)))

    def _passed(self, request: SupportRequest, offer: SupportOffer) -> str:
        if request.stage != SupportRequest.Stage.WAITING:
            return _("%(family)s does not wait any more, so that choice is gone.") % {
                "family": capfirst(self.names.request(request.family.household))
            }
        if offer.stage != SupportOffer.Stage.AVAILABLE:
            return _("%(family)s is not available now, so that choice is gone.") % {
                "family": capfirst(self.names.support(offer.family.household))
            }
        return ""


def planned(
    chosen: Chosen, *, user: User, on: dt.date
) -> tuple[PoolPlan, list[PairsImpossible]]:
    """The plan with all that can be fixed, and what cannot."""
    pinned = chosen.in_pool(chosen.choices.pinned)
    apart = chosen.in_pool(chosen.choices.apart)
    faults: list[PairsImpossible] = []
    while True:
        try:
            return plan_for(user, on=on, pinned=pinned, apart=apart), faults
        except PairsImpossible as fault:
            faults.append(fault)
            pinned = [pair for pair in pinned if pair not in fault.pairs]

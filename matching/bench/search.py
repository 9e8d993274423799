"""A request beside every support family that may be shown with it."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from django.db.models import Q
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from families.models import SupportOffer, SupportRequest, User
from matching.core.explain import Reason, explain_many
from matching.core.pool import Pool
from matching.core.rank import Ranking, rank_offers
from matching.core.rules import Weights
from matching.engine.encode import Encoded, encode
from matching.engine.planning import PoolPlan
from matching.engine.pool_rows import (
    DECLINED,
    EXCLUDED,
    PROPOSED,
    SAME_HOME,
    TOGETHER,
)
from matching.models import Exclusion, Proposal, Rules
from matching.services.rules import rules_in_use, weights_of
from matching.wording import words
from matching.wording.names import Names
from matching.wording.reasons import sentence

# Of the reference of a family without a name, enough to tell it from others.
CODE = 5


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
        """What somebody said about support families that do not suit this family.

        Also about an earlier request of theirs, or about that of brothers and sisters.
        """
        return list(
            Exclusion.objects.in_force_on(self.on)
            .filter(request__family=self.request.family_id)
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
    return _search(request, encoded, rules_in_use(), user=user, on=on)


def search_in(
    found: PoolPlan, request: SupportRequest, *, user: User, on: dt.date
) -> Search:
    """The same as `search_for`, from a pool that was read for a plan."""
    row = found.encoded.requests.index(request.pk)
    encoded = found.encoded.part(row, np.flatnonzero(found.encoded.available))
    return _search(request, encoded, found.rules, user=user, on=on)


def _search(
    request: SupportRequest, encoded: Encoded, rules: Rules, *, user: User, on: dt.date
) -> Search:
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


def why_not(search: Search, col: int, reasons: Iterable[Reason]) -> str:
    """The first reason against a pair, in words."""
    barred = search.encoded.barred.get((0, col))
    if barred:
        return {
            DECLINED: _("A family said no to this earlier."),
            EXCLUDED: _("Somebody said that this pair is not suitable."),
            PROPOSED: _("Already proposed to this family."),
            TOGETHER: _("Already together with this family."),
            SAME_HOME: _("This is the same family."),
        }[barred]
    return next(sentence(reason) for reason in reasons if reason.veto)


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

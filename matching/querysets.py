"""Reads of proposals and pairings, each starting at who may see what."""

import datetime as dt
from typing import TYPE_CHECKING, Any, Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q

if TYPE_CHECKING:
    from families.models import SupportOffer, SupportRequest, User

# So long a no of a family keeps a pair from being proposed by itself. Much may change
# in a year; before that only somebody who knows what changed proposes it again.
NO_COUNTS_FOR = dt.timedelta(days=365)


class PairQuerySet(models.QuerySet[Any]):
    """Rows about a request and an offer; both sides' coordinators may see them."""

    request_path = "request__family__household__municipality__in"
    offer_path = "offer__family__household__municipality__in"

    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """Rows of which `user` coordinates at least one side."""
        if isinstance(user, AnonymousUser):
            return self.none()
        own = user.municipalities()
        return self.filter(Q(**{self.request_path: own}) | Q(**{self.offer_path: own}))


class ProposalQuerySet(PairQuerySet):
    """Proposals."""

    def open(self) -> Self:
        """Proposals on which nobody decided yet."""
        return self.filter(closed_on=None)

    def declined_lately(self, day: dt.date) -> Self:
        """Proposals to which a family said no, not long before `day`."""
        return self.filter(outcome="declined", closed_on__gt=day - NO_COUNTS_FOR)


class ExclusionQuerySet(PairQuerySet):
    """Pairs that are not to be proposed.

    An exclusion hangs on the request and the offer it was said about, and counts for
    the two families, whatever the reason: splitting siblings or applying again must not
    bring back together whom somebody kept apart.
    """

    def between(self, request: "SupportRequest", offer: "SupportOffer") -> Self:
        """Exclusions of the families behind a request and an offer."""
        return self.filter(
            request__family=request.family_id, offer__family=offer.family_id
        )

    def in_force_on(self, day: dt.date) -> Self:
        """Exclusions that hold on `day`."""
        return self.filter(
            Q(until_on=None) | Q(until_on__gte=day), from_on__lte=day, lifted_on=None
        )


class PairingQuerySet(PairQuerySet):
    """Pairings."""

    def running(self) -> Self:
        """Pairings that have not ended."""
        return self.filter(ended_on=None)


class PairingRowQuerySet(PairQuerySet):
    """Rows that hang on a pairing."""

    request_path = "pairing__request__family__household__municipality__in"
    offer_path = "pairing__offer__family__household__municipality__in"


class PairingStageQuerySet(PairingRowQuerySet):
    """Stages of pairings."""

    def counted(self) -> Self:
        """Stages that were really reached, without slips that were taken back."""
        return self.filter(taken_back_at=None)


class LessonQuerySet(PairQuerySet):
    """What declined proposals taught."""

    request_path = "proposal__request__family__household__municipality__in"
    offer_path = "proposal__offer__family__household__municipality__in"

    def standing(self) -> Self:
        """Lessons that nobody undid."""
        return self.filter(undone_on=None)


class LookQuerySet(models.QuerySet[Any]):
    """When was looked for a match, and nobody fitted."""

    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """Looks for requests that `user` coordinates."""
        if isinstance(user, AnonymousUser):
            return self.none()
        own = user.municipalities()
        return self.filter(request__family__household__municipality__in=own)

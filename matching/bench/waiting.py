"""Who waits for a support family, with the best that anybody has for them."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Max, OuterRef, QuerySet, Subquery
from django.utils.translation import gettext as _

from families.models import SupportOffer, SupportRequest, User
from matching.core.rank import best_band
from matching.engine.encode import band_name, encode
from matching.models import Look, Pairing
from matching.services.rules import rules_in_use, weights_of
from matching.wording import words
from matching.wording.words import TAG_OF_BAND, band_label

LONG_WAIT_DAYS = 30


@dataclass(frozen=True)
class Waiting:
    """A line of the list of who waits.

    Attributes:
        looked_on: when somebody last looked and nobody fitted.
        again_on: since when they wait again, after a pairing that ended.
    """

    request: SupportRequest
    name: str
    days: int
    band: str
    looked_on: dt.date | None = None
    again_on: dt.date | None = None

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
        return TAG_OF_BAND[self.band] if self.band else "warn"


def with_again_on(requests: QuerySet[SupportRequest]) -> QuerySet[SupportRequest]:
    """The requests with `again_on`: the day on which their last pairing ended."""
    ended = Pairing.objects.filter(request=OuterRef("pk"), ended_on__isnull=False)
    last = ended.order_by("-ended_on").values("ended_on")[:1]
    return requests.annotate(again_on=Subquery(last))


def waiting_lines(
    requests: Iterable[SupportRequest], *, user: User, on: dt.date
) -> list[Waiting]:
    """Who waits, each with the best band that anybody has; queries do not grow.

    The requests were read `with_again_on`.
    """
    requests = list(requests)
    keys = [one.pk for one in requests]
    encoded = encode(
        SupportRequest.objects.filter(pk__in=keys),
        SupportOffer.objects.offered_to(user).available(),
        on=on,
    )
    bands = best_band(encoded.pool, weights_of(rules_in_use()))
    best = dict(zip(encoded.requests, bands.tolist(), strict=True))
    looked = dict(
        Look.objects.filter(request__in=keys)
        .values_list("request")
        .annotate(last=Max("on"))
    )
    return [
        Waiting(
            request=one,
            name=words.family_name(one.family.household),
            days=one.days_waiting(on),
            band=band_name(best[one.pk]),
            looked_on=looked.get(one.pk),
            again_on=one.again_on,
        )
        for one in requests
    ]

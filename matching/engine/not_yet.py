"""Support families that cannot be proposed yet, and what has to happen first."""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from django.db.models import Count, Min

from families.models import MOST_PLACES, Place, SupportOffer
from matching.bench.vogs import expected_vogs
from matching.core.pool import Screening
from matching.engine.encode import Encoded
from matching.models import Proposal

Stage = SupportOffer.Stage
STAGES = (Stage.APPLIED, Stage.TALKING, Stage.AVAILABLE, Stage.PAUSED)


class Why(StrEnum):
    """Why an offer has no place now."""

    HELD = "held"
    SCREENING = "screening"
    APPLIED = "applied"
    TALKING = "talking"
    PAUSED = "paused"
    FULL = "full"


# How long until there is a place, as effort beside that of other changes: a hold and
# a screening end of themselves, a family more is much to ask.
WAIT = {
    Why.HELD: 0,
    Why.SCREENING: 0,
    Why.TALKING: 10,
    Why.APPLIED: 20,
    Why.PAUSED: 30,
    Why.FULL: 80,
}


@dataclass(frozen=True)
class NotYet:
    """What an offer waits for.

    Attributes:
        until: until when it pauses, or its last place is held; None when nobody knows.
        expected: when it applied for its VOG and can, in words; "" when unknown.
        possible: whether it could have a place at all.
    """

    why: Why
    until: dt.date | None = None
    expected: str = ""
    possible: bool = True


def not_yet(encoded: Encoded, *, on: dt.date) -> dict[int, NotYet]:
    """Why each column without a free place has none; queries do not grow with them."""
    free = encoded.pool.offers.places_free.tolist()
    screening = encoded.pool.offers.screening.tolist()
    columns = {pk: col for col, pk in enumerate(encoded.offers) if not free[col]}
    offers = SupportOffer.objects.filter(pk__in=columns).values_list(
        "pk", "stage", "paused_until", "family", "family__household", named=True
    )
    families = {one.family for one in offers}
    places = dict(
        Place.objects.filter(family__in=families)
        .values_list("family")
        .annotate(n=Count("pk"))
    )
    held = dict(
        Proposal.objects.open()
        .filter(offer__family__in=families, hold_until__gte=on)
        .values_list("offer__family")
        .annotate(until=Min("hold_until"))
    )
    under_way = {
        one.family__household
        for one in offers
        if screening[columns[one.pk]] == Screening.UNDER_WAY
    }
    expected = expected_vogs(under_way, on=on)
    found = {}
    for one in offers:
        if one.stage == Stage.PAUSED:
            reason = NotYet(Why.PAUSED, one.paused_until)
        elif one.stage == Stage.APPLIED:
            reason = NotYet(Why.APPLIED)
        elif one.stage == Stage.TALKING and one.family__household in under_way:
            said = expected.get(one.family__household, "")
            reason = NotYet(Why.SCREENING, expected=said)
        elif one.stage == Stage.TALKING:
            reason = NotYet(Why.TALKING)
        elif one.family in held:
            reason = NotYet(Why.HELD, held[one.family])
        else:
            possible = places.get(one.family, 0) < MOST_PLACES
            reason = NotYet(Why.FULL, possible=possible)
        found[columns[one.pk]] = reason
    return found

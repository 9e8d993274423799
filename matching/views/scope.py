"""The request and the offer that an address names, if the coordinator may see them."""

from typing import Any

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone

from families.models import SupportOffer, SupportRequest
from matching.bench.asked import asked_of, not_asked_yet
from matching.bench.waiting import with_again_on
from matching.engine.in_sight import may_be_proposed_by
from matching.models import Look
from matching.services.proposals import OPEN_TO_PROPOSALS
from matching.wording import words

HOMES = ("family__household__municipality", "family__household__coordinator")


def visible_request(request: HttpRequest, reference: str) -> SupportRequest:
    """An own request; anything else is not found."""
    visible = SupportRequest.objects.visible_to(request.user).select_related(*HOMES)
    return get_object_or_404(with_again_on(visible), reference=reference)


def visible_offer(request: HttpRequest, reference: str) -> SupportOffer:
    """An offer that may stand beside an own request; anything else is not found."""
    offered = may_be_proposed_by(request.user).select_related(*HOMES)
    return get_object_or_404(offered, reference=reference)


def visible_offers(request: HttpRequest, references: list[str]) -> list[SupportOffer]:
    """Several such offers in the order named; one that is not makes all not found."""
    offered = may_be_proposed_by(request.user).select_related(*HOMES)
    found = {one.reference: one for one in offered.filter(reference__in=references)}
    if len(found) < len(references):
        raise Http404
    return [found[one] for one in references]


def about(support_request: SupportRequest) -> dict[str, Any]:
    """What every page about a request shows of it."""
    today = timezone.localdate()
    household = support_request.family.household
    return {
        "support_request": support_request,
        "household": household,
        "name": words.family_name(household),
        "facts": asked_of(support_request, on=today),
        "days_waiting": support_request.days_waiting(today),
        "again_on": support_request.again_on,
        "not_asked": not_asked_yet(support_request),
        "open_to_proposals": support_request.stage in OPEN_TO_PROPOSALS,
        "last_look": Look.objects.filter(request=support_request)
        .select_related("by")
        .order_by("on", "pk")
        .last(),
    }

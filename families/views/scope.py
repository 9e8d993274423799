"""What a page may show, and to whom."""

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone

from families import people
from families.models import Household, SupportOffer, SupportRequest


def household_or_404(request: HttpRequest, reference: str) -> Household:
    """The household with its people and home, if the user may see it."""
    visible = Household.objects.visible_to(request.user)
    loaded = visible.select_related(
        "municipality", "coordinator__user"
    ).prefetch_related(*people.people_and_home(timezone.localdate()))
    return get_object_or_404(loaded, reference=reference)


def wish_or_404(household: Household, wish: str) -> SupportRequest | SupportOffer:
    """What a household that the user may see asks or gives."""
    for model in (SupportRequest, SupportOffer):
        of_household = model.objects.select_related("family__household__coordinator")
        found = of_household.filter(reference=wish, family__household=household).first()
        if found is not None:
            return found
    raise Http404

"""What a page may show, and to whom."""

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone

from families import people
from families.models import Household


def household_or_404(request: HttpRequest, reference: str) -> Household:
    """The household with its people and home, if the user may see it."""
    visible = Household.objects.visible_to(request.user)
    loaded = visible.select_related(
        "municipality", "coordinator__user"
    ).prefetch_related(*people.people_and_home(timezone.localdate()))
    return get_object_or_404(loaded, reference=reference)

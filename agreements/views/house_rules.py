"""The house rules, to read and to print."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from agreements.models import HouseRules


@require_safe
def house_rules(request: HttpRequest, number: int | None = None) -> HttpResponse:
    """The house rules that hold today, or those of a number, and all there were."""
    every = HouseRules.objects.order_by("-number")
    holding = every.filter(holds_from__lte=timezone.localdate()).first()
    shown = holding if number is None else get_object_or_404(every, number=number)
    context = {"rules": shown, "holding": holding, "every": every}
    return render(request, "agreements/house_rules.html", context)

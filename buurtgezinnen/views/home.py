"""The first page: ask for support, give it, or find the coordinator nearby."""

from django import forms
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from families.forms.base import HouseForm
from families.forms.fields import PostcodeField
from families.forms.widgets import WEEKDAYS
from families.models import Coordinator, Municipality, PostcodeArea
from families.services.intake.routing import taking_part


class NearbyForm(HouseForm, forms.Form):
    """The four digits of a postcode: an area, so that no address stands in the URL."""

    cijfers = PostcodeField(
        label=_("The 4 digits of your postcode"),
        help_text=_("For example 1431"),
        digits_only=True,
        widget=forms.TextInput(attrs={"maxlength": 4, "inputmode": "numeric"}),
        error_messages={
            "required": _("Fill in the 4 digits of your postcode. For example 1431."),
            "invalid": _(
                "‘%(value)s’ is not right. Fill in 4 digits. For example 1431."
            ),
        },
    )


@login_not_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    form = NearbyForm(request.GET if "cijfers" in request.GET else None)
    context: dict[str, object] = {"form": form}
    if form.is_valid():
        context |= _nearby(form.cleaned_data["cijfers"])
    return render(request, "home.html", context, status=422 if form.errors else 200)


def _nearby(digits: str) -> dict[str, object]:
    """Who works where a postcode lies: coordinators and municipalities without any."""
    areas = PostcodeArea.objects.of(digits)
    municipalities = Municipality.objects.filter(pk__in=areas.values("municipality"))
    served = taking_part(timezone.localdate()).filter(pk__in=municipalities)
    coordinators = (
        Coordinator.objects.filter(municipalities__in=served, user__is_active=True)
        .select_related("user")
        .distinct()
        .order_by("user__name")
    )
    for coordinator in coordinators:
        mask = coordinator.working_days
        days = [str(WEEKDAYS[day]).lower() for day in range(7) if mask >> day & 1]
        coordinator.days = ", ".join(days)
    return {
        "digits": digits,
        "coordinators": coordinators,
        "municipalities": municipalities.order_by("name"),
    }

"""What a family asked about its own data, and what a coordinator does with it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from families.forms.own_data import SettleForm
from families.models import OwnRequest
from families.services import own_data
from families.views.scope import household_or_404


@require_safe
def own_requests(request: HttpRequest, reference: str) -> HttpResponse:
    """What was asked about own data: what waits first, then what was settled."""
    household = household_or_404(request, reference)
    asked = (
        OwnRequest.objects.visible_to(request.user)
        .filter(household=household, kind__in=own_data.ABOUT_DATA)
        .select_related("person", "settled_by")
        .order_by("-asked_at", "-pk")
    )
    context = {
        "household": household,
        "waiting": [one for one in asked if not one.settled_at and not one.undone_at],
        "over": [one for one in asked if one.settled_at or one.undone_at],
    }
    return render(request, "families/own_requests.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def own_request(request: HttpRequest, reference: str, asked: str) -> HttpResponse:
    """One request, with its term; settled with words that the family reads."""
    household = household_or_404(request, reference)
    visible = OwnRequest.objects.visible_to(request.user).filter(
        household=household, kind__in=own_data.ABOUT_DATA
    )
    related = visible.select_related("person", "settled_by")
    one = get_object_or_404(related, reference=asked)
    form = SettleForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            own_data.settle(
                one,
                outcome=form.cleaned_data["outcome"],
                at=timezone.now(),
                by=request.user,
            )
        except own_data.AlreadySettled:
            messages.info(request, _("This was settled or taken back already."))
        else:
            messages.success(request, _("Settled. The family reads what you did."))
        return redirect("families:own-requests", reference=reference)
    context = {"household": household, "asked": one, "form": form}
    status = 422 if form.errors else 200
    return render(request, "families/own_request.html", context, status=status)

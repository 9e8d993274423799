"""What a coordinator does for the own pages of a family, and about its pauses."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from families import people
from families.forms.household import PauseForm
from families.models import Household, Person, SupportRequest
from families.services import households, login_codes, pauses
from families.views.scope import household_or_404, wish_or_404


@require_http_methods(["GET", "HEAD", "POST"])
def login_code(request: HttpRequest, reference: str) -> HttpResponse:
    """Makes a code to read out to an adult of the family, and shows it once."""
    household = household_or_404(request, reference)
    if request.method != "POST":
        return redirect(household)
    person = _adult_or_404(household, request.POST.get("person", ""))
    application = _application_of(household)
    if application is None:
        messages.info(request, _("This family has no application to look at."))
        return redirect(household)
    code = login_codes.code_to_read_out(
        person, household, at=timezone.now(), by=request.user
    )
    context = {
        "household": household,
        "person": person,
        "code": f"{code[:4]} {code[4:]}",
        "application": application,
        "place": request.build_absolute_uri("/mijn/").partition("//")[2],
    }
    response = render(request, "families/login_code.html", context)
    response.headers["Cache-Control"] = "no-store"
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def wish_pause(request: HttpRequest, reference: str, wish: str) -> HttpResponse:
    """Lets a request rest. An offer does so on the page of its wishes."""
    household = household_or_404(request, reference)
    wishes = wish_or_404(household, wish)
    if not isinstance(wishes, SupportRequest):
        raise Http404
    if not pauses.may_pause(wishes):
        messages.info(request, _("That is not possible in this stage."))
        return redirect(household)
    now = timezone.now()
    form = PauseForm(
        request.POST if request.method == "POST" else None,
        initial={"until": wishes.paused_until},
        today=timezone.localdate(now),
    )
    if form.is_valid():
        on = timezone.localdate(now)
        try:
            pauses.pause(wishes, **form.cleaned_data, on=on, at=now, by=request.user)
        except households.NotPossibleNow:
            messages.info(request, _("That is not possible in this stage."))
        else:
            messages.success(request, _("The family takes a pause."))
        return redirect(household)
    context = {"household": household, "form": form}
    status = 422 if form.errors else 200
    return render(request, "families/wish_pause.html", context, status=status)


def _adult_or_404(household: Household, reference: str) -> Person:
    adults = people.adults(household.members, timezone.localdate())
    found = next((one for one in adults if one.reference == reference), None)
    if found is None:
        raise Http404
    return found


def _application_of(household: Household) -> str | None:
    """By which the family is known on its own pages: what is open, the newest first."""
    wishes = [
        one
        for name, kind in (("request_family", "requests"), ("support_family", "offers"))
        if hasattr(household, name)
        for one in getattr(getattr(household, name), kind).order_by("-pk")
    ]
    wishes.sort(key=lambda one: one.stage in households.CLOSED)
    return wishes[0].reference if wishes else None

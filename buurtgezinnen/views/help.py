"""Help for the coordinator: the first day, the words, and the keys."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from buurtgezinnen.glossary import CHAPTERS
from buurtgezinnen.views.more import A_YEAR

KEYS_COOKIE = "toetsen"
OFF = "uit"


@require_safe
def first_day(request: HttpRequest) -> HttpResponse:
    """What to do first, in the order of the work, with the way to each."""
    return render(request, "help/first_day.html", {"section": "more"})


@require_safe
def words(request: HttpRequest) -> HttpResponse:
    """The words of this work and what they mean."""
    context = {"chapters": CHAPTERS, "section": "more"}
    return render(request, "help/words.html", context)


@require_safe
def keys(request: HttpRequest) -> HttpResponse:
    """Which keys do something, and a switch for all of them."""
    context = {
        "keys_are_on": request.COOKIES.get(KEYS_COOKIE) != OFF,
        "section": "more",
    }
    return render(request, "help/keys.html", context)


@require_POST
def switch_keys(request: HttpRequest) -> HttpResponse:
    """Turn the keys on or off, on this device."""
    response = redirect("help-keys")
    if request.POST.get(KEYS_COOKIE) == OFF:
        response.set_cookie(
            KEYS_COOKIE,
            OFF,
            max_age=A_YEAR,
            secure=request.is_secure(),
            httponly=True,
            samesite="Lax",
        )
        messages.success(request, _("The keys are off on this device."))
    else:
        response.delete_cookie(KEYS_COOKIE)
        messages.success(request, _("The keys are on."))
    return response

"""Leaving quickly, and the honest page about filling in safely."""

from http import HTTPStatus

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseRedirectBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from families.forms.steps import INTAKES
from families.services.intake import drafts
from families.views.intake.visit import cookie_name

# Languages in which a person checked the page about safety; the first stands on top.
SAFETY_LANGUAGES = ("nl", "en")
# In which a browser says that nobody pressed: the first, and what came before it.
PURPOSES = ("Sec-Purpose", "Purpose", "X-Purpose", "X-Moz")


class SeeOther(HttpResponseRedirectBase):
    """On to another page with a GET, which no browser keeps."""

    status_code = HTTPStatus.SEE_OTHER


@login_not_required
@require_safe
def leave(request: HttpRequest) -> HttpResponse:
    """To a neutral site; what was not saved to go on later is erased.

    By GET, so that it works as a link without JavaScript. A page of somebody else that
    links here, or a browser that looks ahead, erases nothing.
    """
    response = SeeOther(settings.QUICK_EXIT_URL)
    response.headers["Referrer-Policy"] = "no-referrer"
    elsewhere = request.headers.get("Sec-Fetch-Site") == "cross-site"
    looks_ahead = any("prefetch" in request.headers.get(one, "") for one in PURPOSES)
    if request.method == "HEAD" or elsewhere or looks_ahead:
        return response
    for intake in INTAKES.values():
        name = cookie_name(intake)
        if key := request.COOKIES.get(name):
            drafts.leave_draft(key, at=timezone.now())
        response.delete_cookie(name)
    request.session.flush()
    response.delete_cookie(settings.CSRF_COOKIE_NAME)
    response.headers["Clear-Site-Data"] = '"cache", "cookies", "storage"'
    return response


@login_not_required
@require_safe
def safety(request: HttpRequest) -> HttpResponse:
    """How to fill in safely, in languages that a person checked and in no other."""
    here = get_language()
    shown = [here] if here in SAFETY_LANGUAGES else SAFETY_LANGUAGES
    return render(request, "families/safety.html", {"languages": shown})

"""The switch of the privacy mode."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from buurtgezinnen.privacy import COOKIE, ON, is_on
from families.views.wishes import is_own_page

A_YEAR = 365 * 24 * 3600


@require_POST
def privacy_switch(request: HttpRequest) -> HttpResponse:
    """Hide names, addresses and numbers on this device, or show them again."""
    back = request.POST.get("next", "")
    response = redirect(back if is_own_page(back) else "today")
    if is_on(request):
        response.delete_cookie(COOKIE)
    else:
        response.set_cookie(
            COOKIE,
            ON,
            max_age=A_YEAR,
            secure=request.is_secure(),
            httponly=True,
            samesite="Lax",
        )
    return response

"""Pages for when something went wrong."""

from http import HTTPStatus
from typing import NoReturn

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

# What a page never repeats, not even hidden.
SECRET = ("password", "csrfmiddlewaretoken")
# Pages that know of `request.open_too_long`: they show what was sent and save nothing.
SHOW_AGAIN = {"intake:step"}


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Offers the same form once more, with what was typed and a fresh token.

    Only when the form may well be ours: what another site sent is not repeated, or a
    press on the button would do what that site wanted.
    """
    # Other reasons speak of the origin or the referrer.
    ours = reason.startswith("CSRF")
    if ours and (page := _same_page(request)):
        return page
    context = {"typed": _typed(request) if ours else [], "may_send": ours}
    return render(request, "403_csrf.html", context, status=403)


def _same_page(request: HttpRequest) -> HttpResponse | None:
    """The page itself with what was typed, where it can show that without saving."""
    match = request.resolver_match
    if match is None or match.view_name not in SHOW_AGAIN:
        return None
    request.open_too_long = True
    page: HttpResponse = match.func(request, *match.args, **match.kwargs)
    if page.status_code != HTTPStatus.OK:
        return None
    page.status_code = HTTPStatus.FORBIDDEN
    return page


def logged_out(request: HttpRequest, *, login: str = "account_login") -> HttpResponse:
    """Keeps what was typed while the session ended, until after the login."""
    context = {"typed": _typed(request), "may_send": True, "logged_out": login}
    return render(request, "403_csrf.html", context, status=403)


def _typed(request: HttpRequest) -> list[tuple[str, str]]:
    return [
        (name, value)
        for name, values in request.POST.lists()
        for value in values
        if not any(secret in name for secret in SECRET)
    ]


@login_not_required
def not_here(request: HttpRequest) -> NoReturn:
    """For addresses that a library names and this site does not have."""
    raise Http404

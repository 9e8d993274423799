"""What all pages behind a link of a family have in common, whichever app asks."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def gone(request: HttpRequest) -> HttpResponse:
    """The one page of every link to an answer that opens nothing."""
    return unseen(render(request, "families/answer_gone.html", status=404))


def unseen(response: HttpResponse) -> HttpResponse:
    """The address is the key: nobody keeps it, lists it or learns it from the page."""
    # Not "no-referrer": then a browser hides where the answer comes from, and the
    # protection against forged forms refuses it.
    response.headers["Referrer-Policy"] = "strict-origin"
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    return response

"""Pages for when something went wrong."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Tells that the page was open too long, without losing what was typed."""
    return render(request, "403_csrf.html", {"typed": request.POST}, status=403)

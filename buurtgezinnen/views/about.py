"""Pages about the site itself: what it keeps, whom it serves, where to ask."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe


@login_not_required
@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """What is kept, for how long, who reads it, and what a family may ask."""
    return render(request, "privacy.html", {"days": settings.DRAFT_DAYS})


@login_not_required
@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    """What was done for everybody to use the site, and what was not tried yet."""
    return render(request, "accessibility.html")


@login_not_required
@require_safe
def contact(request: HttpRequest) -> HttpResponse:
    """Whom to call with which question."""
    return render(request, "contact.html")

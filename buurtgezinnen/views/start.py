"""Where people come after they log in."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe


@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """Each role to its own first page; who has none is told so."""
    if request.user.is_coordinator:
        return redirect("today")
    if request.user.is_organisation:
        return redirect("organisation:index")
    if request.user.is_official:
        return redirect("municipality:index")
    return render(request, "no_role.html")

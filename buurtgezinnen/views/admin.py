"""Sends each to the admin site that is theirs."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe


@require_safe
def own_admin(request: HttpRequest) -> HttpResponse:
    if request.user.is_organisation:
        return redirect("organisation:index")
    if request.user.is_official:
        return redirect("municipality:index")
    raise Http404

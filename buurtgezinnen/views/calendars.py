"""The agenda in the calendar of a telephone: a secret address without names."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from buurtgezinnen.calendar_feed import calendar_feed
from families.models import CalendarKey
from families.services import calendar_keys
from families.services.doors import knock, network_of
from families.views.guard import TOO_MANY_REQUESTS, remote_address

# The secret is shown once, on the page after it was made.
MADE = "calendar_made"


@login_not_required
@require_safe
def feed(request: HttpRequest) -> HttpResponse:
    """The file itself, for who knows the secret; anything else is not there."""
    at = timezone.now()
    refusal = knock("calendar", network=network_of(remote_address(request)), at=at)
    if refusal is not None:
        return HttpResponse(status=TOO_MANY_REQUESTS)
    coordinator = calendar_keys.whose(request.GET.get("sleutel", ""))
    if coordinator is None:
        raise Http404
    with translation.override(settings.LANGUAGE_CODE):
        file = calendar_feed(coordinator.user, at=at, on=timezone.localdate(at))
    response = HttpResponse(file, content_type="text/calendar; charset=utf-8")
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def calendar_settings(request: HttpRequest) -> HttpResponse:
    """Make the secret address, make another one, or end it."""
    coordinator = getattr(request.user, "coordinator", None)
    if coordinator is None:
        raise Http404
    if request.method == "POST":
        if "stop" in request.POST:
            calendar_keys.revoke(coordinator, by=request.user)
            messages.success(request, _("The address opens nothing any more."))
        else:
            request.session[MADE] = calendar_keys.renew(
                coordinator, at=timezone.now(), by=request.user
            )
        return redirect("calendar-settings")
    secret = request.session.pop(MADE, "")
    address = f"{settings.SITE_URL}{reverse('calendar-feed')}?sleutel={secret}"
    context = {
        "key": CalendarKey.objects.filter(coordinator=coordinator).first(),
        "address": address if secret else "",
    }
    return render(request, "calendar_settings.html", context)

"""What a family sees of its own application."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from families.models import AccessLink, AuditEvent, SupportOffer, SupportRequest
from families.services.audit import record
from families.services.intake.applying import first_call_of
from families.services.reach import application_of, open_link


@login_not_required
@require_safe
def mine_link(request: HttpRequest, token: str) -> HttpResponse:
    """How an application stands; each link that opens nothing gives the same page."""
    now = timezone.now()
    link = open_link(token, purpose=AccessLink.Purpose.STATUS, at=now)
    on = timezone.localdate(now)
    application = application_of(link, on=on) if link else None
    if application is None:
        response = render(request, "families/link_gone.html", status=404)
    else:
        record(application, verb="read", by=AuditEvent.ActorKind.FAMILY)
        household = application.family.household
        asks = isinstance(application, SupportRequest)
        context = {
            "title": _("Your application") if asks else _("Your offer"),
            "application": application,
            "coordinator": household.coordinator,
            "call": first_call_of(household),
            "steps": _course(application),
        }
        response = render(request, "families/status_link.html", context)
    # The address is the key: no page that is opened from here may learn it.
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cache-Control"] = "no-store"
    return response


# The way of an application, and which part of it a stage is.
COURSE = (
    _("Applied"),
    _("Talk"),
    _("We look for a family"),
    _("Getting to know each other"),
    _("Trial period"),
    _("Fixed agreements"),
)
REACHED = {
    SupportRequest.Stage.APPLIED: 1,
    SupportRequest.Stage.TALKING: 1,
    SupportRequest.Stage.WAITING: 2,
    SupportRequest.Stage.PROPOSED: 2,
    SupportRequest.Stage.PAIRED: 3,
    SupportOffer.Stage.AVAILABLE: 2,
    SupportOffer.Stage.PAUSED: 2,
}


def _course(application: SupportRequest | SupportOffer) -> list[dict[str, object]]:
    """The parts of the way, each with its state; [] for what has ended.

    How far a pairing has come is not told here: it shows no part as the present one.
    """
    reached = REACHED.get(application.stage)
    if reached is None:
        return []
    paired = application.stage == SupportRequest.Stage.PAIRED
    return [
        {
            "name": name,
            "done": number < reached,
            "now": number == reached and not paired,
        }
        for number, name in enumerate(COURSE)
    ]

"""A coordinator notes that somebody took a consent back: what stops, stops at once."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from families.models import Consent
from families.services import consents
from families.views.consents import adult_or_404, purpose_or_404
from families.views.scope import household_or_404
from matching.services import withdrawing


@require_http_methods(["GET", "HEAD", "POST"])
def consent_withdraw(
    request: HttpRequest, reference: str, person: str, purpose: str
) -> HttpResponse:
    """Says what stops, and stops it at the press of the button."""
    household = household_or_404(request, reference)
    adult = adult_or_404(household, person)
    about = purpose_or_404(purpose)
    consent = Consent.objects.filter(
        person=adult, purpose=about, withdrawn_at=None
    ).first()
    if consent is None:
        messages.info(request, _("This was taken back already, or never given."))
        return redirect("families:consent-list", reference=reference)
    if request.method == "POST":
        try:
            stopped = withdrawing.withdraw_consent(
                consent, at=timezone.now(), on=timezone.localdate(), by=request.user
            )
        except consents.AlreadyWithdrawn:
            messages.info(request, _("This was taken back already, or never given."))
        else:
            _tell(request, stopped)
        return redirect("families:consent-list", reference=reference)
    context = {
        "household": household,
        "person": adult,
        "purpose": about.value,
        "label": about.label,
        "running": withdrawing.running(household),
        "proposals": withdrawing.open_proposals(household),
    }
    return render(request, "consent_withdraw.html", context)


def _tell(request: HttpRequest, stopped: withdrawing.Stopped) -> None:
    messages.success(request, _("Taken back. It stands on your list to settle."))
    if stopped.pairings:
        messages.warning(request, _("A pairing still runs. Talk with both families."))

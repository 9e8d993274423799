"""What a family agreed to, and taking that back in two steps."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from buurtgezinnen.views.mine.door import Visit, own_page
from families import texts
from families.models import AuditEvent, Consent
from families.services import consents
from families.views.consents import PURPOSES
from matching.services import withdrawing

FAMILY = AuditEvent.ActorKind.FAMILY


@require_safe
@own_page
def mine_consent(request: HttpRequest, *, visit: Visit) -> HttpResponse:
    """Per purpose: on which ground, since when, and the text as it was then."""
    given = Consent.objects.filter(person=visit.person).order_by("-given_at", "-pk")
    rows = [
        {
            "slug": slug,
            "label": purpose.label,
            "consent": one,
            "text": texts.text_of(purpose, one.text_version),
        }
        for slug, purpose in PURPOSES.items()
        for one in given
        if one.purpose == purpose and not consents.was_replaced(one, given)
    ]
    return render(request, "mine/consent.html", {"tab": "data", "rows": rows})


@require_http_methods(["GET", "HEAD", "POST"])
@own_page
def mine_consent_withdraw(
    request: HttpRequest, slug: str, *, visit: Visit
) -> HttpResponse:
    """Says what stops, and stops it at the press of the button."""
    on, purpose = timezone.localdate(), PURPOSES.get(slug)
    if purpose is None:
        raise Http404
    valid = Consent.objects.filter(
        person=visit.person, purpose=purpose, withdrawn_at=None
    )
    consent = valid.first()
    if consent is None:
        messages.info(request, _("You took this back already."))
        return redirect("mine-consent")
    if request.method == "POST":
        try:
            withdrawing.withdraw_consent(consent, at=timezone.now(), on=on, by=FAMILY)
        except consents.AlreadyWithdrawn:
            messages.info(request, _("You took this back already."))
        else:
            messages.success(request, _("We stopped. Your coordinator knows it."))
        return redirect("mine-consent")
    context = {
        "tab": "data",
        "purpose": purpose.value,
        "label": purpose.label,
        "running": withdrawing.running(visit.household),
        "asks": visit.asks,
        "coordinator": visit.household.coordinator,
    }
    return render(request, "mine/consent_withdraw.html", context)

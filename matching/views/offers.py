"""The end of an offer."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from families.forms.household import CloseForm
from families.models import SupportOffer
from families.services.households import NotPossibleNow
from matching.models import Pairing
from matching.services import offers
from matching.views.conflicts import conflict


@require_http_methods(["GET", "HEAD", "POST"])
def offer_end(request: HttpRequest, reference: str) -> HttpResponse:
    """Asks why, then ends the offer; what still runs is shown first."""
    visible = SupportOffer.objects.visible_to(request.user)
    related = visible.select_related("family__household")
    offer = get_object_or_404(related, reference=reference)
    household = offer.family.household
    form = CloseForm(request.POST if request.method == "POST" else None)
    try:
        if form.is_valid():
            offers.end_offer(
                offer,
                reason=form.cleaned_data["reason"],
                at=timezone.now(),
                on=timezone.localdate(),
                by=request.user,
            )
            messages.success(request, _("It has ended. You can step back below."))
            return redirect(household)
        offers.check_may_end(offer)
    except offers.StillGoingOn as fact:
        running = isinstance(fact.what, Pairing)
        back = "matching:pairing-detail" if running else "matching:proposal-detail"
        return conflict(request, fact, back, fact.what.reference)
    except NotPossibleNow:
        messages.info(request, _("That is not possible in this stage."))
        return redirect(household)
    context = {"household": household, "is_request": False, "form": form}
    status = 422 if form.errors else 200
    return render(request, "families/wish_close.html", context, status=status)

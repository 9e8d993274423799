"""What a coordinator does about a referral."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from families.models import Referral
from families.services import referrals
from families.views.scope import household_or_404


@require_POST
def referral_invite(
    request: HttpRequest, reference: str, referral: str
) -> HttpResponse:
    """Mails the parent a link to the questions, at most once a day."""
    household = household_or_404(request, reference)
    visible = Referral.objects.visible_to(request.user)
    found = get_object_or_404(visible, household=household, reference=referral)
    at = timezone.now()
    try:
        referrals.invite_parent(
            found, on=timezone.localdate(at), at=at, by=request.user
        )
    except referrals.MayNotInvite:
        messages.warning(
            request, _("We have no e-mail address, or may not leave a message.")
        )
    except referrals.InvitedToday:
        messages.info(request, _("The parent got a link today already."))
    except referrals.HasAnswered:
        messages.info(request, _("The parent sent the answers already."))
    else:
        messages.success(request, _("The parent gets a link by e-mail."))
    return redirect(household)

"""Two households that may be the same family: put together, or left apart."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from families import doubles
from families.forms.doubles import MergeHouseholdsForm
from families.models import Merge, PossibleDouble
from families.services import doubles as services
from families.services import merging
from families.views.scope import household_or_404


@require_http_methods(["GET", "HEAD", "POST"])
def double(request: HttpRequest, reference: str) -> HttpResponse:
    """Compare two households, and choose whose answers count."""
    visible = PossibleDouble.objects.visible_to(request.user)
    found = get_object_or_404(
        visible.select_related("earlier", "later"), reference=reference
    )
    on, now = timezone.localdate(), timezone.now()
    earlier = household_or_404(request, found.earlier.reference)
    later = household_or_404(request, found.later.reference)
    choices = doubles.choices(earlier, later, on=on)
    typed = request.POST if request.method == "POST" else None
    form = MergeHouseholdsForm(typed, choices=choices)
    if form.is_valid():
        try:
            merged = merging.merge(found, form.sides(), on=on, at=now, by=request.user)
        except services.Settled:
            messages.info(request, _("Somebody else was just before. Look once more."))
        except services.StillToSettle:
            messages.error(request, _("Settle first what the family asked itself."))
        except services.BothBusy:
            messages.error(
                request,
                _(
                    "This cannot be done now: both have a proposal, a pairing or more"
                    " than one request. Round off one of them first."
                ),
            )
        else:
            messages.success(
                request,
                _(
                    "It is one family now."
                    " You can undo it at ‘Applied more than once?’."
                ),
            )
            return redirect(merged.kept)
        return redirect("families:double", reference=reference)
    context = {
        "double": found,
        "earlier": earlier,
        "later": later,
        "names": {
            "earlier": doubles.name_of(earlier, on=on),
            "later": doubles.name_of(later, on=on),
        },
        "alike": doubles.alike(found),
        "form": form,
        "stays": _who_stays(found),
        "to_settle": services.is_to_settle(found),
        "merged": _last_merge(found),
    }
    status = 422 if form.errors else 200
    return render(request, "families/double.html", context, status=status)


@require_POST
def double_different(request: HttpRequest, reference: str) -> HttpResponse:
    """These are two families."""
    found = get_object_or_404(
        PossibleDouble.objects.visible_to(request.user), reference=reference
    )
    try:
        services.settle_as_different(found, at=timezone.now(), by=request.user)
    except services.Settled:
        messages.info(request, _("Somebody else was just before. Look once more."))
    else:
        messages.success(request, _("They stay two families. We do not ask again."))
    return redirect("families:double", reference=reference)


@require_POST
def double_undo(request: HttpRequest, reference: str) -> HttpResponse:
    """Take two households apart that were put together."""
    found = get_object_or_404(
        PossibleDouble.objects.visible_to(request.user), reference=reference
    )
    merged = _last_merge(found)
    on, now = timezone.localdate(), timezone.now()
    try:
        if merged is not None:
            merging.take_apart(merged, on=on, at=now, by=request.user)
            messages.success(request, _("They are two families again."))
    except services.Settled:
        messages.info(request, _("Somebody else was just before. Look once more."))
    return redirect("families:double", reference=reference)


def _who_stays(found: PossibleDouble) -> Any:
    """The household that stays; None where neither can go."""
    try:
        return services.which_stays(found)[0]
    except services.BothBusy:
        return None


def _last_merge(found: PossibleDouble) -> Merge | None:
    """How they were put together, while that holds."""
    merges = found.merges.filter(undone_at=None).select_related("kept", "gone", "by")
    return merges.first()

"""The first answers of a family: how it goes at the first talk."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from agreements.forms import BaselineForm
from agreements.models import Baseline
from agreements.services.baselines import FirstAnswersChanged, write_baseline
from agreements.shown.answered import first_answers
from families.views.scope import household_or_404


@require_http_methods(["GET", "HEAD", "POST"])
def baseline(request: HttpRequest, reference: str) -> HttpResponse:
    """Asks two questions that return in each evaluation, and keeps the answers."""
    household = household_or_404(request, reference)
    asks = hasattr(household, "request_family")
    if not asks and not hasattr(household, "support_family"):
        raise Http404
    known = (
        Baseline.objects.visible_to(request.user).filter(household=household).first()
    )
    form = BaselineForm(
        request.POST if request.method == "POST" else None,
        with_child=asks,
        today=timezone.localdate(),
        row_version=known.row_version if known else 0,
        initial=_said(known) or {"asked_on": timezone.localdate()},
    )
    if form.is_valid():
        try:
            write_baseline(
                household,
                **form.cleaned_data,
                row_version=form.current_version,
                by=request.user,
            )
        except FirstAnswersChanged:
            form.tell_stale()
    if form.is_bound and (not form.errors or form.is_sent_again(_said(known))):
        messages.success(request, _("The first answers are written down."))
        return redirect("family-detail", reference)
    context = {
        "household": household,
        "form": form,
        "known": known,
        "known_words": first_answers(known),
        "section": "families",
    }
    status = 422 if form.errors else 200
    return render(request, "agreements/baseline.html", context, status=status)


def _said(known: Baseline | None) -> dict[str, object]:
    """What is written down; nothing where nobody asked."""
    names = ("child_score", "own_score", "asked_on")
    return {name: getattr(known, name) for name in names} if known else {}

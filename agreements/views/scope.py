"""Which pairing a page is about, who may see it, and what every page needs."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from agreements import services
from agreements.history import History, with_families
from agreements.models import AgreementVersion
from agreements.shown.sides import sides_read_by
from matching.models import Pairing


def history_or_404(
    request: HttpRequest, reference: str, *, adults: bool = False
) -> History:
    """The pairing with all its versions, if the user may see it."""
    visible = Pairing.objects.visible_to(request.user)
    pairing = get_object_or_404(
        with_families(visible, adults=adults), reference=reference
    )
    history = History.of(pairing)
    _keep_apart(history, readable=sides_read_by(request.user, pairing))
    return history


def _keep_apart(history: History, *, readable: set[str]) -> None:
    """Leaves out why one family pauses or stops, where that is not for who looks."""
    for pause in history.pauses:
        if pause.side and pause.side not in readable:
            pause.reason = ""
    for version in history.versions:
        said = sorted(version.confirmations.all(), key=lambda one: one.recorded_at)
        # Who stops said so first; a yes of the other family may follow.
        if version.kind == AgreementVersion.Kind.STOP and said:
            version.reason = version.reason if said[0].side in readable else ""


def version_or_404(history: History, number: int) -> AgreementVersion:
    """One version by its number."""
    version = history.numbered(number)
    if version is None:
        raise Http404
    return version


def anew_url(history: History, version: AgreementVersion | None) -> str:
    """The editor that starts from what a version says, or else from the last word."""
    reference = history.pairing.reference
    corrected = history.corrects(version) if version else None
    if version is not None and version.is_draft and corrected is not None:
        return reverse("agreements:version-correct", args=[reference, corrected.number])
    return reverse("agreements:agreement-change", args=[reference])


def row_or_404(request: HttpRequest, rows: Any, name: str) -> Any:
    """The row of a pairing whose key was posted under a name."""
    posted = request.POST.get(name, "")
    found = (one for one in rows if str(one.pk) == posted)
    row = next(found, None)
    if row is None:
        raise Http404
    return row


def noted_or_404(request: HttpRequest, history: History, model: Any, name: str) -> Any:
    """What was noted with an agreement and is named in a form, also once taken back."""
    rows = model.objects.visible_to(request.user)
    return row_or_404(request, rows.filter(agreement__pairing=history.pairing), name)


def context_of(history: History, **more: Any) -> dict[str, Any]:
    """What every page is told, and more."""
    pairing = history.pairing
    return {
        "history": history,
        "pairing": pairing,
        "request_household": pairing.request.family.household,
        "support_household": pairing.offer.family.household,
        **more,
    }


def show(
    request: HttpRequest, template: str, context: dict[str, Any], form: Any
) -> HttpResponse:
    """The page, with 422 where its form has faults."""
    status = 422 if form is not None and form.errors else 200
    return render(request, f"agreements/{template}", context, status=status)


def to_what_was(request: HttpRequest, history: History) -> HttpResponse:
    """Of a pairing that has ended nothing new is agreed on."""
    messages.warning(request, str(services.PairingHasEnded.message))
    return redirect("agreements:agreement-detail", history.pairing.reference)

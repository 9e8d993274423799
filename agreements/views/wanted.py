"""What a family wants to be different: told to its coordinator, and talked about."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from agreements import services
from agreements.forms import WantedForm
from agreements.shown.asked import Wants, what_they_want
from agreements.shown.versions import shown_items
from agreements.views.scope import (
    context_of,
    history_or_404,
    row_or_404,
    show,
    version_or_404,
)


@require_http_methods(["GET", "HEAD", "POST"])
def wanted_note(
    request: HttpRequest, reference: str, number: int, side: str
) -> HttpResponse:
    """Writes down what a family told that it wants otherwise."""
    history = history_or_404(request, reference)
    version = version_or_404(history, number)
    now, today = timezone.now(), timezone.localdate()
    both = what_they_want(history, version, user=request.user, on=today)
    wants = _of(both, side)
    posted = request.method == "POST"
    if not posted and not wants.may_note:
        return redirect(version)
    form = WantedForm(request.POST if posted else None, today=today)
    if form.is_valid():
        says = form.cleaned_data
        try:
            services.note_wanted_change(
                version, side=wants.side, **says, by=request.user, at=now
            )
        except services.Refused as refused:
            form.add_error(None, refused.message)
        else:
            messages.success(request, _("Written down. It stands on Today too."))
            return redirect(version)
    context = context_of(
        history,
        version=version,
        wants=wants,
        form=form,
        items=shown_items(version.terms(), history.names),
    )
    return show(request, "wanted_note.html", context, form)


@require_POST
def wanted_handled(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    """Notes that it was talked about with the family."""
    history = history_or_404(request, reference)
    version = version_or_404(history, number)
    today = timezone.localdate()
    both = what_they_want(history, version, user=request.user, on=today)
    read = [one for wants in both if wants.may_read for one in wants.changes]
    wanted = row_or_404(request, read, "wanted")
    services.handle_wanted_change(wanted, by=request.user, at=timezone.now())
    messages.success(request, _("Noted: you talked about it."))
    return redirect(version)


def _of(both: list[Wants], word: str) -> Wants:
    """The family that an address names, if the user may speak for it."""
    found = (one for one in both if one.word == word and one.may_read)
    wants = next(found, None)
    if wants is None:
        raise Http404
    return wants

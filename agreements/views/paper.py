"""What leaves the system: one version as a PDF, the appointments as a calendar file."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from agreements.paper import calendar_file, pdf_of, what_it_says
from agreements.views.scope import history_or_404, version_or_404


@require_safe
def version_pdf(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    """One version with its house rules, to sign."""
    history = history_or_404(request, reference, adults=True)
    version = version_or_404(history, number)
    said = what_it_says(history, version, on=timezone.localdate())
    name = _("agreements-%(code)s-%(number)s.pdf")
    return _download(
        pdf_of(said),
        name=name % {"code": reference, "number": number},
        content_type="application/pdf",
    )


@require_safe
def appointments(request: HttpRequest, reference: str) -> HttpResponse:
    """What takes place in the coming twelve months, for calendars of families."""
    history = history_or_404(request, reference, adults=True)
    file = calendar_file(history, on=timezone.localdate(), at=timezone.now())
    return _download(
        file,
        name=_("appointments-%(code)s.ics") % {"code": reference},
        content_type="text/calendar; charset=utf-8",
    )


def _download(content: bytes, *, name: str, content_type: str) -> HttpResponse:
    response = HttpResponse(content, content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "no-store"
    return response

"""Everything of one family, to take away as a file."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from buurtgezinnen.own_data.exported import groups_of, packed
from families.services.audit import record
from families.views.scope import household_or_404


@require_http_methods(["GET", "HEAD", "POST"])
def family_export(request: HttpRequest, reference: str) -> HttpResponse:
    """What the file holds; sent, the file itself. That it was taken is kept."""
    household = household_or_404(request, reference)
    at = timezone.now()
    on = timezone.localdate(at)
    if request.method == "POST":
        content = packed(household, reader=request.user, at=at, on=on)
        record(household, verb="read", by=request.user, fields=["download"])
        response = HttpResponse(content, content_type="application/zip")
        # The same for every family: a name of a file tells nobody of whom it is.
        response["Content-Disposition"] = 'attachment; filename="gezin.zip"'
        return response
    context = {
        "household": household,
        "groups": groups_of(household, reader=request.user, on=on),
        "section": "families",
    }
    return render(request, "family_export.html", context)

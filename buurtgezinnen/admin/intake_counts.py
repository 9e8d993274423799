"""The office's page about applications: how many, and where they are left."""

from typing import Any

from django.contrib.admin import AdminSite
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from buurtgezinnen.intake_counts import (
    chosen_period,
    counts_of,
    periods,
    rows_of,
    sections_of,
)
from buurtgezinnen.spreadsheet import csv_response

PERIOD = "periode"


class IntakeCountPages(AdminSite):
    """Mix in before the admin site that has the page."""

    def get_urls(self) -> list[Any]:
        own = [
            path(
                "aanmeldingen/",
                self.admin_view(self.intake_counts),
                name="intake-counts",
            ),
            path(
                "aanmeldingen/tabel.csv",
                self.admin_view(self.intake_counts_file),
                name="intake-counts-file",
            ),
        ]
        return own + super().get_urls()

    @method_decorator(require_safe)
    def intake_counts(self, request: HttpRequest) -> HttpResponse:
        """The figures of a month or a year."""
        found = periods()
        period = chosen_period(found, request.GET.get(PERIOD, ""))
        file_url = reverse("admin:intake-counts-file", current_app=self.name)
        context = {
            **self.each_context(request),
            "title": gettext_lazy("Applications"),
            "periods": found,
            "period": period,
            "sections": sections_of(counts_of(period)) if period else [],
            "file_url": f"{file_url}?{PERIOD}={period.key}" if period else "",
        }
        request.current_app = self.name
        return render(request, "admin/intake_counts.html", context)

    @method_decorator(require_safe)
    def intake_counts_file(self, request: HttpRequest) -> HttpResponse:
        """The same numbers by language too, for a spreadsheet."""
        period = chosen_period(periods(), request.GET.get(PERIOD, ""))
        rows = rows_of(period, counts_of(period)) if period else []
        return csv_response(_("applications"), rows)

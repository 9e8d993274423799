"""The fairness panel for coordinators, for officials and for the office."""

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from buurtgezinnen.fairness import Scope, Table, tables_of
from buurtgezinnen.spreadsheet import csv_response
from matching.fairness import NEVER_USED, Year, year_until


@require_safe
def fairness(request: HttpRequest) -> HttpResponse:
    """The panel about the municipalities of the coordinator."""
    scope = Scope.of_coordinator(request.user)
    context = {**panel_of(scope), "section": "matching"}
    return render(request, "fairness.html", context)


@require_safe
def fairness_file(request: HttpRequest) -> HttpResponse:
    """The same numbers for a spreadsheet."""
    return file_of(Scope.of_coordinator(request.user))


def panel_of(scope: Scope) -> dict[str, Any]:
    """What every page with the panel shows."""
    year = year_until(timezone.localdate())
    return {
        "year": year,
        "limit": scope.limit,
        "tables": tables_of(scope, year),
        "never_used": list(NEVER_USED.values()),
    }


def file_of(scope: Scope) -> HttpResponse:
    """The tables as one file."""
    year = year_until(timezone.localdate())
    return csv_response(_("fairness"), rows_of(tables_of(scope, year), year, scope))


def rows_of(tables: list[Table], year: Year, scope: Scope) -> Iterator[list[object]]:
    """The tables below each other, each number beside what it is of."""
    days = {
        "start": date_format(year.starts_on, "j F Y"),
        "end": date_format(year.ends_on, "j F Y"),
    }
    yield [_("From %(start)s up to and including %(end)s") % days]
    yield [_("Numbers below %(limit)d are not shown") % {"limit": scope.limit}]
    yield [_("Table"), _("What"), _("Number"), _("Weeks waited (middle)")]
    for table in tables:
        for line in table.lines or ():
            weeks = "" if line.weeks is None else line.weeks
            yield [table.title, line.label, line.number, weeks]
        total = table.total.number
        yield [
            table.title,
            _("Total"),
            str(table.total) if total is None else total,
            "" if table.weeks is None else table.weeks,
        ]

"""Her own report: figures over a period, the list behind each, and a file."""

from collections.abc import Iterator

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from buurtgezinnen.report.counts import Records
from buurtgezinnen.report.periods import Chosen, PeriodForm
from buurtgezinnen.report.shown import Section, label_of, lines_of, sections_of
from buurtgezinnen.report.year_end import checks_of
from buurtgezinnen.report.year_end import lines_of as year_end_lines
from buurtgezinnen.spreadsheet import csv_response
from families.services.audit import record

ROWS_ON_A_PAGE = 25


@require_safe
def report(request: HttpRequest) -> HttpResponse:
    """Every figure of a period beside the one before."""
    form = _form(request)
    if not form.is_valid():
        return _refused(request, form)
    period = form.chosen()
    records = Records.of(request.user)
    now, before = records.counted(period.days), records.counted(period.before)
    context = {
        "form": form,
        "period": period,
        "sections": sections_of(now, before),
        "section": "more",
    }
    return render(request, "report.html", context)


@require_safe
def report_list(request: HttpRequest, figure: str) -> HttpResponse:
    """What one figure counts, a page at a time."""
    form = _form(request)
    if not form.is_valid():
        return _refused(request, form)
    period = form.chosen()
    counted = Records.of(request.user).counted(period.days)
    if figure not in counted:
        raise Http404
    found = sorted(counted[figure], key=lambda one: (one.on, one.pk))
    page = Paginator(found, ROWS_ON_A_PAGE).get_page(request.GET.get("pagina"))
    context = {
        "period": period,
        "title": label_of(figure, sections_of(counted, counted)),
        "page": page,
        "lines": list(lines_of(figure, list(page), request.user)),
        "in_days": figure == "wachttijd",
        "section": "more",
    }
    return render(request, "report_list.html", context)


@require_safe
def report_file(request: HttpRequest) -> HttpResponse:
    """The table for a spreadsheet. That it was taken is kept."""
    form = _form(request)
    if not form.is_valid():
        return _refused(request, form)
    period = form.chosen()
    records = Records.of(request.user)
    now, before = records.counted(period.days), records.counted(period.before)
    record(request.user, verb="read", by=request.user, fields=["report"])
    return csv_response(_("report"), _rows(period, sections_of(now, before)))


def _rows(period: Chosen, sections: list[Section]) -> Iterator[list[object]]:
    yield [_("Table"), _("What"), period.label, _("The period before")]
    for section in sections:
        for row in section.rows:
            yield [section.title, row.label, _number(row.now), _number(row.before)]


def _number(text: str) -> object:
    return int(text) if text.isdecimal() else text


def _form(request: HttpRequest) -> PeriodForm:
    return PeriodForm(request.GET, today=timezone.localdate())


def _refused(request: HttpRequest, form: PeriodForm) -> HttpResponse:
    context = {"form": form, "section": "more"}
    return render(request, "report.html", context, status=422)


@require_safe
def year_end(request: HttpRequest) -> HttpResponse:
    """What is to be put in order, with how often it is found."""
    checks = checks_of(request.user, on=timezone.localdate())
    counted = [(check, check.found.count()) for check in checks]
    context = {
        "checks": [one for one in counted if one[1]],
        "section": "more",
    }
    return render(request, "year_end.html", context)


@require_safe
def year_end_list(request: HttpRequest, check: str) -> HttpResponse:
    """What one check found, a page at a time."""
    checks = checks_of(request.user, on=timezone.localdate())
    chosen = next((one for one in checks if one.key == check), None)
    if chosen is None:
        raise Http404
    pages = Paginator(chosen.found, ROWS_ON_A_PAGE)
    page = pages.get_page(request.GET.get("pagina"))
    context = {
        "check": chosen,
        "page": page,
        "lines": year_end_lines(list(page), request.user),
        "section": "more",
    }
    return render(request, "year_end_list.html", context)

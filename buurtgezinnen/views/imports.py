"""Pages to bring in families from a file."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from buurtgezinnen.imports import runs
from buurtgezinnen.imports.files import (
    explanation_rows,
    file_response,
    in_words,
    template_rows,
    wrong_rows,
)
from buurtgezinnen.imports.forms import ColumnsForm, FileForm
from families.models import ImportRun
from families.services.intake.telephone import takes_for

KINDS = ("xlsx", "csv")
SHOWN_AT_ONCE = 50
LATEST = 5
State = ImportRun.State


@require_http_methods(["GET", "HEAD", "POST"])
def import_new(request: HttpRequest) -> HttpResponse:
    """Send a file; what she sent before stands below."""
    municipalities = takes_for(request.user, on=timezone.localdate())
    form = FileForm(request.POST or None, request.FILES or None)
    if request.method == "POST":
        form = FileForm(request.POST, request.FILES)
        if form.is_valid() and municipalities:
            run = runs.begin(form.cleaned_data["file"], by=request.user)
            return redirect("import-columns", reference=run.reference)
    context = {
        "form": form,
        "municipalities": municipalities,
        "runs": ImportRun.objects.visible_to(request.user).order_by("-pk")[:LATEST],
    }
    status = 422 if form.errors else 200
    return render(request, "imports/new.html", context, status=status)


@require_safe
def import_template(request: HttpRequest, kind: str) -> HttpResponse:
    """A file to fill in, with two examples."""
    if kind not in KINDS:
        raise Http404
    sheets = [(_("Families"), template_rows()), (_("Explanation"), explanation_rows())]
    return file_response("gezinnen", kind, sheets)


@require_http_methods(["GET", "HEAD", "POST"])
def import_columns(request: HttpRequest, reference: str) -> HttpResponse:
    """Which column of the file says what."""
    run = _run_or_404(request, reference)
    if run.state not in runs.OPEN or run.erased_at is not None:
        return redirect("import-run", reference=run.reference)
    typed = request.POST if request.method == "POST" else None
    form = ColumnsForm(typed, run=run)
    if typed is not None and form.is_valid():
        try:
            runs.choose(run, form.chosen())
        except runs.NotNow:
            messages.warning(request, _("This file is being worked on already."))
        return redirect("import-run", reference=run.reference)
    context = {"run": run, "form": form, "example": next(runs.lines_of(run), None)}
    status = 422 if form.errors else 200
    return render(request, "imports/columns.html", context, status=status)


@require_safe
def import_run(request: HttpRequest, reference: str) -> HttpResponse:
    """How far a file is, and what was found in it."""
    run = _run_or_404(request, reference)
    if run.state == State.COLUMNS:
        return redirect("import-columns", reference=run.reference)
    return render(request, "imports/run.html", _shown(request, run))


def _shown(request: HttpRequest, run: ImportRun) -> dict[str, Any]:
    found = runs.problems_of(run)
    page = Paginator(
        [
            {"row": one, "text": in_words(one.column, one.text)}
            for one in sorted(found, key=lambda one: (not one.stops, one.number))
        ],
        SHOWN_AT_ONCE,
    ).get_page(request.GET.get("pagina"))
    return {
        "run": run,
        "is_busy": run.state in (State.CHECKING, State.WRITING),
        "n_good": run.n_asking + run.n_giving,
        "page": page,
    }


@require_POST
def import_start(request: HttpRequest, reference: str) -> HttpResponse:
    """Bring in what was checked; pressed twice it is done once."""
    run = _run_or_404(request, reference)
    try:
        runs.start(run)
    except runs.NotNow:
        messages.info(request, _("You pressed before. It is done once."))
    return redirect("import-run", reference=run.reference)


@require_safe
def import_wrong(request: HttpRequest, reference: str, kind: str) -> HttpResponse:
    """The rows that do not go in, with what is wrong with each."""
    run = _run_or_404(request, reference)
    if kind not in KINDS or not run.n_wrong or run.erased_at is not None:
        raise Http404
    sheets = [(_("What is wrong?").rstrip("?"), wrong_rows(run))]
    return file_response("nog-niet-ingevoerd", kind, sheets)


def _run_or_404(request: HttpRequest, reference: str) -> ImportRun:
    visible = ImportRun.objects.visible_to(request.user)
    return get_object_or_404(visible, reference=reference)

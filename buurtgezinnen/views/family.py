"""The page of a family, and its course: all apps together."""

from itertools import groupby

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.views.decorators.http import require_safe

from buurtgezinnen import panels
from buurtgezinnen.next_step import next_step
from families.course import notes
from families.forms.contact import NoteContactForm
from families.services import contact, note_drafts
from families.sheet import sheet
from families.views.scope import household_or_404

LATEST = 5
CLOSED = ("ended", "withdrawn")
ONLY = {"contact": "note", "gebeurtenissen": "event"}


@require_safe
def family_detail(request: HttpRequest, reference: str) -> HttpResponse:
    """Who they are, what they ask or give, the next step, and the latest contacts."""
    household = household_or_404(request, reference)
    on = timezone.localdate()
    shown = sheet(household, on=on)
    tries = contact.tries_without_answer(household)
    context = {
        "household": household,
        "sheet": shown,
        "steps": [
            next_step(
                household,
                one.wish,
                tries=tries,
                without_vog=shown.without_vog,
                user=request.user,
            )
            for one in shown.wishes
            if one.wish.stage not in CLOSED
        ],
        "panels": [
            render_to_string(panel.template, panel.context, request)
            for panel in panels.family_panels(household, user=request.user, on=on)
        ],
        "contacts": notes(household, user=request.user, at=timezone.now(), most=LATEST),
        "form": NoteContactForm(
            household=household,
            today=on,
            draft=note_drafts.draft_of(household, by=request.user),
        ),
        "section": "families",
    }
    return render(request, "family_detail.html", context)


@require_safe
def family_course(request: HttpRequest, reference: str) -> HttpResponse:
    """What was said and what happened, newest first, by month; `?toon=` filters."""
    household = household_or_404(request, reference)
    on = timezone.localdate()
    lines = panels.course(household, user=request.user, on=on)
    shown = request.GET.get("toon", "")
    if shown in ONLY:
        lines = [line for line in lines if line.kind == ONLY[shown]]
    context = {
        "household": household,
        "months": [
            (month, list(of_month))
            for month, of_month in groupby(lines, lambda line: line.on.replace(day=1))
        ],
        "shown": shown,
        "section": "families",
    }
    return render(request, "family_course.html", context)

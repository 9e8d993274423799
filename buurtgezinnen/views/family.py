"""The page of a family, and its course: all apps together."""

from collections.abc import Sequence
from itertools import groupby

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.views.decorators.http import require_safe

from buurtgezinnen import panels
from buurtgezinnen.next_step import next_step
from families import course
from families.forms.contact import NoteContactForm
from families.models import Household
from families.panels import CourseLine
from families.services import contact, note_drafts
from families.sheet import sheet
from families.views.scope import household_or_404

LATEST = 5
LINES_ON_A_PAGE = 50
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
        "contacts": course.last_notes(
            household, user=request.user, at=timezone.now(), most=LATEST
        ),
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
    shown = ONLY.get(request.GET.get("toon", ""), "")
    notes = course.note_keys(household)
    events = [] if shown == "note" else _events(request, household)
    found = [line for line in (*notes, *events) if shown in ("", line.kind)]
    found.sort(key=lambda line: line.on, reverse=True)
    page = Paginator(found, LINES_ON_A_PAGE).get_page(request.GET.get("pagina"))
    context = {
        "household": household,
        "months": [
            (month, list(of_month))
            for month, of_month in groupby(
                _told(request, household, page.object_list),
                lambda line: line.on.replace(day=1),
            )
        ],
        "page": page,
        "shown": shown,
        "section": "families",
    }
    return render(request, "family_course.html", context)


def _events(request: HttpRequest, household: Household) -> list[CourseLine]:
    return panels.course(household, user=request.user, on=timezone.localdate())


def _told(
    request: HttpRequest,
    household: Household,
    found: Sequence[course.NoteKey | CourseLine],
) -> list[CourseLine]:
    """The lines of one page: only its notes are read."""
    keys = [one for one in found if isinstance(one, course.NoteKey)]
    notes = course.notes_of(household, keys, user=request.user, at=timezone.now())
    return [notes[one] if isinstance(one, course.NoteKey) else one for one in found]

"""Agreements through time: drawn and as a list, and on any day, as known on any day."""

import datetime as dt

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from agreements import wording
from agreements.core import timeline
from agreements.forms import AsOfForm
from agreements.history import History, terms_of
from agreements.models import ExtraVisit
from agreements.shown.as_of import why_it_differs
from agreements.shown.through_time import ALL, LEGEND, SPANS, through_time
from agreements.shown.versions import shown_items
from agreements.views.scope import context_of, history_or_404, show

NAMES = {
    "6-maanden": _("6 months"),
    "1-jaar": _("1 year"),
    "alles": _("Everything"),
}


@require_safe
def agreement_timeline(request: HttpRequest, reference: str) -> HttpResponse:
    """How the agreements went, drawn and as a list."""
    history = history_or_404(request, reference)
    asked = request.GET.get("periode", ALL)
    span = asked if asked in SPANS else ALL
    of_pairing = {"agreement__pairing": history.pairing}
    shown = through_time(
        history,
        evaluations=history.pairing.evaluations.all(),
        visits=ExtraVisit.objects.counted().filter(**of_pairing),
        months=SPANS[span],
        today=timezone.localdate(),
    )
    context = context_of(
        history,
        drawing=shown.drawing,
        rows=shown.rows,
        entries=shown.entries,
        window=shown.window,
        legend=LEGEND,
        span=span,
        spans=NAMES.items(),
    )
    return render(request, "agreements/agreement_timeline.html", context)


@require_safe
def agreement_as_of(request: HttpRequest, reference: str) -> HttpResponse:
    """What held on a day, as we know now and as we knew on another day."""
    history = history_or_404(request, reference)
    today = timezone.localdate()
    form = AsOfForm(request.GET or None, today=today)
    asked = form.cleaned_data if form.is_bound and form.is_valid() else {}
    day, known_on = asked.get("dag") or today, asked.get("bekend")
    answers = [_answer(history, day, None)]
    differs = ""
    if known_on is not None:
        answers.append(_answer(history, day, known_on))
        differs = why_it_differs(history, day, _end_of(known_on))
    context = context_of(
        history,
        form=form,
        day=day,
        known_on=known_on,
        is_to_come=day >= today,
        is_over=history.is_over_on(day),
        answers=answers,
        differs=differs,
        draft=history.draft,
        pause=history.pause_on(day),
    )
    return show(request, "agreement_as_of.html", context, form)


def _answer(
    history: History, day: dt.date, known_on: dt.date | None
) -> dict[str, object]:
    """What held on a day, by what is known now or was known on another day."""
    known_at = None if known_on is None else _end_of(known_on)
    version = history.in_force_on(day, known_at=known_at)
    terms = terms_of(version)
    return {
        "known_on": known_on,
        "version": version,
        "items": shown_items(terms, history.names),
        "hours": wording.hours_a_month(timeline.totals(terms)),
    }


def _end_of(day: dt.date) -> dt.datetime:
    """The last moment of a day, in the time zone of the site."""
    return timezone.make_aware(dt.datetime.combine(day, dt.time.max))

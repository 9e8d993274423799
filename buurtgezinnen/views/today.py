"""Vandaag: what needs the coordinator now."""

import datetime as dt
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from buurtgezinnen import panels
from buurtgezinnen.loading import Loading
from buurtgezinnen.today import arrange
from families.agenda import AgendaItem
from families.models import Household, Task, User
from families.panels import put_off
from families.services.resting import is_rest
from families.task_words import in_words

NOON = 12
EVENING = 18


@require_safe
def today(request: HttpRequest) -> HttpResponse:
    """At most seven rows, a way to let each wait, and what was done today."""
    on = timezone.localdate()
    loading = Loading()
    rows = panels.today_rows(request.user, on=on, loading=loading)
    waiting, done, words = loading.part(
        _("What you put off and what was done today could not be loaded."),
        lambda: _beside(request.user, on=on),
        ([], [], {}),
    )
    # Of a row that rests the row itself says what it is; without a row it is over.
    resting_rows = {task.about for task in waiting if is_rest(task)}
    titles = {row.key: row.title for row in rows if not row.task}
    resting = [
        (task, titles[task.about] if is_rest(task) else words[task.pk])
        for task in waiting
        if not is_rest(task) or task.about in titles
    ]
    awake = [row for row in rows if row.task or row.key not in resting_rows]
    day = arrange(awake, on=on)
    context = {
        "today": on,
        "greeting": greeting(timezone.localtime()),
        "now": day.now,
        "later": day.later,
        "resting": resting,
        "n_later": len(day.later) + len(resting),
        "done": [(task, words[task.pk]) for task in done],
        "appointments": loading.part(
            _("Your appointments could not be loaded."),
            lambda: _appointments(request.user, on=on),
            [],
        ),
        "figures": loading.part(
            _("The numbers of your families could not be loaded."),
            lambda: panels.figures(request.user, on=on),
            [],
        ),
        "undo": _undo(request),
        "no_families": not Household.objects.visible_to(request.user).exists(),
        "failed": loading.failed,
        "count_sentence": _("Not everything could be loaded.")
        if loading.failed and not day.now
        else count_sentence(len(day.now)),
    }
    return render(request, "today.html", context)


def _beside(
    user: User, *, on: dt.date
) -> tuple[list[Task], list[Task], dict[int, str]]:
    """What rests, what was done today, and both in words."""
    waiting = put_off(user, on=on)
    done = panels.done_on(user, on)
    return waiting, done, in_words([*waiting, *done])


def _appointments(user: User, *, on: dt.date) -> list[AgendaItem]:
    """What is planned today and tomorrow, and goes on."""
    items = panels.appointments(user, on, on + dt.timedelta(days=1))
    return [item for item in items if not item.is_off]


def greeting(now: dt.datetime) -> str:
    """How people greet each other at this hour."""
    if now.hour < NOON:
        return _("Good morning.")
    return _("Good afternoon.") if now.hour < EVENING else _("Good evening.")


def count_sentence(count: int) -> str:
    """How many things ask attention, in words up to twelve."""
    sentences = (
        _("Everything is done. Have a nice day."),
        _("One thing asks your attention."),
        _("Two things ask your attention."),
        _("Three things ask your attention."),
        _("Four things ask your attention."),
        _("Five things ask your attention."),
        _("Six things ask your attention."),
        _("Seven things ask your attention."),
        _("Eight things ask your attention."),
        _("Nine things ask your attention."),
        _("Ten things ask your attention."),
        _("Eleven things ask your attention."),
        _("Twelve things ask your attention."),
    )
    if count < len(sentences):
        return sentences[count]
    return ngettext(
        "%(count)d thing asks your attention.",
        "%(count)d things ask your attention.",
        count,
    ) % {"count": count}


def _undo(request: HttpRequest) -> dict[str, Any] | None:
    """What was put off a moment ago, told once."""
    put_off_now = request.session.pop("put_off", None)
    if put_off_now is None:
        return None
    return put_off_now | {"until": dt.date.fromisoformat(put_off_now["until"])}

"""Months as a calendar shows them: whole weeks, Monday first, with ISO numbers."""

import calendar
import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse

from families.agenda import AgendaItem

_MONTH = re.compile(r"(20\d\d)-(\d\d)", re.ASCII)
MONTHS_OF_A_YEAR = 12


@dataclass(frozen=True)
class Week:
    """A week by its number, with its seven days."""

    number: int
    days: list[dt.date]


def read(text: str) -> dt.date | None:
    """The first day of a month such as 2026-11; None for anything else."""
    found = _MONTH.fullmatch(text)
    if not found or not 1 <= int(found[2]) <= MONTHS_OF_A_YEAR:
        return None
    return dt.date(int(found[1]), int(found[2]), 1)


def weeks_of(month: dt.date) -> list[Week]:
    """The weeks that have a day in a month, also with days of the months beside it."""
    weeks = calendar.Calendar().monthdatescalendar(month.year, month.month)
    return [Week(days[0].isocalendar().week, days) for days in weeks]


def beside(month: dt.date, step: int) -> dt.date:
    """The first day of the month before (-1) or after (1)."""
    number = month.year * MONTHS_OF_A_YEAR + month.month - 1 + step
    return dt.date(number // MONTHS_OF_A_YEAR, number % MONTHS_OF_A_YEAR + 1, 1)


def by_day(items: Iterable[AgendaItem]) -> dict[dt.date, list[AgendaItem]]:
    """The items of each day that has any, days and times in order."""
    days: dict[dt.date, list[AgendaItem]] = {}
    for item in items:
        days.setdefault(item.on, []).append(item)
    return days


def agenda_url(day: dt.date | None = None) -> str:
    """The address of the agenda; with a day, of its month."""
    return reverse("agenda") + (f"?maand={day:%Y-%m}" if day else "")

"""The first days of agreements that one press fills in."""

import datetime as dt
from dataclasses import dataclass

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from agreements.core import rhythm


@dataclass(frozen=True)
class QuickDay:
    """A day to press; `word` is what the button sends."""

    word: str
    label: str
    day: dt.date


def quick_days(today: dt.date, *, began: dt.date) -> list[QuickDay]:
    """Today, the next Monday and the first of the next month.

    Args:
        today: counted from.
        began: the first day of the pairing; no day before it.
    """
    monday = today + rhythm.WEEK - today.weekday() * rhythm.DAY
    labels = {
        "vandaag": (_("Today: %(day)s"), today),
        "maandag": (_("Next Monday: %(day)s"), monday),
        "maand": (_("The first of next month: %(day)s"), first_of_next_month(today)),
    }
    return [
        QuickDay(word, label % {"day": date_format(day, "j F")}, day)
        for word, (label, day) in labels.items()
        if day >= began
    ]


def first_of_next_month(day: dt.date) -> dt.date:
    """On which day most agreements start."""
    return (day.replace(day=1) + 32 * rhythm.DAY).replace(day=1)

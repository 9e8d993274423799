"""Days on which nobody works in the Netherlands, computed by rule for any year."""

import datetime as dt
from functools import cache
from types import MappingProxyType

from dateutil.easter import easter
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

DAY = dt.timedelta(days=1)
SUNDAY = 6
# Between employers and employees in social work it is a day off each fifth year.
LIBERATION_EVERY = 5


@cache
def of_year(year: int) -> MappingProxyType[dt.date, str]:
    """The public holidays of a year: each day with its name, not translated yet."""
    sunday = easter(year)
    king = dt.date(year, 4, 27)
    days = {
        dt.date(year, 1, 1): gettext_noop("New Year's Day"),
        sunday: gettext_noop("Easter Sunday"),
        sunday + DAY: gettext_noop("Easter Monday"),
        king - DAY * (king.weekday() == SUNDAY): gettext_noop("King's Day"),
        sunday + 39 * DAY: gettext_noop("Ascension Day"),
        sunday + 49 * DAY: gettext_noop("Whit Sunday"),
        sunday + 50 * DAY: gettext_noop("Whit Monday"),
        dt.date(year, 12, 25): gettext_noop("Christmas Day"),
        dt.date(year, 12, 26): gettext_noop("Boxing Day"),
    }
    if year % LIBERATION_EVERY == 0:
        days.setdefault(dt.date(year, 5, 5), gettext_noop("Liberation Day"))
    return MappingProxyType(days)


def is_holiday(day: dt.date) -> bool:
    """Whether `day` is a public holiday."""
    return day in of_year(day.year)


def name_of(day: dt.date) -> str:
    """What a public holiday is called; "" for any other day."""
    found = of_year(day.year).get(day)
    return str(_(found)) if found else ""

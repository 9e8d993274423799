"""The periods over which a report counts, and how an address names them."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.formats import date_format
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from buurtgezinnen.figures import DAY, Year
from families.forms.base import HouseForm
from families.forms.fields import ForgivingDateField

YEARS_BACK = 4
MONTHS_IN = {"": 12, "-h": 6, "-k": 3}
LONGEST = dt.timedelta(days=10 * 366)


@dataclass(frozen=True)
class Chosen:
    """A period in words and in an address, and the one of the same length before it.

    Attributes:
        days: counted up to today at most.
        query: what an address says of it.
    """

    label: str
    days: Year
    query: str
    before: Year
    before_query: str


class PeriodForm(HouseForm, forms.Form):
    """Over which days to count. The names stand in the address, so in Dutch."""

    mark_optional = False

    periode = forms.ChoiceField(label=gettext_lazy("Period"), required=False)
    van = ForgivingDateField(label=gettext_lazy("Or from"), required=False)
    tot = ForgivingDateField(label=gettext_lazy("Up to and including"), required=False)

    def __init__(self, *args: Any, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.fields["periode"].choices = choices(today)
        for name in ("van", "tot"):
            self.fields[name].today = today

    def clean(self) -> dict[str, Any]:
        """Both dates or none, in their order, of days that have begun."""
        said: dict[str, Any] = super().clean() or {}
        start, end = said.get("van"), said.get("tot")
        if bool(start) != bool(end) and not self.errors:
            self.add_error(
                "tot" if start else "van", ValidationError(_("Fill in both dates."))
            )
        elif start and end and end < start:
            self.add_error(
                "tot", ValidationError(_("The last day is before the first."))
            )
        elif start and start > self.today:
            self.add_error("van", ValidationError(_("This day is still to come.")))
        elif start and end and end - start > LONGEST:
            self.add_error("tot", ValidationError(_("Choose at most ten years.")))
        elif start and start.year < dt.MINYEAR + 20:
            self.add_error("van", ValidationError(_("Choose a later day.")))
        return said

    def chosen(self) -> Chosen:
        """The period of a valid form; this year when nothing was chosen."""
        start, end = self.cleaned_data["van"], self.cleaned_data["tot"]
        if start and end:
            return _of_own_dates(start, end, self.today)
        key = self.cleaned_data["periode"] or str(self.today.year)
        start, end = _days_of(key)
        months = (end.year - start.year) * 12 + end.month - start.month + 1
        before_start = _months_later(start, -months)
        before_key = _key_of(before_start, months)
        return Chosen(
            label=_label_of(key),
            days=Year(start, end, seen_on=self.today),
            query=urlencode({"periode": key}),
            before=Year(before_start, start - DAY, seen_on=self.today),
            before_query=_query_of(before_key, before_start, start - DAY, self.today),
        )


def choices(today: dt.date) -> list[tuple[str, list[tuple[str, str]]]]:
    """The years, halves and quarters that have begun, by year, the latest first."""
    return [(str(year), _of_year(year, today)) for year in _years(today)]


def _years(today: dt.date) -> range:
    return range(today.year, today.year - YEARS_BACK - 1, -1)


def _of_year(year: int, today: dt.date) -> list[tuple[str, str]]:
    keys = [str(year)]
    keys += [f"{year}-h{half}" for half in (1, 2)]
    keys += [f"{year}-k{quarter}" for quarter in (1, 2, 3, 4)]
    return [(key, _label_of(key)) for key in keys if _days_of(key)[0] <= today]


def _days_of(key: str) -> tuple[dt.date, dt.date]:
    """First and last day of a key such as 2026, 2026-h1 or 2026-k3."""
    months = MONTHS_IN[key[4:6]]
    start = dt.date(int(key[:4]), 1 + months * (int(key[6:] or 1) - 1), 1)
    return start, _months_later(start, months) - DAY


def _key_of(start: dt.date, months: int) -> str:
    part = {12: "", 6: "-h", 3: "-k"}[months]
    return f"{start.year}{part}{(start.month - 1) // months + 1 if part else ''}"


def _label_of(key: str) -> str:
    year, part = key[:4], key[5:]
    words = {
        "h1": _("First half of %(year)s"),
        "h2": _("Second half of %(year)s"),
        "k1": _("January to March %(year)s"),
        "k2": _("April to June %(year)s"),
        "k3": _("July to September %(year)s"),
        "k4": _("October to December %(year)s"),
    }
    return words[part] % {"year": year} if part else year


def _months_later(day: dt.date, months: int) -> dt.date:
    number = day.year * 12 + day.month - 1 + months
    return dt.date(number // 12, number % 12 + 1, 1)


def _of_own_dates(start: dt.date, end: dt.date, today: dt.date) -> Chosen:
    before_start = start - (end - start) - DAY
    return Chosen(
        label=_("%(start)s up to and including %(end)s")
        % {"start": date_format(start, "j F Y"), "end": date_format(end, "j F Y")},
        days=Year(start, end, seen_on=today),
        query=_own_query(start, end),
        before=Year(before_start, start - DAY, seen_on=today),
        before_query=_own_query(before_start, start - DAY),
    )


def _query_of(key: str, start: dt.date, end: dt.date, today: dt.date) -> str:
    """By its key while that can be chosen, else by its days."""
    is_choice = start.year in _years(today)
    return urlencode({"periode": key}) if is_choice else _own_query(start, end)


def _own_query(start: dt.date, end: dt.date) -> str:
    return urlencode({"van": f"{start:%d-%m-%Y}", "tot": f"{end:%d-%m-%Y}"})

"""What the forms of matching have in common."""

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from families.forms.base import HouseForm, StaleCheck

LONGEST_AHEAD = dt.timedelta(days=366)


class DatedForm(HouseForm, forms.Form):
    """A form that knows which day it is."""

    def __init__(self, *args: Any, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def in_time(
        self,
        name: str,
        *,
        earliest: dt.date | None = None,
        latest: dt.date | None = None,
    ) -> dt.date | None:
        """The day given, when it lies between two days."""
        day = self.cleaned_data[name]
        if day and earliest and day < earliest:
            raise forms.ValidationError(_("This date is too early."), code="early")
        if day and latest and day > latest:
            raise forms.ValidationError(_("This date is too far ahead."), code="late")
        return day


class EditForm(StaleCheck, DatedForm):
    """A form about a row that somebody else may change meanwhile."""

"""A day to look at, and the day on which it was known."""

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from families.forms.base import HouseForm
from families.forms.fields import ForgivingDateField


class AsOfForm(HouseForm, forms.Form):
    """A day to look at, and as it was known on a day."""

    mark_optional = False

    dag = ForgivingDateField(
        label=_("What held on this day?"),
        help_text=_("For example 1 December 2026. Leave it empty for today."),
        required=False,
    )
    bekend = ForgivingDateField(
        label=_("What did we know on this day?"),
        help_text=_("You may skip this. Handy where something was written down later."),
        required=False,
    )

    def __init__(self, *args: Any, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["dag"].today = today
        self.fields["bekend"].today = today

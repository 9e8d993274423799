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

    dag = ForgivingDateField(label=_("What held on"), required=False)
    bekend = ForgivingDateField(label=_("As it was known on"), required=False)

    def __init__(self, *args: Any, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["dag"].today = today
        self.fields["bekend"].today = today

"""What a family told its coordinator that it wants to be different."""

import datetime as dt
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from families.forms.base import HouseForm
from families.forms.fields import CleanTextField, ForgivingDateField


class WantedForm(HouseForm, forms.Form):
    """What it said, and when."""

    words = CleanTextField(
        label=_("What do they want to change?"),
        help_text=_("In their own words. The other family does not read this."),
        max_length=1000,
        multiline=True,
    )
    heard_on = ForgivingDateField(label=_("On which day did you hear it?"))

    def __init__(self, *args: Any, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.fields["heard_on"].today = today
        self.fields["heard_on"].initial = today

    def clean_heard_on(self) -> dt.date:
        day = self.cleaned_data["heard_on"]
        if day > self.today:
            raise ValidationError(_("This day has not come yet."))
        return day

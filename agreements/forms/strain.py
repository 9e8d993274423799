"""When it rubs: raising it, a talk with one side, a day to look again, the outcome."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from agreements.models import Confirmation, Strain
from families.forms.base import HouseForm, StaleCheck
from families.forms.fields import CleanTextField, ForgivingDateField

LOOK_AGAIN_AFTER = dt.timedelta(days=14)
LONGEST_AHEAD = dt.timedelta(days=366)

CHILD_TOLD = {
    "label": _("What is the child told?"),
    "help_text": _("Short, honest and without blame. Both families say the same."),
    "max_length": 500,
    "required": False,
    "multiline": True,
    "widget": forms.Textarea({"rows": 3}),
}
LOOK_AGAIN = {
    "label": _("When do you look again?"),
    "help_text": _("On this day it stands on your page Today."),
}


class DayOf(HouseForm, forms.Form):
    """A form that knows which day it is and when the pairing began."""

    def __init__(
        self, *args: Any, today: dt.date, started_on: dt.date, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.today, self.started_on = today, started_on
        for field in self.fields.values():
            if isinstance(field, ForgivingDateField):
                field.today = today

    def _in_the_past(self, name: str) -> dt.date:
        day = self.cleaned_data[name]
        if day > self.today:
            raise forms.ValidationError(_("This day has not come yet."))
        if day < self.started_on:
            raise forms.ValidationError(_("The pairing had not begun on this date."))
        return day

    def _ahead(self, name: str) -> dt.date:
        day = self.cleaned_data[name]
        if not self.today <= day <= self.today + LONGEST_AHEAD:
            raise forms.ValidationError(_("Choose a day from today, within a year."))
        return day


class RaiseForm(DayOf):
    """Who says that it rubs, and what is the matter."""

    raised_by = forms.ChoiceField(
        label=_("Who says so?"),
        choices=Strain.RaisedBy.choices,
        widget=forms.RadioSelect,
    )
    raised_on = ForgivingDateField(label=_("On which day did you hear it?"))
    words = CleanTextField(
        label=_("What is the matter?"),
        help_text=_("In their own words. The families do not read this."),
        max_length=1000,
        required=False,
        multiline=True,
    )
    child_told = CleanTextField(**CHILD_TOLD)
    look_again_on = ForgivingDateField(**LOOK_AGAIN)

    def clean_raised_on(self) -> dt.date:
        return self._in_the_past("raised_on")

    def clean_look_again_on(self) -> dt.date:
        return self._ahead("look_again_on")


class TalkForm(DayOf):
    """What one side said in a talk."""

    side = forms.ChoiceField(
        choices=Confirmation.Side.choices, widget=forms.HiddenInput
    )
    on = ForgivingDateField(label=_("Talked on"))
    words = CleanTextField(
        label=_("What was said?"),
        help_text=_("The other family never reads this."),
        max_length=2000,
        multiline=True,
    )

    def __init__(self, *args: Any, sides: Iterable[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["side"].choices = [(side, side) for side in sides]

    def clean_on(self) -> dt.date:
        return self._in_the_past("on")


class LookAgainForm(StaleCheck, DayOf):
    """Another day to look again, and what the child is told."""

    look_again_on = ForgivingDateField(**LOOK_AGAIN)
    child_told = CleanTextField(**CHILD_TOLD)

    def clean_look_again_on(self) -> dt.date:
        return self._ahead("look_again_on")


class OutcomeForm(StaleCheck, DayOf):
    """How it came out, which leads to the next step."""

    outcome = forms.ChoiceField(
        label=_("How did it come out?"),
        choices=[
            (Strain.Outcome.REPAIRED, _("It is repaired: they go on as it was")),
            (Strain.Outcome.SMALLER, _("They go on, smaller: change the agreements")),
            (Strain.Outcome.ENDED, _("It stops: round off the pairing")),
            (Strain.Outcome.SAFETY, _("It is about safety: look what to do")),
        ],
        widget=forms.RadioSelect,
    )
    outcome_text = CleanTextField(
        label=_("In words"), max_length=1000, required=False, multiline=True
    )

"""Small forms behind the buttons of a task."""

import datetime as dt
from typing import Any

from django import forms

from families.models import Household, Task
from families.services.resting import KEY_DIGITS, MARK

WAITS = {"tomorrow": dt.timedelta(days=1), "week": dt.timedelta(days=7)}


class TaskForm(forms.Form):
    """Which task of a household a button is about."""

    task = forms.ModelChoiceField(queryset=Task.objects.none())

    def __init__(self, *args: Any, household: Household, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["task"].queryset = household.tasks.all()


class LaterForm(TaskForm):
    """Until when a task rests."""

    wait = forms.ChoiceField(choices=[(name, name) for name in WAITS])

    def clean_wait(self) -> dt.timedelta:
        return WAITS[self.cleaned_data["wait"]]


class RowLaterForm(forms.Form):
    """Until when a row without a task rests."""

    row = forms.RegexField(rf"^{MARK}[0-9a-f]{{{KEY_DIGITS}}}\Z", strip=False)
    wait = forms.ChoiceField(choices=[(name, name) for name in WAITS])

    def clean_wait(self) -> dt.timedelta:
        return WAITS[self.cleaned_data["wait"]]

"""Forms of pairings: each asks only what its step needs."""

import datetime as dt
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from families.forms.fields import CleanTextField, ForgivingDateField
from matching.forms.base import LONGEST_AHEAD, EditForm
from matching.models import Pairing


class PairingForm(EditForm):
    """A form about a pairing as it was shown, with the day on which something is so.

    Attributes:
        step: the stage that the form belongs to, which the page sends along.
        button: what its button says.
        day_field: name of the field with the day.
    """

    step = ""
    button = ""
    day_field = "on"

    def tell_too_early(self) -> None:
        """Says that the day lies before the pairing, or before its last step."""
        self.add_error(self.day_field, _("This date is too early."))


class IntroductionForm(PairingForm):
    """The day on which the families meet."""

    step = Pairing.Stage.INTRODUCTION
    button = _("Plan the introduction")
    day_field = "introduction_on"

    introduction_on = ForgivingDateField(label=_("Day of the introduction"))

    def clean_introduction_on(self) -> dt.date | None:
        return self.in_time("introduction_on", latest=self.today + LONGEST_AHEAD)


class StepForm(PairingForm):
    """The day from which the next stage holds."""

    on = ForgivingDateField(label=_("From"))

    def clean_on(self) -> dt.date | None:
        return self.in_time("on", latest=self.today)


class ActiveForm(StepForm):
    """From when the pairing runs."""

    step = Pairing.Stage.ACTIVE
    button = _("Let the pairing run")


class TrialForm(StepForm):
    """From when until when the trial lasts."""

    step = Pairing.Stage.TRIAL
    button = _("Start the trial")

    trial_until = ForgivingDateField(label=_("The trial lasts until"))

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        on = self.cleaned_data.get("on")
        until = self.cleaned_data.get("trial_until")
        if on and until and not on <= until <= on + LONGEST_AHEAD:
            self.add_error(
                "trial_until", _("The trial ends after it starts, within a year.")
            )
        return cleaned

    @staticmethod
    def usual_end(on: dt.date) -> dt.date:
        """The last day of a trial of the usual length."""
        return on + dt.timedelta(weeks=settings.TRIAL_WEEKS)


class StepBackForm(EditForm):
    """Asks nothing; the page sends along which state of the pairing it showed."""


class ChildForm(EditForm):
    """What the child says, after it met the family."""

    child_answer = forms.ChoiceField(
        label=_("What does the child say?"),
        choices=Pairing.ChildAnswer.choices,
        widget=forms.RadioSelect,
    )
    child_answered_on = ForgivingDateField(label=_("Asked on"))
    child_words = CleanTextField(
        label=_("In the child's own words"),
        required=False,
        max_length=500,
        multiline=True,
    )

    def __init__(self, *args: Any, met_on: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.met_on = met_on

    def clean_child_answered_on(self) -> dt.date | None:
        return self.in_time(
            "child_answered_on", earliest=self.met_on, latest=self.today
        )

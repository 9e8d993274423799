"""Forms of proposals and pairings: each asks only what its step needs."""

import datetime as dt
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from families.forms.base import HouseForm, StaleCheck
from families.forms.fields import CleanTextField, ForgivingDateField
from matching.models import Pairing, Proposal

LONGEST_HOLD = dt.timedelta(days=60)
# Neither family gives the reason that is the other one's.
REASON_OF_THE_OTHER = {
    "support": Proposal.Reason.REQUEST_FAMILY,
    "request": Proposal.Reason.SUPPORT_FAMILY,
}
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


class ProposeForm(DatedForm):
    """By when the families are asked to answer."""

    hold_until = ForgivingDateField(
        label=_("Answer at the latest on"),
        help_text=_("Until then a place is held for this family."),
    )

    def clean_hold_until(self) -> dt.date | None:
        return self.in_time(
            "hold_until", earliest=self.today, latest=self.today + LONGEST_HOLD
        )


class ExcludeForm(DatedForm):
    """Why a pair is not suitable, and until when."""

    reason = forms.ChoiceField(
        label=_("Why not?"), choices=[("", "–"), *Proposal.Reason.choices]
    )
    reason_text = CleanTextField(label=_("In words"), required=False, max_length=500)
    until_on = ForgivingDateField(
        label=_("Until when"),
        required=False,
        help_text=_("Empty: for good. You can take it back at any time."),
    )

    def clean_until_on(self) -> dt.date | None:
        return self.in_time("until_on", earliest=self.today)


class LookAgainForm(DatedForm):
    """When to look for a match once more."""

    due_on = ForgivingDateField(label=_("Look again on"))
    text = CleanTextField(label=_("What to think of"), required=False, max_length=200)

    def clean_due_on(self) -> dt.date | None:
        return self.in_time(
            "due_on", earliest=self.today, latest=self.today + LONGEST_AHEAD
        )


class EditForm(StaleCheck, DatedForm):
    """A form about a row that somebody else may change meanwhile."""

    def tell_stale(self) -> None:
        """Says that the row changed while the answer was being written down."""
        self.add_error(None, self.stale_message)


class AnswerForm(EditForm):
    """What one side said about a proposal. A no needs its reason."""

    # What a no asks stands together, and its reason may not be skipped then.
    mark_optional = False

    answer = forms.ChoiceField(
        label=_("What did the family say?"),
        choices=[("yes", _("Yes, they want to meet")), ("no", _("No, rather not"))],
        widget=forms.RadioSelect,
    )
    discussed_on = ForgivingDateField(label=_("Discussed on"))
    reason = forms.ChoiceField(
        label=_("Why not? (only with a no)"),
        choices=[("", "–"), *Proposal.Reason.choices],
        required=False,
    )
    reason_text = CleanTextField(label=_("In words"), required=False, max_length=500)
    exclude = forms.BooleanField(
        label=_("Do not propose these two again"), required=False
    )

    def __init__(self, *args: Any, made_on: dt.date, side: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.made_on = made_on
        self.fields["reason"].choices = [
            (value, label)
            for value, label in self.fields["reason"].choices
            if value != REASON_OF_THE_OTHER[side]
        ]

    def clean_discussed_on(self) -> dt.date | None:
        return self.in_time("discussed_on", earliest=self.made_on, latest=self.today)

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        if self.cleaned_data.get("answer") == "no" and not self.cleaned_data.get(
            "reason"
        ):
            self.add_error("reason", _("Choose a reason."))
        return cleaned


class WithdrawForm(HouseForm, forms.Form):
    """Why a proposal is taken back."""

    reason_text = CleanTextField(label=_("Why?"), required=False, max_length=500)


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


class IndependentForm(StepForm):
    """From when the families go on without guidance."""

    step = Pairing.Stage.INDEPENDENT
    button = _("Go on without guidance")


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


class EndForm(StepForm):
    """How a pairing ends, and what comes after."""

    reason = forms.ChoiceField(
        label=_("Why does it end?"), choices=[("", "–"), *Pairing.EndReason.choices]
    )
    text = CleanTextField(
        label=_("In words"), required=False, max_length=1000, multiline=True
    )
    child_told = CleanTextField(
        label=_("What is the child told?"),
        help_text=_("A goodbye that was planned helps a child."),
        required=False,
        max_length=500,
        multiline=True,
    )
    place = forms.ChoiceField(
        label=_("Can the support family take another family?"),
        choices=[
            ("free", _("Yes, the place is free at once")),
            ("rest", _("Not yet, they rest first")),
        ],
        widget=forms.RadioSelect,
        initial="rest",
    )
    request = forms.ChoiceField(
        label=_("Does the request family go on looking?"),
        choices=[
            ("waits", _("Yes, they wait again, since their first waiting day")),
            ("ends", _("No, the request ends")),
        ],
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["on"].label = _("Last day")
        self.order_fields(["on", "reason", "text", "child_told", "place", "request"])

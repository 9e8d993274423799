"""Forms about the screening of an adult: one for each step."""

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from families.forms.base import HouseForm
from families.forms.fields import CleanTextField, ForgivingDateField
from families.models import ScreeningCheck
from families.services.screening import ask_again_around

State = ScreeningCheck.State


class _OnADayForm(HouseForm, forms.Form):
    """A step that happened on a day, today or before."""

    def __init__(self, *args: Any, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        for field in self.fields.values():
            if isinstance(field, ForgivingDateField):
                field.today = today

    def not_to_come(self, name: str) -> dt.date:
        day: dt.date = self.cleaned_data[name]
        if day > self.today:
            raise forms.ValidationError(_("This day is still to come."))
        return day


class AppliedForm(_OnADayForm):
    """When the adult applied for the VOG."""

    applied_on = ForgivingDateField(label=_("Applied for on"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["applied_on"].initial = self.today

    def clean_applied_on(self) -> dt.date:
        return self.not_to_come("applied_on")


class ShownForm(_OnADayForm):
    """When somebody saw the document, and when to ask again."""

    seen_on = ForgivingDateField(
        label=_("I saw it on"),
        help_text=_("Look at it and give it back. Do not keep a copy."),
    )
    ask_again_on = ForgivingDateField(
        label=_("Ask again around"),
        required=False,
        help_text=_("Leave it as it is, unless something else was agreed."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["seen_on"].initial = self.today
        self.fields["ask_again_on"].initial = ask_again_around(self.today)

    def clean_seen_on(self) -> dt.date:
        return self.not_to_come("seen_on")

    def clean_ask_again_on(self) -> dt.date | None:
        day = self.cleaned_data["ask_again_on"]
        if day is not None and day <= self.today:
            raise forms.ValidationError(_("This day has passed. Choose a later day."))
        return day


class SeenForm(_OnADayForm):
    """When another check was done, such as the talk about the house rules."""

    seen_on = ForgivingDateField(label=_("Done on"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["seen_on"].initial = self.today

    def clean_seen_on(self) -> dt.date:
        return self.not_to_come("seen_on")


class ReferenceForm(SeenForm):
    """Who spoke for the family, when, and what came out of it."""

    spoken_with = CleanTextField(
        label=_("Who did you speak with?"),
        max_length=120,
        help_text=_("For example: a teacher, a neighbour, a colleague."),
    )
    outcome = forms.ChoiceField(
        label=_("What came out of it?"),
        choices=[choice for choice in ScreeningCheck.Outcome.choices if choice[0]],
        widget=forms.RadioSelect,
    )
    note = CleanTextField(
        label=_("Note"), multiline=True, max_length=500, required=False
    )
    field_order = ("spoken_with", "seen_on", "outcome", "note")


class NotNeededForm(HouseForm, forms.Form):
    """Why a check is not needed."""

    note = CleanTextField(
        label=_("Why is it not needed?"),
        multiline=True,
        max_length=500,
        help_text=_("One sentence that your colleague understands."),
    )


class NotGivenForm(_OnADayForm):
    """Why there is no document; each reason has a way on."""

    state = forms.ChoiceField(
        label=_("What is the matter?"),
        choices=[
            (State.CANNOT_APPLY, _("Cannot apply, for example without DigiD")),
            (State.LIVED_ABROAD, _("Lived abroad for a long time")),
            (State.NOT_SHOWN, _("Got it, but prefers not to show it")),
            (State.REFUSED, _("The authority refused it")),
            (State.NOT_NEEDED, _("Not needed, I say below why")),
        ],
        widget=forms.RadioSelect,
    )
    note = CleanTextField(
        label=_("Note"),
        multiline=True,
        max_length=500,
        required=False,
        help_text=_("No details of what somebody did or did not do."),
    )

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        state = self.cleaned_data.get("state")
        if state == State.NOT_NEEDED and self.cleaned_data.get("note") == "":
            self.add_error("note", _("Say why it is not needed."))
        return cleaned

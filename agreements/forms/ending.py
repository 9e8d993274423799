"""How a pairing ends: the families go on by themselves, or it stops."""

import datetime as dt
from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from families.forms.fields import CleanTextField, ForgivingDateField
from matching.forms import EditForm
from matching.forms.base import LONGEST_AHEAD
from matching.models import Pairing
from matching.services.pairings import Ending

AskAgain = Pairing.AskAgain
IN_FULL = [(value, capfirst(label)) for value, label in Pairing.EndReason.choices]
REASONS = [("", _("Not said")), *IN_FULL]


class EndingForm(EditForm):
    """A day that has come, on which something ends."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field, ForgivingDateField):
                field.today = self.today

    def clean_on(self) -> dt.date | None:
        return self.in_time("on", latest=self.today)

    def tell_too_early(self) -> None:
        """Says that the day lies before the pairing, or before its last step."""
        self.add_error("on", _("This date is too early."))


class LetGoForm(EndingForm):
    """From when the families go on without guidance."""

    on = ForgivingDateField(label=_("From"))


def words_of(label: Any) -> CleanTextField:
    """What one family says about the end."""
    return CleanTextField(
        label=label,
        max_length=1000,
        required=False,
        multiline=True,
        widget=forms.Textarea({"rows": 3}),
    )


class EndForm(EndingForm):
    """How a pairing stops, what each side says apart, and what comes after."""

    on = ForgivingDateField(label=_("Last day"))
    reason = forms.ChoiceField(
        label=_("Why does it end?"),
        help_text=_("As you see it. By this it is counted."),
        choices=[("", _("Choose…")), *IN_FULL],
    )
    text = CleanTextField(
        label=_("In words"),
        required=False,
        max_length=1000,
        multiline=True,
        widget=forms.Textarea({"rows": 3}),
    )
    request_reason = forms.ChoiceField(
        label=_("Their reason"), choices=REASONS, required=False
    )
    request_words = words_of(_("What they say"))
    support_reason = forms.ChoiceField(
        label=_("Their reason"), choices=REASONS, required=False
    )
    support_words = words_of(_("What they say"))
    farewell_on = ForgivingDateField(
        label=_("When do they say goodbye?"),
        help_text=_("A goodbye that was planned helps a child."),
        required=False,
    )
    child_told = CleanTextField(
        label=_("What is the child told?"),
        required=False,
        max_length=500,
        multiline=True,
        widget=forms.Textarea({"rows": 3}),
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
    ask_again = forms.ChoiceField(
        label=_("May you ask the support family again?"),
        choices=[
            (AskAgain.YES, pgettext_lazy("may be asked again", "Yes")),
            (AskAgain.LATER, pgettext_lazy("may be asked again", "Later")),
            (AskAgain.NO, pgettext_lazy("may be asked again", "No")),
        ],
        widget=forms.RadioSelect,
    )
    ask_again_on = ForgivingDateField(
        label=_("Later: from which day?"),
        help_text=_("Until then their offer rests. On that day you ask them."),
        required=False,
    )
    request = forms.ChoiceField(
        label=_("Does the request family go on looking?"),
        choices=[
            ("waits", _("Yes, they wait again, since their first waiting day")),
            ("ends", _("No, the request ends")),
        ],
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, started_on: dt.date, no_means: str, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.started_on = started_on
        self.fields["ask_again"].help_text = no_means

    def clean_farewell_on(self) -> dt.date | None:
        latest = self.today + LONGEST_AHEAD
        return self.in_time("farewell_on", earliest=self.started_on, latest=latest)

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        given = self.cleaned_data
        if given.get("ask_again") != AskAgain.LATER:
            # A day beside another answer says nothing.
            given["ask_again_on"] = None
            self.errors.pop("ask_again_on", None)
        elif "ask_again_on" not in self.errors:
            self._check_later(given.get("ask_again_on"), given.get("on"))
        return cleaned

    def _check_later(self, day: dt.date | None, last: dt.date | None) -> None:
        if day is None:
            self.add_error("ask_again_on", _("Say from which day you ask them again."))
        elif day <= max(self.today, last or self.today):
            self.add_error("ask_again_on", _("Choose a day after today."))
        elif day > self.today + LONGEST_AHEAD:
            self.add_error("ask_again_on", _("This date is too far ahead."))

    def ending(self) -> Ending:
        """What was filled in, as the end of a pairing."""
        given = dict(self.cleaned_data)
        return Ending(
            free_place_now=given.pop("place") == "free",
            request_goes_on_waiting=given.pop("request") == "waits",
            **given,
        )

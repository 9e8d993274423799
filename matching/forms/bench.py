"""Forms of the workbench: who is not suitable, and when to look again."""

import datetime as dt

from django import forms
from django.utils.translation import gettext_lazy as _

from families.forms.fields import CleanTextField, ForgivingDateField
from matching.forms.base import LONGEST_AHEAD, DatedForm
from matching.models import Proposal


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

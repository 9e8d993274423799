"""What a family answers on the page behind its link."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from families.forms.base import HouseForm
from families.forms.fields import CleanTextField

YES, CHANGE = ("yes", "change")


class LinkAnswerForm(HouseForm, forms.Form):
    """One of two buttons; who wants something else says what."""

    mark_optional = False

    said = forms.ChoiceField(
        label=_("Your answer"),
        choices=[(YES, _("This is right")), (CHANGE, _("I want to change something"))],
    )
    words = CleanTextField(
        label=_("What do you want to change?"),
        help_text=_("Only your coordinator reads this."),
        max_length=1000,
        required=False,
        multiline=True,
    )

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean() or self.cleaned_data
        wants = cleaned.get("said") == CHANGE
        if wants and not cleaned.get("words") and not self.has_error("words"):
            self.add_error("words", _("Write what you want to change."))
        return cleaned

"""What somebody looks for."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from families.forms.base import HouseForm
from families.forms.fields import CleanTextField
from families.models import Municipality, User

FEWEST_LETTERS = 2


class SearchForm(HouseForm, forms.Form):
    """Words, where to look, and whether notes are read as well."""

    mark_optional = False

    zoek = CleanTextField(
        label=_("What are you looking for?"),
        help_text=_("A name, a place, a reference, or digits of a telephone number."),
        max_length=100,
        widget=forms.TextInput(
            attrs={
                "type": "search",
                "autocomplete": "off",
                "autofocus": True,
                "spellcheck": "false",
            }
        ),
        error_messages={"required": _("Type what you are looking for.")},
    )
    gemeente = forms.ModelChoiceField(
        label=_("Municipality"),
        queryset=Municipality.objects.none(),
        to_field_name="slug",
        empty_label=_("All"),
        required=False,
    )
    notities = forms.BooleanField(label=_("Search in notes too"), required=False)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        municipalities = user.municipalities().order_by("name")
        self.fields["gemeente"].queryset = municipalities
        if len(municipalities) == 1:
            del self.fields["gemeente"]

    def clean_zoek(self) -> str:
        """The words, of which one letter would find nearly everybody."""
        typed: str = self.cleaned_data["zoek"]
        if len(typed) < FEWEST_LETTERS:
            raise ValidationError(_("Type at least two letters or digits."))
        return typed

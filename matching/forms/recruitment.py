"""The call for support families as it was made, to be changed before it is used."""

from django import forms
from django.utils.translation import gettext_lazy as _

from families.forms.base import HouseForm
from families.forms.fields import CleanTextField

LONGEST_CALL = 4000


class CallForm(HouseForm, forms.Form):
    """The text of a call."""

    text = CleanTextField(
        label=_("The call"),
        help_text=_("Change what you like. Name no family, and tell no story of one."),
        max_length=LONGEST_CALL,
        multiline=True,
    )

    def __init__(self, *args, rows: int, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].widget.attrs["rows"] = rows

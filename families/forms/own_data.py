"""Forms about own data: what a family asks, and what a coordinator did."""

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from families.forms.base import HouseForm
from families.forms.fields import CleanTextField


class _KeyedForm(HouseForm, forms.Form):
    """A form that makes one row, however often it is sent."""

    form_key = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["form_key"].initial = uuid.uuid4

    def clean_form_key(self) -> uuid.UUID:
        return self.cleaned_data["form_key"] or uuid.uuid4()


class CorrectForm(_KeyedForm):
    """What is not right, in the words of a family."""

    text = CleanTextField(
        label=_("What is not right?"),
        help_text=_("Write what we should change. You may use your own language."),
        multiline=True,
        max_length=1000,
        error_messages={"required": _("Write what is not right.")},
    )


class EraseForm(_KeyedForm):
    """That a family wants to be erased, with or without a reason."""

    text = CleanTextField(
        label=_("Do you want to say why?"),
        multiline=True,
        max_length=1000,
        required=False,
    )


class SettleForm(HouseForm, forms.Form):
    """What was done with a request about own data."""

    outcome = CleanTextField(
        label=_("What did you do?"),
        help_text=_("The family reads this on its own pages."),
        multiline=True,
        max_length=1000,
        error_messages={"required": _("Write what you did. The family reads it.")},
    )

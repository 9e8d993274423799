"""Going on later: where a link goes, and the code that opens the answers again."""

from django import forms
from django.utils.translation import gettext_lazy as _

from families.forms.base import HouseForm
from families.forms.fields import CodeField
from families.forms.guard import GuardedForm


class LinkForLaterForm(GuardedForm, HouseForm, forms.Form):
    """The address to which a link is mailed."""

    email = forms.EmailField(
        label=_("Where may we send the link?"),
        help_text=_("Your e-mail address. For example naam@voorbeeld.nl"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={
            "required": _("Fill in your e-mail address. Or choose ‘I want a code’."),
            "invalid": _(
                "This is not an e-mail address. For example naam@voorbeeld.nl."
            ),
        },
    )


class CodeForLaterForm(GuardedForm, HouseForm, forms.Form):
    """A button only: the code is shown on the page after it."""

    least_seconds = 0


class CodeForm(GuardedForm, HouseForm, forms.Form):
    """The code with which somebody goes on."""

    code = CodeField(
        label=_("Your code"),
        help_text=_("10 letters and digits. For example 7K4PX-9M2QD"),
    )

"""The boxes under the page to check everything."""

from django import forms
from django.utils.translation import gettext_lazy as _

from families import texts
from families.forms.base import HouseForm
from families.forms.guard import GuardedForm

# The version of the text that people agree to on the page to check everything.
CONSENT_VERSION = texts.CONTACT_AND_SEARCH.version


class ConsentForm(GuardedForm, HouseForm, forms.Form):
    """The two boxes under the page to check everything."""

    agree = forms.BooleanField(
        label=texts.CONTACT_AND_SEARCH.agreed,
        error_messages={
            "required": _(
                "Tick that we may use your answers. Without it we cannot call you."
            )
        },
    )


class RequestConsentForm(ConsentForm):
    parent = forms.BooleanField(
        label=_("I am a parent or carer of these children."),
        error_messages={
            "required": _("Tick that you are a parent or carer of these children.")
        },
    )
    field_order = ["parent", "agree"]


class SupportConsentForm(ConsentForm):
    together = forms.BooleanField(
        label=_("All adults in our home know about this."),
        error_messages={
            "required": _("Tick that all adults in your home know about this.")
        },
    )
    field_order = ["together", "agree"]

"""What a family answers on the page behind its link."""

from django import forms
from django.utils.translation import gettext_lazy as _

from families.forms.base import HouseForm
from families.forms.fields import CleanTextField
from matching.models import Proposal
from matching.services.answers import CALL_FIRST, NO, YES

Reason = Proposal.Reason


class LinkAnswerForm(HouseForm, forms.Form):
    """One of three buttons; with a no perhaps why."""

    said = forms.ChoiceField(
        label=_("Your answer"),
        choices=[
            (YES, _("Yes, we want to meet")),
            (NO, _("Rather not")),
            (CALL_FIRST, _("I want to call first")),
        ],
    )
    reason = forms.ChoiceField(
        label=_("Would you like to say why?"),
        required=False,
        choices=[
            ("", _("Choose a reason")),
            (Reason.DISTANCE, _("It is too far away")),
            (Reason.MOMENTS, _("The days or times do not suit us")),
            (Reason.FREQUENCY, _("It is too often, or not often enough")),
            (Reason.AGES, _("The ages or the number of children")),
            (Reason.HOME, _("Something at home, such as an animal or smoking")),
            (Reason.LANGUAGE, _("We do not speak the same language")),
            (Reason.TOO_BUSY, _("We are too busy now")),
            (Reason.OTHER, _("Something else")),
        ],
    )
    reason_text = CleanTextField(
        label=_("In your own words"), required=False, max_length=500, multiline=True
    )

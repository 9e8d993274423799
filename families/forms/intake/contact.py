"""Whom to call, and how."""

from django import forms
from django.utils.translation import gettext_lazy as _

from families.forms.fields import CleanTextField, KindsField, TelephoneField
from families.forms.intake.choices import ELSEWHERE, PicturedBoxes, PicturedRadios
from families.forms.intake.step import Line, StepForm, listed
from families.services.intake.told import ContactTold


class ContactForm(StepForm):
    """Whom to call, when, and what we may leave behind."""

    heading = _("How can we reach you?")
    why = _(
        "Sometimes somebody else listens or reads along. That is why we ask whether we"
        " may leave a message."
    )
    DAYPARTS = [(0, _("Morning")), (1, _("Afternoon")), (2, _("Evening"))]
    MESSAGES = [("yes", _("Yes")), ("no", _("No, rather not"))]
    name = CleanTextField(
        label=_("Your name"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name", "dir": "auto"}),
        error_messages={"required": _("Fill in your name.")},
    )
    telephone = TelephoneField(label=_("Telephone number"))
    email = forms.EmailField(
        label=_("E-mail address"),
        help_text=_("Then you get an e-mail that we have your application."),
        max_length=254,
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={
            "invalid": _(
                "This is not an e-mail address. For example naam@voorbeeld.nl."
            )
        },
    )
    call_dayparts = KindsField(
        label=_("When can we call?"),
        choices=DAYPARTS,
        required=False,
        empty_value=0,
        widget=PicturedBoxes(
            attrs={"class": "opts-row"}, pictures={0: "sunrise", 1: "sun", 2: "moon"}
        ),
        error_messages={"invalid_choice": ELSEWHERE},
    )
    may_leave_message = forms.ChoiceField(
        label=_("May we leave a message?"),
        help_text=_(
            "If you choose no, we send you no e-mail. Only when you ask for one"
            " yourself."
        ),
        choices=MESSAGES,
        widget=PicturedRadios(
            pictures={"yes": "message-circle", "no": "message-circle-off"}
        ),
        error_messages={
            "required": _("Choose whether we may leave a message."),
            "invalid_choice": ELSEWHERE,
        },
    )

    def contact(self) -> ContactTold:
        """Whom to call, as it was told."""
        answers = self.cleaned_data
        return ContactTold(
            name=answers["name"],
            telephone=answers["telephone"],
            email=answers["email"],
            call_dayparts=answers["call_dayparts"],
            may_leave_message=answers["may_leave_message"] == "yes",
        )

    def told(self) -> list[Line]:
        answers = self.cleaned_data
        mask = answers["call_dayparts"]
        return [
            (_("Your name"), answers["name"]),
            (
                _("Telephone number"),
                self.fields["telephone"].prepare_value(answers["telephone"]),
            ),
            (_("E-mail address"), answers["email"]),
            (
                _("When can we call?"),
                listed(name for bit, name in self.DAYPARTS if mask >> bit & 1),
            ),
            (
                _("May we leave a message?"),
                dict(self.MESSAGES)[answers["may_leave_message"]],
            ),
        ]

"""Forms of a family's own pages."""

import datetime as dt
import unicodedata
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from families.forms.base import HouseForm, StaleCheck
from families.forms.contact import FormKeyForm
from families.forms.fields import (
    CleanTextField,
    ForgivingDateField,
    KindsField,
    ShortAnswerField,
    TelephoneField,
)
from families.forms.guard import GuardedForm
from families.forms.household import DAYPARTS
from families.forms.intake.contact import ContactForm
from families.models import Person
from families.references import ALPHABET, LOOKS_LIKE, as_stored
from families.services.login_codes import MAILED_DIGITS, SPOKEN_LENGTH

# A pause of longer is an end; who goes on then applies again.
LONGEST_PAUSE = dt.timedelta(days=366)
CODE_ATTRS = {"autocapitalize": "characters", "spellcheck": "false", "size": "14"}


class ReferenceField(ShortAnswerField):
    """The code of an application, as people type it."""

    default_error_messages = {
        "required": _("Fill in your code."),
        "invalid": _(
            "‘%(value)s’ is not a code. A code has 10 letters and digits. For example"
            " 7K4PX-9M2QD."
        ),
    }
    nothing = ""

    def read(self, text: str) -> str:
        reference = as_stored(_plain_digits(text))
        if not reference:
            raise self.error("invalid", text)
        return reference


class OnceField(ShortAnswerField):
    """A code for one time: mailed, or read out."""

    default_error_messages = {
        "required": _("Fill in the code."),
        "invalid": _(
            "‘%(value)s’ is not a code. A code from an e-mail has 6 digits. A code that"
            " you heard has 8 letters and digits."
        ),
    }
    nothing = ""

    def read(self, text: str) -> str:
        typed = filter(str.isalnum, _plain_digits(text))
        code = "".join(typed).upper().translate(LOOKS_LIKE)
        right_length = len(code) in (MAILED_DIGITS, SPOKEN_LENGTH)
        if not right_length or not set(code) <= set(ALPHABET):
            raise self.error("invalid", text)
        return code


class LoginForm(GuardedForm, HouseForm, forms.Form):
    """The code of an application, to be let in."""

    # Who knows the code, or whose browser does, is quick.
    least_seconds = 0
    question = "reference"

    reference = ReferenceField(
        label=_("What is your code?"),
        help_text=_(
            "It stands in our e-mail and on the last page of your application. For"
            " example 7K4PX-9M2QD."
        ),
        widget=forms.TextInput(attrs=CODE_ATTRS | {"autocomplete": "username"}),
    )


class CodeForm(GuardedForm, HouseForm, forms.Form):
    """The code for one time."""

    least_seconds = 0
    question = "code"

    code = OnceField(
        label=_("Fill in the code"),
        help_text=_("You may copy it from the e-mail. Spaces do not matter."),
        widget=forms.TextInput(attrs=CODE_ATTRS | {"autocomplete": "one-time-code"}),
    )


class CallMeForm(FormKeyForm):
    """Wants to be called."""

    text = CleanTextField(
        label=_("What is it about?"),
        help_text=_("One sentence is enough. You may write in your own language."),
        multiline=True,
        max_length=500,
        required=False,
    )


class ReachForm(StaleCheck, FormKeyForm):
    """How somebody is reached: number, address, when, and whether by message."""

    stale_message = _(
        "Your details were changed just before, perhaps in another tab. What you typed"
        " still stands here. Send it again to keep it."
    )

    telephone = TelephoneField(
        label=_("Telephone number"),
        help_text=_("A telephone number or an e-mail address is enough."),
        required=False,
    )
    email = forms.EmailField(
        label=_("E-mail address"),
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
        widget=forms.CheckboxSelectMultiple(attrs={"class": "opts-row"}),
        error_messages={"invalid_choice": _("Choose from the answers on this page.")},
    )
    may_leave_message = forms.ChoiceField(
        label=_("May we leave a message?"),
        help_text=_(
            "If you choose no, we send you no e-mail. Only when you ask for one"
            " yourself."
        ),
        choices=ContactForm.MESSAGES,
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose whether we may leave a message."),
            "invalid_choice": _("Choose from the answers on this page."),
        },
    )

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        messages = {True: "yes", False: "no", None: ""}
        initial = {
            "telephone": person.telephone,
            "email": person.email,
            "call_dayparts": person.call_dayparts,
            "may_leave_message": messages[person.may_leave_message],
        }
        super().__init__(
            *args, row_version=person.row_version, initial=initial, **kwargs
        )
        # One of the two is needed.
        for name in ("telephone", "email"):
            self.fields[name].mark_optional = False

    def clean_may_leave_message(self) -> bool:
        return bool(self.cleaned_data["may_leave_message"] == "yes")

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        told = self.cleaned_data
        tried = "telephone" in self.errors or "email" in self.errors
        if not tried and not told.get("telephone") and not told.get("email"):
            self.add_error(
                "telephone",
                _("Fill in a telephone number or an e-mail address."),
            )
        return cleaned


class RestForm(FormKeyForm):
    """No support for now: a pause until a day, a pause without a day, or stop."""

    UNTIL, OPEN, STOP = "until", "open", "stop"

    how = forms.ChoiceField(
        label=_("What would you like?"),
        choices=[
            (UNTIL, _("A pause until a day")),
            (OPEN, _("A pause. I do not know yet how long")),
            (STOP, _("Stop")),
        ],
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose what you would like."),
            "invalid_choice": _("Choose from the answers on this page."),
        },
    )
    until = ForgivingDateField(
        label=_("Until which day?"),
        help_text=_("Only for a pause until a day. For example 1-2-2027."),
        required=False,
    )
    text = CleanTextField(
        label=_("Would you like to tell why?"),
        multiline=True,
        max_length=500,
        required=False,
    )

    def __init__(self, *args: Any, may_pause: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not may_pause:
            self.fields["how"].choices = [(self.STOP, _("Stop"))]
            self.fields["how"].initial = self.STOP
            del self.fields["until"]
        else:
            # Its hint says when it is needed.
            self.fields["until"].mark_optional = False

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        told = self.cleaned_data
        if told.get("how") != self.UNTIL or "until" in self.errors:
            return cleaned
        today, until = timezone.localdate(), told.get("until")
        if until is None:
            self.add_error("until", _("Fill in until which day the pause lasts."))
        elif until <= today:
            self.add_error("until", _("This day has passed. Choose a later day."))
        elif until > today + LONGEST_PAUSE:
            self.add_error(
                "until",
                _("A pause lasts a year at most. Choose an earlier day, or no day."),
            )
        return cleaned


def _plain_digits(text: str) -> str:
    """Digits of other scripts as ours: an Arabic keyboard has its own."""
    return "".join(str(unicodedata.digit(one, one)) for one in text)

"""Forms of proposals: how a family is asked, what it said, and what that teaches."""

import datetime as dt
import hashlib
from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from families.forms.base import HouseForm
from families.forms.fields import CleanTextField, ForgivingDateField
from families.forms.widgets import RadiosWithReasons
from matching.forms.base import LONGEST_AHEAD, DatedForm, EditForm
from matching.models import Proposal
from matching.proposing.pointers import Pointer

LONGEST_HOLD = dt.timedelta(days=60)
LONGEST_TEXT = 4000
# Neither family gives the reason that is the other one's.
REASON_OF_THE_OTHER = {
    "support": Proposal.Reason.REQUEST_FAMILY,
    "request": Proposal.Reason.SUPPORT_FAMILY,
}
Way = Proposal.Way
# The words of a text about the other family that could tell who they are.
Check = Callable[[str, str], list[Pointer]]


class SeenField(forms.CharField):
    """Always shows what was warned of now: who sends again has been told that."""

    def bound_data(self, data: Any, initial: Any) -> Any:
        return initial


class AskingForm(DatedForm):
    """How a family is asked, and by when; warns where a text could tell too much.

    Attributes:
        pointers: the words that were warned of.
    """

    mark_optional = False

    way = forms.ChoiceField(
        label=_("How do you ask?"), choices=Way.choices, widget=RadiosWithReasons
    )
    hold_until = ForgivingDateField(
        label=_("Answer at the latest on"),
        help_text=_("Until then a place is held for this family."),
    )
    anyway = forms.BooleanField(label=_("Send it like this all the same"))
    seen = SeenField(widget=forms.HiddenInput, required=False)

    def __init__(
        self,
        *args: Any,
        check: Check,
        not_by_mail: Mapping[str, str],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.check = check
        self.not_by_mail = not_by_mail
        self.pointers: list[Pointer] = []
        self.fields["anyway"].required = False

    def say_no_mail(self, side: str) -> None:
        """Say at the choice itself why the family of a side cannot be mailed."""
        radios = self.fields["way"].widget
        radios.reasons = {Way.MAIL: self.not_by_mail.get(side, "")}
        # Who asks the other family first may still do so by mail.
        radios.barred = all(self.not_by_mail.values())

    def clean_hold_until(self) -> dt.date | None:
        return self.in_time(
            "hold_until", earliest=self.today, latest=self.today + LONGEST_HOLD
        )

    def check_asking(self, side: str, name: str) -> None:
        """See that this side can be asked so, with the text in the field `name`."""
        way, text = self.cleaned_data.get("way"), self.cleaned_data.get(name, "")
        ticked = self.cleaned_data.pop("anyway", False)
        seen = self.cleaned_data.pop("seen", "")
        if way == Way.MAIL and self.not_by_mail.get(side):
            self.add_error("way", self.not_by_mail[side])
        if way == Way.TELEPHONE or self.has_error(name):
            return
        if not text:
            self.add_error(name, _("Write what the family reads."))
            return
        self.pointers = self.check(side, text)
        now = _fingerprint(self.pointers)
        if not self.pointers or (ticked and seen == now):
            return
        self.fields["seen"].initial = now
        self.data = self.data.copy()
        self.data.pop(self.add_prefix("anyway"), None)
        self.add_error("anyway", _("Read the warning and tick that you send it so."))


class ProposeForm(AskingForm):
    """Who is asked first about a new proposal, how, and what each of them reads."""

    first = forms.ChoiceField(
        label=_("Whom do you ask first?"),
        choices=Proposal.First.choices,
        widget=forms.RadioSelect,
        initial=Proposal.First.SUPPORT,
    )
    support_text = CleanTextField(
        label=_("This is what the support family reads"),
        required=False,
        max_length=LONGEST_TEXT,
        multiline=True,
    )
    request_text = CleanTextField(
        label=_("This is what the request family reads"),
        required=False,
        max_length=LONGEST_TEXT,
        multiline=True,
    )

    def __init__(self, *args: Any, asks: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["support_text"].widget.attrs["rows"] = 12
        self.fields["request_text"].widget.attrs["rows"] = 10
        if not asks:
            # A colleague knows the family and asks it, in a way of his own.
            for name in ("first", "way"):
                del self.fields[name]
        else:
            self.say_no_mail(self["first"].value())

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        first = self.cleaned_data.get("first", Proposal.First.SUPPORT)
        self.check_asking(first, f"{first}_text")
        return cleaned


class AskForm(AskingForm):
    """How one family of a proposal is asked, and what it reads."""

    text = CleanTextField(
        label=_("This is what the family reads"),
        required=False,
        max_length=LONGEST_TEXT,
        multiline=True,
    )
    row_version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, side: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.side = side
        self.fields["text"].widget.attrs["rows"] = 10
        self.order_fields(["text", "way", "hold_until"])
        self.say_no_mail(side)

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        self.check_asking(self.side, "text")
        return cleaned


class AnswerForm(EditForm):
    """What one side said about a proposal. A no needs its reason."""

    # What a no asks stands together, and its reason may not be skipped then.
    mark_optional = False

    answer = forms.ChoiceField(
        label=_("What did the family say?"),
        choices=[("yes", _("Yes, they want to meet")), ("no", _("No, rather not"))],
        widget=forms.RadioSelect,
    )
    discussed_on = ForgivingDateField(label=_("Discussed on"))
    reason = forms.ChoiceField(
        label=_("Why not? (only with a no)"),
        choices=[("", "–"), *Proposal.Reason.choices],
        required=False,
    )
    reason_text = CleanTextField(label=_("In words"), required=False, max_length=500)
    exclude = forms.BooleanField(
        label=_("Do not propose these two again"), required=False
    )

    def __init__(self, *args: Any, made_on: dt.date, side: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.made_on = made_on
        self.fields["reason"].choices = [
            (value, label)
            for value, label in self.fields["reason"].choices
            if value != REASON_OF_THE_OTHER[side]
        ]

    def clean_discussed_on(self) -> dt.date | None:
        return self.in_time("discussed_on", earliest=self.made_on, latest=self.today)

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        if self.cleaned_data.get("answer") == "no" and not self.cleaned_data.get(
            "reason"
        ):
            self.add_error("reason", _("Choose a reason."))
        return cleaned


class WithdrawForm(HouseForm, forms.Form):
    """Why a proposal is taken back."""

    reason_text = CleanTextField(label=_("Why?"), required=False, max_length=500)


class LessonForm(DatedForm):
    """What follows from a no: one of what is suggested, or nothing.

    Attributes:
        suggests: whether there is anything to choose but nothing.
    """

    choice = forms.ChoiceField(
        label=_("What do we learn from this no?"), widget=forms.RadioSelect
    )
    until = ForgivingDateField(
        label=_("Until when do they pause?"),
        required=False,
        help_text=_("Only with a pause. Then we ask whether it is over."),
    )

    def __init__(
        self,
        *args: Any,
        suggested: list[tuple[str, str]],
        pauses: bool,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.suggests = bool(suggested)
        nothing = ("none", _("Nothing: leave the wishes as they are"))
        self.fields["choice"].choices = [*suggested, nothing]
        if not suggested:
            self.fields["choice"].initial = "none"
        if not pauses:
            del self.fields["until"]

    def clean_until(self) -> dt.date | None:
        return self.in_time(
            "until",
            earliest=self.today + dt.timedelta(days=1),
            latest=self.today + LONGEST_AHEAD,
        )

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        pause = self.cleaned_data.get("choice") == "pause"
        if pause and not self.has_error("until") and not self.cleaned_data["until"]:
            self.add_error("until", _("Say until when."))
        return cleaned


def _fingerprint(pointers: list[Pointer]) -> str:
    told = "\n".join(one.words for one in pointers)
    return hashlib.sha256(told.encode()).hexdigest()[:16]

"""What holds for all items of a version: trial or definite, and for how long."""

import datetime as dt
from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from agreements.core.timeline import Frame
from agreements.history import History
from families.forms.fields import ForgivingDateField
from families.forms.wish_fields import MonthsField

TRIAL, DEFINITE = "proef", "vast"


class ExpectedMonthsField(MonthsField):
    """For how long a family expects it to go on: "12", "1 jaar", "weet ik niet"."""

    unknown = {"weet ik niet", "weet niet", "onbekend", "?", "unknown", "i do not know"}

    def read(self, text: str) -> int | None:
        if text.casefold().strip(" .!") in self.unknown:
            return None
        months: int = super().read(text)
        return months

    def prepare_value(self, value: Any) -> Any:
        return self.in_words(value) if isinstance(value, int) else value


class _LeftOpen:
    """Mix in before a field that looks required; the form says when it really is."""

    def clean(self, value: Any) -> Any:
        return super().clean(value) if value else None  # type: ignore[misc]


class TrialField(_LeftOpen, forms.ChoiceField):
    """Trial or definite; what nobody chose stays as it was."""


class LastDayField(_LeftOpen, ForgivingDateField):
    """The last day of a trial, which definite agreements do not have."""


class FrameFields(forms.Form):
    """Trial or definite, and the number of months that each family expects."""

    def add_frame_fields(
        self, history: History, *, start: Frame, today: dt.date
    ) -> None:
        """The fields, filled in as in `start`."""
        self.start = start
        self.fields["trial"] = TrialField(
            label=_("Trial or definite?"),
            choices=[
                (TRIAL, _("Trial, up to and including a day")),
                (DEFINITE, _("Definite agreements")),
            ],
            initial=DEFINITE if start.trial_until is None else TRIAL,
            widget=forms.RadioSelect({"class": "opts-row"}),
        )
        self.fields["trial_until"] = LastDayField(
            label=_("Last day of the trial"),
            help_text=_("Only for a trial. A number of times may stand in a note."),
            initial=start.trial_until,
            today=today,
        )
        for side, months in (
            ("request", start.months_request),
            ("support", start.months_support),
        ):
            self.fields[f"months_{side}"] = ExpectedMonthsField(
                label=capfirst(getattr(history.names, side).name),
                help_text=_("In months or years. Or write: I do not know."),
                initial=months,
                required=False,
            )

    def check_frame(self, cleaned: dict[str, Any], *, day: dt.date | None) -> None:
        """A trial has a last day, which lies after its first one."""
        if cleaned.get("trial") != TRIAL or "trial_until" in self.errors:
            return
        until = cleaned.get("trial_until")
        if until is None:
            self.add_error("trial_until", _("Say until when the trial lasts."))
        elif day is not None and until < day:
            self.add_error("trial_until", _("The trial would end before it begins."))

    @property
    def frame(self) -> Frame:
        """What was filled in; before anything was, what to start from."""
        cleaned = getattr(self, "cleaned_data", {})
        if not cleaned.get("trial"):
            return self.start
        is_trial = cleaned["trial"] == TRIAL
        return Frame(
            trial_until=cleaned.get("trial_until") if is_trial else None,
            months_request=cleaned.get("months_request"),
            months_support=cleaned.get("months_support"),
        )

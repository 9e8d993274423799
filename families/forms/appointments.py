"""What a coordinator says of an appointment."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from crispy_forms.layout import Div, Fieldset, Layout
from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from families.forms.base import StaleCheck
from families.forms.clock import ClockField
from families.forms.contact import FormKeyForm
from families.forms.fields import CleanTextField, ForgivingDateField
from families.models import Appointment, Household
from families.vocabulary import Language

LASTS = (
    (15, _("a quarter of an hour")),
    (30, _("half an hour")),
    (45, _("three quarters of an hour")),
    (60, _("1 hour")),
    (90, _("1½ hours")),
    (120, _("2 hours")),
    (180, _("3 hours")),
    (240, _("4 hours")),
    (480, _("the whole day")),
)


class FamilyChoice(forms.ModelChoiceField):
    """A family by its reference, shown by its name."""

    def label_from_instance(self, household: Household) -> str:
        return household.name


class AppointmentForm(FormKeyForm):
    """What it is for, when, where, with whom, and who interprets."""

    kind = forms.ChoiceField(
        label=_("What for?"),
        choices=Appointment.Kind.choices,
        initial=Appointment.Kind.TALK,
        widget=forms.RadioSelect(attrs={"class": "opts-row"}),
    )
    day = ForgivingDateField(
        label=_("On which day"), help_text=_("For example 1-12-2026 or 1 dec")
    )
    at = ClockField(label=_("At what time"), help_text=_("For example 13.30"))
    minutes = forms.TypedChoiceField(
        label=_("How long"), choices=LASTS, coerce=int, initial=60
    )
    place = CleanTextField(label=_("Where"), max_length=200, required=False)
    with_whom = CleanTextField(
        label=_("With whom else"), max_length=200, required=False
    )
    interpreter_language = forms.TypedChoiceField(
        label=_("Interpreter in which language"),
        choices=[("", _("no interpreter")), *Language.choices],
        coerce=int,
        empty_value=None,
        required=False,
    )
    interpreter_by = forms.ChoiceField(
        label=_("Who arranges the interpreter?"),
        choices=Appointment.By.choices,
        initial=Appointment.By.NOBODY,
        required=False,
        widget=forms.RadioSelect(attrs={"class": "opts-row"}),
    )
    interpreter_comes = forms.BooleanField(
        label=_("The interpreter said yes"), required=False
    )
    note = CleanTextField(
        label=_("Note"), multiline=True, max_length=1000, required=False
    )

    def __init__(
        self,
        *args: Any,
        today: dt.date,
        pairings: Iterable[tuple[str, str]] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["day"].today = today
        pairings = list(pairings)
        if pairings:
            self.fields["about"] = forms.ChoiceField(
                label=_("About a pairing"),
                choices=[("", _("no pairing")), *pairings],
                required=False,
            )
        self.helper.layout = Layout(
            "form_key",
            "kind",
            *(["about"] if pairings else []),
            Div("day", "at", "minutes", css_class="group-row"),
            "place",
            "with_whom",
            Fieldset(
                _("Interpreter"),
                "interpreter_language",
                "interpreter_by",
                "interpreter_comes",
                css_class="group",
            ),
            "note",
        )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        cleaned.setdefault("about", "")
        if cleaned.get("interpreter_language") is None:
            cleaned |= {"interpreter_by": "", "interpreter_comes": False}
        else:
            self._clean_interpreter(cleaned)
        day, at = cleaned.pop("day", None), cleaned.pop("at", None)
        if day is not None and at is not None:
            cleaned["starts_at"] = timezone.make_aware(dt.datetime.combine(day, at))
        return cleaned

    def _clean_interpreter(self, cleaned: dict[str, Any]) -> None:
        cleaned["interpreter_by"] = cleaned.get("interpreter_by") or "nobody"
        if cleaned["interpreter_by"] == "nobody" and cleaned.get("interpreter_comes"):
            self.add_error(
                "interpreter_by", _("Who arranged the interpreter that comes?")
            )


class NewAppointmentForm(AppointmentForm):
    """For an appointment that is not there yet, with one of her families."""

    def __init__(self, *args: Any, families: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["household"] = FamilyChoice(
            label=_("With which family"),
            queryset=families,
            to_field_name="reference",
            empty_label=_("no family"),
            required=False,
        )
        self.helper.layout.insert(1, "household")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        day = self.fields["day"].today
        starts_at = cleaned.get("starts_at")
        if starts_at is not None and timezone.localdate(starts_at) < day:
            self.add_error("day", _("This day has passed. Choose a later day."))
        return cleaned


class ChangeAppointmentForm(StaleCheck, AppointmentForm):
    """For an appointment that may have been changed meanwhile by somebody else."""

    def tell_stale(self) -> None:
        """Says that somebody else was earlier."""
        self.add_error(None, self.stale_message)

"""What interrupts or adds to agreements: a pause, an exception, an extra visit."""

import datetime as dt
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from agreements import wording
from agreements.core import rhythm
from agreements.core.calendar import Visit
from agreements.history import History
from agreements.models import Confirmation, ItemException, Pause
from agreements.services import refused
from agreements.shown.planned import visits_of
from families.forms.base import HouseForm, StaleCheck
from families.forms.fields import CleanTextField, ForgivingDateField
from families.models import User

STALE = _(
    "Somebody else has just changed something here. Above you see what holds now."
    " Nothing of yours is lost: save again to keep it."
)
# An exception is noted before, or shortly after.
BACK, AHEAD = 2 * rhythm.WEEK, 13 * rhythm.WEEK


class NotedOnce(StaleCheck):
    """Mix in before `forms.Form`: notices what was sent twice by one person."""

    stale_message = STALE

    @property
    def is_stale_only(self) -> bool:
        """Whether nothing is wrong but that something changed meanwhile."""
        faults = self.errors.as_data()
        return list(faults) == ["__all__"] and all(
            fault.code == "stale" for fault in faults["__all__"]
        )

    def noted_before(self, by: User) -> bool:
        """Whether the same person has noted exactly this already."""
        raise NotImplementedError


class PauseForm(NotedOnce, forms.Form):
    """From when to when a pairing rests, who asked for it, and why."""

    from_on = ForgivingDateField(
        label=_("First day of the pause"),
        help_text=_("For example 1 December 2026. You may also write ‘today’."),
    )
    until_on = ForgivingDateField(
        label=_("Last day of the pause"),
        help_text=_("Leave this empty while nobody knows it."),
        required=False,
    )
    side = forms.ChoiceField(
        label=_("Who asked for it?"), required=False, widget=forms.RadioSelect
    )
    reason = CleanTextField(
        label=_("Why a pause?"),
        max_length=500,
        required=False,
        multiline=True,
        widget=forms.Textarea({"rows": 2}),
    )

    def __init__(
        self, *args: Any, history: History, today: dt.date, **kwargs: Any
    ) -> None:
        super().__init__(*args, row_version=history.row_version, **kwargs)
        self.history, names = history, history.names
        self.fields["side"].choices = [
            (Confirmation.Side.REQUEST, capfirst(names.request.name)),
            (Confirmation.Side.SUPPORT, capfirst(names.support.name)),
            ("", _("Both families, or you yourself")),
        ]
        for name in ("from_on", "until_on"):
            self.fields[name].today = today

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean() or self.cleaned_data
        first, last = cleaned.get("from_on"), cleaned.get("until_on")
        if first is not None and first < self.history.pairing.started_on:
            self.add_error("from_on", refused.BeforeThePairing.message)
        if first is not None and last is not None and last < first:
            self.add_error("until_on", refused.EndsBeforeItStarts.message)
        return cleaned

    def noted_before(self, by: User) -> bool:
        said = self.cleaned_data
        return any(
            all(getattr(one, name) == said[name] for name in said)
            for one in self.history.pauses
            if one.recorded_by_id == by.pk
        )


class EndPauseForm(StaleCheck, forms.Form):
    """A pause ends on an earlier day."""

    stale_message = STALE

    pause = forms.IntegerField(widget=forms.HiddenInput)
    until_on = ForgivingDateField(
        label=_("Last day of the pause"), help_text=_("You may write ‘today’.")
    )

    def __init__(self, *args: Any, pause: Pause, today: dt.date, **kwargs: Any) -> None:
        super().__init__(
            *args,
            row_version=pause.row_version,
            auto_id=f"id_{pause.pk}_%s",
            **kwargs,
        )
        self.fields["pause"].initial = pause.pk
        self.fields["until_on"].today = today


class ExceptionForm(NotedOnce, forms.Form):
    """Which time goes differently: not at all, not in a week, or on another day."""

    NOT_AT_ALL, NOT_THIS_WEEK, ANOTHER_DAY = "niet", "week", "anders"

    visit = forms.ChoiceField(
        label=_("Which time?"),
        error_messages={
            "invalid_choice": _("This time is not in the list any more. Choose again.")
        },
    )
    instead = forms.ChoiceField(
        label=_("What happens?"),
        choices=[
            (NOT_AT_ALL, _("It does not take place")),
            (NOT_THIS_WEEK, _("It does not take place in that whole week")),
            (ANOTHER_DAY, _("It is on another day")),
        ],
        initial=NOT_AT_ALL,
        widget=forms.RadioSelect,
    )
    moved_to = ForgivingDateField(
        label=_("On which other day?"),
        help_text=_("Only if it is on another day."),
        required=False,
    )
    reason = CleanTextField(label=_("Why?"), max_length=300, required=False)

    def __init__(
        self, *args: Any, history: History, today: dt.date, **kwargs: Any
    ) -> None:
        super().__init__(*args, row_version=history.row_version, **kwargs)
        self.history = history
        self.fields["moved_to"].today = today
        # What was sent stays to be read, also where it was noted meanwhile.
        sent = self.data.get("visit") if self.is_bound else None
        self.fields["visit"].choices = [
            ("", _("Choose…")),
            *(
                (_key(one), self._in_words(one))
                for one in visits_of(history, first=today - BACK, last=today + AHEAD)
                if one.moved_from is None and (not one.falls_out or _key(one) == sent)
            ),
        ]

    @property
    def has_times(self) -> bool:
        """Whether there is a time to choose."""
        return len(self.fields["visit"].choices) > 1

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean() or self.cleaned_data
        moves = cleaned.get("instead") == self.ANOTHER_DAY
        if not moves:
            cleaned["moved_to"] = None
        elif cleaned.get("moved_to") is None and "moved_to" not in self.errors:
            self.add_error("moved_to", ValidationError(_("Fill in on which day.")))
        return cleaned

    def said(self) -> dict[str, Any]:
        """What the form says, as the service takes it."""
        line, day = self.cleaned_data["visit"].split("|")
        on = dt.date.fromisoformat(day)
        whole_week = self.cleaned_data["instead"] == self.NOT_THIS_WEEK
        scope = ItemException.Scope.WEEK if whole_week else ItemException.Scope.DAY
        return {
            "line": int(line),
            "on": on - on.weekday() * rhythm.DAY if whole_week else on,
            "scope": scope,
            "moved_to": self.cleaned_data["moved_to"],
        }

    def noted_before(self, by: User) -> bool:
        said = self.said()
        return any(
            all(getattr(one, name) == value for name, value in said.items())
            for one in self.history.exceptions
            if one.recorded_by_id == by.pk
        )

    def _in_words(self, visit: Visit) -> str:
        return _("%(day)s: %(item)s") % {
            "day": date_format(visit.on, "l j F"),
            "item": wording.title(visit.terms, self.history.names),
        }


class VisitForm(HouseForm, forms.Form):
    """On which day something happened beside the agreements, and what."""

    on = ForgivingDateField(label=_("On which day?"))
    text = CleanTextField(
        label=_("What did they do?"),
        help_text=_("Do not write down an address."),
        max_length=300,
        required=False,
    )

    def __init__(self, *args: Any, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["on"].today = today


def _key(visit: Visit) -> str:
    return f"{visit.terms.line}|{visit.on.isoformat()}"

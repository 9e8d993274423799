"""A version with its items, and a day to look at."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from agreements.core import timeline
from agreements.core.timeline import NO_FRAME, Frame, Terms
from agreements.forms.answers import YesFields
from agreements.forms.frames import FrameFields
from agreements.forms.items import (
    MOST_ITEMS,
    Hushable,
    ItemForm,
    ItemFormSet,
    item_initial,
)
from agreements.forms.quick_days import QuickDay, quick_days
from agreements.history import History
from agreements.models import AgreementVersion
from agreements.services import Framed, Refused, framed
from families.forms.base import StaleCheck
from families.forms.fields import CleanTextField, ForgivingDateField

Kind = AgreementVersion.Kind


class SeenField(forms.Field):
    """The number of the newest version when the form was opened; None if unreadable."""

    def bound_data(self, data: Any, initial: Any) -> int | None:
        return self.to_python(data)

    def to_python(self, value: Any) -> int | None:
        digits = str(value)
        readable = digits.isascii() and digits.isdecimal() and len(digits) < 6  # noqa: PLR2004 - digits
        return int(digits) if readable else None


class VersionForm(Hushable, StaleCheck, FrameFields, YesFields):
    """From when a version holds, as a trial or not, why, and what each family said.

    Attributes:
        comes_between: whether the date lies before the last version.
    """

    seen = SeenField(widget=forms.HiddenInput, required=False)
    effective_from = ForgivingDateField(
        label=_("From which day does this hold?"),
        help_text=_("For example 1 December 2026. You may also write ‘today’."),
    )
    between = forms.BooleanField(
        label=_("Yes, this comes before agreements that are there already"),
        required=False,
    )
    reason = CleanTextField(
        label=_("Why this change?"),
        help_text=_("The families may read this."),
        max_length=500,
        required=False,
        multiline=True,
        widget=forms.Textarea({"rows": 2}),
    )

    def __init__(
        self,
        *args: Any,
        history: History,
        today: dt.date,
        start: Frame,
        corrects: AgreementVersion | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, row_version=history.row_version, **kwargs)
        self.history, self.today, self.corrects = history, today, corrects
        self.comes_between = False
        newest = max((one.number for one in history.versions), default=0)
        self.fields["seen"].initial = newest
        self.fields["effective_from"].today = today
        self.add_frame_fields(history, start=start, today=today)
        self.add_yes_fields(history, today=today)
        if corrects:
            del self.fields["effective_from"], self.fields["between"]
        if not history.versions:
            self.fields["reason"].label = _("What made you start?")

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean() or self.cleaned_data
        self.check_yes(cleaned, today=self.today)
        day = cleaned.get("effective_from")
        if day is not None:
            self._check_day(day, cleaned)
        self.check_frame(cleaned, day=self.day)
        return cleaned

    @property
    def newer(self) -> AgreementVersion | None:
        """The last version that was written down after this form was opened."""
        seen = self["seen"].value()
        if not self.is_bound or seen is None:
            return None
        numbered = {
            one.number: one
            for one in self.history.versions
            if one.number > seen and one.superseded_at is None
        }
        return numbered[max(numbered)] if numbered else None

    @property
    def stale_message(self) -> str:
        """What happened since the form was opened, and what saving again does."""
        newer = self.newer
        if newer is None:
            return _(
                "Meanwhile something was written down with these agreements, such as"
                " a yes or a pause. Your text still stands below: save again to keep"
                " it."
            )
        if newer.is_draft:
            text = _(
                "These agreements have changed meanwhile: there is a version"
                " %(number)d now. Your text still stands below. When you save, it"
                " takes the place of version %(number)d."
            )
        else:
            text = _(
                "These agreements have changed meanwhile: version %(number)d counts"
                " now. Below you see how your text differs from it. Nothing of yours"
                " is lost: save again to keep it."
            )
        return text % {"number": newer.number}

    @property
    def day(self) -> dt.date | None:
        """From when the version holds, as far as it was understood."""
        if self.corrects:
            return self.corrects.effective_from
        return getattr(self, "cleaned_data", {}).get("effective_from")

    @property
    def kind(self) -> str:
        """A change, one between others, or a correction."""
        if self.corrects:
            return Kind.CORRECTION
        return Kind.INSERTION if self.comes_between else Kind.CHANGE

    @property
    def quick_days(self) -> list[QuickDay]:
        """The days that are chosen most."""
        return quick_days(self.today, began=self.history.pairing.started_on)

    def _check_day(self, day: dt.date, cleaned: dict[str, Any]) -> None:
        pairing, last = self.history.pairing, self.history.last
        known = timeline.known(self.history.versions)
        same = next((one for one in known if one.effective_from == day), None)
        first = pairing.started_on
        self.comes_between = last is not None and first <= day < last.effective_from
        if day < pairing.started_on:
            text = _("The pairing began on %(day)s. Choose a later day.")
            began = date_format(pairing.started_on, "j F Y")
            self.add_error(
                "effective_from", ValidationError(text, params={"day": began})
            )
        # Of a form sent twice the first one may be what holds from this day.
        elif same and not self.has_error(NON_FIELD_ERRORS, "stale"):
            text = _(
                "Version %(number)d already holds from this day. Choose another day,"
                " or open that version and correct it."
            )
            self.add_error(
                "effective_from",
                ValidationError(text, params={"number": same.number}),
            )
        elif self.comes_between and not cleaned.get("between"):
            self.add_error(
                "between",
                _("Later agreements already exist. Tick this if that is right."),
            )


class VersionEditor:
    """The form of a version and those of its items, taken together.

    Args:
        data: what was posted; None to show what to start from.
        history: of the pairing.
        start: the items to start from.
        frame: the trial and the durations to start from.
        today: for dates without a year.
        corrects: the version that is corrected; its date stays.
        initial: of the form of the version.
    """

    PREFIX = "item"

    def __init__(
        self,
        data: Any,
        *,
        history: History,
        start: Sequence[Terms],
        today: dt.date,
        frame: Frame = NO_FRAME,
        corrects: AgreementVersion | None = None,
        initial: dict[str, Any] | None = None,
    ) -> None:
        self.history, self.start = history, tuple(start)
        self.form = VersionForm(
            data,
            history=history,
            today=today,
            start=frame,
            corrects=corrects,
            initial=initial,
        )
        known = bool(history.lines)
        self.formset = ItemFormSet(
            data,
            prefix=self.PREFIX,
            initial=item_initial(start, lines=known),
            form_kwargs={"history": history, "on": _of(corrects, today)},
        )
        if not start:
            self.formset.extra = 1

    @classmethod
    def with_one_more(
        cls,
        data: Any,
        *,
        history: History,
        today: dt.date,
        corrects: AgreementVersion | None = None,
        like: str = "",
        **kwargs: Any,
    ) -> "VersionEditor":
        """What was typed so far with one item more below it, without remarks.

        An empty one, or with all that the item with the number `like` says, counted
        from 0.
        """
        data = data.copy()
        name = f"{cls.PREFIX}-TOTAL_FORMS"
        n_forms = data.get(name, "")
        few = n_forms.isdecimal() and len(n_forms) <= len(str(MOST_ITEMS))
        if few and int(n_forms) < MOST_ITEMS:
            data[name] = str(int(n_forms) + 1)
            children = history.children_on(_of(corrects, today))
            if like in map(str, range(int(n_forms))):
                for field in ItemForm.base_fields.keys() - {"line"}:
                    said = data.getlist(f"{cls.PREFIX}-{like}-{field}")
                    data.setlist(f"{cls.PREFIX}-{int(n_forms)}-{field}", said)
            elif len(children) == 1:
                only = [str(child) for child in children]
                data.setlist(f"{cls.PREFIX}-{int(n_forms)}-children", only)
        known = {"history": history, "today": today, "corrects": corrects}
        editor = cls(data, **known, **kwargs)
        editor.hush()
        return editor

    @classmethod
    def from_day(cls, data: Any, day: dt.date, **kwargs: Any) -> "VersionEditor":
        """What was typed so far, with another first day."""
        data = data.copy()
        data["effective_from"] = f"{day.day}-{day.month}-{day.year}"
        return cls(data, **kwargs)

    def hush(self) -> None:
        """Let nothing be wrong yet: the person is not done."""
        self.form.hush()
        self.formset.hush()

    def is_valid(self) -> bool:
        """Whether it can be recorded; both are asked, so that all faults show."""
        return all([self.form.is_valid(), self.formset.is_valid()])

    @property
    def is_stale_only(self) -> bool:
        """Whether nothing is wrong but that somebody else was first."""
        faults = self.form.errors.as_data()
        return (
            self.formset.is_valid()
            and list(faults) == ["__all__"]
            and all(fault.code == "stale" for fault in faults["__all__"])
        )

    @property
    def changes_nothing(self) -> bool:
        """Whether it says what holds already; a correction may be of its reason."""
        day = self.form.day
        if day is None or self.form.corrects:
            return False
        held = self.history.in_force_on(day)
        terms = self.terms()
        if held is None or timeline.difference(held.terms(), terms):
            return False
        return not timeline.frame_difference(held.frame(), self.framed(terms).frame)

    def framed(self, terms: Sequence[Terms]) -> Framed:
        """What would be written down for all these items together."""
        form = self.form
        day = form.day or form.today
        known = {"effective_from": day, "kind": form.kind, "frame": form.frame}
        pairing, versions = self.history.pairing, self.history.versions
        try:
            return framed(pairing, versions, terms, **known)
        except Refused:
            # The form says so at the field.
            return Framed(form.frame, None, one_side_is_enough=False)

    def terms(self) -> tuple[Terms, ...]:
        """What the items say, each with its line."""
        day = self.form.day or self.form.today
        said = self.formset.terms()
        tidied = (timeline.tidy(one, effective_from=day) for one in said)
        return timeline.numbered(tidied, taken=self.history.lines)


def _of(corrects: AgreementVersion | None, today: dt.date) -> dt.date:
    """The day of which the children are to choose from."""
    return corrects.effective_from if corrects else today

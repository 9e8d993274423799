"""Forms of agreements: a version with its items, a yes, a stop, a day to look at."""

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.utils import ErrorDict
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from agreements import timeline, wording
from agreements.history import History
from agreements.models import AgreementItem, AgreementVersion, Confirmation
from agreements.rhythm import WITHOUT_DATES, Rhythm
from agreements.services import FOR_PARENTS, NothingAgreed, Yes
from agreements.timeline import SLEEPOVER, Terms
from families.forms.base import HouseForm, StaleCheck
from families.forms.fields import CleanTextField, ForgivingDateField, KindsField
from families.forms.widgets import PARTS, WEEKDAYS

Kind = AgreementVersion.Kind
NOT_YET = ""
MOST_ITEMS = 20
MOST_TIMES = 12
_CLOCK = re.compile(r"(\d{1,2})(?:[.:,h\s]+(\d{2})|(\d{2}))?")


class ClockField(forms.CharField):
    """A clock time as people write it: 13.00, 13:00, 1300, 13 or 13 uur."""

    default_error_messages = {
        "invalid": _("‘%(value)s’ is not a time. Write for example 13.30.")
    }

    def to_python(self, value: Any) -> dt.time | None:
        if value in self.empty_values or isinstance(value, dt.time):
            return value or None
        text = str(value).casefold().replace("uur", "").strip(" .:")
        if not text:
            return None
        found = _CLOCK.fullmatch(text) if text.isascii() else None
        if found:
            hour, minute = int(found[1]), int(found[2] or found[3] or 0)
            if hour < 24 and minute < 60:  # noqa: PLR2004 - of a clock
                return dt.time(hour, minute)
        shown = str(value)[:20].replace("\0", "")
        raise ValidationError(
            self.error_messages["invalid"], code="invalid", params={"value": shown}
        )

    def prepare_value(self, value: Any) -> Any:
        return wording.clock(value) if isinstance(value, dt.time) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        return str(self.prepare_value(initial) or "") != str(data or "")

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {"autocomplete": "off", "inputmode": "decimal", "size": "7"}


class Hushable:
    """Mix in before `forms.Form`: shows what was typed without remarks."""

    def hush(self) -> None:
        """Let nothing be wrong yet: the person is not done."""
        self._errors, self.cleaned_data = ErrorDict(), {}


def _row(**attrs: str) -> forms.CheckboxSelectMultiple:
    return forms.CheckboxSelectMultiple({"class": "opts-row", **attrs})


class ItemForm(Hushable, HouseForm, forms.Form):
    """One item: what, for whom, how often, when, where and who drives."""

    # Most of it may stay empty; saying so at each field would hide the questions.
    mark_optional = False

    line = forms.IntegerField(widget=forms.HiddenInput, required=False)
    kind = forms.TypedChoiceField(label=_("Kind of support"), coerce=int)
    children = forms.TypedMultipleChoiceField(
        label=_("For which children"), coerce=int, widget=_row(), required=False
    )
    rhythm = forms.ChoiceField(label=_("How often"))
    every = forms.IntegerField(
        label=_("Which number"),
        help_text=_("Of weeks, or of times a month. For example 3."),
        min_value=1,
        max_value=MOST_TIMES,
        required=False,
        widget=forms.TextInput({"inputmode": "numeric", "size": "4"}),
        error_messages={
            "invalid": _("Choose a number from 1 to 12."),
            "min_value": _("Choose a number from 1 to 12."),
            "max_value": _("Choose a number from 1 to 12."),
        },
    )
    first_on = ForgivingDateField(
        label=_("First in the week of"),
        help_text=_("Only for ‘every so many weeks’."),
        required=False,
    )
    weekdays = KindsField(
        label=_("On which days"),
        choices=[(day, name) for day, name in enumerate(WEEKDAYS)],
        widget=_row(),
        required=False,
        empty_value=0,
    )
    dayparts = KindsField(
        label=_("Part of the day"),
        help_text=_("Only where you do not know the time."),
        choices=[(part, name) for part, name in enumerate(PARTS)],
        widget=_row(),
        required=False,
        empty_value=0,
    )
    starts_at = ClockField(label=_("From what time"), required=False)
    ends_at = ClockField(label=_("To what time"), required=False)
    where = forms.ChoiceField(
        label=_("Where"), initial=AgreementItem.Where.SUPPORT_FAMILY
    )
    brings = forms.ChoiceField(label=_("Who brings"), required=False)
    fetches = forms.ChoiceField(label=_("Who fetches"), required=False)
    holidays = forms.ChoiceField(
        label=_("In the school holidays"),
        choices=[
            (AgreementItem.Holidays.STOPS, _("It stops then")),
            (AgreementItem.Holidays.GOES_ON, _("It goes on")),
        ],
        initial=AgreementItem.Holidays.STOPS,
    )
    note = CleanTextField(
        label=_("What else you agreed on"),
        help_text=_("Do not write down an address."),
        max_length=500,
        required=False,
        multiline=True,
        widget=forms.Textarea({"rows": 2}),
    )

    def __init__(self, *args: Any, history: History, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = history.names
        self.known_lines = history.lines
        kinds = [(int(kind), name) for kind, name in wording.KINDS.items()]
        self.fields["kind"].choices = [("", "---"), *kinds]
        self.fields["rhythm"].choices = [
            ("", "---"),
            *(
                (value, capfirst(label))
                for value, label in AgreementItem.Rhythm.choices
            ),
        ]
        children = list(history.children.items())
        self.fields["children"].choices = children
        if len(children) == 1:
            self.fields["children"].initial = [children[0][0]]
        where = AgreementItem.Where
        self.fields["where"].choices = [
            (where.SUPPORT_FAMILY, capfirst(names.support.name)),
            (where.REQUEST_FAMILY, capfirst(names.request.name)),
            (where.ELSEWHERE, capfirst(where.ELSEWHERE.label)),
        ]
        who = AgreementItem.Who
        drivers = [
            ("", _("Not agreed on")),
            (who.REQUEST_FAMILY, capfirst(names.request.name)),
            (who.SUPPORT_FAMILY, capfirst(names.support.name)),
            (who.CHILD, capfirst(who.CHILD.label)),
            (who.OTHER, capfirst(who.OTHER.label)),
        ]
        self.fields["brings"].choices = drivers
        self.fields["fetches"].choices = drivers

    @property
    def is_known(self) -> bool:
        """Whether the item stands in an earlier version, so that it can stop."""
        return str(self["line"].value() or 0) != "0"

    def clean_line(self) -> int:
        line = self.cleaned_data["line"] or timeline.NEW_LINE
        if line != timeline.NEW_LINE and line not in self.known_lines:
            raise ValidationError(_("Open the page again: this item is not known."))
        return line

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        self._check_children(cleaned)
        self._check_rhythm(cleaned)
        self._check_times(cleaned)
        return cleaned

    def terms(self) -> Terms:
        """What the form says."""
        said = {
            name: value
            for name, value in self.cleaned_data.items()
            if name not in ("DELETE", "every", "children")
        }
        return Terms(
            every=self.cleaned_data["every"] or 1,
            children=tuple(self.cleaned_data["children"]),
            **said,
        )

    def _check_children(self, cleaned: dict[str, Any]) -> None:
        if cleaned.get("kind") in FOR_PARENTS or "kind" not in cleaned:
            return
        if not cleaned.get("children") and "children" not in self.errors:
            self.add_error("children", _("Choose for which children this is."))

    def _check_rhythm(self, cleaned: dict[str, Any]) -> None:
        how_often = cleaned.get("rhythm")
        counted = how_often in (Rhythm.EVERY_N_WEEKS, Rhythm.TIMES_A_MONTH)
        if counted and not cleaned.get("every") and "every" not in self.errors:
            self.add_error("every", _("Choose a number from 1 to 12."))
        fixed = how_often and how_often not in WITHOUT_DATES
        if fixed and not cleaned.get("weekdays") and "weekdays" not in self.errors:
            self.add_error("weekdays", _("Choose at least one day."))

    def _check_times(self, cleaned: dict[str, Any]) -> None:
        if self.errors.keys() & {"starts_at", "ends_at"}:
            return
        start, end = cleaned.get("starts_at"), cleaned.get("ends_at")
        if (start is None) != (end is None):
            missing = "ends_at" if end is None else "starts_at"
            self.add_error(missing, _("Fill in both times, or none."))
        elif start and end and cleaned.get("kind") != SLEEPOVER and end <= start:
            self.add_error("ends_at", _("The end is before the start."))


class BaseItemFormSet(forms.BaseFormSet):
    """The items of a version. One that is ticked to stop is left out."""

    deletion_widget = forms.CheckboxInput

    def add_fields(self, form: ItemForm, index: int | None) -> None:
        super().add_fields(form, index)
        form.fields["DELETE"].label = (
            _("This stops") if form.is_known else _("Leave this item out")
        )

    def clean(self) -> None:
        terms = self.terms()
        lines = [item.line for item in terms if item.line != timeline.NEW_LINE]
        if len(lines) != len(set(lines)):
            raise ValidationError(_("Open the page again: this item is not known."))
        if not terms and not any(self.errors):
            raise ValidationError(NothingAgreed.message)

    def terms(self) -> list[Terms]:
        """What the filled in items say, without those that stop."""
        return [
            form.terms()
            for form in self.forms
            if form.is_valid() and form not in self.deleted_forms and self._says(form)
        ]

    def hush(self) -> None:
        """Let nothing be wrong yet."""
        for form in self.forms:
            form.hush()
        self._errors, self._non_form_errors = [], self.error_class()

    @staticmethod
    def _says(form: ItemForm) -> bool:
        # An extra item that nobody touched says nothing.
        return not form.empty_permitted or form.has_changed()


ItemFormSet = forms.formset_factory(
    ItemForm,
    formset=BaseItemFormSet,
    extra=0,
    can_delete=True,
    max_num=MOST_ITEMS,
    absolute_max=MOST_ITEMS,
    validate_max=True,
)


class YesFields(forms.Form):
    """What each family said: not yet, discussed on a day, or signed on paper."""

    CHANNELS = [
        (NOT_YET, _("Not yet")),
        (Confirmation.Channel.DISCUSSED, _("I discussed it")),
        (Confirmation.Channel.PAPER, _("On paper")),
    ]

    def add_yes_fields(self, history: History, *, today: dt.date) -> None:
        """Two fields for each family."""
        for side in Confirmation.Side:
            family = getattr(history.names, side.value)
            self.fields[f"{side}_channel"] = forms.ChoiceField(
                label=capfirst(family.name),
                choices=self.CHANNELS,
                required=False,
                widget=forms.RadioSelect({"class": "opts-row"}),
            )
            self.fields[f"{side}_on"] = ForgivingDateField(
                label=_("Discussed or signed on"), required=False, today=today
            )

    def check_yes(self, cleaned: dict[str, Any], *, today: dt.date) -> None:
        """A yes has a day, and that day has come."""
        for side in Confirmation.Side:
            channel, on = cleaned.get(f"{side}_channel"), cleaned.get(f"{side}_on")
            if channel and on is None and f"{side}_on" not in self.errors:
                self.add_error(f"{side}_on", _("Fill in on which day."))
            elif channel and on and on > today:
                self.add_error(f"{side}_on", _("This day has not come yet."))

    def said(self) -> list[Yes]:
        """Each yes that was filled in."""
        return [
            Yes(side.value, self.cleaned_data[f"{side}_channel"], on)
            for side in Confirmation.Side
            if self.cleaned_data.get(f"{side}_channel")
            and (on := self.cleaned_data.get(f"{side}_on"))
        ]


class VersionForm(Hushable, StaleCheck, YesFields):
    """From when a version holds, why, and what each family said.

    Attributes:
        comes_between: whether the date lies before the last version.
    """

    stale_message = _(
        "Somebody else has just changed these agreements. Below you see what differs"
        " from what they say now. Nothing of yours is lost: save again to keep it."
    )

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
        corrects: AgreementVersion | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, row_version=history.row_version, **kwargs)
        self.history, self.today, self.corrects = history, today, corrects
        self.comes_between = False
        self.fields["effective_from"].today = today
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
        return cleaned

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

    def _check_day(self, day: dt.date, cleaned: dict[str, Any]) -> None:
        pairing, last = self.history.pairing, self.history.last
        known = timeline.known(self.history.versions)
        same = next((one for one in known if one.effective_from == day), None)
        self.comes_between = last is not None and day < last.effective_from
        if day < pairing.started_on:
            self.add_error(
                "effective_from", _("The pairing had not begun on this date.")
            )
        elif same:
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


class StopForm(StaleCheck, forms.Form):
    """From when nothing holds any more, who said so, and why."""

    stale_message = VersionForm.stale_message

    effective_from = ForgivingDateField(
        label=_("From which day do the agreements stop?"),
        help_text=_("The first day on which nothing holds. You may write ‘today’."),
    )
    side = forms.ChoiceField(label=_("Who wants to stop?"), widget=forms.RadioSelect)
    said_on = ForgivingDateField(label=_("On which day did you hear it?"))
    reason = CleanTextField(
        label=_("Why do they stop?"),
        max_length=500,
        required=False,
        multiline=True,
        widget=forms.Textarea({"rows": 3}),
    )

    def __init__(
        self, *args: Any, history: History, today: dt.date, **kwargs: Any
    ) -> None:
        super().__init__(*args, row_version=history.row_version, **kwargs)
        self.today = today
        names = history.names
        self.fields["side"].choices = [
            (Confirmation.Side.REQUEST, capfirst(names.request.name)),
            (Confirmation.Side.SUPPORT, capfirst(names.support.name)),
        ]
        for name in ("effective_from", "said_on"):
            self.fields[name].today = today
        self.fields["said_on"].initial = today

    def clean_said_on(self) -> dt.date:
        day = self.cleaned_data["said_on"]
        if day > self.today:
            raise ValidationError(_("This day has not come yet."))
        return day

    def said(self) -> Yes:
        """The word of the family that stops."""
        return Yes(
            self.cleaned_data["side"],
            Confirmation.Channel.DISCUSSED,
            self.cleaned_data["said_on"],
        )


class ConfirmForm(HouseForm, forms.Form):
    """One family said yes."""

    side = forms.ChoiceField(label=_("Who said yes?"), widget=forms.RadioSelect)
    channel = forms.ChoiceField(
        label=_("How"),
        choices=YesFields.CHANNELS[1:],
        initial=Confirmation.Channel.DISCUSSED,
        widget=forms.RadioSelect({"class": "opts-row"}),
    )
    on = ForgivingDateField(label=_("Discussed or signed on"))

    def __init__(
        self,
        *args: Any,
        history: History,
        version: AgreementVersion,
        today: dt.date,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        said = {one.side for one in version.confirmations.all()}
        choices = [
            (side.value, capfirst(getattr(history.names, side.value).name))
            for side in Confirmation.Side
            if side.value not in said
        ]
        self.fields["side"].choices = choices
        if len(choices) == 1:
            self.fields["side"].initial = choices[0][0]
        self.today = today
        self.fields["on"].today = today
        self.fields["on"].initial = today

    def clean_on(self) -> dt.date:
        day = self.cleaned_data["on"]
        if day > self.today:
            raise ValidationError(_("This day has not come yet."))
        return day


class DayForm(HouseForm, forms.Form):
    """A day to look at, and as it was known on a day."""

    mark_optional = False

    op = ForgivingDateField(label=_("What held on"), required=False)
    bekend = ForgivingDateField(label=_("As it was known on"), required=False)

    def __init__(self, *args: Any, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["op"].today = today
        self.fields["bekend"].today = today


def item_initial(items: Iterable[Terms], *, lines: bool) -> list[dict[str, Any]]:
    """What an item form shows of each item.

    Args:
        items: of the version to start from.
        lines: whether they go on as the same items.
    """
    return [
        {
            "line": item.line if lines else timeline.NEW_LINE,
            "kind": item.kind,
            "children": list(item.children),
            "rhythm": item.rhythm,
            "every": item.every
            if item.rhythm in (Rhythm.EVERY_N_WEEKS, Rhythm.TIMES_A_MONTH)
            else None,
            "first_on": item.first_on,
            "weekdays": item.weekdays,
            "dayparts": item.dayparts,
            "starts_at": item.starts_at,
            "ends_at": item.ends_at,
            "where": item.where,
            "brings": item.brings,
            "fetches": item.fetches,
            "holidays": item.holidays,
            "note": item.note,
        }
        for item in items
    ]


class VersionEditor:
    """The form of a version and those of its items, taken together.

    Args:
        data: what was posted; None to show what to start from.
        history: of the pairing.
        start: the items to start from.
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
        corrects: AgreementVersion | None = None,
        initial: dict[str, Any] | None = None,
    ) -> None:
        self.history, self.start = history, tuple(start)
        self.form = VersionForm(
            data, history=history, today=today, corrects=corrects, initial=initial
        )
        known = bool(history.lines)
        self.formset = ItemFormSet(
            data,
            prefix=self.PREFIX,
            initial=item_initial(start, lines=known),
            form_kwargs={"history": history},
        )
        if not start:
            self.formset.extra = 1

    @classmethod
    def with_one_more(
        cls, data: Any, *, history: History, **kwargs: Any
    ) -> "VersionEditor":
        """What was typed so far with an empty item below it, without remarks."""
        data = data.copy()
        name = f"{cls.PREFIX}-TOTAL_FORMS"
        n_forms = data.get(name, "")
        if n_forms.isdecimal() and int(n_forms[:4]) < MOST_ITEMS:
            data[name] = str(int(n_forms) + 1)
            if len(history.children) == 1:
                only = [str(child) for child in history.children]
                data.setlist(f"{cls.PREFIX}-{int(n_forms)}-children", only)
        editor = cls(data, history=history, **kwargs)
        editor.form.hush()
        editor.formset.hush()
        return editor

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

    def terms(self) -> tuple[Terms, ...]:
        """What the items say, each with its line."""
        day = self.form.day or self.form.today
        said = self.formset.terms()
        tidied = (timeline.tidy(one, effective_from=day) for one in said)
        return timeline.numbered(tidied, taken=self.history.lines)

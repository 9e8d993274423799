"""The items of a version: what, for whom, how often, when, where, who drives."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.utils import ErrorDict
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from agreements import wording
from agreements.core import timeline
from agreements.core.rhythm import LAST_OF_MONTH, WITHOUT_DATES, Rhythm
from agreements.core.timeline import SLEEPOVER, Terms
from agreements.history import History
from agreements.models import AgreementItem
from agreements.services import FOR_PARENTS, NothingAgreed
from families.forms.base import HouseForm
from families.forms.clock import ClockField
from families.forms.fields import CleanTextField, ForgivingDateField, KindsField
from families.forms.widgets import PARTS, WEEKDAYS
from families.templatetags.house import sentence_case

MOST_ITEMS = 20
MOST_TIMES = 12


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
    which = forms.TypedChoiceField(
        label=_("Which one of the month"),
        choices=[
            ("", "---"),
            (1, _("The first")),
            (2, _("The second")),
            (3, _("The third")),
            (4, _("The fourth")),
            (LAST_OF_MONTH, _("The last")),
        ],
        coerce=int,
        empty_value=None,
        required=False,
        help_text=_("Only for ‘on a fixed weekday of the month’."),
        error_messages={"invalid_choice": _("Choose which one of the month.")},
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

    def __init__(
        self, *args: Any, history: History, on: dt.date, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        names = history.names
        self.known_lines = history.lines
        kinds = [(int(kind), name) for kind, name in wording.KINDS.items()]
        self.fields["kind"].choices = [("", "---"), *kinds]
        self.fields["rhythm"].choices = [
            ("", "---"),
            *(
                (value, sentence_case(label))
                for value, label in AgreementItem.Rhythm.choices
            ),
        ]
        children = list(history.children_on(on).items())
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
            if name not in ("DELETE", "every", "which", "children")
        }
        of_the_month = said["rhythm"] == Rhythm.NTH_WEEKDAY
        return Terms(
            every=self.cleaned_data["which" if of_the_month else "every"] or 1,
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
        of_the_month = how_often == Rhythm.NTH_WEEKDAY
        if of_the_month and not cleaned.get("which") and "which" not in self.errors:
            self.add_error("which", _("Choose which one of the month."))
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
            "which": item.every if item.rhythm == Rhythm.NTH_WEEKDAY else None,
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

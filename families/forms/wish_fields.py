"""Fields of what a family asks or gives; each may be "not asked yet" again."""

import datetime as dt
import re
from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from families.facts import months_in_words
from families.forms.fields import (
    ForgivingDateField,
    KindsField,
    MomentsField,
    ShortAnswerField,
)
from families.forms.widgets import WishedWeekWidget
from families.models import FactSource, Task
from families.vocabulary import Demand, Language

NUMBER = re.compile(r"(?P<number>[0-9]+(?:[.,][0-9]+)?)\s*(?P<unit>[a-z.]*)")
OLDEST = 17
# As the youngest and the eldest of a school, in groups that people name.
AGE_GROUPS = {
    "0-3": (range(4), _("0 to 3 years")),
    "4-6": (range(4, 7), _("4 to 6 years")),
    "7-9": (range(7, 10), _("7 to 9 years")),
    "10-12": (range(10, 13), _("10 to 12 years")),
    "13-17": (range(13, 18), _("13 to 17 years")),
}
# The languages that stand first; the others are one press away.
COMMON_LANGUAGES = tuple(Language)[:8]
ROW = {"class": "opts-row"}


class DemandField(forms.ChoiceField):
    """How much a fact about the other family matters."""

    LEVELS = (Demand.LIMIT, Demand.WISH, Demand.INDIFFERENT, Demand.NOT_ASKED)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            choices=[(one.value, one.label) for one in self.LEVELS],
            widget=forms.RadioSelect(attrs=ROW),
            **kwargs,
        )


class OneOfField(forms.TypedChoiceField):
    """One number out of a few, or `empty_value` for "not asked yet"."""

    def __init__(
        self,
        *,
        choices: Iterable[tuple[Any, Any]],
        empty_value: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(
            choices=[*choices, ("", _("Not asked yet"))],
            coerce=int,
            empty_value=empty_value,
            required=False,
            **kwargs,
        )

    def prepare_value(self, value: Any) -> Any:
        return "" if value == self.empty_value else value


class LanguageField(OneOfField):
    """One language, kept as its bit in a mask of languages."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(choices=Language.choices, empty_value=0, **kwargs)

    def clean(self, value: Any) -> int:
        chosen = super(forms.TypedChoiceField, self).clean(value)
        return 1 << int(chosen) if chosen else 0

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, int):
            return str(value.bit_length() - 1) if value else ""
        return value


class ChildrenField(forms.TypedMultipleChoiceField):
    """The children that a request is for, by their keys in order."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(coerce=int, empty_value=(), **kwargs)

    def clean(self, value: Any) -> tuple[int, ...]:
        return tuple(sorted(super().clean(value)))

    def prepare_value(self, value: Any) -> Any:
        return [str(one) for one in value or ()]


class QuestionsField(forms.TypedMultipleChoiceField):
    """The questions to a family that stand on a list, to tick what was answered."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(coerce=int, required=False, **kwargs)

    def offer(self, questions: Iterable[Task]) -> None:
        """Shows these questions."""
        self.questions = {task.pk: task for task in questions}
        self.choices = [(pk, task.text) for pk, task in self.questions.items()]

    def clean(self, value: Any) -> list[Task]:
        return [self.questions[pk] for pk in super().clean(value)]


class _NumberField(ShortAnswerField):
    """A number with a unit behind it, as people write it."""

    units: dict[str, Decimal] = {}
    least: Decimal
    most: Decimal

    def read(self, text: str) -> Any:
        found = NUMBER.fullmatch(text.lower())
        unit = self.units.get(found["unit"].rstrip(".")) if found else None
        if not found or unit is None:
            raise self.error("invalid", text)
        exact = Decimal(found["number"].replace(",", ".")) * unit
        # No number is too long to read, but a very long one cannot be rounded.
        number = self.rounded(min(exact, self.most + 1))
        if not self.least <= number <= self.most:
            raise self.error("out_of_range", text)
        return number

    def rounded(self, number: Decimal) -> Any:
        """The number as it is kept."""
        raise NotImplementedError

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {"autocomplete": "off", "size": "12"}


class KilometresField(_NumberField):
    """A distance: "3", "2,5 km", "800 m"."""

    units = {"": Decimal(1), "km": Decimal(1), "kilometer": Decimal(1)}
    units |= {"m": Decimal("0.001"), "meter": Decimal("0.001")}
    least, most = Decimal("0.5"), Decimal(100)
    default_error_messages = {
        "invalid": _("‘%(value)s’ is not a distance. Write a number. For example 2,5."),
        "out_of_range": _("Choose a distance from 0.5 to 100 km."),
    }

    def rounded(self, number: Decimal) -> Decimal:
        return number.quantize(Decimal("0.1"), ROUND_HALF_UP)

    def prepare_value(self, value: Any) -> Any:
        return number_format(value.normalize()) if isinstance(value, Decimal) else value


class MonthsField(_NumberField):
    """How long: "6", "6 maanden", "1,5 jaar"."""

    units = dict.fromkeys(
        ("", "mnd", "maand", "maanden", "month", "months"), Decimal(1)
    )
    units |= dict.fromkeys(("jaar", "jaren", "jr", "year", "years"), Decimal(12))
    least, most = Decimal(1), Decimal(240)
    default_error_messages = {
        "invalid": _(
            "‘%(value)s’ is not a number of months. For example 12, or 1 jaar."
        ),
        "out_of_range": _("Choose from 1 to 240 months."),
    }

    def rounded(self, number: Decimal) -> int:
        return int(number.quantize(Decimal(1), ROUND_HALF_UP))

    def in_words(self, value: Any) -> str:
        """The duration that `value` stands for, in years where it is so many."""
        try:
            months = value if isinstance(value, int) else self.to_python(value)
        except ValidationError:
            return ""
        return months_in_words(months) if months else ""


class _Clearable:
    """Offers to take all ticks away in one press, once there are any.

    Set `stored` to the mask that stands there now. Ticked beside the very boxes that
    came with the page, "not asked yet" means these; beside others it is a question.
    """

    NOT_ASKED = "not_asked"
    stored: int | None = None
    not_asked_label = _("Not asked yet: take these ticks away")

    def clean(self, value: Any) -> Any:
        codes = list(value or [])
        if self.NOT_ASKED not in codes:
            return super().clean(codes)  # type: ignore[misc]
        others = [code for code in codes if code != self.NOT_ASKED]
        came: list[str] = self.prepare_value(self.stored) or []  # type: ignore[attr-defined]
        if others and set(others) != set(came):
            raise ValidationError(
                _("You also changed other boxes. Choose one of the two."), code="both"
            )
        return super().clean([])  # type: ignore[misc]


class WishedKindsField(_Clearable, KindsField):
    """Kinds of support; nothing ticked is "not asked yet"."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, empty_value=0, **kwargs)

    def offer_to_clear(self, stored: int | None) -> None:
        """Shows the way back to "not asked yet" beside what stands there."""
        self.stored = stored
        if stored:
            self.choices = [*self.choices, (self.NOT_ASKED, self.not_asked_label)]


class AgesField(WishedKindsField):
    """Ages from 0 to 17, each a box, and groups of them to tick at once."""

    def __init__(self, **kwargs: Any) -> None:
        years = [(year, str(year)) for year in range(OLDEST + 1)]
        groups = [(code, name) for code, (_years, name) in AGE_GROUPS.items()]
        super().__init__(
            choices=[(_("Choose quickly"), groups), (_("Or year by year"), years)],
            widget=forms.CheckboxSelectMultiple(attrs={"class": "opts-row opts-small"}),
            **kwargs,
        )

    def clean(self, value: Any) -> int | None:
        codes: set[str] = set()
        for code in value or []:
            years, _name = AGE_GROUPS.get(code, ([code], ""))
            codes |= set(map(str, years))
        return super().clean(sorted(codes))

    def offer_to_clear(self, stored: int | None) -> None:
        self.stored = stored
        if stored:
            clear = (self.NOT_ASKED, self.not_asked_label)
            self.choices = [*self.choices, ("", [clear])]


class WishedMomentsField(_Clearable, MomentsField):
    """The week: every week alike, and what holds in even or odd weeks only."""

    widget = WishedWeekWidget

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, night=True, **kwargs)

    def offer_to_clear(self, stored: int | None) -> None:
        """Shows the way back to "not asked yet" beside what stands there."""
        self.stored = stored
        clear = (self.NOT_ASKED, self.not_asked_label)
        self.widget.clear = [clear] if stored is not None else []


class SpokenField(KindsField):
    """The languages of one person; nothing ticked is "not asked yet"."""

    def __init__(self, *, spoken: int, **kwargs: Any) -> None:
        first = [
            one for one in Language if one in COMMON_LANGUAGES or spoken >> one & 1
        ]
        others = [one for one in Language if one not in first]
        super().__init__(
            choices=[(one.value, one.label) for one in (*first, *others)],
            required=False,
            empty_value=0,
            widget=FoldedBoxes(n_first=len(first)),
            **kwargs,
        )


class FoldedBoxes(forms.CheckboxSelectMultiple):
    """Boxes of which only the first few stand open."""

    template_name = "house/widgets/folded_boxes.html"

    def __init__(self, *, n_first: int) -> None:
        super().__init__(attrs=ROW)
        self.n_first = n_first

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        options = [
            option
            for _group, some, _n in context["widget"]["optgroups"]
            for option in some
        ]
        others = options[self.n_first :]
        context["widget"] |= {
            "first": options[: self.n_first],
            "others": others,
            "open": any(option["selected"] for option in others),
        }
        return context


class SourceFields(forms.Form):
    """How and when it was told: asked once for all that changes at a time."""

    ASKED = [
        (one.value, one.label)
        for one in FactSource.Source
        if one not in (FactSource.Source.APPLICATION, FactSource.Source.PROPOSAL)
    ]

    source = forms.ChoiceField(
        label=_("How do you know this?"),
        choices=ASKED,
        initial=FactSource.Source.TELEPHONE,
        required=False,
        widget=forms.RadioSelect(attrs=ROW),
    )
    told_on = ForgivingDateField(label=_("On which day?"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["told_on"].initial = timezone.localdate

    def clean_source(self) -> str:
        return self.cleaned_data["source"] or FactSource.Source.TELEPHONE

    def clean_told_on(self) -> dt.date:
        """The day; today when nothing was filled in."""
        today = timezone.localdate()
        day = self.cleaned_data["told_on"] or today
        if day > today:
            raise ValidationError(gettext("This day is still to come."), code="future")
        return day

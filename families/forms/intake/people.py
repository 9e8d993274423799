"""Who lives there, or for whom support is asked: rows of people."""

from collections.abc import Iterator
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from families.forms.fields import AgeField, CleanTextField
from families.forms.intake.step import OLDEST_CHILD, Data, Line, StepForm
from families.services.intake.told import ChildTold, Typed

MOST_CHILDREN = 12
MOST_ADULTS = 6


class RowsForm(StepForm):
    """The same questions for each child; rows come and go by a button.

    Attributes:
        row_fields: names of the questions in a row.
        carried: names of what a row says without being asked, where it is known.
    """

    row_fields: ClassVar[tuple[str, ...]] = ()
    carried: ClassVar[tuple[str, ...]] = ()
    ADD, REMOVE, ROWS = "add", "remove", "rows"

    def build(self, shown: Data | None) -> None:
        self.n_rows = self._count(shown)
        for number in range(self.n_rows):
            for name in self.row_fields:
                self.fields[f"{name}-{number}"] = self.row_field(name)
            for name in self.carried:
                if shown and shown.get(f"{name}-{number}"):
                    self.fields[f"{name}-{number}"] = forms.CharField(
                        max_length=10, required=False, widget=forms.HiddenInput
                    )

    def row_field(self, name: str) -> forms.Field:
        """A field for one question of a row."""
        raise NotImplementedError

    def kept(self) -> Typed:
        return super().kept() | {self.ROWS: [str(self.n_rows)]}

    def changed_rows(self) -> tuple[Typed, int] | None:
        """What is typed after a press on "one more" or "remove"; None without one.

        Returns:
            what is kept, and the index of the row to go on with.
        """
        kept = self.kept()
        if self.ADD in self.data:
            count = min(self.n_rows + 1, MOST_CHILDREN)
            return kept | {self.ROWS: [str(count)]}, count - 1
        gone = self.data.get(self.REMOVE, "")
        if gone not in map(str, range(self.n_rows)):
            return None
        stay = [number for number in range(self.n_rows) if str(number) != gone]
        moved = {
            f"{name}-{new}": kept[f"{name}-{old}"]
            for new, old in enumerate(stay)
            for name in (*self.carried, *self.row_fields)
            if f"{name}-{old}" in kept
        }
        others = {name: typed for name, typed in kept.items() if "-" not in name}
        return others | moved | {self.ROWS: [str(len(stay))]}, max(0, int(gone) - 1)

    def shown_rows(self) -> Iterator[dict[str, Any]]:
        """Each row: its index, its number for people, and its fields."""
        for index in range(self.n_rows):
            fields = [self[f"{name}-{index}"] for name in self.row_fields]
            names = (f"{name}-{index}" for name in self.carried)
            carried = [self[name] for name in names if name in self.fields]
            row = {"index": index, "number": index + 1}
            yield row | {"fields": fields, "carried": carried}

    @property
    def may_grow(self) -> bool:
        return self.n_rows < MOST_CHILDREN

    def _count(self, shown: Data | None) -> int:
        told = shown.get(self.ROWS, "") if shown else ""
        if not (told.isascii() and told.isdecimal()):
            return 1
        # Only the first figures: nobody has more children, and a huge number is slow.
        return min(max(int(told[:3]), 1), MOST_CHILDREN)


class _AgeUnlessUnbornField(AgeField):
    """An age that the form asks for, unless the box beside it is ticked."""

    default_error_messages = {
        "required": _(
            "Fill in the age. Use a number. For example 6. Or choose ‘Not born yet’."
        ),
        "invalid": _(
            "Fill in the age. Use a number. For example 6. Or choose ‘Not born yet’."
        ),
    }

    def validate(self, value: int | None) -> None:
        """Leaves an empty age to the form."""


class ChildrenForm(RowsForm):
    """The children for whom support is asked: an age each, or not born yet."""

    heading = _("For which children do you ask for support?")
    why = _(
        "A support family wants to know how old the children are. We do not ask for a"
        " date of birth."
    )
    row_fields = ("name", "age", "unborn")
    carried = ("who",)

    def row_field(self, name: str) -> forms.Field:
        if name == "name":
            return CleanTextField(
                label=_("Name or letter"), max_length=60, required=False
            )
        if name == "age":
            return _AgeUnlessUnbornField(label=_("Age"), oldest=OLDEST_CHILD)
        return forms.BooleanField(label=_("Not born yet"), required=False)

    def build(self, shown: Data | None) -> None:
        super().build(shown)
        if self.n_rows > 1:
            # In the list above the form it must be clear which child is meant.
            for index in range(self.n_rows):
                message = gettext(
                    "Fill in the age of child %(number)d. Use a number. For example 6."
                    " Or choose ‘Not born yet’."
                ) % {"number": index + 1}
                for code in ("required", "invalid"):
                    self.fields[f"age-{index}"].error_messages[code] = message

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        for index in range(self.n_rows):
            name = f"age-{index}"
            told, unborn = cleaned.get(name), cleaned.get(f"unborn-{index}")
            if name in self.errors or (self._is_empty(index) and self._told_rows()):
                continue
            if told is None and not unborn:
                message = self.fields[name].error_messages["required"]
                self.add_error(name, forms.ValidationError(message, code="required"))
            if told is not None and unborn:
                self.add_error(name, _("Choose one: an age, or ‘Not born yet’."))
        return cleaned

    def children(self) -> list[ChildTold]:
        """The children as they were told."""
        answers = self.cleaned_data
        return [
            ChildTold(
                answers[f"age-{index}"],
                answers[f"name-{index}"],
                reference=answers.get(f"who-{index}", ""),
            )
            for index in self._told_rows()
        ]

    def _is_empty(self, index: int) -> bool:
        """Whether nothing is told of a row, as after a press too many."""
        told = self.cleaned_data
        return told.get(f"age-{index}") is None and not (
            told.get(f"name-{index}") or told.get(f"unborn-{index}")
        )

    def _told_rows(self) -> list[int]:
        return [index for index in range(self.n_rows) if not self._is_empty(index)]

    def told(self) -> list[Line]:
        return [
            (
                gettext("Child %(number)d") % {"number": number},
                ", ".join(filter(None, [child.name, _age_in_words(child)])),
            )
            for number, child in enumerate(self.children(), start=1)
        ]


class HomePeopleForm(RowsForm):
    """Who live in the home of a support family; a row left empty is no child."""

    heading = _("Who live in your home?")
    why = _(
        "For a family it matters whether there are children to play with. And every"
        " adult needs a VOG."
    )
    row_fields = ("age",)
    adults = forms.TypedChoiceField(
        label=_("How many adults?"),
        help_text=_("Count yourself too, and children of 18 or older."),
        choices=[(number, number) for number in range(1, MOST_ADULTS + 1)],
        coerce=int,
        widget=forms.RadioSelect(attrs={"class": "opts-row"}),
        error_messages={
            "required": _("Choose how many adults live in your home."),
            "invalid_choice": _("Choose a number on this page."),
        },
    )

    def row_field(self, name: str) -> forms.Field:
        return AgeField(
            label=_("Age"),
            required=False,
            oldest=OLDEST_CHILD,
            error_messages={
                "out_of_range": _(
                    "Fill in an age from 0 to 17. Count older children as adults."
                )
            },
        )

    def ages(self) -> tuple[int, ...]:
        """The ages of the children at home."""
        told = (self.cleaned_data[f"age-{index}"] for index in range(self.n_rows))
        return tuple(age for age in told if age is not None)

    def told(self) -> list[Line]:
        ages = ", ".join(map(str, self.ages()))
        return [
            (_("Adults"), self.cleaned_data["adults"]),
            (_("Ages of the children"), ages or _("No children at home")),
        ]


def _age_in_words(child: ChildTold) -> str:
    if child.age is None:
        return gettext("not born yet")
    words = ngettext("%(age)d year old", "%(age)d years old", child.age)
    return words % {"age": child.age}

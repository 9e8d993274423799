"""Which support, how often and when, and what matters."""

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from families import moments
from families.forms.fields import CleanTextField, KindsField, MomentsField
from families.forms.intake.choices import (
    ELSEWHERE,
    NOT_KNOWN,
    OneOfThese,
    PicturedBoxes,
    PicturedRadios,
)
from families.forms.intake.step import (
    UNKNOWN,
    Data,
    Line,
    StepForm,
    listed,
)
from families.forms.widgets import PARTS, WEEKDAYS, SimpleWeekWidget
from families.services.intake.told import MattersTold
from families.vocabulary import Frequency, SupportKind, mask_of

LONGEST_REMARK = 500
LONGEST_LIKES = 300
OWN_LANGUAGE = _("You may write in your own language.")


class KindsForm(StepForm):
    """Kinds of support; each side names them from where it stands."""

    question = "kinds"
    asks: Any
    nothing_chosen: Any
    names: ClassVar[dict[SupportKind, Any]]
    PICTURES = {
        SupportKind.PLAY.value: "blocks",
        SupportKind.MEAL.value: "utensils",
        SupportKind.SLEEPOVER.value: "moon",
        SupportKind.TRANSPORT.value: "bike",
        SupportKind.HOMEWORK.value: "book-open",
        SupportKind.OUTING.value: "trees",
        SupportKind.BIRTHDAY.value: "cake",
        SupportKind.SCHOOL_TALK.value: "school",
        SupportKind.LISTENING.value: "message-circle",
        SupportKind.OTHER.value: "pencil",
    }
    kinds = KindsField(
        help_text=_("Choose all that fits. You can change it later."),
        unknown_label=UNKNOWN,
        widget=PicturedBoxes(pictures=PICTURES),
        error_messages={"invalid_choice": ELSEWHERE},
    )
    kinds_other = CleanTextField(
        label=_("Something else: what?"),
        max_length=300,
        required=False,
        widget=forms.TextInput(attrs={"dir": "auto", "autocomplete": "off"}),
    )

    def build(self, shown: Data | None) -> None:
        field = self.fields["kinds"]
        field.label = self.asks
        field.error_messages["required"] = self.nothing_chosen
        field.choices = [
            *((kind.value, name) for kind, name in self.names.items()),
            (KindsField.UNKNOWN, UNKNOWN),
        ]

    def mask(self) -> int:
        """The kinds as bits; words about something else tick that box too."""
        other = mask_of([SupportKind.OTHER]) if self.cleaned_data["kinds_other"] else 0
        return (self.cleaned_data["kinds"] or 0) | other

    def told(self) -> list[Line]:
        mask = self.cleaned_data["kinds"] or 0
        chosen = [name for kind, name in self.names.items() if mask >> kind & 1]
        lines = [(self.asks, listed(chosen) or UNKNOWN)]
        if self.cleaned_data["kinds_other"]:
            label = self.fields["kinds_other"].label
            lines.append((label, self.cleaned_data["kinds_other"]))
        return lines


class RequestKindsForm(KindsForm):
    asks = _("What would help you?")
    nothing_chosen = _(
        "Choose what would help you. Or choose ‘I do not know that yet’."
    )
    why = _("So we look for a family that would like to do this too.")
    names = {
        SupportKind.PLAY: _("My child plays at another family's home"),
        SupportKind.MEAL: _("My child has a meal there"),
        SupportKind.SLEEPOVER: _("My child sleeps there now and then"),
        SupportKind.TRANSPORT: _(
            "Somebody brings or fetches my child (school, sport, swimming lessons)"
        ),
        SupportKind.HOMEWORK: _("A quiet place for homework"),
        SupportKind.OUTING: _("Doing something nice together"),
        SupportKind.BIRTHDAY: _("Help with a birthday"),
        SupportKind.SCHOOL_TALK: _("Somebody comes along to a talk at school"),
        SupportKind.LISTENING: _("Somebody to talk to"),
        SupportKind.OTHER: _("Something else"),
    }


FREQUENCY_PICTURES = {
    Frequency.WEEKLY: "calendar-days",
    Frequency.FORTNIGHTLY: "calendar-range",
    Frequency.MONTHLY: "calendar",
    Frequency.NOW_AND_THEN: "shuffle",
}
HOW_OFTEN = [
    (Frequency.WEEKLY, _("Every week")),
    (Frequency.FORTNIGHTLY, _("Every other week")),
    (Frequency.MONTHLY, _("Once a month")),
    (Frequency.NOW_AND_THEN, _("Now and then")),
    (NOT_KNOWN, UNKNOWN),
]


class RequestFrequencyForm(StepForm):
    """How often."""

    question = "frequency"
    why = _("Not every family has the same amount of time.")
    frequency = OneOfThese(
        label=_("How often would support be nice?"),
        help_text=_("Choose what fits best now"),
        choices=HOW_OFTEN,
        widget=PicturedRadios(pictures=FREQUENCY_PICTURES),
        error_messages={
            "required": _("Choose how often. Or choose ‘I do not know that yet’.")
        },
    )

    def told(self) -> list[Line]:
        chosen = self.cleaned_data["frequency"]
        words = dict(HOW_OFTEN).get(chosen, UNKNOWN)
        return [(self.fields["frequency"].label, words)]


class MomentsForm(StepForm):
    """The week, of a family that asks or gives: simply, or exactly."""

    question = "moments"
    asks: Any
    moments = MomentsField(
        help_text=_("Choose all moments that suit you. Nothing is fixed yet."),
        widget=SimpleWeekWidget,
    )

    def build(self, shown: Data | None) -> None:
        self.fields["moments"].label = self.asks

    def told(self) -> list[Line]:
        mask = self.cleaned_data["moments"]
        return [(self.asks, UNKNOWN if mask is None else moments_in_words(mask))]


class RequestMomentsForm(MomentsForm):
    """When support would help."""

    asks = _("When would support help?")
    why = _("We look for a family that can at the same moments.")


class MattersForm(StepForm):
    """What they would rather have. Nothing ticked is: nobody knows."""

    question = "matters"
    why = _("Then a family really fits you.")
    NO_ANIMALS, NO_SMOKING, CHILDREN, NO_CAR = "animals", "smoking", "children", "car"
    CHOICES = [
        (NO_ANIMALS, _("Rather no animals in the house")),
        (NO_SMOKING, _("Rather no smoking in the house")),
        (CHILDREN, _("Rather a family with children")),
        (NO_CAR, _("Rather close by, we have no car")),
    ]
    PICTURES = {
        NO_ANIMALS: "paw-print",
        NO_SMOKING: "cigarette-off",
        CHILDREN: "users",
        NO_CAR: "footprints",
    }
    matters = forms.MultipleChoiceField(
        label=_("What is important to you?"),
        help_text=_(
            "Do not write down medical things. You talk about those with the"
            " coordinator."
        ),
        choices=CHOICES,
        required=False,
        widget=PicturedBoxes(pictures=PICTURES),
        error_messages={"invalid_choice": ELSEWHERE},
    )
    remarks = CleanTextField(
        label=_("What else should we know?"),
        help_text=OWN_LANGUAGE,
        max_length=LONGEST_REMARK,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4, "dir": "auto"}),
    )

    def matters_told(self) -> MattersTold:
        """What was ticked."""
        chosen = self.cleaned_data["matters"]
        return MattersTold(
            no_animals=self.NO_ANIMALS in chosen,
            no_smoking=self.NO_SMOKING in chosen,
            with_children=self.CHILDREN in chosen,
            no_car=self.NO_CAR in chosen,
        )

    def told(self) -> list[Line]:
        chosen = self.cleaned_data["matters"]
        words = listed(name for value, name in self.CHOICES if value in chosen)
        return [
            (self.fields["matters"].label, words),
            (self.fields["remarks"].label, self.cleaned_data["remarks"]),
        ]


class LikesForm(StepForm):
    """What they bring: both sides are asked."""

    question = "likes"
    why = _(
        "Every family has something to give. Families often find each other in what"
        " they like."
    )
    likes = CleanTextField(
        label=_("What does your family like to do?"),
        help_text=_("For example cooking, football, gardening, music"),
        max_length=LONGEST_LIKES,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4, "dir": "auto"}),
    )

    def told(self) -> list[Line]:
        return [(self.fields["likes"].label, self.cleaned_data["likes"])]


def moments_in_words(mask: int) -> str:
    """The simple choices, then day by day: "At the weekend; Wednesday: afternoon"."""
    simple, rest = SimpleWeekWidget.simple_in(mask)
    lines = [str(SimpleWeekWidget.SIMPLE[code][0]) for code in simple]
    days: dict[int, list[str]] = {}
    for weekday, part in moments.slots_in(rest):
        days.setdefault(weekday, []).append(str(PARTS[part]).lower())
    lines += [f"{WEEKDAYS[day]}: {', '.join(parts)}" for day, parts in days.items()]
    return "; ".join(lines)

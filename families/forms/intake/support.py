"""Which support, when, and within which limits."""

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from families import moments
from families.forms.fields import AgeField, CleanTextField, KindsField, MomentsField
from families.forms.intake.step import (
    FACTS,
    OLDEST_CHILD,
    UNKNOWN,
    YES_NO_UNKNOWN,
    Data,
    Line,
    StepForm,
    listed,
)
from families.forms.widgets import PARTS, WEEKDAYS
from families.vocabulary import SupportKind, mask_of


class KindsForm(StepForm):
    """Kinds of support; each side names them from where it stands."""

    question = "kinds"
    asks: Any
    nothing_chosen: Any
    names: ClassVar[dict[SupportKind, Any]]
    kinds = KindsField(
        help_text=_("Choose all that fits. You can change it later."),
        unknown_label=UNKNOWN,
        error_messages={"invalid_choice": _("Choose from the answers on this page.")},
    )
    kinds_other = CleanTextField(
        label=_("Something else: what?"), max_length=300, required=False
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


class SupportKindsForm(KindsForm):
    asks = _("What would you like to do?")
    nothing_chosen = _(
        "Choose what you would like to do. Or choose ‘I do not know that yet’."
    )
    why = _("So we look for a family that asks for just this.")
    names = {
        SupportKind.PLAY: _("A child plays at our home"),
        SupportKind.MEAL: _("A child has a meal with us"),
        SupportKind.SLEEPOVER: _("A child sleeps at our home now and then"),
        SupportKind.TRANSPORT: _(
            "We bring or fetch a child (school, sport, swimming lessons)"
        ),
        SupportKind.HOMEWORK: _("A quiet place for homework at our home"),
        SupportKind.OUTING: _("Doing something nice together"),
        SupportKind.BIRTHDAY: _("Help with a birthday"),
        SupportKind.SCHOOL_TALK: _("We come along to a talk at school"),
        SupportKind.LISTENING: _("We listen to a parent"),
        SupportKind.OTHER: _("Something else"),
    }


class MomentsForm(StepForm):
    """The week, of a family that asks or gives."""

    question = "moments"
    asks: Any
    moments = MomentsField(
        help_text=_("Choose all moments that suit you. Nothing is fixed yet.")
    )

    def build(self, shown: Data | None) -> None:
        self.fields["moments"].label = self.asks

    def told(self) -> list[Line]:
        mask = self.cleaned_data["moments"]
        return [(self.asks, UNKNOWN if mask is None else _moments_in_words(mask))]


class RequestMomentsForm(MomentsForm):
    asks = _("When would support help?")
    why = _("We look for a family that can at the same moments.")


class SupportMomentsForm(MomentsForm):
    asks = _("When could you give support?")
    why = _("We look for a family that asks for the same moments.")


class LimitsForm(StepForm):
    """What is in the house, how far, and for which ages. Unknown is never no."""

    heading = _("Your home and your limits")
    why = _(
        "Some children cannot be near animals or smoke. And what does not suit you, we"
        " do not propose."
    )
    LABELS = {
        "dog": _("Do you have a dog?"),
        "cat": _("Do you have a cat?"),
        "other_animal": _("Do you have another animal?"),
        "smoking": _("Does somebody smoke indoors?"),
    }
    max_distance_km = forms.TypedChoiceField(
        label=_("How far may it be?"),
        choices=[
            ("1", _("On foot (1 km)")),
            ("3", _("By bicycle (3 km)")),
            ("10", _("By car (10 km)")),
            ("unknown", UNKNOWN),
        ],
        coerce=lambda value: int(value) if value.isdecimal() else None,
        empty_value=None,
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose how far. Or choose ‘I do not know that yet’."),
            "invalid_choice": _("Choose from the answers on this page."),
        },
    )
    youngest = AgeField(label=_("From which age?"), required=False, oldest=OLDEST_CHILD)
    oldest = AgeField(
        label=_("Up to and including which age?"), required=False, oldest=OLDEST_CHILD
    )

    def build(self, shown: Data | None) -> None:
        facts = {
            name: forms.TypedChoiceField(
                label=label,
                choices=YES_NO_UNKNOWN,
                coerce=FACTS.__getitem__,
                empty_value=None,
                widget=forms.RadioSelect(attrs={"class": "opts-row"}),
                error_messages={
                    "required": gettext(
                        "Choose yes, no or ‘I do not know that yet’ at ‘%(label)s’."
                    )
                    % {"label": label},
                    "invalid_choice": _("Choose from the answers on this page."),
                },
            )
            for name, label in self.LABELS.items()
        }
        self.fields = facts | self.fields

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        youngest, oldest = cleaned.get("youngest"), cleaned.get("oldest")
        if youngest is not None and oldest is not None and youngest > oldest:
            self.add_error(
                "oldest", _("This age is lower than the one above. Look once more.")
            )
        return cleaned

    def ages(self) -> int:
        """The ages as bits; 0 when neither age was told."""
        youngest, oldest = self.cleaned_data["youngest"], self.cleaned_data["oldest"]
        if youngest is None and oldest is None:
            return 0
        last = OLDEST_CHILD if oldest is None else oldest
        return mask_of(range(youngest or 0, last + 1))

    def told(self) -> list[Line]:
        answers = self.cleaned_data
        words = {fact: dict(YES_NO_UNKNOWN)[word] for word, fact in FACTS.items()}
        distances = {
            None if value == "unknown" else int(value): name
            for value, name in self.fields["max_distance_km"].choices
        }
        return [
            *((label, words[answers[name]]) for name, label in self.LABELS.items()),
            (_("How far may it be?"), distances[answers["max_distance_km"]]),
            *(
                (self.fields[name].label, answers[name])
                for name in ("youngest", "oldest")
                if answers[name] is not None
            ),
        ]


def _moments_in_words(mask: int) -> str:
    """Day by day: "Wednesday: afternoon; Saturday: morning, afternoon"."""
    days: dict[int, list[str]] = {}
    for weekday, part in moments.slots_in(mask):
        days.setdefault(weekday, []).append(str(PARTS[part]).lower())
    lines = [f"{WEEKDAYS[day]}: {', '.join(parts)}" for day, parts in days.items()]
    if mask & moments.SCHOOL_HOLIDAYS:
        lines.append(gettext("In the school holidays"))
    return "; ".join(lines)

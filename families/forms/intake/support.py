"""Which support, when, and within which limits."""

from typing import Any, ClassVar

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from families import moments
from families.forms.fields import CleanTextField, KindsField, MomentsField
from families.forms.intake.step import (
    UNKNOWN,
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


def _moments_in_words(mask: int) -> str:
    """Day by day: "Wednesday: afternoon; Saturday: morning, afternoon"."""
    days: dict[int, list[str]] = {}
    for weekday, part in moments.slots_in(mask):
        days.setdefault(weekday, []).append(str(PARTS[part]).lower())
    lines = [f"{WEEKDAYS[day]}: {', '.join(parts)}" for day, parts in days.items()]
    if mask & moments.SCHOOL_HOLIDAYS:
        lines.append(gettext("In the school holidays"))
    return "; ".join(lines)

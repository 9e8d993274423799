"""Questions to a family that wants to give support."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from families.forms.fields import AgeField
from families.forms.intake.contact import ContactForm
from families.forms.intake.step import (
    FACTS,
    OLDEST_CHILD,
    UNKNOWN,
    YES_NO_UNKNOWN,
    Data,
    Line,
    StepForm,
)
from families.forms.intake.support import KindsForm, MomentsForm
from families.vocabulary import SupportKind, mask_of


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


class SupportContactForm(ContactForm):
    """The same, and the VOG that every adult at home needs."""

    VOG = [("yes", _("Yes")), ("question", _("I have a question about this"))]
    vog = forms.ChoiceField(
        label=_("Would you like to apply for a VOG?"),
        help_text=_(
            "A VOG is a letter from the government. It says that there is no objection"
            " to you being with children. It is free. Every adult in your home needs"
            " one. The coordinator helps you with it."
        ),
        choices=VOG,
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose yes, or ‘I have a question about this’."),
            "invalid_choice": _("Choose from the answers on this page."),
        },
    )

    def build(self, shown: Data | None) -> None:
        self.fields["email"].help_text = _(
            "Then you get an e-mail that we have your offer."
        )

    def vog_note(self) -> str:
        """What the coordinator should know before asking for the VOG."""
        if self.cleaned_data["vog"] == "yes":
            return ""
        return gettext("Has a question about the VOG.")

    def told(self) -> list[Line]:
        vog = dict(self.VOG)[self.cleaned_data["vog"]]
        return [*super().told(), (_("VOG"), vog)]

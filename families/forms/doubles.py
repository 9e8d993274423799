"""Whose answer counts when two households are the same family."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from families.doubles import Choice
from families.forms.base import HouseForm
from families.services.merging import Side

NOTHING = _("not asked yet")


class MergeHouseholdsForm(HouseForm, forms.Form):
    """One question for everything that the two applications say differently."""

    def __init__(self, *args: Any, choices: list[Choice], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for choice in choices:
            self.fields[choice.key] = forms.ChoiceField(
                label=choice.label[:1].upper() + choice.label[1:],
                choices=_answers(choice),
                initial=choice.likely,
                widget=forms.RadioSelect,
                error_messages={
                    "required": gettext("Choose what is right at ‘%(label)s’.")
                    % {"label": choice.label},
                    "invalid_choice": _("Choose from the answers on this page."),
                },
            )

    def sides(self) -> dict[str, Side]:
        """Whose answer counts, by the key of each choice."""
        return {name: self.cleaned_data[name] for name in self.fields}


def _answers(choice: Choice) -> list[tuple[Side, str]]:
    answers: list[tuple[Side, str]] = [
        (
            "later",
            gettext("%(words)s (second application)")
            % {"words": choice.later or NOTHING},
        ),
        (
            "earlier",
            gettext("%(words)s (first application)")
            % {"words": choice.earlier or NOTHING},
        ),
    ]
    if choice.both:
        answers.insert(0, ("both", gettext("The children of both applications")))
    return answers

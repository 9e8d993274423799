"""In which language somebody likes best to talk with us."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import get_language, get_language_info
from django.utils.translation import gettext_lazy as _

from families.forms.fields import CleanTextField
from families.forms.intake.choices import ELSEWHERE, LanguageRadios, PicturedRadios
from families.forms.intake.step import (
    FACTS,
    YES_NO_UNKNOWN,
    Data,
    Line,
    StepForm,
)
from families.services.intake.told import LanguageTold
from families.vocabulary import Language

LONGEST_NAME = 60
# The languages of this site come first, each in its own words.
OF_THE_SITE = {
    "nl": Language.DUTCH,
    "en": Language.ENGLISH,
    "ar": Language.ARABIC,
    "pl": Language.POLISH,
    "tr": Language.TURKISH,
    "uk": Language.UKRAINIAN,
}


class LanguageForm(StepForm):
    """One language, and whether talking needs an interpreter."""

    question = "language"
    OTHER = "other"
    why = _(
        "Then we look for somebody who speaks your language. Or we arrange help with"
        " the talk."
    )
    language = forms.ChoiceField(
        label=_("In which language do you like best to talk with us?"),
        help_text=_("Choose a language"),
        widget=LanguageRadios(pictures={OTHER: "languages"}),
        error_messages={
            "required": _("Choose a language."),
            "invalid_choice": ELSEWHERE,
        },
    )
    which = forms.TypedChoiceField(
        label=_("Which language is that?"),
        coerce=lambda value: Language(int(value)),
        empty_value=None,
        required=False,
        error_messages={"invalid_choice": ELSEWHERE},
    )
    which_other = CleanTextField(
        label=_("Is your language not in the list? Write it here."),
        max_length=LONGEST_NAME,
        required=False,
        widget=forms.TextInput(attrs={"dir": "auto", "autocomplete": "off"}),
    )
    interpreter = forms.ChoiceField(
        label=_("Do you need an interpreter?"),
        choices=YES_NO_UNKNOWN,
        required=False,
        widget=PicturedRadios(attrs={"class": "opts-row"}),
        error_messages={
            "required": _(
                "Choose whether you need an interpreter. Or choose ‘I do not know that"
                " yet’."
            ),
            "invalid_choice": ELSEWHERE,
        },
    )

    def build(self, shown: Data | None) -> None:
        self.fields["language"].choices = [
            *((code, get_language_info(code)["name_local"]) for code in OF_THE_SITE),
            (self.OTHER, _("Another language")),
        ]
        others = [
            (one.value, one.label)
            for one in sorted(Language, key=lambda one: str(one.label).casefold())
            if one not in OF_THE_SITE.values() and one != Language.OTHER
        ]
        self.fields["which"].choices = [("", _("Choose a language")), *others]
        # In words that follow from the choice above, not from the field.
        for name in ("which", "interpreter"):
            self.fields[name].mark_optional = False
        self.fields["language"].initial = get_language()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        chosen = cleaned.get("language")
        if chosen is None:
            return cleaned
        named = cleaned.get("which") is not None or cleaned.get("which_other")
        wrong = {"which", "which_other"} & self.errors.keys()
        if chosen == self.OTHER and not named and not wrong:
            message = self.fields["language"].error_messages["required"]
            self.add_error("which", forms.ValidationError(message, code="required"))
        asks = chosen != settings.LANGUAGE_CODE and "interpreter" not in self.errors
        if asks and not cleaned.get("interpreter"):
            message = self.fields["interpreter"].error_messages["required"]
            self.add_error(
                "interpreter", forms.ValidationError(message, code="required")
            )
        return cleaned

    def language_told(self) -> LanguageTold:
        """The language; another one as it was chosen or written."""
        answers = self.cleaned_data
        interpreter = FACTS.get(answers["interpreter"])
        chosen = OF_THE_SITE.get(answers["language"])
        if chosen is not None:
            return LanguageTold(chosen, interpreter_needed=interpreter)
        which = answers["which"]
        other = "" if which is not None else answers["which_other"]
        return LanguageTold(
            Language.OTHER if which is None else which, other, interpreter
        )

    def told(self) -> list[Line]:
        answers = self.cleaned_data
        told = self.language_told()
        lines: list[Line] = [
            (self.fields["language"].label, told.other or told.language.label)
        ]
        if answers["interpreter"]:
            words = dict(YES_NO_UNKNOWN)[answers["interpreter"]]
            lines.append((self.fields["interpreter"].label, words))
        return lines

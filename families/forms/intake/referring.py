"""What a professional who refers a family is asked: four pages, parents first."""

import re
from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from families.forms import parsing
from families.forms.base import HouseForm
from families.forms.fields import (
    CleanTextField,
    KindsField,
    PostcodeField,
    ShortAnswerField,
    TelephoneField,
)
from families.forms.guard import GuardedForm
from families.forms.intake.people import MOST_CHILDREN
from families.forms.intake.place import WhichMunicipalityForm
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
from families.models import PostcodeArea, Referrer
from families.services.intake.referring import ReferredTold, ReferrerTold
from families.services.intake.told import ChildTold, HomeTold
from families.vocabulary import Language, SupportKind

FAMILY = "gezin"
LONGEST_TEXT = 300
ELSEWHERE = _("Choose from the answers on this page.")
NOT_AN_ADDRESS = _("This is not an e-mail address. For example naam@voorbeeld.nl.")

# In each language of the pages; Arabic joins its "and" to the number after it.
_BETWEEN_AGES = re.compile(
    r"\s*(?:[,;&+/\n،؛]|\b(?:en|and|i|oraz|ve|ile|\u0456|й|та|و)\b|\bو(?=\d))\s*",
    re.IGNORECASE,
)
_BARE_AGES = re.compile(r"\d{1,2}(?:\s+\d{1,2})+")
_UNBORN = re.compile(
    r"(?:nog )?(?:niet geboren|ongeboren|zwanger)"
    r"|not (?:yet )?born(?: yet)?|unborn|pregnant"
    r"|(?:لم يولد|لم تولد|غير مولود|حامل)(?: بعد)?"
    r"|(?:jeszcze )?(?:nie ?urodzon[aey]|(?:się )?nie (?:się )?urodził[ao]?(?: się)?)"
    r"|w ciąży"
    r"|(?:henüz )?(?:doğmad[ıi]|doğmamış)|hamile"
    r"|(?:ще )?(?:не ?народи(?:лася|лась|вся|лося|лось)|ненароджен\w+)"
    r"|вагітна"
)


class AgesField(ShortAnswerField):
    """Ages of several children on one line, as people write them: "4, 7 jaar en 9".

    Gives a list; None stands for a child that is not born yet.
    """

    default_error_messages = {
        "required": _("Fill in the ages. For example: 4 and 7."),
        "invalid": _("‘%(value)s’ is not an age. Use numbers. For example: 4 and 7."),
        "out_of_range": _(
            "We help children from 0 to 17 years. Look at ‘%(value)s’ once more."
        ),
        "too_many": _("These are too many children. Call us, we think along."),
    }

    def read(self, text: str) -> list[int | None]:
        parts = [part for part in _BETWEEN_AGES.split(text) if part]
        ages = [age for part in parts for age in self._ages_in(part)]
        if not ages:
            raise self.error("invalid", text)
        if len(ages) > MOST_CHILDREN:
            raise self.error("too_many")
        return ages

    def _ages_in(self, part: str) -> list[int | None]:
        if _BARE_AGES.fullmatch(part):
            return [self._age(bare) for bare in part.split()]
        return [self._age(part)]

    def _age(self, part: str) -> int | None:
        if _UNBORN.fullmatch(part.strip(". ").casefold()):
            return None
        try:
            age = parsing.parse_age(part)
        except parsing.NotAnAge as error:
            raise self.error("invalid", part) from error
        if age > OLDEST_CHILD:
            raise self.error("out_of_range", part)
        return age

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {"autocomplete": "off"}


class ParentsKnowForm(GuardedForm, HouseForm, forms.Form):
    """Whether the parents know of it. Before a yes nothing at all is kept."""

    question = "agreed"
    least_seconds = 0
    agreed = forms.ChoiceField(
        label=_("Do the parents know about this?"),
        help_text=_("We only call parents who know about it and agree."),
        choices=[
            ("yes", _("Yes, they are fine with Buurtgezinnen calling them")),
            ("no", _("No, or not yet")),
        ],
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose whether the parents know about this."),
            "invalid_choice": ELSEWHERE,
        },
    )

    @property
    def title(self) -> Any:
        """The heading of the page, for its title."""
        return self.fields["agreed"].label


class ReferrerForm(StepForm):
    """Who refers."""

    heading = _("About you")
    why = _("So we can ask you something, and let you know that we called.")
    name = CleanTextField(
        label=_("Your name"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": _("Fill in your name.")},
    )
    organisation = CleanTextField(
        label=_("Organisation"),
        help_text=_("For example the name of the school or the practice."),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
        error_messages={"required": _("Fill in where you work.")},
    )
    profession = forms.ChoiceField(
        label=_("What is your work?"),
        choices=[
            (Referrer.Profession.GP, _("GP")),
            (Referrer.Profession.SCHOOL, _("School")),
            (Referrer.Profession.TEAM, _("Neighbourhood team")),
            (Referrer.Profession.YOUTH_HEALTH, _("Youth health care (JGZ)")),
            (Referrer.Profession.OTHER, _("Something else")),
        ],
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose what your work is."),
            "invalid_choice": ELSEWHERE,
        },
    )
    telephone = TelephoneField(label=_("Telephone number"))
    email = forms.EmailField(
        label=_("E-mail address"),
        help_text=_("Here you get a message when we have called."),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={
            "required": _("Fill in your e-mail address."),
            "invalid": NOT_AN_ADDRESS,
        },
    )

    def referrer(self) -> ReferrerTold:
        """Who refers, as it was told."""
        return ReferrerTold(**{name: self.cleaned_data[name] for name in self.fields})

    def told(self) -> list[Line]:
        answers = self.cleaned_data
        return [
            (_("Your name"), answers["name"]),
            (_("Organisation"), answers["organisation"]),
            (
                _("What is your work?"),
                dict(self.fields["profession"].choices)[answers["profession"]],
            ),
            (_("Telephone number"), _number(self, answers["telephone"])),
            (_("E-mail address"), answers["email"]),
        ]


class ReferredForm(StepForm):
    """The family that is referred: no more than is needed to call the parent."""

    heading = _("About the family")
    why = _("With this we can call the parent. The parent tells the rest.")
    KINDS = {
        SupportKind.PLAY: _("A child plays at another family's home"),
        SupportKind.MEAL: _("A child has a meal there"),
        SupportKind.SLEEPOVER: _("A child sleeps there now and then"),
        SupportKind.TRANSPORT: _("Somebody brings or fetches a child"),
        SupportKind.HOMEWORK: _("A quiet place for homework"),
        SupportKind.OUTING: _("Doing something nice together"),
        SupportKind.BIRTHDAY: _("Help with a birthday"),
        SupportKind.SCHOOL_TALK: _("Somebody comes along to a talk at school"),
        SupportKind.LISTENING: _("Somebody to talk to"),
        SupportKind.OTHER: _("Something else"),
    }
    parent = CleanTextField(
        label=_("First name of the parent"),
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("Fill in the first name of the parent.")},
    )
    telephone = TelephoneField(
        label=_("Telephone number of the parent"),
        error_messages={
            "required": _("Fill in the telephone number. Then we can call the parent.")
        },
    )
    may_leave_message = forms.TypedChoiceField(
        label=_("May we leave a message for the parent?"),
        help_text=_("Sometimes somebody else listens or reads along."),
        choices=YES_NO_UNKNOWN,
        coerce=FACTS.__getitem__,
        empty_value=None,
        widget=forms.RadioSelect,
        error_messages={
            "required": _(
                "Choose whether we may leave a message. Or choose ‘I do not know that"
                " yet’."
            ),
            "invalid_choice": ELSEWHERE,
        },
    )
    email = forms.EmailField(
        label=_("E-mail address of the parent"),
        help_text=_(
            "May we leave a message? Then the parent gets a link with our questions."
        ),
        max_length=254,
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        error_messages={"invalid": NOT_AN_ADDRESS},
    )
    postcode = PostcodeField(
        label=_("The 4 digits of the family's postcode"),
        help_text=_("For example 1431"),
        digits_only=True,
        error_messages={
            "required": _("Fill in the 4 digits of the postcode. For example 1431."),
            "invalid": _("‘%(value)s’ is not a postcode. Fill in 4 digits."),
        },
    )
    ages = AgesField(
        label=_("Ages of the children"),
        help_text=_("For example: 4 and 7. Not born yet? Then write: not born."),
    )
    language = forms.TypedChoiceField(
        label=_("Which language does the parent speak best?"),
        choices=[("", _("Choose a language")), *Language.choices],
        coerce=lambda value: Language(int(value)),
        error_messages={
            "required": _("Choose a language."),
            "invalid_choice": ELSEWHERE,
        },
    )
    kinds = KindsField(
        label=_("What can a family help with?"),
        help_text=_("Choose all that fits."),
        choices=[(kind.value, name) for kind, name in KINDS.items()],
        unknown_label=UNKNOWN,
        error_messages={
            "required": _(
                "Choose what a family can help with. Or choose ‘I do not know that"
                " yet’."
            ),
            "invalid_choice": ELSEWHERE,
        },
    )
    text = CleanTextField(
        label=_("What else should we know?"),
        help_text=_("No diagnosis, no BSN. Write what the parents may read too."),
        max_length=LONGEST_TEXT,
        multiline=True,
        required=False,
    )

    def build(self, shown: Data | None) -> None:
        for name in ("telephone", "postcode"):
            self.fields[name].widget.attrs["autocomplete"] = "off"

    def clean_postcode(self) -> str:
        postcode = self.cleaned_data["postcode"]
        areas = list(PostcodeArea.objects.of(postcode).select_related("municipality"))
        if not areas:
            raise forms.ValidationError(
                _("We do not know ‘%(postcode)s’. Look at the postcode once more."),
                code="unknown",
                params={"postcode": postcode},
            )
        if len(areas) == 1:
            self.home = HomeTold(areas[0].municipality, areas[0], postcode)
        return postcode

    def family(self) -> ReferredTold:
        """The family, as it was told."""
        answers = self.cleaned_data
        return ReferredTold(
            parent=answers["parent"],
            telephone=answers["telephone"],
            email=answers["email"],
            may_leave_message=answers["may_leave_message"],
            children=tuple(ChildTold(age) for age in answers["ages"]),
            language=answers["language"],
            kinds=answers["kinds"] or 0,
            text=answers["text"],
        )

    def told(self) -> list[Line]:
        answers = self.cleaned_data
        words = {fact: dict(YES_NO_UNKNOWN)[word] for word, fact in FACTS.items()}
        mask = answers["kinds"] or 0
        chosen = [name for kind, name in self.KINDS.items() if mask >> kind & 1]
        values: dict[str, Any] = {
            "parent": answers["parent"],
            "telephone": _number(self, answers["telephone"]),
            "may_leave_message": words[answers["may_leave_message"]],
            "email": answers["email"],
            "postcode": answers["postcode"],
            "ages": listed(map(_age_in_words, answers["ages"])),
            "language": capfirst(answers["language"].label),
            "kinds": listed(chosen) or UNKNOWN,
            "text": answers["text"],
        }
        return [(self.fields[name].label, value) for name, value in values.items()]


class ReferredWhereForm(WhichMunicipalityForm):
    """Which municipality, for a postcode that lies in more than one."""

    why = _("The coordinator of this municipality is going to call the parent.")

    def build(self, shown: Data | None) -> None:
        typed = self.earlier.get(FAMILY, {}).get("postcode", [""])
        self.earlier = {**self.earlier, "postcode": {"postcode": typed}}
        super().build(shown)
        self.fields["area"].label = _("In which municipality does the family live?")
        self.fields["area"].help_text = _(
            "This postcode lies in more than one municipality."
        )


class SendReferralForm(GuardedForm, HouseForm, forms.Form):
    """The box under the page to check everything."""

    agree = forms.BooleanField(
        label=_("The parents agree that you give us this and that we call them."),
        error_messages={
            "required": _(
                "Tick that the parents agree. Without it we cannot call them."
            )
        },
    )


class OwnListForm(GuardedForm, HouseForm, forms.Form):
    """Where the link to what somebody referred may go."""

    email = forms.EmailField(
        label=_("Your e-mail address"),
        help_text=_("The one with which you referred a family."),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={
            "required": _("Fill in your e-mail address."),
            "invalid": NOT_AN_ADDRESS,
        },
    )


def _number(form: StepForm, telephone: str) -> str:
    return form.fields["telephone"].prepare_value(telephone)


def _age_in_words(age: int | None) -> str:
    if age is None:
        return gettext("not born yet")
    return ngettext("%(age)d year old", "%(age)d years old", age) % {"age": age}

"""Forms about a household, and about what it asks or gives."""

import datetime as dt
from typing import Any

from crispy_forms.layout import Div, Fieldset, Layout
from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import get_text_list
from django.utils.translation import gettext_lazy as _

from families.forms.base import CurrentVersionField, HouseForm
from families.forms.fields import (
    CleanTextField,
    ForgivingDateField,
    KindsField,
    MomentsField,
    TelephoneField,
)
from families.forms.meanwhile import ShowsBoth
from families.forms.wish_fields import SourceFields
from families.models import (
    Household,
    Municipality,
    Person,
    SupportOffer,
    SupportRequest,
    User,
)
from families.vocabulary import Frequency

HOME_FACTS = ("dog", "cat", "other_animal", "smoking", "stairs")
PERSON_FACTS = (
    "name",
    "telephone",
    "email",
    "may_leave_message",
    "call_dayparts",
    "interpreter_needed",
)
DAYPARTS = ((0, _("Morning")), (1, _("Afternoon")), (2, _("Evening")))


class YesNoField(forms.TypedChoiceField):
    """Yes, no or not asked yet, which is None and never means no."""

    WORDS = {True: _("Yes"), False: _("No"), None: _("Not asked yet")}

    def __init__(self, **kwargs: Any) -> None:
        choices = [("yes", _("Yes")), ("no", _("No")), ("", _("Not asked yet"))]
        kwargs.setdefault("widget", forms.RadioSelect(attrs={"class": "opts-row"}))
        super().__init__(
            choices=choices,
            coerce=lambda chosen: chosen == "yes",
            empty_value=None,
            required=False,
            **kwargs,
        )

    def prepare_value(self, value: Any) -> Any:
        return {True: "yes", False: "no", None: ""}.get(value, value)


class FactsForm(ShowsBoth, SourceFields):
    """Facts of the home, and how to reach the person who is called."""

    mark_optional = False

    name = CleanTextField(label=_("Who do we call"), max_length=120)
    telephone = TelephoneField(label=_("Telephone"), required=False)
    email = forms.EmailField(label=_("E-mail address"), max_length=254, required=False)
    may_leave_message = YesNoField(label=_("May we leave a message?"))
    call_dayparts = KindsField(
        label=_("When to call"),
        choices=DAYPARTS,
        required=False,
        empty_value=0,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "opts-row"}),
    )
    interpreter_needed = YesNoField(label=_("Is an interpreter needed?"))
    dog = YesNoField(label=_("Is there a dog?"))
    cat = YesNoField(label=_("Is there a cat?"))
    other_animal = YesNoField(label=_("Is there another animal?"))
    smoking = YesNoField(label=_("Does somebody smoke indoors?"))
    stairs = YesNoField(label=_("Are there stairs?"))

    def __init__(
        self,
        *args: Any,
        household: Household,
        person: Person | None,
        **kwargs: Any,
    ) -> None:
        self.now = {name: getattr(household, name) for name in HOME_FACTS}
        if person is not None:
            self.now |= {name: getattr(person, name) for name in PERSON_FACTS}
        kwargs.setdefault("initial", self.now)
        super().__init__(*args, row_version=household.row_version, **kwargs)
        # Somebody of two homes is also changed on the page of the other one.
        self.person_version = person.row_version if person is not None else None
        self.fields["person_version"] = CurrentVersionField(
            widget=forms.HiddenInput, initial=self.person_version, required=False
        )
        if person is None:
            for name in PERSON_FACTS:
                del self.fields[name]
        groups = [
            Fieldset(_("In this home"), *HOME_FACTS, css_class="group"),
            Fieldset(
                _("How do you know what you changed?"),
                "source",
                "told_on",
                css_class="group",
            ),
        ]
        if person is not None:
            groups.insert(
                0,
                Fieldset(
                    _("How to reach them"),
                    Div("name", "telephone", "email", css_class="group-row"),
                    *PERSON_FACTS[3:],
                    css_class="group",
                ),
            )
        self.helper.layout = Layout("row_version", "person_version", *groups)

    def clean(self) -> dict[str, Any] | None:
        """What was typed; stale when home or person changed after it was shown."""
        cleaned = super().clean()
        shown = self.cleaned_data.pop("person_version", None)
        if shown != self.person_version:
            self.tell_stale()
        return cleaned

    def in_words(self, name: str, value: Any) -> Any:
        """A value of a field as the page says it."""
        if isinstance(self.fields[name], YesNoField):
            return YesNoField.WORDS[value]
        if name == "call_dayparts":
            words = [str(word) for bit, word in DAYPARTS if value >> bit & 1]
            return get_text_list(words, _("and")) or _("Not asked yet")
        return super().in_words(name, value)


class ReadyForm(HouseForm, SourceFields):
    """What must still be asked before a family can be searched for."""

    field_order = ["kinds", "moments", "frequency", "source", "told_on"]

    kinds = KindsField(label=_("Which support?"), empty_value=0)
    moments = MomentsField(
        label=_("At which moments?"), help_text=_("Choose all moments that are good.")
    )
    frequency = forms.ChoiceField(
        label=_("How often?"),
        choices=[*Frequency.choices, ("", _("We do not know that yet"))],
        required=False,
        widget=forms.RadioSelect(attrs={"class": "opts-row"}),
    )

    def __init__(
        self, *args: Any, wishes: SupportRequest | SupportOffer, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["moments"].widget.ask_unknown = False
        self.fields["frequency"].initial = ""
        known = {
            "kinds": bool(wishes.kinds),
            "moments": wishes.moments is not None,
            "frequency": bool(wishes.frequency),
        }
        # A support family may be available before its moments are known.
        optional = isinstance(wishes, SupportOffer)
        for name, is_known in known.items():
            if is_known or optional:
                del self.fields[name]
        if not any(name in self.fields for name in known):
            del self.fields["source"], self.fields["told_on"]


class CloseForm(HouseForm, forms.Form):
    """Why a request or offer ends."""

    reason = CleanTextField(
        label=_("Why does it end?"),
        multiline=True,
        max_length=500,
        help_text=_("One sentence is enough. It stands in the course of the family."),
    )


class PauseForm(HouseForm, forms.Form):
    """Until when a request rests."""

    until = ForgivingDateField(
        label=_("Until when does this family take a pause?"),
        help_text=_(
            "On that day you get a task to ask it. Empty means: nobody knows yet."
        ),
        required=False,
    )

    def __init__(self, *args: Any, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def clean_until(self) -> dt.date | None:
        until: dt.date | None = self.cleaned_data["until"]
        if until is not None and until <= self.today:
            raise ValidationError(_("This day has passed. Choose a later day."))
        return until


class StageForm(forms.Form):
    """A button that brings a request or offer into another stage, or a step back."""

    BACK = "back"

    to = forms.ChoiceField(
        choices=[
            (BACK, BACK),
            *SupportRequest.Stage.choices,
            *SupportOffer.Stage.choices,
        ]
    )
    # The stage on the page with the button; a step back asks for it.
    shown = forms.CharField(required=False)


class FamilyFilterForm(HouseForm, forms.Form):
    """Which families the list shows. The names stand in the address, so in Dutch."""

    mark_optional = False

    SIDES = [
        ("", _("Both")),
        ("vraag", _("Request family")),
        ("steun", _("Support family")),
    ]
    STAGES = {
        "bellen": (_("To be called"), ("applied",), ("applied",)),
        "gesprek": (_("In talks"), ("talking",), ("talking",)),
        "klaar": (_("Ready to be matched"), ("waiting",), ("available",)),
        "voorstel": (_("With a proposal"), ("proposed",), ()),
        "gekoppeld": (_("Paired"), ("paired",), ()),
        "pauze": (_("Paused"), ("paused",), ("paused",)),
        "afgerond": (_("Ended"), ("ended", "withdrawn"), ("ended",)),
    }

    kant = forms.ChoiceField(label=_("Which family"), choices=SIDES, required=False)
    fase = forms.ChoiceField(
        label=_("Stage"),
        choices=[
            ("", _("All, without what ended")),
            *((name, label) for name, (label, _r, _o) in STAGES.items()),
        ],
        required=False,
    )
    gemeente = forms.ModelChoiceField(
        label=_("Municipality"),
        queryset=Municipality.objects.none(),
        to_field_name="slug",
        empty_label=_("All"),
        required=False,
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        municipalities = user.municipalities().order_by("name")
        self.fields["gemeente"].queryset = municipalities
        if len(municipalities) == 1:
            del self.fields["gemeente"]

    def chosen(self) -> dict[str, Any]:
        """What to look for, in the words of `families.lists.family_list`.

        An address that somebody spoiled shows all families.
        """
        if not self.is_valid():
            return {}
        sides = {"vraag": "request", "steun": "support"}
        stage = self.STAGES.get(self.cleaned_data["fase"])
        return {
            "side": sides.get(self.cleaned_data["kant"], ""),
            "stages": stage[1:] if stage else None,
            "municipality": self.cleaned_data.get("gemeente"),
        }

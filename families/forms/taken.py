"""One page to note an application by telephone, made of the pages of applications.

The same cleaning and messages hold. What nobody told stays unknown.
"""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from django import forms
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _

from families import texts
from families.forms import intake as pages
from families.forms.contact import FormKeyForm
from families.forms.fields import CleanTextField
from families.forms.intake.step import Data, StepForm
from families.forms.steps import Intake, request_told
from families.models import Municipality, PostcodeArea, User
from families.services.intake.telephone import takes_for
from families.services.intake.told import (
    ChildTold,
    ContactTold,
    HomeTold,
    RequestTold,
    SupportTold,
)

HOME, CONTACT, CONSENT = "postcode", "contact", "akkoord"
# Above each part; the questions themselves are read out.
HEADINGS = {
    CONTACT: _("Who calls"),
    HOME: _("Where they live"),
    "kinderen": _("For which children"),
    "gezin": _("Who live there"),
    "ervaring": _("Experience"),
    "wat": _("Kind of support"),
    "hoevaak": _("How often"),
    "wanneer": _("Moments"),
    "belangrijk": _("What matters"),
    "delen": _("What they like"),
    "grenzen": _("Limits and home"),
    "taal": _("Language"),
    "vog": _("VOG"),
}
# Without these nobody can be called, or guided.
NEEDED = {CONTACT: ("name", "telephone")}
# What is missing, to who types it for somebody else.
MISSING = {
    "name": _("Fill in the name."),
    "telephone": _("Fill in the telephone number."),
    "parent": _("Tick that the caller is a parent or carer of these children."),
    "together": _("Tick that all adults in the home of the caller know about this."),
    "agree": _(
        "Tick that the caller agrees. Without it we cannot call them, or look for a"
        " family."
    ),
}


class Part:
    """Mix in before the form of a page: one part of a longer page.

    Everything may stay open but what `NEEDED` names.
    """

    mark_optional = False
    question = None

    def __init__(self, slug: str, typed: Data | None, **known: Any) -> None:
        self.prefix = slug
        self.needed = NEEDED.get(slug, ())
        super().__init__(typed, **known)

    def build(self, shown: Data | None) -> None:
        # What was left here comes without the name of the part.
        super().build(of_part(shown, self.prefix) if self.is_bound else shown)
        for name, field in self.fields.items():
            field.required = name in self.needed
            if field.required:
                field.error_messages["required"] = MISSING[name]
        if "email" in self.fields:
            # Nothing is mailed: the code is read out.
            self.fields["email"].help_text = ""

    def clean(self) -> dict[str, Any]:
        """What the page demands together may stay open here too."""
        cleaned = super().clean() or self.cleaned_data
        for name, problems in list(self.errors.items()):
            demanded = all(one.code == "required" for one in problems.as_data())
            if demanded and name not in self.needed:
                del self.errors[name]
                cleaned[name] = self.fields[name].clean(None)
        return cleaned


class HomePart(Part, pages.PostcodeForm):
    """Where they live: in a municipality of the colleague who takes the call."""

    municipality = forms.ModelChoiceField(
        Municipality.objects.none(),
        label=_("Municipality"),
        help_text=_(
            "Only for who has no fixed address, or a postcode in two municipalities."
        ),
        empty_label=_("Follows from the postcode"),
        error_messages={
            "invalid_choice": _("Choose one of the municipalities on this page.")
        },
    )

    def __init__(self, *args: Any, user: User, **known: Any) -> None:
        self.user = user
        super().__init__(*args, **known)

    def build(self, shown: Data | None) -> None:
        super().build(shown)
        self.fields["municipality"].queryset = takes_for(self.user, on=self.on)

    def clean_postcode(self) -> str:
        return super().clean_postcode() if self.cleaned_data["postcode"] else ""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if self.errors:
            return cleaned
        postcode, chosen = cleaned["postcode"], cleaned["municipality"]
        self.home = None
        if not postcode and not chosen:
            self.add_error(
                "postcode",
                _(
                    "Fill in the postcode. Or choose the municipality of who has no"
                    " fixed address."
                ),
            )
        elif not postcode:
            self.home = HomeTold(chosen)
        else:
            self._find(postcode, chosen)
        return cleaned

    def _find(self, postcode: str, chosen: Municipality | None) -> None:
        areas = list(
            PostcodeArea.objects.of(postcode)
            .filter(municipality__in=self.fields["municipality"].queryset)
            .select_related("municipality")
        )
        fitting = [area for area in areas if chosen in (None, area.municipality)]
        if not areas:
            self.add_error(
                "postcode", _("In that municipality you take no applications now.")
            )
        elif not fitting:
            self.add_error(
                "municipality", _("The postcode does not lie there. Look once more.")
            )
        elif len(fitting) > 1:
            self.add_error(
                "municipality",
                _("This postcode lies in two municipalities. Choose which it is."),
            )
        else:
            self.home = HomeTold(fitting[0].municipality, fitting[0], postcode)


class MomentsPart(Part, pages.SupportMomentsForm):
    """The week; whether both want to be home is always asked here."""

    def asks_about_both(self) -> bool:
        return True


class TalkForm(FormKeyForm):
    """What else was said, with the key of the form."""

    mark_optional = False
    text = CleanTextField(
        label=_("What else was said?"), multiline=True, max_length=4000, required=False
    )


@dataclass(frozen=True)
class Shown:
    """A part as the page shows it."""

    slug: str
    title: Any
    form: StepForm


class Together(list[Any]):
    """Forms that a page shows as one, for the list of what is wrong."""

    def non_form_errors(self) -> tuple[str, ...]:
        """Nothing is wrong with all of them at once."""
        return ()


class TakenPage:
    """All parts of an application together.

    Args:
        intake: which application.
        user: who takes the call.
        on: today.
        typed: what was sent, or None to show the page.
        judged: whether what was typed is to be right already.
    """

    ADD = "add"

    def __init__(
        self,
        intake: Intake,
        *,
        user: User,
        on: dt.date,
        typed: Data | None = None,
        judged: bool = True,
    ) -> None:
        self.intake = intake
        slugs = [step.slug for step in intake.steps if step.counted]
        # Who calls says the name first.
        slugs.sort(key=lambda slug: slug != CONTACT)
        earlier = {slug: dict(of_part(typed, slug).lists()) for slug in slugs}
        self.forms: dict[str, Any] = {}
        for slug in slugs:
            known: dict[str, Any] = {"earlier": earlier, "on": on}
            if slug == HOME:
                known["user"] = user
            if typed is None or not judged:
                known["left"] = earlier[slug]
            part = _part_of(intake, slug)
            self.forms[slug] = part(slug, typed if judged else None, **known)
        ticked = dict.fromkeys(of_part(typed, CONSENT), True)
        self.consent = intake.consent(
            typed if judged else None, prefix=CONSENT, initial=ticked
        )
        self.consent.mark_optional = False
        for name, field in self.consent.fields.items():
            field.error_messages["required"] = MISSING[name]
        self.talk = TalkForm(typed)

    @property
    def parts(self) -> Iterator[Shown]:
        """The parts in the order of the page."""
        for slug, form in self.forms.items():
            yield Shown(slug, HEADINGS[slug], form)

    @cached_property
    def everything(self) -> Together:
        """All forms of the page, as their controls stand on it."""
        return Together([*self.forms.values(), self.talk, self.consent])

    @property
    def errors(self) -> bool:
        """Whether something is wrong in one of the parts."""
        return any(form.errors for form in self.everything)

    @property
    def warned(self) -> list[Any]:
        """Fields that look as if they hold a citizen service number."""
        return [field for form in self.forms.values() for field in form.warned]

    def is_valid(self) -> bool:
        """Whether all is right, and was looked at where it seems wrong."""
        right = [form.is_valid() for form in self.everything]
        return all(right) and not any(form.is_news for form in self.forms.values())

    def told(self) -> RequestTold | SupportTold:
        """What was told; what stayed open is not known."""
        home = self.forms[HOME].home
        if self.intake.asks:
            return self._asked(home)
        return self._given(home)

    def _asked(self, home: HomeTold) -> RequestTold:
        language = self.forms["taal"]
        told = request_told(self.forms.__getitem__, home)
        return replace(
            told,
            children=tuple(_children(self.forms["kinderen"])),
            contact=_contact(self.forms[CONTACT]),
            language=told.language if language.cleaned_data["language"] else None,
        )

    def _given(self, home: HomeTold) -> SupportTold:
        told = pages.support_told(self.forms.__getitem__, home)
        ages = told.house.ages_of_children
        return replace(
            told,
            contact=_contact(self.forms[CONTACT]),
            house=replace(
                told.house,
                adults=told.house.adults or 1,
                has_children=True if ages else None,
            ),
            limits=replace(
                told.limits,
                only_when_both_home=told.limits.only_when_both_home or None,
            ),
            vog_is_asked=bool(self.forms["vog"].cleaned_data["vog"]),
        )


def one_more_row(typed: Data) -> Data:
    """What was typed, with room for one more child."""
    grown = typed.copy()
    for slug in ("kinderen", "gezin"):
        name = f"{slug}-{pages.RowsForm.ROWS}"
        if name in grown:
            count = grown[name]
            is_number = count.isascii() and count.isdecimal()
            grown[name] = str(int(count[:3]) + 1) if is_number else "1"
    return grown


def of_part(typed: Data | None, slug: str) -> Data:
    """What was typed in one part, as the page itself would send it."""
    start = f"{slug}-"
    found: Mapping[str, list[str]] = {
        name.removeprefix(start): values
        for name, values in (typed.lists() if typed is not None else ())
        if name.startswith(start)
    }
    return MultiValueDict(found)


def read_out() -> texts.ConsentText:
    """The text to which who calls says yes or no."""
    return texts.CONTACT_AND_SEARCH


def _part_of(intake: Intake, slug: str) -> type[StepForm]:
    own = {HOME: HomePart}
    if not intake.asks:
        own["wanneer"] = MomentsPart
    if slug in own:
        return own[slug]
    page = intake.step(slug).form
    return type(f"{page.__name__}Part", (Part, page), {})


def _children(form: pages.ChildrenForm) -> Iterator[ChildTold]:
    answers = form.cleaned_data
    for index in range(form.n_rows):
        name, age = answers[f"name-{index}"], answers[f"age-{index}"]
        unborn = answers[f"unborn-{index}"]
        if name or unborn or age is not None:
            yield ChildTold(age, name, age_is_told=unborn or age is not None)


def _contact(form: pages.ContactForm) -> ContactTold:
    told = form.contact()
    said = form.cleaned_data["may_leave_message"]
    return replace(told, may_leave_message=told.may_leave_message if said else None)

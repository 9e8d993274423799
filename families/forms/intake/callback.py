"""Asking to be called: a name, a number and a moment; the rest as far as it is told."""

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from families.forms.base import HouseForm
from families.forms.fields import (
    CleanTextField,
    KindsField,
    PostcodeField,
    TelephoneField,
)
from families.forms.guard import GuardedForm
from families.forms.intake.contact import ContactForm
from families.forms.intake.step import Data
from families.forms.steps import NO_ADDRESS, POSTCODE, WHICH, Answers
from families.models import Municipality, PostcodeArea
from families.services.intake.routing import taking_part
from families.services.intake.told import (
    ContactTold,
    HomeTold,
    HouseTold,
    LimitsTold,
    MattersTold,
    RequestTold,
    SupportTold,
    WishesTold,
)


def said(answers: Answers, slug: str) -> Any:
    """The form of a page that was answered well; None of any other."""
    if slug not in answers.typed or answers.intake.step(slug) is None:
        return None
    form = answers.form(slug)
    return form if form.is_valid() else None


def known_home(answers: Answers) -> HomeTold | None:
    """Where they live, if some page settled it."""
    pages = (said(answers, slug) for slug in (NO_ADDRESS, WHICH, POSTCODE))
    return next((page.home for page in pages if page and page.home), None)


def told_before(answers: Answers) -> dict[str, Any]:
    """What the pages told that were answered; the others leave it unknown."""
    children, kinds = said(answers, "kinderen"), said(answers, "wat")
    frequency, moments = said(answers, "hoevaak"), said(answers, "wanneer")
    matters, likes = said(answers, "belangrijk"), said(answers, "delen")
    language = said(answers, "taal")
    return {
        "children": tuple(children.children()) if children else (),
        "wishes": WishesTold(
            kinds=kinds.mask() if kinds else 0,
            kinds_other=kinds.cleaned_data["kinds_other"] if kinds else "",
            frequency=frequency.cleaned_data["frequency"] if frequency else "",
            moments=moments.cleaned_data["moments"] if moments else None,
            remarks=matters.cleaned_data["remarks"] if matters else "",
        ),
        "matters": matters.matters_told() if matters else MattersTold(),
        "likes": likes.cleaned_data["likes"] if likes else "",
        "language": language.language_told() if language else None,
    }


def offered_before(answers: Answers) -> dict[str, Any]:
    """The same of who wants to give support."""
    people, kinds = said(answers, "gezin"), said(answers, "wat")
    often, when = said(answers, "hoevaak"), said(answers, "wanneer")
    limits, experience = said(answers, "grenzen"), said(answers, "ervaring")
    vog, contact = said(answers, "vog"), said(answers, "contact")
    house: dict[str, Any] = {}
    if people:
        house["adults"] = people.cleaned_data["adults"]
        house["ages_of_children"] = people.ages()
        house["has_children"] = bool(people.ages())
    if limits:
        house |= {name: limits.cleaned_data[name] for name in limits.LABELS}
    return {
        "house": HouseTold(**house),
        "wishes": WishesTold(
            kinds=kinds.mask() if kinds else 0,
            kinds_other=kinds.cleaned_data["kinds_other"] if kinds else "",
            frequency=often.cleaned_data["frequency"] if often else "",
            moments=when.cleaned_data["moments"] if when else None,
            remarks=limits.remarks() if limits else "",
        ),
        "limits": LimitsTold(
            visit_length=often.cleaned_data["visit_length"] if often else "",
            only_when_both_home=when.cleaned_data.get("only_when_both_home")
            if when
            else None,
            max_distance_km=limits.cleaned_data["max_distance_km"] if limits else None,
            ages=limits.ages() if limits else 0,
            children_at_once=limits.children_at_once() if limits else None,
        ),
        "experience": experience.cleaned_data["experience"] if experience else "",
        "motivation": contact.cleaned_data["motivation"] if contact else "",
        "vog_note": vog.note() if vog else "",
        "vog_is_asked": vog is not None,
    }


class CallbackForm(GuardedForm, HouseForm, forms.Form):
    """Whom to call and when; where they live only where no page told it.

    Args:
        typed: what was sent, or None to show the page.
        answers: what was filled in before.
    """

    form_key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    name = CleanTextField(
        label=_("Your name"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": _("Fill in your name.")},
    )
    telephone = TelephoneField(label=_("Your telephone number"))
    call_dayparts = KindsField(
        label=_("When can we call?"),
        choices=ContactForm.DAYPARTS,
        required=False,
        empty_value=0,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "opts-row"}),
        error_messages={"invalid_choice": _("Choose from the answers on this page.")},
    )
    postcode = PostcodeField(
        label=_("Your postcode"),
        help_text=_("For example 1431 AB"),
        error_messages={
            "required": _("Fill in your postcode. Or choose your municipality.")
        },
    )
    municipality = forms.ModelChoiceField(
        Municipality.objects.none(),
        label=_("Your municipality"),
        help_text=_(
            "Only if you have no fixed address, or if your postcode lies in two"
            " municipalities."
        ),
        required=False,
        empty_label=_("Choose a municipality"),
        error_messages={
            "invalid_choice": _("Choose one of the municipalities on this page.")
        },
    )

    def __init__(self, typed: Data | None = None, *, answers: Answers) -> None:
        contact = answers.typed.get("contact", {})
        super().__init__(
            typed,
            initial={
                "name": contact.get("name", [""])[-1],
                "telephone": contact.get("telephone", [""])[-1],
                "call_dayparts": contact.get("call_dayparts", []),
            },
        )
        self.answers = answers
        self.home = known_home(answers)
        if self.home:
            del self.fields["postcode"], self.fields["municipality"]
        else:
            self._ask_where()
            served = taking_part(answers.on)
            areas = PostcodeArea.objects.of(self._typed_postcode())
            self.fields["municipality"].queryset = Municipality.objects.filter(
                pk__in=[
                    *served.values_list("pk", flat=True),
                    *areas.values_list("municipality", flat=True),
                ]
            ).order_by("name")

    def _ask_where(self) -> None:
        """Only who asks for support may have no fixed address."""
        postcode, municipality = self.fields["postcode"], self.fields["municipality"]
        if self.answers.intake.asks:
            postcode.required = not self.data.get("municipality")
            return
        postcode.error_messages["required"] = _(
            "Fill in your postcode. For example 1431 AB."
        )
        municipality.help_text = _("Only if your postcode lies in two municipalities.")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not self.home and not self.errors:
            self.home = self._home(cleaned["postcode"], cleaned["municipality"])
        return cleaned

    def told(self) -> RequestTold | SupportTold:
        """All that is known of the family, which may be little."""
        page = said(self.answers, "contact")
        before = page.contact() if page else None
        contact = ContactTold(
            name=self.cleaned_data["name"],
            telephone=self.cleaned_data["telephone"],
            call_dayparts=self.cleaned_data["call_dayparts"],
            # Only as another page was told: nothing is taken for granted.
            email=before.email if before else "",
            may_leave_message=before.may_leave_message if before else None,
        )
        if self.answers.intake.asks:
            known = told_before(self.answers)
            return RequestTold(home=self.home, contact=contact, **known)
        offered = offered_before(self.answers)
        return SupportTold(home=self.home, contact=contact, **offered)

    def _typed_postcode(self) -> str:
        try:
            return self.fields["postcode"].clean(self.data.get("postcode", ""))
        except forms.ValidationError:
            return ""

    def _home(
        self, postcode: str, municipality: Municipality | None
    ) -> HomeTold | None:
        """Where they live; None together with an error that says what is missing."""
        if not postcode:
            return HomeTold(municipality)
        areas = list(PostcodeArea.objects.of(postcode).select_related("municipality"))
        if len(areas) > 1 and municipality:
            areas = [area for area in areas if area.municipality == municipality]
        if len(areas) == 1:
            return HomeTold(areas[0].municipality, areas[0], postcode)
        if areas:
            message = _("Your postcode lies in two municipalities. Choose yours.")
            self.add_error("municipality", message)
        elif municipality and self.answers.intake.asks:
            return HomeTold(municipality)
        elif not self.answers.intake.asks:
            message = _("We do not know this postcode. Look once more, or call us.")
            self.add_error("postcode", message)
        else:
            message = _(
                "We do not know this postcode. Look once more, or choose your"
                " municipality."
            )
            self.add_error("postcode", message)
        return None

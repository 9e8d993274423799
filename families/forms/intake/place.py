"""Where a family lives: the postcode, the municipality, or no address."""

from collections.abc import Mapping

from django import forms
from django.utils.translation import gettext_lazy as _

from families.forms.fields import PostcodeField
from families.forms.intake.step import Data, Line, StepForm
from families.models import Municipality, PostcodeArea
from families.services.intake.routing import taking_part
from families.services.intake.told import HomeTold, Typed


class PostcodeForm(StepForm):
    """The postcode, and with it the municipality unless it lies in two.

    Attributes:
        unknown: whether what was typed is a postcode, but none that we know.
    """

    question = "postcode"
    unknown = False
    why = _(
        "Then we know who works near you. And we look for a family that lives close by."
    )
    postcode = PostcodeField(
        label=_("What is your postcode?"), help_text=_("For example 1431 AB")
    )

    def clean_postcode(self) -> str:
        postcode = self.cleaned_data["postcode"]
        areas = list(PostcodeArea.objects.of(postcode).select_related("municipality"))
        if not areas:
            self.unknown = True
            raise forms.ValidationError(
                _("We do not know ‘%(postcode)s’. Look at your postcode once more."),
                code="unknown",
                params={"postcode": _spaced(postcode)},
            )
        if len(areas) == 1:
            self.home = HomeTold(areas[0].municipality, areas[0], postcode)
        return postcode

    def told(self) -> list[Line]:
        return [(_("Postcode"), _spaced(self.cleaned_data["postcode"]))]


class WhichMunicipalityForm(StepForm):
    """Which municipality, for a postcode that lies in more than one."""

    question = "area"
    why = _("The coordinator of your municipality is going to help you.")
    area = forms.ModelChoiceField(
        PostcodeArea.objects.none(),
        label=_("In which municipality do you live?"),
        help_text=_("Your postcode lies in more than one municipality."),
        widget=forms.RadioSelect,
        empty_label=None,
        error_messages={
            "required": _("Choose your municipality."),
            "invalid_choice": _("Choose one of the municipalities on this page."),
        },
    )

    def build(self, shown: Data | None) -> None:
        self.postcode = _typed_postcode(self.earlier)
        field = self.fields["area"]
        field.queryset = PostcodeArea.objects.of(self.postcode).select_related(
            "municipality"
        )
        field.label_from_instance = lambda area: str(area.municipality)

    def clean_area(self) -> PostcodeArea:
        area = self.cleaned_data["area"]
        self.home = HomeTold(area.municipality, area, self.postcode)
        return area

    def told(self) -> list[Line]:
        return [(_("Municipality"), str(self.cleaned_data["area"].municipality))]


class NoAddressForm(StepForm):
    """The municipality of somebody without a fixed address."""

    question = "municipality"
    why = _("The coordinator of this municipality is going to help you.")
    municipality = forms.ModelChoiceField(
        Municipality.objects.none(),
        label=_("In which municipality are you most of the time?"),
        help_text=_("You can ask for support without a fixed address too."),
        empty_label=_("Choose a municipality"),
        error_messages={
            "required": _("Choose a municipality."),
            "invalid_choice": _("Choose one of the municipalities on this page."),
        },
    )

    def build(self, shown: Data | None) -> None:
        self.fields["municipality"].queryset = taking_part(self.on).order_by("name")

    def clean_municipality(self) -> Municipality:
        municipality = self.cleaned_data["municipality"]
        self.home = HomeTold(municipality)
        return municipality

    def told(self) -> list[Line]:
        return [
            (_("Postcode"), _("None")),
            (_("Municipality"), str(self.cleaned_data["municipality"])),
        ]


def _typed_postcode(earlier: Mapping[str, Typed]) -> str:
    """The postcode of an earlier page; "" when there is none that can be read."""
    typed = earlier.get("postcode", {}).get("postcode", [""])
    try:
        return PostcodeField(required=False).clean(typed[-1]) or ""
    except forms.ValidationError:
        return ""


def _spaced(postcode: str) -> str:
    return f"{postcode[:4]} {postcode[4:]}".strip()

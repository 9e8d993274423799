"""Forms about consent, custody and what children say, filled in by coordinators."""

import datetime as dt
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from families.forms.base import HouseForm
from families.forms.fields import CleanTextField, ForgivingDateField
from families.forms.meanwhile import ShowsBoth
from families.models import ChildSaid, Consent, CustodyHolder

ROW = {"class": "opts-row"}
# A coordinator hears it; forms and links are written down by themselves.
HEARD = tuple(
    (one.value, one.label)
    for one in (Consent.How.TELEPHONE, Consent.How.VISIT, Consent.How.PAPER)
)


class SaidOnField(ForgivingDateField):
    """A day on which something was said: today or before."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("On which day?"))
        super().__init__(**kwargs)

    def validate(self, value: dt.date | None) -> None:
        super().validate(value)
        if value and value > timezone.localdate():
            raise ValidationError(gettext("This day is still to come."), code="future")


class GiveForm(HouseForm, forms.Form):
    """A basis for one person and one purpose, as the coordinator heard it."""

    basis = forms.ChoiceField(
        label=_("On which ground?"),
        choices=Consent.Basis,
        widget=forms.RadioSelect,
        help_text=_("Choose another ground only where you agreed that at the office."),
    )
    how = forms.ChoiceField(
        label=_("How did you hear it?"), choices=HEARD, widget=forms.RadioSelect(ROW)
    )
    given_on = SaidOnField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault(
            "initial",
            {
                "basis": Consent.Basis.CONSENT,
                "how": Consent.How.TELEPHONE,
                "given_on": timezone.localdate(),
            },
        )
        super().__init__(*args, **kwargs)

    def tell_withdrawn_since(self) -> None:
        """Say that the person took it back after that day."""
        message = gettext("They took it back after this day. Ask them again.")
        self.add_error("given_on", ValidationError(message, code="withdrawn"))


class _HeardForm(HouseForm, forms.Form):
    how = forms.ChoiceField(
        label=_("How did you hear it?"),
        choices=[("", _("Not asked yet")), *HEARD[:2], HEARD[2]],
        required=False,
        widget=forms.RadioSelect(ROW),
    )
    said_on = SaidOnField(required=False)


class AddHolderForm(_HeardForm):
    """Somebody with custody, and what that person says."""

    mark_optional = False

    name = CleanTextField(
        label=_("Name"),
        max_length=120,
        required=False,
        help_text=_("A first name is enough. You may leave it open."),
    )
    relation = forms.ChoiceField(
        label=_("Who is it?"),
        choices=CustodyHolder.Relation,
        widget=forms.RadioSelect,
    )
    said = forms.ChoiceField(
        label=_("What does this person say?"),
        choices=CustodyHolder.Said,
        initial=CustodyHolder.Said.NOT_ASKED,
        widget=forms.RadioSelect,
        help_text=_("Could not be reached counts as not known, never as no."),
    )
    field_order = ["name", "relation", "said", "said_on", "how"]

    def clean(self) -> dict[str, Any] | None:
        """What was said has its day and its way; what was not asked has neither."""
        cleaned = super().clean()
        if self.cleaned_data.get("said") == CustodyHolder.Said.NOT_ASKED:
            self.cleaned_data |= {"said_on": None, "how": ""}
            return cleaned
        if not self.cleaned_data.get("said_on") and "said_on" not in self.errors:
            message = gettext("Fill in on which day this was said.")
            self.add_error("said_on", ValidationError(message, code="required"))
        if not self.cleaned_data.get("how") and "how" not in self.errors:
            message = gettext("Choose how you heard it.")
            self.add_error("how", ValidationError(message, code="required"))
        return cleaned


class HolderForm(ShowsBoth, AddHolderForm):
    """What is known of somebody with custody, to change it."""

    def __init__(self, *args: Any, holder: CustodyHolder, **kwargs: Any) -> None:
        self.now = {name: getattr(holder, name) for name in self.field_order}
        kwargs.setdefault("initial", self.now)
        super().__init__(*args, row_version=holder.row_version, **kwargs)


class NobodyElseForm(HouseForm, forms.Form):
    """That only this parent has custody."""

    how = forms.ChoiceField(
        label=_("How did you hear it?"),
        choices=HEARD,
        initial=Consent.How.TELEPHONE,
        widget=forms.RadioSelect(ROW),
    )
    said_on = SaidOnField(initial=timezone.localdate)


class ChildSaidForm(HouseForm, forms.Form):
    """What a child says itself."""

    said = forms.ChoiceField(
        label=_("What does the child say?"),
        choices=ChildSaid.Said,
        widget=forms.RadioSelect(ROW),
    )
    said_on = SaidOnField(initial=timezone.localdate)

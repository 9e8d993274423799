"""How a family is asked to say yes, and whom of it."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from agreements.history import History
from agreements.models import Asking
from agreements.services.asking import Question, asked_first, can_be_mailed
from agreements.services.links import household_of
from families import people
from families.forms.base import HouseForm
from families.forms.widgets import RadiosWithReasons
from families.models import Person

Way = Asking.Way


def adults_of(history: History, side: str, *, today: dt.date) -> list[Person]:
    """The adults of one family, as `with_families(adults=True)` loaded them."""
    members = household_of(history.pairing, side).memberships.all()
    here = [
        one
        for one in members
        if one.from_on <= today and (one.until_on is None or one.until_on >= today)
    ]
    return people.adults(here, today)


def why_no_mail(adults: Sequence[Person]) -> str:
    """Why a family cannot be asked by mail; "" where it can."""
    if any(can_be_mailed(one) for one in adults):
        return ""
    if any(one.email for one in adults):
        return _("Not possible: they did not say that we may send messages.")
    return _("Not possible: we have no e-mail address.")


class WhomField(forms.ChoiceField):
    """Which adult of a family; shown only where there is a choice."""

    def __init__(self, adults: Sequence[Person], **kwargs: Any) -> None:
        self.adults = {one.reference: one for one in adults}
        first = asked_first(adults)
        # Somebody is chosen always.
        self.mark_optional = False
        super().__init__(
            label=_("To whom?"),
            choices=[
                (one.reference, one.name or _("Somebody without a name"))
                for one in adults
            ],
            initial=first.reference if first else None,
            required=False,
            **kwargs,
        )
        if len(adults) < 2:  # noqa: PLR2004 - one is no choice
            self.widget = forms.HiddenInput()

    def clean(self, value: Any) -> Person | None:
        chosen = super().clean(value) or self.initial
        return self.adults.get(chosen)


def check_whom(way: str, person: Person | None) -> None:
    """Raises a ValidationError where this person cannot be asked so."""
    if person is None:
        raise ValidationError(_("We know no adult of this family."))
    if way == Way.MAIL and not can_be_mailed(person):
        raise ValidationError(
            _("We may not send this person an e-mail. Choose another way.")
        )


class AskForm(HouseForm, forms.Form):
    """By which way one family is asked, and whom of it."""

    mark_optional = False

    side = forms.CharField(widget=forms.HiddenInput)

    def __init__(
        self, *args: Any, history: History, side: str, today: dt.date, **kwargs: Any
    ) -> None:
        super().__init__(*args, auto_id=f"ask_{side}_%s", **kwargs)
        adults = adults_of(history, side, today=today)
        reason = why_no_mail(adults)
        self.fields["side"].initial = side
        self.fields["way"] = forms.ChoiceField(
            label=_("How do you ask?"),
            choices=[
                (Way.MAIL, _("Send a link by e-mail")),
                (Way.TEXT, _("I send a text myself")),
                (Way.LETTER, _("On paper, with a link")),
            ],
            initial=Way.TEXT if reason else Way.MAIL,
            widget=RadiosWithReasons,
        )
        self.fields["way"].widget.reasons = {Way.MAIL: reason}
        self.fields["person"] = WhomField(adults)

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean() or self.cleaned_data
        if "way" in cleaned:
            try:
                check_whom(cleaned["way"], cleaned.get("person"))
            except ValidationError as fault:
                self.add_error("way", fault)
        return cleaned

    def question(self) -> Question:
        """What was filled in."""
        given = self.cleaned_data
        return Question(given["side"], given["way"], given["person"])

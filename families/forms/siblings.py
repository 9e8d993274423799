"""Brothers and sisters apart or together."""

import datetime as dt
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from families.forms.base import HouseForm
from families.forms.wish_fields import ChildrenField
from families.models import Person, SupportRequest
from families.sheet import with_age


class SplitForm(HouseForm, forms.Form):
    """Which children get a request of their own; at least one stays."""

    children = ChildrenField(
        label=_("Who gets a support family apart from the others?"),
        help_text=_("Each child that you tick gets a request of its own."),
        error_messages={"required": _("Choose who gets a request apart.")},
    )

    def __init__(
        self, *args: Any, children: list[Person], on: dt.date, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.children = children
        choices = [(child.pk, with_age(child, on)) for child in children]
        self.fields["children"].choices = choices

    def clean_children(self) -> list[Person]:
        """The children themselves, of whom one must stay behind."""
        chosen = set(self.cleaned_data["children"])
        leaving = [child for child in self.children if child.pk in chosen]
        if len(leaving) == len(self.children):
            message = gettext("One child keeps this request. Leave one box empty.")
            raise ValidationError(message, code="all")
        return leaving


class MergeForm(HouseForm, forms.Form):
    """With which request of the same family this one becomes one."""

    other = forms.ChoiceField(
        label=_("Together with which request?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose a request.")},
    )

    def __init__(
        self, *args: Any, others: list[SupportRequest], on: dt.date, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.others = {one.reference: one for one in others}
        self.fields["other"].choices = [
            (
                one.reference,
                ", ".join(with_age(child, on) for child in one.children.all())
                or one.reference,
            )
            for one in others
        ]
        if len(others) == 1:
            self.fields["other"].initial = others[0].reference

    def clean_other(self) -> SupportRequest:
        return self.others[self.cleaned_data["other"]]

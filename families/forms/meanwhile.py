"""What a form that came too late shows: what stands now, and what was typed."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from families.forms.base import StaleCheck


class ShowsBoth(StaleCheck):
    """A form about a row that, when it is late, says both and loses nothing.

    Attributes:
        now: what the row says now, by the name of the field.
    """

    now: Mapping[str, Any] = {}

    def meanwhile(self) -> list[tuple[Any, Any, Any]]:
        """Where a stale form differs: what it is about, what stands now, what was sent.

        Empty unless somebody else changed the row in between.
        """
        if not self.is_stale:
            return []
        return [
            (field.label, self.in_words(name, now), self.in_words(name, sent))
            for name, field in self.fields.items()
            if name in self.now and name in self.cleaned_data
            for now, sent in [(self.now[name], self.cleaned_data[name])]
            if (now or None, now is False) != (sent or None, sent is False)
        ]

    def in_words(self, name: str, value: Any) -> Any:
        """A value of a field as the page says it."""
        field = self.fields[name]
        if isinstance(field, forms.BooleanField):
            return _("Yes") if value else _("No")
        if value in (None, ""):
            return _("Not filled in")
        if isinstance(field, forms.ChoiceField):
            return dict(field.choices).get(value, value)
        return field.prepare_value(value)

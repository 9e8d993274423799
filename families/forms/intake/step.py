"""One page of an application: it asks, reads and repeats one question."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.datastructures import MultiValueDict
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from families.forms.base import HouseBoundField, HouseForm
from families.forms.bsn import looks_like_bsn
from families.forms.fields import CleanTextField
from families.forms.guard import GuardedForm
from families.services.intake.told import HomeTold, Typed

# Older children are adults: they need a VOG too.
OLDEST_CHILD = 17
UNKNOWN = _("I do not know that yet")
YES_NO_UNKNOWN = [("yes", _("Yes")), ("no", _("No")), ("unknown", UNKNOWN)]
FACTS: dict[str, bool | None] = {"yes": True, "no": False, "unknown": None}

Data = MultiValueDict[str, str]
Line = tuple[Any, Any]


class StepForm(GuardedForm, HouseForm, forms.Form):
    """One page of questions.

    Args:
        typed: what was sent, or None to show the page.
        left: what an earlier visit left here; shown without being judged.
        earlier: what was typed on every page so far, by slug.
        on: the day of the application.

    Attributes:
        heading: of the page, where no single field is the question.
        why: the reason for asking.
        home: where the family lives, once this page settles it.
    """

    # A page with one choice is soon answered.
    least_seconds = 1
    # Fields of which somebody has seen the warning.
    HEEDED = "heeded"
    heading: Any = ""
    why: Any = ""
    home: HomeTold | None = None

    def __init__(
        self,
        typed: Data | None = None,
        *,
        left: Typed | None = None,
        earlier: Mapping[str, Typed],
        on: dt.date,
    ) -> None:
        super().__init__(typed)
        self.earlier = earlier
        self.on = on
        shown = MultiValueDict(left) if left is not None else typed
        self.build(shown)
        if left is not None:
            self.initial = {
                name: field.widget.value_from_datadict(shown, {}, name)
                for name, field in self.fields.items()
            }

    def build(self, shown: Data | None) -> None:
        """Finishes the fields that depend on what was typed, here or before."""

    @property
    def title(self) -> Any:
        """The heading of the page, for its title."""
        return self.fields[self.question].label if self.question else self.heading

    @cached_property
    def warnings(self) -> dict[str, str]:
        """What looks wrong but is not refused, by field."""
        if not self.is_bound:
            return {}
        message = gettext("This looks like a BSN. Take it away, we do not need it.")
        return {
            name: message
            for name, field in self.fields.items()
            if isinstance(field, CleanTextField)
            and looks_like_bsn(str(self[name].value() or ""))
        }

    @property
    def warned(self) -> list[HouseBoundField]:
        """The fields with a warning, for the notice above the page."""
        return [self[name] for name in self.warnings]

    @property
    def is_news(self) -> bool:
        """Whether there is a warning that the page did not show before."""
        return not set(self.warnings) <= set(self.data.getlist(self.HEEDED))

    @property
    def is_untouched(self) -> bool:
        """Whether nothing was filled in: what is sent is what an empty page shows."""
        return not self.changed_data

    def kept(self) -> Typed:
        """What is kept of the page: its fields as they were typed."""
        return {
            name: self.data.getlist(name) for name in self.fields if name in self.data
        }

    def told(self) -> list[Line]:
        """Questions and answers in words, for the page to check everything."""
        raise NotImplementedError


def listed(words: Iterable[Any]) -> str:
    """Things one after another, with commas."""
    return ", ".join(map(str, words))

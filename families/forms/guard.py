"""Tells posts of programs from posts of people, without asking people anything."""

import datetime as dt
from typing import Any

from django import forms
from django.conf import settings
from django.core import signing
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

# Programs fill in what is called so; no browser has a value of its own for it.
BAIT = "website"
STAMP = "shown_at"
SALT = "families.forms.guard"


def stamp(page: str, at: dt.datetime) -> str:
    """The signed moment at which a page was shown; good for that page only."""
    return signing.Signer(salt=f"{SALT}.{page}").sign(str(int(at.timestamp())))


def stamped_at(page: str, told: str) -> dt.datetime | None:
    """The moment in a stamp; None when it is missing, forged or of another page."""
    try:
        seconds = int(signing.Signer(salt=f"{SALT}.{page}").unsign(told))
    # A value error: letters that cannot be written in UTF-8.
    except (signing.BadSignature, ValueError):
        return None
    return dt.datetime.fromtimestamp(seconds, dt.UTC)


class BaitField(forms.CharField):
    """Stays empty with people: they do not see it, nor come upon it by keyboard."""

    def __init__(self) -> None:
        super().__init__(
            # For who has no styles: there it can be read.
            label=_("Leave this empty"),
            required=False,
            widget=forms.TextInput({"tabindex": "-1", "autocomplete": "off"}),
            template_name="families/_bait.html",
        )

    def bound_data(self, data: Any, initial: Any) -> Any:
        """Nothing: whose browser filled it in passes the second time."""
        return initial


class StampField(forms.CharField):
    """When the page was shown; stays as it was when the page comes back with errors."""

    def __init__(self, page: str) -> None:
        self.page = page
        super().__init__(
            required=False,
            widget=forms.HiddenInput,
            initial=lambda: stamp(page, timezone.now()),
        )

    def bound_data(self, data: Any, initial: Any) -> Any:
        """The first stamp: who repairs one tick needs no three seconds for it."""
        return data if data and stamped_at(self.page, data) else initial


class Guard(forms.Form):
    """The two controls that a guarded form has besides its own.

    They have no ids, so that several such forms can stand on one page.
    """

    def __init__(self, page: str, typed: Any = None, prefix: str | None = None) -> None:
        super().__init__(typed, prefix=prefix, auto_id=False)
        self.page = page
        self.fields[BAIT] = BaitField()
        self.fields[STAMP] = StampField(page)

    def looks_automatic(self, at: dt.datetime, *, least_seconds: int) -> bool:
        """Whether the bait was taken, or the stamp is missing, too young or too old."""
        shown_at = stamped_at(self.page, self.data.get(self.add_prefix(STAMP)) or "")
        if shown_at is None or self.data.get(self.add_prefix(BAIT)):
            return True
        least = dt.timedelta(seconds=least_seconds)
        return not least <= at - shown_at <= dt.timedelta(days=settings.DRAFT_DAYS)


class GuardedForm:
    """Mix in before the other bases of a form that anybody may send.

    The guard stands beside the fields, not among them: it is shown by `{{ form }}` (or,
    where a page shows field by field, by `{{ form.guard }}`), and nothing that walks
    over fields or cleaned answers meets it.

    Attributes:
        least_seconds: a person needs at least as long for the page. 0 where a quick
            choice takes less, such as on a page with one question.
    """

    least_seconds = 3

    @classmethod
    def guarded_page(cls) -> str:
        """What its stamp is bound to."""
        return cls.__qualname__

    @cached_property
    def guard(self) -> Guard:
        """The controls, with what was sent of them."""
        typed = self.data if self.is_bound else None
        return Guard(self.guarded_page(), typed, self.prefix)

    def looks_automatic(self, at: dt.datetime) -> bool:
        """Whether no person seems to have sent it; people are never refused by this."""
        return self.guard.looks_automatic(at, least_seconds=self.least_seconds)

    def get_context(self) -> dict[str, Any]:
        """What `{{ form }}` is shown with."""
        context = super().get_context()
        bait, shown = self.guard[BAIT], self.guard[STAMP]
        context["fields"] = [*context["fields"], (bait, bait.errors)]
        context["hidden_fields"] = [*context["hidden_fields"], shown]
        return context

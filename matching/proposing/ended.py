"""How a pairing ended, as who may read it reads it: each side apart."""

from dataclasses import dataclass
from typing import Any

from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from families.models import Household
from matching.models import Pairing
from matching.proposing.pipeline import end_is_told
from matching.wording import words
from matching.wording.names import Names


@dataclass(frozen=True)
class SideOfEnd:
    """What one family said about the end."""

    side: str
    name: str
    rows: list[dict[str, Any]]


def end_rows(pairing: Pairing, names: Names) -> list[dict[str, Any]]:
    """How it ended and what came after, for who may read it."""
    if not end_is_told(pairing, names):
        return []
    return [
        {"term": _("Why"), "value": capfirst(pairing.get_end_reason_display())},
        {"term": _("In words"), "value": pairing.end_text},
        {"term": _("Goodbye"), "value": _in_words(pairing)},
        {"term": _("What the child is told"), "value": pairing.child_told},
        {
            "term": _("May you ask the support family again?"),
            "value": capfirst(pairing.get_ask_again_display()),
        },
    ]


def sides_of_end(pairing: Pairing, names: Names) -> list[SideOfEnd]:
    """What each family said, for the coordinator of that family and the lead."""
    leads = pairing.lead.user_id == names.user.pk
    said = (
        (
            "request",
            pairing.request.family.household,
            pairing.get_request_reason_display(),
            pairing.request_words,
        ),
        (
            "support",
            pairing.offer.family.household,
            pairing.get_support_reason_display(),
            pairing.support_words,
        ),
    )
    return [
        _side(side, household, reason, text)
        for side, household, reason, text in said
        if leads or names.knows(household)
    ]


def _side(side: str, household: Household, reason: str, text: str) -> SideOfEnd:
    rows = [
        {"term": _("Their reason"), "value": capfirst(reason)},
        {"term": _("What they say"), "value": text},
    ]
    return SideOfEnd(side, words.family_name(household), rows)


def _in_words(pairing: Pairing) -> str:
    day = pairing.farewell_on
    return date_format(day, "l j F Y") if day else ""

"""The texts that people agree to, each kept as it was when somebody agreed.

A text that changes gets a new version beside the old one: a consent names the version
that its person read or heard, and that one can always be shown.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from families.models import Consent

Purpose = Consent.Purpose


@dataclass(frozen=True)
class ConsentText:
    """One version of the text of one purpose.

    Attributes:
        agreed: the sentence to which somebody says yes.
        told: what is said with it: what we do with it and how it stops.
    """

    version: str
    agreed: Any
    told: tuple[Any, ...] = ()


CONTACT_AND_SEARCH = ConsentText(
    "2026-11",
    _("Buurtgezinnen may use my answers to call me and to look for a family."),
    (
        _("We only show your name and address to a family when you agree to that."),
        _(
            "You can always stop. Your coordinator then tells you what we keep, and"
            " for how long."
        ),
    ),
)
# No consent: whoever asks to be called asks for just this.
CALL_ME = ConsentText(
    "2026-11-call",
    _("We call you about support for your family."),
    (
        _("For that we keep what you filled in."),
        _("We only show your name and address to a family when you agree to that."),
    ),
)
CALL_ME_TO_GIVE = ConsentText(
    "2026-11-call-give",
    _("We call you about giving support to a family."),
    CALL_ME.told,
)
INTRODUCE = ConsentText(
    "2026-11",
    _("Buurtgezinnen may tell the other family who we are, if they also say yes."),
    (
        _("First the other family hears our first names and telephone number."),
        _("With the first meeting it hears the address where you meet."),
        _("It hears our other address once you have made agreements together."),
        _("You can stop this at any time. What was already told we cannot take back."),
    ),
)
TELL_REFERRER = ConsentText(
    "2026-11",
    _("Buurtgezinnen may tell my referrer that they called me, and that it ended."),
    (
        _("We never tell what you say to us."),
        _("You can stop this at any time."),
    ),
)
TEXTS: Mapping[str, tuple[ConsentText, ...]] = {
    Purpose.CONTACT_AND_SEARCH: (CALL_ME, CALL_ME_TO_GIVE, CONTACT_AND_SEARCH),
    Purpose.INTRODUCE: (INTRODUCE,),
    Purpose.TELL_REFERRER: (TELL_REFERRER,),
}


def of_call(*, asks: bool) -> ConsentText:
    """What who asks to be called reads, about asking for support or giving it."""
    return CALL_ME if asks else CALL_ME_TO_GIVE


def current(purpose: str) -> ConsentText:
    """The text that is read or heard now."""
    return TEXTS[purpose][-1]


def text_of(purpose: str, version: str) -> ConsentText | None:
    """The text as it was in a version; None for one that nobody knows."""
    return next((one for one in TEXTS[purpose] if one.version == version), None)

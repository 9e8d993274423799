"""The text about one family that the other reads before it says yes.

No name, no street, no school: ages and distance in bands, kinds, moments, how often.
What this program writes can be edited; `matching.proposing.pointers` looks at it again.
"""

import datetime as dt

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from families.models import SupportOffer, SupportRequest
from matching.core.pool import HOME_FACTS
from matching.proposing.pointers import Described, pointers_in
from matching.wording import words

# A free text this long says more than a card should.
GIVE_BACK_AT_MOST = 300
HAS_AT_HOME = {
    "dog": gettext_lazy("a dog"),
    "cat": gettext_lazy("a cat"),
    "other_animal": gettext_lazy("other animals"),
    "stairs": gettext_lazy("stairs"),
}


def text_for_support_family(
    request: SupportRequest,
    described: Described,
    *,
    distance_km: float | None,
    on: dt.date,
) -> str:
    """What a support family reads about a request family."""
    rows = words.heard_by_support_family(request, distance_km=distance_km, on=on)
    lines = [_("A family in the neighbourhood looks for support."), ""]
    lines += [_line(row["term"], row["value"]) for row in rows]
    back = _give_back(request, described)
    if back:
        lines.append(_line(_("What this family can do for others"), back))
    return "\n".join(lines)


def text_for_request_family(
    offer: SupportOffer, *, moments: int | None, distance_km: float | None
) -> str:
    """What a request family reads about a support family.

    Args:
        offer: what the family gives.
        moments: as far as other pairings leave them; None when not asked yet.
        distance_km: None when unknown.
    """
    rows = (
        (_("What"), words.kinds_in_words(offer.kinds)),
        (_("How often"), offer.get_frequency_display()),
        (_("When"), words.moments_in_words(moments or 0, most=6)),
        (_("How far"), words.minutes_heard(distance_km)),
        (_("At once"), _at_once(offer)),
        (_("At their home"), _home(offer)),
    )
    lines = [_("A family in the neighbourhood would like to give support."), ""]
    lines += [_line(term, str(value)) for term, value in rows if value]
    return "\n".join(lines)


def _line(term: str, value: str) -> str:
    return _("%(term)s: %(value)s") % {"term": term, "value": value}


def _give_back(request: SupportRequest, described: Described) -> str:
    """In the family's own words, unless these could tell who they are."""
    said = " ".join(request.family.reciprocity.split())
    if len(said) > GIVE_BACK_AT_MOST or pointers_in(said, described):
        return ""
    return said


def _at_once(offer: SupportOffer) -> str:
    number = offer.children_at_once
    if not number:
        return ""
    return ngettext("at most %(n)d child", "at most %(n)d children", number) % {
        "n": number
    }


def _home(offer: SupportOffer) -> str:
    """What a family wants to know of the other home, as far as somebody asked."""
    household = offer.family.household
    found = [
        str(HAS_AT_HOME[fact])
        for fact in HOME_FACTS
        if fact in HAS_AT_HOME and getattr(household, fact)
    ]
    if household.smoking is not None:
        smoke = _("somebody smokes indoors")
        found.append(smoke if household.smoking else _("nobody smokes indoors"))
    if offer.family.has_children is not None:
        there = _("children of their own at home")
        none = _("no children at home")
        found.append(there if offer.family.has_children else none)
    return words.listed(found)

"""Support families that are not proposed to a request, grouped by the first reason."""

from collections import defaultdict
from dataclasses import dataclass, field

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from families.models import SupportOffer
from matching.bench.said_no import said_no
from matching.bench.search import Search, why_not
from matching.core.explain import Reason
from matching.core.rules import CODES
from matching.engine.pool_rows import DECLINED, EXCLUDED, PROPOSED, TOGETHER
from matching.models import Exclusion
from matching.wording import words

# So many of a group are named at first.
NAMED_FIRST = 5
NOT_AVAILABLE = "not_available"
GROUPS = {
    "moments": gettext_lazy("The moments do not fit"),
    "kinds": gettext_lazy("Another kind of support"),
    "frequency": gettext_lazy("Too often or too seldom"),
    "ages": gettext_lazy("The ages do not fit"),
    "children": gettext_lazy("Too many children at once"),
    "home": gettext_lazy("A limit about the home"),
    "distance": gettext_lazy("Too far away"),
    "language": gettext_lazy("No language in common"),
    "screening": gettext_lazy("A VOG was refused"),
    "custody": gettext_lazy("Somebody with custody does not agree"),
    "duration": gettext_lazy("The duration does not fit"),
    "load": gettext_lazy("No place is free"),
    DECLINED: gettext_lazy("Said no earlier"),
    EXCLUDED: gettext_lazy("Not suitable, somebody said"),
    PROPOSED: gettext_lazy("Proposed already"),
    TOGETHER: gettext_lazy("Together already"),
    NOT_AVAILABLE: gettext_lazy("Not available yet"),
}


@dataclass(frozen=True)
class LeftOut:
    """A support family that is not proposed, and the first reason.

    Attributes:
        can_be_asked: whether only an earlier no keeps it from being proposed.
    """

    name: str
    why: str
    offer: SupportOffer
    exclusion: Exclusion | None = None
    can_be_asked: bool = False


@dataclass(frozen=True)
class Group:
    """Who is left out for the same reason.

    Attributes:
        n: how many, named or not.
    """

    code: str
    n: int
    lines: list[LeftOut] = field(default_factory=list)

    @property
    def title(self) -> str:
        """The reason in a few words."""
        return str(GROUPS[self.code])

    @property
    def n_unnamed(self) -> int:
        """How many are not named."""
        return self.n - len(self.lines)


def groups_of(search: Search, *, everybody: bool = False) -> list[Group]:
    """Who is left out and why, in the order in which reasons are always shown."""
    cols = defaultdict(list)
    for col, code in search.left_out:
        cols[search.encoded.barred.get((0, col), code)].append(col)
    shown = {
        code: found if everybody else found[:NAMED_FIRST]
        for code, found in cols.items()
    }
    named = [col for found in shown.values() for col in found]
    offers, reasons = search.offers_at(named), search.explained(named)
    exclusions = {one.offer.family_id: one for one in search.exclusions}
    no = [offers[col] for col in shown.get(DECLINED, ())]
    declined = said_no(search, no) if no else {}
    groups = [
        Group(
            code,
            len(cols[code]),
            [
                LeftOut(
                    search.label(offers[col]),
                    declined[offers[col].pk],
                    offers[col],
                    can_be_asked=True,
                )
                if code == DECLINED
                else _line(search, col, offers[col], reasons[col], exclusions)
                for col in shown[code]
            ],
        )
        for code in (*CODES, DECLINED, EXCLUDED, PROPOSED, TOGETHER)
        if code in cols
    ]
    unavailable = _not_available(search, everybody=everybody)
    return [*groups, unavailable] if unavailable.n else groups


def set_aside_today(search: Search) -> list[LeftOut]:
    """Whom the coordinator said today not to propose: it can be taken back at once."""
    return [
        LeftOut(
            search.label(one.offer),
            _why_excluded(one),
            one.offer,
            one,
        )
        for one in search.exclusions
        if one.from_on == search.on and one.made_by_id == search.user.pk
    ]


def _line(
    search: Search,
    col: int,
    offer: SupportOffer,
    reasons: tuple[Reason, ...],
    exclusions: dict[int, Exclusion],
) -> LeftOut:
    name = search.label(offer)
    exclusion = exclusions.get(offer.family_id)
    if exclusion:
        return LeftOut(name, _why_excluded(exclusion), offer, exclusion)
    held = search.held_in_words(offer)
    first = next((one.code for one in reasons if one.veto), "")
    if first == "load" and held:
        return LeftOut(name, held, offer)
    return LeftOut(name, why_not(search, col, reasons), offer)


def _not_available(search: Search, *, everybody: bool) -> Group:
    """Own support families that are on their way, or pause."""
    stages = SupportOffer.Stage
    found = (
        SupportOffer.objects.visible_to(search.user)
        .filter(stage__in=(stages.TALKING, stages.PAUSED, stages.APPLIED))
        .exclude(family__household=search.request.family.household_id)
        .select_related("family__household__municipality")
        .order_by("-stage", "waiting_since", "pk")
    )
    lines = [
        LeftOut(search.label(one), _stage(one), one)
        for one in (found if everybody else found[:NAMED_FIRST])
    ]
    return Group(NOT_AVAILABLE, found.count(), lines)


def _stage(offer: SupportOffer) -> str:
    if offer.paused_until:
        return _("Paused until %(date)s.") % {"date": words.day(offer.paused_until)}
    return _("%(stage)s.") % {"stage": capfirst(offer.get_stage_display())}


def _why_excluded(exclusion: Exclusion) -> str:
    reason = exclusion.get_reason_display()
    if exclusion.until_on:
        return _("Not suitable until %(date)s: %(reason)s.") % {
            "date": words.day(exclusion.until_on),
            "reason": reason,
        }
    return _("Not suitable: %(reason)s.") % {"reason": reason}

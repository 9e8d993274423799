"""What the no of a family may teach: the limits that the pair shows, or a pause.

Read from what the engine saw when the proposal was made, so that it stays the same
after the families changed. A no is never held against a family: it only makes its own
wishes clearer, and only where a coordinator approves.
"""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from families.models import SupportOffer, SupportRequest
from families.vocabulary import Demand, Frequency
from matching.core.explain import Reason
from matching.core.pool import ALL_AGES, HOME_FACTS, Fact, Pool
from matching.engine.snapshots import pool_of, reasons_of
from matching.models import Lesson, Proposal
from matching.services.proposals import REQUEST, SUPPORT
from matching.wording import words

SHORTEST_REACH_KM = Decimal("0.5")
OFTEN_TO_SELDOM = (
    Frequency.WEEKLY,
    Frequency.FORTNIGHTLY,
    Frequency.MONTHLY,
    Frequency.NOW_AND_THEN,
)
NO_AT_HOME = {
    "dog": gettext_lazy("A limit: no dog in the other home"),
    "cat": gettext_lazy("A limit: no cat in the other home"),
    "other_animal": gettext_lazy("A limit: no other animals in the other home"),
    "smoking": gettext_lazy("A limit: nobody smokes in the other home"),
    "stairs": gettext_lazy("A limit: no stairs in the other home"),
}


@dataclass(frozen=True)
class Suggestion:
    """One change of the wishes of the family that said no.

    Attributes:
        key: names it in a form: the field, and what tells two of them apart.
        field: of the request or offer.
        after: the value it would get, as JSON keeps it.
        text: what would change.
    """

    key: str
    consequence: str
    field: str
    after: Any
    text: str


@dataclass(frozen=True)
class Pair:
    """A declined pair as it was seen, and the wishes of who declined as they are."""

    side: str
    wishes: SupportRequest | SupportOffer
    pool: Pool
    col: int
    said: dict[str, Reason]


def side_that_declined(proposal: Proposal) -> str | None:
    """The side that said no; None where nobody did."""
    if proposal.outcome != Proposal.Outcome.DECLINED:
        return None
    no = Proposal.Answer.NO
    return SUPPORT if proposal.support_answer == no else REQUEST


def suggestions(proposal: Proposal) -> list[Suggestion]:
    """What may be learned from a declined proposal, for who said no; often nothing."""
    side = side_that_declined(proposal)
    if side is None:
        return []
    if proposal.reason == Proposal.Reason.TOO_BUSY:
        return [] if side == REQUEST else [_pause()]
    kept = pool_of(proposal)
    suggest = _SUGGEST.get(proposal.reason)
    if kept is None or suggest is None:
        return []
    wishes = proposal.offer if side == SUPPORT else proposal.request
    said = {reason.code: reason for reason in reasons_of(proposal)}
    return list(suggest(Pair(side, wishes, *kept, said)))


def learned_in_words(lesson: Lesson, after: Any) -> str:
    """What a lesson changed, in the words in which it was suggested."""
    if lesson.consequence == Lesson.Consequence.PAUSE:
        return _("They pause until %(date)s") % {"date": words.day(after)}
    if lesson.field.startswith("no_"):
        return str(NO_AT_HOME[lesson.field.removeprefix("no_")])
    return {
        "max_distance_km": lambda: _reach(after),
        "moments": lambda: (
            _("They can: %(moments)s")
            % {"moments": words.moments_in_words(after, most=9)}
        ),
        "frequency": lambda: _how_often(after),
        "ages": lambda: (
            _("Welcome: %(years)s years") % {"years": words.years_in_words(after)}
        ),
        "children_at_once": lambda: _at_once(after),
        "children_at_home": _children_wanted,
        "language_demand": _one_language,
    }[lesson.field]()


def _limit(field: str, after: Any, text: str, *, key: str = "") -> Suggestion:
    return Suggestion(key or field, Lesson.Consequence.LIMIT, field, after, text)


def _pause() -> Suggestion:
    return Suggestion(
        "pause",
        Lesson.Consequence.PAUSE,
        "paused_until",
        None,
        _("A pause: until a day we propose nobody to them"),
    )


def _distance(pair: Pair) -> Iterator[Suggestion]:
    """At most just less than this distance."""
    metres = pair.said["distance"].params["distance_m"]
    if metres is None:
        return
    reach = Decimal(math.ceil(metres / 100) - 1) / 10
    limit = pair.wishes.max_distance_km
    if reach >= SHORTEST_REACH_KM and (limit is None or limit > reach):
        yield _limit("max_distance_km", str(reach), _reach(reach))


def _moments(pair: Pair) -> Iterator[Suggestion]:
    """Not at the moments that these two had in common."""
    common = pair.said["moments"].params["common"]
    left = (pair.wishes.moments or 0) & ~common
    if left and left != pair.wishes.moments:
        text = _("No longer on: %(moments)s") % {
            "moments": words.moments_in_words(common, most=9)
        }
        yield _limit("moments", left, text)


def _frequency(pair: Pair) -> Iterator[Suggestion]:
    """One step more seldom, or more often, than this pair would have met."""
    params = pair.said["frequency"].params
    other = params["asked" if pair.side == SUPPORT else "offered"]
    if other is None:
        return
    place = other - 1
    for near in (place + 1, place - 1):
        if not 0 <= near < len(OFTEN_TO_SELDOM):
            continue
        often = OFTEN_TO_SELDOM[near]
        if often != pair.wishes.frequency:
            text = _how_often(often)
            yield _limit("frequency", often.value, text, key=f"frequency-{often.value}")


def _ages(pair: Pair) -> Iterator[Suggestion]:
    """Not children of these ages, or not so many; only a support family says so."""
    if not isinstance(pair.wishes, SupportOffer):
        return
    asked = pair.said["ages"].params["asked"]
    left = (pair.wishes.ages or ALL_AGES) & ~asked
    if asked and left and left != pair.wishes.ages:
        text = _("No children of %(years)s years") % {
            "years": words.years_in_words(asked)
        }
        yield _limit("ages", left, text)
    number = pair.said["children"].params["number"]
    at_once = pair.wishes.children_at_once
    if number and number > 1 and (at_once is None or at_once >= number):
        yield _limit("children_at_once", number - 1, _at_once(number - 1))


def _home(pair: Pair) -> Iterator[Suggestion]:
    """No home with what this one has."""
    of_offer = pair.side == REQUEST
    facts = (
        pair.pool.offers.home_facts[pair.col]
        if of_offer
        else pair.pool.requests.home_facts[0]
    )
    for fact, known in zip(HOME_FACTS, facts.tolist(), strict=True):
        field = f"no_{fact}"
        if known == Fact.YES and getattr(pair.wishes, field) != Demand.LIMIT:
            yield _limit(field, Demand.LIMIT.value, str(NO_AT_HOME[fact]))
    if (
        of_offer
        and pair.pool.offers.has_children[pair.col] == Fact.NO
        and isinstance(pair.wishes, SupportRequest)
        and pair.wishes.children_at_home != Demand.LIMIT
    ):
        yield _limit("children_at_home", Demand.LIMIT.value, _children_wanted())


def _language(pair: Pair) -> Iterator[Suggestion]:
    """A language in common, where these two have none that we know of."""
    has_one = pair.said["language"].params["common"]
    if not has_one and pair.wishes.language_demand != Demand.LIMIT:
        yield _limit("language_demand", Demand.LIMIT.value, _one_language())


def _reach(km: Any) -> str:
    return _("A limit: at most %(distance)s away") % {
        "distance": words.kilometres(float(km) * 1000)
    }


def _how_often(often: str) -> str:
    return _("How often: %(often)s") % {"often": Frequency(often).label}


def _at_once(number: int) -> str:
    return ngettext(
        "At most %(n)d child at once", "At most %(n)d children at once", number
    ) % {"n": number}


def _children_wanted() -> str:
    return _("A limit: children live in the other home")


def _one_language() -> str:
    return _("A limit: a language in common")


_SUGGEST: dict[str, Callable[[Pair], Iterator[Suggestion]]] = {
    Proposal.Reason.DISTANCE: _distance,
    Proposal.Reason.MOMENTS: _moments,
    Proposal.Reason.FREQUENCY: _frequency,
    Proposal.Reason.AGES: _ages,
    Proposal.Reason.HOME: _home,
    Proposal.Reason.LANGUAGE: _language,
}

"""All that the page of a family says of it: people, home, what it asks and gives."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any, Literal

from django.db.models import Prefetch
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from families import people
from families.facts import Fact, ages_in_words, facts_of
from families.models import (
    ChildSaid,
    Household,
    Person,
    RequestFamily,
    ScreeningCheck,
    SupportFamily,
    SupportOffer,
    SupportRequest,
)
from families.services import households
from families.services.children_said import Heard, heard
from families.services.pauses import may_pause
from families.services.sources import HOME_FACTS
from families.services.wishes import PAUSE, WishRows
from families.vocabulary import kinds_in, languages_in

ASKS_TELLS = ("upbringing", "expectations", "reciprocity")
GIVES_TELLS = ("motivation",)
# Shown as a list, as the week or in a sentence, or not something to ask for.
SHOWN_APART = ("kinds", "moments", "children", "ages", "remarks")
NEVER_ASKED = ("kinds_other", "remarks", PAUSE)
CALL_DAYPARTS = 3


@dataclass(frozen=True)
class WishSheet:
    """What a family asks or gives, in words.

    Attributes:
        facts: what is known, without what the page shows in another way.
        not_asked: what the family was not asked yet.
        sources: how we know the rest, by the name of the fact.
        may_pause: whether it may rest, or does so already.
        children_said: children who are asked themselves, or of unknown age.
        moves: stages that one press brings about, with the words on the button.
        back_to: the stage that a step back leads to, in words; "" for none.
    """

    wish: SupportRequest | SupportOffer
    side: Literal["request", "support"]
    days: int
    for_whom: str
    kinds: list[str]
    facts: list[Fact]
    not_asked: list[str]
    sources: dict[str, str]
    moves: list[tuple[str, str]]
    back_to: str
    closable: bool
    may_pause: bool
    children_said: list[Heard] = field(default_factory=list)


@dataclass(frozen=True)
class Sheet:
    """A family as its page shows it.

    Attributes:
        stories: what they told in their own words, each under what it is about.
        without_vog: names of the adults of a support family whose VOG nobody saw.
    """

    person: Person | None
    call_at: str
    languages: str
    town: str
    adults: list[Person]
    children: list[str]
    home: list[tuple[str, bool | None]]
    request_family: RequestFamily | None
    support_family: SupportFamily | None
    wishes: list[WishSheet] = field(default_factory=list)
    stories: list[tuple[str, str]] = field(default_factory=list)
    without_vog: list[str] = field(default_factory=list)


def sheet(household: Household, *, on: dt.date) -> Sheet:
    """What is known of a household whose people and home are loaded."""
    members = household.members  # type: ignore[attr-defined]
    person = people.contact_person(members, on)
    request_family = getattr(household, "request_family", None)
    support_family = getattr(household, "support_family", None)
    adults = people.adults(members, on)
    wishes: list[WishSheet] = []
    if request_family is not None:
        requests = request_family.requests.prefetch_related(
            "children",
            "sources",
            "stages",
            Prefetch("children_said", ChildSaid.objects.select_related("by")),
        )
        wishes += [
            _asked(one, _rows_of(one, household, adults), on)
            for one in requests.order_by("pk")
        ]
    if support_family is not None:
        places = support_family.places.count()
        offers = support_family.offers.prefetch_related("sources", "stages").order_by(
            "pk"
        )
        wishes += [
            _given(one, _rows_of(one, household, adults, places), on) for one in offers
        ]
    return Sheet(
        person=person,
        call_at=_call_at(person),
        languages=_list(languages_in(person.languages)) if person else "",
        town=people.town(household),
        adults=adults,
        children=[with_age(one, on) for one in people.children(members, on)],
        home=[
            (_label(household, name), getattr(household, name)) for name in HOME_FACTS
        ],
        request_family=request_family,
        support_family=support_family,
        wishes=wishes,
        stories=_stories(request_family, support_family),
        without_vog=_without_vog(adults) if support_family is not None else [],
    )


def _stories(
    asks: RequestFamily | None, gives: SupportFamily | None
) -> list[tuple[str, str]]:
    told = [
        (_label(family, name), getattr(family, name))
        for family, names in ((asks, ASKS_TELLS), (gives, GIVES_TELLS))
        if family is not None
        for name in names
    ]
    if gives is not None:
        told.append((_label(gives, "experience"), gives.get_experience_display()))
    return [(label, text) for label, text in told if text]


def _without_vog(adults: list[Person]) -> list[str]:
    seen = set(
        ScreeningCheck.objects.current()
        .filter(
            person__in=adults,
            kind=ScreeningCheck.Kind.VOG,
            state__in=ScreeningCheck.SETTLED,
        )
        .values_list("person", flat=True)
    )
    return [one.name or one.reference for one in adults if one.pk not in seen]


def _asked(wish: SupportRequest, rows: WishRows, on: dt.date) -> WishSheet:
    names = [with_age(child, on) for child in rows.children]
    return WishSheet(
        wish=wish,
        side="request",
        days=wish.days_waiting(on),
        for_whom=_list(names),
        may_pause=may_pause(wish),
        children_said=[
            one for one in heard(wish, on=on) if one.is_asked_itself or one.age is None
        ],
        **_shared(rows, on),
    )


def _given(wish: SupportOffer, rows: WishRows, on: dt.date) -> WishSheet:
    return WishSheet(
        wish=wish,
        side="support",
        days=wish.days_waiting(on),
        for_whom=ages_in_words(wish.ages),
        may_pause=may_pause(wish),
        **_shared(rows, on),
    )


def _rows_of(
    wish: SupportRequest | SupportOffer,
    household: Household,
    adults: list[Person],
    n_places: int = 0,
) -> WishRows:
    """The rows of what a family asks or gives, from what is loaded already."""
    children = list(wish.children.all()) if isinstance(wish, SupportRequest) else []
    return WishRows(
        wishes=wish,
        household=household,
        adults=adults,
        children=children,
        chosen=tuple(sorted(child.pk for child in children)),
        n_places=n_places,
    )


def _shared(rows: WishRows, on: dt.date) -> dict[str, Any]:
    wish = rows.wishes
    words = {"talking": _("The talk was held"), "available": _("Available again")}
    # What asks a question has a page of its own.
    by_press = {"talking"}
    former = households.former_stage(wish)
    if former == wish.Stage.PAUSED:
        # "Take a pause" leads there, and asks until when.
        former = None
    moves = households.moves_from(wish)
    if wish.stage == wish.Stage.PAUSED:
        goes_on = moves[0]
        by_press.add(goes_on)
        words.setdefault(goes_on, _("The pause is over"))
        words["talking"] = _("The pause is over")
    facts = [
        fact
        for fact in facts_of(rows, wish.sources.all(), on=on)
        # The page shows these of the home once, for all that it asks and gives.
        if fact.name not in HOME_FACTS
    ]
    return {
        "kinds": [str(kind.label) for kind in kinds_in(wish.kinds)],
        "facts": [
            fact for fact in facts if fact.words and fact.name not in SHOWN_APART
        ],
        "not_asked": [
            fact.label
            for fact in facts
            if not fact.words and fact.name not in NEVER_ASKED
        ],
        "sources": {fact.name: fact.source for fact in facts if fact.source},
        "moves": [(stage, words[stage]) for stage in moves if stage in by_press],
        "back_to": str(wish.Stage(former).label) if former else "",
        "closable": households.may_close(wish),
    }


def _label(row: Any, name: str) -> str:
    return str(row._meta.get_field(name).verbose_name)


def with_age(child: Person, on: dt.date) -> str:
    """A child as lists name it: "Noor (6)"."""
    age = child.age_on(on)
    name = child.name or _("a child")
    return name if age is None else f"{name} ({age})"


def _call_at(person: Person | None) -> str:
    if person is None:
        return ""
    words = (_("in the morning"), _("in the afternoon"), _("in the evening"))
    chosen = [
        words[bit] for bit in range(CALL_DAYPARTS) if person.call_dayparts >> bit & 1
    ]
    return _list(chosen)


def _list(things: Any) -> str:
    words = [str(getattr(thing, "label", thing)) for thing in things]
    return get_text_list(words, _("and"))

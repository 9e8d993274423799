"""All that the page of a family says of it: people, home, what it asks and gives."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any, Literal

from django.utils.formats import number_format
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from families import people
from families.models import (
    Household,
    Person,
    RequestFamily,
    ScreeningCheck,
    SupportFamily,
    SupportOffer,
    SupportRequest,
)
from families.services import households
from families.vocabulary import Demand, kinds_in, languages_in

ASKS_TELLS = ("upbringing", "expectations", "reciprocity")
GIVES_TELLS = ("motivation",)
HOME_FACTS = ("dog", "cat", "other_animal", "smoking", "stairs")
DEMANDS = (
    "no_dog",
    "no_cat",
    "no_other_animal",
    "no_smoking",
    "no_stairs",
    "children_at_home",
    "language_demand",
)
OLDEST = 17
CALL_DAYPARTS = 3


@dataclass(frozen=True)
class WishSheet:
    """What a family asks or gives, in words.

    Attributes:
        moves: stages that one press brings about, with the words on the button.
        back_to: the stage that a step back leads to, in words; "" for none.
    """

    wish: SupportRequest | SupportOffer
    side: Literal["request", "support"]
    days: int
    for_whom: str
    kinds: list[str]
    sentences: list[str]
    demands: dict[str, list[str]]
    moves: list[tuple[str, str]]
    back_to: str
    closable: bool


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
        requests = request_family.requests.prefetch_related("children")
        wishes += [_asked(one, on) for one in requests.order_by("pk")]
    if support_family is not None:
        places = support_family.places.count()
        offers = support_family.offers.order_by("pk")
        wishes += [_given(one, places, on) for one in offers]
    return Sheet(
        person=person,
        call_at=_call_at(person),
        languages=_list(languages_in(person.languages)) if person else "",
        town=people.town(household),
        adults=adults,
        children=[_with_age(one, on) for one in people.children(members, on)],
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
            state=ScreeningCheck.State.SHOWN,
        )
        .values_list("person", flat=True)
    )
    return [one.name or one.reference for one in adults if one.pk not in seen]


def _asked(wish: SupportRequest, on: dt.date) -> WishSheet:
    names = [_with_age(child, on) for child in wish.children.all()]
    return WishSheet(
        wish=wish,
        side="request",
        days=wish.days_waiting(on),
        for_whom=_list(names),
        sentences=_both_sides(wish),
        **_shared(wish),
    )


def _given(wish: SupportOffer, places: int, on: dt.date) -> WishSheet:
    sentences = _both_sides(wish)
    if wish.children_at_once:
        sentences.append(
            ngettext(
                "%(count)d child at once.",
                "%(count)d children at once.",
                wish.children_at_once,
            )
            % {"count": wish.children_at_once}
        )
    sentences.append(
        ngettext("Room for %(count)d family.", "Room for %(count)d families.", places)
        % {"count": places}
    )
    if wish.only_when_both_home:
        sentences.append(_("Only when both adults are home."))
    return WishSheet(
        wish=wish,
        side="support",
        days=wish.days_waiting(on),
        for_whom=_ages(wish.ages),
        sentences=sentences,
        **_shared(wish),
    )


def _shared(wish: SupportRequest | SupportOffer) -> dict[str, Any]:
    words = {
        "talking": _("The talk was held"),
        "paused": _("Take a pause"),
        "available": _("Available again"),
    }
    # What asks a question has a page of its own.
    by_press = {"talking", "paused"}
    if wish.stage == SupportOffer.Stage.PAUSED:
        by_press.add("available")
    former = households.former_stage(wish)
    return {
        "kinds": [str(kind.label) for kind in kinds_in(wish.kinds)],
        "demands": {
            level: _demands(wish, level)
            for level in (Demand.LIMIT, Demand.WISH, Demand.NOT_ASKED)
        },
        "moves": [
            (stage, words[stage])
            for stage in households.moves_from(wish)
            if stage in by_press
        ],
        "back_to": str(wish.Stage(former).label) if former else "",
        "closable": households.may_close(wish),
    }


def _both_sides(wish: SupportRequest | SupportOffer) -> list[str]:
    sentences = []
    if wish.frequency:
        sentences.append(
            _("How often: %(often)s.") % {"often": wish.get_frequency_display()}
        )
    if wish.duration_months:
        sentences.append(
            ngettext(
                "Expected duration: %(count)d month.",
                "Expected duration: %(count)d months.",
                wish.duration_months,
            )
            % {"count": wish.duration_months}
        )
    if wish.max_distance_km is not None:
        sentences.append(
            _("At most %(distance)s km away.")
            % {"distance": number_format(wish.max_distance_km.normalize())}
        )
    if wish.kinds_other:
        sentences.append(_("Also: %(other)s") % {"other": wish.kinds_other})
    return sentences


def _demands(wish: SupportRequest | SupportOffer, level: str) -> list[str]:
    return [
        _label(wish, name)
        for name in DEMANDS
        if getattr(wish, name, Demand.INDIFFERENT) == level
    ]


def _label(row: Any, name: str) -> str:
    return str(row._meta.get_field(name).verbose_name)


def _with_age(child: Person, on: dt.date) -> str:
    age = child.age_on(on)
    name = child.name or _("a child")
    return name if age is None else f"{name} ({age})"


def _ages(mask: int) -> str:
    ages = [age for age in range(OLDEST + 1) if mask >> age & 1]
    if not ages:
        return ""
    if ages == list(range(ages[0], ages[-1] + 1)) and len(ages) > 1:
        return _("Children from %(youngest)d to %(oldest)d years") % {
            "youngest": ages[0],
            "oldest": ages[-1],
        }
    return _("Children of %(ages)s years") % {"ages": _list(ages)}


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

"""Families, moments and wishes in words, as a coordinator says them."""

import datetime as dt
import math
from collections.abc import Iterable
from typing import Any

from django.utils.formats import date_format, number_format
from django.utils.text import capfirst, get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext, pgettext_lazy

from families import moments
from families.models import Household, Person, SupportRequest
from families.vocabulary import Demand, SupportKind, kinds_in
from matching.core.pool import ALL_AGES, HOME_FACTS
from matching.models import Proposal

CYCLING_KM_PER_HOUR = 15
AGE_GROUPS = (range(4), range(4, 7), range(7, 10), range(10, 13), range(13, 18))
# So many moments are named; the week shows them all.
MOMENTS_NAMED = 3
# The kind of tag that goes with a band.
TAG_OF_BAND = {
    Proposal.Band.STRONG: "ok",
    Proposal.Band.GOOD: "info",
    Proposal.Band.POSSIBLE: "",
}

SLOTS = {
    0: (
        gettext_lazy("Monday morning"),
        gettext_lazy("Monday afternoon"),
        gettext_lazy("Monday evening"),
        gettext_lazy("Monday night"),
    ),
    1: (
        gettext_lazy("Tuesday morning"),
        gettext_lazy("Tuesday afternoon"),
        gettext_lazy("Tuesday evening"),
        gettext_lazy("Tuesday night"),
    ),
    2: (
        gettext_lazy("Wednesday morning"),
        gettext_lazy("Wednesday afternoon"),
        gettext_lazy("Wednesday evening"),
        gettext_lazy("Wednesday night"),
    ),
    3: (
        gettext_lazy("Thursday morning"),
        gettext_lazy("Thursday afternoon"),
        gettext_lazy("Thursday evening"),
        gettext_lazy("Thursday night"),
    ),
    4: (
        gettext_lazy("Friday morning"),
        gettext_lazy("Friday afternoon"),
        gettext_lazy("Friday evening"),
        gettext_lazy("Friday night"),
    ),
    5: (
        gettext_lazy("Saturday morning"),
        gettext_lazy("Saturday afternoon"),
        gettext_lazy("Saturday evening"),
        gettext_lazy("Saturday night"),
    ),
    6: (
        gettext_lazy("Sunday morning"),
        gettext_lazy("Sunday afternoon"),
        gettext_lazy("Sunday evening"),
        gettext_lazy("Sunday night"),
    ),
}
# Short, as they stand in a list within a sentence.
KINDS = {
    SupportKind.PLAY: pgettext_lazy("kind of support", "playing"),
    SupportKind.MEAL: pgettext_lazy("kind of support", "a meal"),
    SupportKind.SLEEPOVER: pgettext_lazy("kind of support", "sleeping over"),
    SupportKind.TRANSPORT: pgettext_lazy("kind of support", "bringing and fetching"),
    SupportKind.HOMEWORK: pgettext_lazy("kind of support", "homework"),
    SupportKind.OUTING: pgettext_lazy("kind of support", "going out together"),
    SupportKind.BIRTHDAY: pgettext_lazy("kind of support", "a birthday"),
    SupportKind.SCHOOL_TALK: pgettext_lazy("kind of support", "a talk at school"),
    SupportKind.LISTENING: pgettext_lazy("kind of support", "a listening ear"),
    SupportKind.OTHER: pgettext_lazy("kind of support", "something else"),
}
# What stands about a home where it is as the other side wants it.
HOME_KEPT = {
    "dog": gettext_lazy("no dog"),
    "cat": gettext_lazy("no cat"),
    "other_animal": gettext_lazy("no other animals"),
    "smoking": gettext_lazy("no smoking indoors"),
    "stairs": gettext_lazy("no stairs"),
    "no_children": gettext_lazy("children at home"),
}


def band_label(band: str) -> str:
    """A band as it stands in a tag."""
    return str(capfirst(Proposal.Band(band).label))


def family_name(household: Household) -> str:
    """A family as coordinators call it, within a sentence: gezin De Boer."""
    return _("family %(name)s") % {"name": household.name}


def anonymous_support_family(household: Household) -> str:
    """A support family of which no more than the municipality may be told."""
    return _("support family in %(municipality)s") % {
        "municipality": household.municipality.name
    }


def anonymous_request_family(household: Household) -> str:
    """A request family of which no more than the municipality may be told."""
    return _("request family in %(municipality)s") % {
        "municipality": household.municipality.name
    }


def names_of(people: Iterable[Person]) -> str:
    """First names in one list; a child without a name is a child."""
    return listed(one.name or _("Child") for one in people)


def moments_in_words(mask: int, *, most: int = MOMENTS_NAMED) -> str:
    """The first moments of a mask by name: "Wednesday afternoon and 2 more"."""
    slots = [_slot(slot, weeks) for slot, weeks in moments.slots_in(mask).items()]
    if mask & moments.SCHOOL_HOLIDAYS:
        slots.append(_("the school holidays"))
    if len(slots) > most:
        more = len(slots) - most + 1
        slots = [
            *slots[: most - 1],
            ngettext("%(n)d more moment", "%(n)d more moments", more) % {"n": more},
        ]
    return listed(slots)


def kinds_in_words(mask: int) -> str:
    """The kinds of support in a mask, in their fixed order."""
    return listed(KINDS[kind] for kind in kinds_in(mask))


def years_in_words(mask: int) -> str:
    """Ages as people say them: "6 and 9"."""
    return listed(year for year in range(ALL_AGES.bit_length()) if mask >> year & 1)


def day(value: dt.date) -> str:
    """A day in words within a sentence: 1 december 2026."""
    return date_format(value, "j F Y")


def kilometres(metres: float) -> str:
    """Metres as people say them: 1,2 km, or 5 km."""
    km = round(metres / 1000, 1)
    decimals = 0 if km.is_integer() else 1
    return _("%(distance)s km") % {"distance": number_format(km, decimals)}


def heard_by_support_family(
    request: SupportRequest, *, distance_km: float | None, on: dt.date
) -> list[dict[str, str]]:
    """What a support family hears before it says yes: no name, school or street."""
    rows = [
        (_("Children"), _children_heard(request, on=on)),
        (_("What"), kinds_in_words(request.kinds)),
        (_("How often"), request.get_frequency_display()),
        (_("When"), moments_in_words(request.moments or 0, most=6)),
        (_("How far"), minutes_heard(distance_km)),
        (_("Limits"), demands_in_words(request, Demand.LIMIT)),
        (_("Wishes"), demands_in_words(request, Demand.WISH)),
    ]
    return [{"term": term, "value": str(value)} for term, value in rows if value]


def _children_heard(request: SupportRequest, *, on: dt.date) -> str:
    """How many children, and of which age group: not which age, nor who."""
    children = list(request.children.all())
    ages = [child.age_on(on) for child in children]
    groups = [group for group in AGE_GROUPS if any(age in group for age in ages)]
    number = ngettext("%(n)d child", "%(n)d children", len(children)) % {
        "n": len(children)
    }
    if not groups:
        return number
    return _("%(children)s of %(ages)s") % {
        "children": number,
        "ages": listed(age_group(group) for group in groups),
    }


def age_group(group: range) -> str:
    """An age group in words: 4 to 6 years."""
    return _("%(youngest)d to %(eldest)d years") % {
        "youngest": group[0],
        "eldest": group[-1],
    }


def minutes_heard(distance_km: float | None) -> str:
    """About how long by bicycle, in steps of five minutes so that it gives no place."""
    if distance_km is None:
        return ""
    minutes = max(5, 5 * math.ceil(distance_km / CYCLING_KM_PER_HOUR * 60 / 5))
    return _("about %(minutes)d minutes by bicycle") % {"minutes": minutes}


def demands_in_words(request: SupportRequest, demand: str) -> str:
    """What a family asks of the other home, as a limit or as a wish."""
    fields = {f"no_{fact}": HOME_KEPT[fact] for fact in HOME_FACTS}
    fields["children_at_home"] = HOME_KEPT["no_children"]
    return listed(
        word for field, word in fields.items() if getattr(request, field) == demand
    )


def _slot(slot: tuple[int, int], weeks: str) -> str:
    weekday, part = slot
    name = str(SLOTS[weekday][part])
    if weeks == "even":
        return _("%(moment)s in even weeks") % {"moment": name}
    if weeks == "odd":
        return _("%(moment)s in odd weeks") % {"moment": name}
    return name


def listed(words: Iterable[Any]) -> str:
    return get_text_list([str(word) for word in words], pgettext("in a list", "and"))

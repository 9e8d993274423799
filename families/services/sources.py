"""Writes down how wishes and facts became known, and when."""

import datetime as dt
from collections.abc import Iterable

from families.models import FactSource, Household, SupportOffer, SupportRequest, User
from families.vocabulary import Demand

# What an application may tell, each under the name that stands in `FactSource.field`.
HOME_FACTS = ("dog", "cat", "other_animal", "smoking", "stairs")
APPLICATION_WISHES = (
    "kinds",
    "kinds_other",
    "frequency",
    "moments",
    *(f"no_{fact}" for fact in HOME_FACTS),
    "max_distance_km",
    "language_demand",
    "remarks",
    "children_at_home",
    "preferred_language",
    "ages",
    "children_at_once",
    "only_when_both_home",
    "visit_length",
)
LANGUAGES = "languages"


def wishes_of(household: Household) -> list[SupportRequest | SupportOffer]:
    """All that a household asks and gives, also what has ended."""
    of_household = {"family__household": household}
    return [
        *SupportRequest.objects.filter(**of_household).order_by("pk"),
        *SupportOffer.objects.filter(**of_household).order_by("pk"),
    ]


def note_sources(
    wishes: SupportRequest | SupportOffer,
    fields: Iterable[str],
    *,
    source: str,
    on: dt.date,
    by: User | None,
) -> None:
    """Writes the source of each of these fields over its former one.

    Part of the caller's transaction.

    Args:
        wishes: the request or offer that they are about.
        fields: names of what became known.
        source: one of `FactSource.Source`.
        on: the day on which it was told.
        by: who wrote it down; None for the family itself.
    """
    told = {"source": FactSource.Source(source), "on": on, "by": by}
    for field in fields:
        wishes.sources.update_or_create(field=field, defaults=told)


def forget_sources(
    wishes: SupportRequest | SupportOffer, fields: Iterable[str]
) -> None:
    """Takes away the sources of what is not known any more, in the same way."""
    wishes.sources.filter(field__in=list(fields)).delete()


def note_application(
    wishes: SupportRequest | SupportOffer,
    *,
    on: dt.date,
    source: str = FactSource.Source.APPLICATION,
    by: User | None = None,
) -> None:
    """What an application told has that as its source, or the talk in which it did."""
    family = wishes.family
    household = family.household
    answers = {name: getattr(wishes, name, None) for name in APPLICATION_WISHES}
    answers |= {name: getattr(household, name) for name in (*HOME_FACTS, "car")}
    if isinstance(wishes, SupportRequest):
        answers["children"] = wishes.children.exists()
    else:
        answers["has_children"] = getattr(family, "has_children", None)
    people = household.memberships.filter(person__languages__gt=0)
    answers[LANGUAGES] = people.exists()
    asked = [name for name, answer in answers.items() if _is_told(name, answer)]
    note_sources(wishes, asked, source=source, on=on, by=by)


def _is_told(name: str, answer: object) -> bool:
    if name in ("children", LANGUAGES):
        return bool(answer)
    return answer is False or (bool(answer) and answer != Demand.NOT_ASKED)

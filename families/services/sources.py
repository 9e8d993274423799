"""Writes down how wishes and facts became known, and when."""

import datetime as dt
from collections.abc import Iterable

from families.models import FactSource, Household, SupportOffer, SupportRequest, User

# What an application may tell, each under the name that stands in `FactSource.field`.
APPLICATION_WISHES = ("kinds", "kinds_other", "moments", "max_distance_km", "ages")
HOME_FACTS = ("dog", "cat", "other_animal", "smoking", "stairs")


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


def note_application(wishes: SupportRequest | SupportOffer, *, on: dt.date) -> None:
    """What an application told has that as its source."""
    household = wishes.family.household
    answers = {name: getattr(wishes, name, None) for name in APPLICATION_WISHES}
    answers |= {name: getattr(household, name) for name in HOME_FACTS}
    told = [name for name, answer in answers.items() if answer or answer is False]
    told.append("children" if isinstance(wishes, SupportRequest) else "has_children")
    application = FactSource.Source.APPLICATION
    note_sources(wishes, told, source=application, on=on, by=None)

"""Changes what a family asks or gives, each value with how and when it was told."""

import datetime as dt
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Self

from django.db import models, transaction
from django.db.models import ProtectedError

from families import people
from families.models import (
    MOST_PLACES,
    Household,
    Membership,
    Person,
    Place,
    RequestFamily,
    SupportFamily,
    SupportOffer,
    SupportRequest,
    Task,
    User,
)
from families.services import tasks
from families.services.audit import record
from families.services.households import ChangedMeanwhile
from families.services.pauses import pause, resume
from families.services.sources import (
    HOME_FACTS,
    forget_sources,
    note_sources,
    wishes_of,
)
from families.vocabulary import Demand

BOTH = (
    "kinds",
    "kinds_other",
    "frequency",
    "moments",
    *(f"no_{fact}" for fact in HOME_FACTS),
    "max_distance_km",
    "language_demand",
    "duration_months",
    "remarks",
)
REQUEST = (*BOTH, "children_at_home", "preferred_language", "custody")
# Follows from what each holder of custody says, see `families.services.custody`.
DERIVED = ("custody",)
OFFER = (
    *BOTH,
    "ages",
    "children_at_once",
    "only_when_both_home",
    "visit_length",
)
# What a person speaks is changed under this name and the reference of the person.
SPEAKS = "languages-"
LANGUAGES = "languages"
# Facts of the home and the family, which all that a household asks and gives shares.
SHARED = (*HOME_FACTS, LANGUAGES, "has_children", "places")
# The age of a child that nobody told, in the same way.
AGE = "age-"
# The end of a pause; NO_PAUSE is that there is none.
PAUSE = "pause"
NO_PAUSE = False
# A pause whose end nobody knows.
WITHOUT_END = True
NOT_ASKED = (None, "", 0, (), Demand.NOT_ASKED, SupportRequest.Custody.NOT_ASKED)


class PlacesTaken(Exception):
    """Pairings hold more places than are asked for; `pairings` are those."""

    def __init__(self, pairings: Iterable[models.Model]) -> None:
        self.pairings = list(pairings)
        super().__init__(*(str(one) for one in self.pairings))


@dataclass(frozen=True)
class WishRows:
    """A request or offer with all rows that its editor shows and changes.

    Attributes:
        adults: those whose languages count.
        children: of a request: all who may be chosen, oldest first.
        chosen: primary keys of the children it is for.
        n_places: of an offer.
        without_age: references of the children whose age nobody told.
    """

    wishes: SupportRequest | SupportOffer
    household: Household
    adults: list[Person]
    children: list[Person]
    chosen: tuple[int, ...]
    n_places: int
    without_age: tuple[str, ...] = ()

    @classmethod
    def of(
        cls, wishes: SupportRequest | SupportOffer, *, on: dt.date, lock: bool = False
    ) -> Self:
        """Reads the rows, locked in the order in which everybody locks them."""

        def rows(queryset: "models.QuerySet[Any]") -> "models.QuerySet[Any]":
            return queryset.select_for_update(no_key=True) if lock else queryset

        family = wishes.family
        household = rows(Household.objects.all()).get(pk=family.household_id)
        if isinstance(family, SupportFamily):
            family = rows(SupportFamily.objects.all()).get(pk=family.pk)
        now = rows(type(wishes).objects.all()).get(pk=wishes.pk)
        now.family = family
        family.household = household
        members = list(
            Membership.objects.current_on(on)
            .filter(household=household)
            .select_related("person")
            .order_by("pk")
        )
        adults = people.adults(members, on)
        is_request = isinstance(now, SupportRequest)
        chosen = list(now.children.all()) if is_request else []
        at_home = people.children(members, on) if is_request else []
        children = [*at_home, *(one for one in chosen if one not in at_home)]
        if lock:
            everybody = Person.objects.filter(pk__in=_keys([*adults, *children]))
            locked = {person.pk: person for person in rows(everybody).order_by("pk")}
            adults = [locked[pk] for pk in _keys(adults)]
            children = [locked[pk] for pk in _keys(children)]
        return cls(
            wishes=now,
            household=household,
            adults=adults,
            children=children,
            chosen=tuple(sorted(_keys(chosen))),
            n_places=_places_of(family).count(),
            without_age=tuple(
                one.reference for one in children if one.age_on(on) is None
            ),
        )

    @property
    def version(self) -> int:
        """Grows whenever one of the rows changes."""
        versions = [self.wishes.row_version, self.household.row_version]
        versions += [one.row_version for one in (*self.adults, *self.children)]
        if isinstance(self.wishes, SupportOffer):
            versions.append(self.wishes.family.row_version)
        return sum(versions)

    @cached_property
    def values(self) -> dict[str, Any]:
        """What stands there now, under the names by which it is changed."""
        wishes = self.wishes
        own = REQUEST if isinstance(wishes, SupportRequest) else OFFER
        values = {name: getattr(wishes, name) for name in own}
        values |= {name: getattr(self.household, name) for name in HOME_FACTS}
        values |= {SPEAKS + one.reference: one.languages for one in self.adults}
        if isinstance(wishes, SupportRequest):
            values["children"] = self.chosen
            values |= {AGE + reference: None for reference in self.without_age}
        else:
            values["has_children"] = wishes.family.has_children
            values["places"] = self.n_places
            values[PAUSE] = _pause_now(wishes)
        return values


def is_asked(value: object) -> bool:
    """Whether a value was ever told; "no" was."""
    return value is False or value not in NOT_ASKED


@transaction.atomic
def change_wishes(
    wishes: SupportRequest | SupportOffer,
    changes: Mapping[str, Any],
    *,
    version: int,
    source: str,
    told_on: dt.date,
    on: dt.date,
    at: dt.datetime,
    by: User,
    finished: Iterable[Task] = (),
) -> list[str]:
    """Writes what was told; what is left out stays as it is.

    Args:
        wishes: the request or offer.
        changes: new values by the names of `WishRows.values`. A value that is "not
            asked yet" takes the former one away, with its source.
        version: `WishRows.version` of what the form showed.
        source: how it was told, one of `FactSource.Source`.
        told_on: when.
        on: today.
        at: now.
        by: who writes it down.
        finished: questions to the family that this answers.

    Returns:
        The names of what changed, in the order of `WishRows.values`.

    Raises:
        ChangedMeanwhile: somebody else changed one of the rows after that.
        PlacesTaken: pairings hold more places than are left.
        NotPossibleNow: the offer may not pause in this stage.
    """
    rows = WishRows.of(wishes, on=on, lock=True)
    if rows.version != version:
        raise ChangedMeanwhile(wishes.pk)
    now = rows.values
    unknown = set(changes) - (set(now) - set(DERIVED))
    if unknown:
        raise ValueError(f"no such wishes: {sorted(unknown)}")
    new = {
        name: changes[name]
        for name in now
        if name in changes and changes[name] != now[name]
    }
    _change_wishes(rows, new, by=by)
    _change_home(rows, new, by=by)
    _change_ages(rows, new, on=told_on, by=by)
    _change_family(rows, new, by=by)
    if PAUSE in new and isinstance(rows.wishes, SupportOffer):
        _change_pause(rows.wishes, new[PAUSE], on=on, at=at, by=by)
    _note_sources(rows, new, source=source, on=told_on, by=by)
    for task in finished:
        # Closed by a colleague meanwhile: what was told is kept all the same.
        with suppress(tasks.TaskIsDone):
            tasks.finish(task, at=at, by=by)
    wishes.refresh_from_db()
    return list(new)


def _change_wishes(rows: WishRows, new: Mapping[str, Any], *, by: User) -> None:
    wishes = rows.wishes
    own = REQUEST if isinstance(wishes, SupportRequest) else OFFER
    also = []
    if "children" in new and isinstance(wishes, SupportRequest):
        wishes.children.set(new["children"])
        also.append("children")
    _save(wishes, {name: new[name] for name in own if name in new}, also, by=by)


def _change_home(rows: WishRows, new: Mapping[str, Any], *, by: User) -> None:
    facts = {name: new[name] for name in HOME_FACTS if name in new}
    _save(rows.household, facts, by=by)
    for person in rows.adults:
        name = SPEAKS + person.reference
        if name in new:
            _save(person, {LANGUAGES: new[name]}, by=by)


def _change_ages(
    rows: WishRows, new: Mapping[str, Any], *, on: dt.date, by: User
) -> None:
    for child in rows.children:
        name = AGE + child.reference
        if name in new:
            _save(child, {"age_told": new[name], "age_told_on": on}, by=by)


def _change_family(rows: WishRows, new: Mapping[str, Any], *, by: User) -> None:
    family = rows.wishes.family
    if not isinstance(family, SupportFamily):
        return
    also = []
    if "places" in new:
        _set_places(family, new["places"])
        also.append("places")
    facts = {name: new[name] for name in ("has_children",) if name in new}
    _save(family, facts, also, by=by)


def _set_places(family: SupportFamily, number: int) -> None:
    """Adds places, or removes those that no pairing holds."""
    places = list(family.places.order_by("-number"))
    taken: list[models.Model] = []
    for place in places:
        if len(places) <= number:
            break
        try:
            place.delete()
        except ProtectedError as error:
            taken += error.protected_objects
        else:
            places = [one for one in places if one is not place]
    if len(places) > number:
        raise PlacesTaken(taken)
    free = [one for one in range(1, MOST_PLACES + 1) if one not in _numbers(places)]
    for one in free[: number - len(places)]:
        Place.objects.create(family=family, number=one)


def _change_pause(
    offer: SupportOffer, new: Any, *, on: dt.date, at: dt.datetime, by: User
) -> None:
    if new is NO_PAUSE:
        resume(offer, on=on, at=at, by=by)
    else:
        until = None if new is WITHOUT_END else new
        pause(offer, until=until, on=on, at=at, by=by)


def _note_sources(
    rows: WishRows, new: Mapping[str, Any], *, source: str, on: dt.date, by: User
) -> None:
    known: dict[str, bool] = {}
    for name, value in new.items():
        if name.startswith(SPEAKS):
            known[LANGUAGES] = any(person.languages for person in rows.adults)
        # An age is kept with its day.
        elif name != PAUSE and not name.startswith(AGE):
            known[name] = is_asked(value)
    about = [rows.wishes]
    if any(name in SHARED for name in known):
        about += [one for one in wishes_of(rows.household) if one != rows.wishes]
    for wishes in about:
        own = [name for name in known if wishes == rows.wishes or name in SHARED]
        forget_sources(wishes, [name for name in own if not known[name]])
        asked = [name for name in own if known[name]]
        note_sources(wishes, asked, source=source, on=on, by=by)


def _pause_now(offer: SupportOffer) -> Any:
    if offer.stage != SupportOffer.Stage.PAUSED:
        return NO_PAUSE
    return offer.paused_until or WITHOUT_END


def _save(
    row: models.Model,
    values: Mapping[str, Any],
    also: Iterable[str] = (),
    *,
    by: User,
) -> None:
    """Writes values under a new version of the row; `also` changed elsewhere."""
    names = [*values, *also]
    if not names:
        return
    versioned: Any = row
    for name, value in values.items():
        setattr(versioned, name, value)
    versioned.row_version += 1
    versioned.save(update_fields=[*values, "row_version"])
    record(row, verb="changed", by=by, fields=names)


def _places_of(
    family: RequestFamily | SupportFamily,
) -> "models.QuerySet[Place]":
    if isinstance(family, SupportFamily):
        return Place.objects.filter(family=family)
    return Place.objects.none()


def _keys(rows: Iterable[models.Model]) -> list[int]:
    return [row.pk for row in rows]


def _numbers(places: Iterable[Place]) -> set[int]:
    return {place.number for place in places}

"""Whose data it is: one adult of a household, with the own children."""

import datetime as dt
from dataclasses import dataclass
from functools import cached_property

from django.db.models import Model, Q
from django.utils.translation import gettext as _

from families import people
from families.models import ContactMoment, Household, Membership, Person
from matching.models import Pairing, Proposal

# From this age on children ask for their own data themselves.
OWN_RIGHT_FROM = 16
# Shorter names are words too often.
SHORTEST_NAME = 3


@dataclass(frozen=True)
class Subject:
    """Somebody who asks what we hold, and the day on which.

    Where a family applied twice, what stays on its other application is its own too.
    """

    person: Person
    household: Household
    on: dt.date

    @cached_property
    def homes(self) -> list[int]:
        """The keys of the household, and of those that were put together with it."""
        found = [self.household.pk]
        newest = found
        while newest:
            into = Household.objects.filter(merged_into__in=newest)
            newest = list(into.order_by("pk").values_list("pk", flat=True))
            found = [*found, *newest]
        return found

    @cached_property
    def former(self) -> list[Membership]:
        """Who lives in what was put together with the household."""
        if len(self.homes) == 1:
            return []
        current = Membership.objects.filter(household__in=self.homes[1:]).current_on(
            self.on
        )
        return list(current.select_related("person").order_by("pk"))

    @cached_property
    def selves(self) -> list[int]:
        """The keys by which we know the person: one for each application.

        Whom we call is the same person in each of them; so who put them together said.
        """
        found = [self.person.pk]
        if people.contact_person(self.members, self.on) != self.person:
            return found
        for home in self.homes[1:]:
            there = [one for one in self.former if one.household_id == home]
            known = people.contact_person(there, self.on)
            found += [known.pk] if known else []
        return found

    @cached_property
    def members(self) -> list[Membership]:
        """Who lives in the household today."""
        current = Membership.objects.filter(household=self.household).current_on(
            self.on
        )
        return list(current.select_related("person").order_by("pk"))

    @cached_property
    def children(self) -> list[Person]:
        """The children of the household who do not ask for themselves yet.

        None for who is no parent or carer there.
        """
        own = [one for one in self.members if one.person_id == self.person.pk]
        if not any(people.is_adult(one, self.on) for one in own):
            return []
        found = people.children(self.members, self.on)
        return [one for one in found if (one.age_on(self.on) or 0) < OWN_RIGHT_FROM]

    @cached_property
    def older_children(self) -> list[Person]:
        """The children who ask for their own data."""
        found = people.children(self.members, self.on)
        return [one for one in found if (one.age_on(self.on) or 0) >= OWN_RIGHT_FROM]

    @cached_property
    def everybody(self) -> list[int]:
        """The keys of the person and the children."""
        own = [one for one in self.members if one.person_id == self.person.pk]
        known = [*self.selves, *(child.pk for child in self.children)]
        if not any(people.is_adult(one, self.on) for one in own):
            return known
        children = people.children(self.former, self.on)
        young = [one for one in children if (one.age_on(self.on) or 0) < OWN_RIGHT_FROM]
        return [*known, *(child.pk for child in young)]

    @cached_property
    def references(self) -> list[str]:
        """By which is written down who saw or changed what."""
        homes = Household.objects.filter(pk__in=self.homes)
        persons = Person.objects.filter(pk__in=self.everybody)
        return [
            *homes.values_list("reference", flat=True),
            *persons.values_list("reference", flat=True),
        ]

    @property
    def wishes(self) -> Q:
        """Rows that hang on what the household asks or gives."""
        return self.asks() | self.gives()

    def asks(self, path: str = "") -> Q:
        """Rows that reach over `path` to a request of the household."""
        return Q(**{f"{path}request__family__household__in": self.homes})

    def gives(self, path: str = "") -> Q:
        """Rows that reach over `path` to an offer of the household."""
        return Q(**{f"{path}offer__family__household__in": self.homes})

    def own_side(self, path: str) -> Q:
        """Rows of one side of a pairing, where that side is the household."""
        asked = Q(side="request") & self.asks(path)
        return asked | Q(side="support") & self.gives(path)

    def sides(self, row: Proposal | Pairing) -> set[str]:
        """Which sides of a proposal or pairing are the household."""
        sides = set()
        if row.request.family.household_id in self.homes:
            sides.add("request")
        if row.offer.family.household_id in self.homes:
            sides.add("support")
        return sides

    @property
    def why_sensitive(self) -> str:
        """What stands where a sensitive note is."""
        return _("This is sensitive. Your coordinator reads it with you.")

    def hides(self, _row: Model, _name: str) -> str:
        """Why a value is not shown to who asks; "" where nothing keeps it."""
        return ""

    def may_read(self, contact: ContactMoment) -> bool:
        """Whether what was noted of a talk is theirs to read, and not sensitive."""
        said_by = contact.person_id
        return not contact.sensitive and (said_by is None or said_by in self.everybody)

    @cached_property
    def next_steps(self) -> set[str]:
        """What was to be done next after the talks of which they may read."""
        contacts = ContactMoment.objects.filter(household__in=self.homes)
        return {one.next_step for one in contacts if self.may_read(one)}

    @cached_property
    def names_of_others(self) -> set[str]:
        """Names of families that were ever proposed to this one, in lower case."""
        found: set[int] = set()
        for model in (Proposal, Pairing):
            rows = model.objects.filter(self.wishes)
            for path in ("request", "offer"):
                found |= set(rows.values_list(f"{path}__family__household", flat=True))
        found -= set(self.homes)
        homes = Household.objects.filter(pk__in=self.homes)
        own = {one.name.lower() for one in homes} | {
            word
            for one in (*self.members, *self.former)
            for word in one.person.name.lower().split()
        }
        names = {one.name.lower() for one in Household.objects.filter(pk__in=found)} | {
            word
            for one in Membership.objects.filter(household__in=found).select_related(
                "person"
            )
            for word in one.person.name.lower().split()
        }
        return {name for name in names - own if len(name) >= SHORTEST_NAME}

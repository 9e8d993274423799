"""What children of twelve and older say themselves about a request."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction

from families.models import ChildSaid, Person, SupportRequest, User
from families.services.audit import record

ASKED_FROM = 12


class NotOfThisRequest(Exception):
    """The request is not for this child."""


@dataclass(frozen=True)
class Heard:
    """A child of a request, and whether it was asked itself.

    Attributes:
        age: in years; None when nobody told.
        now: what it said last; None while nobody asked.
        earlier: what it said before that, the latest first.
    """

    child: Person
    age: int | None
    now: ChildSaid | None
    earlier: tuple[ChildSaid, ...] = ()

    @property
    def is_asked_itself(self) -> bool:
        """Whether the child is of an age at which it is asked."""
        return self.age is not None and self.age >= ASKED_FROM

    @property
    def refuses(self) -> bool:
        """Whether it said no."""
        return self.now is not None and self.now.said == ChildSaid.Said.NO

    @property
    def doubts(self) -> bool:
        """Whether it is still to be asked, or says not yet."""
        return self.now is None or self.now.said == ChildSaid.Said.NOT_YET


def heard(request: SupportRequest, *, on: dt.date) -> list[Heard]:
    """The children of a request with what they said, the eldest first.

    From rows that are loaded already, where `children` and `children_said` are.
    """
    said: dict[int, list[ChildSaid]] = {}
    for row in sorted(request.children_said.all(), key=lambda row: -row.pk):
        said.setdefault(row.child_id, []).append(row)
    found = []
    for child in sorted(request.children.all(), key=lambda child: child.pk):
        answers = said.get(child.pk, [])
        now = next((one for one in answers if one.replaced_at is None), None)
        earlier = tuple(one for one in answers if one.replaced_at is not None)
        found.append(Heard(child, child.age_on(on), now, earlier))
    return sorted(found, key=lambda one: -(one.age if one.age is not None else -1))


def asked_itself(request: SupportRequest, *, on: dt.date) -> list[Heard]:
    """The children of a request who are asked themselves."""
    return [one for one in heard(request, on=on) if one.is_asked_itself]


def who_refuse(children: Iterable[Heard]) -> list[Person]:
    """The children who said no."""
    return [one.child for one in children if one.refuses]


@transaction.atomic
def note_child_said(
    request: SupportRequest,
    child: Person,
    *,
    said: str,
    said_on: dt.date,
    at: dt.datetime,
    by: User,
) -> ChildSaid:
    """Writes down what a child says; the former answer is kept and counts no more.

    The same answer of the same day twice is one.

    Raises:
        NotOfThisRequest: the request is not for this child.
    """
    # The lock makes a double click wait and then find the row of the first.
    locked = SupportRequest.objects.select_for_update(no_key=True).get(pk=request.pk)
    if not locked.children.filter(pk=child.pk).exists():
        raise NotOfThisRequest(child.pk)
    former = locked.children_said.filter(child=child, replaced_at=None).first()
    if former is not None:
        if (former.said, former.said_on) == (said, said_on):
            return former
        former.replaced_at = at
        former.save(update_fields=["replaced_at"])
        record(former, verb="changed", by=by, fields=["replaced_at"])
    row = ChildSaid.objects.create(
        request=locked,
        child=child,
        said=ChildSaid.Said(said),
        said_on=said_on,
        by=by,
    )
    record(row, verb="created", by=by, fields=["said"])
    return row

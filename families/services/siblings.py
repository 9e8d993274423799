"""Brothers and sisters apart or together: one request becomes more, and back."""

import datetime as dt
from collections.abc import Iterable

from django.db import models, transaction
from django.db.models import ProtectedError

from families.models import (
    FactSource,
    Household,
    Person,
    StageChange,
    SupportOffer,
    SupportRequest,
    Task,
    User,
)
from families.services.audit import record
from families.services.households import NotPossibleNow

Stage = SupportRequest.Stage
# Before anybody was proposed.
APART_IN = (Stage.APPLIED, Stage.TALKING, Stage.WAITING)
# What each request has for itself.
OWN = {"id", "reference", "row_version"}


class NobodyLeft(Exception):
    """A request would keep no child, or a child is none of the request."""


class SomethingHappened(Exception):
    """A contact, proposal or pairing hangs on a request that would disappear."""


@transaction.atomic
def split_request(
    request: SupportRequest, children: Iterable[Person], *, on: dt.date, by: User
) -> list[SupportRequest]:
    """Gives each of these children a request of its own, with the same wishes.

    It waits as long as the first one does: the day of the application stays.

    Raises:
        NotPossibleNow: the request was proposed or paired, or has ended.
        NobodyLeft: nobody would be left in the request, or somebody is not in it.
    """
    locked = _locked(request)
    if locked.stage not in APART_IN:
        raise NotPossibleNow(locked.stage)
    leaving = list(children)
    there = set(locked.children.all())
    if not leaving or not set(leaving) < there:
        raise NobodyLeft(locked.reference)
    new = [_copy_for(locked, child, on=on, by=by) for child in leaving]
    locked.children.remove(*leaving)
    _save_version(locked, by=by)
    return new


@transaction.atomic
def merge_requests(
    request: SupportRequest, other: SupportRequest, *, by: User
) -> SupportRequest:
    """Makes two requests of one family one again; the older one stays.

    Its wishes stay too. The newer one disappears, so nothing may hang on it.

    Raises:
        NotPossibleNow: one of them was proposed or paired, has ended, or they are in
            different stages.
        SomethingHappened: a contact, proposal or pairing hangs on the newer one.
    """
    first, last = sorted((request, other), key=lambda one: one.pk)
    stays = _locked(first)
    goes = _locked(last)
    if not may_be_one(stays, goes):
        raise NotPossibleNow(goes.stage)
    children = list(goes.children.all())
    record(goes, verb="changed", by=by, fields=["children"])
    try:
        goes.delete()
    except ProtectedError as error:
        raise SomethingHappened(last.reference) from error
    stays.children.add(*children)
    Task.objects.filter(about=last.reference).update(about=stays.reference)
    _save_version(stays, by=by)
    return stays


def may_be_one(request: SupportRequest, other: SupportRequest) -> bool:
    """Whether two requests may become one, as far as their stages go."""
    return (
        request != other
        and request.family_id == other.family_id
        and request.stage == other.stage
        and request.stage in APART_IN
    )


def may_split(wishes: SupportRequest | SupportOffer) -> bool:
    """Whether there are children to search for apart, and nobody proposed yet."""
    return (
        isinstance(wishes, SupportRequest)
        and wishes.stage in APART_IN
        and wishes.children.count() > 1
    )


def may_merge(wishes: SupportRequest | SupportOffer) -> bool:
    """Whether there is another request to make one with."""
    return isinstance(wishes, SupportRequest) and bool(others_to_merge(wishes))


def others_to_merge(request: SupportRequest) -> list[SupportRequest]:
    """The requests of the same family with which this one may become one."""
    if request.stage not in APART_IN:
        return []
    same = SupportRequest.objects.filter(family=request.family_id, stage=request.stage)
    return list(same.exclude(pk=request.pk).prefetch_related("children").order_by("pk"))


def _locked(request: SupportRequest) -> SupportRequest:
    household = request.family.household
    Household.objects.select_for_update(no_key=True).get(pk=household.pk)
    return SupportRequest.objects.select_for_update(no_key=True).get(pk=request.pk)


def _copy_for(
    request: SupportRequest, child: Person, *, on: dt.date, by: User
) -> SupportRequest:
    new = SupportRequest.objects.create(**_values(request, without=OWN))
    new.children.set([child])
    # The application counts once and on its day; the waiting counts from now.
    application, *later = request.stages.order_by("pk")
    StageChange.objects.create(
        **_values(application, without={"id"}) | {"request": new}
    )
    if later:
        StageChange.objects.create(
            request=new,
            stage=request.stage,
            municipality_id=request.family.household.municipality_id,
            on=on,
            by=by,
        )
    FactSource.objects.bulk_create(
        FactSource(**_values(source, without={"id"}) | {"request": new})
        for source in request.sources.all()
    )
    record(new, verb="created", by=by)
    return new


def _values(row: models.Model, *, without: set[str]) -> dict[str, object]:
    return {
        field.name: getattr(row, field.name)
        for field in row._meta.concrete_fields
        if field.name not in without
    }


def _save_version(request: SupportRequest, *, by: User) -> None:
    request.row_version += 1
    request.save(update_fields=["row_version"])
    record(request, verb="changed", by=by, fields=["children"])

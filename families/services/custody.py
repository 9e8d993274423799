"""Who else has custody of the children of a request, and what each of them says.

What the request says about custody follows from these rows, and from nothing else.
"""

import datetime as dt

from django.db import transaction

from families.models import Consent, CustodyHolder, FactSource, SupportRequest, User
from families.services.audit import record
from families.services.households import ChangedMeanwhile
from families.services.sources import forget_sources, note_sources

Said = CustodyHolder.Said
Custody = SupportRequest.Custody
# How a holder was heard, as a source of what the request says.
SOURCES: dict[str, FactSource.Source] = {
    Consent.How.TELEPHONE: FactSource.Source.TELEPHONE,
    Consent.How.VISIT: FactSource.Source.VISIT,
    Consent.How.PAPER: FactSource.Source.MESSAGE,
    Consent.How.REFERRER: FactSource.Source.OTHERS,
}


class OthersHaveCustody(Exception):
    """Somebody else stands there as a holder of custody."""


@transaction.atomic
def add_holder(
    request: SupportRequest,
    *,
    name: str,
    relation: str,
    said: str,
    said_on: dt.date | None,
    how: str,
    by: User,
) -> CustodyHolder:
    """Writes down somebody else with custody, and what that person says so far.

    The very same row twice is one: a second press adds nobody.
    """
    locked = _lock(request)
    told: dict[str, object] = {"relation": CustodyHolder.Relation(relation)}
    told |= _answer(said, said_on, how, by)
    same = (one for one in locked.custody_holders.filter(**told) if one.name == name)
    before = next(same, None)
    if before is not None:
        return before
    holder = CustodyHolder.objects.create(request=locked, name=name, **told)
    record(holder, verb="created", by=by, fields=["relation", "said"])
    _derive(locked, on=said_on, how=how, by=by)
    return holder


@transaction.atomic
def change_holder(
    holder: CustodyHolder,
    *,
    name: str,
    relation: str,
    said: str,
    said_on: dt.date | None,
    how: str,
    row_version: int,
    by: User,
) -> None:
    """Writes down what a holder of custody says now, or who it is.

    Raises:
        ChangedMeanwhile: somebody else changed it after `row_version`.
    """
    request = _lock(holder.request)
    locked = CustodyHolder.objects.select_for_update(no_key=True).get(pk=holder.pk)
    if locked.row_version != row_version:
        raise ChangedMeanwhile(holder.pk)
    values: dict[str, object] = {"name": name, "relation": relation, "said": said}
    values |= _answer(said, said_on, how, by)
    changed = [
        field
        for field, value in values.items()
        if field != "by" and getattr(locked, field) != value
    ]
    if not changed:
        return
    for field, value in values.items():
        setattr(locked, field, value)
    locked.row_version += 1
    locked.save(update_fields=[*values, "row_version"])
    record(locked, verb="changed", by=by, fields=changed)
    _derive(request, on=said_on, how=how, by=by)


@transaction.atomic
def remove_holder(holder: CustodyHolder, *, by: User) -> None:
    """Takes away who has no custody after all; that it stood there is in the audit."""
    request = _lock(holder.request)
    record(holder, verb="changed", by=by, fields=["removed", "relation", "said"])
    holder.delete()
    _derive(request, on=None, how="", by=by)


@transaction.atomic
def nobody_else(
    request: SupportRequest, *, on: dt.date, how: str, by: User
) -> SupportRequest:
    """Writes down that only this parent has custody, and agrees by asking.

    Raises:
        OthersHaveCustody: take those away first.
    """
    locked = _lock(request)
    if locked.custody_holders.exists():
        raise OthersHaveCustody(request.reference)
    _write(locked, Custody.AGREED, on=on, how=how, by=by)
    return locked


@transaction.atomic
def ask_again(request: SupportRequest, *, by: User) -> SupportRequest:
    """Takes back that nobody else has custody: it is not known any more."""
    locked = _lock(request)
    if not locked.custody_holders.exists():
        _write(locked, Custody.NOT_ASKED, on=None, how="", by=by)
    return locked


def derived(said: list[str]) -> str:
    """What a request says, out of what each holder says; unreachable is unknown."""
    if Said.REFUSED in said:
        return Custody.REFUSED
    if said and all(one == Said.AGREED for one in said):
        return Custody.AGREED
    return Custody.NOT_ASKED


def _answer(
    said: str, said_on: dt.date | None, how: str, by: User
) -> dict[str, object]:
    if said == Said.NOT_ASKED:
        return {"said": said, "said_on": None, "how": "", "by": None}
    return {"said": Said(said), "said_on": said_on, "how": how, "by": by}


def _derive(request: SupportRequest, *, on: dt.date | None, how: str, by: User) -> None:
    holders = list(request.custody_holders.order_by("-said_on", "pk"))
    to = derived([one.said for one in holders])
    if on is None and to != Custody.NOT_ASKED:
        # The last answer of those who are still there is the source.
        last = max((one for one in holders if one.said_on), key=lambda one: one.said_on)
        on, how = last.said_on, last.how
    _write(request, to, on=on, how=how, by=by)


def _write(
    request: SupportRequest, to: str, *, on: dt.date | None, how: str, by: User
) -> None:
    changed = request.custody != to
    request.custody = to
    request.save(update_fields=["custody"])
    if changed:
        record(request, verb="changed", by=by, fields=["custody"])
    if to == Custody.NOT_ASKED or on is None:
        forget_sources(request, ["custody"])
        return
    source = SOURCES.get(how, FactSource.Source.TELEPHONE)
    note_sources(request, ["custody"], source=source, on=on, by=by)


def _lock(request: SupportRequest) -> SupportRequest:
    return (
        SupportRequest.objects.select_for_update(of=("self",), no_key=True)
        .select_related("family__household")
        .get(pk=request.pk)
    )

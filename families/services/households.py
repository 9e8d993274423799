"""Changes what is known of a household, and brings what it asks or gives further."""

import datetime as dt

from django.db import transaction

from families.encryption import blind_index
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
from families.services import consents, tasks
from families.services.audit import record
from families.services.sources import forget_sources, note_sources, wishes_of
from families.services.stages import change_stage, stage_before_pause

Request = SupportRequest.Stage
Offer = SupportOffer.Stage

# The stages a coordinator chooses; the others follow from proposals and pairings.
BY_HAND: dict[str, tuple[str, ...]] = {
    Request.APPLIED: (Request.TALKING, Request.WITHDRAWN),
    Request.TALKING: (Request.WAITING, Request.WITHDRAWN),
    Request.WAITING: (Request.WITHDRAWN,),
}
OFFERS_BY_HAND: dict[str, tuple[str, ...]] = {
    Offer.APPLIED: (Offer.TALKING, Offer.ENDED),
    Offer.TALKING: (Offer.AVAILABLE, Offer.ENDED),
    Offer.AVAILABLE: (Offer.PAUSED, Offer.ENDED),
    Offer.PAUSED: (Offer.AVAILABLE, Offer.ENDED),
}
CLOSED = (Request.WITHDRAWN, Request.ENDED)
STEPS_BACK_TO = (
    Request.APPLIED,
    Request.TALKING,
    Request.WAITING,
    Request.PAUSED,
    Offer.AVAILABLE,
    Offer.PAUSED,
)


class ChangedMeanwhile(Exception):
    """Somebody else changed the row after the form was shown."""


class NotPossibleNow(Exception):
    """The request or offer is in a stage that does not lead there."""


class NotAskedEnough(Exception):
    """Without children, kinds of support and moments nobody can be searched."""


@transaction.atomic
def change_facts(
    household: Household,
    person: Person | None,
    *,
    row_version: int,
    person_version: int | None = None,
    by: User,
    dog: bool | None,
    cat: bool | None,
    other_animal: bool | None,
    smoking: bool | None,
    stairs: bool | None,
    name: str = "",
    telephone: str = "",
    email: str = "",
    may_leave_message: bool | None = None,
    call_dayparts: int = 0,
    interpreter_needed: bool | None = None,
    source: str = FactSource.Source.TELEPHONE,
    told_on: dt.date | None = None,
) -> list[str]:
    """Writes the facts of a home and of the person who is called, if there is one.

    `row_version` and `person_version` are the versions of the household and of the
    person that the form showed. `source` and `told_on` say how and when the facts of
    the home became known; without a day nothing is written about that.

    Returns:
        The names of what changed.

    Raises:
        ChangedMeanwhile: somebody else changed one of them after that.
    """
    locked = Household.objects.select_for_update(no_key=True).get(pk=household.pk)
    if locked.row_version != row_version:
        raise ChangedMeanwhile(household.pk)
    changed = _write(
        locked,
        dog=dog,
        cat=cat,
        other_animal=other_animal,
        smoking=smoking,
        stairs=stairs,
    )
    if told_on is not None:
        _note_home(locked, changed, source=source, on=told_on, by=by)
    if person is not None:
        one = Person.objects.select_for_update(no_key=True).get(pk=person.pk)
        if one.row_version != person_version:
            raise ChangedMeanwhile(person.pk)
        written = _write(
            one,
            name=name,
            telephone=telephone,
            telephone_index=blind_index("telephone", telephone),
            email=email,
            email_index=blind_index("email", email),
            may_leave_message=may_leave_message,
            call_dayparts=call_dayparts,
            interpreter_needed=interpreter_needed,
        )
        if written:
            one.row_version += 1
            one.save(update_fields=["row_version"])
            record(one, verb="changed", by=by, fields=written)
        changed += written
    if changed:
        locked.row_version += 1
        locked.save(update_fields=["row_version"])
        record(locked, verb="changed", by=by, fields=changed)
    return changed


@transaction.atomic
def move(
    wishes: SupportRequest | SupportOffer,
    *,
    to: str,
    on: dt.date,
    by: User,
    reason: str = "",
) -> StageChange:
    """Brings a request or offer into a stage that a coordinator chooses.

    Ready to be matched is a stage of its own, see `make_ready`; so is the end, which
    needs a reason and ends more than a stage, see `close`.

    Raises:
        NotPossibleNow: the present stage does not lead there.
        NotAskedEnough: a request cannot be searched for yet.
    """
    _lock(wishes)
    if to in CLOSED or to not in moves_from(wishes):
        raise NotPossibleNow(to)
    if to == Request.WAITING and still_to_ask(wishes):
        raise NotAskedEnough(wishes.pk)
    return change_stage(wishes, to=to, on=on, by=by, reason=reason)


@transaction.atomic
def make_ready(
    wishes: SupportRequest | SupportOffer,
    *,
    on: dt.date,
    by: User,
    kinds: int = 0,
    moments: int | None = None,
    frequency: str = "",
    source: str = FactSource.Source.TELEPHONE,
    told_on: dt.date | None = None,
) -> StageChange:
    """Lets a family be searched for, after filling in what was not asked yet.

    Kinds of 0, moments of None and a frequency of "" leave what is known. `source` and
    `told_on` (today, unless said otherwise) say how and when the rest became known.

    Raises:
        NotPossibleNow: the talks have not begun, or are over.
        NotAskedEnough: children, kinds or moments are still missing.
    """
    _lock(wishes)
    written = _write(
        wishes,
        kinds=kinds or wishes.kinds,
        moments=wishes.moments if moments is None else moments,
        frequency=frequency or wishes.frequency,
    )
    if written:
        wishes.row_version += 1
        wishes.save(update_fields=["row_version"])
        record(wishes, verb="changed", by=by, fields=written)
        note_sources(wishes, written, source=source, on=told_on or on, by=by)
    ready = Request.WAITING if isinstance(wishes, SupportRequest) else Offer.AVAILABLE
    return move(wishes, to=ready, on=on, by=by)


@transaction.atomic
def close(
    request: SupportRequest,
    *,
    reason: str,
    at: dt.datetime,
    on: dt.date,
    by: User,
) -> StageChange:
    """Withdraws a request, in words that say why.

    A request with a proposal or a pairing is in a stage from which this is refused.
    An offer may have them in any stage: `matching.services.offers` ends it.

    Raises:
        NotPossibleNow: a proposal or pairing is still going on.
    """
    _lock(request)
    if not may_close(request):
        raise NotPossibleNow(request.stage)
    change = change_stage(request, to=Request.WITHDRAWN, on=on, by=by, reason=reason)
    close_tasks_of_who_left(request.family.household, at=at, by=by)
    return change


def close_tasks_of_who_left(household: Household, *, at: dt.datetime, by: User) -> None:
    """Closes the open tasks of a household that asks and gives nothing any more.

    Part of the caller's transaction.
    """
    if not _something_open(household):
        tasks.close_kinds(household, Task.Kind.values, at=at, by=by)


@transaction.atomic
def step_back(
    wishes: SupportRequest | SupportOffer, *, shown: str, on: dt.date, by: User
) -> StageChange:
    """Undoes the last stage; who is to be called again gets a task for that.

    From the stage that was `shown`, so that a second press undoes nothing more.

    Raises:
        NotPossibleNow: it is in another stage than was shown, there is no former
            stage, it is not one chosen by hand, or the family withdrew its consent.
    """
    household = wishes.family.household
    # In the order of who notes a contact, so that neither waits for the other.
    Household.objects.select_for_update(no_key=True).get(pk=household.pk)
    _lock(wishes)
    if wishes.stage != shown or wishes.family.household.merged_into_id:
        raise NotPossibleNow(wishes.stage)
    former = former_stage(wishes)
    if former is None or consents.was_stopped(household, on=on):
        raise NotPossibleNow(wishes.stage)
    change = change_stage(wishes, to=former, on=on, by=by)
    calls = household.tasks.open().filter(kind=Task.Kind.FIRST_CALL)
    if former == Request.APPLIED and not calls.exists():
        tasks.plan(household, Task.Kind.FIRST_CALL, on, by=by)
    return change


def moves_from(wishes: SupportRequest | SupportOffer) -> tuple[str, ...]:
    """The stages a coordinator may choose now."""
    if isinstance(wishes, SupportRequest) and wishes.stage == Request.PAUSED:
        return (stage_before_pause(wishes), Request.WITHDRAWN)
    by_hand = BY_HAND if isinstance(wishes, SupportRequest) else OFFERS_BY_HAND
    return by_hand.get(wishes.stage, ())


def may_close(wishes: SupportRequest | SupportOffer) -> bool:
    """Whether a request may be withdrawn, or an offer ended, as it stands now."""
    return any(stage in CLOSED for stage in moves_from(wishes))


def former_stage(wishes: SupportRequest | SupportOffer) -> str | None:
    """The stage before the present one, where it was chosen by hand; else None.

    What proposals and pairings brought about is undone by them alone. From rows that
    are loaded already, where `stages` are.
    """
    history = sorted(wishes.stages.all(), key=lambda change: -change.pk)
    former = history[1].stage if len(history) > 1 else None
    if former not in STEPS_BACK_TO or wishes.stage not in (*STEPS_BACK_TO, *CLOSED):
        return None
    return former


def still_to_ask(wishes: SupportRequest | SupportOffer) -> list[str]:
    """The names of what must be known before anybody can be searched."""
    missing = [] if wishes.kinds else ["kinds"]
    if wishes.moments is None:
        missing.append("moments")
    if isinstance(wishes, SupportRequest) and not wishes.children.exists():
        missing.append("children")
    return missing


def _note_home(
    household: Household, changed: list[str], *, source: str, on: dt.date, by: User
) -> None:
    known = [name for name in changed if getattr(household, name) is not None]
    for wishes in wishes_of(household) if changed else ():
        forget_sources(wishes, set(changed) - set(known))
        note_sources(wishes, known, source=source, on=on, by=by)


def _lock(wishes: SupportRequest | SupportOffer) -> None:
    type(wishes).objects.select_for_update(no_key=True).get(pk=wishes.pk)
    wishes.refresh_from_db()


def _something_open(household: Household) -> bool:
    return any(
        wishes.objects.open().filter(family__household=household).exists()
        for wishes in (SupportRequest, SupportOffer)
    )


def _write(
    row: Household | Person | SupportRequest | SupportOffer, **values: object
) -> list[str]:
    changed = [name for name, value in values.items() if getattr(row, name) != value]
    for name in changed:
        setattr(row, name, values[name])
    if changed:
        row.save(update_fields=changed)
    return changed

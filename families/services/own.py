"""What a family asks or changes on its own pages, and how it takes that back.

Nothing here waits for a coordinator, and each of it stands on her list at once.
"""

import datetime as dt
import json
import uuid
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.db import transaction
from django.db.models import Max, Q
from django.utils import timezone

from families.encryption import blind_index
from families.models import (
    AuditEvent,
    Coordinator,
    Household,
    OwnRequest,
    Person,
    SupportFamily,
    SupportOffer,
    SupportRequest,
    Task,
)
from families.services import consents, pauses, tasks
from families.services.audit import record
from families.services.households import ChangedMeanwhile, NotPossibleNow
from families.services.intake.routing import NotServed, caller_of, first_call
from families.services.reach import let_die_what_was_sent
from families.services.stages import change_stage

FAMILY = AuditEvent.ActorKind.FAMILY
Kind = OwnRequest.Kind
UNDO_WITHIN = dt.timedelta(days=7)
# When nobody guides the family, it is called within a week all the same.
NOBODY_YET = dt.timedelta(days=7)
REACH = ("telephone", "email", "call_dayparts", "may_leave_message")
# A stage into which a coordinator brought it.
OF_A_COLLEAGUE = Q(stages__by__isnull=False)
Wishes = SupportRequest | SupportOffer


class OthersDependOnIt(Exception):
    """A pairing runs or a proposal is open: first there must be a talk."""


class KeyOfAnother(Exception):
    """The key of this form belongs to something else."""


class NothingChanged(Exception):
    """What was sent is what stood there."""


@transaction.atomic
def call_me(
    person: Person,
    household: Household,
    about: str,
    *,
    text: str,
    working_days: int,
    form_key: uuid.UUID,
    at: dt.datetime,
    on: dt.date,
) -> OwnRequest:
    """Puts a call on the list of who calls this family, by a promised day.

    Who asks once more before that day keeps the promise there is.

    Args:
        person: who wants to be called.
        household: the family.
        about: reference of the request or offer by which they came in.
        text: what it is about, in their words; "" where they do not say.
        working_days: within which somebody calls.
        form_key: the same key twice is one wish.
        at: now.
        on: today.

    Raises:
        KeyOfAnother: the key belongs to something else.
    """
    before = _sent_before(household, Kind.CALL_ME, form_key)
    if before is not None:
        return before
    waiting = open_call(household)
    if waiting is not None:
        return _also_says(waiting, text)
    caller = _caller(household, on=on, working_days=working_days)
    due_on = caller.promise(on, working_days) if caller else on + NOBODY_YET
    own = _asked(
        person, household, about, Kind.CALL_ME, text=text, form_key=form_key, at=at
    )
    _put_on_list(own, due_on=due_on, promised=True, coordinator=caller)
    return own


def open_call(household: Household) -> OwnRequest | None:
    """The call that a family asked for and still waits for."""
    asked = OwnRequest.objects.filter(
        household=household, kind=Kind.CALL_ME, settled_at=None
    )
    return asked.order_by("pk").first()


@transaction.atomic
def change_reach(
    person: Person,
    household: Household,
    about: str,
    told: Mapping[str, Any],
    *,
    row_version: int,
    form_key: uuid.UUID,
    at: dt.datetime,
    on: dt.date,
) -> OwnRequest:
    """Writes how somebody wants to be reached; what it was can be put back for a week.

    Links and mail that went to the former number or address open nothing any more.

    Args:
        person: who is reached otherwise from now on.
        household: the family.
        about: reference of the request or offer by which they came in.
        told: telephone, email, call_dayparts and may_leave_message.
        row_version: of the person as the form showed it.
        form_key: the same key twice is one change.
        at: now.
        on: today.

    Raises:
        ChangedMeanwhile: somebody else changed the person after that.
        NothingChanged: it stood there already.
        KeyOfAnother: the key belongs to something else.
    """
    before = _sent_before(household, Kind.CONTACT, form_key)
    if before is not None:
        return before
    locked = Person.objects.select_for_update(no_key=True).get(pk=person.pk)
    if locked.row_version != row_version:
        raise ChangedMeanwhile(person.pk)
    former = {name: getattr(locked, name) for name in REACH}
    changed = [name for name in REACH if told[name] != former[name]]
    if not changed:
        raise NothingChanged
    _write_reach(locked, told, changed, at=at)
    own = _asked(
        person,
        household,
        about,
        Kind.CONTACT,
        before={name: former[name] for name in changed}
        | {"row_version": locked.row_version},
        form_key=form_key,
        at=at,
    )
    _put_on_list(own, due_on=on, coordinator=household.coordinator)
    return own


@transaction.atomic
def rest(
    wishes: Wishes,
    person: Person,
    *,
    until: dt.date | None,
    others_depend: Callable[[], bool],
    text: str,
    form_key: uuid.UUID,
    at: dt.datetime,
    on: dt.date,
) -> OwnRequest:
    """Lets what a family asks or gives rest, until a day or without an end.

    Args:
        wishes: the request or offer.
        person: who says so.
        until: the day on which we ask again; None for "I do not know".
        others_depend: whether a pairing runs or a proposal is open; asked once nobody
            can begin one any more.
        text: why, in their words; may be "".
        form_key: the same key twice is one pause.
        at: now.
        on: today.

    Raises:
        OthersDependOnIt: there must be a talk first.
        NotPossibleNow: it is in a stage that does not lead there.
        KeyOfAnother: the key belongs to something else.
    """
    household = wishes.family.household
    _queue_up(wishes)
    before = _sent_before(household, Kind.PAUSE, form_key)
    if before is not None:
        return before
    former = _as_it_stands(wishes, others_depend)
    pauses.pause(wishes, until=until, on=on, at=at, by=FAMILY)
    own = _asked(
        person,
        household,
        wishes.reference,
        Kind.PAUSE,
        text=text,
        until=until,
        before=former,
        form_key=form_key,
        at=at,
    )
    _put_on_list(own, due_on=on, coordinator=household.coordinator)
    return own


@transaction.atomic
def stop(
    wishes: Wishes,
    person: Person,
    *,
    others_depend: Callable[[], bool],
    text: str,
    form_key: uuid.UUID,
    at: dt.datetime,
    on: dt.date,
) -> OwnRequest:
    """Ends what a family asks or gives; for a week it can take that back.

    What a coordinator was to do for the family stays on her list: she decides.

    Raises:
        OthersDependOnIt: there must be a talk first.
        NotPossibleNow: it has ended.
        KeyOfAnother: the key belongs to something else.
    """
    household = wishes.family.household
    _queue_up(wishes)
    before = _sent_before(household, Kind.STOP, form_key)
    if before is not None:
        return before
    former = _as_it_stands(wishes, others_depend)
    if not may_stop(wishes):
        raise NotPossibleNow(wishes.stage)
    pauses.finish_tasks(wishes, at=at, by=FAMILY)
    change_stage(wishes, to=_the_end_of(wishes), on=on, by=FAMILY, reason=text)
    own = _asked(
        person,
        household,
        wishes.reference,
        Kind.STOP,
        text=text,
        before=former,
        form_key=form_key,
        at=at,
    )
    _put_on_list(own, due_on=on, coordinator=household.coordinator)
    return own


def may_stop(wishes: Wishes) -> bool:
    """Whether a family may end it by itself, as it stands now."""
    stage = wishes.stage
    if isinstance(wishes, SupportRequest):
        return stage in ("applied", "talking", "waiting", "paused")
    return stage != SupportOffer.Stage.ENDED


@transaction.atomic
def undo(own: OwnRequest, *, at: dt.datetime, on: dt.date) -> OwnRequest:
    """Puts back what it was before, once, within a week.

    Raises:
        NotPossibleNow: it is too late, was undone, or changed since by somebody else.
    """
    lock = Household.objects.select_for_update(no_key=True)
    if lock.get(pk=own.household_id).merged_into_id:
        raise NotPossibleNow(own.reference)
    undone = OwnRequest.objects.filter(
        pk=own.pk, undone_at=None, undo_until__gt=at
    ).update(undone_at=at)
    if not undone:
        raise NotPossibleNow(own.reference)
    own.refresh_from_db()
    if own.kind == Kind.CONTACT:
        _reach_as_before(own, at=at)
    else:
        _stage_as_before(own, at=at, on=on)
    record(own, verb="changed", by=FAMILY, fields=["undone_at"])
    return own


def can_be_undone(household: Household, *, at: dt.datetime) -> list[OwnRequest]:
    """What the family may still take back, the last one first."""
    found = OwnRequest.objects.filter(
        household=household, undone_at=None, undo_until__gt=at
    )
    # A request to be erased is taken back where the family asked it.
    found = found.exclude(kind=Kind.ERASE).order_by("-asked_at", "-pk")
    latest: dict[tuple[str, str, int | None], OwnRequest] = {}
    for own in found.select_related("person"):
        # Of several of a kind only the last one: the others are undone after it.
        latest.setdefault((own.about, _what(own.kind), _whose(own)), own)
    return _still_as_they_left_it(household, list(latest.values()), at=at)


def next_promise(household: Household) -> Task | None:
    """The first contact that the family was promised and that is still to come."""
    promised = household.tasks.open().filter(promised=True)
    return promised.select_related("coordinator__user").order_by("due_on", "pk").first()


def _still_as_they_left_it(
    household: Household, asked: list[OwnRequest], *, at: dt.datetime
) -> list[OwnRequest]:
    """Those of which nobody changed since what they are about."""
    if not asked or household.merged_into_id:
        return []
    stopped = consents.was_stopped(household, on=timezone.localdate(at))
    stands: list[Wishes] = [
        wishes
        for kind in (SupportRequest, SupportOffer)
        for wishes in kind.objects.filter(family__household=household).annotate(
            taken_up_at=Max("stages__recorded_at", filter=OF_A_COLLEAGUE)
        )
    ]
    found = {wishes.reference: wishes for wishes in stands}

    def as_left(own: OwnRequest) -> bool:
        if own.kind == Kind.CONTACT:
            version = json.loads(own.before)["row_version"]
            return own.person is not None and own.person.row_version == version
        wishes = found.get(own.about)
        if stopped or wishes is None:
            return False
        taken_up_at = wishes.taken_up_at  # type: ignore[union-attr]
        others = [one for one in stands if _goes_beside(one, wishes)]
        return _is_as_left(own, wishes, others) and (
            taken_up_at is None or taken_up_at <= own.asked_at
        )

    return [own for own in asked if as_left(own)]


def _goes_beside(one: Wishes, wishes: Wishes) -> bool:
    """Whether it is another open request or offer of the same family."""
    over = (SupportRequest.Stage.ENDED, SupportRequest.Stage.WITHDRAWN)
    same = type(one) is type(wishes) and one.family_id == wishes.family_id
    return same and one.pk != wishes.pk and one.stage not in over


def _is_as_left(own: OwnRequest, wishes: Wishes, others: Iterable[Wishes]) -> bool:
    """Whether a pause or stop is still as the family made it.

    After a stop no other request or offer has begun beside those that went on.
    """
    if own.kind == Kind.PAUSE:
        is_paused = wishes.stage == wishes.Stage.PAUSED
        return is_paused and wishes.paused_until == own.until
    went_on = json.loads(own.before).get("beside", [])
    begun = [one for one in others if one.reference not in went_on]
    return wishes.stage == _the_end_of(wishes) and not begun


def _what(kind: str) -> str:
    return "stage" if kind in (Kind.PAUSE, Kind.STOP) else kind


def _whose(own: OwnRequest) -> int | None:
    return own.person_id if own.kind == Kind.CONTACT else None


def _sent_before(
    household: Household, kind: OwnRequest.Kind, form_key: uuid.UUID
) -> OwnRequest | None:
    """The row of the first submit of the same form.

    The lock makes a double click wait and then find it.
    """
    Household.objects.select_for_update(no_key=True).get(pk=household.pk)
    before = OwnRequest.objects.filter(form_key=form_key).first()
    if before is None:
        return None
    if before.household_id != household.pk or before.kind != kind:
        raise KeyOfAnother
    return before


def _asked(
    person: Person,
    household: Household,
    about: str,
    kind: OwnRequest.Kind,
    *,
    form_key: uuid.UUID,
    at: dt.datetime,
    text: str = "",
    until: dt.date | None = None,
    before: Mapping[str, Any] | None = None,
) -> OwnRequest:
    own = OwnRequest.objects.create(
        household=household,
        person=person,
        about=about,
        kind=kind,
        text=text,
        until=until,
        asked_at=at,
        before=json.dumps(before, default=str) if before else "",
        undo_until=at + UNDO_WITHIN if before else None,
        form_key=form_key,
    )
    record(own, verb="created", by=FAMILY, fields=["kind"])
    return own


def _put_on_list(
    own: OwnRequest,
    *,
    due_on: dt.date,
    coordinator: Coordinator | None,
    promised: bool = False,
) -> None:
    tasks.plan(
        own.household,
        Task.Kind.OWN_REQUEST,
        due_on,
        about=own.reference,
        promised=promised,
        coordinator=coordinator,
        by=FAMILY,
    )


def _also_says(waiting: OwnRequest, text: str) -> OwnRequest:
    """What they say at a second time stands beneath the first, as far as it fits."""
    words = "\n".join(filter(None, (waiting.text, text)))
    most = OwnRequest._meta.get_field("text").max_length or 0
    if text and len(words) <= most:
        waiting.text = words
        waiting.save(update_fields=["text"])
        record(waiting, verb="changed", by=FAMILY, fields=["text"])
    return waiting


def _caller(
    household: Household, *, on: dt.date, working_days: int
) -> Coordinator | None:
    guide = household.coordinator
    if guide is not None and guide.user.is_active:
        return caller_of(guide, on=on)
    try:
        call = first_call(household.municipality, on=on, working_days=working_days)
    except NotServed:
        return None
    return call.caller


def _write_reach(
    person: Person, told: Mapping[str, Any], changed: list[str], *, at: dt.datetime
) -> None:
    """Writes these fields of a locked person; what was sent elsewhere dies."""
    written = list(changed)
    for name in changed:
        setattr(person, name, told[name])
        if name in ("telephone", "email"):
            setattr(person, f"{name}_index", blind_index(name, told[name]))
            written.append(f"{name}_index")
    if not person.email and person.channel == Person.Channel.MAIL:
        person.channel = Person.Channel.TELEPHONE
        written.append("channel")
    person.row_version += 1
    person.save(update_fields=[*written, "row_version"])
    record(person, verb="changed", by=FAMILY, fields=written)
    if "telephone" in changed or "email" in changed:
        let_die_what_was_sent(person, at=at)


def _reach_as_before(own: OwnRequest, *, at: dt.datetime) -> None:
    former = json.loads(own.before)
    version = former.pop("row_version")
    person = Person.objects.select_for_update(no_key=True).get(pk=own.person_id)
    if person.row_version != version:
        raise NotPossibleNow(own.reference)
    _write_reach(person, former, list(former), at=at)


def _queue_up(wishes: Wishes) -> None:
    """Whoever proposes a support family locks the same row, and does so first."""
    if isinstance(wishes, SupportOffer):
        family = SupportFamily.objects.select_for_update(no_key=True)
        family.get(pk=wishes.family_id)


def _as_it_stands(wishes: Wishes, others_depend: Callable[[], bool]) -> dict[str, Any]:
    """The stage as it is now, to put it back; the row stays locked.

    Raises:
        OthersDependOnIt: somebody else waits for it, or is together with them.
    """
    type(wishes).objects.select_for_update(no_key=True).get(pk=wishes.pk)
    wishes.refresh_from_db()
    in_a_pair = (SupportRequest.Stage.PROPOSED, SupportRequest.Stage.PAIRED)
    if wishes.stage in in_a_pair or others_depend():
        raise OthersDependOnIt(wishes.reference)
    beside = [one for one in _of_family(wishes) if _goes_beside(one, wishes)]
    return {
        "stage": wishes.stage,
        "waiting_since": wishes.waiting_since,
        "paused_until": wishes.paused_until,
        "beside": [one.reference for one in beside],
    }


def _stage_as_before(own: OwnRequest, *, at: dt.datetime, on: dt.date) -> None:
    wishes = _wishes_of(own)
    if consents.was_stopped(wishes.family.household, on=on):
        raise NotPossibleNow(own.reference)
    others = [one for one in _of_family(wishes) if _goes_beside(one, wishes)]
    taken_up = wishes.stages.filter(by__isnull=False, recorded_at__gt=own.asked_at)
    if taken_up.exists() or not _is_as_left(own, wishes, others):
        raise NotPossibleNow(own.reference)
    former = json.loads(own.before)
    until = former["paused_until"]
    pauses.finish_tasks(wishes, at=at, by=FAMILY)
    if former["stage"] == wishes.Stage.PAUSED:
        day = dt.date.fromisoformat(until) if until else None
        if own.kind == Kind.STOP:
            change_stage(wishes, to=wishes.Stage.PAUSED, on=on, by=FAMILY)
        pauses.rest_until(wishes, day, at=at, by=FAMILY)
    else:
        change_stage(wishes, to=former["stage"], on=on, by=FAMILY)
    since = dt.date.fromisoformat(former["waiting_since"])
    if wishes.waiting_since != since:
        wishes.waiting_since = since
        wishes.save(update_fields=["waiting_since"])
        record(wishes, verb="changed", by=FAMILY, fields=["waiting_since"])


def _wishes_of(own: OwnRequest) -> Wishes:
    """The locked request or offer that it is about.

    Raises:
        NotPossibleNow: it is not of this family any more.
    """
    for kind in (SupportRequest, SupportOffer):
        found = kind.objects.filter(
            reference=own.about, family__household=own.household_id
        )
        wishes: Wishes | None = found.select_for_update(
            of=("self",), no_key=True
        ).first()
        if wishes is not None:
            return wishes
    raise NotPossibleNow(own.reference)


def _of_family(wishes: Wishes) -> list[Wishes]:
    """All that a family asks, or all that it gives."""
    if isinstance(wishes, SupportRequest):
        return list(SupportRequest.objects.filter(family=wishes.family_id))
    return list(SupportOffer.objects.filter(family=wishes.family_id))


def _the_end_of(wishes: Wishes) -> str:
    if isinstance(wishes, SupportRequest):
        return SupportRequest.Stage.WITHDRAWN
    return SupportOffer.Stage.ENDED

"""Pauses: a whole pairing rests for a while, and keeps its place."""

import datetime as dt

from django.db import transaction

from agreements.models import Agreement, Confirmation, Pause
from agreements.services import refused
from agreements.services.locks import lock_agreement, touch
from families.models import User
from families.services.audit import record
from matching.models import Pairing

Side = Confirmation.Side


@transaction.atomic
def note_pause(
    pairing: Pairing,
    *,
    from_on: dt.date,
    until_on: dt.date | None,
    side: str,
    reason: str = "",
    by: User,
    at: dt.datetime,
    row_version: int | None = None,
) -> Pause:
    """Lets a pairing rest; one family's word is enough. The place stays taken.

    The same pause sent twice by one person is one.

    Args:
        pairing: one that runs.
        from_on: the first day of rest.
        until_on: the last one; None while nobody knows it.
        side: the family that asked for it; "" for both, or the coordinator.
        reason: why, in words.
        by: the coordinator who notes it.
        at: the moment of recording.
        row_version: of the agreement as `by` saw it; None does not ask.

    Raises:
        Refused: one of the rules in `refused`; nothing is written then.
    """
    agreement = lock_agreement(pairing)
    said = {
        "from_on": from_on,
        "until_on": until_on,
        "side": Side(side) if side else "",
    }
    same = agreement.pauses.counted().filter(recorded_by=by, **said).first()
    if same is not None and same.reason == reason:
        return same
    if row_version is not None and row_version != agreement.row_version:
        raise refused.ChangedMeanwhile
    if agreement.pairing.ended_on is not None:
        raise refused.PairingHasEnded
    if from_on < agreement.pairing.started_on:
        raise refused.BeforeThePairing
    if until_on is not None and until_on < from_on:
        raise refused.EndsBeforeItStarts
    if _overlaps(agreement, from_on, until_on):
        raise refused.PausesOverlap
    pause = Pause.objects.create(
        agreement=agreement, reason=reason, recorded_by=by, recorded_at=at, **said
    )
    record(pause, verb="created", by=by, fields=["from_on", "until_on", "side"])
    touch(agreement)
    return pause


@transaction.atomic
def end_pause(
    pause: Pause, *, until_on: dt.date, by: User, row_version: int | None = None
) -> None:
    """Lets a pause end on an earlier day, or on a day at all. The same twice is one.

    Raises:
        ChangedMeanwhile: it is not as `by` saw it, by its `row_version`.
        EndsBeforeItStarts: its first day comes later; it can be taken back.
        NotEarlier: it ends before that day already, or was taken back.
    """
    agreement = lock_agreement(pause.agreement.pairing)
    pause.refresh_from_db()
    if pause.until_on == until_on and pause.taken_back_at is None:
        return
    if row_version is not None and row_version != pause.row_version:
        raise refused.ChangedMeanwhile
    if until_on < pause.from_on:
        raise refused.EndsBeforeItStarts
    lasts_longer = pause.until_on is None or until_on < pause.until_on
    if pause.taken_back_at is not None or not lasts_longer:
        raise refused.NotEarlier
    pause.until_on = until_on
    pause.row_version += 1
    pause.save(update_fields=["until_on", "row_version"])
    record(pause, verb="changed", by=by, fields=["until_on"])
    touch(agreement)


def _overlaps(agreement: Agreement, first: dt.date, last: dt.date | None) -> bool:
    # The rows of an agreement are few, and locked with it.
    return any(
        (last is None or one.from_on <= last)
        and (one.until_on is None or one.until_on >= first)
        for one in agreement.pauses.counted()
    )

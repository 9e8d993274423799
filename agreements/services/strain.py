"""When it rubs between two families: raised, talked about, looked at again, closed.

The talks of each side are kept apart. `Pairing.under_strain` says whether one is open
and is written in the same transaction.
"""

import datetime as dt

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from agreements.models import Confirmation, Strain, StrainTalk
from agreements.services import refused
from families.models import User
from families.services.audit import record
from matching.models import Pairing
from matching.services.locks import lock_pairing

Outcome = Strain.Outcome
RaisedBy = Strain.RaisedBy


class AlreadyUnderStrain(refused.Refused):
    """Somebody raised it before, and it has no outcome yet."""

    message = _(
        "A colleague has just written this down too. Nothing of yours is lost: it"
        " stands below. Add it to a talk."
    )


class StrainIsOver(refused.Refused):
    """It has an outcome already."""

    message = _(
        "This was rounded off meanwhile. Nothing of yours is lost: it stands below."
    )


class LooksBack(refused.Refused):
    """To look again on a day that has passed."""

    message = _("Choose today or a day after today.")


@transaction.atomic
def raise_strain(
    pairing: Pairing,
    *,
    raised_by: str,
    raised_on: dt.date,
    words: str,
    look_again_on: dt.date,
    child_told: str,
    by: User,
    at: dt.datetime,
) -> Strain:
    """Writes down that a pairing is under strain; the same form twice is one.

    Args:
        pairing: one that has not ended.
        raised_by: one of `Strain.RaisedBy`.
        raised_on: the day on which it was said.
        words: what is the matter, for coordinators only.
        look_again_on: the day on which it asks attention again.
        child_told: what the child is told; "" while nothing.
        by: who writes it down.
        at: now.

    Raises:
        PairingHasEnded: it is over.
        BeforeThePairing: the pairing had not begun on that day.
        SaidInTheFuture: `raised_on` has not come yet.
        LooksBack: `look_again_on` has passed.
        AlreadyUnderStrain: another one is open.
    """
    locked = lock_pairing(pairing)
    if locked.ended_on is not None:
        raise refused.PairingHasEnded
    _check_day(locked, raised_on, at=at)
    _check_ahead(look_again_on, at=at)
    last = locked.strains.order_by("-row_version").first()
    said = {
        "raised_by": RaisedBy(raised_by),
        "raised_on": raised_on,
        "words": words,
        "look_again_on": look_again_on,
        "child_told": child_told,
        "recorded_by": by,
    }
    if last is not None and last.closed_on is None:
        if all(getattr(last, name) == value for name, value in said.items()):
            return last
        raise AlreadyUnderStrain
    strain = Strain.objects.create(
        pairing=locked,
        recorded_at=at,
        # Counts on, so that a page that showed the former one is noticed.
        row_version=last.row_version + 1 if last else 1,
        **said,
    )
    record(strain, verb="created", by=by, fields=["raised_by", "look_again_on"])
    _mark(locked, under_strain=True, by=by)
    return strain


@transaction.atomic
def add_talk(
    strain: Strain, *, side: str, on: dt.date, words: str, by: User, at: dt.datetime
) -> StrainTalk:
    """Writes down a talk with one side; the same form twice is one talk.

    Raises:
        BeforeThePairing: the pairing had not begun on that day.
        SaidInTheFuture: the day has not come yet.
        StrainIsOver: it has an outcome already.
    """
    locked = _lock(strain)
    _check_day(locked.pairing, on, at=at)
    for talk in locked.talks.filter(side=side, on=on, recorded_by=by):
        if talk.words == words:
            return talk
    if locked.closed_on is not None:
        raise StrainIsOver
    talk = StrainTalk.objects.create(
        strain=locked,
        side=Confirmation.Side(side),
        on=on,
        words=words,
        recorded_by=by,
        recorded_at=at,
    )
    record(talk, verb="created", by=by, fields=["side", "on"])
    _save(locked, [])
    return talk


@transaction.atomic
def look_again(
    strain: Strain,
    *,
    look_again_on: dt.date,
    child_told: str,
    row_version: int,
    by: User,
    at: dt.datetime,
) -> Strain:
    """Moves the day on which it asks attention, and what the child is told.

    Raises:
        StrainIsOver: it has an outcome already.
        ChangedMeanwhile: somebody else wrote to it after `row_version`.
        LooksBack: the day has passed.
    """
    locked = _lock(strain)
    _check_open(locked, row_version)
    _check_ahead(look_again_on, at=at)
    locked.look_again_on = look_again_on
    locked.child_told = child_told
    fields = ["look_again_on", "child_told"]
    _save(locked, fields)
    record(locked, verb="changed", by=by, fields=fields)
    return locked


@transaction.atomic
def close(
    strain: Strain,
    *,
    outcome: str,
    outcome_text: str,
    row_version: int,
    by: User,
    at: dt.datetime,
) -> Strain:
    """Gives it an outcome; what comes next is another step. The same twice is one.

    Raises:
        StrainIsOver: it has an outcome already.
        ChangedMeanwhile: somebody else wrote to it after `row_version`.
    """
    locked = _lock(strain)
    if (locked.outcome, locked.outcome_text) == (outcome, outcome_text):
        return locked
    _check_open(locked, row_version)
    write_outcome(locked, outcome=outcome, outcome_text=outcome_text, by=by, at=at)
    return locked


def write_outcome(
    strain: Strain, *, outcome: str, outcome_text: str, by: User, at: dt.datetime
) -> None:
    """Closes a locked strain; part of the caller's transaction."""
    strain.outcome = Outcome(outcome)
    strain.outcome_text = outcome_text
    strain.closed_on = timezone.localdate(at)
    fields = ["outcome", "outcome_text", "closed_on"]
    _save(strain, fields)
    record(strain, verb="changed", by=by, fields=fields)
    _mark(strain.pairing, under_strain=False, by=by)


def _lock(strain: Strain) -> Strain:
    pairing = lock_pairing(strain.pairing)
    locked = Strain.objects.select_for_update(no_key=True).get(pk=strain.pk)
    locked.pairing = pairing
    return locked


def _check_day(pairing: Pairing, day: dt.date, *, at: dt.datetime) -> None:
    if day < pairing.started_on:
        raise refused.BeforeThePairing
    if day > timezone.localdate(at):
        raise refused.SaidInTheFuture


def _check_ahead(day: dt.date, *, at: dt.datetime) -> None:
    if day < timezone.localdate(at):
        raise LooksBack


def _check_open(strain: Strain, row_version: int) -> None:
    if strain.closed_on is not None:
        raise StrainIsOver
    if strain.row_version != row_version:
        raise refused.ChangedMeanwhile


def _save(strain: Strain, fields: list[str]) -> None:
    strain.row_version += 1
    strain.save(update_fields=[*fields, "row_version"])


def _mark(pairing: Pairing, *, under_strain: bool, by: User) -> None:
    pairing.under_strain = under_strain
    pairing.save(update_fields=["under_strain"])
    record(pairing, verb="changed", by=by, fields=["under_strain"])

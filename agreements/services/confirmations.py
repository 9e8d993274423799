"""The yes of each family; the last one needed lets a version count."""

import datetime as dt
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from agreements.models import Agreement, AgreementVersion, Confirmation
from agreements.services import refused
from agreements.services.links import content_hash, stop_asking, waits_for_a_yes
from agreements.services.locks import (
    after_what_stands,
    lock_agreement,
    touch,
    versions_of,
)
from agreements.services.occupied import (
    Actor,
    look_again_when_it_starts,
    write_occupied_moments,
)
from families.models import Person, User
from families.services.audit import record

Kind = AgreementVersion.Kind
Side = Confirmation.Side
Channel = Confirmation.Channel


@dataclass(frozen=True, slots=True)
class Yes:
    """One family's yes: as a coordinator heard or read it, or by a person's link."""

    side: str
    channel: str
    on: dt.date
    person: Person | None = None


@transaction.atomic
def confirm(
    version: AgreementVersion,
    *,
    side: str,
    channel: str,
    on: dt.date,
    by: User,
    at: dt.datetime,
) -> Confirmation:
    """Writes down that a family said yes; the last one needed settles the version.

    Raises:
        NotADraft: it is settled or was put away.
        AlreadySaidYes: this family said yes before.
        SaidInTheFuture: `on` has not come yet.
        AfterThePairing: the pairing ended before the version would start.
    """
    agreement = lock_agreement(version.agreement.pairing)
    versions = versions_of(agreement)
    at = after_what_stands(versions, at)
    locked = next(one for one in versions if one.pk == version.pk)
    confirmation = say_yes(locked, Yes(side, channel, on), by=by, at=at)
    touch(agreement)
    version.refresh_from_db()
    return confirmation


@transaction.atomic
def take_back_yes(version: AgreementVersion, *, side: str, by: User) -> None:
    """Takes back a yes that a coordinator noted; taking back twice is once.

    Raises:
        NotADraft: it counts by now, or was put away.
        SaidItself: the family said so by its own link.
    """
    agreement = lock_agreement(version.agreement.pairing)
    versions = versions_of(agreement)
    locked = next(one for one in versions if one.pk == version.pk)
    if not locked.is_draft:
        raise refused.NotADraft
    noted = locked.confirmations.filter(side=side).first()
    if noted is None:
        return
    if noted.channel == Channel.LINK:
        raise refused.SaidItself
    noted.delete()
    record(locked, verb="changed", by=by, fields=["confirmations"])
    touch(agreement)


def say_yes(
    version: AgreementVersion, yes: Yes, *, by: Actor, at: dt.datetime
) -> Confirmation:
    """Adds a yes to a locked version; that family is asked nothing more about it.

    Raises:
        Refused: as `confirm`.
    """
    refused.refuse_after_the_end(version.agreement.pairing, version.effective_from)
    if not waits_for_a_yes(version):
        raise refused.NotADraft
    if version.confirmations.filter(side=yes.side).exists():
        raise refused.AlreadySaidYes
    if yes.on > timezone.localdate(at):
        raise refused.SaidInTheFuture
    confirmation = Confirmation.objects.create(
        version=version,
        side=Side(yes.side),
        channel=Channel(yes.channel),
        on=yes.on,
        person=yes.person,
        recorded_by=by if isinstance(by, User) else None,
        recorded_at=at,
        content_hash=content_hash(version),
    )
    stop_asking(version, at=at, side=yes.side)
    record(version, verb="changed", by=by, fields=["confirmations"])
    said = version.confirmations.count()
    if version.is_draft and said >= (1 if version.one_side_is_enough else len(Side)):
        _settle(version, by=by, at=at)
    return confirmation


def _settle(version: AgreementVersion, *, by: Actor, at: dt.datetime) -> None:
    """Let the version count, in place of what it corrects or ends."""
    current = version.agreement.versions.current()
    if version.kind == Kind.STOP:
        replaced = current.filter(effective_from__gte=version.effective_from)
    else:
        replaced = current.filter(effective_from=version.effective_from)
    for one in replaced:
        one.superseded_at = at
        one.save(update_fields=["superseded_at"])
        one.agreement = version.agreement
        stop_asking(one, at=at)
        record(one, verb="changed", by=by, fields=["superseded_at"])
    version.settled_at = at
    version.save(update_fields=["settled_at"])
    record(version, verb="changed", by=by, fields=["settled_at"])
    _write_agreed_on(version.agreement, at=at, by=by)
    today = timezone.localdate(at)
    write_occupied_moments(version.agreement, on=today, by=by)
    look_again_when_it_starts(version, on=today)


def _write_agreed_on(agreement: Agreement, *, at: dt.datetime, by: Actor) -> None:
    """From its first agreements on a pair may know both addresses."""
    pairing = agreement.pairing
    if pairing.agreed_on is None:
        pairing.agreed_on = timezone.localdate(at)
        pairing.save(update_fields=["agreed_on"])
        record(pairing, verb="changed", by=by, fields=["agreed_on"])

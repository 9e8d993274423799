"""The answer of a family by its own link, and what it tells its coordinator instead."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from agreements.core import timeline
from agreements.models import Agreement, AgreementVersion, Confirmation, WantedChange
from agreements.services import refused
from agreements.services.confirmations import Yes, say_yes
from agreements.services.links import can_be_asked, household_of, link_hash
from agreements.services.locks import (
    after_what_stands,
    lock_agreement,
    touch,
    versions_of,
)
from families.models import AccessLink, AuditEvent, Membership, User
from families.services.audit import record
from families.services.reach import open_link

FAMILY = AuditEvent.ActorKind.FAMILY


NOON = dt.time(12)


class HoldsNoMore(refused.Refused):
    """Another version took its place, or it was put away."""

    message = _(
        "This version no longer holds. Nothing of yours is lost: it stands below. Write"
        " it down with what holds now."
    )


class LinkGone(Exception):
    """The link opens nothing: used, old, altered, or the version is another one."""


@dataclass(frozen=True)
class Asked:
    """What a link opens: one version, and which family is asked about it."""

    link: AccessLink
    version: AgreementVersion
    side: str


def what_is_asked(token: str, *, at: dt.datetime, on: dt.date) -> Asked | None:
    """What a token opens; None whatever the reason that it opens nothing."""
    link = open_link(token, purpose=AccessLink.Purpose.AGREEMENT, at=at)
    if link is None:
        return None
    agreement = (
        Agreement.objects.filter(pairing__reference=link.about)
        .select_related(
            "pairing__request__family__household",
            "pairing__offer__family__household",
        )
        .first()
    )
    if agreement is None:
        return None
    return _asked(link, versions_of(agreement), on=on)


@transaction.atomic
def say_yes_by_link(token: str, *, at: dt.datetime, on: dt.date) -> AgreementVersion:
    """Writes down that a family says yes by its link, once.

    Args:
        token: the end of the address.
        at: now.
        on: today.

    Raises:
        LinkGone: the link opens nothing, or not any more.
    """
    asked, agreement, at = _use(token, at=at, on=on)
    yes = Yes(asked.side, Confirmation.Channel.LINK, on, asked.link.person)
    say_yes(asked.version, yes, by=FAMILY, at=at)
    touch(agreement)
    return asked.version


@transaction.atomic
def want_change_by_link(
    token: str, *, words: str, at: dt.datetime, on: dt.date
) -> WantedChange:
    """Writes down what a family wants otherwise, once; the version goes on waiting.

    Raises:
        LinkGone: the link opens nothing, or not any more.
    """
    asked, _agreement, at = _use(token, at=at, on=on)
    wanted = WantedChange.objects.create(
        version=asked.version,
        side=asked.side,
        words=words,
        person=asked.link.person,
        recorded_at=at,
    )
    record(asked.version, verb="changed", by=FAMILY, fields=["wanted_changes"])
    return wanted


def can_be_otherwise(
    version: AgreementVersion, versions: Sequence[AgreementVersion], *, on: dt.date
) -> bool:
    """Whether a version waits for a yes, holds on a day, or is still to come."""
    if version.is_draft:
        return True
    holds = version == timeline.in_force_on(versions, on)
    return version.is_current and (holds or version.effective_from > on)


@transaction.atomic
def note_wanted_change(
    version: AgreementVersion,
    *,
    side: str,
    words: str,
    heard_on: dt.date,
    by: User,
    at: dt.datetime,
) -> WantedChange:
    """Writes down what a family told it wants otherwise; the same form twice is one.

    Args:
        version: the one that waits for a yes, or that holds.
        side: the family that said so.
        words: what it said.
        heard_on: on which day; it counts from then.
        by: who heard it.
        at: now.

    Raises:
        PairingHasEnded: it is over.
        BeforeThePairing: the pairing had not begun on that day.
        SaidInTheFuture: the day has not come yet.
        HoldsNoMore: another version took its place, or it was put away.
    """
    agreement = lock_agreement(version.agreement.pairing)
    pairing, today = agreement.pairing, timezone.localdate(at)
    if pairing.ended_on is not None:
        raise refused.PairingHasEnded
    if heard_on < pairing.started_on:
        raise refused.BeforeThePairing
    if heard_on > today:
        raise refused.SaidInTheFuture
    versions = versions_of(agreement)
    locked = next(one for one in versions if one.pk == version.pk)
    for one in locked.wanted_changes.filter(side=side, recorded_by=by):
        if one.words == words and timezone.localdate(one.recorded_at) == heard_on:
            return one
    if not can_be_otherwise(locked, versions, on=today):
        raise HoldsNoMore
    then = timezone.make_aware(dt.datetime.combine(heard_on, NOON))
    wanted = WantedChange.objects.create(
        version=locked,
        side=Confirmation.Side(side),
        words=words,
        recorded_by=by,
        recorded_at=at if heard_on == today else then,
    )
    record(locked, verb="changed", by=by, fields=["wanted_changes"])
    return wanted


@transaction.atomic
def handle_wanted_change(wanted: WantedChange, *, by: User, at: dt.datetime) -> None:
    """Notes that somebody talked with the family about what it wants."""
    locked = WantedChange.objects.select_for_update(no_key=True).get(pk=wanted.pk)
    if locked.handled_at is None:
        locked.handled_at, locked.handled_by = at, by
        locked.save(update_fields=["handled_at", "handled_by"])
        record(locked, verb="changed", by=by, fields=["handled_at"])


def _use(
    token: str, *, at: dt.datetime, on: dt.date
) -> tuple[Asked, Agreement, dt.datetime]:
    """What a link opens, with its agreement locked; the link is used by that."""
    seen = what_is_asked(token, at=at, on=on)
    if seen is None:
        raise LinkGone
    agreement = lock_agreement(seen.version.agreement.pairing)
    # One statement decides who is first: of two presses the other finds it used.
    used = AccessLink.objects.filter(
        pk=seen.link.pk, used_at=None, revoked_at=None, expires_at__gt=at
    ).update(used_at=at)
    versions = versions_of(agreement)
    asked = _asked(seen.link, versions, on=on)
    if not used or asked is None:
        raise LinkGone
    record(seen.link, verb="changed", by=FAMILY, fields=["used_at"])
    return asked, agreement, after_what_stands(versions, at)


def _asked(
    link: AccessLink, versions: Iterable[AgreementVersion], *, on: dt.date
) -> Asked | None:
    """The version with the very text of a link, if its person may say yes to it."""
    for version in versions:
        for side in Confirmation.Side:
            if link_hash(version, side) != link.content_hash:
                continue
            lives_there = Membership.objects.filter(
                household=household_of(version.agreement.pairing, side),
                person=link.person_id,
            ).current_on(on)
            said = version.confirmations.filter(side=side).exists()
            if can_be_asked(version, on=on) and lives_there.exists() and not said:
                return Asked(link, version, side.value)
    return None

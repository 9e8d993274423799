"""Writes of agreements: versions, the yes of each family, corrections, drafts put away.

What was recorded is never changed afterwards. A version counts from the moment it is
settled, and holds from its date, so that two questions stay answerable for ever: what
was in force on a day, and what did we believe on a day.
"""

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from agreements import timeline
from agreements.models import (
    Agreement,
    AgreementItem,
    AgreementVersion,
    Confirmation,
)
from agreements.timeline import Terms
from families.models import Person, User
from families.services.audit import record
from families.vocabulary import SupportKind
from matching.models import Pairing
from matching.services.locks import lock_pairing

Kind = AgreementVersion.Kind
Side = Confirmation.Side
Channel = Confirmation.Channel
# Support that may be for the parents alone.
FOR_PARENTS = {SupportKind.LISTENING, SupportKind.SCHOOL_TALK, SupportKind.OTHER}


class Refused(Exception):
    """A rule does not allow it; `message` says why to a person."""

    message: str | Promise = ""


class BeforeThePairing(Refused):
    """The version would start before the pairing did."""

    message = _("The pairing had not begun on this date.")


class AfterThePairing(Refused):
    """The version would start after the pairing ended."""

    message = _("The pairing had ended on this date.")


class PairingHasEnded(Refused):
    """New agreements, or a stop, of a pairing that is over."""

    message = _("The pairing has ended. What was agreed on stays readable.")


class NothingAgreed(Refused):
    """A version without items that is not a stop."""

    message = _("Add at least one item. Do you want to stop? Then choose Stop.")


class StopWithItems(Refused):
    """A stop that says something."""

    message = _("A stop has no items.")


class NothingToStop(Refused):
    """A stop where nothing holds."""

    message = _("Nothing holds on this date, so there is nothing to stop.")


class DraftIsOpen(Refused):
    """There is a draft that a family must still confirm."""

    message = _("There is already a change that both families must still confirm.")


class StartsBeforeFormer(Refused):
    """A change that starts before the last version, and does not say so."""

    message = _("Later agreements already exist. Say that this comes before them.")


class SameDate(Refused):
    """A change on the date of another version, which only a correction may have."""

    message = _("There is already a version from this date. Correct that one.")


class NothingToCorrect(Refused):
    """A correction of something that does not count."""

    message = _("This version no longer counts, so it cannot be corrected.")


class ChildOfAnotherPairing(Refused):
    """A child that does not take part in the pairing."""

    message = _("Choose from the children of this pairing.")


class ForNobody(Refused):
    """An item without a child, of a kind that is for a child."""

    message = _("Choose for which children this is.")


class ChangedMeanwhile(Refused):
    """Somebody else wrote to the agreement after it was read."""

    message = _("Somebody else has just changed these agreements.")


class NotADraft(Refused):
    """The version is settled already, or was put away."""

    message = _("This version does not wait for an answer any more.")


class AlreadySaidYes(Refused):
    """This family said yes before."""

    message = _("This family already said yes.")


class SaidInTheFuture(Refused):
    """A yes on a day that has not come."""

    message = _("This day has not come yet.")


@dataclass(frozen=True, slots=True)
class Yes:
    """One family's yes, as a coordinator heard or read it."""

    side: str
    channel: str
    on: dt.date


@transaction.atomic
def record_version(
    pairing: Pairing,
    *,
    effective_from: dt.date,
    items: Iterable[Terms],
    by: User,
    at: dt.datetime,
    reason: str = "",
    kind: str = Kind.CHANGE,
    confirmations: Iterable[Yes] = (),
    replaces: AgreementVersion | None = None,
    row_version: int | None = None,
) -> AgreementVersion:
    """Records what a pair agreed on from a date; with every yes it counts at once.

    A stop puts an open draft away, and once settled it ends later versions too: nobody
    is held to an agreement they have withdrawn from.

    Args:
        pairing: the agreement belongs to it, and is made with the first version.
        effective_from: the first day on which it holds.
        items: none for a stop. An item that goes on keeps its `line`.
        by: the coordinator who records it.
        at: the moment of recording; never before what was written already.
        reason: why it changes, in words.
        kind: an insertion starts before the last version; a correction is of its date.
        confirmations: what the families said already.
        replaces: the open draft that this one takes the place of.
        row_version: of the agreement as `by` saw it; None does not ask.

    Raises:
        Refused: one of the rules in this module; nothing is written then.
    """
    locked, agreement = _lock(pairing)
    if row_version is not None and row_version != agreement.row_version:
        raise ChangedMeanwhile
    versions = _versions(agreement)
    at = _after_what_stands(versions, at)
    terms = _numbered(items, versions=versions, effective_from=effective_from)
    if locked.ended_on is not None and kind != Kind.CORRECTION:
        raise PairingHasEnded
    _check_pairing(locked, terms, effective_from=effective_from)
    _check_kind(kind, terms, versions, effective_from=effective_from)
    draft = next((one for one in versions if one.is_draft), None)
    if draft is not None and draft != replaces and kind != Kind.STOP:
        raise DraftIsOpen
    if draft is not None:
        _put_away(draft, by=by, at=at)

    in_force = timeline.in_force_on(versions, effective_from)
    before = in_force.terms() if in_force else ()
    version = AgreementVersion.objects.create(
        agreement=agreement,
        number=max((one.number for one in versions), default=0) + 1,
        kind=kind,
        effective_from=effective_from,
        reason=reason,
        one_side_is_enough=kind == Kind.STOP
        or (kind == Kind.CHANGE and timeline.is_less(before, terms)),
        recorded_by=by,
        recorded_at=at,
    )
    _write_items(version, terms)
    record(version, verb="created", by=by, fields=["effective_from", "items", "kind"])
    for yes in confirmations:
        _confirm(version, yes, by=by, at=at)
    _touch(agreement)
    return version


def correct(
    version: AgreementVersion,
    *,
    items: Iterable[Terms],
    by: User,
    at: dt.datetime,
    reason: str = "",
    confirmations: Iterable[Yes] = (),
    replaces: AgreementVersion | None = None,
    row_version: int | None = None,
) -> AgreementVersion:
    """Records what should have stood in a version; that one stays until it settles.

    Raises:
        Refused: as `record_version`.
    """
    return record_version(
        version.agreement.pairing,
        effective_from=version.effective_from,
        items=items,
        by=by,
        at=at,
        reason=reason,
        kind=Kind.CORRECTION,
        confirmations=confirmations,
        replaces=replaces,
        row_version=row_version,
    )


def stop(
    pairing: Pairing,
    *,
    effective_from: dt.date,
    by: User,
    at: dt.datetime,
    reason: str = "",
    said: Yes,
    row_version: int | None = None,
) -> AgreementVersion:
    """Stops the agreements from a date, on the word of one family.

    Raises:
        Refused: as `record_version`.
    """
    return record_version(
        pairing,
        effective_from=effective_from,
        items=(),
        by=by,
        at=at,
        reason=reason,
        kind=Kind.STOP,
        confirmations=[said],
        row_version=row_version,
    )


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
    _pairing, agreement = _lock(version.agreement.pairing)
    versions = _versions(agreement)
    at = _after_what_stands(versions, at)
    locked = next(one for one in versions if one.pk == version.pk)
    confirmation = _confirm(locked, Yes(side, channel, on), by=by, at=at)
    _touch(agreement)
    version.refresh_from_db()
    return confirmation


@transaction.atomic
def discard_draft(version: AgreementVersion, *, by: User, at: dt.datetime) -> None:
    """Puts a draft away: it never counts, and stays readable.

    Raises:
        NotADraft: it is settled or was put away before.
    """
    _pairing, agreement = _lock(version.agreement.pairing)
    versions = _versions(agreement)
    at = _after_what_stands(versions, at)
    locked = next(one for one in versions if one.pk == version.pk)
    if not locked.is_draft:
        raise NotADraft
    _put_away(locked, by=by, at=at)
    _touch(agreement)
    version.refresh_from_db()


def content_hash(version: AgreementVersion) -> str:
    """A fingerprint of all that a family says yes to: 64 hexadecimal digits."""
    references = {
        child.pk: child.reference
        for item in version.items.all()
        for child in item.children.all()
    }
    text = {
        "pairing": version.agreement.pairing.reference,
        "kind": version.kind,
        "effective_from": version.effective_from,
        "items": [
            asdict(terms)
            | {"children": sorted(references[child] for child in terms.children)}
            for terms in version.terms()
        ],
    }
    return hashlib.sha256(
        json.dumps(text, sort_keys=True, default=str).encode()
    ).hexdigest()


def _lock(pairing: Pairing) -> tuple[Pairing, Agreement]:
    """The pairing and its agreement, locked; the first time it is made."""
    locked = lock_pairing(pairing)
    agreement, _made = Agreement.objects.get_or_create(pairing=locked)
    agreement = Agreement.objects.select_for_update().get(pk=agreement.pk)
    agreement.pairing = locked
    return locked, agreement


def _versions(agreement: Agreement) -> list[AgreementVersion]:
    versions = list(
        agreement.versions.order_by("number").prefetch_related("items__children")
    )
    for version in versions:
        version.agreement = agreement
    return versions


def _after_what_stands(
    versions: Sequence[AgreementVersion], at: dt.datetime
) -> dt.datetime:
    """`at`, or the last moment that was written, whichever is later.

    Callers look at the clock before they wait for the lock, and may get it in another
    order. What was known at a moment never changes afterwards.
    """
    written = (
        moment
        for one in versions
        for moment in (one.recorded_at, one.settled_at, one.superseded_at)
        if moment is not None
    )
    return max([at, *written])


def _numbered(
    items: Iterable[Terms],
    *,
    versions: Sequence[AgreementVersion],
    effective_from: dt.date,
) -> tuple[Terms, ...]:
    taken = {item.line for one in versions for item in one.terms()}
    tidied = (timeline.tidy(item, effective_from=effective_from) for item in items)
    return timeline.numbered(tidied, taken=taken)


def _check_pairing(
    pairing: Pairing, terms: Sequence[Terms], *, effective_from: dt.date
) -> None:
    if effective_from < pairing.started_on:
        raise BeforeThePairing
    _check_end(pairing, effective_from)
    if any(not item.children and item.kind not in FOR_PARENTS for item in terms):
        raise ForNobody
    children = {child for item in terms for child in item.children}
    taking_part = pairing.pairing_children.values_list("child", flat=True)
    if not children <= set(taking_part):
        raise ChildOfAnotherPairing


def _check_end(pairing: Pairing, effective_from: dt.date) -> None:
    if pairing.ended_on is not None and effective_from > pairing.ended_on:
        raise AfterThePairing


def _check_kind(
    kind: str,
    terms: Sequence[Terms],
    versions: Sequence[AgreementVersion],
    *,
    effective_from: dt.date,
) -> None:
    current = {one.effective_from for one in timeline.known(versions)}
    if kind == Kind.STOP:
        if terms:
            raise StopWithItems
        held = timeline.in_force_on(versions, effective_from)
        later = any(day >= effective_from for day in current)
        if not later and (held is None or not held.terms()):
            raise NothingToStop
        return
    if not terms:
        raise NothingAgreed
    if kind == Kind.CORRECTION:
        if effective_from not in current:
            raise NothingToCorrect
    elif effective_from in current:
        raise SameDate
    elif kind == Kind.CHANGE and effective_from < max(current, default=effective_from):
        raise StartsBeforeFormer


def _write_items(version: AgreementVersion, terms: Sequence[Terms]) -> None:
    for one in terms:
        values = asdict(one)
        children = values.pop("children")
        item = AgreementItem.objects.create(version=version, **values)
        item.children.set(Person.objects.filter(pk__in=children))


def _confirm(
    version: AgreementVersion, yes: Yes, *, by: User, at: dt.datetime
) -> Confirmation:
    if not version.is_draft and not _is_late_yes(version):
        raise NotADraft
    if version.confirmations.filter(side=yes.side).exists():
        raise AlreadySaidYes
    if yes.on > timezone.localdate(at):
        raise SaidInTheFuture
    _check_end(version.agreement.pairing, version.effective_from)
    confirmation = Confirmation.objects.create(
        version=version,
        side=Side(yes.side),
        channel=Channel(yes.channel),
        on=yes.on,
        recorded_by=by,
        recorded_at=at,
        content_hash=content_hash(version),
    )
    record(version, verb="changed", by=by, fields=["confirmations"])
    said = version.confirmations.count()
    if version.is_draft and said >= (1 if version.one_side_is_enough else len(Side)):
        _settle(version, by=by, at=at)
    return confirmation


def _is_late_yes(version: AgreementVersion) -> bool:
    """Whether the other family may still agree to what already counts."""
    return version.is_current and version.one_side_is_enough


def _settle(version: AgreementVersion, *, by: User, at: dt.datetime) -> None:
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
        record(one, verb="changed", by=by, fields=["superseded_at"])
    version.settled_at = at
    version.save(update_fields=["settled_at"])
    record(version, verb="changed", by=by, fields=["settled_at"])
    _write_occupied_moments(version.agreement, by=by)


def _put_away(version: AgreementVersion, *, by: User, at: dt.datetime) -> None:
    version.superseded_at = at
    version.save(update_fields=["superseded_at"])
    record(version, verb="changed", by=by, fields=["superseded_at"])


def _write_occupied_moments(agreement: Agreement, *, by: User) -> None:
    """Keep what the pairing takes of the week in step with its agreements.

    By their last word, also when that starts later: a new pairing takes weeks to
    begin, and nobody has to come back on the day itself.
    """
    last = agreement.versions.current().order_by("effective_from").last()
    mask = timeline.occupied_moments(last.terms() if last else ())
    pairing = agreement.pairing
    if pairing.occupied_moments != mask:
        pairing.occupied_moments = mask
        pairing.save(update_fields=["occupied_moments"])
        record(pairing, verb="changed", by=by, fields=["occupied_moments"])


def _touch(agreement: Agreement) -> None:
    """Let whoever looks at an older state notice."""
    agreement.row_version += 1
    agreement.save(update_fields=["row_version"])

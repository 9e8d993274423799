"""Versions: what a pair agrees on from a date, corrections, stops, drafts put away."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import asdict

from django.db import transaction
from django.db.models import Q

from agreements.core import timeline
from agreements.core.timeline import Frame, Terms
from agreements.models import AgreementItem, AgreementVersion, WantedChange
from agreements.services import refused
from agreements.services.answers import handle_wanted_change
from agreements.services.asking import Question, put_question
from agreements.services.confirmations import Yes, say_yes
from agreements.services.frames import framed
from agreements.services.links import stop_asking
from agreements.services.locks import (
    after_what_stands,
    lock_agreement,
    touch,
    versions_of,
)
from families.models import Person, User
from families.services.audit import record
from families.vocabulary import SupportKind
from matching.models import Pairing

Kind = AgreementVersion.Kind
# Support that may be for the parents alone.
FOR_PARENTS = {SupportKind.LISTENING, SupportKind.SCHOOL_TALK, SupportKind.OTHER}

WRITTEN = [
    "effective_from",
    "house_rules",
    "items",
    "kind",
    "months_request",
    "months_support",
    "trial_until",
]


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
    frame: Frame | None = None,
    confirmations: Iterable[Yes] = (),
    questions: Iterable[Question] = (),
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
        frame: the trial and the durations; None is as in the version before it. The
            house rules follow by themselves: with the first definite agreements, and
            again when they have changed.
        confirmations: what the families said already.
        questions: which families are asked to say yes, and how.
        replaces: the open draft that this one takes the place of.
        row_version: of the agreement as `by` saw it; None does not ask.

    Raises:
        Refused: one of the rules in `refused`; nothing is written then.
    """
    agreement = lock_agreement(pairing)
    if row_version is not None and row_version != agreement.row_version:
        raise refused.ChangedMeanwhile
    versions = versions_of(agreement)
    at = after_what_stands(versions, at)
    terms = _numbered(items, versions=versions, effective_from=effective_from)
    if agreement.pairing.ended_on is not None and kind != Kind.CORRECTION:
        raise refused.PairingHasEnded
    _check_pairing(agreement.pairing, terms, effective_from=effective_from)
    _check_kind(kind, terms, versions, effective_from=effective_from)
    says = framed(
        agreement.pairing,
        versions,
        terms,
        effective_from=effective_from,
        kind=kind,
        frame=frame,
    )
    draft = next((one for one in versions if one.is_draft), None)
    if draft is not None and draft != replaces and kind != Kind.STOP:
        raise refused.DraftIsOpen
    if draft is not None:
        _put_away(draft, by=by, at=at)

    version = AgreementVersion.objects.create(
        agreement=agreement,
        number=max((one.number for one in versions), default=0) + 1,
        kind=kind,
        effective_from=effective_from,
        reason=reason,
        one_side_is_enough=says.one_side_is_enough,
        trial_until=says.frame.trial_until,
        months_request=says.frame.months_request,
        months_support=says.frame.months_support,
        house_rules=says.house_rules,
        recorded_by=by,
        recorded_at=at,
    )
    _write_items(version, terms)
    record(version, verb="created", by=by, fields=WRITTEN)
    for yes in confirmations:
        say_yes(version, yes, by=by, at=at)
    for question in questions:
        put_question(version, question, by=by, at=at)
    touch(agreement)
    return version


def correct(
    version: AgreementVersion,
    *,
    items: Iterable[Terms],
    by: User,
    at: dt.datetime,
    reason: str = "",
    frame: Frame | None = None,
    confirmations: Iterable[Yes] = (),
    questions: Iterable[Question] = (),
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
        frame=frame,
        confirmations=confirmations,
        questions=questions,
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
def discard_draft(version: AgreementVersion, *, by: User, at: dt.datetime) -> None:
    """Puts a draft away: it never counts, and stays readable.

    Raises:
        NotADraft: it is settled or was put away before.
    """
    agreement = lock_agreement(version.agreement.pairing)
    versions = versions_of(agreement)
    at = after_what_stands(versions, at)
    locked = next(one for one in versions if one.pk == version.pk)
    if not locked.is_draft:
        raise refused.NotADraft
    _put_away(locked, by=by, at=at)
    touch(agreement)
    version.refresh_from_db()


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
        raise refused.BeforeThePairing
    refused.refuse_after_the_end(pairing, effective_from)
    if any(not item.children and item.kind not in FOR_PARENTS for item in terms):
        raise refused.ForNobody
    children = {child for item in terms for child in item.children}
    taking_part = pairing.pairing_children.filter(
        Q(left_on=None) | Q(left_on__gte=effective_from)
    ).values_list("child", flat=True)
    if not children <= set(taking_part):
        raise refused.ChildOfAnotherPairing


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
            raise refused.StopWithItems
        held = timeline.in_force_on(versions, effective_from)
        later = any(day >= effective_from for day in current)
        if not later and (held is None or not held.terms()):
            raise refused.NothingToStop
        return
    if not terms:
        raise refused.NothingAgreed
    if kind == Kind.CORRECTION:
        if effective_from not in current:
            raise refused.NothingToCorrect
    elif effective_from in current:
        raise refused.SameDate
    elif kind == Kind.CHANGE and effective_from < max(current, default=effective_from):
        raise refused.StartsBeforeFormer


def _write_items(version: AgreementVersion, terms: Sequence[Terms]) -> None:
    for one in terms:
        values = asdict(one)
        children = values.pop("children")
        item = AgreementItem.objects.create(version=version, **values)
        item.children.set(Person.objects.filter(pk__in=children))


def _put_away(version: AgreementVersion, *, by: User, at: dt.datetime) -> None:
    version.superseded_at = at
    version.save(update_fields=["superseded_at"])
    record(version, verb="changed", by=by, fields=["superseded_at"])
    stop_asking(version, at=at)
    # What a family wanted otherwise led to this, and asks attention no longer.
    for wanted in WantedChange.objects.open().filter(version=version):
        handle_wanted_change(wanted, by=by, at=at)

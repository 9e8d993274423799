"""Asking a family to say yes to a version: by mail, with a text, or with a letter.

A mail can be taken back for half a minute: so long it stays in the outbox.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from agreements.models import AgreementVersion, Asking, Confirmation
from agreements.services import refused
from agreements.services.links import (
    can_be_asked,
    household_of,
    last_day_of_link,
    link_hash,
)
from agreements.services.locks import after_what_stands, lock_agreement, versions_of
from families import people
from families.models import AccessLink, Membership, Person, User
from families.services.audit import record
from families.services.mail import queue_mail, take_back
from families.services.reach import LINK_HOURS, fingerprint, issue_link
from matching.models import Pairing
from matching.services.asking import MAIL_LEAVES_AFTER, TAKE_BACK_WITHIN, members_of

Side = Confirmation.Side
Way = Asking.Way
# After so many days a family is asked again.
WAITS_AT_MOST = dt.timedelta(days=5)


@dataclass(frozen=True, slots=True)
class Question:
    """Whom of a family we ask to say yes, and how."""

    side: str
    way: str
    person: Person


def who_can_answer(pairing: Pairing, side: str, *, on: dt.date) -> list[Person]:
    """The adults of one family, parents first."""
    household = household_of(pairing, side)
    return people.adults(members_of(household, on=on), on)


def can_be_mailed(person: Person) -> bool:
    """Whether somebody gave an address and leave to write to it."""
    return bool(person.email and person.may_leave_message)


def asked_first(adults: Sequence[Person]) -> Person | None:
    """Whom of a family we ask unless somebody else is chosen."""
    mailed = (one for one in adults if can_be_mailed(one))
    return next(mailed, adults[0] if adults else None)


@transaction.atomic
def ask(
    version: AgreementVersion, question: Question, *, by: User, at: dt.datetime
) -> Asking:
    """Asks a family to say yes; once more is a reminder.

    Pressed twice within half a minute it is one mail.

    Raises:
        NotADraft: it is settled, was put away, or its time is over.
        AlreadySaidYes: this family said yes.
        NotOfThisFamily: the person does not live there, or is a child.
        CannotBeMailed: by mail, and there is no address or no leave to write to it.
    """
    locked, at = _locked(version, at=at)
    latest = last_asking(locked, question.side)
    if (
        latest is not None
        and latest.way == question.way == Way.MAIL
        and latest.person == question.person
        and at <= latest.asked_at + TAKE_BACK_WITHIN
    ):
        return latest
    return put_question(locked, question, by=by, at=at)


def put_question(
    version: AgreementVersion, question: Question, *, by: User, at: dt.datetime
) -> Asking:
    """Asks a family about a locked version.

    Raises:
        Refused: as `ask`.
    """
    person, today = question.person, timezone.localdate(at)
    _check_waiting(version, question.side, on=today)
    if person not in who_can_answer(version.agreement.pairing, question.side, on=today):
        raise refused.NotOfThisFamily
    again = last_asking(version, question.side) is not None
    asking = Asking(
        version=version,
        side=Side(question.side),
        way=Way(question.way),
        person=person,
        asked_by=by,
        asked_at=at,
    )
    if asking.way == Way.MAIL:
        _send(asking, again=again, by=by, at=at)
    asking.save()
    record(version, verb="changed", by=by, fields=["askings"])
    return asking


@transaction.atomic
def remind(version: AgreementVersion, *, by: User, at: dt.datetime) -> list[Asking]:
    """Mails once more to each family that was mailed and has waited too long.

    Pressed twice within half a minute it is one mail.

    Raises:
        NotADraft: it is settled, was put away, or its time is over.
    """
    locked, at = _locked(version, at=at)
    if not can_be_asked(locked, on=timezone.localdate(at)):
        raise refused.NotADraft
    said = set(locked.confirmations.values_list("side", flat=True))
    questions = [
        Question(asking.side, Way.MAIL, asking.person)
        for side in Side
        if side not in said
        and (asking := last_asking(locked, side)) is not None
        and can_be_reminded(asking, at=at)
    ]
    return [ask(locked, question, by=by, at=at) for question in questions]


def can_be_reminded(asking: Asking, *, at: dt.datetime) -> bool:
    """Whether who was mailed can be mailed now, and was not asked a few days ago."""
    on = timezone.localdate(at)
    waits = waits_too_long(timezone.localdate(asking.asked_at), on=on)
    just_now = at <= asking.asked_at + TAKE_BACK_WITHIN
    lives_there = Membership.objects.filter(
        person=asking.person,
        household=household_of(asking.version.agreement.pairing, asking.side),
    ).current_on(on)
    mailed = asking.way == Way.MAIL and can_be_mailed(asking.person)
    return mailed and (waits or just_now) and lives_there.exists()


def waits_too_long(since: dt.date, *, on: dt.date) -> bool:
    """Whether a family that was asked on a day is asked again by another day."""
    return on - since > WAITS_AT_MOST


@transaction.atomic
def new_link(asking: Asking, *, by: User, at: dt.datetime) -> str:
    """The address where who was asked with a text or a letter can answer.

    Only its fingerprint is kept, so asking for it again makes another one.

    Raises:
        NotADraft: it is settled, was put away, or its time is over.
        AlreadySaidYes: this family said yes.
        NotOfThisFamily: who was asked does not live there any more.
    """
    locked, at = _locked(asking.version, at=at)
    pairing, today = locked.agreement.pairing, timezone.localdate(at)
    _check_waiting(locked, asking.side, on=today)
    if asking.person not in who_can_answer(pairing, asking.side, on=today):
        raise refused.NotOfThisFamily
    record(locked, verb="changed", by=by, fields=["links"])
    return _address(_token(locked, asking, at=at))


def works_until(*, at: dt.datetime) -> dt.date:
    """The last day on which a link made now works all day."""
    return last_day_of_link(at + dt.timedelta(hours=LINK_HOURS))


def can_be_taken_back_until(asking: Asking) -> dt.datetime | None:
    """Until when a mail can be taken back; None for what is no mail."""
    if asking.way != Way.MAIL or asking.taken_back_at:
        return None
    return asking.asked_at + TAKE_BACK_WITHIN


@transaction.atomic
def take_back_asking(asking: Asking, *, by: User, at: dt.datetime) -> None:
    """Undoes a mail of less than half a minute ago, as if nobody had been asked.

    Raises:
        TooLate: half a minute has passed, or the family answered.
    """
    locked, at = _locked(asking.version, at=at)
    asking.refresh_from_db()
    until = can_be_taken_back_until(asking)
    if until is None or at > until or asking.mail is None or asking.link is None:
        raise refused.TooLate
    revoked = AccessLink.objects.filter(
        pk=asking.link.pk, used_at=None, revoked_at=None
    ).update(revoked_at=at)
    if not revoked or not take_back(asking.mail, at=at):
        raise refused.TooLate
    asking.taken_back_at = at
    asking.save(update_fields=["taken_back_at"])
    record(locked, verb="changed", by=by, fields=["askings"])


def last_asking(version: AgreementVersion, side: str) -> Asking | None:
    """How a family was asked last; None where it was not."""
    asked = version.askings.standing().filter(side=side).select_related("person")
    return asked.order_by("asked_at", "pk").last()


def _locked(
    version: AgreementVersion, *, at: dt.datetime
) -> tuple[AgreementVersion, dt.datetime]:
    agreement = lock_agreement(version.agreement.pairing)
    versions = versions_of(agreement)
    locked = next(one for one in versions if one.pk == version.pk)
    return locked, after_what_stands(versions, at)


def _check_waiting(version: AgreementVersion, side: str, *, on: dt.date) -> None:
    if not can_be_asked(version, on=on):
        raise refused.NotADraft
    if version.confirmations.filter(side=side).exists():
        raise refused.AlreadySaidYes


def _send(asking: Asking, *, again: bool, by: User, at: dt.datetime) -> None:
    """The mail with a link of its own."""
    if not can_be_mailed(asking.person):
        raise refused.CannotBeMailed
    token = _token(asking.version, asking, at=at)
    body = render_to_string(
        "agreements/mail/asking.txt",
        {
            "url": _address(token),
            "works_until": works_until(at=at),
            "again": again,
            "coordinator": by.coordinator if by.is_coordinator else None,
        },
    )
    asking.link = AccessLink.objects.get(token_hash=fingerprint(token))
    asking.mail = queue_mail(
        asking.person,
        body=body,
        asked_for=False,
        about=asking.version.agreement.pairing.reference,
        not_before=at + MAIL_LEAVES_AFTER,
    )


def _token(version: AgreementVersion, asking: Asking, *, at: dt.datetime) -> str:
    return issue_link(
        asking.person,
        purpose=AccessLink.Purpose.AGREEMENT,
        about=version.agreement.pairing.reference,
        at=at,
        content_hash=link_hash(version, asking.side),
    )


def _address(token: str) -> str:
    path = reverse("agreements:answer", args=[token])
    return f"{settings.SITE_URL}{path}"

"""Writes mail to the outbox, in the transaction of what caused it."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from families.jobs import send_mail_now
from families.models import OutboxMail, Person, Referrer


class NoAddress(Exception):
    """The person gave no e-mail address."""


class MessagesNotWanted(Exception):
    """The person did not allow messages, or was never asked."""


@transaction.atomic
def queue_mail(
    person: Person,
    *,
    body: str,
    asked_for: bool,
    subject: str = "",
    about: str = "",
    not_before: dt.datetime | None = None,
) -> OutboxMail:
    """Puts a mail in the outbox; the worker sends it.

    Args:
        person: whom it is for.
        body: plain text, without anything that others may not read.
        asked_for: the person asks for it at this moment, such as a link. Such a mail
            goes even where messages are not allowed.
        subject: a neutral line; by default it only says whom the mail is from.
        about: reference of what it is about, to find it by.
        not_before: until then it can be taken back.

    Raises:
        NoAddress: the person gave no e-mail address.
        MessagesNotWanted: nobody asked for it and messages are not allowed.
    """
    if not person.email:
        raise NoAddress
    if not asked_for and not person.may_leave_message:
        raise MessagesNotWanted
    mail = OutboxMail.objects.create(
        person=person,
        to=person.email,
        subject=subject or _("Message from Buurtgezinnen"),
        body=body,
        about=about,
        asked_for=asked_for,
        not_before=not_before,
    )
    send_mail_now.using(run_after=not_before).enqueue(mail.pk)
    return mail


@transaction.atomic
def queue_mail_to(
    address: str,
    *,
    body: str,
    subject: str = "",
    about: str = "",
    referrer: Referrer | None = None,
) -> OutboxMail:
    """Puts a mail in the outbox for whoever asks for it at this moment.

    Args:
        address: where it goes; it may be of nobody we know.
        body: plain text, without anything that others may not read.
        subject: a neutral line; by default it only says whom the mail is from.
        about: reference of what it is about, to find it by.
        referrer: whom it is for, when that is a referrer.
    """
    mail = OutboxMail.objects.create(
        referrer=referrer,
        to=address,
        subject=subject or _("Message from Buurtgezinnen"),
        body=body,
        about=about,
        asked_for=True,
    )
    send_mail_now.enqueue(mail.pk)
    return mail


@transaction.atomic
def queue_mail_to_referrer(referrer: Referrer, *, body: str, about: str) -> OutboxMail:
    """Puts a mail in the outbox that a referrer did not ask for.

    Args:
        referrer: whom it is for.
        body: plain text, without a name and without what a family said.
        about: reference of the referral; the mail stays in where its family does not
            want it told any more.
    """
    mail = OutboxMail.objects.create(
        referrer=referrer,
        to=referrer.email,
        subject=_("Message from Buurtgezinnen"),
        body=body,
        about=about,
    )
    send_mail_now.enqueue(mail.pk)
    return mail


def take_back(mail: OutboxMail, *, at: dt.datetime) -> bool:
    """Keeps a mail from leaving; False when it may be too late for that.

    The worker never sends before `not_before`, so whoever is in time is so for sure.
    After that a mail that waits for its next try does not leave either, unless the
    worker is sending it at this moment.
    """
    waiting = OutboxMail.objects.filter(
        pk=mail.pk, sent_at=None, parked_at=None, cancelled_at=None
    )
    taken_back = {"cancelled_at": at, "body": ""}
    if waiting.filter(not_before__gt=at).update(**taken_back):
        return True
    waiting.update(**taken_back)
    return False

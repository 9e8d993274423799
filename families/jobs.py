"""Work that takes time, done by the worker. Tasks take keys of rows, never words."""

import datetime as dt
import smtplib
from collections.abc import Callable
from email.utils import parseaddr

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import F, OuterRef
from django.utils import timezone
from django_tasks import task

from families.models import Consent, OutboxMail, Referral
from families.services.consents import agreed

# Waits between the tries of one mail; after the last it is given up: about two days.
RETRY_AFTER = tuple(
    dt.timedelta(seconds=seconds)
    for seconds in (60, 300, 1_800, 7_200, 21_600, 43_200, 86_400)
)


def may_run_twice(
    give_up: Callable[..., None] | None = None,
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Says of a task that it is begun again when its worker was killed in it.

    Any other task fails then, and is looked at.

    Args:
        give_up: what follows when one worker after the other dies over it, with the
            arguments of the task.
    """

    def mark(work: Callable[..., None]) -> Callable[..., None]:
        work.give_up = give_up or (lambda *_keys: None)  # type: ignore[attr-defined]
        return work

    return mark


def give_up_mail(mail_pk: int) -> None:
    """Parks a mail over which one worker after the other died, so that it is seen."""
    OutboxMail.objects.filter(
        pk=mail_pk, sent_at=None, parked_at=None, cancelled_at=None
    ).update(parked_at=timezone.now(), last_error="WorkerGone")


@task()
@may_run_twice(give_up_mail)
def send_mail_now(mail_pk: int) -> None:
    """Sends a mail of the outbox once; when that fails, plans the next try.

    Only what the mail server or the way to it does is worth another try; a fault of our
    own fails the job, where it is seen. May run twice: what is sent or given up stays
    as it is, and a copy that slips through carries the same Message-ID. What nobody
    asked for is given up where it is not welcome any more, at this address.
    """
    waiting = OutboxMail.objects.filter(
        pk=mail_pk, sent_at=None, parked_at=None, cancelled_at=None
    )
    mail = waiting.select_related("person", "referrer").first()
    if mail is None:
        return
    if mail.not_before and mail.not_before > timezone.now():
        send_mail_now.using(run_after=mail.not_before).enqueue(mail.pk)
        return
    if unwelcome := _why_unwelcome(mail):
        waiting.update(parked_at=timezone.now(), last_error=unwelcome, body="")
        return
    try:
        _message(mail).send()
    except (smtplib.SMTPException, OSError) as error:
        _failed(mail, error)
    else:
        # It left, also when somebody took it back meanwhile.
        OutboxMail.objects.filter(pk=mail.pk, sent_at=None).update(
            sent_at=timezone.now(),
            parked_at=None,
            cancelled_at=None,
            tries=F("tries") + 1,
            last_error="",
        )


def _why_unwelcome(mail: OutboxMail) -> str:
    """What changed since it was written; "" where it may leave."""
    if mail.asked_for:
        return ""
    if mail.referrer is not None:
        if not _may_be_told(mail):
            return "ConsentWithdrawn"
        return "" if mail.referrer.email == mail.to else "OtherAddress"
    if mail.person is None or not mail.person.may_leave_message:
        return "MessagesNotWanted"
    return "" if mail.person.email == mail.to else "OtherAddress"


def _may_be_told(mail: OutboxMail) -> bool:
    """Whether the family still lets the referrer hear how far it is."""
    may_tell = agreed(
        OuterRef("household"),
        Consent.Purpose.TELL_REFERRER,
        on=timezone.localdate(),
    )
    return Referral.objects.filter(may_tell, reference=mail.about).exists()


@transaction.atomic
def _failed(mail: OutboxMail, error: Exception) -> None:
    now = timezone.now()
    last = mail.tries >= len(RETRY_AFTER)
    # The text of an error quotes addresses: only its class is kept.
    counted = OutboxMail.objects.filter(
        pk=mail.pk,
        sent_at=None,
        parked_at=None,
        cancelled_at=None,
        tries=mail.tries,
    ).update(
        tries=mail.tries + 1,
        last_error=type(error).__name__[:80],
        parked_at=now if last else None,
    )
    if counted and not last:
        later = now + RETRY_AFTER[mail.tries]
        send_mail_now.using(run_after=later).enqueue(mail.pk)


def _message(mail: OutboxMail) -> EmailMessage:
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2]
    return EmailMessage(
        subject=mail.subject,
        body=mail.body,
        to=[mail.to],
        headers={
            "Message-ID": f"<{mail.message_id}@{domain}>",
            "Auto-Submitted": "auto-generated",
        },
    )

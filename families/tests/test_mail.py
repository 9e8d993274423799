"""Mail on its way out: written with its cause, sent by the worker, never lost twice."""

import datetime as dt
import smtplib

import pytest
import time_machine
from django.core import mail as sent
from django.core.mail.backends.base import BaseEmailBackend
from django.core.management import call_command
from django.db import transaction
from django_tasks_db.models import DBTaskResult

from families.jobs import RETRY_AFTER, send_mail_now
from families.models import OutboxMail, Person
from families.services.mail import (
    MessagesNotWanted,
    NoAddress,
    queue_mail,
    take_back,
)
from families.tests.factories import PersonFactory

MONDAY = dt.datetime(2026, 11, 23, 9, 0, tzinfo=dt.UTC)
BROKEN = f"{__name__}.BrokenServer"


class BrokenServer(BaseEmailBackend):
    """A mail server that is away and quotes the address while it says so."""

    def send_messages(self, email_messages):
        raise smtplib.SMTPServerDisconnected(email_messages[0].to[0])


@pytest.fixture
def clock():
    with time_machine.travel(MONDAY, tick=False) as travelled:
        yield travelled


def queued(
    *, not_before: dt.datetime | None = None, asked_for: bool = True, **person: object
) -> OutboxMail:
    """A mail that somebody asked for, unless said otherwise."""
    told = {"email": "amira@buurt.example", "may_leave_message": True}
    return queue_mail(
        PersonFactory(**told | person),
        body="Hallo",
        asked_for=asked_for,
        not_before=not_before,
    )


def work() -> None:
    """Lets the worker do all that is due."""
    call_command(
        "db_worker",
        batch=True,
        reload=False,
        startup_delay=False,
        interval=0,
        verbosity=0,
    )


@pytest.mark.django_db
def test_mail_is_queued_with_a_neutral_subject(clock):
    mail = queued()

    assert (mail.to, mail.subject, mail.sent_at) == (
        "amira@buurt.example",
        "Bericht van Buurtgezinnen",
        None,
    )
    task = DBTaskResult.objects.get()
    assert task.args_kwargs == {"args": [mail.pk], "kwargs": {}}
    assert sent.outbox == []


@pytest.mark.django_db(transaction=True)
def test_mail_and_task_go_with_what_caused_them():
    with transaction.atomic():
        queued()
        transaction.set_rollback(True)

    assert (OutboxMail.objects.count(), DBTaskResult.objects.count()) == (0, 0)


@pytest.mark.django_db
def test_unasked_mail_needs_leave_to_send_messages():
    for answer in (False, None):
        person = PersonFactory(email="a@buurt.example", may_leave_message=answer)
        with pytest.raises(MessagesNotWanted):
            queue_mail(person, body="Hallo", asked_for=False)

    assert OutboxMail.objects.count() == 0


@pytest.mark.django_db
def test_asked_mail_goes_where_messages_are_not_allowed():
    mail = queued(may_leave_message=False)

    assert mail.asked_for


@pytest.mark.django_db
def test_nobody_without_an_address_is_mailed():
    with pytest.raises(NoAddress):
        queued(email="")


@pytest.mark.django_db(transaction=True)
def test_worker_sends_with_the_message_id_of_the_row():
    mail = queued()

    work()

    mail.refresh_from_db()
    message = sent.outbox[0]
    assert (message.to, message.body) == (["amira@buurt.example"], "Hallo")
    assert message.extra_headers["Message-ID"] == f"<{mail.message_id}@buurt.example>"
    assert (mail.tries, mail.parked_at, mail.last_error) == (1, None, "")
    assert mail.sent_at is not None


@pytest.mark.django_db
def test_sending_twice_sends_once(clock):
    mail = queued()

    send_mail_now.call(mail.pk)
    send_mail_now.call(mail.pk)

    assert len(sent.outbox) == 1


@pytest.mark.parametrize(
    ("told", "why"),
    [
        ({"may_leave_message": False}, "MessagesNotWanted"),
        ({"may_leave_message": None}, "MessagesNotWanted"),
        ({"email": "nieuw@buurt.example"}, "OtherAddress"),
        ({"email": ""}, "OtherAddress"),
    ],
)
@pytest.mark.django_db
def test_what_is_not_welcome_any_more_does_not_leave(clock, told, why):
    mail = queued(asked_for=False)
    Person.objects.update(**told)

    send_mail_now.call(mail.pk)

    mail.refresh_from_db()
    assert sent.outbox == []
    assert (mail.parked_at, mail.last_error, mail.body) == (MONDAY, why, "")


@pytest.mark.django_db
def test_mail_to_who_is_gone_does_not_leave(clock):
    mail = queued(asked_for=False)
    Person.objects.all().delete()

    send_mail_now.call(mail.pk)

    assert (sent.outbox, OutboxMail.objects.get().parked_at) == ([], MONDAY)


@pytest.mark.parametrize(
    ("asked_for", "told"),
    [
        (False, {"name": "Amira"}),
        (True, {"may_leave_message": False, "email": "nieuw@buurt.example"}),
    ],
)
@pytest.mark.django_db
def test_what_is_welcome_or_was_asked_for_leaves(clock, asked_for, told):
    mail = queued(asked_for=asked_for)
    Person.objects.update(**told)

    send_mail_now.call(mail.pk)

    assert [one.to for one in sent.outbox] == [["amira@buurt.example"]]


@pytest.mark.django_db
def test_failure_keeps_the_class_of_the_error_and_plans_a_try(clock, settings):
    settings.EMAIL_BACKEND = BROKEN
    mail = queued()
    DBTaskResult.objects.all().delete()

    send_mail_now.call(mail.pk)

    mail.refresh_from_db()
    assert (mail.tries, mail.last_error) == (1, "SMTPServerDisconnected")
    task = DBTaskResult.objects.get()
    assert task.run_after == MONDAY + dt.timedelta(seconds=60)


@pytest.mark.django_db
def test_tries_wait_longer_and_end_parked(clock, settings):
    settings.EMAIL_BACKEND = BROKEN
    mail = queued()
    waits = []
    for _try in range(len(RETRY_AFTER) + 1):
        DBTaskResult.objects.all().delete()
        send_mail_now.call(mail.pk)
        waits += [
            (task.run_after - MONDAY).total_seconds()
            for task in DBTaskResult.objects.all()
        ]

    mail.refresh_from_db()
    assert waits == [60, 300, 1800, 7200, 21_600, 43_200, 86_400]
    assert (mail.tries, mail.sent_at, mail.parked_at) == (8, None, MONDAY)


@pytest.mark.django_db
def test_parked_mail_is_left_alone(clock):
    mail = queued()
    OutboxMail.objects.update(parked_at=MONDAY)

    send_mail_now.call(mail.pk)

    assert sent.outbox == []


@pytest.mark.django_db
def test_mail_recovers_after_a_failure(clock, settings):
    usual = settings.EMAIL_BACKEND
    mail = queued()
    settings.EMAIL_BACKEND = BROKEN
    send_mail_now.call(mail.pk)
    settings.EMAIL_BACKEND = usual

    send_mail_now.call(mail.pk)

    mail.refresh_from_db()
    assert (mail.tries, mail.sent_at, mail.last_error) == (2, MONDAY, "")


class FaultyCode(BaseEmailBackend):
    """A fault of our own, which no later try would mend."""

    def send_messages(self, email_messages):
        raise TypeError


@pytest.mark.django_db
def test_fault_of_our_own_is_seen_and_not_tried_again(clock, settings):
    settings.EMAIL_BACKEND = f"{__name__}.FaultyCode"
    mail = queued()
    DBTaskResult.objects.all().delete()

    with pytest.raises(TypeError):
        send_mail_now.call(mail.pk)

    mail.refresh_from_db()
    assert (mail.tries, mail.sent_at, DBTaskResult.objects.count()) == (0, None, 0)


@pytest.mark.django_db
def test_mail_that_is_gone_is_no_error():
    send_mail_now.call(0)

    assert sent.outbox == []


@pytest.mark.django_db(transaction=True)
def test_mail_that_may_be_taken_back_waits(clock):
    mail = queued(not_before=MONDAY + dt.timedelta(seconds=30))

    work()
    too_early = len(sent.outbox)
    clock.shift(dt.timedelta(seconds=31))
    work()

    mail.refresh_from_db()
    assert (too_early, len(sent.outbox)) == (0, 1)
    assert take_back(mail, at=MONDAY + dt.timedelta(seconds=31)) is False


@pytest.mark.django_db(transaction=True)
def test_mail_that_was_taken_back_never_leaves(clock):
    mail = queued(not_before=MONDAY + dt.timedelta(seconds=30))

    taken_back = take_back(mail, at=MONDAY + dt.timedelta(seconds=29))
    clock.shift(dt.timedelta(minutes=1))
    work()

    mail.refresh_from_db()
    assert (taken_back, sent.outbox, mail.body) == (True, [], "")


@pytest.mark.django_db
def test_worker_that_comes_too_early_leaves_the_mail_for_later(clock):
    mail = queued(not_before=MONDAY + dt.timedelta(seconds=30))

    send_mail_now.func(mail.pk)

    assert sent.outbox == []


@pytest.mark.django_db
def test_mail_that_waits_for_its_next_try_can_still_be_kept(clock, settings):
    usual = settings.EMAIL_BACKEND
    mail = queued(not_before=MONDAY)
    settings.EMAIL_BACKEND = BROKEN
    send_mail_now.call(mail.pk)
    settings.EMAIL_BACKEND = usual
    later = MONDAY + RETRY_AFTER[0]

    sure = take_back(mail, at=MONDAY)
    clock.move_to(later)
    send_mail_now.call(mail.pk)

    mail.refresh_from_db()
    assert (sure, mail.sent_at, mail.cancelled_at) == (False, None, MONDAY)
    assert (mail.body, sent.outbox) == ("", [])


class TakenBackMeanwhile(BaseEmailBackend):
    """Somebody takes the mail back while the server accepts it."""

    def send_messages(self, email_messages):
        take_back(OutboxMail.objects.get(), at=MONDAY)


class TakenBackAndBroken(BrokenServer):
    """Somebody takes the mail back while the server is not reached."""

    def send_messages(self, email_messages):
        take_back(OutboxMail.objects.get(), at=MONDAY)
        super().send_messages(email_messages)


@pytest.mark.parametrize(
    ("backend", "left", "kept"),
    [("TakenBackMeanwhile", MONDAY, None), ("TakenBackAndBroken", None, MONDAY)],
)
@pytest.mark.django_db
def test_outbox_tells_what_happened_when_both_come_at_once(
    clock, settings, backend, left, kept
):
    settings.EMAIL_BACKEND = f"{__name__}.{backend}"
    mail = queued(not_before=MONDAY)
    DBTaskResult.objects.all().delete()

    send_mail_now.call(mail.pk)

    mail.refresh_from_db()
    assert (mail.sent_at, mail.cancelled_at) == (left, kept)
    assert DBTaskResult.objects.count() == 0

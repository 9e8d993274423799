"""The mail that asks how it goes can be taken back for half a minute."""

import datetime as dt

import pytest
from django.urls import reverse

from agreements.services import evaluations, refused
from agreements.services.evaluations import EvaluationChanged
from agreements.tests.evaluating import (
    FINE,
    MONDAY,
    NOON,
    across_the_border,
    adult_of,
    closed,
    make_evaluation,
    told,
)
from families.jobs import send_mail_now
from families.models import AccessLink, OutboxMail
from families.tests.factories import CoordinatorFactory
from matching.tests.pages import send

pytestmark = pytest.mark.django_db

SECOND = dt.timedelta(seconds=1)


@pytest.fixture(autouse=True)
def clock(time_machine):
    time_machine.move_to(NOON, tick=False)
    return time_machine


@pytest.fixture
def evaluation(client):
    """An open one of families that can be mailed; its coordinator is logged in."""
    evaluation = make_evaluation()
    for side, address in (("request", "amira@post.nl"), ("support", "karin@post.nl")):
        person = adult_of(evaluation, side)
        person.email, person.may_leave_message = address, True
        person.save()
    client.force_login(evaluation.pairing.lead.user)
    return evaluation


def mailed(evaluation, side="request", *, at=NOON):
    evaluation.refresh_from_db()
    return evaluations.ask_by_mail(
        evaluation,
        side,
        row_version=evaluation.row_version,
        at=at,
        on=MONDAY,
        by=evaluation.started_by,
    )


def take_back(evaluation, side="request", *, at=NOON):
    evaluations.take_back_asking(evaluation, side, at=at, by=evaluation.started_by)


def token_in(mail):
    return mail.body.partition("/evaluatie/")[2].partition("/")[0]


def url(evaluation, name, side="vraaggezin"):
    args = [evaluation.pairing.reference, evaluation.reference, side]
    return reverse(f"agreements:evaluation-{name}", args=args)


def page_of(client, evaluation):
    return client.get(evaluation.get_absolute_url())


def test_a_mail_waits_for_who_takes_it_back(evaluation, mailoutbox, clock):
    mailed(evaluation)
    mail = OutboxMail.objects.get()

    clock.move_to(NOON + 34 * SECOND)
    send_mail_now.func(mail.pk)
    waiting = len(mailoutbox)
    clock.move_to(NOON + 36 * SECOND)
    send_mail_now.func(mail.pk)

    assert mail.not_before == NOON + 35 * SECOND
    assert (waiting, len(mailoutbox)) == (0, 1)


def test_taking_back_keeps_the_mail_and_kills_its_link(evaluation, mailoutbox, clock):
    mailed(evaluation)
    token = token_in(OutboxMail.objects.get())

    take_back(evaluation, at=NOON + 30 * SECOND)
    clock.move_to(NOON + 60 * SECOND)
    send_mail_now.func(OutboxMail.objects.get().pk)

    mail = OutboxMail.objects.get()
    assert (mail.cancelled_at, mail.body) == (NOON + 30 * SECOND, "")
    assert mailoutbox == []
    assert evaluations.what_is_asked(token, at=NOON, on=MONDAY) is None
    assert evaluations.last_links(evaluation) == {}


@pytest.mark.parametrize("seconds", [31, 34, 3600])
def test_after_half_a_minute_it_is_too_late(evaluation, seconds):
    mailed(evaluation)
    token = token_in(OutboxMail.objects.get())

    with pytest.raises(refused.TooLate):
        take_back(evaluation, at=NOON + seconds * SECOND)

    assert OutboxMail.objects.get().cancelled_at is None
    assert evaluations.what_is_asked(token, at=NOON, on=MONDAY).side == "request"


def test_who_answered_already_was_asked(evaluation):
    mailed(evaluation)
    token = token_in(OutboxMail.objects.get())
    evaluations.answer_by_link(token, FINE, at=NOON, on=MONDAY)

    with pytest.raises(refused.TooLate):
        take_back(evaluation, at=NOON + SECOND)

    assert evaluation.answers.get().side == "request"
    assert AccessLink.objects.get().used_at == NOON


def test_what_was_never_mailed_is_not_taken_back(evaluation):
    mailed(evaluation, "support")

    with pytest.raises(refused.TooLate):
        take_back(evaluation, "request")

    assert OutboxMail.objects.get().cancelled_at is None


def test_the_other_mail_and_other_links_stay(evaluation):
    mailed(evaluation, "support")
    text = evaluations.new_link(
        evaluation,
        "request",
        at=NOON - SECOND,
        on=MONDAY,
        by=evaluation.started_by,
    )
    mailed(evaluation, "request")

    take_back(evaluation, "request")

    left = OutboxMail.objects.get(cancelled_at=None)
    tokens = [token_in(left), text.rstrip("/").rpartition("/")[2]]
    opened = [evaluations.what_is_asked(one, at=NOON, on=MONDAY) for one in tokens]
    assert [one.side for one in opened] == ["support", "request"]


def test_once_taken_back_it_can_be_mailed_again(evaluation):
    mailed(evaluation)
    take_back(evaluation)

    mailed(evaluation, at=NOON + SECOND)

    live = OutboxMail.objects.get(cancelled_at=None)
    token = token_in(live)
    assert evaluations.what_is_asked(token, at=NOON, on=MONDAY).side == "request"


def test_later_a_second_mail_is_one_more(evaluation):
    mailed(evaluation)
    mailed(evaluation, at=NOON + 31 * SECOND)

    take_back(evaluation, at=NOON + 40 * SECOND)

    assert [one.cancelled_at for one in OutboxMail.objects.order_by("pk")] == [
        None,
        NOON + 40 * SECOND,
    ]


def test_a_second_mail_on_a_page_that_is_old_is_refused(evaluation):
    mailed(evaluation)

    with pytest.raises(EvaluationChanged):
        evaluations.ask_by_mail(
            evaluation,
            "request",
            row_version=1,
            at=NOON + 31 * SECOND,
            on=MONDAY,
            by=evaluation.started_by,
        )

    assert OutboxMail.objects.count() == 1


@pytest.mark.parametrize("how", ["an outcome", "answers by telephone"])
def test_what_needs_no_answer_any_more_does_not_leave(evaluation, how):
    mailed(evaluation)
    if how == "an outcome":
        closed(evaluation)
    else:
        told(evaluation, "request")

    assert OutboxMail.objects.get().cancelled_at == NOON
    assert AccessLink.objects.get().revoked_at == NOON


def test_answers_of_one_family_leave_the_mail_to_the_other_alone(evaluation):
    mailed(evaluation, "support")

    told(evaluation, "request")

    assert OutboxMail.objects.get().cancelled_at is None
    assert AccessLink.objects.get().revoked_at is None


def test_the_page_says_until_when_it_can_be_undone(client, evaluation, clock):
    asked = send(client, url(evaluation, "ask"), row_version=1)
    clock.move_to(NOON + 10 * SECOND)
    page = page_of(client, evaluation)
    (sent,) = page.context["sent"]

    undone = send(client, sent.url)
    after = page_of(client, evaluation)

    text = " ".join(page.text.split())
    assert asked.url == undone.url == evaluation.get_absolute_url()
    assert (sent.who, sent.seconds) == ("Gezin De Boer", 20)
    assert "Gevraagd per e-mail: Gezin De Boer." in text
    assert "Je kunt het ongedaan maken tot 13:00:30." in text
    assert sent.url == url(evaluation, "unask")
    assert after.context["sent"] == []
    assert [str(one) for one in after.context["messages"]] == [
        "Ongedaan gemaakt. We hebben dit gezin niets gevraagd."
    ]
    assert "Er is een link gemaakt" not in after.text


def test_undoing_too_late_says_so(client, evaluation, clock):
    send(client, url(evaluation, "ask"), row_version=1)
    clock.move_to(NOON + 31 * SECOND)

    before = page_of(client, evaluation)
    send(client, url(evaluation, "unask"))
    after = page_of(client, evaluation)

    assert before.context["sent"] == []
    assert [str(one) for one in after.context["messages"]] == [
        "Het is verstuurd. Bel het gezin als dat niet de bedoeling was."
    ]
    assert OutboxMail.objects.get().cancelled_at is None


def test_of_a_family_that_answered_nothing_can_be_undone(client, evaluation):
    mailed(evaluation)
    token = token_in(OutboxMail.objects.get())
    evaluations.answer_by_link(token, FINE, at=NOON, on=MONDAY)

    assert page_of(client, evaluation).context["sent"] == []


def test_both_mails_can_be_undone_apart(client, evaluation):
    mailed(evaluation)
    mailed(evaluation, "support")

    before = [one.who for one in page_of(client, evaluation).context["sent"]]
    send(client, url(evaluation, "unask", "steungezin"))
    after = [one.who for one in page_of(client, evaluation).context["sent"]]

    assert before == ["Gezin De Boer", "Gezin Willems"]
    assert after == ["Gezin De Boer"]


def test_undoing_takes_a_press(client, evaluation):
    mailed(evaluation)

    assert client.get(url(evaluation, "unask")).status_code == 405
    assert OutboxMail.objects.get().cancelled_at is None


def test_who_does_not_ask_this_family_takes_nothing_back(client, evaluation):
    mailed(evaluation)
    client.force_login(across_the_border(evaluation.pairing))
    colleague = send(client, url(evaluation, "unask"))
    shown = page_of(client, evaluation).context["sent"]
    client.force_login(CoordinatorFactory().user)
    stranger = send(client, url(evaluation, "unask"))

    assert (colleague.status_code, stranger.status_code, shown) == (404, 404, [])
    assert OutboxMail.objects.get().cancelled_at is None

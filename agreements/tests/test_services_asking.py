"""Asking for a yes: by which way, whom, once more, and taking it back."""

import datetime as dt

import pytest

from agreements import services
from agreements.models import Asking
from agreements.services import Question, Yes
from agreements.services.asking import can_be_taken_back_until
from agreements.tests.asked import adult_of, draft_of, link_to, question
from agreements.tests.factories import NOON, START, make_version, wednesdays
from families.jobs import send_mail_now
from families.models import AccessLink, AuditEvent, OutboxMail, Person
from families.services.reach import fingerprint

pytestmark = pytest.mark.django_db

SECOND = dt.timedelta(seconds=1)


@pytest.fixture(autouse=True)
def clock(time_machine):
    time_machine.move_to(NOON, tick=False)
    return time_machine


def asked(draft, way="mail", side="support", **differs):
    """A family is asked."""
    given = {"by": draft.recorded_by, "at": NOON}
    told = question(draft.agreement.pairing, side, way)
    return services.ask(draft, told, **given | differs)


def token_in(mail):
    """The end of the address in a mail."""
    return mail.body.split("/afspraken/")[1].split("/")[0]


def test_a_mail_says_nothing_of_the_agreements_and_has_a_link():
    draft = draft_of()

    asking = asked(draft)

    mail = OutboxMail.objects.get()
    karin = adult_of(draft.agreement.pairing, "support")
    assert (mail.to, mail.subject, mail.person) == (
        "karin@post.nl",
        "Bericht van Buurtgezinnen",
        karin,
    )
    assert (mail.asked_for, mail.not_before) == (False, NOON + 35 * SECOND)
    private = ("Noor", "Amira", "Boer", "Willems", "woensdag", "afspraken ", "Afspraak")
    assert [word for word in private if word in mail.body] == []
    link = AccessLink.objects.get()
    assert fingerprint(token_in(mail)) == link.token_hash
    assert (link.purpose, link.person, link.about, link.content_hash) == (
        "agreement",
        karin,
        draft.agreement.pairing.reference,
        services.link_hash(draft, "support"),
    )
    assert link.expires_at == NOON + dt.timedelta(days=14)
    assert (asking.side, asking.way, asking.person) == ("support", "mail", karin)
    assert (asking.mail, asking.link, asking.asked_at) == (mail, link, NOON)


def test_the_link_in_the_mail_takes_the_yes():
    draft = draft_of()
    asked(draft)

    services.say_yes_by_link(token_in(OutboxMail.objects.get()), at=NOON, on=START)

    assert draft.confirmations.get().side == "support"


def test_asking_stands_in_the_audit_without_address_or_token():
    draft = draft_of()

    asked(draft)

    last = AuditEvent.objects.order_by("pk").last()
    assert (last.actor, last.object_reference, last.fields) == (
        draft.recorded_by,
        draft.reference,
        "askings",
    )


@pytest.mark.parametrize("way", ["text", "letter"])
def test_a_text_or_a_letter_mails_nothing_and_makes_a_link_when_shown(way):
    draft = draft_of()
    asking = asked(draft, way)
    made_before = AccessLink.objects.count()

    urls = [
        services.new_link(asking, by=draft.recorded_by, at=NOON) for _time in range(2)
    ]

    assert (OutboxMail.objects.count(), made_before) == (0, 0)
    assert len(set(urls)) == 2
    tokens = [url.split("/")[-2] for url in urls]
    assert sorted(map(fingerprint, tokens)) == sorted(
        AccessLink.objects.values_list("token_hash", flat=True)
    )
    services.say_yes_by_link(tokens[0], at=NOON, on=START)
    assert services.what_is_asked(tokens[1], at=NOON, on=START) is None


def test_who_did_not_allow_messages_is_not_mailed():
    draft = draft_of()
    Person.objects.update(may_leave_message=False)

    with pytest.raises(services.CannotBeMailed):
        asked(draft)

    assert (Asking.objects.count(), OutboxMail.objects.count()) == (0, 0)
    assert AccessLink.objects.count() == 0


def test_who_has_no_address_is_not_mailed():
    draft = draft_of()
    karin = adult_of(draft.agreement.pairing, "support")
    karin.email = ""
    karin.save()

    with pytest.raises(services.CannotBeMailed):
        asked(draft)


@pytest.mark.parametrize("who", ["the other family", "a child"])
def test_only_an_adult_of_the_family_is_asked(who):
    draft = draft_of()
    pairing = draft.agreement.pairing
    person = (
        adult_of(pairing, "support")
        if who == "the other family"
        else pairing.pairing_children.get().child
    )

    with pytest.raises(services.NotOfThisFamily):
        services.ask(
            draft,
            Question("request", "text", person),
            by=draft.recorded_by,
            at=NOON,
        )


def test_a_family_that_said_yes_is_not_asked():
    draft = draft_of()
    asking = asked(draft, "text")
    services.say_yes_by_link(link_to(draft, "support"), at=NOON, on=START)

    with pytest.raises(services.AlreadySaidYes):
        asked(draft)
    with pytest.raises(services.AlreadySaidYes):
        services.new_link(asking, by=draft.recorded_by, at=NOON)


def test_of_what_was_put_away_nothing_is_asked():
    draft = draft_of()
    asking = asked(draft, "text")
    services.discard_draft(draft, by=draft.recorded_by, at=NOON)

    for call in (
        lambda: asked(draft),
        lambda: services.new_link(asking, by=draft.recorded_by, at=NOON),
        lambda: services.remind(draft, by=draft.recorded_by, at=NOON),
    ):
        with pytest.raises(services.NotADraft):
            call()


def test_putting_away_keeps_a_mail_from_leaving(mailoutbox, clock):
    draft = draft_of()
    asked(draft)
    services.discard_draft(draft, by=draft.recorded_by, at=NOON + 10 * SECOND)

    clock.move_to(NOON + dt.timedelta(minutes=1))
    send_mail_now.func(OutboxMail.objects.get().pk)

    assert mailoutbox == []


def test_a_mail_that_is_sent_twice_has_one_message_id(mailoutbox, clock):
    draft = draft_of()
    asked(draft)
    mail = OutboxMail.objects.get()
    clock.move_to(NOON + dt.timedelta(minutes=1))

    send_mail_now.func(mail.pk)
    OutboxMail.objects.update(sent_at=None)
    send_mail_now.func(mail.pk)

    ids = {one.extra_headers["Message-ID"].split("@")[0] for one in mailoutbox}
    assert (len(mailoutbox), ids) == (2, {f"<{mail.message_id}"})


def test_pressed_twice_is_one_mail_and_later_it_is_a_reminder():
    draft = draft_of()

    first = asked(draft)
    again = asked(draft, at=NOON + 30 * SECOND)
    later = asked(draft, at=NOON + 31 * SECOND)

    assert again == first
    assert later != first
    bodies = [mail.body.split("\n")[2] for mail in OutboxMail.objects.order_by("pk")]
    assert bodies == [
        "We hebben iets voor je om te lezen. Lees het hier en geef je antwoord:",
        "We vroegen je iets en hebben nog geen antwoord. Lees het hier en geef je"
        " antwoord:",
    ]


def test_a_reminder_goes_to_who_was_mailed_and_did_not_answer():
    draft = draft_of()
    asked(draft, side="support")
    asked(draft, side="request")
    services.say_yes_by_link(link_to(draft, "request"), at=NOON, on=START)
    week_on = NOON + dt.timedelta(days=7)

    reminded = services.remind(draft, by=draft.recorded_by, at=week_on)

    assert [(one.side, one.way, one.asked_at) for one in reminded] == [
        ("support", "mail", week_on)
    ]


def test_who_was_asked_with_a_text_is_not_mailed_by_a_reminder():
    draft = draft_of()
    asked(draft, "text")

    assert services.remind(draft, by=draft.recorded_by, at=NOON) == []
    assert OutboxMail.objects.count() == 0


def test_a_mail_is_taken_back_within_half_a_minute():
    draft = draft_of()
    asking = asked(draft)
    token = token_in(asking.mail)
    in_time = NOON + 30 * SECOND

    services.take_back_asking(asking, by=draft.recorded_by, at=in_time)

    asking.refresh_from_db()
    assert asking.taken_back_at == in_time
    assert OutboxMail.objects.get().cancelled_at == in_time
    assert services.what_is_asked(token, at=in_time, on=START) is None
    assert can_be_taken_back_until(asking) is None
    assert draft.askings.standing().count() == 0


def test_after_half_a_minute_it_has_been_sent():
    draft = draft_of()
    asking = asked(draft)

    with pytest.raises(services.TooLate):
        services.take_back_asking(asking, by=draft.recorded_by, at=NOON + 31 * SECOND)

    assert OutboxMail.objects.get().cancelled_at is None
    assert AccessLink.objects.get().revoked_at is None


def test_what_was_answered_is_not_taken_back():
    draft = draft_of()
    asking = asked(draft)
    services.say_yes_by_link(token_in(asking.mail), at=NOON, on=START)

    with pytest.raises(services.TooLate):
        services.take_back_asking(asking, by=draft.recorded_by, at=NOON)


def test_a_text_is_not_taken_back():
    draft = draft_of()
    asking = asked(draft, "text")

    with pytest.raises(services.TooLate):
        services.take_back_asking(asking, by=draft.recorded_by, at=NOON)


def test_taking_one_mail_back_leaves_the_other_family_asked():
    draft = draft_of()
    asking, other = asked(draft), asked(draft, side="request")

    services.take_back_asking(asking, by=draft.recorded_by, at=NOON)

    token = token_in(other.mail)
    assert services.what_is_asked(token, at=NOON, on=START).side == "request"


def test_a_version_is_written_down_and_asked_about_at_once():
    draft = draft_of()
    pairing = draft.agreement.pairing

    version = make_version(
        pairing,
        settled=False,
        replaces=draft,
        confirmations=[Yes("request", "discussed", START)],
        questions=[question(pairing, "support")],
    )

    token = token_in(OutboxMail.objects.get())
    assert services.what_is_asked(token, at=NOON, on=START).version == version
    services.say_yes_by_link(token, at=NOON, on=START)
    version.refresh_from_db()
    assert version.settled_at == NOON


def test_nothing_is_written_down_where_it_cannot_be_asked():
    draft = draft_of()
    pairing = draft.agreement.pairing
    Person.objects.update(may_leave_message=None)

    with pytest.raises(services.CannotBeMailed):
        make_version(
            pairing,
            items=[wednesdays(pairing, ends_at=dt.time(16))],
            settled=False,
            replaces=draft,
            questions=[question(pairing, "support")],
        )

    draft.refresh_from_db()
    assert draft.is_draft
    assert pairing.agreement.versions.count() == 1

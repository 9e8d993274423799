"""What waits for families, on the list of their coordinator."""

import datetime as dt

import pytest
from django.urls import reverse

from agreements import services
from agreements.models import WantedChange
from agreements.panels import waiting
from agreements.services import Yes, ending
from agreements.services.pauses import note_pause
from agreements.tests.asked import adult_of, can_be_mailed, link_to, question
from agreements.tests.factories import START, has_ended, make_pairing, make_version
from families.models import OutboxMail, Person
from families.panels import Urgency
from families.tests.factories import CoordinatorFactory
from matching.tests.pages import send
from matching.wording.names import Names

pytestmark = pytest.mark.django_db

TODAY = dt.date(2026, 11, 23)


def on(day):
    return dt.datetime(2026, 11, day, 12, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def _today(time_machine):
    time_machine.move_to(on(23), tick=False)


def draft_since(day, *, pairing=None, **more):
    """A draft of families that can be mailed."""
    pairing = pairing or can_be_mailed(make_pairing())
    return make_version(pairing, settled=False, at=on(day), **more)


def asked(draft, side, way, day):
    """A family is asked on a day of November."""
    told = question(draft.agreement.pairing, side, way)
    return services.ask(draft, told, by=draft.recorded_by, at=on(day))


def rows_of(draft):
    return waiting.today_rows(Names(draft.agreement.pairing.lead.user), on=TODAY)


def remind_url(draft):
    reference = draft.agreement.pairing.reference
    return reverse("agreements:version-remind", args=[reference, draft.number])


def test_who_was_never_asked_waits_since_it_was_written_down():
    draft = draft_since(17, confirmations=[Yes("support", "discussed", START)])

    (row,) = rows_of(draft)

    assert (row.title, row.why, row.since) == (
        "Afspraken: gezin De Boer en gezin Willems",
        "Nog geen ja van gezin De Boer.",
        dt.date(2026, 11, 17),
    )
    assert (row.action_label, row.action_url, row.posts) == (
        "Noteer een ja",
        draft.get_absolute_url(),
        False,
    )
    assert row.urgency == Urgency.BLOCKS_SOMEBODY


def test_five_days_are_not_too_long_yet():
    assert rows_of(draft_since(18)) == []


def test_who_was_mailed_is_reminded_from_the_list():
    draft = draft_since(2)
    asked(draft, "request", "mail", 16)
    asked(draft, "support", "mail", 17)

    (row,) = rows_of(draft)

    assert (row.why, row.since) == (
        "Nog geen ja van gezin De Boer en gezin Willems. Gevraagd per e-mail op 16"
        " november 2026. Gevraagd per e-mail op 17 november 2026.",
        dt.date(2026, 11, 16),
    )
    assert (row.action_label, row.action_url, row.posts) == (
        "Stuur een herinnering",
        remind_url(draft),
        True,
    )


def test_who_was_asked_by_hand_leads_to_the_version():
    draft = draft_since(2)
    asked(draft, "request", "text", 16)
    asked(draft, "support", "letter", 16)

    (row,) = rows_of(draft)

    assert row.why == (
        "Nog geen ja van gezin De Boer en gezin Willems. Gevraagd met een berichtje"
        " (sms of app) op 16 november 2026. Gevraagd met een brief op 16 november 2026."
    )
    assert (row.action_url, row.posts) == (draft.get_absolute_url(), False)


def test_who_does_not_want_mail_any_more_is_not_reminded():
    draft = draft_since(2)
    asked(draft, "request", "mail", 16)
    Person.objects.update(may_leave_message=False)

    (row,) = rows_of(draft)

    assert (row.action_label, row.posts) == ("Noteer een ja", False)


def test_a_reminder_gives_five_days_more(client):
    draft = draft_since(2)
    for side in ("request", "support"):
        asked(draft, side, "mail", 10)
    client.force_login(draft.agreement.pairing.lead.user)

    before = len(rows_of(draft))
    answer = send(client, remind_url(draft))

    assert (before, rows_of(draft)) == (1, [])
    assert answer.headers["Location"] == draft.get_absolute_url()
    last = OutboxMail.objects.order_by("-pk")[:2]
    assert sorted(mail.to for mail in last) == ["amira@post.nl", "karin@post.nl"]
    assert OutboxMail.objects.count() == 4


def test_only_who_waited_too_long_is_reminded(client):
    draft = draft_since(2)
    asked(draft, "request", "mail", 16)
    asked(draft, "support", "mail", 20)
    client.force_login(draft.agreement.pairing.lead.user)

    before = len(rows_of(draft))
    answers = [send(client, remind_url(draft)) for _press in "12"]

    reminded = OutboxMail.objects.order_by("pk")[2:]
    assert (before, rows_of(draft)) == (1, [])
    assert [mail.to for mail in reminded] == ["amira@post.nl"]
    assert {one.headers["Location"] for one in answers} == {draft.get_absolute_url()}


def test_a_reminder_is_no_answer_of_who_was_asked_by_hand():
    draft = draft_since(2)
    asked(draft, "request", "text", 16)
    asked(draft, "support", "mail", 20)

    (row,) = rows_of(draft)

    assert (row.action_label, row.posts) == ("Noteer een ja", False)
    assert row.since == dt.date(2026, 11, 16)


@pytest.mark.parametrize(
    ("noted", "until", "n_rows"),
    [(20, None, 0), (20, 23, 0), (20, 22, 1), (1, None, 1)],
)
def test_in_a_pause_nobody_is_reminded_of_what_came_before_it(noted, until, n_rows):
    draft = draft_since(2)
    note_pause(
        draft.agreement.pairing,
        from_on=on(20).date(),
        until_on=on(until).date() if until else None,
        side="",
        by=draft.recorded_by,
        at=on(noted),
    )

    assert len(rows_of(draft)) == n_rows


def test_who_goes_on_without_guidance_is_not_reminded():
    draft = draft_since(2, pairing=can_be_mailed(make_pairing(stage="active")))
    pairing = draft.agreement.pairing
    before = len(rows_of(draft))

    ending.let_go(
        pairing, on=TODAY, row_version=pairing.row_version, by=pairing.lead.user
    )

    assert (before, rows_of(draft)) == (1, [])


def test_a_mail_that_was_taken_back_was_not_sent():
    draft = draft_since(2)
    asking = asked(draft, "request", "mail", 22)
    services.take_back_asking(asking, by=draft.recorded_by, at=on(22))

    (row,) = rows_of(draft)

    assert row.since == dt.date(2026, 11, 2)


def wants(draft, side, day):
    return WantedChange.objects.create(
        version=draft,
        side=side,
        words="Liever op donderdag.",
        person=adult_of(draft.agreement.pairing, side),
        recorded_at=on(day),
    )


def test_what_a_family_wants_otherwise_comes_at_once_and_instead_of_the_waiting():
    draft = draft_since(2)
    wants(draft, "support", 22)

    (row,) = rows_of(draft)

    assert (row.title, row.why, row.since, row.action_url, row.posts) == (
        "Afspraken: gezin De Boer en gezin Willems",
        "Gezin Willems wil iets veranderen.",
        dt.date(2026, 11, 22),
        draft.get_absolute_url(),
        False,
    )
    assert row.urgency == Urgency.BLOCKS_SOMEBODY
    assert "donderdag" not in str(row)


def test_both_families_may_want_something_else():
    draft = draft_since(22)
    for day, side in ((23, "support"), (22, "request")):
        wants(draft, side, day)

    (row,) = rows_of(draft)

    assert (row.why, row.since) == (
        "Gezin Willems en gezin De Boer willen iets veranderen.",
        dt.date(2026, 11, 22),
    )


def test_what_was_talked_about_asks_nothing():
    draft = draft_since(22)
    wanted = wants(draft, "support", 22)

    services.handle_wanted_change(wanted, by=draft.recorded_by, at=on(23))

    assert rows_of(draft) == []


def test_a_wish_stays_on_the_list_when_the_version_counts_after_all():
    draft = draft_since(20)
    wants(draft, "support", 22)
    for side in ("request", "support"):
        token = link_to(draft, side, at=on(22))
        services.say_yes_by_link(token, at=on(22), on=on(22).date())

    (row,) = rows_of(draft)

    assert row.why == "Gezin Willems wil iets veranderen."


def test_of_a_pairing_that_ended_nothing_is_asked():
    draft = draft_since(2)
    wants(draft, "support", 3)
    has_ended(draft.agreement.pairing, on=dt.date(2026, 11, 20))

    assert rows_of(draft) == []


def test_a_stranger_is_asked_nothing():
    draft = draft_since(2)
    wants(draft_since(2), "support", 3)
    stranger = CoordinatorFactory().user

    assert draft.is_draft
    assert waiting.today_rows(Names(stranger), on=TODAY) == []


@pytest.mark.parametrize("n_pairings", [1, 3])
def test_rows_are_read_in_as_many_queries_for_three_pairings_as_for_one(
    n_pairings, django_assert_num_queries
):
    first = can_be_mailed(make_pairing())
    municipality = first.request.family.household.municipality
    lead = first.lead
    for number in range(n_pairings):
        pairing = (
            first
            if not number
            else can_be_mailed(make_pairing(municipality=municipality, lead=lead))
        )
        draft = draft_since(2, pairing=pairing)
        asked(draft, "request", "mail", 10)
        if number == 2:
            wants(draft, "support", 3)

    with django_assert_num_queries(7):
        rows = waiting.today_rows(Names(lead.user), on=TODAY)

    assert len(rows) == n_pairings

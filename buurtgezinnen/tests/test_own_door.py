"""How a family comes in on its own pages, and who does not."""

import datetime as dt
import re
import uuid

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from buurtgezinnen.tests.own import (
    ADDRESS,
    MONDAY,
    amira,
    asking,
    come_in,
    giving,
    parent_of,
    send,
    words_of,
)
from families.models import (
    AccessLink,
    AuditEvent,
    LoginCode,
    OutboxMail,
    OwnRequest,
)
from families.services.login_codes import (
    code_to_read_out,
    mail_code,
    send_login_code,
)
from families.services.reach import issue_link
from families.tests.factories import MembershipFactory, PersonFactory, UserFactory

UNKNOWN = "ZZZZZ99999"
LIVES_IN_THE_PAST = {"until_on": dt.date(2026, 11, 22)}

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def monday():
    with time_machine.travel(MONDAY, tick=False) as clock:
        yield clock


def ask(client: Client, reference: str):
    return send(client, "/mijn/", {"reference": reference})


def mailed(reference: str, language: str = "nl") -> str:
    """The code that the worker mails for a reference."""
    send_login_code.func(reference, language)
    body = OutboxMail.objects.latest("pk").body
    return re.search(r"\b(\d{6})\b", body).group(1)


def fill_in(client: Client, code: str):
    return send(client, "/mijn/code/", {"code": code})


def is_in(client: Client) -> bool:
    return client.get("/mijn/overzicht/").status_code == 200


def test_the_code_of_a_mail_opens_the_pages_once(client):
    request = asking()
    ask(client, request.reference)
    before = client.session.session_key

    opened = fill_in(client, mailed(request.reference))

    assert opened.headers["Location"] == "/mijn/overzicht/"
    assert client.session.session_key != before
    assert "Hoi Amira." in words_of(client.get("/mijn/overzicht/"))
    assert LoginCode.objects.get().used_at == MONDAY


def test_the_mail_goes_to_the_parent_who_asks_even_without_leave(client):
    request = asking(may_leave_message=False)
    household = request.family.household
    partner = PersonFactory(email="bas@gezin.example", may_leave_message=False)
    MembershipFactory(household=household, person=partner)

    send_login_code.func(request.reference, "nl")

    mail = OutboxMail.objects.get()
    assert (mail.to, mail.asked_for) == (ADDRESS, True)
    assert "Amira" not in mail.body + mail.subject


@pytest.mark.parametrize("typed", ["{0}-{1}", " {0} {1} ", "{0}{1}"])
def test_the_code_of_the_application_is_read_with_goodwill(client, typed):
    request = asking()
    type(request).objects.filter(pk=request.pk).update(reference="7K4P01M2QD")

    response = ask(client, typed.format("7k4po", "lm2qd"))

    assert response.headers["Location"] == "/mijn/code/"
    assert DBTaskResult.objects.get().args_kwargs["args"] == ["7K4P01M2QD", "nl"]


@pytest.mark.parametrize(
    ("zero", "between"), [("0", " "), ("0", "-"), ("\uff10", ""), ("\u0660", "")]
)
def test_the_code_of_a_mail_is_read_with_goodwill(client, zero, between):
    request = asking()
    ask(client, request.reference)
    code = mailed(request.reference)

    typed = [chr(ord(zero) + int(digit)) for digit in code]
    opened = fill_in(client, "".join([*typed[:3], between, *typed[3:]]))

    assert opened.headers["Location"] == "/mijn/overzicht/"


def test_a_code_that_was_read_out_opens_the_pages_for_a_day(client, monday):
    request = asking(email="")
    household = request.family.household
    code = code_to_read_out(parent_of(request), household, at=MONDAY, by=UserFactory())
    monday.move_to(MONDAY + dt.timedelta(hours=23, minutes=59))
    ask(client, request.reference)

    opened = fill_in(client, f"{code[:4].lower()} {code[4:]}")

    assert (len(code), opened.headers["Location"]) == (8, "/mijn/overzicht/")


@pytest.mark.parametrize(
    "why", ["wrong", "expired", "used", "newer", "of others", "moved away"]
)
def test_a_code_that_is_not_right_opens_nothing_and_looks_alike(client, monday, why):
    request, other = asking(), asking(email="bas@gezin.example")
    code = mailed(request.reference)
    asked_for = request.reference
    if why == "wrong":
        code = "000000" if code != "000000" else "000001"
    elif why == "expired":
        monday.move_to(MONDAY + dt.timedelta(minutes=15))
    elif why == "used":
        LoginCode.objects.update(used_at=MONDAY)
    elif why == "newer":
        while mailed(request.reference) == code:
            pass
    elif why == "of others":
        asked_for = other.reference
    else:
        parent_of(request).memberships.update(**LIVES_IN_THE_PAST)
    ask(client, asked_for)

    response = fill_in(client, code)

    assert response.status_code == 422
    assert "Deze code klopt niet, of is te oud." in words_of(response)
    assert not is_in(client)


def test_known_or_not_the_answer_is_the_same(client):
    known, without_mail = asking(), asking(email="")
    answers = []
    for reference in (known.reference, without_mail.reference, UNKNOWN):
        one = Client()
        asked = ask(one, reference)
        page = one.get("/mijn/code/")
        refused = fill_in(one, "123456")
        answers.append(
            [
                (got.status_code, len(got.content), got.headers.get("Location"))
                for got in (asked, page, refused)
            ]
        )

    assert answers[0] == answers[1] == answers[2]


def shape(client: Client, path: str, data: dict[str, str]) -> list[str]:
    """The queries of a post, without the values in them."""
    with CaptureQueriesContext(
        connection,
    ) as asked:
        send(client, path, data)
    return [
        re.sub(r"s\d+_x\d+|'[^']*'|\b\d+\b", "?", query["sql"])[:90]
        for query in asked.captured_queries
    ]


def test_known_or_not_the_work_is_the_same():
    known = asking()
    send_login_code.func(known.reference, "nl")
    one, other, first = Client(), Client(), Client()
    ask(first, "AAAAA11111")
    fill_in(first, "12345678")

    asked = [
        shape(one, "/mijn/", {"reference": known.reference}),
        shape(other, "/mijn/", {"reference": UNKNOWN}),
    ]
    tried = [
        shape(one, "/mijn/code/", {"code": "12345678"}),
        shape(other, "/mijn/code/", {"code": "12345678"}),
    ]

    assert asked[0] == asked[1]
    assert tried[0] == tried[1]


@pytest.mark.parametrize("known", [True, False])
def test_five_tries_and_then_a_pause_of_a_quarter(client, monday, known):
    reference = asking().reference if known else UNKNOWN
    ask(client, reference)

    tries = [fill_in(client, "000000").status_code for _try in range(6)]
    monday.move_to(MONDAY + dt.timedelta(minutes=14, seconds=59))
    still = fill_in(client, "000000")
    monday.move_to(MONDAY + dt.timedelta(minutes=15))
    again = fill_in(client, "000000")

    assert tries == [422, 422, 422, 422, 422, 429]
    assert (still.status_code, still.headers["Retry-After"]) == (429, "1")
    assert "Wacht 1 minuut." in words_of(still)
    assert again.status_code == 422


def test_a_right_code_in_the_pause_opens_nothing_yet(client, monday):
    request = asking()
    code = code_to_read_out(
        parent_of(request), request.family.household, at=MONDAY, by=UserFactory()
    )
    ask(client, request.reference)
    for _try in range(5):
        fill_in(client, "000000")

    refused = fill_in(client, code)
    monday.move_to(MONDAY + dt.timedelta(minutes=16))
    opened = fill_in(client, code)

    assert (refused.status_code, opened.status_code) == (429, 302)


def test_the_sixth_code_in_a_quarter_is_not_mailed(client):
    request = asking()

    asked = [ask(client, request.reference).status_code for _try in range(6)]

    assert asked == [302, 302, 302, 302, 302, 429]
    assert DBTaskResult.objects.count() == 5


def test_no_more_than_ten_codes_a_day_reach_a_mailbox():
    request = asking()
    person, household = parent_of(request), request.family.household

    sent = [mail_code(person, household, at=MONDAY) for _time in range(11)]

    assert sent == [True] * 10 + [False]


@pytest.mark.parametrize(
    "typed", ["", "x", "7K4PX-9M2Q", "\0", "👩‍👧", "A" * 100_000, "\u202e7K4PX9M2QD"]
)
def test_what_is_no_code_is_refused_in_words(client, typed):
    response = ask(client, typed)

    assert response.status_code in {422, 302}
    if response.status_code == 422:
        assert response.context["form"].errors["reference"]


def test_without_a_code_of_an_application_there_is_nothing_to_fill_in(client):
    assert client.get("/mijn/code/").headers["Location"] == "/mijn/"


@pytest.mark.parametrize(
    "path", ["overzicht", "afspraken", "bel-mij", "bereikbaar", "geen-steun"]
)
def test_who_is_not_in_goes_to_the_door_and_back_again(client, path):
    request = asking()
    door = client.get(f"/mijn/{path}/").headers["Location"]
    code = send(client, door, {"reference": request.reference}).headers["Location"]

    opened = send(client, code, {"code": mailed(request.reference)})

    assert opened.headers["Location"] == f"/mijn/{path}/"


@pytest.mark.parametrize("wanted", ["//evil.example/", "https://evil.example/", "/"])
def test_nobody_is_sent_elsewhere_from_the_door(client, wanted):
    request = asking()
    send(client, f"/mijn/?verder={wanted}", {"reference": request.reference})
    code = mailed(request.reference)

    opened = send(client, f"/mijn/code/?verder={wanted}", {"code": code})

    assert opened.headers["Location"] == "/mijn/overzicht/"


def test_a_mail_scanner_does_not_use_up_a_link(client):
    request = asking()
    token = issue_link(
        parent_of(request), purpose="status", about=request.reference, at=MONDAY
    )

    seen = client.get(f"/mijn/link/{token}/")
    opened = send(client, f"/mijn/link/{token}/")
    elsewhere = send(Client(), f"/mijn/link/{token}/")
    once_more = send(client, f"/mijn/link/{token}/")

    assert (seen.status_code, opened.status_code) == (200, 302)
    assert AccessLink.objects.get().used_at == MONDAY
    assert elsewhere.status_code == 404
    assert once_more.headers["Location"] == "/mijn/overzicht/"


def test_leaving_shuts_the_door(client):
    come_in(client, asking())

    left = send(client, "/mijn/uit/")

    assert left.headers["Location"] == "/mijn/"
    assert not is_in(client)


def test_leaving_quickly_shuts_the_door(client):
    come_in(client, asking())

    client.get("/weg/")

    assert not is_in(client)


def test_half_an_hour_of_silence_shuts_the_door(client, monday):
    come_in(client, asking())
    monday.move_to(MONDAY + dt.timedelta(minutes=29))
    still = is_in(client)
    monday.move_to(MONDAY + dt.timedelta(minutes=60))

    assert still
    assert not is_in(client)


def test_after_ten_hours_even_a_busy_visit_is_over(client, monday):
    come_in(client, asking())
    for quarter in range(1, 41):
        monday.move_to(MONDAY + dt.timedelta(minutes=15 * quarter))
        assert is_in(client)
    monday.move_to(MONDAY + dt.timedelta(hours=10, minutes=1))

    assert not is_in(client)


def test_who_moves_away_is_out_at_once(client):
    request = asking()
    come_in(client, request)
    parent_of(request).memberships.update(**LIVES_IN_THE_PAST)

    assert not is_in(client)


def test_what_was_typed_after_the_time_was_over_is_kept(client):
    response = send(client, "/mijn/bel-mij/", {"text": "Over de zwemles"})

    assert response.status_code == 403
    assert "Over de zwemles" in words_of(response)
    assert 'href="/mijn/"' in words_of(response)


def test_own_pages_are_not_kept_and_are_read_on_record(client):
    request = asking()
    come_in(client, request)

    response = client.get("/mijn/overzicht/")

    assert response.headers["Cache-Control"] == "no-store"
    read = AuditEvent.objects.get(verb="read")
    assert (read.actor_kind, read.object_reference) == ("family", request.reference)


def test_a_family_that_gives_comes_in_the_same_way(client):
    offer = giving()
    ask(client, offer.reference)

    opened = fill_in(client, mailed(offer.reference))

    assert opened.headers["Location"] == "/mijn/overzicht/"


def test_each_parent_has_a_code_of_its_own(client):
    request = asking()
    other = amira(request.family.household, name="Bas", email="bas@gezin.example")
    send_login_code.func(request.reference, "nl")
    ask(client, request.reference)
    body = OutboxMail.objects.get(person=other).body

    fill_in(client, re.search(r"\b(\d{6})\b", body).group(1))

    assert "Hoi Bas." in words_of(client.get("/mijn/overzicht/"))


def test_the_mail_is_in_the_language_of_the_page(client):
    request = asking()

    send(client, "/en/mijn/", {"reference": request.reference})
    task = DBTaskResult.objects.get()
    send_login_code.func(*task.args_kwargs["args"])

    assert OutboxMail.objects.get().body.startswith("Hello,")
    assert timezone.get_current_timezone_name() == "Europe/Amsterdam"


def test_a_new_address_shuts_the_door_elsewhere_and_not_here(client, monday):
    request = asking()
    elsewhere = come_in(Client(), request)
    partner = MembershipFactory(household=request.family.household).person
    other = come_in(Client(), request, partner)
    come_in(client, request)
    told = {
        "telephone": "06 12 34 56 78",
        "email": "nieuw@gezin.example",
        "call_dayparts": ["0"],
        "may_leave_message": "yes",
        "form_key": str(uuid.uuid4()),
        "row_version": parent_of(request).row_version,
    }

    sent = send(client, "/mijn/bereikbaar/", told)

    assert sent.status_code == 302
    assert [is_in(one) for one in (client, elsewhere, other)] == [True, False, True]

    monday.shift(dt.timedelta(minutes=1))
    come_in(elsewhere, request)
    asked = OwnRequest.objects.get()
    send(client, f"/mijn/terug/{asked.reference}/")

    assert [is_in(one) for one in (client, elsewhere, other)] == [True, False, True]


def test_a_new_code_to_read_out_shuts_the_door_everywhere(client):
    request = asking()
    come_in(client, request)

    code_to_read_out(
        parent_of(request), request.family.household, at=MONDAY, by=UserFactory()
    )

    assert not is_in(client)

"""Going on later: links and codes that open the answers again, and their end."""

import datetime as dt
import re

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client
from django_tasks_db.models import DBTaskResult

from families.forms.steps import REQUEST, Answers
from families.models import DraftKey, IntakeCount, IntakeDraft, OutboxMail, Person
from families.references import as_stored
from families.rounds import erase_what_is_over, plan_a_round
from families.services.intake import drafts
from families.tests.applying import (
    ANSWERS,
    CONSENT,
    answer_after,
    answer_until,
    apply,
    send,
    served,
    step_url,
)

MONDAY = dt.datetime(2026, 11, 23, 9, 0, tzinfo=dt.UTC)
LATER = "/steun-vragen/later/"
MAIL = {"email": "amira@buurt.example", "link": "1"}

pytestmark = pytest.mark.django_db


@pytest.fixture
def clock():
    with time_machine.travel(MONDAY, tick=False) as travelled:
        yield travelled


def begun(kind: str = "steun-vragen") -> Client:
    """A browser that answered the first pages."""
    served()
    client = Client()
    answer_until(client, kind, "wanneer")
    return client


def mailed() -> str:
    """The path of the link in the newest mail."""
    body = OutboxMail.objects.latest("pk").body
    return re.search(r"(/verder/\S+)", body)[1]


def code_from(client: Client) -> str:
    return send(client, LATER, {"code": "1"}).context["code"]


def opened_by_code(client: Client, typed: str) -> str:
    """The address to which a code leads."""
    return send(client, "/verder/", {"code": typed}).headers["Location"]


def first_without_answer() -> str:
    """The page at which everybody here stopped."""
    answers = Answers(REQUEST, drafts.typed_in(IntakeDraft.objects.get()), on=MONDAY)
    return step_url("steun-vragen", answers.missing.slug)


def go_on(client: Client, url: str) -> str:
    return send(client, url, {"on": "1"}).headers["Location"]


def test_a_mailed_link_restores_every_answer_in_another_browser():
    client, other = begun(), Client()
    before = drafts.typed_in(IntakeDraft.objects.get())

    send(client, LATER, MAIL)
    shown = other.get(mailed())
    place = go_on(other, mailed())

    words = " ".join(shown.content.decode().split())
    assert "Je was bij vraag" in words
    assert place == first_without_answer()
    assert drafts.typed_in(IntakeDraft.objects.get()) == before
    page = other.get(step_url("steun-vragen", "postcode"))
    assert page.context["form"]["postcode"].value() == "1431 ab"


def test_the_mail_says_nothing_of_what_it_is_about():
    client = begun()

    send(client, LATER, MAIL)

    mail = OutboxMail.objects.get()
    assert (mail.to, mail.subject, mail.asked_for) == (MAIL["email"], "Je link", True)
    assert "14 dagen" in mail.body
    assert mail.body.startswith("Hallo,\n")
    assert not [line for line in mail.body.splitlines() if line != line.strip()]
    told = f"{mail.subject} {mail.body}".lower()
    assert [word for word in ("gezin ", "steun", "kind") if word in told] == []


def test_a_second_press_mails_once_and_another_address_gets_its_own():
    client = begun()

    send(client, LATER, MAIL)
    send(client, LATER, MAIL)
    send(client, LATER, MAIL | {"email": "ander@buurt.example"})

    assert OutboxMail.objects.count() == 2
    assert DraftKey.objects.filter(kind="link").count() == 2


@pytest.mark.parametrize(
    "typed", ["{0}", "{1}-{2}", " {1} {2} ", "{3}", "\u202e{1}.{2}"]
)
def test_a_code_is_read_however_it_is_typed(typed):
    client, other = begun(), Client()
    code = code_from(client)
    # What somebody reads who takes a one for an L and a nought for an O.
    misread = code.lower().replace("1", "l").replace("0", "o")
    filled_in = typed.format(code, code[:5], code[5:], misread)

    place = go_on(other, opened_by_code(other, filled_in))

    assert place == first_without_answer()


def test_only_a_hash_of_the_code_is_kept():
    code = code_from(begun())

    key = DraftKey.objects.get(kind="code")
    assert re.fullmatch("[0-9a-f]{64}", key.key_hash)
    assert key.key_hash != drafts.fingerprint(code)
    assert as_stored(code) == code


def test_opening_a_link_takes_nothing_and_every_link_stays_valid():
    client = begun()
    send(client, LATER, MAIL)
    first = mailed()
    send(client, LATER, MAIL | {"email": "ander@buurt.example"})
    code = code_from(client)
    browsers = [Client(), Client(), Client()]

    for browser in browsers:
        for _look in range(2):
            assert browser.get(first).status_code == 200
    places = [
        go_on(browsers[0], first),
        go_on(browsers[1], mailed()),
        go_on(browsers[2], opened_by_code(browsers[2], code)),
        go_on(browsers[2], first),
    ]

    assert places == [first_without_answer()] * 4
    # That of the first browser and one for each that went on.
    assert DraftKey.objects.filter(kind="browser").count() == 4
    assert client.get(LATER).status_code == 200


def test_a_new_save_lengthens_and_never_shortens(clock):
    client = begun()
    send(client, LATER, MAIL)
    first = mailed()

    clock.shift(dt.timedelta(days=10))
    code = code_from(client)
    clock.shift(dt.timedelta(days=3, hours=23))
    on_its_last_day = Client().get(first).status_code
    clock.shift(dt.timedelta(hours=2))
    after_its_day = Client().get(first).status_code
    other = Client()
    place = go_on(other, opened_by_code(other, code))

    assert (on_its_last_day, after_its_day) == (200, 404)
    assert place == first_without_answer()


def test_unknown_old_and_sent_links_answer_alike(clock):
    client = begun()
    send(client, LATER, MAIL)
    old = mailed()
    clock.shift(dt.timedelta(days=15))
    second = Client()
    answer_until(second, "steun-vragen", "")
    send(second, LATER, MAIL)
    sent = mailed()
    assert apply(second, "steun-vragen").status_code == 302

    answers = [
        Client().get(url) for url in (old, sent, f"/verder/{'x' * 43}/", "/verder/x/")
    ]

    assert {answer.status_code for answer in answers} == {404}
    assert len({without_secrets(answer) for answer in answers}) == 1


def without_secrets(response) -> bytes:
    """A page without what is new each time."""
    new = rb'name="(csrfmiddlewaretoken|shown|x[0-9a-f]{8})"( value="[^"]+")?'
    page = re.sub(new, b"", response.content)
    return re.sub(rb"/verder/[^/\"]+/", b"", page)


def test_known_and_unknown_codes_answer_alike():
    client = begun()
    code = code_from(client)
    unknown = "0" * 10 if code != "0" * 10 else "1" * 10

    known_answer, unknown_answer = (
        send(Client(), "/verder/", {"code": one}) for one in (code, unknown)
    )

    assert known_answer.status_code == unknown_answer.status_code == 302
    assert known_answer.content == unknown_answer.content
    places = [a.headers["Location"] for a in (known_answer, unknown_answer)]
    assert len(places[0]) == len(places[1])
    assert code not in places[0]


def test_a_carried_code_is_of_no_use_after_an_hour(clock):
    client = begun()
    url = opened_by_code(client, code_from(client))

    clock.shift(dt.timedelta(hours=1, minutes=1))

    assert client.get(url).status_code == 404


def test_beginning_again_erases_nothing_that_a_link_opens():
    client = begun()
    send(client, LATER, MAIL)
    other = Client()

    response = send(other, mailed(), {"anew": "1"})

    assert response.headers["Location"] == "/steun-vragen/"
    assert go_on(other, mailed()) == first_without_answer()


def test_who_has_no_answers_yet_is_sent_to_the_start(client):
    assert client.get(LATER).headers["Location"] == "/steun-vragen/"


@pytest.mark.parametrize(
    "typed", ["", "geen adres", "a@b", "x" * 300 + "@b.nl", "a\0@b.nl"]
)
def test_an_address_that_is_none_is_explained_and_kept(typed):
    client = begun()

    response = send(client, LATER, {"email": typed, "link": "1"})

    assert response.status_code == 422
    assert response.context["form"]["email"].value() == typed
    assert OutboxMail.objects.count() == 0


@pytest.mark.parametrize(
    "typed", ["", "abc", "UUUUUUUUUU", "x" * 10_000, "👩‍👧", "a\0b"]
)
def test_a_code_that_is_none_is_explained(client, typed):
    response = send(client, "/verder/", {"code": typed})

    assert response.status_code == 422
    assert len(response.context["form"].errors["code"]) == 1


def test_too_many_codes_from_one_network_are_refused_with_what_was_typed(client):
    statuses = [
        send(client, "/verder/", {"code": "7K4PX-9M2QD"}).status_code
        for _try in range(60)
    ]

    assert (statuses[0], statuses[-1]) == (302, 429)
    last = send(client, "/verder/", {"code": "7K4PX-9M2QD"})
    assert last.context["form"]["code"].value() == "7K4PX-9M2QD"
    assert int(last.headers["Retry-After"]) > 0


def test_drafts_are_erased_in_time_and_counted_where_they_were_left(clock):
    client = begun()
    send(client, LATER, MAIL)
    left = first_without_answer().split("/")[3]
    second = Client()
    assert apply(second, "steun-vragen").status_code == 302

    clock.shift(dt.timedelta(days=13))
    erase_what_is_over.func()
    before = IntakeDraft.objects.count()
    clock.shift(dt.timedelta(days=1, minutes=1))
    erase_what_is_over.func()
    erase_what_is_over.func()

    assert before == 2
    assert IntakeDraft.objects.count() == DraftKey.objects.count() == 0
    # The confirmation of the other is of a person we know.
    assert list(OutboxMail.objects.values_list("person", flat=True)) == [
        Person.objects.get(telephone_index__gt="").pk
    ]
    counted = IntakeCount.objects.filter(what="left")
    assert list(counted.values_list("kind", "step", "n")) == [("request", left, 1)]


def test_answers_need_no_session():
    client = begun()
    key = client.cookies["draft-request"]
    fresh = Client()
    fresh.cookies["draft-request"] = key.value
    cache.clear()

    page = fresh.get(first_without_answer())

    assert page.status_code == 200
    assert "sessionid" not in client.cookies
    assert fresh.get("/steun-vragen/controleren/").headers["Location"] == (
        first_without_answer()
    )


def test_a_round_is_planned_once_until_it_is_due_again(clock):
    plan_a_round(MONDAY)
    plan_a_round(MONDAY)
    waiting = DBTaskResult.objects.count()
    DBTaskResult.objects.get().set_successful(None)
    plan_a_round(MONDAY + dt.timedelta(hours=5))
    lately = DBTaskResult.objects.count()
    plan_a_round(MONDAY + dt.timedelta(hours=7))

    assert (waiting, lately, DBTaskResult.objects.count()) == (1, 1, 2)


def test_only_the_browser_that_sent_it_shows_that_it_was_sent():
    library, own = begun(), Client()
    go_on(own, opened_by_code(own, code_from(library)))
    send(own, step_url("steun-vragen", "wanneer"), ANSWERS["steun-vragen"]["wanneer"])
    answer_after(own, "steun-vragen", "wanneer")

    send(own, "/steun-vragen/controleren/", CONSENT["steun-vragen"])

    assert own.get("/steun-vragen/klaar/").context["reference"]
    elsewhere = library.get("/steun-vragen/klaar/")
    assert elsewhere.headers["Location"] == "/steun-vragen/"

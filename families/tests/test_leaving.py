"""Leaving quickly: what goes, what stays, and where it leads."""

import pytest
from django.contrib.sessions.models import Session
from django.test import Client

from families.models import DraftKey, IntakeDraft
from families.tests.applying import answer_until, apply, send, served
from families.tests.factories import CoordinatorFactory

AWAY = "https://weer.example/"

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def elsewhere(settings):
    settings.QUICK_EXIT_URL = AWAY


@pytest.fixture
def begun(client) -> Client:
    served()
    answer_until(client, "steun-vragen", "wanneer")
    return client


def test_it_erases_what_was_not_saved_and_goes_to_a_neutral_site(begun):
    response = begun.get("/weg/")

    assert (response.status_code, response.headers["Location"]) == (303, AWAY)
    assert response.headers["Clear-Site-Data"] == '"cache", "cookies", "storage"'
    assert response.headers["Referrer-Policy"] == "no-referrer"
    assert response.headers["Cache-Control"] == "no-store"
    assert (IntakeDraft.objects.count(), DraftKey.objects.count()) == (0, 0)
    assert begun.cookies["draft-request"].value == ""
    page = begun.get("/steun-vragen/stap/postcode/")
    assert page.context["form"]["postcode"].value() is None
    assert not page.context["was_away"]


def test_what_was_saved_to_go_on_later_stays_but_not_in_this_browser(begun):
    key = begun.cookies["draft-request"].value
    code = send(begun, "/steun-vragen/later/", {"code": "1"}).context["code"]

    begun.get("/weg/")

    assert IntakeDraft.objects.get().answers
    # Not even with the cookie that somebody kept a copy of.
    begun.cookies["draft-request"] = key
    assert begun.get("/steun-vragen/controleren/").headers["Location"] == (
        "/steun-vragen/stap/postcode/"
    )
    url = send(Client(), "/verder/", {"code": code}).headers["Location"]
    assert Client().get(url).status_code == 200


def test_an_application_that_was_sent_stays_and_is_not_shown_any_more(client):
    served()
    apply(client, "steun-vragen")

    client.get("/weg/")

    assert IntakeDraft.objects.get().household is not None
    assert client.get("/steun-vragen/klaar/").headers["Location"] == "/steun-vragen/"


def test_the_session_is_gone_too(client):
    client.force_login(CoordinatorFactory().user)

    client.get("/weg/")

    assert Session.objects.count() == 0
    assert client.cookies["sessionid"].value == ""


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Purpose": "prefetch;prerender"},
        {"Purpose": "prefetch"},
        {"X-Purpose": "prefetch"},
        {"X-Moz": "prefetch"},
    ],
)
def test_no_other_site_and_no_browser_that_looks_ahead_erases(begun, headers):
    response = begun.get("/weg/", headers=headers)

    assert response.status_code == 303
    assert "Clear-Site-Data" not in response.headers
    assert IntakeDraft.objects.get().answers


def test_asking_for_the_headers_only_erases_nothing(begun):
    assert begun.head("/weg/").status_code == 303
    assert IntakeDraft.objects.get().answers


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("/steun-vragen/", True),
        ("/steun-vragen/stap/postcode/", True),
        ("/steun-vragen/bel-mij/", True),
        ("/verder/", True),
        ("/verder/onbekend/", True),
        ("/veilig/", True),
        ("/steun-geven/", False),
        ("/steun-geven/stap/postcode/", False),
        ("/inloggen/", False),
        ("/", False),
    ],
)
def test_it_stands_where_families_ask_and_nowhere_else(client, url, shown):
    page = client.get(url).content.decode()

    # In the header, and after the link to the content for a keyboard.
    assert page.count('href="/weg/"') == (2 if shown else 0)
    assert page.count('rel="nofollow noreferrer"') == (2 if shown else 0)


@pytest.mark.parametrize(
    ("prefix", "languages"),
    [("", ["nl"]), ("/en", ["en"]), ("/ar", ["nl", "en"]), ("/uk", ["nl", "en"])],
)
def test_the_page_about_safety_is_never_machine_text(client, prefix, languages):
    response = client.get(f"{prefix}/veilig/")

    page = response.content.decode()
    assert list(response.context["languages"]) == languages
    assert page.count('<a href="tel:112">112</a>') >= len(languages)
    told = {"nl": "Zo vul je veilig in", "en": "How to fill in safely"}
    assert [code for code in told if told[code] in page] == languages

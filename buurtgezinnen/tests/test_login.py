"""Logging in, where people come after it, and what the demo shows."""

import re

import pytest
from django.test import override_settings
from django.urls import reverse

from buurtgezinnen.demo.accounts import ACCOUNTS, PASSWORD
from families.tests.applying import send
from families.tests.factories import CoordinatorFactory, OfficialFactory, UserFactory

pytestmark = pytest.mark.django_db


def people():
    return {
        "coordinator": CoordinatorFactory().user,
        "official": OfficialFactory().user,
        "office": UserFactory(organisation=True),
    }


@pytest.mark.parametrize(
    ("role", "first_page"),
    [
        ("coordinator", "today"),
        ("official", "municipality:index"),
        ("office", "organisation:index"),
    ],
)
def test_start_brings_each_role_to_its_first_page(client, role, first_page):
    client.force_login(people()[role])

    response = client.get(reverse("start"))

    assert (response.status_code, response.url) == (302, reverse(first_page))


def test_start_tells_who_has_no_role(client):
    client.force_login(UserFactory())

    response = client.get(reverse("start"))

    assert response.status_code == 200
    assert response.content.decode().count("Je hebt nog geen rol") == 2


def test_start_sends_visitors_to_the_login_page(client):
    response = client.get(reverse("start"))

    assert (response.status_code, response.url) == (302, "/inloggen/?next=/start/")


def test_login_with_the_right_password_leads_to_start(client):
    user = UserFactory()
    user.set_password("koffie-in-de-buurt")
    user.save()

    response = send(
        client,
        reverse("account_login"),
        {"login": user.email.upper(), "password": "koffie-in-de-buurt"},
    )

    assert (response.status_code, response.url) == (302, reverse("start"))


def test_login_with_a_wrong_password_stays_and_locks_after_five(client):
    user = UserFactory()
    wrong = {"login": user.email, "password": "fout"}

    answers = [send(client, reverse("account_login"), wrong) for _ in range(5)]

    assert [answer.status_code for answer in answers] == [200, 200, 200, 200, 429]
    # In the title and in the heading.
    assert answers[-1].content.decode().count("Wacht een kwartier") == 2


def emails_on(response):
    text = response.content.decode()
    return [account.email for account in ACCOUNTS if account.email in text]


def test_login_page_shows_the_accounts_of_the_demo(client):
    response = client.get(reverse("account_login"))

    assert emails_on(response) == [account.email for account in ACCOUNTS]
    assert response.context["demo_password"] == PASSWORD


@override_settings(DEMO=False)
def test_login_page_shows_no_accounts_outside_the_demo(client):
    response = client.get(reverse("account_login"))

    assert emails_on(response) == []
    assert response.content.decode().count(PASSWORD) == 0


def test_second_step_shows_its_code_without_a_data_address(client):
    user = CoordinatorFactory().user
    user.set_password(PASSWORD)
    user.save()
    # The page wants a login of a moment ago.
    send(client, reverse("account_login"), {"login": user.email, "password": PASSWORD})

    page = client.get(reverse("mfa_activate_totp")).content.decode()

    code = page.split('class="qr"')[1].split("</div>")[0]
    assert (code.count("<svg"), page.count("data:image")) == (1, 0)


@pytest.mark.parametrize("chosen", ["licht", "donker"])
def test_theme_is_kept_on_the_device(client, chosen):
    client.force_login(CoordinatorFactory().user)

    response = send(client, reverse("theme"), {"thema": chosen})

    assert response.status_code == 302
    assert response.cookies["thema"].value == chosen


def test_theme_that_does_not_exist_is_refused(client):
    client.force_login(CoordinatorFactory().user)

    assert send(client, reverse("theme"), {"thema": "paars"}).status_code == 404


def test_public_pages_show_staff_the_way_in_and_back(client):
    visitor = client.get(reverse("home")).text
    client.force_login(CoordinatorFactory().user)
    member = client.get(reverse("home")).text

    shown = [
        (page.count('href="/inloggen/"'), page.count('href="/start/"'))
        for page in (visitor, member)
    ]
    assert shown == [(1, 0), (0, 1)]


@pytest.mark.parametrize("logged_in", [False, True])
def test_a_page_that_is_not_there_leads_to_the_own_first_page(client, logged_in):
    if logged_in:
        client.force_login(CoordinatorFactory().user)

    page = client.get("/bestaat-niet/").text

    content = page.partition("</main>")[0].partition("<main")[2]
    assert re.findall('href="(.*?)"', content) == ["/start/" if logged_in else "/"]


def test_a_new_password_says_je(client):
    client.force_login(UserFactory())

    page = client.get(reverse("account_change_password")).text

    assert page.count("Je wachtwoord heeft minstens 12 tekens.") == 1
    assert re.findall(r"\b[Uu]w?\b", re.sub("<[^>]*>", " ", page)) == []

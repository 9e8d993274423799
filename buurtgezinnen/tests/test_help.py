"""Help: the words, and the keys in a real browser."""

import pytest
from django.urls import reverse
from django.utils.html import escape
from playwright.sync_api import Page, expect

from buurtgezinnen.glossary import CHAPTERS
from families.tests.applying import send
from families.tests.factories import CoordinatorFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def at_work(client):
    client.force_login(CoordinatorFactory().user)
    return client


def test_every_word_stands_once_with_its_meaning(at_work):
    page = at_work.get(reverse("help-words")).content.decode()

    terms = [term for chapter in CHAPTERS for term in chapter.terms]
    assert len({str(term.word) for term in terms}) == len(terms)
    assert page.count("<dt>") == len(terms)
    assert all(escape(str(term.meaning)) in page for term in terms)


def test_keys_are_switched_off_and_on_again(at_work):
    url = reverse("keys-switch")

    send(at_work, url, {"toetsen": "uit"})
    off = at_work.get(reverse("help-keys")).content.decode()
    send(at_work, url, {"toetsen": "aan"})
    on = at_work.get(reverse("help-keys")).content.decode()

    assert ("js/keys" in off, "js/keys" in on) == (False, True)
    # Whatever else is sent leaves them as they are at first.
    assert send(at_work, url, {"toetsen": "soms"}).url == reverse("help-keys")
    assert "js/keys" in at_work.get(reverse("help-keys")).content.decode()


@pytest.mark.slow
def test_a_key_leads_on_and_never_while_somebody_types(page: Page, live_server, client):
    client.force_login(CoordinatorFactory().user)
    cookie = client.cookies["sessionid"].value
    page.context.add_cookies(
        [{"name": "sessionid", "value": cookie, "url": live_server.url}]
    )
    page.goto(live_server.url + reverse("families:family-list"))

    page.keyboard.press("Control+n")
    page.keyboard.press("?")
    expect(page).to_have_url(live_server.url + reverse("help-keys"))
    page.keyboard.press("n")
    expect(page).to_have_url(live_server.url + reverse("families:contact-create"))
    page.goto(live_server.url + reverse("families:application-new"))
    page.evaluate(
        "document.querySelector('main').append(document.createElement('textarea'))"
    )
    page.locator("main > textarea").press("n")

    expect(page).to_have_url(live_server.url + reverse("families:application-new"))
    assert page.locator("main > textarea").input_value() == "n"

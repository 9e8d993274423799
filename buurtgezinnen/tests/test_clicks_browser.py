"""How many clicks the work of a day takes, from Vandaag on, on the demo families."""

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page, expect

from agreements.models import Asking
from buurtgezinnen.demo.load import load
from buurtgezinnen.tests.look import log_in
from families.models import ContactMoment, ScreeningCheck, User
from matching.models import Proposal

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


class Hand:
    """Somebody who clicks on what is there; typing is no click."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.clicks = 0

    def click(self, words: str, *, within: str = "main") -> None:
        places = self.page.locator(f"{within} a, {within} button, {within} label")
        places.filter(has_text=words).first.click()
        self.page.wait_for_load_state()
        self.clicks += 1


@pytest.fixture
def hand(browser, browser_context_args, live_server):
    load(timezone.localdate())
    contexts = []

    def start(email):
        context = browser.new_context(**browser_context_args)
        contexts.append(context)
        log_in(context, Client(), User.objects.get(email=email), live_server.url)
        page = context.new_page()
        page.goto(f"{live_server.url}/werk/")
        return Hand(page)

    yield start
    for context in contexts:
        context.close()


def test_the_work_of_a_day_takes_few_clicks(hand):
    proposals, notes = Proposal.objects.count(), ContactMoment.objects.count()
    asked = Asking.objects.count()
    vogs = ScreeningCheck.objects.filter(seen_on__isnull=False).count()
    taken = {}

    one = hand("ilse@demo.example")
    one.click("Matchen", within="header")
    one.click("Gezin Van Testeren")
    one.click("Maak voorstel")
    one.click("Leg het voorstel vast")
    expect(one.page.get_by_text("Voorstel verstuurd")).to_be_visible()
    taken["proposal"] = one.clicks
    assert Proposal.objects.count() == proposals + 1

    one = hand("ilse@demo.example")
    one.click("Noteer gesprek")
    one.page.locator("[name=text]").fill("Het gaat goed.")
    one.click("Bewaar")
    one.page.wait_for_url(lambda url: "/contact/" not in url)
    taken["contact"] = one.clicks
    assert ContactMoment.objects.count() == notes + 1

    one = hand("bram@demo.example")
    one.click("Naar de screening")
    one.click("Ik heb hem gezien")
    one.click("Bewaar")
    one.page.wait_for_url("**/screening/")
    taken["VOG shown"] = one.clicks
    assert ScreeningCheck.objects.filter(seen_on__isnull=False).count() == vogs + 1

    one = hand("ilse@demo.example")
    one.click("Zoeken", within="header")
    one.page.locator("[name=zoek]").fill("luchtkasteel")
    one.click("Zoeken")
    expect(one.page.locator("main a[href^='tel:']").first).to_be_visible()
    taken["telephone"] = one.clicks

    one = hand("ilse@demo.example")
    one.click("Koppelingen", within="header")
    one.click("Gezin Luchtkasteel")
    one.click("Wijzig afspraken")
    one.page.locator("[name=item-0-ends_at]").fill("16.30")
    for side in ("request", "support"):
        # What is clicked is the label; both families are sent a text by hand.
        one.page.locator(f"label:has([name={side}_channel][value=text])").click()
        one.clicks += 1
    one.click("Bewaar deze afspraken")
    expect(one.page.get_by_text("Het staat klaar")).to_be_visible()
    taken["agreement"] = one.clicks
    assert Asking.objects.count() == asked + 2

    assert taken == {
        "proposal": 4,
        "contact": 2,
        "VOG shown": 3,
        "telephone": 2,
        "agreement": 6,
    }

"""The whole way once, in a real browser: from an application to a figure.

Every step is what a person does: read, fill in, press. It runs with and without
JavaScript, and each person has a browser of their own.
"""

import datetime as dt
import re

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from agreements.models import AgreementVersion
from families.models import (
    Coordinator,
    SupportRequest,
    User,
)
from families.tests.applying import served
from families.tests.factories import (
    HouseholdFactory,
    LocationFactory,
    MembershipFactory,
    OfficialFactory,
    PersonFactory,
    ScreeningCheckFactory,
    SupportFamilyFactory,
    SupportOfferFactory,
)

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

PASSWORD = "een-lang-wachtwoord"


class Person:
    """Somebody at a browser, who counts the clicks."""

    def __init__(self, context: BrowserContext, base: str) -> None:
        self.page: Page = context.new_page()
        self.page.set_default_timeout(10_000)
        self.base = base
        self.clicks = 0

    def open(self, path: str) -> None:
        self.page.goto(self.base + path)

    def press(self, name: str, *, within: Locator | None = None) -> None:
        """Presses the first button, link or summary of this name."""
        place = within or self.page.locator("body")
        pattern = re.compile(rf"^\s*{re.escape(name)}", re.IGNORECASE)
        button, link = (
            place.get_by_role(role, name=pattern) for role in ("button", "link")
        )
        summary = place.locator("summary", has_text=pattern)
        # The page before may have been left a moment ago.
        button.or_(link).or_(summary).first.wait_for()
        found = next(one for one in (button, link, summary) if one.count())
        self.clicks += 1
        found.first.click()

    def fill(self, label: str, text: str) -> None:
        self.page.get_by_label(label).first.fill(text)

    def choose(self, label: str) -> None:
        self.page.get_by_label(label, exact=True).first.check()

    def heading(self) -> str:
        return self.page.locator("h1").inner_text()

    def reads(self, text: str) -> None:
        """Asserts that the page says this."""
        expect(self.page.locator("main")).to_contain_text(text)


@pytest.fixture
def region():
    """Aalsmeer, where Ilse works, a family has room on Wednesdays, and Anouk counts."""
    ilse: Coordinator = served(telephone="+31612345678")
    ilse.user.set_password(PASSWORD)
    ilse.user.save()
    partnership = ilse.municipalities.get().partnerships.get()
    anouk: User = OfficialFactory(partnerships=[partnership]).user
    anouk.set_password(PASSWORD)
    anouk.save()
    home = HouseholdFactory(
        name="Willems", municipality=ilse.municipalities.get(), coordinator=ilse
    )
    LocationFactory(household=home)
    karin = PersonFactory(name="Karin", telephone="+31612345679")
    MembershipFactory(household=home, person=karin)
    ScreeningCheckFactory(person=karin, shown=True)
    SupportOfferFactory(family=SupportFamilyFactory(household=home))
    return ilse, anouk


def applies(parent: Person) -> None:
    parent.open("/")
    parent.press("Steun vragen")
    parent.press("Begin")
    parent.fill("Wat is je postcode?", "1431 ab")
    parent.press("Verder")
    parent.fill("Naam of letter", "Noor")
    parent.fill("Leeftijd", "6")
    parent.press("Verder")
    parent.choose("Mijn kind speelt bij een ander gezin")
    parent.press("Verder")
    parent.reads("Hoe vaak zou steun fijn zijn?")
    parent.choose("Dat weet ik nog niet")
    parent.press("Verder")
    parent.press("Ik wil precies kiezen")
    wednesday = parent.page.get_by_role("group", name="Woensdag")
    wednesday.get_by_label("Middag").check()
    parent.press("Verder")
    for question in (
        "Wat is belangrijk voor jullie?",
        "Wat doet jouw gezin graag?",
        "In welke taal praat je het liefst met ons?",
    ):
        parent.reads(question)
        parent.press("Verder")
    parent.fill("Je naam", "Amira de Boer")
    parent.fill("Telefoonnummer", "06 87 65 43 21")
    parent.choose("Ja")
    parent.press("Verder")
    parent.choose("Ik ben ouder of verzorger van deze kinderen.")
    parent.page.locator("input[name=agree]").check()
    parent.press("Verstuur mijn aanvraag")
    assert parent.heading() == "Gelukt! Je aanvraag is binnen."


def logs_in(person: Person, user: User) -> None:
    person.open(reverse("account_login"))
    person.fill("E-mailadres", user.email)
    person.fill("Wachtwoord", PASSWORD)
    person.press("Inloggen")


def notes_the_talk(ilse: Person) -> None:
    ilse.press("Noteer gesprek")
    ilse.fill("Wat is er besproken?", "Wil graag een vaste middag.")
    ilse.press("Bewaar")


def makes_ready(ilse: Person) -> None:
    ilse.press("Gezinnen")
    ilse.press("Gezin De Boer")
    ilse.press("Klaar om te matchen")
    ilse.choose("Elke week")
    ilse.press("Klaar om te matchen")


def proposes(ilse: Person) -> None:
    """From Vandaag, as on any day, in five clicks at most."""
    ilse.press("Vandaag")
    ilse.clicks = 0
    ilse.press("Matchen")
    ilse.press("Gezin De Boer")
    ilse.reads("Gezin Willems")
    ilse.press("Maak voorstel")
    ilse.press("Leg het voorstel vast")
    ilse.reads("Voorstel vastgelegd.")
    assert ilse.clicks <= 5


def records_answers(ilse: Person) -> None:
    for name in ("gezin Willems", "gezin De Boer"):
        answers = ilse.page.locator("input[name=answer]")
        answer = ilse.page.locator("details", has=answers)
        of_family = answer.filter(has_text=name)
        yes = of_family.get_by_label("Ja, ze willen kennismaken")
        if not yes.is_visible():
            ilse.press("Noteer het antwoord", within=of_family)
        yes.check()
        ilse.press("Bewaar dit antwoord", within=of_family)


def starts(ilse: Person, today: dt.date) -> None:
    ilse.press("Start koppeling")
    ilse.fill("Dag van de kennismaking", f"{today:%d-%m-%Y}")
    ilse.press("Plan kennismaking")
    ilse.press("Start proefperiode")


def says_yes(ilse: Person) -> None:
    """Both families said yes in a talk today."""
    for side in ilse.page.get_by_label("Ze zeiden ja in een gesprek").all():
        side.check()
    for day in ilse.page.get_by_label("Op welke dag zeiden ze ja?").all():
        day.fill("vandaag")


def agrees(ilse: Person) -> None:
    ilse.press("Naar de afspraken")
    ilse.press("Maak")
    ilse.fill("Vanaf welke dag geldt dit?", "vandaag")
    ilse.page.get_by_label("Hoe vaak").first.select_option("weekly")
    ilse.choose("Woensdag")
    ilse.fill("Van hoe laat", "13.00")
    ilse.fill("Tot hoe laat", "17.00")
    says_yes(ilse)
    ilse.press("Bewaar deze afspraken")
    ilse.reads("Elke woensdag van 13.00 tot 17.00 uur")


def changes(ilse: Person, starts_on: dt.date) -> None:
    ilse.press("Afspraken")
    ilse.press("Wijzig afspraken")
    ilse.fill("Vanaf welke dag geldt dit?", f"{starts_on:%d-%m-%Y}")
    ilse.fill("Tot hoe laat", "18.30")
    ilse.press("Bekijk wat er verandert")
    ilse.reads("18.30")
    says_yes(ilse)
    ilse.press("Bewaar deze afspraken")
    ilse.press("Afspraken")


def reads_on(ilse: Person, day: dt.date, sentence: str) -> None:
    ilse.fill("Wat gold op deze dag?", f"{day:%d-%m-%Y}")
    ilse.press("Bekijk")
    holds = ilse.page.locator("section", has=ilse.page.locator("#answer-1"))
    expect(holds).to_contain_text(sentence)


@pytest.mark.parametrize("javascript", [True, False], ids=["with js", "without js"])
def test_from_application_to_figure(
    browser: Browser, browser_context_args, live_server, region, javascript
):
    coordinator, official = region
    today = timezone.localdate()
    contexts = [
        browser.new_context(**browser_context_args, java_script_enabled=javascript)
        for _person in range(3)
    ]
    amira, ilse, anouk = (Person(context, live_server.url) for context in contexts)

    applies(amira)
    request = SupportRequest.objects.get()
    assert request.stage == SupportRequest.Stage.APPLIED

    logs_in(ilse, coordinator.user)
    ilse.reads("Bel: gezin De Boer")
    notes_the_talk(ilse)
    request.refresh_from_db()
    assert request.stage == SupportRequest.Stage.TALKING

    makes_ready(ilse)
    proposes(ilse)
    records_answers(ilse)
    starts(ilse, today)
    agrees(ilse)
    changes(ilse, today + dt.timedelta(days=8))
    reads_on(ilse, today, "van 13.00 tot 17.00 uur")
    reads_on(ilse, today + dt.timedelta(days=8), "van 13.00 tot 18.30 uur")

    versions = AgreementVersion.objects.current().order_by("effective_from")
    assert list(versions.values_list("effective_from", flat=True)) == [
        today,
        today + dt.timedelta(days=8),
    ]

    logs_in(anouk, official)
    made = anouk.page.get_by_role("row", name=re.compile(r"^Koppelingen gemaakt 1 "))
    agreed = anouk.page.get_by_role("row", name=re.compile(r"heel jaar 10 "))
    expect(made).to_have_count(1)
    expect(agreed).to_have_count(1)

    for context in contexts:
        context.close()

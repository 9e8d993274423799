"""The plan for everybody in a real browser, with and without JavaScript."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect

from families.tests.factories import (
    CoordinatorFactory,
    LocationFactory,
    MunicipalityFactory,
    SupportOfferFactory,
    SupportRequestFactory,
)
from matching.models import Proposal

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

PASSWORD = "een-lang-wachtwoord"
HOME, NEAR, FAR = 52.26, 52.27, 52.30


@pytest.fixture
def ilse():
    """Somebody of Aalsmeer, where De Boer fits two families and Jansen one of them."""
    aalsmeer = MunicipalityFactory(name="Aalsmeer")
    coordinator = CoordinatorFactory(municipalities=[aalsmeer])
    coordinator.user.set_password(PASSWORD)
    coordinator.user.save()
    for name, latitude, wishes in (
        ("De Boer", HOME, SupportRequestFactory),
        ("Jansen", HOME, SupportRequestFactory),
        ("Willems", NEAR, SupportOfferFactory),
        ("Kaya", FAR, SupportOfferFactory),
    ):
        made = wishes(
            family__household__municipality=aalsmeer,
            family__household__name=name,
            max_distance_km=2 if name == "Jansen" else None,
        )
        LocationFactory(household=made.family.household, latitude=latitude)
    return coordinator.user


@pytest.fixture(params=[True, False], ids=["with js", "without js"])
def page(request, browser: Browser, browser_context_args, live_server, ilse):
    context = browser.new_context(
        **browser_context_args,
        java_script_enabled=request.param,
        base_url=live_server.url,
    )
    page = context.new_page()
    page.set_default_timeout(10_000)
    page.goto(reverse("account_login"))
    page.get_by_label("E-mailadres").fill(ilse.email)
    page.get_by_label("Wachtwoord", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Inloggen").click()
    page.get_by_role("link", name="Matchen").click()
    yield page
    context.close()


def pair(page: Page, name: str):
    """The block of the request family of this name."""
    return page.locator("tbody", has=page.get_by_role("link", name=f"Gezin {name}"))


def test_fix_a_pair_then_put_two_ready(page):
    page.get_by_role("link", name="Beste plan voor iedereen").click()
    main = page.locator("main")
    expect(main).to_contain_text("krijgen 2 van 2 gezinnen een steungezin")
    expect(main).to_contain_text("Los kiezen geeft er 1.")
    expect(pair(page, "De Boer")).to_contain_text("Gezin Kaya")

    pair(page, "Jansen").get_by_label("Vastzetten").check()
    pair(page, "De Boer").get_by_label("Klaarzetten").check()
    page.get_by_role("button", name="Bereken opnieuw").click()
    page.wait_for_url(re.compile(r"\?vast=\w{10}-\w{10}&klaar=\w{10}-\w{10}$"))
    expect(main).to_contain_text("gezin Jansen en gezin Willems")
    expect(pair(page, "Jansen").get_by_label("Vastzetten")).to_be_checked()
    expect(pair(page, "De Boer").get_by_label("Klaarzetten")).to_be_checked()

    page.go_back()
    expect(pair(page, "Jansen")).to_be_visible()
    expect(page).to_have_url(re.compile("/plan/$"))
    page.go_forward()
    expect(page).to_have_url(re.compile(r"\?vast="))

    pair(page, "Jansen").get_by_label("Klaarzetten").check()
    page.get_by_role("button", name="Zet gekozen paren klaar als voorstel").click()
    expect(main).to_contain_text("2 voorstellen liggen klaar.")
    assert Proposal.objects.count() == 2

    page.get_by_role("link", name="Vandaag").click()
    for name in ("Willems", "Kaya"):
        expect(main).to_contain_text(f"Ligt klaar: vraag gezin {name}")
    page.get_by_role("link", name="Koppelingen").click()
    ready = page.get_by_role("region", name=re.compile("^Ligt klaar"))
    for name in ("De Boer", "Jansen"):
        expect(ready).to_contain_text(f"gezin {name}", ignore_case=True)


def test_keep_apart_and_let_go(page):
    page.get_by_role("link", name="Beste plan voor iedereen").click()
    pair(page, "Jansen").get_by_label("Niet samen").check()
    page.get_by_role("button", name="Bereken opnieuw").click()

    main = page.locator("main")
    expect(main).to_contain_text("krijgt 1 van 2 gezinnen een steungezin")
    left = page.get_by_role("region", name="1 gezin zonder match")
    expect(left).to_contain_text("Gezin Jansen")

    page.get_by_role("link", name=re.compile("^Laat los")).click()
    expect(main).to_contain_text("krijgen 2 van 2 gezinnen een steungezin")

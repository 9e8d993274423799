"""Leaving quickly in a real browser, with JavaScript and without."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from families.models import DraftKey, IntakeDraft
from families.tests.applying import served, step_url
from families.tests.factories import PostcodeAreaFactory

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

POSTCODE = step_url("steun-vragen", "postcode")
CHILDREN = step_url("steun-vragen", "kinderen")
SECRETS = ("1439", "Noor")


def typed_on(page: Page) -> str:
    """All that a page shows, and all that stands in its fields."""
    values = page.locator("input:not([type=hidden]), textarea").evaluate_all(
        "fields => fields.map(field => field.value).join(' ')"
    )
    return f"{page.url} {page.title()} {page.inner_text('body')} {values}"


def fill_in(page: Page, base: str) -> None:
    """Answers one page and half of the next."""
    page.goto(base + POSTCODE)
    page.get_by_role("textbox", name="postcode").fill("1439 AB")
    page.get_by_role("button", name="Verder", exact=True).click()
    page.wait_for_url(f"**{CHILDREN}")
    page.locator("[name=name-0]").fill("Noor")


def by_click(page: Page) -> None:
    page.get_by_role("link", name="Sluit snel").click()


def by_shift(page: Page) -> None:
    for _press in range(3):
        page.keyboard.press("Shift")


def by_keyboard(page: Page) -> None:
    """The second stop of the keyboard, right after the link to the content."""
    page.goto(page.url)
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")


@pytest.fixture
def page(browser, browser_context_args, request) -> Iterator[Page]:
    context = browser.new_context(
        **browser_context_args, java_script_enabled=request.param
    )
    yield context.new_page()
    context.close()


@pytest.mark.parametrize(
    ("page", "leave"),
    [(True, by_click), (True, by_shift), (False, by_click), (False, by_keyboard)],
    indirect=["page"],
)
def test_after_leaving_back_shows_nothing(page, live_server, settings, leave):
    settings.QUICK_EXIT_URL = f"{live_server.url}/livez"
    PostcodeAreaFactory(postcode="1439", municipality=served().municipalities.get())
    fill_in(page, live_server.url)

    leave(page)
    expect(page).to_have_url(settings.QUICK_EXIT_URL)
    cookies = page.context.cookies()
    found = ""
    for _back in range(4):
        page.go_back()
        found += typed_on(page)

    assert cookies == []
    assert (IntakeDraft.objects.count(), DraftKey.objects.count()) == (0, 0)
    assert [secret for secret in SECRETS if secret in found] == []

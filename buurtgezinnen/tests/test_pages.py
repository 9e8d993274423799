"""Every page in a real browser: small and wide, light and dark, with many families.

The list of pages is the list of addresses, so a new page is looked at by itself.
"""

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, Page

from buurtgezinnen.demo.load import load
from buurtgezinnen.tests.addresses import ADDRESSES, Address, Who
from buurtgezinnen.tests.look import Watch, as_json, complaints, log_in
from buurtgezinnen.tests.world import World, demo_world

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.sweep]

ROLES = {
    Who.ANYBODY: "anonymous",
    Who.LOGGED_IN: "coordinator",
    Who.COORDINATOR: "coordinator",
    Who.OWN_COORDINATOR: "coordinator",
    Who.OFFICIAL: "official",
    Who.OWN_OFFICIAL: "official",
    Who.OFFICE: "office",
}
NO_PAGES = {
    "livez",
    "healthz",
    "municipality:jsi18n",
    "organisation:jsi18n",
    "fairness-file",
    "report-file",
    "import-template",
    "import-wrong",
    "municipality:fairness-file",
    "organisation:fairness-file",
    "organisation:intake-counts-file",
    "agreements:version-pdf",
    "agreements:appointments",
    # A piece of a page.
    "matching:bench-changed",
}


def pages_of(role: str) -> dict[str, Address]:
    """Addresses that show this role a page."""
    return {
        name: address
        for name, address in ADDRESSES.items()
        if ROLES.get(address.who) == role
        and address.get == 200
        and name not in NO_PAGES
    }


def look_at_all(page: Page, watch: Watch, base: str, role: str, world: World) -> dict:
    """The complaints about each page of a role that has any."""
    found = {}
    for name, address in pages_of(role).items():
        watch.forget()
        response = page.goto(base + address.url(name, world))
        wrong = complaints(page, watch)
        if response is None or response.status != 200:
            wrong.insert(0, f"status {response and response.status}")
        if wrong:
            found[name] = wrong
    return found


@pytest.mark.slow
@pytest.mark.parametrize("width", [320, 1280])
def test_every_page_is_in_order(
    browser: Browser, browser_context_args, live_server, width
):
    load(timezone.localdate())
    world = demo_world()
    found = {}

    users = {
        "anonymous": None,
        "coordinator": world.coordinator.user,
        "official": world.official,
        "office": world.office,
    }
    for role, user in users.items():
        context = browser.new_context(
            **browser_context_args
            | {"viewport": {"width": width, "height": 800}, "color_scheme": "light"}
        )
        if user is not None:
            log_in(context, Client(), user, live_server.url)
        page = context.new_page()
        watch = Watch(live_server.url)
        watch.on(page)
        found |= look_at_all(page, watch, live_server.url, role, world)
        context.close()

    assert as_json(found) == "{}"

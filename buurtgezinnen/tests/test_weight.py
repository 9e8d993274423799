"""How much a first visit costs a cheap phone with a small bundle."""

import pytest
from django.test import Client
from playwright.sync_api import Browser

from buurtgezinnen.tests.addresses import ADDRESSES, Who
from buurtgezinnen.tests.look import Watch, as_json, log_in
from buurtgezinnen.tests.world import World, make_world

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.sweep]

KB = 1000
MOST_PUBLIC = 100 * KB
MOST_WORK = 150 * KB
MOST_REQUESTS = 10
# Each loads the same styles and scripts; these say most.
WORK = {
    "today",
    "family-detail",
    "families:family-list",
    "matching:bench",
    "matching:pairing-list",
    "agreements:agreement-change",
}


PUBLIC = {
    name
    for name, address in ADDRESSES.items()
    if address.who is Who.ANYBODY and address.get == 200 and not address.library
}


def too_heavy(
    browser: Browser, base: str, names: set[str], *, world: World, most: int, user=None
) -> dict[str, list[str]]:
    """Pages that cost more than they may, each visited with an empty cache."""
    found = {}
    for name in names:
        context = browser.new_context()
        if user is not None:
            log_in(context, Client(), user, base)
        page = context.new_page()
        watch = Watch(base)
        watch.on(page)
        page.goto(base + ADDRESSES[name].url(name, world))
        if watch.n_bytes > most or watch.n_requests > MOST_REQUESTS or watch.foreign:
            figures = f"{watch.n_bytes} bytes in {watch.n_requests} requests"
            found[name] = [figures, *watch.foreign]
        context.close()
    return found


def test_first_visit_to_a_public_page_is_light(browser, live_server):
    world = make_world()

    found = too_heavy(browser, live_server.url, PUBLIC, world=world, most=MOST_PUBLIC)

    assert as_json(found) == "{}"


def test_first_visit_to_a_page_of_the_work_is_light(browser, live_server):
    world = make_world()
    user = world.coordinator.user

    found = too_heavy(
        browser, live_server.url, WORK, world=world, most=MOST_WORK, user=user
    )

    assert as_json(found) == "{}"

"""The way of a parent at 320 pixels, with its mistakes.

`make soak` walks every kind of application in every language.
"""

import pytest

from buurtgezinnen.tests.look import Watch, as_json
from buurtgezinnen.tests.public_walk import faults, walk
from families.tests.applying import served

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.sweep]


@pytest.mark.slow
def test_every_sight_of_asking_for_support_is_in_order(
    browser, browser_context_args, live_server
):
    served()
    context = browser.new_context(
        **browser_context_args | {"viewport": {"width": 320, "height": 740}}
    )
    page = context.new_page()
    watch = Watch(live_server.url)
    watch.on(page)
    found = {}

    sights = []
    for sight in walk(page, live_server.url, "steun-vragen"):
        sights.append(sight)
        if wrong := faults(page, watch):
            found[sight] = wrong
        watch.forget()
    context.close()

    assert sights[0] == "start"
    assert sights[-1] == "done"
    assert as_json(found) == "{}"

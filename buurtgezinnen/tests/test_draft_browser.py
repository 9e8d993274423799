"""What is typed in a note stands on the server after twenty seconds."""

import pytest
from playwright.sync_api import expect

from buurtgezinnen.tests.look import log_in
from families.models import ContactMoment, NoteDraft
from families.services.note_drafts import typed_in
from families.tests.factories import (
    CoordinatorFactory,
    HouseholdFactory,
    MunicipalityFactory,
)

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


def test_a_note_is_kept_while_it_is_typed(
    browser, browser_context_args, client, live_server
):
    coordinator = CoordinatorFactory(municipalities=[MunicipalityFactory()])
    household = HouseholdFactory(municipality=coordinator.municipalities.get())
    context = browser.new_context(**browser_context_args)
    log_in(context, client, coordinator.user, live_server.url)
    page = context.new_page()
    page.clock.install()
    page.goto(live_server.url + household.get_absolute_url())
    # From every page of the family it leads to the form of this family.
    page.get_by_role("banner").get_by_role("link", name="Noteer contact").click()

    page.locator("[name=text]").fill("Noor wil voetballen")
    with page.expect_response("**/contact/concept/") as kept:
        page.clock.run_for(20_000)
    expect(page.get_by_text("Bewaard als concept")).to_be_visible()
    drafts = [typed_in(one)["text"] for one in NoteDraft.objects.all()]
    page.reload()
    came_back = page.locator("[name=text]").input_value()
    page.get_by_role("button", name="Bewaar", exact=True).dblclick()
    page.wait_for_url(f"**{household.get_absolute_url()}")

    context.close()
    assert kept.value.status == 204
    assert (drafts, came_back) == ([["Noor wil voetballen"]], "Noor wil voetballen")
    assert [one.text for one in ContactMoment.objects.all()] == ["Noor wil voetballen"]
    assert not NoteDraft.objects.exists()

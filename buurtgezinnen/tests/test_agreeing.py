"""Changing agreements and asking both families, in a real browser, with few clicks."""

import datetime as dt

import pytest
from django.conf import settings
from django.utils import timezone
from playwright.sync_api import Browser, expect

from agreements.models import AgreementVersion
from agreements.tests.asked import can_be_mailed
from agreements.tests.factories import both_yes, make_pairing, make_version
from buurtgezinnen.tests.look import log_in
from families.models import OutboxMail

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

MOST_CLICKS = 6


@pytest.mark.parametrize("javascript", [True, False], ids=["with js", "without js"])
def test_a_change_is_asked_of_both_and_answered_in_few_clicks(
    browser: Browser, browser_context_args, client, live_server, javascript
):
    pairing = can_be_mailed(make_pairing(stage="active"))
    today = timezone.localdate()
    make_version(pairing, at=timezone.now(), confirmations=both_yes(today))
    context = browser.new_context(
        **browser_context_args, java_script_enabled=javascript
    )
    log_in(context, client, pairing.lead.user, live_server.url)
    page = context.new_page()
    page.goto(live_server.url + pairing.get_absolute_url())
    clicks = 0

    def press(locator):
        nonlocal clicks
        clicks += 1
        locator.first.click()

    press(page.get_by_role("link", name="Naar de afspraken"))
    press(page.get_by_role("link", name="Wijzig afspraken"))
    starts_on = today + dt.timedelta(days=30)
    page.get_by_label("Vanaf welke dag geldt dit?").fill(f"{starts_on:%d-%m-%Y}")
    page.get_by_label("Tot hoe laat").first.fill("18.30")
    for side in ("request", "support"):
        press(page.locator(f"input[name={side}_channel][value=mail]"))
    press(
        page.get_by_role("button", name="Bewaar deze afspraken").locator("visible=true")
    )

    expect(page.locator("h1")).to_contain_text("Versie 2 van de afspraken")
    expect(page.get_by_text("Gevraagd per e-mail:")).to_have_count(2)
    assert clicks <= MOST_CLICKS
    mails = OutboxMail.objects.order_by("pk")
    assert [mail.to for mail in mails] == ["amira@post.nl", "karin@post.nl"]

    family = browser.new_context(**browser_context_args, java_script_enabled=javascript)
    reader = family.new_page()
    for mail in mails:
        path = mail.body.split(settings.SITE_URL)[1].split()[0]
        reader.goto(live_server.url + path)
        expect(reader.locator("h1")).to_have_text("Kloppen deze afspraken?")
        expect(reader.locator("main")).to_contain_text("13.00 – 18.30 uur")
        reader.get_by_role("button", name="Dit klopt").click()
        expect(reader.locator("h1")).to_contain_text("Dank je wel")
        reader.goto(live_server.url + path)
        expect(reader.locator("h1")).to_have_text("Deze link werkt niet meer")

    version = AgreementVersion.objects.get(number=2)
    assert version.is_current
    assert sorted(version.confirmations.values_list("side", "channel")) == [
        ("request", "link"),
        ("support", "link"),
    ]
    context.close()
    family.close()

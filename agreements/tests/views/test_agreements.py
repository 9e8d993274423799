"""What holds today, how it came to be, and the form that stops it all."""

import datetime as dt
from dataclasses import replace

import pytest
from django.urls import reverse
from django.utils import timezone

from agreements import services
from agreements.models import AgreementVersion
from agreements.services import Yes
from agreements.services.pauses import note_pause
from agreements.tests.evaluating import across_the_border
from agreements.tests.factories import (
    NOON,
    START,
    THURSDAY,
    has_ended,
    make_version,
    wednesdays,
)
from agreements.tests.views.pages import (
    FORM,
    SENTENCE,
    change_of,
    links_of,
    send_data,
    url,
)

pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1)
MARCH = dt.date(2026, 3, 1)


def test_without_a_version_the_page_asks_for_the_first(lead, pairing):
    response = lead.get(url(pairing, "agreement-detail"))

    assert response.context["history"].versions == ()
    assert "Nog geen afspraken" in response.content.decode()


def test_the_page_asks_for_another_day_on_the_page_of_days(lead, pairing):
    version = make_version(pairing)

    response = lead.get(url(pairing, "agreement-detail"), {"dag": "4-1-2026"})

    assert response.context["in_force"] == version
    asks = f'action="{url(pairing, "agreement-as-of")}"'
    assert response.content.decode().count(asks) == 1


def headings_of(response):
    """The headings of the second level, in order, without their marks."""
    parts = response.content.decode().split("<h2")[1:]
    inner = (one.partition(">")[2].partition("</h2>")[0] for one in parts)
    return [" ".join(one.split()) for one in inner]


def test_only_what_was_agreed_on_is_called_so(lead, pairing):
    make_version(pairing)
    draft = change_of(pairing)
    names = ("version-detail", "version-print")

    agreed, waits = (
        [headings_of(lead.get(url(pairing, name, number)))[0] for name in names]
        for number in (1, 2)
    )
    services.discard_draft(draft, by=pairing.lead.user, at=NOON + 2 * DAY)
    gone = [headings_of(lead.get(url(pairing, name, 2)))[0] for name in names]

    assert agreed == ["Dit is afgesproken"] * 2
    assert waits == ["Dit stellen we voor", "Dit spreken we af"]
    assert gone == ["Dit stelden we voor"] * 2


def test_a_day_to_come_says_what_still_waits(lead, pairing):
    make_version(pairing)
    day = timezone.localdate() + 30 * DAY
    change_of(pairing, effective_from=day)
    address = url(pairing, "agreement-as-of")
    asked = ["1-2-2026", *(f"{on:%d-%m-%Y}" for on in (day - DAY, day))]

    shown = [lead.get(address, {"dag": one}) for one in asked]

    assert [headings_of(one)[0].split(" op ")[0] for one in shown] == [
        "Dit gold",
        "Dit geldt",
        "Dit geldt",
    ]
    waits = "Versie 2 wacht nog op een ja."
    assert [one.content.decode().count(waits) for one in shown] == [0, 0, 1]


def test_the_page_prints_the_version_that_waits(lead, pairing):
    make_version(pairing)
    address = url(pairing, "agreement-detail")
    before = lead.get(address).content.decode()
    draft = change_of(pairing)

    after = lead.get(address).content.decode()

    prints = [url(pairing, "version-print", number) for number in (1, 2)]
    assert [before.count(f'href="{one}"') for one in prints] == [1, 0]
    assert [after.count(f'href="{one}"') for one in prints] == [0, 1]
    solid = [one.partition(">")[0] for one in after.split('<a class="btn"')[1:]]
    assert [one.strip() for one in solid] == [f'href="{draft.get_absolute_url()}"']


def test_history_is_newest_first_and_says_what_changed(lead, pairing):
    first = make_version(pairing)
    item = replace(first.terms()[0], weekdays=THURSDAY)
    make_version(pairing, effective_from=MARCH, items=[item], at=NOON + DAY)

    response = lead.get(url(pairing, "agreement-detail"))

    assert [(one.version.number, one.summary) for one in response.context["line"]] == [
        (2, ["Spelen (Noor): wanneer van “woensdag” naar “donderdag”."]),
        (1, [f"Nieuw: {SENTENCE}", "Dit zijn vaste afspraken."]),
    ]


def test_one_family_stops_the_agreements(lead, pairing):
    make_version(pairing)

    response = send_data(lead, url(pairing, "agreement-stop"), STOP)

    stop = AgreementVersion.objects.get(kind="stop")
    assert response.url == stop.get_absolute_url()
    assert (stop.effective_from, stop.is_current) == (MARCH, True)
    assert [one.side for one in stop.confirmations.all()] == ["request"]


STOP = {
    "effective_from": "1-3-2026",
    "side": "request",
    "said_on": "20-2-2026",
    "reason": "Het lukt niet meer.",
    "row_version": "1",
}


def test_a_stop_sent_twice_is_one(lead, pairing):
    make_version(pairing)

    answers = [send_data(lead, url(pairing, "agreement-stop"), STOP) for _press in "12"]

    stop = AgreementVersion.objects.get(kind="stop")
    assert [one.status_code for one in answers] == [302, 302]
    assert {one.url for one in answers} == {stop.get_absolute_url()}


@pytest.mark.parametrize(
    "differs",
    [
        {"effective_from": "2-3-2026"},
        {"side": "support"},
        {"said_on": "21-2-2026"},
        {"reason": "Iets anders."},
    ],
)
def test_another_stop_is_no_double_press(lead, pairing, differs):
    make_version(pairing)
    send_data(lead, url(pairing, "agreement-stop"), STOP)

    response = send_data(lead, url(pairing, "agreement-stop"), STOP | differs)

    assert response.status_code == 422
    assert AgreementVersion.objects.filter(kind="stop").count() == 1


@pytest.mark.parametrize(
    ("differs", "field"),
    [
        ({"effective_from": ""}, "effective_from"),
        ({"effective_from": "1-1-2025"}, "effective_from"),
        ({"side": ""}, "side"),
        ({"said_on": "1-1-2099"}, "said_on"),
        ({"reason": "x" * 10_000}, "reason"),
        ({"row_version": "0"}, "__all__"),
    ],
)
def test_a_stop_that_cannot_be_is_explained(lead, pairing, differs, field):
    make_version(pairing)
    data = {
        "effective_from": "1-3-2026",
        "side": "request",
        "said_on": "20-2-2026",
        "row_version": "1",
    } | differs

    response = send_data(lead, url(pairing, "agreement-stop"), data)

    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    assert AgreementVersion.objects.count() == 1


def test_who_reads_why_they_stop_is_said(lead, pairing):
    page = lead.get(url(pairing, "agreement-stop"))

    reason = page.context["form"]["reason"]
    assert reason.help_text == "Dit leest alleen de coördinator."


def test_of_a_pairing_that_has_ended_nothing_holds_and_nothing_is_offered(
    lead, pairing
):
    make_version(pairing)
    make_version(
        pairing,
        effective_from=MARCH + DAY,
        items=[wednesdays(pairing, line=1, weekdays=THURSDAY)],
        at=NOON + DAY,
    )
    before = lead.get(url(pairing, "agreement-detail"))
    has_ended(pairing, on=MARCH)

    response = lead.get(url(pairing, "agreement-detail"))

    assert links_of(before) == ["nieuw", "stoppen"]
    assert links_of(response) == []
    text = " ".join(response.content.decode().split())
    assert "De koppeling is gestopt op zo 1 maart 2026. Daarna geldt er niets." in text
    assert "Vandaag geldt er niets." in text
    assert "geldt nu" not in text
    assert (response.context["in_force"], response.context["upcoming"]) == (None, [])
    last_day = lead.get(url(pairing, "agreement-as-of"), {"dag": "1-3-2026"})
    assert [one["version"].number for one in last_day.context["answers"]] == [1]


def test_of_a_pairing_that_ended_without_agreements_none_are_offered(lead, pairing):
    has_ended(pairing, on=MARCH)

    response = lead.get(url(pairing, "agreement-detail"))

    assert links_of(response) == []
    assert "Er is nooit iets afgesproken." in response.content.decode()


@pytest.mark.parametrize("name", ["agreement-change", "agreement-stop"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_the_forms_of_a_pairing_that_has_ended_say_so(lead, pairing, name, method):
    make_version(pairing)
    has_ended(pairing, on=MARCH)

    response = lead.generic(method, url(pairing, name), content_type=FORM)

    assert (response.status_code, response.url) == (
        302,
        url(pairing, "agreement-detail"),
    )
    shown = lead.get(response.url).context["messages"]
    assert [str(one) for one in shown] == [
        "De koppeling is gestopt. De afspraken die er waren, kun je blijven lezen."
    ]
    assert AgreementVersion.objects.count() == 1


@pytest.mark.parametrize(("side", "n_read"), [("request", 0), ("support", 1)])
def test_across_a_border_one_reads_why_the_own_family_pauses_or_stops(
    client, lead, pairing, side, n_read
):
    make_version(pairing)
    noted = {"by": pairing.lead.user, "at": NOON + DAY, "reason": "De buren praten."}
    said = Yes(side, "discussed", START)
    note_pause(pairing, from_on=START, until_on=START, side=side, **noted)
    stop = services.stop(pairing, effective_from=MARCH, said=said, **noted)
    names = ["agreement-detail", "agreement-timeline", "pause-list"]
    pages = [reverse(f"agreements:{one}", args=[pairing.reference]) for one in names]
    pages.append(stop.get_absolute_url())
    of_lead = [lead.get(page).text.count("De buren praten.") > 0 for page in pages]
    client.force_login(across_the_border(pairing))

    shown = [client.get(page).text.count("De buren praten.") > 0 for page in pages]

    assert of_lead == [True] * 4
    assert shown == [bool(n_read)] * 4


def test_the_page_says_that_a_family_wants_what_waits_to_be_different(lead, pairing):
    draft = change_of(make_version(pairing).agreement.pairing)
    services.note_wanted_change(
        draft,
        side="support",
        words="Liever op vrijdag.",
        heard_on=timezone.localdate(),
        by=pairing.lead.user,
        at=timezone.now(),
    )

    response = lead.get(url(pairing, "agreement-detail"))

    words = " ".join(response.content.decode().split())
    assert response.context["draft_waits_for"] == ["gezin De Boer"]
    assert "Een gezin wil versie 2 anders" in words
    assert "Gezin Willems wil iets veranderen </strong>" in words
    assert "Liever op vrijdag." in words
    solid = f'<a class="btn" href="{url(pairing, "agreement-change")}">'
    assert f"{solid}Maak een nieuwe versie</a>" in words


def test_a_stop_says_that_what_waits_does_not_go_through(lead, pairing):
    make_version(pairing)
    notice = "wacht nog op een ja. Als je de afspraken stopt, gaat die niet door."
    before = lead.get(url(pairing, "agreement-stop")).content.decode()
    change_of(pairing)

    after = " ".join(lead.get(url(pairing, "agreement-stop")).content.decode().split())

    assert notice not in before
    assert f"Versie 2 {notice}" in after


def test_a_stop_to_come_is_named_and_a_change_starts_from_what_holds(lead, pairing):
    first = make_version(pairing)
    services.stop(
        pairing,
        effective_from=dt.date(2027, 2, 1),
        said=Yes("support", "discussed", START),
        by=pairing.lead.user,
        at=timezone.now(),
    )

    page = lead.get(url(pairing, "agreement-detail"))
    editor = lead.get(url(pairing, "agreement-change"))
    stop = lead.get(url(pairing, "version-detail", 2))

    words = " ".join(page.content.decode().split())
    assert "De afspraken stoppen op ma 1 februari 2027" in words
    assert [one.hours for one in page.context["line"]] == [
        "geen uren",
        "ongeveer 17 uur per maand",
    ]
    forms = editor.context["formset"].forms
    assert [one["line"].value() for one in forms] == [first.terms()[0].line]
    told = " ".join(stop.content.decode().split())
    assert "Hoeft geen ja te zeggen" in told
    assert "Laat het hun weten" in told


@pytest.mark.parametrize(
    ("state", "offered"),
    [
        ("waits", ["Afdrukken om te tekenen", "Downloaden om te tekenen (PDF)"]),
        ("settled", ["Afdrukken", "Downloaden (PDF)"]),
        ("put away", []),
    ],
)
def test_only_what_waits_is_printed_to_sign(lead, pairing, state, offered):
    version = make_version(pairing, settled=state == "settled")
    if state == "put away":
        services.discard_draft(version, by=pairing.lead.user, at=NOON + DAY)

    page = lead.get(url(pairing, "version-detail")).content.decode()

    links = [" ".join(one.split("</a>")[0].split()) for one in page.split("<a ")[1:]]
    found = [
        one.split("> ", 1)[1].split(" <svg")[0]
        for one in links
        if "<svg" in one and ("afdruk/" in one or ".pdf" in one)
    ]
    assert found == offered

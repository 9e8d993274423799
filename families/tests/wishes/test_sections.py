"""The sections of the editor of wishes: which stand open, and where the page leads."""

import re

import pytest

from families.tests.browser_form import sent_by
from families.tests.wishes.doing import save, typed, url_of

pytestmark = pytest.mark.django_db


def open_sections(html):
    """The sections that a reader sees without pressing a title."""
    found = re.findall(
        r'<details class="tile"\s+(open)?\s*>.*?<div id="(\w+)"', html, re.DOTALL
    )
    return [code for is_open, code in found if is_open]


def test_sections_say_what_is_known_and_what_is_missing(client, asked):
    asked.children.update(name="Sem")
    save(client, asked, typed(client, asked, no_dog="limit", no_cat="wish"))

    sections = client.get(url_of(asked)).context["sections"]

    assert [(one.code, one.n_missing, one.n_asked, one.told) for one in sections] == [
        ("children", 0, 1, "Sem"),
        ("kinds", 0, 1, "spelen bij het steungezin"),
        ("frequency", 0, 1, "elke week"),
        ("moments", 0, 1, "Woensdag: middag"),
        ("home", 9, 11, ""),
        ("distance", 1, 1, ""),
        ("language", 3, 3, ""),
        ("custody", 1, 1, ""),
        ("duration", 1, 1, ""),
        ("remarks", 0, 0, "Zachte stemmen"),
    ]


def test_sections_stand_open_where_something_is_missing(client, asked):
    page = client.get(url_of(asked)).text

    assert open_sections(page) == [
        "home",
        "distance",
        "language",
        "custody",
        "duration",
    ]


def test_only_the_section_that_was_asked_for_stands_open(client, asked):
    pages = [
        client.get(f"{url_of(asked)}?veld={code}").text for code in ("moments", "x")
    ]

    assert [open_sections(page) for page in pages] == [
        ["moments"],
        ["home", "distance", "language", "custody", "duration"],
    ]


def test_section_with_a_fault_or_an_unsaved_change_stands_open(client, asked):
    complete = {
        "no_dog": "limit",
        "frequency": "monthly",
        "told_on": "24-11-2026",
    }

    page = save(client, asked, typed(client, asked, **complete)).text

    assert open_sections(page) == [
        "frequency",
        "home",
        "distance",
        "language",
        "custody",
        "duration",
    ]
    assert sent_by(page)["frequency"] == "monthly"


def test_page_of_an_offer_has_a_section_for_each_criterion(client, given):
    context = client.get(url_of(given)).context

    assert [section.code for section in context["form"].sections()] == [
        "kinds",
        "frequency",
        "moments",
        "ages",
        "children",
        "home",
        "distance",
        "language",
        "duration",
        "places",
        "pause",
        "remarks",
    ]


# The way back


def test_page_leads_back_to_the_workbench(client, asked):
    bench = f"/werk/matchen/{asked.reference}/"
    query = f"?next={bench}&veld=distance"
    sent = typed(client, asked, query, max_distance_km="3")

    response = save(client, asked, sent)

    assert response.url == bench
    assert client.get(url_of(asked) + query).context["focus"] == "distance"


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example/",
        "//evil.example/werk/",
        "/beheer/",
        "/werk\\evil",
        "/werk/../beheer/",
        "/werk/%2e%2E/beheer/",
        "/werk/%252e%252e/beheer/",
        "/werk/./../beheer/",
        "/werk/..\\beheer/",
        "/werk/..%5Cbeheer/",
        "/werk/.\t./beheer/",
        "/werk/\r\nX: y",
        "/werk/%0d%0a",
        "/werk/?x=\x7f",
        "/werk//evil.example/",
        "/werk/bestaat-niet/",
        "/werk",
        "http:///werk/",
        "javascript:alert(1)",
    ],
)
def test_page_leads_nowhere_else(client, asked, elsewhere):
    shown = client.get(url_of(asked), {"next": elsewhere})

    response = save(client, asked, typed(client, asked, next=elsewhere))

    own = asked.family.household.get_absolute_url()
    assert (shown.context["back"], response.url) == (own, own)


@pytest.mark.parametrize(
    "own", ["/werk/", "/werk/gezinnen/?zoek=de%20Boer&pagina=2", "/werk/#vandaag"]
)
def test_page_leads_back_to_any_page_of_coordinators(client, asked, own):
    response = save(client, asked, typed(client, asked, next=own))

    assert response.url == own

"""The public pages in their six languages; everything else in Dutch."""

import datetime as dt
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation

from buurtgezinnen import catalogues, languages
from buurtgezinnen.public_sources import is_public
from buurtgezinnen.tests.probe import fallen_back, marked
from families.models import CheckedTranslation, IntakeDraft
from families.templatetags.house import long_date
from families.tests.applying import send, served
from families.tests.factories import CoordinatorFactory

pytestmark = pytest.mark.django_db

HTML = re.compile(r'<html lang="(\w+)"\s+dir="(\w+)"')
LINKS = re.compile(r'<a href="([^"]+)"\s+lang="(\w+)"\s+hreflang="\w+"\s+dir="(\w+)"')
NOTE = "No native speaker has checked this translation yet."


def language_of(response) -> tuple[str, str, str]:
    """What the page says it is in: language, direction, and the same in the header."""
    language, direction = HTML.search(response.content.decode()).groups()
    return language, direction, response.headers["Content-Language"]


@pytest.mark.parametrize(
    ("url", "language", "direction"),
    [
        ("/", "nl", "ltr"),
        ("/en/", "en", "ltr"),
        ("/ar/", "ar", "rtl"),
        ("/pl/steun-vragen/", "pl", "ltr"),
        ("/tr/steun-geven/", "tr", "ltr"),
        ("/uk/steun-geven/stap/postcode/", "uk", "ltr"),
        ("/ar/bestaat-niet/", "ar", "rtl"),
        ("/ar/mijn/bestaat-niet/", "ar", "rtl"),
        ("/inloggen/", "nl", "ltr"),
        ("/bestaat-niet/", "nl", "ltr"),
    ],
)
def test_the_address_alone_says_the_language(client, url, language, direction):
    served()

    response = client.get(url, headers={"accept-language": "ar,en;q=0.5"})

    assert language_of(response) == (language, direction, language)
    assert "accept-language" not in response.headers.get("Vary", "").lower()


@pytest.mark.parametrize("url", ["/werk/gezinnen/0000000000/", "/werk/bestaat-niet/"])
def test_errors_at_work_are_in_dutch_whatever_the_browser_speaks(client, url):
    client.force_login(CoordinatorFactory().user)

    response = client.get(url, headers={"accept-language": "ar"})

    assert response.status_code == 404
    assert language_of(response) == ("nl", "ltr", "nl")
    assert "We kunnen deze pagina niet vinden" in response.content.decode()


@pytest.mark.parametrize("prefix", ["en", "ar"])
@pytest.mark.parametrize("place", ["werk", "beheer", "gemeente", "inloggen", "start"])
def test_work_has_no_address_in_another_language(client, prefix, place):
    client.force_login(CoordinatorFactory().user)

    response = client.get(f"/{prefix}/{place}/")

    assert response.status_code == 404


def test_a_refusal_at_the_door_is_not_in_the_language_of_the_last_visitor(client):
    client.get("/ar/")

    response = client.get("/werk/?naam=%00")

    assert response.status_code == 400
    assert language_of(response) == ("nl", "ltr", "nl")


def test_every_page_links_to_itself_in_each_language(client):
    served()

    page = client.get("/en/steun-vragen/stap/postcode/?van=a&b=1").content.decode()

    rest = "steun-vragen/stap/postcode/?van=a&amp;b=1"
    assert LINKS.findall(page) == [
        (f"/{rest}", "nl", "ltr"),
        (f"/en/{rest}", "en", "ltr"),
        (f"/ar/{rest}", "ar", "rtl"),
        (f"/pl/{rest}", "pl", "ltr"),
        (f"/tr/{rest}", "tr", "ltr"),
        (f"/uk/{rest}", "uk", "ltr"),
    ]


@pytest.mark.parametrize("url", ["/inloggen/", "/werk/bestaat-niet/", "/bestaat-niet/"])
def test_a_page_in_dutch_only_offers_no_other_language(client, url):
    page = client.get(url).content.decode()

    assert LINKS.findall(page) == []


def test_links_of_a_page_stay_in_its_language(client):
    served()

    page = client.get("/tr/steun-vragen/").content.decode()

    content = page[page.index("<main") : page.index("</main>")]
    assert re.findall(r'href="(/[^"]*)"', content) != []
    assert {link.split("/")[1] for link in re.findall(r'href="(/[^"]*)"', content)} == {
        "tr"
    }


def test_another_language_keeps_what_was_answered(client):
    served()
    send(client, "/steun-vragen/stap/postcode/", {"postcode": "1431 AB"})

    page = client.get("/ar/steun-vragen/stap/postcode/").content.decode()

    assert 'value="1431 AB"' in page


def test_a_draft_goes_on_in_the_language_of_the_last_answer(client):
    served()
    send(client, "/uk/steun-vragen/stap/postcode/", {"postcode": "1431 AB"})
    began_in = IntakeDraft.objects.get().language

    send(client, "/pl/steun-vragen/stap/postcode/", {"postcode": "1431 AC"})

    assert (began_in, IntakeDraft.objects.get().language) == ("uk", "pl")


def test_search_engines_hear_of_the_languages_of_first_pages_only(client):
    served()
    home = client.get("/pl/?cijfers=1431").content.decode()
    step = client.get("/pl/steun-vragen/stap/postcode/").content.decode()

    links = r'<link rel="alternate" hreflang="(\w+)" href="(.+?)"'
    alternates = re.findall(links, home)
    assert alternates == [
        (code, f"http://127.0.0.1:8000/{f'{code}/' if code != 'nl' else ''}")
        for code in languages.OWN_NAMES
    ]
    assert 'rel="alternate"' not in step


@pytest.mark.parametrize("language", ["ar", "pl", "tr", "uk"])
def test_a_translation_that_nobody_read_says_so(client, texts, language):
    texts(language, lambda text: "…" if text == NOTE else text)

    page = client.get(f"/{language}/").content.decode()

    assert '<p class="unchecked">' in page
    assert "…" in page


@pytest.mark.parametrize("url", ["/", "/en/", "/inloggen/"])
def test_dutch_and_english_need_no_note(client, url):
    assert "unchecked" not in client.get(url).content.decode()


def test_the_note_goes_when_a_native_speaker_read_the_texts(client):
    CheckedTranslation.objects.create(
        language="pl",
        fingerprint=languages.fingerprint("pl"),
        checked_on=dt.date(2026, 11, 23),
        checked_by="Iza Voorbeeld",
    )

    pages = {url: client.get(url).content.decode() for url in ("/pl/", "/uk/")}

    assert {url: "unchecked" in page for url, page in pages.items()} == {
        "/pl/": False,
        "/uk/": True,
    }


def test_the_note_comes_back_when_texts_change(client):
    CheckedTranslation.objects.create(
        language="pl",
        fingerprint="0" * 64,
        checked_on=dt.date(2026, 11, 23),
        checked_by="Iza Voorbeeld",
    )

    assert "unchecked" in client.get("/pl/").content.decode()


@pytest.mark.parametrize(("url", "queries"), [("/", 0), ("/en/", 0), ("/ar/", 1)])
def test_only_a_translated_page_asks_whether_it_was_read(
    client, django_assert_num_queries, url, queries
):
    with django_assert_num_queries(queries):
        client.get(url)


@pytest.mark.parametrize(
    ("language", "shown"),
    [("nl", ["nl"]), ("en", ["en"]), ("ar", ["en", "nl"]), ("uk", ["en", "nl"])],
)
def test_words_of_safety_are_in_dutch_and_english_only(texts, language, shown):
    if language in {"ar", "uk"}:
        texts(language, marked)

    with translation.override(language):
        line = render_to_string("_safety_line.html")

    found = re.findall(r'<div lang="(\w+)" dir="ltr">(.+?)</div>', line, re.DOTALL)
    said = {code: re.sub(r"<[^>]+>|\s+", " ", words).split() for code, words in found}
    assert list(said) == shown
    first_words = {"nl": ["Is", "het"], "en": ["Is", "it"]}
    assert {code: words[:2] for code, words in said.items()} == {
        code: first_words[code] for code in shown
    }
    assert line.count("0800 2000") == len(shown)


def test_the_page_of_a_failure_speaks_the_language_of_the_address(texts):
    texts("ar", marked)

    with translation.override("ar"):
        page = render_to_string("500.html")

    assert HTML.search(page).groups() == ("ar", "rtl")
    assert fallen_back(page) == []


def public_files() -> list[Path]:
    root = Path(settings.BASE_DIR)
    return [
        path
        for app in catalogues.APPS
        for path in catalogues.sources(root, app)
        if is_public(path.relative_to(root).as_posix())
    ]


def test_months_stand_in_the_form_that_goes_with_a_day():
    """Polish and Ukrainian have two forms: E is the one of "23 November", F is not."""
    day_and_other_form = re.compile(r'"[^"\n%{]*\bj F\b')

    found = [
        path for path in public_files() if day_and_other_form.search(path.read_text())
    ]

    assert found == []


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("nl", "ma 23 november 2026"),
        ("en", "Mon 23 November 2026"),
        ("ar", "إثنين 23 نوفمبر 2026"),
        ("pl", "Pon 23 listopada 2026"),
        ("tr", "Pzt 23 Kasım 2026"),
        ("uk", "Пн 23 листопада 2026"),
    ],
)
def test_days_are_written_as_the_language_does(language, words):
    with translation.override(language):
        assert long_date(dt.date(2026, 11, 23)) == words

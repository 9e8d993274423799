"""No page of the public shows words that nobody translated.

Each public text of the Arabic catalogue is marked here; letters of ours without a mark
come from a source that public_sources.py does not name, or were never translatable.
"""

import re

import pytest
from django.apps import apps
from django.test import Client
from django.urls import translate_url

from buurtgezinnen.tests.addresses import ADDRESSES, Who
from buurtgezinnen.tests.own import asking, come_in, giving
from buurtgezinnen.tests.probe import CLOSE, OPEN, fallen_back, marked, stretched
from buurtgezinnen.tests.world import make_world
from families.models import OutboxMail
from families.tests.applying import ANSWERS, CONSENT, send, served

pytestmark = pytest.mark.django_db

# Words of safety are in Dutch and English; a title cannot say which.
ON_PURPOSE = {"safety": ["Veilig invullen"]}
LINK = re.compile(r'href="(/ar/mijn/[^"?#]*)')
URL = re.compile(r"https?://\S+")


def test_words_without_a_mark_are_found_wherever_they_are_read():
    page = f"""<html lang="ar"><title>Title</title><p title="Hint">{OPEN}text{CLOSE}
        <bdi>AB12</bdi> <span dir="auto">typed</span> <b lang="en">English</b> loose
        <img alt="{OPEN}picture{CLOSE}"></p></html>"""

    assert fallen_back(page) == ["Title", "loose", "Hint"]


def test_longer_texts_keep_what_stands_for_something_else():
    text = 'Call <a href="tel:%(number)s">{name}</a> on a day&nbsp;off'

    longer = stretched(text)

    assert longer == (
        'Callll <a href="tel:%(number)s">{name}</a> onn aa dayyy&nbsp;offff'
    )


def test_no_address_of_the_public_falls_back(client, texts):
    texts("ar", marked)
    world = make_world()
    found = {}

    for name, address in ADDRESSES.items():
        if address.who is not Who.ANYBODY:
            continue
        url = address.url(name, world)
        arabic = translate_url(url, "ar")
        if arabic == url:
            continue
        answers = [client.get(arabic)]
        if address.post:
            answers.append(send(Client(), arabic, {}))
        pages = [answer for answer in answers if answer.status_code not in {302, 303}]
        found[name] = [word for page in pages for word in fallen_back(_html(page))]

    assert found.keys() >= {"home", "intake:start", "mine-link"}
    assert {name: words for name, words in found.items() if words} == ON_PURPOSE


@pytest.mark.parametrize("kind", ANSWERS)
def test_no_question_falls_back(client, texts, kind):
    texts("ar", marked)
    served()
    base = f"/ar/{kind}/"
    steps = [f"stap/{slug}/" for slug in ANSWERS[kind]]
    answers = [*ANSWERS[kind].values(), CONSENT[kind]]
    found = {"": fallen_back(_html(client.get(base)))}

    for page, answer in zip([*steps, "controleren/"], answers, strict=True):
        asked, refused = client.get(base + page), send(client, base + page, {})
        found[page] = fallen_back(_html(asked))
        if refused.status_code != 302:
            found[f"{page} empty"] = fallen_back(_html(refused))
        assert send(client, base + page, answer).status_code == 302
    found["klaar/"] = fallen_back(_html(client.get(f"{base}klaar/")))

    assert {page: words for page, words in found.items() if words} == {}


@pytest.mark.parametrize("application", [asking, giving])
def test_no_page_of_a_family_itself_falls_back(client, texts, application):
    texts("ar", marked)
    come_in(client, application())
    to_see, found = ["/ar/mijn/overzicht/"], {}

    while to_see:
        url = to_see.pop()
        page = client.get(url)
        found[url] = []
        if page.status_code != 200 or "html" not in page.headers["Content-Type"]:
            continue
        to_see += {*LINK.findall(_html(page))} - {*to_see, *found, "/ar/mijn/uit/"}
        answers = [page, send(client, url, {})] if "<form" in _html(page) else [page]
        for answer in answers:
            if answer.status_code in {200, 422}:
                found[url] += fallen_back(_html(answer))

    assert len(found) > 5
    assert {url: words for url, words in found.items() if words} == {}


def test_mail_to_a_family_is_in_the_language_it_applied_in(client, texts):
    texts("ar", marked)
    coordinator = served()

    _apply_in_arabic(client)

    mail = OutboxMail.objects.get()
    code = r"\b[0-9A-Z]{5}-[0-9A-Z]{5}\b"
    body = re.sub(code, "", URL.sub("", mail.body))
    body = body.replace(coordinator.user.name, "")
    assert fallen_back(f'<html lang="ar">{mail.subject}\n{body}') == []


def test_what_colleagues_read_stays_in_dutch(client, texts):
    texts("ar", marked)
    served()

    _apply_in_arabic(client)

    foreign = [
        f"{model.__name__}.{field.name}"
        for model in apps.get_models()
        if model is not OutboxMail
        for row in model.objects.all()
        for field in model._meta.concrete_fields
        if OPEN in str(getattr(row, field.attname))
    ]
    assert foreign == []


def _apply_in_arabic(client: Client) -> None:
    """A family that asks, with an address to mail to."""
    base = "/ar/steun-vragen/"
    for slug, answer in ANSWERS["steun-vragen"].items():
        assert send(client, f"{base}stap/{slug}/", answer).status_code == 302
    sent = send(client, f"{base}controleren/", CONSENT["steun-vragen"])
    assert sent.status_code == 302


def _html(response) -> str:
    return response.content.decode()

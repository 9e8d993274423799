"""Every form of the site, filled in by somebody who means no good, or by accident.

The fields are read from the page itself, so that a new form is tried by itself.
"""

from dataclasses import dataclass, field
from html import escape
from html.parser import HTMLParser
from urllib.parse import urlencode

import pytest
from django.db import transaction
from django.test import Client

from buurtgezinnen.tests.addresses import ADDRESSES, Address, Who
from buurtgezinnen.tests.world import World, make_world

pytestmark = pytest.mark.django_db

FORM = "application/x-www-form-urlencoded"
HOSTILE = {
    "empty": "",
    "blank": " \t ",
    "huge": "x" * 10_000,
    "nul": "a\0b",
    "emoji": "👩‍👧‍👦🌱",
    "right to left": "\u202eabc\u202d",
    "arabic": "مرحبا",
    "number out of range": "99999999999999999999",
    "markup": "<script>alert(1)</script>",
    "wrong postcode": "14AB",
    "no date": "32-13-2026",
}
# What can be shown again as it was typed.
KEPT = {"huge", "emoji", "arabic", "markup", "wrong postcode", "no date"}
ANSWERS = {302, 422, 409}
TYPED = {"text", "tel", "email", "textarea", "search"}


@dataclass
class FilledIn:
    """A form as the page gives it: what it would send, and where one can type."""

    values: list[tuple[str, str]] = field(default_factory=list)
    typed: list[str] = field(default_factory=list)


class Forms(HTMLParser):
    """Reads the forms of a page that are posted to the page itself."""

    def __init__(self, own_path: str) -> None:
        super().__init__()
        self.own_path = own_path
        self.found: list[FilledIn] = []
        self.form: FilledIn | None = None
        self.textarea: str | None = None

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        name = given.get("name") or ""
        if tag == "form":
            to_itself = given.get("action") in {None, "", self.own_path}
            self.form = FilledIn() if to_itself else None
            if self.form and given.get("method") == "post":
                self.found.append(self.form)
        elif self.form is None or not name:
            return
        elif tag == "textarea":
            self.form.typed.append(name)
            self.textarea = name
        elif tag == "input":
            self.read_input(name, given)

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)

    def read_input(self, name, given):
        kind = given.get("type", "text")
        value = given.get("value", "")
        if kind in {"checkbox", "radio"} and "checked" not in given:
            return
        self.form.values.append((name, value or ""))
        if kind in TYPED:
            self.form.typed.append(name)

    def handle_data(self, data):
        if self.textarea and self.form:
            self.form.values.append((self.textarea, data.strip()))

    def handle_endtag(self, tag):
        if tag == "form":
            self.form = None
        elif tag == "textarea":
            self.textarea = None


def forms_on(client: Client, url: str) -> list[FilledIn]:
    reader = Forms(url)
    reader.feed(client.get(url).content.decode())
    return reader.found


def send(client: Client, url: str, values: list[tuple[str, str]]):
    """The answer to a form; what it changed is taken back."""
    cookies = client.cookies.copy()
    with transaction.atomic():
        response = client.post(url, urlencode(values), content_type=FORM)
        transaction.set_rollback(True)
    client.cookies = cookies
    return response


def with_one(filled: FilledIn, name: str, value: str) -> list[tuple[str, str]]:
    others = [(other, kept) for other, kept in filled.values if other != name]
    return [*others, (name, value)]


def complaints(client: Client, url: str, filled: FilledIn) -> list[str]:
    """What is wrong with the answers to each hostile value in each field."""
    found = []
    for name in filled.typed:
        for what, value in HOSTILE.items():
            response = send(client, url, with_one(filled, name, value))
            page = response.content.decode()
            status = response.status_code
            if status not in ANSWERS:
                found.append(f"{url} {name}, {what}: {status}")
            elif status == 422 and 'class="error"' not in page:
                found.append(f"{url} {name}, {what}: no sentence at the field")
            elif status == 422 and what in KEPT and escape(value) not in page:
                found.append(f"{url} {name}, {what}: typed text is lost")
    return found


def pages(whose: set[Who]) -> list[tuple[str, Address]]:
    return [
        (name, address)
        for name, address in ADDRESSES.items()
        if address.who in whose and address.get == 200 and address.post
    ]


@pytest.mark.slow
@pytest.mark.strict_database
def test_every_form_of_the_work_answers_bad_input_in_words():
    world: World = make_world()
    client = Client()
    client.force_login(world.coordinator.user)
    found, n_forms = [], 0

    for name, address in pages({Who.COORDINATOR, Who.OWN_COORDINATOR}):
        url = address.url(name, world)
        for filled in forms_on(client, url):
            n_forms += bool(filled.typed)
            found += complaints(client, url, filled)

    assert "\n".join(found) == ""
    assert n_forms > 10

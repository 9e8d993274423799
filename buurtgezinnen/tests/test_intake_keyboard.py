"""Asking for support with a keyboard only, on a cheap telephone, in six minutes.

Nobody types here by a selector: every stop of the keyboard on the way is pressed and
counted, and so is every line that a page did not say before.
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Page

from families.models import SupportRequest
from families.tests.applying import served
from families.tests.factories import PostcodeAreaFactory

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

PHONE = {"width": 360, "height": 740}
# What the design allows.
MOST_KEYS, MOST_LOADS, MOST_SECONDS, MOST_STOPS = 160, 13, 360, 20
# What each thing costs somebody who is tired.
KEY, LETTER, WORD, LOAD = 0.35, 0.5, 0.3, 1.0
ENDLESS = 80


# Stops of the keyboard before the way on; a group of radio buttons is one of them.
STOPS_BEFORE = """() => {
  const goal = document.querySelector(".actions button.btn");
  const groups = new Set();
  const controls = "a[href], button, input, select, textarea, summary";
  const found = [...document.querySelectorAll(controls)].filter((one) =>
    one.compareDocumentPosition(goal) & Node.DOCUMENT_POSITION_FOLLOWING
    && one.tabIndex >= 0 && one.checkVisibility());
  const alone = found.filter((one) => one.type !== "radio");
  found.forEach((one) => one.type === "radio" && groups.add(one.name));
  return alone.length + groups.size;
}"""


@dataclass
class Persona:
    """Somebody at a keyboard, with what it costs."""

    page: Page
    keys: int = 0
    letters: int = 0
    words: int = 0
    loads: int = 0
    stops: dict[str, int] = field(default_factory=dict)
    lines: set[str] = field(default_factory=set)

    @property
    def seconds(self) -> float:
        """How long all of it took."""
        return (
            self.keys * KEY
            + self.letters * LETTER
            + self.words * WORD
            + self.loads * LOAD
        )

    def __str__(self) -> str:
        return (
            f"{self.keys} keys besides {self.letters} letters, {self.loads} pages,"
            f" {self.words} words: {self.seconds:.0f} s; stops before the way on:"
            f" {self.stops}"
        )

    def press(self, key: str) -> None:
        self.page.keyboard.press(key)
        self.keys += 1

    def write(self, name: str, text: str) -> None:
        self.to(f'[name="{name}"]')
        self.page.keyboard.type(text)
        self.letters += len(text)

    def read(self) -> None:
        """Each line of the page, unless it stood on a page before."""
        self.loads += 1
        lines = set(self.page.inner_text("main").splitlines()) - self.lines
        self.words += sum(len(line.split()) for line in lines)
        self.lines |= lines

    def skip_the_head(self) -> None:
        """To the content, by the first link; who did so before begins there anew."""
        self.press("Tab")
        if self.page.evaluate("document.activeElement.matches('.skip')"):
            self.press("Enter")

    def to(self, selector: str) -> None:
        """Tab by tab, until the control has the focus."""
        wanted = f"document.activeElement.matches({selector!r})"
        for _stop in range(ENDLESS):
            self.press("Tab")
            if self.page.evaluate(wanted):
                return
        raise AssertionError(f"{selector} is no stop of the keyboard")

    def tick(self, name: str, value: str) -> None:
        value = f'[value="{value}"]' if value != "on" else ""
        self.to(f'[name="{name}"]{value}')
        self.press("Space")

    def go(self, selector: str) -> None:
        """Presses a button or a link, and reads the page that it opens."""
        if not self.page.evaluate(f"document.activeElement.matches({selector!r})"):
            self.to(selector)
        with self.page.expect_navigation():
            self.press("Enter")
        self.read()

    def go_on(self) -> None:
        """The one solid button of the page."""
        self.stops[self.page.url.split("/")[-2]] = self.page.evaluate(STOPS_BEFORE)
        self.go(".actions button.btn")


@pytest.fixture
def page(browser, browser_context_args) -> Iterator[Page]:
    context = browser.new_context(**browser_context_args | {"viewport": PHONE})
    yield context.new_page()
    context.close()


def ask_for_support(parent: Persona, url: str) -> None:
    """Two children, two kinds of support, two moments, and one wish."""
    parent.page.goto(url)
    parent.read()
    parent.skip_the_head()
    parent.go('a[href$="/stap/postcode/"]')
    parent.skip_the_head()
    parent.write("postcode", "1439ab")
    parent.go_on()
    parent.skip_the_head()
    parent.write("age-0", "6")
    parent.go("[name=add]")
    parent.write("age-1", "3")
    parent.go_on()
    parent.skip_the_head()
    parent.tick("kinds", "0")
    parent.tick("kinds", "3")
    parent.go_on()
    parent.skip_the_head()
    parent.to("[name=frequency]")
    parent.press("Space")
    parent.press("ArrowDown")
    parent.go_on()
    parent.skip_the_head()
    parent.tick("moments", "afternoons")
    parent.tick("moments", "weekend")
    parent.go_on()
    parent.skip_the_head()
    parent.tick("matters", "smoking")
    parent.go_on()
    parent.skip_the_head()
    parent.write("likes", "Koken en voetbal")
    parent.go_on()
    # Her language is the one of the page: it is chosen already.
    parent.skip_the_head()
    parent.go_on()
    parent.skip_the_head()
    parent.write("name", "Amira de Voorbeeld")
    parent.write("telephone", "0612345678")
    parent.tick("call_dayparts", "0")
    parent.to("[name=may_leave_message]")
    parent.press("Space")
    parent.go_on()
    parent.skip_the_head()
    parent.tick("parent", "on")
    parent.tick("agree", "on")
    parent.go(".actions button.btn")


def test_request_by_keyboard_within_six_minutes(page, live_server):
    PostcodeAreaFactory(postcode="1439", municipality=served().municipalities.get())
    parent = Persona(page)

    ask_for_support(parent, f"{live_server.url}/steun-vragen/")

    sys.stdout.write(f"\n{parent}\n")
    assert page.url.partition("#")[0] == f"{live_server.url}/steun-vragen/klaar/"
    request = SupportRequest.objects.get()
    assert (request.children.count(), request.frequency) == (2, "fortnightly")
    assert parent.keys <= MOST_KEYS
    assert parent.loads <= MOST_LOADS
    assert parent.seconds <= MOST_SECONDS
    assert max(parent.stops.values()) <= MOST_STOPS

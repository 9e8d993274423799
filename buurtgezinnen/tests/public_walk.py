"""Walks the public pages in a browser as people do, and stops at each sight of them.

A parent applies and then opens the pages of her own; a professional refers a family.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from playwright.sync_api import Locator, Page

from buurtgezinnen.tests.look import Watch, complaints
from families.forms.referral_steps import REFERRAL
from families.forms.steps import INTAKES
from families.tests.applying import ANSWERS, CONSENT
from families.tests.referring import FAMILY, REFERRER

# Pages that need no draft, by the part of their address behind the language.
BESIDE = (
    "",
    "veilig/",
    "privacy/",
    "toegankelijkheid/",
    "contact/",
    "verder/",
    "mijn/",
    "verwijzen/mijn/",
)
# The pages of a family's own, and whether a form on it can be sent with nothing in it.
OWN_PAGES = {
    "overzicht": False,
    "afspraken": False,
    "bel-mij": False,
    "bereikbaar": False,
    "geen-steun": True,
    "gegevens": False,
    "gegevens/alles": False,
    "gegevens/klopt-niet": True,
    "gegevens/wissen": False,
    "gegevens/toestemming": False,
    "gegevens/toestemming/zoeken": False,
}
# WCAG 1.4.4 and 2.2.12: words twice as large, and words that are 40 % longer.
LARGE_WORDS = "() => { document.documentElement.style.fontSize = '200%' }"
LONG_WORDS = """() => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const texts = [];
  while (walker.nextNode()) texts.push(walker.currentNode);
  for (const text of texts) {
    if (text.parentElement.closest('script, style')) continue;
    text.data = text.data.replace(/\\p{L}{3,}/gu, word =>
      word + word.slice(0, Math.ceil(word.length * 0.4)));
  }
}"""
# The one button of a page that is not quiet.
SOLID = "main form[method=post] button.btn:not(.btn-alt):not(.btn-quiet)"
SCROLLS = "() => document.documentElement.scrollWidth - window.innerWidth"


def walk(page: Page, base: str, kind: str, prefix: str = "") -> Iterator[str]:
    """Stops at each page of one application: as it opens, and with its mistakes.

    Args:
        page: of a browser that did not apply yet.
        base: address of the server.
        kind: first part of the address, such as steun-vragen.
        prefix: of the language, such as "ar/"; "" for Dutch.

    Yields:
        what the page shows now, such as "wat" and "wat, nothing filled in".
    """
    start = f"{base}/{prefix}{kind}/"
    page.goto(start)
    yield "start"
    response = page.goto(f"{start}bel-mij/")
    if response is not None and response.ok:
        yield "bel-mij"
        _press(page)
        yield "bel-mij, nothing filled in"
    answers = ANSWERS[kind]
    for step in INTAKES[kind].steps:
        if step.slug not in answers:
            continue
        page.goto(f"{start}stap/{step.slug}/")
        yield step.slug
        _press(page)
        if f"stap/{step.slug}/" in page.url:
            yield f"{step.slug}, nothing filled in"
        page.goto(f"{start}stap/{step.slug}/")
        fill(page, answers[step.slug])
        _press(page)
    page.goto(f"{start}controleren/")
    yield "check"
    _press(page)
    yield "check, nothing ticked"
    page.goto(f"{start}later/")
    yield "later"
    _press(page)
    yield "later, nothing filled in"
    page.goto(f"{start}controleren/")
    fill(page, CONSENT[kind])
    _press(page)
    yield "done"


def walk_own_pages(page: Page, base: str, prefix: str = "") -> Iterator[str]:
    """Stops at each page of a family's own; begins where `walk` ended.

    Takes and yields what `walk` does.
    """
    with page.expect_navigation():
        page.locator("main form[method=post] button").first.click()
    yield "link to the own pages"
    _press(page)
    for path, can_be_empty in OWN_PAGES.items():
        page.goto(f"{base}/{prefix}mijn/{path}/")
        yield f"mijn/{path}"
        if can_be_empty:
            _press(page)
            yield f"mijn/{path}, nothing filled in"


def walk_referring(page: Page, base: str, prefix: str = "") -> Iterator[str]:
    """Stops at each page of one referral: as it opens, and with its mistakes.

    Takes and yields what `walk` does.
    """
    start = f"{base}/{prefix}verwijzen/"
    page.goto(start)
    yield "start"
    _press(page)
    yield "start, nothing filled in"
    fill(page, {"agreed": "no"})
    _press(page)
    yield "parents do not know"
    page.goto(start)
    fill(page, {"agreed": "yes"})
    _press(page)
    told = {"over-jou": REFERRER, "gezin": FAMILY}
    for step in REFERRAL.steps:
        if step.slug not in told:
            continue
        yield step.slug
        _press(page)
        yield f"{step.slug}, nothing filled in"
        fill(page, told[step.slug])
        _press(page)
    yield "check"
    _press(page)
    yield "check, nothing ticked"
    fill(page, {"agree": "on"})
    _press(page)
    yield "done"


def fill(page: Page, answers: Mapping[str, Any]) -> None:
    """Fills in the form of a page, by the names of its fields."""
    form = page.locator("main form[method=post]").first
    for name, told in answers.items():
        for value in told if isinstance(told, list) else [told]:
            _fill_in(form, name, value)


def _fill_in(form: Locator, name: str, value: str) -> None:
    fields = form.locator(f'[name="{name}"]')
    kind = fields.first.get_attribute("type") if fields.count() else "hidden"
    if kind == "hidden":
        return
    folded = form.locator(f'details:not([open]):has([name="{name}"]) > summary')
    if folded.count():
        folded.first.click()
    if kind == "checkbox" and fields.count() == 1:
        fields.check()
    elif kind in {"checkbox", "radio"}:
        form.locator(f'[name="{name}"][value="{value}"]').check()
    elif fields.first.evaluate("field => field.tagName") == "SELECT":
        fields.first.select_option(value)
    else:
        fields.first.fill(value)


def _press(page: Page) -> None:
    """Presses the solid button of the page, and waits for what comes."""
    with page.expect_navigation():
        page.locator(SOLID).first.click()


def faults(page: Page, watch: Watch) -> list[str]:
    """What is wrong with the open page, also with large and with long words."""
    # The browser says so of each page that names mistakes.
    watch.said = [said for said in watch.said if "status of 422" not in said]
    return [*complaints(page, watch), *sideways(page)]


def sideways(page: Page) -> list[str]:
    """Where the open page scrolls sideways: with large words, and with long ones."""
    found = []
    for name, change in (("200 %", LARGE_WORDS), ("40 % longer", LONG_WORDS)):
        page.evaluate(change)
        if (wide := page.evaluate(SCROLLS)) > 0:
            found.append(f"scrolls {wide} px sideways with words {name}")
        page.evaluate("() => { document.documentElement.style.fontSize = '' }")
    return found

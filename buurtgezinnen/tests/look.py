"""Looks at a page in a browser and says in words what is wrong with it."""

import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, Request

AXE_RULES = {
    "runOnly": {
        "type": "tag",
        "values": [
            "wcag2a",
            "wcag2aa",
            "wcag21a",
            "wcag21aa",
            "wcag22aa",
            "best-practice",
        ],
    }
}
# The rules that look at colours; what else axe sees is the same in the dark.
COLOUR_RULES = {
    "runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}
}
COLOURS_STAND_STILL = """() =>
  Promise.allSettled(document.getAnimations().map(moving => moving.finished))"""
# WCAG 2.2, 2.5.8: 24 CSS pixels, or a link within a line of text.
SMALL_TARGETS = """() => {
  const name = (e, box) =>
    [e.tagName, e.name || e.textContent.trim().slice(0, 30),
     Math.round(box.width) + "x" + Math.round(box.height)].join(" ");
  const choice = e => e.type === "checkbox" || e.type === "radio";
  const target = e => (choice(e) && e.closest("label")) || e;
  const inText = e => e.tagName === "A" && getComputedStyle(e).display === "inline";
  const all = "a[href], button, input:not([type=hidden]), select, textarea, summary";
  return [...document.querySelectorAll(all)]
    .filter(e => e.checkVisibility() && !inText(e))
    .map(e => [e, target(e).getBoundingClientRect()])
    .filter(([e, box]) => box.width > 1 && box.height > 1)
    .filter(([e, box]) => box.width < 24 || box.height < 24)
    .map(([e, box]) => name(e, box));
}"""
REPORT_BLOCKED = """document.addEventListener('securitypolicyviolation', event =>
  console.error('CSP ' + event.effectiveDirective + ' ' + event.blockedURI))"""


@dataclass
class Watch:
    """What the browser asked for and said while pages were open."""

    origin: str
    foreign: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    n_bytes: int = 0
    n_requests: int = 0

    def on(self, page: Page) -> None:
        """Listens to everything `page` asks and says."""
        page.add_init_script(REPORT_BLOCKED)
        page.on("request", self._asked)
        page.on("requestfinished", self._answered)
        page.on("console", lambda message: self.said.append(message.text))
        page.on("pageerror", lambda error: self.said.append(str(error)))

    def forget(self) -> None:
        """Starts anew for the next page."""
        self.foreign.clear()
        self.said.clear()
        self.n_bytes = self.n_requests = 0

    def _asked(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if f"{parts.scheme}://{parts.netloc}" != self.origin:
            self.foreign.append(request.url)

    def _answered(self, request: Request) -> None:
        sizes = request.sizes()
        self.n_requests += 1
        self.n_bytes += sizes["responseBodySize"] + sizes["responseHeadersSize"]


def complaints(page: Page, watch: Watch) -> list[str]:
    """What is wrong with the page that is open; an empty list when all is well.

    Checks one h1, axe (WCAG 2.2 AA and best practice), no horizontal scroll, targets
    of 24 pixels, a silent console, and no request to another origin. Then all that
    depends on colours once more in the dark.
    """
    found = []
    # Kept before axe, which itself loads style sheets and is refused.
    said = list(watch.said)
    headings = page.locator("h1").count()
    if headings != 1:
        found.append(f"{headings} h1")
    found += [f"axe {said}" for said in _broken_rules(page, AXE_RULES)]
    wide = page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
    if wide[0] > wide[1]:
        found.append(f"scrolls sideways: {wide[0]} px in {wide[1]}")
    found += [f"small target {target}" for target in page.evaluate(SMALL_TARGETS)]
    found += [f"console: {text}" for text in said]
    found += [f"asked elsewhere: {url}" for url in watch.foreign]
    page.emulate_media(color_scheme="dark")
    page.evaluate(COLOURS_STAND_STILL)
    found += [f"in the dark: axe {said}" for said in _broken_rules(page, COLOUR_RULES)]
    page.emulate_media(color_scheme="light")
    return found


def _broken_rules(page: Page, options: dict[str, Any]) -> list[str]:
    result = Axe().run(page, options=options).response
    return [
        f"{violation['id']}: {node['html'][:160]}"
        for violation in result["violations"]
        for node in violation["nodes"]
    ]


def log_in(context: BrowserContext, client: Any, user: Any, url: str) -> None:
    """Gives the browser the session of somebody who logged in."""
    client.force_login(user)
    name, morsel = next(
        (name, morsel) for name, morsel in client.cookies.items() if "sessionid" in name
    )
    context.add_cookies([{"name": name, "value": morsel.value, "url": url}])


def as_json(found: dict[str, list[str]]) -> str:
    """The complaints of many pages, to read in a failed test."""
    return json.dumps(found, indent=1, ensure_ascii=False)

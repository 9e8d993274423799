"""How long a cheap phone waits for the first page it opens.

    python -m benchmarks.soak_first_load [ROUNDS]

Opens public pages in Chromium with an empty cache, at 1.6 Mbit/s with 150 ms to the
server and a processor four times slower, on a live server with a test database. Writes
the middle and the worst of the rounds of each page to
benchmarks/results/soak_first_load.json: the largest contentful paint, the layout shift
and the bytes on the wire. Ends with an error when a page is over its bound.
"""

import os
import statistics
import sys
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "buurtgezinnen.settings")
django.setup()

from playwright.sync_api import Browser, Page  # noqa: E402 - needs the settings

from benchmarks.results import save  # noqa: E402
from benchmarks.stage.site import chromium, served_site  # noqa: E402
from buurtgezinnen.tests.public_walk import SOLID, fill  # noqa: E402
from families.forms.steps import INTAKES  # noqa: E402
from families.tests.applying import ANSWERS, served  # noqa: E402

ROUNDS = 5
LATENCY_MS, DOWN_BITS, UP_BITS, SLOWER = 150, 1_600_000, 750_000, 4
MOST_LCP_S, MOST_SHIFT, MOST_BYTES = 2.0, 0.02, 100_000
OBSERVE = """() => {
  window.seen = {lcp: 0, shift: 0};
  new PerformanceObserver(list => {
    for (const entry of list.getEntries()) window.seen.lcp = entry.startTime;
  }).observe({type: 'largest-contentful-paint', buffered: true});
  new PerformanceObserver(list => {
    for (const entry of list.getEntries())
      if (!entry.hadRecentInput) window.seen.shift += entry.value;
  }).observe({type: 'layout-shift', buffered: true});
}"""
PAGES = {
    "home": "/",
    "start": "/steun-vragen/",
    "call me": "/steun-vragen/bel-mij/",
    "offer": "/steun-geven/",
    "refer": "/verwijzen/",
    "own pages": "/mijn/",
    "start, Arabic": "/ar/steun-vragen/",
}


def main(rounds: int) -> int:
    """Measures, writes down, and gives the number of pages over a bound."""
    with served_site() as base, chromium() as browser:
        served()
        found = measure(browser, base, rounds)
    over = [
        name
        for name, figures in found.items()
        if figures["lcp_seconds_worst"] > MOST_LCP_S
        or figures["layout_shift_worst"] > MOST_SHIFT
        or figures["bytes"] > MOST_BYTES
    ]
    if rounds >= ROUNDS:
        save("soak_first_load", {"rounds": rounds, "over": over, "pages": found})
    for name, figures in found.items():
        sys.stdout.write(f"{name}: {figures}\n")
    return len(over)


def measure(browser: Browser, base: str, rounds: int) -> dict[str, dict[str, float]]:
    """The figures of each page, by its name."""
    for path in PAGES.values():
        # The site is not asked for the first time by this family.
        visit(browser, base, base + path, "")
    found = {
        name: of_page(browser, base, base + path, rounds)
        for name, path in PAGES.items()
    }
    for slug in ANSWERS["steun-vragen"]:
        url = f"{base}/steun-vragen/stap/{slug}/"
        found[f"question {slug}"] = of_page(browser, base, url, rounds, until=slug)
    return found


def of_page(
    browser: Browser, base: str, url: str, rounds: int, until: str = ""
) -> dict[str, float]:
    """The figures of one page; `until` answers the questions before it first."""
    visits = [visit(browser, base, url, until) for _round in range(rounds)]
    return {
        "lcp_seconds": round(statistics.median(one["lcp"] for one in visits), 3),
        "lcp_seconds_worst": round(max(one["lcp"] for one in visits), 3),
        "layout_shift_worst": round(max(one["shift"] for one in visits), 4),
        "bytes": max(one["bytes"] for one in visits),
    }


def visit(browser: Browser, base: str, url: str, until: str) -> dict[str, Any]:
    """One first visit, with an empty cache."""
    context = browser.new_context(viewport={"width": 360, "height": 740})
    if until:
        answer(context.new_page(), base, until)
    page = context.new_page()
    phone = context.new_cdp_session(page)
    phone.send("Network.enable")
    phone.send("Network.clearBrowserCache")
    phone.send(
        "Network.emulateNetworkConditions",
        {
            "offline": False,
            "latency": LATENCY_MS,
            "downloadThroughput": DOWN_BITS / 8,
            "uploadThroughput": UP_BITS / 8,
        },
    )
    phone.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    received: list[float] = []
    phone.on(
        "Network.loadingFinished", lambda one: received.append(one["encodedDataLength"])
    )
    page.add_init_script(f"({OBSERVE})()")
    response = page.goto(url, wait_until="networkidle")
    if response is None or not response.ok or page.url != url:
        raise RuntimeError(f"{url} is not a page: {response and response.status}")
    seen = page.evaluate("() => window.seen")
    context.close()
    return {
        "lcp": seen["lcp"] / 1000,
        "shift": seen["shift"],
        "bytes": int(sum(received)),
    }


def answer(page: Page, base: str, until: str) -> None:
    """Answers the questions before one, at full speed."""
    for step in INTAKES["steun-vragen"].steps:
        if step.slug == until:
            break
        if step.slug not in ANSWERS["steun-vragen"]:
            continue
        page.goto(f"{base}/steun-vragen/stap/{step.slug}/")
        fill(page, ANSWERS["steun-vragen"][step.slug])
        with page.expect_navigation():
            page.locator(SOLID).first.click()
    page.close()


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS))

"""Every sight of the public pages, in every language, looked at in a browser.

    python -m benchmarks.soak_public_pages [LANGUAGE...]

Walks each kind of application with the pages of one's own behind it, and a referral, on
a live server with a test database, page by page and with nothing filled in: in Dutch
and Arabic at 320 and 1280 pixels, in the other languages at 320. Each sight is looked
at by axe, light and dark; for a scroll sideways, also with words of 200 % and with
words that are 40 % longer; for targets that are too small, for what the console says
and for requests to others. Writes
benchmarks/results/soak_public_pages.json, and ends with an error on any
fault.
"""

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "buurtgezinnen.settings")
django.setup()

from django.conf import settings  # noqa: E402 - needs the settings
from django.core.cache import cache  # noqa: E402
from playwright.sync_api import Browser, Page  # noqa: E402

from benchmarks.results import save  # noqa: E402
from benchmarks.stage.site import chromium, served_site  # noqa: E402
from buurtgezinnen.tests.look import Watch  # noqa: E402
from buurtgezinnen.tests.public_walk import (  # noqa: E402
    BESIDE,
    faults,
    walk,
    walk_own_pages,
    walk_referring,
)
from families.models import Knocks  # noqa: E402
from families.tests.applying import ANSWERS, served  # noqa: E402

WIDE_TOO = {"nl", "ar"}
WIDTHS = (320, 1280)

Figures = dict[str, Any]
Walk = Callable[..., Iterator[str]]


def main(languages: list[str]) -> int:
    """Walks, writes down, and gives the number of sights with a fault."""
    began = time.monotonic()
    with served_site() as base, chromium() as browser:
        served()
        found = {
            f"{language} at {width}": look(browser, base, language, width)
            for language in languages
            for width in (WIDTHS if language in WIDE_TOO else WIDTHS[:1])
        }
    n_faulty = sum(len(one["faults"]) for one in found.values())
    if set(languages) == {code for code, _name in settings.LANGUAGES}:
        figures = {"seconds": round(time.monotonic() - began), "walks": found}
        save("soak_public_pages", figures)
    sys.stdout.write(f"{sum(one['sights'] for one in found.values())} sights, ")
    sys.stdout.write(f"{n_faulty} with a fault\n")
    return n_faulty


def look(browser: Browser, base: str, language: str, width: int) -> Figures:
    """Every sight in one language at one width, and what is wrong with it."""
    prefix = "" if language == settings.LANGUAGE_CODE else f"{language}/"
    n_sights = 0
    found: dict[str, list[str]] = {}
    walks: dict[str, Walk] = {kind: partial(walk_all, kind=kind) for kind in ANSWERS}
    walks["verwijzen"] = walk_referring
    for name, steps in walks.items():
        # Nobody applies as often as this walk does.
        Knocks.objects.all().delete()
        cache.clear()
        with watched(browser, base, width) as (page, watch):
            for sight in steps(page, base, prefix=prefix):
                n_sights += 1
                if wrong := faults(page, watch):
                    found[f"{name} {sight}"] = wrong
                watch.forget()
    with watched(browser, base, width) as (page, watch):
        for path in BESIDE:
            page.goto(f"{base}/{prefix}{path}")
            n_sights += 1
            if wrong := faults(page, watch):
                found[path or "home"] = wrong
            watch.forget()
    sys.stderr.write(f"{language} at {width}: {n_sights} sights, {found}\n")
    return {"sights": n_sights, "faults": found}


def walk_all(page: Page, base: str, kind: str, prefix: str) -> Iterator[str]:
    """An application, and then the pages of the family's own."""
    yield from walk(page, base, kind, prefix)
    yield from walk_own_pages(page, base, prefix)


@contextmanager
def watched(browser: Browser, base: str, width: int) -> Iterator[tuple[Page, Watch]]:
    """A page of a browser that was never here, and what it asks and says."""
    context = browser.new_context(
        viewport={"width": width, "height": 740}, locale="nl-NL"
    )
    page = context.new_page()
    watch = Watch(base)
    watch.on(page)
    yield page, watch
    context.close()


if __name__ == "__main__":
    codes = [code for code, _name in settings.LANGUAGES]
    sys.exit(bool(main(sys.argv[1:] or codes)))

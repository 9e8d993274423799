"""Every sight of the public pages, in every language, looked at in a browser.

    python -m benchmarks.soak_public_pages [LANGUAGE...]

Walks each kind of application on a live server with a test database, page by page and
with nothing filled in: in Dutch and Arabic at 320 and 1280 pixels, in the other
languages at 320. Each sight is looked at by axe, light and dark; for a scroll sideways,
also with words of 200 % and with words that are 40 % longer; for targets that are too
small, for what the console says and for requests to others. Writes
benchmarks/results/soak_public_pages.json, and ends with an error on any
fault.
"""

import os
import shutil
import sys
import time
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "buurtgezinnen.settings")
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
django.setup()

from django.conf import settings  # noqa: E402 - needs the settings
from django.core.cache import cache  # noqa: E402
from django.db import connection  # noqa: E402
from django.test.testcases import LiveServerThread, _StaticFilesHandler  # noqa: E402
from django.test.utils import setup_test_environment  # noqa: E402
from playwright.sync_api import Browser, sync_playwright  # noqa: E402

from benchmarks.results import save  # noqa: E402
from buurtgezinnen.tests.chromium import FLAGS, NAMES  # noqa: E402
from buurtgezinnen.tests.look import Watch  # noqa: E402
from buurtgezinnen.tests.public_walk import BESIDE, walk  # noqa: E402
from families.models import Knocks  # noqa: E402
from families.tests.applying import ANSWERS, served  # noqa: E402

WIDE_TOO = {"nl", "ar"}
WIDTHS = (320, 1280)

Figures = dict[str, Any]


def main(languages: list[str]) -> int:
    """Walks, writes down, and gives the number of sights with a fault."""
    setup_test_environment()
    connection.creation.create_test_db(verbosity=0)
    served()
    server = LiveServerThread("127.0.0.1", _StaticFilesHandler)
    server.daemon = True
    server.start()
    server.is_ready.wait()
    base = f"http://127.0.0.1:{server.port}"
    began = time.monotonic()
    try:
        found = look_at_all(base, languages)
    finally:
        server.terminate()
        server.join()
        connection.creation.destroy_test_db(connection.settings_dict["NAME"], 0)
    n_faulty = sum(len(one["faults"]) for one in found.values())
    if set(languages) == {code for code, _name in settings.LANGUAGES}:
        figures = {"seconds": round(time.monotonic() - began), "walks": found}
        save("soak_public_pages", figures)
    sys.stdout.write(f"{sum(one['sights'] for one in found.values())} sights, ")
    sys.stdout.write(f"{n_faulty} with a fault\n")
    return n_faulty


def look_at_all(base: str, languages: list[str]) -> dict[str, Figures]:
    """What was seen in each language at each width, with what was wrong."""
    binary = next(filter(None, map(shutil.which, NAMES)))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=binary, args=FLAGS)
        found = {}
        for language in languages:
            for width in WIDTHS if language in WIDE_TOO else WIDTHS[:1]:
                name = f"{language} at {width}"
                found[name] = look(browser, base, language, width)
                sys.stderr.write(f"{name}: {found[name]}\n")
        browser.close()
    return found


def look(browser: Browser, base: str, language: str, width: int) -> Figures:
    """Every sight in one language at one width."""
    prefix = "" if language == settings.LANGUAGE_CODE else f"{language}/"
    n_sights, faults = 0, {}
    for kind in ANSWERS:
        # Nobody applies as often as this walk does.
        Knocks.objects.all().delete()
        cache.clear()
        context = browser.new_context(
            viewport={"width": width, "height": 740}, locale="nl-NL"
        )
        page = context.new_page()
        watch = Watch(base)
        watch.on(page)
        for sight in walk(page, base, kind, prefix):
            n_sights += 1
            if wrong := faults(page, watch):
                faults[f"{kind} {sight}"] = wrong
            watch.forget()
        context.close()
    context = browser.new_context(viewport={"width": width, "height": 740})
    page = context.new_page()
    watch = Watch(base)
    watch.on(page)
    for path in BESIDE:
        page.goto(f"{base}/{prefix}{path}")
        n_sights += 1
        if wrong := faults(page, watch):
            faults[path or "home"] = wrong
        watch.forget()
    context.close()
    return {"sights": n_sights, "faults": faults}


if __name__ == "__main__":
    codes = [code for code, _name in settings.LANGUAGES]
    sys.exit(bool(main(sys.argv[1:] or codes)))

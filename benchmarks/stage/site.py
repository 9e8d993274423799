"""The site on a test database, and a browser to look at it."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import connection
from django.test.testcases import LiveServerThread, _StaticFilesHandler
from django.test.utils import setup_test_environment
from playwright.sync_api import Browser, sync_playwright

from buurtgezinnen.tests.chromium import FLAGS, NAMES

# What drives the browser holds an event loop in this thread; Django asks to be told.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")


@contextmanager
def served_site() -> Iterator[str]:
    """The address of the site, served from a test database that is dropped after it."""
    setup_test_environment()
    with tempfile.TemporaryDirectory() as folder:
        if connection.vendor == "sqlite":
            # The tests of the project may run beside it.
            connection.settings_dict["TEST"]["NAME"] = str(
                Path(folder) / "site.sqlite3"
            )
        connection.creation.create_test_db(verbosity=0, autoclobber=True)
        server = LiveServerThread("127.0.0.1", _StaticFilesHandler)
        server.daemon = True
        server.start()
        server.is_ready.wait()
        if server.error:
            raise server.error
        try:
            yield f"http://127.0.0.1:{server.port}"
        finally:
            server.terminate()
            server.join()
            connection.creation.destroy_test_db(":memory:", verbosity=0)


@contextmanager
def chromium() -> Iterator[Browser]:
    """The system's own browser, as the tests start it."""
    binary = next(filter(None, map(shutil.which, NAMES)))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=binary, args=FLAGS)
        try:
            yield browser
        finally:
            browser.close()

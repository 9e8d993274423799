"""What every test of the site can count on; pytest.ini loads it by name.

A plugin and not a conftest.py, because it serves the tests of all apps.
"""

import importlib
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from django.apps import apps
from django.db import connection
from django.test import TransactionTestCase, override_settings

from buurtgezinnen import catalogues
from buurtgezinnen.tests import probe

# What gives a test a database, besides the mark of pytest-django.
DATABASE_FIXTURES = {
    "db",
    "transactional_db",
    "django_db_reset_sequences",
    "django_db_serialized_rollback",
    "live_server",
}
ROOT = Path(__file__).resolve().parents[2]

# Invented families only: the tests never start with a key of production.
os.environ.setdefault("DEMO", "1")
# Playwright runs an event loop in the thread of the test, which Django mistakes for
# asynchronous code.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

hypothesis.settings.register_profile("local", deadline=None)
hypothesis.settings.register_profile(
    "ci", deadline=None, derandomize=True, print_blob=True
)
hypothesis.settings.load_profile("ci" if os.environ.get("CI") else "local")


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    # Only now, so that our fixtures come after those of pytest-playwright and count.
    config.pluginmanager.import_plugin("buurtgezinnen.tests.chromium")
    # Once, and not again in each worker of xdist.
    if not hasattr(config, "workerinput"):
        catalogues.compile_catalogues(ROOT)
        # WhiteNoise warns when there is none, even when it needs none.
        (ROOT / ".static").mkdir(exist_ok=True)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what drives a browser or meets a database: nobody has to remember to."""
    for item in items:
        fixtures = set(getattr(item, "fixturenames", ()))
        if "browser" in fixtures:
            item.add_marker(pytest.mark.browser)
        # pytest-django refuses a database to every other test.
        asks = item.get_closest_marker("django_db") is not None
        if asks or not fixtures.isdisjoint(DATABASE_FIXTURES):
            item.add_marker(pytest.mark.database)


@contextmanager
def _audit_may_be_emptied() -> Iterator[None]:
    """Without the triggers that refuse it, as Django empties tables between tests."""
    guards = importlib.import_module("families.migrations.0002_audit_is_append_only")
    with connection.schema_editor() as editor:
        guards.unguard(None, editor)
    try:
        yield
    finally:
        with connection.schema_editor() as editor:
            guards.guard(None, editor)


@pytest.fixture(autouse=True, scope="session")
def emptying_tables_between_tests() -> Iterator[None]:
    """Tests with real transactions end with all tables emptied, audit included."""
    first_rules = importlib.import_module("matching.migrations.0002_first_rules")
    # Django has no public place where this could be done.
    empty = TransactionTestCase._fixture_teardown  # noqa: SLF001

    def fixture_teardown(self: TransactionTestCase) -> None:
        with _audit_may_be_emptied():
            empty(self)
        # The row that a migration wrote; the next test finds it as the first one did.
        first_rules.write_first_rules(apps, None)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", fixture_teardown)
        yield


@pytest.fixture
def texts(settings: Any, tmp_path: Path) -> Callable[[str, probe.Say], None]:
    """Says each text of a language otherwise for one test; see probe.py."""

    def say_otherwise(language: str, say: probe.Say) -> None:
        probe.write_texts(tmp_path / "locale", language, say)
        settings.LOCALE_PATHS = [tmp_path / "locale"]

    return say_otherwise


@pytest.fixture(autouse=True, scope="session")
def quick_passwords() -> Iterator[None]:
    """Argon2 is slow on purpose; tests log in hundreds of times."""
    quick = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    with override_settings(PASSWORD_HASHERS=quick):
        yield


@pytest.fixture(autouse=True, scope="session")
def static_files_are_looked_for_when_asked() -> Iterator[None]:
    """Each client of a test would list all of them first; few tests ask for one."""
    with override_settings(WHITENOISE_AUTOREFRESH=True):
        yield


@pytest.fixture(autouse=True, scope="session")
def nobody_keeps_the_database_open(
    django_db_setup: None, django_db_blocker: Any
) -> Iterator[None]:
    """Ends what a browser still asked when its test was over.

    PostgreSQL drops no database to which a thread of the live server is connected.
    """
    yield
    is_of_tests = str(connection.settings_dict["NAME"]).startswith("test_")
    if connection.vendor == "postgresql" and is_of_tests:
        with django_db_blocker.unblock(), connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )

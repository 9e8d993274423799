"""The site refuses to start on a bad or missing value, and names it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from buurtgezinnen.environment import (
    DEMO_BLIND_INDEX_KEY,
    DEMO_FIELD_KEY,
    DEMO_SECRET_KEY,
)

ROOT = Path(__file__).resolve().parents[2]
# The same in every process: workers of xdist must find the same tests.
KEY = f"{'A' * 43}="

PRODUCTION = {
    "SECRET_KEY": "s" * 50,
    "FIELD_KEYS": KEY,
    "BLIND_INDEX_KEY": "b" * 50,
    "ALLOWED_HOSTS": "steun.example",
    "DATABASE_URL": "postgres://user:word@db.example/steun",
    "EMAIL_URL": "smtp+tls://user:word@mail.example:587",
    "SITE_URL": "https://steun.example",
    "DEFAULT_FROM_EMAIL": "post@steun.example",
    "ORGANISATION_PHONE": "020 765 43 21",
}


def start(**variables: str) -> subprocess.CompletedProcess[str]:
    """Reads the settings in a process of their own."""
    given = {name: value for name, value in variables.items() if value is not None}
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return subprocess.run(
        [sys.executable, "-c", "import buurtgezinnen.settings as s; print(s.DEMO)"],
        cwd=ROOT,
        env=kept | given,
        capture_output=True,
        text=True,
        check=False,
    )


def last_line(run: subprocess.CompletedProcess[str]) -> str:
    return run.stderr.strip().rsplit("ImproperlyConfigured: ", 1)[-1]


def test_production_starts_with_every_value_given():
    run = start(**PRODUCTION)

    assert (run.returncode, run.stdout.strip()) == (0, "False")


@pytest.mark.parametrize("name", sorted(set(PRODUCTION) - {"DATABASE_URL"}))
def test_production_refuses_a_missing_value_and_names_it(name):
    run = start(**{**PRODUCTION, name: None})

    assert run.returncode == 1
    assert last_line(run).split(":")[0] == name


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("SECRET_KEY", "short", "has 5 characters; at least 50 are needed."),
        ("SECRET_KEY", DEMO_SECRET_KEY, "is the key of the demo. Set one of your own."),
        (
            "BLIND_INDEX_KEY",
            DEMO_BLIND_INDEX_KEY,
            "is the key of the demo. Set one of your own.",
        ),
        ("BLIND_INDEX_KEY", "s" * 50, "must differ from the other keys."),
        ("FIELD_KEYS", f"{KEY},word", "key 2 is not a Fernet key."),
        ("FIELD_KEYS", DEMO_FIELD_KEY, "holds the key of the demo. Take it out."),
        ("ALLOWED_HOSTS", "*", "'*' is not a host name."),
        ("DEBUG", "1", "only works together with DEMO=1."),
        ("DEMO", "perhaps", "'perhaps' is neither yes nor no. Use 1 or 0."),
        ("SITE_URL", "http://steun.example", "must be the https address of the site."),
        ("DATABASE_URL", "postgres://host:port/x", "cannot be read as a URL."),
        ("DATABASE_URL", "nonsense", "starts with sqlite: or postgres:."),
        ("EMAIL_URL", "nonsense", "starts with smtp:, smtp+tls: or smtp+ssl:."),
        ("ORGANISATION_PHONE", " ", "is missing. README tells what it is for."),
        ("HSTS_PRELOAD", "soon", "'soon' is neither yes nor no. Use 1 or 0."),
        ("VOG_GATE", "never", "is either 'introduction' or 'trial'."),
        ("TRIAL_WEEKS", "six", "'six' is not a number from 1 to 26."),
    ],
)
def test_production_refuses_a_bad_value_and_says_why(name, value, sentence):
    run = start(**PRODUCTION | {name: value})

    assert run.returncode == 1
    assert last_line(run) == f"{name}: {sentence}"


@pytest.mark.parametrize("name", ["SECRET_KEY", "BLIND_INDEX_KEY", "FIELD_KEYS"])
def test_demo_refuses_a_key_of_production(name):
    run = start(DEMO="1", **{name: PRODUCTION[name]})

    assert run.returncode == 1
    assert last_line(run) == (
        f"{name}: demo mode does not start with a key of production."
    )


def test_demo_starts_with_nothing_given():
    run = start(DEMO="1")

    assert (run.returncode, run.stdout.strip()) == (0, "True")

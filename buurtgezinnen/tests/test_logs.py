"""What a log may say: the class and the place of an error, and nothing else."""

import io
import logging
import re

import pytest
from django.contrib.auth.decorators import login_not_required
from django.test import Client
from django.urls import path

from buurtgezinnen.urls import urlpatterns as site_urls

CANARY = "Kanarievogel"


@login_not_required
def breaks(request, token):
    """Fails with a private word in its variables, its error and its cause."""
    private = request.POST["story"]
    try:
        return {}[private]
    except KeyError as error:
        raise RuntimeError(private) from error


urlpatterns = [path("breekt/<token>/", breaks, name="breaks"), *site_urls]


@pytest.fixture
def log():
    """What the site writes to stderr."""
    [handler] = [
        one
        for one in logging.getLogger().handlers
        if type(one.formatter).__name__ == "PlacesOnly"
    ]
    written = io.StringIO()
    usual = handler.setStream(written)
    yield written
    handler.setStream(usual)


@pytest.mark.django_db
@pytest.mark.urls("buurtgezinnen.tests.test_logs")
def test_error_is_logged_by_class_and_place_without_a_private_word(log):
    client = Client(raise_request_exception=False)

    response = client.post(
        f"/breekt/{CANARY}/?q={CANARY}",
        f"story={CANARY}",
        content_type="application/x-www-form-urlencoded",
    )

    lines = log.getvalue().splitlines()
    assert response.status_code == 500
    assert re.sub(r"^\S+ \S+ ", "", re.sub(r"\[\w{32}\]", "[id]", lines[0])) == (
        "ERROR django.request [id] 500 POST breaks"
    )
    assert [line.strip() for line in lines if not line.startswith("    ")][1:] == [
        "builtins.RuntimeError",
        "builtins.KeyError",
    ]
    assert [
        line.rsplit("/", 1)[1].partition(":")[0]
        for line in lines
        if line.endswith(" breaks") and line.startswith("    ")
    ] == ["test_logs.py", "test_logs.py"]
    assert CANARY not in log.getvalue()


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("families.services", f"Nobody reached #{CANARY}"),
        ("some.library", "Nobody reached #%s"),
    ],
)
def test_sentences_of_others_are_not_filled_in(log, name, said):
    logging.getLogger(name).warning("Nobody reached #%s", CANARY)

    assert log.getvalue().strip().partition("] ")[2] == said

"""Applies as a browser without JavaScript does, for tests of the applications."""

import datetime as dt
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.test import Client

from families.models import Coordinator, Municipality
from families.tests.factories import (
    CoordinatorFactory,
    MunicipalityFactory,
    PartnershipFactory,
    PostcodeAreaFactory,
)

FORM = "application/x-www-form-urlencoded"
MONDAY = dt.datetime(2026, 11, 23, 9, 0, tzinfo=dt.UTC)

REQUEST_ANSWERS: dict[str, dict[str, Any]] = {
    "postcode": {"postcode": "1431 ab"},
    "kinderen": {
        "rows": "2",
        "name-0": "Noor",
        "age-0": "6 jaar",
        "name-1": "",
        "age-1": "",
        "unborn-1": "on",
    },
    "wat": {"kinds": ["0", "9"], "kinds_other": "Fietsen leren"},
    "hoevaak": {"frequency": "fortnightly"},
    "wanneer": {"moments": ["both-2-1", "holidays"]},
    "belangrijk": {"matters": ["animals", "car"], "remarks": "We lopen overal heen."},
    "delen": {"likes": "Koken en voetbal"},
    "taal": {
        "language": "other",
        "which": "41",
        "which_other": "",
        "interpreter": "yes",
    },
    "contact": {
        "name": "Amira de Voorbeeld",
        "telephone": "06 12 34 56 78",
        "email": "amira@buurt.example",
        "call_dayparts": ["0", "2"],
        "may_leave_message": "yes",
    },
}
SUPPORT_ANSWERS: dict[str, dict[str, Any]] = {
    "postcode": {"postcode": "1431AB"},
    "gezin": {"rows": "2", "adults": "2", "age-0": "9", "age-1": ""},
    "ervaring": {"experience": "parent"},
    "wat": {"kinds": ["1", "2"], "kinds_other": ""},
    "hoevaak": {"frequency": "monthly", "visit_length": "four_hours"},
    "wanneer": {"moments": ["unknown"], "only_when_both_home": "on"},
    "grenzen": {
        "avoid": ["driving", "more"],
        "dog": "yes",
        "cat": "no",
        "other_animal": "unknown",
        "smoking": "no",
        "max_distance_km": "3",
        "younger_than": "4",
        "older_than": "",
    },
    "vog": {"vog": "question"},
    "contact": {
        "name": "Bo Voorbeeld",
        "telephone": "0031 6 12345678",
        "email": "",
        "call_dayparts": [],
        "may_leave_message": "no",
        "motivation": "Ons huis is groot.",
    },
}
ANSWERS = {"steun-vragen": REQUEST_ANSWERS, "steun-geven": SUPPORT_ANSWERS}
CONSENT = {
    "steun-vragen": {"parent": "on", "agree": "on"},
    "steun-geven": {"together": "on", "agree": "on"},
}
STEPS = [(kind, slug) for kind, answers in ANSWERS.items() for slug in answers]


def served(name: str = "Aalsmeer", **coordinator: Any) -> Coordinator:
    """The coordinator of a municipality that takes applications, with postcode 1431."""
    municipality: Municipality = MunicipalityFactory(name=name)
    PartnershipFactory(municipalities=[municipality])
    PostcodeAreaFactory(postcode="1431", municipality=municipality)
    return CoordinatorFactory(municipalities=[municipality], **coordinator)


def send(client: Client, url: str, answers: Mapping[str, Any]) -> HttpResponse:
    """Sends a form; the pages here refuse the test client's usual multipart."""
    return client.post(url, urlencode(answers, doseq=True), content_type=FORM)


def step_url(kind: str, slug: str) -> str:
    return f"/{kind}/stap/{slug}/"


def answer_until(client: Client, kind: str, last: str = "") -> None:
    """Answers every page before `last`; all of them without it."""
    for slug, answers in ANSWERS[kind].items():
        if slug == last:
            return
        response = send(client, step_url(kind, slug), answers)
        assert response.status_code == 302, (slug, response.context["form"].errors)


def answer_after(client: Client, kind: str, first: str) -> None:
    """Answers every page that comes after `first`."""
    slugs = list(ANSWERS[kind])
    for slug in slugs[slugs.index(first) + 1 :]:
        send(client, step_url(kind, slug), ANSWERS[kind][slug])


def apply(client: Client, kind: str) -> HttpResponse:
    """A whole application; the answer is that to the last press."""
    answer_until(client, kind)
    return send(client, f"/{kind}/controleren/", CONSENT[kind])

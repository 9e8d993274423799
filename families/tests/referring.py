"""Refers a family as a browser without JavaScript does."""

import datetime as dt
from typing import Any

from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from families.forms.guard import STAMP, GuardedForm, stamp
from families.forms.intake.referring import (
    ParentsKnowForm,
    ReferredForm,
    ReferrerForm,
    SendReferralForm,
)
from families.tests.applying import send

REFERRER: dict[str, Any] = {
    "name": "Joke Voorbeeld",
    "organisation": "Basisschool De Wilg",
    "profession": "school",
    "telephone": "020 123 45 67",
    "email": "joke@school.example",
}
FAMILY: dict[str, Any] = {
    "parent": "Amira",
    "telephone": "06 12 34 56 78",
    "may_leave_message": "yes",
    "email": "amira@buurt.example",
    "postcode": "1431",
    "ages": "4 en 7 jaar",
    "language": "2",
    "kinds": ["0", "4"],
    "text": "Ze zoekt rust voor huiswerk.",
}
STEP = "/verwijzen/stap/{}/"


def say_yes(client: Client) -> HttpResponse:
    """The parents know and agree."""
    return send(client, "/verwijzen/", {"agreed": "yes"} | shown(ParentsKnowForm))


def answer(client: Client, slug: str, **others: Any) -> HttpResponse:
    """One page, with other answers where they are named."""
    given = (REFERRER if slug == "over-jou" else FAMILY) | others
    form = ReferrerForm if slug == "over-jou" else ReferredForm
    return send(client, STEP.format(slug), given | shown(form))


def refer_until_check(client: Client, **family: Any) -> None:
    """All pages before the last one."""
    say_yes(client)
    for slug, others in (("over-jou", {}), ("gezin", family)):
        response = answer(client, slug, **others)
        assert response.status_code == 302, response.context["form"].errors


def press_send(client: Client) -> HttpResponse:
    """Sends it, some seconds after the page was shown."""
    return send(
        client, "/verwijzen/controleren/", {"agree": "on"} | shown(SendReferralForm)
    )


def refer(client: Client, **family: Any) -> HttpResponse:
    """A whole referral; the answer is that to the last press."""
    refer_until_check(client, **family)
    return press_send(client)


def shown(form: type[GuardedForm]) -> dict[str, str]:
    """That a person saw the page some seconds ago."""
    earlier = timezone.now() - dt.timedelta(seconds=10)
    return {STAMP: stamp(form.guarded_page(), earlier)}

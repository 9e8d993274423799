"""Whether an answer tells that a code is known: by its status, length or time."""

import random
import time
from collections.abc import Callable
from statistics import median
from typing import Any

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from buurtgezinnen.tests.robots import KIND, full_draft, read_first
from families.forms.intake.later import CodeForm as ResumeForm
from families.forms.own import CodeForm, LoginForm
from families.models import Knocks, Membership
from families.references import new_reference
from families.services.intake import drafts
from families.tests.applying import send
from families.tests.factories import (
    MembershipFactory,
    PersonFactory,
    SupportRequestFactory,
)

SEED = 2026
MOST_MILLISECONDS = 5.0
NO_CODE = "000000"

Figures = dict[str, Any]
# Sends a code; gives each answer with its milliseconds, one after another.
Ask = Callable[[str], list[tuple[HttpResponse, float]]]


def timed(client: Client, url: str, **typed: str) -> tuple[HttpResponse, float]:
    """An answer and how long it took."""
    started = time.perf_counter()
    response = send(client, url, typed)
    return response, 1000 * (time.perf_counter() - started)


def ask_for_own_pages(reference: str) -> list[tuple[HttpResponse, float]]:
    """The code of an application, and then a code that is wrong."""
    client = Client()
    first = timed(
        client,
        reverse("mine-login"),
        reference=reference,
        **read_first(LoginForm),
    )
    second = timed(client, reverse("mine-code"), code=NO_CODE, **read_first(CodeForm))
    return [first, second]


def ask_to_go_on(code: str) -> list[tuple[HttpResponse, float]]:
    """The code of a draft; what it opens is for who has it."""
    return [
        timed(Client(), reverse("intake:resume"), code=code, **read_first(ResumeForm))
    ]


def known_reference() -> str:
    """The code of the application of a family that can be mailed."""
    request = SupportRequestFactory()
    MembershipFactory(
        household=request.family.household,
        person=PersonFactory(email="noor@buurt.example"),
        role=Membership.Role.PARENT,
    )
    return str(request.reference)


def known_draft() -> str:
    """A code that opens a draft."""
    return drafts.code_for_later(full_draft(KIND)[0], at=timezone.now())


PAGES: dict[str, tuple[Callable[[], str], Ask]] = {
    "mijn": (known_reference, ask_for_own_pages),
    "verder": (known_draft, ask_to_go_on),
}


def compare(name: str, pairs: int) -> Figures:
    """Answers to `pairs` of a known and an unknown code, each time in another order."""
    make_known, ask = PAGES[name]
    known = make_known()
    chance = random.Random(SEED)  # noqa: S311 - no secret
    seen: dict[bool, set[tuple[int, int, int]]] = {True: set(), False: set()}
    took: dict[tuple[bool, int], list[float]] = {}
    for _pair in range(pairs):
        order = [True, False]
        chance.shuffle(order)
        for is_known in order:
            # Neither meets a limit, which would be the same for both.
            Knocks.objects.all().delete()
            answers = ask(known if is_known else new_reference())
            for number, (response, milliseconds) in enumerate(answers):
                place = len(response.headers.get("Location", ""))
                told = (response.status_code, len(response.content), place)
                seen[is_known].add((number, *told))
                took.setdefault((is_known, number), []).append(milliseconds)
    numbers = sorted({number for _known, number in took})
    differences = [
        abs(median(took[True, number]) - median(took[False, number]))
        for number in numbers
    ]
    faults = []
    if seen[True] != seen[False]:
        faults.append(f"{name}: known {seen[True]}, unknown {seen[False]}")
    return {
        "pairs": pairs,
        "answers": sorted(seen[True]),
        "median_known_ms": [round(median(took[True, one]), 2) for one in numbers],
        "median_unknown_ms": [round(median(took[False, one]), 2) for one in numbers],
        "difference_ms": [round(one, 2) for one in differences],
        "faults": faults,
    }


def too_far_apart(name: str, figures: Figures) -> list[str]:
    """What the times tell; only of many pairs, on a machine that does nothing else."""
    return [
        f"{name}: {milliseconds} ms apart"
        for milliseconds in figures["difference_ms"]
        if milliseconds >= MOST_MILLISECONDS
    ]

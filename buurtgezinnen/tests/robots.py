"""A program that sends forms without reading them, and a family at the same address."""

import datetime as dt
import uuid
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.test import Client
from django.utils import timezone

from families.forms.guard import BAIT, STAMP, GuardedForm, stamp
from families.forms.intake.callback import CallbackForm
from families.forms.steps import INTAKES
from families.models import Household, IntakeDraft, Knocks, OutboxMail
from families.services.intake import drafts
from families.tests.applying import ANSWERS, CONSENT, send, step_url
from families.views.intake.visit import cookie_name

AT_MOST, MAILS_AT_MOST = 10, 3
KIND = "steun-vragen"
ROBOT = "192.0.2.66"
FILLED_IN = {BAIT: "https://spam.example"}
READ_FOR = dt.timedelta(seconds=20)

Figures = dict[str, Any]


@dataclass(frozen=True)
class Target:
    """What a robot tries.

    Attributes:
        press: sends one post for a number; the status of the answer.
        stored: how many rows there are of what it makes.
        person: does the same as a person would; whether it went well.
    """

    press: Callable[[int], int]
    stored: Callable[[], int]
    person: Callable[[], bool]


def full_draft(kind: str, email: str = "") -> tuple[IntakeDraft, str]:
    """Answers to every page, and the key with which a browser opens them."""
    draft, key = drafts.begin_draft(
        INTAKES[kind].kind, language="nl", at=timezone.now()
    )
    for slug, answers in ANSWERS[kind].items():
        given = answers | ({"email": email} if slug == "contact" else {})
        typed = {
            name: value if isinstance(value, list) else [value]
            for name, value in given.items()
        }
        drafts.save_answers(draft, slug, typed)
    return draft, key


def browser(kind: str, key: str = "", network: str = ROBOT) -> Client:
    """A browser on a network, with the key of a draft."""
    client = Client(REMOTE_ADDR=network, raise_request_exception=False)
    if key:
        client.cookies[cookie_name(INTAKES[kind])] = key
    return client


def read_first(form: type[GuardedForm]) -> dict[str, str]:
    """What the guard of a form sends for somebody who reads the page."""
    shown_at = timezone.now() - READ_FOR
    return {BAIT: "", STAMP: stamp(form.guarded_page(), shown_at)}


def whole_application(mailbox: Callable[[int], str]) -> Target:
    """Sends full drafts, each a new one."""

    def press(number: int, guard: dict[str, str] = FILLED_IN) -> int:
        client = browser(KIND, full_draft(KIND, mailbox(number))[1])
        url = f"/{KIND}/controleren/"
        return send(client, url, CONSENT[KIND] | guard).status_code

    def person() -> bool:
        client = browser(KIND)
        intake = INTAKES[KIND]
        for slug, answers in ANSWERS[KIND].items():
            step = intake.step(slug)
            assert step is not None
            typed = answers | read_first(step.form)
            if slug == "contact":
                typed |= {"email": "echt.gezin@buurt.example"}
            send(client, step_url(KIND, slug), typed)
        before = Household.objects.count()
        send(
            client,
            f"/{KIND}/controleren/",
            CONSENT[KIND] | read_first(intake.consent),
        )
        return Household.objects.count() == before + 1

    return Target(press, Household.objects.count, person)


def first_page() -> Target:
    """Begins an application again and again."""
    first = INTAKES[KIND].first

    def press(_number: int, guard: dict[str, str] = FILLED_IN) -> int:
        url = step_url(KIND, first.slug)
        return send(browser(KIND), url, ANSWERS[KIND][first.slug] | guard).status_code

    def person() -> bool:
        before = IntakeDraft.objects.count()
        press(0, read_first(first.form))
        return IntakeDraft.objects.count() == before + 1

    return Target(press, IntakeDraft.objects.count, person)


def call_me() -> Target:
    """Asks to be called, each time as somebody else."""

    def press(number: int, guard: dict[str, str] = FILLED_IN) -> int:
        typed = {
            "form_key": str(uuid.uuid4()),
            "name": "Robot",
            "telephone": f"06 2{number:07}",
            "postcode": "1431 AB",
        }
        return send(browser(KIND), f"/{KIND}/bel-mij/", typed | guard).status_code

    def person() -> bool:
        before = Household.objects.count()
        press(9_999_999, read_first(CallbackForm))
        return Household.objects.count() == before + 1

    return Target(press, Household.objects.count, person)


TARGETS: dict[str, Callable[[], Target]] = {
    "first_page": first_page,
    "application": lambda: whole_application(lambda n: f"robot{n}@buurt.example"),
    "one_mailbox": lambda: whole_application(lambda n: f"noor+{n}@buurt.example"),
    "call_me": call_me,
}


def let_loose(name: str, n: int) -> Figures:
    """What `n` posts of a robot at one thing leave behind.

    Then whether a family that shares its address gets through. Nobody else was there
    before it on that day.
    """
    Knocks.objects.all().delete()
    target = TARGETS[name]()
    stored_before, mails_before = target.stored(), OutboxMail.objects.count()
    statuses = Counter(str(target.press(number)) for number in range(n))
    stored = target.stored() - stored_before
    mails = OutboxMail.objects.count() - mails_before
    got_through = target.person()
    most_mails = MAILS_AT_MOST if name == "one_mailbox" else AT_MOST
    wrong = {
        f"{stored} stored": stored > AT_MOST,
        f"{mails} mails": mails > most_mails,
        "nothing of it stored": stored == 0,
        "the family is refused": not got_through,
        f"answers {dict(statuses)}": not set(statuses) <= {"302", "429"},
    }
    return {
        "posts": n,
        "answers": dict(sorted(statuses.items())),
        "stored": stored,
        "mails": mails,
        "family_gets_through": got_through,
        "faults": [f"{name}: {what}" for what, is_so in wrong.items() if is_so],
    }

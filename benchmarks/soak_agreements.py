"""What agreements promise through time, tried long and hard.

    python -m benchmarks.soak_agreements [PART_OF_A_HUNDRED] [NAME...]

Runs on SQLite, and on a PostgreSQL of its own (`.ci/pg`), each with a test database
that is made and dropped: ten thousand random histories against a naive rule; the
difference between thousands of pairs of versions and the dates of thousands of rules
against plain loops; twenty presses on one link and twenty changes of one agreement at
once over HTTP; and a server that is killed a hundred times while a version is settled.
A number does that part of a hundred of all this, and keeps no results. Names do only
those parts, and leave the figures of the others as they were.

Writes benchmarks/results/soak_agreements.json, and ends with an error when there was a
fault. SIGTERM ends the histories early, and the figures tell how many there were.
"""

import datetime as dt
import logging
import os
import random
import signal
import sys
import threading
import urllib.error
import urllib.parse
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http import HTTPStatus
from types import SimpleNamespace
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "buurtgezinnen.settings")
django.setup()

from django.core.servers.basehttp import (  # noqa: E402 - needs the settings
    ThreadedWSGIServer,
    WSGIRequestHandler,
)
from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.db import transaction  # noqa: E402
from django.test import Client  # noqa: E402
from django.urls import reverse  # noqa: E402
from django.utils import timezone  # noqa: E402
from hypothesis import HealthCheck, Phase, given, seed, settings  # noqa: E402

from agreements.core import rhythm  # noqa: E402
from agreements.models import AgreementVersion, Confirmation  # noqa: E402
from agreements.services.confirmations import Side  # noqa: E402
from agreements.tests import strategies  # noqa: E402
from agreements.tests.asked import draft_of, link_to  # noqa: E402
from agreements.tests.crashing import (  # noqa: E402
    Crashes,
    Server,
    ids_of_all_mails,
    send_all_mails,
)
from agreements.tests.factories import make_pairing, make_version  # noqa: E402
from agreements.tests.histories import (  # noqa: E402
    N_DAYS,
    overlap_by_hand,
    play,
    see_that_it_stands,
    steps,
    versions_of,
)
from agreements.tests.test_core_timeline import see_that_difference_is_exact  # noqa: E402
from agreements.tests.test_forms import editor_data, item_data  # noqa: E402
from benchmarks.stage.databases import (  # noqa: E402
    Figures,
    Part,
    Share,
    run_parts,
    tell,
)
from buurtgezinnen.tests.concurrency import together  # noqa: E402
from families.tests.factories import CoordinatorFactory, MunicipalityFactory  # noqa: E402
from matching.models import Pairing  # noqa: E402
from matching.tests.test_concurrency import TOKEN, Visitor  # noqa: E402

HISTORIES, PAIRS, RULES, ROUNDS, KILLS = 10_000, 2_500, 2_500, 10, 100
CALLERS = 20
FIRST_DAY, LAST_DAY = dt.date(2024, 1, 1), dt.date(2040, 12, 31)
SEED = 2026
DAY = dt.timedelta(days=1)
REPORT_EVERY = 500
# Of each photograph one day in so many is asked of the database too.
BY_THE_DATABASE = N_DAYS + 1


def each(strategy: dict[str, Any], n: int, look: Callable[..., None]) -> None:
    """Has Hypothesis think of `n` cases, each looked at."""

    @seed(SEED)
    @settings(
        max_examples=n,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(**strategy)
    def one(**case: Any) -> None:
        look(**case)

    one()


class Enough(Exception):
    """Somebody asked to stop."""


def soak_histories(n: int) -> Figures:
    """Random histories of one pairing, each taken back when it was looked at."""
    seen: Counter[str] = Counter()
    faults: list[str] = []
    pairing = make_pairing()
    asked_to_stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: asked_to_stop.set())

    def look(history: list[Any]) -> None:
        if asked_to_stop.is_set():
            raise Enough
        seen["histories"] += 1
        if seen["histories"] % REPORT_EVERY == 0:
            tell(f"history {seen['histories']} of {n}, faults: {len(faults)}")
        with transaction.atomic():
            try:
                now, photographs = play(pairing, history)
                see_that_it_stands(pairing, photographs, now=now, every=BY_THE_DATABASE)
                tried, taken = overlap_by_hand(pairing)
            except AssertionError as error:
                faults.append(f"{history}: {error}"[:1000])
            else:
                seen["overlaps_tried_by_sql"] += tried
                seen["overlaps_taken"] += len(taken)
                seen["photographs"] += len(photographs)
                seen["versions"] += versions_of(pairing).count()
                seen.update(f"steps_{step[0].replace(' ', '_')}" for step in history)
            transaction.set_rollback(True)

    with suppress(Enough):
        while seen["histories"] < n:
            each({"history": steps}, n - seen["histories"], look)
    return {
        **dict(sorted(seen.items())),
        "faults": faults + ["an overlap was taken"] * seen["overlaps_taken"],
    }


def soak_differences(n: int) -> Figures:
    """Pairs of versions that differ from each other and from all pairs before."""
    pairs: set[Any] = set()
    faults: list[str] = []

    def look(before: Any, after: Any) -> None:
        if before != after and (before, after) not in pairs:
            pairs.add((before, after))
            try:
                see_that_difference_is_exact(before, after)
            except AssertionError as error:
                faults.append(f"{before} {after}: {error}"[:1000])

    versions = strategies.versions_of_items()
    while len(pairs) < n:
        each({"before": versions, "after": versions}, 2 * n, look)
    return {"pairs": len(pairs), "faults": faults}


def soak_rhythms(n: int) -> Figures:
    """Rules that differ, each over all days of seventeen years."""
    rules: set[Any] = set()
    faults: list[str] = []
    found = Counter[str]()

    def look(rule: Any) -> None:
        if rule in rules or len(rules) == n:
            return
        rules.add(rule)
        dates = rhythm.dates(rule, FIRST_DAY, LAST_DAY)
        found["dates"] += len(dates)
        if dates != strategies.day_by_day(rule, FIRST_DAY, LAST_DAY):
            faults.append(repr(rule))

    while len(rules) < n:
        each({"rule": strategies.rules()}, 2 * n, look)
    n_days = (LAST_DAY - FIRST_DAY).days + 1
    return {"rules": len(rules), "days": n_days, **found, "faults": faults}


class QuietHandler(WSGIRequestHandler):
    """Writes no line for each request."""

    def log_message(self, *args: object) -> None:
        return


@contextmanager
def serving() -> Iterator[SimpleNamespace]:
    """The site in threads of this process, for many callers at once."""
    server = ThreadedWSGIServer(("127.0.0.1", 0), QuietHandler, ipv6=False)
    server.set_app(get_wsgi_application())
    # Being refused is what most callers are here for; an error is still told.
    logging.getLogger("django.request").setLevel(logging.ERROR)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield SimpleNamespace(url=f"http://127.0.0.1:{server.server_port}")
    finally:
        server.shutdown()
        server.server_close()


class Family:
    """A browser that nobody logged in with, on the page behind a link."""

    def __init__(self, address: SimpleNamespace, path: str) -> None:
        client = Client()
        page = client.get(path)
        self.token = TOKEN.search(page.text).group(1)
        self.cookie = f"csrftoken={client.cookies['csrftoken'].value}"
        self.url = address.url + path

    def press(self, **answers: str) -> int:
        """The status of the answer to its form."""
        body = urllib.parse.urlencode({"csrfmiddlewaretoken": self.token, **answers})
        asked = urllib.request.Request(  # noqa: S310 - our own server
            self.url, data=body.encode(), headers={"Cookie": self.cookie}
        )
        try:
            with urllib.request.urlopen(asked) as page:  # noqa: S310 - as above
                return page.status
        except urllib.error.HTTPError as error:
            return error.code


def soak_links(address: SimpleNamespace, rounds: int) -> Figures:
    """Twenty presses at once on the page of one link: one of them counts."""
    statuses: Counter[str] = Counter()
    faults: list[str] = []
    for _round in range(rounds):
        draft = draft_of()
        path = reverse(
            "agreements:answer", args=[link_to(draft, Side.SUPPORT, at=timezone.now())]
        )
        families = [Family(address, path) for _caller in range(CALLERS)]
        answers = together(CALLERS, lambda i: families[i].press(said="yes"))  # noqa: B023
        statuses.update(map(str, answers))
        if Counter(answers) != {HTTPStatus.OK: 1, HTTPStatus.NOT_FOUND: CALLERS - 1}:
            faults.append(f"answers: {Counter(map(str, answers))}")
        n_yes = Confirmation.objects.filter(version=draft).count()
        if n_yes != 1:
            faults.append(f"{n_yes} times yes")
    return {
        "rounds": rounds,
        "callers": CALLERS,
        "answers": dict(sorted(statuses.items())),
        "faults": faults,
    }


def soak_changes(address: SimpleNamespace, rounds: int) -> Figures:
    """Twenty changes of one agreement at once, each sent again until it is recorded."""
    town = MunicipalityFactory()
    lead = CoordinatorFactory(municipalities=[town])
    page = reverse("more")
    visitors = [Visitor(address, lead.user, page) for _caller in range(CALLERS)]
    statuses: Counter[str] = Counter()
    faults: list[str] = []
    for _round in range(rounds):
        pairing = make_pairing(lead=lead, municipality=town)
        make_version(pairing)
        told: list[list[int]] = together(
            CALLERS,
            lambda i: insist(visitors[i], pairing, i),  # noqa: B023
        )
        for one in told:
            statuses.update(map(str, [one] if isinstance(one, Exception) else one))
        versions = AgreementVersion.objects.filter(agreement__pairing=pairing)
        faults += faults_of_changes(versions)
    wrong = set(statuses) - {str(HTTPStatus.FOUND.value), "422"}
    return {
        "rounds": rounds,
        "callers": CALLERS,
        "answers": dict(sorted(statuses.items())),
        "faults": faults + [f"answered {status}" for status in sorted(wrong)],
    }


def insist(visitor: Visitor, pairing: Pairing, number: int) -> list[int]:
    """Sends one change until it is recorded; the status of each answer."""
    path = reverse("agreements:agreement-change", args=[pairing.reference])
    form = editor_data(
        item_data(pairing, line="1", weekdays=[str(number % 7)]),
        initial=1,
        doen="bewaar",
        effective_from=f"{pairing.started_on + (number + 1) * DAY:%d-%m-%Y}",
        between="on",
        request_channel="discussed",
        request_on="6-1-2026",
        support_channel="paper",
        support_on="6-1-2026",
    )
    statuses: list[int] = []
    while HTTPStatus.FOUND not in statuses and len(statuses) < CALLERS**2:
        agreement = type(pairing.agreement).objects.get(pairing=pairing)
        form["row_version"] = str(agreement.row_version)
        flat = {k: v[0] if isinstance(v, list) else v for k, v in form.items()}
        statuses.append(visitor.send(path, **flat)[0])
    return statuses


def faults_of_changes(versions: Any) -> list[str]:
    """What went wrong with twenty changes, in words."""
    ordered = list(versions.order_by("number"))
    settled = [one.settled_at for one in ordered]
    wrong = {
        "numbers are not in a row": [one.number for one in ordered]
        != list(range(1, CALLERS + 2)),
        "not settled in order": None in settled or settled != sorted(settled),
        "a date is lost or double": len({one.effective_from for one in ordered})
        != CALLERS + 1,
    }
    return [name for name, is_so in wrong.items() if is_so]


def soak_crashes(n: int) -> Figures:
    """A server that is killed while it settles, each time started anew."""
    server = Server()
    server.start()
    lead = CoordinatorFactory().user
    chance = random.Random(SEED)  # noqa: S311 - no secret
    ends: Counter[str] = Counter()
    faults: list[str] = []
    try:
        crashes = Crashes(server, lead=lead, chance=chance)
        if set(crashes.first_statuses) != {HTTPStatus.FOUND}:
            faults.append(f"undisturbed: {crashes.first_statuses}")
        for number in range(1, n + 1):
            end, wrong = crashes.crash()
            ends[end] += 1
            faults += wrong
            if number % 10 == 0:
                tell(f"kill {number} of {n}, {dict(ends)}, faults: {len(faults)}")
    finally:
        server.kill()
    sent, written = send_all_mails(), ids_of_all_mails()
    if sent != written or len(written) != n + 2:
        faults.append(f"{len(written)} mails, sent {len(sent)} times")
    return {
        "kills": n,
        "left_recorded": ends["recorded"],
        "left_lost": ends["lost"],
        "mails_sent": len(sent),
        "message_ids": len(set(sent)),
        "faults": faults,
    }


def parts(share: Share) -> dict[str, Part]:
    """What is tried, by its name."""
    return {
        "difference": lambda: soak_differences(share(PAIRS)),
        "rhythm": lambda: soak_rhythms(share(RULES)),
        "one_link": lambda: over_http(soak_links, share(ROUNDS)),
        "one_agreement": lambda: over_http(soak_changes, share(ROUNDS)),
        "killed_server": lambda: soak_crashes(share(KILLS)),
        "histories": lambda: soak_histories(share(HISTORIES)),
    }


def over_http(look: Callable[[SimpleNamespace, int], Figures], rounds: int) -> Figures:
    """Looks while the site is being served."""
    with serving() as address:
        return look(address, rounds)


if __name__ == "__main__":
    sys.exit(run_parts("benchmarks.soak_agreements", parts, at_once=True))

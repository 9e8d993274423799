"""Twenty callers at once who want the places of one support family, fifty times over.

    python -m benchmarks.soak_matching [ROUNDS]

Runs over HTTP on SQLite, and on a PostgreSQL of its own (`.ci/pg`), each with a test
database that is made and dropped. Writes benchmarks/results/soak_matching.json, and
ends with an error when a place was given twice, when one stayed free while somebody
waited for it with a yes of both families, or when an answer was a 500.
"""

import datetime as dt
import logging
import os
import statistics
import sys
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
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
from django.db import connection  # noqa: E402
from django.urls import reverse  # noqa: E402
from django.utils import timezone  # noqa: E402

from benchmarks.results import save  # noqa: E402
from benchmarks.stage.databases import (  # noqa: E402
    ONE_DATABASE,
    name_of_database,
    on_each,
    print_figures,
)
from buurtgezinnen.tests.concurrency import together  # noqa: E402
from families.models import Municipality, SupportOffer, SupportRequest  # noqa: E402
from families.tests.factories import (  # noqa: E402
    CoordinatorFactory,
    MunicipalityFactory,
    SupportOfferFactory,
    SupportRequestFactory,
)
from matching.models import Pairing, PairingChild, Proposal  # noqa: E402
from matching.tests.factories import ProposalFactory, agrees_to_meet  # noqa: E402
from matching.tests.test_concurrency import Visitor  # noqa: E402

ROUNDS = 50
# Eight were promised a place, eight propose and start, four propose and take it back.
PROMISED, PROPOSING, UNDOING = 8, 8, 4
CALLERS = PROMISED + PROPOSING + UNDOING
MOST_PLACES = 3
TRY_AGAIN_SECONDS = 0.5
REPORT_EVERY = 10
DAY = dt.timedelta(days=1)


@dataclass
class Round:
    """One support family, and who wants its places."""

    offer: SupportOffer
    promised: list[Proposal]
    requests: list[SupportRequest]
    statuses: Counter[str] = field(default_factory=Counter)
    quiet: threading.Event = field(default_factory=threading.Event)
    held: threading.Event = field(default_factory=threading.Event)
    lock: threading.Lock = field(default_factory=threading.Lock)
    still_proposing: int = PROPOSING + UNDOING

    def count(self, what: str, status: int) -> int:
        """Write an answer down, and give it back."""
        with self.lock:
            self.statuses[f"{what} {status}"] += 1
        return status

    def one_less(self) -> None:
        """Somebody proposes nothing more; without them nothing becomes free."""
        with self.lock:
            self.still_proposing -= 1
            if not self.still_proposing:
                self.held.set()
                self.quiet.set()


def make_round(town: Municipality, n_places: int) -> Round:
    """More families than places; some have a yes of which the term is over."""
    today = timezone.localdate()
    here = {"family__household__municipality": town}
    offer = SupportOfferFactory(family__places=n_places, **here)
    promised = ProposalFactory.create_batch(
        PROMISED,
        offer=offer,
        both_yes=True,
        made_on=today - 9 * DAY,
        hold_until=today - DAY,
        request__family__household__municipality=town,
    )
    requests = SupportRequestFactory.create_batch(PROPOSING + UNDOING, **here)
    for request in requests:
        agrees_to_meet(request.family.household)
    return Round(offer, promised, requests)


def start_when_free(at: Round, visitor: Visitor, proposal: Proposal) -> None:
    """Asks for a place until there is one, or until none can become free any more.

    Begins when the first place is held for somebody else.
    """
    path = reverse("matching:pairing-start", args=[proposal.reference])
    at.held.wait()
    while True:
        last_try = at.quiet.is_set()
        status = at.count("start", visitor.send(path)[0])
        if status == HTTPStatus.FOUND or last_try:
            return
        at.quiet.wait(TRY_AGAIN_SECONDS)


def propose(at: Round, visitor: Visitor, request: SupportRequest) -> Proposal | None:
    """The proposal of a family for which a place could be held."""
    path = reverse(
        "matching:proposal-create", args=[request.reference, at.offer.reference]
    )
    answers = {
        "first": Proposal.First.SUPPORT,
        "way": Proposal.Way.TELEPHONE,
        "hold_until": f"{timezone.localdate() + 7 * DAY:%d-%m-%Y}",
    }
    if at.count("propose", visitor.send(path, **answers)[0]) == HTTPStatus.FOUND:
        at.held.set()
    return Proposal.objects.open().filter(request=request).first()


def answer(at: Round, visitor: Visitor, proposal: Proposal, side: str) -> None:
    """One family says yes."""
    seen = Proposal.objects.get(pk=proposal.pk)
    status, _place = visitor.send(
        seen.get_absolute_url(),
        side=side,
        answer="yes",
        discussed_on=f"{timezone.localdate():%d-%m-%Y}",
        row_version=seen.row_version,
    )
    at.count("answer", status)


def propose_and_start(at: Round, visitor: Visitor, request: SupportRequest) -> None:
    """From the first call to the pairing, where a place can be held."""
    try:
        proposal = propose(at, visitor, request)
        if proposal:
            for side in ("support", "request"):
                answer(at, visitor, proposal, side)
            path = reverse("matching:pairing-start", args=[proposal.reference])
            at.count("start", visitor.send(path)[0])
    finally:
        at.one_less()


def propose_and_undo(at: Round, visitor: Visitor, request: SupportRequest) -> None:
    """Holds a place for a moment, and gives it back."""
    try:
        proposal = propose(at, visitor, request)
        if proposal:
            answer(at, visitor, proposal, "support")
            path = reverse("matching:proposal-withdraw", args=[proposal.reference])
            at.count("undo", visitor.send(path, reason_text="Toch niet.")[0])
    finally:
        at.one_less()


def faults_of(at: Round, n_places: int) -> list[str]:
    """What went wrong in a round, in words."""
    running = Pairing.objects.running().filter(offer=at.offer)
    places = {pairing.place_id for pairing in running}
    both_yes = Proposal.objects.open().filter(
        offer=at.offer, support_answer="yes", request_answer="yes"
    )
    free = at.offer.family.places.filter(pairing=None).count()
    children = PairingChild.objects.filter(pairing__in=running).count()
    paired = SupportRequest.objects.filter(
        pk__in=[pairing.request_id for pairing in running], stage="paired"
    )
    errors = sum(
        n
        for name, n in at.statuses.items()
        if int(name.split()[1]) >= 500  # noqa: PLR2004
    )
    wrong = {
        "more pairings than places": len(running) > n_places,
        "a place given twice": len(places) != len(running),
        "a place free while somebody waits": bool(free and both_yes.exists()),
        "children without their pairing": children != len(running),
        "a paired family that still waits": paired.count() != len(running),
        "an answer of 500": bool(errors),
    }
    return [name for name, is_so in wrong.items() if is_so]


def run_round(at: Round, visitors: list[Visitor]) -> list[str]:
    """All callers at the same moment; what they stumbled over, in words."""
    proposing = at.requests[:PROPOSING]
    undoing = at.requests[PROPOSING:]
    tasks = [
        *((start_when_free, one) for one in at.promised),
        *((propose_and_start, one) for one in proposing),
        *((propose_and_undo, one) for one in undoing),
    ]

    def call(number: int) -> None:
        task, about = tasks[number]
        task(at, visitors[number], about)

    results = together(CALLERS, call)
    return [repr(one) for one in results if isinstance(one, Exception)]


class QuietHandler(WSGIRequestHandler):
    """Writes no line for each request."""

    def log_message(self, *args: object) -> None:
        return


def soak(rounds: int) -> dict[str, Any]:
    """The figures of all rounds on the database that the settings name."""
    server = ThreadedWSGIServer(("127.0.0.1", 0), QuietHandler, ipv6=False)
    server.set_app(get_wsgi_application())
    # Being refused is what most callers are here for; an error is still told.
    logging.getLogger("django.request").setLevel(logging.ERROR)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    address = SimpleNamespace(url=f"http://127.0.0.1:{server.server_port}")
    town = MunicipalityFactory()
    user = CoordinatorFactory(municipalities=[town]).user
    page = reverse("more")
    visitors = [Visitor(address, user, page) for _number in range(CALLERS)]
    statuses: Counter[str] = Counter()
    faults: Counter[str] = Counter()
    seconds = []
    for number in range(1, rounds + 1):
        n_places = 1 + number % MOST_PLACES
        at = make_round(town, n_places)
        started = time.perf_counter()
        faults.update(run_round(at, visitors))
        seconds.append(time.perf_counter() - started)
        faults.update(faults_of(at, n_places))
        statuses.update(at.statuses)
        if number % REPORT_EVERY == 0 or number == rounds:
            sys.stderr.write(
                f"{connection.display_name}: round {number} of {rounds}, "
                f"{sum(statuses.values())} requests, faults: {dict(faults)}\n"
            )
    server.shutdown()
    server.server_close()
    return {
        "database": name_of_database(),
        "rounds": rounds,
        "callers": CALLERS,
        "requests": sum(statuses.values()),
        "answers": dict(sorted(statuses.items())),
        "faults": dict(faults),
        "round_median_seconds": round(statistics.median(seconds), 2),
        "round_slowest_seconds": round(max(seconds), 2),
    }


def main() -> int:
    """Runs on both databases, one after the other; the exit status."""
    given = [one for one in sys.argv[1:] if one.isdecimal()]
    rounds = int(given[0]) if given else ROUNDS
    if ONE_DATABASE in sys.argv:
        print_figures(lambda: soak(rounds))
        return 0
    figures = on_each("benchmarks.soak_matching", str(rounds))
    faults = {name: one["faults"] for name, one in figures.items()}
    path = save("soak_matching", figures)
    sys.stdout.write(f"Faults: {faults}. Written to {path.name}\n")
    return 1 if any(faults.values()) else 0


if __name__ == "__main__":
    sys.exit(main())

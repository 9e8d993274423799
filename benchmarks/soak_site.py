"""Eight people at once who use the whole site, with 5,000 families in the database.

    python -m benchmarks.soak_site [MINUTES] [sqlite | postgresql]

Starts gunicorn on a database of its own, and lets six coordinators, an official and a
visitor open every page that is theirs in a random order (the addresses of the access
tests), note contacts, search and send what the forms need. Who asks runs on the same
machine as who answers. Writes benchmarks/results/soak_site.json after ten minutes or
more, and ends with an error on an answer of 500 or above, or when the memory of the
server grew by more than a tenth after the first fifth of the time.
"""

import http.client
import os
import random
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "buurtgezinnen.settings")
django.setup()

from django.core.management import call_command  # noqa: E402 - needs the settings
from django.db import connection, transaction  # noqa: E402
from django.test import Client  # noqa: E402
from django.utils import timezone  # noqa: E402

from benchmarks.results import save  # noqa: E402
from benchmarks.stage.databases import (  # noqa: E402
    ONE_DATABASE,
    PG,
    name_of_database,
    tell,
)
from buurtgezinnen.tests.addresses import ADDRESSES, Address, Who  # noqa: E402
from buurtgezinnen.tests.crowd import settle  # noqa: E402
from buurtgezinnen.tests.world import World, make_world  # noqa: E402
from families.models import CheckedTranslation, Household, User  # noqa: E402

MINUTES = 10
FAMILIES, TOWNS = 5000, 80
COORDINATORS = 6
WORKERS, THREADS = 3, 4
# Of ten visits so many send something.
SENDS = 3
MOST_GROWTH = 1.10
# The first part of the time fills the caches of the workers.
WARMING = 0.2
WEIGHT_OF_DAILY = 12
DAILY = (
    "today",
    "families:family-list",
    "family-detail",
    "family-course",
    "families:contact-note",
    "matching:request-list",
    "matching:bench",
    "matching:pairing-list",
    "matching:pairing-detail",
)
CSRF = "s" * 32
LEAVES = ("account_logout", "exit")


@dataclass
class Seen:
    """What all visitors met, by status, and how long each answer took."""

    statuses: Counter[int] = field(default_factory=Counter)
    seconds: dict[str, list[float]] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, what: str, status: int, seconds: float) -> None:
        """One answer."""
        with self.lock:
            self.statuses[status] += 1
            self.seconds.setdefault(what, []).append(seconds)
            if status >= http.client.INTERNAL_SERVER_ERROR:
                self.faults.append(f"{what}: {status}")


@dataclass
class Visitor:
    """Somebody with a session, who asks one thing after the other."""

    port: int
    cookies: str
    seen: Seen

    def ask(self, method: str, name: str, path: str, sent: dict[str, Any]) -> None:
        """One visit, with what is sent along as a form."""
        body = urllib.parse.urlencode(sent, doseq=True) if method == "POST" else None
        headers = {"Cookie": self.cookies, "X-CSRFToken": CSRF}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        server = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        started = time.perf_counter()
        try:
            server.request(method, urllib.parse.quote(path, "/?=&%:,"), body, headers)
            answer = server.getresponse()
            answer.read()
        finally:
            server.close()
        self.seen.note(f"{method} {name}", answer.status, time.perf_counter() - started)


def make_site() -> list[World]:
    """Municipalities with 5,000 families in all, and one thing of each kind in each."""
    worlds = []
    for n_made in range(TOWNS):
        with transaction.atomic():
            # There is one row for each language, and each world brings one.
            CheckedTranslation.objects.all().delete()
            world = make_world()
            here = Household.objects.filter(municipality=world.municipality).count()
            settle(world, (FAMILIES // TOWNS - here) // 2)
        worlds.append(world)
        if not n_made % 10:
            tell(f"{Household.objects.count()} families")
    return worlds


def cookies_of(user: User | None) -> str:
    """The cookies of a browser in which the user logged in."""
    client = Client()
    if user is not None:
        client.force_login(user)
    session = [f"{name}={one.value}" for name, one in client.cookies.items()]
    return "; ".join([*session, f"csrftoken={CSRF}"])


def theirs(*who: Who) -> dict[str, Address]:
    """The addresses of these people, without those that end the session."""
    return {
        name: address
        for name, address in ADDRESSES.items()
        if address.who in who and name not in LEAVES
    }


def visit_until(
    end: float, visitor: Visitor, world: World, mine: dict[str, Address], seed: int
) -> None:
    """Opens pages and sends forms in a random order until the time is over."""
    chance = random.Random(seed)  # noqa: S311 - it draws pages, no secrets
    names = list(mine)
    weights = [WEIGHT_OF_DAILY if name in DAILY else 1 for name in names]
    households = list(
        Household.objects.filter(municipality=world.municipality).values_list(
            "reference", flat=True
        )
    )
    while time.monotonic() < end:
        name = chance.choices(names, weights)[0]
        address = mine[name]
        sends = address.post and chance.randrange(10) < SENDS
        if not sends and address.get == http.client.METHOD_NOT_ALLOWED:
            continue
        path = address.url(name, world)
        if world.asking.reference in path:
            # Any family of the town, not always the same one.
            path = path.replace(world.asking.reference, chance.choice(households))
        sent = address.send(world) if sends else {}
        if sends and name == "families:contact-note":
            sent = {
                "kind": "telephone",
                "outcome": "reached",
                "happened_on": f"{timezone.localdate():%d-%m-%Y}",
                "text": "Gebeld over zwemles.",
            }
        visitor.ask("POST" if sends else "GET", name, path, sent)


@contextmanager
def served() -> Iterator[tuple[int, subprocess.Popen[bytes]]]:
    """The port of the site as production serves it, and its first process."""
    with tempfile.TemporaryDirectory() as folder:
        told = Path(folder) / "log"
        with told.open("wb") as log:
            server = subprocess.Popen(  # noqa: S603 - our own command only
                [
                    *(sys.executable, "-m", "gunicorn", "buurtgezinnen.wsgi"),
                    *("--bind", "127.0.0.1:0", "--workers", str(WORKERS)),
                    *("--threads", str(THREADS), "--timeout", "120"),
                ],
                stdout=log,
                stderr=log,
                env=os.environ | {"DEBUG": "0"},
            )
        try:
            yield _port(told, server), server
        finally:
            server.terminate()
            server.wait()
            # Where a fault came from is known to the server alone.
            for said in told.read_text().split(" ERROR ")[1:]:
                sys.stderr.write(f"ERROR {said[:2000]}\n")


def _port(told: Path, server: subprocess.Popen[bytes]) -> int:
    """Where gunicorn listens, as soon as it says so."""
    mark = "http://127.0.0.1:"
    while server.poll() is None:
        text = told.read_text()
        if mark in text and text.count("Booting worker") == WORKERS:
            return int(text.split(mark)[1].split()[0])
        time.sleep(0.1)
    raise RuntimeError(told.read_text())


def memory_mib(server: subprocess.Popen[bytes]) -> float:
    """What the server and its workers hold for themselves and share, in MiB."""
    pids = [server.pid]
    children = Path(f"/proc/{server.pid}/task/{server.pid}/children").read_text()
    pids += map(int, children.split())
    kib = 0
    for pid in pids:
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                kib += int(line.split()[1])
    return round(kib / 1024, 1)


def measure(minutes: float) -> dict[str, Any]:
    """Statuses, times and memory of so many minutes."""
    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    worlds = make_site()
    work = theirs(Who.COORDINATOR, Who.OWN_COORDINATOR)
    people: list[tuple[User | None, World, dict[str, Address]]] = [
        (world.coordinator.user, world, work) for world in worlds[:COORDINATORS]
    ]
    town = worlds[COORDINATORS]
    people.append((town.official, town, theirs(Who.OFFICIAL, Who.OWN_OFFICIAL)))
    people.append((None, town, theirs(Who.ANYBODY)))
    seen, memory = Seen(), []
    n_families = Household.objects.count()
    connection.close()
    with served() as (port, server):
        began = time.monotonic()
        end = began + 60 * minutes
        threads = [
            threading.Thread(
                target=visit_until,
                args=(end, Visitor(port, cookies_of(user), seen), world, mine, seed),
            )
            for seed, (user, world, mine) in enumerate(people)
        ]
        for thread in threads:
            thread.start()
        while any(thread.is_alive() for thread in threads):
            time.sleep(5)
            memory.append((time.monotonic() - began, memory_mib(server)))
        took = time.monotonic() - began
    return told(seen, memory, took) | {"families": n_families, "clients": len(people)}


def told(seen: Seen, memory: list[tuple[float, float]], took: float) -> dict[str, Any]:
    """The figures of what was seen."""
    every = sorted(one for times in seen.seconds.values() for one in times)
    warm = [mib for at, mib in memory if at > WARMING * took]
    quarter = max(1, len(warm) // 4)
    first, last = statistics.median(warm[:quarter]), statistics.median(warm[-quarter:])
    slowest = {
        name: round(1000 * statistics.quantiles(times, n=20)[-1])
        for name, times in seen.seconds.items()
        if len(times) > 20  # noqa: PLR2004 - too few to tell
    }
    return {
        "database": name_of_database(),
        "minutes": round(took / 60, 1),
        "visits": len(every),
        "per_second": round(len(every) / took, 1),
        "p50_ms": round(1000 * statistics.median(every)),
        "p95_ms": round(1000 * statistics.quantiles(every, n=20)[-1]),
        "statuses": {str(status): n for status, n in sorted(seen.statuses.items())},
        "slowest_p95_ms": dict(
            sorted(slowest.items(), key=lambda one: one[1], reverse=True)[:10]
        ),
        "memory_mib": {"warm": first, "end": last},
        "memory_growth": round(last / first, 3),
        "faults": sorted(set(seen.faults)),
    }


def main(minutes: float, vendor: str) -> int:
    """Measures on one database, writes down, and gives the exit status."""
    if ONE_DATABASE not in sys.argv:
        once = [sys.executable, "-m", "benchmarks.soak_site", ONE_DATABASE]
        once += [str(minutes), vendor]
        with tempfile.TemporaryDirectory() as folder:
            env = os.environ | {"DATABASE_URL": f"sqlite:///{folder}/site.sqlite3"}
            command = once if vendor == "sqlite" else [str(PG), *once]
            done = subprocess.run(  # noqa: S603 - our own command only
                command, env=env, check=False
            )
            return done.returncode
    figures = measure(minutes)
    sys.stdout.write("".join(f"{name}: {one}\n" for name, one in figures.items()))
    if minutes >= MINUTES:
        sys.stdout.write(f"Written to {save('soak_site', figures).name}\n")
    return 1 if figures["faults"] or figures["memory_growth"] > MOST_GROWTH else 0


if __name__ == "__main__":
    given = [one for one in sys.argv[1:] if not one.startswith("--")]
    chosen = [one for one in given if one in ("sqlite", "postgresql")]
    times = [float(one) for one in given if one not in chosen]
    sys.exit(
        main(*(times[:1] or [MINUTES]), *(chosen[:1] or ["postgresql"]))  # type: ignore[arg-type]
    )

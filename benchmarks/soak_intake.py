"""The public doors, tried by programs, by guessers and by impatient fingers.

    python -m benchmarks.soak_intake [PART_OF_A_HUNDRED] [NAME...]

Runs on SQLite, and on a PostgreSQL of its own (`.ci/pg`), each with a test database
that is made and dropped: a robot that sends 500 posts at each of several things, and a
family that shares its address (`robot`); 2,000 bad posts to every public form (`fuzz`);
twenty presses at once on the button that sends an application (`submits`); and 200
pairs of known and unknown codes (`enumeration`).
A number does that part of a hundred of all this, and keeps no results. Names do only
those parts, and leave the figures of the others as they were.

Writes benchmarks/results/soak_intake.json, and ends with an error when there was a
fault. The databases are tried one after the other: the times are of a machine that does
nothing else.
"""

import json
import logging
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "buurtgezinnen.settings")
django.setup()

from django.db import connection  # noqa: E402 - needs the settings
from django.test.utils import setup_test_environment  # noqa: E402

from benchmarks.results import FOLDER, save  # noqa: E402
from buurtgezinnen.tests import fuzzing, guessing, pressing, robots  # noqa: E402
from families.models import Household  # noqa: E402
from families.tests.applying import served  # noqa: E402

ROBOT_POSTS, FUZZ_POSTS, PRESSES, CALLERS, PAIRS = 500, 2_000, 10, 20, 200
ONE_DATABASE = "--one-database"
RESULT = "soak_intake"
PG = Path(__file__).parent.parent / ".ci" / "pg"

Figures = dict[str, Any]
Part = Callable[[], Figures]


def tell(what: str) -> None:
    """A line on how far it is."""
    sys.stderr.write(f"{connection.display_name}: {what}\n")


def together(parts: dict[str, Figures]) -> Figures:
    """Figures of several things as those of one part, with the faults of all."""
    faults = [fault for part in parts.values() for fault in part.pop("faults")]
    return {**parts, "faults": faults}


def soak_robot(n: int) -> Figures:
    return together({name: robots.let_loose(name, n) for name in robots.TARGETS})


def soak_submits(rounds: int) -> Figures:
    """Each round another application, pressed by twenty at once."""
    found = [pressing.press_together(CALLERS) for _round in range(rounds)]
    return {
        "rounds": rounds,
        "callers": CALLERS,
        "families": sum(one["families"] for one in found),
        "mails": sum(one["mails"] for one in found),
        "most_confirmations": max(one["confirmations"] for one in found),
        "faults": [fault for one in found for fault in one["faults"]],
    }


def soak_enumeration(pairs: int) -> Figures:
    found = {name: guessing.compare(name, pairs) for name in guessing.PAGES}
    if pairs >= PAIRS:
        # Fewer tell nothing about time.
        for name, figures in found.items():
            figures["faults"] += guessing.too_far_apart(name, figures)
    return together(found)


def soak(percent: int, names: list[str]) -> Figures:
    """The figures of each part named, on the database that the settings name."""

    def part(n: int) -> int:
        return max(1, n * percent // 100)

    parts: dict[str, Part] = {
        "robot": lambda: soak_robot(part(ROBOT_POSTS)),
        "submits": lambda: soak_submits(part(PRESSES)),
        "enumeration": lambda: soak_enumeration(part(PAIRS)),
        "fuzz": lambda: fuzzing.try_all_forms(part(FUZZ_POSTS), tell),
    }
    version = ".".join(map(str, connection.get_database_version()))
    figures: Figures = {"database": f"{connection.display_name} {version}"}
    served()
    # Being refused is what most posts are here for; an error is still told.
    logging.getLogger("django.request").setLevel(logging.ERROR)
    logging.getLogger("django.security").setLevel(logging.CRITICAL)
    for name, look in parts.items():
        if name in names or not names:
            started = time.perf_counter()
            figures[name] = look()
            figures[name]["seconds"] = round(time.perf_counter() - started)
            tell(f"{name}: {figures[name]}")
    figures["families_at_the_end"] = Household.objects.count()
    return figures


def soak_one_database(percent: int, names: list[str]) -> None:
    """Print the figures of one database as JSON."""
    setup_test_environment()
    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        figures = soak(percent, names)
    finally:
        connection.creation.destroy_test_db(":memory:", verbosity=0)
    sys.stdout.write(json.dumps(figures))


def main() -> int:
    """Runs on one database after the other; the exit status."""
    given_numbers = [one for one in sys.argv[1:] if one.isdecimal()]
    names = [one for one in sys.argv[1:] if one.isidentifier()]
    percent = int(given_numbers[0]) if given_numbers else 100
    if ONE_DATABASE in sys.argv:
        soak_one_database(percent, names)
        return 0
    once = [sys.executable, "-m", __spec__.name, ONE_DATABASE, str(percent), *names]
    env = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    figures = {}
    for name, command in (("sqlite", once), ("postgresql", [str(PG), *once])):
        told = subprocess.run(  # noqa: S603 - our own commands only
            command, env=env, stdout=subprocess.PIPE, check=True
        )
        figures[name] = json.loads(told.stdout)
    faults = {
        f"{name} {part}": told["faults"]
        for name, parts in figures.items()
        for part, told in parts.items()
        if isinstance(told, dict) and told["faults"]
    }
    sys.stdout.write(f"Faults: {faults}.\n")
    if percent >= 100:  # noqa: PLR2004 - all of it
        kept = earlier()
        both = {name: kept.get(name, {}) | parts for name, parts in figures.items()}
        written = save(RESULT, both)
        sys.stdout.write(f"Written to {written.name}\n")
    return 1 if faults else 0


def earlier() -> Figures:
    """The figures that were written before."""
    path = FOLDER / f"{RESULT}.json"
    figures: Figures = json.loads(path.read_text())["figures"] if path.exists() else {}
    return figures


if __name__ == "__main__":
    sys.exit(main())

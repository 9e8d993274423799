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

import logging
import os
import sys

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "buurtgezinnen.settings")
django.setup()

from benchmarks.stage.databases import (  # noqa: E402 - needs the settings
    Figures,
    Part,
    Share,
    run_parts,
    tell,
)
from buurtgezinnen.tests import fuzzing, guessing, pressing, robots  # noqa: E402
from families.tests.applying import served  # noqa: E402

ROBOT_POSTS, FUZZ_POSTS, PRESSES, CALLERS, PAIRS = 500, 2_000, 10, 20, 200


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


def parts(share: Share) -> dict[str, Part]:
    """What is tried, by its name."""
    return {
        "robot": lambda: soak_robot(share(ROBOT_POSTS)),
        "submits": lambda: soak_submits(share(PRESSES)),
        "enumeration": lambda: soak_enumeration(share(PAIRS)),
        "fuzz": lambda: fuzzing.try_all_forms(share(FUZZ_POSTS), tell),
    }


if __name__ == "__main__":
    # Being refused is what most posts are here for; an error is still told.
    logging.getLogger("django.request").setLevel(logging.ERROR)
    logging.getLogger("django.security").setLevel(logging.CRITICAL)
    sys.exit(run_parts("benchmarks.soak_intake", parts, before=served))

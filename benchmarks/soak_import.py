"""A list of 10,000 families with 500 mistakes, brought in as a coordinator would.

    python -m benchmarks.soak_import [PART_OF_A_HUNDRED]

Runs on SQLite, and on a PostgreSQL of its own (`.ci/pg`), each in a process of its own
with a test database that is made and dropped. The file is read, checked and brought in;
the file of the wrong rows is mended and brought in; both are sent once more. A number
does that part of a hundred of all this, and keeps no results.

Writes benchmarks/results/soak_import.json, and ends with an error when there was a
fault. The databases are tried one after the other: the times are of a machine that does
nothing else.
"""

import logging
import os
import resource
import sys
import time
from collections.abc import Sequence

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
from buurtgezinnen.imports import runs  # noqa: E402
from buurtgezinnen.imports.files import file_response, wrong_rows  # noqa: E402
from buurtgezinnen.imports.jobs import bring_in_file, check_file  # noqa: E402
from buurtgezinnen.imports.reading import read_table  # noqa: E402
from buurtgezinnen.tests.imports.sheets import coordinator_of  # noqa: E402
from families.models import Household, ImportRun, User  # noqa: E402

ROWS, BAD_IN = 10_000, 20
MOST_MB = 300
HEADINGS = ("Soort", "Naam", "Telefoon", "Postcode", "Kinderen", "Fase", "Momenten")
HEADINGS += ("Laatste contact", "Verslag", "VOG gezien", "Opmerkingen")
TELEPHONE = 2
COUNTS = ("n_asking", "n_giving", "n_wrong", "n_before")


def row(number: int, *, bad: bool) -> list[str]:
    """A family of the list; every twentieth has no good telephone number."""
    asks = number % 2 == 0
    return [
        "vraaggezin" if asks else "steungezin",
        f"Kees Voorbeeld{number}",
        "12" if bad else telephone(number),
        "1431 AB",
        f"Noor{number} 6; Sam 2021-04" if asks else "",
        "wacht" if asks else "beschikbaar",
        "wo middag; za",
        "3-11-2025",
        "Gebeld. Woensdag past het beste.",
        "" if asks else "2-10-2025",
        "Heeft een grote tuin.",
    ]


def telephone(number: int) -> str:
    """A mobile number of its own."""
    return f"06{10_000_000 + number}"


def excel(rows: Sequence[Sequence[object]]) -> bytes:
    """The rows as a file."""
    return file_response("gezinnen", "xlsx", [("Gezinnen", rows)]).content


class Soak:
    """Brings files in for one coordinator, and notes how long each step takes."""

    def __init__(self, by: User) -> None:
        self.by = by
        self.seconds: dict[str, float] = {}
        self.faults: list[str] = []

    def timed(self, name: str, began: float) -> None:
        """Notes the seconds since `began`."""
        self.seconds[name] = round(time.perf_counter() - began, 1)

    def bring_in(self, name: str, content: bytes) -> ImportRun:
        """A file from its bytes to the end, with a fault where the runs disagree."""
        began = time.perf_counter()
        run = runs.begin(read_table(content), by=self.by)
        self.timed(f"{name}_read", began)
        began = time.perf_counter()
        runs.choose(run, runs.chosen_of(run))
        check_file.func(run.pk)
        self.timed(f"{name}_checked", began)
        run.refresh_from_db()
        told, before = counts(run), Household.objects.count()
        if not run.n_asking + run.n_giving:
            return run
        began = time.perf_counter()
        runs.start(run)
        bring_in_file.func(run.pk)
        self.timed(f"{name}_brought_in", began)
        run.refresh_from_db()
        made = Household.objects.count() - before
        if counts(run) != told or made != run.n_asking + run.n_giving:
            self.faults.append(f"{name}: told {told}, found {counts(run)}, made {made}")
        return run

    def expect(self, name: str, run: ImportRun, expected: tuple[int, ...]) -> None:
        """A fault where a run counts something else."""
        if counts(run) != expected:
            self.faults.append(f"{name}: {counts(run)} instead of {expected}")


def counts(run: ImportRun) -> tuple[int, ...]:
    """What a run says it makes and leaves out."""
    return tuple(getattr(run, name) for name in COUNTS)


def soak_import(n_rows: int) -> Figures:
    """A list with mistakes, its mended rows, and both once more."""
    soak = Soak(coordinator_of().user)
    n_bad = n_rows // BAD_IN
    listed = [row(n, bad=n % BAD_IN == 0) for n in range(n_rows)]
    content = excel([HEADINGS, *listed])
    first = soak.bring_in("first", content)
    # The rows with a mistake have even numbers, so they are of families that ask.
    soak.expect("first", first, (n_rows // 2 - n_bad, n_rows // 2, n_bad, 0))
    tell("the list is in")
    wrong = [list(one) for one in wrong_rows(first)]
    for one in wrong[1:]:
        one[TELEPHONE] = telephone(int(str(one[1]).removeprefix("Kees Voorbeeld")))
    mended = excel(wrong)
    soak.expect("mended", soak.bring_in("mended", mended), (n_bad, 0, 0, 0))
    soak.expect("again", soak.bring_in("again", content), (0, 0, n_bad, n_rows - n_bad))
    soak.expect("mended_again", soak.bring_in("again_mended", mended), (0, 0, 0, n_bad))
    if Household.objects.count() != n_rows:
        soak.faults.append(f"{Household.objects.count()} families of {n_rows} rows")
    most_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    if most_mb >= MOST_MB:
        soak.faults.append(f"{most_mb} MB of memory")
    return {
        "rows": n_rows,
        "bad": n_bad,
        "file_kb": len(content) // 1024,
        "most_mb": most_mb,
        "steps": soak.seconds,
        "faults": soak.faults,
    }


def parts(share: Share) -> dict[str, Part]:
    """What is tried, by its name."""
    return {"import": lambda: soak_import(share(ROWS))}


if __name__ == "__main__":
    logging.getLogger("django.request").setLevel(logging.ERROR)
    sys.exit(run_parts("benchmarks.soak_import", parts))

"""Runs a measurement on SQLite, and on a PostgreSQL of its own (`.ci/pg`).

Each database is measured in a process of its own, on a test database that is made for
it and dropped, so that nothing of one is left in the other.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from django.db import connection
from django.test.utils import setup_test_environment

from benchmarks.results import FOLDER, save

ONE_DATABASE = "--one-database"
PG = Path(__file__).parents[2] / ".ci" / "pg"

Figures = dict[str, Any]
Part = Callable[[], Figures]
# Of a full number, the part of it that is asked for.
Share = Callable[[int], int]


def tell(what: str) -> None:
    """A line on how far it is."""
    sys.stderr.write(f"{connection.display_name}: {what}\n")


def name_of_database() -> str:
    """The database in use and its version, such as "SQLite 3.40.1"."""
    version = ".".join(map(str, connection.get_database_version()))
    return f"{connection.display_name} {version}"


def print_figures(look: Part) -> None:
    """Prints as JSON what `look` finds on a test database of its own."""
    setup_test_environment()
    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        figures = look()
    finally:
        connection.creation.destroy_test_db(":memory:", verbosity=0)
    sys.stdout.write(json.dumps(figures))


def on_each(script: str, *given: str, at_once: bool = False) -> Figures:
    """What a script prints with ONE_DATABASE on each of the databases, by their names.

    Args:
        script: its module, such as benchmarks.soak_intake.
        given: what it is given besides.
        at_once: the databases beside each other; the times then say little.

    Raises:
        CalledProcessError: it ended with an error.
    """
    once = [sys.executable, "-m", script, ONE_DATABASE, *given]
    env = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    figures = {}
    with tempfile.TemporaryDirectory() as folder:
        # The tests of the project may run beside it.
        env["TEST_DATABASE_NAME"] = str(Path(folder) / "soak.sqlite3")
        running = {}
        for name, command in (("sqlite", once), ("postgresql", [str(PG), *once])):
            running[name] = subprocess.Popen(  # noqa: S603 - our own commands only
                command, env=env, stdout=subprocess.PIPE
            )
            if not at_once:
                figures[name] = _told(running.pop(name))
        for name, process in running.items():
            figures[name] = _told(process)
    return figures


def _told(process: subprocess.Popen[bytes]) -> Figures:
    told, _nothing = process.communicate()
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, process.args)
    figures: Figures = json.loads(told)
    return figures


def run_parts(
    script: str,
    parts: Callable[[Share], Mapping[str, Part]],
    *,
    before: Callable[[], object] = lambda: None,
    at_once: bool = False,
) -> int:
    """Measures the parts that the command line asks for; the exit status.

    A number on the command line does that part of a hundred of all, and keeps no
    results. Names do only those parts, and leave the figures of the others as they are.

    Args:
        script: its module; the results are named after its last word.
        parts: gives each part by its name, of the share that is asked for.
        before: done once on each database, before the first part.
        at_once: both databases beside each other.
    """
    words = [one for one in sys.argv[1:] if not one.startswith("--")]
    names = [one for one in words if not one.isdecimal()]
    percent = next((int(one) for one in words if one.isdecimal()), 100)
    chosen = dict(parts(lambda n: max(1, n * percent // 100)))
    if unknown := sorted(set(names) - set(chosen)):
        sys.stderr.write(f"No such part: {unknown}. There are: {sorted(chosen)}\n")
        return 2
    if ONE_DATABASE in sys.argv:
        if names:
            chosen = {name: chosen[name] for name in names}
        print_figures(lambda: _measured(chosen, before))
        return 0
    figures = on_each(script, str(percent), *names, at_once=at_once)
    faults = {
        f"{name} {part}": told["faults"]
        for name, found in figures.items()
        for part, told in found.items()
        if isinstance(told, dict) and told["faults"]
    }
    sys.stdout.write(f"Faults: {faults}.\n")
    if percent >= 100:  # noqa: PLR2004 - all of it
        result = script.rpartition(".")[2]
        kept = _earlier(result)
        both = {name: kept.get(name, {}) | found for name, found in figures.items()}
        sys.stdout.write(f"Written to {save(result, both).name}\n")
    return 1 if faults else 0


def _measured(parts: Mapping[str, Part], before: Callable[[], object]) -> Figures:
    before()
    figures: Figures = {"database": name_of_database()}
    for name, look in parts.items():
        started = time.perf_counter()
        figures[name] = look()
        figures[name]["seconds"] = round(time.perf_counter() - started)
        tell(f"{name}: {figures[name]}")
    return figures


def _earlier(result: str) -> Figures:
    """The figures that were written before."""
    path = FOLDER / f"{result}.json"
    figures: Figures = json.loads(path.read_text())["figures"] if path.exists() else {}
    return figures

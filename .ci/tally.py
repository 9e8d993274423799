"""Counts the tests in reports of pytest, one line each: `SQLite: 812 passed`.

Exits with 1 when a report is missing, counts nothing, or holds a failure.
"""

import sys
from pathlib import Path
from xml.etree import ElementTree as ET

# What pytest writes down, and the word for it.
OTHERS = {"failures": "failed", "errors": "broken", "skipped": "skipped"}


def tally(report: Path) -> tuple[str, bool]:
    """The line for one report, and whether all is well."""
    if not report.exists():
        return f"{report.stem}: did not run", False
    # Written by our own pytest a moment ago.
    suite = next(ET.parse(report).getroot().iter("testsuite"))  # noqa: S314
    counts = {word: int(suite.get(name, 0)) for name, word in OTHERS.items()}
    passed = int(suite.get("tests", 0)) - sum(counts.values())
    others = [f"{number} {word}" for word, number in counts.items() if number]
    line = ", ".join([f"{report.stem}: {passed} passed", *others])
    return line, passed > 0 and not counts["failed"] + counts["broken"]


if __name__ == "__main__":
    tallies = [tally(Path(name)) for name in sys.argv[1:]]
    sys.stdout.write("".join(f"{line}\n" for line, _ in tallies))
    sys.exit(not all(well for _, well in tallies))

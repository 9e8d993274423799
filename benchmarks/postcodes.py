"""How long it takes to load every postcode of the country, and to load them again.

    python -m benchmarks.postcodes PATH     or with POSTCODES=PATH in the environment

PATH is NL.zip or NL.txt of https://download.geonames.org/export/zip/, which the project
does not carry. Uses a test database that is made and dropped, of the kind that
DATABASE_URL names, and writes benchmarks/results/postcodes.json.
"""

import json
import os
import platform
import sys
import time
from pathlib import Path

import django
from django.apps import apps
from django.core.management import call_command
from django.db import connection

RESULTS = Path(__file__).parent / "results" / "postcodes.json"


def timed_loads(path: str) -> dict[str, object]:
    """Seconds and counts of a first and a second load into an empty table."""
    areas = apps.get_model("families", "PostcodeArea")
    seconds = []
    for _load in range(2):
        started = time.perf_counter()
        call_command("load_postcodes", path, verbosity=0)
        seconds.append(round(time.perf_counter() - started, 2))
    with connection.cursor():
        version = ".".join(map(str, connection.get_database_version()))
    flagged = areas.objects.filter(flagged=True).order_by("postcode")
    return {
        "database": f"{connection.vendor} {version}",
        "areas": areas.objects.count(),
        "flagged": [area.postcode for area in flagged],
        "first_seconds": seconds[0],
        "again_seconds": seconds[1],
    }


def main() -> None:
    path = sys.argv[1] if sys.argv[1:] else os.environ.get("POSTCODES", "")
    if not path:
        sys.stdout.write("Skipped: it needs POSTCODES=NL.zip of GeoNames.\n")
        return
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "buurtgezinnen.settings")
    django.setup()
    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        measured = timed_loads(path)
    finally:
        connection.creation.destroy_test_db(":memory:", verbosity=0)
    results = json.loads(RESULTS.read_text()) if RESULTS.exists() else {}
    results |= {
        "machine": f"{platform.machine()}, {os.cpu_count()} cores",
        "python": platform.python_version(),
        "django": django.get_version(),
        connection.vendor: measured,
    }
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps(results, indent=2) + "\n")
    sys.stdout.write(json.dumps(measured, indent=2) + "\n")


if __name__ == "__main__":
    main()

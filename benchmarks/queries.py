"""Queries and milliseconds of each list and detail page, with 50 and 1,000 families.

    python -m benchmarks.queries

Uses a test database that is made and dropped, of the kind that DATABASE_URL names, and
writes benchmarks/results/queries.json. Half of the families ask and half give.
"""

import os
import statistics
import sys
import time

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "buurtgezinnen.settings")
django.setup()

from django.db import connection  # noqa: E402 - needs the settings
from django.test import Client  # noqa: E402
from django.test.utils import setup_test_environment  # noqa: E402

from benchmarks.results import save  # noqa: E402
from buurtgezinnen.tests.addresses import ADDRESSES  # noqa: E402
from buurtgezinnen.tests.crowd import queries_of_pages, settle  # noqa: E402
from buurtgezinnen.tests.world import World, make_world  # noqa: E402

FEW, MANY = 50, 1000
VISITS = 5
PAGES = ("today", "families:family-list", "matching:request-list", "matching:bench")


def milliseconds(world: World) -> dict[str, float]:
    """The median time of a visit to the pages that are used all day."""
    client = Client()
    client.force_login(world.coordinator.user)
    medians = {}
    for name in PAGES:
        url = ADDRESSES[name].url(name, world)
        taken = []
        for _visit in range(VISITS):
            started = time.perf_counter()
            client.get(url)
            taken.append(1000 * (time.perf_counter() - started))
        medians[name] = round(statistics.median(taken), 1)
    return medians


def main() -> None:
    setup_test_environment()
    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        world = make_world()
        settle(world, FEW // 2)
        few, quick = queries_of_pages(world), milliseconds(world)
        settle(world, (MANY - FEW) // 2)
        many, slow = queries_of_pages(world), milliseconds(world)
    finally:
        connection.creation.destroy_test_db(":memory:", verbosity=0)
    pages = {
        name: {f"queries_at_{FEW}": few[name], f"queries_at_{MANY}": many[name]}
        for name in many
    }
    for name in PAGES:
        pages[name] |= {f"ms_at_{FEW}": quick[name], f"ms_at_{MANY}": slow[name]}
    grown = [name for name in many if many[name] != few[name]]
    save("queries", {"database": connection.vendor, "pages": pages, "grown": grown})
    sys.stdout.write(f"{len(pages)} pages, with more queries at {MANY}: {grown}\n")
    sys.stdout.write(f"ms at {FEW}: {quick}\nms at {MANY}: {slow}\n")


if __name__ == "__main__":
    main()

"""Candidates by a join in PostgreSQL, in turns with ours.

    .ci/pg python -m benchmarks.matchers.joined REQUESTS ROUNDS

Prints as JSON the seconds of each run of both.
"""

import json
import os
import sys
from typing import Any

import numpy as np
import psycopg2
from psycopg2.extras import execute_values

from benchmarks.matchers.pools import whole_country
from benchmarks.matchers.rounds import in_turns
from matching.core.candidates import candidates
from matching.core.pool import Custody, Demand, Fact, Pool, Screening

COLUMNS = """
    number integer, x double precision, y double precision, reach double precision,
    moments bigint, known boolean, kinds bigint, languages bigint, strict boolean,
    has integer, limits integer, ages integer, children integer, town integer
"""
# A grid that both are put on beforehand, so that the join is one of equal cells.
CELL_M = 4_000
GRID = """
    CREATE TABLE cells AS SELECT asked.*, east, north
    FROM asked,
        generate_series(floor((x - reach) / %(cell)s)::integer,
                        floor((x + reach) / %(cell)s)::integer) AS east,
        generate_series(floor((y - reach) / %(cell)s)::integer,
                        floor((y + reach) / %(cell)s)::integer) AS north;
    ALTER TABLE offered ADD east integer, ADD north integer;
    UPDATE offered SET east = floor(x / %(cell)s), north = floor(y / %(cell)s);
    ANALYZE;
"""
JOIN = """
    WITH near AS MATERIALIZED (
        SELECT asked.number AS request, offered.number AS offer,
            asked.town AS one, offered.town AS other
        FROM cells AS asked JOIN offered USING (east, north)
        WHERE (asked.moments & offered.moments <> 0
               OR NOT (asked.known AND offered.known))
        AND (asked.ages & ~offered.ages = 0 OR offered.ages = 0)
        AND (asked.kinds & offered.kinds <> 0 OR asked.kinds = 0 OR offered.kinds = 0)
        AND asked.limits & offered.has = 0 AND asked.has & offered.limits = 0
        AND (asked.children <= offered.children OR offered.children = 0)
        AND (asked.languages & offered.languages <> 0 OR asked.languages = 0
             OR offered.languages = 0 OR NOT (asked.strict OR offered.strict))
        AND sqrt((asked.x - offered.x) ^ 2 + (asked.y - offered.y) ^ 2)
            <= least(asked.reach, offered.reach)
    )
    SELECT request, offer FROM near JOIN meeting USING (one, other)
    WHERE NOT EXISTS (SELECT FROM apart WHERE apart.request = near.request
                      AND apart.offer = near.offer)
"""


def fill(cursor: "psycopg2.extensions.cursor", pool: Pool) -> None:
    """Tables of both sides, of who may meet, and of who is kept apart, with indexes."""
    bit = 1 << np.arange(6)
    requests, offers = pool.requests, pool.offers
    wants = np.column_stack([requests.home_demands, requests.wants_children_at_home])
    shows = np.column_stack([offers.home_facts == Fact.YES, offers.has_children == 1])
    sides = {
        "asked": (
            requests,
            requests.custody != Custody.REFUSED,
            (requests.home_facts == Fact.YES) @ bit[:5],
            (wants == Demand.LIMIT) @ bit,
            requests.n_children,
        ),
        "offered": (
            offers,
            (offers.places_free > 0) & (offers.screening != Screening.REFUSED),
            shows @ bit,
            (offers.home_demands == Demand.LIMIT) @ bit[:5],
            offers.children_at_once,
        ),
    }
    for name, (side, usable, has, limits, children) in sides.items():
        cursor.execute(f"CREATE TABLE {name} ({COLUMNS})")
        columns = [
            np.arange(len(side)),
            side.x_m,
            side.y_m,
            side.max_distance_m,
            side.moments,
            side.moments_known,
            side.kinds,
            side.languages,
            side.language_demand == Demand.LIMIT,
            has,
            limits,
            side.ages,
            children,
            side.municipality,
        ]
        rows = zip(
            *(np.array(column)[usable].tolist() for column in columns), strict=True
        )
        _insert(cursor, name, list(rows))
    for name, first, second, pairs in (
        ("meeting", "one", "other", np.argwhere(pool.may_meet)),
        ("apart", "request", "offer", np.unique(pool.excluded, axis=0)),
    ):
        cursor.execute(
            f"CREATE TABLE {name} ({first} integer, {second} integer,"
            f" PRIMARY KEY ({first}, {second}))"
        )
        _insert(cursor, name, pairs.tolist())
    cursor.execute(GRID, {"cell": CELL_M})


def _insert(cursor: "psycopg2.extensions.cursor", name: str, rows: list[Any]) -> None:
    # The names of the tables are ours.
    execute_values(cursor, f"INSERT INTO {name} VALUES %s", rows)  # noqa: S608


def main() -> None:
    pool = whole_country(int(sys.argv[1]))
    with psycopg2.connect(os.environ["DATABASE_URL"]) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            fill(cursor, pool)
            # To compile a query takes longer than to run this one.
            cursor.execute("SET jit = off")

            def join() -> list[tuple[int, int]]:
                cursor.execute(JOIN, {"cell": CELL_M})
                return cursor.fetchall()

            sys.stdout, told = sys.stderr, sys.stdout
            timed = in_turns(
                {"ours": lambda: candidates(pool), "join": join},
                rounds=int(sys.argv[2]),
            )
            version = connection.server_version // 10_000
    found = timed["ours"].outcome
    pairs = list(zip(found.rows.tolist(), found.indices.tolist(), strict=True))
    if sorted(timed["join"].outcome) != pairs:
        raise ArithmeticError("the join finds other pairs")
    seconds = {name: one.seconds for name, one in timed.items()}
    told.write(json.dumps({"postgresql": version, "seconds": seconds}))


if __name__ == "__main__":
    main()

"""Random histories of an agreement, played against a naive rule.

The suite plays some, and `benchmarks/soak_agreements.py` ten thousand.
"""

import datetime as dt
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from django.db import IntegrityError, connection, transaction
from hypothesis import strategies as st

from agreements import services
from agreements.history import History, with_families
from agreements.models import AgreementVersion, Pause
from agreements.services import Yes
from agreements.services.ending import end
from agreements.services.pauses import note_pause
from agreements.tests.factories import NOON, START, wednesdays
from families.models import User
from matching.models import Pairing
from matching.services.pairings import Ending

DAY = dt.timedelta(days=1)
N_DAYS = 12
EVERY_DAY = [START + n * DAY for n in range(-1, N_DAYS)]
# So that many versions are settled long after the day from which they hold.
BETWEEN_STEPS = dt.timedelta(hours=20)

# Not yet, one of both, or both families at once.
Step = tuple[Any, ...]
Photograph = tuple[dt.datetime, list[int | None]]

writes = st.tuples(
    st.sampled_from(["change", "insertion", "correction", "stop"]),
    st.integers(-1, N_DAYS - 2),
    # What the item says, and how many families say yes at once.
    st.integers(1, 127),
    st.integers(0, 2),
)
answers = st.tuples(st.sampled_from(["yes request", "yes support", "put away"]))
pauses = st.tuples(
    st.just("pause"), st.integers(-1, N_DAYS), st.none() | st.integers(0, 4)
)
# So many days from the start, and the moment of it is often later than the day.
ends = st.tuples(st.just("end"), st.integers(0, N_DAYS - 2))
# Writes more often than the rest, so that there is much to pause, answer and end.
goes_on = st.lists(st.one_of(writes, writes, writes, answers, pauses), max_size=7)
and_ends = st.tuples(ends, st.lists(writes | answers, max_size=2))
steps = st.builds(
    lambda history, end: [*history, *([end[0], *end[1]] if end else [])],
    goes_on,
    st.none() | and_ends,
)


@dataclass
class Believed:
    """The naive rule: a list of what counts, written over day by day."""

    settled: list[tuple[dt.date, int]] = field(default_factory=list)
    last_day: dt.date | None = None

    def settle(self, day: dt.date, number: int, *, stop: bool) -> None:
        """A version takes the place of its date; a stop of all that comes after."""
        self.settled = [
            (start, other)
            for start, other in self.settled
            if (start < day if stop else start != day)
        ]
        self.settled.append((day, number))

    def on(self, day: dt.date) -> int | None:
        """The number of the version in force."""
        if self.last_day is not None and day > self.last_day:
            return None
        started = [one for one in self.settled if one[0] <= day]
        return max(started)[1] if started else None


def play(
    pairing: Pairing, history: list[Step]
) -> tuple[list[int | None], list[Photograph]]:
    """Plays the steps; what is believed at the end, and what was after each."""
    pairing.refresh_from_db()
    believed, photographs = Believed(), []
    before: set[int] = set()
    for number, step in enumerate(history):
        moment = NOON + number * BETWEEN_STEPS
        refused = False
        try:
            take(pairing, step, moment)
        except services.Refused:
            refused = True
        versions = list(versions_of(pairing).order_by("number"))
        current = {one.pk for one in versions if one.is_current}
        assert not refused or current == before
        for one in versions:
            if one.pk in current - before:
                stop = one.kind == "stop"
                believed.settle(one.effective_from, one.number, stop=stop)
        if step[0] == "end" and not refused and believed.last_day is None:
            believed.last_day = START + step[1] * DAY
        seen = [believed.on(day) for day in EVERY_DAY]
        assert in_force(pairing, versions) == seen
        photographs.append((moment, seen))
        before = current
    return [believed.on(day) for day in EVERY_DAY], photographs


def take(pairing: Pairing, step: Step, moment: dt.datetime) -> None:
    """Takes one step.

    Raises:
        Refused: a rule does not allow it.
    """
    by = pairing.lead.user
    kind, *rest = step
    if kind == "pause":
        first, n_days = START + rest[0] * DAY, rest[1]
        last = None if n_days is None else first + n_days * DAY
        note_pause(pairing, from_on=first, until_on=last, side="", by=by, at=moment)
    elif kind == "end":
        _end(pairing, on=START + rest[0] * DAY, by=by, at=moment)
    elif kind == "put away":
        draft = versions_of(pairing).draft().first()
        if draft is not None:
            services.discard_draft(draft, by=by, at=moment)
    elif kind.startswith("yes"):
        _say_yes(pairing, kind.removeprefix("yes "), by=by, at=moment)
    else:
        offset, weekdays, n_yes = rest
        services.record_version(
            pairing,
            effective_from=START + offset * DAY,
            items=[] if kind == "stop" else [wednesdays(pairing, weekdays=weekdays)],
            kind=kind,
            by=by,
            at=moment,
            confirmations=[
                Yes(side, "discussed", START) for side in ("request", "support")[:n_yes]
            ],
        )


def _end(pairing: Pairing, *, on: dt.date, by: User, at: dt.datetime) -> None:
    """On a day that may lie long before the moment at which it is written down.

    Raises:
        PairingHasEnded: it ended before.
    """
    pairing.refresh_from_db()
    if pairing.ended_on is not None:
        raise services.PairingHasEnded
    ending = Ending(on=on, reason="moved", request_goes_on_waiting=False)
    end(pairing, ending, row_version=pairing.row_version, at=at, by=by)
    pairing.refresh_from_db()


def _say_yes(pairing: Pairing, side: str, *, by: User, at: dt.datetime) -> None:
    """To the draft, or late to what counts on one family's word."""
    late = versions_of(pairing).current().filter(one_side_is_enough=True)
    asked = versions_of(pairing).draft().first() or late.order_by("number").last()
    if asked is not None:
        services.confirm(asked, side=side, channel="paper", on=START, by=by, at=at)


def versions_of(pairing: Pairing) -> Any:
    """The versions of one pairing."""
    return AgreementVersion.objects.filter(agreement__pairing=pairing)


def in_force(pairing: Pairing, versions: list[AgreementVersion]) -> list[int | None]:
    """The number of the version of each day, by the rule that pages use."""
    read = History(pairing, None, tuple(versions))
    found = (read.in_force_on(day) for day in EVERY_DAY)
    return [one.number if one else None for one in found]


def see_that_it_stands(
    pairing: Pairing,
    photographs: list[Photograph],
    *,
    now: list[int | None],
    every: int = 1,
) -> None:
    """What was known at each moment is known of that moment still, day by day.

    By the rule in Python of each day, by the database of each `every`-th one.
    """
    read = History.of(with_families(Pairing.objects).get(pk=pairing.pk))
    moments: list[tuple[dt.datetime | None, list[int | None]]] = [
        *photographs,
        (None, now),
    ]
    for place, (moment, seen) in enumerate(moments):
        found = [read.in_force_on(day, known_at=moment) for day in EVERY_DAY]
        assert [one.number if one else None for one in found] == seen
        some = slice(place % every, None, every)
        assert by_the_database(pairing, moment, EVERY_DAY[some]) == seen[some]
    for day in EVERY_DAY:
        assert sum(pause.covers(day) for pause in read.pauses) <= 1


def by_the_database(
    pairing: Pairing, known_at: dt.datetime | None, days: list[dt.date]
) -> list[int | None]:
    """The number of the version of each day; never more than one."""
    found = []
    for day in days:
        rows = list(versions_of(pairing).in_force_on(day, known_at=known_at))
        assert len(rows) <= 1
        found.append(rows[0].number if rows else None)
    return found


def overlap_by_hand(pairing: Pairing) -> tuple[int, list[str]]:
    """Tries with SQL of its own to let two versions hold on one day.

    Returns:
        how many statements were tried, and those that the database took.
    """
    versions = list(versions_of(pairing).order_by("number"))
    current = [one for one in versions if one.is_current]
    days = {one.effective_from for one in current}
    table = AgreementVersion._meta.db_table
    tries: list[tuple[str, list[object]]] = [
        (_copy(table), [1000, one.pk])
        for one in versions
        if one.is_current or one.is_draft
    ]
    tries += [
        (f"UPDATE {table} SET superseded_at = NULL WHERE id = %s", [one.pk])  # noqa: S608
        for one in versions
        if one.settled_at and one.superseded_at and one.effective_from in days
    ]
    tries += [
        (
            f"UPDATE {table} SET effective_from = %s WHERE id = %s",  # noqa: S608
            [first.effective_from, second.pk],
        )
        for first, second in pairwise(current)
    ]
    open_pauses = Pause.objects.counted().filter(
        agreement__pairing=pairing, until_on=None
    )
    tries += [
        (_copy(Pause._meta.db_table, shifted="from_on"), [START - DAY, pause.pk])
        for pause in open_pauses
    ]
    return len(tries), [sql for sql, given in tries if _is_taken(sql, given)]


def _copy(table: str, *, shifted: str = "number") -> str:
    """SQL that writes a row once more, with one column that differs."""
    models = {one._meta.db_table: one for one in (AgreementVersion, Pause)}
    columns = [
        one.column for one in models[table]._meta.concrete_fields if not one.primary_key
    ]
    names = ", ".join(columns)
    values = ", ".join("%s" if name == shifted else name for name in columns)
    return f"INSERT INTO {table} ({names}) SELECT {values} FROM {table} WHERE id = %s"  # noqa: S608


def _is_taken(sql: str, given: list[object]) -> bool:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql, given)
            rows = cursor.rowcount
    except IntegrityError:
        return False
    return rows > 0

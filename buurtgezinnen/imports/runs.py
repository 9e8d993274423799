"""A file on its way in: kept encrypted, checked by the worker, then brought in."""

import datetime as dt
import json
from collections.abc import Iterable, Iterator

from django.db import connection, transaction
from django.db.models import F

from buurtgezinnen.imports.checks import Judged, Seen, judge
from buurtgezinnen.imports.columns import guess
from buurtgezinnen.imports.found import Problem
from buurtgezinnen.imports.known import Known
from buurtgezinnen.imports.reading import Table
from buurtgezinnen.imports.writing import Writer
from families.models import ImportChunk, ImportRun, User
from families.services.audit import record

State = ImportRun.State
ROWS_IN_A_CHUNK = 200
# In which the columns may be chosen, also once more.
OPEN = (State.COLUMNS, State.CHECKED)
Line = tuple[int, list[str]]


class NotNow(Exception):
    """It is being worked on, or over."""


class OtherThanChecked(Exception):
    """What is here changed since the check; `judged` is what holds now."""

    def __init__(self, judged: Judged) -> None:
        super().__init__()
        self.judged = judged


@transaction.atomic
def begin(table: Table, *, by: User) -> ImportRun:
    """Keeps what was read; the columns are guessed, also from her last file."""
    former = ImportRun.objects.visible_to(by).exclude(meanings="").order_by("-pk")
    last = former.first()
    before = meanings_of(last) if last else {}
    chosen = guess(table.headers, before)
    run = ImportRun.objects.create(
        by=by,
        headers=json.dumps(table.headers),
        meanings=_named(chosen, table.headers),
        n_rows=len(table.rows),
    )
    _keep(run, table.rows)
    record(run, verb="created", by=by)
    return run


def headers_of(run: ImportRun) -> list[str]:
    """What stands above the columns of its file."""
    return json.loads(run.headers)  # type: ignore[no-any-return]


def meanings_of(run: ImportRun) -> dict[str, str]:
    """The headings that were chosen, by key."""
    return {key: heading for key, (_number, heading) in _meant(run).items()}


def chosen_of(run: ImportRun) -> dict[str, int]:
    """The number of each column that was chosen, by key."""
    return {key: number for key, (number, _heading) in _meant(run).items()}


def _meant(run: ImportRun) -> dict[str, tuple[int, str]]:
    return json.loads(run.meanings or "{}")  # type: ignore[no-any-return]


def _named(chosen: dict[str, int], headers: list[str]) -> str:
    return json.dumps({key: (at, headers[at]) for key, at in chosen.items()})


@transaction.atomic
def choose(run: ImportRun, chosen: dict[str, int]) -> None:
    """Says what the columns mean, and lets the rows be checked.

    Raises:
        NotNow: it is being worked on, or over.
    """
    locked = _locked(run, OPEN)
    locked.meanings = _named(chosen, headers_of(locked))
    _to_work(locked, State.CHECKING)


@transaction.atomic
def start(run: ImportRun) -> None:
    """Lets what was checked be brought in.

    Raises:
        NotNow: it was not checked, or somebody pressed before.
    """
    _to_work(_locked(run, (State.CHECKED,)), State.WRITING)


def _locked(run: ImportRun, states: Iterable[str]) -> ImportRun:
    locked = ImportRun.objects.select_for_update(no_key=True).get(pk=run.pk)
    if locked.state not in states or locked.erased_at is not None:
        raise NotNow(locked.reference)
    return locked


def _to_work(run: ImportRun, state: str) -> None:
    from buurtgezinnen.imports.jobs import bring_in_file, check_file  # noqa: PLC0415

    run.state, run.n_seen = state, 0
    run.save(update_fields=["state", "n_seen", "meanings"])
    job = check_file if state == State.CHECKING else bring_in_file
    job.enqueue(run.pk)


def lines_of(run: ImportRun) -> Iterator[Line]:
    """The rows of its file, as they were read."""
    for chunk in run.chunks.order_by("number").iterator(chunk_size=10):
        yield from json.loads(chunk.rows)


def rows_of(run: ImportRun) -> Iterator[tuple[int, dict[str, str]]]:
    """Each row with what it tells, by key of the column."""
    chosen = chosen_of(run)
    for number, cells in lines_of(run):
        yield number, {key: cells[at] for key, at in chosen.items()}


def problems_of(run: ImportRun) -> list[Problem]:
    """What is wrong or pointed out, in the order of the file."""
    return [Problem(*one) for one in json.loads(run.found or "[]")]


def check(run: ImportRun, *, on: dt.date, seen: Seen) -> None:
    """Judges all rows and keeps what was found; nothing is made."""
    judged = judge(rows_of(run), Known.to(run.by, on=on), seen=seen)
    _found(run, judged, was=State.CHECKING)


def bring_in(run: ImportRun, *, on: dt.date, at: dt.datetime, seen: Seen) -> None:
    """Makes families of all good rows in one transaction, or of none.

    Nothing is made either where that would be other than what the check told.
    """
    try:
        _write_all(run, on=on, at=at, seen=seen)
    except OtherThanChecked as changed:
        _found(run, changed.judged, was=State.WRITING)


@transaction.atomic
def _write_all(run: ImportRun, *, on: dt.date, at: dt.datetime, seen: Seen) -> None:
    # The row itself is locked at the end only: until then pages may read how far it is.
    judged = judge(rows_of(run), Known.to(run.by, on=on), seen=lambda _count: None)
    told = {name: getattr(run, name) for name in judged.counted()}
    if judged.counted() != told:
        raise OtherThanChecked(judged)
    writer = Writer(run, on=on, at=at)
    for count, family in enumerate(judged.families, start=1):
        writer.write(family)
        if count % 50 == 0:
            seen(count)
    for pair in judged.pairs:
        writer.pair(pair)
    wrong = [line for line in lines_of(run) if line[0] in judged.wrong]
    run.chunks.all().delete()
    _keep(run, wrong)
    over = ImportRun.objects.filter(pk=run.pk, state=State.WRITING)
    if not over.update(state=State.DONE, n_seen=F("n_rows")):
        raise NotNow(run.reference)
    record(run, verb="changed", by=run.by, fields=["state"])


def _found(run: ImportRun, judged: Judged, *, was: str) -> None:
    told = [
        [one.number, one.column, one.text, one.stops, one.reference]
        for one in judged.problems
    ]
    ImportRun.objects.filter(pk=run.pk, state=was).update(
        state=State.CHECKED,
        found=json.dumps(told),
        n_seen=F("n_rows"),
        **judged.counted(),
    )


def _keep(run: ImportRun, lines: list[Line]) -> None:
    ImportChunk.objects.bulk_create(
        ImportChunk(
            run=run,
            number=start,
            rows=json.dumps(lines[start : start + ROWS_IN_A_CHUNK]),
        )
        for start in range(0, len(lines), ROWS_IN_A_CHUNK)
    )


def tell_how_far(run_pk: int, count: int) -> None:
    """Lets pages see how far it is, while a transaction is open.

    SQLite has one writer at a time: there a page only says that it is being done.
    """
    if not connection.in_atomic_block:
        ImportRun.objects.filter(pk=run_pk).update(n_seen=count)
    elif connection.vendor == "postgresql":
        beside = connection.copy()
        try:
            with beside.cursor() as cursor:
                cursor.execute(
                    "UPDATE families_importrun SET n_seen = %s WHERE id = %s",
                    [count, run_pk],
                )
        finally:
            beside.close()

"""Tells which workers live, and has the work of a killed one done after all.

A worker that is killed leaves its task running for ever. Whether it lives is asked of a
lock that ends with its process, and not guessed from the time that went by: so a slow
worker keeps its work, and that of a dead one does not wait for an hour to be over.
"""

import fcntl
import hashlib
import logging
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import TracebackType
from typing import Protocol

from django.db import Error, connection, connections
from django.utils import timezone
from django.utils.module_loading import import_string
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from families.rounds import plan_a_round

logger = logging.getLogger(__name__)

# How often a living worker looks for those that are gone. At its start it looks too,
# which is what mostly finds them: whatever restarts a killed worker starts one.
LOOK_AGAIN_SECONDS = 60
# A task that was on hand each time a worker died may well be what kills them.
BEGUN_AT_MOST = 3

LOCK_OR_REFUSE = fcntl.LOCK_EX | fcntl.LOCK_NB


class WorkerIdTaken(Exception):
    """A living worker has the same id."""


class WorkerGone(Exception):
    """What a task fails with when it must not be begun again."""


class OnDuty:
    """While it lasts others know that a worker lives, and it looks after lost work.

    It also has what is over erased, each few hours.

    A thread does so, with a connection of its own: that of the worker is closed now
    and then, and may be busy with a task for long.
    """

    def __init__(self, worker_id: str) -> None:
        self.worker_id = worker_id
        self.locks: Locks = (
            LocksOfFile() if connection.vendor == "sqlite" else LocksOfPostgreSQL()
        )
        self._ended = threading.Event()
        self._thread = ThreadPoolExecutor(max_workers=1)

    def __enter__(self) -> None:
        """Returns when the lock is taken and lost work was put back.

        Raises:
            WorkerIdTaken: a living worker has this id.
        """
        try:
            self._thread.submit(self._begin).result()
        except BaseException:
            self._end()
            raise
        self._thread.submit(self._go_on)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._end()

    def _begin(self) -> None:
        if not self.locks.take(self.worker_id):
            raise WorkerIdTaken
        # Also of one with the same id that ran before: this one has no task yet.
        put_lost_work_back(self.locks)

    def _go_on(self) -> None:
        while not self._ended.wait(LOOK_AGAIN_SECONDS):
            try:
                if not connection.is_usable():
                    # The lock went with it. Until it is back another worker may begin
                    # the task of this one once more, which such a task can bear.
                    connection.close()
                    self.locks.take(self.worker_id)
                put_lost_work_back(self.locks, but_of=self.worker_id)
                plan_a_round(timezone.now())
            except Error:
                logger.exception("The database does not tell which workers live")

    def _end(self) -> None:
        self._ended.set()
        self._thread.submit(connections.close_all).result()
        self._thread.shutdown()
        self.locks.close()


def put_lost_work_back(locks: "Locks", *, but_of: str = "") -> None:
    """Has every task begun again whose worker is gone, as far as it can bear that.

    Each change holds only while the task is as it was found, so that two workers that
    look at the same time put it back once.

    Args:
        locks: what tells who lives.
        but_of: the worker that asks. A lock does not tell its holder that it is taken.
    """
    # First the tasks and then the locks: who had a task and now has no lock is gone.
    for task in DBTaskResult.objects.running():
        worker_id = task.worker_ids[-1]
        if worker_id == but_of or locks.are_taken(worker_id):
            continue
        found = DBTaskResult.objects.running().filter(
            pk=task.pk, started_at=task.started_at
        )
        give_up = _what_follows(task.task_path)
        if give_up and len(task.worker_ids) < BEGUN_AT_MOST:
            again = found.update(status=TaskResultStatus.READY, started_at=None)
            if again:
                logger.warning("Task %s begins again: its worker is gone", task.pk)
            continue
        failed = found.update(
            status=TaskResultStatus.FAILED,
            finished_at=timezone.now(),
            exception_class_path=f"{__name__}.{WorkerGone.__name__}",
        )
        if failed:
            logger.error("Task %s failed: its worker is gone", task.pk)
        if failed and give_up:
            give_up(*task.args_kwargs["args"])


def _what_follows(task_path: str) -> Callable[..., None] | None:
    """What to do when a task kills its workers; None where it must not run twice."""
    try:
        return getattr(import_string(task_path).func, "give_up", None)
    except ImportError:
        # Of a version of the site that is no more.
        return None


class Locks(Protocol):
    """One lock for each worker, gone when its process is."""

    def take(self, worker_id: str) -> bool:
        """Takes that of a worker; False when another process has it."""

    def are_taken(self, worker_id: str) -> bool:
        """Whether another process has that of a worker."""

    def close(self) -> None:
        """Lets all go."""


class LocksOfPostgreSQL:
    """Advisory locks of the session, on whatever machine the worker is.

    When a process ends its session does too, and at once. A machine that lost its power
    is noticed when the server's TCP keepalive gives it up.
    """

    def take(self, worker_id: str) -> bool:
        """Takes that of a worker; False when another session has it."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(%s)", [_number(worker_id)])
            return bool(cursor.fetchone()[0])

    def are_taken(self, worker_id: str) -> bool:
        """Whether another session has that of a worker; asks without taking it."""
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT EXISTS (SELECT FROM pg_locks JOIN pg_database"
                " ON pg_database.oid = pg_locks.database"
                " WHERE datname = current_database()"
                " AND locktype = 'advisory' AND objsubid = 1"
                " AND (classid::bigint << 32) | objid::bigint = %s"
                " AND pid <> pg_backend_pid())",
                [_number(worker_id)],
            )
            return bool(cursor.fetchone()[0])

    def close(self) -> None:
        """Nothing: they end with the connection."""


class LocksOfFile:
    """Bytes of a file beside that of SQLite, which all workers are on one machine with.

    The file stays empty: a byte can be locked without being there.
    """

    def __init__(self) -> None:
        beside = Path(f"{connection.settings_dict['NAME']}-workers")
        self._file = beside.open("ab")

    def take(self, worker_id: str) -> bool:
        """Takes that of a worker; False when another process has it."""
        try:
            fcntl.lockf(self._file, LOCK_OR_REFUSE, 1, _number(worker_id))
        except (BlockingIOError, PermissionError):
            return False
        return True

    def are_taken(self, worker_id: str) -> bool:
        """Whether another process has that of a worker; takes it for a moment."""
        if not self.take(worker_id):
            return True
        fcntl.lockf(self._file, fcntl.LOCK_UN, 1, _number(worker_id))
        return False

    def close(self) -> None:
        """Lets all go."""
        self._file.close()


def _number(worker_id: str) -> int:
    """The number of a worker's lock, small enough for both kinds."""
    return int.from_bytes(hashlib.sha256(worker_id.encode()).digest()[:7])

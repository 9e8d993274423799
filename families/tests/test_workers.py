"""Workers that are killed: what they had on hand is done, and by one at a time."""

import signal
import socketserver
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from email import message_from_bytes

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone
from django_tasks import TaskResultStatus, task
from django_tasks_db.models import DBTaskResult

from buurtgezinnen.tests.concurrency import together
from families import workers
from families.models import OutboxMail
from families.rounds import erase_what_is_over
from families.services.mail import queue_mail
from families.tests.factories import PersonFactory
from families.tests.processes import environment_here
from families.workers import OnDuty, put_lost_work_back

pytestmark = pytest.mark.django_db(transaction=True)

PATIENCE_SECONDS = 120
LOOK_AGAIN_SECONDS = 0.02


class Post(socketserver.ThreadingTCPServer):
    """A mail server that takes its time where it is asked to.

    Attributes:
        stops_at: "nothing", or the moment at which it keeps whoever sends waiting: the
            "greeting", or what it "took" without saying so yet.
        reached: somebody waits there.
        goes_on: they may go on.
        took: the Message-IDs of what it has.
    """

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Talk)
        self.url = f"smtp://127.0.0.1:{self.server_address[1]}"
        self.stops_at = "nothing"
        self.reached = threading.Event()
        self.goes_on = threading.Event()
        self.took: list[str] = []

    def pass_by(self, moment: str) -> None:
        if self.stops_at == moment:
            self.reached.set()
            self.goes_on.wait(PATIENCE_SECONDS)


class Talk(socketserver.StreamRequestHandler):
    """As much of SMTP as a mail needs."""

    server: Post

    def handle(self) -> None:
        self.server.pass_by("greeting")
        self.say("220 buurt.example")
        for line in self.rfile:
            word = line.split()[0].upper()
            if word == b"DATA":
                self.say("354 go on")
                self.take()
            self.say("250 ok")

    def take(self) -> None:
        lines = iter(self.rfile.readline, b".\r\n")
        mail = message_from_bytes(b"".join(lines))
        self.server.took.append(mail["Message-ID"])
        self.server.pass_by("took")

    def say(self, words: str) -> None:
        try:
            self.wfile.write(f"{words}\r\n".encode())
        except ConnectionError:
            return  # whoever was here was killed


@pytest.fixture
def post() -> Iterator[Post]:
    with Post() as one:
        serving = threading.Thread(target=one.serve_forever, args=[0.01])
        serving.start()
        yield one
        one.goes_on.set()
        one.shutdown()
        serving.join()


@pytest.fixture
def worker(post) -> Iterator[Callable[..., subprocess.Popen[bytes]]]:
    """Starts a worker in a process of its own."""
    running = []

    def start(*options: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "manage.py", "db_worker", "--no-startup-delay"]
        running.append(
            subprocess.Popen(  # noqa: S603 - our own command
                [*command, "--interval", "0.05", *options],
                cwd=settings.BASE_DIR,
                env=environment_here(EMAIL_URL=post.url),
                stdout=subprocess.DEVNULL,
            )
        )
        return running[-1]

    yield start
    for one in running:
        kill(one)


@pytest.fixture
def next_worker(post, settings) -> Callable[[], None]:
    """A worker that does here and now all that is due."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = post.server_address
    options = {"batch": True, "reload": False, "startup_delay": False, "verbosity": 0}
    return lambda: call_command("db_worker", worker_id="next", **options)


def kill(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGKILL)
    process.wait()


def until(comes_true: Callable[[], bool]) -> None:
    """Waits for it."""
    end = time.monotonic() + PATIENCE_SECONDS
    while not comes_true():
        assert time.monotonic() < end
        time.sleep(LOOK_AGAIN_SECONDS)


def queued() -> OutboxMail:
    return queue_mail(
        PersonFactory(email="amira@buurt.example"), body="Hallo", asked_for=True
    )


def left_by(*worker_ids: str, **fields: object) -> DBTaskResult:
    """The task of a mail that a worker had on hand."""
    queued()
    running = {"status": TaskResultStatus.RUNNING, "started_at": timezone.now()}
    found = but_rounds()
    found.update(**running | {"worker_ids": worker_ids} | fields)
    return found.get()


def but_rounds() -> QuerySet[DBTaskResult]:
    """All tasks that a worker does not plan by itself, at some moment of its own."""
    return DBTaskResult.objects.exclude(task_path=erase_what_is_over.module_path)


def stand() -> tuple[str, list[str]]:
    """How the only task stands, and who began it."""
    one = but_rounds().get()
    return one.status, one.worker_ids


@pytest.mark.slow
@pytest.mark.parametrize(("stops_at", "times"), [("greeting", 1), ("took", 2)])
def test_mail_of_a_killed_worker_is_sent_by_the_next(
    post, worker, next_worker, stops_at, times
):
    post.stops_at = stops_at
    mail = queued()
    killed = worker("--worker-id", "killed")
    assert post.reached.wait(PATIENCE_SECONDS)
    kill(killed)
    post.stops_at = "nothing"
    after_the_kill = stand()

    next_worker()

    assert after_the_kill == ("RUNNING", ["killed"])
    assert stand() == ("SUCCESSFUL", ["killed", "next"])
    # What a mail server gets twice it tells by the Message-ID.
    assert post.took == [f"<{mail.message_id}@buurt.example>"] * times
    mail.refresh_from_db()
    assert (mail.tries, mail.sent_at is None, mail.parked_at) == (1, False, None)


@pytest.mark.slow
def test_a_slow_worker_keeps_its_task(post, worker, next_worker):
    post.stops_at = "greeting"
    queued()
    worker("--worker-id", "slow")
    assert post.reached.wait(PATIENCE_SECONDS)

    next_worker()
    meanwhile = stand()
    post.goes_on.set()
    until(lambda: stand()[0] != "RUNNING")

    assert meanwhile == ("RUNNING", ["slow"])
    assert (stand(), len(post.took)) == (("SUCCESSFUL", ["slow"]), 1)


@pytest.mark.slow
def test_two_workers_never_have_one_id(post, worker):
    post.stops_at = "greeting"
    queued()
    worker("--worker-id", "one")
    assert post.reached.wait(PATIENCE_SECONDS)

    with pytest.raises(CommandError, match="A worker with this id is running"):
        call_command("db_worker", worker_id="one", batch=True, reload=False)

    assert stand() == ("RUNNING", ["one"])


def test_a_worker_does_what_was_left_under_its_own_id():
    left_by("one")

    with OnDuty("one"):
        status, _began = stand()

    assert status == "READY"


def test_a_worker_finds_who_died_while_it_lives(monkeypatch):
    monkeypatch.setattr(workers, "LOOK_AGAIN_SECONDS", LOOK_AGAIN_SECONDS)

    with OnDuty("living"):
        left_by("gone")
        until(lambda: stand() == ("READY", ["gone"]))


def test_a_worker_never_puts_back_what_it_does_itself(monkeypatch):
    monkeypatch.setattr(workers, "LOOK_AGAIN_SECONDS", LOOK_AGAIN_SECONDS)

    with OnDuty("living"):
        left_by("living")
        DBTaskResult.objects.create(
            status=TaskResultStatus.RUNNING,
            args_kwargs={"args": [], "kwargs": {}},
            task_path="families.tests.test_workers.counts_up",
            worker_ids=["gone"],
            run_after=timezone.now(),
        )
        until(DBTaskResult.objects.failed().exists)

    assert DBTaskResult.objects.running().get().worker_ids == ["living"]


@task()
def counts_up() -> None:
    """Something that must not be done twice."""


def test_what_must_not_run_twice_fails_instead():
    left_by("gone", task_path=counts_up.module_path)

    with OnDuty("next"):
        status, began = stand()

    assert (status, began) == ("FAILED", ["gone"])
    failed = but_rounds().get()
    assert failed.exception_class_path == "families.workers.WorkerGone"
    assert failed.finished_at is not None


def test_a_mail_that_kills_every_worker_is_given_up():
    left_by("first", "second", "third")

    with OnDuty("fourth"):
        status, _began = stand()

    mail = OutboxMail.objects.get()
    assert (status, mail.last_error) == ("FAILED", "WorkerGone")
    assert (mail.sent_at, mail.parked_at is None) == (None, False)


def test_a_mail_that_left_is_not_given_up():
    left_by("first", "second", "third")
    OutboxMail.objects.update(sent_at=timezone.now())

    with OnDuty("fourth"):
        pass

    assert OutboxMail.objects.get().parked_at is None


class Nobody:
    """Locks of which none is taken."""

    def are_taken(self, worker_id: str) -> bool:
        return False


class EndsMeanwhile:
    """Whoever is asked about ends its task and goes home at that moment."""

    def are_taken(self, worker_id: str) -> bool:
        DBTaskResult.objects.get().set_successful(None)
        return False


class BegunMeanwhile:
    """Whoever is asked about is gone, and another has its task already."""

    def are_taken(self, worker_id: str) -> bool:
        DBTaskResult.objects.get().claim("next")
        return False


@pytest.mark.parametrize(
    ("locks", "stands"),
    [
        (EndsMeanwhile(), ("SUCCESSFUL", ["gone"])),
        (BegunMeanwhile(), ("RUNNING", ["gone", "next"])),
    ],
)
def test_what_happened_meanwhile_stays(locks, stands):
    left_by("gone")

    put_lost_work_back(locks)

    assert stand() == stands


def test_many_that_look_at_once_put_it_back_once(caplog):
    task_ = left_by("gone")

    answers = together(5, lambda _number: put_lost_work_back(Nobody()))

    assert answers == [None] * 5
    assert stand() == ("READY", ["gone"])
    told = [one.getMessage() for one in caplog.records if "worker" in one.getMessage()]
    assert told == [f"Task {task_.pk} begins again: its worker is gone"]


def session_of_the_lock() -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pid FROM pg_locks JOIN pg_database ON oid = database"
            " WHERE locktype = 'advisory' AND datname = current_database()"
        )
        return [pid for (pid,) in cursor.fetchall()]


def test_a_lock_that_was_lost_is_taken_again(monkeypatch):
    if connection.vendor == "sqlite":
        pytest.skip("a file is not lost")
    monkeypatch.setattr(workers, "LOOK_AGAIN_SECONDS", LOOK_AGAIN_SECONDS)

    with OnDuty("living"):
        [before] = session_of_the_lock()
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s)", [before])
        until(lambda: session_of_the_lock() not in ([], [before]))

    assert session_of_the_lock() == []

"""A server that is killed with -9 while a version is settled.

The suite kills a few times, and `benchmarks/soak_agreements.py` a hundred times.
"""

import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
from http import HTTPStatus

from django.conf import settings
from django.core import mail
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from agreements.models import (
    Agreement,
    AgreementItem,
    AgreementVersion,
    Asking,
    Confirmation,
)
from agreements.services import content_hash
from agreements.tests.asked import adult_of, can_be_mailed
from agreements.tests.factories import make_pairing, make_version, wednesdays
from agreements.tests.test_forms import editor_data, item_data
from families.jobs import send_mail_now
from families.models import AccessLink, AuditEvent, OutboxMail, User
from families.tests.processes import environment_here
from matching.models import Pairing
from matching.tests.test_concurrency import Visitor

WEDNESDAY_AND_THURSDAY = 0b1100
STARTS_WITHIN_SECONDS = 120
LOOK_AGAIN_SECONDS = 0.02


class Server:
    """The site as it runs for real, on the database of the test that runs."""

    def __init__(self) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Returns when it answers.

        Raises:
            TimeoutError: it does not.
        """
        command = [sys.executable, "-m", "gunicorn", "buurtgezinnen.wsgi"]
        command += ["--bind", f"127.0.0.1:{self.port}", "--threads", "2"]
        command += ["--no-control-socket", "--log-level", "critical"]
        self.process = subprocess.Popen(  # noqa: S603 - our own command
            command,
            cwd=settings.BASE_DIR,
            env=environment_here(),
            # A group of its own, so that the workers are killed with it.
            start_new_session=True,
            stderr=subprocess.DEVNULL,
        )
        until = time.monotonic() + STARTS_WITHIN_SECONDS
        while not self.answers():
            if time.monotonic() > until:
                raise TimeoutError("the server does not answer")
            time.sleep(LOOK_AGAIN_SECONDS)

    def answers(self) -> bool:
        """Whether somebody listens."""
        with socket.socket() as door:
            return door.connect_ex(("127.0.0.1", self.port)) == 0

    def kill(self) -> None:
        """Takes it away in the middle of whatever it does."""
        if self.process is not None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            # On a busy machine its workers die a little later, and would still answer.
            while self.answers():
                time.sleep(LOOK_AGAIN_SECONDS)
            self.process = None


class Change:
    """A change that settles at once and mails the other family, not yet sent."""

    def __init__(self, lead: User) -> None:
        coordinator = lead.coordinator
        town = coordinator.municipalities.get()
        self.pairing: Pairing = can_be_mailed(
            make_pairing(lead=coordinator, municipality=town)
        )
        both_days = wednesdays(self.pairing, weekdays=WEDNESDAY_AND_THURSDAY)
        first = make_version(self.pairing, items=[both_days])
        self.path = reverse(
            "agreements:agreement-change", args=[self.pairing.reference]
        )
        form = editor_data(
            item_data(self.pairing, line="1", weekdays=["2"]),
            initial=1,
            doen="bewaar",
            row_version=str(first.agreement.row_version),
            request_channel="discussed",
            request_on="6-1-2026",
            support_channel="mail",
            support_person=adult_of(self.pairing, "support").reference,
        )
        self.form = {
            name: value[0] if isinstance(value, list) else value
            for name, value in form.items()
        }
        self.before = self.written()

    def send(self, visitor: Visitor) -> int:
        """The status of the answer; 0 where the server was gone before it."""
        try:
            return visitor.send(self.path, **self.form)[0]
        except (urllib.error.URLError, ConnectionError):
            return 0

    def grown(self) -> dict[str, int]:
        """How many rows of each kind there are more than before."""
        return {name: n - self.before[name] for name, n in self.written().items()}

    def written(self) -> dict[str, int]:
        """How many rows of each kind are about the pairing, and what it keeps."""
        pairing, about = self.pairing, self.pairing.reference
        versions = AgreementVersion.objects.filter(agreement__pairing=pairing)
        items = AgreementItem.objects.filter(version__in=versions)
        mails = OutboxMail.objects.filter(about=about)
        keys = set(mails.values_list("pk", flat=True))
        sending = DBTaskResult.objects.filter(task_path=send_mail_now.module_path)
        audit = AuditEvent.objects.filter(object_reference__startswith=about)
        return {
            "versions": versions.count(),
            "settled": versions.current().count(),
            "items": items.count(),
            "children": items.filter(children__isnull=False).count(),
            "yes": Confirmation.objects.filter(version__in=versions).count(),
            "asked": Asking.objects.filter(version__in=versions).count(),
            "links": AccessLink.objects.filter(about=about).count(),
            "mails": mails.count(),
            "tasks": sum(one.args_kwargs["args"][0] in keys for one in sending),
            "audit": audit.exclude(object_type=AuditEvent.PAGE).count(),
            "row_version": Agreement.objects.get(pairing=pairing).row_version,
            "occupied": Pairing.objects.get(pk=pairing.pk).occupied_moments,
        }

    def faults(self) -> list[str]:
        """What of a recorded version is not as it should be once it is recorded."""
        version = (
            AgreementVersion.objects.filter(agreement__pairing=self.pairing)
            .order_by("number")
            .last()
        )
        wrong = {
            "not the second version": version.number != 2,
            "not settled": not version.is_current,
            "not what was sent": [one.weekdays for one in version.terms()] != [0b100],
            "a yes to another text": version.confirmations.get().content_hash
            != content_hash(version),
        }
        return [name for name, is_so in wrong.items() if is_so]


class Crashes:
    """One coordinator who records changes on a server that is killed meanwhile.

    Attributes:
        whole: how many rows of each kind a change writes that nobody disturbs.
        seconds: for how long such a change takes.
    """

    def __init__(self, server: Server, *, lead: User, chance: random.Random) -> None:
        self.server, self.lead, self.chance = server, lead, chance
        self.visitor = Visitor(server, lead, reverse("more"))
        # The first one is slow, as a new server has read nothing yet.
        self.first_statuses = [Change(lead).send(self.visitor)]
        change = Change(lead)
        began = time.perf_counter()
        self.first_statuses.append(change.send(self.visitor))
        self.seconds = time.perf_counter() - began
        self.whole = change.grown()

    def crash(self) -> tuple[str, list[str]]:
        """One kill, a new start, and the same form once more.

        Returns:
            whether the kill left the change "recorded" or "lost", and what is wrong.
        """
        change = Change(self.lead)
        answered = self._send_and_kill(change)
        left = change.grown()
        recorded = left == self.whole
        self.server.start()
        again = change.send(self.visitor)
        wrong = {
            f"half a version: {left}": not recorded and any(left.values()),
            "an answer without a version": answered and not recorded,
            f"{again} when sent once more": again != HTTPStatus.FOUND,
            "not there once when sent once more": change.grown() != self.whole,
        }
        faults = [name for name, is_so in wrong.items() if is_so] + change.faults()
        return ("recorded" if recorded else "lost"), faults

    def _send_and_kill(self, change: Change) -> bool:
        """Whether there was an answer before the server was gone."""
        statuses: list[int] = []
        sending = threading.Thread(
            target=lambda: statuses.append(change.send(self.visitor))
        )
        sending.start()
        time.sleep(self.chance.uniform(0, 1.1 * self.seconds))
        self.server.kill()
        sending.join()
        return statuses == [HTTPStatus.FOUND]


def send_all_mails() -> list[str]:
    """The Message-IDs of the mails that the worker sends, whenever they are due."""
    mail.outbox.clear()
    OutboxMail.objects.update(not_before=None)
    DBTaskResult.objects.update(run_after=timezone.now())
    call_command(
        "db_worker",
        batch=True,
        reload=False,
        startup_delay=False,
        interval=0,
        verbosity=0,
    )
    return sorted(one.extra_headers["Message-ID"] for one in mail.outbox)


def ids_of_all_mails() -> list[str]:
    """The Message-IDs of the mails in the database."""
    found = OutboxMail.objects.values_list("message_id", flat=True)
    return sorted(f"<{one}@buurt.example>" for one in found)

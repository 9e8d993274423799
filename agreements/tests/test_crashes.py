"""The server is killed while a version is settled: all of it is there, or nothing."""

import random

import pytest

from agreements.tests.crashing import (
    Crashes,
    Server,
    ids_of_all_mails,
    send_all_mails,
)
from families.tests.factories import CoordinatorFactory

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

KILLS = 3


@pytest.fixture
def server():
    one = Server()
    one.start()
    yield one
    one.kill()


def test_a_kill_leaves_all_of_a_version_or_nothing_and_each_mail_once(server):
    crashes = Crashes(
        server,
        lead=CoordinatorFactory().user,
        chance=random.Random(4),  # noqa: S311 - no secret
    )

    faults = [fault for _kill in range(KILLS) for fault in crashes.crash()[1]]

    assert (crashes.first_statuses, faults) == ([302, 302], [])
    counted = (
        "versions",
        "settled",
        "items",
        "yes",
        "asked",
        "links",
        "mails",
        "tasks",
    )
    assert {name: crashes.whole[name] for name in counted} == dict.fromkeys(counted, 1)
    assert send_all_mails() == ids_of_all_mails()
    assert len(ids_of_all_mails()) == KILLS + 2

"""How often somebody may come, counted for all workers together."""

import datetime as dt

import pytest

from buurtgezinnen.tests.concurrency import together
from families.models import Knocks
from families.services.doors import (
    DOORS,
    Refusal,
    forget_knocks,
    knock,
    mailbox_of,
    network_of,
)

NOON = dt.datetime(2026, 6, 1, 12, tzinfo=dt.UTC)
MINUTE = dt.timedelta(minutes=1)
HERE, THERE = "192.0.2.1", "198.51.100.7"


def knocks(n, door="send", **given):
    """Whether each of `n` at one door got in."""
    given = {"network": HERE, "at": NOON} | given
    return [knock(door, **given) is None for _time in range(n)]


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.1", "192.0.2.1"),
        (" 192.0.2.1 ", "192.0.2.1"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::1", "2001:db8:1:3::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", "unknown"),
        ("a\0b", "unknown"),
        ("unknown", "unknown"),
    ],
)
def test_network_is_an_address_or_the_half_of_one(address, network):
    assert network_of(address) == network


@pytest.mark.parametrize(
    ("email", "mailbox"),
    [
        ("Noor@Buurt.Example ", "noor@buurt.example"),
        ("noor+a+b@buurt.example", "noor@buurt.example"),
        ("noor", "noor"),
    ],
)
def test_mail_that_is_only_sorted_ends_up_in_one_box(email, mailbox):
    assert mailbox_of(email) == mailbox


@pytest.mark.django_db
def test_ten_a_minute_are_let_in():
    assert knocks(11) == [True] * 10 + [False]
    assert knocks(1, network=THERE) == [True]
    assert knocks(1, door="callback") == [True]
    assert knocks(1, at=NOON + MINUTE) == [True]


@pytest.mark.django_db
def test_thirty_an_hour_are_let_in():
    for number in range(3):
        assert knocks(10, at=NOON + number * MINUTE) == [True] * 10

    refusal = knock("send", network=HERE, at=NOON + 10 * MINUTE)

    assert refusal == Refusal(by_email=False, seconds=50 * 60)
    assert (refusal.minutes, refusal.hours) == (50, 0)
    assert knocks(1, at=NOON + 60 * MINUTE) == [True]


@pytest.mark.django_db
def test_three_mails_a_day_go_to_one_address_from_everywhere():
    for number in range(3):
        network = f"192.0.2.{number}"
        assert knocks(1, network=network, email="noor@buurt.example") == [True]

    refusal = knock("send", network=THERE, at=NOON, email="Noor+1@buurt.example")

    assert refusal == Refusal(by_email=True, seconds=12 * 60 * 60)
    assert refusal.hours == 12
    assert knocks(1, email="amira@buurt.example") == [True]
    assert knocks(1, door="later", email="noor@buurt.example") == [True]


@pytest.mark.django_db
def test_who_is_refused_uses_up_no_mailbox():
    knocks(10)

    assert knocks(5, email="noor@buurt.example") == [False] * 5
    assert knocks(3, network=THERE, email="noor@buurt.example") == [True] * 3


@pytest.mark.django_db
def test_family_gets_in_behind_the_address_of_a_program():
    automatic = knocks(40, automatic=True)

    assert automatic == [True] * 10 + [False] * 30
    assert knocks(10) == [True] * 10


@pytest.mark.django_db
def test_family_that_is_taken_for_a_program_gets_in():
    pages = knocks(1, door="begin", automatic=True)
    pages += knocks(30, door="step", automatic=True)

    assert pages + knocks(1, automatic=True) == [True] * 32


@pytest.mark.django_db
def test_classroom_fills_in_behind_one_address():
    begun = knocks(30, door="begin")
    answered = knocks(90, door="step")

    assert (begun, answered) == ([True] * 30, [True] * 90)


@pytest.mark.django_db
def test_the_same_network_has_another_name_at_each_door_and_on_each_day():
    midnight = NOON + 12 * 60 * MINUTE
    knocks(1, at=midnight - MINUTE)
    knocks(1, at=midnight)
    knocks(1, door="callback", at=midnight)

    hashes = Knocks.objects.filter(seconds=60).values_list("who_hash", flat=True)
    assert len(set(hashes)) == 3


@pytest.mark.django_db
def test_windows_that_are_over_are_erased_in_passing(
    django_capture_on_commit_callbacks,
):
    knocks(1, email="noor@buurt.example")
    assert Knocks.objects.count() == 3

    with django_capture_on_commit_callbacks(execute=True):
        knocks(1, network=THERE, at=NOON + 2 * MINUTE)

    seconds = Knocks.objects.order_by("seconds", "since").values_list("seconds")
    assert [one for (one,) in seconds] == [60, 3600, 3600, 86400]

    assert forget_knocks(NOON + dt.timedelta(days=2)) == 4
    assert Knocks.objects.count() == 0


@pytest.mark.django_db
def test_a_knock_asks_the_database_little(django_assert_num_queries):
    knocks(1)

    # One row each for a minute and an hour, each counted and read, in a transaction.
    with django_assert_num_queries(6):
        knocks(1)


@pytest.mark.django_db(transaction=True)
def test_ten_of_twenty_at_once_are_let_in():
    let_in = together(20, lambda _number: knocks(1)[0])

    assert sorted(let_in) == [False] * 10 + [True] * 10
    assert sorted(Knocks.objects.values_list("seconds", "n")) == [(60, 20), (3600, 20)]


def test_every_door_is_narrower_for_programs():
    for door in DOORS.values():
        widest = max(limit.most for limit in door.network)
        assert [limit.most < widest for limit in door.automatic] == [True]


def test_only_doors_that_know_the_address_count_by_it():
    by_email = {name for name, door in DOORS.items() if door.email}

    assert by_email == {"send", "callback", "later", "referral"}

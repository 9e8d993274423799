"""Random histories against the naive rule: each day exactly the version that holds."""

import datetime as dt

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings

from agreements.tests.factories import START, make_pairing, make_version, wednesdays
from agreements.tests.histories import (
    Believed,
    overlap_by_hand,
    play,
    see_that_it_stands,
    steps,
)

pytestmark = pytest.mark.django_db


@given(history=steps)
@settings(
    max_examples=25,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_each_day_has_exactly_the_version_of_the_naive_rule(history):
    with transaction.atomic():
        pairing = make_pairing()

        now, photographs = play(pairing, history)

        see_that_it_stands(pairing, photographs, now=now, every=3)
        assert overlap_by_hand(pairing)[1] == []
        transaction.set_rollback(True)


def test_the_naive_rule_lets_a_stop_end_what_comes_after_it():
    believed = Believed()
    believed.settle(START, 1, stop=False)
    believed.settle(START + dt.timedelta(days=2), 2, stop=False)

    believed.settle(START + dt.timedelta(days=1), 3, stop=True)

    days = [believed.on(START + dt.timedelta(days=n)) for n in range(-1, 4)]
    assert days == [None, 1, 3, 3, 3]


def test_sql_by_hand_cannot_let_two_versions_hold_on_one_day():
    pairing = make_pairing()
    make_version(pairing)
    make_version(
        pairing,
        kind="correction",
        items=[wednesdays(pairing, line=1, weekdays=1)],
    )
    later = START + dt.timedelta(days=7)
    make_version(
        pairing,
        effective_from=later,
        items=[wednesdays(pairing, line=1, weekdays=2)],
    )
    make_version(
        pairing,
        effective_from=later + dt.timedelta(days=7),
        items=[wednesdays(pairing, line=1, weekdays=4)],
        settled=False,
    )

    tried, taken = overlap_by_hand(pairing)

    # Two that count and a draft once more, the corrected one revived, one date moved.
    assert (tried, taken) == (5, [])

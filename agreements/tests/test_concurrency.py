"""Many coordinators at the same moment."""

import datetime as dt

import pytest

from agreements import services
from agreements.models import AgreementVersion
from agreements.tests.factories import (
    NOON,
    START,
    make_pairing,
    make_version,
    wednesdays,
)
from buurtgezinnen.tests.concurrency import together

pytestmark = pytest.mark.django_db(transaction=True)

N, MANY = 12, 20


def test_changes_at_the_same_moment_are_all_recorded_in_order():
    pairing = make_pairing()
    make_version(pairing)

    def change(number):
        return make_version(
            pairing,
            effective_from=START + dt.timedelta(days=1 + number),
            items=[wednesdays(pairing, line=1, weekdays=1 << number % 7)],
            kind="insertion",
        ).number

    numbers = together(N, change)

    assert sorted(numbers) == list(range(2, N + 2))
    assert AgreementVersion.objects.current().count() == N + 1


def test_who_looked_at_the_clock_early_and_waited_long_is_recorded_too():
    pairing = make_pairing()
    make_version(pairing, at=NOON - dt.timedelta(hours=1))

    def change(number):
        return make_version(
            pairing,
            effective_from=START + dt.timedelta(days=1 + number),
            items=[wednesdays(pairing, line=1, weekdays=1 << number % 7)],
            kind="insertion",
            at=NOON - number * dt.timedelta(seconds=1),
        ).number

    numbers = together(MANY, change)

    assert sorted(numbers) == list(range(2, MANY + 2))
    settled = list(
        AgreementVersion.objects.order_by("number").values_list("settled_at", flat=True)
    )
    assert settled == sorted(settled)


def test_of_those_who_saw_the_same_state_one_gets_through():
    pairing = make_pairing()
    first = make_version(pairing)

    def change(number):
        try:
            return make_version(
                pairing,
                effective_from=START + dt.timedelta(days=1 + number),
                row_version=first.agreement.row_version,
            ).number
        except services.ChangedMeanwhile:
            return None

    numbers = together(N, change)

    assert sorted(number for number in numbers if number is not None) == [2]
    assert [number for number in numbers if isinstance(number, Exception)] == []


def test_one_family_says_yes_once_however_often_it_is_noted():
    version = make_version(make_pairing(), settled=False)

    def confirm(_number):
        try:
            services.confirm(
                AgreementVersion.objects.get(pk=version.pk),
                side="request",
                channel="paper",
                on=START,
                by=version.recorded_by,
                at=NOON,
            )
        except services.AlreadySaidYes:
            return "again"
        return "noted"

    answers = together(N, confirm)

    assert sorted(answers) == ["again"] * (N - 1) + ["noted"]
    assert version.confirmations.count() == 1

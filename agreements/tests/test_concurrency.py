"""Many coordinators at the same moment."""

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from agreements import services
from agreements.models import AgreementVersion, Confirmation, WantedChange
from agreements.tests.asked import draft_of, link_to
from agreements.tests.factories import (
    NOON,
    START,
    make_pairing,
    make_version,
    wednesdays,
)
from buurtgezinnen.tests.concurrency import together
from matching.tests.pages import send

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


def test_a_link_pressed_twenty_times_says_yes_once():
    draft = draft_of()
    token = link_to(draft, "support", at=timezone.now())

    def press(_number):
        try:
            services.say_yes_by_link(token, at=timezone.now(), on=timezone.localdate())
        except services.LinkGone:
            return "gone"
        return "yes"

    answers = together(MANY, press)

    assert sorted(answers, key=str) == ["gone"] * (MANY - 1) + ["yes"]
    assert Confirmation.objects.count() == 1


def test_twenty_presses_on_the_page_of_a_link_give_one_yes_and_no_error():
    draft = draft_of()
    url = reverse(
        "agreements:answer", args=[link_to(draft, "support", at=timezone.now())]
    )

    def press(number):
        said = {"said": "yes"} if number % 2 else {"said": "change", "words": "Anders."}
        return send(Client(), url, **said).status_code

    statuses = together(MANY, press)

    assert sorted(statuses) == [200] + [404] * (MANY - 1)
    assert Confirmation.objects.count() + WantedChange.objects.count() == 1


def test_the_last_yes_of_both_families_at_once_settles_once():
    draft = draft_of()
    tokens = [
        link_to(draft, side, at=timezone.now()) for side in ("request", "support")
    ]

    def press(number):
        token = tokens[number % 2]
        try:
            services.say_yes_by_link(token, at=timezone.now(), on=timezone.localdate())
        except services.LinkGone:
            return "gone"
        return "yes"

    answers = together(N, press)

    assert sorted(answers, key=str) == ["gone"] * (N - 2) + ["yes"] * 2
    draft.refresh_from_db()
    assert draft.settled_at is not None
    assert draft.confirmations.count() == 2


def test_a_yes_by_link_and_putting_away_at_once_never_both():
    draft = draft_of()
    other = link_to(draft, "request", at=timezone.now())
    services.say_yes_by_link(other, at=timezone.now(), on=timezone.localdate())
    token = link_to(draft, "support", at=timezone.now())

    def act(number):
        try:
            if number:
                services.say_yes_by_link(
                    token, at=timezone.now(), on=timezone.localdate()
                )
            else:
                services.discard_draft(
                    AgreementVersion.objects.get(pk=draft.pk),
                    by=draft.recorded_by,
                    at=timezone.now(),
                )
        except (services.LinkGone, services.NotADraft):
            return "late"
        return "done"

    answers = together(2, act)

    draft.refresh_from_db()
    assert sorted(answers, key=str) == ["done", "late"]
    assert (draft.settled_at is None) != (draft.superseded_at is None)

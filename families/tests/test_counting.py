"""Counting what happens to applications, of nobody."""

import datetime as dt

import pytest

from buurtgezinnen.tests.concurrency import together
from families.models import IntakeCount
from families.services.intake.counting import count

DAY = dt.date(2026, 6, 1)


def counted():
    fields = ("what", "kind", "language", "on", "step", "n")
    return sorted(IntakeCount.objects.values_list(*fields))


@pytest.mark.django_db
def test_each_thing_is_counted_by_itself():
    for _time in range(2):
        count("started", kind="request", language="nl", on=DAY)
    count("started", kind="request", language="ar", on=DAY)
    count("started", kind="support", language="nl", on=DAY)
    count("left", kind="request", language="nl", on=DAY, step="kinderen")

    assert counted() == [
        ("left", "request", "nl", DAY, "kinderen", 1),
        ("started", "request", "ar", DAY, "", 1),
        ("started", "request", "nl", DAY, "", 2),
        ("started", "support", "nl", DAY, "", 1),
    ]


@pytest.mark.django_db
def test_what_is_not_counted_is_refused():
    with pytest.raises(ValueError, match="looked"):
        count("looked", kind="request", language="nl", on=DAY)

    assert counted() == []


@pytest.mark.django_db(transaction=True)
def test_twenty_at_once_are_twenty():
    answers = together(
        20, lambda _number: count("finished", kind="support", language="nl", on=DAY)
    )

    assert answers == [None] * 20
    assert counted() == [("finished", "support", "nl", DAY, "", 20)]

"""Each rule about strain that stands in the database, broken by one row."""

import datetime as dt

import pytest
from django.db import IntegrityError, connection, transaction

from agreements.models import Strain
from agreements.tests.factories import NOON, START, make_pairing

pytestmark = pytest.mark.django_db


def make_row(pairing, **differs):
    said = {
        "pairing": pairing,
        "raised_by": "request",
        "raised_on": START,
        "look_again_on": START,
        "recorded_by": pairing.lead.user,
        "recorded_at": NOON,
    }
    return Strain.objects.create(**said | differs)


def two_open():
    pairing = make_pairing()
    make_row(pairing)
    make_row(pairing)


BREAKS = {
    "strain_one_open_per_pairing": two_open,
    "strain_closes_with_an_outcome": lambda: make_row(make_pairing(), closed_on=START),
    "strain_closes_after_it_was_raised": lambda: make_row(
        make_pairing(), closed_on=START - dt.timedelta(days=1), outcome="repaired"
    ),
}


@pytest.mark.parametrize("constraint", BREAKS)
def test_database_refuses(constraint):
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        BREAKS[constraint]()

    named = constraint
    if connection.vendor == "sqlite" and constraint == "strain_one_open_per_pairing":
        named = "agreements_strain.pairing_id"
    assert named in str(caught.value)


def test_every_constraint_is_broken_here():
    assert {one.name for one in Strain._meta.constraints} == set(BREAKS)


def test_an_outcome_without_a_day_is_refused():
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        make_row(make_pairing(), outcome="repaired")

    assert "strain_closes_with_an_outcome" in str(caught.value)


def test_a_pairing_may_be_under_strain_again():
    pairing = make_pairing()
    make_row(pairing, closed_on=START, outcome="repaired")

    assert make_row(pairing).closed_on is None

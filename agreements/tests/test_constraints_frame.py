"""Each rule about trials, durations and house rules in the database, broken once."""

import datetime as dt

import pytest
from django.db import connection, models

from agreements.models import HouseRules
from agreements.tests.factories import make_pairing, make_version
from agreements.tests.test_constraints import assert_breaks, make_row

pytestmark = pytest.mark.django_db

JANUARY = dt.date(2026, 1, 1)


def make_rules(**differs):
    said = {"number": 1, "text": "Kom op tijd.", "holds_from": JANUARY}
    return HouseRules.objects.create(**said | differs)


@pytest.fixture
def agreement():
    return make_version(make_pairing()).agreement


def test_agreementversion_trial_ends_after_it_starts(agreement):
    assert_breaks(
        "agreementversion_trial_ends_after_it_starts",
        lambda: make_row(agreement, trial_until=dt.date(2026, 4, 30)),
    )
    assert make_row(agreement, trial_until=dt.date(2026, 5, 1)).pk


def test_agreementversion_house_rules_come_with_definite_ones(agreement):
    rules = make_rules()

    assert_breaks(
        "agreementversion_house_rules_come_with_definite_ones",
        lambda: make_row(agreement, trial_until=dt.date(2026, 6, 1), house_rules=rules),
    )
    assert make_row(agreement, house_rules=rules).pk


@pytest.mark.parametrize(
    ("name", "field"),
    [
        ("agreementversion_months_request_are_possible", "months_request"),
        ("agreementversion_months_support_are_possible", "months_support"),
    ],
)
@pytest.mark.parametrize("months", [0, 241])
def test_agreementversion_months_are_possible(agreement, name, field, months):
    assert_breaks(name, lambda: make_row(agreement, **{field: months}))


def test_houserules_count_from_one():
    assert_breaks("houserules_count_from_one", lambda: make_rules(number=0))


def test_house_rules_have_a_number_each():
    make_rules()
    named = {
        "sqlite": "agreements_houserules.number",
        "postgresql": "agreements_houserules_number",
    }[connection.vendor]

    assert_breaks(named, lambda: make_rules(text="Anders."))


def test_house_rules_that_somebody_said_yes_to_are_kept(agreement):
    rules = make_rules()
    make_row(agreement, house_rules=rules)

    with pytest.raises(models.ProtectedError):
        rules.delete()

    assert HouseRules.objects.get() == rules

from importlib import import_module

import pytest

from matching.core.rules import DEFAULT_RULES, Weights
from matching.models import Rules
from matching.services.rules import rules_in_use, weights_of, written_down
from matching.tests.factories import RulesFactory

pytestmark = pytest.mark.django_db


def test_first_rules_are_those_of_the_engine():
    rules = rules_in_use()

    assert (rules.version, rules.weights) == (1, DEFAULT_RULES)
    assert weights_of(rules) == Weights.from_rules(DEFAULT_RULES)


def test_migration_writes_the_rules_that_stand_in_the_engine():
    migration = import_module("matching.migrations.0002_first_rules")

    assert migration.FIRST_RULES == DEFAULT_RULES


def test_rules_in_use_are_the_highest_version():
    RulesFactory(version=3)
    RulesFactory(version=2)

    assert rules_in_use().version == 3


def test_rules_that_nobody_wrote_are_written_down_once():
    Rules.objects.all().delete()
    rules = rules_in_use()

    saved = [written_down(rules), written_down(rules)]

    assert saved == list(Rules.objects.all()) * 2
    assert saved[0].weights == DEFAULT_RULES

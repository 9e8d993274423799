"""Rows about asking and wanting that the database itself refuses."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from agreements.models import Asking, WantedChange
from agreements.tests.asked import adult_of, draft_of
from agreements.tests.factories import NOON

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft():
    return draft_of()


def refused(name, make):
    """Whether making a row breaks the constraint of this name, by name."""
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        make()


def wants(draft, **differs):
    given = {
        "version": draft,
        "side": "support",
        "words": "Anders.",
        "person": adult_of(draft.agreement.pairing, "support"),
        "recorded_at": NOON,
    }
    return WantedChange.objects.create(**given | differs)


def asks(draft, **differs):
    given = {
        "version": draft,
        "side": "support",
        "way": "mail",
        "person": adult_of(draft.agreement.pairing, "support"),
        "asked_by": draft.recorded_by,
        "asked_at": NOON,
    }
    return Asking.objects.create(**given | differs)


def test_wantedchange_is_by_a_person_or_recorded_by_staff(draft):
    name = "wantedchange_is_by_a_person_or_recorded_by_staff"

    refused(name, lambda: wants(draft, person=None))
    refused(name, lambda: wants(draft, recorded_by=draft.recorded_by))
    wants(draft)
    wants(draft, person=None, recorded_by=draft.recorded_by)

    assert WantedChange.objects.count() == 2


def test_wantedchange_handled_by_somebody(draft):
    name = "wantedchange_handled_by_somebody"

    refused(name, lambda: wants(draft, handled_at=NOON))
    refused(name, lambda: wants(draft, handled_by=draft.recorded_by))
    wants(draft, handled_at=NOON, handled_by=draft.recorded_by)

    assert WantedChange.objects.count() == 1


def test_asking_only_a_mail_can_be_taken_back(draft):
    name = "asking_only_a_mail_can_be_taken_back"

    refused(name, lambda: asks(draft, way="text", taken_back_at=NOON))
    refused(name, lambda: asks(draft, way="letter", taken_back_at=NOON))
    asks(draft, way="text")
    asks(draft, taken_back_at=NOON)

    assert Asking.objects.count() == 2


def test_asking_taken_back_after_it_was_asked(draft):
    name = "asking_taken_back_after_it_was_asked"
    before = NOON - dt.timedelta(seconds=1)

    refused(name, lambda: asks(draft, taken_back_at=before))
    asks(draft, taken_back_at=NOON)

    assert Asking.objects.count() == 1

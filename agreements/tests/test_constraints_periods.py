"""Each rule about pauses and exceptions in the database, broken by one row."""

import datetime as dt

import pytest
from django.db import IntegrityError, connection, transaction

from agreements.models import ExtraVisit, ItemException, Pause
from agreements.tests.factories import NOON, make_pairing, make_version

pytestmark = pytest.mark.django_db

MONDAY, TUESDAY = dt.date(2026, 7, 6), dt.date(2026, 7, 7)


def assert_breaks(constraint, write):
    """SQLite names the columns of a unique constraint, PostgreSQL its name."""
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        write()
    unique = {
        "pause_one_without_an_end": "failed: agreements_pause.agreement_id",
        "pause_one_per_first_day": "_id, agreements_pause.from_on",
        "itemexception_once_per_day": "_id, agreements_itemexception.line",
    }
    named = constraint
    if connection.vendor == "sqlite":
        named = unique.get(constraint, constraint)
    assert named in str(caught.value)


@pytest.fixture
def agreement():
    return make_version(make_pairing()).agreement


def make(model, agreement, **said):
    return model.objects.create(
        agreement=agreement,
        recorded_by=agreement.pairing.lead.user,
        recorded_at=NOON,
        **said,
    )


def make_pause(agreement, **differs):
    return make(Pause, agreement, **{"from_on": MONDAY} | differs)


def make_exception(agreement, **differs):
    said = {"line": 1, "scope": "day", "on": TUESDAY}
    return make(ItemException, agreement, **said | differs)


def test_pause_ends_after_it_starts(agreement):
    assert_breaks(
        "pause_ends_after_it_starts",
        lambda: make_pause(agreement, from_on=TUESDAY, until_on=MONDAY),
    )


def test_pause_one_without_an_end(agreement):
    make_pause(agreement)

    assert_breaks(
        "pause_one_without_an_end", lambda: make_pause(agreement, from_on=TUESDAY)
    )


def test_pause_one_per_first_day(agreement):
    make_pause(agreement, until_on=MONDAY)

    assert_breaks(
        "pause_one_per_first_day", lambda: make_pause(agreement, until_on=TUESDAY)
    )


def test_a_pause_that_was_taken_back_is_in_the_way_of_none(agreement):
    make_pause(agreement, taken_back_at=NOON)

    counted = make_pause(agreement)

    assert list(Pause.objects.counted()) == [counted]


def test_itemexception_once_per_day(agreement):
    make_exception(agreement)

    assert_breaks("itemexception_once_per_day", lambda: make_exception(agreement))


def test_an_exception_that_was_taken_back_is_in_the_way_of_none(agreement):
    make_exception(agreement, taken_back_at=NOON)

    counted = make_exception(agreement)

    assert list(ItemException.objects.counted()) == [counted]


def test_itemexception_week_starts_on_a_monday(agreement):
    assert_breaks(
        "itemexception_week_starts_on_a_monday",
        lambda: make_exception(agreement, scope="week"),
    )


@pytest.mark.parametrize(
    "differs",
    [{"moved_to": TUESDAY}, {"scope": "week", "on": MONDAY, "moved_to": TUESDAY}],
)
def test_itemexception_moves_one_day_to_another(agreement, differs):
    assert_breaks(
        "itemexception_moves_one_day_to_another",
        lambda: make_exception(agreement, **differs),
    )


def test_a_day_has_as_many_extra_visits_as_there_were(agreement):
    rows = [make(ExtraVisit, agreement, on=MONDAY) for _ in range(2)]

    assert list(ExtraVisit.objects.order_by("pk")) == rows

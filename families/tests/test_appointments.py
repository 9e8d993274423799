"""What is planned, moved and called off, and what does not go together."""

import datetime as dt
import uuid

import pytest
from django.utils import timezone, translation

from families import agenda
from families.models import Appointment, AuditEvent
from families.services import appointments
from families.tests.factories import (
    AppointmentFactory,
    CoordinatorFactory,
    HouseholdFactory,
)

pytestmark = pytest.mark.django_db

# A Monday in winter: Amsterdam is an hour ahead.
TEN = dt.datetime(2026, 11, 23, 9, tzinfo=dt.UTC)
MONDAY = TEN.date()
KEY = uuid.UUID(int=1)


def plan(household, coordinator, key=KEY, **values):
    given = {"kind": "talk", "starts_at": TEN, "minutes": 60} | values
    return appointments.plan(
        coordinator, household, by=coordinator.user, form_key=key, **given
    )


def own_family():
    household = HouseholdFactory()
    return household, CoordinatorFactory(municipalities=[household.municipality])


def test_the_same_form_twice_plans_once():
    household, coordinator = own_family()

    first, is_new = plan(household, coordinator)
    again, is_new_again = plan(household, coordinator)

    assert (first, is_new, is_new_again) == (again, True, False)
    assert Appointment.objects.count() == 1


def test_a_form_of_one_family_plans_nothing_with_another():
    household, coordinator = own_family()
    plan(household, coordinator)

    with pytest.raises(appointments.KeyOfAnother):
        plan(None, coordinator)


def test_a_change_is_written_down_once_and_counts_on():
    one = AppointmentFactory()
    by = one.made_by

    appointments.change(one, row_version=1, by=by, starts_at=TEN, minutes=one.minutes)

    one.refresh_from_db()
    assert (one.starts_at, one.row_version) == (TEN, 2)
    events = AuditEvent.objects.filter(object_reference=one.reference)
    assert [event.fields for event in events] == ["starts_at"]
    with pytest.raises(appointments.ChangedMeanwhile):
        appointments.change(one, row_version=1, by=by, minutes=30)


def test_called_off_is_put_back_as_it_was():
    one = AppointmentFactory()

    off = [appointments.call_off(one, at=TEN, by=one.made_by) for _ in range(2)]
    back = [appointments.put_back(one, by=one.made_by) for _ in range(2)]

    one.refresh_from_db()
    assert (off, back) == ([True, False], [True, False])
    assert (one.cancelled_at, one.cancelled_by, one.row_version) == (None, None, 3)


@pytest.mark.parametrize(
    ("starts_at", "minutes", "said"),
    [
        (TEN, 60, 1),
        (TEN + dt.timedelta(minutes=59), 60, 1),
        (TEN + dt.timedelta(minutes=60), 60, 0),
        (TEN - dt.timedelta(minutes=30), 30, 0),
        (TEN - dt.timedelta(minutes=30), 31, 1),
    ],
)
def test_what_touches_does_not_overlap(starts_at, minutes, said):
    one = AppointmentFactory(starts_at=TEN)
    other = AppointmentFactory(
        coordinator=one.coordinator, starts_at=starts_at, minutes=minutes
    )

    assert len(agenda.clashes(other, [one, other])) == said


def test_two_coordinators_may_meet_at_the_same_time():
    one, other = AppointmentFactory.create_batch(2, starts_at=TEN)

    assert agenda.clashes(other, [one, other]) == []


@pytest.mark.parametrize(
    ("day", "said"),
    [
        (dt.date(2026, 11, 23), []),
        (dt.date(2026, 11, 24), ["Je bent die dag vrij."]),
        (dt.date(2026, 11, 27), ["Vrijdag is geen werkdag."]),
        (dt.date(2026, 12, 25), ["Het is Eerste Kerstdag."]),
    ],
)
def test_a_day_on_which_nobody_works_is_told(day, said):
    coordinator = CoordinatorFactory(
        leave_from=dt.date(2026, 11, 24), leave_until=dt.date(2026, 11, 25)
    )
    one = AppointmentFactory(
        coordinator=coordinator, starts_at=TEN + (day - MONDAY), household=None
    )

    with translation.override("nl"):
        assert agenda.clashes(one, []) == said


def test_a_deputy_sees_the_days_on_which_she_replaces():
    household, away = own_family()
    deputy = CoordinatorFactory()
    today = timezone.localdate()
    away.deputy, away.deputy_from = deputy, today
    away.deputy_until = today + agenda.DAY
    away.save()
    noon = timezone.now().replace(hour=11, minute=0)
    seen, _unseen = (
        AppointmentFactory(
            household=household, coordinator=away, starts_at=noon + n * agenda.DAY
        )
        for n in (1, 2)
    )
    # Without a family it is hers alone.
    AppointmentFactory(household=None, coordinator=away, starts_at=noon)

    found = agenda.appointments(deputy.user, today, today + 5 * agenda.DAY)

    assert [item.appointment for item in found] == [seen]

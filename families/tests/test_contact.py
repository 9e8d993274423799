"""Noting a contact, and what follows from its outcome."""

import datetime as dt
import uuid
from zoneinfo import ZoneInfo

import pytest

from families.models import AuditEvent, ContactMoment, StageChange, Task
from families.services.contact import note_contact, tries_without_answer
from families.tests.factories import (
    CoordinatorFactory,
    HouseholdFactory,
    SupportOfferFactory,
    SupportRequestFactory,
    TaskFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

MONDAY = dt.date(2026, 11, 23)
THURSDAY = dt.date(2026, 11, 26)
NEXT_MONDAY = dt.date(2026, 11, 30)
AT_NINE = dt.datetime(2026, 11, 23, 9, 0, tzinfo=ZoneInfo("Europe/Amsterdam"))


def note(household, by, **said):
    """A call on Monday that was answered, unless `said` tells otherwise."""
    given = {
        "kind": "telephone",
        "outcome": "reached",
        "happened_on": MONDAY,
        "at": AT_NINE,
        "form_key": uuid.uuid4(),
    }
    return note_contact(household, by=by.user, **(given | said))


def test_note_contact_keeps_what_was_said():
    coordinator = CoordinatorFactory()
    household = HouseholdFactory(coordinator=coordinator)

    noted = note(household, coordinator, text="Noor wil voetballen.", sensitive=True)

    contact = ContactMoment.objects.get()
    assert noted.contact == contact
    assert (contact.household, contact.by) == (household, coordinator.user)
    assert (contact.text, contact.sensitive) == ("Noor wil voetballen.", True)
    assert [(event.verb, event.object_type) for event in AuditEvent.objects.all()] == [
        ("created", "contactmoment")
    ]


def test_note_contact_twice_with_one_key_gives_the_first_row():
    coordinator = CoordinatorFactory()
    household = HouseholdFactory()
    key = uuid.uuid4()

    first = note(household, coordinator, form_key=key, next_step="x", next_on=THURSDAY)
    second = note(household, coordinator, form_key=key, next_step="x", next_on=THURSDAY)

    assert (first.is_new, second.is_new) == (True, False)
    assert list(ContactMoment.objects.all()) == [second.contact]
    assert Task.objects.count() == 1


def test_reached_closes_the_first_call_and_brings_into_talks():
    coordinator = CoordinatorFactory()
    request = SupportRequestFactory(stage="applied")
    household = request.family.household
    call = TaskFactory(household=household, kind="first_call")
    other = TaskFactory(household=household, kind="next_step")

    noted = note(household, coordinator)

    request.refresh_from_db()
    call.refresh_from_db()
    other.refresh_from_db()
    assert request.stage == "talking"
    assert (call.done_at, call.done_by) == (AT_NINE, coordinator.user)
    assert other.done_at is None
    assert noted.contact.request == request
    assert list(StageChange.objects.values_list("stage", flat=True).order_by("pk")) == [
        "applied",
        "talking",
    ]


def test_reached_brings_both_sides_of_a_household_into_talks():
    coordinator = CoordinatorFactory()
    household = HouseholdFactory()
    request = SupportRequestFactory(family__household=household, stage="applied")
    offer = SupportOfferFactory(family__household=household, stage="applied")

    noted = note(household, coordinator)

    request.refresh_from_db()
    offer.refresh_from_db()
    assert (request.stage, offer.stage) == ("talking", "talking")
    # Which of the two it was about is not known.
    assert (noted.contact.request, noted.contact.offer) == (None, None)


def test_reached_leaves_a_later_stage_alone():
    coordinator = CoordinatorFactory()
    request = SupportRequestFactory(stage="waiting")

    note(request.family.household, coordinator)

    request.refresh_from_db()
    assert request.stage == "waiting"


@pytest.mark.parametrize("outcome", ["no_answer", "message_left"])
def test_without_an_answer_the_first_call_rests_until_the_next_working_day(outcome):
    coordinator = CoordinatorFactory()  # Monday to Thursday
    household = HouseholdFactory(coordinator=coordinator)
    call = TaskFactory(
        household=household, kind="first_call", due_on=THURSDAY, promised=True
    )
    thursday = AT_NINE + dt.timedelta(days=3)

    noted = note(
        household, coordinator, outcome=outcome, at=thursday, happened_on=THURSDAY
    )

    call.refresh_from_db()
    assert noted.next_try_on == NEXT_MONDAY
    assert (call.later_until, call.due_on, call.done_at) == (
        NEXT_MONDAY,
        THURSDAY,
        None,
    )
    assert Task.objects.count() == 1


def test_without_an_answer_and_without_a_call_to_make_a_new_call_is_planned():
    coordinator = CoordinatorFactory()
    household = HouseholdFactory(coordinator=coordinator)

    note(household, coordinator, outcome="no_answer")
    note(household, coordinator, outcome="no_answer")

    task = Task.objects.get()
    tuesday = dt.date(2026, 11, 24)
    assert (task.kind, task.due_on, task.later_until) == (
        "call_again",
        tuesday,
        tuesday,
    )
    assert task.coordinator == coordinator


def test_the_third_try_without_an_answer_offers_an_end():
    coordinator = CoordinatorFactory()
    household = HouseholdFactory()

    offered = [
        note(household, coordinator, outcome="no_answer").may_end for _ in range(3)
    ]

    assert offered == [False, False, True]


def test_tries_are_counted_since_somebody_was_last_reached():
    coordinator = CoordinatorFactory()
    household = HouseholdFactory()
    sunday = dt.date(2026, 11, 22)
    note(household, coordinator, outcome="no_answer", happened_on=sunday)
    note(household, coordinator, outcome="reached", happened_on=sunday)
    note(household, coordinator, outcome="no_answer", happened_on=sunday)
    note(household, coordinator, outcome="message_left")

    assert tries_without_answer(household) == 2


def test_a_next_step_becomes_a_task_of_the_households_coordinator():
    own, deputy = CoordinatorFactory.create_batch(2)
    household = HouseholdFactory(coordinator=own)

    note(household, deputy, next_step="Zwemles", next_on=THURSDAY, promised=True)

    task = Task.objects.get()
    assert (task.text, task.due_on, task.promised) == ("Zwemles", THURSDAY, True)
    assert task.coordinator == own


def test_a_finished_task_that_was_done_meanwhile_loses_no_note():
    coordinator = CoordinatorFactory()
    colleague = UserFactory()
    done = TaskFactory(done_at=AT_NINE, done_by=colleague)
    still_open = TaskFactory(household=done.household)

    note(done.household, coordinator, finished=[done, still_open])

    assert ContactMoment.objects.count() == 1
    finished_by = Task.objects.order_by("pk").values_list("done_by", flat=True)
    assert list(finished_by) == [colleague.pk, coordinator.user_id]

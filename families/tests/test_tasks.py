"""Putting tasks off, taking them back, finishing and reopening them."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from families.models import AuditEvent, Task
from families.references import as_stored
from families.services import resting, tasks
from families.tests.factories import (
    CoordinatorFactory,
    HouseholdFactory,
    MunicipalityFactory,
    TaskFactory,
)

pytestmark = pytest.mark.django_db

MONDAY = dt.date(2026, 11, 23)
TUESDAY = dt.date(2026, 11, 24)
AT_NINE = dt.datetime(2026, 11, 23, 9, 0, tzinfo=ZoneInfo("Europe/Amsterdam"))


def dates(task):
    task.refresh_from_db()
    return task.due_on, task.later_until


def test_put_off_lets_a_task_rest():
    by = CoordinatorFactory().user
    task = TaskFactory(due_on=MONDAY)

    tasks.put_off(task, until=TUESDAY, by=by)

    assert dates(task) == (MONDAY, TUESDAY)
    assert [event.object_type for event in AuditEvent.objects.all()] == ["task"]


@pytest.mark.parametrize(
    ("due_on", "kept"),
    [(MONDAY, TUESDAY), (dt.date(2026, 11, 27), dt.date(2026, 11, 27))],
)
def test_put_off_moves_a_promise_that_would_be_broken(due_on, kept):
    task = TaskFactory(due_on=due_on, promised=True)

    tasks.put_off(task, until=TUESDAY, by=CoordinatorFactory().user)

    assert dates(task) == (kept, TUESDAY)


def test_take_back_gives_the_former_dates():
    task = TaskFactory(due_on=TUESDAY, later_until=TUESDAY, promised=True)

    tasks.take_back(task, due_on=MONDAY, later_until=None, by=CoordinatorFactory().user)

    assert dates(task) == (MONDAY, None)


def test_finish_says_who_and_when():
    by = CoordinatorFactory().user
    task = TaskFactory()

    tasks.finish(task, at=AT_NINE, by=by)

    task.refresh_from_db()
    assert (task.done_at, task.done_by) == (AT_NINE, by)


@pytest.mark.parametrize(
    "act",
    [
        lambda task, by: tasks.finish(task, at=AT_NINE, by=by),
        lambda task, by: tasks.put_off(task, until=TUESDAY, by=by),
        lambda task, by: tasks.take_back(task, due_on=MONDAY, later_until=None, by=by),
    ],
)
def test_a_task_that_is_done_stays_as_it_is(act):
    by = CoordinatorFactory().user
    task = TaskFactory(due_on=TUESDAY, done_at=AT_NINE, done_by=by)

    with pytest.raises(tasks.TaskIsDone):
        act(task, by)

    assert dates(task) == (TUESDAY, None)
    assert list(AuditEvent.objects.all()) == []


def test_reopen_takes_back_that_it_was_done():
    by = CoordinatorFactory().user
    task = TaskFactory(done_at=AT_NINE, done_by=by)

    tasks.reopen(task, by=by)
    tasks.reopen(task, by=by)

    task.refresh_from_db()
    assert (task.done_at, task.done_by) == (None, None)
    assert AuditEvent.objects.count() == 1


def test_reopen_refuses_a_second_first_call():
    by = CoordinatorFactory().user
    done = TaskFactory(kind="first_call", done_at=AT_NINE, done_by=by)
    TaskFactory(household=done.household, kind="first_call")

    with pytest.raises(tasks.AlreadyToBeCalled):
        tasks.reopen(done, by=by)

    done.refresh_from_db()
    assert done.done_at == AT_NINE


def test_a_coordinator_does_own_nobodys_deputised_and_orphaned_tasks():
    town, elsewhere = MunicipalityFactory.create_batch(2)
    me, colleague, absent, gone = (
        CoordinatorFactory(municipalities=[town]) for _ in range(4)
    )
    gone.municipalities.set([elsewhere])
    absent.deputy, absent.deputy_from, absent.deputy_until = me, MONDAY, TUESDAY
    absent.save()
    household = HouseholdFactory(municipality=town)
    own, _colleagues, deputised, orphaned, nobodys = (
        TaskFactory(household=household, coordinator=whose)
        for whose in (me, colleague, absent, gone, None)
    )

    mine = Task.objects.for_coordinator(me.user, on=MONDAY)
    after = Task.objects.for_coordinator(me.user, on=dt.date(2026, 11, 25))

    assert set(mine) == {own, deputised, orphaned, nobodys}
    assert set(after) == {own, orphaned, nobodys}


def test_row_rests_once_for_each_colleague_and_is_nobodys_work():
    household = HouseholdFactory()
    ones, others = CoordinatorFactory().user, CoordinatorFactory().user
    key = resting.key_of("A", "B")

    first = resting.let_rest(household, key, until=TUESDAY, at=AT_NINE, by=ones)
    again = resting.let_rest(household, key, until=MONDAY, at=AT_NINE, by=ones)
    apart = resting.let_rest(household, key, until=TUESDAY, at=AT_NINE, by=others)

    assert (again.pk, apart.pk != first.pk) == (first.pk, True)
    assert dates(again) == (TUESDAY, MONDAY)
    assert Task.objects.open().count() == 0
    verbs = AuditEvent.objects.order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["created", "changed", "created"]


def test_key_of_a_row_is_no_reference_and_stays_the_same():
    key = resting.key_of("A", "BC")

    assert key == resting.key_of("A", "BC") != resting.key_of("AB", "C")
    assert (len(key), as_stored(key)) == (10, "")

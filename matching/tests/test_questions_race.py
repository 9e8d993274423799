"""Two presses at the same moment make one task, and one look of a day."""

import datetime as dt

import pytest

from buurtgezinnen.tests.concurrency import together
from families.models import Task
from families.tests.factories import CoordinatorFactory, SupportRequestFactory
from matching.models import Look
from matching.services.looks import nobody_fits
from matching.services.questions import put_on_list
from matching.tests.factories import MONDAY

pytestmark = pytest.mark.django_db(transaction=True)

CALLERS = 10


def test_question_pressed_at_once_is_one_task():
    request = SupportRequestFactory()
    coordinator = CoordinatorFactory(
        municipalities=[request.family.household.municipality]
    )

    found = together(
        CALLERS,
        lambda _number: put_on_list(
            request.family.household,
            about=request.reference,
            text="Vraag hoe vaak",
            on=MONDAY,
            by=coordinator.user,
        ),
    )

    assert {task.pk for task, _is_new in found} == {Task.objects.get().pk}
    assert sorted(is_new for _task, is_new in found) == [False] * 9 + [True]


def test_nobody_fits_pressed_at_once_is_one_look():
    request = SupportRequestFactory()
    coordinator = CoordinatorFactory(
        municipalities=[request.family.household.municipality]
    )

    results = together(
        CALLERS,
        lambda _number: nobody_fits(
            request,
            due_on=MONDAY + dt.timedelta(days=7),
            text="",
            on=MONDAY,
            by=coordinator.user,
        ),
    )

    assert results == [Task.objects.get()] * CALLERS
    assert Look.objects.count() == 1

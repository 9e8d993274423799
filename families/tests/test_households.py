"""Facts of a household, and the stages a coordinator chooses."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from families import moments
from families.encryption import blind_index
from families.models import AuditEvent, StageChange, Task
from families.services import households
from families.services.stages import change_stage
from families.tests.factories import (
    CoordinatorFactory,
    HouseholdFactory,
    PersonFactory,
    SupportOfferFactory,
    SupportRequestFactory,
    TaskFactory,
)
from families.vocabulary import SupportKind, mask_of

pytestmark = pytest.mark.django_db

MONDAY = dt.date(2026, 11, 23)
AT_NINE = dt.datetime(2026, 11, 23, 9, 0, tzinfo=ZoneInfo("Europe/Amsterdam"))
UNKNOWN = dict.fromkeys(("dog", "cat", "other_animal", "smoking", "stairs"))


@pytest.fixture
def by():
    return CoordinatorFactory().user


def stages(wishes):
    wishes.refresh_from_db()
    history = StageChange.objects.order_by("pk").values_list("stage", flat=True)
    return wishes.stage, list(history)


def test_change_facts_writes_home_and_person_under_a_new_version(by):
    household = HouseholdFactory(dog=True)
    person = PersonFactory(name="Amira")

    changed = households.change_facts(
        household,
        person,
        row_version=1,
        person_version=1,
        by=by,
        **(UNKNOWN | {"cat": False}),
        name="Amira",
        telephone="+31612345678",
    )

    household.refresh_from_db()
    person.refresh_from_db()
    assert changed == ["dog", "cat", "telephone", "telephone_index"]
    assert (household.dog, household.cat, household.row_version) == (None, False, 2)
    assert (person.telephone, person.row_version) == ("+31612345678", 2)
    assert person.telephone_index == blind_index("telephone", "+31612345678")
    assert [event.fields for event in AuditEvent.objects.order_by("pk")] == [
        "telephone telephone_index",
        "cat dog telephone telephone_index",
    ]


def test_change_facts_notes_how_the_home_became_known(by):
    household = HouseholdFactory(dog=True)
    offer = SupportOfferFactory(family__household=household)
    offer.sources.create(field="dog", source="visit", on=MONDAY)

    households.change_facts(
        household,
        None,
        row_version=1,
        by=by,
        **(UNKNOWN | {"cat": False}),
        source="message",
        told_on=MONDAY,
    )

    [source] = offer.sources.all()
    assert (source.field, source.source, source.by) == ("cat", "message", by)


def test_change_facts_keeps_the_languages(by):
    person = PersonFactory(name="Amira", languages=0b101)
    household = HouseholdFactory()

    households.change_facts(
        household,
        person,
        row_version=1,
        person_version=1,
        by=by,
        **UNKNOWN,
        name="Amira B.",
    )

    person.refresh_from_db()
    assert (person.name, person.languages) == ("Amira B.", 0b101)


def test_change_facts_that_changes_nothing_leaves_no_trace(by):
    household = HouseholdFactory()

    assert (
        households.change_facts(household, None, row_version=1, by=by, **UNKNOWN) == []
    )
    assert list(AuditEvent.objects.all()) == []


def test_change_facts_refuses_an_older_version(by):
    household = HouseholdFactory(row_version=2)

    with pytest.raises(households.ChangedMeanwhile):
        households.change_facts(
            household, None, row_version=1, by=by, **(UNKNOWN | {"dog": True})
        )

    household.refresh_from_db()
    assert household.dog is None


def test_change_facts_refuses_an_older_version_of_the_person(by):
    """Two tabs: the same parent on the pages of both homes."""
    person = PersonFactory(name="Amira")
    one, other = HouseholdFactory.create_batch(2)
    versions = {"row_version": 1, "person_version": 1, "by": by}
    households.change_facts(one, person, **versions, **UNKNOWN, name="Amira B.")

    with pytest.raises(households.ChangedMeanwhile):
        households.change_facts(other, person, **versions, **UNKNOWN, name="Amira")

    person.refresh_from_db()
    assert (person.name, person.row_version) == ("Amira B.", 2)


def test_move_brings_into_talks(by):
    request = SupportRequestFactory(stage="applied")

    households.move(request, to="talking", on=MONDAY, by=by)

    assert stages(request) == ("talking", ["applied", "talking"])


@pytest.mark.parametrize("stage", ["proposed", "paired", "ended", "withdrawn"])
def test_move_leaves_what_proposals_and_pairings_brought_about(by, stage):
    request = SupportRequestFactory(stage=stage)

    with pytest.raises(households.NotPossibleNow):
        households.move(request, to="talking", on=MONDAY, by=by)

    assert stages(request) == (stage, [stage])
    assert not households.may_close(request)


def test_make_ready_fills_in_what_was_not_asked(by):
    request = SupportRequestFactory(
        stage="talking", kinds=0, moments=None, frequency="weekly"
    )
    wednesday = moments.both_weeks(2, 1)

    households.make_ready(
        request,
        kinds=mask_of([SupportKind.PLAY]),
        moments=wednesday,
        on=MONDAY,
        by=by,
    )

    assert stages(request) == ("waiting", ["talking", "waiting"])
    assert (request.kinds, request.moments, request.frequency) == (
        1,
        wednesday,
        "weekly",
    )
    assert request.row_version == 2


@pytest.mark.parametrize("missing", [{"kinds": 0}, {"moments": None}, {"children": []}])
def test_make_ready_refuses_while_nobody_could_be_searched(by, missing):
    request = SupportRequestFactory(stage="talking", **missing)

    with pytest.raises(households.NotAskedEnough):
        households.make_ready(request, on=MONDAY, by=by, frequency="monthly")

    assert stages(request) == ("talking", ["talking"])
    assert request.frequency == "weekly"


def test_make_ready_asks_nothing_of_an_offer(by):
    offer = SupportOfferFactory(stage="talking", kinds=0, moments=None)

    households.make_ready(offer, on=MONDAY, by=by)

    assert stages(offer) == ("available", ["talking", "available"])


def test_close_ends_the_open_tasks_of_the_household(by):
    request = SupportRequestFactory(stage="applied")
    task = TaskFactory(household=request.family.household, kind="first_call")

    households.close(request, reason="Geen gehoor", at=AT_NINE, on=MONDAY, by=by)

    task.refresh_from_db()
    assert stages(request) == ("withdrawn", ["applied", "withdrawn"])
    assert StageChange.objects.last().reason == "Geen gehoor"
    assert (task.done_at, task.done_by) == (AT_NINE, by)


def test_close_leaves_the_tasks_of_a_household_that_also_gives(by):
    request = SupportRequestFactory(stage="waiting")
    household = request.family.household
    SupportOfferFactory(family__household=household)
    task = TaskFactory(household=household)

    households.close(request, reason="Verhuisd", at=AT_NINE, on=MONDAY, by=by)

    task.refresh_from_db()
    assert task.done_at is None


def test_step_back_undoes_a_withdrawal(by):
    request = SupportRequestFactory(stage="waiting")
    households.close(request, reason="Vergissing", at=AT_NINE, on=MONDAY, by=by)

    households.step_back(request, shown=request.stage, on=MONDAY, by=by)

    assert stages(request) == ("waiting", ["waiting", "withdrawn", "waiting"])


def test_step_back_to_the_first_call_makes_its_task_once(by):
    request = SupportRequestFactory(stage="applied")
    household = request.family.household
    households.move(request, to="talking", on=MONDAY, by=by)

    households.step_back(request, shown=request.stage, on=MONDAY, by=by)

    task = Task.objects.get()
    assert stages(request)[0] == "applied"
    assert (task.household, task.kind, task.due_on) == (household, "first_call", MONDAY)


def test_step_back_leaves_a_pairing_alone(by):
    request = SupportRequestFactory(stage="waiting")
    change_stage(request, to="paired", on=MONDAY, by=by)

    with pytest.raises(households.NotPossibleNow):
        households.step_back(request, shown=request.stage, on=MONDAY, by=by)

    assert stages(request)[0] == "paired"


def test_step_back_from_the_first_stage_is_not_possible(by):
    request = SupportRequestFactory(stage="applied")

    with pytest.raises(households.NotPossibleNow):
        households.step_back(request, shown=request.stage, on=MONDAY, by=by)

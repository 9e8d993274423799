"""What may be done with a note after it was written."""

import datetime as dt
import uuid
from zoneinfo import ZoneInfo

import pytest
import time_machine

from families.models import AuditEvent, ContactAddition, ContactMoment, Task
from families.services import notes
from families.services.contact import KeyOfAnother, note_contact
from families.services.households import ChangedMeanwhile
from families.tests.factories import (
    CoordinatorFactory,
    HouseholdFactory,
    SupportRequestFactory,
    TaskFactory,
)

pytestmark = pytest.mark.django_db

MONDAY = dt.date(2026, 11, 23)
THURSDAY = dt.date(2026, 11, 26)
AT_NINE = dt.datetime(2026, 11, 23, 9, 0, tzinfo=ZoneInfo("Europe/Amsterdam"))
DAY = dt.timedelta(hours=24)
SECOND = dt.timedelta(seconds=1)


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(AT_NINE, tick=False) as clock:
        yield clock


@pytest.fixture
def writer():
    return CoordinatorFactory()


def note(household, writer, **said):
    given = {
        "kind": "telephone",
        "outcome": "reached",
        "happened_on": MONDAY,
        "text": "Noor wil voetballen.",
        "at": AT_NINE,
        "form_key": uuid.uuid4(),
    }
    return note_contact(household, by=writer.user, **(given | said)).contact


def change(found, by, *, at=AT_NINE, row_version=1, **said):
    given = {
        "kind": "visit",
        "happened_on": MONDAY,
        "text": "Noor wil hockeyen.",
        "sensitive": False,
    }
    return notes.change_note(
        found, row_version=row_version, at=at, by=by.user, **(given | said)
    )


def words_of(found):
    return ContactMoment.objects.get(pk=found.pk).text


def redact(found, by, **more):
    given = {"reason": "Verkeerd gezin.", "at": AT_NINE + DAY, "by": by.user}
    return notes.redact(found, **(given | more))


# Changing


def test_a_note_can_be_changed_by_its_writer_up_to_a_day(writer):
    found = note(HouseholdFactory(), writer)

    assert change(found, writer, at=AT_NINE + DAY) == ["kind", "text"]

    kept = ContactMoment.objects.get()
    assert (kept.kind, kept.text) == ("visit", "Noor wil hockeyen.")
    assert (kept.edited_at, kept.row_version) == (AT_NINE + DAY, 2)
    assert AuditEvent.objects.latest("pk").fields == "kind text"


def test_a_note_is_not_changed_after_a_day(writer):
    found = note(HouseholdFactory(), writer)

    with pytest.raises(notes.NoLongerOwn):
        change(found, writer, at=AT_NINE + DAY + SECOND)

    assert words_of(found) == "Noor wil voetballen."


def test_a_note_is_not_changed_by_a_colleague(writer):
    found = note(HouseholdFactory(), writer)

    with pytest.raises(notes.NoLongerOwn):
        change(found, CoordinatorFactory())

    assert words_of(found) == "Noor wil voetballen."


def test_a_second_tab_does_not_write_over_the_first(writer):
    found = note(HouseholdFactory(), writer)
    change(found, writer, text="Eerst dit.")

    with pytest.raises(ChangedMeanwhile):
        change(found, writer, text="Dan dat.")

    assert words_of(found) == "Eerst dit."


def test_changing_nothing_leaves_no_trace(writer):
    found = note(HouseholdFactory(), writer)

    assert change(found, writer, kind="telephone", text=found.text) == []
    assert ContactMoment.objects.get().edited_at is None


# Adding


def test_an_addition_stands_beneath_the_note(writer):
    colleague = CoordinatorFactory()
    found = note(HouseholdFactory(), writer)

    notes.add_to_note(found, "Het is hockey.", by=colleague.user, form_key=uuid.uuid4())

    [added] = found.additions.all()
    assert (added.text, added.by) == ("Het is hockey.", colleague.user)
    assert words_of(found) == "Noor wil voetballen."


def test_the_same_form_twice_is_one_addition(writer):
    found, key = note(HouseholdFactory(), writer), uuid.uuid4()

    for _press in range(2):
        notes.add_to_note(found, "Eén keer.", by=writer.user, form_key=key)

    assert [one.text for one in ContactAddition.objects.all()] == ["Eén keer."]


def test_a_key_of_another_note_is_refused(writer):
    key, other = uuid.uuid4(), note(HouseholdFactory(), writer)
    found = note(HouseholdFactory(), writer)
    notes.add_to_note(other, "Hier.", by=writer.user, form_key=key)

    with pytest.raises(KeyOfAnother):
        notes.add_to_note(found, "Daar.", by=writer.user, form_key=key)


# Taking back


def test_taking_back_puts_back_what_followed(writer):
    request = SupportRequestFactory(stage="applied")
    household = request.family.household
    call = TaskFactory(household=household, kind="first_call", due_on=THURSDAY)
    done = TaskFactory(household=household, kind="next_step")
    found = note(
        household, writer, next_step="Bel oma", next_on=THURSDAY, finished=[done]
    )

    notes.take_back(found, at=AT_NINE + DAY, by=writer.user)

    request.refresh_from_db()
    assert request.stage == "applied"
    assert set(household.tasks.open()) == {call, done}
    planned = household.tasks.exclude(pk__in=[call.pk, done.pk]).get()
    assert (planned.text, planned.done_by) == ("", None)
    kept = ContactMoment.objects.get()
    assert (kept.text, kept.next_step, kept.is_taken_back) == ("", "", True)


def test_taking_back_no_answer_lets_the_call_stand_where_it_stood(writer):
    household = HouseholdFactory(coordinator=writer)
    call = TaskFactory(household=household, kind="first_call", due_on=MONDAY)
    found = note(household, writer, outcome="no_answer", text="")

    notes.take_back(found, at=AT_NINE, by=writer.user)

    call.refresh_from_db()
    assert (call.later_until, call.done_at) == (None, None)
    assert list(household.tasks.open()) == [call]


def test_taking_back_keeps_what_was_changed_since(writer):
    household = HouseholdFactory(coordinator=writer)
    call = TaskFactory(household=household, kind="first_call", due_on=MONDAY)
    found = note(household, writer, outcome="no_answer", text="")
    Task.objects.update(later_until=dt.date(2026, 12, 1))

    notes.take_back(found, at=AT_NINE, by=writer.user)

    call.refresh_from_db()
    assert call.later_until == dt.date(2026, 12, 1)


def test_who_was_reached_once_more_is_not_to_be_called_again(writer):
    request = SupportRequestFactory(stage="applied")
    household = request.family.household
    TaskFactory(household=household, kind="first_call")
    found = note(household, writer)
    note(household, writer)

    notes.take_back(found, at=AT_NINE, by=writer.user)

    request.refresh_from_db()
    assert request.stage == "talking"
    assert not household.tasks.open().exists()


@pytest.mark.parametrize(
    ("late", "who"), [(SECOND, "writer"), (dt.timedelta(), "colleague")]
)
def test_only_a_fresh_note_of_ones_own_is_taken_back(writer, late, who):
    found = note(HouseholdFactory(), writer)
    by = writer if who == "writer" else CoordinatorFactory()

    with pytest.raises(notes.NoLongerOwn):
        notes.take_back(found, at=AT_NINE + (DAY + late if late else late), by=by.user)

    assert words_of(found) == "Noor wil voetballen."


def test_taking_back_twice_is_noticed(writer):
    found = note(HouseholdFactory(), writer)
    notes.take_back(found, at=AT_NINE, by=writer.user)

    with pytest.raises(notes.NoteIsEmpty):
        notes.take_back(found, at=AT_NINE, by=writer.user)


# Emptying


def test_a_note_in_the_wrong_place_is_emptied_with_proof(writer):
    colleague = CoordinatorFactory()
    found = note(HouseholdFactory(), writer, next_step="Bel oma", next_on=THURSDAY)
    notes.add_to_note(found, "Ook dit.", by=writer.user, form_key=uuid.uuid4())

    assert redact(found, colleague) is None

    kept = ContactMoment.objects.get()
    assert (kept.text, kept.next_step) == ("", "")
    assert [one.text for one in kept.additions.all()] == [""]
    assert [task.text for task in Task.objects.all()] == [""]
    assert (kept.redacted_by, kept.redacted_at, kept.redaction_reason) == (
        colleague.user,
        AT_NINE + DAY,
        "Verkeerd gezin.",
    )
    assert not kept.is_taken_back
    event = AuditEvent.objects.filter(object_type="contactmoment").latest("pk")
    assert (event.actor, event.fields) == (colleague.user, "redacted_at text")


def test_a_note_moves_to_the_right_family_as_it_was_written(writer):
    wrong, right = HouseholdFactory(), HouseholdFactory()
    request = SupportRequestFactory(family__household=right, stage="applied")
    TaskFactory(household=right, kind="first_call")
    found = note(wrong, writer, sensitive=True, next_step="Bel oma", next_on=THURSDAY)
    notes.add_to_note(found, "Ook dit.", by=writer.user, form_key=uuid.uuid4())

    moved = redact(found, CoordinatorFactory(), to=right)

    assert (moved.household, moved.by) == (right, writer.user)
    assert (moved.text, moved.sensitive) == ("Noor wil voetballen.", True)
    assert (moved.happened_on, moved.recorded_at) == (MONDAY, AT_NINE)
    assert [one.text for one in moved.additions.all()] == ["Ook dit."]
    request.refresh_from_db()
    assert request.stage == "talking"
    assert [task.text for task in right.tasks.open()] == ["Bel oma"]
    assert not wrong.tasks.open().exists()


def test_an_emptied_note_takes_no_additions(writer):
    found = note(HouseholdFactory(), writer)
    redact(found, writer)

    with pytest.raises(notes.NoteIsEmpty):
        notes.add_to_note(found, "Nog iets.", by=writer.user, form_key=uuid.uuid4())
    with pytest.raises(notes.NoteIsEmpty):
        redact(found, writer)


# Reading


def test_words_of_a_sensitive_note_are_for_its_writer(writer):
    household = HouseholdFactory()
    household.municipality.coordinators.add(writer)
    colleague = CoordinatorFactory(municipalities=[household.municipality])
    stranger = CoordinatorFactory()
    private = note(household, writer, sensitive=True)
    shared = note(household, writer)
    redact(note(household, writer), writer)

    def read(user):
        return set(ContactMoment.objects.readable_by(user))

    assert read(writer.user) == {private, shared}
    assert read(colleague.user) == {shared}
    assert read(stranger.user) == set()

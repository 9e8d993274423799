"""Asking for a VOG, seeing it, and the way on when there is none."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from families.models import ScreeningCheck, Task
from families.services import screening
from families.tests.factories import (
    CoordinatorFactory,
    HouseholdFactory,
    PersonFactory,
    ScreeningCheckFactory,
)

pytestmark = pytest.mark.django_db

MONDAY = dt.date(2026, 11, 23)
AT_NINE = dt.datetime(2026, 11, 23, 9, 0, tzinfo=ZoneInfo("Europe/Amsterdam"))
TUESDAY = dt.date(2026, 11, 24)
IN_THREE_YEARS = dt.date(2029, 11, 23)


@pytest.fixture
def by():
    return CoordinatorFactory().user


@pytest.fixture
def household():
    return HouseholdFactory()


def reminders():
    return list(Task.objects.open().values_list("kind", "about", "due_on"))


def test_ask_starts_a_check_with_a_reminder(by, household):
    person = PersonFactory()

    check = screening.ask(person, household, kind="vog", on=MONDAY, by=by)

    assert (check.state, check.asked_on, check.replaced_on) == ("asked", MONDAY, None)
    assert reminders() == [("screening", person.reference, dt.date(2026, 12, 7))]


@pytest.mark.parametrize("state", ["asked", "applied", "not_shown", "cannot_apply"])
def test_ask_refuses_while_a_check_is_under_way(by, household, state):
    check = ScreeningCheckFactory(state=state)

    with pytest.raises(screening.AlreadyAsked):
        screening.ask(check.person, household, kind="vog", on=MONDAY, by=by)

    assert list(ScreeningCheck.objects.all()) == [check]


def test_ask_anew_keeps_the_old_check(by, household):
    old = ScreeningCheckFactory(shown=True)

    new = screening.ask(old.person, household, kind="vog", on=MONDAY, by=by)

    old.refresh_from_db()
    assert old.replaced_on == MONDAY
    assert list(ScreeningCheck.objects.current()) == [new]


def test_applied_moves_the_reminder(by, household):
    check = screening.ask(PersonFactory(), household, kind="vog", on=MONDAY, by=by)

    screening.applied(check, household, applied_on=MONDAY, by=by)

    assert (check.state, check.applied_on) == ("applied", MONDAY)
    assert [due for _kind, _about, due in reminders()] == [dt.date(2026, 12, 21)]


def test_shown_says_by_whom_and_asks_again_in_time(by, household):
    check = screening.ask(PersonFactory(), household, kind="vog", on=MONDAY, by=by)

    screening.shown(
        check,
        household,
        seen_on=MONDAY,
        ask_again_on=screening.ask_again_around(MONDAY),
        at=AT_NINE,
        by=by,
    )

    check.refresh_from_db()
    assert (check.state, check.seen_on, check.seen_by) == ("shown", MONDAY, by)
    assert check.ask_again_on == IN_THREE_YEARS
    assert [due for _kind, _about, due in reminders()] == [dt.date(2029, 9, 24)]


@pytest.mark.parametrize("state", ["cannot_apply", "lived_abroad", "not_shown"])
def test_not_given_keeps_a_way_on(by, household, state):
    check = screening.ask(PersonFactory(), household, kind="vog", on=MONDAY, by=by)

    screening.not_given(
        check, household, state=state, note="Op papier", on=MONDAY, at=AT_NINE, by=by
    )

    check.refresh_from_db()
    assert (check.state, check.note) == (state, "Op papier")
    assert len(reminders()) == 1


def test_a_refusal_ends_the_reminders(by, household):
    check = screening.ask(PersonFactory(), household, kind="vog", on=MONDAY, by=by)

    screening.not_given(
        check, household, state="refused", note="", on=MONDAY, at=AT_NINE, by=by
    )

    assert reminders() == []


def test_a_check_that_was_shown_goes_no_further(by, household):
    check = ScreeningCheckFactory(shown=True)

    with pytest.raises(screening.StepNotPossible):
        screening.applied(check, household, applied_on=MONDAY, by=by)

    check.refresh_from_db()
    assert (check.state, check.applied_on) == ("shown", None)


def test_done_replaces_an_earlier_check_of_its_kind(by):
    person = PersonFactory()
    first = screening.done(
        person, kind="home_visit", seen_on=MONDAY, today=MONDAY, by=by
    )

    second = screening.done(
        person, kind="home_visit", seen_on=MONDAY, today=TUESDAY, by=by
    )

    first.refresh_from_db()
    assert first.replaced_on == TUESDAY
    assert list(ScreeningCheck.objects.current()) == [second]
    assert reminders() == []


def test_what_is_taken_back_brings_back_the_former(by, household):
    person = PersonFactory()
    first = screening.done(
        person, kind="home_visit", seen_on=MONDAY, today=MONDAY, by=by
    )
    second = screening.done(
        person, kind="home_visit", seen_on=TUESDAY, today=TUESDAY, by=by
    )

    screening.take_back(second, household, today=TUESDAY, by=by)

    assert list(ScreeningCheck.objects.current()) == [first]
    with pytest.raises(screening.TakenBackTooLate):
        screening.take_back(first, household, today=TUESDAY, by=by)


def test_the_same_check_sent_twice_is_one(by):
    person = PersonFactory()
    said = {"kind": "privacy", "seen_on": MONDAY, "today": MONDAY, "by": by}

    first = screening.done(person, **said)
    again = screening.done(person, **said)

    assert (first, list(ScreeningCheck.objects.all())) == (again, [first])


def test_a_vog_taken_back_is_looked_at_again(by, household):
    check = screening.ask(PersonFactory(), household, kind="vog", on=MONDAY, by=by)
    screening.applied(check, household, applied_on=MONDAY, by=by)
    screening.shown(
        check, household, seen_on=MONDAY, ask_again_on=None, at=AT_NINE, by=by
    )

    screening.take_back(check, household, today=MONDAY, by=by)

    check.refresh_from_db()
    assert (check.state, check.seen_by, check.recorded_on) == ("applied", None, None)
    assert [due for _kind, _about, due in reminders()] == [dt.date(2026, 12, 7)]


@pytest.mark.parametrize(
    ("told", "settled"),
    [
        ({"ask_again_on": dt.date(2026, 11, 24)}, True),
        ({"ask_again_on": MONDAY}, False),
        ({"ask_again_on": None}, True),
        ({"outcome": "doubts"}, False),
        ({"outcome": "good"}, True),
    ],
)
def test_a_check_settles_until_it_is_due_again(told, settled):
    assert ScreeningCheckFactory.build(shown=True, **told).settles(MONDAY) is settled

import datetime as dt

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agreements.models import ExtraVisit, ItemException, Pause
from agreements.services import refused
from agreements.services.exceptions import note_exception
from agreements.services.pauses import end_pause, note_pause
from agreements.services.undo import take_back
from agreements.services.visits import note_visit
from agreements.tests.factories import (
    NOON,
    START,
    THURSDAY,
    has_ended,
    make_pairing,
    make_version,
    wednesdays,
)
from families.models import AuditEvent
from matching.models import Pairing

pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1)
LATER = NOON + DAY
JULY, AUGUST = dt.date(2026, 7, 6), dt.date(2026, 8, 16)
WEDNESDAY_IN_MAY, MONDAY_BEFORE = dt.date(2026, 5, 13), dt.date(2026, 5, 11)


@pytest.fixture
def pairing():
    return make_pairing()


def rows():
    """All that a service here could have written."""
    return [
        *(list(one.objects.order_by("pk").values()) for one in MODELS),
        AuditEvent.objects.count(),
    ]


MODELS = (Pause, ItemException, ExtraVisit)


def pause(pairing, **differs):
    said = {
        "from_on": JULY,
        "until_on": AUGUST,
        "side": "request",
        "by": pairing.lead.user,
        "at": NOON,
    }
    return note_pause(pairing, **said | differs)


def exception(pairing, **differs):
    said = {"line": 1, "on": WEDNESDAY_IN_MAY, "by": pairing.lead.user, "at": NOON}
    return note_exception(pairing, **said | differs)


def visit(pairing, **differs):
    said = {"on": JULY, "text": "Verjaardag", "by": pairing.lead.user, "at": NOON}
    return note_visit(pairing, **said | differs)


def test_a_pause_needs_one_word_and_keeps_the_place(pairing):
    make_version(pairing)
    before = Pairing.objects.filter(pk=pairing.pk).values().get()

    noted = pause(pairing, reason="Verhuizing")

    assert Pairing.objects.filter(pk=pairing.pk).values().get() == before
    assert (noted.from_on, noted.until_on, noted.side) == (JULY, AUGUST, "request")
    assert (noted.reason, noted.recorded_by, noted.recorded_at) == (
        "Verhuizing",
        pairing.lead.user,
        NOON,
    )


@pytest.mark.parametrize("side", ["", "support"])
def test_a_pause_may_be_of_both_and_without_an_end(pairing, side):
    noted = pause(pairing, side=side, until_on=None)

    assert (noted.side, noted.until_on) == (side, None)


def test_what_is_noted_stands_in_the_audit_without_values(pairing):
    make_version(pairing)
    noted = [pause(pairing), exception(pairing), visit(pairing)]

    for one in noted:
        take_back(one, by=pairing.lead.user, at=LATER)

    kinds = ["pause", "itemexception", "extravisit"]
    events = AuditEvent.objects.filter(object_type__in=kinds).order_by("pk")
    assert [(one.object_type, one.verb, one.fields) for one in events] == [
        ("pause", "created", "from_on side until_on"),
        ("itemexception", "created", "line moved_to on scope"),
        ("extravisit", "created", "on text"),
        ("pause", "changed", "taken_back_at"),
        ("itemexception", "changed", "taken_back_at"),
        ("extravisit", "changed", "taken_back_at"),
    ]


@pytest.mark.parametrize("note", [pause, exception, visit])
def test_the_same_sent_twice_is_one(pairing, note):
    make_version(pairing)
    first = note(pairing)
    before = rows()

    again = note(pairing)

    assert again == first
    assert rows() == before


@pytest.mark.parametrize(
    ("differs", "error"),
    [
        ({"from_on": START - DAY}, refused.BeforeThePairing),
        ({"until_on": JULY - DAY}, refused.EndsBeforeItStarts),
        ({"row_version": 7, "side": ""}, refused.ChangedMeanwhile),
        # On the last day, on the first day, within, around, and without an end.
        ({"from_on": AUGUST, "until_on": AUGUST + DAY}, refused.PausesOverlap),
        ({"from_on": START, "until_on": JULY}, refused.PausesOverlap),
        ({"from_on": JULY + DAY, "until_on": JULY + DAY}, refused.PausesOverlap),
        ({"from_on": START, "until_on": None}, refused.PausesOverlap),
    ],
)
def test_a_pause_that_may_not_be_is_refused(pairing, differs, error):
    pause(pairing)
    before = rows()

    with pytest.raises(error):
        pause(pairing, **differs)

    assert rows() == before


def test_after_a_pause_without_an_end_no_other_fits(pairing):
    pause(pairing, until_on=None)

    with pytest.raises(refused.PausesOverlap):
        pause(pairing, from_on=AUGUST + DAY, until_on=AUGUST + 9 * DAY)


@pytest.mark.parametrize("note", [pause, exception])
def test_a_pairing_that_has_ended_neither_pauses_nor_differs(pairing, note):
    make_version(pairing)
    has_ended(pairing, on=AUGUST)
    before = rows()

    with pytest.raises(refused.PairingHasEnded):
        note(pairing)

    assert rows() == before


def test_a_pause_ends_on_an_earlier_day(pairing):
    noted = pause(pairing)

    end_pause(noted, until_on=JULY + DAY, by=pairing.lead.user)

    noted.refresh_from_db()
    assert (noted.until_on, noted.row_version) == (JULY + DAY, 2)
    event = AuditEvent.objects.order_by("pk").last()
    assert (event.object_type, event.fields) == ("pause", "until_on")


def test_a_pause_without_an_end_gets_one(pairing):
    noted = pause(pairing, until_on=None)

    end_pause(noted, until_on=JULY, by=pairing.lead.user)

    noted.refresh_from_db()
    assert noted.until_on == JULY


def test_ending_a_pause_twice_on_one_day_is_ending_it_once(pairing):
    noted = pause(pairing)
    end_pause(noted, until_on=JULY, by=pairing.lead.user, row_version=1)
    before = rows()

    end_pause(noted, until_on=JULY, by=pairing.lead.user, row_version=1)

    assert rows() == before


@pytest.mark.parametrize(
    ("until_on", "row_version", "error"),
    [
        (JULY - DAY, None, refused.EndsBeforeItStarts),
        (AUGUST + DAY, None, refused.NotEarlier),
        (JULY, 9, refused.ChangedMeanwhile),
    ],
)
def test_an_end_of_a_pause_that_may_not_be_is_refused(
    pairing, until_on, row_version, error
):
    noted = pause(pairing)
    before = rows()

    with pytest.raises(error):
        end_pause(
            noted, until_on=until_on, by=pairing.lead.user, row_version=row_version
        )

    assert rows() == before


def test_a_pause_that_was_taken_back_has_no_end_and_leaves_its_days_free(pairing):
    noted = pause(pairing)
    take_back(noted, by=pairing.lead.user, at=LATER)

    with pytest.raises(refused.NotEarlier):
        end_pause(noted, until_on=JULY, by=pairing.lead.user)

    other = pause(pairing)
    assert list(Pause.objects.counted()) == [other]


@pytest.mark.parametrize("note", [pause, exception, visit])
def test_taking_back_twice_is_taking_back_once(pairing, note):
    make_version(pairing)
    noted = note(pairing)
    take_back(noted, by=pairing.lead.user, at=LATER)
    before = rows()

    take_back(noted, by=pairing.lead.user, at=LATER + DAY)

    assert noted.taken_back_at == LATER
    assert rows() == before


def test_an_item_falls_out_on_a_day(pairing):
    make_version(pairing)

    noted = exception(pairing, reason="Ziek")

    assert (noted.line, noted.scope, noted.on) == (1, "day", WEDNESDAY_IN_MAY)
    assert (noted.moved_to, noted.reason) == (None, "Ziek")


def test_an_item_falls_out_in_a_week_whichever_day_of_it_was_named(pairing):
    make_version(pairing)

    noted = exception(pairing, scope="week", on=WEDNESDAY_IN_MAY + 3 * DAY)

    assert (noted.scope, noted.on) == ("week", MONDAY_BEFORE)


def test_an_item_moves_to_another_day(pairing):
    make_version(pairing)

    noted = exception(pairing, moved_to=MONDAY_BEFORE)

    assert (noted.on, noted.moved_to) == (WEDNESDAY_IN_MAY, MONDAY_BEFORE)


def test_an_item_moves_to_a_day_on_which_it_falls_out(pairing):
    make_version(pairing)
    next_week = WEDNESDAY_IN_MAY + 7 * DAY
    exception(pairing, on=next_week)

    noted = exception(pairing, moved_to=next_week)

    assert noted.moved_to == next_week


@pytest.mark.parametrize(
    ("differs", "error"),
    [
        ({"on": WEDNESDAY_IN_MAY + DAY}, refused.NotOnThisDay),
        ({"on": START - 5 * DAY}, refused.NotOnThisDay),
        ({"line": 2}, refused.NotOnThisDay),
        ({"on": dt.date(2026, 12, 9)}, refused.NotOnThisDay),
        ({"on": dt.date(2026, 7, 8)}, refused.InAPause),
        ({"on": dt.date(2026, 5, 6), "moved_to": JULY}, refused.DifferentAlready),
        ({"on": dt.date(2026, 5, 6), "scope": "week"}, refused.DifferentAlready),
        ({"on": dt.date(2026, 5, 20)}, refused.DifferentAlready),
        ({"moved_to": WEDNESDAY_IN_MAY}, refused.MovesNowhere),
        ({"moved_to": WEDNESDAY_IN_MAY + 14 * DAY}, refused.TakesPlaceAlready),
        ({"moved_to": JULY}, refused.InAPause),
        ({"moved_to": START - DAY}, refused.NotAgreedOnThen),
        ({"moved_to": dt.date(2026, 12, 2)}, refused.NotAgreedOnThen),
        ({"scope": "week", "moved_to": MONDAY_BEFORE}, refused.MovesOneDayOnly),
        ({"row_version": 99}, refused.ChangedMeanwhile),
    ],
)
def test_an_exception_that_may_not_be_is_refused(pairing, differs, error):
    make_version(pairing)
    make_version(
        pairing,
        effective_from=dt.date(2026, 12, 1),
        items=[wednesdays(pairing, weekdays=THURSDAY)],
        at=LATER,
    )
    pause(pairing)
    exception(pairing, on=dt.date(2026, 5, 6))
    exception(pairing, on=dt.date(2026, 5, 20), scope="week")
    before = rows()

    with pytest.raises(error):
        exception(pairing, **differs)

    assert rows() == before


@pytest.mark.parametrize(
    "differs",
    [
        {"on": WEDNESDAY_IN_MAY + 7 * DAY, "scope": "week"},
        {"on": WEDNESDAY_IN_MAY + 8 * DAY},
    ],
)
def test_where_a_visit_was_moved_to_does_not_fall_out(pairing, differs):
    make_version(pairing)
    exception(pairing, moved_to=WEDNESDAY_IN_MAY + 8 * DAY)
    before = rows()

    with pytest.raises(refused.DifferentAlready):
        exception(pairing, **differs)

    assert rows() == before


def test_an_item_without_fixed_days_has_no_exceptions(pairing):
    make_version(pairing, items=[wednesdays(pairing, rhythm="times_a_month")])

    with pytest.raises(refused.NotOnThisDay):
        exception(pairing)


def test_extra_visits_of_one_day_with_other_words_are_two(pairing):
    visit(pairing)

    other = visit(pairing, text="Zwemles")

    assert list(ExtraVisit.objects.order_by("pk").values_list("on", flat=True)) == [
        JULY,
        JULY,
    ]
    assert other.text == "Zwemles"


@pytest.mark.parametrize(
    ("on", "error"),
    [(START - DAY, refused.BeforeThePairing), (AUGUST + DAY, refused.AfterThePairing)],
)
def test_an_extra_visit_outside_the_pairing_is_refused(pairing, on, error):
    has_ended(pairing, on=AUGUST)
    before = rows()

    with pytest.raises(error):
        visit(pairing, on=on)

    assert rows() == before


def test_an_extra_visit_is_noted_after_the_end_for_a_day_before_it(pairing):
    has_ended(pairing, on=AUGUST)

    assert visit(pairing, on=AUGUST).on == AUGUST


N_DAYS = 12
spans = st.tuples(
    st.integers(-1, N_DAYS), st.none() | st.integers(-1, N_DAYS), st.booleans()
)
steps = st.lists(
    st.tuples(st.just("pause"), spans)
    | st.tuples(st.just("end"), st.tuples(st.integers(0, 5), st.integers(-1, N_DAYS)))
    | st.tuples(st.just("take back"), st.integers(0, 5)),
    max_size=12,
)


@given(steps)
@settings(
    max_examples=25,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_random_pauses_never_overlap_and_none_is_lost(taken):
    with transaction.atomic():
        pairing, paused = make_pairing(), {}
        for step in taken:
            play(pairing, paused, *step)

            assert on_days(pairing) == sorted(
                day for days in paused.values() for day in days
            )
        transaction.set_rollback(True)


def play(pairing, paused, kind, values):
    """One step, and the naive rule: a set of days for each pause."""
    by = pairing.lead.user
    noted = [Pause.objects.get(pk=pk) for pk in sorted(paused)]
    try:
        if kind == "pause":
            first, last, is_of_both = values
            days = set(range(first, (N_DAYS * 2 if last is None else last) + 1))
            taken = {day for one in paused.values() for day in one}
            fits = first >= 0 and days and not days & taken
            one = pause(
                pairing,
                from_on=START + first * DAY,
                until_on=None if last is None else START + last * DAY,
                side="" if is_of_both else "support",
            )
            assert fits or one.pk in paused
            paused.setdefault(one.pk, days)
        elif noted and kind == "end":
            number, last = values
            one = noted[number % len(noted)]
            end_pause(one, until_on=START + last * DAY, by=by)
            paused[one.pk] = {day for day in paused[one.pk] if day <= last}
        elif noted and kind == "take back":
            one = noted[values % len(noted)]
            take_back(one, by=by, at=LATER)
            del paused[one.pk]
    except refused.Refused:
        assert kind == "end" or (kind == "pause" and not fits)


def on_days(pairing):
    """Every paused day, as often as the database says so."""
    return sorted(
        day
        for one in Pause.objects.counted().filter(agreement__pairing=pairing)
        for day in range(N_DAYS * 2 + 1)
        if one.covers(START + day * DAY)
    )

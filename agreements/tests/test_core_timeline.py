import datetime as dt
from dataclasses import dataclass, replace
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agreements.core import rhythm, timeline
from agreements.core.timeline import ItemChange, Terms
from agreements.tests import strategies
from families.vocabulary import SupportKind

JANUARY, MARCH, JUNE = (dt.date(2026, month, 1) for month in (1, 3, 6))
WEDNESDAY, THURSDAY = 1 << 2, 1 << 3
PLAY = Terms(
    line=1,
    kind=0,
    children=(1, 2),
    rhythm="weekly",
    weekdays=WEDNESDAY | THURSDAY,
    starts_at=dt.time(13),
    ends_at=dt.time(17),
)


@dataclass(frozen=True)
class Version:
    number: int
    effective_from: dt.date
    settled_at: dt.datetime | None = None
    superseded_at: dt.datetime | None = None


def at(day):
    return dt.datetime(2026, 1, day, 12, tzinfo=dt.UTC)


def test_sleepovers_end_on_the_next_day():
    assert timeline.SLEEPOVER == SupportKind.SLEEPOVER


def test_in_force_is_the_latest_settled_version_that_started():
    first = Version(1, JANUARY, at(1))
    second = Version(2, MARCH, at(2))
    draft = Version(3, MARCH + rhythm.DAY)
    versions = [first, second, draft]

    found = [
        timeline.in_force_on(versions, day)
        for day in (JANUARY - rhythm.DAY, JANUARY, MARCH - rhythm.DAY, MARCH, JUNE)
    ]

    assert found == [None, first, first, second, second]


def test_as_known_before_a_correction_the_old_version_is_in_force():
    wrong = Version(1, JANUARY, at(1), superseded_at=at(9))
    right = Version(2, JANUARY, at(9))

    found = [
        timeline.in_force_on([wrong, right], JUNE, known_at=moment)
        for moment in (at(1) - rhythm.DAY, at(1), at(8), at(9), None)
    ]

    assert found == [None, wrong, wrong, right, right]


def test_periods_touch_and_the_last_one_is_open():
    first, second = Version(1, JANUARY, at(1)), Version(2, MARCH, at(2))

    found = timeline.periods([second, first, Version(3, JUNE)])

    assert found == [(first, JANUARY, MARCH - rhythm.DAY), (second, MARCH, None)]


def test_former_of_a_correction_is_what_it_corrected():
    first = Version(1, JANUARY, at(1))
    wrong = Version(2, MARCH, at(2), superseded_at=at(9))
    right = Version(3, MARCH, at(9))
    versions = [first, wrong, right]

    found = [timeline.former(one, versions) for one in versions]

    assert found == [None, first, wrong]


def test_former_of_a_draft_is_what_counts_now():
    first, draft = Version(1, JANUARY, at(1)), Version(2, JUNE)

    assert timeline.former(draft, [first, draft]) == first


def test_former_of_an_insertion_is_the_version_before_it():
    first, last = Version(1, JANUARY, at(1)), Version(2, JUNE, at(2))
    between = Version(3, MARCH, at(3))

    assert timeline.former(between, [first, last, between]) == first


def test_difference_names_what_is_new_what_stops_and_what_changes():
    meal = replace(PLAY, line=2, kind=1)
    sleep = replace(PLAY, line=3, kind=2)
    later = replace(PLAY, starts_at=dt.time(14), note="Neem laarzen mee.")

    found = timeline.difference([PLAY, meal], [later, sleep])

    assert found == (
        ItemChange(PLAY, later, ("times", "note")),
        ItemChange(meal, None),
        ItemChange(None, sleep),
    )


@given(strategies.versions_of_items(), strategies.versions_of_items())
@settings(max_examples=300)
def test_difference_names_every_change_and_nothing_else(before, after):
    see_that_difference_is_exact(before, after)


def see_that_difference_is_exact(before, after):
    """Every change between two versions is named, and nothing else."""
    changes = timeline.difference(before, after)

    old, new = ({item.line: item for item in items} for items in (before, after))
    added = {one.after.line for one in changes if one.before is None}
    removed = {one.before.line for one in changes if one.after is None}
    changed = {one.before.line for one in changes if one.before and one.after}
    assert added == new.keys() - old.keys()
    assert removed == old.keys() - new.keys()
    assert changed == {
        line for line in old.keys() & new.keys() if old[line] != new[line]
    }
    for change in changes:
        if change.before and change.after:
            # With exactly the named aspects taken over, the old one becomes the new.
            named = {
                name: getattr(change.after, name)
                for aspect in change.aspects
                for name in timeline.ASPECTS[aspect]
            }
            assert replace(change.before, **named) == change.after
            for aspect in change.aspects:
                without = {
                    name: getattr(change.before, name)
                    for name in timeline.ASPECTS[aspect]
                }
                assert replace(change.after, **without) != change.after


@given(strategies.versions_of_items())
def test_nothing_differs_from_itself(items):
    assert timeline.difference(items, items) == ()
    assert not timeline.is_less(items, items)


def test_new_items_get_lines_that_were_never_used():
    one, two = replace(PLAY, line=0), replace(PLAY, line=0, kind=1)

    found = timeline.numbered([one, PLAY, two], taken=[1, 7])

    assert [(item.line, item.kind) for item in found] == [(1, 0), (8, 0), (9, 1)]


@given(strategies.terms(line=1))
def test_tidy_twice_is_tidy_once(item):
    once = timeline.tidy(item, effective_from=MARCH)

    assert timeline.tidy(once, effective_from=JUNE) == once


def test_tidy_leaves_out_what_means_nothing_beside_the_rest():
    item = replace(PLAY, every=3, first_on=JUNE, dayparts=0b10, children=(2, 1, 2))

    assert timeline.tidy(item, effective_from=MARCH) == PLAY


def test_tidy_keeps_which_one_of_the_month_it_is():
    item = replace(PLAY, rhythm="nth_weekday", every=5, first_on=JUNE)

    assert timeline.tidy(item, effective_from=MARCH) == replace(item, first_on=None)


def test_tidy_starts_counting_weeks_on_the_first_day_that_fits():
    item = replace(PLAY, rhythm="every_n_weeks", every=3, weekdays=WEDNESDAY)

    tidied = timeline.tidy(item, effective_from=dt.date(2026, 12, 3))

    assert tidied == replace(item, first_on=dt.date(2026, 12, 9))


def test_every_one_week_is_every_week():
    item = replace(PLAY, rhythm="every_n_weeks", every=1)

    assert timeline.tidy(item, effective_from=MARCH) == PLAY


def test_totals_add_what_is_known_and_count_what_is_not():
    open_ended = replace(PLAY, line=2, rhythm="now_and_then")

    found = timeline.totals([PLAY, open_ended])

    assert found == timeline.Totals(Fraction(104, 3), 1)


@pytest.mark.parametrize(
    "differs",
    [
        {"weekdays": WEDNESDAY},
        {"children": (1,)},
        {"starts_at": dt.time(14)},
        {"ends_at": dt.time(16)},
        {"rhythm": "odd_weeks"},
        {"rhythm": "every_n_weeks", "every": 3, "first_on": JUNE},
        {"rhythm": "nth_weekday", "every": 5},
    ],
)
def test_taking_something_away_is_less(differs):
    assert timeline.is_less([PLAY], [replace(PLAY, **differs)])


def test_leaving_an_item_out_is_less():
    meal = replace(PLAY, line=2, kind=1)

    assert timeline.is_less([PLAY, meal], [PLAY])


@pytest.mark.parametrize(
    "differs",
    [
        {"weekdays": 1 << 4},
        {"starts_at": dt.time(12), "ends_at": dt.time(13)},
        {"kind": 1},
        {"where": "elsewhere"},
        {"brings": "support_family"},
        {"note": "Anders."},
        {"holidays": "goes_on"},
        {"starts_at": None, "ends_at": None},
        {"rhythm": "times_a_month"},
        {"line": 2},
    ],
)
def test_another_thing_is_not_less(differs):
    assert not timeline.is_less([PLAY], [replace(PLAY, **differs)])


def test_another_one_of_the_month_is_not_less():
    first = replace(PLAY, rhythm="nth_weekday", every=1)

    assert not timeline.is_less([first], [replace(first, every=5)])
    assert not timeline.is_less(
        [replace(PLAY, rhythm="times_a_month", every=2)], [first]
    )


@given(strategies.terms(line=1), strategies.terms(line=1))
@settings(max_examples=300)
def test_less_never_has_a_date_or_an_hour_more(before, after):
    before, after = (
        timeline.tidy(one, effective_from=MARCH) for one in (before, after)
    )
    if not timeline.is_less([before], [after]):
        return
    first, last = JANUARY, JANUARY + dt.timedelta(weeks=60)

    dates = [set(rhythm.dates(one.rule, first, last)) for one in (after, before)]
    hours = [timeline.totals([one]).hours for one in (after, before)]

    assert dates[0] <= dates[1]
    assert hours[0] <= hours[1]


@given(st.lists(st.integers(0, 30), max_size=6), st.integers(0, 40))
def test_periods_cover_each_day_as_in_force_says(offsets, asked):
    versions = [
        Version(number, JANUARY + offset * rhythm.DAY, at(1))
        for number, offset in enumerate(sorted(set(offsets)), start=1)
    ]
    day = JANUARY + asked * rhythm.DAY

    holding = [
        version
        for version, first, last in timeline.periods(versions)
        if first <= day and (last is None or day <= last)
    ]

    in_force = timeline.in_force_on(versions, day)
    assert holding == ([] if in_force is None else [in_force])

import datetime as dt

import pytest
from hypothesis import given, settings

from agreements.core.overlaps import most_children_at_once, overlapping
from agreements.core.timeline import SLEEPOVER, Terms
from agreements.tests import strategies

FIRST, LAST = dt.date(2026, 12, 1), dt.date(2026, 12, 31)
NOOR, SEM, LUUK = 1, 2, 3
PLAY = 0
WEDNESDAY, SATURDAY, SUNDAY = 1 << 2, 1 << 5, 1 << 6
AFTERNOON = {"starts_at": dt.time(13), "ends_at": dt.time(17)}
LATER = {"starts_at": dt.time(17), "ends_at": dt.time(19)}
NIGHT = {
    "kind": SLEEPOVER,
    "weekdays": SATURDAY,
    "starts_at": dt.time(16),
    "ends_at": dt.time(11),
}


def item(*children, **more):
    values = {"kind": PLAY, "rhythm": "weekly", "weekdays": WEDNESDAY, **AFTERNOON}
    return Terms(children=children, **{**values, **more})


def always(*items):
    return [(items, dt.date(2026, 1, 1), None)]


@pytest.mark.parametrize(
    ("theirs", "n_pairs"),
    [
        (item(SEM), 1),
        (item(SEM, **LATER), 0),
        (item(SEM, weekdays=SATURDAY), 0),
        # Both on the last Wednesday, or never on the same one.
        (item(SEM, rhythm="nth_weekday", every=5), 1),
        (item(SEM, rhythm="now_and_then"), 0),
    ],
)
def test_items_overlap_where_their_times_do(theirs, n_pairs):
    own = item(NOOR)

    found = overlapping([own], always(theirs), first=FIRST, last=LAST)

    assert found == [(own, theirs)] * n_pairs


def test_the_first_and_the_last_saturday_never_overlap():
    own = item(NOOR, rhythm="nth_weekday", every=1, weekdays=SATURDAY)
    theirs = item(SEM, rhythm="nth_weekday", every=5, weekdays=SATURDAY)

    assert overlapping([own], always(theirs), first=FIRST, last=LAST) == []


def test_what_ends_before_or_begins_after_does_not_overlap():
    before = ((item(SEM),), dt.date(2026, 1, 1), FIRST - dt.timedelta(days=1))
    after = ((item(SEM),), LAST + dt.timedelta(days=1), None)

    assert overlapping([item(NOOR)], [before, after], first=FIRST, last=LAST) == []


@pytest.mark.parametrize(
    ("mine", "theirs", "n_children"),
    [
        ([item(NOOR)], [], 1),
        ([item(NOOR), item(SEM)], [], 2),
        # One leaves as the other comes.
        ([item(NOOR), item(SEM, **LATER)], [], 1),
        # Two things of one child at once are one child.
        ([item(NOOR), item(NOOR, kind=1)], [], 1),
        ([item(NOOR)], [item(SEM, LUUK)], 3),
        ([item(NOOR)], [item(SEM, LUUK, **LATER)], 1),
        # Those of others alone are not the matter here.
        ([item(NOOR, weekdays=SATURDAY)], [item(SEM, LUUK)], 1),
        # Noor meets Sem, and she meets Luuk; they do not meet each other.
        (
            [item(NOOR, starts_at=dt.time(13), ends_at=dt.time(18))],
            [item(SEM, **AFTERNOON), item(LUUK, **LATER)],
            2,
        ),
        # Who slept over is still there on Sunday morning.
        (
            [item(NOOR, **NIGHT)],
            [item(SEM, weekdays=SUNDAY, starts_at=dt.time(10), ends_at=dt.time(12))],
            2,
        ),
        (
            [item(SEM, weekdays=SUNDAY, starts_at=dt.time(10), ends_at=dt.time(12))],
            [item(NOOR, **NIGHT)],
            2,
        ),
        # Without a day nobody knows whom it meets.
        ([item(NOOR, SEM, rhythm="now_and_then")], [item(LUUK)], 2),
        ([], [item(NOOR)], 0),
    ],
)
def test_children_are_counted_who_are_there_at_once(mine, theirs, n_children):
    found = most_children_at_once(mine, always(*theirs), first=FIRST, last=LAST)

    assert found == n_children


def half_hour_by_half_hour(mine, theirs):
    """The most children in any half hour in which something of mine is on."""
    own, present = {}, {}
    for terms, known in [(one, own) for one in mine] + [(one, None) for one in theirs]:
        for day in strategies.day_by_day(terms.rule, FIRST, LAST):
            for half_hour in strategies.half_hours(terms.rule, day):
                present.setdefault(half_hour, set()).update(terms.children)
                if known is not None:
                    known[half_hour] = True
    longest = max((len(one.children) for one in mine), default=0)
    return max([longest, *(len(present[moment]) for moment in own)])


@given(strategies.versions_of_items(), strategies.versions_of_items())
@settings(max_examples=60)
def test_children_are_those_of_a_clock_looked_at_each_half_hour(mine, theirs):
    day = dt.date(2026, 11, 2)
    mine = [strategies.with_first_week(one, day) for one in mine]
    theirs = [
        strategies.with_first_week(one, day, children=(SEM, LUUK)) for one in theirs
    ]

    found = most_children_at_once(mine, always(*theirs), first=FIRST, last=LAST)

    assert found == half_hour_by_half_hour(mine, theirs)

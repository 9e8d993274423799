import datetime as dt
from dataclasses import replace
from itertools import combinations, pairwise

from hypothesis import given
from hypothesis import strategies as st

from agreements.core import drawing, timeline
from agreements.core.drawing import Happening, Period, Window, draw
from agreements.core.timeline import Terms
from agreements.tests.strategies import versions_of_items

DAY = dt.timedelta(days=1)
JANUARY, DECEMBER = dt.date(2026, 1, 1), dt.date(2026, 12, 31)
YEAR = Window(JANUARY, DECEMBER)
PLAY, MEAL = 0, 1


def wednesdays(**differs):
    """Four hours a week, which is 17.3 a month."""
    says = {
        "line": 1,
        "kind": PLAY,
        "children": (1,),
        "rhythm": "weekly",
        "weekdays": 1 << 2,
        "starts_at": dt.time(13),
        "ends_at": dt.time(17),
    }
    return Terms(**says | differs)


def drawn(periods, **differs):
    values = {
        "window": YEAR,
        "today": dt.date(2026, 11, 23),
        "say": lambda total: f"{round(total.hours)} u",
        "month": lambda day: f"{day:%b}",
    }
    return draw(periods, **values | differs)


def bars(row):
    return [(one.stretch.label, one.is_trial, one.goes_on) for one in row.bars]


def test_each_kind_has_a_row_and_bars_with_their_hours():
    often = wednesdays(line=2, kind=MEAL, weekdays=0b11)
    first = Period([wednesdays()], dt.date(2026, 3, 1), dt.date(2026, 5, 31))
    second = Period([wednesdays(), often], dt.date(2026, 6, 1), None)

    found = drawn([first, second])

    assert [(row.kind, bars(row)) for row in found.rows] == [
        (PLAY, [("17 u", False, True)]),
        (MEAL, [("35 u", False, True)]),
    ]
    play, meal = (row.bars[0] for row in found.rows)
    assert (play.stretch.x, meal.stretch.x) == (
        YEAR.x(dt.date(2026, 3, 1)),
        YEAR.x(dt.date(2026, 6, 1)),
    )
    assert (play.height, meal.height) == (23, drawing.THICKEST)
    assert [stretch.label for stretch, _y in found.totals] == ["17 u", "52 u"]


def test_a_trial_is_a_bar_of_its_own():
    trial = Period([wednesdays()], JANUARY, None, trial_until=dt.date(2026, 2, 11))

    (row,) = drawn([trial]).rows

    assert bars(row) == [("17 u", True, False), ("17 u", False, True)]
    first, second = row.bars
    assert first.stretch.x + first.stretch.width == second.stretch.x


def test_a_pause_lies_over_all_and_takes_its_hours_from_the_total():
    held = Period([wednesdays()], JANUARY, None)
    pause = (dt.date(2026, 7, 1), dt.date(2026, 8, 31))

    found = drawn([held], pauses=[pause, (dt.date(2025, 1, 1), JANUARY - DAY)])

    assert [(one.x, round(one.x + one.width, 1)) for one in found.pauses] == [
        (YEAR.x(dt.date(2026, 7, 1)), YEAR.x(dt.date(2026, 9, 1)))
    ]
    assert [stretch.label for stretch, _y in found.totals] == ["17 u", "0 u", "17 u"]
    assert bars(found.rows[0]) == [("17 u", False, True)]


def test_marks_of_one_day_stand_below_each_other():
    day = dt.date(2026, 4, 1)

    found = drawn([], happenings=[Happening(day, "version", "1")] * 2)

    assert [one.x for one in found.marks] == [YEAR.x(day)] * 2
    assert found.marks[1].y - found.marks[0].y == drawing.LANE_HEIGHT


def test_what_lies_outside_the_window_is_left_out():
    past = Period([wednesdays()], dt.date(2025, 1, 1), dt.date(2025, 12, 31))
    before = Happening(dt.date(2025, 6, 1), "evaluation")

    found = drawn([past], happenings=[before], today=dt.date(2027, 1, 1))

    assert (found.rows, found.marks, found.totals, found.today) == ([], [], [], None)


def test_the_months_of_a_year_are_named_and_the_quarters_stand_out():
    ticks = drawn([]).ticks

    assert [one.label for one in ticks] == [
        "Jan",
        "Feb",
        "Mar",
        "Apr",
        "May",
        "Jun",
        "Jul",
        "Aug",
        "Sep",
        "Oct",
        "Nov",
        "Dec",
    ]
    assert [one.label for one in ticks if one.is_quarter] == [
        "Jan",
        "Apr",
        "Jul",
        "Oct",
    ]
    assert [one.year for one in ticks if one.year] == ["2026"]


def test_of_many_years_only_the_years_are_named():
    ticks = drawn([], window=Window(dt.date(2010, 1, 1), DECEMBER)).ticks

    assert [(one.label, one.year) for one in ticks[:2]] == [("", "2010"), ("", "2011")]
    assert len(ticks) == 17


days = st.dates(dt.date(2025, 6, 1), dt.date(2027, 6, 30))


@st.composite
def histories(draw_one):
    """Versions that follow each other, pauses, and evaluations."""
    firsts = sorted(draw_one(st.sets(days, max_size=40)))
    lasts = [*(one - DAY for one in firsts[1:]), None]
    periods = [
        Period(
            draw_one(versions_of_items()),
            first,
            last,
            draw_one(st.none() | days),
        )
        for first, last in zip(firsts, lasts, strict=False)
    ]
    edges = sorted(draw_one(st.sets(days, max_size=8)))
    pauses = list(zip(edges[::2], edges[1::2], strict=False))
    evaluations = draw_one(st.lists(days, max_size=6))
    return periods, pauses, evaluations


@given(histories())
def test_every_version_pause_and_evaluation_appears_in_its_place(history):
    periods, pauses, evaluations = history
    happened = [Happening(one.first, "version", "7") for one in periods] + [
        Happening(day, "evaluation") for day in evaluations
    ]

    found = drawn(periods, pauses=pauses, happenings=happened)

    seen = [one for one in happened if JANUARY <= one.on <= DECEMBER]
    assert sorted((one.of.on, one.of.kind) for one in found.marks) == sorted(
        (one.on, one.kind) for one in seen
    )
    assert all(one.x == YEAR.x(one.of.on) for one in found.marks)
    assert [one.x for one in found.pauses] == [
        YEAR.x(first) for first, last in pauses if YEAR.meets(first, last)
    ]
    assert_bars(found, periods)
    assert_within(found)


def assert_bars(found, periods):
    """Bars of a row cover exactly the days on which its kind is agreed on."""
    for row in found.rows:
        for one, other in pairwise(row.bars):
            end = round(one.stretch.x + one.stretch.width, 1)
            assert end <= other.stretch.x
    held = {
        item.kind
        for one in periods
        if YEAR.meets(one.first, one.last)
        for item in one.items
    }
    assert [row.kind for row in found.rows] == sorted(held)
    middle = dt.date(2026, 7, 1)
    version = next(
        (one for one in periods if one.first <= middle <= (one.last or middle)), None
    )
    covering = {
        row.kind
        for row in found.rows
        for bar in row.bars
        if bar.stretch.x <= YEAR.x(middle) < bar.stretch.x + bar.stretch.width
    }
    assert covering == {item.kind for item in (version.items if version else ())}


def assert_within(found):
    """Nothing stands outside the drawing."""
    stretches = [
        *(bar.stretch for row in found.rows for bar in row.bars),
        *found.pauses,
        *(stretch for stretch, _y in found.totals),
    ]
    for one in stretches:
        assert found.left <= one.x
        assert one.width > 0
        assert one.x + one.width <= found.right + 0.1
    for mark in found.marks:
        assert found.left <= mark.x <= found.right
        assert mark.y < found.height
    for flag in [*found.flags, *(one for row in found.rows for one in row.flags)]:
        assert found.top < flag.y < flag.foot


@given(histories())
def test_the_total_at_each_moment_is_that_of_the_version_in_force(history):
    periods, pauses, _evaluations = history

    found = drawn(periods, pauses=pauses, say=lambda total: str(total.hours))

    for day in (JANUARY + n * 11 * DAY for n in range(33)):
        said = [
            stretch.label
            for stretch, _y in found.totals
            if stretch.x <= YEAR.x(day) < round(stretch.x + stretch.width, 1)
        ]
        held = [one for one in periods if one.first <= day <= (one.last or day)]
        paused = any(first <= day <= last for first, last in pauses)
        items = () if paused else (item for one in held for item in one.items)
        assert said == [str(timeline.totals(items).hours) for _ in held]


def test_two_items_of_one_kind_share_a_bar():
    both = [wednesdays(), replace(wednesdays(), line=2, weekdays=1)]

    (row,) = drawn([Period(both, JANUARY, None)]).rows

    assert bars(row) == [("35 u", False, True)]


def every_few_days(n_days, n_periods):
    """Periods of so many days each, with other hours than the one before."""
    return [
        Period([wednesdays(ends_at=dt.time(14 + n % 4))], first, first + later)
        for later in [(n_days - 1) * DAY]
        for n in range(n_periods)
        for first in [dt.date(2026, 3, 1) + n * n_days * DAY]
    ]


def test_hours_that_do_not_fit_in_their_bar_stand_above_it():
    found = drawn(every_few_days(8, 6))

    (row,) = found.rows
    assert not any(bar.stretch.fits for bar in row.bars)
    labels = ["4 u", "9 u", "13 u", "17 u", "4 u", "9 u"]
    for flags, feet in (
        (row.flags, [bar.y for bar in row.bars]),
        (found.flags, [y for _stretch, y in found.totals]),
    ):
        assert [flag.label for flag in flags] == labels
        assert [flag.x for flag in flags] == [bar.stretch.x for bar in row.bars]
        assert [flag.foot for flag in flags] == feet
        assert all(flag.y < flag.foot for flag in flags)


def test_no_flag_covers_another_one():
    found = drawn(every_few_days(4, 60))

    for flags in (found.flags, found.rows[0].flags):
        assert len(flags) == 60
        for one, other in combinations(flags, 2):
            end = one.x + len(one.label) * drawing.LETTER + 4
            assert other.x >= end or one.y != other.y


def test_the_line_of_a_few_flags_crosses_no_other_one():
    found = drawn(every_few_days(2, 3))

    ys = [flag.y for flag in found.rows[0].flags]
    assert ys == [ys[0] + n * drawing.FLAG_HEIGHT for n in range(3)]


def test_of_too_many_in_no_space_some_have_no_flag():
    found = drawn(every_few_days(1, 60))

    flags = found.rows[0].flags
    assert 4 < len(flags) < 60
    assert len({flag.y for flag in flags}) == drawing.MOST_FLAGS


def test_a_flag_at_the_end_stays_within_the_drawing():
    last = Period([wednesdays()], DECEMBER, None)

    found = drawn([last], say=lambda _total: "1234 u +")

    (flag,) = found.rows[0].flags
    assert flag.text_x + len(flag.label) * drawing.LETTER <= found.width


def test_where_all_hours_fit_no_room_is_kept_for_others():
    held = Period([wednesdays()], JANUARY, None)

    found = drawn([held])

    assert (found.flags, found.rows[0].flags) == ([], [])
    top = drawing.HEAD + drawing.TOTAL_HEIGHT
    assert found.rows[0].middle == top + drawing.ROW_HEIGHT / 2


def test_what_goes_differently_once_stands_below_the_bars_of_its_kind():
    both = Period([wednesdays(), wednesdays(line=2, kind=MEAL)], JANUARY, None)
    day = dt.date(2026, 4, 1)
    once = {
        PLAY: [Happening(day, "dropped"), Happening(day, "moved")],
        MEAL: [Happening(dt.date(2025, 4, 1), "dropped")],
    }

    play, meal = drawn([both], once=once).rows

    assert [(one.x, one.of.kind) for one in play.marks] == [
        (YEAR.x(day), "dropped"),
        (YEAR.x(day), "moved"),
    ]
    first, second = play.marks
    assert first.y > play.bars[0].y + play.bars[0].height
    assert second.y - first.y == drawing.ONCE_HEIGHT
    assert meal.bars[0].y > second.y + drawing.ONCE_HEIGHT / 2
    assert meal.marks == []


def test_an_exception_of_what_is_agreed_on_no_more_has_a_row_too():
    once = {MEAL: [Happening(dt.date(2026, 4, 1), "dropped")]}

    (row,) = drawn([], once=once).rows

    assert (row.kind, row.bars, len(row.marks)) == (MEAL, [], 1)

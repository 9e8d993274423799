import datetime as dt
from dataclasses import dataclass

from hypothesis import given, settings
from hypothesis import strategies as st

from agreements.core import rhythm
from agreements.core.calendar import Visit, visits
from agreements.core.timeline import Terms
from agreements.models import AgreementItem, ItemException
from agreements.tests import strategies

PLAY, MEAL = 0, 1
WEDNESDAY, FRIDAY = 1 << 2, 1 << 4
FIRST, LAST = dt.date(2026, 12, 1), dt.date(2026, 12, 31)


@dataclass
class Otherwise:
    on: dt.date
    line: int = 1
    scope: str = "day"
    moved_to: dt.date | None = None


def play(**more):
    values = {
        "line": 1,
        "kind": PLAY,
        "children": (1,),
        "rhythm": "weekly",
        "weekdays": WEDNESDAY,
    }
    return Terms(**{**values, **more})


def december(day):
    return dt.date(2026, 12, day)


def of(*items, **more):
    return visits([(items, FIRST, None)], first=FIRST, last=LAST, **more)


def told(found):
    return [(one.on.day, one.falls_out) for one in found]


def test_every_wednesday_is_a_visit():
    found = of(play())

    assert found == [Visit(december(day), play()) for day in (2, 9, 16, 23, 30)]


def test_without_fixed_days_there_is_no_visit():
    items = [
        play(rhythm="times_a_month", every=2),
        play(line=2, rhythm="now_and_then"),
    ]

    assert of(*items) == []


def test_each_version_gives_the_visits_of_its_own_days():
    friday = play(weekdays=FRIDAY)
    periods = [
        ([play()], dt.date(2026, 1, 1), december(10)),
        ([friday], december(11), december(20)),
        ([], december(21), None),
    ]

    found = visits(periods, first=FIRST, last=LAST)

    assert [(one.on.day, one.terms.weekdays) for one in found] == [
        (2, WEDNESDAY),
        (9, WEDNESDAY),
        (11, FRIDAY),
        (18, FRIDAY),
    ]


def test_holidays_drop_only_what_stops_in_them():
    goes_on = play(line=2, kind=MEAL, holidays="goes_on")

    found = of(play(), goes_on, holidays=[(december(19), dt.date(2027, 1, 3))])

    assert [(one.on.day, one.terms.line, one.falls_out) for one in found] == [
        (2, 1, ""),
        (2, 2, ""),
        (9, 1, ""),
        (9, 2, ""),
        (16, 1, ""),
        (16, 2, ""),
        (23, 1, "holiday"),
        (23, 2, ""),
        (30, 1, "holiday"),
        (30, 2, ""),
    ]


def test_a_pause_without_an_end_drops_all_that_follows():
    found = of(play(holidays="goes_on"), pauses=[(december(9), None)])

    assert told(found) == [
        (2, ""),
        (9, "pause"),
        (16, "pause"),
        (23, "pause"),
        (30, "pause"),
    ]


def test_a_week_drops_all_days_of_its_line():
    both = play(weekdays=WEDNESDAY | FRIDAY)
    other = play(line=2, kind=MEAL)
    away = Otherwise(on=december(14), scope="week")

    found = visits(
        [((both, other), FIRST, None)],
        first=december(9),
        last=december(23),
        exceptions=[away],
    )

    assert [(one.on.day, one.terms.line, one.falls_out) for one in found] == [
        (9, 1, ""),
        (9, 2, ""),
        (11, 1, ""),
        (16, 1, "exception"),
        (16, 2, ""),
        (18, 1, "exception"),
        (23, 1, ""),
        (23, 2, ""),
    ]


def test_a_moved_visit_stands_on_both_days():
    moved = Otherwise(on=december(9), moved_to=december(10))

    found = of(play(), exceptions=[moved])

    assert found[1:3] == [
        Visit(december(9), play(), falls_out="exception"),
        Visit(december(10), play(), moved_from=december(9)),
    ]


def test_a_visit_moved_from_before_the_first_day_is_found():
    moved = Otherwise(on=december(2), moved_to=december(3))

    found = visits(
        [((play(),), FIRST, None)],
        first=december(3),
        last=december(8),
        exceptions=[moved],
    )

    assert found == [Visit(december(3), play(), moved_from=december(2))]


def test_a_visit_moved_to_after_the_item_stopped_does_not_take_place():
    moved = Otherwise(on=december(9), moved_to=december(12))
    periods = [((play(),), FIRST, december(10)), ((), december(11), None)]

    found = visits(periods, first=FIRST, last=LAST, exceptions=[moved])

    assert told(found) == [(2, ""), (9, "exception")]


def test_a_visit_moved_into_a_pause_falls_out_and_into_a_holiday_does_not():
    moved = [
        Otherwise(on=december(9), moved_to=december(10)),
        Otherwise(on=december(16), moved_to=december(24)),
    ]

    found = of(
        play(),
        exceptions=moved,
        pauses=[(december(10), december(11))],
        holidays=[(december(19), LAST)],
    )

    assert told(found) == [
        (2, ""),
        (9, "exception"),
        (10, "pause"),
        (16, "exception"),
        (23, "holiday"),
        (24, ""),
        (30, "holiday"),
    ]


def test_an_exception_on_a_day_without_a_visit_says_nothing():
    wrong = Otherwise(on=december(8), moved_to=december(10))

    assert of(play(), exceptions=[wrong]) == of(play())


def test_every_so_many_weeks_begins_in_its_first_week():
    later = play(rhythm="every_n_weeks", every=2, first_on=december(16))

    assert told(of(later)) == [(16, ""), (30, "")]


def test_words_of_the_models_are_those_that_are_counted_with():
    assert AgreementItem.Holidays.STOPS == "stops"
    assert ItemException.Scope.values == ["day", "week"]


spans = st.lists(
    st.tuples(
        st.dates(dt.date(2026, 1, 1), dt.date(2026, 6, 30)),
        st.one_of(st.none(), st.integers(0, 40)),
    ),
    max_size=2,
).map(
    lambda found: [
        (first, None if n is None else first + dt.timedelta(days=n))
        for first, n in found
    ]
)
exceptions = st.lists(
    st.builds(
        Otherwise,
        on=st.dates(dt.date(2026, 1, 1), dt.date(2026, 6, 30)),
        line=st.integers(1, 4),
        scope=st.sampled_from(["day", "week"]),
    ),
    max_size=6,
    unique_by=lambda one: (one.line, one.scope, one.on),
)


def day_by_day(periods, *, first, last, pauses, exceptions, holidays):
    """Every day looked at on its own."""
    found, day = [], first
    while day <= last:
        for items, begin, end in periods:
            for terms in items:
                inside = begin <= day and (end is None or day <= end)
                if inside and strategies.day_by_day(terms.rule, day, day):
                    why = why_not(terms, day, pauses, exceptions, holidays)
                    found.append((day, terms.line, "", why))
        for one in exceptions:
            if one.moved_to == day and _takes_place(periods, one):
                why = "pause" if _inside(day, pauses) else ""
                found.append((day, one.line, str(one.on), why))
        day += dt.timedelta(days=1)
    return sorted(found)


def why_not(terms, day, pauses, exceptions, holidays):
    for one in exceptions:
        same_week = one.on.isocalendar()[:2] == day.isocalendar()[:2]
        if one.line == terms.line and (
            one.on == day or (one.scope == "week" and same_week)
        ):
            return "exception"
    if _inside(day, pauses):
        return "pause"
    if terms.holidays == "stops" and _inside(day, holidays):
        return "holiday"
    return ""


def _takes_place(periods, one):
    was = is_still = False
    for items, begin, end in periods:
        for terms in items:
            if terms.line == one.line:
                was |= _inside(one.on, [(begin, end)]) and bool(
                    strategies.day_by_day(terms.rule, one.on, one.on)
                )
                is_still |= _inside(one.moved_to, [(begin, end)])
    return was and is_still


def _inside(day, spans):
    return any(first <= day and (last is None or day <= last) for first, last in spans)


@given(
    before=strategies.versions_of_items(),
    after=strategies.versions_of_items(),
    pauses=spans,
    holidays=spans,
    moved=exceptions,
    n_days=st.integers(1, 20),
)
@settings(max_examples=150)
def test_visits_are_those_of_a_plain_day_by_day_loop(
    *, before, after, pauses, holidays, moved, n_days
):
    change = dt.date(2026, 4, 1)
    begin = dt.date(2026, 1, 1)
    fitted = [
        [strategies.with_first_week(one, begin) for one in items]
        for items in (before, after)
    ]
    periods = [
        (fitted[0], begin, change - rhythm.DAY),
        (fitted[1], change, None),
    ]
    for one in moved:
        if one.scope == "week":
            one.on -= dt.timedelta(days=one.on.weekday())
        else:
            one.moved_to = one.on + dt.timedelta(days=n_days)
    asked = {
        "first": dt.date(2026, 2, 1),
        "last": dt.date(2026, 6, 1),
        "pauses": pauses,
        "exceptions": moved,
        "holidays": holidays,
    }

    found = visits(periods, **asked)

    assert [
        (one.on, one.terms.line, str(one.moved_from or ""), one.falls_out)
        for one in found
    ] == day_by_day(periods, **asked)

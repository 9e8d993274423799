"""Random rules and items, with every part of them exercised."""

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, replace
from typing import Any

from hypothesis import strategies as st

from agreements.core.rhythm import LAST_OF_MONTH, Rhythm, Rule
from agreements.core.timeline import SLEEPOVER, Frame, Terms, tidy
from agreements.shown.versions import difference as shown_difference
from agreements.wording import Family, Names

PLAY, MEAL = 0, 1
masks = st.integers(1, 2**7 - 1)
days = st.dates(dt.date(2024, 1, 1), dt.date(2040, 12, 31))
TRIALS = [dt.date(2026, 2, 28), dt.date(2026, 3, 31), dt.date(2028, 2, 29)]
FAMILIES = (Family("gezin De Boer"), Family("gezin Willems"))
NAMES = Names(*FAMILIES, {1: "Noor", 2: "Sem"})
FRAME_LABELS = {
    "trial_until": "Proef of vast",
    "months_request": "Hoelang, volgens gezin De Boer",
    "months_support": "Hoelang, volgens gezin Willems",
    "house_rules": "Huisregels",
}
clocks = st.sampled_from([None, (dt.time(9), dt.time(12)), (dt.time(13), dt.time(17))])


def numbers(rhythm: str, *, most: int = 12) -> st.SearchStrategy[int]:
    if rhythm == Rhythm.NTH_WEEKDAY:
        return st.sampled_from([1, 2, 3, 4, LAST_OF_MONTH])
    return st.integers(1, most)


@st.composite
def rules(draw: Any) -> Rule:
    rhythm = draw(st.sampled_from(list(Rhythm)))
    times = draw(clocks) or (None, None)
    return Rule(
        rhythm=rhythm,
        every=draw(numbers(rhythm)),
        weekdays=draw(masks),
        dayparts=0 if times[0] else draw(st.integers(0, 15)),
        starts_at=times[0],
        ends_at=times[1],
        overnight=draw(st.booleans()),
        first_on=draw(days),
    )


@st.composite
def terms(draw: Any, *, line: int, children: tuple[int, ...] = (1, 2)) -> Terms:
    rhythm = draw(st.sampled_from(list(Rhythm)))
    times = draw(clocks) or (None, None)
    return Terms(
        line=line,
        kind=draw(st.sampled_from([PLAY, MEAL, SLEEPOVER])),
        children=draw(st.sampled_from([children, children[:1]])),
        rhythm=str(rhythm),
        every=draw(numbers(rhythm, most=4)),
        first_on=draw(st.sampled_from([None, dt.date(2026, 6, 6)])),
        weekdays=draw(masks),
        dayparts=0 if times[0] else draw(st.integers(0, 15)),
        starts_at=times[0],
        ends_at=times[1],
        where=draw(st.sampled_from(["support_family", "elsewhere"])),
        brings=draw(st.sampled_from(["", "request_family", "child"])),
        fetches=draw(st.sampled_from(["", "support_family", "other"])),
        holidays=draw(st.sampled_from(["stops", "goes_on"])),
        note=draw(st.sampled_from(["", "Neem zwemspullen mee."])),
    )


@st.composite
def versions_of_items(draw: Any) -> tuple[Terms, ...]:
    lines = draw(st.sets(st.integers(1, 4), max_size=4))
    return tuple(draw(terms(line=line)) for line in sorted(lines))


@st.composite
def frames(draw: Any) -> Frame:
    months = st.none() | st.integers(1, 240)
    return Frame(
        trial_until=draw(st.none() | st.sampled_from(TRIALS)),
        months_request=draw(months),
        months_support=draw(months),
        house_rules=draw(st.none() | st.integers(1, 3)),
    )


def see_that_all_that_differs_is_said(
    before: tuple[tuple[Terms, ...], Frame], after: tuple[tuple[Terms, ...], Frame]
) -> None:
    """The words of a difference name every change of items and frame, no other."""
    (old, old_frame), (new, new_frame) = (
        (tuple(tidy(one, effective_from=TRIALS[0]) for one in items), frame)
        for items, frame in (before, after)
    )
    was = {item.line: item for item in old}
    becomes = {item.line: item for item in new}
    shown = shown_difference(old, new, NAMES, between=(old_frame, new_frame))
    states = Counter(
        "new" if line not in was else "stops" if line not in becomes else "changes"
        for line in was.keys() | becomes.keys()
        if was.get(line) != becomes.get(line)
    )
    assert Counter(one.state for one in shown.changes) == states
    lines = [line for change in shown.changes for line in change.lines]
    assert all(line.was != line.becomes for line in lines)
    said = {one.label: (one.was, one.becomes) for one in shown.frame}
    assert all(one != other for one, other in said.values())
    differing = {
        FRAME_LABELS[name]
        for name, value in asdict(new_frame).items()
        if value != getattr(old_frame, name)
        # House rules are agreed to once: none after some is no change.
        and not (name == "house_rules" and value is None)
    }
    assert set(said) == (differing if new else set())
    assert len(shown.frame) == len(said)
    assert shown.count == sum(states.values()) + len(said)


def with_first_week(item: Terms, day: dt.date, **differs: Any) -> Terms:
    """The item with a day from which every so many weeks counts."""
    return replace(item, first_on=item.first_on or day, **differs)


def day_by_day(rule: Rule, first: dt.date, last: dt.date) -> list[dt.date]:
    """The dates of a rule, with every day looked at on its own."""
    found, day = [], first
    while day <= last:
        if rule.weekdays >> day.weekday() & 1 and _fits(rule, day):
            found.append(day)
        day += dt.timedelta(days=1)
    return found


def _fits(rule: Rule, day: dt.date) -> bool:
    week = day.isocalendar().week
    if rule.rhythm == "weekly":
        return True
    if rule.rhythm == "even_weeks":
        return week % 2 == 0
    if rule.rhythm == "odd_weeks":
        return week % 2 == 1
    if rule.rhythm == "nth_weekday":
        return _which_of_month(day) == rule.every or (
            rule.every == 5 and (day + dt.timedelta(days=7)).month != day.month
        )
    if rule.rhythm == "every_n_weeks":
        monday = day.toordinal() - day.weekday()
        first = rule.first_on.toordinal() - rule.first_on.weekday()
        return monday >= first and (monday - first) // 7 % rule.every == 0
    return False


def _which_of_month(day: dt.date) -> int:
    """Which one of its weekday it is in its month: 1 to 5."""
    which, earlier = 0, day
    while earlier.month == day.month:
        which += 1
        earlier -= dt.timedelta(days=7)
    return which


def clashes_by_the_minute(
    one: Rule, other: Rule, first: dt.date, last: dt.date
) -> list[dt.date]:
    """The days of `one` that meet a time of `other`, minute by minute of a clock."""
    n_days = (last - first).days
    around = [first + dt.timedelta(days=day) for day in range(-1, n_days + 2)]
    taken = {
        minute
        for day in around
        if day_by_day(other, day, day)
        for minute in half_hours(other, day)
    }
    return [
        day
        for day in around[1:-1]
        if day_by_day(one, day, day) and taken & set(half_hours(one, day))
    ]


def half_hours(rule: Rule, day: dt.date) -> Iterator[dt.datetime]:
    """Every half hour that begins within one time of the rule."""
    midnight = dt.datetime.combine(day, dt.time())
    parts = rule.dayparts or (0b1100 if rule.overnight else 0b0111)
    if rule.overnight:
        parts |= 0b1000
    for half in range(96):
        hour = half / 2
        if rule.starts_at is not None:
            begin = rule.starts_at.hour + rule.starts_at.minute / 60
            end = rule.ends_at.hour + rule.ends_at.minute / 60 + 24 * rule.overnight
            inside = begin <= hour < end
        else:
            limits = ((8, 12), (12, 18), (18, 24), (24, 32))
            inside = any(
                parts >> part & 1 and begin <= hour < end
                for part, (begin, end) in enumerate(limits)
            )
        if inside:
            yield midnight + dt.timedelta(hours=hour)

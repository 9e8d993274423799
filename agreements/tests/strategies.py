"""Random rules and items, with every part of them exercised."""

import datetime as dt
from typing import Any

from hypothesis import strategies as st

from agreements.rhythm import Rhythm, Rule
from agreements.timeline import SLEEPOVER, Terms

PLAY, MEAL = 0, 1
masks = st.integers(1, 2**7 - 1)
days = st.dates(dt.date(2024, 1, 1), dt.date(2040, 12, 31))
clocks = st.sampled_from([None, (dt.time(9), dt.time(12)), (dt.time(13), dt.time(17))])


@st.composite
def rules(draw: Any) -> Rule:
    rhythm = draw(st.sampled_from(list(Rhythm)))
    times = draw(clocks) or (None, None)
    return Rule(
        rhythm=rhythm,
        every=draw(st.integers(1, 12)),
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
        every=draw(st.integers(1, 4)),
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

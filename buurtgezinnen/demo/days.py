"""Days and times of the demo."""

import datetime as dt
from zoneinfo import ZoneInfo

AMSTERDAM = ZoneInfo("Europe/Amsterdam")


def noon(on: dt.date) -> dt.datetime:
    """The middle of a day in the Netherlands."""
    return dt.datetime.combine(on, dt.time(12), AMSTERDAM)


def next_weekday(on: dt.date, weekday: int) -> dt.date:
    """The first such weekday on or after `on`; Monday is 0."""
    return on + dt.timedelta(days=(weekday - on.weekday()) % 7)

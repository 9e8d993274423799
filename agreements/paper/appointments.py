"""The coming appointments of a pair, as a file that every calendar reads."""

import datetime as dt
from urllib.parse import urlsplit

from dateutil.relativedelta import relativedelta
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from icalendar import Calendar, Event, Timezone

from agreements import wording
from agreements.core.calendar import HOLIDAY, Visit
from agreements.core.rhythm import DAY, bits
from agreements.core.timeline import SLEEPOVER, Terms
from agreements.history import History
from agreements.shown.planned import visits_of
from agreements.wording import Names
from agreements.wording.rhythms import PARTS

AHEAD = relativedelta(months=12)
# Whoever reads it must find a change of the clock before the first appointment.
CLOCK_FROM = relativedelta(months=-12)


def calendar_file(history: History, *, on: dt.date, at: dt.datetime) -> bytes:
    """What takes place from today for twelve months, as iCalendar.

    Calendars are shared and lie on servers of others: it names children by first name
    and nobody else, and says no place. What falls out in a pause or on a day of its own
    is called off in it, for who took in an earlier file; what stops in the holidays of
    the schools was never in one.

    Args:
        history: of a pairing, as read by `with_families`.
        on: today.
        at: now.
    """
    names = history.names_for("both", on=on)
    last = on + AHEAD
    file = Calendar()
    file.add("prodid", "-//Buurtgezinnen//Afspraken//NL")
    file.add("version", "2.0")
    file.add("method", "PUBLISH")
    file.add("x-wr-calname", _("Appointments"))
    # Also without appointments, as a file without any part is not valid.
    file.add_component(
        Timezone.from_tzid(
            settings.TIME_ZONE, first_date=on + CLOCK_FROM, last_date=last + DAY
        )
    )
    for visit in _coming(history, first=on, last=last):
        file.add_component(_event(visit, names, of=history, at=at))
    return file.to_ical()


def _coming(history: History, *, first: dt.date, last: dt.date) -> list[Visit]:
    found = visits_of(history, first=first, last=last)
    # One that moved is in it once, on its new day.
    moved = {(one.terms.line, one.moved_from) for one in found if one.moved_from}
    return [
        one
        for one in found
        if one.moved_from
        or (one.falls_out != HOLIDAY and (one.terms.line, one.on) not in moved)
    ]


def _event(visit: Visit, names: Names, *, of: History, at: dt.datetime) -> Event:
    # The day that was agreed on: moved to another one it stays the same appointment.
    planned_on = visit.moved_from or visit.on
    line, reference = visit.terms.line, of.pairing.reference
    event = Event()
    event.add("uid", f"{reference}-{line}-{planned_on:%Y%m%d}@{_host()}")
    event.add("dtstamp", at.astimezone(dt.UTC))
    # Calendars take the newest of two files that name the same appointment.
    event.add("sequence", of.row_version)
    event.add("status", "CANCELLED" if visit.falls_out else "CONFIRMED")
    event.add("summary", _title(visit.terms, names))
    starts, ends = _from_to(visit)
    event.add("dtstart", starts)
    event.add("dtend", ends)
    return event


def _title(terms: Terms, names: Names) -> str:
    title = wording.title(terms, names)
    parts = wording.in_a_row(str(PARTS[part]) for part in bits(terms.dayparts))
    return (
        _("%(item)s, %(parts)s") % {"item": title, "parts": parts} if parts else title
    )


def _from_to(visit: Visit) -> tuple[dt.date, dt.date]:
    """Clock times where they were agreed on, else whole days, the end not included."""
    terms = visit.terms
    last = visit.on + (DAY if terms.kind == SLEEPOVER else 0 * DAY)
    if terms.starts_at is None or terms.ends_at is None:
        return visit.on, last + DAY
    zone = timezone.get_default_timezone()
    return (
        dt.datetime.combine(visit.on, terms.starts_at, zone),
        dt.datetime.combine(last, terms.ends_at, zone),
    )


def _host() -> str:
    return urlsplit(settings.SITE_URL).hostname or "localhost"

"""The agenda of a coordinator as a file for calendars, without names."""

import datetime as dt
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _
from icalendar import Calendar, Event, Timezone

from buurtgezinnen import panels
from families.agenda import DAY, AgendaItem
from families.models import User

BEHIND, AHEAD = 30 * DAY, 180 * DAY
# Whoever reads it must find a change of the clock before the first appointment.
CLOCK_FROM = 400 * DAY


def calendar_feed(user: User, *, at: dt.datetime, on: dt.date) -> bytes:
    """What stands in an agenda from a month ago for half a year, as iCalendar.

    Calendars lie on servers of others: it says what each thing is with four signs of
    the reference of the family and its municipality; no name, no place, no note.

    Args:
        user: whose agenda it is.
        at: now.
        on: today.
    """
    file = Calendar()
    file.add("prodid", "-//Buurtgezinnen//Agenda//NL")
    file.add("version", "2.0")
    file.add("method", "PUBLISH")
    file.add("x-wr-calname", _("Agenda"))
    # Also without appointments, as a file without any part is not valid.
    file.add_component(
        Timezone.from_tzid(
            settings.TIME_ZONE, first_date=on - CLOCK_FROM, last_date=on + AHEAD
        )
    )
    items = panels.appointments(user, on - BEHIND, on + AHEAD, with_half_years=True)
    for item in items:
        file.add_component(_event(item, at=at))
    return file.to_ical()


def _event(item: AgendaItem, *, at: dt.datetime) -> Event:
    event = Event()
    event.add("uid", f"{item.uid}@{urlsplit(settings.SITE_URL).hostname}")
    event.add("dtstamp", at.astimezone(dt.UTC))
    event.add("summary", f"{item.word} {item.code}".strip())
    event.add("status", "CANCELLED" if item.is_off else "CONFIRMED")
    if item.municipality:
        event.add("location", item.municipality)
    if item.appointment is None or item.starts_at is None:
        event.add("dtstart", item.on)
        event.add("dtend", item.on + DAY)
        return event
    # Calendars take the newest of two files that name the same appointment.
    event.add("sequence", item.appointment.row_version)
    event.add("dtstart", item.starts_at)
    event.add("dtend", item.starts_at + dt.timedelta(minutes=item.appointment.minutes))
    return event

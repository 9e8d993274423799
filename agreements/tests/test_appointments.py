"""The calendar file of a pair, read with the libraries of calendars."""

import datetime as dt
from io import StringIO
from zoneinfo import ZoneInfo

import pytest
from dateutil.tz import tzical
from django.urls import reverse
from icalendar import Calendar

from agreements.history import History, with_families
from agreements.models import ItemException, Pause
from agreements.paper import calendar_file
from agreements.services import undo
from agreements.services.exceptions import note_exception
from agreements.tests.factories import (
    NOON,
    THURSDAY,
    has_ended,
    make_pairing,
    make_version,
    wednesdays,
)
from families.models import AuditEvent, Person
from families.tests.factories import CoordinatorFactory, SchoolHolidayFactory
from families.vocabulary import SupportKind
from matching.models import Pairing

pytestmark = pytest.mark.django_db

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
# A Monday, with the change to summer time at the end of the month.
TODAY = dt.date(2026, 3, 2)
LAST = dt.date(2027, 3, 2)
AFTERNOON = 1 << 1
SATURDAY = 1 << 5


def file_of(pairing, *, on=TODAY):
    """The calendar file of a pairing as it is in the database."""
    read = with_families(Pairing.objects, adults=True).get(pk=pairing.pk)
    return calendar_file(History.of(read), on=on, at=NOON)


def events_of(pairing, *, on=TODAY, status="CONFIRMED"):
    """What takes place, or with another status what was called off."""
    found = Calendar.from_ical(file_of(pairing, on=on)).walk("VEVENT")
    return [event for event in found if event["status"] == status]


def days_of(pairing, *, on=TODAY, until=dt.date(2026, 4, 1)):
    """The first days of its appointments, before a day."""
    found = [event.decoded("dtstart") for event in events_of(pairing, on=on)]
    days = [day.date() if isinstance(day, dt.datetime) else day for day in found]
    return [f"{day:%d-%m}" for day in days if day < until]


@pytest.fixture
def pairing():
    made = make_pairing()
    make_version(made)
    return made


def test_each_appointment_of_twelve_months_is_in_it(pairing):
    events = events_of(pairing)

    starts = [event.decoded("dtstart") for event in events]
    first = dt.datetime(2026, 3, 4, 13, tzinfo=AMSTERDAM)
    assert starts == [first + n * dt.timedelta(weeks=1) for n in range(52)]
    assert starts[-1].date() + dt.timedelta(weeks=1) > LAST
    assert {event.decoded("dtend") - event.decoded("dtstart") for event in events} == {
        dt.timedelta(hours=4)
    }


def test_it_names_a_child_by_first_name_and_nobody_else(pairing):
    Person.objects.filter(pairing_children__pairing=pairing).update(name="Noor De Boer")

    text = file_of(pairing).decode()

    assert {str(event["summary"]) for event in events_of(pairing)} == {"Spelen (Noor)"}
    told = ["De Boer", "Willems", "Amira", "Karin", "Joost", "LOCATION", "DESCRIPTION"]
    assert [word for word in told if word in text] == []


def test_a_child_with_a_surname_of_its_own_goes_by_first_name(pairing):
    Person.objects.filter(pairing_children__pairing=pairing).update(name="Noor Jansen")

    assert {str(event["summary"]) for event in events_of(pairing)} == {"Spelen (Noor)"}


def test_clocks_go_by_the_time_of_amsterdam_also_in_other_libraries(pairing):
    text = file_of(pairing).decode()

    (zone,) = Calendar.from_ical(text).walk("VTIMEZONE")
    assert str(zone["tzid"]) == "Europe/Amsterdam"
    assert "DTSTART;TZID=Europe/Amsterdam:20260304T130000" in text.splitlines()
    lines = zone.to_ical().decode().replace("\r\n", "\n")
    read = tzical(StringIO(lines)).get("Europe/Amsterdam")
    noons = (
        dt.datetime.combine(TODAY + n * dt.timedelta(days=1), dt.time(12))
        for n in range(366)
    )
    differ = [
        noon
        for noon in noons
        if noon.replace(tzinfo=read).utcoffset()
        != noon.replace(tzinfo=AMSTERDAM).utcoffset()
    ]
    assert differ == []


def test_a_day_without_clock_times_is_a_whole_day():
    pairing = make_pairing()
    item = wednesdays(pairing, starts_at=None, ends_at=None, dayparts=AFTERNOON)
    make_version(pairing, items=[item])

    event = events_of(pairing)[0]

    assert str(event["summary"]) == "Spelen (Noor), middag"
    assert event.decoded("dtstart") == dt.date(2026, 3, 4)
    assert event.decoded("dtend") == dt.date(2026, 3, 5)


@pytest.mark.parametrize(
    ("times", "start", "end"),
    [
        # The night on which the clock goes forward.
        (
            {"starts_at": dt.time(18), "ends_at": dt.time(10)},
            dt.datetime(2026, 3, 28, 18, tzinfo=AMSTERDAM),
            dt.datetime(2026, 3, 29, 10, tzinfo=AMSTERDAM),
        ),
        (
            {"starts_at": None, "ends_at": None},
            dt.date(2026, 3, 28),
            dt.date(2026, 3, 30),
        ),
    ],
)
def test_a_night_ends_on_the_next_day(times, start, end):
    pairing = make_pairing()
    sleeping = wednesdays(
        pairing, kind=int(SupportKind.SLEEPOVER), weekdays=SATURDAY, **times
    )
    make_version(pairing, items=[sleeping])

    event = events_of(pairing, on=dt.date(2026, 3, 28))[0]

    assert (event.decoded("dtstart"), event.decoded("dtend")) == (start, end)


def test_what_falls_out_is_called_off(pairing):
    by = {"recorded_by": pairing.lead.user, "recorded_at": NOON}
    agreement = pairing.agreement
    town = pairing.request.family.household.municipality
    town.holiday_region = "north"
    town.save()
    SchoolHolidayFactory(
        region="north", first_on=dt.date(2026, 3, 30), last_on=dt.date(2026, 4, 3)
    )
    Pause.objects.create(
        agreement=agreement,
        from_on=dt.date(2026, 3, 9),
        until_on=dt.date(2026, 3, 11),
        **by,
    )
    ItemException.objects.create(
        agreement=agreement, line=1, scope="day", on=dt.date(2026, 3, 18), **by
    )

    assert days_of(pairing, until=dt.date(2026, 4, 9)) == ["04-03", "25-03", "08-04"]
    called_off = events_of(pairing, status="CANCELLED")
    assert [f"{one.decoded('dtstart'):%d-%m}" for one in called_off] == [
        "11-03",
        "18-03",
    ]


def test_what_falls_out_later_is_called_off_in_the_calendar_that_had_it(pairing):
    before = events_of(pairing)[1]
    called_off = note_exception(
        pairing, line=1, on=dt.date(2026, 3, 11), by=pairing.lead.user, at=NOON
    )

    (without,) = events_of(pairing, status="CANCELLED")
    undo.take_back(called_off, by=pairing.lead.user, at=NOON)
    again = events_of(pairing)[1]

    assert before["uid"] == without["uid"] == again["uid"]
    assert before["sequence"] < without["sequence"] < again["sequence"]


def test_what_was_moved_is_the_same_appointment_on_another_day(pairing):
    before = events_of(pairing)[1]
    ItemException.objects.create(
        agreement=pairing.agreement,
        line=1,
        scope="day",
        on=dt.date(2026, 3, 11),
        moved_to=dt.date(2026, 3, 12),
        recorded_by=pairing.lead.user,
        recorded_at=NOON,
    )

    after = events_of(pairing)[1]

    assert days_of(pairing) == ["04-03", "12-03", "18-03", "25-03"]
    assert after["uid"] == before["uid"]
    assert events_of(pairing, status="CANCELLED") == []


def test_one_appointment_moves_to_the_day_that_another_moved_away_from(pairing):
    noted = {"line": 1, "by": pairing.lead.user, "at": NOON}
    march = {day: dt.date(2026, 3, day) for day in (11, 18, 19)}
    note_exception(pairing, on=march[18], moved_to=march[19], **noted)
    note_exception(pairing, on=march[11], moved_to=march[18], **noted)

    names = [str(event["uid"]).split("-")[2][:8] for event in events_of(pairing)[:4]]

    assert days_of(pairing) == ["04-03", "18-03", "19-03", "25-03"]
    assert names == ["20260304", "20260311", "20260318", "20260325"]
    assert events_of(pairing, status="CANCELLED") == []


def test_each_appointment_keeps_its_own_name_for_calendars(pairing):
    make_version(
        pairing,
        effective_from=TODAY,
        items=[wednesdays(pairing, line=1), wednesdays(pairing, kind=1)],
    )

    later = dt.date(2026, 3, 5)
    names = [str(event["uid"]) for event in events_of(pairing)]
    names_later = [str(event["uid"]) for event in events_of(pairing, on=later)]

    assert len(set(names)) == len(names) == 104
    assert names[0] == f"{pairing.reference}-1-20260304@127.0.0.1"
    # In between two have been, and two more are within twelve months.
    assert names_later[:-2] == names[2:]


def test_it_follows_the_versions_that_count(pairing):
    make_version(
        pairing,
        effective_from=dt.date(2026, 3, 16),
        items=[wednesdays(pairing, line=1, weekdays=THURSDAY)],
    )
    make_version(
        pairing,
        effective_from=dt.date(2026, 3, 23),
        items=[wednesdays(pairing, line=1, weekdays=SATURDAY)],
        settled=False,
    )

    assert days_of(pairing) == ["04-03", "11-03", "19-03", "26-03"]


def test_after_the_end_nothing_is_in_it_but_the_clock(pairing):
    has_ended(pairing, on=dt.date(2026, 3, 4))

    assert days_of(pairing) == ["04-03"]
    assert days_of(pairing, on=dt.date(2026, 3, 5)) == []
    file = Calendar.from_ical(file_of(pairing, on=dt.date(2026, 3, 5)))
    assert [part.name for part in file.subcomponents] == ["VTIMEZONE"]


def test_without_agreements_it_is_empty():
    assert days_of(make_pairing()) == []


def download(client, pairing, user):
    client.force_login(user)
    return client.get(reverse("agreements:appointments", args=[pairing.reference]))


def test_its_own_coordinator_downloads_it(client, pairing):
    response = download(client, pairing, pairing.lead.user)

    assert response.status_code == 200
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    assert response["Cache-Control"] == "no-store"
    assert response["Content-Disposition"] == (
        f'attachment; filename="agenda-{pairing.reference}.ics"'
    )
    assert Calendar.from_ical(response.content).walk("VTIMEZONE") != []
    event = AuditEvent.objects.get(page="agreements:appointments")
    assert (event.verb, event.object_reference) == ("read", pairing.reference)


def test_a_colleague_elsewhere_finds_nothing(client, pairing):
    response = download(client, pairing, CoordinatorFactory().user)

    assert response.status_code == 404
    event = AuditEvent.objects.get(page="agreements:appointments")
    assert event.verb == "denied"


def test_more_appointments_take_no_more_queries(
    client, pairing, django_assert_num_queries
):
    address = reverse("agreements:appointments", args=[pairing.reference])
    client.force_login(pairing.lead.user)
    client.get(address)

    with django_assert_num_queries(18):
        client.get(address)
    items = [wednesdays(pairing, line=1), wednesdays(pairing, kind=1)]
    make_version(pairing, effective_from=TODAY, items=items)
    with django_assert_num_queries(18):
        client.get(address)

"""The pages of the agenda."""

import datetime as dt
import re
import uuid

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from agreements.models import Evaluation
from agreements.tests.factories import make_pairing
from buurtgezinnen import months, panels
from families.models import Appointment
from families.tests.applying import send
from families.tests.factories import (
    AppointmentFactory,
    CoordinatorFactory,
    HouseholdFactory,
)
from matching.models import Pairing

pytestmark = pytest.mark.django_db

MONDAY = dt.date(2026, 11, 23)
TEN = dt.datetime(2026, 11, 23, 9, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def monday():
    with time_machine.travel(TEN - dt.timedelta(hours=2), tick=False):
        yield


@pytest.fixture
def ilse(client):
    household = HouseholdFactory(name="Zwanenburg")
    coordinator = CoordinatorFactory(municipalities=[household.municipality])
    client.force_login(coordinator.user)
    coordinator.family = household
    return coordinator


def form(**values):
    return {
        "form_key": str(uuid.uuid4()),
        "kind": "talk",
        "day": "morgen",
        "at": "13.30",
        "minutes": "60",
    } | values


def test_planned_with_a_family_it_stands_on_its_day(client, ilse):
    family = ilse.family.reference
    sent = send(
        client,
        reverse("appointment-create") + f"?gezin={family}",
        form(
            household=family,
            place="Bij hen thuis",
            interpreter_language="5",
            interpreter_by="family",
        ),
    )

    planned = Appointment.objects.get()
    assert timezone.localtime(planned.starts_at) == dt.datetime(
        2026, 11, 24, 13, 30, tzinfo=timezone.get_default_timezone()
    )
    page = re.sub(r"\s+", " ", client.get(sent.url).content.decode())
    assert "Gesprek: gezin Zwanenburg" in page
    assert "13.30 – 14.30" in page
    assert "Bij hen thuis" in page
    assert "Wie regelt het: het gezin." in page
    assert sent.url == reverse("agenda") + "#dag-2026-11-24"
    assert 'id="dag-2026-11-24"' in page


def test_what_does_not_go_together_is_told_and_planned(client, ilse):
    AppointmentFactory(coordinator=ilse, household=ilse.family, starts_at=TEN)

    sent = send(client, reverse("appointment-create"), form(day="vandaag", at="10.30"))

    assert Appointment.objects.count() == 2
    assert "Tegelijk met ‘Gesprek: gezin Zwanenburg’ om 10.00 uur." in (
        client.get(sent.url).content.decode()
    )


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"day": "30 februari"}, "day"),
        ({"day": "gisteren"}, "day"),
        ({"at": "kwart over"}, "at"),
        ({"at": "\0"}, "at"),
        ({"minutes": "-3"}, "minutes"),
        ({"place": "x" * 201}, "place"),
        ({"household": "2222222222"}, "household"),
        ({"household": "\0"}, "household"),
        (
            {"interpreter_language": "5", "interpreter_comes": "on"},
            "interpreter_by",
        ),
    ],
)
def test_what_cannot_be_read_is_said_at_its_field(client, ilse, values, field):
    answer = send(client, reverse("appointment-create"), form(**values))

    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])
    assert not Appointment.objects.exists()


def test_a_family_of_others_is_not_there(client, ilse):
    other = HouseholdFactory()

    asked = client.get(reverse("appointment-create"), {"gezin": other.reference})
    sent = send(client, reverse("appointment-create"), form(household=other.reference))

    assert (asked.status_code, sent.status_code) == (404, 422)


def test_two_who_change_it_at_once_lose_nothing(client, ilse):
    one = AppointmentFactory(coordinator=ilse, household=ilse.family, starts_at=TEN)
    stale = form(row_version="1", at="15.00")
    send(client, one.get_absolute_url(), form(row_version="1", at="14.00"))

    answer = send(client, one.get_absolute_url(), stale)

    one.refresh_from_db()
    assert (answer.status_code, timezone.localtime(one.starts_at).hour) == (422, 14)
    assert 'value="15.00"' in answer.content.decode()


def test_called_off_it_can_be_put_back_where_it_stood(client, ilse):
    one = AppointmentFactory(coordinator=ilse, household=ilse.family, starts_at=TEN)

    pages = []
    for name in ("appointment-cancel", "appointment-restore"):
        sent = send(client, reverse(name, args=[one.reference]), {})
        pages.append(client.get(sent.url).content.decode())

    restore = reverse("appointment-restore", args=[one.reference])
    assert [restore in page for page in pages] == [True, False]
    one.refresh_from_db()
    assert one.cancelled_at is None


def test_what_other_apps_planned_stands_there_too(ilse):
    meeting, trial, running = (make_pairing(lead=ilse) for _ in range(3))
    for pairing in (meeting, trial, running):
        homes = (pairing.request.family.household, pairing.offer.family.household)
        ilse.municipalities.add(*(home.municipality for home in homes))
    change(meeting, stage=Pairing.Stage.INTRODUCTION, introduction_on=MONDAY)
    change(trial, stage=Pairing.Stage.TRIAL, trial_until=MONDAY + DAY)
    change(running, stage=Pairing.Stage.ACTIVE)
    Evaluation.objects.create(
        pairing=running,
        occasion="extra",
        due_on=MONDAY + 2 * DAY,
        started_by=ilse.user,
        started_at=TEN,
    )

    found = panels.appointments(ilse.user, MONDAY, MONDAY + 13 * DAY)

    assert [(item.on - MONDAY, item.about) for item in found] == [
        (0 * DAY, meeting.reference),
        (1 * DAY, trial.reference),
        (2 * DAY, running.reference),
    ]


def test_an_introduction_with_a_time_stands_there_once(ilse):
    meeting = make_pairing(lead=ilse)
    household = meeting.request.family.household
    ilse.municipalities.add(household.municipality)
    change(meeting, stage=Pairing.Stage.INTRODUCTION, introduction_on=MONDAY)
    timed = AppointmentFactory(
        coordinator=ilse,
        household=household,
        about=meeting.reference,
        kind="introduction",
        starts_at=TEN,
    )

    found = panels.appointments(ilse.user, MONDAY, MONDAY)

    assert [item.appointment for item in found] == [timed]


def test_a_month_has_whole_weeks_with_their_numbers():
    weeks = months.weeks_of(dt.date(2027, 1, 1))

    assert [week.number for week in weeks] == [53, 1, 2, 3, 4]
    assert weeks[0].days[0] == dt.date(2026, 12, 28)
    assert (months.beside(dt.date(2027, 1, 1), -1), months.read("2026-13")) == (
        dt.date(2026, 12, 1),
        None,
    )


def test_a_month_is_a_table_and_a_list(client, ilse):
    AppointmentFactory(
        coordinator=ilse, household=ilse.family, starts_at=TEN + 14 * DAY
    )

    page = client.get(reverse("agenda"), {"maand": "2026-12"}).content.decode()

    assert page.count("Gesprek: gezin Zwanenburg") == 2
    assert re.findall(r'<th scope="row">(\d+)</th>', page) == [
        "49",
        "50",
        "51",
        "52",
        "53",
    ]


def test_today_and_tomorrow_stand_beside_today(client, ilse):
    for n in range(3):
        AppointmentFactory(
            coordinator=ilse,
            household=ilse.family,
            starts_at=TEN + n * DAY,
            kind=("talk", "call", "other")[n],
        )

    page = client.get(reverse("today")).content.decode()

    shown = [word in page for word in ("Gesprek:", "Telefoongesprek:", "Iets anders:")]
    assert shown == [True, True, False]


@pytest.mark.parametrize("n", [1, 3])
def test_the_agenda_takes_as_many_queries_for_one_as_for_three(
    client, ilse, n, django_assert_num_queries
):
    for number in range(n):
        AppointmentFactory(
            coordinator=ilse,
            household=HouseholdFactory(municipality=ilse.family.municipality),
            starts_at=TEN + number * DAY,
        )

    with django_assert_num_queries(10):
        client.get(reverse("agenda"))


def change(pairing, **values):
    Pairing.objects.filter(pk=pairing.pk).update(**values)

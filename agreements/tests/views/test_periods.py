import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from agreements.history import History, with_families
from agreements.models import ExtraVisit, ItemException, Pause
from agreements.services.exceptions import note_exception
from agreements.services.pauses import note_pause
from agreements.services.visits import note_visit
from agreements.tests.factories import (
    NOON,
    START,
    has_ended,
    make_pairing,
    make_version,
)
from agreements.tests.views.pages import send_data
from families.tests.factories import CoordinatorFactory
from matching.models import Pairing

pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1)
MODELS = {
    "pause-list": Pause,
    "exception-list": ItemException,
    "visit-list": ExtraVisit,
}
UNDO = {
    "pause": "pause-undo",
    "exception": "exception-undo",
    "visit": "visit-undo",
}


def url(pairing, name):
    return reverse(f"agreements:{name}", args=[pairing.reference])


def row_version(pairing):
    found = with_families(Pairing.objects).get(pk=pairing.pk)
    return History.of(found).row_version


def next_wednesday():
    today = timezone.localdate()
    return today + (2 - today.weekday()) % 7 * DAY


def in_figures(day):
    return f"{day.day}-{day.month}-{day.year}"


def said(pairing, name):
    """What a coordinator fills in."""
    known = {"row_version": row_version(pairing)}
    return {
        "pause-list": {
            "from_on": "6-7-2026",
            "until_on": "16-8-2026",
            "side": "request",
            "reason": "Verhuizing",
        }
        | known,
        "exception-list": {
            "visit": f"1|{next_wednesday().isoformat()}",
            "instead": "niet",
            "moved_to": "",
            "reason": "Ziek",
        }
        | known,
        "visit-list": {"on": "6-7-2026", "text": "Verjaardag"},
    }[name]


def note(pairing, name):
    """The same, noted before."""
    common = {"by": pairing.lead.user, "at": NOON}
    if name == "pause":
        first, last = dt.date(2026, 7, 6), dt.date(2026, 8, 16)
        return note_pause(
            pairing, from_on=first, until_on=last, side="request", **common
        )
    if name == "exception":
        return note_exception(pairing, line=1, on=next_wednesday(), **common)
    return note_visit(pairing, on=dt.date(2026, 7, 6), text="", **common)


@pytest.mark.parametrize("name", MODELS)
def test_what_is_filled_in_is_noted_once_also_when_sent_twice(lead, pairing, name):
    make_version(pairing)
    address, data = url(pairing, name), said(pairing, name)

    first, again = send_data(lead, address, data), send_data(lead, address, data)

    assert [(one.status_code, one.url) for one in (first, again)] == [
        (302, address)
    ] * 2
    (row,) = MODELS[name].objects.all()
    assert row.recorded_by == pairing.lead.user
    assert row.agreement.pairing == pairing


def test_a_pause_stands_on_the_page_with_who_asked_for_it(lead, pairing):
    make_version(pairing)

    response = send_data(
        lead, url(pairing, "pause-list"), said(pairing, "pause-list"), follow=True
    )

    text = " ".join(response.content.decode().split())
    assert "ma 6 juli 2026 tot en met zo 16 augustus 2026" in text
    assert "Gevraagd door gezin De Boer." in text
    assert "De pauze is genoteerd. De plek blijft bezet." in text


def test_a_stale_form_shows_what_was_typed_and_can_be_sent_again(lead, pairing):
    make_version(pairing)
    data = said(pairing, "pause-list")
    colleague = CoordinatorFactory(
        municipalities=[pairing.request.family.household.municipality]
    )
    first = dt.date(2026, 3, 2)
    note_pause(
        pairing,
        from_on=first,
        until_on=first,
        side="",
        reason="Griep",
        by=colleague.user,
        at=NOON,
    )

    stale = send_data(lead, url(pairing, "pause-list"), data)
    shown = stale.context["form"]["row_version"].value()
    text = stale.content.decode()
    again = send_data(lead, url(pairing, "pause-list"), data | {"row_version": shown})

    assert stale.status_code == 422
    assert ("Griep" in text, "Verhuizing" in text, "16-8-2026" in text) == (True,) * 3
    assert again.status_code == 302
    assert Pause.objects.counted().count() == 2


@pytest.mark.parametrize(
    ("name", "differs", "faulty"),
    [
        ("pause-list", {"from_on": "31-2-2026"}, "from_on"),
        ("pause-list", {"from_on": "4-1-2026"}, "from_on"),
        ("pause-list", {"until_on": "5-7-2026"}, "until_on"),
        ("pause-list", {"from_on": "2-3-2026"}, "from_on"),
        ("pause-list", {"side": "child"}, "side"),
        ("exception-list", {"visit": "1|2026-01-01"}, "visit"),
        ("exception-list", {"visit": ""}, "visit"),
        ("exception-list", {"instead": "anders"}, "moved_to"),
        ("exception-list", {"instead": "anders", "moved_to": "4-1-2026"}, "moved_to"),
        ("visit-list", {"on": "4-1-2026"}, "on"),
        ("visit-list", {"on": ""}, "on"),
        ("visit-list", {"text": "x" * 301}, "text"),
    ],
)
def test_what_is_not_right_is_said_at_its_field(lead, pairing, name, differs, faulty):
    make_version(pairing)
    first = dt.date(2026, 3, 1)
    note_pause(
        pairing,
        from_on=first,
        until_on=first + DAY,
        side="",
        by=pairing.lead.user,
        at=NOON,
    )

    response = send_data(lead, url(pairing, name), said(pairing, name) | differs)

    assert response.status_code == 422
    assert list(response.context["form"].errors) == [faulty]
    assert MODELS[name].objects.count() == (name == "pause-list")


def test_a_time_moves_to_another_day(lead, pairing):
    make_version(pairing)
    day = next_wednesday() + DAY
    data = said(pairing, "exception-list")

    response = send_data(
        lead,
        url(pairing, "exception-list"),
        data | {"instead": "anders", "moved_to": in_figures(day)},
        follow=True,
    )

    assert ItemException.objects.get().moved_to == day
    assert "maar op do" in " ".join(response.content.decode().split())


def test_a_whole_week_falls_out_and_cannot_be_chosen_again(lead, pairing):
    make_version(pairing)
    data = said(pairing, "exception-list") | {"instead": "week"}

    response = send_data(lead, url(pairing, "exception-list"), data, follow=True)

    exception = ItemException.objects.get()
    assert (exception.scope, exception.on) == ("week", next_wednesday() - 2 * DAY)
    offered = [key for key, _words in response.context["form"].fields["visit"].choices]
    assert data["visit"] not in offered


def test_the_times_to_choose_from_are_those_of_the_rhythm(lead, pairing):
    make_version(pairing)

    response = lead.get(url(pairing, "exception-list"))

    choices = response.context["form"].fields["visit"].choices
    days = [dt.date.fromisoformat(key.split("|")[1]) for key, _words in choices[1:]]
    assert {day.weekday() for day in days} == {2}
    assert next_wednesday() in days
    assert choices[1][1].endswith(": Spelen (Noor)")


def test_a_pause_ends_earlier(lead, pairing):
    pause = note(pairing, "pause")
    Pause.objects.update(until_on=None)
    data = {"pause": pause.pk, "row_version": 1, "until_on": "20-7-2026"}

    first = send_data(lead, url(pairing, "pause-end"), data)
    again = send_data(lead, url(pairing, "pause-end"), data)

    pause.refresh_from_db()
    assert (first.status_code, again.status_code) == (302, 302)
    assert (pause.until_on, pause.row_version) == (dt.date(2026, 7, 20), 2)


@pytest.mark.parametrize(
    ("differs", "faulty"),
    [
        ({"until_on": "1-9-2026"}, "until_on"),
        ({"until_on": "straks"}, "until_on"),
        ({"row_version": 7}, "__all__"),
    ],
)
def test_an_end_that_is_not_right_is_said_beside_its_pause(
    lead, pairing, differs, faulty
):
    pause = note(pairing, "pause")
    data = {"pause": pause.pk, "row_version": 1, "until_on": "20-7-2026"} | differs

    response = send_data(lead, url(pairing, "pause-end"), data)

    assert response.status_code == 422
    assert list(response.context["sent"].errors) == [faulty]
    ((_pause, asked_by, ending),) = response.context["pauses"]
    assert (asked_by, ending) == ("gezin De Boer", response.context["sent"])
    pause.refresh_from_db()
    assert pause.until_on == dt.date(2026, 8, 16)


@pytest.mark.parametrize("name", UNDO)
def test_everything_noted_can_be_taken_back(lead, pairing, name):
    make_version(pairing)
    row = note(pairing, name)
    address = url(pairing, UNDO[name])

    answers = [send_data(lead, address, {name: row.pk}) for _ in range(2)]

    assert [one.status_code for one in answers] == [302, 302]
    assert list(type(row).objects.counted()) == []


@pytest.mark.parametrize("name", UNDO)
@pytest.mark.parametrize("key", ["of another", "", "x", "0", "9" * 30])
def test_a_row_of_another_pairing_is_not_there(lead, pairing, name, key):
    make_version(pairing)
    other = make_pairing()
    make_version(other)
    row = note(other, name)
    posted = row.pk if key == "of another" else key

    response = send_data(lead, url(pairing, UNDO[name]), {name: posted})

    row.refresh_from_db()
    assert (response.status_code, row.taken_back_at) == (404, None)


@pytest.mark.parametrize("name", [*MODELS, "agreement-timeline", "agreement-as-of"])
def test_a_page_of_another_coordinator_is_not_there(client, pairing, name):
    make_version(pairing)
    client.force_login(CoordinatorFactory().user)

    assert client.get(url(pairing, name)).status_code == 404


@pytest.mark.parametrize("name", ["pause-list", "exception-list"])
def test_of_a_pairing_that_has_ended_nothing_new_is_noted(lead, pairing, name):
    make_version(pairing)
    data = said(pairing, name)
    has_ended(pairing, on=START)

    response = send_data(lead, url(pairing, name), data)

    assert response.url == url(pairing, "agreement-detail")
    assert MODELS[name].objects.count() == 0


@pytest.mark.parametrize("name", MODELS)
def test_titles_name_nobody(lead, pairing, name):
    make_version(pairing)

    text = lead.get(url(pairing, name)).content.decode()

    title = text.partition("<title>")[2].partition("<")[0]
    assert not {"Boer", "Willems", "Noor"} & set(title.replace(".", " ").split())
    assert text.count("<h1") == 1


@pytest.mark.parametrize("n_rows", [1, 3])
@pytest.mark.parametrize(
    "name_and_queries",
    [("pause-list", 15), ("exception-list", 16), ("visit-list", 16)],
)
def test_pages_ask_as_much_for_three_rows_as_for_one(
    lead, pairing, django_assert_num_queries, n_rows, name_and_queries
):
    name, n_queries = name_and_queries
    make_version(pairing)
    common = {"by": pairing.lead.user, "at": NOON}
    for number in range(n_rows):
        day = dt.date(2026, 3, 4) + 7 * number * DAY
        note_exception(pairing, line=1, on=day, **common)
        note_pause(pairing, from_on=day + DAY, until_on=day + DAY, side="", **common)
        note_visit(pairing, on=day, text="", **common)

    with django_assert_num_queries(n_queries):
        response = lead.get(url(pairing, name))

    assert response.content.decode().count("ongedaan/") == n_rows

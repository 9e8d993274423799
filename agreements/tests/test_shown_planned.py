"""The next times on the page of the agreements: which days, and what falls out."""

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse

from agreements.history import History, with_families
from agreements.models import ItemException, Pause
from agreements.shown.planned import ShownVisit, first_times, next_times
from agreements.tests.factories import (
    NOON,
    child_of,
    has_ended,
    make_pairing,
    make_version,
    wednesdays,
)
from families.services.school_holidays import load_school_holidays, published
from families.tests.factories import MunicipalityFactory, SchoolHolidayFactory
from matching.models import Pairing

pytestmark = pytest.mark.django_db

TODAY = dt.date(2026, 11, 23)
PLAY = "Spelen (Noor)"


@pytest.fixture
def pairing():
    return make_pairing(
        municipality=MunicipalityFactory(name="Aalsmeer", holiday_region="north")
    )


def december(day):
    return dt.date(2026, 12, day)


def times_of(pairing, on=TODAY):
    history = History.of(with_families(Pairing.objects).get(pk=pairing.pk))
    return next_times(history, history.names, on=on)


def told(pairing, on=TODAY):
    return [
        (f"{one.on:%d-%m}", one.title, one.remark)
        for one in times_of(pairing, on).visits
    ]


def except_on(pairing, on, **more):
    return ItemException.objects.create(
        agreement=pairing.agreement,
        on=on,
        recorded_by=pairing.lead.user,
        recorded_at=NOON,
        **{"line": 1, "scope": "day", **more},
    )


def pause(pairing, first, last):
    return Pause.objects.create(
        agreement=pairing.agreement,
        from_on=first,
        until_on=last,
        recorded_by=pairing.lead.user,
        recorded_at=NOON,
    )


def test_the_next_five_times_are_told_with_what_and_when(pairing):
    load_school_holidays(published())
    make_version(pairing)

    found = times_of(pairing)

    assert found.visits == [
        ShownVisit(
            dt.date(2026, 11, 25), PLAY, "13.00 – 17.00 uur", "", takes_place=True
        ),
        ShownVisit(december(2), PLAY, "13.00 – 17.00 uur", "", takes_place=True),
        ShownVisit(december(9), PLAY, "13.00 – 17.00 uur", "", takes_place=True),
        ShownVisit(december(16), PLAY, "13.00 – 17.00 uur", "", takes_place=True),
        ShownVisit(
            december(23),
            PLAY,
            "13.00 – 17.00 uur",
            "Gaat niet door: het is schoolvakantie.",
            takes_place=False,
        ),
    ]
    assert found.remarks == []


def test_each_reason_for_falling_out_is_told(pairing):
    make_version(pairing)
    except_on(pairing, dt.date(2026, 11, 25), moved_to=dt.date(2026, 11, 27))
    except_on(pairing, december(7), scope="week")
    pause(pairing, december(14), december(20))

    assert told(pairing) == [
        ("25-11", PLAY, "Verzet naar 27 november 2026."),
        ("27-11", PLAY, "In plaats van 25 november 2026."),
        ("02-12", PLAY, ""),
        ("09-12", PLAY, "Gaat deze keer niet door."),
        ("16-12", PLAY, "Gaat niet door: er is een pauze."),
    ]


def test_what_was_taken_back_drops_nothing(pairing):
    make_version(pairing)
    except_on(pairing, dt.date(2026, 11, 25), taken_back_at=NOON)
    Pause.objects.filter(pk=pause(pairing, december(1), None).pk).update(
        taken_back_at=NOON
    )

    assert [remark for _on, _title, remark in told(pairing)] == [""] * 5


def test_a_version_to_come_gives_its_own_times_and_a_draft_gives_none(pairing):
    make_version(pairing)
    fridays = [wednesdays(pairing, line=1, weekdays=1 << 4)]
    thursdays = [wednesdays(pairing, line=1, weekdays=1 << 3)]
    make_version(pairing, effective_from=december(1), items=fridays)
    make_version(pairing, effective_from=december(7), items=thursdays, settled=False)

    assert [on for on, _title, _remark in told(pairing)] == [
        "25-11",
        "04-12",
        "11-12",
        "18-12",
        "25-12",
    ]


def test_after_the_last_day_of_the_pairing_there_is_no_next_time(pairing):
    make_version(pairing)
    has_ended(pairing, on=december(2))

    assert [on for on, _title, _remark in told(pairing)] == ["25-11", "02-12"]


def test_once_in_twelve_weeks_has_five_times_too(pairing):
    rarely = wednesdays(pairing, rhythm="every_n_weeks", every=12, first_on=TODAY)
    make_version(pairing, items=[rarely])

    assert len(times_of(pairing).visits) == 5


def test_what_has_no_fixed_days_is_told_beside_them(pairing):
    meal = wednesdays(pairing, kind=1, rhythm="times_a_month", every=2)
    make_version(pairing, items=[wednesdays(pairing), meal])

    assert times_of(pairing).remarks[0] == (
        "Mee-eten (Noor) heeft geen vaste dagen: 2 keer per maand."
    )


@pytest.mark.parametrize(
    ("region", "said"),
    [
        (
            "",
            "We weten niet in welke regio van de schoolvakanties Aalsmeer ligt. Daarom"
            " valt hier niets uit voor een vakantie.",
        ),
        (
            "south",
            "We kennen de schoolvakanties van regio Zuid niet. Daarom valt hier niets"
            " uit voor een vakantie.",
        ),
        (
            "north",
            "We kennen de schoolvakanties tot en met 6 december 2026. Daarna valt hier"
            " niets uit voor een vakantie.",
        ),
    ],
)
def test_what_is_not_known_about_holidays_is_said(pairing, region, said):
    SchoolHolidayFactory(first_on=december(5), last_on=december(6))
    municipality = pairing.request.family.household.municipality
    municipality.holiday_region = region
    municipality.save()
    make_version(pairing)

    assert times_of(pairing).remarks == [said]


def test_holidays_are_not_spoken_of_where_nothing_stops_in_them(pairing):
    make_version(pairing, items=[wednesdays(pairing, holidays="goes_on")])

    assert times_of(pairing).remarks == []


@pytest.mark.parametrize("n_exceptions", [1, 3])
def test_reading_takes_as_many_queries_for_more_of_everything(
    pairing, django_assert_num_queries, n_exceptions
):
    make_version(pairing, items=[wednesdays(pairing)] * n_exceptions)
    for number in range(n_exceptions):
        except_on(pairing, december(2), line=number + 1)
        SchoolHolidayFactory()
    history = History.of(with_families(Pairing.objects).get(pk=pairing.pk))

    # The holidays that touch, and until when they are known.
    with django_assert_num_queries(2):
        found = next_times(history, history.names, on=TODAY)

    assert len(found.visits) == 5


def first(pairing, *items, on=dt.date(2026, 12, 1)):
    """What the editor would tell of items from a day on."""
    history = History.of(with_families(Pairing.objects).get(pk=pairing.pk))
    return [(one.title, one.text) for one in first_times(history, items, on=on)]


def test_the_first_three_times_of_each_item_are_told(pairing):
    make_version(pairing)
    fridays = {"line": 2, "kind": 1, "weekdays": 1 << 4}
    monthly = wednesdays(pairing, rhythm="nth_weekday", every=1, **fridays)

    found = first(pairing, wednesdays(pairing, line=1), monthly)

    assert found == [
        (PLAY, "Eerste keren: wo 2, wo 9 en wo 16 december 2026"),
        (
            "Mee-eten (Noor)",
            "Eerste keren: vr 4 december 2026, vr 1 januari en vr 5 februari 2027",
        ),
    ]


def test_the_first_times_leave_out_what_falls_out(pairing):
    load_school_holidays(published())
    make_version(pairing)
    except_on(pairing, december(2), moved_to=december(3))
    except_on(pairing, december(7), scope="week")
    pause(pairing, december(14), december(16))

    found = first(pairing, wednesdays(pairing, line=1))

    # Two weeks of Christmas holidays follow.
    assert found == [
        (PLAY, "Eerste keren: do 3 december 2026, wo 6 en wo 13 januari 2027")
    ]


def test_what_goes_on_in_the_holidays_has_its_first_times_there(pairing):
    load_school_holidays(published())

    found = first(
        pairing,
        wednesdays(pairing, line=1, holidays="goes_on"),
        on=december(20),
    )

    assert found == [
        (PLAY, "Eerste keren: wo 23, wo 30 december 2026 en wo 6 januari 2027")
    ]


def test_the_first_times_end_where_the_next_version_begins(pairing):
    make_version(pairing, effective_from=december(9))

    found = first(pairing, wednesdays(pairing, line=1))

    assert found == [(PLAY, "Eerste keer: wo 2 december 2026")]


def test_the_first_times_end_with_the_pairing(pairing):
    has_ended(pairing, on=december(9))

    found = first(pairing, wednesdays(pairing, line=1))

    assert found == [(PLAY, "Eerste keren: wo 2 en wo 9 december 2026")]


@pytest.mark.parametrize(
    ("says", "text"),
    [
        ({"rhythm": "times_a_month", "every": 2}, "Geen vaste dagen: 2 keer per maand"),
        ({"rhythm": "now_and_then"}, "Geen vaste dagen: af en toe"),
        (
            {"weekdays": 0},
            "Tot en met 30 november 2027 is er geen dag waarop dit doorgaat",
        ),
    ],
)
def test_an_item_without_a_day_says_so(pairing, says, text):
    found = first(pairing, wednesdays(pairing, line=1, **says))

    assert found == [(PLAY, f"{text}.")]


def test_an_item_that_falls_out_for_a_year_says_so(pairing):
    make_version(pairing)
    pause(pairing, december(1), None)

    found = first(pairing, wednesdays(pairing, line=1))

    assert found == [
        (
            PLAY,
            "Tot en met 30 november 2027 valt elke keer uit: er is dan een pauze of een"
            " schoolvakantie.",
        )
    ]


@pytest.mark.parametrize("n_items", [1, 3])
def test_the_first_times_of_more_items_take_one_query(
    pairing, django_assert_num_queries, n_items
):
    make_version(pairing)
    SchoolHolidayFactory.create_batch(n_items)
    items = [wednesdays(pairing, line=line + 1) for line in range(n_items)]
    history = History.of(with_families(Pairing.objects).get(pk=pairing.pk))

    with django_assert_num_queries(1):
        found = first_times(history, items, on=december(1))

    assert len(found) == n_items


def test_the_page_tells_the_next_times_once(pairing):
    make_version(pairing, items=[wednesdays(pairing, children=(child_of(pairing),))])
    client = Client()
    client.force_login(pairing.lead.user)
    page = reverse("agreements:agreement-detail", args=[pairing.reference])

    text = client.get(page).content.decode()

    assert text.count("De volgende keren") == 1

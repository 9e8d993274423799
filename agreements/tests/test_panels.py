import datetime as dt

import pytest
from django.template.loader import render_to_string

from agreements import panels
from agreements.services.pauses import note_pause
from agreements.tests.factories import make_pairing, make_version
from families.tests.factories import CoordinatorFactory

pytestmark = pytest.mark.django_db

TODAY = dt.date(2026, 11, 23)


def on(day):
    return dt.datetime(2026, 11, day, 12, tzinfo=dt.UTC)


def test_settled_agreements_ask_nothing():
    pairing = make_pairing()
    make_version(pairing, at=on(1))

    assert panels.today_rows(pairing.lead.user, on=TODAY) == []


def test_another_coordinator_is_asked_nothing_and_shown_nothing():
    pairing = make_pairing()
    make_version(pairing, settled=False, at=on(1))
    stranger = CoordinatorFactory().user
    household = pairing.request.family.household

    assert panels.today_rows(stranger, on=TODAY) == []
    assert panels.family_panels(household, user=stranger, on=TODAY) == []
    assert panels.course(household, user=stranger, on=TODAY) == []


@pytest.mark.parametrize("side", ["request", "offer"])
def test_the_page_of_each_family_shows_what_holds_with_the_other(side):
    pairing = make_pairing()
    version = make_version(pairing)
    household = getattr(pairing, side).family.household
    other = {"request": "gezin Willems", "offer": "gezin De Boer"}[side]

    found = panels.family_panels(household, user=pairing.lead.user, on=TODAY)

    (panel,) = (one for one in found if "agreements" in one.context)
    (shown,) = panel.context["agreements"]
    assert (shown["with"], shown["version"], shown["draft"]) == (other, version, None)
    assert shown["sentences"] == [
        "Elke woensdag van 13.00 tot 17.00 uur speelt Noor bij gezin Willems. Gezin De"
        " Boer brengt. Gezin Willems brengt terug. In de schoolvakantie niet."
    ]


def test_a_family_without_agreements_has_the_panel_of_the_first_talk_only():
    pairing = make_pairing()
    household = pairing.request.family.household

    found = panels.family_panels(household, user=pairing.lead.user, on=TODAY)

    assert [(one.template, one.context) for one in found] == [
        (
            "agreements/_baseline_panel.html",
            {"household": household, "first": [], "asked_on": None},
        )
    ]


def test_the_course_of_a_family_names_each_version():
    pairing = make_pairing()
    make_version(pairing, at=on(2))
    make_version(pairing, effective_from=dt.date(2026, 12, 1), settled=False, at=on(20))
    household = pairing.request.family.household

    lines = panels.course(household, user=pairing.lead.user, on=TODAY)

    assert [(one.on, one.what) for one in lines] == [
        (dt.date(2026, 11, 2), "Afspraken met gezin Willems, versie 1: vastgelegd"),
        (
            dt.date(2026, 11, 20),
            "Afspraken met gezin Willems, versie 2: wacht op een ja",
        ),
    ]


@pytest.mark.parametrize("n_pairings", [1, 3])
def test_rows_are_read_in_as_many_queries_for_three_pairings_as_for_one(
    n_pairings, django_assert_num_queries
):
    pairing = make_pairing()
    municipality = pairing.request.family.household.municipality
    pairings = [pairing] + [
        make_pairing(municipality=municipality) for _ in range(1, n_pairings)
    ]
    for one in pairings:
        make_version(one, settled=False, at=on(1))
    user = pairing.lead.user

    with django_assert_num_queries(10):
        rows = panels.today_rows(user, on=TODAY)

    assert len(rows) == n_pairings


@pytest.mark.parametrize(
    ("until_on", "words"),
    [
        (dt.date(2026, 11, 30), "Nu pauze, tot en met ma 30 november 2026."),
        (None, "Nu pauze. Het einde is nog niet bekend."),
    ],
)
def test_the_page_of_a_family_says_that_it_is_pause_now(until_on, words):
    pairing = make_pairing()
    make_version(pairing)
    pause = note_pause(
        pairing,
        from_on=TODAY,
        until_on=until_on,
        side="request",
        by=pairing.lead.user,
        at=on(23),
    )
    household = pairing.request.family.household

    *_others, panel = panels.family_panels(household, user=pairing.lead.user, on=TODAY)

    (shown,) = panel.context["agreements"]
    assert shown["pause"] == pause
    assert words in render_to_string(panel.template, panel.context)

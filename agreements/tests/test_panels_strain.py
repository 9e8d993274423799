import datetime as dt

import pytest
from django.urls import reverse

from agreements.panels.strain import course_lines, today_rows
from agreements.services.strain import close, raise_strain
from agreements.tests.factories import has_ended, make_pairing
from families.tests.factories import CoordinatorFactory
from matching.wording.names import Names

pytestmark = pytest.mark.django_db

TODAY = dt.date(2026, 11, 23)
SOON = dt.date(2026, 11, 25)
NOON = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)


def raised(pairing, **differs):
    said = {
        "raised_by": "request",
        "raised_on": TODAY,
        "words": "Ze komen te laat.",
        "look_again_on": SOON,
        "child_told": "We praten.",
        "by": pairing.lead.user,
        "at": NOON,
    }
    return raise_strain(pairing, **said | differs)


def closed(strain, outcome):
    return close(
        strain,
        outcome=outcome,
        outcome_text="Uitgepraat.",
        row_version=strain.row_version,
        by=strain.pairing.lead.user,
        at=NOON,
    )


def rows(pairing, on):
    found = today_rows(Names(pairing.lead.user), on=on)
    return [(one.title, one.why, one.since, one.action_url) for one in found]


def test_it_asks_attention_on_the_day_to_look_again():
    pairing = make_pairing(active=True)
    raised(pairing)

    assert rows(pairing, TODAY) == []
    assert rows(pairing, SOON) == [
        (
            "Kijk weer: gezin De Boer en gezin Willems",
            "Je wilde weer kijken hoe het tussen hen gaat.",
            SOON,
            reverse("agreements:strain", args=[pairing.reference]),
        )
    ]


@pytest.mark.parametrize("outcome", ["repaired", "smaller", "safety"])
def test_what_came_out_asks_nothing_any_more(outcome):
    pairing = make_pairing(active=True)
    closed(raised(pairing), outcome)

    assert rows(pairing, SOON) == []


def test_a_pairing_that_was_to_stop_asks_to_be_rounded_off():
    pairing = make_pairing(active=True)
    closed(raised(pairing), "ended")

    assert rows(pairing, TODAY) == [
        (
            "Rond af: gezin De Boer en gezin Willems",
            "Er is besloten dat ze stoppen. De koppeling loopt nog.",
            TODAY,
            reverse("agreements:pairing-end", args=[pairing.reference]),
        )
    ]


def test_what_rubs_again_takes_the_place_of_the_former_outcome():
    pairing = make_pairing(active=True)
    closed(raised(pairing), "ended")
    raised(pairing, words="Toch weer.")

    assert rows(pairing, TODAY) == []


def test_an_ended_pairing_asks_nothing():
    pairing = make_pairing(active=True)
    raised(pairing)
    has_ended(pairing, on=TODAY)

    assert rows(pairing, SOON) == []


def test_another_coordinator_is_asked_and_told_nothing():
    pairing = make_pairing(active=True)
    raised(pairing)
    stranger = CoordinatorFactory().user
    household = pairing.request.family.household

    assert today_rows(Names(stranger), on=SOON) == []
    assert course_lines(household, user=stranger) == []


@pytest.mark.parametrize(
    ("side", "other"), [("request", "gezin Willems"), ("offer", "gezin De Boer")]
)
def test_the_course_tells_that_it_rubbed_without_the_words(side, other):
    pairing = make_pairing(active=True)
    closed(raised(pairing), "smaller")
    household = getattr(pairing, side).family.household

    lines = course_lines(household, user=pairing.lead.user)

    assert [(one.on, one.what, one.text) for one in lines] == [
        (TODAY, f"Onder spanning met {other}", ""),
        (TODAY, f"Spanning met {other}: ze gaan kleiner verder", ""),
    ]


def test_the_course_does_not_say_that_safety_was_at_stake():
    pairing = make_pairing(active=True)
    closed(raised(pairing), "safety")
    household = pairing.request.family.household

    lines = course_lines(household, user=pairing.lead.user)

    assert [one.what for one in lines] == [
        "Onder spanning met gezin Willems",
        "Spanning met gezin Willems: afgerond",
    ]


@pytest.mark.parametrize("n_pairings", [1, 3])
def test_rows_are_read_in_as_many_queries_for_three_as_for_one(
    n_pairings, django_assert_num_queries
):
    pairing = make_pairing(active=True)
    town = pairing.request.family.household.municipality
    pairings = [pairing] + [
        make_pairing(municipality=town, active=True) for _ in range(1, n_pairings)
    ]
    for one in pairings:
        raised(one)

    with django_assert_num_queries(2):
        found = today_rows(Names(pairing.lead.user), on=SOON)

    assert len(found) == n_pairings

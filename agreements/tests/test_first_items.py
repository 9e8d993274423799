"""What the editor starts from: a beginning that nobody has to shake their head at."""

import datetime as dt

import pytest

from agreements import suggestions
from agreements.history import History, with_families
from agreements.tests.factories import make_pairing, wednesdays
from families import moments
from families.moments import Part
from families.vocabulary import Frequency, SupportKind
from matching.models import Pairing

pytestmark = pytest.mark.django_db

TODAY = dt.date(2026, 11, 23)
WEDNESDAY_AFTERNOON = moments.both_weeks(2, Part.AFTERNOON)
FRIDAY_NIGHT = moments.both_weeks(4, Part.NIGHT)
PLAY, SLEEPOVER, OUTING = (
    int(kind) for kind in (SupportKind.PLAY, SupportKind.SLEEPOVER, SupportKind.OUTING)
)
BY_DAY = "Logeren zonder avond of nacht. Klopt dit?"


def both_said(*, kinds, moments, frequency=Frequency.WEEKLY):
    pairing = make_pairing()
    for wishes in (pairing.request, pairing.offer):
        wishes.kinds = sum(1 << kind for kind in kinds)
        wishes.moments, wishes.frequency = moments, frequency
        wishes.save()
    return with_families(Pairing.objects).get(pk=pairing.pk)


def suggested(pairing):
    children = tuple(pairing.pairing_children.values_list("child_id", flat=True))
    return suggestions.first_items(pairing, children=children)


def in_short(items):
    return [(one.kind, one.rhythm, one.weekdays, one.dayparts) for one in items]


def remarks(pairing, items):
    names = History.of(pairing).names
    by = pairing.lead.user
    return suggestions.remarks(pairing, items, names, on=TODAY, by=by)


@pytest.mark.parametrize(
    ("kinds", "said", "items"),
    [
        # One moment is for one thing; of the others the days are still to be chosen.
        (
            [PLAY, OUTING],
            WEDNESDAY_AFTERNOON,
            [(PLAY, "weekly", 1 << 2, 1 << 1), (OUTING, "now_and_then", 0, 0)],
        ),
        ([SLEEPOVER], WEDNESDAY_AFTERNOON, [(SLEEPOVER, "now_and_then", 0, 0)]),
        ([SLEEPOVER], FRIDAY_NIGHT, [(SLEEPOVER, "weekly", 1 << 4, 1 << 3)]),
        ([PLAY], FRIDAY_NIGHT, [(PLAY, "now_and_then", 0, 0)]),
        (
            [PLAY, SLEEPOVER],
            WEDNESDAY_AFTERNOON | FRIDAY_NIGHT,
            [
                (PLAY, "weekly", 1 << 2, 1 << 1),
                (SLEEPOVER, "now_and_then", 1 << 4, 1 << 3),
            ],
        ),
        (
            [PLAY],
            moments.mask_of([moments.Moment(2, Part.AFTERNOON, 1)]),
            [(PLAY, "odd_weeks", 1 << 2, 1 << 1)],
        ),
        ([PLAY], None, [(PLAY, "now_and_then", 0, 0)]),
    ],
)
def test_first_items_take_a_moment_that_fits_them(kinds, said, items):
    pairing = both_said(kinds=kinds, moments=said)

    found = suggested(pairing)

    assert in_short(found) == items
    assert remarks(pairing, found) == []


def test_so_many_times_a_month_needs_no_day():
    pairing = both_said(kinds=[PLAY], moments=None, frequency=Frequency.MONTHLY)

    found = suggested(pairing)

    assert in_short(found) == [(PLAY, "times_a_month", 0, 0)]


@pytest.mark.parametrize(
    ("differs", "expected"),
    [
        ({"dayparts": 1 << Part.AFTERNOON}, [BY_DAY]),
        ({"dayparts": 1 << Part.AFTERNOON | 1 << Part.NIGHT}, []),
        ({"dayparts": 1 << Part.EVENING}, []),
        ({"dayparts": 0}, []),
        ({"starts_at": dt.time(16), "ends_at": dt.time(10), "dayparts": 0}, []),
        ({"kind": PLAY, "dayparts": 1 << Part.AFTERNOON}, []),
    ],
)
def test_sleeping_over_by_day_is_remarked(differs, expected):
    pairing = both_said(kinds=[], moments=None, frequency="")
    without_times = {"kind": SLEEPOVER, "starts_at": None, "ends_at": None}

    found = remarks(pairing, (wednesdays(pairing, **without_times | differs),))

    assert found == expected

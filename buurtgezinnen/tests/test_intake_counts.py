"""The office's page about how many families apply."""

import datetime as dt

import pytest
from django.urls import reverse

from families.models import IntakeCount
from families.tests.factories import UserFactory

pytestmark = pytest.mark.django_db

URL = "/beheer/aanmeldingen/"
FILE = "/beheer/aanmeldingen/tabel.csv"


@pytest.fixture
def office(client):
    client.force_login(UserFactory(organisation=True))
    return client


def counted(what, n, *, on=dt.date(2026, 6, 1), kind="request", **more):
    IntakeCount.objects.create(
        what=what, n=n, on=on, kind=kind, **{"language": "nl", **more}
    )


def a_year_of_counts():
    counted("started", 30)
    counted("started", 10, language="ar")
    counted("started", 4, on=dt.date(2026, 6, 30), kind="support")
    counted("finished", 26)
    counted("call_me", 3)
    counted("refused", 2)
    counted("left", 5, step="kinderen")
    counted("left", 1, step="postcode")
    counted("left", 2, step="kinderen", language="ar")
    counted("left", 1, step="vroeger")
    counted("started", 700, on=dt.date(2026, 5, 31))
    counted("started", 900, on=dt.date(2025, 6, 1))


def shown(response):
    """Each figure of each kind with its label."""
    return {
        section.key: (
            [line.figure for line in section.lines],
            [(line.label, line.figure) for line in section.left],
        )
        for section in response.context["sections"]
    }


def test_office_reads_the_latest_month(office):
    a_year_of_counts()

    page = office.get(URL)

    number = "Pagina 3" if "Pagina 3: kinderen" in page.text else "Pagina 2"
    assert shown(page) == {
        "request": (
            ["40", "26", "65 %", "3", "2", "9"],
            [
                ("vroeger", "1"),
                ("Pagina 1: postcode", "1"),
                (f"{number}: kinderen", "7"),
            ],
        ),
        "support": (["4", "0", "0 %", "0", "0", "0"], []),
        "referral": (["0", "0", "–", "0", "0", "0"], []),
    }
    assert [(one.key, one.label) for one in page.context["periods"]] == [
        ("2026", "Heel 2026"),
        ("2026-06", "juni 2026"),
        ("2026-05", "mei 2026"),
        ("2025", "Heel 2025"),
        ("2025-06", "juni 2025"),
    ]


@pytest.mark.parametrize(
    ("period", "started"),
    [
        ("2026-05", "700"),
        ("2026", "740"),
        ("2025", "900"),
        ("1999", "40"),
        ("%00", None),
        ("'; DROP TABLE", "40"),
    ],
)
def test_office_chooses_a_period(office, period, started):
    a_year_of_counts()

    page = office.get(f"{URL}?periode={period}")

    if started is None:
        assert page.status_code == 400
    else:
        assert shown(page)["request"][0][0] == started


def test_nothing_counted_yet_is_said(office):
    page = office.get(URL)

    assert page.context["sections"] == []
    assert "Er is nog niets geteld." in page.text
    assert "tabel.csv" not in page.text
    assert office.get(FILE).content.decode("utf-8-sig") == ""


def test_file_tells_each_number_apart(office):
    counted("started", 30)
    counted("left", 5, step="postcode", language="ar")
    counted("left", 2, step="=1+1", kind="support")

    told = office.get(f"{FILE}?periode=2026").content.decode("utf-8-sig")

    assert told.splitlines() == [
        "Periode;Soort;Taal;Wat;Pagina;Aantal",
        "Heel 2026;vraagt steun;ar;gestopt;Pagina 1: postcode;5",
        "Heel 2026;vraagt steun;nl;begonnen;;30",
        "Heel 2026;biedt steun;nl;gestopt;'=1+1;2",
    ]


@pytest.mark.parametrize("days", [1, 3])
def test_page_takes_the_same_few_questions(office, django_assert_num_queries, days):
    for day in range(1, days + 1):
        counted("started", 1, on=dt.date(2026, 6, day))
        counted("left", 1, on=dt.date(2026, 6, day), step="wat")

    # One for the days and one for the numbers; the others are of being logged in.
    with django_assert_num_queries(8):
        office.get(URL)


def test_index_leads_to_it(office):
    assert f'href="{URL}"' in office.get(reverse("organisation:index")).text

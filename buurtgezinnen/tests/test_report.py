"""Her report: the balance holds, each number is as long as its list, nothing else."""

import datetime as dt
import re
from itertools import count

import pytest
import time_machine
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from agreements.tests.factories import make_pairing, make_version
from buurtgezinnen.figures import CountedPairing, History, Period, Step, Year
from buurtgezinnen.report.counts import Entry, Records, median, ninetieth
from buurtgezinnen.report.shown import sections_of
from buurtgezinnen.tests.test_figures import counted as told_to_the_municipality
from buurtgezinnen.tests.test_figures import offer_with, pairing_with, request_with
from families.models import AuditEvent, SupportRequest
from families.tests.factories import (
    CoordinatorFactory,
    MunicipalityFactory,
    PartnershipFactory,
    UserFactory,
)
from matching.tests.factories import ProposalFactory

TODAY = dt.date(2026, 11, 23)
YEAR = Year(dt.date(2026, 1, 1), dt.date(2026, 12, 31), seen_on=TODAY)
PAGE = "/werk/rapport/"
days = st.dates(dt.date(2024, 1, 1), dt.date(2027, 1, 1))


@pytest.fixture(autouse=True)
def monday():
    with time_machine.travel("2026-11-23T12:00:00+01:00", tick=False):
        yield


@pytest.fixture
def coordinator(client):
    coordinator = CoordinatorFactory(municipalities=[MunicipalityFactory()])
    client.force_login(coordinator.user)
    return coordinator


@pytest.fixture
def town(coordinator):
    return coordinator.municipalities.get()


@st.composite
def random_histories(draw):
    stages = st.tuples(days, st.sampled_from(SupportRequest.Stage.values))
    drawn = draw(st.lists(st.lists(stages, min_size=1, max_size=6), max_size=8))
    return {
        pk: History(pk, [Step(on, stage, 1) for on, stage in sorted(steps)])
        for pk, steps in enumerate(drawn)
    }


@st.composite
def random_pairings(draw):
    pk = count(1)
    return [
        CountedPairing(next(pk), 0, Period(*sorted(both)), left_by)
        for both, left_by in draw(
            st.lists(
                st.tuples(
                    st.tuples(days, days), st.sampled_from(["ended", "independent"])
                ),
                max_size=8,
            )
        )
    ]


@given(random_histories(), random_pairings(), days, days)
def test_start_and_in_without_out_is_the_end(requests, pairings, a, b):
    first, last = sorted((a, b))
    year = Year(first, last, seen_on=last)
    counted = Records(UserFactory.build(), requests, {}, pairings).from_stages(year)
    n = {key: len(found) for key, found in counted.items()}

    assert (
        n["wachtend-begin"] + n["wachtend-erbij"] - n["wachtend-eraf"]
        == (n["wachtend-eind"])
    )
    assert n["lopend-eraf"] == n["gestopt"] + n["zelfstandig"]
    assert n["lopend-begin"] + n["lopend-erbij"] - n["lopend-eraf"] == n["lopend-eind"]


@given(st.lists(st.integers(0, 900), min_size=1, max_size=60))
def test_nine_of_ten_waited_no_longer_than_is_said(waited):
    entries = [Entry(1, TODAY, one) for one in waited]
    said = ninetieth(entries)

    assert sum(one <= said for one in waited) >= 0.9 * len(waited)
    assert sum(one < said for one in waited) < 0.9 * len(waited)
    assert median(entries) <= said


def a_year_of(town, partnership):
    """Something for most figures."""
    for on in ("2025-12-01", "2026-02-01", "2026-03-01"):
        request_with(f"{on} applied", f"{on} waiting", municipality=town)
    offer_with("2026-01-10 applied", "2026-02-10 available", municipality=town)
    request = request_with(
        "2026-01-01 applied", "2026-01-11 waiting", "2026-03-01 paired",
        municipality=town,
    )  # fmt: skip
    pairing_with(
        "2026-02-20 introduction", "2026-03-01 trial",
        partnership=partnership, request=request,
    )  # fmt: skip
    pairing = make_pairing(municipality=town, active=True, partnership=partnership)
    make_version(pairing)
    ProposalFactory(
        request=request, declined=True, reason="distance",
        made_on=dt.date(2026, 2, 1), closed_on=dt.date(2026, 2, 3),
    )  # fmt: skip


@pytest.mark.django_db
def test_every_number_is_as_long_as_its_list(client, town):
    a_year_of(town, PartnershipFactory(municipalities=[town]))

    links = re.findall(
        r'href="(/werk/rapport/[\w-]+/\?[^"]+)"\s*aria-label="([^"]+)"',
        client.get(PAGE).content.decode(),
    )

    told = {}
    for url, label in links:
        page = client.get(url.replace("&amp;", "&"))
        told[url] = page.context["page"].paginator.count
        assert len(page.context["lines"]) == told[url], url
        if "wachttijd" not in url and "17,3" not in label:
            assert label.rpartition(": ")[2] == str(told[url]), url
    assert sum(told.values()) > 12


@pytest.mark.django_db
def test_numbers_are_those_that_were_counted_on_paper(town, coordinator):
    a_year_of(town, PartnershipFactory(municipalities=[town]))
    counted = Records.of(coordinator.user).counted(YEAR)

    keys = (
        "wachtend-begin", "wachtend-erbij", "wachtend-eraf", "wachtend-eind",
        "nee-distance", "fase-trial", "beschikbaar",
    )  # fmt: skip
    assert [len(counted[key]) for key in keys] == [1, 4, 1, 4, 1, 1, 2]
    # The first applied on the day of its pairing, the other waited from 1 January.
    assert [one.amount for one in counted["wachttijd"]] == [0, 59]
    # Each Wednesday four hours: 52 or 53 times a year.
    assert 17 < counted["uren"][0].amount < 18


@pytest.mark.django_db
def test_she_counts_what_the_municipality_is_told(town, coordinator):
    partnership = PartnershipFactory(municipalities=[town])
    a_year_of(town, partnership)
    told = told_to_the_municipality(partnership)
    counted = Records.of(coordinator.user).counted(YEAR)

    assert [
        len(counted[f"wachtend-{name}"]) for name in ("begin", "erbij", "eraf")
    ] == [told.waiting[name].number for name in ("start", "came", "went")]
    assert [len(counted[f"lopend-{name}"]) for name in ("begin", "erbij", "eind")] == [
        told.pairings[name].number for name in ("start", "made", "end")
    ]


@pytest.mark.django_db
def test_families_of_colleagues_are_not_counted(town, coordinator):
    elsewhere = MunicipalityFactory()
    a_year_of(elsewhere, PartnershipFactory(municipalities=[elsewhere]))

    counted = Records.of(coordinator.user).counted(YEAR)

    assert {key for key, found in counted.items() if found} == set()


@pytest.mark.django_db
@pytest.mark.usefixtures("coordinator")
@pytest.mark.parametrize(
    ("chosen", "first", "last", "before"),
    [
        ("", "2026-01-01", "2026-12-31", "2025-01-01"),
        ("periode=2025-h2", "2025-07-01", "2025-12-31", "2025-01-01"),
        ("periode=2026-k1", "2026-01-01", "2026-03-31", "2025-10-01"),
        ("periode=2022", "2022-01-01", "2022-12-31", "2021-01-01"),
        ("van=1-3-2026&tot=10-3-2026", "2026-03-01", "2026-03-10", "2026-02-19"),
    ],
)
def test_period_and_the_one_before(client, chosen, first, last, before):
    period = client.get(f"{PAGE}?{chosen}").context["period"]
    former = client.get(f"{PAGE}?{period.before_query}").context["period"]

    assert (str(period.days.starts_on), str(period.days.ends_on)) == (first, last)
    assert str(period.before.starts_on) == before
    assert former.days == period.before


@pytest.mark.django_db
@pytest.mark.parametrize(
    "chosen",
    [
        "periode=2019", "periode=x", "van=1-3-2026", "tot=1-3-2026",
        "van=3-3-2026&tot=1-3-2026", "van=31-2-2026&tot=1-3-2026",
        "van=1-1-2027&tot=2-1-2027", "van=1-1-0001&tot=2-1-0001",
        "van=1-1-1990&tot=1-1-2026", "van=%E2%80%AE&tot=%F0%9F%98%80",
    ],
)  # fmt: skip
def test_period_that_cannot_be_is_refused_and_kept(client, coordinator, chosen):
    for page in (PAGE, f"{PAGE}tabel.csv", f"{PAGE}uren/"):
        answer = client.get(f"{page}?{chosen}")

        assert (answer.status_code, "period" in answer.context) == (422, False)
        assert answer.context["form"].errors


@pytest.mark.django_db
def test_file_has_every_figure_and_is_written_down(client, coordinator, town):
    a_year_of(town, PartnershipFactory(municipalities=[town]))

    rows = client.get(f"{PAGE}tabel.csv").content.decode("utf-8-sig").splitlines()

    counted = Records.of(coordinator.user).counted(YEAR)
    sections = sections_of(counted, counted)
    shown = sum(len(one.rows) for one in sections)
    assert len(rows) == shown + 1
    assert AuditEvent.objects.filter(actor=coordinator.user, fields="report").count()


@pytest.mark.django_db
def test_unknown_figure_is_not_here(client, coordinator):
    url = reverse("report-list", args=["niets"])

    assert client.get(url).status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize("n", [1, 3])
def test_queries_do_not_grow(client, town, django_assert_num_queries, n):
    partnership = PartnershipFactory(municipalities=[town])
    for _number in range(n):
        a_year_of(town, partnership)
    client.get(PAGE)

    with django_assert_num_queries(20):
        client.get(PAGE)
    with django_assert_num_queries(19):
        client.get(f"{PAGE}lopend-eind/")

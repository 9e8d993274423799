"""Attackers here know the rule by which numbers are put together, and all totals."""

import csv
import datetime as dt
from collections import defaultdict
from io import StringIO
from itertools import product

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from buurtgezinnen.fairness import Scope, tables_of, together
from families.models import Membership
from families.tests.factories import (
    CoordinatorFactory,
    LocationFactory,
    MembershipFactory,
    MunicipalityFactory,
    OfficialFactory,
    PartnershipFactory,
    PostcodeAreaFactory,
    SupportRequestFactory,
    UserFactory,
)
from families.vocabulary import Language, mask_of
from matching.fairness import year_until
from matching.tests.factories import ProposalFactory
from matching.tests.test_fairness import YEAR

K = 5
PAGE, FILE = "/werk/matchen/eerlijk/", "/werk/matchen/eerlijk/tabel.csv"
CANARY = "Kanarievogel"


@pytest.fixture(autouse=True)
def monday():
    with time_machine.travel("2026-11-23T12:00:00+01:00", tick=False):
        yield


def families(town, number, *, postcode, speaks=Language.DUTCH, since="2026-10-04"):
    """So many request families of a neighbourhood that wait from a day on."""
    since = dt.date.fromisoformat(since)
    area = town.postcode_areas.filter(postcode=postcode).first()
    area = area or PostcodeAreaFactory(municipality=town, postcode=postcode, place="X")
    for _number in range(number):
        request = SupportRequestFactory(
            family__household__municipality=town,
            family__household__name=CANARY,
            waiting_since=since,
        )
        household = request.family.household
        LocationFactory(household=household, area=area, from_on=since)
        MembershipFactory(
            household=household, from_on=since, person__languages=mask_of([speaks])
        )


def town_with(limit=K):
    town = MunicipalityFactory()
    PartnershipFactory(municipalities=[town], small_count=limit)
    return town


def lines(tables, key):
    (table,) = (one for one in tables if one.key == key)
    return table.lines and [(one.label, one.number, one.weeks) for one in table.lines]


def tables(town, limit=K):
    return tables_of(Scope(frozenset([town.pk]), limit), YEAR)


@given(
    st.dictionaries(
        st.text("abcdef", min_size=1, max_size=2),
        st.one_of(st.integers(0, 12), st.integers(0, 200)),
        min_size=1,
        max_size=12,
    ),
    st.sampled_from([5, 10]),
)
def test_no_line_is_smaller_than_the_limit_and_all_add_up(numbers, limit):
    shown = together(numbers, limit=limit, rest="rest")
    if shown is None:
        return

    assert min(number for _name, number, _keys in shown) >= limit
    assert sum(number for _name, number, _keys in shown) == sum(numbers.values())
    assert sorted(key for _name, _number, keys in shown for key in keys) == sorted(
        numbers
    )
    assert [(name, number) for name, number, _keys in shown if name != "rest"] == [
        (name, numbers[name]) for name, _number, keys in shown if len(keys) == 1
    ]
    # Whoever subtracts what is shown from the total is left with several at once.
    assert [len(keys) for name, _number, keys in shown if name == "rest"] != [1]


def test_lines_leave_four_values_to_who_knows_the_rule():
    """Every table of four numbers up to a total of 24, grouped by what is shown."""
    possible = defaultdict(set)
    for numbers in product(range(25), repeat=4):
        if sum(numbers) <= 24:
            shown = together(dict(zip("abcd", numbers, strict=True)), limit=K, rest="")
            if shown is not None:
                possible[sum(numbers), tuple(one[:2] for one in shown)].add(numbers)

    fewest = {
        len({numbers["abcd".index(key)] for numbers in found})
        for (_total, shown), found in possible.items()
        for key in set("abcd") - {name for name, _number in shown}
    }
    assert min(fewest) >= 4


@pytest.mark.django_db
def test_waiting_is_shown_by_neighbourhood_with_small_ones_together():
    town = town_with()
    families(town, 6, postcode="1431")
    families(town, 8, postcode="1432", since="2026-08-23")
    families(town, 2, postcode="1433", since="2026-10-25")
    PostcodeAreaFactory(municipality=town, postcode="1434")

    found = tables(town)

    # 1432 guards: the total minus both would else tell of those who are few.
    assert lines(found, "place") == [
        ("1431 X", 6, 4),
        ("Alle andere wijken samen", 10, 10),
    ]
    assert [(str(one.total), one.weeks) for one in found if one.key == "place"] == [
        ("16", 7)
    ]


@pytest.mark.django_db
def test_postcode_in_two_towns_is_one_neighbourhood():
    town, other = town_with(), town_with()
    PostcodeAreaFactory(municipality=town, postcode="1431", place="Aalsmeer")
    PostcodeAreaFactory(municipality=other, postcode="1431", place="Amstelveen")
    families(town, 3, postcode="1431")
    families(other, 3, postcode="1431")
    families(town, 9, postcode="1432")

    found = tables_of(Scope(frozenset([town.pk, other.pk]), K), YEAR)

    assert lines(found, "place") == [
        ("1431 Aalsmeer, Amstelveen", 6, 4),
        ("Alle andere wijken samen", 9, 4),
    ]


@pytest.mark.django_db
def test_few_families_are_not_told_apart():
    town = town_with()
    families(town, 4, postcode="1431")

    found = tables(town)

    assert lines(found, "place") is None
    assert [one.weeks for one in found] == [None] * 4
    assert [str(one.total) for one in found] == [
        "minder dan 5",
        "minder dan 5",
        "minder dan 5",
        "minder dan 5",
    ]


@pytest.mark.django_db
def test_stricter_agreement_puts_more_together():
    town = town_with(limit=10)
    families(town, 8, postcode="1431")
    families(town, 15, postcode="1432")

    assert lines(tables(town, limit=K), "place") == [
        ("1431 X", 8, 4),
        ("Alle andere wijken samen", 15, 4),
    ]
    assert lines(tables(town, limit=10), "place") is None
    assert Scope.of_coordinator(
        CoordinatorFactory(municipalities=[town]).user
    ) == Scope(frozenset([town.pk]), 10)


@pytest.mark.django_db
def test_waiting_is_shown_by_language_of_who_speaks_no_dutch():
    town = town_with()
    families(town, 7, postcode="1431")
    families(town, 10, postcode="1431", speaks=Language.ARABIC, since="2026-08-23")
    families(town, 1, postcode="1431", speaks=Language.TIGRINYA)
    for one in Membership.objects.filter(
        person__languages=mask_of([Language.ARABIC])
    ).order_by("pk")[:2]:
        one.person.languages = mask_of([Language.ARABIC, Language.DUTCH])
        one.person.save()

    assert lines(tables(town), "language") == [
        ("Nederlands, soms met een andere taal erbij", 9, 4),
        ("Alle andere talen samen", 9, 10),
    ]


@pytest.mark.django_db
def test_declines_are_shown_by_reason():
    town = town_with()
    here = {
        "request__family__household__municipality": town,
        "declined": True,
        "made_on": dt.date(2026, 10, 5),
        "support_answered_on": dt.date(2026, 10, 6),
        "closed_on": dt.date(2026, 10, 6),
    }
    ProposalFactory.create_batch(5, reason="distance", **here)
    ProposalFactory.create_batch(9, reason="moments", **here)
    ProposalFactory.create_batch(2, reason="click", **here)

    found = tables(town)

    assert lines(found, "decline") == [
        ("Te ver weg", 5, None),
        ("Alle andere redenen samen", 11, None),
    ]
    assert [one.total.number for one in found] == [16, 16, 16, 16]


@pytest.fixture
def own_town():
    town = town_with()
    families(town, 6, postcode="1431")
    families(town, 12, postcode="1432")
    families(town, 1, postcode="1433")
    families(town_with(), 9, postcode="2222")
    return town


def told(response):
    """The texts of the tables, and no name of a family."""
    assert response.status_code == 200
    assert CANARY not in response.text
    return {one.key: one.lines for one in response.context["tables"]}


def rows(response):
    assert CANARY not in response.content.decode()
    text = response.content.decode("utf-8-sig")
    return list(csv.reader(StringIO(text, newline=""), delimiter=";"))


@pytest.mark.django_db
def test_coordinator_reads_of_own_municipalities(client, own_town):
    client.force_login(CoordinatorFactory(municipalities=[own_town]).user)

    response = client.get(PAGE)

    assert [(one.label, one.number) for one in told(response)["place"]] == [
        ("1431 X", 6),
        ("Alle andere wijken samen", 13),
    ]
    text = " ".join(response.text.split())
    assert "van 1 november 2025 tot en met 31 oktober 2026" in text
    assert "Aantallen onder de 5 laten we niet zien." in text
    assert "<li>geloof</li>" in text


@pytest.mark.django_db
def test_official_reads_of_one_own_partnership(client, own_town):
    partnership = own_town.partnerships.get()
    other = PartnershipFactory(municipalities=[MunicipalityFactory()])
    official = OfficialFactory(partnerships=[partnership])
    client.force_login(official.user)

    pages = [
        client.get("/gemeente/eerlijk/", asked)
        for asked in ({}, {"samenwerking": partnership.pk})
    ]
    strange = [
        client.get(path, {"samenwerking": other.pk}).status_code
        for path in ("/gemeente/eerlijk/", "/gemeente/eerlijk/tabel.csv")
    ]

    assert [
        [(one.label, one.number) for one in told(page)["place"]] for page in pages
    ] == [[("1431 X", 6), ("Alle andere wijken samen", 13)]] * 2
    assert strange == [404, 404]


@pytest.mark.django_db
def test_municipality_that_left_is_not_of_the_partnership_any_more(own_town):
    partnership = own_town.partnerships.get()
    own_town.terms.create(partnership=None, starts_on=dt.date(2026, 11, 1))

    scopes = [
        Scope.of_partnership(partnership, on=dt.date(2026, month, 1)).municipalities
        for month in (10, 11)
    ]

    assert scopes == [{own_town.pk}, set()]


@pytest.mark.django_db
def test_office_reads_of_everybody_and_of_nobody(client, own_town):
    client.force_login(UserFactory(is_organisation=True))

    response = client.get("/beheer/eerlijk/")

    assert [(one.label, one.number) for one in told(response)["place"]] == [
        ("1431 X", 6),
        ("1432 X", 12),
        ("Alle andere wijken samen", 10),
    ]


@pytest.mark.django_db
@pytest.mark.parametrize("path", [FILE, "/beheer/eerlijk/tabel.csv"])
def test_file_has_just_what_the_page_shows(client, own_town, path):
    user = (
        UserFactory(is_organisation=True)
        if path.startswith("/beheer")
        else CoordinatorFactory(municipalities=[own_town]).user
    )
    client.force_login(user)

    read = rows(client.get(path))

    shown = tables_of(
        Scope.of_everybody()
        if path.startswith("/beheer")
        else Scope.of_coordinator(user),
        year_until(dt.date(2026, 11, 23)),
    )
    assert read[:3] == [
        ["Van 1 november 2025 tot en met 31 oktober 2026"],
        ["Aantallen onder de 5 staan er niet in"],
        ["Tabel", "Wat", "Aantal", "Weken gewacht (midden)"],
    ]
    expected = []
    for table in shown:
        for line in table.lines or ():
            weeks = "" if line.weeks is None else str(line.weeks)
            expected.append([table.title, line.label, str(line.number), weeks])
        weeks = "" if table.weeks is None else str(table.weeks)
        expected.append([table.title, "Totaal", str(table.total), weeks])
    assert read[3:] == expected


@pytest.mark.django_db
@pytest.mark.parametrize("n_families", [1, 3])
def test_page_takes_as_many_queries_for_few_families_as_for_many(
    client, django_assert_num_queries, n_families
):
    town = town_with()
    families(town, n_families, postcode="1431")
    ProposalFactory.create_batch(
        n_families,
        request__family__household__municipality=town,
        made_on=dt.date(2026, 10, 5),
    )
    client.force_login(CoordinatorFactory(municipalities=[town]).user)

    with django_assert_num_queries(15):
        client.get(PAGE)

"""Each row is judged: what it becomes, or what is wrong and where."""

import datetime as dt

import pytest

from buurtgezinnen.imports import values
from buurtgezinnen.imports.checks import judge
from buurtgezinnen.imports.known import Known
from buurtgezinnen.imports.values import Child
from buurtgezinnen.tests.imports.sheets import coordinator_of
from families import moments
from families.vocabulary import Language, SupportKind, mask_of

pytestmark = pytest.mark.django_db

ON = dt.date(2026, 11, 24)
GOOD = {
    "side": "vraaggezin",
    "name": "Sanne de Vries",
    "telephone": "06 12345601",
    "postcode": "1431 AB",
    "children": "Noor 6",
}
GIVES = GOOD | {"side": "steungezin"}


def judged(*cells):
    known = Known.to(coordinator_of().user, on=ON)
    return judge(enumerate(cells, start=2), known, seen=lambda _count: None)


@pytest.mark.parametrize(
    ("text", "children"),
    [
        ("Noor 6; Sam 4 jaar", [Child("Noor", age=6), Child("Sam", age=4)]),
        ("Noor (6), Sam (18 maanden)", [Child("Noor", age=6), Child("Sam", age=1)]),
        ("Sam 2023-04", [Child("Sam", birth_year=2023, birth_month=4)]),
        ("Sam 12-4-2023", [Child("Sam", birth_year=2023, birth_month=4)]),
        ("Sam april 2023", [Child("Sam", birth_year=2023, birth_month=4)]),
        ("Anna Maria", [Child("Anna Maria")]),
        ("Noor2 6", [Child("Noor2", age=6)]),
        ("7", [Child(age=7)]),
    ],
)
def test_children_are_read_as_people_write_them(text, children):
    assert values.children(text, on=ON) == children


def test_moments_kinds_languages_and_ages_become_masks():
    wednesday = moments.both_weeks(2, moments.Part.AFTERNOON)
    saturday = sum(moments.both_weeks(5, part) for part in range(3))

    assert values.moments("wo middag; za") == wednesday | saturday
    assert values.moments("woensdagmiddag") == wednesday
    assert values.kinds("spelen; logeren; vissen") == (
        mask_of([SupportKind.PLAY, SupportKind.SLEEPOVER, SupportKind.OTHER]),
        "vissen",
    )
    assert values.languages("Engels; Klingon") == (
        mask_of([Language.ENGLISH, Language.OTHER]),
        mask_of([Language.ENGLISH]),
        "Klingon",
    )
    assert values.ages("4-6, 8") == mask_of([4, 5, 6, 8])


@pytest.mark.parametrize(
    ("changed", "column"),
    [
        ({"side": "hond"}, "side"),
        ({"side": ""}, "side"),
        ({"name": ""}, "name"),
        ({"name": "x" * 121}, "name"),
        ({"telephone": "12"}, "telephone"),
        ({"email": "sanne"}, "email"),
        ({"postcode": "0000"}, "postcode"),
        ({"postcode": "9999"}, "postcode"),
        ({"municipality": "Elders"}, "municipality"),
        ({"children": ""}, "children"),
        ({"children": "Noor 25"}, "children"),
        ({"children": "Noor 2023-13"}, "children"),
        ({"moments": "ooit"}, "moments"),
        ({"distance": "ver"}, "distance"),
        ({"distance": "NaN"}, "distance"),
        ({"waiting_since": "31-2-2026"}, "waiting_since"),
        ({"waiting_since": "25-11-2026"}, "waiting_since"),
        ({"stage": "zoek"}, "stage"),
        ({"contact_text": "Gebeld."}, "contacted_on"),
        ({"note": "BSN 111222333"}, "note"),
        (GIVES | {"ages": "4-30"}, "ages"),
        (GIVES | {"places": "4"}, "places"),
        (GIVES | {"vog_on": "1-9-2026; 2-9-2026"}, "vog_on"),
        (GIVES | {"stage": "wacht"}, "stage"),
    ],
)
def test_what_is_wrong_is_said_at_its_column(changed, column):
    found = judged(GOOD, GOOD | changed)

    assert [family.number for family in found.families] == [2]
    assert [(one.number, one.column, one.stops) for one in found.problems] == [
        (3, column, True)
    ]
    assert found.problems[0].text.endswith(".")


def test_all_that_is_wrong_with_a_row_is_said_at_once():
    found = judged({"side": "vraaggezin", "email": "x"})

    assert {one.column for one in found.problems} == {
        "name",
        "telephone",
        "email",
        "postcode",
        "children",
    }


def test_the_same_family_twice_goes_in_once_and_one_number_is_pointed_out():
    other = GOOD | {"name": "Piet Jansen"}

    found = judged(GOOD, GOOD, other)

    assert [family.number for family in found.families] == [2, 4]
    assert [(one.number, one.column, one.stops) for one in found.problems] == [
        (3, "", True),
        (4, "telephone", False),
    ]

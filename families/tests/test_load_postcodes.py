from pathlib import Path

import numpy as np
import pytest
from django.core.management import CommandError, call_command

from families import geonames
from families.geonames import Area
from families.models import Municipality, PostcodeArea
from families.services.postcodes import load_postcodes, nearest_other_km
from families.tests.factories import MunicipalityFactory, PostcodeAreaFactory
from families.tests.test_geonames import REGION, line

pytestmark = pytest.mark.django_db

AALSMEER = Area("1431", "0358", "Aalsmeer", 52.263, 4.758)
KUDELSTAART = Area("1433", "0358", "Kudelstaart", 52.235, 4.751)
AMSTELVEEN = Area("1431", "0362", "Amstelveen", 52.255, 4.781)
NAMES = {"0358": "Aalsmeer", "0362": "Amstelveen"}


def counts(loaded):
    return loaded.municipalities, loaded.created, loaded.updated, loaded.unchanged


def stored():
    return set(
        PostcodeArea.objects.values_list(
            "postcode", "municipality__cbs_code", "place", "latitude", "longitude"
        )
    )


def written(tmp_path: Path, *lines: str) -> str:
    path = tmp_path / "NL.txt"
    path.write_text("\n".join(lines), encoding="utf-8")
    return str(path)


def test_load_makes_municipalities_and_areas():
    loaded = load_postcodes([AALSMEER, AMSTELVEEN], names=NAMES)

    assert counts(loaded) == (2, 2, 0, 0)
    assert stored() == {
        ("1431", "0358", "Aalsmeer", 52.263, 4.758),
        ("1431", "0362", "Amstelveen", 52.255, 4.781),
    }
    assert set(Municipality.objects.values_list("name", "slug", "cbs_code")) == {
        ("Aalsmeer", "aalsmeer", "0358"),
        ("Amstelveen", "amstelveen", "0362"),
    }


def test_load_offers_both_municipalities_of_1431():
    load_postcodes([AMSTELVEEN, AALSMEER, KUDELSTAART], names=NAMES)

    areas = PostcodeArea.objects.of("1431AB")

    assert [str(area.municipality) for area in areas] == ["Aalsmeer", "Amstelveen"]


def test_load_again_changes_nothing(django_assert_num_queries):
    load_postcodes([AALSMEER, AMSTELVEEN], names=NAMES)

    # savepoint and its release; count, known codes, slugs, municipalities, areas, count
    with django_assert_num_queries(8):
        loaded = load_postcodes([AALSMEER, AMSTELVEEN], names=NAMES)

    assert counts(loaded) == (0, 0, 0, 2)


def test_load_updates_what_differs_in_place():
    municipality = MunicipalityFactory(cbs_code="0358", name="Ons Aalsmeer")
    area = PostcodeAreaFactory(
        postcode="1431", municipality=municipality, place="Oud", latitude=52.0
    )

    loaded = load_postcodes([AALSMEER], names=NAMES)

    area.refresh_from_db()
    assert counts(loaded) == (1, 0, 1, 0)
    assert (area.place, area.latitude, area.longitude) == ("Aalsmeer", 52.263, 4.758)
    assert PostcodeArea.objects.count() == 1
    municipality.refresh_from_db()
    assert municipality.name == "Ons Aalsmeer"


def test_load_keeps_areas_that_are_not_given():
    load_postcodes([AALSMEER, KUDELSTAART], names=NAMES)

    loaded = load_postcodes([AALSMEER], names=NAMES)

    assert counts(loaded) == (0, 0, 0, 2)
    assert set(PostcodeArea.objects.values_list("postcode", flat=True)) == {
        "1431",
        "1433",
    }


def test_load_gives_a_second_municipality_of_a_name_another_slug():
    MunicipalityFactory(name="Bergen", slug="bergen", cbs_code="0373")

    load_postcodes(
        [Area("5854", "0893", "Bergen", 51.6, 6.0)], names={"0893": "Bergen"}
    )

    assert set(Municipality.objects.values_list("slug", flat=True)) == {
        "bergen",
        "bergen-0893",
    }


def test_load_flags_what_lies_far_from_its_municipality():
    north_sea = Area("1439", "0358", "Aalsmeer", 52.263, 4.0)

    loaded = load_postcodes([AALSMEER, KUDELSTAART, north_sea], names=NAMES)

    assert [area.postcode for area in loaded.flagged] == ["1439"]
    assert list(
        PostcodeArea.objects.filter(flagged=True).values_list("postcode", flat=True)
    ) == ["1439"]


def test_load_takes_a_flag_off_once_the_place_is_right():
    north_sea = Area("1439", "0358", "Aalsmeer", 52.263, 4.0)
    load_postcodes([AALSMEER, north_sea], names=NAMES)
    at_home = Area("1439", "0358", "Aalsmeer", 52.264, 4.76)

    loaded = load_postcodes([at_home], names=NAMES)

    # 1431 was flagged too, as it had no other neighbour than 1439.
    assert counts(loaded) == (0, 0, 2, 0)
    assert PostcodeArea.objects.filter(flagged=True).count() == 0


def test_load_flags_no_municipality_of_one_postcode():
    loaded = load_postcodes([AALSMEER], names=NAMES)

    assert loaded.flagged == []


def test_nearest_other_km_is_that_of_one_degree_of_latitude():
    places = np.array([[52.0, 5.0], [53.0, 5.0], [53.0, 5.0]])

    assert nearest_other_km(places).round(2).tolist() == [111.19, 0.0, 0.0]


@pytest.mark.parametrize("places", [np.empty((0, 2)), np.array([[52.0, 5.0]])])
def test_nearest_other_km_of_one_place_is_nothing(places):
    assert nearest_other_km(places).tolist() == [0.0] * len(places)


def test_command_reports_counts_and_names_what_asks_a_look(tmp_path, capsys):
    path = written(
        tmp_path,
        line(),
        line(postcode="1433", latitude="52.235"),
        line(postcode="1439", longitude="4.0"),
        line(country="BE"),
        line(postcode="3299", code="", municipality="", place="Ergens"),
    )

    call_command("load_postcodes", path)

    assert capsys.readouterr().out.splitlines() == [
        "3 lines read; 1 municipalities made.",
        "Postcodes: 3 loaded, 0 updated, 0 unchanged, 2 rejected, 1 flagged.",
        "  rejected: line 4: is in BE, not in NL",
        "  rejected: line 5: 3299 Ergens has no municipality code",
        "  look at 1439 Aalsmeer (Aalsmeer): the nearest other postcode is more than "
        "8 km away",
    ]


def test_command_loads_nothing_after_a_wrong_line(tmp_path):
    path = written(tmp_path, line(), line(latitude="far"), line(postcode="1433"))

    with pytest.raises(CommandError) as raised:
        call_command("load_postcodes", path)

    assert str(raised.value) == (
        "Nothing was loaded.\n  line 2: 'far' is not a latitude"
    )
    assert PostcodeArea.objects.count() == Municipality.objects.count() == 0


def test_command_loads_the_demo_region_twice(capsys):
    call_command("load_postcodes", str(REGION))
    call_command("load_postcodes", str(REGION))

    assert capsys.readouterr().out.splitlines() == [
        "28 lines read; 4 municipalities made.",
        "Postcodes: 27 loaded, 0 updated, 0 unchanged, 0 rejected, 0 flagged.",
        "28 lines read; 0 municipalities made.",
        "Postcodes: 0 loaded, 0 updated, 27 unchanged, 0 rejected, 0 flagged.",
    ]


def test_command_names_a_missing_file(tmp_path):
    path = str(tmp_path / "none.txt")

    with pytest.raises(CommandError) as raised:
        call_command("load_postcodes", path)

    assert str(raised.value) == f"{path}: [Errno 2] No such file or directory: '{path}'"


def test_command_refuses_a_file_that_is_too_big(tmp_path, monkeypatch):
    monkeypatch.setattr(geonames, "MOST_BYTES", 10)
    path = written(tmp_path, line())

    with pytest.raises(CommandError) as raised:
        call_command("load_postcodes", path)

    assert str(raised.value) == f"{path} is bigger than 0 MB."


@pytest.mark.parametrize("scheme", ["http", "ftp", "file"])
def test_command_fetches_over_https_only(scheme):
    url = f"{scheme}://localhost/NL.zip"

    with pytest.raises(CommandError) as raised:
        call_command("load_postcodes", url)

    assert str(raised.value) == f"{url}: only https addresses are fetched"

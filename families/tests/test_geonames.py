import io
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from families import geonames
from families.geonames import Area, Fault, PostcodeRow, UnfitFile

REGION = Path(geonames.__file__).parent / "regions" / "aalsmeer.tsv"
AALSMEER = "NL\t1432\tAalsmeer\tNorth Holland\t07\tAalsmeer\t0358\t\t\t52.278\t4.796\t"


def line(**changes):
    """The line of 1432 Aalsmeer, with some columns changed."""
    columns = {
        "country": "NL",
        "postcode": "1432",
        "place": "Aalsmeer",
        "province": "North Holland",
        "province_code": "07",
        "municipality": "Aalsmeer Municipality",
        "code": "0358",
        "community": "",
        "community_code": "",
        "latitude": "52.278",
        "longitude": "4.796",
        "accuracy": "",
    }
    return "\t".join((columns | changes).values())


def zipped(**files):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, text in files.items():
            archive.writestr(f"{name}.txt", text)
    return stream.getvalue()


def faults_of(*lines):
    with pytest.raises(UnfitFile) as raised:
        geonames.read(lines)
    return [str(fault) for fault in raised.value.faults]


def test_read_gives_the_row_of_a_line():
    rows, left_out = geonames.read([line()])

    assert rows == [
        PostcodeRow(
            1, "1432", "Aalsmeer", "North Holland", "Aalsmeer", "0358", 52.278, 4.796
        )
    ]
    assert left_out == []


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"postcode": "0432"}, "'0432' is not a postcode of four digits"),
        ({"postcode": "1431 AB"}, "'1431 AB' is not a postcode of four digits"),
        ({"postcode": "١٤٣٢"}, "'١٤٣٢' is not a postcode of four digits"),
        ({"country": "Nederland"}, "'Nederland' is not a country of two letters"),
        ({"place": ""}, "has no place"),
        ({"place": "A" * 81}, "the name of its place is too long or unreadable"),
        ({"place": "A\0"}, "the name of its place is too long or unreadable"),
        (
            {"municipality": "A" * 51},
            "the name of its municipality is too long or unreadable",
        ),
        ({"code": "GM0358"}, "'GM0358' is not a CBS code of four digits"),
        ({"municipality": ""}, "has a municipality code and no municipality"),
        ({"latitude": ""}, "'' is not a latitude"),
        ({"latitude": "nan"}, "latitude nan is not in the Netherlands"),
        ({"latitude": "4.796"}, "latitude 4.796 is not in the Netherlands"),
        ({"longitude": "1e309"}, "longitude 1e309 is not in the Netherlands"),
    ],
)
def test_read_names_a_wrong_line_by_its_number(changes, reason):
    faults = faults_of(line(), "", line(**changes))

    assert faults == [f"line 3: {reason}"]


def test_read_names_a_line_with_too_few_columns():
    faults = faults_of("NL\t1432\tAalsmeer")

    assert faults == ["line 1: has 3 columns instead of 12"]


def test_read_names_twenty_wrong_lines_and_counts_the_others():
    faults = faults_of(*["x"] * 23)

    assert faults == [
        *[f"line {number}: has 1 columns instead of 12" for number in range(1, 21)],
        "and 3 more lines",
    ]


def test_read_refuses_a_file_without_any_postcode():
    faults = faults_of("", line(country="BE", postcode="2000"))

    assert faults == ["no postcode of NL is in this file"]


def test_read_leaves_out_other_countries_and_places_without_municipality():
    rows, left_out = geonames.read(
        [line(country="BE"), line(), line(code="", municipality="", place="Ergens")]
    )

    assert [row.line for row in rows] == [2]
    assert left_out == [
        Fault(1, "is in BE, not in NL"),
        Fault(3, "1432 Ergens has no municipality code"),
    ]


@pytest.mark.parametrize("postcode", ["3221", "3227", "3231", "3238"])
def test_read_knows_the_municipality_of_voorne_aan_zee(postcode):
    rows, left_out = geonames.read(
        [line(postcode=postcode, code="", municipality="", province="")]
    )

    assert [(row.cbs_code, row.municipality) for row in rows] == [
        ("1992", "Voorne aan Zee")
    ]
    assert left_out == []


@pytest.mark.parametrize("postcode", ["3209", "3220", "3229", "3230", "3239"])
def test_read_guesses_no_other_municipality(postcode):
    _rows, left_out = geonames.read(
        [line(), line(postcode=postcode, code="", municipality="")]
    )

    assert [fault.line for fault in left_out] == [2]


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("Aalsmeer Municipality", "Aalsmeer"),
        ("Gemeente Den Haag", "Den Haag"),
        ("Ameland Municipalitye", "Ameland"),
        ("Katwijk Municipalty", "Katwijk"),
        ("Edam-Volendam", "Edam-Volendam"),
    ],
)
def test_read_takes_the_decoration_off_a_municipality(written, name):
    rows, _left_out = geonames.read([line(municipality=written)])

    assert [row.municipality for row in rows] == [name]


def test_areas_of_puts_the_places_of_one_postcode_together():
    rows, _left_out = geonames.read(
        [
            line(place="Wilnis", latitude="52.2", longitude="4.9"),
            line(place="Vinkeveen", latitude="52.3", longitude="5.0"),
            line(place="Wilnis", latitude="52.4", longitude="4.7"),
        ]
    )

    assert geonames.areas_of(rows) == [
        Area("1432", "0358", "Vinkeveen, Wilnis", 52.3, 4.86667)
    ]


def test_areas_of_keeps_a_postcode_of_two_municipalities_apart():
    rows, _left_out = geonames.read(
        [line(place="Amstelveen", code="0362", municipality="Amstelveen"), line()]
    )

    areas = geonames.areas_of(rows)

    assert [(area.cbs_code, area.place) for area in areas] == [
        ("0358", "Aalsmeer"),
        ("0362", "Amstelveen"),
    ]


def test_areas_of_leaves_out_names_that_do_not_fit():
    rows, _left_out = geonames.read([line(place="A" * 60), line(place="B" * 60)])

    assert [area.place for area in geonames.areas_of(rows)] == ["A" * 60]


def test_municipality_names_tell_two_of_one_name_apart_by_province():
    rows, _left_out = geonames.read(
        [
            line(municipality="Bergen", code="0373"),
            line(municipality="Bergen Municipality", code="0893", province="Limburg"),
            line(),
        ]
    )

    assert geonames.municipality_names(rows) == {
        "0373": "Bergen (Noord-Holland)",
        "0893": "Bergen (Limburg)",
        "0358": "Aalsmeer",
    }


def test_text_of_takes_the_table_out_of_a_zip():
    content = zipped(readme="Readme for GeoNames", NL=line())

    assert geonames.text_of(content) == line()


def test_text_of_forgets_a_byte_order_mark():
    assert geonames.text_of(b"\xef\xbb\xbfNL") == "NL"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"NL\n\nA\xeblsmeer", "line 3: is not text in UTF-8"),
        (b"PK\x03\x04broken", "the zip cannot be opened: File is not a zip file"),
        (
            zipped(NL="x", BE="x"),
            "the zip has 2 text files beside its readme, not 1",
        ),
    ],
)
def test_text_of_says_why_it_cannot_read_a_file(content, reason):
    with pytest.raises(UnfitFile) as raised:
        geonames.text_of(content)

    assert str(raised.value) == reason


def test_text_of_stops_at_a_zip_that_swells(monkeypatch):
    monkeypatch.setattr(geonames, "MOST_BYTES", 2**20)
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("NL.txt", b" " * (2**20 + 1))

    with pytest.raises(UnfitFile) as raised:
        geonames.text_of(stream.getvalue())

    assert str(raised.value) == "the file is bigger than 1 MB"


@given(st.text(max_size=200))
def test_read_never_fails_in_another_way(text):
    try:
        rows, left_out = geonames.read([line(), text])
    except UnfitFile:
        return

    assert len(rows) + len(left_out) == 1 + bool(text.strip())


def test_the_demo_region_is_four_municipalities():
    rows, left_out = geonames.read(REGION.read_text(encoding="utf-8").split("\n"))

    assert geonames.municipality_names(rows) == {
        "0358": "Aalsmeer",
        "0362": "Amstelveen",
        "0451": "Uithoorn",
        "0736": "De Ronde Venen",
    }
    assert len(geonames.areas_of(rows)) == 27
    assert left_out == []

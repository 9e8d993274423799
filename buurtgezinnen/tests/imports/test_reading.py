"""Files are read with goodwill, and what is no table is refused in a sentence."""

import datetime as dt
import io
import zipfile

import pytest

from buurtgezinnen.imports import reading
from buurtgezinnen.imports.columns import COLUMNS, guess
from buurtgezinnen.imports.files import template_rows
from buurtgezinnen.imports.reading import NotReadable, read_table
from buurtgezinnen.tests.imports.sheets import excel_of

ROWS = [(2, ["Zoë", "1431 AB"]), (4, ["Mia, jr.", "1432"])]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("separator", [";", ",", "\t"])
def test_csv_is_read_as_it_comes(encoding, separator):
    quoted = '"Mia, jr."'
    lines = [("Naam", "Postcode"), ("Zoë", "1431 AB"), ("", ""), (quoted, "1432")]
    text = "\r\n".join(separator.join(line) for line in lines)

    table = read_table(text.encode(encoding))

    assert table.headers == ["Naam", "Postcode"]
    assert table.rows == ROWS


def test_excel_is_read_with_days_numbers_and_the_values_of_formulas():
    content = excel_of(
        ["Naam", "Sinds", "Plekken"],
        # A spreadsheet knows no time zones.
        ["Zoë", dt.datetime(2026, 9, 1, 9), 2.0],  # noqa: DTZ001
        [None, None, None],
        ["'+31612345601", dt.date(2026, 9, 2), 0.5],
    )

    assert read_table(content).rows == [
        (2, ["Zoë", "2026-09-01", "2"]),
        (4, ["+31612345601", "2026-09-02", "0.5"]),
    ]


def test_hidden_marks_and_halves_of_letters_do_not_come_in():
    content = "Naam\nZo\u202ee\x07\n".encode()

    assert read_table(content).rows == [(2, ["Zoe"])]


def a_zip(**parts):
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in parts.items():
            packed.writestr(name, content)
    return written.getvalue()


BROKEN = {
    "empty": b"",
    "only headings": b"Naam;Postcode\n",
    "nul": b"Naam\n\0\0\n",
    "old excel": reading.OLD_EXCEL + b"x" * 100,
    "a zip that is no table": a_zip(a="b"),
    "half a zip": excel_of(["Naam"], ["Zoe"])[:400],
    "too many columns": (";".join(["a"] * 81) + "\n1\n").encode(),
    "too many rows": b"Naam\n" + b"Zoe\n" * 20_001,
    "too big": b"a" * (reading.MOST_BYTES + 1),
    "a long field": b'"' + b"x" * 200_000,
    "a bomb": a_zip(**{"xl/workbook.xml": b"0" * (reading.MOST_UNPACKED_BYTES + 1)}),
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_no_table_is_refused_in_a_sentence(name):
    with pytest.raises(NotReadable) as refused:
        read_table(BROKEN[name])

    assert str(refused.value).endswith(".")


def test_an_entity_that_grows_is_refused():
    with zipfile.ZipFile(io.BytesIO(excel_of(["Naam"], ["Zoe"]))) as packed:
        parts = {name: packed.read(name) for name in packed.namelist()}
    grows = b'<!DOCTYPE a [<!ENTITY b "bbbb">]><workbook>&b;</workbook>'

    with pytest.raises(NotReadable):
        read_table(a_zip(**(parts | {"xl/workbook.xml": grows})))


def test_the_template_means_what_it_says():
    headers = [str(one) for one in template_rows()[0]]

    found = guess(headers, {})

    assert found == {one.key: at for at, one in enumerate(COLUMNS)}


def test_her_own_words_are_guessed_and_remembered():
    headers = ["Type", "Contactpersoon", "MOBIEL", "pc", "Rare kolom"]

    assert guess(headers, {"note": "Rare kolom"}) == {
        "side": 0,
        "name": 1,
        "telephone": 2,
        "postcode": 3,
        "note": 4,
    }

import csv
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from buurtgezinnen.spreadsheet import FORMULA, cell, csv_response


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("Aalsmeer", "Aalsmeer"),
        ("=1+1", "'=1+1"),
        ("+31", "'+31"),
        ("-", "'-"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("  =1", "'  =1"),
        ("\t=1", "'\t=1"),
        ("\r\n=1", "'\r\n=1"),
        ("\uff1d1", "'\uff1d1"),  # the wide letter
        ("a=1", "a=1"),
        ("", ""),
        (7, 7),
        (-7, -7),
    ],
)
def test_cell_never_begins_a_formula(value, written):
    assert cell(value) == written


@given(st.lists(st.text(max_size=8), min_size=1, max_size=4))
def test_file_can_be_read_back_and_holds_no_formula(texts):
    texts = [text.replace("\0", "") for text in texts]

    response = csv_response("tabel", [texts])

    read = next(
        csv.reader(
            StringIO(response.content.decode("utf-8-sig"), newline=""), delimiter=";"
        ),
        [""],
    )
    assert [one.startswith(FORMULA) for one in read] == [False] * len(texts)
    assert [one.removeprefix("'") for one in read] == [
        text.removeprefix("'") for text in texts
    ]


def test_file_opens_as_dutch_spreadsheets_expect():
    response = csv_response("tabel", [["één", 2]])

    assert response.content == b"\xef\xbb\xbf\xc3\xa9\xc3\xa9n;2\r\n"
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["Content-Disposition"] == 'attachment; filename="tabel.csv"'

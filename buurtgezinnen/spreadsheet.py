"""Tables as files that a spreadsheet opens, in which no text becomes a formula."""

import csv
from collections.abc import Iterable, Sequence
from io import StringIO

from django.http import HttpResponse

# What a spreadsheet takes for the beginning of a formula or of another cell, also in
# the wide letters of East Asian keyboards.
FORMULA = tuple("=+-@\t\r\n＝＋－＠")  # noqa: RUF001 - just these letters are meant


def cell(value: object) -> object:
    """A number as it is, and text such that it stays text."""
    if isinstance(value, int):
        return value
    text = str(value)
    is_formula = text.startswith(FORMULA) or text.lstrip().startswith(FORMULA)
    return f"'{text}" if is_formula else text


def csv_response(name: str, rows: Iterable[Sequence[object]]) -> HttpResponse:
    """A file of `rows` to be downloaded, as Dutch spreadsheets open it."""
    written = StringIO()
    csv.writer(written, delimiter=";").writerows(
        [cell(one) for one in row] for row in rows
    )
    response = HttpResponse(
        # With the mark by which Excel knows UTF-8.
        written.getvalue().encode("utf-8-sig"),
        content_type="text/csv; charset=utf-8",
    )
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response

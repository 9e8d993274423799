"""Files to take away: the template, and the rows that did not go in."""

import csv
import io
from collections.abc import Iterable, Sequence

from django.http import HttpResponse
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from buurtgezinnen.imports.columns import BY_KEY, COLUMNS, WRONG
from buurtgezinnen.imports.runs import headers_of, lines_of, problems_of
from buurtgezinnen.spreadsheet import cell
from families.models import ImportRun

EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
WIDTH = 24
Rows = Sequence[Sequence[object]]


def template_rows() -> Rows:
    """The headings, a family that asks and one that gives."""
    return [
        [str(one.label) for one in COLUMNS],
        [one.examples[0] for one in COLUMNS],
        [one.examples[1] for one in COLUMNS],
    ]


def explanation_rows() -> Rows:
    """What to write in each column."""
    return [
        [_("Column"), _("What to write"), _("Must it be filled in?")],
        *(
            [str(one.label), str(one.hint), _("yes") if one.needed else _("no")]
            for one in COLUMNS
        ),
    ]


def wrong_rows(run: ImportRun) -> Rows:
    """The rows that did not go in, as they were, with what is wrong behind them.

    They can be mended and sent again as they stand here.
    """
    texts: dict[int, list[str]] = {}
    for one in problems_of(run):
        if one.stops:
            texts.setdefault(one.number, []).append(in_words(one.column, one.text))
    return [
        [*headers_of(run), str(WRONG)],
        *(
            [*cells, " ".join(texts[number])]
            for number, cells in lines_of(run)
            if number in texts
        ),
    ]


def in_words(column: str, text: str) -> str:
    """What is wrong, with the column before it."""
    if not column:
        return text
    words = {"column": BY_KEY[column].label, "text": text}
    return _("%(column)s: %(text)s") % words


def file_response(
    name: str, kind: str, sheets: Iterable[tuple[str, Rows]]
) -> HttpResponse:
    """A file to be downloaded; of several sheets a CSV file has the first.

    Args:
        name: without the ending.
        kind: "xlsx" or "csv".
        sheets: each with its title and rows, the headings first.
    """
    named = list(sheets)
    content = _excel(named) if kind == "xlsx" else _csv(named[0][1])
    content_type = EXCEL if kind == "xlsx" else "text/csv; charset=utf-8"
    response = HttpResponse(content, content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="{name}.{kind}"'
    return response


def _csv(rows: Rows) -> bytes:
    written = io.StringIO()
    csv.writer(written, delimiter=";").writerows(
        [cell(one) for one in row] for row in rows
    )
    # With the mark by which Excel knows UTF-8.
    return written.getvalue().encode("utf-8-sig")


def _excel(sheets: list[tuple[str, Rows]]) -> bytes:
    book = Workbook()
    book.remove(book.active)
    for title, rows in sheets:
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append([cell(one) for one in row])
        for number, one in enumerate(sheet[1], start=1):
            one.font = Font(bold=True)
            sheet.column_dimensions[get_column_letter(number)].width = WIDTH
        sheet.freeze_panes = "A2"
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()

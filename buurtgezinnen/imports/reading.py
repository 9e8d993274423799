"""Reads the first table of a file that somebody sends us, and trusts nothing in it."""

import csv
import datetime as dt
import io
import warnings
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException
from django.utils.translation import gettext as _
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from families.forms.parsing import clean_text, has_lone_surrogate

MOST_BYTES = 10 * 1024 * 1024
MOST_ROWS = 20_000
MOST_COLUMNS = 80
LONGEST_CELL = 4_000
# A spreadsheet of 10 MB that unpacks to more than this is made to break us.
MOST_UNPACKED_BYTES = 200 * 1024 * 1024
MOST_PARTS = 1_000
ZIP = b"PK\x03\x04"
OLD_EXCEL = b"\xd0\xcf\x11\xe0"
SEPARATORS = (";", "\t", ",")


class NotReadable(Exception):
    """The file is no table that we read; the message says what to do."""


@dataclass(frozen=True)
class Table:
    """The first table of a file.

    Attributes:
        headers: what stands above each column.
        rows: each with its number in the file and one text for each column.
    """

    headers: list[str]
    rows: list[tuple[int, list[str]]]


def read_table(content: bytes) -> Table:
    """The table in an Excel file or a CSV file.

    Raises:
        NotReadable: it is neither, too big, empty, or broken.
    """
    if len(content) > MOST_BYTES:
        raise NotReadable(_("The file is too big. We read files of up to 10 MB."))
    if content.startswith(OLD_EXCEL):
        raise NotReadable(
            _(
                "This is an old Excel file, or one with a password. Save it as .xlsx"
                " without a password, and send it again."
            )
        )
    lines = _lines_of_excel(content) if content[:4] == ZIP else _lines_of_csv(content)
    return _table(lines)


def _table(lines: Iterable[list[str]]) -> Table:
    headers: list[str] = []
    rows: list[tuple[int, list[str]]] = []
    for number, cells in enumerate(lines, start=1):
        if not any(cells):
            continue
        if not headers:
            headers = _headers(cells)
            continue
        if len(rows) == MOST_ROWS:
            raise NotReadable(
                _("The file has more than 20,000 rows. Make two files of it.")
            )
        short = len(headers) - len(cells)
        rows.append((number, [*cells[: len(headers)], *[""] * short]))
    if not rows:
        raise NotReadable(
            _(
                "We found no rows. The first row has the headings, each next row a"
                " family."
            )
        )
    return Table(headers, rows)


def _headers(cells: list[str]) -> list[str]:
    while not cells[-1]:
        cells.pop()
    if len(cells) > MOST_COLUMNS:
        raise NotReadable(_("The file has more than 80 columns. Take some away."))
    return [cell[:100] for cell in cells]


def _lines_of_csv(content: bytes) -> Iterator[list[str]]:
    text = _decoded(content)
    first = text.split("\n", 1)[0]
    separator = max(SEPARATORS, key=first.count)
    try:
        for line in csv.reader(io.StringIO(text), delimiter=separator):
            yield [_cell(one) for one in line[: MOST_COLUMNS + 1]]
    except csv.Error as error:
        raise NotReadable(
            _("This file is damaged. Save it again and send that.")
        ) from (error)


def _decoded(content: bytes) -> str:
    if b"\0" in content and not content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise NotReadable(
            _("This is no table. Send an Excel file (.xlsx) or a CSV file.")
        )
    for encoding in ("utf-8-sig", "utf-16", "cp1252"):
        is_marked = content.startswith((b"\xff\xfe", b"\xfe\xff"))
        if encoding == "utf-16" and not is_marked:
            continue
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    # Every byte means something here, though perhaps the wrong letter.
    return content.decode("latin-1")


def _lines_of_excel(content: bytes) -> Iterator[list[str]]:
    try:
        _refuse_bombs(content)
        with warnings.catch_warnings():
            # It warns of what it leaves out: pictures, colours, checks of cells.
            warnings.simplefilter("ignore")
            book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
            sheet = book.worksheets[0]
            # What a file says of its own size may be wrong.
            sheet.reset_dimensions()
            for line in sheet.iter_rows(max_col=MOST_COLUMNS + 1, values_only=True):
                yield [_cell(one) for one in line]
    except (
        zipfile.BadZipFile,
        InvalidFileException,
        DefusedXmlException,
        ParseError,
        # What openpyxl meets in a file that is not what it says.
        KeyError,
        ValueError,
        TypeError,
        IndexError,
        AttributeError,
        EOFError,
        OSError,
        NotImplementedError,
        OverflowError,
        RuntimeError,
        zipfile.LargeZipFile,
    ) as error:
        raise NotReadable(
            _("We cannot open this Excel file. Save it again as .xlsx and send that.")
        ) from error


def _refuse_bombs(content: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        parts = packed.infolist()
        unpacked = sum(part.file_size for part in parts)
    if unpacked > MOST_UNPACKED_BYTES or len(parts) > MOST_PARTS:
        raise NotReadable(
            _("This Excel file is much bigger inside than outside. We do not open it.")
        )


def _cell(value: Any) -> str:
    """A cell as somebody would type it; a day as 2026-12-31."""
    if value is None:
        return ""
    if isinstance(value, dt.datetime):
        value = value.date()
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, float):
        value = int(value) if value.is_integer() else round(value, 6)
    text = str(value)[:LONGEST_CELL]
    if has_lone_surrogate(text):
        text = text.encode("utf-8", "ignore").decode()
    text = clean_text(text.replace("\0", ""))
    # How files of ours keep a spreadsheet from taking a text for a formula.
    return text[1:] if text[:1] == "'" and text[1:2] in tuple("=+-@") else text

"""Reads the postcode files of GeoNames: tab separated, a line for each place.

Knows no database. The columns are explained at
https://download.geonames.org/export/zip/readme.txt; those used here are 1 country,
2 postcode, 3 place, 4 province, 6 municipality, 7 its CBS code, 10 latitude and
11 longitude.
"""

import io
import math
import re
import zipfile
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

COUNTRY = "NL"
COLUMNS = 11
# Of a place and a municipality; the province may be added to the latter.
LONGEST_NAME = 80
LONGEST_MUNICIPALITY = 50
LONGEST_PROVINCE = 25
LATITUDES = (50.0, 54.0)
LONGITUDES = (3.0, 8.0)
# Five decimals are a metre; more would only be noise of taking means.
DECIMALS = 5
MOST_BYTES = 64 * 2**20
MOST_FAULTS = 20

# Voorne aan Zee was made of Brielle, Hellevoetsluis and Westvoorne on 1 January 2023,
# and the file has no municipality for its postcodes. Nobody else has any of these.
WITHOUT_CODE = {
    f"{postcode}": ("1992", "Voorne aan Zee")
    for postcode in (*range(3221, 3229), *range(3231, 3239))
}

# GeoNames writes "Aalsmeer Municipality", "Gemeente Heerlen" and, twice, a slip.
_DECORATION = re.compile(r"^Gemeente\s+|\s+Municipal\w*$")
_PROVINCES = {
    "North Brabant": "Noord-Brabant",
    "North Holland": "Noord-Holland",
    "South Holland": "Zuid-Holland",
}


@dataclass(frozen=True)
class PostcodeRow:
    """A line of the file: one place in a postcode."""

    line: int
    postcode: str
    place: str
    province: str
    municipality: str
    cbs_code: str
    latitude: float
    longitude: float


@dataclass(frozen=True)
class Fault:
    """A line that is left out, or that makes the whole file unfit to load."""

    line: int
    reason: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.reason}"


@dataclass(frozen=True)
class Area:
    """A postcode, or the part of it that lies in one municipality."""

    postcode: str
    cbs_code: str
    place: str
    latitude: float
    longitude: float


class UnfitFile(Exception):
    """The file is not what it should be; nothing of it may be loaded."""

    def __init__(self, faults: Iterable[Fault | str]) -> None:
        self.faults = list(faults)
        super().__init__("; ".join(str(fault) for fault in self.faults))


def text_of(content: bytes) -> str:
    """The text of a file, taken out of its zip when it is one.

    Raises:
        UnfitFile: it is no such zip, too big, or not UTF-8.
    """
    if content.startswith(b"PK"):
        content = _unzipped(content)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise UnfitFile([Fault(line, "is not text in UTF-8")]) from error


def _unzipped(content: bytes) -> bytes:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            tables = [
                entry
                for entry in archive.infolist()
                if entry.filename.endswith(".txt") and entry.filename != "readme.txt"
            ]
            if len(tables) != 1:
                raise UnfitFile(
                    [f"the zip has {len(tables)} text files beside its readme, not 1"]
                )
            # What the zip says of its size may be a lie, so no more is read than this.
            with archive.open(tables[0]) as table:
                text = table.read(MOST_BYTES + 1)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError) as error:
        raise UnfitFile([f"the zip cannot be opened: {error}"]) from error
    if len(text) > MOST_BYTES:
        raise UnfitFile([f"the file is bigger than {MOST_BYTES // 2**20} MB"])
    return text


def read(lines: Iterable[str]) -> tuple[list[PostcodeRow], list[Fault]]:
    """The rows, and the lines left out with the reason; empty lines do not count.

    Left out are other countries, and places of which nobody says the municipality.

    Raises:
        UnfitFile: lines are wrong, of which the first twenty are named; or there is
            no row at all.
    """
    rows: list[PostcodeRow] = []
    left_out: list[Fault] = []
    wrong: list[Fault] = []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            row = _row(number, line.rstrip("\r\n").split("\t"))
        except ValueError as error:
            wrong.append(Fault(number, str(error)))
        else:
            if isinstance(row, Fault):
                left_out.append(row)
            else:
                rows.append(row)
    if wrong:
        more = len(wrong) - MOST_FAULTS
        named: list[Fault | str] = [*wrong[:MOST_FAULTS]]
        raise UnfitFile([*named, f"and {more} more lines"] if more > 0 else named)
    if not rows:
        raise UnfitFile([f"no postcode of {COUNTRY} is in this file"])
    return rows, left_out


def _row(number: int, cells: list[str]) -> PostcodeRow | Fault:
    if len(cells) < COLUMNS:
        raise ValueError(f"has {len(cells)} columns instead of 12")
    cells = [cell.strip() for cell in cells]
    country, postcode, place, province = cells[:4]
    if not re.fullmatch(r"[A-Z]{2}", country):
        raise ValueError(f"{country[:20]!r} is not a country of two letters")
    if country != COUNTRY:
        return Fault(number, f"is in {country}, not in {COUNTRY}")
    if not re.fullmatch(r"[1-9][0-9]{3}", postcode, re.ASCII):
        raise ValueError(f"{postcode[:20]!r} is not a postcode of four digits")
    code, municipality = cells[6], cells[5]
    if not code and postcode in WITHOUT_CODE:
        code, municipality = WITHOUT_CODE[postcode]
    for what, name, most in (
        ("place", place, LONGEST_NAME),
        ("province", province, LONGEST_PROVINCE),
        ("municipality", municipality, LONGEST_MUNICIPALITY),
    ):
        if not name.isprintable() or len(name) > most:
            raise ValueError(f"the name of its {what} is too long or unreadable")
    if not place:
        raise ValueError("has no place")
    latitude = _degrees(cells[9], LATITUDES, "latitude")
    longitude = _degrees(cells[10], LONGITUDES, "longitude")
    if not code:
        return Fault(number, f"{postcode} {place} has no municipality code")
    if not re.fullmatch(r"[0-9]{4}", code, re.ASCII):
        raise ValueError(f"{code[:20]!r} is not a CBS code of four digits")
    municipality = _DECORATION.sub("", municipality)
    if not municipality:
        raise ValueError("has a municipality code and no municipality")
    return PostcodeRow(
        number, postcode, place, province, municipality, code, latitude, longitude
    )


def _degrees(text: str, bounds: tuple[float, float], what: str) -> float:
    try:
        degrees = float(text)
    except ValueError:
        raise ValueError(f"{text[:20]!r} is not a {what}") from None
    # NaN is in no range, so it is refused here as well.
    if not bounds[0] <= degrees <= bounds[1]:
        raise ValueError(f"{what} {text[:20]} is not in the Netherlands")
    return degrees


def areas_of(rows: Iterable[PostcodeRow]) -> list[Area]:
    """One area for each postcode and municipality, in their order.

    A postcode with several places lies at the mean of them and is named after all,
    as far as the name fits.
    """
    parts: dict[tuple[str, str], list[PostcodeRow]] = {}
    for row in rows:
        parts.setdefault((row.postcode, row.cbs_code), []).append(row)
    return [
        Area(
            postcode=postcode,
            cbs_code=cbs_code,
            place=_joined(part.place for part in places),
            latitude=_mean(part.latitude for part in places),
            longitude=_mean(part.longitude for part in places),
        )
        for (postcode, cbs_code), places in sorted(parts.items())
    ]


def _mean(values: Iterable[float]) -> float:
    degrees = list(values)
    return round(math.fsum(degrees) / len(degrees), DECIMALS)


def _joined(names: Iterable[str]) -> str:
    joined = ""
    for name in sorted(set(names)):
        longer = f"{joined}, {name}" if joined else name
        if len(longer) <= LONGEST_NAME:
            joined = longer
    return joined


def municipality_names(rows: Iterable[PostcodeRow]) -> dict[str, str]:
    """The name of each CBS code; with its province where two share a name."""
    first: dict[str, PostcodeRow] = {}
    for row in rows:
        first.setdefault(row.cbs_code, row)
    uses = Counter(row.municipality for row in first.values())
    return {
        code: row.municipality
        if uses[row.municipality] == 1
        else f"{row.municipality} ({_PROVINCES.get(row.province, row.province)})"
        for code, row in first.items()
    }

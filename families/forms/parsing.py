"""What people type, read with goodwill. No Django: each function stands on its own."""

import datetime as dt
import re
import unicodedata

# Marks that turn the direction of a line without being seen: a name with one in it
# can make the sentence around it lie.
BIDI_MARKS = dict.fromkeys(
    [0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)]
)
# The longest thing anybody writes for a date, a number or an age.
LONGEST_SHORT_ANSWER = 60

MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan januari january",
            "feb febr februari february",
            "mrt maa maart mar march",
            "apr april",
            "mei may",
            "jun juni june",
            "jul juli july",
            "aug augustus august",
            "sep sept september",
            "okt oktober oct october",
            "nov november",
            "dec december",
        ),
        start=1,
    )
    for name in names.split()
}
WEEKDAYS = frozenset(
    name
    for names in (
        "ma maandag mon monday",
        "di dinsdag tue tuesday",
        "wo woensdag wed wednesday",
        "do donderdag thu thursday",
        "vr vrijdag fri friday",
        "za zaterdag sat saturday",
        "zo zondag sun sunday",
    )
    for name in names.split()
)
DAY_WORDS = {
    "eergisteren": -2,
    "gisteren": -1,
    "yesterday": -1,
    "vandaag": 0,
    "nu": 0,
    "today": 0,
    "morgen": 1,
    "tomorrow": 1,
    "overmorgen": 2,
}
YEARS = range(1900, 2101)
# A year written with so few figures is one of this century.
SHORT_YEAR = 2

_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_DAY_MONTH_YEAR = re.compile(
    r"(\d{1,2})(?:e|ste|de|st|nd|rd|th)?[\s\-/.]+(?:of )?"
    r"(\d{1,2}|[a-z]+)\.?(?:[\s\-/.,]+(\d{4}|\d{2}))?"
)
_YEARS_OLD = re.compile(r"(\d{1,2})(?:[.,]\d+)?\s*½?\s*(?:j|jr|jaar|years?|yrs?)?\.?")
_MONTHS_OLD = re.compile(r"(\d{1,3})\s*(?:m|mnd|maanden|maand|months?)\.?")
_WEEKS_OLD = re.compile(r"(\d{1,3})\s*(?:w|wk|weken|week|weeks|dagen|dag|days?)\.?")
_YEARS_AND_MONTHS = re.compile(
    r"(\d{1,2})\s*(?:j|jr|jaar|years?)\.?\s*(?:en|and|,|&)?\s*"
    r"\d{1,2}\s*(?:m|mnd|maanden|maand|months?)\.?"
)


class NotADate(ValueError):
    """The text names no day."""


class NoSuchDay(NotADate):
    """The text is shaped like a date, but the calendar has no such day."""


class NotAnAge(ValueError):
    """The text names no age."""


def clean_text(text: str) -> str:
    """The text as it is kept: composed letters, plain line ends, no hidden marks.

    Control characters go, except line ends and tabs; a NUL stays, so that a form can
    refuse it. Joiners stay: emoji and Persian need them.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n").translate(BIDI_MARKS)
    kept = (
        letter
        for letter in unicodedata.normalize("NFC", text)
        if letter in "\n\t\0" or unicodedata.category(letter) != "Cc"
    )
    return "".join(kept).strip()


def has_lone_surrogate(text: str) -> bool:
    """Whether the text holds half a character, which no database can store."""
    return any(unicodedata.category(letter) == "Cs" for letter in text)


def parse_date(text: str, *, today: dt.date) -> dt.date:
    """The day that a text names; without a year the one nearest to today.

    Reads 1-12-2026, 1/12, 1 dec, dinsdag 1 december 2026, 2026-12-01 and vandaag.

    Raises:
        NotADate: the text is no date.
        NoSuchDay: the calendar has no such day, or it lies outside 1900-2100.
    """
    words = _squeezed(text).removesuffix(".").split()
    if words and words[0].rstrip(".,") in WEEKDAYS:
        words = words[1:]
    plain = " ".join(words)
    if plain in DAY_WORDS:
        return today + dt.timedelta(days=DAY_WORDS[plain])
    if found := _ISO.fullmatch(plain):
        year, month, day = (int(part) for part in found.groups())
        return _day(year, month, day)
    found = _DAY_MONTH_YEAR.fullmatch(plain)
    if not found:
        raise NotADate(plain)
    day_text, month_text, year_text = found.groups()
    if month_text.isdecimal():
        month = int(month_text)
    elif month_text in MONTHS:
        month = MONTHS[month_text]
    else:
        raise NotADate(plain)
    if year_text:
        century = 2000 if len(year_text) == SHORT_YEAR else 0
        return _day(int(year_text) + century, month, int(day_text))
    return _nearest(month, int(day_text), today)


def parse_age(text: str) -> int:
    """Full years from an age in words: 6, 6 jaar, 18 maanden (1), 8 weken (0).

    Raises:
        NotAnAge: the text names no age.
    """
    plain = _squeezed(text)
    if found := _YEARS_OLD.fullmatch(plain) or _YEARS_AND_MONTHS.fullmatch(plain):
        return int(found[1])
    if found := _MONTHS_OLD.fullmatch(plain):
        return int(found[1]) // 12
    if found := _WEEKS_OLD.fullmatch(plain):
        return int(found[1]) // 365
    raise NotAnAge(plain)


def _squeezed(text: str) -> str:
    return " ".join(text[:LONGEST_SHORT_ANSWER].casefold().split())


def _day(year: int, month: int, day: int) -> dt.date:
    if year not in YEARS:
        raise NoSuchDay(year)
    try:
        return dt.date(year, month, day)
    except ValueError as error:
        raise NoSuchDay(error) from error


def _nearest(month: int, day: int, today: dt.date) -> dt.date:
    """The day of some year that lies nearest to today; 29 February may be years off."""
    candidates = []
    for year in range(today.year - 4, today.year + 5):
        try:
            candidates.append(dt.date(year, month, day))
        except ValueError:
            continue
    if not candidates:
        raise NoSuchDay((month, day))
    return min(candidates, key=lambda found: (abs(found - today), found < today))

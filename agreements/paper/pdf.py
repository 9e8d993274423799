"""Sets the paper of a version as a PDF that also who cannot see it can read."""

import json
import logging
import re
import unicodedata
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import typst

TEMPLATE = Path(__file__).parent / "agreement.typ"
READABLE_BY_ALL = "ua-1"
NO_LETTER = "□"
# What no font prints: control and format characters, halves of pairs, private ones.
UNPRINTABLE = {"Cc", "Cf", "Cn", "Co", "Cs", "Me"}
# Signs such as ° and № stand before these, and are letters to a font.
FIRST_PICTURE, FIRST_SKIN_TONE = "\u2300", "\U0001f3fb"
# Makes a picture of the sign before it, and is none itself.
AS_A_PICTURE = "\N{VARIATION SELECTOR-16}"
# How the setter names a letter, and how it writes one that is nothing by itself.
WITHOUT_FONT = re.compile(r'the text `"(.+?)"` could not be displayed')
ESCAPED = re.compile(r"\\u\{([0-9a-f]+)\}")
SPACES = re.compile(r"[\t\v\f\x1c-\x1f\x85\u2028\u2029]")

logger = logging.getLogger(__name__)


def pdf_of(said: dict[str, Any], *, fonts: typst.Fonts | None = None) -> bytes:
    """The tagged PDF of what `words.what_it_says` gives.

    The standard for everybody's reading, PDF/UA, refuses a letter of a script without a
    font here. Then a box takes the place of that letter.

    Args:
        said: plain data; what people wrote stays text.
        fonts: by default those of the package, and for other scripts of the system.
    """
    said, fonts = printable(said), fonts or _all_fonts()
    try:
        return _compile(said, fonts, READABLE_BY_ALL)
    except typst.TypstError as error:
        without_font = _letters_in(error)
    said = _each(said, lambda text: without_font.sub(NO_LETTER, text))
    try:
        return _compile(said, fonts, READABLE_BY_ALL)
    except typst.TypstError:
        # No paper would be worse. The message would quote the text.
        logger.warning("An agreement could not be set as PDF/UA.")
        return _compile(said, fonts, [])


def printable(said: Any) -> Any:
    """The same without what no font has: a picture becomes a box, the invisible goes.

    Letters of every script stay, and so do the ends of lines.
    """
    return _each(said, _plain)


def _each(said: Any, change: Callable[[str], str]) -> Any:
    """The same data with every text in it changed."""
    if isinstance(said, dict):
        return {name: _each(value, change) for name, value in said.items()}
    if isinstance(said, list | tuple):
        return [_each(value, change) for value in said]
    return change(said) if isinstance(said, str) else said


def _letters_in(error: typst.TypstError) -> re.Pattern[str]:
    """What finds the letters that the setter names as ones without a font."""
    named = "".join(WITHOUT_FONT.findall(error.diagnostic))
    named += "".join(chr(int(code, 16)) for code in ESCAPED.findall(named))
    letters = {letter for letter in named if not letter.isascii()}
    # Without any it finds nothing.
    return re.compile("|".join(map(re.escape, sorted(letters))) or r"(?!)")


def _plain(text: str) -> str:
    plain = SPACES.sub(" ", text.replace("\r\n", "\n").replace(AS_A_PICTURE, ""))
    return "".join(_printable(letter) for letter in plain)


def _printable(letter: str) -> str:
    kind = unicodedata.category(letter)
    if letter == "\n":
        return letter
    if kind == "So" and letter >= FIRST_PICTURE:
        return NO_LETTER
    is_tone = kind == "Sk" and letter >= FIRST_SKIN_TONE
    return "" if is_tone or kind in UNPRINTABLE else letter


def _compile(said: Any, fonts: typst.Fonts, standard: str | list[str]) -> bytes:
    given = {"said": json.dumps(said)}
    return typst.compile(
        TEMPLATE, font_paths=fonts, sys_inputs=given, pdf_standards=standard
    )


@cache
def _all_fonts() -> typst.Fonts:
    return typst.Fonts()

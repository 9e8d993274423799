"""Sets the paper of a version as a PDF that also who cannot see it can read."""

import json
import logging
import re
import unicodedata
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
SPACES = re.compile(r"[\t\v\f\x1c-\x1f\x85\u2028\u2029]")

logger = logging.getLogger(__name__)


def pdf_of(said: dict[str, Any], *, fonts: typst.Fonts | None = None) -> bytes:
    """The tagged PDF of what `words.what_it_says` gives.

    The standard for everybody's reading, PDF/UA, refuses a letter of a script without a
    font here. Then the paper is made without the standard: tagged all the same, and
    with a box for that letter, as no paper would be worse.

    Args:
        said: plain data; what people wrote stays text.
        fonts: by default those of the package, and for other scripts of the system.
    """
    given = {"said": json.dumps(printable(said))}
    fonts = fonts or _all_fonts()
    try:
        return _compile(given, fonts, READABLE_BY_ALL)
    except typst.TypstError:
        # The message would quote the text.
        logger.warning("An agreement has a letter without a font: not as PDF/UA.")
        return _compile(given, fonts, [])


def printable(said: Any) -> Any:
    """The same without what no font has: a picture becomes a box, the invisible goes.

    Letters of every script stay, and so do the ends of lines.
    """
    if isinstance(said, dict):
        return {name: printable(value) for name, value in said.items()}
    if isinstance(said, list | tuple):
        return [printable(value) for value in said]
    if not isinstance(said, str):
        return said
    plain = SPACES.sub(" ", said.replace("\r\n", "\n").replace(AS_A_PICTURE, ""))
    return "".join(_printable(letter) for letter in plain)


def _printable(letter: str) -> str:
    kind = unicodedata.category(letter)
    if letter == "\n":
        return letter
    if kind == "So" and letter >= FIRST_PICTURE:
        return NO_LETTER
    is_tone = kind == "Sk" and letter >= FIRST_SKIN_TONE
    return "" if is_tone or kind in UNPRINTABLE else letter


def _compile(
    given: dict[str, str], fonts: typst.Fonts, standard: str | list[str]
) -> bytes:
    return typst.compile(
        TEMPLATE, font_paths=fonts, sys_inputs=given, pdf_standards=standard
    )


@cache
def _all_fonts() -> typst.Fonts:
    return typst.Fonts()

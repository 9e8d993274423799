"""Names, addresses and numbers that a page must not show where others look along.

While `remembered` is open, every such value that is read from the database is
remembered, and `hide` takes it out of what is about to be shown. So one place knows
what is private, and no page can forget it; nothing that is stored ever changes.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from itertools import zip_longest

import phonenumbers
from django.utils.html import escape
from django.utils.text import capfirst

SHORTEST = 2
DOTS = "••••"

_seen: ContextVar[dict[str, str] | None] = ContextVar("seen", default=None)

# Not words of a page: what a program reads, and what somebody is writing.
MARKUP = re.compile(
    r"(<!--.*?-->|<(script|style|textarea)\b.*?</\2>|<[^>]*>)", re.DOTALL
)
# Attributes that are read aloud or shown.
SPOKEN = re.compile(r'((?:aria-label|title|alt|placeholder)=")([^"]*)')


def initials(name: str) -> str:
    """The capitals of a name: "Amira el Amrani" is "A.A."."""
    words = [word for word in name.split() if word[0].isupper()]
    return "".join(f"{word[0]}." for word in words or [capfirst(name)])


def _name(value: str) -> dict[str, str]:
    short = initials(value)
    words = value.split()
    # Pages also call somebody by the first name alone.
    parts = [words[0]] if words[0][0].isupper() else []
    return {value: short, capfirst(value): short} | {
        part: initials(part) for part in parts
    }


def _telephone(value: str) -> dict[str, str]:
    written = {value: DOTS}
    try:
        number = phonenumbers.parse(value, "NL")
    except phonenumbers.NumberParseException:
        return written
    for style in (
        phonenumbers.PhoneNumberFormat.NATIONAL,
        phonenumbers.PhoneNumberFormat.INTERNATIONAL,
    ):
        as_read = phonenumbers.format_number(number, style)
        written |= {as_read: DOTS, as_read.replace("-", " "): DOTS}
    return written


def _postcode(value: str) -> dict[str, str]:
    return {value: DOTS, f"{value[:4]} {value[4:]}": DOTS}


def _whole(value: str) -> dict[str, str]:
    return {value: DOTS, capfirst(value): DOTS}


# How each private field is hidden, by the names of model and field.
PRIVATE: dict[tuple[str, str], Callable[[str], dict[str, str]]] = {
    ("household", "name"): _name,
    ("person", "name"): _name,
    ("person", "telephone"): _telephone,
    ("person", "email"): _whole,
    ("location", "street"): _whole,
    ("location", "postcode"): _postcode,
    ("custodyholder", "name"): _name,
    ("referrer", "name"): _name,
    ("referrer", "telephone"): _telephone,
    ("referrer", "email"): _whole,
}


@contextmanager
def remembered() -> Iterator[None]:
    """Remembers, as long as it is open, which private values were read."""
    token = _seen.set({})
    try:
        yield
    finally:
        _seen.reset(token)


def was_read(model: str, field: str, value: str) -> None:
    """Notes that a value came from the database, where somebody wants to know."""
    seen = _seen.get()
    if seen is None or value in seen or len(value.strip()) < SHORTEST:
        return
    how = PRIVATE.get((model, field))
    if how is not None:
        for one, instead in how(value.strip()).items():
            seen.setdefault(one, instead)


def hide(text: str) -> str:
    """A plain text without the private values that were read."""
    return _hidden(_seen.get() or {}, text)


def hide_in_page(page: str) -> str:
    """A page without them; addresses of links and what stands in fields are left."""
    escaped = {str(escape(one)): said for one, said in (_seen.get() or {}).items()}
    if not escaped:
        return page
    # Words, markup and the name of its element, in turns.
    pieces = MARKUP.split(page)
    words = [_hidden(escaped, one) for one in pieces[0::3]]
    tags = [
        SPOKEN.sub(lambda found: found[1] + _hidden(escaped, found[2]), tag)
        for tag in pieces[1::3]
    ]
    return "".join(one + tag for one, tag in zip_longest(words, tags, fillvalue=""))


def _hidden(said: dict[str, str], text: str) -> str:
    if not said or not text.strip():
        return text
    longest_first = sorted(said, key=len, reverse=True)
    private = "|".join(re.escape(one) for one in longest_first if len(one) >= SHORTEST)

    def instead(found: re.Match[str]) -> str:
        # At the end of a sentence initials bring their own full stop.
        short = said[found[1]]
        return short if short.endswith(".") else short + found[2]

    return re.sub(rf"(?<!\w)({private})(?!\w)(\.?)", instead, text)

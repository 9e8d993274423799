"""Other texts in place of the translations, to see what a page does with them.

The fixture `texts` of plugin.py puts them in place for one test. Three ways to say a
text otherwise: `marked`, `stretched`, or a function of your own.

    def test_the_page_bears_longer_words(page, live_server, texts):
        texts("nl", stretched)
        page.goto(live_server.url)
"""

import math
import re
from collections.abc import Callable
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

import polib
from django.conf import settings

from buurtgezinnen import catalogues

Say = Callable[[str], str]

OPEN, CLOSE = "⟦", "⟧"
# What must survive in a text: placeholders, elements and characters by name.
KEPT = re.compile(r"(%\(\w+\)[sd]|%[sd%]|\{\w*\}|<[^>]+>|&\w+;)")
WORD = re.compile(r"[^\W\d_]+")
LATIN = re.compile(r"[A-Za-z]{2,}")
# Names of organisations and things, of the municipalities of the factories, and units.
SAME_IN_ALL = re.compile(
    r"\b(Buurtgezinnen|VOG|DigiD|BSN|WCAG|AA|km|WhatsApp|SMS|Gemeente \d+)\b"
)
VOID = {"br", "hr", "img", "input", "link", "meta", "path", "circle", "rect", "line"}
READ_ATTRIBUTES = {"title", "alt", "placeholder", "aria-label", "data-wait"}


def marked(text: str) -> str:
    """The text between marks, by which it is known as a translation."""
    return f"{OPEN}{text}{CLOSE}"


def stretched(text: str, by: float = 0.4) -> str:
    """Each word 40 % longer, as a wordy language has it."""

    def longer(found: re.Match[str]) -> str:
        word = found.group()
        return word + word[-1].lower() * math.ceil(len(word) * by)

    pieces = KEPT.split(text)
    return "".join(
        piece if number % 2 else WORD.sub(longer, piece)
        for number, piece in enumerate(pieces)
    )


def write_texts(folder: Path, language: str, say: Say) -> None:
    """A catalogue in which each text of a language is said otherwise.

    What has no translation, as all of English, is said from its source.
    """
    told = polib.POFile()
    told.metadata = {
        **catalogues.HEADER,
        "Plural-Forms": catalogues.plural_forms(language),
    }
    forms = catalogues.numbers_per_form(language)
    for (context, source), plural, own in _texts_of(language):
        new = polib.POEntry(msgctxt=context, msgid=source, msgid_plural=plural)
        if plural:
            new.msgstr_plural = {form: say(own.get(form) or plural) for form in forms}
        else:
            new.msgstr = say(own.get(0) or source)
        told.append(new)
    target = folder / language / "LC_MESSAGES" / "django.mo"
    target.parent.mkdir(parents=True, exist_ok=True)
    told.save_as_mofile(str(target))


@cache
def _texts_of(language: str) -> list[tuple[catalogues.Key, str, dict[int, str]]]:
    """Each source in a language: its plural and its translations, as far as known."""
    root, texts = Path(settings.BASE_DIR), []
    for app in catalogues.APPS:
        present = catalogues.known(
            catalogues.load(catalogues.catalogue_path(root, app, language))
        )
        for key, entry in catalogues.wanted_in(root, app, language).items():
            own = present.get(key)
            own_texts = (own.msgstr_plural or {0: own.msgstr}) if own else {}
            texts.append((key, entry.msgid_plural, own_texts))
    return texts


class _Words(HTMLParser):
    """Collects what a page says, without what families typed and other languages."""

    def __init__(self) -> None:
        super().__init__()
        self.language = ""
        self.open: list[tuple[str, bool]] = []
        self.said: list[str] = [""]

    @property
    def is_ours(self) -> bool:
        return not (self.open and self.open[-1][1])

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "html":
            self.language = given.get("lang") or ""
        theirs = (
            tag in {"script", "style", "bdi", "textarea"}
            or given.get("dir") == "auto"
            or given.get("lang", self.language) != self.language
            or not self.is_ours
        )
        if tag not in VOID:
            self.open.append((tag, theirs))
        if not theirs:
            read = READ_ATTRIBUTES & given.keys()
            self.said += [given[name] or "" for name in read]
            if tag == "input" and given.get("type") == "submit":
                self.said.append(given.get("value") or "")

    def handle_endtag(self, tag: str) -> None:
        while self.open and tag in {name for name, _theirs in self.open}:
            if self.open.pop()[0] == tag:
                break

    def handle_data(self, data: str) -> None:
        if self.is_ours:
            self.said[0] += data


def fallen_back(page: str) -> list[str]:
    """Words of a page in marked Arabic that no translation said.

    Arabic, because Latin letters outside the marks then can only be Dutch or English.
    """
    words = _Words()
    words.feed(page)
    words.close()
    return [found for said in words.said for found in _outside_marks(said)]


def _outside_marks(text: str) -> list[str]:
    depth, outside = 0, ""
    for letter in text:
        if letter == OPEN:
            depth += 1
            outside += "\n"
        elif letter == CLOSE:
            depth -= 1
        elif not depth:
            outside += letter
    lines = (SAME_IN_ALL.sub("", line).strip() for line in outside.splitlines())
    return [line for line in lines if LATIN.search(line)]

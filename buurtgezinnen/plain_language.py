"""Whether the Dutch of the public is plain: short sentences, no difficult words.

The difficult words stand in difficult_words.txt.
"""

import html
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from buurtgezinnen import catalogues

MOST_WORDS = 20
MEAN_WORDS = 12

TAG = re.compile(r"<[^>]*>")
BLOCK_END = re.compile(r"</(?:p|li|h\d|div|dt|dd)>|<br>")
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%[sd]|\{\w*\}")
TEMPLATE_CODE = re.compile(r"\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}", re.DOTALL)
COMMENT = re.compile(r"\{% comment %\}.*?\{% endcomment %\}", re.DOTALL)
# After what ends it, and whatever closes behind that. "13.00" ends nothing.
SENTENCE_END = re.compile(r"(?<=[.!?])[’”)]*\s+|\n+")
WORD = re.compile(r"\w+(?:[-’'./@]\w+)*")


@dataclass(frozen=True)
class Sentence:
    """Some words of a text, as a person reads them.

    Attributes:
        place: where the text stands.
        text: the words; an ellipsis where the page fills something in.
        whole: whether it ends as a sentence does; a label or a choice does not.
    """

    place: str
    text: str
    whole: bool

    @property
    def n_words(self) -> int:
        return len(WORD.findall(self.text.replace("…", "x")))


@dataclass(frozen=True)
class Hard:
    """A sentence that is not plain, and why."""

    sentence: Sentence
    why: str

    def __str__(self) -> str:
        return f"{self.sentence.place}: {self.why}: {self.sentence.text}"


def sentences_in(text: str, place: str) -> Iterator[Sentence]:
    """The sentences and loose lines of a text, without its markup."""
    plain = PLACEHOLDER.sub("…", BLOCK_END.sub("\n", text))
    plain = html.unescape(TAG.sub("", plain))
    for piece in SENTENCE_END.split(plain):
        words = " ".join(piece.split())
        if WORD.search(words) or "…" in words:
            whole = words.rstrip("’”)").endswith((".", "!", "?"))
            yield Sentence(place, words, whole)


def dutch_of_the_public(root: Path) -> Iterator[Sentence]:
    """All that the public reads in Dutch: translations, and texts in Dutch only."""
    for app in catalogues.APPS:
        dutch = catalogues.known(
            catalogues.load(catalogues.catalogue_path(root, app, catalogues.DUTCH))
        )
        for key, source in catalogues.said(root, app, public=True).items():
            entry = dutch.get(key)
            if entry is not None:
                place = source.occurrences[0][0]
                # Two plural forms often are the same words.
                texts = dict.fromkeys(entry.msgstr_plural.values()) or [entry.msgstr]
                for text in texts:
                    yield from sentences_in(text, place)
    for path in sorted((root / "templates").rglob("*_nl.html")):
        text = TEMPLATE_CODE.sub(" ", COMMENT.sub("", path.read_text()))
        lines = " ".join(text.split())
        yield from sentences_in(lines, path.relative_to(root).as_posix())


@cache
def difficult_words() -> re.Pattern[str]:
    """Finds the words and phrases of the list in a sentence."""
    path = Path(__file__).with_name("difficult_words.txt")
    lines = (line.partition("#")[0].strip() for line in path.read_text().splitlines())
    words = (re.escape(line).replace(r"\*", r"\w*") for line in lines if line)
    return re.compile(rf"(?<!\w)(?:{'|'.join(words)})(?!\w)", re.IGNORECASE)


def mean_words(sentences: Iterable[Sentence]) -> float:
    """Words in a whole sentence, on average; 0 without any."""
    lengths = [sentence.n_words for sentence in sentences if sentence.whole]
    return sum(lengths) / len(lengths) if lengths else 0.0


def hard(sentences: Iterable[Sentence]) -> Iterator[Hard]:
    """The sentences that are too long or hold a difficult word."""
    for sentence in sentences:
        if sentence.n_words > MOST_WORDS:
            yield Hard(sentence, f"{sentence.n_words} words")
        for word in difficult_words().findall(sentence.text):
            yield Hard(sentence, f"difficult word ‘{word}’")

"""The translation catalogues: what the sources say and what the catalogues lack.

Works without the gettext programs. Each app has one catalogue per language. A template
belongs to the app its folder is named after, every other template to the site itself.
"""

import io
import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import polib
from django.utils.translation import template as django_template

LANGUAGES = ("nl",)
SITE = "buurtgezinnen"
APPS = ("families", "matching", "agreements", SITE)

# No dates and no names: they would make a change of every run.
HEADER = {
    "MIME-Version": "1.0",
    "Content-Type": "text/plain; charset=UTF-8",
    "Content-Transfer-Encoding": "8bit",
    "Plural-Forms": "nplurals=2; plural=(n != 1);",
}
KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
TEMPLATE_SUFFIXES = {".html", ".txt"}
# A migration repeats names as they once were; a test says what it likes.
LEFT_OUT = {"migrations", "tests"}

NAMED = re.compile(r"%\((\w+)\)[a-z]|\{(\w+)\}")
POSITIONAL = re.compile(r"(?<!%)%[sd]|\{\}")

Key = tuple[str | None, str]


@dataclass(frozen=True)
class Fault:
    """One thing wrong with a catalogue, told so that it can be found."""

    catalogue: Path
    kind: str
    msgid: str

    def __str__(self) -> str:
        return f"{self.catalogue}: {self.kind}: {self.msgid!r}"


def catalogue_path(root: Path, app: str, language: str) -> Path:
    return root / app / "locale" / language / "LC_MESSAGES" / "django.po"


def load(path: Path) -> polib.POFile:
    """The catalogue at `path`; an empty one when there is none yet."""
    return polib.pofile(str(path)) if path.exists() else polib.POFile()


def sources(root: Path, app: str) -> Iterator[Path]:
    """Every file whose strings belong to `app`, in a fixed order."""
    yield from (
        path
        for path in sorted((root / app).rglob("*.py"))
        if not LEFT_OUT.intersection(path.relative_to(root).parts)
    )
    for path in sorted((root / "templates").rglob("*")):
        folder = path.relative_to(root / "templates").parts[0]
        owner = folder if folder in APPS else SITE
        if owner == app and path.suffix in TEMPLATE_SUFFIXES:
            yield path


def said(root: Path, app: str) -> dict[Key, polib.POEntry]:
    """Untranslated entries for every translatable string in the sources of `app`.

    Raises:
        ModuleNotFoundError: babel is not installed; only development needs it.
    """
    from babel.messages.extract import extract  # noqa: PLC0415 - not in production

    entries: dict[Key, polib.POEntry] = {}
    for path in sources(root, app):
        place = path.relative_to(root).as_posix()
        text = path.read_text()
        if path.suffix in TEMPLATE_SUFFIXES:
            # Indentation means something in Python and nothing in a template.
            lines = django_template.templatize(text, origin=place).splitlines()
            text = "\n".join(map(str.lstrip, lines))
        found = extract("python", io.BytesIO(text.encode()), KEYWORDS, ["Translators"])
        for _line, message, comments, context in found:
            singular, plural = message if isinstance(message, tuple) else (message, "")
            entry = entries.setdefault(
                (context, singular), polib.POEntry(msgctxt=context, msgid=singular)
            )
            entry.msgid_plural = entry.msgid_plural or plural
            if (place, "") not in entry.occurrences:
                entry.occurrences.append((place, ""))
            if comments and not entry.comment:
                entry.comment = "\n".join(comments)
    return entries


def known(catalogue: polib.POFile) -> dict[Key, polib.POEntry]:
    return {(entry.msgctxt, entry.msgid): entry for entry in catalogue}


def _place(key: Key) -> tuple[str, str, str]:
    context, msgid = key
    return msgid.casefold(), msgid, context or ""


def merged(
    wanted: dict[Key, polib.POEntry], catalogue: polib.POFile, language: str
) -> polib.POFile:
    """A catalogue of exactly the wanted entries with the translations there are."""
    translated = known(catalogue)
    result = polib.POFile(wrapwidth=88)
    result.metadata = {"Language": language, **HEADER}
    for key in sorted(wanted, key=_place):
        entry, before = wanted[key], translated.get(key)
        if before and not before.obsolete:
            entry.msgstr = before.msgstr
            entry.msgstr_plural = before.msgstr_plural
            entry.tcomment = before.tcomment
            entry.flags = before.flags
        if entry.msgid_plural:
            entry.msgstr_plural = entry.msgstr_plural or {0: entry.msgstr, 1: ""}
            entry.msgstr = ""
        result.append(entry)
    return result


def extract_catalogue(root: Path, app: str, language: str) -> polib.POFile:
    """Bring the catalogue of `app` in step with its sources and return it."""
    path = catalogue_path(root, app, language)
    catalogue = merged(said(root, app), load(path), language)
    path.parent.mkdir(parents=True, exist_ok=True)
    catalogue.save(str(path))
    return catalogue


def compile_catalogues(root: Path, apps: Iterable[str] = APPS) -> list[Path]:
    """Compile each catalogue that is newer than its compiled form; return those."""
    done = []
    for app in apps:
        for language in LANGUAGES:
            source = catalogue_path(root, app, language)
            target = source.with_suffix(".mo")
            if not source.exists() or (
                target.exists() and target.stat().st_mtime >= source.stat().st_mtime
            ):
                continue
            # Renamed into place: somebody may be reading the old one.
            unfinished = target.with_suffix(f".{os.getpid()}")
            load(source).save_as_mofile(str(unfinished))
            unfinished.replace(target)
            done.append(target)
    return done


def placeholders(text: str) -> tuple[set[str], int]:
    """Names of the named placeholders and the number of the others."""
    names = {percent or brace for percent, brace in NAMED.findall(text)}
    return names, len(POSITIONAL.findall(text))


def _faults_of(entry: polib.POEntry, *, wanted: bool) -> Iterator[str]:
    texts = list(entry.msgstr_plural.values()) or [entry.msgstr]
    originals = [entry.msgid, *filter(None, [entry.msgid_plural])]
    allowed = [placeholders(original) for original in originals]
    if entry.obsolete or not wanted:
        yield "obsolete"
    elif entry.fuzzy:
        yield "fuzzy"
    elif not all(texts):
        yield "empty"
    elif any(placeholders(text) not in allowed for text in texts):
        yield "other placeholders"


def faults(root: Path, app: str, language: str) -> Iterator[Fault]:
    """Strings without a translation, translations without a string, and bad ones."""
    path = catalogue_path(root, app, language)
    wanted, present = said(root, app), known(load(path))
    place = path.relative_to(root)
    for key in wanted:
        if key not in present:
            yield Fault(place, "missing", key[1])
        elif bool(wanted[key].msgid_plural) != bool(present[key].msgid_plural):
            yield Fault(place, "plural out of step", key[1])
    for key, entry in present.items():
        for kind in _faults_of(entry, wanted=key in wanted):
            yield Fault(place, kind, key[1])


def conflicts(root: Path, apps: Iterable[str], language: str) -> Iterator[Fault]:
    """Strings that two apps translate differently: Django would use only one."""
    first: dict[Key, tuple[str, polib.POEntry]] = {}
    for app in apps:
        path = catalogue_path(root, app, language)
        for key, entry in known(load(path)).items():
            owner, other = first.setdefault(key, (app, entry))
            ours = (entry.msgstr, entry.msgstr_plural)
            theirs = (other.msgstr, other.msgstr_plural)
            if entry.translated() and other.translated() and ours != theirs:
                kind = f"translated otherwise in {owner}"
                yield Fault(path.relative_to(root), kind, key[1])


def all_faults(root: Path, apps: Iterable[str]) -> Iterator[Fault]:
    """What stands between the catalogues of these apps and a complete site."""
    for language in LANGUAGES:
        for app in apps:
            yield from faults(root, app, language)
        yield from conflicts(root, APPS, language)

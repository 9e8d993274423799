"""The translation catalogues: what the sources say and what the catalogues lack.

Works without the gettext programs. Each app has one catalogue per language. A template
belongs to the app its folder is named after, every other template to the site itself.
The Dutch catalogues hold every string, the others exactly what the public reads (see
public_sources.py). English needs none: the sources are English.
"""

import hashlib
import io
import json
import os
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from gettext import c2py
from pathlib import Path

import django
import polib
from django.utils.translation import template as django_template

from buurtgezinnen.public_sources import public_parts

DUTCH = "nl"
# Of the public pages only.
PUBLIC_LANGUAGES = ("ar", "pl", "tr", "uk")
LANGUAGES = (DUTCH, *PUBLIC_LANGUAGES)
SITE = "buurtgezinnen"
APPS = ("families", "matching", "agreements", SITE)

# No dates and no names: they would make a change of every run.
HEADER = {
    "MIME-Version": "1.0",
    "Content-Type": "text/plain; charset=UTF-8",
    "Content-Transfer-Encoding": "8bit",
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
PLURAL_FORMS = re.compile(r"nplurals=(\d+); plural=(.+);")
# Far enough to see which numbers have a form of their own.
NUMBERS = range(1000)

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


@cache
def plural_forms(language: str) -> str:
    """The header with the plural forms, as Django's own catalogue has it.

    Django keeps translations with other plural forms apart, and looks them up twice.
    """
    own = Path(django.__file__).parent / "conf/locale" / language / "LC_MESSAGES"
    return polib.mofile(str(own / "django.mo")).metadata["Plural-Forms"]


@cache
def numbers_per_form(language: str) -> Counter[int]:
    """Each plural form of a language, with how many numbers it is used for."""
    n_forms, rule = PLURAL_FORMS.match(plural_forms(language)).groups()
    form_of = c2py(rule)
    used = Counter(form_of(number) for number in NUMBERS)
    # A form without whole numbers is for fractions.
    return Counter({form: used[form] for form in range(int(n_forms))})


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


def said(root: Path, app: str, *, public: bool = False) -> dict[Key, polib.POEntry]:
    """Untranslated entries for every translatable string in the sources of `app`.

    Args:
        root: the folder of the project.
        app: whose strings.
        public: only what the public reads.

    Raises:
        ModuleNotFoundError: babel is not installed; only development needs it.
    """
    from babel.messages.extract import extract  # noqa: PLC0415 - not in production

    entries: dict[Key, polib.POEntry] = {}
    for path in sources(root, app):
        place = path.relative_to(root).as_posix()
        text = path.read_text()
        for part in public_parts(place, text) if public else [text]:
            code = _as_python(path, part)
            found = extract("python", code, KEYWORDS, ["Translators"])
            for _line, message, comments, context in found:
                both = message if isinstance(message, tuple) else (message, "")
                singular, plural = both
                entry = entries.setdefault(
                    (context, singular), polib.POEntry(msgctxt=context, msgid=singular)
                )
                entry.msgid_plural = entry.msgid_plural or plural
                if (place, "") not in entry.occurrences:
                    entry.occurrences.append((place, ""))
                if comments and not entry.comment:
                    entry.comment = "\n".join(comments)
    return entries


def _as_python(path: Path, text: str) -> io.BytesIO:
    """A source in the form from which strings are read."""
    if path.suffix in TEMPLATE_SUFFIXES:
        # Indentation means something in Python and nothing in a template.
        lines = django_template.templatize(text, origin=path.name).splitlines()
        text = "\n".join(map(str.lstrip, lines))
    return io.BytesIO(text.encode())


def wanted_in(root: Path, app: str, language: str) -> dict[Key, polib.POEntry]:
    """What the catalogue of a language has to hold."""
    return said(root, app, public=language != DUTCH)


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
    result.metadata = {
        "Language": language,
        **HEADER,
        "Plural-Forms": plural_forms(language),
    }
    for key in sorted(wanted, key=_place):
        entry, before = wanted[key], translated.get(key)
        if before and not before.obsolete:
            entry.msgstr = before.msgstr
            entry.msgstr_plural = before.msgstr_plural
            entry.tcomment = before.tcomment
            entry.flags = before.flags
        if entry.msgid_plural:
            before_first = {0: entry.msgstr}
            given = entry.msgstr_plural or before_first
            entry.msgstr_plural = {
                form: given.get(form, "") for form in numbers_per_form(language)
            }
            entry.msgstr = ""
        result.append(entry)
    return result


def extract_catalogue(root: Path, app: str, language: str) -> polib.POFile:
    """Bring the catalogue of `app` in step with its sources and return it."""
    path = catalogue_path(root, app, language)
    catalogue = merged(wanted_in(root, app, language), load(path), language)
    if catalogue or path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        catalogue.save(str(path))
    return catalogue


def compile_catalogues(
    root: Path, apps: Iterable[str] = APPS, languages: Iterable[str] = LANGUAGES
) -> list[Path]:
    """Compile each catalogue that is newer than its compiled form; return those."""
    done = []
    for app in apps:
        for language in languages:
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


def _same_placeholders(entry: polib.POEntry, language: str) -> bool:
    """Whether each text names what the original names.

    A plural form of one number only may say it in words: "one day", "two days".
    """
    originals = [entry.msgid, *filter(None, [entry.msgid_plural])]
    allowed = [placeholders(original) for original in originals]
    used = numbers_per_form(language)
    for form, text in entry.msgstr_plural.items() or [(None, entry.msgstr)]:
        names, n_others = placeholders(text)
        in_words = used[form] == 1 and any(
            names < full and len(full - names) == 1 and n_others == others
            for full, others in allowed
        )
        if (names, n_others) not in allowed and not in_words:
            return False
    return True


def _faults_of(entry: polib.POEntry, language: str, *, wanted: bool) -> Iterator[str]:
    texts = list(entry.msgstr_plural.values()) or [entry.msgstr]
    forms = set(numbers_per_form(language)) if entry.msgid_plural else set()
    if entry.obsolete or not wanted:
        yield "obsolete"
    elif entry.fuzzy:
        yield "fuzzy"
    elif not all(texts):
        yield "empty"
    elif set(entry.msgstr_plural) != forms:
        yield "other plural forms"
    elif not _same_placeholders(entry, language):
        yield "other placeholders"


def faults(root: Path, app: str, language: str) -> Iterator[Fault]:
    """Strings without a translation, translations without a string, and bad ones."""
    path = catalogue_path(root, app, language)
    wanted, catalogue = wanted_in(root, app, language), load(path)
    present = known(catalogue)
    place = path.relative_to(root)
    if path.exists() and catalogue.metadata["Plural-Forms"] != plural_forms(language):
        yield Fault(place, "other plural forms", "")
    for key in wanted:
        if key not in present:
            yield Fault(place, "missing", key[1])
        elif bool(wanted[key].msgid_plural) != bool(present[key].msgid_plural):
            yield Fault(place, "plural out of step", key[1])
    for key, entry in present.items():
        for kind in _faults_of(entry, language, wanted=key in wanted):
            yield Fault(place, kind, key[1])


def conflicts(root: Path, apps: Iterable[str], language: str) -> Iterator[Fault]:
    """Strings that two apps translate differently: Django would use only one."""
    # A text with a plural is looked up apart from the same text without one.
    first: dict[tuple[Key, bool], tuple[str, polib.POEntry]] = {}
    for app in apps:
        path = catalogue_path(root, app, language)
        for key, entry in known(load(path)).items():
            counted = bool(entry.msgid_plural)
            owner, other = first.setdefault((key, counted), (app, entry))
            ours = (entry.msgstr, entry.msgstr_plural)
            theirs = (other.msgstr, other.msgstr_plural)
            if entry.translated() and other.translated() and ours != theirs:
                kind = f"translated otherwise in {owner}"
                yield Fault(path.relative_to(root), kind, key[1])


def fingerprint(root: Path, language: str) -> str:
    """Of the texts in a language: another one when any of them changes."""
    texts = [
        [app, entry.msgctxt, entry.msgid, entry.msgstr, *entry.msgstr_plural.values()]
        for app in APPS
        for entry in load(catalogue_path(root, app, language))
        if not entry.obsolete
    ]
    ordered = sorted(json.dumps(text) for text in texts)
    return hashlib.sha256("\n".join(ordered).encode()).hexdigest()


def all_faults(
    root: Path, apps: Iterable[str], languages: Iterable[str] = LANGUAGES
) -> Iterator[Fault]:
    """What stands between the catalogues of these apps and a complete site."""
    for language in languages:
        for app in apps:
            yield from faults(root, app, language)
        yield from conflicts(root, APPS, language)

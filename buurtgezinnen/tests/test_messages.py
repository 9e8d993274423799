"""The translation catalogues and the command that keeps them."""

from pathlib import Path

import polib
import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from buurtgezinnen import catalogues

VIEW = """
from django.utils.translation import gettext as _, ngettext

# Translators: said at the door
welcome = _("Welcome, %(name)s")
days = ngettext("%(n)d day", "%(n)d days", 2)
"""
TEMPLATE = """
{% load i18n %}
    <h1>{% translate "Families" %}</h1>
  <p>{% blocktranslate trimmed count n=n %}
  One family
{% plural %}
  {{ n }} families
{% endblocktranslate %}</p>
{{ value|default:_("nothing yet") }}
"""


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


@pytest.fixture
def root(tmp_path: Path, settings) -> Path:
    """A small project with one view and two templates."""
    write(tmp_path / "families" / "views.py", VIEW)
    write(tmp_path / "families" / "tests" / "test_views.py", '_("in a test")')
    write(tmp_path / "families" / "migrations" / "0001_initial.py", '_("once")')
    write(tmp_path / "templates" / "families" / "list.html", TEMPLATE)
    write(tmp_path / "templates" / "base.html", '{% translate "Skip" %}')
    settings.BASE_DIR = tmp_path
    return tmp_path


def catalogue(root: Path, app: str = "families", language: str = "nl") -> polib.POFile:
    return catalogues.load(catalogues.catalogue_path(root, app, language))


def translate_all(root: Path) -> None:
    """Every entry of every catalogue said in something like its language."""
    for language in catalogues.LANGUAGES:
        for app in catalogues.APPS:
            entries = catalogue(root, app, language)
            if not entries:
                continue
            for entry in entries:
                if entry.msgid_plural:
                    entry.msgstr_plural = {
                        form: entry.msgid_plural if form else entry.msgid
                        for form in catalogues.numbers_per_form(language)
                    }
                else:
                    entry.msgstr = f"{entry.msgid} ({language})"
            entries.save()


def test_extract_finds_strings_of_views_and_templates(root):
    call_command("messages", "extract")

    found = {(entry.msgid, entry.msgid_plural) for entry in catalogue(root)}
    assert found == {
        ("Welcome, %(name)s", ""),
        ("%(n)d day", "%(n)d days"),
        ("Families", ""),
        ("One family", "%(n)s families"),
        ("nothing yet", ""),
    }


def test_extract_gives_a_template_outside_the_apps_to_the_site(root):
    call_command("messages", "extract")

    assert [entry.msgid for entry in catalogue(root, "buurtgezinnen")] == ["Skip"]


def test_extract_tells_files_and_remarks_but_no_line_numbers(root):
    call_command("messages", "extract")

    entry = catalogue(root).find("Welcome, %(name)s")
    assert entry.occurrences == [("families/views.py", "")]
    assert entry.comment == "Translators: said at the door"


def test_extract_twice_changes_nothing(root):
    call_command("messages", "extract")
    path = catalogues.catalogue_path(root, "families", "nl")
    before = path.read_bytes()

    call_command("messages", "extract")

    assert path.read_bytes() == before


def test_extract_keeps_translations_and_drops_what_nobody_says(root):
    call_command("messages", "extract")
    translate_all(root)
    write(root / "families" / "views.py", 'new = _("New")')

    call_command("messages", "extract", app=["families"])

    assert {entry.msgid: entry.msgstr for entry in catalogue(root)} == {
        "Families": "Families (nl)",
        "New": "",
        "One family": "",
        "nothing yet": "nothing yet (nl)",
    }
    assert catalogue(root).find("One family").msgstr_plural == {
        0: "One family",
        1: "%(n)s families",
    }


def test_check_passes_when_everything_is_translated(root, capsys):
    call_command("messages", "extract")
    translate_all(root)

    call_command("messages", "check")

    assert capsys.readouterr().out.splitlines()[-1] == "The translations are complete."


def spoil_empty(entries: polib.POFile) -> None:
    entries.find("Families").msgstr = ""


def spoil_fuzzy(entries: polib.POFile) -> None:
    entries.find("Families").flags = ["fuzzy"]


def spoil_missing(entries: polib.POFile) -> None:
    entries.remove(entries.find("Families"))


def spoil_obsolete(entries: polib.POFile) -> None:
    entries.append(polib.POEntry(msgid="Gone", msgstr="Weg"))


def spoil_marked_obsolete(entries: polib.POFile) -> None:
    entries.append(polib.POEntry(msgid="Gone", msgstr="Weg", obsolete=True))


def spoil_placeholder(entries: polib.POFile) -> None:
    entries.find("Welcome, %(name)s").msgstr = "Welkom, %(naam)s"


def spoil_plural_placeholder(entries: polib.POFile) -> None:
    entries.find("%(n)d day").msgstr_plural[1] = "dagen"


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (spoil_empty, "empty: 'Families'"),
        (spoil_fuzzy, "fuzzy: 'Families'"),
        (spoil_missing, "missing: 'Families'"),
        (spoil_obsolete, "obsolete: 'Gone'"),
        (spoil_marked_obsolete, "obsolete: 'Gone'"),
        (spoil_placeholder, "other placeholders: 'Welcome, %(name)s'"),
        (spoil_plural_placeholder, "other placeholders: '%(n)d day'"),
    ],
)
def test_check_names_what_is_wrong(root, capsys, spoil, said):
    call_command("messages", "extract")
    translate_all(root)
    entries = catalogue(root)
    spoil(entries)
    entries.save()

    with pytest.raises(CommandError, match="translations: 1"):
        call_command("messages", "check")

    place = "families/locale/nl/LC_MESSAGES/django.po"
    assert capsys.readouterr().err.splitlines() == [f"{place}: {said}"]


def test_check_names_a_string_that_two_apps_translate_differently(root, capsys):
    write(root / "matching" / "views.py", '_("Families")')
    call_command("messages", "extract")
    translate_all(root)
    entries = catalogue(root, "matching")
    entries.find("Families").msgstr = "Anders"
    entries.save()

    with pytest.raises(CommandError, match="translations: 1"):
        call_command("messages", "check")

    assert capsys.readouterr().err.splitlines() == [
        "matching/locale/nl/LC_MESSAGES/django.po: "
        "translated otherwise in families: 'Families'"
    ]


def test_compile_writes_what_is_newer_and_nothing_else(root, capsys):
    call_command("messages", "extract", app=["families"])
    translate = catalogue(root)
    translate.find("Families").msgstr = "Gezinnen"
    translate.save()
    capsys.readouterr()

    call_command("messages", "compile", language=["nl"])
    call_command("messages", "compile", language=["nl"])

    target = "families/locale/nl/LC_MESSAGES/django.mo"
    assert capsys.readouterr().out.splitlines() == [f"compiled {target}"]
    assert polib.mofile(str(root / target)).find("Families").msgstr == "Gezinnen"


def test_extract_gives_other_languages_only_what_the_public_reads(root):
    write(root / "templates" / "families" / "intake_step.html", '{% translate "On" %}')
    write(
        root / "families" / "forms" / "fields.py",
        '_("Fill this in")\nngettext("%(n)d hour", "%(n)d hours", 2)',
    )

    call_command("messages", "extract")

    arabic = {
        entry.msgid: entry.msgstr_plural for entry in catalogue(root, language="ar")
    }
    assert arabic == {
        "%(n)d hour": dict.fromkeys(range(6), ""),
        "Fill this in": {},
        "On": {},
    }
    site = catalogue(root, "buurtgezinnen", "ar")
    assert [entry.msgid for entry in site] == ["Skip"]


@pytest.mark.parametrize(
    ("language", "n_forms"), [("nl", 2), ("ar", 6), ("pl", 4), ("tr", 2), ("uk", 4)]
)
def test_each_language_has_the_plural_forms_that_django_counts_with(language, n_forms):
    assert list(catalogues.numbers_per_form(language)) == list(range(n_forms))


def in_arabic(root: Path, *forms: str) -> list[str]:
    """What is wrong with these six forms of "%(n)d hour"."""
    said_in = root / "families" / "forms" / "fields.py"
    write(said_in, 'ngettext("%(n)d hour", "%(n)d hours", 2)')
    call_command("messages", "extract")
    entries = catalogue(root, language="ar")
    entries.find("%(n)d hour").msgstr_plural = dict(enumerate(forms))
    entries.save()
    return [fault.kind for fault in catalogues.faults(root, "families", "ar")]


def test_a_form_for_one_number_may_say_it_in_words(root):
    few, many, others = "%(n)d saat", "%(n)d saatan", "%(n)d saatin"

    assert in_arabic(root, "la saat", "saat", "saatan", few, many, others) == []


def test_a_form_for_many_numbers_must_name_them(root):
    some = "%(n)d saat"

    wrong = in_arabic(root, some, some, some, "saat", some, some)

    assert wrong == ["other placeholders"]


def test_a_language_with_too_few_forms_is_found(root):
    assert in_arabic(root, "%(n)d saat", "%(n)d saat") == ["other plural forms"]


def test_the_fingerprint_follows_the_texts_and_not_their_places(root):
    call_command("messages", "extract")
    translate_all(root)
    before = catalogues.fingerprint(root, "ar")
    (root / "templates" / "base.html").rename(root / "templates" / "base_public.html")
    call_command("messages", "extract")
    moved = catalogues.fingerprint(root, "ar")
    entries = catalogue(root, "buurtgezinnen", "ar")
    entries.find("Skip").msgstr = "Otherwise"
    entries.save()

    changed = catalogues.fingerprint(root, "ar")

    assert moved == before
    assert changed != before


@pytest.mark.parametrize("language", catalogues.LANGUAGES)
def test_translations_of_the_site_are_complete(language):
    found = catalogues.all_faults(settings.BASE_DIR, catalogues.APPS, [language])

    assert list(map(str, found)) == []

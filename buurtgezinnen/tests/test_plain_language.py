"""The gate that keeps the Dutch of the public plain."""

from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from buurtgezinnen import plain_language
from buurtgezinnen.tests.test_messages import catalogue, write

PLACE = "templates/families/intake_step.html"


def words(text: str) -> list[tuple[str, bool]]:
    """The sentences of a text, and whether each is a whole one."""
    found = plain_language.sentences_in(text, PLACE)
    return [(sentence.text, sentence.whole) for sentence in found]


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("Bel ons. Of schrijf.", [("Bel ons.", True), ("Of schrijf.", True)]),
        ("Je naam", [("Je naam", False)]),
        (
            'Bel <a href="tel:%(number)s">%(phone)s</a>. Het kan',
            [("Bel ….", True), ("Het kan", False)],
        ),
        ("<li>Een</li><li>Twee</li>", [("Een", False), ("Twee", False)]),
        ("Van 13.00 tot 17.00 uur.", [("Van 13.00 tot 17.00 uur.", True)]),
        ("Kies ‘Dat weet ik nog niet’.", [("Kies ‘Dat weet ik nog niet’.", True)]),
        ("…", []),
        ("", []),
    ],
)
def test_a_text_falls_apart_into_sentences(text, sentences):
    found = words(text)

    assert [one for one in found if one[0] != "…"] == sentences


def complaints(text: str) -> list[str]:
    found = plain_language.hard(plain_language.sentences_in(text, PLACE))
    return [one.why for one in found]


def test_a_sentence_of_twenty_one_words_is_too_long():
    assert complaints("een " * 19 + "twee.") == []
    assert complaints("een " * 20 + "twee.") == ["21 words"]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("Wij zien uw Dossiers.", ["difficult word ‘Dossiers’"]),
        ("Dit is ten behoeve van je kind.", ["difficult word ‘ten behoeve van’"]),
        ("Je reed er net langs.", []),
        ("Dat is reeds zo.", ["difficult word ‘reeds’"]),
    ],
)
def test_a_difficult_word_is_named(text, why):
    assert complaints(text) == why


def test_the_list_of_difficult_words_is_in_order_and_says_nothing_twice():
    lines = Path(plain_language.__file__).with_name("difficult_words.txt").read_text()
    words_of_list = [
        line.partition("#")[0].strip()
        for line in lines.splitlines()
        if not line.startswith("#")
    ]

    assert len(words_of_list) >= 100
    assert len(set(words_of_list)) == len(words_of_list)


def test_only_whole_sentences_count_for_the_mean():
    sentences = plain_language.sentences_in("Een twee drie. Vier! Naam", PLACE)

    assert plain_language.mean_words(sentences) == 2.0


@pytest.fixture
def root(tmp_path: Path, settings) -> Path:
    """A project with one page of the public and one of staff."""
    settings.BASE_DIR = tmp_path
    write(tmp_path / PLACE, '{% load i18n %}{% translate "Send" %}')
    write(
        tmp_path / "templates/families/family_list.html",
        '{% load i18n %}{% translate "Files" %}',
    )
    call_command("messages", "extract", language=["nl"], app=["families"])
    return tmp_path


def translate(root: Path, **said: str) -> None:
    entries = catalogue(root)
    for entry in entries:
        entry.msgstr = said[entry.msgid]
    entries.save()


def test_the_gate_names_the_place_of_a_hard_sentence(root, capsys):
    translate(root, Send="Verzoek indienen", Files="Dossiers")

    with pytest.raises(CommandError, match="not plain: 2"):
        call_command("messages", "plain")

    assert capsys.readouterr().err.splitlines() == [
        f"{PLACE}: difficult word ‘Verzoek’: Verzoek indienen",
        f"{PLACE}: difficult word ‘indienen’: Verzoek indienen",
    ]


def test_the_gate_refuses_long_sentences_on_average(root):
    translate(root, Send="een " * 12 + "twee.", Files="Gezinnen")

    with pytest.raises(CommandError, match=r"13\.0 words on average"):
        call_command("messages", "plain")


def test_texts_that_are_dutch_only_pass_the_gate_too(root, capsys):
    translate(root, Send="Verstuur", Files="Gezinnen")
    text = "{% load i18n %}{% comment %}Reeds{% endcomment %}<p>Bel {{ x }}.</p>Tevens"
    write(root / "templates/families/_safety_nl.html", text)

    with pytest.raises(CommandError, match="not plain: 1"):
        call_command("messages", "plain")

    assert capsys.readouterr().err.splitlines() == [
        "templates/families/_safety_nl.html: difficult word ‘Tevens’: Tevens"
    ]


def test_the_dutch_of_this_site_is_plain():
    sentences = list(plain_language.dutch_of_the_public(Path(settings.BASE_DIR)))

    assert list(map(str, plain_language.hard(sentences))) == []
    assert plain_language.mean_words(sentences) <= plain_language.MEAN_WORDS

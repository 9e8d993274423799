"""The Dutch that coordinators and families read, word for word."""

import datetime as dt
from dataclasses import replace
from fractions import Fraction

import pytest

from agreements import wording
from agreements.core import timeline
from agreements.core.timeline import Terms, Totals
from agreements.models import AgreementItem
from agreements.wording import Family, Line, Names
from families.vocabulary import SupportKind

NOOR, SEM = 1, 2
NAMES = {NOOR: "Noor", SEM: "Sem"}
COORDINATOR = Names(Family("gezin De Boer"), Family("gezin Willems"), NAMES)
SUPPORT = Names(Family("Amira"), Family("jullie", 2, reads=True), NAMES)
REQUEST = Names(Family("jullie", 2, reads=True), Family("Karin en Joost", 2), NAMES)
WEDNESDAY, THURSDAY, SATURDAY = 1 << 2, 1 << 3, 1 << 5
PLAY = Terms(
    line=1,
    kind=SupportKind.PLAY,
    children=(NOOR,),
    rhythm="weekly",
    weekdays=WEDNESDAY,
    starts_at=dt.time(13),
    ends_at=dt.time(17),
    brings="request_family",
    fetches="support_family",
)


def test_the_support_family_reads_what_happens_at_its_home():
    assert wording.sentences(PLAY, SUPPORT) == (
        "Elke woensdag van 13.00 tot 17.00 uur speelt Noor bij jullie. Amira brengt."
        " Jullie brengen terug. In de schoolvakantie niet."
    )


def test_the_request_family_reads_the_same_from_its_side():
    assert wording.sentences(PLAY, REQUEST) == (
        "Elke woensdag van 13.00 tot 17.00 uur speelt Noor bij Karin en Joost. Jullie"
        " brengen. Karin en Joost brengen terug. In de schoolvakantie niet."
    )


def test_the_coordinator_reads_surnames():
    assert wording.sentences(PLAY, COORDINATOR) == (
        "Elke woensdag van 13.00 tot 17.00 uur speelt Noor bij gezin Willems. Gezin De"
        " Boer brengt. Gezin Willems brengt terug. In de schoolvakantie niet."
    )


NO_TIMES = {"starts_at": None, "ends_at": None}


@pytest.mark.parametrize(
    ("differs", "said"),
    [
        ({}, "Elke woensdag van 13.00 tot 17.00 uur"),
        (
            {"weekdays": WEDNESDAY | THURSDAY | SATURDAY} | NO_TIMES,
            "Elke woensdag, donderdag en zaterdag",
        ),
        ({"dayparts": 0b10} | NO_TIMES, "Elke woensdagmiddag"),
        ({"dayparts": 0b101} | NO_TIMES, "Elke woensdagochtend en woensdagavond"),
        ({"rhythm": "even_weeks"}, "In even weken op woensdag van 13.00 tot 17.00 uur"),
        ({"rhythm": "odd_weeks"} | NO_TIMES, "In oneven weken op woensdag"),
        (
            {"rhythm": "every_n_weeks", "every": 2},
            "Om de week op woensdag van 13.00 tot 17.00 uur",
        ),
        (
            {"rhythm": "every_n_weeks", "every": 3} | NO_TIMES,
            "Eén keer per 3 weken op woensdag",
        ),
        (
            {"rhythm": "times_a_month"},
            "Eén keer per maand op woensdag van 13.00 tot 17.00 uur",
        ),
        (
            {"rhythm": "times_a_month", "every": 2, "weekdays": 0},
            "2 keer per maand van 13.00 tot 17.00 uur",
        ),
        (
            {"rhythm": "times_a_month", "every": 2, "weekdays": 0} | NO_TIMES,
            "2 keer per maand",
        ),
        (
            {"rhythm": "times_a_month", "weekdays": 0, "dayparts": 0b100} | NO_TIMES,
            "Eén keer per maand in de avond",
        ),
        ({"rhythm": "now_and_then"} | NO_TIMES, "Af en toe op woensdag"),
        (
            {"rhythm": "now_and_then", "weekdays": 0},
            "Af en toe van 13.00 tot 17.00 uur",
        ),
        ({"rhythm": "now_and_then", "weekdays": 0} | NO_TIMES, "Af en toe"),
        (
            {"kind": SupportKind.SLEEPOVER, "ends_at": dt.time(9, 30)},
            "Elke woensdag van 13.00 uur tot 9.30 uur de volgende dag",
        ),
        (
            {"kind": SupportKind.SLEEPOVER, "rhythm": "now_and_then", "weekdays": 0},
            "Af en toe van 13.00 uur tot 17.00 uur de volgende dag",
        ),
    ],
)
def test_when(differs, said):
    assert wording.when(replace(PLAY, **differs)) == said


@pytest.mark.parametrize(
    ("kind", "where", "said"),
    [
        ("PLAY", "support_family", "speelt Noor bij jullie."),
        ("PLAY", "request_family", "speelt iemand van jullie thuis met Noor."),
        ("PLAY", "elsewhere", "speelt Noor ergens anders, samen met jullie."),
        ("MEAL", "support_family", "eet Noor mee bij jullie."),
        ("MEAL", "request_family", "eet iemand van jullie thuis met Noor."),
        ("MEAL", "elsewhere", "eet Noor ergens anders, samen met jullie."),
        ("SLEEPOVER", "support_family", "slaapt Noor bij jullie."),
        (
            "SLEEPOVER",
            "request_family",
            "blijft iemand van jullie thuis bij Noor slapen.",
        ),
        ("SLEEPOVER", "elsewhere", "slaapt Noor ergens anders, samen met jullie."),
        (
            "TRANSPORT",
            "elsewhere",
            "gaat Noor met jullie naar school, sport of zwemles.",
        ),
        (
            "TRANSPORT",
            "support_family",
            "gaat Noor met jullie naar school, sport of zwemles.",
        ),
        ("HOMEWORK", "support_family", "maakt Noor huiswerk bij jullie."),
        (
            "HOMEWORK",
            "request_family",
            "helpt iemand van jullie Noor thuis met huiswerk.",
        ),
        (
            "HOMEWORK",
            "elsewhere",
            "maakt Noor ergens anders huiswerk, met hulp van jullie.",
        ),
        ("OUTING", "elsewhere", "doet Noor iets leuks samen met jullie."),
        (
            "OUTING",
            "support_family",
            "doet Noor iets leuks samen met jullie. Dat is bij jullie thuis.",
        ),
        (
            "BIRTHDAY",
            "request_family",
            "helpt iemand van jullie met de verjaardag van Noor."
            " Dat is bij Amira thuis.",
        ),
        (
            "SCHOOL_TALK",
            "elsewhere",
            "gaat iemand van jullie mee naar een gesprek op school over Noor.",
        ),
        (
            "LISTENING",
            "elsewhere",
            "is iemand van jullie er voor Amira om mee te praten.",
        ),
        ("OTHER", "support_family", "is Noor bij jullie."),
        ("OTHER", "request_family", "is iemand van jullie thuis bij Noor."),
        ("OTHER", "elsewhere", "is Noor ergens anders, samen met jullie."),
    ],
)
def test_each_kind_and_place_has_its_own_sentence(kind, where, said):
    item = replace(
        PLAY,
        kind=SupportKind[kind],
        where=where,
        rhythm="now_and_then",
        weekdays=0,
        brings="",
        fetches="",
        holidays="goes_on",
        **NO_TIMES,
    )

    assert wording.sentences(item, SUPPORT) == (
        f"Af en toe {said} Ook in de schoolvakantie."
    )


@pytest.mark.parametrize("where", AgreementItem.Where.values)
@pytest.mark.parametrize("kind", SupportKind.values)
def test_two_children_read_as_two(kind, where):
    item = replace(PLAY, kind=kind, where=where, children=(NOOR, SEM))

    said = wording.sentences(item, SUPPORT)

    assert said.count("Noor en Sem") == (kind != SupportKind.LISTENING)


@pytest.mark.parametrize(
    ("brings", "fetches", "where", "said"),
    [
        ("", "", "support_family", []),
        ("request_family", "", "support_family", ["Amira brengt."]),
        ("support_family", "", "elsewhere", ["Jullie brengen."]),
        ("child", "", "elsewhere", ["Noor komt zelf."]),
        ("other", "", "elsewhere", ["Iemand anders brengt."]),
        ("", "request_family", "support_family", ["Amira haalt op."]),
        ("", "support_family", "support_family", ["Jullie brengen terug."]),
        ("", "support_family", "elsewhere", ["Jullie halen op."]),
        ("", "child", "elsewhere", ["Noor gaat zelf naar huis."]),
        ("", "other", "elsewhere", ["Iemand anders haalt op."]),
        ("request_family", "request_family", "elsewhere", ["Amira brengt en haalt."]),
        (
            "support_family",
            "support_family",
            "support_family",
            ["Jullie brengen en halen."],
        ),
        ("child", "child", "support_family", ["Noor komt en gaat zelf."]),
        ("other", "other", "support_family", ["Iemand anders brengt en haalt."]),
        ("child", "other", "elsewhere", ["Noor komt zelf.", "Iemand anders haalt op."]),
    ],
)
def test_who_brings_and_who_fetches(brings, fetches, where, said):
    item = replace(PLAY, brings=brings, fetches=fetches, where=where)

    text = wording.sentences(item, SUPPORT)

    main, _dot, rest = text.partition(". ")
    start = wording.sentences(replace(item, brings="", fetches=""), SUPPORT)
    assert f"{main}. {' '.join([*said, 'In de schoolvakantie niet.'])}" == text
    assert start.startswith(main)
    assert rest


@pytest.mark.parametrize(
    ("differs", "said"),
    [
        ({"every": 1}, "Elke eerste zaterdag van de maand van 10.00 tot 16.00 uur"),
        ({"every": 2}, "Elke tweede zaterdag van de maand van 10.00 tot 16.00 uur"),
        ({"every": 3}, "Elke derde zaterdag van de maand van 10.00 tot 16.00 uur"),
        (
            {"every": 4, "weekdays": SATURDAY | THURSDAY},
            "Elke vierde donderdag en zaterdag van de maand van 10.00 tot 16.00 uur",
        ),
        (
            {"every": 5, "weekdays": 1 << 4, **NO_TIMES},
            "Elke laatste vrijdag van de maand",
        ),
        (
            {"every": 5, "dayparts": 0b10, **NO_TIMES},
            "Elke laatste zaterdagmiddag van de maand",
        ),
    ],
)
def test_a_fixed_weekday_of_the_month(differs, said):
    values = {"starts_at": dt.time(10), "ends_at": dt.time(16), **differs}
    terms = replace(PLAY, **{"rhythm": "nth_weekday", "weekdays": SATURDAY, **values})

    assert wording.when(terms) == said


def test_a_night_on_the_last_friday_of_the_month():
    terms = replace(
        PLAY,
        kind=SupportKind.SLEEPOVER,
        rhythm="nth_weekday",
        every=5,
        weekdays=1 << 4,
        starts_at=dt.time(17),
        ends_at=dt.time(10),
        brings="",
        fetches="",
    )

    assert wording.sentences(terms, SUPPORT) == (
        "Elke laatste vrijdag van de maand van 17.00 uur tot 10.00 uur de volgende dag"
        " slaapt Noor bij jullie. In de schoolvakantie niet."
    )


def test_which_one_of_the_month_changes_how_often_it_is():
    first = replace(PLAY, rhythm="nth_weekday", every=1)

    found = wording.difference([first], [replace(first, every=5)], COORDINATOR)

    assert found[0].lines == (
        Line(
            "Hoe vaak",
            "elke eerste woensdag van de maand",
            "elke laatste woensdag van de maand",
        ),
    )


def test_every_so_many_weeks_says_when_it_begins():
    item = replace(
        PLAY,
        rhythm="every_n_weeks",
        every=3,
        first_on=dt.date(2026, 12, 5),
        brings="",
        fetches="",
    )

    assert wording.sentences(item, COORDINATOR) == (
        "Eén keer per 3 weken op woensdag van 13.00 tot 17.00 uur speelt Noor bij gezin"
        " Willems. De eerste keer is in de week van 5 december 2026. In de"
        " schoolvakantie niet."
    )


@pytest.mark.parametrize(
    ("first_on", "weekdays", "said"),
    [
        (dt.date(2026, 8, 12), WEDNESDAY, "op 12 augustus 2026"),
        (dt.date(2026, 8, 10), WEDNESDAY, "in de week van 10 augustus 2026"),
        (dt.date(2026, 8, 13), WEDNESDAY | THURSDAY, "in de week van 13 augustus 2026"),
    ],
)
def test_the_first_time_is_a_day_only_where_it_is_sure(first_on, weekdays, said):
    item = replace(
        PLAY, rhythm="every_n_weeks", every=2, first_on=first_on, weekdays=weekdays
    )

    assert f"gezin Willems. De eerste keer is {said}. Gezin De Boer" in (
        wording.sentences(item, COORDINATOR)
    )


def test_every_other_week_has_a_word_of_its_own():
    item = replace(PLAY, rhythm="every_n_weeks", every=2, first_on=dt.date(2026, 8, 12))

    assert wording.how_often(item) == (
        "om de week, de eerste keer in de week van 12 augustus 2026"
    )


@pytest.mark.parametrize(
    ("days", "words"),
    [
        ([], ""),
        ([dt.date(2026, 12, 2)], "wo 2 december 2026"),
        (
            [dt.date(2026, 11, 25), dt.date(2026, 12, 2), dt.date(2026, 12, 9)],
            "wo 25 november, wo 2 en wo 9 december 2026",
        ),
        (
            [dt.date(2026, 12, 30), dt.date(2027, 12, 1)],
            "wo 30 december 2026 en wo 1 december 2027",
        ),
    ],
)
def test_days_in_a_row_name_each_month_and_year_once(days, words):
    assert wording.days_in_words(days) == words


def test_a_child_without_a_name_is_the_child():
    names = replace(COORDINATOR, children={NOOR: ""})

    assert wording.title(PLAY, names) == "Spelen (het kind)"


def test_difference_says_what_was_and_what_becomes():
    changed = replace(
        PLAY,
        rhythm="even_weeks",
        weekdays=WEDNESDAY | THURSDAY,
        starts_at=dt.time(14),
        where="elsewhere",
        brings="",
        fetches="child",
        holidays="goes_on",
        children=(NOOR, SEM),
        kind=SupportKind.OUTING,
        note="Laarzen mee.",
    )

    found = wording.difference([PLAY], [changed], COORDINATOR)

    assert [one.lines for one in found] == [
        (
            Line("Soort steun", "Spelen", "Samen iets leuks doen"),
            Line("Wie", "Noor", "Noor en Sem"),
            Line("Hoe vaak", "elke week", "om de week, in even weken"),
            Line("Wanneer", "woensdag", "woensdag en donderdag"),
            Line("Hoe laat", "13.00 – 17.00 uur", "14.00 – 17.00 uur"),
            Line("Waar", "bij gezin Willems thuis", "ergens anders"),
            Line("Wie brengt", "gezin De Boer", ""),
            Line("Wie haalt", "gezin Willems", "het kind komt zelf"),
            Line(
                "Schoolvakantie",
                "stopt in de schoolvakantie",
                "gaat door in de schoolvakantie",
            ),
            Line("Opmerking", "", "Laarzen mee."),
        )
    ]


def test_summary_says_what_changes_what_is_new_and_what_stops():
    meal = replace(PLAY, line=2, kind=SupportKind.MEAL, brings="", fetches="")
    changed = replace(PLAY, rhythm="odd_weeks", brings="", note="Laarzen mee.")
    sleep = replace(meal, line=3, kind=SupportKind.SLEEPOVER, ends_at=dt.time(9))

    found = wording.summary([PLAY, meal], [changed, sleep], COORDINATOR)

    assert found == [
        "Spelen (Noor): hoe vaak van “elke week” naar “om de week, in oneven weken”;"
        " wie brengt is niet meer “gezin De Boer”; opmerking wordt “Laarzen mee.”.",
        "Mee-eten (Noor) stopt.",
        "Nieuw: Elke woensdag van 13.00 uur tot 9.00 uur de volgende dag slaapt Noor"
        " bij gezin Willems. In de schoolvakantie niet.",
    ]


def test_every_aspect_has_a_label_and_a_value():
    assert wording.ASPECTS.keys() == timeline.ASPECTS.keys() == wording.VALUES.keys()


@pytest.mark.parametrize("kind", SupportKind.values)
@pytest.mark.parametrize("where", AgreementItem.Where.values)
def test_every_kind_has_a_sentence_at_every_place(kind, where):
    item = replace(PLAY, kind=kind, where=where)

    assert wording.sentences(item, SUPPORT)


@pytest.mark.parametrize(
    ("total", "said"),
    [
        (Totals(Fraction(52, 3), 0), "ongeveer 17 uur per maand"),
        (Totals(Fraction(1, 2), 0), "ongeveer 0,5 uur per maand"),
        (Totals(Fraction(8), 0), "ongeveer 8 uur per maand"),
        (Totals(Fraction(8), 1), "ongeveer 8 uur per maand, en soms meer"),
        (Totals(Fraction(), 1), "aantal uren niet bekend"),
        (Totals(Fraction(), 0), "geen uren"),
    ],
)
def test_hours_a_month_are_honest_about_what_is_not_known(total, said):
    assert wording.hours_a_month(total) == said


def test_equal_hours_are_no_line_of_a_difference():
    thursday = replace(PLAY, weekdays=THURSDAY)

    assert wording.hours_line([PLAY], [thursday]) is None
    assert wording.hours_line([PLAY], []) == Line(
        "Uren per maand", "ongeveer 17 uur per maand", "geen uren"
    )


@pytest.mark.parametrize(
    ("words", "said"),
    [([], ""), (["a"], "a"), (["a", "b"], "a en b"), (["a", "b", "c"], "a, b en c")],
)
def test_in_a_row(words, said):
    assert wording.in_a_row(words) == said

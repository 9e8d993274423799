"""Tags and filters of the house, and the tokens that they lean on."""

import datetime as dt
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.core.paginator import Paginator
from django.template import Context, RequestContext, Template

from families import moments
from families.moments import Moment, Parity, Part, both_weeks
from families.templatetags import house

WEDNESDAY_AFTERNOON = both_weeks(2, Part.AFTERNOON)


def cells(context):
    """The letters of each table of a week grid, one string for each row."""
    return [
        [
            "".join(str(letter) or "." for _s, letter, _w in row["cells"])
            for row in table
        ]
        for table in (one["rows"] for one in context["tables"])
    ]


def test_dates_are_written_as_people_say_them():
    day = dt.date(2026, 11, 22)
    late = dt.datetime(2026, 11, 22, 23, 30, tzinfo=dt.UTC)

    assert house.long_date(day) == "zo 22 november 2026"
    assert house.short_date(dt.date(2026, 12, 1)) == "1-12-2026"
    assert house.short_date(late) == "23-11-2026"
    assert house.day(day) == '<time datetime="2026-11-22">zo 22 november 2026</time>'
    assert [house.long_date(None), house.short_date(None), house.day(None)] == [""] * 3


@pytest.mark.parametrize(
    ("km", "distance", "bicycle"),
    [
        (None, "afstand nog niet bekend", ""),
        (0.0, "minder dan 100 m", "ongeveer 1 minuut fietsen"),
        (1.2, "1,2 km", "ongeveer 5 minuten fietsen"),
        (2.84, "2,8 km", "ongeveer 11 minuten fietsen"),
    ],
)
def test_distance_is_said_in_kilometres_and_minutes(km, distance, bicycle):
    assert house.distance_km(km) == distance
    assert house.cycling_minutes(km) == bicycle


def test_reference_is_read_in_two_groups():
    assert house.reference("7K4PX9M2QD") == "7K4PX-9M2QD"


def test_week_of_one_family_shows_its_moments():
    context = house.week_grid(WEDNESDAY_AFTERNOON | moments.SCHOOL_HOLIDAYS)

    assert cells(context) == [[".......", "..✓....", "......."]]
    assert context["holidays"] == "Ook in de schoolvakantie."


def test_weeks_of_two_families_show_what_they_share():
    request = WEDNESDAY_AFTERNOON | both_weeks(0, Part.MORNING)
    support = WEDNESDAY_AFTERNOON | both_weeks(6, Part.EVENING)

    context = house.week_grid(request, other=support)

    assert cells(context) == [["v......", "..✓....", "......s"]]


def test_even_and_odd_weeks_stand_apart_when_they_differ():
    request = moments.mask_of([Moment(5, Part.NIGHT, Parity.EVEN)])

    context = house.week_grid(request, other=moments.NO_MOMENTS)

    empty = "......."
    assert [table["weeks"] for table in context["tables"]] == ["even", "odd"]
    assert cells(context) == [[empty, empty, empty, ".....v."], [empty] * 4]


def test_week_not_known_yet_is_said_and_not_drawn_as_empty():
    alone = house.week_grid(None)
    beside = house.week_grid(WEDNESDAY_AFTERNOON, other=None)

    assert (alone["unknown"], alone["tables"]) == (True, [])
    assert (beside["support_unknown"], beside["pair"]) == (True, False)
    assert cells(beside) == [[".......", "..✓....", "......."]]


@pytest.mark.parametrize(
    ("view_name", "sections", "expected"),
    [
        ("today", ["today"], True),
        ("families:family-list", ["families", "family"], True),
        ("family-detail", ["families", "family"], True),
        ("matching:pairing-list", ["matching:pairing"], True),
        ("matching:request-list", ["matching:pairing"], False),
        ("agreements:version", ["matching:pairing", "agreements"], True),
        ("familiesabroad:list", ["families"], False),
    ],
)
def test_page_belongs_to_a_section_by_the_name_of_its_view(
    rf, view_name, sections, expected
):
    request = rf.get("/")
    request.resolver_match = type("Match", (), {"view_name": view_name})()

    assert house.in_section({"request": request}, *sections) is expected


def test_view_may_say_that_it_belongs_elsewhere(rf):
    context = {"request": rf.get("/"), "section": "pairings"}

    assert house.in_section(context, "pairings", "matching:pairing") is True
    assert house.in_section(context, "matching") is False


def test_numbered_links_keep_the_filters(rf):
    page = Paginator(range(100), 10).get_page(3)
    context = RequestContext(rf.get("/", {"soort": "vraag"}), {"page": page})

    html = Template("{% load house %}{% paginate page %}").render(context)

    assert re.findall(r'href="([^"]+)"', html) == [
        "?soort=vraag&amp;pagina=2",
        "?soort=vraag&amp;pagina=1",
        "?soort=vraag&amp;pagina=2",
        "?soort=vraag&amp;pagina=3",
        "?soort=vraag&amp;pagina=4",
        "?soort=vraag&amp;pagina=10",
        "?soort=vraag&amp;pagina=4",
    ]


def test_tag_writes_the_kind_of_family_and_escapes_other_words():
    template = Template('{% load house %}{% tag "request" %}{% tag "warn" word %}')

    html = template.render(Context({"word": "<b>"}))

    words = re.sub(r"<svg.*?</svg>", "", html, flags=re.DOTALL)
    assert re.findall(r'"(tag [^"]*)">\s*([^\s]+)</span>', words) == [
        ("tag tag-request", "Vraaggezin"),
        ("tag tag-warn", "&lt;b&gt;"),
    ]


def test_dark_by_device_and_dark_by_choice_are_the_same_colours():
    css = (Path(settings.BASE_DIR) / "static/css/tokens.css").read_text()

    blocks = re.findall(r"\{\s*color-scheme: dark;([^}]*)\}", css)

    assert len(blocks) == 2
    assert blocks[0].split() == blocks[1].split()


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("één keer per maand", "Eén keer per maand"),
        ("elke week", "Elke week"),
        ("émile", "Émile"),
        (None, ""),
    ],
)
def test_sentence_case_leaves_no_accent_on_a_stressed_capital(words, shown):
    assert house.sentence_case(words) == shown

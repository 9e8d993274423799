import datetime as dt
from dataclasses import replace

import pytest
from django.urls import reverse
from django.utils import timezone

from agreements import services
from agreements.models import Evaluation, ItemException
from agreements.services import Yes
from agreements.services.exceptions import note_exception
from agreements.services.pauses import note_pause
from agreements.services.visits import note_visit
from agreements.tests.factories import (
    NOON,
    START,
    THURSDAY,
    has_ended,
    make_version,
    wednesdays,
)
from matching.models import Pairing

pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1)
MARCH, JUNE = dt.date(2026, 3, 1), dt.date(2026, 6, 1)


def url(pairing, name):
    return reverse(f"agreements:{name}", args=[pairing.reference])


def text_of(response):
    return " ".join(response.content.decode().split())


def rest(pairing, first, last, **more):
    said = {"side": "support", "by": pairing.lead.user, "at": NOON}
    return note_pause(pairing, from_on=first, until_on=last, **said | more)


def evaluate(pairing, on, *, closed=True):
    by = pairing.lead.user
    outcome = {"closed_on": on, "closed_by": by, "outcome": "go_on"} if closed else {}
    return Evaluation.objects.create(
        pairing=pairing,
        occasion="half_year",
        due_on=on,
        started_by=by,
        started_at=NOON,
        **outcome,
    )


def differs(pairing, on, **more):
    said = {"line": 1, "by": pairing.lead.user, "at": NOON}
    return note_exception(pairing, on=on, **said | more)


def lived(pairing):
    """Two versions, a pause between them, an evaluation and an extra visit."""
    make_version(pairing)
    rest(pairing, MARCH, MARCH + 13 * DAY, reason="Verhuizing")
    evaluate(pairing, dt.date(2026, 5, 4))
    note_visit(
        pairing,
        on=dt.date(2026, 5, 9),
        text="Verjaardag",
        by=pairing.lead.user,
        at=NOON,
    )
    make_version(
        pairing,
        effective_from=JUNE,
        items=[wednesdays(pairing, line=1, weekdays=THURSDAY)],
        at=NOON + DAY,
        reason="Gaat goed",
    )


def test_the_list_tells_everything_newest_first(lead, pairing):
    lived(pairing)

    response = lead.get(url(pairing, "agreement-timeline"))

    assert [(one.kind, one.first) for one in response.context["entries"]] == [
        ("version", JUNE),
        ("visit", dt.date(2026, 5, 9)),
        ("evaluation", dt.date(2026, 5, 4)),
        ("pause", MARCH),
        ("version", START),
    ]
    text = text_of(response)
    for words in (
        "zo 1 maart 2026 tot en met za 14 maart 2026",
        "Gevraagd door gezin Willems.",
        "Waarom: Gaat goed",
        "Vergelijk versie 2 met versie 1",
        "Bekijk versie 1",
        "Verjaardag",
    ):
        assert text.count(words) == 1


def test_the_drawing_has_what_the_list_has(lead, pairing):
    lived(pairing)

    response = lead.get(url(pairing, "agreement-timeline"))

    drawing = response.context["drawing"]
    assert [(one.of.kind, one.of.on) for one in drawing.marks] == [
        ("version", START),
        ("evaluation", dt.date(2026, 5, 4)),
        ("visit", dt.date(2026, 5, 9)),
        ("version", JUNE),
    ]
    assert len(drawing.pauses) == 1
    assert [named.title for named in response.context["rows"]] == ["Spelen"]
    assert [stretch.label for stretch, _y in drawing.totals] == ["17 u", "0 u", "17 u"]


def test_the_drawing_is_an_image_that_the_list_describes(lead, pairing):
    lived(pairing)

    text = text_of(lead.get(url(pairing, "agreement-timeline")))

    svg = text.partition('<svg class="time"')[2].partition("</svg>")[0]
    assert 'role="img"' in svg
    assert 'aria-describedby="entries"' in svg
    assert '<ol class="line" id="entries" reversed>' in text
    assert (" style=" in svg, "<script" in svg) == (False, False)
    assert svg.count('class="pause"') == 1
    assert svg.count('class="version"') == 2


def test_a_draft_and_what_was_replaced_are_not_drawn_as_agreed(lead, pairing):
    wrong = make_version(pairing)
    services.correct(
        wrong,
        items=[replace(wrong.terms()[0], ends_at=dt.time(18))],
        by=pairing.lead.user,
        at=NOON + DAY,
        confirmations=[Yes(side, "paper", START) for side in ("request", "support")],
    )
    make_version(pairing, effective_from=JUNE, settled=False, at=NOON + 2 * DAY)

    response = lead.get(url(pairing, "agreement-timeline"))

    marks = response.context["drawing"].marks
    assert [(one.of.label, one.of.kind) for one in marks] == [
        ("2", "version"),
        ("1", "replaced"),
        ("3", "draft"),
    ]
    assert "Wacht op gezin De Boer." in text_of(response)


def test_what_goes_differently_once_is_told_and_drawn(lead, pairing):
    make_version(pairing)
    wednesday = dt.date(2026, 4, 1)
    differs(pairing, wednesday, reason="Ziek")
    differs(pairing, wednesday + 7 * DAY, moved_to=wednesday + 8 * DAY)
    differs(pairing, wednesday + 14 * DAY, scope="week")
    back = differs(pairing, wednesday + 28 * DAY)
    ItemException.objects.filter(pk=back.pk).update(taken_back_at=NOON)

    response = lead.get(url(pairing, "agreement-timeline"))

    entries = [one for one in response.context["entries"] if one.kind == "exception"]
    assert [(one.first, one.last, one.title) for one in entries] == [
        (dt.date(2026, 4, 13), dt.date(2026, 4, 19), "Spelen (Noor)"),
        (dt.date(2026, 4, 8), dt.date(2026, 4, 8), "Spelen (Noor)"),
        (wednesday, wednesday, "Spelen (Noor)"),
    ]
    (named,) = response.context["rows"]
    assert [(one.of.on, one.of.kind) for one in named.row.marks] == [
        (wednesday, "dropped"),
        (dt.date(2026, 4, 8), "moved"),
        (dt.date(2026, 4, 13), "dropped"),
    ]
    text = text_of(response)
    for words in (
        "Niet op wo 1 april 2026.",
        "Niet op wo 8 april 2026 maar op do 9 april 2026.",
        "Niet in de week van ma 13 april 2026.",
        "Ziek",
    ):
        assert text.count(words) == 1


def test_the_span_counts_for_what_goes_differently_once(lead, pairing):
    make_version(pairing)
    today = timezone.localdate()
    wednesday = today - today.weekday() * DAY + 2 * DAY
    long_ago = wednesday - 35 * 7 * DAY
    differs(pairing, long_ago)
    differs(pairing, wednesday + 7 * DAY)

    found = {
        span: [
            one.first
            for one in lead.get(
                url(pairing, "agreement-timeline"), {"periode": span}
            ).context["entries"]
            if one.kind == "exception"
        ]
        for span in ("6-maanden", "alles")
    }

    assert found == {
        "6-maanden": [wednesday + 7 * DAY],
        "alles": [wednesday + 7 * DAY, long_ago],
    }


def test_what_would_go_differently_after_the_end_is_not_told(lead, pairing):
    make_version(pairing)
    differs(pairing, dt.date(2026, 4, 1))
    has_ended(pairing, on=MARCH)

    response = lead.get(url(pairing, "agreement-timeline"))

    assert [one.kind for one in response.context["entries"]] == ["version"]
    assert [one.row.marks for one in response.context["rows"]] == [[]]


def test_the_legend_names_every_sign_once(lead, pairing):
    make_version(pairing)

    text = text_of(lead.get(url(pairing, "agreement-timeline")))

    legend = text.partition('time-legend">')[2].partition("</ul>")[0]
    names = [part.partition("</li>")[0].strip() for part in legend.split("</svg>")[1:]]
    assert names == [
        "proefperiode",
        "afgesproken (hoe dikker, hoe meer uren)",
        "pauze",
        "valt een keer uit",
        "een keer op een andere dag",
        "versie",
        "wacht, of is vervangen",
        "evaluatie",
        "extra keer",
        "vandaag",
    ]


def test_the_hours_of_each_kind_stand_in_the_drawing_and_in_the_list(lead, pairing):
    meals = wednesdays(pairing, kind=1, weekdays=THURSDAY, ends_at=dt.time(15))
    make_version(pairing, items=[wednesdays(pairing), meals])
    make_version(pairing, effective_from=JUNE, at=NOON + DAY)

    text = text_of(lead.get(url(pairing, "agreement-timeline")))

    assert text.count("Spelen: ongeveer 17 uur per maand") == 1
    assert text.count("Mee-eten: ongeveer 9 uur per maand") == 1
    until = "ma 5 januari 2026 tot en met zo 31 mei 2026"
    assert text.count(f"Mee-eten, 9 u: {until}") == 1
    assert text.count("Spelen, 17 u: vanaf ma 5 januari 2026") == 1


def test_a_number_that_does_not_fit_in_its_bar_is_printed_above_it(lead, pairing):
    make_version(pairing)
    longer = [wednesdays(pairing, line=1, ends_at=dt.time(18))]
    day = timezone.localdate() - 2 * DAY
    make_version(pairing, effective_from=day, items=longer, at=NOON + DAY)
    shorter = [wednesdays(pairing, line=1, ends_at=dt.time(15))]
    make_version(
        pairing, effective_from=day + 3 * DAY, items=shorter, at=NOON + 2 * DAY
    )

    response = lead.get(url(pairing, "agreement-timeline"))

    (named,) = response.context["rows"]
    assert "22 u" in [one.label for one in named.row.flags]
    svg = text_of(response).partition('<svg class="time"')[2].partition("</svg>")[0]
    assert svg.count(">22 u</text>") == 2


@pytest.mark.parametrize(
    ("span", "n_months"), [("6-maanden", 6), ("1-jaar", 12), ("alles", 30)]
)
def test_a_span_shows_so_many_months_back(lead, pairing, n_months, span):
    today = timezone.localdate()
    first = (today.replace(day=1) - 30 * 30 * DAY).replace(day=1)
    Pairing.objects.filter(pk=pairing.pk).update(started_on=first)
    pairing.refresh_from_db()
    make_version(pairing, effective_from=first)
    evaluate(pairing, first + DAY)

    response = lead.get(url(pairing, "agreement-timeline"), {"periode": span})

    window = response.context["window"]
    months = (today.year - window.first.year) * 12 + today.month - window.first.month
    asked = {"alles": months}.get(span, n_months)
    assert (window.first.day, months) == (1, asked)
    kinds = [one.kind for one in response.context["entries"]]
    # What holds since before that is shown too.
    assert kinds == (["evaluation", "version"] if span == "alles" else ["version"])
    assert text_of(response).count('aria-current="true">') >= 1


def test_another_span_than_those_shows_everything(lead, pairing):
    make_version(pairing)

    response = lead.get(url(pairing, "agreement-timeline"), {"periode": "<x>"})

    assert (response.status_code, response.context["span"]) == (200, "alles")


def test_without_agreements_there_is_nothing_to_draw(lead, pairing):
    response = lead.get(url(pairing, "agreement-timeline"))

    assert "Nog geen afspraken." in text_of(response)
    assert "<svg class=" not in response.content.decode()


def test_after_the_end_nothing_is_drawn(lead, pairing):
    make_version(pairing)
    has_ended(pairing, on=MARCH)

    response = lead.get(url(pairing, "agreement-timeline"))

    assert response.context["window"].last == dt.date(2026, 3, 31)
    ((stretch, _y),) = response.context["drawing"].totals
    end = response.context["window"].x(MARCH + DAY)
    assert round(stretch.x + stretch.width, 1) == end


@pytest.mark.parametrize("n_versions", [1, 3, 40])
@pytest.mark.parametrize(
    "name_and_queries", [("agreement-timeline", 17), ("agreement-as-of", 15)]
)
def test_pages_ask_as_much_for_forty_versions_as_for_one(
    lead, pairing, django_assert_num_queries, n_versions, name_and_queries
):
    name, n_queries = name_and_queries
    for number in range(n_versions):
        make_version(
            pairing,
            effective_from=START + number * DAY,
            at=NOON + number * DAY,
        )
        rest(pairing, JUNE + number * DAY, JUNE + number * DAY)
        ItemException.objects.create(
            agreement=pairing.agreement,
            line=1,
            scope="day",
            on=MARCH + number * DAY,
            recorded_by=pairing.lead.user,
            recorded_at=NOON,
        )
        evaluate(pairing, JUNE + number * DAY)

    with django_assert_num_queries(n_queries):
        response = lead.get(url(pairing, name), {"dag": "1-3-2026"})

    assert len(response.context["history"].versions) == n_versions
    if name == "agreement-timeline":
        assert len(response.context["entries"]) == 4 * n_versions
        assert len(response.context["rows"][0].row.marks) == n_versions
        assert len(response.context["drawing"].marks) == 2 * n_versions


def corrected(pairing):
    """A version that was wrong for a month, and the one that took its place."""
    wrong = make_version(pairing)
    right = services.correct(
        wrong,
        items=[replace(wrong.terms()[0], ends_at=dt.time(18))],
        by=pairing.lead.user,
        at=NOON + 30 * DAY,
        confirmations=[Yes(side, "paper", START) for side in ("request", "support")],
    )
    wrong.refresh_from_db()
    return wrong, right


def test_the_page_says_what_held_on_a_day_and_what_was_known_then(lead, pairing):
    wrong, right = corrected(pairing)
    asked = {
        "": [right],
        "?dag=4-1-2026": [None],
        "?dag=1+maart+2026": [right],
        "?dag=1-3-2026&bekend=10-1-2026": [right, wrong],
        "?dag=1-3-2026&bekend=4-1-2026": [right, None],
        "?dag=1-3-2026&bekend=5-2-2026": [right, right],
    }

    found = {
        query: [
            one["version"]
            for one in lead.get(url(pairing, "agreement-as-of") + query).context[
                "answers"
            ]
        ]
        for query in asked
    }

    assert found == asked


@pytest.mark.parametrize(
    ("known", "words"),
    [
        (
            "10-1-2026",
            "Toen leek versie 1 te gelden. Versie 2 kwam daarvoor in de plaats op"
            " 4 februari 2026, en geldt vanaf dezelfde dag.",
        ),
        (
            "4-1-2026",
            "Toen was er voor deze dag nog niets vastgelegd. Versie 2 is vastgelegd op"
            " 4 februari 2026, en geldt vanaf 5 januari 2026.",
        ),
        ("5-2-2026", "Op do 5 februari 2026 wisten we hetzelfde als nu."),
    ],
)
def test_words_explain_why_two_answers_differ(lead, pairing, known, words):
    corrected(pairing)
    asked = {"dag": "1-3-2026", "bekend": known}

    response = lead.get(url(pairing, "agreement-as-of"), asked)

    assert words in text_of(response)


def test_what_was_settled_late_is_told_with_its_dates(lead, pairing):
    make_version(pairing)
    later = {"items": [wednesdays(pairing, line=1, weekdays=THURSDAY)]}
    make_version(pairing, effective_from=MARCH, at=NOON + 90 * DAY, **later)
    asked = {"dag": "2-3-2026", "bekend": "2-3-2026"}

    response = lead.get(url(pairing, "agreement-as-of"), asked)

    assert (
        "Toen leek versie 1 te gelden. Versie 2 is vastgelegd op 5 april 2026, en geldt"
        " vanaf 1 maart 2026."
    ) in text_of(response)


def test_the_end_of_a_pairing_was_not_known_before(lead, pairing):
    make_version(pairing)
    has_ended(pairing, on=MARCH)
    asked = {"dag": "1-4-2026", "bekend": "1-2-2026"}

    response = lead.get(url(pairing, "agreement-as-of"), asked)

    assert (
        "Toen leek versie 1 te gelden. De koppeling is gestopt op 1 maart 2026. Daarna"
        " geldt er niets."
    ) in text_of(response)


@pytest.mark.parametrize("name", ["dag", "bekend"])
@pytest.mark.parametrize(
    "typed", ["31-2-2026", "gisterenochtend", "x" * 10_000, "😀", "\u202e1-1-2026x"]
)
def test_a_day_that_cannot_be_read_is_explained(lead, pairing, name, typed):
    make_version(pairing)

    response = lead.get(url(pairing, "agreement-as-of"), {name: typed})

    assert response.status_code == 422
    assert list(response.context["form"].errors) == [name]


def test_a_day_in_a_pause_says_so(lead, pairing):
    make_version(pairing)
    rest(pairing, MARCH, None)

    text = text_of(lead.get(url(pairing, "agreement-as-of"), {"dag": "2-3-2026"}))

    assert "Het was pauze: Vanaf zo 1 maart 2026, het einde is nog niet bekend" in text

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.http import urlencode

from agreements.forms import MOST_ITEMS, VersionEditor
from agreements.forms.items import item_initial
from agreements.history import History, with_families
from agreements.tests.factories import (
    START,
    WEDNESDAY,
    child_of,
    make_pairing,
    make_version,
    wednesdays,
)
from families.forms.clock import ClockField
from matching.models import Pairing

TODAY = dt.date(2026, 11, 23)


@pytest.mark.parametrize(
    ("typed", "time"),
    [
        ("13", dt.time(13)),
        ("13.00", dt.time(13)),
        ("13:30", dt.time(13, 30)),
        ("1330", dt.time(13, 30)),
        ("9,15", dt.time(9, 15)),
        ("13 uur", dt.time(13)),
        (" 13.00 UUR ", dt.time(13)),
        ("0.00", dt.time(0)),
        ("", None),
        ("  ", None),
    ],
)
def test_a_clock_time_is_read_with_goodwill(typed, time):
    assert ClockField(required=False).clean(typed) == time


@pytest.mark.parametrize(
    "typed", ["25.00", "13.60", "half twee", "13.00\0", "١٣", "😀", "-1", "9" * 10_000]
)
def test_what_is_no_clock_time_is_explained(typed):
    with pytest.raises(ValidationError) as caught:
        ClockField().clean(typed)

    shown = typed[:20].replace("\0", "")
    assert caught.value.messages == [
        f"‘{shown}’ is geen tijd. Schrijf bijvoorbeeld 13.30."
    ]


def item_data(pairing, number=0, **differs):
    """What a browser sends for one item: Wednesdays from one to five."""
    said = {
        "line": "0",
        "kind": "0",
        "children": [str(child_of(pairing))],
        "rhythm": "weekly",
        "weekdays": ["2"],
        "starts_at": "13.00",
        "ends_at": "17.00",
        "where": "support_family",
        "brings": "request_family",
        "fetches": "support_family",
        "holidays": "stops",
    }
    return {
        f"item-{number}-{name}": value
        for name, value in (said | differs).items()
        if value is not None
    }


def editor_data(*items, initial=0, **differs):
    """What a browser sends for a version with these items."""
    data = {
        "row_version": "0",
        "effective_from": "1-12-2026",
        "item-TOTAL_FORMS": str(len(items)),
        "item-INITIAL_FORMS": str(initial),
    } | differs
    for item in items:
        data |= item
    return data


def post(data):
    """As Django gives it to a form."""
    return QueryDict(urlencode(data, doseq=True))


def edit(pairing, data):
    history = History.of(with_families(Pairing.objects).get(pk=pairing.pk))
    return VersionEditor(post(data), history=history, start=(), today=TODAY)


@pytest.fixture
def pairing(db):
    return make_pairing()


def test_an_item_says_what_was_typed(pairing):
    editor = edit(pairing, editor_data(item_data(pairing, note="Laarzen mee.")))

    assert editor.is_valid()
    assert editor.terms() == (wednesdays(pairing, line=1, note="Laarzen mee."),)


def test_a_fixed_weekday_of_the_month_is_asked_which_one_it_is(pairing):
    said = {"rhythm": "nth_weekday", "which": "5", "every": "3", "weekdays": ["4"]}
    editor = edit(pairing, editor_data(item_data(pairing, **said)))

    assert editor.is_valid()
    assert [(one.rhythm, one.every, one.weekdays) for one in editor.terms()] == [
        ("nth_weekday", 5, 1 << 4)
    ]


def test_an_item_form_shows_which_one_of_the_month_it_was(pairing):
    last = wednesdays(pairing, rhythm="nth_weekday", every=5)

    shown = item_initial([last, wednesdays(pairing)], lines=True)

    assert [(one["every"], one["which"]) for one in shown] == [(None, 5), (None, None)]


@pytest.mark.parametrize(
    ("differs", "field", "message"),
    [
        ({"kind": ""}, "kind", "Kies iets bij ‘Soort steun’."),
        ({"children": None}, "children", "Kies voor welke kinderen dit is."),
        ({"weekdays": None}, "weekdays", "Kies minstens één dag."),
        ({"ends_at": ""}, "ends_at", "Vul beide tijden in, of geen."),
        ({"starts_at": ""}, "starts_at", "Vul beide tijden in, of geen."),
        ({"ends_at": "12"}, "ends_at", "Het einde ligt voor het begin."),
        (
            {"rhythm": "every_n_weeks"},
            "every",
            "Kies een getal van 1 tot en met 12.",
        ),
        (
            {"rhythm": "nth_weekday", "every": "2"},
            "which",
            "Kies de hoeveelste van de maand.",
        ),
        (
            {"rhythm": "nth_weekday", "which": "6"},
            "which",
            "Kies de hoeveelste van de maand.",
        ),
        (
            {"rhythm": "times_a_month", "every": "13"},
            "every",
            "Kies een getal van 1 tot en met 12.",
        ),
        (
            {"line": "99"},
            "line",
            "Open de pagina opnieuw: dit onderdeel kennen we niet.",
        ),
        (
            {"note": "x" * 501},
            "note",
            "Je tekst is te lang. Maak de tekst 1 teken korter.",
        ),
    ],
)
def test_an_item_explains_what_is_missing(pairing, differs, field, message):
    editor = edit(pairing, editor_data(item_data(pairing, **differs)))

    assert not editor.is_valid()
    assert dict(editor.formset.errors[0]) == {field: [message]}


def test_somebody_to_talk_to_may_be_for_the_parents_alone(pairing):
    editor = edit(pairing, editor_data(item_data(pairing, kind="8", children=None)))

    assert editor.is_valid()


def test_a_version_needs_an_item(pairing):
    editor = edit(pairing, editor_data())

    assert not editor.is_valid()
    assert editor.formset.non_form_errors() == [
        "Vul minstens één onderdeel in. Willen ze stoppen? Kies dan Stoppen."
    ]


def test_an_item_that_stops_is_left_out(pairing):
    first = make_version(pairing)
    line = str(first.terms()[0].line)
    data = editor_data(
        item_data(pairing, line=line, DELETE="on"),
        item_data(pairing, 1, kind="1"),
        initial=1,
        row_version="1",
    )

    editor = edit(pairing, data)

    assert editor.is_valid()
    assert [(one.line, one.kind) for one in editor.terms()] == [(2, 1)]


def test_the_same_item_twice_is_refused(pairing):
    make_version(pairing)
    data = editor_data(
        item_data(pairing, line="1"),
        item_data(pairing, 1, line="1"),
        initial=2,
        row_version="1",
    )

    editor = edit(pairing, data)

    assert not editor.is_valid()
    assert editor.formset.non_form_errors() == [
        "Open de pagina opnieuw: dit onderdeel kennen we niet."
    ]


def test_a_yes_needs_its_day_and_the_day_must_have_come(pairing):
    data = editor_data(
        item_data(pairing),
        request_channel="discussed",
        support_channel="paper",
        support_on="24-11-2026",
    )

    editor = edit(pairing, data)

    assert not editor.is_valid()
    assert dict(editor.form.errors) == {
        "request_on": ["Vul in op welke dag ze ja zeiden."],
        "support_on": ["Deze dag moet nog komen."],
    }


@pytest.mark.parametrize(
    ("typed", "field", "message"),
    [
        (
            "4-1-2026",
            "effective_from",
            "De koppeling begon op 5 januari 2026. Kies een latere dag.",
        ),
        (
            "5-1-2026",
            "effective_from",
            "Versie 1 geldt al vanaf deze dag. Kies een andere dag. Of open die versie"
            " en verbeter hem.",
        ),
        (
            "1-3-2026",
            "between",
            "Er zijn al afspraken met een latere datum. Vink dit aan als dat klopt.",
        ),
    ],
)
def test_the_first_day_fits_the_pairing_and_its_versions(
    pairing, typed, field, message
):
    make_version(pairing)
    june = dt.datetime(2026, 5, 20, tzinfo=dt.UTC)
    item = wednesdays(pairing, line=1, weekdays=WEDNESDAY << 1)
    make_version(pairing, effective_from=dt.date(2026, 6, 1), items=[item], at=june)
    data = editor_data(item_data(pairing), row_version="2", effective_from=typed)

    editor = edit(pairing, data)

    assert not editor.is_valid()
    assert dict(editor.form.errors) == {field: [message]}


def test_a_day_between_others_is_an_insertion_once_that_is_said(pairing):
    make_version(pairing, effective_from=dt.date(2026, 6, 1))
    data = editor_data(
        item_data(pairing), row_version="1", effective_from="1-3-2026", between="on"
    )

    editor = edit(pairing, data)

    assert editor.is_valid()
    assert (editor.form.kind, editor.form.day) == ("insertion", dt.date(2026, 3, 1))


def test_one_more_item_is_shown_without_remarks(pairing):
    history = History.of(with_families(Pairing.objects).get(pk=pairing.pk))
    data = editor_data(item_data(pairing, kind=""), effective_from="morgenvroeg")

    editor = VersionEditor.with_one_more(
        post(data), history=history, start=(), today=TODAY
    )

    assert len(editor.formset.forms) == 2
    assert [dict(one.errors) for one in editor.formset.forms] == [{}, {}]
    assert dict(editor.form.errors) == {}
    assert editor.formset.forms[0]["starts_at"].value() == "13.00"
    assert editor.formset.forms[1]["children"].value() == [str(child_of(pairing))]


def test_a_child_that_left_is_chosen_only_where_it_took_part(pairing):
    version = make_version(pairing)
    noor, name = child_of(pairing), "Noor"
    pairing.pairing_children.update(left_on=TODAY - dt.timedelta(days=1))
    history = History.of(with_families(Pairing.objects).get(pk=pairing.pk))
    known = {"history": history, "start": version.terms(), "today": TODAY}

    editors = [
        VersionEditor(None, **known),
        VersionEditor(None, corrects=version, **known),
    ]

    choices = [one.formset.forms[0].fields["children"].choices for one in editors]
    assert choices == [[], [(noor, name)]]
    assert history.names.children == {noor: name}


def test_an_item_that_was_added_and_not_used_says_nothing(pairing):
    history = History.of(with_families(Pairing.objects).get(pk=pairing.pk))
    data = editor_data(item_data(pairing))
    more = VersionEditor.with_one_more(
        post(data), history=history, start=(), today=TODAY
    ).formset.forms[1]
    # What a browser sends back of the empty item: a list shows its first choice.
    unused = {f"item-1-{name}": more[name].value() or "" for name in more.fields}
    unused |= {"item-1-where": "support_family", "item-1-holidays": "stops"}
    unused |= {"item-1-weekdays": [], "item-1-dayparts": []}
    del unused["item-1-DELETE"]

    editor = edit(pairing, editor_data(item_data(pairing), unused))

    assert editor.is_valid()
    assert len(editor.terms()) == 1


@pytest.mark.parametrize(
    "n_forms", ["", "x", "²", "9" * 50, "0000" + "9" * 5000, str(MOST_ITEMS)]
)
def test_one_more_item_survives_a_strange_number(pairing, n_forms):
    history = History.of(with_families(Pairing.objects).get(pk=pairing.pk))
    data = editor_data() | {"item-TOTAL_FORMS": n_forms}

    editor = VersionEditor.with_one_more(
        post(data), history=history, start=(), today=TODAY
    )

    assert len(editor.formset.forms) <= MOST_ITEMS


def test_a_form_that_somebody_overtook_says_so(pairing):
    make_version(pairing, effective_from=START)

    editor = edit(pairing, editor_data(item_data(pairing), row_version="0"))

    assert not editor.is_valid()
    assert editor.is_stale_only


def test_a_day_before_the_pairing_is_not_offered_as_one_between_others(pairing):
    make_version(pairing)
    data = editor_data(item_data(pairing, line="1"), initial=1, row_version="1")

    editor = edit(pairing, data | {"effective_from": "4-1-2026"})
    editor.is_valid()

    assert list(editor.form.errors) == ["effective_from"]
    assert not editor.form.comes_between


def test_how_often_is_chosen_from_words_with_a_plain_capital(pairing):
    form = edit(pairing, editor_data(item_data(pairing))).formset.forms[0]

    words = [str(label) for _value, label in form.fields["rhythm"].choices]
    assert "Eén keer per zoveel weken" in words

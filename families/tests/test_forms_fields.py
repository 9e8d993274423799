"""The fields of the house: what they read, what they refuse, and in which words."""

import datetime as dt

import pytest
from crispy_forms.utils import render_crispy_form
from django import forms
from django.http import QueryDict
from django.template import Context, Template

from families import moments
from families.forms.base import HouseForm, StaleCheck
from families.forms.fields import (
    AgeField,
    CleanTextField,
    ForgivingDateField,
    KindsField,
    MomentsField,
    PostcodeField,
    TelephoneField,
)
from families.moments import Moment, Parity, Part, both_weeks
from families.vocabulary import SupportKind

TODAY = dt.date(2026, 11, 23)
HOSTILE = [
    "x" * 10_000,
    "9" * 10_000,
    "1431\0AB",
    "\ud800",
    "👨‍👩‍👧",
    "\u202e14AB\u202e!",
    "مرحبا",
    "½",
    "²²²²",
    "1" + "e" * 50,
    "<script>",
    "{{ 1 }}",
    "%(value)s",
]


def refusal(field, value):
    """The codes of the errors that `field` gives for `value`."""
    with pytest.raises(forms.ValidationError) as caught:
        field.clean(value)
    return [error.code for error in caught.value.error_list]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("1-12-2026", dt.date(2026, 12, 1)),
        ("01-12-2026", dt.date(2026, 12, 1)),
        ("1/12/26", dt.date(2026, 12, 1)),
        ("1.12.2026", dt.date(2026, 12, 1)),
        ("1 12 2026", dt.date(2026, 12, 1)),
        ("2026-12-01", dt.date(2026, 12, 1)),
        ("1/12", dt.date(2026, 12, 1)),
        ("1 dec", dt.date(2026, 12, 1)),
        ("1 dec.", dt.date(2026, 12, 1)),
        ("1e december", dt.date(2026, 12, 1)),
        ("1 december 2026", dt.date(2026, 12, 1)),
        ("  Dinsdag 1 DECEMBER 2026 ", dt.date(2026, 12, 1)),
        ("di 1 dec", dt.date(2026, 12, 1)),
        ("3 mrt", dt.date(2027, 3, 3)),
        ("1 jan", dt.date(2027, 1, 1)),
        ("30 juni", dt.date(2026, 6, 30)),
        ("29-2", dt.date(2028, 2, 29)),
        ("1 december, 2026", dt.date(2026, 12, 1)),
        ("vandaag", dt.date(2026, 11, 23)),
        ("Morgen", dt.date(2026, 11, 24)),
        ("eergisteren", dt.date(2026, 11, 21)),
        ("\u202a1-12-2026\u202c", dt.date(2026, 12, 1)),
        ("\u0661-\u0661\u0662-2026", dt.date(2026, 12, 1)),
    ],
)
def test_date_is_read_as_people_write_it(typed, expected):
    field = ForgivingDateField(today=TODAY)

    assert field.clean(typed) == expected


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "required"),
        ("   ", "required"),
        (None, "required"),
        ("31-2-2027", "no_such_day"),
        ("30 feb", "no_such_day"),
        ("1-13-2026", "no_such_day"),
        ("1-1-0001", "no_such_day"),
        ("1-1-9999", "no_such_day"),
        ("december", "invalid"),
        ("1", "invalid"),
        ("1 smarch", "invalid"),
        ("1-12-202", "invalid"),
        ("over een week", "invalid"),
        ("ma", "invalid"),
        ("\0", "unstorable"),
        ("\udfff", "unstorable"),
    ],
)
def test_date_says_why_it_is_refused(typed, code):
    field = ForgivingDateField(today=TODAY)

    assert refusal(field, typed) == [code]


def test_date_asks_for_today_each_time_when_given_a_function():
    days = iter([dt.date(2026, 12, 31), dt.date(2027, 1, 1)])
    field = ForgivingDateField(today=lambda: next(days))

    assert [field.clean("vandaag"), field.clean("vandaag")] == [
        dt.date(2026, 12, 31),
        dt.date(2027, 1, 1),
    ]


def test_date_is_echoed_in_words_only_when_understood():
    field = ForgivingDateField(today=TODAY)

    assert field.in_words("1/12") == "dinsdag 1 december 2026"
    assert field.in_words("1/13") == ""
    assert field.in_words(dt.date(2026, 12, 1)) == "dinsdag 1 december 2026"


def test_optional_date_may_stay_empty():
    assert ForgivingDateField(required=False).clean(" ") is None


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("1431AB", "1431AB"),
        ("1431 ab", "1431AB"),
        (" 14 31-AB ", "1431AB"),
        ("NL-1431 AB", "1431AB"),
        ("1431", "1431"),
        ("\u0661\u0664\u0663\u0661 AB", "1431AB"),
        ("\u200e1431AB", "1431AB"),
    ],
)
def test_postcode_is_kept_in_one_form(typed, expected):
    assert PostcodeField().clean(typed) == expected
    assert PostcodeField(digits_only=True).clean(typed) == expected[:4]


@pytest.mark.parametrize(
    "typed", ["14AB", "0431AB", "1431A", "1431ABC", "14310", "AB1431", "1431ÄB", "-"]
)
def test_postcode_of_another_shape_is_refused(typed):
    assert refusal(PostcodeField(), typed) == ["invalid"]


def test_postcode_error_repeats_what_was_typed_in_short():
    with pytest.raises(forms.ValidationError) as short:
        PostcodeField().clean("14AB")
    with pytest.raises(forms.ValidationError) as long:
        PostcodeField().clean("x" * 10_000)

    assert short.value.messages == [
        "‘14AB’ is geen postcode. Een postcode heeft 4 cijfers en 2 letters."
    ]
    assert long.value.messages == [
        f"‘{'x' * 24}…’ is geen postcode. Een postcode heeft 4 cijfers en 2 letters."
    ]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("06 12345678", "+31612345678"),
        ("06-12 34 56 78", "+31612345678"),
        ("0031612345678", "+31612345678"),
        ("+31 6 1234 5678", "+31612345678"),
        ("+31 (0)6 12345678", "+31612345678"),
        ("(0297) 123 456", "+31297123456"),
        ("+32 470 12 34 56", "+32470123456"),
        ("\u0660\u0666 12345678", "+31612345678"),
        ("\u202a0612345678\u202c", "+31612345678"),
    ],
)
def test_telephone_is_kept_in_international_form(typed, expected):
    assert TelephoneField().clean(typed) == expected


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "required"),
        ("0612", "too_short"),
        ("061234567", "too_short"),
        ("06123456789", "too_long"),
        ("06123456789012345678", "too_long"),
        ("06 12345678 (na zes uur)", "invalid"),
        ("geen", "invalid"),
        ("+999 12345678", "foreign"),
        ("+32 1", "foreign"),
        ("0012", "foreign"),
        ("0 00 00 00 00 0", "unknown"),
    ],
)
def test_telephone_says_why_it_is_refused(typed, code):
    assert refusal(TelephoneField(), typed) == [code]


def test_telephone_is_shown_as_people_in_its_country_write_it():
    field = TelephoneField()

    assert field.prepare_value("+31612345678") == "06 12345678"
    assert field.prepare_value("+32470123456") == "+32 470 12 34 56"
    assert field.prepare_value("0612") == "0612"


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("6", 6),
        (" 6 jaar ", 6),
        ("6j", 6),
        ("2,5 jaar", 2),
        ("6½", 6),
        ("1 jaar en 3 maanden", 1),
        ("8 maanden", 0),
        ("18 mnd", 1),
        ("10 weken", 0),
        ("0", 0),
        ("17", 17),
    ],
)
def test_age_is_read_in_full_years(typed, expected):
    assert AgeField().clean(typed) == expected


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "required"),
        ("zes", "invalid"),
        ("-1", "invalid"),
        ("6 7", "invalid"),
        ("100", "invalid"),
        ("18", "out_of_range"),
        ("999 maanden", "out_of_range"),
    ],
)
def test_age_says_why_it_is_refused(typed, code):
    assert refusal(AgeField(), typed) == [code]


@pytest.mark.parametrize(
    "field_class", [AgeField, ForgivingDateField, PostcodeField, TelephoneField]
)
@pytest.mark.parametrize("typed", HOSTILE)
def test_short_answers_refuse_hostile_text_in_a_sentence(field_class, typed):
    field = field_class()

    with pytest.raises(forms.ValidationError) as caught:
        field.clean(typed)

    assert [len(message) < 160 for message in caught.value.messages] == [True]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("  Noor  ", "Noor"),
        ("e\u0301e\u0301n", "één"),
        ("Noor\u202egnaar", "Noorgnaar"),
        ("a\tb\nc", "a b c"),
        ("bel\x07", "bel"),
        ("👨‍👩‍👧", "👨‍👩‍👧"),
        ("مرحبا", "مرحبا"),
        ("\u202e", ""),
        ("", ""),
        (None, ""),
    ],
)
def test_text_is_kept_without_hidden_marks(typed, expected):
    assert CleanTextField(required=False).clean(typed) == expected


def test_long_text_keeps_its_lines_and_counts_each_end_once():
    field = CleanTextField(multiline=True, max_length=5)

    assert field.clean("ab\r\ncd") == "ab\ncd"


@pytest.mark.parametrize("typed", ["a\0b", "\ud83d", "a\udc00"])
def test_text_that_no_database_can_keep_is_refused(typed):
    assert refusal(CleanTextField(), typed) == ["unstorable"]


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("x" * 340, "Je tekst is te lang. Maak de tekst 40 tekens korter."),
        ("x" * 301, "Je tekst is te lang. Maak de tekst 1 teken korter."),
        ("x" * 10_000, "Je tekst is te lang. Maak de tekst 9700 tekens korter."),
    ],
)
def test_too_long_a_text_says_how_much(typed, message):
    with pytest.raises(forms.ValidationError) as caught:
        CleanTextField(max_length=300).clean(typed)

    assert caught.value.messages == [message]


def test_text_of_only_hidden_marks_counts_as_empty():
    assert refusal(CleanTextField(), "\u202e \u200f") == ["required"]


def test_kinds_become_one_mask_and_back():
    field = KindsField()

    mask = field.clean([str(SupportKind.PLAY.value), str(SupportKind.TRANSPORT.value)])

    assert mask == 0b1001
    assert field.prepare_value(mask) == ["0", "3"]


def test_kinds_not_known_yet_are_none_and_never_nothing():
    field = KindsField(unknown_label="Dat weet ik nog niet", required=False)

    assert field.clean([KindsField.UNKNOWN]) is None
    assert field.clean([]) is None
    assert refusal(field, [KindsField.UNKNOWN, "0"]) == ["both"]


@pytest.mark.parametrize(
    ("chosen", "code"),
    [([], "required"), (["99"], "invalid_choice"), (["x" * 10_000], "invalid_choice")],
)
def test_kinds_say_why_they_are_refused(chosen, code):
    assert refusal(KindsField(), chosen) == [code]


@pytest.mark.parametrize(
    ("codes", "expected"),
    [
        (["both-2-1"], both_weeks(2, Part.AFTERNOON)),
        (["even-0-0"], moments.mask_of([Moment(0, 0, Parity.EVEN)])),
        (["odd-6-2", "holidays"], 1 << (28 + 6 * 4 + 2) | 1 << 56),
        (
            ["weekend"],
            sum(both_weeks(day, part) for day in (5, 6) for part in range(3)),
        ),
    ],
)
def test_moments_become_one_mask(codes, expected):
    assert MomentsField().clean(codes) == expected


def test_whole_weekend_has_its_night_where_nights_are_asked():
    assert MomentsField(night=True).clean(["weekend"]) == moments.WEEKEND


def test_moments_not_known_yet_are_none_and_never_nothing():
    assert MomentsField().clean(["unknown"]) is None
    assert MomentsField(required=False).clean([]) is None


@pytest.mark.parametrize(
    ("codes", "code"),
    [
        ([], "required"),
        (["unknown", "both-0-0"], "both"),
        (["both-7-0"], "invalid"),
        (["both-0-4"], "invalid"),
        (["both--1-0"], "invalid"),
        (["never-0-0"], "invalid"),
        (["both"], "invalid"),
        (["x" * 10_000], "invalid"),
        (["\0"], "invalid"),
        (["both-0-²"], "invalid"),
    ],
)
def test_moments_say_why_they_are_refused(codes, code):
    assert refusal(MomentsField(), codes) == [code]


class WeekForm(HouseForm, forms.Form):
    moments = MomentsField()


@pytest.mark.parametrize(
    "mask",
    [
        both_weeks(2, Part.AFTERNOON) | moments.SCHOOL_HOLIDAYS,
        moments.mask_of([Moment(5, Part.NIGHT, Parity.ODD)]),
        moments.WEEKEND,
        moments.ALL_MOMENTS,
        moments.WEEKEND & moments.EVEN_WEEKS | both_weeks(0, Part.MORNING),
    ],
)
def test_saving_the_week_unchanged_loses_nothing(mask):
    shown = WeekForm(initial={"moments": mask})
    data = QueryDict(mutable=True)
    widget = shown["moments"].field.widget
    context = widget.get_context("moments", shown["moments"].value(), {"id": "id_m"})
    boxes = [
        box
        for week in context["widget"]["weeks"]
        for day in week["days"]
        for box in day["cells"]
    ] + context["widget"]["extras"]
    data.setlist("moments", [box["value"] for box in boxes if box["checked"]])

    sent = WeekForm(data, initial={"moments": mask})

    assert sent.is_valid()
    assert sent.cleaned_data == {"moments": mask}
    assert sent.has_changed() is False


class Everything(HouseForm, forms.Form):
    name = CleanTextField(help_text="Eén veld")
    starts_on = ForgivingDateField(required=False, today=TODAY)
    often = forms.ChoiceField(
        choices=[("a", "A"), ("b", "B")], widget=forms.RadioSelect
    )
    kinds = KindsField()
    moments = MomentsField()
    agrees = forms.BooleanField()
    secret = forms.CharField(widget=forms.HiddenInput, required=False)


def squeezed(html):
    return " ".join(html.split()).replace("> <", "><")


@pytest.mark.parametrize(
    "form",
    [
        Everything(initial={"starts_on": TODAY}),
        Everything({"name": "", "starts_on": "31-2"}),
    ],
    ids=["empty", "wrong"],
)
def test_crispy_and_django_write_the_same_field(form):
    names = list(form.fields)

    by_crispy = render_crispy_form(form)
    by_django = "".join(form[name].as_field_group() for name in names)

    assert squeezed(by_crispy) == squeezed(by_django)


def test_every_link_of_the_error_summary_leads_to_a_control():
    form = Everything({"starts_on": "31-2"})
    page = Template('{% include "_error_summary.html" %}{{ form }}').render(
        Context({"form": form})
    )

    links = [part.split('"')[0] for part in page.split('<a href="#')[1:]]

    assert links == [
        "id_name",
        "id_starts_on",
        "id_often_0",
        "id_kinds_0",
        "id_moments_0",
        "id_agrees",
    ]
    assert [page.count(f' id="{link}"') for link in links] == [1] * 6


def test_required_fields_are_named_in_their_own_error():
    form = Everything({})

    assert form.errors["name"] == ["Vul ‘Name’ in."]
    assert form.errors["often"] == ["Kies iets bij ‘Often’."]
    assert form.errors["agrees"] == ["Zet een vinkje bij ‘Agrees’."]


def test_optional_field_says_so_except_where_the_form_does_not_want_it():
    class Filters(Everything):
        mark_optional = False

    mark = "(mag je overslaan)"

    assert mark in str(Everything()["starts_on"].as_field_group())
    assert mark not in str(Everything()["name"].as_field_group())
    assert mark not in str(Filters()["starts_on"].as_field_group())


def test_question_makes_the_label_the_heading_of_the_page():
    class Question(Everything):
        question = "name"

    form = Question()

    assert "<h1>Name</h1>" in form["name"].as_field_group()
    assert "<h1>" not in form["starts_on"].as_field_group()


class Renaming(StaleCheck, forms.Form):
    name = CleanTextField()


@pytest.mark.parametrize("shown", ["2", "", "drie", None])
def test_stale_form_is_refused_and_can_be_sent_again(shown):
    data = {"name": "Noor"} | ({} if shown is None else {"row_version": shown})

    form = Renaming(data, row_version=3)

    assert form.is_valid() is False
    assert [error.code for error in form.non_field_errors().as_data()] == ["stale"]
    assert form["row_version"].value() == 3


def test_fresh_form_passes_without_its_version():
    form = Renaming({"name": "Noor", "row_version": "3"}, row_version=3)

    assert form.is_valid()
    assert form.cleaned_data == {"name": "Noor"}


@pytest.mark.parametrize("text_field", [TelephoneField, PostcodeField])
def test_text_that_is_left_empty_stays_text(text_field):
    assert text_field(required=False).clean(" ") == ""

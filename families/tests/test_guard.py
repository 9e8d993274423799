"""Posts of programs and of people, and what a page answers to too many of them."""

import datetime as dt

import pytest
import time_machine
from django import forms
from django.test import RequestFactory

from families.forms.base import HouseForm
from families.forms.guard import BAIT, STAMP, GuardedForm, stamp
from families.models import IntakeCount, Knocks
from families.tests.browser_form import sent_by
from families.views.guard import refuse, refused, remote_address

NOON = dt.datetime(2026, 6, 1, 12, tzinfo=dt.UTC)
SECOND = dt.timedelta(seconds=1)
DAY = dt.timedelta(days=1)


class CallMeForm(GuardedForm, HouseForm, forms.Form):
    """A page by itself."""

    name = forms.CharField()


class QuestionForm(GuardedForm, HouseForm, forms.Form):
    """One question, quickly answered."""

    least_seconds = 0
    name = forms.CharField()


def sent(page="CallMeForm", at=NOON, **others):
    return {"name": "Noor", BAIT: "", STAMP: stamp(page, at)} | others


def test_guard_is_shown_with_the_form_and_met_by_nobody_else():
    form = CallMeForm()

    typed = sent_by(str(form))

    assert list(typed) == [STAMP, "name", BAIT]
    assert list(form.fields) == ["name"]
    assert [field.name for field in form] == ["name"]
    assert list(sent_by(str(form.guard))) == [STAMP, BAIT]


def test_bait_is_out_of_sight_out_of_reach_and_kept_by_no_browser():
    bait = CallMeForm().guard[BAIT].as_field_group()

    assert bait == (
        '<div class="vh" aria-hidden="true">\n'
        "  <label>Laat dit leeg "
        f'<input type="text" name="{BAIT}" tabindex="-1" autocomplete="off"></label>\n'
        "</div>"
    )


@pytest.mark.parametrize(
    ("changes", "at", "automatic"),
    [
        ({}, NOON + 3 * SECOND, False),
        ({}, NOON + 2 * SECOND, True),
        ({}, NOON - SECOND, True),
        ({}, NOON + 3 * DAY, False),
        ({}, NOON + 15 * DAY, True),
        ({BAIT: "https://spam.example"}, NOON + DAY, True),
        ({STAMP: ""}, NOON + DAY, True),
        ({STAMP: "1780315200:invented"}, NOON + DAY, True),
        ({STAMP: "\ud800\0"}, NOON + DAY, True),
        ({STAMP: stamp("QuestionForm", NOON)}, NOON + DAY, True),
    ],
)
def test_programs_are_known_by_the_bait_and_the_stamp(changes, at, automatic):
    form = CallMeForm(sent(**changes))

    assert form.is_valid()
    assert form.looks_automatic(at) is automatic
    assert form.cleaned_data == {"name": "Noor"}


def test_a_question_is_not_known_by_seconds():
    form = QuestionForm(sent("QuestionForm"))

    assert form.looks_automatic(NOON) is False
    assert QuestionForm(sent()).looks_automatic(NOON) is True


def test_page_with_errors_keeps_the_first_stamp_and_empties_the_bait():
    first = sent(name="", **{BAIT: "filled in by a browser"})

    shown = sent_by(str(CallMeForm(first)))

    assert shown.dict() == {"name": "", BAIT: "", STAMP: first[STAMP]}


def test_page_with_errors_gives_a_stamp_to_who_had_none():
    with time_machine.travel(NOON, tick=False):
        shown = sent_by(str(CallMeForm({"name": ""})))

    assert shown[STAMP] == stamp("CallMeForm", NOON)


def test_two_forms_on_one_page_are_told_apart_by_their_prefix():
    form = CallMeForm({"een-name": "Noor", f"een-{BAIT}": "spam"}, prefix="een")

    assert form.looks_automatic(NOON) is True
    assert list(sent_by(str(CallMeForm(prefix="twee")))) == [
        f"twee-{STAMP}",
        "twee-name",
        f"twee-{BAIT}",
    ]


@pytest.mark.parametrize(
    ("behind_proxy", "forwarded", "expected"),
    [
        (False, None, "192.0.2.1"),
        (False, "198.51.100.7", "192.0.2.1"),
        (True, "198.51.100.7", "198.51.100.7"),
        (True, "203.0.113.9, 198.51.100.7", " 198.51.100.7"),
        (True, None, ""),
    ],
)
def test_only_a_proxy_of_ours_is_believed(settings, behind_proxy, forwarded, expected):
    settings.BEHIND_PROXY = behind_proxy
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    request = RequestFactory().get("/", headers=headers, REMOTE_ADDR="192.0.2.1")

    assert remote_address(request) == expected


@pytest.mark.django_db
def test_invented_proxies_give_no_new_limits(settings):
    answers = []

    with time_machine.travel(NOON, tick=False):
        for number in range(11):
            request = RequestFactory().post(
                "/", headers={"X-Forwarded-For": f"198.51.100.{number}"}
            )
            form = CallMeForm(sent(at=NOON - DAY))
            answers.append(refused(request, form, door="send"))

    assert [bool(answer) for answer in answers] == [False] * 10 + [True]


@pytest.mark.django_db
def test_refused_page_keeps_what_was_typed_and_says_whom_to_call(settings):
    settings.ORGANISATION_PHONE = "020 999 88 77"
    request = RequestFactory().post("/")
    form = CallMeForm(sent(at=NOON - DAY, name="Kanarie"))
    with time_machine.travel(NOON + 20 * SECOND, tick=False):
        for _time in range(10):
            assert refused(request, form, door="callback", kind="request") is None
        refusal = refused(request, form, door="callback", kind="request")

    response = refuse(request, "families/_refused.html", {"form": form}, refusal)

    assert response.status_code == 429
    assert response.headers["Retry-After"] == "40"
    assert "020 999 88 77" in response.text
    assert "over 1 minuut" in response.text
    assert [
        (row.what, row.kind, row.language, row.on, row.n)
        for row in IntakeCount.objects.all()
    ] == [("refused", "request", "nl", dt.date(2026, 6, 1), 1)]


@pytest.mark.django_db
def test_nothing_of_anybody_is_kept():
    request = RequestFactory().post("/", REMOTE_ADDR="192.0.2.1")

    refused(request, CallMeForm(sent()), door="send", email="noor@buurt.example")

    kept = " ".join(str(value) for row in Knocks.objects.values_list() for value in row)
    assert Knocks.objects.count() == 2
    assert [told for told in ("192.0.2", "noor", "buurt") if told in kept] == []

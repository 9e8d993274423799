"""The editor tells on which days each item would take place first."""

import pytest
from django.urls import reverse
from django.utils.http import urlencode

from agreements.shown.planned import FirstTimes
from agreements.tests.factories import make_version, wednesdays
from agreements.tests.test_forms import editor_data, item_data

pytestmark = pytest.mark.django_db

FORM = "application/x-www-form-urlencoded"
PLAY = "Spelen (Noor)"
WEEKLY = FirstTimes(PLAY, "Eerste keren: wo 2, wo 9 en wo 16 december 2026")


def preview(client, pairing, data, **more):
    page = reverse("agreements:agreement-change", args=[pairing.reference])
    body = urlencode(data | {"doen": "bekijk"}, doseq=True)
    return client.post(page, body, content_type=FORM, **more)


def text_of(response):
    return " ".join(response.content.decode().split())


@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}])
def test_the_preview_tells_the_first_times_with_and_without_htmx(
    lead, pairing, headers
):
    response = preview(lead, pairing, editor_data(item_data(pairing)), headers=headers)

    assert response.context["first_times"] == [WEEKLY]
    assert text_of(response).count(WEEKLY.text) == 1


def test_every_other_week_counts_from_its_own_first_day(lead, pairing):
    said = {"rhythm": "every_n_weeks", "every": "2", "first_on": "9-12-2026"}

    response = preview(lead, pairing, editor_data(item_data(pairing, **said)))

    assert [one.text for one in response.context["first_times"]] == [
        "Eerste keren: wo 9, wo 23 december 2026 en wo 6 januari 2027"
    ]


def test_the_first_day_of_the_version_decides(lead, pairing):
    data = editor_data(item_data(pairing), effective_from="10-12-2026")

    response = preview(lead, pairing, data)

    assert [one.text for one in response.context["first_times"]] == [
        "Eerste keren: wo 16, wo 23 en wo 30 december 2026"
    ]


@pytest.mark.parametrize(
    ("item", "more"),
    [({}, {"effective_from": "ooit"}), ({"starts_at": "half twee"}, {})],
)
def test_nothing_is_told_before_the_form_can_be_read(lead, pairing, item, more):
    data = editor_data(item_data(pairing, **item), **more)

    response = preview(lead, pairing, data)

    assert response.context["first_times"] == []
    assert "Wanneer begint het?" not in text_of(response)


def test_the_editor_tells_them_before_anything_was_typed(lead, pairing):
    make_version(pairing)
    page = reverse("agreements:version-correct", args=[pairing.reference, 1])

    response = lead.get(page)

    assert [one.text for one in response.context["first_times"]] == [
        "Eerste keren: wo 7, wo 14 en wo 21 januari 2026"
    ]


def test_two_new_items_that_say_the_same_have_their_own_times(lead, pairing):
    items = [item_data(pairing, number) for number in range(2)]

    response = preview(lead, pairing, editor_data(*items))

    assert response.context["first_times"] == [WEEKLY, WEEKLY]


def test_an_item_that_stops_is_not_told(lead, pairing):
    make_version(pairing, items=[wednesdays(pairing), wednesdays(pairing, kind=1)])
    items = [
        item_data(pairing, line="1"),
        item_data(pairing, 1, line="2", kind="1", DELETE="on"),
    ]
    data = editor_data(*items, initial=2, row_version="1")

    response = preview(lead, pairing, data)

    assert response.context["first_times"] == [WEEKLY]

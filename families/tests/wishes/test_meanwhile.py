"""Two coordinators who change the wishes of one family at once."""

import datetime as dt

import pytest

from families.tests.browser_form import sent_by
from families.tests.wishes.doing import save, sources, typed

pytestmark = pytest.mark.django_db


def test_what_a_colleague_changed_is_told_and_kept(client, asked):
    sent = typed(client, asked, no_dog="limit", frequency="monthly")
    meanwhile = typed(client, asked, no_dog="wish", remarks="Heel rustig")
    save(client, asked, meanwhile)

    response = save(client, asked, sent)

    form = response.context["form"]
    assert response.status_code == 422
    assert form.meanwhile() == [
        ("geen hond", "wens", "grens"),
        ("opmerkingen", "Heel rustig", ""),
    ]
    assert (asked.no_dog, asked.frequency) == ("wish", "weekly")
    again = sent_by(response.content.decode())
    assert (again["no_dog"], again["frequency"]) == ("limit", "monthly")
    assert again["remarks"] == "Heel rustig"
    save(client, asked, dict(again.lists()))
    assert (asked.no_dog, asked.frequency, asked.remarks) == (
        "limit",
        "monthly",
        "Heel rustig",
    )


def test_a_pause_of_a_colleague_is_taken_over(client, given):
    sent = typed(client, given, no_dog="limit")
    save(client, given, typed(client, given, pause="yes", pause_until="25-12-2026"))
    save(client, given, typed(client, given, no_cat="limit"))

    response = save(client, given, sent)

    assert [one[0] for one in response.context["form"].meanwhile()] == [
        "geen kat",
        "pauze",
    ]
    save(client, given, dict(sent_by(response.content.decode()).lists()))
    assert (given.no_dog, given.no_cat, given.stage) == ("limit", "limit", "paused")


@pytest.mark.parametrize("version", ["", "x", "-1", "0", "9" * 40, "\0", None])
def test_a_version_that_was_tampered_with_keeps_what_a_colleague_wrote(
    client, asked, version
):
    sent = typed(client, asked, no_dog="limit", remarks="Van mij")
    save(client, asked, typed(client, asked, remarks="Van hen", no_cat="wish"))
    sent["row_version"] = [] if version is None else [version]

    response = save(client, asked, sent)

    form = response.context["form"]
    assert (response.status_code, asked.remarks, asked.no_dog) == (
        422,
        "Van hen",
        "not_asked",
    )
    assert sorted(form.meanwhile()) == [
        ("geen kat", "wens", ""),
        ("opmerkingen", "Van hen", "Van mij"),
    ]
    again = sent_by(response.content.decode())
    assert (again["no_cat"], again["no_dog"], again["remarks"]) == (
        "wish",
        "limit",
        "Van mij",
    )
    save(client, asked, dict(again.lists()))
    assert (asked.no_cat, asked.no_dog, asked.remarks) == ("wish", "limit", "Van mij")


def test_words_of_something_else_that_are_too_long_are_kept_beside_a_colleagues(
    client, asked
):
    asked.kinds_other = "naaien"
    asked.save()
    sent = typed(client, asked, kinds_other="x" * 301)
    save(client, asked, typed(client, asked, remarks="Heel rustig"))

    response = save(client, asked, sent)

    assert (response.status_code, asked.kinds_other) == (422, "naaien")
    again = sent_by(response.content.decode())
    assert (again["kinds_other"], again["remarks"]) == ("x" * 301, "Heel rustig")


@pytest.mark.parametrize("shown", ["", "[]", "{", '{"no_dog": 1}'])
def test_a_form_that_forgot_what_it_showed_still_saves(client, asked, shown):
    sent = typed(client, asked, shown=shown, no_dog="limit")

    save(client, asked, sent)

    assert sources(asked) == {"no_dog": ("telephone", dt.date(2026, 11, 23))}

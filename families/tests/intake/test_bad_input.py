"""What the pages of both applications make of what they cannot use."""

import datetime as dt

import pytest
from django.http import QueryDict

from families.forms.steps import REQUEST
from families.models import (
    IntakeDraft,
    Membership,
    Person,
)
from families.tests.applying import (
    ANSWERS,
    CONSENT,
    REQUEST_ANSWERS,
    STEPS,
    answer_until,
    send,
    served,
    step_url,
)

KINDS = list(ANSWERS)


LONG = "a" * 10_000
HOSTILE = {
    "empty": "",
    "long": LONG,
    "nul": "Noor\0",
    "emoji": "👩‍👧🎈",
    "right to left": "\u202eرون",
}
MAY_BE_EMPTY = {("steun-vragen", "belangrijk"), ("steun-vragen", "delen")}
# What each page makes of it: the fields that complain.
BAD = {
    ("steun-vragen", "postcode"): (["postcode"], {}),
    ("steun-vragen", "kinderen"): (["age-0"], {"rows": "1"}),
    ("steun-vragen", "wat"): (["kinds"], {}),
    ("steun-vragen", "hoevaak"): (["frequency"], {}),
    ("steun-vragen", "wanneer"): (["moments"], {}),
    ("steun-vragen", "taal"): (["language"], {}),
    ("steun-vragen", "contact"): (["telephone"], REQUEST_ANSWERS["contact"]),
    ("steun-geven", "postcode"): (["postcode"], {}),
    ("steun-geven", "gezin"): (["adults"], {"rows": "1"}),
    ("steun-geven", "wat"): (["kinds"], {}),
    ("steun-geven", "wanneer"): (["moments"], {}),
    ("steun-geven", "grenzen"): (
        ["max_distance_km"],
        ANSWERS["steun-geven"]["grenzen"],
    ),
    ("steun-geven", "contact"): (["telephone"], ANSWERS["steun-geven"]["contact"]),
}


@pytest.mark.django_db
@pytest.mark.parametrize("hostile", HOSTILE.values(), ids=HOSTILE)
@pytest.mark.parametrize(("kind", "slug"), BAD)
def test_bad_input_is_explained_kept_and_not_stored(client, kind, slug, hostile):
    served()
    answer_until(client, kind, last=slug)
    kept = list(IntakeDraft.objects.values_list("answers", flat=True))
    fields, others = BAD[kind, slug]

    response = send(
        client, step_url(kind, slug), others | dict.fromkeys(fields, hostile)
    )

    assert response.status_code == 422
    form = response.context["form"]
    assert list(form.errors) == fields
    value = form[fields[0]].value()
    assert (value[0] if isinstance(value, list) and value else value or "") == hostile
    assert list(IntakeDraft.objects.values_list("answers", flat=True)) == kept
    page = response.content.decode()
    assert page.count("<title>Fout: ") == 1
    assert page.count(f'href="#{form[fields[0]].first_id}"') == 1


@pytest.mark.django_db
@pytest.mark.parametrize(("kind", "slug"), STEPS)
def test_empty_page_says_what_is_missing(client, kind, slug):
    served()
    answer_until(client, kind, last=slug)

    response = send(client, step_url(kind, slug), {})

    if (kind, slug) in MAY_BE_EMPTY:
        assert response.status_code == 302
    else:
        assert response.status_code == 422
        assert response.context["form"].errors


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("field", "typed", "error"),
    [
        ("name", LONG, "Je tekst is te lang. Maak de tekst 9880 tekens korter."),
        ("name", "\u202e \u200f", "Vul je naam in."),
        ("name", "N\0", "In je tekst staat een teken dat we niet kunnen bewaren."),
        ("telephone", "06 1234", "Dit nummer is te kort. Een nummer heeft 10 cijfers."),
        ("email", "amira@", "Dit is geen e-mailadres."),
        (
            "email",
            "a@buurt.example\r\nBcc: b@buurt.example",
            "Dit is geen e-mailadres.",
        ),
        ("email", LONG, "Dit is geen e-mailadres."),
        ("call_dayparts", ["7"], "Kies uit de antwoorden op deze pagina."),
        ("may_leave_message", "misschien", "Kies uit de antwoorden op deze pagina."),
    ],
)
def test_contact_page_explains_what_it_cannot_read(client, field, typed, error):
    served()
    answer_until(client, "steun-vragen", last="contact")

    response = send(
        client,
        step_url("steun-vragen", "contact"),
        REQUEST_ANSWERS["contact"] | {field: typed},
    )

    assert response.status_code == 422
    form = response.context["form"]
    assert list(form.errors) == [field]
    assert form.errors[field][0].startswith(error)
    assert form[field].value() == typed


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("slug", "field", "most"),
    [
        ("belangrijk", "remarks", 500),
        ("delen", "likes", 300),
        ("wat", "kinds_other", 300),
        ("taal", "which_other", 60),
    ],
)
@pytest.mark.parametrize("typed", ["long", "NUL", "half a letter"])
def test_text_that_cannot_be_kept_is_explained(client, slug, field, most, typed):
    served()
    answer_until(client, "steun-vragen", last=slug)
    text = {
        "long": "🎈" * (most + 40),
        "NUL": "N\0",
        "half a letter": "\ud83c",
    }[typed]
    form = REQUEST.step(slug).form
    answers = QueryDict(mutable=True)
    for name, value in (REQUEST_ANSWERS[slug] | {field: text}).items():
        answers.setlist(name, value if isinstance(value, list) else [value])

    judged = form(answers, earlier={}, on=dt.date(2026, 11, 23))

    words = (
        "Je tekst is te lang. Maak de tekst 40 tekens korter."
        if typed == "long"
        else "In je tekst staat een teken dat we niet kunnen bewaren."
        " Typ de tekst opnieuw."
    )
    assert judged.errors == {field: [words]}
    assert judged[field].value() == text


@pytest.mark.django_db
@pytest.mark.parametrize("rows", ["", "-1", "x", "٣", "999", "9" * 5000])
def test_number_of_rows_is_never_taken_at_its_word(client, rows):
    served()
    answer_until(client, "steun-vragen", last="kinderen")

    response = send(client, step_url("steun-vragen", "kinderen"), {"rows": rows})

    assert response.status_code == 422
    assert response.context["form"].n_rows == (12 if rows.startswith("9") else 1)


@pytest.mark.django_db
@pytest.mark.parametrize("age", ["", "groot"])
def test_an_age_that_cannot_be_read_names_the_other_way(client, age):
    served()
    answer_until(client, "steun-vragen", last="kinderen")

    response = send(
        client, step_url("steun-vragen", "kinderen"), {"rows": "1", "age-0": age}
    )

    assert response.context["form"].errors == {
        "age-0": [
            "Vul de leeftijd in. Gebruik een getal. Bijvoorbeeld 6."
            " Of kies ‘Nog niet geboren’."
        ]
    }


@pytest.mark.django_db
def test_age_and_not_born_yet_exclude_each_other(client):
    served()
    answer_until(client, "steun-vragen", last="kinderen")

    response = send(
        client,
        step_url("steun-vragen", "kinderen"),
        {"rows": "1", "age-0": "6", "unborn-0": "on"},
    )

    assert response.context["form"].errors == {
        "age-0": ["Kies één van de twee: een leeftijd of ‘Nog niet geboren’."]
    }


@pytest.mark.django_db
def test_ages_must_be_in_order(client):
    served()
    answer_until(client, "steun-geven", last="grenzen")
    answers = ANSWERS["steun-geven"]["grenzen"] | {
        "younger_than": "9",
        "older_than": "4",
    }

    response = send(client, step_url("steun-geven", "grenzen"), answers)

    assert list(response.context["form"].errors) == ["older_than"]


@pytest.mark.django_db
def test_emoji_and_foreign_letters_in_a_name_are_kept_without_hidden_marks(client):
    served()
    answer_until(client, "steun-vragen")
    name = "Zoe\u0308 \u202eأميرة 🎈"
    contact = REQUEST_ANSWERS["contact"] | {"name": name}
    send(client, step_url("steun-vragen", "contact"), contact)

    send(client, "/steun-vragen/controleren/", CONSENT["steun-vragen"])

    person = Person.objects.get(memberships__role=Membership.Role.PARENT)
    assert person.name == "Zoë أميرة 🎈"

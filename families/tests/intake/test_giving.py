"""The questions to a family that wants to give support, one by one."""

import datetime as dt

import pytest

from families.models import (
    FactSource,
    Household,
    ScreeningCheck,
    SupportFamily,
    SupportOffer,
)
from families.tests.applying import (
    CONSENT,
    SUPPORT_ANSWERS,
    answer_until,
    apply,
    send,
    served,
    step_url,
)

KIND = "steun-geven"
VOG_TEXT = (
    "Een VOG is een brief van de overheid. Daarin staat: er is geen bezwaar dat jij"
    " met kinderen werkt. Het is gratis. Je hebt DigiD nodig. Wij zetten het voor je"
    " klaar."
)


def sent(client, slug="", **changed):
    """An application with other answers on one page."""
    served()
    answer_until(client, KIND)
    if slug:
        answers = SUPPORT_ANSWERS[slug] | changed
        response = send(client, step_url(KIND, slug), answers)
        assert response.status_code == 302, response.context["form"].errors
    send(client, f"/{KIND}/controleren/", CONSENT[KIND])
    return SupportOffer.objects.get()


def complaints(client, slug, **changed):
    """What a page says of other answers, once all before it are given."""
    served()
    answer_until(client, KIND, last=slug)
    answers = SUPPORT_ANSWERS[slug] | changed
    response = send(client, step_url(KIND, slug), answers)
    assert response.status_code == 422
    return response.context["form"].errors


@pytest.mark.django_db
def test_nine_pages_ask_what_the_design_asks(client):
    served()
    answer_until(client, KIND)

    titles = [
        str(client.get(step_url(KIND, slug)).context["form"].title)
        for slug in SUPPORT_ANSWERS
    ]

    assert titles == [
        "Wat is je postcode?",
        "Wie wonen er bij jullie?",
        "Heb je ervaring met opvoeden?",
        "Wat zouden jullie willen doen?",
        "Hoe vaak wil je steun geven?",
        "Wanneer kunnen jullie steun geven?",
        "Wat wil je liever niet?",
        "Wil je een VOG aanvragen?",
        "Hoe kunnen we je bereiken?",
    ]


@pytest.mark.django_db
def test_all_that_is_told_is_kept(client):
    offer = sent(client)

    family = SupportFamily.objects.get()
    assert (family.experience, family.motivation, family.has_children) == (
        "parent",
        "Ons huis is groot.",
        True,
    )
    assert (offer.frequency, offer.visit_length) == ("monthly", "four_hours")
    assert (offer.only_when_both_home, offer.children_at_once) == (True, 1)
    assert (offer.ages, offer.max_distance_km) == (0b111111111111110000, 3)
    assert offer.remarks == "Liever niet: rijden."


@pytest.mark.django_db
def test_all_that_is_told_has_the_application_as_its_source(client):
    sent(client)

    sources = FactSource.objects.order_by("field")
    assert [(one.field, one.source, one.on, one.by) for one in sources] == [
        (field, "application", dt.date(2026, 11, 23), None)
        for field in (
            "ages",
            "cat",
            "children_at_once",
            "dog",
            "frequency",
            "has_children",
            "kinds",
            "max_distance_km",
            "only_when_both_home",
            "remarks",
            "smoking",
            "visit_length",
        )
    ]


@pytest.mark.django_db
def test_not_known_yet_is_never_no(client):
    offer = sent(client, "hoevaak", frequency="unknown", visit_length="unknown")

    assert (offer.frequency, offer.visit_length) == ("", "")
    assert Household.objects.get().other_animal is None


@pytest.mark.django_db
@pytest.mark.parametrize(("adults", "asked"), [("1", False), ("2", True), ("3", True)])
def test_both_home_is_asked_only_where_two_adults_live(client, adults, asked):
    served()
    answer_until(client, KIND, last="wanneer")
    send(client, step_url(KIND, "gezin"), SUPPORT_ANSWERS["gezin"] | {"adults": adults})

    form = client.get(step_url(KIND, "wanneer")).context["form"]

    assert ("only_when_both_home" in form.fields) is asked


@pytest.mark.django_db
def test_who_lives_alone_is_not_asked_about_both(client):
    offer = sent(client, "gezin", adults="1")

    assert offer.only_when_both_home is None


@pytest.mark.django_db
def test_two_adults_who_do_not_tick_may_be_home_alone(client):
    offer = sent(client, "wanneer", only_when_both_home="")

    assert offer.only_when_both_home is False


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("slug", "earlier", "avoid", "answer"),
    [
        ("wat", {"kinds": ["2"]}, "sleepover", "Een kind slaapt soms bij ons"),
        (
            "wat",
            {"kinds": ["3"]},
            "driving",
            "We brengen of halen een kind (school, sport, zwemles)",
        ),
        ("hoevaak", {"visit_length": "night"}, "sleepover", "Een nacht"),
    ],
)
def test_what_they_rather_not_do_may_not_be_what_they_offered(
    client, slug, earlier, avoid, answer
):
    served()
    answer_until(client, KIND, last="grenzen")
    send(client, step_url(KIND, "wat"), SUPPORT_ANSWERS["wat"] | {"kinds": ["0"]})
    send(client, step_url(KIND, slug), SUPPORT_ANSWERS[slug] | earlier)
    answers = SUPPORT_ANSWERS["grenzen"] | {"avoid": [avoid]}

    response = send(client, step_url(KIND, "grenzen"), answers)

    assert response.status_code == 422
    assert response.context["form"].errors == {
        "avoid": [
            f"Je koos ook ‘{answer}’. Kies een van de twee. Je kunt dat antwoord ook"
            " veranderen."
        ]
    }


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("younger", "older", "mask"),
    [("", "", 0), ("16", "", 0b11 << 16), ("", "1", 0b11), ("4", "5", 0b11 << 4)],
)
def test_ages_they_rather_not_have_leave_the_others(client, younger, older, mask):
    offer = sent(client, "grenzen", younger_than=younger, older_than=older)

    assert offer.ages == mask


@pytest.mark.django_db
def test_ages_must_leave_some(client):
    errors = complaints(client, "grenzen", younger_than="9", older_than="4")

    assert errors == {
        "older_than": [
            "Deze leeftijd is lager dan de leeftijd hierboven. Kijk nog eens."
        ]
    }


@pytest.mark.django_db
def test_nothing_they_rather_not_do_says_nothing(client):
    offer = sent(client, "grenzen", avoid=[])

    assert (offer.remarks, offer.children_at_once) == ("", None)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("slug", "field", "message"),
    [
        ("ervaring", "experience", "Kies wat bij je past. ‘Nog niet’ is ook goed."),
        (
            "hoevaak",
            "frequency",
            "Kies hoe vaak. Of kies ‘Dat weet ik nog niet’.",
        ),
        (
            "hoevaak",
            "visit_length",
            "Kies hoe lang. Of kies ‘Dat weet ik nog niet’.",
        ),
        ("vog", "vog", "Kies ja, of ‘Ik heb een vraag hierover’."),
    ],
)
@pytest.mark.parametrize("typed", ["", "anders"])
def test_each_question_says_what_is_missing_or_no_answer(
    client, slug, field, message, typed
):
    errors = complaints(client, slug, **{field: typed})

    if typed:
        message = "Kies uit de antwoorden op deze pagina."
    assert errors == {field: [message]}


@pytest.mark.django_db
def test_reason_may_be_long_but_not_endless(client):
    errors = complaints(client, "contact", motivation="a" * 540)

    assert errors == {
        "motivation": ["Je tekst is te lang. Maak de tekst 40 tekens korter."]
    }


@pytest.mark.django_db
def test_vog_page_says_what_a_vog_is(client):
    served()
    answer_until(client, KIND, last="vog")

    page = client.get(step_url(KIND, "vog"))

    assert page.content.decode().count(VOG_TEXT) == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("vog", "note"),
    [("yes", ""), ("question", "Heeft een vraag over de VOG.")],
)
def test_question_about_the_vog_is_noted_with_the_first_adult(client, vog, note):
    sent(client, "vog", vog=vog)

    checks = ScreeningCheck.objects.order_by("pk")
    assert [(check.state, check.note) for check in checks] == [
        ("asked", note),
        ("asked", ""),
    ]


@pytest.mark.django_db
def test_notes_for_the_coordinator_are_in_the_language_of_the_house(client):
    served()
    answer_until(client, KIND)

    send(client, f"/ar/{KIND}/controleren/", CONSENT[KIND])

    assert SupportOffer.objects.get().remarks == "Liever niet: rijden."
    assert [one.note for one in ScreeningCheck.objects.order_by("pk")] == [
        "Heeft een vraag over de VOG.",
        "",
    ]


@pytest.mark.django_db
def test_without_a_word_of_the_other_adults_nothing_is_sent(client):
    served()
    answer_until(client, KIND)

    response = send(client, f"/{KIND}/controleren/", {"agree": "on"})

    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["together"]
    assert not SupportOffer.objects.exists()


@pytest.mark.django_db
def test_confirmation_says_who_calls_and_that_we_come_by(client):
    served(user__name="Sanne Voorbeeld")
    response = apply(client, KIND)

    page = client.get(response.headers["Location"]).content.decode()

    assert page.count("Sanne Voorbeeld belt je binnen 10 werkdagen.") == 1
    assert page.count("We komen dan een keer bij jullie langs.") == 1

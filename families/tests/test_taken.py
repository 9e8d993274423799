"""Applications that a coordinator takes by telephone."""

import datetime as dt
import uuid

import pytest
import time_machine
from django.test import Client

from buurtgezinnen.tests.concurrency import together
from families.models import (
    AuditEvent,
    Consent,
    ContactMoment,
    FactSource,
    Household,
    Partnership,
    Person,
    ScreeningCheck,
    SupportOffer,
    SupportRequest,
    Task,
)
from families.tests.applying import send, served
from families.tests.factories import (
    MunicipalityFactory,
    PartnershipFactory,
    PostcodeAreaFactory,
)

MONDAY = dt.datetime(2026, 11, 23, 9, 0, tzinfo=dt.UTC)
TODAY = dt.date(2026, 11, 23)
ASKS = "/werk/gezinnen/nieuw/steun-vragen/"
GIVES = "/werk/gezinnen/nieuw/steun-geven/"
CALLER = {
    "contact-name": "Amira de Voorbeeld",
    "contact-telephone": "06 12 34 56 78",
    "postcode-postcode": "1431 ab",
}
SHORT = CALLER | {"akkoord-parent": "on", "akkoord-agree": "on"}
SHORT_GIVING = CALLER | {"akkoord-together": "on", "akkoord-agree": "on"}


@pytest.fixture(autouse=True)
def monday():
    with time_machine.travel(MONDAY, tick=False):
        yield


@pytest.fixture
def sanne(client):
    coordinator = served(user__name="Sanne Voorbeeld")
    client.force_login(coordinator.user)
    return coordinator


def take(client, url, answers, **more):
    """Sends the page as a browser does: with the key of the form."""
    key = {"form_key": str(uuid.UUID(int=1))}
    return send(client, url, key | answers | more)


@pytest.mark.django_db
def test_request_by_telephone_is_a_family_in_talks(client, sanne):
    answers = SHORT | {
        "kinderen-rows": "2",
        "kinderen-name-0": "Noor",
        "kinderen-age-0": "6 jaar",
        "kinderen-name-1": "Sam",
        "wat-kinds": ["0"],
        "hoevaak-frequency": "weekly",
        "text": "Belt vanuit de trein.",
    }

    response = take(client, ASKS, answers)

    household = Household.objects.get()
    assert response.headers["Location"] == (
        f"/werk/gezinnen/{household.reference}/aangenomen/"
    )
    assert (household.name, household.came_by, household.coordinator) == (
        "De Voorbeeld",
        "telephone",
        sanne,
    )
    request = SupportRequest.objects.get()
    assert (request.stage, request.kinds, request.frequency) == ("talking", 1, "weekly")
    children = request.children.order_by("pk")
    assert [(one.name, one.age_told, one.not_yet_born) for one in children] == [
        ("Noor", 6, False),
        ("Sam", None, False),
    ]
    talk = ContactMoment.objects.get()
    assert (talk.kind, talk.outcome, talk.happened_on, talk.text, talk.by) == (
        "telephone",
        "reached",
        TODAY,
        "Belt vanuit de trein.",
        sanne.user,
    )
    assert not Task.objects.exists()


@pytest.mark.django_db
def test_what_nobody_told_stays_unknown(client, sanne):
    take(client, ASKS, SHORT)

    request = SupportRequest.objects.get()
    assert (request.kinds, request.frequency, request.moments) == (0, "", None)
    assert (request.no_dog, request.preferred_language) == ("not_asked", 0)
    assert not request.children.exists()
    household = Household.objects.get()
    assert (household.dog, household.car) == (None, None)
    person = Person.objects.get()
    assert (person.may_leave_message, person.languages, person.call_dayparts) == (
        None,
        0,
        0,
    )
    assert not FactSource.objects.exists()


@pytest.mark.django_db
def test_what_a_giving_family_did_not_tell_stays_unknown(client, sanne):
    take(client, GIVES, SHORT_GIVING)

    offer = SupportOffer.objects.get()
    assert (offer.visit_length, offer.only_when_both_home, offer.children_at_once) == (
        "",
        None,
        None,
    )
    assert (offer.family.has_children, offer.family.experience) == (None, "")
    assert not ScreeningCheck.objects.exists()
    assert not FactSource.objects.exists()


@pytest.mark.django_db
def test_values_and_consent_have_the_talk_as_their_source(client, sanne):
    answers = SHORT_GIVING | {
        "gezin-rows": "1",
        "gezin-adults": "2",
        "gezin-age-0": "9",
        "grenzen-dog": "no",
        "grenzen-avoid": ["more"],
        "wanneer-only_when_both_home": "on",
        "vog-vog": "yes",
    }

    take(client, GIVES, answers)

    sources = FactSource.objects.order_by("field")
    assert [(one.field, one.source, one.on, one.by) for one in sources] == [
        (field, "telephone", TODAY, sanne.user)
        for field in ("children_at_once", "dog", "has_children", "only_when_both_home")
    ]
    consent = Consent.objects.get()
    assert (consent.how, consent.recorded_by, consent.text_version) == (
        "telephone",
        sanne.user,
        "2026-11",
    )
    assert ScreeningCheck.objects.count() == 2
    made = AuditEvent.objects.filter(verb="created").values_list(
        "object_type", "actor_kind"
    )
    assert sorted(made) == [
        ("consent", "coordinator"),
        ("contactmoment", "coordinator"),
        ("household", "coordinator"),
        ("supportoffer", "coordinator"),
    ]


@pytest.mark.django_db
def test_exact_sentence_stands_on_the_page(client, sanne):
    page = client.get(ASKS).content.decode()

    sentence = (
        "Buurtgezinnen mag mijn antwoorden gebruiken om mij te bellen en een gezin te"
        " zoeken."
    )
    assert page.count(sentence) == 1


@pytest.mark.django_db
def test_without_a_yes_nothing_is_kept_and_all_stands_there_again(client, sanne):
    answers = CALLER | {"delen-likes": "Koken", "text": "Belt later terug."}

    response = take(client, ASKS, answers)

    assert response.status_code == 422
    page = response.context["page"]
    assert page.consent.errors == {
        "parent": ["Vink aan dat de beller ouder of verzorger van deze kinderen is."],
        "agree": [
            "Vink aan dat de beller dit goed vindt. Anders kunnen we niet bellen en"
            " geen gezin zoeken."
        ],
    }
    assert "<title>Fout: " in response.content.decode()
    assert [form.errors for form in page.forms.values()] == [{}] * 9
    content = response.content.decode()
    assert content.count("Koken</textarea>") == 1
    assert content.count("Belt later terug.</textarea>") == 1
    assert 'value="Amira de Voorbeeld"' in content
    assert not Household.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"contact-telephone": "06 12"}, "contact-telephone"),
        ({"contact-telephone": ""}, "contact-telephone"),
        ({"contact-name": ""}, "contact-name"),
        ({"contact-name": "A\0"}, "contact-name"),
        ({"postcode-postcode": "14ab"}, "postcode-postcode"),
        ({"postcode-postcode": ""}, "postcode-postcode"),
        ({"kinderen-rows": "1", "kinderen-age-0": "zes"}, "kinderen-age-0"),
        ({"belangrijk-remarks": "a" * 600}, "belangrijk-remarks"),
        ({"wat-kinds": ["99"]}, "wat-kinds"),
        ({"wanneer-moments": ["both-9-9"]}, "wanneer-moments"),
    ],
)
def test_same_rules_hold_as_on_the_public_pages(client, sanne, typed, field):
    response = take(client, ASKS, SHORT | typed)

    assert response.status_code == 422
    wrong = [
        form.add_prefix(name)
        for form in response.context["page"].forms.values()
        for name in form.errors
    ]
    assert wrong == [field]
    assert not Household.objects.exists()


@pytest.mark.django_db
def test_what_they_rather_not_do_may_not_contradict_what_they_offer(client, sanne):
    answers = SHORT_GIVING | {"wat-kinds": ["2"], "grenzen-avoid": ["sleepover"]}

    response = take(client, GIVES, answers)

    assert response.context["page"].forms["grenzen"].errors == {
        "avoid": [
            "Je koos ook ‘Een kind slaapt soms bij ons’. Kies een van de twee. Je kunt"
            " dat antwoord ook veranderen."
        ]
    }


@pytest.mark.django_db
def test_postcode_of_another_coordinator_is_refused(client, sanne):
    elsewhere = MunicipalityFactory(name="Uithoorn")
    PartnershipFactory(municipalities=[elsewhere])
    PostcodeAreaFactory(postcode="1421", municipality=elsewhere)

    response = take(client, ASKS, SHORT | {"postcode-postcode": "1421AB"})

    assert response.context["page"].forms["postcode"].errors == {
        "postcode": ["In die gemeente neem jij nu geen aanmeldingen aan."]
    }
    assert not Household.objects.exists()


@pytest.mark.django_db
def test_municipality_settles_who_has_no_fixed_address(client, sanne):
    aalsmeer = sanne.municipalities.get()
    typed = {"postcode-postcode": "", "postcode-municipality": str(aalsmeer.pk)}

    take(client, ASKS, SHORT | typed)

    household = Household.objects.get()
    assert household.municipality == aalsmeer
    assert household.locations.get().kind == "none"


@pytest.mark.django_db
def test_postcode_in_two_municipalities_asks_which(client, sanne):
    second = MunicipalityFactory(name="Kudelstaart")
    PartnershipFactory(municipalities=[second])
    PostcodeAreaFactory(postcode="1431", municipality=second)
    sanne.municipalities.add(second)

    asked = take(client, ASKS, SHORT)
    take(client, ASKS, SHORT | {"postcode-municipality": str(second.pk)})

    assert list(asked.context["page"].forms["postcode"].errors) == ["municipality"]
    assert Household.objects.get().municipality == second


@pytest.mark.django_db
def test_partnership_that_closes_takes_nobody(client, sanne):
    Partnership.objects.update(state=Partnership.State.CLOSING)

    response = take(client, ASKS, SHORT)

    assert response.status_code == 404
    assert client.get("/werk/gezinnen/nieuw/").context["municipalities"] == []
    assert not Household.objects.exists()


@pytest.mark.django_db
def test_same_form_sent_twice_makes_one_family(client, sanne):
    first = take(client, ASKS, SHORT)
    second = take(client, ASKS, SHORT)

    assert first.headers["Location"] == second.headers["Location"]
    assert Household.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_many_presses_at_once_make_one_family():
    user = served().user
    clients = [Client() for _press in range(4)]
    for one in clients:
        one.force_login(user)

    answers = together(4, lambda n: take(clients[n], ASKS, SHORT).status_code)

    assert answers == [302] * 4
    assert Household.objects.count() == 1


@pytest.mark.django_db
def test_key_of_a_colleague_makes_nothing(client, sanne):
    take(client, ASKS, SHORT)
    colleague = served("Uithoorn")
    other = Client()
    other.force_login(colleague.user)
    typed = {
        "postcode-postcode": "",
        "postcode-municipality": str(colleague.municipalities.get().pk),
    }

    response = take(other, ASKS, SHORT | typed)

    assert response.status_code == 422
    assert Household.objects.count() == 1
    assert (
        take(
            other,
            ASKS,
            SHORT | typed,
            form_key=response.context["page"].talk["form_key"].value(),
        ).status_code
        == 302
    )


@pytest.mark.django_db
def test_deputy_notes_a_family_for_whom_she_deputises(client):
    deputy = served("Uithoorn")
    away = served(deputy=deputy, deputy_from=TODAY, deputy_until=TODAY)
    client.force_login(deputy.user)
    typed = {
        "postcode-postcode": "",
        "postcode-municipality": str(away.municipalities.get().pk),
    }

    take(client, ASKS, SHORT | typed)

    assert Household.objects.get().coordinator == away


@pytest.mark.django_db
def test_one_more_child_keeps_what_was_typed_and_judges_nothing(client, sanne):
    answers = CALLER | {
        "kinderen-rows": "1",
        "kinderen-name-0": "Noor",
        "akkoord-agree": "on",
        "add": "1",
    }

    response = take(client, ASKS, answers)

    assert response.status_code == 200
    page = response.context["page"]
    assert page.forms["kinderen"].n_rows == 2
    content = response.content.decode()
    assert 'value="Noor"' in content
    assert 'value="Amira de Voorbeeld"' in content
    assert page.consent["agree"].value() is True


@pytest.mark.django_db
def test_number_like_a_bsn_is_asked_about_once(client, sanne):
    answers = SHORT | {"belangrijk-remarks": "Mijn nummer is 111222333."}

    warned = take(client, ASKS, answers)
    take(client, ASKS, answers | {"heeded": "remarks"})

    assert warned.status_code == 422
    assert [field.name for field in warned.context["page"].warned] == ["remarks"]
    assert Household.objects.count() == 1


@pytest.mark.django_db
def test_code_to_read_out_is_that_of_the_application(client, sanne):
    response = take(client, ASKS, SHORT)

    shown = client.get(response.headers["Location"])

    code = SupportRequest.objects.get().reference
    assert f"{code[:5]}-{code[5:]}" in shown.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("url", [ASKS, GIVES])
@pytest.mark.parametrize("n", [1, 3])
def test_page_takes_as_many_queries_whatever_there_is(
    client, sanne, django_assert_num_queries, url, n
):
    for number in range(n):
        municipality = MunicipalityFactory()
        PartnershipFactory(municipalities=[municipality])
        PostcodeAreaFactory(postcode=f"250{number}", municipality=municipality)
        sanne.municipalities.add(municipality)

    with django_assert_num_queries(8):
        client.get(url)


@pytest.mark.django_db
def test_unknown_side_is_not_there(client, sanne):
    assert client.get("/werk/gezinnen/nieuw/verwijzen/").status_code == 404

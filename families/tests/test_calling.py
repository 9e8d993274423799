"""Asking to be called: little is asked, and what was filled in comes along."""

import datetime as dt

import pytest
import time_machine
from django.test import Client

from families.models import (
    Consent,
    Household,
    IntakeCount,
    IntakeDraft,
    Location,
    OutboxMail,
    Person,
    ScreeningCheck,
    SupportOffer,
    SupportRequest,
    Task,
)
from families.services.doors import knock
from families.services.intake.calling import ask_for_call
from families.services.intake.drafts import DraftGone, begin_draft
from families.services.intake.told import (
    ContactTold,
    HomeTold,
    RequestTold,
    WishesTold,
)
from families.tests.applying import (
    FORM,
    answer_until,
    apply,
    send,
    served,
)
from families.tests.factories import (
    MunicipalityFactory,
    PartnershipFactory,
    PostcodeAreaFactory,
)
from families.vocabulary import SupportKind, mask_of

# Monday.
NOW = dt.datetime(2026, 11, 23, 9, 0, tzinfo=dt.UTC)
URL = "/steun-vragen/bel-mij/"
GIVING_URL = "/steun-geven/bel-mij/"
KEY = "0b5c34f6-1f0e-4c8e-9f53-0d6f5c4f6a11"
CALL = {
    "form_key": KEY,
    "name": "Amira de Voorbeeld",
    "telephone": "06 12 34 56 78",
    "call_dayparts": ["1"],
}
WHERE = {"postcode": "1431 ab"}

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False) as travelled:
        yield travelled


def test_a_name_a_number_and_a_postcode_make_a_family_with_a_promise(client):
    coordinator = served()

    response = send(client, URL, CALL | WHERE)

    request = SupportRequest.objects.get()
    household, person = request.family.household, Person.objects.get()
    assert response.headers["Location"] == "/steun-vragen/klaar/"
    assert household.came_by == Household.CameBy.CALL_ME
    assert (request.stage, request.kinds, request.moments) == ("applied", 0, None)
    assert (person.name, person.telephone) == ("Amira de Voorbeeld", "+31612345678")
    # Nobody asked it, so nobody knows it.
    assert person.may_leave_message is None
    assert OutboxMail.objects.count() == 0
    task = Task.objects.get()
    assert (task.kind, task.promised, task.coordinator) == (
        "first_call",
        True,
        coordinator,
    )
    assert household.locations.get().postcode == "1431AB"
    page = client.get("/steun-vragen/klaar/")
    assert page.context["call"] == task


def test_the_basis_is_what_was_asked_and_the_text_is_kept(client):
    served()

    send(client, URL, CALL | WHERE)

    consent = Consent.objects.get()
    assert (consent.purpose, consent.basis, consent.how) == (
        "contact_and_search",
        "agreement",
        "form",
    )
    assert consent.text_version == "2026-11-call"
    assert IntakeCount.objects.get(what="call_me").n == 1
    assert not IntakeCount.objects.filter(what="finished").exists()


def test_what_was_filled_in_comes_along_and_the_rest_stays_unknown(client):
    served()
    answer_until(client, "steun-vragen", "wanneer")

    page = client.get(URL)
    send(client, URL, CALL)

    assert list(page.context["form"].fields) == list(CALL)
    request = SupportRequest.objects.get()
    kinds = mask_of([SupportKind.PLAY, SupportKind.OTHER])
    assert (request.kinds, request.moments) == (kinds, None)
    assert request.kinds_other == "Fietsen leren"
    children = request.children.order_by("pk").values_list("age_told", "not_yet_born")
    assert list(children) == [(6, False), (0, True)]
    draft = IntakeDraft.objects.get()
    assert (draft.answers, draft.household) == ("", request.family.household)


def test_who_told_everything_is_not_asked_anything_twice(client):
    served()
    answer_until(client, "steun-vragen")

    form = client.get(URL).context["form"]
    send(client, URL, CALL)

    assert form["name"].value() == "Amira de Voorbeeld"
    assert form["telephone"].value() == "06 12 34 56 78"
    person = Person.objects.exclude(telephone_index="").get()
    # Both were told on the page about contact.
    assert (person.may_leave_message, person.email) == (True, "amira@buurt.example")
    assert OutboxMail.objects.get().person == person


def test_it_makes_of_the_answers_what_an_application_makes():
    served()
    applies, calls = Client(), Client()
    apply(applies, "steun-vragen")
    answer_until(calls, "steun-vragen")

    send(calls, URL, CALL)

    told = [
        SupportRequest.objects.filter(family__household__came_by=way).values(
            "kinds",
            "frequency",
            "moments",
            "no_dog",
            "no_smoking",
            "children_at_home",
            "preferred_language",
            "family__household__car",
        )
        for way in ("form", "call_me")
    ]
    assert list(told[0]) == list(told[1])
    texts = [
        (one.remarks, one.family.reciprocity) for one in SupportRequest.objects.all()
    ]
    assert texts == [("We lopen overal heen.", "Koken en voetbal")] * 2


def test_pressing_twice_makes_one_family():
    served()
    # Before the first answer is back the browser holds no key of a draft.
    browsers = [Client(), Client()]

    answers = [send(browser, URL, CALL | WHERE) for browser in browsers]

    assert [one.status_code for one in answers] == [302, 302]
    assert (Household.objects.count(), IntakeDraft.objects.count()) == (1, 1)
    assert Task.objects.count() == 1


def test_no_fixed_address_is_a_municipality(client):
    coordinator = served()
    municipality = coordinator.municipalities.get()

    send(client, URL, CALL | {"postcode": "", "municipality": municipality.pk})

    household = Household.objects.get()
    assert household.municipality == municipality
    assert household.locations.get().kind == Location.Kind.NONE


def test_a_postcode_in_two_municipalities_asks_which(client):
    coordinator = served()
    other = MunicipalityFactory(name="Amstelveen")
    PartnershipFactory(municipalities=[other])
    PostcodeAreaFactory(postcode="1431", municipality=other)
    here = coordinator.municipalities.get()

    asked = send(client, URL, CALL | WHERE)
    send(client, URL, CALL | WHERE | {"municipality": here.pk})

    assert asked.status_code == 422
    assert asked.context["form"].errors["municipality"] == [
        "Je postcode ligt in twee gemeenten. Kies jouw gemeente."
    ]
    assert Household.objects.get().locations.get().area.municipality == here


@pytest.mark.parametrize("where", [{}, {"postcode": "9999"}, {"postcode": "x"}])
def test_without_a_place_it_says_what_is_missing(client, where):
    served()

    response = send(client, URL, CALL | where)

    assert response.status_code == 422
    assert set(response.context["form"].errors) == {"postcode"}
    assert Household.objects.count() == 0


def test_a_municipality_without_anybody_gets_a_helpful_answer(client):
    PostcodeAreaFactory(postcode="1431", municipality=MunicipalityFactory(name="Ede"))

    response = send(client, URL, CALL | WHERE)

    words = " ".join(response.content.decode().split())
    assert "We werken nog niet in jouw gemeente" in words
    assert Household.objects.count() == 0


@pytest.mark.parametrize("typed", ["", "\0", "x" * 10_000, "👩", "\u202e123"])
def test_bad_input_is_explained_and_kept(client, typed):
    served()

    response = send(client, URL, CALL | WHERE | {"telephone": typed})

    assert response.status_code == 422
    assert response.context["form"]["telephone"].value() == typed
    assert response.context["form"]["name"].value() == "Amira de Voorbeeld"


def test_who_sent_an_application_sees_its_promise_instead(client):
    served()
    apply(client, "steun-vragen")

    assert client.get(URL).headers["Location"] == "/steun-vragen/klaar/"


def test_what_another_tab_erased_is_not_asked_for_any_more():
    coordinator = served()
    draft, _key = begin_draft("request", language="nl", at=NOW)
    told = RequestTold(
        HomeTold(coordinator.municipalities.get()),
        children=(),
        wishes=WishesTold(),
        contact=ContactTold("Amira", "+31612345678"),
    )
    IntakeDraft.objects.all().delete()

    with pytest.raises(DraftGone):
        ask_for_call(draft, told, on=NOW.date(), at=NOW)

    assert Household.objects.count() == 0


def test_no_more_mail_than_three_times_a_day_to_one_address(client):
    served()
    answer_until(client, "steun-vragen")
    for network in ("192.0.2.1", "192.0.2.2", "192.0.2.3"):
        knock("callback", network=network, at=NOW, email="amira@buurt.example")

    answer = send(client, URL, CALL)

    assert answer.status_code == 429
    assert OutboxMail.objects.count() == 0


def test_who_gives_support_can_be_called_too(client):
    served()
    answer_until(client, "steun-geven", "wanneer")
    step = "/steun-geven/stap/wanneer/"

    pressed = send(client, step, {"call": "1"})
    page = client.get(GIVING_URL)
    send(client, GIVING_URL, CALL)

    assert pressed.headers["Location"] == GIVING_URL
    assert list(page.context["form"].fields) == list(CALL)
    assert "data-quick-exit" not in page.content.decode()
    offer = SupportOffer.objects.get()
    family = offer.family
    assert family.household.came_by == Household.CameBy.CALL_ME
    assert (family.experience, family.has_children, family.motivation) == (
        "parent",
        True,
        "",
    )
    assert (offer.frequency, offer.visit_length) == ("monthly", "four_hours")
    # What comes after the page on which they pressed, nobody knows.
    assert (offer.moments, offer.max_distance_km, offer.remarks) == (None, None, "")
    assert family.household.dog is None
    assert ScreeningCheck.objects.count() == 0
    task = Task.objects.get()
    # Ten working days of who works from Monday to Thursday.
    assert (task.kind, task.promised, task.due_on) == (
        "first_call",
        True,
        dt.date(2026, 12, 9),
    )
    assert Consent.objects.get().text_version == "2026-11-call-give"


def test_it_makes_of_an_offer_what_an_application_makes():
    served()
    applies, calls = Client(), Client()
    apply(applies, "steun-geven")
    answer_until(calls, "steun-geven")

    send(calls, GIVING_URL, CALL)

    told = [
        SupportOffer.objects.filter(family__household__came_by=way).values(
            "kinds",
            "frequency",
            "moments",
            "visit_length",
            "only_when_both_home",
            "max_distance_km",
            "ages",
            "children_at_once",
            "family__experience",
            "family__has_children",
            "family__household__dog",
            "family__household__cat",
        )
        for way in ("form", "call_me")
    ]
    assert list(told[0]) == list(told[1])
    words = [(one.remarks, one.family.motivation) for one in SupportOffer.objects.all()]
    assert words == [("Liever niet: rijden.", "Ons huis is groot.")] * 2
    notes = ScreeningCheck.objects.order_by("pk").values_list("note", flat=True)
    assert list(notes) == ["Heeft een vraag over de VOG.", ""] * 2


@pytest.mark.parametrize(
    ("postcode", "said"),
    [
        ("", "Vul je postcode in. Bijvoorbeeld 1431 AB."),
        ("9999 XX", "We kennen deze postcode niet. Kijk nog een keer, of bel ons."),
    ],
)
def test_who_gives_support_has_a_home(client, postcode, said):
    municipality = served().municipalities.get()
    where = {"postcode": postcode, "municipality": municipality.pk}

    response = send(client, GIVING_URL, CALL | where)

    assert response.status_code == 422
    assert response.context["form"].errors == {"postcode": [said]}
    assert Household.objects.count() == 0


def test_too_many_calls_from_one_network_are_refused_with_what_was_typed(client):
    served()
    for number in range(60):
        answer = client.post(
            URL,
            f"form_key={KEY[:-2]}{number:02}&name=A&telephone=0612345678&postcode=1431",
            content_type=FORM,
        )
        client.cookies.clear()

    assert answer.status_code == 429
    assert answer.context["form"]["name"].value() == "A"
    assert Household.objects.count() < 60

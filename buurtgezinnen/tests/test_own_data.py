"""What a family sees, takes along, corrects and asks to be erased."""

import datetime as dt
import json
import uuid

import pytest
import time_machine
from django.apps import apps
from django.db import models

from buurtgezinnen.own_data.classified import KEPT, LEFT_OUT
from buurtgezinnen.own_data.collected import as_document, collect
from buurtgezinnen.own_data.subject import Subject
from buurtgezinnen.own_data.wording import label_of
from buurtgezinnen.tests.own import (
    MONDAY,
    asking,
    come_in,
    giving,
    parent_of,
    send,
    words_of,
)
from families.models import AuditEvent, Consent, ContactMoment, OwnRequest, Task
from families.services import own_data
from families.services.audit import record
from families.services.mail import queue_mail
from families.tests.factories import (
    CoordinatorFactory,
    LocationFactory,
    MembershipFactory,
    PersonFactory,
    SupportOfferFactory,
    TaskFactory,
    UserFactory,
)
from matching.tests.factories import PairingFactory, ProposalFactory

pytestmark = pytest.mark.django_db

TODAY = dt.date(2026, 11, 23)
APPS = ("families", "matching", "agreements")


@pytest.fixture(autouse=True)
def monday():
    with time_machine.travel(MONDAY, tick=False) as clock:
        yield clock


def columns_of(model: type[models.Model]) -> set[str]:
    found = [*model._meta.fields, *model._meta.many_to_many]
    return {one.name for one in found if not one.primary_key}


def subject_of(application) -> Subject:
    return Subject(parent_of(application), application.family.household, TODAY)


def told(application) -> str:
    """Everything that stands in the file."""
    return json.dumps(
        as_document(subject_of(application), at=MONDAY), ensure_ascii=False
    )


def note(household, text, **kwargs) -> ContactMoment:
    return ContactMoment.objects.create(
        household=household,
        text=text,
        happened_on=TODAY,
        by=UserFactory(),
        form_key=uuid.uuid4(),
        **kwargs,
    )


def test_every_model_is_shown_or_left_out_with_a_reason():
    ours = {model for app in APPS for model in apps.get_app_config(app).get_models()}
    shown = [kept.model for kept in KEPT]

    assert {*shown, *LEFT_OUT} == ours
    assert set(shown) & set(LEFT_OUT) == set()
    assert len(shown) == len(set(shown))


@pytest.mark.parametrize("kept", KEPT, ids=lambda kept: kept.model.__name__)
def test_every_column_is_shown_or_left_out_with_a_reason(kept):
    assert {*kept.shown, *kept.left} == columns_of(kept.model)
    assert set(kept.shown) & set(kept.left) == set()
    assert set(kept.of_ours) <= set(kept.shown)
    assert [name for name in kept.shown if not label_of(kept.model, name)] == []


def test_every_value_of_the_own_rows_stands_in_the_file():
    request = asking(language_other="Tigrinya")
    household = request.family.household
    household.request_family.upbringing = "Rust en regelmaat"
    household.request_family.save()
    request.remarks = "Liefst in de middag"
    request.save()
    note(household, "Belde terug")
    Consent.objects.create(
        person=parent_of(request),
        purpose="contact_and_search",
        text_version="2026-11",
        given_at=MONDAY,
    )

    found = told(request)

    own = (
        "Amira El Amrani",
        "+31612345678",
        "amira@gezin.example",
        "Tigrinya",
        "Rust en regelmaat",
        "Liefst in de middag",
        "Belde terug",
        "een gezin te zoeken",
        request.reference,
        request.children.get().name,
    )
    assert [one for one in own if one not in found] == []


def test_others_are_not_told():
    request = asking()
    household = request.family.household
    partner = PersonFactory(name="Zelfstandige", telephone="+31699999999")
    MembershipFactory(household=household, person=partner, role="partner")
    grown = PersonFactory(name="Zestienplus", birth_year=2008, birth_month=1)
    MembershipFactory(household=household, person=grown, role="child")
    pairing = PairingFactory(
        request=request,
        offer=SupportOfferFactory(family__household__name="Geheimgezin"),
        support_words="Wij vonden het zwaar",
        end_text="Samen besproken met beiden",
        child_words="Ik wil niet",
    )
    giver = PersonFactory(name="Hendrikje Anders")
    MembershipFactory(household=pairing.offer.family.household, person=giver)
    ProposalFactory(request=request, snapshot="Binnenskamers")
    note(household, "Over Geheimgezin: gaat goed")
    note(household, "Hendrikje komt morgen")
    note(household, "Vermoeden", sensitive=True, next_step="Bel Veilig Thuis")
    TaskFactory(household=household, kind="next_step", text="Bel Veilig Thuis")
    note(household, "Zei de partner", person=partner)

    found = told(request)

    theirs = (
        "Zelfstandige",
        "+31699999999",
        "Zestienplus",
        "Geheimgezin",
        "zwaar",
        "Samen besproken",
        "Ik wil niet",
        "Hendrikje",
        "Binnenskamers",
        "Vermoeden",
        "Veilig Thuis",
        "Zei de partner",
    )
    assert [one for one in theirs if one in found] == []
    assert found.count("Dit gaat ook over een ander gezin") == 2


def test_what_stays_on_the_other_application_of_a_family_is_shown_too():
    request, before = asking(), asking(name="Amira E.", language_other="Riffijns")
    household, gone = request.family.household, before.family.household
    partner = PersonFactory(name="Zelfstandige", telephone="+31699999999")
    MembershipFactory(household=gone, person=partner, role="partner")
    MembershipFactory(
        household=gone, person=PersonFactory(child=True, name="Noortje"), role="child"
    )
    note(gone, "Eerste gesprek")
    Consent.objects.create(
        person=parent_of(before),
        purpose="tell_referrer",
        text_version="2026-11",
        given_at=MONDAY,
    )
    queue_mail(parent_of(before), body="Welkom bij ons", asked_for=True)
    record(gone, verb="read", by=AuditEvent.ActorKind.SYSTEM)
    alone = told(request)
    gone.merged_into = household
    gone.save()
    other = MembershipFactory(
        household=household, person=PersonFactory(name="Karim")
    ).person

    found = told(request)
    of_other = json.dumps(
        as_document(Subject(other, household, TODAY), at=MONDAY), ensure_ascii=False
    )

    own = (
        before.reference,
        gone.reference,
        "Riffijns",
        "Noortje",
        "Eerste gesprek",
        "Welkom bij ons",
        "de verwijzer",
    )
    assert [one for one in own if one not in found] == []
    assert [one for one in own if one in alone] == []
    assert "Zelfstandige" not in found
    assert [one for one in ("Riffijns", "Welkom bij ons") if one in of_other] == []


def test_next_step_after_a_talk_is_shown_with_that_talk():
    request = asking()
    household = request.family.household
    note(household, "Goed gesproken", next_step="Zaterdag langskomen")
    TaskFactory(household=household, kind="next_step", text="Zaterdag langskomen")

    assert told(request).count('"value": "Zaterdag langskomen"') == 2


def test_own_side_of_a_pair_is_shown_and_not_the_other():
    offer = giving()
    ProposalFactory(
        offer=offer,
        support_text="Voor ons",
        request_text="Voor hen",
        support_answer="no",
        support_answered_on=TODAY,
        outcome="declined",
        reason="too_busy",
        reason_text="Te druk",
        closed_on=TODAY,
    )
    ProposalFactory(
        offer=offer,
        request_answer="no",
        request_answered_on=TODAY,
        outcome="declined",
        reason="click",
        reason_text="Klikt niet",
        closed_on=TODAY,
    )

    found = told(offer)

    assert [
        words in found for words in ("Voor ons", "Te druk", "Voor hen", "Klikt niet")
    ] == [True, True, False, False]


def test_wishes_are_told_with_how_we_know_them():
    request = asking()
    request.sources.create(field="kinds", source="visit", on=dt.date(2026, 11, 3))

    groups = {group.model: group for group in collect(subject_of(request))}
    (entry,) = groups["families.supportrequest"].entries
    (kinds,) = [item for item in entry.items if item.name == "kinds"]

    assert (kinds.words, kinds.source) == (
        "spelen bij het steungezin",
        "bezoek, 3 nov",
    )


def test_stages_and_who_looked_are_told_in_words():
    request = asking()
    household = request.family.household
    record(household, verb="changed", by=UserFactory(), fields=["dog", "row_version"])

    groups = {group.model: group for group in collect(subject_of(request))}
    (stage,) = groups["families.stagechange"].entries
    (event,) = groups["families.auditevent"].entries

    assert stage.known[0].words == "klaar om te matchen"
    assert [item.words for item in event.known[1:]] == [
        "beheer",
        "veranderd",
        "huishouden",
        "heeft een hond",
    ]


def test_page_tells_in_words_and_nothing_that_says_nothing(client):
    request = asking(site_language="uk")
    household = request.family.household
    LocationFactory(household=household, latitude=52.263, longitude=5.617)
    come_in(client, request)
    for kind, before in (
        ("pause", {"stage": "waiting", "paused_until": "2027-02-01"}),
        ("contact", {"telephone": "+31612345678", "call_dayparts": 5, "email": ""}),
    ):
        OwnRequest.objects.create(
            household=household,
            person=parent_of(request),
            kind=kind,
            asked_at=MONDAY,
            before=json.dumps(before | {"row_version": 2}),
        )

    page = client.get("/mijn/gegevens/alles/")

    words = {
        (group.model.removeprefix("families."), item.name): item.words
        for group in page.context["groups"]
        for entry in group.entries
        for item in entry.known
    }
    told = [
        item.words
        for group in page.context["groups"]
        if group.model == "families.ownrequest"
        for entry in group.entries
        for item in entry.known
        if item.name == "before"
    ]
    assert told == [
        "Fase: klaar om te matchen; pauze tot en met: 1 februari 2027",
        "Telefoon: +31612345678; wanneer bellen: Ochtend en Avond",
    ]
    assert words["person", "site_language"] == "Oekraïens"
    assert ("person", "not_yet_born") not in words
    assert ("location", "latitude") not in words


def test_page_is_dutch_grouped_and_kept_by_nobody(client):
    request = asking()
    come_in(client, request)

    page = client.get("/mijn/gegevens/alles/")

    assert page.headers["Cache-Control"] == "no-store"
    titles = [group.title for group in page.context["groups"]]
    assert titles[:3] == ["Jij en je kinderen", "Jullie huis", "Wie bij jullie woont"]
    assert "Amira El Amrani" in words_of(page)


def test_file_has_a_neutral_name_and_leaves_a_trace(client):
    request = asking()
    come_in(client, request)

    response = client.get("/mijn/gegevens/mijn-gegevens.json")

    assert response.headers["Content-Disposition"] == (
        'attachment; filename="mijn-gegevens.json"'
    )
    assert response.headers["Cache-Control"] == "no-store"
    assert response.json()["reference"] == request.family.household.reference
    event = AuditEvent.objects.get(fields="download")
    assert (event.actor_kind, event.verb, event.object_reference) == (
        "family",
        "read",
        request.family.household.reference,
    )


@pytest.mark.parametrize(
    "path",
    ["", "alles/", "mijn-gegevens.json", "klopt-niet/", "wissen/", "toestemming/"],
)
def test_who_is_not_in_goes_to_the_door(client, path):
    asking()

    response = client.get(f"/mijn/gegevens/{path}")

    assert (response.status_code, response.url.split("?")[0]) == (302, "/mijn/")


CORRECT = "/mijn/gegevens/klopt-niet/"
ERASE = "/mijn/gegevens/wissen/"


def test_what_is_not_right_is_asked_once_with_its_term(client):
    request = asking()
    come_in(client, request)
    sent = {"text": "Mijn zoon is 7", "form_key": uuid.uuid4()}

    for _press in range(2):
        response = send(client, CORRECT, sent)

    assert response.url == "/mijn/gegevens/"
    asked, task = OwnRequest.objects.get(), Task.objects.get()
    assert (asked.kind, asked.text, asked.due_on) == (
        "correct",
        "Mijn zoon is 7",
        dt.date(2026, 12, 23),
    )
    assert (task.kind, task.about, task.due_on, task.promised) == (
        "own_request",
        asked.reference,
        dt.date(2026, 12, 23),
        True,
    )


@pytest.mark.parametrize("text", ["", "   ", "x" * 1001, "a\0b"])
def test_nothing_to_correct_is_said_at_the_field(client, text):
    come_in(client, asking())

    response = send(client, CORRECT, {"text": text})

    assert (response.status_code, list(response.context["form"].errors)) == (
        422,
        ["text"],
    )
    assert OwnRequest.objects.count() == 0


@pytest.mark.parametrize("text", ["👨‍👩‍👧", "\u202eabc\u202d", "<script>"])
def test_any_words_are_taken(client, text):
    come_in(client, asking())

    assert send(client, CORRECT, {"text": text}).status_code == 302
    assert "<script>" not in client.get("/mijn/gegevens/").text.replace(
        "<script src", ""
    )


def test_erasure_is_asked_once_and_taken_back(client):
    come_in(client, asking())
    send(client, ERASE)
    send(client, ERASE)
    waiting = OwnRequest.objects.get()
    page = client.get(ERASE)
    send(client, ERASE, {"back": "1"})
    again = send(client, ERASE, {"back": "1"})

    waiting.refresh_from_db()
    assert page.context["open"] == waiting
    assert (waiting.undone_at, again.url) == (MONDAY, "/mijn/gegevens/")
    assert Task.objects.open().count() == 0


def test_what_another_adult_asked_is_neither_shown_nor_taken_back(client):
    request = asking()
    household = request.family.household
    other = MembershipFactory(household=household).person
    asked = {"at": MONDAY, "on": TODAY}
    own_data.ask_to_correct(
        other, household, text="Alleen van mij", form_key=uuid.uuid4(), **asked
    )
    waiting = own_data.ask_to_erase(
        other, household, text="", form_key=uuid.uuid4(), **asked
    )
    come_in(client, request)

    page, erase = client.get("/mijn/gegevens/"), client.get(ERASE)
    send(client, ERASE, {"back": "1"})

    waiting.refresh_from_db()
    assert list(page.context["asked"]) == []
    assert 'name="back"' not in erase.text
    assert waiting.undone_at is None


def test_family_reads_what_was_done(client):
    request = asking()
    come_in(client, request)
    send(client, ERASE)
    by = CoordinatorFactory().user

    own_data.settle(
        OwnRequest.objects.get(), outcome="Je notities zijn weg.", at=MONDAY, by=by
    )

    assert "Je notities zijn weg." in words_of(client.get("/mijn/gegevens/"))
    assert Task.objects.open().count() == 0


def test_key_of_another_family_is_refused(client):
    key = uuid.uuid4()
    other = asking()
    own_data.ask_to_correct(
        parent_of(other),
        other.family.household,
        text="Van hen",
        form_key=key,
        at=MONDAY,
        on=TODAY,
    )
    come_in(client, asking(email="b@gezin.example"))

    response = send(client, CORRECT, {"text": "Van ons", "form_key": key})

    assert response.status_code == 422
    assert OwnRequest.objects.get().text == "Van hen"


@pytest.mark.parametrize(
    ("day", "term"),
    [
        (dt.date(2026, 11, 23), dt.date(2026, 12, 23)),
        (dt.date(2026, 12, 31), dt.date(2027, 1, 31)),
        (dt.date(2027, 1, 31), dt.date(2027, 2, 28)),
        (dt.date(2026, 11, 30), dt.date(2026, 12, 30)),
    ],
)
def test_term_is_a_month(day, term):
    assert own_data.term_of(day) == term


TOESTEMMING = "/mijn/gegevens/toestemming/"


def agreed(application, purpose="contact_and_search") -> Consent:
    return Consent.objects.create(
        person=parent_of(application),
        purpose=purpose,
        text_version="2026-11",
        given_at=MONDAY,
    )


def test_consent_is_taken_back_in_two_steps(client):
    request = asking()
    consent = agreed(request)
    come_in(client, request)

    first = client.get(TOESTEMMING)
    second = client.get(f"{TOESTEMMING}zoeken/")
    consent.refresh_from_db()
    after_get = consent.withdrawn_at
    send(client, f"{TOESTEMMING}zoeken/")
    again = send(client, f"{TOESTEMMING}zoeken/")

    consent.refresh_from_db()
    request.refresh_from_db()
    assert f"{TOESTEMMING}zoeken/" in first.text
    assert "We zoeken niet meer naar een gezin." in words_of(second)
    assert (after_get, consent.withdrawn_at) == (None, MONDAY)
    assert (request.stage, again.url) == ("withdrawn", TOESTEMMING)
    assert OwnRequest.objects.count() == 1


def test_consent_of_another_person_is_out_of_reach(client):
    request, other = asking(), asking(email="b@gezin.example")
    consent = agreed(other)
    come_in(client, request)

    send(client, f"{TOESTEMMING}zoeken/")
    unknown = client.get(f"{TOESTEMMING}anders/")

    consent.refresh_from_db()
    assert (consent.withdrawn_at, unknown.status_code) == (None, 404)


def test_running_pairing_is_said_on_the_page_and_goes_on(client):
    request = asking(stage="paired")
    agreed(request)
    pairing = PairingFactory(request=request, active=True)
    come_in(client, request)

    page = client.get(f"{TOESTEMMING}zoeken/")
    send(client, f"{TOESTEMMING}zoeken/")

    pairing.refresh_from_db()
    assert page.context["running"] == [pairing]
    assert "Dat stopt niet vanzelf." in words_of(page)
    assert pairing.stage == "active"

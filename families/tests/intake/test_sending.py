"""What an application becomes once it is sent, and what the family sees then."""

import datetime as dt

import pytest

from families import moments
from families.forms.intake import CONSENT_VERSION
from families.models import (
    AuditEvent,
    Consent,
    Household,
    IntakeDraft,
    Location,
    Membership,
    OutboxMail,
    Person,
    PostcodeArea,
    ScreeningCheck,
    SupportOffer,
    SupportRequest,
    Task,
)
from families.services.reach import fingerprint
from families.tests.applying import (
    ANSWERS,
    CONSENT,
    MONDAY,
    answer_until,
    apply,
    send,
    served,
    step_url,
)
from families.tests.factories import RequestFamilyFactory
from families.vocabulary import Language, SupportKind, mask_of

KINDS = list(ANSWERS)


@pytest.mark.django_db
def test_request_family_applies(client):
    sanne = served(user__name="Sanne Voorbeeld")

    response = apply(client, "steun-vragen")

    assert response.headers["Location"] == "/steun-vragen/klaar/"
    household = Household.objects.get()
    request = SupportRequest.objects.get()
    assert household.name == "De Voorbeeld"
    assert household.coordinator == sanne
    assert (request.kinds, request.kinds_other, request.moments) == (
        mask_of([SupportKind.PLAY, SupportKind.OTHER]),
        "Fietsen leren",
        moments.both_weeks(2, 1) | moments.SCHOOL_HOLIDAYS,
    )
    assert (request.stage, request.waiting_since) == ("applied", dt.date(2026, 11, 23))
    assert list(request.stages.values_list("stage", "on")) == [
        ("applied", dt.date(2026, 11, 23))
    ]
    assert (request.frequency, request.remarks) == (
        "fortnightly",
        "We lopen overal heen.",
    )
    assert (request.no_dog, request.no_cat, request.no_other_animal) == ("wish",) * 3
    assert (request.no_smoking, request.children_at_home) == ("not_asked",) * 2
    assert (household.car, household.came_by) == (False, "form")
    assert request.family.reciprocity == "Koken en voetbal"
    location = Location.objects.get()
    assert (location.postcode, location.area) == ("1431AB", PostcodeArea.objects.get())
    assert (location.latitude, location.longitude) == (52.267, 4.748)
    children = request.children.order_by("pk")
    assert [(one.name, one.age_told, one.not_yet_born) for one in children] == [
        ("Noor", 6, False),
        ("", 0, True),
    ]


@pytest.mark.django_db
def test_request_family_is_promised_a_call_with_consent_and_audit(client):
    sanne = served()

    apply(client, "steun-vragen")

    task = Task.objects.get()
    # Five working days of somebody who works from Monday to Thursday.
    assert (task.kind, task.due_on, task.promised, task.coordinator) == (
        "first_call",
        dt.date(2026, 12, 1),
        True,
        sanne,
    )
    parent = Person.objects.get(memberships__role=Membership.Role.PARENT)
    assert (parent.name, parent.telephone, parent.email) == (
        "Amira de Voorbeeld",
        "+31612345678",
        "amira@buurt.example",
    )
    assert (parent.may_leave_message, parent.call_dayparts) == (True, 0b101)
    tigrinya = 1 << Language.TIGRINYA
    assert (parent.languages, parent.interpreter_needed) == (tigrinya, True)
    assert SupportRequest.objects.get().preferred_language == tigrinya
    consent = Consent.objects.get()
    assert (consent.person, consent.text_version, consent.given_at) == (
        parent,
        CONSENT_VERSION,
        MONDAY,
    )
    assert (consent.basis, consent.how, consent.purpose) == (
        "consent",
        "form",
        "contact_and_search",
    )
    made = AuditEvent.objects.filter(verb="created").values_list(
        "object_type", "actor_kind"
    )
    assert sorted(made) == [
        ("consent", "family"),
        ("household", "family"),
        ("supportrequest", "family"),
        ("task", "family"),
    ]


@pytest.mark.django_db
def test_support_family_applies(client):
    served()

    response = apply(client, "steun-geven")

    assert response.headers["Location"] == "/steun-geven/klaar/"
    household = Household.objects.get()
    assert (
        household.dog,
        household.cat,
        household.other_animal,
        household.smoking,
    ) == (
        True,
        False,
        None,
        False,
    )
    offer = SupportOffer.objects.get()
    assert (offer.moments, offer.max_distance_km) == (None, 3)
    assert offer.ages == mask_of(range(4, 18))
    assert offer.family.has_children is True
    assert [place.number for place in offer.family.places.all()] == [1]
    assert Task.objects.get().due_on == dt.date(2026, 12, 9)


@pytest.mark.django_db
def test_support_family_is_asked_a_vog_for_each_adult(client):
    served()

    apply(client, "steun-geven")

    checks = ScreeningCheck.objects.order_by("pk")
    assert [(one.kind, one.state, one.asked_on, one.note) for one in checks] == [
        ("vog", "asked", dt.date(2026, 11, 23), "Heeft een vraag over de VOG."),
        ("vog", "asked", dt.date(2026, 11, 23), ""),
    ]


@pytest.mark.django_db
def test_unknown_answers_stay_unknown(client):
    served()
    answer_until(client, "steun-vragen")
    send(client, step_url("steun-vragen", "wat"), {"kinds": ["unknown"]})
    send(client, step_url("steun-vragen", "hoevaak"), {"frequency": "unknown"})
    send(client, step_url("steun-vragen", "wanneer"), {"moments": ["unknown"]})

    send(client, "/steun-vragen/controleren/", CONSENT["steun-vragen"])

    request = SupportRequest.objects.get()
    assert (request.kinds, request.moments, request.frequency) == (0, None, "")


@pytest.mark.django_db
@pytest.mark.parametrize("kind", KINDS)
def test_draft_keeps_nothing_readable_and_ends_empty(client, kind):
    served()
    answer_until(client, kind)
    draft = IntakeDraft.objects.get()
    key = client.cookies[f"draft-{draft.kind}"]
    before = draft.answers

    send(client, f"/{kind}/controleren/", CONSENT[kind])

    draft.refresh_from_db()
    assert "Voorbeeld" in before
    assert (draft.answers, draft.household) == ("", Household.objects.get())
    assert draft.keys.get().key_hash == fingerprint(key.value)
    assert (key["httponly"], key["samesite"], len(key.value)) == (True, "Lax", 43)


@pytest.mark.django_db
@pytest.mark.parametrize("kind", KINDS)
def test_second_press_finds_the_first_application(client, kind):
    served()
    apply(client, kind)

    again = send(client, f"/{kind}/controleren/", CONSENT[kind])

    assert again.headers["Location"] == f"/{kind}/klaar/"
    assert Household.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize("kind", KINDS)
def test_confirmation_may_be_opened_again_for_an_hour(client, monday, kind):
    served(user__name="Sanne Voorbeeld")
    apply(client, kind)
    monday.move_to(MONDAY + dt.timedelta(minutes=59))

    early = client.get(f"/{kind}/klaar/")
    monday.move_to(MONDAY + dt.timedelta(minutes=61))
    late = client.get(f"/{kind}/klaar/")

    assert early.templates[0].name == "families/intake_done.html"
    assert late.templates[0].name == "families/intake_done_before.html"
    assert "Sanne Voorbeeld" not in late.content.decode()


@pytest.mark.django_db
def test_confirmation_says_who_calls_by_when_from_which_number(client):
    served(user__name="Sanne Voorbeeld", telephone="+31612345678")
    apply(client, "steun-vragen")

    page = client.get("/steun-vragen/klaar/").content.decode()

    words = " ".join(page.split())
    assert "Sanne Voorbeeld belt je uiterlijk <strong>dinsdag 1 december" in words
    assert "06 12345678" in words
    reference = SupportRequest.objects.get().reference
    assert f"{reference[:5]}-{reference[5:]}" in words


@pytest.mark.django_db
def test_confirmation_without_an_application_leads_to_the_start(client):
    response = client.get("/steun-vragen/klaar/")

    assert response.headers["Location"] == "/steun-vragen/"


@pytest.mark.django_db
def test_partnership_that_closed_meanwhile_stores_nothing(client):
    coordinator = served()
    answer_until(client, "steun-vragen")
    coordinator.municipalities.get().partnerships.update(state="closing")

    response = send(client, "/steun-vragen/controleren/", CONSENT["steun-vragen"])

    assert response.templates[0].name == "families/intake_unserved.html"
    assert (Household.objects.count(), Task.objects.count()) == (0, 0)


@pytest.mark.django_db
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("missing", [0, 1])
def test_both_boxes_must_be_ticked(client, kind, missing):
    served()
    answer_until(client, kind)
    box = list(CONSENT[kind])[missing]

    response = send(
        client,
        f"/{kind}/controleren/",
        {name: "on" for name in CONSENT[kind] if name != box},
    )

    assert response.status_code == 422
    assert list(response.context["form"].errors) == [box]
    assert Household.objects.count() == 0


@pytest.mark.django_db
@pytest.mark.parametrize("kind", KINDS)
def test_no_personal_data_in_addresses_titles_or_subjects(client, kind):
    served()
    canaries = ("Voorbeeld", "Noor", "1431", "12345678", "amira")
    seen = []

    for slug, answers in ANSWERS[kind].items():
        page = client.get(step_url(kind, slug)).content.decode()
        seen.append(page.partition("<title>")[2].partition("</title>")[0])
        seen.append(send(client, step_url(kind, slug), answers).headers["Location"])
    send(client, f"/{kind}/controleren/", CONSENT[kind])
    for url in (f"/{kind}/controleren/", f"/{kind}/klaar/"):
        page = client.get(url, follow=True).content.decode()
        seen.append(page.partition("<title>")[2].partition("</title>")[0])
    seen.append(send(client, f"/{kind}/klaar/", {}).headers["Location"])
    seen += OutboxMail.objects.values_list("subject", flat=True)

    assert [word for word in canaries for text in seen if word in text] == []


@pytest.mark.django_db
@pytest.mark.parametrize("n_children", [1, 3])
def test_check_page_costs_the_same_for_more_children(
    client, django_assert_num_queries, n_children
):
    served()
    answer_until(client, "steun-vragen")
    children = {"rows": str(n_children)}
    children |= {f"age-{number}": "6" for number in range(n_children)}
    send(client, step_url("steun-vragen", "kinderen"), children)

    with django_assert_num_queries(2):  # draft, areas of the postcode
        response = client.get("/steun-vragen/controleren/")

    rows = [row["term"] for row in response.context["rows"]]
    assert sum(term.startswith("Kind ") for term in rows) == n_children


@pytest.mark.django_db
def test_family_reads_our_mail_in_the_language_of_the_page_it_sent(client):
    served(user__name="Sanne Voorbeeld")
    answer_until(client, "steun-vragen")

    response = send(client, "/en/steun-vragen/controleren/", CONSENT["steun-vragen"])

    assert response.headers["Location"] == "/en/steun-vragen/klaar/"
    mail = OutboxMail.objects.get()
    assert mail.subject == "Message from Buurtgezinnen"
    assert mail.body.startswith("Hello,")
    parent = Person.objects.get(memberships__role=Membership.Role.PARENT)
    assert parent.site_language == "en"
    assert Task.objects.get().kind == "first_call"


@pytest.mark.django_db
def test_skipped_answers_are_shown_as_not_filled_in(client):
    served()
    answer_until(client, "steun-vragen")
    send(client, step_url("steun-vragen", "belangrijk"), {})
    send(client, step_url("steun-vragen", "delen"), {"likes": ""})

    page = client.get("/steun-vragen/controleren/")

    empty = [str(row["term"]) for row in page.context["rows"] if not row["value"]]
    assert empty == [
        "Wat is belangrijk voor jullie?",
        "Wat moeten we nog weten?",
        "Wat doet jouw gezin graag?",
    ]
    assert page.content.decode().count("Niet ingevuld") == 3


@pytest.mark.django_db
def test_what_was_put_together_with_another_shows_nothing_of_that(client):
    served()
    apply(client, "steun-vragen")
    request = SupportRequest.objects.get()
    kept = RequestFamilyFactory()
    SupportRequest.objects.update(family=kept)
    Household.objects.exclude(pk=kept.household_id).update(merged_into=kept.household)

    shown = client.get("/steun-vragen/klaar/")
    pressed = send(client, "/steun-vragen/klaar/", {})

    assert shown.status_code == pressed.status_code == 200
    assert "We hebben je aanvraag." in shown.content.decode()
    assert request.reference not in shown.content.decode()

"""The pages of both applications, as a browser without JavaScript uses them."""

import datetime as dt

import pytest
import time_machine

from families import moments
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
from families.tests.applying import (
    ANSWERS,
    CONSENT,
    REQUEST_ANSWERS,
    STEPS,
    answer_until,
    apply,
    send,
    served,
    step_url,
)
from families.tests.factories import (
    MunicipalityFactory,
    PartnershipFactory,
    PostcodeAreaFactory,
)
from families.vocabulary import SupportKind, mask_of

MONDAY = dt.datetime(2026, 11, 23, 9, 0, tzinfo=dt.UTC)
KINDS = list(ANSWERS)


@pytest.fixture(autouse=True)
def monday():
    with time_machine.travel(MONDAY, tick=False) as clock:
        yield clock


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
    consent = Consent.objects.get()
    assert (consent.person, consent.text_version, consent.given_at) == (
        parent,
        "2026-11",
        MONDAY,
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
    assert draft.key_hash != key.value
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
@pytest.mark.parametrize(("kind", "slug"), STEPS)
def test_page_answered_before_leads_back_to_checking(client, kind, slug):
    served()
    answer_until(client, kind)

    response = send(client, step_url(kind, slug), ANSWERS[kind][slug])

    assert response.headers["Location"] == f"/{kind}/controleren/"


@pytest.mark.django_db
@pytest.mark.parametrize(("kind", "slug"), STEPS)
def test_page_shows_what_was_typed_before(client, kind, slug):
    served()
    answer_until(client, kind)

    form = client.get(step_url(kind, slug)).context["form"]

    assert not form.is_bound
    boxes = {"unborn-0": False, "unborn-1": True}
    expected = (
        dict.fromkeys(form.fields)
        | ANSWERS[kind][slug]
        | {name: value for name, value in boxes.items() if name in form.fields}
    )
    expected.pop("rows", None)
    assert form.initial == expected


@pytest.mark.django_db
@pytest.mark.parametrize("kind", KINDS)
def test_skipped_page_comes_before_checking(client, kind):
    served()
    last = list(ANSWERS[kind])[-1]
    answer_until(client, kind, last="wat")

    jumped = send(client, step_url(kind, last), ANSWERS[kind][last])
    check = client.get(f"/{kind}/controleren/")

    assert jumped.headers["Location"] == step_url(kind, "wat")
    assert check.headers["Location"] == step_url(kind, "wat")


@pytest.mark.django_db
def test_two_tabs_fill_in_one_draft(client):
    served()
    answer_until(client, "steun-vragen", last="wat")

    send(client, step_url("steun-vragen", "wanneer"), REQUEST_ANSWERS["wanneer"])
    send(client, step_url("steun-vragen", "wat"), REQUEST_ANSWERS["wat"])
    last = send(client, step_url("steun-vragen", "contact"), REQUEST_ANSWERS["contact"])

    assert last.headers["Location"] == "/steun-vragen/controleren/"
    assert IntakeDraft.objects.count() == 1


@pytest.mark.django_db
def test_row_is_added_and_removed_without_losing_what_was_typed(client):
    served()
    answer_until(client, "steun-vragen", last="kinderen")
    url = step_url("steun-vragen", "kinderen")

    added = send(client, url, {"rows": "1", "name-0": "N", "age-0": "zes", "add": "1"})
    two = client.get(url).context["form"]
    removed = send(
        client,
        url,
        {"rows": "2", "name-0": "N", "age-0": "zes", "age-1": "4", "remove": "0"},
    )
    one = client.get(url).context["form"]

    assert added.headers["Location"] == f"{url}#kind-2"
    assert (two.n_rows, two["age-0"].value(), two.errors) == (2, "zes", {})
    assert removed.headers["Location"] == f"{url}#kind-1"
    assert (one.n_rows, one["age-0"].value(), one["name-0"].value()) == (1, "4", None)


@pytest.mark.django_db
def test_postcode_in_two_municipalities_asks_which(client):
    served("Aalsmeer")
    other = served("Amstelveen")
    url = step_url("steun-vragen", "gemeente")

    first = send(client, step_url("steun-vragen", "postcode"), {"postcode": "1431AB"})
    page = client.get(url)
    area = PostcodeArea.objects.get(municipality__name="Amstelveen")
    second = send(client, url, {"area": area.pk})
    for slug in ("kinderen", "wat", "wanneer", "contact"):
        send(client, step_url("steun-vragen", slug), REQUEST_ANSWERS[slug])
    send(client, "/steun-vragen/controleren/", CONSENT["steun-vragen"])

    assert first.headers["Location"] == url
    choices = [
        str(label) for _value, label in page.context["form"].fields["area"].choices
    ]
    assert choices == ["Aalsmeer", "Amstelveen"]
    assert second.headers["Location"] == step_url("steun-vragen", "kinderen")
    household = Household.objects.get()
    assert household.municipality == area.municipality
    assert household.coordinator == other


@pytest.mark.django_db
def test_area_of_another_postcode_is_refused(client):
    served("Aalsmeer")
    served("Amstelveen")
    far = PostcodeAreaFactory(postcode="9999")
    send(client, step_url("steun-vragen", "postcode"), {"postcode": "1431AB"})

    response = send(client, step_url("steun-vragen", "gemeente"), {"area": far.pk})

    assert response.status_code == 422
    assert response.context["form"].errors == {
        "area": ["Kies een van de gemeenten op deze pagina."]
    }


@pytest.mark.django_db
def test_no_fixed_address_has_a_municipality_and_no_place(client):
    sanne = served()
    municipality = sanne.municipalities.get()
    url = step_url("steun-vragen", "geen-adres")

    send(client, url, {"municipality": municipality.pk})
    for slug in ("kinderen", "wat", "wanneer", "contact"):
        send(client, step_url("steun-vragen", slug), REQUEST_ANSWERS[slug])
    send(client, "/steun-vragen/controleren/", CONSENT["steun-vragen"])

    location = Location.objects.get()
    assert location.household.municipality == municipality
    assert (location.kind, location.area, location.postcode) == ("none", None, "")
    assert (location.latitude, location.longitude) == (None, None)


@pytest.mark.django_db
def test_postcode_replaces_no_fixed_address(client):
    sanne = served()
    municipality = sanne.municipalities.get()
    url = step_url("steun-vragen", "geen-adres")
    send(client, url, {"municipality": municipality.pk})

    response = send(client, step_url("steun-vragen", "postcode"), {"postcode": "1431"})

    assert response.headers["Location"] == step_url("steun-vragen", "kinderen")
    assert list(client.get(url).context["form"].initial) == []


@pytest.mark.django_db
@pytest.mark.parametrize("kind", KINDS)
def test_unknown_postcode_is_repeated_in_the_error(client, kind):
    served()

    response = send(client, step_url(kind, "postcode"), {"postcode": "9999zz"})

    assert response.status_code == 422
    assert response.context["form"].errors == {
        "postcode": ["We kennen ‘9999 ZZ’ niet. Kijk je postcode nog eens na."]
    }
    assert response.context["form"]["postcode"].value() == "9999zz"
    assert response.context["form"].unknown is True


@pytest.mark.django_db
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("state", ["closing", "ended", "none", "nobody works there"])
def test_unserved_municipality_gets_a_helpful_page(client, kind, state):
    municipality = MunicipalityFactory(name="Uithoorn")
    PostcodeAreaFactory(postcode="1421", municipality=municipality)
    if state == "nobody works there":
        PartnershipFactory(municipalities=[municipality])
    elif state != "none":
        coordinator = served()
        coordinator.municipalities.add(municipality)
        PartnershipFactory(municipalities=[municipality], state=state)

    response = send(client, step_url(kind, "postcode"), {"postcode": "1421AB"})

    assert response.status_code == 200
    assert response.templates[0].name == "families/intake_unserved.html"
    assert IntakeDraft.objects.count() == 0


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
def test_expired_draft_keeps_what_was_typed_just_now(client, monday, kind):
    served()
    answer_until(client, kind, last="wat")
    monday.move_to(MONDAY + dt.timedelta(days=15))

    response = send(
        client, step_url(kind, "wat"), {"kinds": ["0"], "kinds_other": "Taart"}
    )

    assert response.status_code == 200
    assert response.context["was_away"]
    assert response.context["form"]["kinds_other"].value() == "Taart"
    draft = IntakeDraft.objects.get()
    assert "Taart" in draft.answers
    again = send(client, step_url(kind, "wat"), {"kinds": ["0"]})
    assert again.headers["Location"] == step_url(kind, "postcode")


@pytest.mark.django_db
@pytest.mark.parametrize("kind", KINDS)
def test_page_without_a_draft_leads_to_the_first(client, kind):
    response = client.get(step_url(kind, "wat"))

    assert response.headers["Location"] == step_url(kind, "postcode")


@pytest.mark.django_db
def test_unknown_page_is_not_there(client):
    assert client.get("/steun-vragen/stap/hoevaak/").status_code == 404
    assert client.get("/steun-geven/stap/geen-adres/").status_code == 404


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


# Bad input

LONG = "a" * 10_000
HOSTILE = {
    "empty": "",
    "long": LONG,
    "nul": "Noor\0",
    "emoji": "👩‍👧🎈",
    "right to left": "\u202eرون",
}
# What each page makes of it: the fields that complain.
BAD = {
    ("steun-vragen", "postcode"): (["postcode"], {}),
    ("steun-vragen", "kinderen"): (["age-0"], {"rows": "1"}),
    ("steun-vragen", "wat"): (["kinds"], {}),
    ("steun-vragen", "wanneer"): (["moments"], {}),
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
    answers = ANSWERS["steun-geven"]["grenzen"] | {"youngest": "9", "oldest": "4"}

    response = send(client, step_url("steun-geven", "grenzen"), answers)

    assert list(response.context["form"].errors) == ["oldest"]


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


# Personal data and cost


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

"""The way through both applications, as a browser without JavaScript goes it."""

import datetime as dt

import pytest
from django.test import Client

from families.forms.steps import REQUEST, Answers
from families.models import (
    Household,
    IntakeCount,
    IntakeDraft,
    Location,
    PostcodeArea,
)
from families.services.intake.drafts import typed_in
from families.tests.applying import (
    ANSWERS,
    CONSENT,
    MONDAY,
    REQUEST_ANSWERS,
    STEPS,
    answer_after,
    answer_until,
    apply,
    send,
    served,
    step_url,
)
from families.tests.browser_form import sent_unchanged
from families.tests.factories import (
    MunicipalityFactory,
    PartnershipFactory,
    PostcodeAreaFactory,
)

KINDS = list(ANSWERS)


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
    boxes = {"unborn-0": False, "unborn-1": True, "only_when_both_home": True}
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

    send(client, step_url("steun-vragen", "hoevaak"), REQUEST_ANSWERS["hoevaak"])
    send(client, step_url("steun-vragen", "wat"), REQUEST_ANSWERS["wat"])
    for slug in ("wanneer", "belangrijk", "delen", "taal"):
        send(client, step_url("steun-vragen", slug), REQUEST_ANSWERS[slug])
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
    answer_after(client, "steun-vragen", "postcode")
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
    answer_after(client, "steun-vragen", "postcode")
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
    assert "Je was even weg. Je antwoorden zijn er nog." in response.content.decode()
    assert "Taart" in IntakeDraft.objects.latest("pk").answers
    again = send(client, step_url(kind, "wat"), {"kinds": ["0"]})
    assert again.headers["Location"] == step_url(kind, "postcode")


@pytest.mark.django_db
@pytest.mark.parametrize("kind", KINDS)
def test_page_without_a_draft_leads_to_the_first(client, kind):
    response = client.get(step_url(kind, "wat"))

    assert response.headers["Location"] == step_url(kind, "postcode")


@pytest.mark.django_db
def test_unknown_page_is_not_there(client):
    assert client.get("/steun-vragen/stap/vog/").status_code == 404
    assert client.get("/steun-geven/stap/geen-adres/").status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize("kind", KINDS)
def test_every_page_says_why_and_offers_other_ways(client, kind):
    served()
    answer_until(client, kind)

    pages = [
        client.get(step_url(kind, slug)).content.decode() for slug in ANSWERS[kind]
    ]

    asks = kind == "steun-vragen"
    for page in pages:
        assert page.count("Waarom vragen we dit?") == 1
        assert page.count('name="later"') == 1
        assert page.count('name="call"') == 1
        assert page.count("data-quick-exit") == 2 * asks
        assert page.count("Je antwoorden zijn bewaard.") == 1
        assert page.count("<h1") == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("button", "goal"),
    [("later", "/steun-vragen/later/"), ("call", "/steun-vragen/bel-mij/")],
)
def test_other_ways_keep_what_was_typed_unread(client, button, goal):
    served()
    answer_until(client, "steun-vragen", last="belangrijk")
    url = step_url("steun-vragen", "belangrijk")

    response = send(client, url, {"remarks": "a" * 501, button: "1"})

    assert response.headers["Location"] == goal
    assert client.get(url).context["form"].initial["remarks"] == "a" * 501
    check = client.get("/steun-vragen/controleren/")
    assert check.headers["Location"] == url


@pytest.mark.django_db
@pytest.mark.parametrize("button", ["later", "call"])
@pytest.mark.parametrize(("kind", "slug"), STEPS)
def test_page_left_as_it_was_shown_is_no_answer(client, kind, slug, button):
    served()
    answer_until(client, kind, last=slug)
    url = step_url(kind, slug)
    form = client.get(url).context["form"]
    rows = {"rows": str(form.n_rows)} if hasattr(form, "n_rows") else {}

    response = send(client, url, sent_unchanged(form).dict() | rows | {button: "1"})

    assert response.status_code == 302
    assert slug not in typed_in(IntakeDraft.objects.get())
    assert client.get(f"/{kind}/controleren/").headers["Location"] == url


@pytest.mark.django_db
def test_language_that_was_chosen_is_an_answer(client):
    served()
    answer_until(client, "steun-vragen", last="taal")
    url = step_url("steun-vragen", "taal")

    send(client, url, {"language": "pl", "later": "1"})

    assert typed_in(IntakeDraft.objects.get())["taal"] == {"language": ["pl"]}


@pytest.mark.django_db
def test_too_many_answers_keep_what_was_typed(client):
    served()
    url = step_url("steun-vragen", "postcode")
    for _begun in range(10):
        send(Client(), url, {"postcode": "1431AB"})

    response = send(client, url, {"postcode": "1431 ab"})

    assert response.status_code == 429
    assert response.context["form"]["postcode"].value() == "1431 ab"
    assert IntakeDraft.objects.count() == 10


@pytest.mark.django_db
def test_applications_are_counted_when_they_begin_and_when_they_are_sent(client):
    served()

    apply(client, "steun-vragen")

    counted = IntakeCount.objects.values_list("what", "kind", "language", "on", "n")
    day = dt.date(2026, 11, 23)
    assert sorted(counted) == [
        ("finished", "request", "nl", day, 1),
        ("started", "request", "nl", day, 1),
    ]


@pytest.mark.django_db
def test_a_child_too_many_that_nobody_told_of_is_no_child(client):
    served()
    answer_until(client, "steun-vragen", last="kinderen")
    url = step_url("steun-vragen", "kinderen")

    empty = send(client, url, {"rows": "2"})
    named = send(client, url, {"rows": "2", "age-0": "6", "name-1": "Sem"})
    left = send(client, url, {"rows": "3", "age-0": "6", "age-2": "9"})

    assert list(empty.context["form"].errors) == ["age-0", "age-1"]
    assert list(named.context["form"].errors) == ["age-1"]
    assert left.status_code == 302
    answers = Answers(REQUEST, typed_in(IntakeDraft.objects.get()), on=MONDAY.date())
    form = answers.form("kinderen")
    assert form.is_valid()
    assert [child.age for child in form.children()] == [6, 9]

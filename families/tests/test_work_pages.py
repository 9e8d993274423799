"""Pages of the coordinator about families: lists, contact, facts, stages."""

import datetime as dt
import uuid
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.urls import reverse

from families.models import ContactMoment, Task
from families.services.stages import change_stage
from families.tests.applying import send
from families.tests.factories import (
    CoordinatorFactory,
    HouseholdFactory,
    MembershipFactory,
    MunicipalityFactory,
    ScreeningCheckFactory,
    SupportOfferFactory,
    SupportRequestFactory,
    TaskFactory,
)

pytestmark = pytest.mark.django_db

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
MONDAY = dt.date(2026, 11, 23)
HOSTILE = {
    "long": "x" * 10_000,
    "nul": "a\0b",
    "emoji": "👨‍👩‍👧",
    "rtl": "\u202eabc\u202d",
    "markup": "<script>alert(1)</script>",
}


@pytest.fixture(autouse=True)
def monday_morning():
    with time_machine.travel(
        dt.datetime(2026, 11, 23, 9, tzinfo=AMSTERDAM), tick=False
    ) as clock:
        yield clock


@pytest.fixture
def coordinator(client):
    coordinator = CoordinatorFactory(municipalities=[MunicipalityFactory(name="Ede")])
    client.force_login(coordinator.user)
    return coordinator


@pytest.fixture
def household(coordinator):
    """A home of one parent, in the coordinator's municipality."""
    return family(coordinator)


def family(coordinator, **facts):
    household = HouseholdFactory(
        municipality=coordinator.municipalities.first(),
        coordinator=coordinator,
        **facts,
    )
    MembershipFactory(household=household, person__telephone="+31612345678")
    return household


def url_of(name, household, **more):
    return reverse(f"families:{name}", kwargs={"reference": household.reference} | more)


# The list


def shown(response):
    return [row.household for row in response.context["rows"]]


@pytest.mark.parametrize("n_families", [1, 3])
@pytest.mark.parametrize("query", [{}, {"lijst": "wacht"}])
def test_family_list_shows_own_families_in_a_fixed_number_of_queries(
    client, coordinator, django_assert_num_queries, n_families, query
):
    own = [family(coordinator) for _ in range(n_families)]
    for household in own:
        SupportRequestFactory(family__household=household)
        SupportOfferFactory(family__household=household)
        TaskFactory(household=household)
    SupportRequestFactory()

    with django_assert_num_queries(15):
        response = client.get(reverse("families:family-list"), query)

    assert set(shown(response)) == set(own)


def test_waiting_list_starts_with_who_waits_longest(client, coordinator):
    days = [dt.date(2026, 11, 1), dt.date(2026, 9, 1), dt.date(2026, 10, 24)]
    requests = [
        SupportRequestFactory(family__household=family(coordinator), waiting_since=day)
        for day in days
    ]
    SupportRequestFactory(family__household=family(coordinator), stage="talking")
    SupportOfferFactory(family__household=family(coordinator))

    response = client.get(reverse("families:family-list"), {"lijst": "wacht"})

    first, second, third = response.context["rows"]
    assert [first.household, second.household, third.household] == [
        requests[index].family.household for index in (1, 2, 0)
    ]
    assert [
        (row.wishes[0].days, row.wishes[0].long) for row in (first, second, third)
    ] == [
        (83, True),
        (30, False),
        (22, False),
    ]


def test_family_list_filters_by_side_stage_and_municipality(client, coordinator):
    town = MunicipalityFactory(name="Wageningen", slug="wageningen")
    coordinator.municipalities.add(town)
    asking, giving, ended = (family(coordinator) for _ in range(3))
    there = HouseholdFactory(municipality=town)
    SupportRequestFactory(family__household=asking, stage="talking")
    SupportOfferFactory(family__household=giving, stage="available")
    SupportRequestFactory(family__household=ended, stage="withdrawn")
    SupportRequestFactory(family__household=there, stage="waiting")

    def found(**query):
        return set(shown(client.get(reverse("families:family-list"), query)))

    assert found() == {asking, giving, there}
    assert found(kant="vraag") == {asking, there}
    assert found(kant="steun") == {giving}
    assert found(fase="klaar") == {giving, there}
    assert found(fase="klaar", kant="vraag") == {there}
    assert found(fase="afgerond") == {ended}
    assert found(gemeente="wageningen") == {there}
    assert found(kant="' OR 1=1 --", fase="x", gemeente="y") == {asking, giving, there}


def test_family_list_has_twenty_five_on_a_page(client, coordinator):
    for _ in range(26):
        SupportRequestFactory(family__household=family(coordinator))

    pages = [
        client.get(reverse("families:family-list"), {"pagina": page})
        for page in ("1", "2", "x")
    ]

    assert [len(page.context["rows"]) for page in pages] == [25, 1, 25]


def test_contact_create_offers_own_families_due_ones_first(client, coordinator):
    spoken, silent, due = (family(coordinator) for _ in range(3))
    ContactMoment.objects.create(
        household=spoken, happened_on=MONDAY, by=coordinator.user
    )
    new = family(coordinator)
    TaskFactory(household=due)
    promised = {"due_on": dt.date(2026, 11, 27), "promised": True}
    TaskFactory(household=new, kind="first_call", **promised)
    HouseholdFactory()

    response = client.get(reverse("families:contact-create"))

    assert shown(response) == [new, due, spoken, silent]


@pytest.mark.parametrize(
    ("due_on", "shown_as"),
    [
        (dt.date(2026, 11, 22), (True, True)),
        (dt.date(2026, 11, 23), (True, False)),
        (dt.date(2027, 1, 22), (True, False)),
        (dt.date(2027, 1, 23), (False, False)),
    ],
)
def test_family_list_shows_a_vog_that_is_late_or_near(
    client, coordinator, household, due_on, shown_as
):
    SupportOfferFactory(family__household=household)
    TaskFactory(household=household, kind="screening", due_on=due_on)

    [row] = client.get(reverse("families:family-list")).context["rows"]

    assert (row.next_task is not None, row.vog_is_late) == shown_as


# Contact


def note(**said):
    given = {
        "form_key": str(uuid.uuid4()),
        "kind": "telephone",
        "outcome": "reached",
        "happened_on": "vandaag",
    }
    return given | said


def test_contact_note_keeps_what_was_said(client, coordinator, household):
    task = TaskFactory(household=household, text="Bel terug")
    url = url_of("contact-note", household)

    response = send(
        client,
        url,
        note(
            text="Noor wil voetballen.",
            next_step="Zwemles vragen",
            next_on="1-12",
            promised="on",
            finished=task.pk,
        ),
    )

    contact = ContactMoment.objects.get()
    task.refresh_from_db()
    [planned] = Task.objects.open()
    assert (response.status_code, response.url) == (302, household.get_absolute_url())
    assert (contact.text, contact.happened_on) == ("Noor wil voetballen.", MONDAY)
    assert (planned.text, planned.due_on) == ("Zwemles vragen", dt.date(2026, 12, 1))
    assert (planned.promised, task.done_by) == (True, coordinator.user)


def test_contact_note_sent_twice_is_one_contact(client, household):
    said = note(text="Eén keer")

    for _ in range(2):
        send(client, url_of("contact-note", household), said)

    assert [contact.text for contact in ContactMoment.objects.all()] == ["Eén keer"]


@pytest.mark.parametrize(
    ("said", "faulty"),
    [
        ({"happened_on": "1-12-2026"}, ["happened_on"]),
        ({"happened_on": "31-2"}, ["happened_on"]),
        ({"kind": "duif"}, ["kind"]),
        ({"form_key": "x"}, ["form_key"]),
        ({"next_step": "Bellen"}, ["next_on"]),
        ({"next_on": "1-12"}, ["next_step"]),
        ({"next_step": "Bellen", "next_on": "1-11-2026"}, ["next_on"]),
        ({"promised": "on"}, ["next_on"]),
        ({"text": HOSTILE["long"]}, ["text"]),
        ({"text": HOSTILE["nul"]}, ["text"]),
        ({"next_step": HOSTILE["long"], "next_on": "1-12"}, ["next_step"]),
    ],
)
def test_contact_note_that_is_wrong_says_where_and_keeps_the_text(
    client, household, said, faulty
):
    sent = note(text="Dit blijft staan") | said

    response = send(client, url_of("contact-note", household), sent)

    assert response.status_code == 422
    assert list(response.context["form"].errors) == faulty
    assert response.context["form"]["text"].value() == sent["text"]
    assert list(ContactMoment.objects.all()) == []


@pytest.mark.parametrize("kind", ["emoji", "rtl", "markup"])
def test_contact_note_shows_strange_text_as_text(client, household, kind):
    send(client, url_of("contact-note", household), note(text=HOSTILE[kind]))

    page = client.get(household.get_absolute_url()).content.decode()

    assert ContactMoment.objects.get().text != ""
    assert page.count("<script>alert") == 0


def test_contact_note_refuses_a_task_of_another_household(
    client, coordinator, household
):
    others = TaskFactory(household=family(coordinator))
    TaskFactory(household=household)

    response = send(client, url_of("contact-note", household), note(finished=others.pk))

    others.refresh_from_db()
    assert (response.status_code, others.done_at) == (422, None)


def test_no_answer_with_a_spoiled_key_opens_the_form(client, household):
    response = send(client, url_of("contact-no-answer", household), {"form_key": "x"})

    assert (response.status_code, response.url) == (
        302,
        url_of("contact-note", household),
    )
    assert list(ContactMoment.objects.all()) == []


@pytest.mark.parametrize(
    ("name", "status"), [("contact-note", 422), ("contact-no-answer", 302)]
)
def test_key_of_a_contact_with_another_family_is_refused_with_a_sentence(
    client, coordinator, household, name, status
):
    other = family(coordinator)
    sent = note(form_key=uuid.UUID(int=1))
    send(client, url_of("contact-note", other), sent)
    client.get(other.get_absolute_url())

    refused = send(client, url_of(name, household), sent)

    page = refused if status == 422 else client.get(refused.url)
    assert refused.status_code == status
    assert [one.level_tag for one in page.context["messages"]] == ["error"]
    assert [row.household for row in ContactMoment.objects.all()] == [other]


def test_a_refused_contact_may_be_sent_again(client, coordinator, household):
    sent = note(form_key=uuid.UUID(int=1))
    send(client, url_of("contact-note", family(coordinator)), sent)

    refused = send(client, url_of("contact-note", household), sent)
    again = sent | {"form_key": refused.context["form"]["form_key"].value()}
    send(client, url_of("contact-note", household), again)

    assert household.contacts.count() == 1


# Facts


def facts(**told):
    given = {
        "row_version": "1",
        "person_version": "1",
        "name": "Amira",
        "telephone": "06 12345678",
        "email": "",
        "may_leave_message": "no",
        "dog": "yes",
    }
    return given | told


def test_family_facts_are_kept(client, household):
    response = send(client, url_of("family-facts", household), facts(call_dayparts="2"))

    household.refresh_from_db()
    person = household.memberships.get().person
    assert (response.status_code, response.url) == (302, household.get_absolute_url())
    assert (household.dog, household.cat, household.row_version) == (True, None, 2)
    assert (person.name, person.telephone) == ("Amira", "+31612345678")
    assert (person.may_leave_message, person.call_dayparts) == (False, 0b100)


def test_family_facts_changed_meanwhile_show_both_values(client, household):
    household.cat = True
    household.row_version = 2
    household.save()

    response = send(client, url_of("family-facts", household), facts(cat="no"))

    form = response.context["form"]
    household.refresh_from_db()
    assert response.status_code == 422
    assert household.cat is True
    assert ("Is er een kat?", "Ja", "Nee") in [
        tuple(map(str, line)) for line in form.meanwhile()
    ]
    assert form["cat"].value() == "no"
    assert form["row_version"].value() == 2


@pytest.mark.parametrize(
    ("told", "faulty"),
    [
        ({"telephone": "0612"}, ["telephone"]),
        ({"email": "geen adres"}, ["email"]),
        ({"dog": "misschien"}, ["dog"]),
        ({"name": ""}, ["name"]),
        ({"name": HOSTILE["long"]}, ["name"]),
        ({"name": HOSTILE["nul"]}, ["name"]),
        ({"email": HOSTILE["long"]}, ["email"]),
        ({"row_version": ""}, ["__all__"]),
        ({"person_version": "2"}, ["__all__"]),
        ({"row_version": "", "person_version": ""}, ["__all__"]),
    ],
)
def test_family_facts_that_are_wrong_change_nothing(client, household, told, faulty):
    response = send(client, url_of("family-facts", household), facts(**told))

    household.refresh_from_db()
    assert response.status_code == 422
    assert list(response.context["form"].errors) == faulty
    assert (household.dog, household.row_version) == (None, 1)


# Stages


def test_wish_ready_asks_only_what_is_missing(client, household):
    request = SupportRequestFactory(
        family__household=household, stage="talking", moments=None
    )
    url = url_of("wish-ready", household, wish=request.reference)

    asked = list(client.get(url).context["form"].fields)
    empty = send(client, url, {})
    response = send(client, url, {"moments": ["both-2-1", "holidays"]})

    request.refresh_from_db()
    assert asked == ["moments", "source", "told_on"]
    assert empty.status_code == 422
    assert response.status_code == 302
    assert (request.stage, bool(request.moments)) == ("waiting", True)


def test_wish_ready_of_an_offer_shows_the_vog_of_each_adult(client, household):
    offer = SupportOfferFactory(family__household=household, stage="talking")
    person = household.memberships.get().person
    check = ScreeningCheckFactory(person=person)
    url = url_of("wish-ready", household, wish=offer.reference)

    page = client.get(url)
    send(client, url, {})

    offer.refresh_from_db()
    assert [(one["person"], one["check"]) for one in page.context["adults"]] == [
        (person, check)
    ]
    assert list(page.context["form"].fields) == []
    assert offer.stage == "available"


def test_wish_close_needs_a_reason(client, household):
    request = SupportRequestFactory(family__household=household, stage="waiting")
    url = url_of("wish-close", household, wish=request.reference)

    empty = send(client, url, {"reason": " "})
    response = send(client, url, {"reason": "Verhuisd"})

    request.refresh_from_db()
    assert (empty.status_code, response.status_code) == (422, 302)
    assert (request.stage, request.stages.last().reason) == ("withdrawn", "Verhuisd")


def test_wish_close_waits_for_the_pairing_to_end(client, household):
    request = SupportRequestFactory(family__household=household, stage="paired")
    url = url_of("wish-close", household, wish=request.reference)

    response = send(client, url, {"reason": "Verhuisd"})

    request.refresh_from_db()
    assert (response.status_code, request.stage) == (302, "paired")


def test_wish_stage_moves_and_steps_back(client, household):
    request = SupportRequestFactory(family__household=household, stage="applied")
    url = url_of("wish-stage", household, wish=request.reference)

    def press(to, shown):
        send(client, url, {"to": to, "shown": shown})
        request.refresh_from_db()
        return request.stage

    # The second press finds it done.
    assert [press("talking", "applied"), press("talking", "applied")] == [
        "talking",
        "talking",
    ]
    assert [press("back", "talking"), press("back", "talking")] == [
        "applied",
        "applied",
    ]


def test_pause_that_is_over_is_not_offered_twice(client, household):
    request = SupportRequestFactory(family__household=household, stage="talking")
    for stage in ("waiting", "paused", "waiting"):
        change_stage(request, to=stage, on=MONDAY, by="family")

    page = client.get(household.get_absolute_url()).content.decode()

    assert page.count("Neem een pauze") == 1
    assert "Terug naar: " not in page


def test_wish_stage_refuses_a_stage_that_does_not_exist(client, household):
    request = SupportRequestFactory(family__household=household, stage="applied")
    url = url_of("wish-stage", household, wish=request.reference)

    assert send(client, url, {"to": "x"}).status_code == 404


def test_a_wish_of_another_household_is_not_there(client, coordinator, household):
    request = SupportRequestFactory(family__household=family(coordinator))
    names = ("wish-ready", "wish-close", "wish-stage")

    found = [
        send(client, url_of(name, household, wish=request.reference), {"to": "talking"})
        for name in names
    ]

    assert [response.status_code for response in found] == [404, 404, 404]


# Screening


@pytest.fixture
def giving(household):
    SupportOfferFactory(family__household=household, stage="talking")
    return household


def test_a_vog_is_asked_applied_for_and_seen(client, coordinator, giving):
    person = giving.memberships.get().person
    steps = [
        ("screening-ask", {}),
        ("screening-applied", {"applied_on": "vandaag"}),
        ("screening-shown", {"seen_on": "23-11-2026", "ask_again_on": "23-11-2029"}),
    ]

    for name, sent in steps:
        response = send(client, url_of(name, giving, person=person.reference), sent)
        assert response.status_code == 302

    check = person.screening.get()
    assert (check.state, check.seen_by, check.seen_on) == (
        "shown",
        coordinator.user,
        MONDAY,
    )
    [adult] = client.get(url_of("screening", giving)).context["adults"]
    assert (adult["person"], adult["check"], adult["earlier"]) == (person, check, [])


def test_no_vog_keeps_the_reason(client, giving):
    person = giving.memberships.get().person
    check = ScreeningCheckFactory(person=person)
    url = url_of("screening-not-given", giving, person=person.reference)

    send(client, url, {"state": "cannot_apply", "note": "Op papier"})

    check.refresh_from_db()
    assert (check.state, check.note) == ("cannot_apply", "Op papier")


@pytest.mark.parametrize(
    ("name", "sent", "faulty"),
    [
        ("screening-applied", {"applied_on": "1-12-2026"}, ["applied_on"]),
        ("screening-applied", {}, ["applied_on"]),
        ("screening-shown", {"seen_on": "morgen"}, ["seen_on"]),
        (
            "screening-shown",
            {"seen_on": "vandaag", "ask_again_on": "1-1-2020"},
            ["ask_again_on"],
        ),
        ("screening-not-given", {"state": "shown"}, ["state"]),
        ("screening-not-given", {"state": "refused", "note": "a\0b"}, ["note"]),
    ],
)
def test_a_screening_step_that_is_wrong_says_where(client, giving, name, sent, faulty):
    person = giving.memberships.get().person
    check = ScreeningCheckFactory(person=person)

    response = send(client, url_of(name, giving, person=person.reference), sent)

    check.refresh_from_db()
    assert response.status_code == 422
    assert list(response.context["form"].errors) == faulty
    assert check.state == "asked"


def test_another_check_is_noted_as_done(client, coordinator, giving):
    send(
        client,
        url_of("screening-done", giving, check="huisbezoek"),
        {"seen_on": "21-11"},
    )

    shared = client.get(url_of("screening", giving)).context["shared"]

    done = {one["path"]: one["check"] and one["check"].seen_on for one in shared}
    assert done == {
        "huisbezoek": dt.date(2026, 11, 21),
        "tweede-huisbezoek": None,
        "referentie": None,
        "tweede-referentie": None,
        "huisregels": None,
        "privacy": None,
    }


def test_a_reference_says_who_and_what_came_out(client, giving):
    url = url_of("screening-done", giving, check="referentie")

    bare = send(client, url, {"seen_on": "21-11"})
    said = {"seen_on": "21-11", "spoken_with": "Buurvrouw", "outcome": "doubts"}
    send(client, url, said)

    check = giving.memberships.get().person.screening.get()
    assert list(bare.context["form"].errors) == ["spoken_with", "outcome"]
    assert (check.spoken_with, check.outcome) == ("Buurvrouw", "doubts")
    assert client.get(url_of("screening", giving)).context["n_open"] == 7


def test_what_is_not_needed_says_why_and_is_taken_back(client, giving):
    url = url_of("screening-not-needed", giving, check="tweede-referentie")

    empty = send(client, url, {"note": " "})
    send(client, url, {"note": "Wij kennen hen al jaren."})
    n_open = client.get(url_of("screening", giving)).context["n_open"]
    send(client, url_of("screening-back", giving, check="tweede-referentie"), {})

    assert (empty.status_code, list(empty.context["form"].errors)) == (422, ["note"])
    assert n_open == 6
    assert client.get(url_of("screening", giving)).context["n_open"] == 7


def test_a_vog_that_was_noted_by_mistake_is_taken_back(client, giving):
    person = giving.memberships.get().person
    check = ScreeningCheckFactory(person=person)
    send(
        client,
        url_of("screening-shown", giving, person=person.reference),
        {"seen_on": "vandaag", "ask_again_on": "23-11-2029"},
    )

    send(client, url_of("screening-vog-back", giving, person=person.reference), {})

    check.refresh_from_db()
    assert (check.state, check.seen_on, check.ask_again_on) == ("asked", None, None)


def test_a_vog_that_is_not_needed_says_why(client, coordinator, giving):
    person = giving.memberships.get().person
    check = ScreeningCheckFactory(person=person)
    url = url_of("screening-not-given", giving, person=person.reference)

    empty = send(client, url, {"state": "not_needed", "note": ""})
    send(client, url, {"state": "not_needed", "note": "Verhuist deze maand."})

    check.refresh_from_db()
    assert list(empty.context["form"].errors) == ["note"]
    assert (check.state, check.seen_by) == ("not_needed", coordinator.user)


def test_a_family_that_only_asks_has_no_screening(client, household):
    assert client.get(url_of("screening", household)).status_code == 404


def test_somebody_of_another_household_is_not_screened_here(
    client, coordinator, giving
):
    stranger = MembershipFactory(household=family(coordinator)).person

    response = send(
        client, url_of("screening-ask", giving, person=stranger.reference), {}
    )

    assert response.status_code == 404
    assert list(stranger.screening.all()) == []


# Who may come here at all


PAGES = [
    ("contact-note", {"GET", "POST"}),
    ("contact-no-answer", {"POST"}),
    ("task-later", {"POST"}),
    ("task-restore", {"POST"}),
    ("task-today", {"POST"}),
    ("task-done", {"POST"}),
    ("task-reopen", {"POST"}),
    ("family-facts", {"GET", "POST"}),
    ("screening", {"GET"}),
]


@pytest.mark.parametrize(("name", "methods"), PAGES)
def test_another_municipalitys_family_is_not_there(client, coordinator, name, methods):
    others = SupportOfferFactory().family.household
    answers = {
        "GET": lambda: client.get(url_of(name, others)),
        "POST": lambda: send(client, url_of(name, others), note()),
    }

    assert {answers[method]().status_code for method in methods} == {404}
    assert list(ContactMoment.objects.all()) == []


@pytest.mark.parametrize(("name", "methods"), PAGES)
def test_who_is_not_logged_in_goes_to_the_login_page(client, household, name, methods):
    client.logout()

    response = client.get(url_of(name, household))

    login = f"{reverse('account_login')}?next={url_of(name, household)}"
    assert (response.status_code, response.url) == (302, login)


@pytest.mark.parametrize(("name", "methods"), PAGES)
def test_a_wrong_method_is_refused(client, giving, name, methods):
    wrong = ({"GET", "POST", "DELETE"} - methods).pop()

    response = client.generic(wrong, url_of(name, giving))

    assert response.status_code == 405

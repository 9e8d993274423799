"""What holds for every page about the agreements of a pairing."""

import datetime as dt

import pytest
from django.urls import reverse

from agreements.tests.factories import (
    NOON,
    START,
    make_version,
    wednesdays,
)
from agreements.tests.views.pages import (
    FORM,
    PAGES,
    SENTENCE,
    all_written,
    send_data,
    url,
)
from families.models import Location
from families.tests.factories import CoordinatorFactory, OfficialFactory, UserFactory

pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1)
NAMES = [name for name, _numbered, _methods in PAGES]


def ask(client, name, address):
    """By a method that the page allows; a post that would be taken."""
    allowed = {name: methods for name, _numbered, methods in PAGES}[name]
    if "GET" in allowed:
        return client.get(address)
    data = {"side": "support", "channel": "paper", "on": "6-1-2026"}
    return send_data(client, address, data if name == "version-confirm" else {})


@pytest.mark.parametrize("name", [one for one in NAMES if one != "version-confirm"])
def test_a_visitor_is_sent_to_log_in(client, pairing, name):
    make_version(pairing, settled=False)
    address, before = url(pairing, name), all_written()

    response = ask(client, name, address)

    assert all_written() == before
    assert response.status_code == 302
    assert response.url == f"{reverse('account_login')}?next={address}"


def test_a_yes_of_a_visitor_is_not_noted(client, pairing):
    make_version(pairing, settled=False)
    before = all_written()

    response = ask(client, "version-confirm", url(pairing, "version-confirm"))

    assert (response.status_code, all_written()) == (403, before)
    assert response.templates[0].name == "403_csrf.html"


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("who", ["elsewhere", "official", "organisation"])
def test_another_pairing_answers_as_one_that_is_not_there(client, pairing, name, who):
    make_version(pairing, settled=False)
    before = all_written()
    stranger = {
        "elsewhere": lambda: CoordinatorFactory().user,
        "official": lambda: OfficialFactory().user,
        "organisation": lambda: UserFactory(organisation=True),
    }[who]()
    client.force_login(stranger)
    address = url(pairing, name)

    response = ask(client, name, address)
    absent = ask(client, name, address.replace(pairing.reference, "0" * 10))

    assert all_written() == before
    assert (response.status_code, absent.status_code) == (404, 404)
    assert response.content == absent.content


@pytest.mark.parametrize(
    ("name", "method", "allowed"),
    [
        (name, method, methods)
        for name, _numbered, methods in PAGES
        for method in ("GET", "POST", "PUT", "PATCH", "DELETE")
        if method not in methods
    ],
)
def test_other_methods_are_refused(lead, pairing, name, method, allowed):
    make_version(pairing, settled=False)
    before = all_written()

    response = lead.generic(method, url(pairing, name), content_type=FORM)

    assert (response.status_code, all_written()) == (405, before)
    assert set(response.headers["Allow"].split(", ")) == allowed


@pytest.mark.parametrize("name", [name for name, numbered, _m in PAGES if numbered])
@pytest.mark.parametrize("number", [0, 2, 10**30])
def test_a_version_that_is_not_there_is_not_found(lead, pairing, name, number):
    make_version(pairing, settled=False)
    before = all_written()

    response = ask(lead, name, url(pairing, name, number))

    assert (response.status_code, all_written()) == (404, before)


def test_the_coordinator_of_the_other_side_sees_the_same(client, pairing):
    make_version(pairing)
    colleague = CoordinatorFactory(
        municipalities=[pairing.offer.family.household.municipality]
    )
    client.force_login(colleague.user)

    response = client.get(url(pairing, "agreement-detail"))

    assert [one.sentences for one in response.context["items"]] == [SENTENCE]


@pytest.mark.parametrize("n_versions", [1, 3])
@pytest.mark.parametrize(
    "name_and_queries",
    [
        ("agreement-detail", 17),
        ("agreement-change", 21),
        ("agreement-stop", 15),
        ("version-detail", 19),
        ("version-correct", 21),
        ("version-print", 17),
    ],
)
def test_pages_ask_as_much_for_three_versions_as_for_one(
    lead, pairing, django_assert_num_queries, n_versions, name_and_queries
):
    name, n_queries = name_and_queries
    make_version(pairing)
    for number in range(1, n_versions):
        make_version(
            pairing,
            effective_from=START + number * DAY,
            items=[wednesdays(pairing, weekdays=1 << line) for line in range(4)],
            at=NOON + number * DAY,
        )

    with django_assert_num_queries(n_queries):
        response = lead.get(url(pairing, name))

    assert len(response.context["history"].versions) == n_versions


def test_titles_and_addresses_name_nobody(lead, pairing):
    make_version(pairing)

    for name in ("agreement-detail", "agreement-change", "version-detail"):
        response = lead.get(url(pairing, name))
        title = response.content.decode().partition("<title>")[2].partition("<")[0]
        assert not {"Boer", "Willems", "Noor", "Amira"} & set(title.split())


@pytest.mark.parametrize(
    "name", ["agreement-detail", "version-detail", "version-print"]
)
def test_no_page_shows_where_a_family_lives(lead, pairing, name):
    make_version(pairing)
    for family in (pairing.request.family, pairing.offer.family):
        Location.objects.create(
            household=family.household,
            from_on=START,
            street="Zijdstraat 12",
            postcode="1431AB",
        )

    text = lead.get(url(pairing, name)).content.decode()

    assert [word for word in ("Zijdstraat", "1431") if word in text] == []

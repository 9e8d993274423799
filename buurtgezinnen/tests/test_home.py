"""The first page, and the page of a form that was open too long."""

import datetime as dt
import re

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from families.models import IntakeDraft, Partnership
from families.tests.applying import send, served, step_url
from families.tests.factories import MunicipalityFactory, PostcodeAreaFactory

MONDAY = dt.datetime(2026, 11, 23, 9, 0, tzinfo=dt.UTC)
POSTCODE_URL = step_url("steun-vragen", "postcode")


@pytest.fixture(autouse=True)
def monday():
    with time_machine.travel(MONDAY, tick=False):
        yield


@pytest.mark.django_db
def test_home_finds_who_works_near(client):
    sanne = served("Aalsmeer", user__name="Sanne Voorbeeld")
    colleague = served("Amstelveen", user__name="Bo Voorbeeld")
    gone = served("Uithoorn", user__is_active=False)

    response = client.get(reverse("home"), {"cijfers": "1431"})

    assert list(response.context["coordinators"]) == [colleague, sanne]
    assert gone not in response.context["coordinators"]


@pytest.mark.django_db
def test_home_tells_number_and_working_days(client):
    # Monday, Tuesday and Thursday.
    served(working_days=0b0001011, telephone="+31612345678")

    response = client.get(reverse("home"), {"cijfers": "1431"})

    words = " ".join(response.content.decode().split())
    assert "Werkdagen: maandag, dinsdag, donderdag" in words
    assert "06 12345678" in words


@pytest.mark.django_db
def test_home_does_not_name_who_works_where_a_partnership_is_closing(client):
    served()
    Partnership.objects.update(state="closing")

    response = client.get(reverse("home"), {"cijfers": "1431"})

    assert list(response.context["coordinators"]) == []


@pytest.mark.django_db
def test_home_offers_three_ways_in(client):
    page = client.get(reverse("home")).content.decode()

    ways = re.findall(r'<section class="tile[^>]*choice".*?href="([^"]+)"', page, re.S)
    assert ways == ["/steun-vragen/", "/steun-geven/", "/verwijzen/"]


@pytest.mark.django_db
def test_home_says_where_nobody_works_yet(client):
    served()
    PostcodeAreaFactory(postcode="1421", municipality=MunicipalityFactory())

    response = client.get(reverse("home"), {"cijfers": "1421"})

    assert list(response.context["coordinators"]) == []
    words = " ".join(response.content.decode().split())
    assert "We werken nog niet in jouw gemeente." in words


@pytest.mark.django_db
def test_home_says_when_a_postcode_is_unknown(client):
    response = client.get(reverse("home"), {"cijfers": "9999"})

    assert "We kennen postcode 9999 niet." in " ".join(
        response.content.decode().split()
    )


@pytest.mark.django_db
@pytest.mark.parametrize(
    "typed", ["", "abc", "0123", "12345", "x" * 10_000, "👩‍👧", "\0"]
)
def test_home_explains_digits_it_cannot_read(client, typed):
    response = client.get(reverse("home"), {"cijfers": typed})

    # A NUL is refused before any page is asked.
    assert response.status_code == (400 if typed == "\0" else 422)


@pytest.mark.django_db
@pytest.mark.parametrize("n_coordinators", [1, 3])
def test_home_costs_the_same_for_more_coordinators(
    client, django_assert_num_queries, n_coordinators
):
    for number in range(n_coordinators):
        served(f"Gemeente {number}")

    with django_assert_num_queries(1):  # coordinators
        response = client.get(reverse("home"), {"cijfers": "1431"})

    assert len(response.context["coordinators"]) == n_coordinators


@pytest.mark.django_db
def test_question_open_too_long_comes_back_as_it_was_with_a_fresh_token():
    served()
    client = Client(enforce_csrf_checks=True)

    refused = send(client, POSTCODE_URL, {"postcode": '1431"><b>', "x": "a\r\nb"})

    page = refused.content.decode()
    token = refused.context["csrf_token"]
    assert refused.status_code == 403
    assert refused.context["form"]["postcode"].value() == '1431"><b>'
    assert "Deze pagina stond te lang open" in page
    assert IntakeDraft.objects.count() == 0
    again = send(
        client, POSTCODE_URL, {"postcode": "1431AB", "csrfmiddlewaretoken": str(token)}
    )
    assert again.headers["Location"] == step_url("steun-vragen", "kinderen")
    assert IntakeDraft.objects.count() == 1


@pytest.mark.django_db
def test_rows_of_a_question_come_back_too():
    served()
    client = Client(enforce_csrf_checks=True)
    page = client.get(POSTCODE_URL)
    token = {"csrfmiddlewaretoken": str(page.context["csrf_token"])}
    send(client, POSTCODE_URL, {"postcode": "1431AB"} | token)
    url = step_url("steun-vragen", "kinderen")
    two = {"rows": "2", "name-0": "Noor", "age-0": "zes", "unborn-1": "on"}

    refused = send(client, url, two)

    form = refused.context["form"]
    assert refused.status_code == 403
    assert (form["name-0"].value(), form["age-0"].value()) == ("Noor", "zes")
    assert form["unborn-1"].value()
    assert not form.errors


@pytest.mark.django_db
@pytest.mark.parametrize("url", ["/verder/", step_url("steun-vragen", "contact")])
def test_any_other_form_open_too_long_is_offered_again_with_what_was_typed(url):
    client = Client(enforce_csrf_checks=True)

    refused = send(client, url, {"code": '1431"><b>', "x": "a\r\nb"})

    page = refused.content.decode()
    assert refused.status_code == 403
    assert f'action="{url}"' in page
    assert 'name="code" value="1431&quot;&gt;&lt;b&gt;"' in page
    token = str(refused.context["csrf_token"])
    again = send(client, url, {"code": "", "csrfmiddlewaretoken": token})
    assert again.status_code == 422


@pytest.mark.django_db
def test_what_another_site_sent_is_not_repeated():
    client = Client(
        enforce_csrf_checks=True, headers={"Origin": "https://evil.example"}
    )

    refused = send(client, POSTCODE_URL, {"postcode": "1431AB"})

    assert refused.status_code == 403
    assert refused.context["typed"] == []
    assert "1431AB" not in refused.content.decode()


@pytest.mark.django_db
def test_passwords_are_never_repeated():
    client = Client(enforce_csrf_checks=True)

    refused = send(
        client, reverse("account_login"), {"login": "a@b.example", "password": "geheim"}
    )

    assert refused.context["typed"] == [("login", "a@b.example")]
    assert "geheim" not in refused.content.decode()

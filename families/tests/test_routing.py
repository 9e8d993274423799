"""Where an application goes, and a helpful answer where it can go nowhere."""

import datetime as dt

import pytest
import time_machine

from families.models import Coordinator, IntakeDraft, Partnership, PartnershipTerm
from families.services.intake.routing import NotServed, first_call, taking_part
from families.tests.applying import send, served, step_url
from families.tests.factories import (
    CoordinatorFactory,
    MunicipalityFactory,
    PostcodeAreaFactory,
)

# Monday.
TODAY = dt.date(2026, 11, 23)
URL = step_url("steun-vragen", "postcode")
GIVING = step_url("steun-geven", "postcode")

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def monday():
    with time_machine.travel(dt.datetime(2026, 11, 23, 9, tzinfo=dt.UTC), tick=False):
        yield


def words(response) -> str:
    return " ".join(response.content.decode().split())


def test_a_running_partnership_takes_applications(client):
    served()

    response = send(client, URL, {"postcode": "1431 AB"})

    assert response.headers["Location"] == step_url("steun-vragen", "kinderen")


@pytest.mark.parametrize("state", ["closing", "ended"])
@pytest.mark.parametrize("url", [URL, GIVING])
def test_one_that_closes_or_ended_takes_no_new_ones(client, state, url):
    served()
    Partnership.objects.update(state=state)

    response = send(client, url, {"postcode": "1431 AB"})

    assert "We werken nog niet in jouw gemeente" in words(response)
    assert "Bel ons" in words(response)
    assert IntakeDraft.objects.count() == 0


def test_one_that_begins_later_takes_none_yet():
    municipality = served().municipalities.get()

    PartnershipTerm.objects.update(starts_on=dt.date(2027, 1, 1))

    assert list(taking_part(TODAY)) == []
    assert list(taking_part(dt.date(2027, 1, 1))) == [municipality]


def test_a_municipality_whose_coordinators_all_left_takes_none():
    coordinator = served()
    municipality = coordinator.municipalities.get()
    coordinator.user.is_active = False
    coordinator.user.save()

    with pytest.raises(NotServed):
        first_call(municipality, on=TODAY, working_days=5)


def test_it_closes_while_somebody_fills_in(client):
    served()
    send(client, URL, {"postcode": "1431 AB"})
    Partnership.objects.update(state="closing")

    response = send(client, URL, {"postcode": "1431 AB"})

    assert "We werken nog niet in jouw gemeente" in words(response)


def test_an_unknown_postcode_is_repeated_with_a_way_on(client):
    served()

    response = send(client, URL, {"postcode": "9999 ZZ"})

    assert response.status_code == 422
    assert response.context["form"]["postcode"].value() == "9999 ZZ"
    assert response.context["form"].errors["postcode"] == [
        "We kennen ‘9999 ZZ’ niet. Kijk je postcode nog eens na."
    ]
    assert step_url("steun-vragen", "geen-adres") in words(response)


def test_a_municipality_without_a_partnership_says_what_to_do_now(client):
    PostcodeAreaFactory(postcode="6711", municipality=MunicipalityFactory(name="Ede"))

    response = send(client, URL, {"postcode": "6711 AB"})

    assert response.status_code == 200
    assert "Ede" in words(response)
    assert "Bel je gemeente of het wijkteam" in words(response)
    assert IntakeDraft.objects.count() == 0


def test_a_postcode_in_two_municipalities_goes_to_the_one_that_is_chosen(client):
    here = served().municipalities.get()
    there = served("Amstelveen").municipalities.get()
    send(client, URL, {"postcode": "1431 AB"})
    which = client.get(step_url("steun-vragen", "gemeente"))
    areas = {
        area.municipality: area.pk
        for area in which.context["form"].fields["area"].queryset
    }

    response = send(
        client, step_url("steun-vragen", "gemeente"), {"area": areas[there]}
    )

    assert set(areas) == {here, there}
    assert response.headers["Location"] == step_url("steun-vragen", "kinderen")


def test_who_is_away_is_stood_in_for_until_the_last_day():
    deputy = CoordinatorFactory(municipalities=[])
    coordinator: Coordinator = served(
        deputy=deputy,
        deputy_from=TODAY,
        deputy_until=dt.date(2026, 11, 27),
    )
    municipality = coordinator.municipalities.get()

    calls = [
        first_call(municipality, on=day, working_days=5)
        for day in (dt.date(2026, 11, 27), dt.date(2026, 11, 28))
    ]

    assert [call.caller for call in calls] == [deputy, coordinator]
    assert [call.coordinator for call in calls] == [coordinator, coordinator]

"""What a coordinator puts in order: only what is hers, and only what is not."""

import datetime as dt

import pytest
import time_machine

from buurtgezinnen.report.year_end import checks_of
from families.models import ContactMoment
from families.tests.factories import (
    CoordinatorFactory,
    MunicipalityFactory,
    RequestFamilyFactory,
    SupportRequestFactory,
    TaskFactory,
)
from matching.tests.factories import PairingFactory

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 11, 23)
LONG_AGO = dt.date(2026, 6, 1)


@pytest.fixture(autouse=True)
def monday():
    with time_machine.travel("2026-11-23T12:00:00+01:00", tick=False):
        yield


@pytest.fixture
def town():
    return MunicipalityFactory()


@pytest.fixture
def coordinator(client, town):
    coordinator = CoordinatorFactory(municipalities=[town])
    client.force_login(coordinator.user)
    return coordinator


def everything_wrong(town, coordinator):
    """One of each; gives back what is to be found by each check."""
    bare = RequestFamilyFactory(household__municipality=town)
    asking = {"family__household__municipality": town, "waiting_since": TODAY}
    together = {"lead": coordinator, "started_on": LONG_AGO}
    meeting = PairingFactory(request=SupportRequestFactory(**asking), **together)
    trial = PairingFactory(
        request=SupportRequestFactory(**asking),
        trial=True,
        trial_until=TODAY - dt.timedelta(days=1),
        **together,
    )
    silent = SupportRequestFactory(**asking | {"waiting_since": LONG_AGO})
    promised = SupportRequestFactory(**asking).family.household
    TaskFactory(household=promised, due_on=TODAY - dt.timedelta(days=1))
    TaskFactory(household=bare.household, due_on=TODAY)
    return {
        "zonder-fase": [bare.household],
        "zonder-datum": [meeting],
        "proef-voorbij": [trial],
        "stil": [silent.family.household],
        "beloftes": [promised],
    }


def found(user):
    return {one.key: list(one.found) for one in checks_of(user, on=TODAY)}


def test_each_check_finds_what_is_not_in_order(client, town, coordinator):
    wrong = everything_wrong(town, coordinator)

    assert found(coordinator.user) == wrong
    checks = client.get("/werk/rapport/jaareinde/").context["checks"]
    assert {check.key: n for check, n in checks} == dict.fromkeys(wrong, 1)
    for key, (one,) in wrong.items():
        lines = client.get(f"/werk/rapport/jaareinde/{key}/").context["lines"]
        assert [url for _title, url in lines] == [one.get_absolute_url()]


def test_colleagues_have_their_own_to_put_in_order(client, coordinator):
    other = MunicipalityFactory()
    everything_wrong(other, CoordinatorFactory(municipalities=[other]))

    assert {key for key, one in found(coordinator.user).items() if one} == set()
    assert client.get("/werk/rapport/jaareinde/").context["checks"] == []


@pytest.mark.parametrize(("outcome", "n"), [("reached", 0), ("no_answer", 1)])
def test_only_who_was_reached_is_not_silent(town, coordinator, outcome, n):
    request = SupportRequestFactory(
        family__household__municipality=town, waiting_since=LONG_AGO
    )
    ContactMoment.objects.create(
        household=request.family.household,
        by=coordinator.user,
        kind="telephone",
        outcome=outcome,
        happened_on=TODAY - dt.timedelta(days=5),
    )

    assert len(found(coordinator.user)["stil"]) == n


@pytest.mark.parametrize("n", [1, 3])
def test_queries_do_not_grow(client, town, coordinator, django_assert_num_queries, n):
    for _number in range(n):
        everything_wrong(town, coordinator)

    with django_assert_num_queries(11):
        client.get("/werk/rapport/jaareinde/")
    with django_assert_num_queries(10):
        client.get("/werk/rapport/jaareinde/zonder-datum/")

"""Pauses of requests: begun, moved and over, and what they are not counted for."""

import datetime as dt
from urllib.parse import urlencode

import pytest
import time_machine

from families.lists import family_list, family_row, loaded
from families.models import Household, SupportRequest, Task
from families.services import households
from families.services.households import NotPossibleNow
from families.services.pauses import pause, resume
from families.services.stages import change_stage
from families.tests.factories import (
    CoordinatorFactory,
    HouseholdFactory,
    LocationFactory,
    MembershipFactory,
    RequestFamilyFactory,
    SupportOfferFactory,
    SupportRequestFactory,
    UserFactory,
)

MONDAY = dt.datetime(2026, 11, 23, 9, 0, tzinfo=dt.UTC)
TODAY = MONDAY.date()
FEBRUARY = dt.date(2027, 2, 1)
NOW = {"on": TODAY, "at": MONDAY}

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def monday():
    with time_machine.travel(MONDAY, tick=False) as clock:
        yield clock


def guided(**request: object) -> SupportRequest:
    ilse = CoordinatorFactory()
    household = HouseholdFactory(
        coordinator=ilse, municipality=ilse.municipalities.get()
    )
    LocationFactory(household=household)
    MembershipFactory(household=household)
    family = RequestFamilyFactory(household=household)
    return SupportRequestFactory(family=family, **request)


@pytest.mark.parametrize("stage", ["applied", "waiting"])
def test_a_request_that_rests_goes_on_as_it_was(stage):
    request, ilse = guided(stage=stage), UserFactory()
    pause(request, until=FEBRUARY, **NOW, by=ilse)
    planned = Task.objects.get()

    resume(request, **NOW, by=ilse)

    planned.refresh_from_db()
    assert planned.due_on == FEBRUARY
    assert planned.done_by == ilse
    assert (request.stage, request.paused_until) == (stage, None)


def test_moving_the_day_leaves_one_task():
    request, ilse = guided(), UserFactory()
    pause(request, until=FEBRUARY, **NOW, by=ilse)

    pause(request, until=dt.date(2027, 3, 1), **NOW, by=ilse)

    assert Task.objects.open().get().due_on == dt.date(2027, 3, 1)
    assert request.stages.filter(stage="paused").count() == 1


@pytest.mark.parametrize("stage", ["proposed", "paired", "ended", "withdrawn"])
def test_what_others_depend_on_does_not_rest(stage):
    request = guided(stage=stage)

    with pytest.raises(NotPossibleNow):
        pause(request, until=None, **NOW, by=UserFactory())

    request.refresh_from_db()
    assert request.stage == stage


def test_a_request_that_rests_is_not_searched_for_but_found_in_the_list():
    request = guided()
    pause(request, until=FEBRUARY, **NOW, by=UserFactory())

    everybody = Household.objects.all()
    resting = family_list(everybody, stages=(("paused",), ("paused",)))
    row = family_row(loaded(resting, on=TODAY).get(), on=TODAY)

    assert not SupportRequest.objects.waiting().exists()
    assert SupportRequest.objects.open().get() == request
    (line,) = row.wishes
    assert line.stage == "Op pauze tot 1 februari 2027"
    assert (line.waits, line.ready, line.matchable) == (False, False, False)


def test_a_pause_of_a_request_ends_by_one_press_of_the_coordinator(client):
    request = guided()
    household = request.family.household
    client.force_login(household.coordinator.user)
    form = "application/x-www-form-urlencoded"
    wish = f"/werk/gezinnen/{household.reference}/wens/{request.reference}"

    begun = client.post(
        f"{wish}/pauze/", urlencode({"until": "1-2-2027"}), content_type=form
    )
    request.refresh_from_db()
    resting = request.stage
    page = client.get(household.get_absolute_url()).content.decode()
    client.post(f"{wish}/fase/", urlencode({"to": "waiting"}), content_type=form)

    request.refresh_from_db()
    assert begun.status_code == 302
    assert (resting, request.stage) == ("paused", "waiting")
    assert "Dit gezin neemt pauze tot 1 februari 2027." in page
    assert not Task.objects.open().exists()


@pytest.mark.parametrize("until", ["1-1-2026", "23-11-2026", "morgen is laat", "\0"])
def test_a_pause_ends_on_a_day_to_come(client, until):
    request = guided()
    household = request.family.household
    client.force_login(household.coordinator.user)
    wish = f"/werk/gezinnen/{household.reference}/wens/{request.reference}/pauze/"

    answer = client.post(
        wish,
        urlencode({"until": until}),
        content_type="application/x-www-form-urlencoded",
    )

    request.refresh_from_db()
    assert (answer.status_code, request.stage) == (422, "waiting")


def test_an_offer_has_no_such_page(client):
    ilse = CoordinatorFactory()
    offer = SupportOfferFactory(
        family__household__municipality=ilse.municipalities.get()
    )
    client.force_login(ilse.user)
    household = offer.family.household.reference

    answer = client.get(f"/werk/gezinnen/{household}/wens/{offer.reference}/pauze/")

    assert answer.status_code == 404


def test_a_request_that_rests_can_be_withdrawn_and_taken_back():
    request, ilse = guided(), UserFactory()
    pause(request, until=FEBRUARY, **NOW, by=ilse)

    households.close(request, reason="Verhuisd", at=MONDAY, on=TODAY, by=ilse)
    households.step_back(request, shown="withdrawn", on=TODAY, by=ilse)

    assert (request.stage, request.paused_until) == ("paused", None)


def test_after_talks_a_pause_ends_in_talks():
    request, ilse = guided(stage="applied"), UserFactory()
    change_stage(request, to="talking", on=TODAY, by=ilse)
    pause(request, until=None, **NOW, by=ilse)

    resume(request, **NOW, by=ilse)

    assert request.stage == "talking"

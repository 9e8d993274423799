"""What coordinators see of what families did on their own pages."""

import datetime as dt
import uuid
from urllib.parse import urlencode

import pytest
import time_machine

from buurtgezinnen.panels import course
from families.models import AuditEvent, LoginCode, OwnRequest, Task
from families.own_panels import today_rows
from families.services import own, tasks
from families.tests.factories import (
    CoordinatorFactory,
    HouseholdFactory,
    LocationFactory,
    MembershipFactory,
    PersonFactory,
    RequestFamilyFactory,
    SupportRequestFactory,
)

MONDAY = dt.datetime(2026, 11, 23, 9, 0, tzinfo=dt.UTC)
TODAY = MONDAY.date()
FORM = "application/x-www-form-urlencoded"

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def monday():
    with time_machine.travel(MONDAY, tick=False) as clock:
        yield clock


@pytest.fixture
def request_of_amira():
    ilse = CoordinatorFactory(user__name="Ilse Voorbeeld")
    household = HouseholdFactory(
        name="El Amrani", coordinator=ilse, municipality=ilse.municipalities.get()
    )
    LocationFactory(household=household)
    person = PersonFactory(name="Amira", telephone="+31612345678")
    MembershipFactory(household=household, person=person)
    return SupportRequestFactory(family=RequestFamilyFactory(household=household))


def calls(request, text: str = "", *, on: dt.date = TODAY) -> OwnRequest:
    household = request.family.household
    return own.call_me(
        household.memberships.earliest("pk").person,
        household,
        request.reference,
        text=text,
        working_days=5,
        form_key=uuid.uuid4(),
        at=MONDAY,
        on=on,
    )


def rests(request) -> OwnRequest:
    return own.rest(
        request,
        request.family.household.memberships.earliest("pk").person,
        until=None,
        others_depend=lambda: False,
        text="",
        form_key=uuid.uuid4(),
        at=MONDAY,
        on=TODAY,
    )


def test_a_wish_to_be_called_stands_on_today_before_its_day(request_of_amira):
    calls(request_of_amira, "Over de zwemles")
    ilse = request_of_amira.family.household.coordinator.user

    (row,) = today_rows(ilse, on=TODAY)

    assert row.title == "Bel gezin El Amrani: ze vroegen erom"
    assert row.why == "Ze zeggen: “Over de zwemles”"
    assert (row.due_on, row.promised) == (dt.date(2026, 12, 1), True)
    assert (row.action_label, row.posts) == ("Noteer gesprek", False)
    assert row.telephone == "+31612345678"


def test_a_pause_is_told_and_settled_by_one_press(client, request_of_amira):
    rests(request_of_amira)
    household = request_of_amira.family.household
    ilse = household.coordinator.user
    client.force_login(ilse)
    (row,) = today_rows(ilse, on=TODAY)

    page = client.get("/werk/").content.decode()
    client.post(row.action_url, urlencode({"task": row.task.pk}), content_type=FORM)

    one = OwnRequest.objects.get()
    assert row.title == "Neemt pauze: gezin El Amrani"
    assert f'name="task" value="{row.task.pk}"' in page
    assert one.settled_by == ilse
    assert today_rows(ilse, on=TODAY) == []


def test_what_was_settled_by_mistake_is_opened_again(request_of_amira):
    rests(request_of_amira)
    ilse = request_of_amira.family.household.coordinator.user
    task = Task.objects.get()
    tasks.finish(task, at=MONDAY, by=ilse)

    tasks.reopen(task, by=ilse)

    assert OwnRequest.objects.get().settled_at is None
    assert len(today_rows(ilse, on=TODAY)) == 1


def test_nobody_else_sees_it(request_of_amira):
    calls(request_of_amira)

    assert today_rows(CoordinatorFactory().user, on=TODAY) == []


def test_it_stands_in_the_course_of_the_family(request_of_amira):
    household = request_of_amira.family.household
    one = rests(request_of_amira)
    own.undo(one, at=MONDAY, on=TODAY)

    lines = course(household, user=household.coordinator.user, on=TODAY)

    told = [line.what for line in lines]
    assert "Gezin zelf: wil even geen steun" in told
    assert "Zelf teruggezet door het gezin: wil even geen steun" in told


@pytest.mark.parametrize("n", [1, 3])
def test_rows_ask_a_fixed_number_of_queries(django_assert_num_queries, n):
    ilse = CoordinatorFactory()
    for _one in range(n):
        household = HouseholdFactory(
            coordinator=ilse, municipality=ilse.municipalities.get()
        )
        MembershipFactory(household=household)
        family = RequestFamilyFactory(household=household)
        calls(SupportRequestFactory(family=family))

    # Tasks, people, homes, and what was asked.
    with django_assert_num_queries(4):
        rows = today_rows(ilse.user, on=TODAY)

    assert len(rows) == n


def test_a_code_to_read_out_is_shown_once_and_on_record(client, request_of_amira):
    household = request_of_amira.family.household
    person = household.memberships.earliest("pk").person
    client.force_login(household.coordinator.user)
    url = f"/werk/gezinnen/{household.reference}/code/"

    page = client.post(url, urlencode({"person": person.reference}), content_type=FORM)
    again = client.get(url)

    code = page.context["code"]
    assert page.headers["Cache-Control"] == "no-store"
    assert code in page.content.decode()
    assert (len(code.replace(" ", "")), again.status_code) == (8, 302)
    one = LoginCode.objects.get()
    assert (one.person, one.issued_by) == (person, household.coordinator.user)
    assert one.expires_at == MONDAY + dt.timedelta(hours=24)
    made = AuditEvent.objects.get(object_type="logincode", verb="created")
    assert made.actor == household.coordinator.user


@pytest.mark.parametrize("who", ["child", "stranger", "nobody"])
def test_a_code_is_made_for_adults_of_the_family_only(client, request_of_amira, who):
    household = request_of_amira.family.household
    client.force_login(household.coordinator.user)
    references = {
        "child": request_of_amira.children.get().reference,
        "stranger": MembershipFactory().person.reference,
        "nobody": "",
    }

    answer = client.post(
        f"/werk/gezinnen/{household.reference}/code/",
        urlencode({"person": references[who]}),
        content_type=FORM,
    )

    assert answer.status_code == 404
    assert not LoginCode.objects.exists()


def test_coordinators_of_elsewhere_make_no_code(client, request_of_amira):
    household = request_of_amira.family.household
    person = household.memberships.earliest("pk").person
    client.force_login(CoordinatorFactory().user)

    answer = client.post(
        f"/werk/gezinnen/{household.reference}/code/",
        urlencode({"person": person.reference}),
        content_type=FORM,
    )

    assert answer.status_code == 404
    assert not LoginCode.objects.exists()

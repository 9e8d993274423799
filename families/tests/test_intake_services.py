"""Who guides and calls a family that applies, and twenty presses at once."""

import datetime as dt

import pytest
import time_machine
from django.test import Client

from buurtgezinnen.tests.concurrency import together
from families.models import (
    Coordinator,
    Household,
    IntakeDraft,
    Municipality,
    OutboxMail,
    Person,
    PostcodeArea,
    SupportRequest,
    Task,
)
from families.services.intake.applying import submit_request
from families.services.intake.drafts import (
    begin_draft,
    find_draft,
    save_answers,
    typed_in,
)
from families.services.intake.routing import NotServed, taking_part
from families.services.intake.told import (
    ChildTold,
    ContactTold,
    HomeTold,
    RequestTold,
    WishesTold,
)
from families.tests.applying import CONSENT, answer_until, send, served
from families.tests.factories import (
    CoordinatorFactory,
    HouseholdFactory,
    MunicipalityFactory,
    PartnershipFactory,
    RequestFamilyFactory,
    SupportRequestFactory,
)

MONDAY = dt.datetime(2026, 11, 23, 9, 0, tzinfo=dt.UTC)
TODAY = dt.date(2026, 11, 23)


@pytest.fixture(autouse=True)
def monday():
    with time_machine.travel(MONDAY, tick=False):
        yield


def applied(
    municipality: Municipality, *, draft: IntakeDraft | None = None, **contact: object
) -> SupportRequest:
    """An application for one child of six from somebody with only a telephone."""
    told = {
        "name": "Amira Voorbeeld",
        "telephone": "+31612345678",
        "may_leave_message": True,
    }
    return submit_request(
        draft or begin_draft("request", language="nl", at=MONDAY)[0],
        RequestTold(
            home=HomeTold(municipality, PostcodeArea.objects.first(), "1431AB"),
            children=(ChildTold(6),),
            wishes=WishesTold(kinds=1),
            contact=ContactTold(**told | contact),
        ),
        consent_version="2026-11",
        on=TODAY,
        at=MONDAY,
    )


def open_household(coordinator: Coordinator, **request: object) -> Household:
    """A household with an application, guided by a coordinator."""
    household = HouseholdFactory(
        municipality=coordinator.municipalities.first(), coordinator=coordinator
    )
    SupportRequestFactory(family=RequestFamilyFactory(household=household), **request)
    return household


@pytest.mark.django_db
def test_coordinator_with_most_room_guides():
    busy = served()
    municipality = busy.municipalities.get()
    free = CoordinatorFactory(municipalities=[municipality])
    open_household(busy)
    open_household(free, stage=SupportRequest.Stage.ENDED)
    open_household(free, stage=SupportRequest.Stage.WITHDRAWN)

    request = applied(municipality)

    assert request.family.household.coordinator == free


@pytest.mark.django_db
def test_what_an_application_told_has_it_as_its_source():
    request = applied(served().municipalities.get())

    told = request.sources.order_by("field")
    assert [(one.field, one.source, one.on, one.by) for one in told] == [
        ("children", "application", TODAY, None),
        ("kinds", "application", TODAY, None),
    ]


@pytest.mark.django_db
def test_somebody_away_without_a_deputy_comes_last():
    leave = {"leave_from": TODAY, "leave_until": dt.date(2026, 12, 11)}
    away = served(**leave)
    municipality = away.municipalities.get()
    here = CoordinatorFactory(municipalities=[municipality])
    open_household(here)

    request = applied(municipality)

    assert request.family.household.coordinator == here


@pytest.mark.django_db
def test_deputy_calls_and_promises_by_own_working_days():
    deputy = CoordinatorFactory(municipalities=[], working_days=0b0000001)
    away = served(
        leave_from=TODAY,
        leave_until=dt.date(2026, 12, 11),
        deputy=deputy,
        deputy_from=TODAY,
        deputy_until=dt.date(2026, 12, 11),
    )

    request = applied(away.municipalities.get())

    task = Task.objects.get()
    assert request.family.household.coordinator == away
    # Five Mondays from now.
    assert (task.coordinator, task.due_on) == (deputy, dt.date(2026, 12, 28))


@pytest.mark.django_db
def test_promise_follows_the_leave_of_the_only_coordinator():
    away = served(leave_from=TODAY, leave_until=dt.date(2026, 12, 11))

    applied(away.municipalities.get())

    assert Task.objects.get().due_on == dt.date(2026, 12, 21)


@pytest.mark.django_db
def test_people_who_may_not_log_in_take_no_applications():
    gone = served(user__is_active=False)

    with pytest.raises(NotServed):
        applied(gone.municipalities.get())

    assert (Household.objects.count(), Person.objects.count()) == (0, 0)
    assert IntakeDraft.objects.get().submitted_at is None


@pytest.mark.django_db
def test_latest_partnership_decides_who_takes_part():
    now, former, left, later = MunicipalityFactory.create_batch(4)
    CoordinatorFactory(municipalities=[now, former, left, later])
    PartnershipFactory(municipalities=[now, former, left])
    left.terms.create(partnership=None, starts_on=dt.date(2026, 1, 1))
    PartnershipFactory(
        municipalities=[former],
        municipalities__starts_on=dt.date(2026, 1, 1),
        state="ended",
    )
    PartnershipFactory(
        municipalities=[later], municipalities__starts_on=dt.date(2027, 1, 1)
    )

    assert list(taking_part(TODAY)) == [now]


@pytest.mark.django_db
def test_sending_a_draft_again_gives_the_first_application():
    municipality = served().municipalities.get()
    draft, _key = begin_draft("request", language="nl", at=MONDAY)
    first = applied(municipality, draft=draft)

    second = applied(municipality, draft=draft, name="Bo Anders")

    assert second == first
    assert (Household.objects.count(), Task.objects.count()) == (1, 1)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "surname"),
    [
        ("Amira Voorbeeld", "Voorbeeld"),
        ("Sanne de Boer", "De Boer"),
        ("Amira", "Amira"),
    ],
)
def test_household_is_named_after_the_surname(name, surname):
    request = applied(served().municipalities.get(), name=name)

    assert request.family.household.name == surname


@pytest.mark.django_db
def test_same_telephone_gives_the_same_fingerprint():
    municipality = served().municipalities.get()
    applied(municipality)
    applied(municipality)

    fingerprints = set(
        Person.objects.exclude(telephone_index="").values_list(
            "telephone_index", flat=True
        )
    )
    assert len(fingerprints) == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("email", "may_leave_message", "mails"),
    [
        ("amira@buurt.example", True, ["amira@buurt.example"]),
        ("amira@buurt.example", False, []),
        ("", True, []),
    ],
)
def test_confirmation_is_mailed_only_where_messages_are_allowed(
    email, may_leave_message, mails
):
    municipality = served(user__name="Sanne Voorbeeld").municipalities.get()

    applied(municipality, email=email, may_leave_message=may_leave_message)

    assert [mail.to for mail in OutboxMail.objects.all()] == mails


@pytest.mark.django_db
def test_confirmation_mail_tells_no_private_text():
    municipality = served(user__name="Sanne Voorbeeld").municipalities.get()

    request = applied(municipality, name="Amira Geheim", email="amira@buurt.example")

    mail = OutboxMail.objects.get()
    assert mail.subject == "Bericht van Buurtgezinnen"
    assert "Geheim" not in mail.body
    assert "1431" not in mail.body
    assert "Sanne Voorbeeld belt je, uiterlijk dinsdag 1 december." in mail.body
    assert f"{request.reference[:5]}-{request.reference[5:]}" in mail.body


@pytest.mark.django_db
def test_draft_opens_with_its_own_key_and_kind_until_it_expires():
    draft, key = begin_draft("request", language="nl", at=MONDAY)

    found = [
        find_draft(key, "request", at=MONDAY),
        find_draft(key, "request", at=MONDAY + dt.timedelta(days=13, hours=23)),
    ]
    lost = [
        find_draft(key, "support", at=MONDAY),
        find_draft(key + "x", "request", at=MONDAY),
        find_draft(key, "request", at=MONDAY + dt.timedelta(days=14)),
    ]

    assert found == [draft, draft]
    assert lost == [None, None, None]


@pytest.mark.django_db
def test_answers_of_a_sent_draft_stay_erased():
    municipality = served().municipalities.get()
    draft, _key = begin_draft("request", language="nl", at=MONDAY)
    applied(municipality, draft=draft)

    save_answers(draft, "contact", {"name": ["Amira"]})

    draft.refresh_from_db()
    assert typed_in(draft) == {}


@pytest.mark.django_db(transaction=True)
def test_twenty_presses_at_once_give_one_application():
    served()
    client = Client()
    answer_until(client, "steun-vragen")
    cookies = client.cookies

    def press(_number: int) -> tuple[int, str]:
        other = Client()
        other.cookies = cookies
        response = send(other, "/steun-vragen/controleren/", CONSENT["steun-vragen"])
        page = other.get(response.headers["Location"])
        return page.status_code, page.context["reference"]

    results = together(20, press)

    assert results == [(200, SupportRequest.objects.get().reference)] * 20
    assert (Household.objects.count(), OutboxMail.objects.count()) == (1, 1)
    assert (Person.objects.count(), Task.objects.count()) == (3, 1)


@pytest.mark.django_db(transaction=True)
def test_pages_sent_at_once_are_all_kept():
    draft, key = begin_draft("request", language="nl", at=MONDAY)

    results = together(
        10,
        lambda number: save_answers(
            find_draft(key, "request", at=MONDAY), f"page-{number}", {}
        ),
    )

    draft.refresh_from_db()
    assert results == [None] * 10
    assert len(typed_in(draft)) == 10

"""The row on Vandaag about a mail that did not arrive."""

import datetime as dt

import pytest
from django.utils import timezone

from families import mail_panels
from families.models import ContactMoment, OutboxMail
from families.panels import Urgency
from families.tests.factories import (
    CoordinatorFactory,
    MembershipFactory,
    PersonFactory,
)

pytestmark = pytest.mark.django_db

TODAY = dt.date(2026, 11, 23)
PARKED = dt.datetime(2026, 11, 20, 9, tzinfo=dt.UTC)


@pytest.fixture
def coordinator():
    return CoordinatorFactory()


def given_up(person, *, at=PARKED, to=None, why="SMTPRecipientsRefused"):
    return OutboxMail.objects.create(
        person=person, to=to or person.email, parked_at=at, last_error=why
    )


@pytest.fixture
def person(coordinator):
    return MembershipFactory(
        household__municipality=coordinator.municipalities.get(),
        person=PersonFactory(email="sanne@example.nl", telephone="+31612345678"),
    ).person


def noted(home, outcome, coordinator):
    ContactMoment.objects.create(
        household=home,
        happened_on=TODAY,
        outcome=outcome,
        text="Gebeld.",
        by=coordinator.user,
    )


def rows_of(coordinator):
    return mail_panels.today_rows(coordinator.user, on=TODAY)


def test_a_mail_that_was_given_up_is_one_row_for_the_household(coordinator, person):
    given_up(person, at=PARKED - dt.timedelta(days=3))
    given_up(person)

    [row] = rows_of(coordinator)

    assert row.urgency == Urgency.BLOCKS_SOMEBODY
    assert row.since == timezone.localdate(PARKED)
    assert row.telephone == person.telephone


@pytest.mark.parametrize("why", mail_panels.KEPT_IN)
def test_a_mail_that_was_kept_in_on_purpose_is_no_row(coordinator, person, why):
    given_up(person, why=why)

    assert rows_of(coordinator) == []


def test_the_row_goes_once_a_later_mail_left(coordinator, person):
    given_up(person)
    OutboxMail.objects.create(
        person=person, to=person.email, sent_at=PARKED + dt.timedelta(hours=1)
    )

    assert rows_of(coordinator) == []


def test_the_row_goes_once_they_have_another_address(coordinator, person):
    given_up(person)
    person.email = "sanne.nieuw@example.nl"
    person.save()

    assert rows_of(coordinator) == []


def test_the_row_goes_once_somebody_spoke_to_them(coordinator, person):
    given_up(person)
    home = person.memberships.get().household
    noted(home, ContactMoment.Outcome.NO_ANSWER, coordinator)
    assert len(rows_of(coordinator)) == 1

    noted(home, ContactMoment.Outcome.REACHED, coordinator)

    assert rows_of(coordinator) == []


def test_a_stranger_sees_no_row(person):
    given_up(person)

    assert rows_of(CoordinatorFactory()) == []


@pytest.mark.parametrize("n", [1, 3])
def test_rows_of_mails_take_a_fixed_number_of_queries(
    coordinator, n, django_assert_num_queries
):
    for number in range(n):
        given_up(
            MembershipFactory(
                household__municipality=coordinator.municipalities.get(),
                person=PersonFactory(email=f"gezin{number}@example.nl"),
            ).person
        )

    with django_assert_num_queries(5):
        assert len(rows_of(coordinator)) == n

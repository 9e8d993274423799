"""Colleagues who work on the same families at one moment wait, and never fall over."""

import datetime as dt
import uuid

import pytest
from django.utils import timezone

from buurtgezinnen.tests.concurrency import together
from families.services.contact import note_contact
from families.tests.factories import (
    CoordinatorFactory,
    HouseholdFactory,
    MembershipFactory,
    RequestFamilyFactory,
    SupportFamilyFactory,
    SupportOfferFactory,
    SupportRequestFactory,
)
from matching.models import Proposal
from matching.services.proposals import ChangedMeanwhile, record_answer
from matching.tests.factories import ProposalFactory

ROUNDS = 10
CALLERS = 8
MONDAY = dt.date(2026, 11, 23)


@pytest.mark.django_db(transaction=True)
def test_notes_and_answers_about_the_same_families_never_deadlock():
    """Seen on PostgreSQL with plain row locks: 23 deadlocks in 47 calls.

    A note locks the household and points at the request, an answer locks the request
    and points at the household. Locks that let others point at a row end that.
    """
    coordinator = CoordinatorFactory()
    municipality = coordinator.municipalities.get()
    asking, giving = (
        HouseholdFactory(municipality=municipality, coordinator=coordinator)
        for _side in range(2)
    )
    for household in (asking, giving):
        MembershipFactory(household=household)
    proposal = ProposalFactory(
        request=SupportRequestFactory(
            family=RequestFamilyFactory(household=asking), stage="proposed"
        ),
        offer=SupportOfferFactory(family=SupportFamilyFactory(household=giving)),
    )

    def note(number: int) -> None:
        note_contact(
            asking,
            kind="telephone",
            outcome="no_answer",
            happened_on=MONDAY,
            at=timezone.now(),
            by=coordinator.user,
            form_key=uuid.uuid4(),
        )

    def answer(number: int) -> None:
        seen = Proposal.objects.select_related("request", "offer").get(pk=proposal.pk)
        record_answer(
            seen,
            row_version=seen.row_version,
            side="support",
            yes=True,
            discussed_on=MONDAY,
            at=timezone.now(),
            on=MONDAY,
            by=coordinator.user,
        )

    fell_over = []
    for _round in range(ROUNDS):
        results = together(CALLERS, lambda n: note(n) if n % 2 else answer(n))
        fell_over += [
            result
            for result in results
            if isinstance(result, Exception)
            and not isinstance(result, ChangedMeanwhile)
        ]

    assert fell_over == []

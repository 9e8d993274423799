"""Rows on Vandaag and words on the page: how an answer came in."""

import datetime as dt

import pytest
from django.urls import reverse

from families.models import Task
from families.tests.factories import CoordinatorFactory, MunicipalityFactory
from matching import panels
from matching.services.proposals import record_answer
from matching.tests.factories import MONDAY, ProposalFactory

pytestmark = pytest.mark.django_db

NOON = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def _monday(time_machine):
    time_machine.move_to(NOON, tick=False)


@pytest.fixture
def coordinator(client):
    coordinator = CoordinatorFactory(
        municipalities=[MunicipalityFactory(name="Aalsmeer")]
    )
    client.force_login(coordinator.user)
    return coordinator


@pytest.fixture
def proposal(coordinator):
    """An open proposal between two own families, both called by telephone."""
    own = coordinator.municipalities.get()
    return ProposalFactory(
        request__family__household__municipality=own,
        request__family__household__name="De Boer",
        offer__family__household__municipality=own,
        offer__family__household__name="Willems",
        made_by=coordinator.user,
    )


def waiting(proposal, text=""):
    """The task to hear the support family, with what it answered by its link."""
    return Task.objects.create(
        household=proposal.offer.family.household,
        kind=Task.Kind.ANSWER,
        about=proposal.reference,
        due_on=MONDAY,
        text=text,
    )


def rows(coordinator):
    return panels.today_rows(coordinator.user, on=MONDAY)


@pytest.mark.parametrize(
    ("side", "title", "other"),
    [
        ("support", "Antwoord van gezin Willems: Ja", "gezin De Boer"),
        ("request", "Antwoord van gezin De Boer: Ja", "gezin Willems"),
    ],
)
def test_answer_by_a_link_says_who_gave_it_and_about_whom(
    coordinator, proposal, side, title, other
):
    task = waiting(proposal, text="Ja")
    if side == "request":
        task.household = proposal.request.family.household
        task.save()

    (row,) = rows(coordinator)

    assert (row.title, row.side, row.task) == (title, side, task)
    assert row.why == f"Ze antwoordden zelf, via hun link. Het gaat om {other}."
    assert row.action_url == proposal.get_absolute_url()


def test_answer_by_telephone_is_not_told_as_one_by_a_link(coordinator, proposal):
    waiting(proposal)

    record_answer(
        proposal,
        side="support",
        yes=True,
        discussed_on=MONDAY,
        row_version=proposal.row_version,
        at=NOON,
        on=MONDAY,
        by=coordinator.user,
    )

    assert [row.why for row in rows(coordinator) if "link" in str(row.why)] == []


def test_page_says_that_both_were_asked_by_telephone_and_when(client, proposal):
    page = client.get(reverse("matching:proposal-detail", args=[proposal.reference]))

    assert [(side.key, side.asked) for side in page.context["sides"]] == [
        ("support", "Gevraagd per telefoon op 23 november 2026."),
        ("request", "Gevraagd per telefoon op 23 november 2026."),
    ]

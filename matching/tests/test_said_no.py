"""What stays of a no: the pair is not proposed by itself, and can be proposed again."""

import datetime as dt

import pytest
from django.urls import reverse

from families.tests.factories import (
    CoordinatorFactory,
    MunicipalityFactory,
    SupportOfferFactory,
    SupportRequestFactory,
)
from matching.engine.planning import plan_for
from matching.tests.factories import ExclusionFactory, ProposalFactory

pytestmark = pytest.mark.django_db

NOON = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def _monday(time_machine):
    time_machine.move_to(NOON)


@pytest.fixture
def own(client):
    """Where somebody works who is logged in."""
    municipality = MunicipalityFactory(name="Aalsmeer")
    client.force_login(CoordinatorFactory(municipalities=[municipality]).user)
    return municipality


@pytest.fixture
def declined(own):
    """A proposal between two families of the municipality, to which one said no."""
    return ProposalFactory(
        declined=True,
        request=SupportRequestFactory(family__household__municipality=own),
        offer=SupportOfferFactory(
            family__household__municipality=own,
            family__household__name="Willems",
        ),
    )


def bench(client, proposal):
    url = reverse("matching:bench", args=[proposal.request.reference])
    return client.get(url)


def check_url(proposal):
    pair = [proposal.request.reference, proposal.offer.reference]
    return reverse("matching:proposal-create", args=pair)


def test_bench_does_not_propose_again_after_a_no(client, declined):
    page = bench(client, declined)

    (group,) = page.context["groups"]
    assert page.context["bench"].cards == []
    assert (group.title, [(one.name, one.why) for one in group.lines]) == (
        "Zei eerder nee",
        [("gezin Willems", "Gezin Willems zei nee op 23 november 2026.")],
    )
    assert page.text.count(check_url(declined)) == 1


def test_exclusion_weighs_more_than_a_no(client, declined):
    ExclusionFactory(request=declined.request, offer=declined.offer)

    (group,) = bench(client, declined).context["groups"]

    assert (group.code, [one.can_be_asked for one in group.lines]) == (
        "excluded",
        [False],
    )


def test_check_page_warns_of_a_no_and_lets_propose(client, declined):
    page = client.get(check_url(declined))

    checked = page.context["checked"]
    assert (checked.why_not, checked.card.number) == ("", 1)
    assert checked.said_no == "Gezin Willems zei nee op 23 november 2026."
    assert checked.said_no in page.text


def test_plan_keeps_apart_who_said_no(own, declined):
    declined.request.stage = "waiting"
    declined.request.save()
    user = own.coordinators.get().user
    before = plan_for(user, on=dt.date(2027, 11, 22))
    after_a_year = plan_for(user, on=dt.date(2027, 11, 23))

    assert before.left == [0]
    assert before.unlocks(0) == ()
    assert after_a_year.left == []

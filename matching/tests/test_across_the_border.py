"""Proposals to a family across the border, as each of the two coordinators sees them.

The other family is anonymous, and the colleague who knows it asks it.
"""

import datetime as dt
import re

import pytest
from django.urls import reverse

from families.tests.factories import (
    CoordinatorFactory,
    MembershipFactory,
    MunicipalityFactory,
    PersonFactory,
    SupportOfferFactory,
    SupportRequestFactory,
    UserFactory,
)
from matching.tests.factories import ProposalFactory
from matching.tests.pages import send

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
def own(coordinator):
    return coordinator.municipalities.get()


def url_of(proposal, name="detail"):
    return reverse(f"matching:proposal-{name}", args=[proposal.reference])


def answer(client, proposal, side, **answers):
    given = {"answer": "yes", "discussed_on": "vandaag", "row_version": 1}
    return send(client, url_of(proposal), side=side, **given | answers)


@pytest.fixture
def across(own):
    """A proposal to a support family across the border, which a colleague knows."""
    uithoorn = MunicipalityFactory(name="Uithoorn")
    own.neighbours.add(uithoorn)
    colleague = CoordinatorFactory(
        municipalities=[uithoorn],
        user=UserFactory(name="Joost van der Meer"),
        telephone="+31201234567",
    )
    return ProposalFactory(
        request__family__household__municipality=own,
        request__family__household__name="De Boer",
        offer__family__household__municipality=uithoorn,
        offer__family__household__name="Geheimnaam",
        offer__family__household__coordinator=colleague,
    )


def test_across_the_border_the_colleague_asks_the_support_family(client, across):
    page = client.get(url_of(across))
    response = answer(client, across, "support")

    across.refresh_from_db()
    assert page.context["support_head"].name == "steungezin in Uithoorn"
    assert "Geheimnaam" not in page.text
    assert across.offer.family.household.reference not in page.text
    assert "Joost" in page.text
    assert "020 123 4567" in page.text
    assert [
        (side.form is None, side.ask, side.text) for side in page.context["sides"]
    ] == [(True, None, ""), (False, None, "")]
    assert response.status_code == 422
    assert across.support_answer == "waiting"


def test_across_the_border_the_colleague_does_not_read_the_name_either(client, across):
    colleague = across.offer.family.household.coordinator
    client.force_login(colleague.user)

    page = client.get(url_of(across))

    title = page.text.partition("<title>")[2].partition("</title>")[0]
    assert page.context["request_head"].name == "vraaggezin in Aalsmeer"
    assert "De Boer" not in page.text
    assert title.strip() == "Voorstel – Buurtgezinnen"


def test_first_names_and_telephone_are_told_after_both_said_yes(client, across):
    person = PersonFactory(name="Karin Geheimnaam", telephone="+31612345678")
    MembershipFactory(household=across.offer.family.household, person=person)
    day = across.made_on

    before = client.get(url_of(across))
    across.support_answer = across.request_answer = "yes"
    across.support_answered_on = across.request_answered_on = day
    across.save()
    after = client.get(url_of(across))

    assert [side.call for side in before.context["sides"]] == [[], []]
    assert "Karin" not in before.text
    assert [side.call for side in after.context["sides"]] == [
        [{"term": "Karin", "value": "+31612345678"}],
        [],
    ]
    assert "Geheimnaam" not in after.text


def buttons(page):
    """The texts of everything on a page that looks like a button."""
    found = re.findall(
        r'<(?:a|button)[^>]*class="btn[^"]*"[^>]*>(.*?)</(?:a|button)>',
        page.text,
        re.DOTALL,
    )
    return [" ".join(re.sub("<[^>]*>", " ", one).split()) for one in found]


def test_button_to_pass_it_on_has_the_first_name_and_the_text_all_of_it(client, across):
    request = SupportRequestFactory(
        family__household__municipality=across.request.family.household.municipality
    )
    home = across.offer.family.household
    offer = SupportOfferFactory(
        family__household__municipality=home.municipality,
        family__household__coordinator=home.coordinator,
    )

    page = client.get(
        reverse("matching:proposal-create", args=[request.reference, offer.reference])
    )

    assert buttons(page) == [
        "Privacymodus: namen zijn verborgen",
        "Zoeken",
        "Noteer contact",
        "Geef door aan Joost",
    ]
    assert "Joost van der Meer in Uithoorn kent dit gezin en vraagt het." in " ".join(
        page.text.split()
    )


def test_button_to_call_the_colleague_has_the_first_name_and_the_number(client, across):
    across.support_asked_at, across.support_way = None, ""
    across.save()

    page = client.get(url_of(across))

    assert "Bel Joost: 020 123 4567" in buttons(page)
    assert "Joost van der Meer vraagt het gezin" in " ".join(page.text.split())


def test_next_step_of_the_list_is_to_call_the_colleague(client, across):
    across.support_asked_at, across.support_way = None, ""
    across.save()

    groups = client.get(reverse("matching:pairing-list")).context["groups"]

    assert [entry.step for group in groups for entry in group.entries] == [
        "Bel je collega Joost"
    ]

import datetime as dt

import pytest
from django.urls import reverse

from families.models import Task
from families.tests.factories import (
    CoordinatorFactory,
    MembershipFactory,
    MunicipalityFactory,
    PersonFactory,
    SupportOfferFactory,
    SupportRequestFactory,
    UserFactory,
)
from matching.models import Exclusion, Pairing, Proposal
from matching.tests.factories import (
    A_WEEK_ON,
    ExclusionFactory,
    ProposalFactory,
)
from matching.tests.pages import send

pytestmark = pytest.mark.django_db

NOON = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def _monday(time_machine):
    time_machine.move_to(NOON)


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


@pytest.fixture
def pair(own):
    """A request that waits and an offer, both of the coordinator's municipality."""
    return (
        SupportRequestFactory(
            family__household__municipality=own, family__household__name="De Boer"
        ),
        SupportOfferFactory(
            family__household__municipality=own, family__household__name="Willems"
        ),
    )


@pytest.fixture
def proposal(own):
    """An open proposal between two own families."""
    return ProposalFactory(
        request__family__household__municipality=own,
        request__family__household__name="De Boer",
        offer__family__household__municipality=own,
        offer__family__household__name="Willems",
    )


def create_url(request, offer):
    return reverse(
        "matching:proposal-create", args=[request.reference, offer.reference]
    )


def url_of(proposal, name="detail"):
    return reverse(f"matching:proposal-{name}", args=[proposal.reference])


def start_url(proposal):
    return reverse("matching:pairing-start", args=[proposal.reference])


def said(client, response):
    """The messages on the next page."""
    page = client.get(response.url)
    return [str(message) for message in page.context["messages"]]


def test_check_page_shows_what_the_support_family_hears(client, pair):
    response = client.get(create_url(*pair))

    heard = {row["term"]: row["value"] for row in response.context["heard"]}
    assert heard == {
        "Kinderen": "1 kind van 4 tot en met 6 jaar",
        "Wat": "spelen",
        "Hoe vaak": "elke week",
        "Wanneer": "woensdagmiddag",
    }
    form = response.context["form"]
    assert form["hold_until"].value() == "1-12-2026"
    assert Proposal.objects.count() == 0


def test_proposal_is_recorded_with_what_was_seen(client, pair):
    response = send(client, create_url(*pair), hold_until="30-11-2026")

    proposal = Proposal.objects.get()
    assert response.url == url_of(proposal)
    assert said(client, response) == ["Voorstel vastgelegd."]
    assert (proposal.request, proposal.offer) == pair
    assert (proposal.band, proposal.hold_until) == ("strong", A_WEEK_ON)
    assert '"rules": 1' in proposal.snapshot
    assert Task.objects.get().kind == Task.Kind.ANSWER


def test_double_submit_gives_one_proposal_and_the_same_page(client, pair):
    first = send(client, create_url(*pair), hold_until="30-11-2026")
    second = send(client, create_url(*pair), hold_until="30-11-2026")

    proposal = Proposal.objects.get()
    assert (first.status_code, second.status_code) == (302, 302)
    assert first.url == second.url == url_of(proposal)
    assert Task.objects.count() == 1


@pytest.mark.parametrize(
    "hold_until", ["", "22-11-2026", "1-3-2027", "hond", "1" * 10_000, "1-1-0001"]
)
def test_proposal_explains_a_wrong_date(client, pair, hold_until):
    response = send(client, create_url(*pair), hold_until=hold_until)

    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["hold_until"]
    assert Proposal.objects.count() == 0


def test_proposal_that_came_too_late_gets_a_clear_page(client, pair):
    ProposalFactory(offer=pair[1])

    response = send(client, create_url(*pair), hold_until="30-11-2026")

    assert response.status_code == 409
    assert response.context["why"] == "Er is geen plek vrij."
    assert Proposal.objects.filter(request=pair[0]).count() == 0


@pytest.mark.parametrize("name", ["proposal-create", "offer-exclude"])
@pytest.mark.parametrize("stage", ["available", "paused"])
def test_offers_across_the_border_are_shown_when_available(client, pair, name, stage):
    own = pair[0].family.household.municipality
    uithoorn = MunicipalityFactory(name="Uithoorn")
    own.neighbours.add(uithoorn)
    offer = SupportOfferFactory(family__household__municipality=uithoorn, stage=stage)

    page = client.get(
        reverse(f"matching:{name}", args=[pair[0].reference, offer.reference])
    )

    assert page.status_code == (200 if stage == "available" else 404)


def test_proposal_for_an_excluded_pair_says_why_not(client, pair):
    ExclusionFactory(request=pair[0], offer=pair[1])

    page = client.get(create_url(*pair))
    response = send(client, create_url(*pair), hold_until="30-11-2026")

    assert page.context["checked"].proposal is None
    assert "Iemand gaf aan dat deze twee niet passen." in page.text
    assert response.status_code == 409


@pytest.mark.parametrize(
    ("change", "title"),
    [
        ({"request": "talking"}, "Dit gezin wacht niet op een match"),
        ({"offer": "paused"}, "Dit steungezin is nu niet beschikbaar"),
    ],
)
def test_proposal_after_a_change_gets_a_clear_page(client, pair, change, title):
    request, offer = pair
    request.stage = change.get("request", request.stage)
    offer.stage = change.get("offer", offer.stage)
    request.save()
    offer.save()

    response = send(client, create_url(*pair), hold_until="30-11-2026")

    assert response.status_code == 409
    assert str(response.context["conflict_title"]) == title


def answer(client, proposal, side, **answers):
    given = {"answer": "yes", "discussed_on": "vandaag", "row_version": 1}
    return send(client, url_of(proposal), side=side, **given | answers)


def test_both_answers_then_the_pairing_starts(client, proposal, coordinator):
    answer(client, proposal, "request")
    answer(client, proposal, "support", row_version=2)
    page = client.get(url_of(proposal))
    response = send(client, start_url(proposal))

    pairing = Pairing.objects.get()
    assert page.context["both_yes"] is True
    assert response.url == pairing.get_absolute_url()
    assert (pairing.proposal, pairing.lead) == (proposal, coordinator)


def test_starting_twice_leads_to_the_same_pairing(client, own):
    proposal = ProposalFactory(
        both_yes=True, request__family__household__municipality=own
    )

    first = send(client, start_url(proposal))
    second = send(client, start_url(proposal))

    assert first.url == second.url == Pairing.objects.get().get_absolute_url()


def test_start_without_both_answers_gets_a_clear_page(client, proposal):
    response = send(client, start_url(proposal))

    assert response.status_code == 409
    assert str(response.context["conflict_title"]) == (
        "Niet allebei de gezinnen zeiden ja"
    )
    assert Pairing.objects.count() == 0


def test_no_needs_a_reason(client, proposal):
    response = answer(client, proposal, "support", answer="no", reason_text="Tja")

    assert response.status_code == 422
    assert response.context["form"].errors == {"reason": ["Kies een reden."]}
    assert "Tja" in response.text
    proposal.refresh_from_db()
    assert proposal.support_answer == "waiting"


def test_no_leads_back_to_the_bench(client, proposal):
    response = answer(
        client, proposal, "support", answer="no", reason="too_busy", exclude="on"
    )

    proposal.refresh_from_db()
    assert (proposal.outcome, proposal.reason) == ("declined", "too_busy")
    assert response.url == reverse("matching:bench", args=[proposal.request.reference])
    assert Exclusion.objects.get().offer == proposal.offer


@pytest.mark.parametrize("discussed_on", ["", "24-11-2026", "22-11-2026", "x"])
def test_answer_explains_a_wrong_date(client, proposal, discussed_on):
    response = answer(client, proposal, "support", discussed_on=discussed_on)

    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["discussed_on"]


@pytest.mark.parametrize("side", ["", "kind", "support\0"])
def test_answer_of_nobody_is_refused(client, proposal, side):
    response = answer(client, proposal, side)

    proposal.refresh_from_db()
    assert response.status_code == 422
    assert (proposal.support_answer, proposal.request_answer) == ("waiting", "waiting")


def test_answer_on_a_stale_page_changes_nothing(client, proposal):
    answer(client, proposal, "support")

    response = answer(
        client, proposal, "support", answer="no", reason="click", row_version=1
    )

    proposal.refresh_from_db()
    assert response.status_code == 422
    assert response.context["form"].has_error("__all__", code="stale")
    assert proposal.support_answer == "yes"


def test_closed_proposal_takes_no_answers(client, own):
    proposal = ProposalFactory(
        declined=True, request__family__household__municipality=own
    )

    response = answer(client, proposal, "request")

    proposal.refresh_from_db()
    assert response.status_code == 422
    assert proposal.request_answer == "waiting"


def test_withdraw_asks_first(client, proposal):
    page = client.get(url_of(proposal, "withdraw"))
    response = send(client, url_of(proposal, "withdraw"), reason_text="Vergist")

    proposal.refresh_from_db()
    assert page.status_code == 200
    assert response.url == reverse("matching:pairing-list")
    assert (proposal.outcome, proposal.reason_text) == ("withdrawn", "Vergist")


def test_withdraw_twice_gets_a_clear_page(client, proposal):
    send(client, url_of(proposal, "withdraw"))

    response = send(client, url_of(proposal, "withdraw"))

    assert response.status_code == 409


@pytest.fixture
def across(own):
    """A proposal to a support family across the border, which a colleague knows."""
    uithoorn = MunicipalityFactory(name="Uithoorn")
    own.neighbours.add(uithoorn)
    colleague = CoordinatorFactory(
        municipalities=[uithoorn],
        user=UserFactory(name="Joost"),
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
    assert [form is None for _head, form, _answer in page.context["sides"]] == [
        True,
        False,
    ]
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


def test_names_are_told_after_both_said_yes(client, across):
    day = across.made_on
    across.support_answer = across.request_answer = "yes"
    across.support_answered_on = across.request_answered_on = day
    across.save()

    page = client.get(url_of(across))

    assert page.context["support_head"].name == "gezin Geheimnaam"


@pytest.mark.parametrize("name", ["proposal-detail", "proposal-withdraw"])
def test_strangers_find_no_proposal(client, own, name):
    proposal = ProposalFactory(both_yes=True)

    of_others = send(client, reverse(f"matching:{name}", args=[proposal.reference]))
    missing = send(client, reverse(f"matching:{name}", args=["0000000000"]))

    proposal.refresh_from_db()
    assert of_others.status_code == 404
    assert of_others.content == missing.content
    assert proposal.closed_on is None


def test_strangers_start_no_pairing(client, own):
    proposal = ProposalFactory(both_yes=True)

    assert send(client, start_url(proposal)).status_code == 404
    assert Pairing.objects.count() == 0


@pytest.mark.parametrize("n", [1, 3])
def test_proposal_page_asks_the_same_for_any_number(
    client, own, django_assert_num_queries, n
):
    proposals = [
        ProposalFactory(
            request__family__household__municipality=own,
            offer__family__household__municipality=own,
        )
        for _number in range(n)
    ]

    with django_assert_num_queries(11):
        client.get(url_of(proposals[0]))


def test_no_family_gives_the_reason_of_the_other(client, proposal):
    page = client.get(url_of(proposal))

    offered = {
        head.kind: {value for value, _label in form.fields["reason"].choices}
        for head, form, _answer in page.context["sides"]
    }
    everything = {"", *Proposal.Reason.values}
    assert offered == {
        "support": everything - {"request_family"},
        "request": everything - {"support_family"},
    }


def test_check_page_says_whose_vog_was_not_seen(client, pair):
    household = pair[1].family.household
    for name in ("Hodan", "Dewi"):
        MembershipFactory(household=household, person=PersonFactory(name=name))

    page = client.get(create_url(*pair))

    assert page.context["without_vog"] == "Hodan en Dewi"
    assert reverse("families:screening", args=[household.reference]) in page.text

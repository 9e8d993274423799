import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse

from families.models import OutboxMail, Task
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
    return said_on(client.get(response.url))


def said_on(page):
    return [str(message) for message in page.context["messages"]]


def propose(client, pair, **answers):
    """Sends the check page; without more, the coordinator calls the support family."""
    given = {
        "first": "support",
        "way": "telephone",
        "hold_until": "30-11-2026",
        "support_text": "Een gezin zoekt steun.",
        "request_text": "Een gezin geeft steun.",
    }
    return send(client, create_url(*pair), **given | answers)


def mailable(household):
    """Somebody of this household who may be written to."""
    person = PersonFactory(name="Karin", email="k@post.nl", may_leave_message=True)
    return MembershipFactory(household=household, person=person).person


def test_check_page_shows_what_each_family_reads(client, pair):
    response = client.get(create_url(*pair))

    form = response.context["form"]
    assert form["support_text"].value() == (
        "Een gezin in de buurt zoekt steun.\n"
        "\n"
        "Kinderen: 1 kind van 4 tot en met 6 jaar\n"
        "Wat: spelen\n"
        "Hoe vaak: elke week\n"
        "Wanneer: woensdagmiddag"
    )
    assert form["request_text"].value() == (
        "Een gezin in de buurt wil graag steun geven.\n"
        "\n"
        "Wat: spelen en mee-eten\n"
        "Hoe vaak: elke week\n"
        "Wanneer: woensdagmiddag\n"
        "Tegelijk: hooguit 2 kinderen"
    )
    assert (form["first"].value(), form["way"].value()) == ("support", "telephone")
    assert form["hold_until"].value() == "1-12-2026"
    assert Proposal.objects.count() == 0


def test_proposal_by_telephone_is_recorded_with_what_was_seen(client, pair):
    response = propose(client, pair)

    proposal = Proposal.objects.get()
    assert response.url == url_of(proposal)
    assert said(client, response) == [
        "Voorstel vastgelegd. Bel gezin Willems en noteer het antwoord."
    ]
    assert (proposal.request, proposal.offer) == pair
    assert (proposal.band, proposal.hold_until) == ("strong", A_WEEK_ON)
    assert (proposal.first, proposal.support_way) == ("support", "telephone")
    assert (proposal.support_asked_at, proposal.request_asked_at) == (NOON, None)
    assert proposal.support_text == "Een gezin zoekt steun."
    assert proposal.request_text == "Een gezin geeft steun."
    assert '"rules": 1' in proposal.snapshot
    assert Task.objects.get().kind == Task.Kind.ANSWER
    assert OutboxMail.objects.count() == 0


def test_proposal_by_mail_leads_to_the_bench_with_the_way_back(client, pair):
    person = mailable(pair[1].family.household)

    way = client.get(create_url(*pair)).context["form"]["way"].value()
    response = propose(client, pair, way="mail")
    page = client.get(response.url)

    proposal, mail = Proposal.objects.get(), OutboxMail.objects.get()
    (sent,) = page.context["just_sent"]
    assert way == "mail"
    assert response.url == reverse("matching:bench", args=[pair[0].reference])
    assert (sent.who, sent.seconds) == ("gezin Willems", 30)
    # It is told once, and not again as a proposal that runs.
    assert (page.context["open_proposals"], said_on(page)) == ([], [])
    assert (mail.person, mail.about) == (person, proposal.reference)
    assert mail.not_before == NOON + dt.timedelta(seconds=35)
    assert (mail.subject, mail.asked_for) == ("Bericht van Buurtgezinnen", False)
    assert "De Boer" not in mail.body
    assert "Een gezin zoekt steun." not in mail.body
    assert url_of(proposal, "undo") in page.text


def test_mail_that_cannot_be_sent_says_why_of_the_family_whose_turn_it_is(client, pair):
    nobody = client.get(create_url(*pair)).text
    mailable(pair[0].family.household)
    other = client.get(create_url(*pair)).text

    why = "Kan niet: gezin Willems gaf geen e-mailadres."
    assert [page.count(why) for page in (nobody, other)] == [1, 1]
    assert [page.count(" disabled") for page in (nobody, other)] == [1, 0]
    assert nobody.count("gezin De Boer gaf") == 0


def test_nobody_is_mailed_who_gave_no_address(client, pair):
    response = propose(client, pair, way="mail")

    assert response.status_code == 422
    assert response.context["form"].errors == {
        "way": ["Kan niet: gezin Willems gaf geen e-mailadres."]
    }
    assert Proposal.objects.count() == 0


def test_nobody_is_mailed_who_wants_no_messages(client, pair):
    person = mailable(pair[0].family.household)
    person.may_leave_message = False
    person.save()

    response = propose(client, pair, first="request", way="mail")

    assert response.context["form"].errors == {
        "way": ["Kan niet: gezin De Boer zei niet dat we berichten mogen sturen."]
    }


def test_text_that_names_somebody_is_sent_only_after_a_tick(client, pair):
    mailable(pair[1].family.household)
    text = {"way": "mail", "support_text": "Gezin De Boer zoekt steun."}

    warned = propose(client, pair, **text)
    seen = warned.context["form"]["seen"].value()
    unread = propose(client, pair, **text, anyway="on")
    another = propose(
        client, pair, **text | {"support_text": "Bel 06-12345678"}, seen=seen
    )
    sent = propose(client, pair, **text, anyway="on", seen=seen)

    assert [response.status_code for response in (warned, unread, another)] == [422] * 3
    assert [(one.words, one.why) for one in warned.context["form"].pointers] == [
        ("Boer", "een naam uit dit gezin")
    ]
    assert not warned.context["form"]["anyway"].value()
    assert sent.status_code == 302
    assert Proposal.objects.get().support_text == "Gezin De Boer zoekt steun."


def test_text_that_is_only_told_by_telephone_warns_of_nothing(client, pair):
    response = propose(client, pair, support_text="Gezin De Boer zoekt steun.")

    assert response.status_code == 302


def test_double_submit_gives_one_proposal_and_the_same_page(client, pair):
    first = propose(client, pair)
    second = propose(client, pair)

    proposal = Proposal.objects.get()
    assert (first.status_code, second.status_code) == (302, 302)
    assert first.url == second.url == url_of(proposal)
    assert Task.objects.count() == 1


def test_a_colleague_who_was_just_before_is_named(client, pair, own):
    colleague = CoordinatorFactory(
        municipalities=[own], user=UserFactory(name="Joost Bakker")
    )
    other = Client()
    other.force_login(colleague.user)
    propose(other, pair)

    response = propose(client, pair)

    assert response.status_code == 409
    assert str(response.context["conflict_title"]) == (
        "Deze twee zijn net aan elkaar voorgesteld"
    )
    assert (
        "Het laatst veranderd door Joost Bakker, maandag 23 november om 13:00."
        in " ".join(response.text.split())
    )
    assert Proposal.objects.count() == 1


@pytest.mark.parametrize(
    "hold_until", ["", "22-11-2026", "1-3-2027", "hond", "1" * 10_000, "1-1-0001"]
)
def test_proposal_explains_a_wrong_date(client, pair, hold_until):
    response = propose(client, pair, hold_until=hold_until)

    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["hold_until"]
    assert "Een gezin zoekt steun." in response.text
    assert Proposal.objects.count() == 0


def test_proposal_that_came_too_late_gets_a_clear_page(client, pair):
    ProposalFactory(offer=pair[1])

    response = propose(client, pair)

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
    response = propose(client, pair)

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

    response = propose(client, pair)

    assert response.status_code == 409
    assert str(response.context["conflict_title"]) == title


def answer(client, proposal, side, **answers):
    given = {"answer": "yes", "discussed_on": "vandaag", "row_version": 1}
    return send(client, url_of(proposal), side=side, **given | answers)


def test_both_answers_then_the_pairing_starts(client, proposal, coordinator):
    for side in (proposal.request, proposal.offer):
        MembershipFactory(household=side.family.household)
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


def test_no_leads_to_what_it_teaches(client, proposal):
    response = answer(
        client, proposal, "support", answer="no", reason="too_busy", exclude="on"
    )

    proposal.refresh_from_db()
    assert (proposal.outcome, proposal.reason) == ("declined", "too_busy")
    assert response.url == url_of(proposal)
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


def test_bench_names_the_families_of_the_proposals_that_run(client, own, proposal):
    uithoorn = MunicipalityFactory(name="Uithoorn")
    across = ProposalFactory(
        request=proposal.request,
        offer__family__household__municipality=uithoorn,
        offer__family__household__name="Geheimnaam",
    )

    page = client.get(reverse("matching:bench", args=[proposal.request.reference]))

    assert [(one.support, one.url) for one in page.context["open_proposals"]] == [
        ("gezin Willems", url_of(proposal)),
        ("steungezin in Uithoorn", url_of(across)),
    ]
    assert "Geheimnaam" not in page.text


def test_pressing_twice_is_told_once(client, pair):
    propose(client, pair)

    page = client.get(propose(client, pair).url)

    assert [str(message) for message in page.context["messages"]] == [
        "Voorstel vastgelegd. Bel gezin Willems en noteer het antwoord."
    ] * 2
    assert page.text.count("Voorstel vastgelegd.") == 1


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

    with django_assert_num_queries(13):
        client.get(url_of(proposals[0]))


def test_no_family_gives_the_reason_of_the_other(client, proposal):
    page = client.get(url_of(proposal))

    offered = {
        side.key: {value for value, _label in side.form.fields["reason"].choices}
        for side in page.context["sides"]
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

import datetime as dt
import json

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse

from families.models import OutboxMail, Task
from families.services.stages import change_stage
from families.tests.factories import (
    CoordinatorFactory,
    LocationFactory,
    MembershipFactory,
    MunicipalityFactory,
    PartnershipFactory,
    SupportOfferFactory,
    SupportRequestFactory,
)
from matching.bench.workbench import check_pair
from matching.engine.planning import plan_for
from matching.models import Proposal
from matching.proposing.pipeline import lies_ready
from matching.services.pairings import start_pairing
from matching.services.proposals import prepare, record_answer
from matching.tests.factories import (
    A_WEEK_ON,
    MONDAY,
    ExclusionFactory,
    ProposalFactory,
)
from matching.tests.pages import send

pytestmark = pytest.mark.django_db

NOON = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)
PLAN = "/werk/matchen/plan/"
READY = "/werk/matchen/plan/klaarzetten/"
HOME = 52.26
NEAR, FAR = 52.27, 52.30


@pytest.fixture(autouse=True)
def _monday(time_machine):
    time_machine.move_to(NOON)


@pytest.fixture
def coordinator(client):
    """Somebody of Aalsmeer, who is logged in."""
    coordinator = CoordinatorFactory(
        municipalities=[MunicipalityFactory(name="Aalsmeer")]
    )
    client.force_login(coordinator.user)
    return coordinator


@pytest.fixture
def own(coordinator):
    """Where the coordinator works."""
    return coordinator.municipalities.get()


def asking(municipality, name, *, latitude=HOME, **kwargs):
    request = SupportRequestFactory(
        family__household__municipality=municipality,
        family__household__name=name,
        **kwargs,
    )
    LocationFactory(household=request.family.household, latitude=latitude)
    return request


def giving(municipality, name, *, latitude=NEAR, **kwargs):
    offer = SupportOfferFactory(
        family__household__municipality=municipality,
        family__household__name=name,
        **kwargs,
    )
    LocationFactory(household=offer.family.household, latitude=latitude)
    return offer


@pytest.fixture
def four(own):
    """De Boer fits both, and best with Willems; Jansen fits Willems only."""
    return (
        asking(own, "De Boer", waiting_since=dt.date(2026, 11, 2)),
        asking(own, "Jansen", max_distance_km=2, waiting_since=dt.date(2026, 11, 9)),
        giving(own, "Willems", latitude=NEAR),
        giving(own, "Kaya", latitude=FAR),
    )


def key(request, offer):
    return f"{request.reference}-{offer.reference}"


def page(client, **choices):
    response = client.get(PLAN, choices)
    assert response.status_code == 200
    return response.context["plan"]


def pairs(plan):
    return [(row.request, row.support) for row in plan.rows]


def told(response):
    return [str(one) for one in get_messages(response.wsgi_request)]


def test_plan_serves_more_families_than_choosing_one_by_one(client, four):
    plan = page(client)

    assert (plan.sentence, plan.beside) == (
        "Als je dit plan volgt, krijgen 2 van 2 gezinnen een steungezin.",
        "Los kiezen geeft er 1.",
    )
    assert pairs(plan) == [
        ("gezin De Boer", "gezin Kaya"),
        ("gezin Jansen", "gezin Willems"),
    ]


def test_plan_is_the_one_that_the_core_finds(client, coordinator, four):
    found = plan_for(coordinator.user, on=MONDAY)

    plan = page(client)

    asked, given = ({one.pk: one for one in side} for side in (four[:2], four[2:]))
    columns = zip(found.encoded.requests, found.plan.column, strict=True)
    assert {row.key for row in plan.rows} == {
        key(asked[request], given[found.encoded.offers[column]])
        for request, column in columns
    }
    assert found.plan.reached.matched == len(plan.rows)


def test_plan_says_what_it_costs_each_family_and_who_differs(client, four):
    de_boer, jansen = page(client).rows

    assert de_boer.cost == [
        "Gezin Willems past het best.",
        "In dit plan krijgen ze gezin Kaya: 3,3 km verder.",
    ]
    assert de_boer.differs == "Zonder plan: gezin Willems."
    assert jansen.cost == ["Krijgt het gezin dat het best past."]
    assert jansen.differs == "Zonder plan: niemand."
    assert [row.days for row in (de_boer, jansen)] == [21, 14]


def test_plan_names_where_it_rubs_first(client, own):
    asking(own, "De Boer", kinds=3)
    asking(own, "Jansen", kinds=1)
    giving(own, "Willems", kinds=1, family__places=2)

    de_boer, jansen = page(client).rows

    assert [(one.code, one.sign) for one in de_boer.main] == [
        ("moments", "met"),
        ("kinds", "partly"),
    ]
    assert [(one.code, one.sign) for one in jansen.main] == [("moments", "met")]


def test_plan_keeps_a_fixed_pair_and_tells_what_it_costs(client, four):
    de_boer, _jansen, willems, _kaya = four

    plan = page(client, vast=key(de_boer, willems))

    assert pairs(plan) == [("gezin De Boer", "gezin Willems")]
    assert [one.chosen for one in plan.rows[0].choices] == [False, True, False]
    (lock,) = plan.kept
    assert (lock.label, lock.text, lock.url) == (
        "Vast:",
        "gezin De Boer en gezin Willems",
        PLAN,
    )
    assert lock.cost == "Zonder deze keuze krijgt 1 gezin meer een steungezin."
    assert [one.name for one in plan.left] == ["gezin Jansen"]


def test_plan_keeps_a_pair_apart_and_lets_go_of_it_by_a_link(client, four):
    _de_boer, jansen, willems, _kaya = four

    plan = page(client, niet=key(jansen, willems))

    assert pairs(plan) == [("gezin De Boer", "gezin Willems")]
    (lock,) = plan.kept
    assert (lock.label, lock.text) == (
        "Niet samen:",
        "gezin Jansen en gezin Willems",
    )
    assert lock.url == PLAN


def test_calculating_again_puts_the_choices_into_the_address(client, four):
    de_boer, jansen, willems, kaya = four
    address = f"{PLAN}?vast={key(de_boer, kaya)}&niet={key(jansen, kaya)}"

    response = send(
        client,
        address,
        **{
            key(de_boer, kaya): "vrij",
            key(jansen, willems): "vast",
            "klaar": key(jansen, willems),
        },
    )

    pair = key(jansen, willems)
    assert (response.status_code, response.url) == (
        302,
        f"{PLAN}?vast={pair}&niet={key(jansen, kaya)}&klaar={pair}",
    )
    plan = client.get(response.url).context["plan"]
    assert [row.ticked for row in plan.rows] == [False, True]


@pytest.mark.parametrize("name", ["vast", "niet", "klaar"])
def test_addresses_with_something_else_than_own_pairs_are_not_found(
    client, own, four, name
):
    de_boer, _jansen, willems, _kaya = four
    elsewhere = MunicipalityFactory(name="Ede")
    theirs, not_offered = asking(elsewhere, "Elders"), giving(elsewhere, "Ver")

    for pair in (
        key(theirs, willems),
        key(de_boer, not_offered),
        f"{'0' * 10}-{willems.reference}",
        willems.reference,
        "' OR 1=1",
        "",
    ):
        assert client.get(PLAN, {name: pair}).status_code == 404
        posted = send(client, f"{PLAN}?{name}={pair}")
        assert posted.status_code in {302, 404}
    assert Proposal.objects.count() == 0


def test_a_pair_that_is_kept_apart_cannot_be_fixed_too(client, four):
    de_boer, _jansen, willems, _kaya = four
    pair = key(de_boer, willems)

    plan = page(client, vast=pair, niet=pair)

    assert [lock.label for lock in plan.kept] == ["Niet samen:"]
    assert ("gezin De Boer", "gezin Willems") not in pairs(plan)


def test_too_many_choices_are_not_found(client, four):
    de_boer, _jansen, _willems, _kaya = four
    many = [f"{de_boer.reference}-{number:010}" for number in range(101)]

    assert client.get(PLAN, {"niet": many}).status_code == 404


@pytest.mark.parametrize("answer", ["", "misschien", "vast\x00"])
def test_an_answer_that_means_nothing_changes_nothing(client, four, answer):
    de_boer, _jansen, _willems, kaya = four

    response = send(client, PLAN, **{key(de_boer, kaya): answer})

    assert response.status_code == 422
    assert "We konden je keuze niet lezen." in response.text
    assert response.context["plan"].kept == []


def test_pins_that_cannot_be_are_named_with_a_way_out(client, four):
    de_boer, jansen, willems, _kaya = four
    both = [key(de_boer, willems), key(jansen, willems)]

    plan = page(client, vast=both)

    (fault,) = plan.impossible
    assert fault.text == (
        "Gezin Willems heeft 1 plek vrij. Je hebt daar meer gezinnen vastgezet."
    )
    assert [(lock.text, lock.url) for lock in fault.locks] == [
        ("gezin De Boer en gezin Willems", f"{PLAN}?vast={both[1]}"),
        ("gezin Jansen en gezin Willems", f"{PLAN}?vast={both[0]}"),
    ]
    assert plan.kept == []
    assert len(plan.rows) == 2


def test_a_pin_that_does_not_fit_says_why(client, four):
    de_boer, jansen, willems, kaya = four
    ExclusionFactory(request=de_boer, offer=willems)

    plan = page(client, vast=[key(de_boer, willems), key(jansen, kaya)])

    (fault,) = plan.impossible
    assert fault.text.startswith("Je hebt een paar vastgezet dat niet past. ")
    assert {lock.text for lock in fault.locks} == {
        "gezin De Boer en gezin Willems",
        "gezin Jansen en gezin Kaya",
    }


def test_a_choice_about_who_waits_no_more_is_told_and_passed_over(
    client, coordinator, four
):
    de_boer, jansen, willems, kaya = four
    asking(coordinator.municipalities.get(), "Derde")
    change_stage(jansen, to="withdrawn", on=MONDAY, by=coordinator.user)
    change_stage(kaya, to="paused", on=MONDAY, by=coordinator.user)

    plan = page(client, vast=[key(jansen, willems), key(de_boer, kaya)])

    assert plan.passed == [
        "Gezin Jansen wacht niet meer. Die keuze telt daarom niet.",
        "Gezin Kaya is nu niet beschikbaar. Die keuze telt daarom niet.",
    ]
    assert (plan.impossible, plan.kept) == ([], [])


def test_plan_names_nobody_across_the_border_but_the_colleague(client, own):
    uithoorn = MunicipalityFactory(name="Uithoorn")
    own.neighbours.add(uithoorn)
    noor = CoordinatorFactory(municipalities=[uithoorn], user__name="Noor Verzonnen")
    asking(own, "De Boer")
    asking(own, "Jansen")
    with_office = giving(
        uithoorn, "Geheim", family__household__coordinator=noor, latitude=NEAR
    )
    without = giving(uithoorn, "Geheimer", latitude=FAR)

    response = client.get(PLAN)

    rows = response.context["plan"].rows
    assert {(row.support, row.support_url, row.colleague) for row in rows} == {
        (f"steungezin in Uithoorn · {one.reference[:5]}", "", "Noor Verzonnen")
        for one in (with_office, without)
    }
    assert "Geheim" not in response.text


def test_plan_tells_two_requests_of_one_family_apart(client, own):
    noor = asking(own, "De Boer")
    SupportRequestFactory(family=noor.family)
    giving(own, "Willems", family__places=2)

    plan = page(client)

    assert plan.sentence == (
        "Als je dit plan volgt, krijgen 2 van 2 vragen om steun een steungezin."
    )
    assert all(row.children for row in plan.rows)


@pytest.mark.parametrize("n", [0, 1])
def test_plan_of_fewer_than_two_sends_back(client, own, n):
    for _number in range(n):
        asking(own, "De Boer")

    response = client.get(PLAN)

    assert response.context["plan"].too_few
    assert "minstens twee wachtende gezinnen" in response.text
    assert response.text.count(f'href="{reverse("matching:request-list")}"') == 3
    assert "<form" not in response.text.split("<main")[1]


def test_plan_without_any_support_family_names_who_is_left(client, own):
    asking(own, "De Boer", waiting_since=dt.date(2026, 11, 2))
    asking(own, "Jansen", waiting_since=dt.date(2026, 11, 9))

    plan = page(client)

    assert (plan.sentence, plan.beside) == ("Niemand past nu bij elkaar.", "")
    assert [(one.name, one.why) for one in plan.left] == [
        ("gezin De Boer", "Niemand past nu."),
        ("gezin Jansen", "Niemand past nu."),
    ]


def test_plan_names_what_would_help_most_of_those_left(client, own):
    for name in ("De Boer", "Jansen"):
        asking(own, name)
    giving(own, "Willems", latitude=FAR, max_distance_km=2, family__places=2)

    plan = page(client)

    assert [one.sentence for one in plan.helps] == [
        "Als het voor steungezinnen 5 km verder mag: 2 matches erbij."
    ]
    assert [one.name for one in plan.helps[0].families] == [
        "gezin De Boer",
        "gezin Jansen",
    ]
    farther = "Als het voor gezin Willems tot 5 km mag in plaats van 2 km, past het."
    assert [one.unlock for one in plan.left] == [farther, farther]


@pytest.mark.parametrize("n", [1, 3])
def test_plan_asks_the_same_for_any_number_of_pairs(
    client, own, django_assert_num_queries, n
):
    for _number in range(n):
        asking(own, "De Boer")
        giving(own, "Willems")
    for _number in range(n):
        # Nobody gives what these ask.
        asking(own, "Jansen", kinds=1 << 5)

    with django_assert_num_queries(25):
        plan = page(client)

    assert (len(plan.rows), len(plan.left)) == (n, n)


def ticked(*keys):
    return "&".join(f"klaar={one}" for one in keys)


def put_ready(client, *keys, address=READY):
    body = ticked(*keys)
    return client.post(address, body, content_type="application/x-www-form-urlencoded")


def test_ticked_pairs_lie_ready_and_nobody_is_asked(client, coordinator, four):
    de_boer, jansen, willems, kaya = four
    keys = [key(de_boer, kaya), key(jansen, willems)]

    response = put_ready(client, *keys, address=f"{READY}?vast={keys[0]}")

    assert (response.status_code, response.url) == (302, PLAN)
    assert told(response) == [
        "2 voorstellen liggen klaar. Nog niemand is gevraagd: dat staat op Vandaag."
    ]
    made = Proposal.objects.order_by("pk")
    assert [(one.request, one.offer) for one in made] == [
        (de_boer, kaya),
        (jansen, willems),
    ]
    assert all(lies_ready(one) for one in made)
    assert {(one.made_by, one.made_on) for one in made} == {(coordinator.user, MONDAY)}
    assert Task.objects.count() == 0
    assert OutboxMail.objects.count() == 0
    assert [json.loads(one.snapshot)["score"] for one in made] == [
        one.score for one in made
    ]


def test_sending_twice_puts_ready_once(client, four):
    de_boer, _jansen, _willems, kaya = four
    put_ready(client, key(de_boer, kaya))

    response = put_ready(client, key(de_boer, kaya))

    assert response.status_code == 302
    assert Proposal.objects.count() == 1
    assert told(response)[-1] == (
        "1 voorstel ligt klaar. Nog niemand is gevraagd: dat staat op Vandaag."
    )


def test_one_pair_that_cannot_be_does_not_hold_up_the_others(client, own, four):
    de_boer, jansen, willems, kaya = four
    ilse = CoordinatorFactory(municipalities=[own], user__name="Ilse Bedacht")
    third = asking(own, "Derde")
    checked = check_pair(third, willems, user=ilse.user, on=MONDAY)
    prepare(checked.proposal, hold_until=A_WEEK_ON, on=MONDAY, by=ilse.user)

    response = put_ready(client, key(jansen, willems), key(de_boer, kaya))

    assert told(response) == [
        "1 voorstel ligt klaar. Nog niemand is gevraagd: dat staat op Vandaag.",
        "gezin Jansen en gezin Willems zijn niet klaargezet. Ilse Bedacht houdt de"
        " plek sinds 23 november 2026 vast voor een ander gezin, tot en met"
        " 30 november 2026.",
    ]
    assert set(Proposal.objects.values_list("request", "offer")) == {
        (third.pk, willems.pk),
        (de_boer.pk, kaya.pk),
    }


def test_two_ticked_pairs_for_one_place_make_one_proposal(client, four):
    de_boer, jansen, willems, _kaya = four

    response = put_ready(client, key(de_boer, willems), key(jansen, willems))

    assert told(response) == [
        "1 voorstel ligt klaar. Nog niemand is gevraagd: dat staat op Vandaag.",
        "gezin Jansen en gezin Willems zijn niet klaargezet. Je houdt de plek sinds"
        " 23 november 2026 vast voor een ander gezin, tot en met 1 december 2026.",
    ]
    assert Proposal.objects.count() == 1


def test_what_changed_meanwhile_is_told_with_who_and_when(
    client, own, coordinator, four
):
    de_boer, jansen, willems, kaya = four
    ilse = CoordinatorFactory(municipalities=[own], user__name="Ilse Bedacht")
    ExclusionFactory(request=jansen, offer=willems, made_by=ilse.user)
    change_stage(kaya, to="paused", on=MONDAY, by=ilse.user)

    response = put_ready(client, key(de_boer, kaya), key(jansen, willems))

    assert told(response) == [
        "gezin De Boer en gezin Kaya zijn niet klaargezet. Ilse Bedacht heeft dit"
        " gewijzigd op 23 november 2026: pauze.",
        "gezin Jansen en gezin Willems zijn niet klaargezet. Ilse Bedacht zei op"
        " 23 november 2026 dat deze twee niet bij elkaar passen.",
    ]
    assert Proposal.objects.count() == 0


def test_nothing_ticked_is_said_and_keeps_the_choices(client, four):
    de_boer, _jansen, willems, _kaya = four

    response = send(client, READY, **{key(de_boer, willems): "niet"})

    assert response.status_code == 422
    assert "Kies eerst bij minstens één paar" in response.text
    assert [one.text for one in response.context["plan"].kept] == [
        "gezin De Boer en gezin Willems"
    ]


def test_only_own_pairs_can_be_put_ready(client, four):
    de_boer, _jansen, willems, _kaya = four
    elsewhere = MunicipalityFactory(name="Ede")
    theirs = asking(elsewhere, "Elders")

    for pair in (key(theirs, willems), key(de_boer, giving(elsewhere, "Ver"))):
        assert put_ready(client, key(de_boer, willems), pair).status_code == 404

    assert Proposal.objects.count() == 0


def test_a_pair_across_the_border_counts_for_who_asks(client, coordinator, own):
    uithoorn = MunicipalityFactory(name="Uithoorn")
    own.neighbours.add(uithoorn)
    ours = PartnershipFactory(municipalities=[own])
    PartnershipFactory(municipalities=[uithoorn])
    request, offer = asking(own, "De Boer"), giving(uithoorn, "Geheim")

    for side in (request, offer):
        MembershipFactory(household=side.family.household)
    put_ready(client, key(request, offer))
    for side in ("support", "request"):
        proposal = Proposal.objects.get()
        record_answer(
            proposal,
            side=side,
            yes=True,
            discussed_on=MONDAY,
            row_version=proposal.row_version,
            at=NOON,
            on=MONDAY,
            by=coordinator.user,
        )
    pairing = start_pairing(
        Proposal.objects.get(),
        at=NOON,
        on=MONDAY,
        by=coordinator.user,
        lead=coordinator,
    )

    assert pairing.partnership == ours
    assert (pairing.request, pairing.offer) == (request, offer)


def test_what_lies_ready_is_in_no_plan_any_more(client, coordinator, own, four):
    de_boer, _jansen, willems, _kaya = four
    asking(own, "Derde")
    ProposalFactory(request=de_boer, offer=willems)
    change_stage(de_boer, to="proposed", on=MONDAY, by=coordinator.user)

    plan = page(client)

    assert "gezin De Boer" not in [row.request for row in plan.rows]
    assert ("gezin Jansen", "gezin Willems") not in pairs(plan)

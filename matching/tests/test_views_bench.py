import datetime as dt

import pytest
from django.urls import reverse

from families import moments
from families.models import Task
from families.tests.factories import (
    CoordinatorFactory,
    LocationFactory,
    MunicipalityFactory,
    SupportOfferFactory,
    SupportRequestFactory,
)
from matching.models import Exclusion, Look
from matching.services.pairings import Ending, end_pairing
from matching.tests.factories import (
    A_WEEK_ON,
    MONDAY,
    ExclusionFactory,
    LookFactory,
    PairingFactory,
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


def asking(municipality, name="De Boer", **kwargs):
    return SupportRequestFactory(
        family__household__municipality=municipality,
        family__household__name=name,
        **kwargs,
    )


def giving(municipality, name="Willems", **kwargs):
    return SupportOfferFactory(
        family__household__municipality=municipality,
        family__household__name=name,
        **kwargs,
    )


def bench_url(request):
    return reverse("matching:bench", args=[request.reference])


def test_request_list_shows_who_waits_with_the_best_band(client, own):
    found = asking(own, waiting_since=dt.date(2026, 10, 31))
    nobody = asking(own, waiting_since=MONDAY, moments=moments.both_weeks(0, 0))
    asking(own, stage="talking")
    asking(MunicipalityFactory())
    giving(own)

    response = client.get(reverse("matching:request-list"))

    lines = response.context["lines"]
    assert [(one.request, one.band, one.days, one.name) for one in lines] == [
        (found, "strong", 23, "gezin De Boer"),
        (nobody, "", 0, "gezin De Boer"),
    ]


def waiting_again(municipality):
    """A request from June, of which a pairing ended today."""
    june = dt.date(2026, 6, 1)
    pairing = PairingFactory(
        request=asking(municipality, waiting_since=june), active=True
    )
    ending = Ending(on=MONDAY, reason="moved", request_goes_on_waiting=True)
    pairing.request.stage = "paired"
    pairing.request.save()
    end_pairing(pairing, ending, row_version=1, at=NOON, by=pairing.lead.user)
    return pairing.request


def test_who_waits_again_keeps_the_first_day_beside_the_new_one(client, own):
    request = waiting_again(own)
    first = asking(own, waiting_since=MONDAY)

    lines = client.get(reverse("matching:request-list"))
    bench = client.get(bench_url(request))

    assert [
        (one.request, one.request.waiting_since, one.again_on)
        for one in lines.context["lines"]
    ] == [(request, dt.date(2026, 6, 1), MONDAY), (first, MONDAY, None)]
    assert "sinds 1-6-2026, opnieuw sinds 23-11-2026" in lines.text
    assert "opnieuw sinds ma 23 november 2026, na een koppeling" in bench.text


def test_request_list_without_anybody_is_glad(client, own):
    response = client.get(reverse("matching:request-list"))

    assert response.context["lines"] == []
    assert "Niemand wacht. Mooi!" in response.text


@pytest.mark.parametrize("n", [1, 3])
def test_request_list_asks_the_same_for_any_number(
    client, own, django_assert_num_queries, n
):
    for _number in range(n):
        asking(own)
        giving(own)

    # The pool is 14 of them.
    with django_assert_num_queries(24):
        response = client.get(reverse("matching:request-list"))

    assert len(response.context["lines"]) == n


@pytest.mark.parametrize("name", ["request-list", "pairing-list"])
@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_lists_are_only_read(client, own, name, method):
    assert getattr(client, method)(reverse(f"matching:{name}")).status_code in {
        405,
        415,
    }


def test_bench_ranks_candidates_with_reasons(client, own):
    request = asking(own)
    near, far = giving(own, "Willems"), giving(own, "Kaya")
    LocationFactory(household=request.family.household, latitude=52.26)
    LocationFactory(household=near.family.household, latitude=52.27)
    LocationFactory(household=far.family.household, latitude=52.30)

    response = client.get(bench_url(request))

    cards = response.context["bench"].cards
    assert [(one.number, one.name, one.known) for one in cards] == [
        (1, "gezin Willems", True),
        (2, "gezin Kaya", True),
    ]
    assert [round(one.distance_km, 1) for one in cards] == [1.1, 4.4]
    assert [one.code for one in cards[0].reasons][:4] == [
        "moments",
        "kinds",
        "frequency",
        "ages",
    ]


def test_bench_names_nobody_across_the_border(client, own):
    uithoorn = MunicipalityFactory(name="Uithoorn")
    own.neighbours.add(uithoorn)
    request = asking(own)
    giving(uithoorn, "Geheimnaam")
    giving(MunicipalityFactory(name="Ede"), "Elders")

    response = client.get(bench_url(request))

    (card,) = response.context["bench"].cards
    assert (card.name, card.known) == ("steungezin in Uithoorn", False)
    assert "Geheimnaam" not in response.text
    assert card.offer.family.household.reference not in response.text
    assert response.context["groups"] == []


@pytest.mark.parametrize(
    ("query", "places", "others"),
    [
        ("", [1, 2, 3], (2, 6, None)),
        ("?toon=5", [1, 2, 3, 4, 5], (0, 6, None)),
        ("?vanaf=6", [6, 7], (0, None, 1)),
        ("?vanaf=8", [1, 2, 3], (2, 6, None)),
        ("?vanaf=-1&toon=alles", [1, 2, 3], (2, 6, None)),
        ("?vanaf=" + "9" * 5000, [1, 2, 3], (2, 6, None)),
    ],
)
def test_bench_shows_three_then_five_then_who_come_next(
    client, own, query, places, others
):
    request = asking(own)
    for number in range(7):
        giving(own, f"Gezin{number}")

    bench = client.get(bench_url(request) + query).context["bench"]

    assert [one.number for one in bench.cards] == places
    assert (bench.n_folded, bench.next_from, bench.before_from) == others
    assert bench.n_candidates == 7


def test_card_folds_what_fits_and_shows_what_to_mind(client, own):
    request = asking(own)
    giving(own, frequency="monthly")

    (card,) = client.get(bench_url(request)).context["bench"].cards

    assert [one.sign for one in card.fitting] == ["met"] * len(card.fitting)
    assert [(one.code, one.sign) for one in card.to_mind] == [
        ("frequency", "not"),
        ("home", "unknown"),
        ("distance", "unknown"),
        ("language", "unknown"),
        ("screening", "unknown"),
    ]


def test_bench_asks_the_one_question_that_matters(client, own):
    request = asking(own, moments=None)
    giving(own)

    response = client.get(bench_url(request))

    question = response.context["question"]
    assert question.sentence == "Vraag aan gezin De Boer: Wanneer kunnen ze?"
    assert [(one.household, one.text, one.task) for one in question.asks] == [
        (request.family.household.reference, "Vraag wanneer ze kunnen", None)
    ]
    assert [what for what, _url in response.context["not_asked"]] == [
        "wanneer ze kunnen"
    ]


def test_bench_without_support_families_says_so(client, own):
    response = client.get(bench_url(asking(own)))

    assert response.context["n_left_out"] == 0
    assert "Er zijn nu geen vrije steungezinnen." in response.text


def test_bench_of_a_request_in_talks_proposes_nothing(client, own):
    request = asking(own, stage="talking")
    offer = giving(own)

    response = client.get(bench_url(request))

    propose = reverse(
        "matching:proposal-create", args=[request.reference, offer.reference]
    )
    assert len(response.context["bench"].cards) == 1
    assert propose not in response.text


def test_bench_keeps_names_out_of_the_title(client, own):
    response = client.get(bench_url(asking(own)))

    title = response.text.partition("<title>")[2].partition("</title>")[0]
    assert title.strip() == "Match zoeken voor gezin D. – Buurtgezinnen"


@pytest.mark.parametrize("n", [1, 3])
def test_bench_asks_the_same_for_any_number(client, own, django_assert_num_queries, n):
    request = asking(own)
    for _number in range(n):
        giving(own)
        ExclusionFactory(request=request, offer=giving(own))

    with django_assert_num_queries(36):
        context = client.get(bench_url(request)).context

    assert (len(context["bench"].cards), context["n_left_out"]) == (n, n)


def offer_url(name, request, offer):
    return reverse(f"matching:{name}", args=[request.reference, offer.reference])


def test_offer_exclude_remembers_the_pair(client, own, coordinator):
    request, offer = asking(own), giving(own)

    response = send(
        client,
        offer_url("offer-exclude", request, offer),
        reason="click",
        reason_text="Andere ideeën.",
    )

    exclusion = Exclusion.objects.get()
    assert response.url == bench_url(request)
    assert (exclusion.request, exclusion.offer) == (request, offer)
    assert (exclusion.reason, exclusion.reason_text, exclusion.until_on) == (
        "click",
        "Andere ideeën.",
        None,
    )
    assert exclusion.made_by == coordinator.user


def test_offer_exclude_can_be_undone_at_once(client, own):
    request, offer = asking(own), giving(own)
    send(client, offer_url("offer-exclude", request, offer), reason="click")

    page = client.get(bench_url(request))
    set_aside = page.context["set_aside_today"]
    response = send(client, offer_url("exclusion-lift", request, offer))

    assert [one.name for one in set_aside] == ["gezin Willems"]
    assert list(page.context["messages"]) == []
    assert response.url == bench_url(request)
    assert Exclusion.objects.get().lifted_on == MONDAY


def test_bench_shows_and_lifts_what_was_said_about_a_sibling(client, own):
    request = asking(own)
    sibling = SupportRequestFactory(family=request.family)
    again = giving(own)
    for one in (sibling, SupportRequestFactory(family=request.family)):
        ExclusionFactory(request=one, offer=again)
    of_others = ExclusionFactory(offer=again)

    context = client.get(bench_url(request)).context
    undo = offer_url("exclusion-lift", request, again)
    page = client.get(bench_url(request)).text
    response = send(client, undo)
    afterwards = client.get(bench_url(request)).context

    (group,) = context["groups"]
    assert (group.code, [one.why for one in group.lines]) == (
        "excluded",
        ["Niet geschikt: geen klik."],
    )
    assert (context["bench"].cards, page.count(undo) > 0) == ([], True)
    assert response.status_code == 302
    assert list(Exclusion.objects.filter(lifted_on=None)) == [of_others]
    assert [one.offer for one in afterwards["bench"].cards] == [again]
    assert send(client, undo).status_code == 404


@pytest.mark.parametrize(
    ("answers", "wrong"),
    [
        ({}, "reason"),
        ({"reason": "haarkleur"}, "reason"),
        ({"reason": "click", "reason_text": "x" * 10_000}, "reason_text"),
        ({"reason": "click", "reason_text": "a\0b"}, "reason_text"),
        ({"reason": "click", "until_on": "gisteren"}, "until_on"),
        ({"reason": "click", "until_on": "31-2-2027"}, "until_on"),
    ],
)
def test_offer_exclude_explains_what_is_wrong(client, own, answers, wrong):
    request, offer = asking(own), giving(own)

    response = send(client, offer_url("offer-exclude", request, offer), **answers)

    assert response.status_code == 422
    assert list(response.context["form"].errors) == [wrong]
    assert Exclusion.objects.count() == 0


def test_offer_exclude_keeps_strange_text(client, own):
    request, offer = asking(own), giving(own)
    strange = "👩‍👧 \u202eachterstevoren <script>alert(1)</script>"

    send(
        client,
        offer_url("offer-exclude", request, offer),
        reason="other",
        reason_text=strange,
    )

    kept = Exclusion.objects.get().reason_text
    assert kept == "👩‍👧 achterstevoren <script>alert(1)</script>"


def test_request_later_plans_a_task(client, own, coordinator):
    request = asking(own)
    url = reverse("matching:request-later", args=[request.reference])

    response = send(client, url, due_on="1-2-2027", text="Bel de school")

    task = Task.objects.get()
    assert response.url == reverse("matching:request-list")
    assert (task.kind, task.due_on, task.text, task.about) == (
        "next_step",
        dt.date(2027, 2, 1),
        "Bel de school",
        request.reference,
    )
    look = Look.objects.get()
    assert (look.request, look.on, look.again_on, look.by) == (
        request,
        MONDAY,
        dt.date(2027, 2, 1),
        coordinator.user,
    )


def test_request_later_twice_a_day_is_one_look(client, own):
    request = asking(own)
    url = reverse("matching:request-later", args=[request.reference])

    send(client, url, due_on="1-2-2027")
    send(client, url, due_on="8-2-2027")

    assert [one.again_on for one in Look.objects.all()] == [dt.date(2027, 2, 8)]


def test_lists_say_when_nobody_fitted(client, own):
    request = asking(own)
    LookFactory(request=request, on=dt.date(2026, 11, 16))
    LookFactory(request=request, by__name="Ilse")

    (line,) = client.get(reverse("matching:request-list")).context["lines"]
    last_look = client.get(bench_url(request)).context["last_look"]

    assert line.looked_on == MONDAY
    assert (last_look.by.name, last_look.again_on) == ("Ilse", A_WEEK_ON)


@pytest.mark.parametrize("due_on", ["", "gisteren", "1-1-2030", "hond"])
def test_request_later_explains_what_is_wrong(client, own, due_on):
    url = reverse("matching:request-later", args=[asking(own).reference])

    response = send(client, url, due_on=due_on)

    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["due_on"]
    assert (Task.objects.count(), Look.objects.count()) == (0, 0)


PAGES = ["bench", "request-later"]
PAIR_PAGES = ["offer-exclude", "exclusion-lift", "proposal-create"]


@pytest.mark.parametrize("name", [*PAGES, *PAIR_PAGES])
def test_strangers_find_nothing(client, own, name):
    elsewhere = MunicipalityFactory()
    exclusion = ExclusionFactory(request=asking(elsewhere), offer=giving(elsewhere))
    there = [exclusion.request.reference]
    nowhere = ["0000000000"]
    if name in PAIR_PAGES:
        there, nowhere = [*there, exclusion.offer.reference], nowhere * 2

    of_others = send(client, reverse(f"matching:{name}", args=there), reason="click")
    missing = send(client, reverse(f"matching:{name}", args=nowhere), reason="click")

    assert of_others.status_code in {404, 405}
    assert (of_others.status_code, of_others.content) == (
        missing.status_code,
        missing.content,
    )
    assert Exclusion.objects.get().lifted_on is None


@pytest.mark.parametrize("name", PAIR_PAGES)
def test_offer_of_a_stranger_cannot_be_put_beside_an_own_request(client, own, name):
    request = asking(own)
    offer = giving(MunicipalityFactory())
    if name == "exclusion-lift":
        ProposalFactory(request=request)

    response = send(client, offer_url(name, request, offer), reason="click")

    assert response.status_code == 404
    assert Exclusion.objects.count() == 0


def test_anonymous_visitors_log_in_first(client):
    response = client.get(reverse("matching:request-list"))

    assert response.status_code == 302
    assert response.url.startswith(reverse("account_login"))

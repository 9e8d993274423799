import datetime as dt
from urllib.parse import quote

import pytest
from django.urls import reverse

from families import moments
from families.tests.factories import (
    CoordinatorFactory,
    LocationFactory,
    MembershipFactory,
    MunicipalityFactory,
    PostcodeAreaFactory,
    ScreeningCheckFactory,
    SupportOfferFactory,
    SupportRequestFactory,
)
from matching.tests.factories import ExclusionFactory, PairingFactory, ProposalFactory

pytestmark = pytest.mark.django_db

MONDAY_MORNING = moments.both_weeks(0, 0)


@pytest.fixture(autouse=True)
def _monday(time_machine):
    time_machine.move_to(dt.datetime(2026, 11, 23, 9, 42, tzinfo=dt.UTC))


@pytest.fixture
def own(client):
    """Where the coordinator works who is logged in."""
    own = MunicipalityFactory(name="Aalsmeer")
    client.force_login(CoordinatorFactory(municipalities=[own]).user)
    return own


def asking(municipality, **kwargs):
    return SupportRequestFactory(family__household__municipality=municipality, **kwargs)


def giving(municipality, name="Willems", **kwargs):
    return SupportOfferFactory(
        family__household__municipality=municipality,
        family__household__name=name,
        **kwargs,
    )


def page(client, request, query=""):
    url = reverse("matching:bench", args=[request.reference])
    return client.get(f"{url}{query}")


def left_out(response):
    return [
        (group.title, group.n, [(one.name, one.why) for one in group.lines])
        for group in response.context["groups"]
    ]


def test_left_out_are_grouped_by_the_first_reason(client, own):
    request = asking(own, max_distance_km=3)
    giving(own, "Maandag", moments=MONDAY_MORNING)
    far = giving(own, "Ver")
    LocationFactory(household=request.family.household, latitude=52.20)
    LocationFactory(household=far.family.household, latitude=52.30)
    giving(own, "Beide", moments=MONDAY_MORNING, max_distance_km=1)
    ExclusionFactory(request=request, offer=giving(own, "Eerder"))

    response = page(client, request)

    monday = "Geen moment past bij allebei. Het steungezin kan: maandagochtend."
    assert left_out(response) == [
        (
            "Momenten passen niet",
            2,
            [("gezin Maandag", monday), ("gezin Beide", monday)],
        ),
        ("Te ver weg", 1, [("gezin Ver", "11,1 km ver; de grens is 3 km.")]),
        (
            "Niet geschikt gevonden",
            1,
            [("gezin Eerder", "Niet geschikt: geen klik.")],
        ),
    ]


def test_not_available_yet_is_a_group_of_its_own(client, own):
    request = asking(own)
    giving(own, "Praat", stage="talking")
    giving(own, "Rust", stage="paused", paused_until=dt.date(2027, 1, 4))
    giving(own, "Klaar", stage="ended")
    giving(MunicipalityFactory(name="Ede"), "Elders", stage="talking")

    response = page(client, request)

    assert left_out(response) == [
        (
            "Nog niet beschikbaar",
            2,
            [
                ("gezin Praat", "Gesprek en screening."),
                ("gezin Rust", "Pauze tot 4 januari 2027."),
            ],
        )
    ]


def test_everybody_left_out_can_be_reached(client, own):
    request = asking(own)
    for number in range(7):
        giving(own, f"Maandag{number}", moments=MONDAY_MORNING)
        giving(own, f"Praat{number}", stage="talking")

    first = page(client, request)
    everybody = page(client, request, "?buiten=alles")

    assert [
        (group.n, len(group.lines), group.n_unnamed)
        for group in first.context["groups"]
    ] == [(7, 5, 2), (7, 5, 2)]
    assert first.text.count("?buiten=alles#buiten") == 2
    assert [
        (group.n, len(group.lines), group.n_unnamed)
        for group in everybody.context["groups"]
    ] == [(7, 7, 0), (7, 7, 0)]


def test_neighbours_left_out_have_no_name(client, own):
    uithoorn = MunicipalityFactory(name="Uithoorn")
    own.neighbours.add(uithoorn)
    request = asking(own)
    offer = giving(uithoorn, "Geheimnaam", moments=MONDAY_MORNING)

    response = page(client, request)

    ((_title, _n, ((name, _why),)),) = left_out(response)
    assert name == f"steungezin in Uithoorn · {offer.reference[:5]}"
    assert "Geheimnaam" not in response.text


def test_held_place_says_until_when_and_by_whom(client, own):
    request, other = asking(own), asking(own, family__household__name="Geheim")
    two_places = giving(own, family__places=2)
    full = giving(own, "Kaya", family__places=1)
    for offer in (two_places, full):
        ProposalFactory(
            request=other,
            offer=offer,
            made_by__name="Ilse",
            hold_until=dt.date(2026, 12, 3),
        )

    response = page(client, request)

    held = "Plek vastgehouden tot 3 december 2026 door Ilse voor een ander gezin."
    (card,) = response.context["bench"].cards
    assert (card.name, card.held) == ("gezin Willems", held)
    assert left_out(response) == [("Geen plek vrij", 1, [("gezin Kaya", held)])]
    assert held in response.text
    assert "Geheim" not in response.text


def test_place_held_for_this_family_is_not_held_for_another(client, own):
    request, full = asking(own, stage="proposed"), giving(own, family__places=1)
    ProposalFactory(request=request, offer=full)

    response = page(client, request)

    assert left_out(response) == [
        ("Al voorgesteld", 1, [("gezin Willems", "Al voorgesteld aan dit gezin.")])
    ]


def test_place_taken_by_a_pairing_is_no_held_place(client, own):
    request, full = asking(own), giving(own, "Kaya", family__places=1)
    PairingFactory(request=asking(own), offer=full)

    response = page(client, request)

    assert left_out(response) == [
        ("Geen plek vrij", 1, [("gezin Kaya", "Er is geen plek vrij.")])
    ]


@pytest.mark.parametrize(
    ("checks", "said"),
    [
        (
            [("applied", dt.date(2026, 11, 3))],
            "VOG aangevraagd op 3 november 2026; kan vanaf ongeveer 1 december 2026.",
        ),
        (
            [("shown", None), ("applied", dt.date(2026, 11, 9))],
            "VOG aangevraagd op 9 november 2026; kan vanaf ongeveer 7 december 2026.",
        ),
        (
            [("applied", dt.date(2026, 9, 1))],
            "VOG aangevraagd op 1 september 2026.",
        ),
        ([("applied", dt.date(2026, 11, 3)), ("asked", None)], ""),
        ([("applied", dt.date(2026, 11, 3)), (None, None)], ""),
    ],
)
def test_card_says_from_when_a_family_can(client, own, checks, said):
    request, offer = asking(own), giving(own)
    for state, applied_on in checks:
        person = MembershipFactory(household=offer.family.household).person
        if state == "shown":
            ScreeningCheckFactory(person=person, shown=True)
        elif state:
            ScreeningCheckFactory(person=person, state=state, applied_on=applied_on)

    (card,) = page(client, request).context["bench"].cards

    (text,) = (one.text for one in card.reasons if one.code == "screening")
    base = "Nog niet elke VOG is gezien. Daarna kan het."
    assert text == f"{base} {said}".strip()


def test_family_that_lives_nobody_knows_where_is_named_beside_the_sketch(client, own):
    request = asking(own)
    near = giving(own, "Dichtbij")
    giving(own, "Nergens")
    LocationFactory(household=request.family.household, latitude=52.26)
    LocationFactory(household=near.family.household, latitude=52.27)

    response = page(client, request)

    sketch = response.context["sketch"]
    assert [one.card.name for one in sketch.dots] == ["gezin Dichtbij"]
    assert [one.name for one in sketch.unplaced] == ["gezin Nergens"]
    assert response.text.count("afstand nog niet bekend") == 2


def test_without_an_address_the_sketch_asks_for_it(client, own):
    request = asking(own, family__household__name="De Boer")
    giving(own)

    response = page(client, request)

    facts = reverse("families:family-facts", args=[request.family.household.reference])
    assert response.text.count("We weten nog niet waar gezin De Boer woont.") == 1
    assert response.text.count(f'<a href="{facts}">Vul het adres in.</a>') == 1
    assert response.text.count("afstand nog niet bekend") == 1


def test_question_to_both_families_names_each(client, own):
    request = asking(own, moments=None, family__household__name="De Boer")
    giving(own, moments=None)

    response = page(client, request)

    asks = response.context["question"].asks
    assert [ask.family for ask in asks] == ["gezin De Boer", "gezin Willems"]
    assert response.text.count("<strong>Gezin Willems</strong>") == 1


@pytest.mark.parametrize(("n", "calls"), [(2, 0), (3, 1)])
def test_call_is_shared_only_where_several_families_miss_somebody(
    client, own, n, calls
):
    first, *_others = [asking(own, stage="waiting") for _number in range(n)]

    response = page(client, first)

    assert response.text.count("Deel een oproep") == calls


def test_secret_address_is_sketched_by_its_postcode(client, own):
    request, offer = asking(own), giving(own)
    LocationFactory(household=request.family.household, latitude=52.26)
    LocationFactory(
        household=offer.family.household,
        latitude=52.30,
        secret=True,
        area=PostcodeAreaFactory(latitude=52.27),
    )

    (dot,) = page(client, request).context["sketch"].dots

    assert round(dot.card.distance_km, 1) == 1.1


def test_what_nobody_asked_yet_leads_to_the_wishes(client, own):
    request = asking(own, moments=None, kinds=0)

    response = page(client, request)

    bench = reverse("matching:bench", args=[request.reference])
    edit = reverse(
        "families:wish-edit",
        args=[request.family.household.reference, request.reference],
    )
    assert [what for what, _url in response.context["not_asked"]] == [
        "wanneer ze kunnen",
        "welke steun ze willen",
    ]
    urls = {one.code: one.url for one in response.context["facts"] if not one.value}
    assert urls["kinds"] == f"{edit}?veld=kinds&next={quote(bench, safe='')}#kinds"
    assert set(urls) == {"kinds", "home", "distance", "duration", "language", "custody"}


def test_unlock_comes_with_a_button_that_makes_a_task(client, own):
    request = asking(own, max_distance_km=3)
    offer = giving(own)
    LocationFactory(household=request.family.household, latitude=52.26)
    LocationFactory(household=offer.family.household, latitude=52.30)

    response = page(client, request)

    (unlock,) = response.context["unlocks"]
    assert (unlock.line.sentence, unlock.ask.task) == (
        "Als de afstand 5 km mag zijn in plaats van 3 km: 1 gezin erbij.",
        None,
    )
    assert unlock.ask.household == request.family.household.reference


def changed(client, request, **query):
    url = reverse("matching:bench-changed", args=[request.reference])
    return client.get(url, query)


def test_nothing_changed_says_nothing(client, own):
    request = asking(own)
    giving(own)
    stamp = page(client, request).context["bench"].stamp

    response = changed(client, request, stempel=stamp, om="10.42")

    assert (response.status_code, response.content) == (204, b"")


def test_changed_candidates_say_since_when(client, own):
    request = asking(own)
    offer = giving(own)
    context = page(client, request).context
    offer.frequency = "monthly"
    offer.save()

    response = changed(
        client, request, stempel=context["bench"].stamp, om=context["opened_at"]
    )

    assert context["opened_at"] == "10.42"
    assert "Er is sinds 10.42 iets veranderd." in response.text


def test_time_in_the_morning_has_no_zero_before_it(client, own, time_machine):
    time_machine.move_to(dt.datetime(2026, 11, 23, 7, 6, tzinfo=dt.UTC))
    request = asking(own)
    opened_at = page(client, request).context["opened_at"]

    response = changed(client, request, stempel="x", om=opened_at)

    assert opened_at == "8.06"
    assert "Er is sinds 8.06 iets veranderd." in response.text


@pytest.mark.parametrize("om", ["", "<b>", "99.99"])
def test_changed_without_a_time_says_so_too(client, own, om):
    response = changed(client, asking(own), stempel="x", om=om)

    assert "Er is iets veranderd sinds je deze pagina opende." in response.text


def test_somebody_else_who_changed_is_no_change_here(client, own):
    request = asking(own)
    giving(own)
    stamp = page(client, request).context["bench"].stamp
    giving(MunicipalityFactory())

    assert changed(client, request, stempel=stamp).status_code == 204

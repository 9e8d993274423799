"""What would unlock a match, as a coordinator reads it."""

import datetime as dt

import pytest

from families import moments
from families.tests.factories import (
    CoordinatorFactory,
    LocationFactory,
    MembershipFactory,
    MunicipalityFactory,
    PersonFactory,
    ScreeningCheckFactory,
    SupportOfferFactory,
    SupportRequestFactory,
)
from families.vocabulary import Language, SupportKind, mask_of
from matching.engine.planning import plan_with, unlocks_in
from matching.tests.factories import (
    MONDAY,
    ExclusionFactory,
    PairingFactory,
    ProposalFactory,
)

pytestmark = pytest.mark.django_db

SATURDAY_MORNING = moments.both_weeks(5, 0)
# One degree of latitude is 111.2 km.
KM = 1 / 111.2


def unlocks_for(request, user, *, on):
    """As the workbench asks for them."""
    return unlocks_in(plan_with(request, user, on=on), request, user)


@pytest.fixture
def ede():
    return MunicipalityFactory(name="Ede")


@pytest.fixture
def coordinator(ede):
    return CoordinatorFactory(municipalities=[ede])


@pytest.fixture
def de_boer(ede):
    """A family in Ede that looks no farther than 5 km."""
    request = SupportRequestFactory(
        family__household__municipality=ede,
        family__household__name="De Boer",
        max_distance_km=5,
    )
    LocationFactory(household=request.family.household)
    return request


def offer_of(name, municipality, *, km=1.0, **kwargs):
    offer = SupportOfferFactory(
        family__household__municipality=municipality,
        family__household__name=name,
        **kwargs,
    )
    LocationFactory(household=offer.family.household, latitude=52.267 + km * KM)
    return offer


def said(lines):
    return [(line.sentence, line.who, line.task) for line in lines]


def test_unlock_of_distance_counts_families_and_asks_the_request_family(
    coordinator, ede, de_boer
):
    for name, km in (("A", 6.5), ("B", 6.8), ("C", 6.9)):
        offer_of(name, ede, km=km)

    (line,) = unlocks_for(de_boer, coordinator.user, on=MONDAY)

    assert line.sentence == (
        "Als de afstand 7 km mag zijn in plaats van 5 km: 3 gezinnen erbij."
    )
    assert line.task == "Vraag gezin De Boer of 7 km mag."
    assert (line.who, line.button) == ("request", "Vraag het gezin De Boer")
    assert line.household == de_boer.family.household.reference
    assert (line.is_match, line.n_offers) == (True, 3)
    assert line.band == "strong"


@pytest.mark.parametrize(
    ("wishes", "expected"),
    [
        (
            {"moments": SATURDAY_MORNING},
            (
                "Als woensdagmiddag ook kan bij gezin Kaya, past het.",
                "Vraag gezin Kaya of woensdagmiddag ook kan.",
            ),
        ),
        (
            {"kinds": mask_of([SupportKind.SLEEPOVER])},
            (
                "Als spelen ook kan bij gezin Kaya, past het.",
                "Vraag gezin Kaya of spelen ook kan.",
            ),
        ),
        (
            {"ages": mask_of(range(8, 12))},
            (
                "Als een kind van 6 ook welkom is bij gezin Kaya, past het.",
                "Vraag gezin Kaya of een kind van 6 ook welkom is.",
            ),
        ),
        (
            {"max_distance_km": "0.5"},
            (
                "Als het voor gezin Kaya tot 1 km mag in plaats van 0,5 km, past het.",
                "Vraag gezin Kaya of 1 km mag.",
            ),
        ),
    ],
)
def test_unlock_asks_the_support_family(coordinator, ede, de_boer, wishes, expected):
    offer = offer_of("Kaya", ede, km=0.9, **wishes)

    lines = unlocks_for(de_boer, coordinator.user, on=MONDAY)

    (line,) = [one for one in lines if one.who == "support"]
    assert (line.sentence, line.task) == expected
    assert line.button == "Vraag het gezin Kaya"
    assert line.household == offer.family.household.reference


def test_unlock_names_what_the_request_family_could_add(coordinator, ede, de_boer):
    offer_of("Kaya", ede, moments=SATURDAY_MORNING)

    lines = unlocks_for(de_boer, coordinator.user, on=MONDAY)

    assert said(lines) == [
        (
            "Als woensdagmiddag ook kan bij gezin Kaya, past het.",
            "support",
            "Vraag gezin Kaya of woensdagmiddag ook kan.",
        ),
        (
            "Als zaterdagochtend ook kan: 1 gezin erbij.",
            "request",
            "Vraag gezin De Boer of zaterdagochtend ook kan.",
        ),
    ]


def test_unlock_of_number_of_children_and_language(coordinator, ede):
    request = SupportRequestFactory(
        family__household__municipality=ede,
        family__household__name="De Boer",
        children=[PersonFactory(child=True), PersonFactory(child=True)],
        language_demand="limit",
    )
    parent = PersonFactory(languages=1 << Language.POLISH)
    MembershipFactory(person=parent, household=request.family.household)
    offer = offer_of("Kaya", ede, children_at_once=1)
    other = PersonFactory(languages=1 << Language.DUTCH)
    MembershipFactory(person=other, household=offer.family.household)

    lines = unlocks_for(request, coordinator.user, on=MONDAY)

    assert said(lines) == [
        (
            "Als allebei kan, 2 kinderen tegelijk bij gezin Kaya en dezelfde taal als"
            " wens van gezin De Boer: 1 gezin erbij.",
            "support",
            "Vraag gezin Kaya of er 2 kinderen tegelijk mogen komen. Vraag gezin De"
            " Boer of dezelfde taal een wens mag zijn in plaats van een grens.",
        ),
        (
            "Als allebei kan, de kinderen van gezin De Boer apart, 1 tegelijk en"
            " dezelfde taal als wens van gezin De Boer: 1 gezin erbij.",
            "request",
            "Vraag gezin De Boer of de kinderen apart mogen komen, 1 tegelijk. Vraag"
            " gezin De Boer of dezelfde taal een wens mag zijn in plaats van een"
            " grens.",
        ),
    ]


def test_unlock_lets_brothers_and_sisters_come_apart(coordinator, ede):
    request = SupportRequestFactory(
        family__household__municipality=ede,
        family__household__name="De Boer",
        children=PersonFactory.create_batch(4, child=True),
    )
    offer_of("Kaya", ede, children_at_once=2)
    offer_of("Smit", ede, children_at_once=2)

    lines = unlocks_for(request, coordinator.user, on=MONDAY)

    assert said(lines) == [
        (
            "Als niet alle 4 kinderen tegelijk komen maar 2: 2 gezinnen erbij.",
            "request",
            "Vraag gezin De Boer of de kinderen apart mogen komen, 2 tegelijk.",
        )
    ]


def test_unlock_says_from_when_a_vog_is_expected(coordinator, ede, de_boer):
    offer = offer_of("Dijk", ede, stage="talking")
    adult = PersonFactory()
    MembershipFactory(person=adult, household=offer.family.household)
    ScreeningCheckFactory(
        person=adult, state="applied", applied_on=dt.date(2026, 11, 3)
    )

    (line,) = unlocks_for(de_boer, coordinator.user, on=MONDAY)

    assert line.sentence == (
        "Als de VOG van gezin Dijk binnen is, past het. VOG aangevraagd op 3 november"
        " 2026; kan vanaf ongeveer 1 december 2026."
    )
    assert line.task == "Vraag gezin Dijk naar de VOG."
    assert (line.who, line.button) == ("support", "Zet op mijn lijst")


@pytest.mark.parametrize(
    ("wishes", "expected"),
    [
        (
            {"stage": "talking"},
            (
                "Als gezin Dijk beschikbaar is, past het.",
                "Rond de gesprekken met gezin Dijk af.",
            ),
        ),
        (
            {"stage": "applied"},
            (
                "Als de eerste gesprekken met gezin Dijk goed gaan, past het.",
                "Bel gezin Dijk over de aanmelding.",
            ),
        ),
        (
            {"stage": "paused"},
            (
                "Als de pauze van gezin Dijk voorbij is, past het.",
                "Vraag gezin Dijk of het weer kan.",
            ),
        ),
        (
            {"stage": "paused", "paused_until": dt.date(2027, 1, 4)},
            (
                "Als gezin Dijk na 4 januari 2027 weer kan, past het.",
                "Vraag gezin Dijk of het weer kan.",
            ),
        ),
    ],
)
def test_unlock_says_what_a_support_family_waits_for(
    coordinator, ede, de_boer, wishes, expected
):
    offer_of("Dijk", ede, **wishes)

    (line,) = unlocks_for(de_boer, coordinator.user, on=MONDAY)

    assert (line.sentence, line.task) == expected


def test_unlock_of_a_place_held_or_taken(coordinator, ede, de_boer):
    held, full = offer_of("Held", ede), offer_of("Vol", ede, km=2)
    ProposalFactory(offer=held)
    PairingFactory(offer=full)

    lines = unlocks_for(de_boer, coordinator.user, on=MONDAY)

    assert said(lines) == [
        (
            "Als de plek bij gezin Held vrijkomt, past het. Die is vastgehouden tot"
            " 30 november 2026.",
            "support",
            "Kijk of de plek bij gezin Held vrij is.",
        ),
        (
            "Als gezin Vol plek heeft voor nog een gezin, past het.",
            "support",
            "Vraag gezin Vol of er nog een gezin bij kan.",
        ),
    ]


def test_unlock_asks_no_fourth_place(coordinator, ede, de_boer):
    full = offer_of("Vol", ede, family__places=3)
    PairingFactory.create_batch(3, offer=full)

    assert unlocks_for(de_boer, coordinator.user, on=MONDAY) == []


def test_unlock_never_asks_for_what_protects(coordinator, ede):
    request = SupportRequestFactory(family__household__municipality=ede, no_dog="limit")
    offer_of("Hond", ede, family__household__dog=True)
    excluded = offer_of("Uitgesloten", ede, stage="paused")
    ExclusionFactory(request=request, offer=excluded)
    refused = offer_of("Geweigerd", ede, stage="talking")
    adult = PersonFactory()
    MembershipFactory(person=adult, household=refused.family.household)
    ScreeningCheckFactory(person=adult, state="refused")

    assert unlocks_for(request, coordinator.user, on=MONDAY) == []


def test_unlock_across_the_border_names_nobody(coordinator, ede, de_boer):
    near = MunicipalityFactory(name="Barneveld")
    ede.neighbours.add(near)
    offer_of("Geheim", near, moments=SATURDAY_MORNING)

    lines = unlocks_for(de_boer, coordinator.user, on=MONDAY)

    assert said(lines) == [
        (
            "Als woensdagmiddag ook kan bij steungezin in Barneveld, past het.",
            "colleague",
            "Bel je collega in Barneveld. Vraag steungezin in Barneveld of"
            " woensdagmiddag ook kan.",
        ),
        (
            "Als zaterdagochtend ook kan: 1 gezin erbij.",
            "request",
            "Vraag gezin De Boer of zaterdagochtend ook kan.",
        ),
    ]
    assert {line.household for line in lines} == {de_boer.family.household.reference}


def test_unlock_of_a_municipality_that_does_not_take_part(ede, de_boer):
    wageningen = MunicipalityFactory(name="Wageningen")
    coordinator = CoordinatorFactory(municipalities=[ede, wageningen])
    offer_of("Ver", wageningen)

    (line,) = unlocks_for(de_boer, coordinator.user, on=MONDAY)

    assert line.sentence == "Als Wageningen ook meedoet: 1 gezin erbij."
    assert line.task == "Vraag of Wageningen ook mee kan doen."
    assert (line.who, line.button) == ("you", "Zet op mijn lijst")


def test_unlock_of_a_request_in_any_stage(coordinator, ede):
    request = SupportRequestFactory(
        family__household__municipality=ede, stage="talking", waiting_since=MONDAY
    )
    offer_of("Kaya", ede, stage="paused")

    (line,) = unlocks_for(request, coordinator.user, on=MONDAY)

    assert line.task == "Vraag gezin Kaya of het weer kan."


@pytest.mark.parametrize("n", [1, 3])
def test_unlocks_ask_the_same_questions_for_any_number(
    coordinator, ede, de_boer, django_assert_num_queries, n
):
    for number in range(n):
        offer_of(f"Kaya{number}", ede, moments=SATURDAY_MORNING)
        SupportRequestFactory(family__household__municipality=ede)

    with django_assert_num_queries(17):
        lines = unlocks_for(de_boer, coordinator.user, on=MONDAY)

    # What the request family could add, and two of those who could.
    assert len(lines) == {1: 2, 3: 3}[n]

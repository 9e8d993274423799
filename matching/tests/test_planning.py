"""The plan of a coordinator's pool, read from the database."""

import datetime as dt

import pytest

from families.models import SupportOffer, SupportRequest
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
from matching.core.plan import PinsImpossible
from matching.engine.not_yet import NotYet, Why
from matching.engine.planning import FIRST_AFTER_DAYS, plan_for
from matching.tests.factories import (
    A_WEEK_ON,
    MONDAY,
    ExclusionFactory,
    PairingFactory,
    ProposalFactory,
)

pytestmark = pytest.mark.django_db

NEXT_YEAR = dt.date(2027, 1, 4)


@pytest.fixture
def ede():
    return MunicipalityFactory(name="Ede")


@pytest.fixture
def coordinator(ede):
    return CoordinatorFactory(municipalities=[ede])


def request_in(municipality, **kwargs):
    return SupportRequestFactory(family__household__municipality=municipality, **kwargs)


def offer_in(municipality, **kwargs):
    return SupportOfferFactory(family__household__municipality=municipality, **kwargs)


def pairs_of(found):
    """Primary keys of who gets whom in a plan."""
    return {
        found.encoded.requests[row]: found.encoded.offers[col] if col >= 0 else None
        for row, col in enumerate(found.plan.column.tolist())
    }


def test_plan_is_of_own_requests_that_wait_and_offers_near(coordinator, ede):
    near = MunicipalityFactory()
    ede.neighbours.add(near)
    elsewhere = MunicipalityFactory()
    mine = request_in(ede)
    request_in(ede, stage="paired")
    request_in(near)
    request_in(elsewhere)
    offers = [offer_in(ede), offer_in(near), offer_in(ede, stage="talking")]
    offer_in(near, stage="talking")
    offer_in(ede, stage="ended")
    offer_in(elsewhere)

    found = plan_for(coordinator.user, on=MONDAY)

    assert found.encoded.requests == (mine.pk,)
    assert found.encoded.offers == tuple(one.pk for one in offers)
    assert pairs_of(found) == {mine.pk: offers[0].pk}


def test_plan_of_nobody(coordinator):
    found = plan_for(coordinator.user, on=MONDAY)

    assert (found.left, found.plan.reached) == ([], (0, 0, 0))


def test_plan_gives_a_place_to_who_waits_long(coordinator, ede):
    just_long_enough = MONDAY - dt.timedelta(days=FIRST_AFTER_DAYS + 1)
    request_in(ede, waiting_since=MONDAY, duration_months=12)
    waits = request_in(ede, waiting_since=just_long_enough, duration_months=24)
    offer = offer_in(ede, duration_months=12)

    found = plan_for(coordinator.user, on=MONDAY)

    assert pairs_of(found)[waits.pk] == offer.pk
    assert found.left == [0]
    assert found.plan.reached.first == 1


def test_plan_keeps_pins_and_pairs_apart(coordinator, ede):
    one, other = request_in(ede), request_in(ede)
    near, far = offer_in(ede), offer_in(ede)

    pinned = plan_for(coordinator.user, on=MONDAY, pinned=[(one.pk, far.pk)])
    apart = plan_for(
        coordinator.user, on=MONDAY, apart=[(one.pk, near.pk), (other.pk, near.pk)]
    )

    assert pairs_of(pinned) == {one.pk: far.pk, other.pk: near.pk}
    assert sorted(pairs_of(apart).values(), key=str) == [far.pk, None]


def test_plan_passes_over_choices_about_families_that_left(coordinator, ede):
    request, offer = request_in(ede), offer_in(ede)
    gone = request_in(ede, stage="withdrawn")

    found = plan_for(
        coordinator.user, on=MONDAY, pinned=[(gone.pk, offer.pk)], apart=[(1, 10**6)]
    )

    assert pairs_of(found) == {request.pk: offer.pk}


def test_plan_refuses_a_pin_that_is_no_candidate(coordinator, ede):
    request, offer = request_in(ede), offer_in(ede)
    ExclusionFactory(request=request, offer=offer)

    with pytest.raises(PinsImpossible) as refused:
        plan_for(coordinator.user, on=MONDAY, pinned=[(request.pk, offer.pk)])

    assert refused.value.pins == ((0, 0),)


def test_not_yet_says_what_each_support_family_waits_for(coordinator, ede):
    request_in(ede)
    adult = PersonFactory()
    applied = offer_in(ede, stage="applied")
    talking = offer_in(ede, stage="talking")
    screened = offer_in(ede, stage="talking")
    MembershipFactory(person=adult, household=screened.family.household)
    ScreeningCheckFactory(
        person=adult, state="applied", applied_on=dt.date(2026, 11, 3)
    )
    paused = offer_in(ede, stage="paused", paused_until=NEXT_YEAR)
    full = offer_in(ede)
    PairingFactory(offer=full)
    held = offer_in(ede)
    ProposalFactory(offer=held)
    packed = offer_in(ede, family__places=3)
    PairingFactory.create_batch(3, offer=packed)
    offer_in(ede)

    found = plan_for(coordinator.user, on=MONDAY)

    by_offer = {found.encoded.offers[col]: why for col, why in found.not_yet.items()}
    applied_for = (
        "VOG aangevraagd op 3 november 2026; kan vanaf ongeveer 1 december 2026."
    )
    assert by_offer == {
        screened.pk: NotYet(Why.SCREENING, expected=applied_for),
        applied.pk: NotYet(Why.APPLIED),
        talking.pk: NotYet(Why.TALKING),
        paused.pk: NotYet(Why.PAUSED, NEXT_YEAR),
        full.pk: NotYet(Why.FULL),
        held.pk: NotYet(Why.HELD, A_WEEK_ON),
        packed.pk: NotYet(Why.FULL, possible=False),
    }


def test_unlocks_of_a_plan_see_who_is_not_available_yet(coordinator, ede):
    request = request_in(ede)
    offer_in(ede, stage="talking")

    found = plan_for(coordinator.user, on=MONDAY)

    assert found.left == [0]
    (unlock,) = found.unlocks(0)
    assert [change.code for change in unlock.changes] == ["load"]
    assert unlock.gain == "match"
    assert found.encoded.requests == (request.pk,)


@pytest.mark.parametrize("n", [1, 3])
def test_plan_asks_the_same_questions_for_any_number(
    coordinator, ede, django_assert_num_queries, n
):
    for _ in range(n):
        request = request_in(ede)
        LocationFactory(household=request.family.household)
        LocationFactory(household=offer_in(ede).family.household)
        talking = offer_in(ede, stage="talking")
        adult = PersonFactory()
        MembershipFactory(person=adult, household=talking.family.household)
        ScreeningCheckFactory(person=adult, state="applied")
        PairingFactory(offer=offer_in(ede))
        ProposalFactory(offer=offer_in(ede))

    with django_assert_num_queries(20):
        plan_for(coordinator.user, on=MONDAY)

    assert SupportRequest.objects.waiting().count() == n
    assert SupportOffer.objects.count() == 4 * n

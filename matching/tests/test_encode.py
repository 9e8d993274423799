import datetime as dt

import numpy as np
import pytest

from families import moments
from families.models import SupportOffer, SupportRequest
from families.tests.factories import (
    WEDNESDAY_AFTERNOON,
    LocationFactory,
    MembershipFactory,
    MunicipalityFactory,
    PersonFactory,
    PostcodeAreaFactory,
    RequestFamilyFactory,
    ScreeningCheckFactory,
    SupportFamilyFactory,
    SupportOfferFactory,
    SupportRequestFactory,
)
from families.vocabulary import Language, mask_of
from matching.core.pool import Custody, Demand, Fact, Frequency, Screening
from matching.engine.encode import encode
from matching.engine.pool_rows import (
    DECLINED,
    EXCLUDED,
    PROPOSED,
    SAME_HOME,
    TOGETHER,
)
from matching.models import Proposal
from matching.tests.factories import (
    A_WEEK_ON,
    MONDAY,
    ExclusionFactory,
    PairingFactory,
    ProposalFactory,
)

pytestmark = pytest.mark.django_db

SATURDAY_MORNING = moments.both_weeks(5, 0)
OLD = dt.date(2025, 1, 1)


def encoded():
    """Everybody in the database."""
    return encode(SupportRequest.objects.all(), SupportOffer.objects.all(), on=MONDAY)


def of_one_request(**kwargs):
    SupportRequestFactory(**kwargs)
    return encoded().pool.requests


def of_one_offer(**kwargs):
    SupportOfferFactory(**kwargs)
    return encoded().pool.offers


def test_encode_of_nobody_is_an_empty_pool():
    found = encoded()

    assert (len(found.pool.requests), len(found.pool.offers)) == (0, 0)
    assert (found.requests, found.offers, found.barred) == ((), (), {})


def test_what_nobody_asked_is_unknown():
    request = of_one_request(kinds=0, moments=None, frequency="")

    assert request.kinds.tolist() == [0]
    assert (request.moments.tolist(), request.moments_known.tolist()) == ([0], [False])
    assert request.frequency.tolist() == [Frequency.UNKNOWN]
    assert request.duration_months.tolist() == [0]
    assert np.isnan([request.max_distance_m, request.x_m, request.y_m]).all()
    assert request.languages.tolist() == [0]
    assert request.language_demand.tolist() == [Demand.NOT_ASKED]
    assert request.home_facts.tolist() == [[Fact.UNKNOWN] * 5]
    assert request.home_demands.tolist() == [[Demand.NOT_ASKED] * 5]
    assert request.custody.tolist() == [Custody.NOT_ASKED]


def test_what_was_asked_stands_in_its_column():
    request = of_one_request(
        family__household__dog=True,
        family__household__stairs=False,
        frequency="monthly",
        duration_months=12,
        max_distance_km="2.5",
        no_cat="limit",
        no_smoking="wish",
        language_demand="indifferent",
        children_at_home="wish",
        preferred_language=1 << Language.POLISH,
        custody="agreed",
        waiting_since=dt.date(2026, 11, 13),
    )

    assert request.moments.tolist() == [WEDNESDAY_AFTERNOON]
    assert request.frequency.tolist() == [Frequency.MONTHLY]
    assert request.duration_months.tolist() == [12]
    assert request.max_distance_m.tolist() == [2500]
    assert request.home_facts.tolist() == [
        [Fact.YES, Fact.UNKNOWN, Fact.UNKNOWN, Fact.UNKNOWN, Fact.NO]
    ]
    assert request.home_demands.tolist() == [
        [
            Demand.NOT_ASKED,
            Demand.LIMIT,
            Demand.NOT_ASKED,
            Demand.WISH,
            Demand.NOT_ASKED,
        ]
    ]
    assert request.language_demand.tolist() == [Demand.INDIFFERENT]
    assert request.wants_children_at_home.tolist() == [Demand.WISH]
    assert request.preferred_language.tolist() == [1 << Language.POLISH]
    assert request.custody.tolist() == [Custody.AGREED]
    assert request.waited_days.tolist() == [10]


def test_ages_of_the_children_count_on_the_day():
    six = PersonFactory(birth_year=2020, birth_month=11)
    nine_told = PersonFactory(age_told=8, age_told_on=dt.date(2025, 11, 1))
    unknown = PersonFactory()

    request = of_one_request(children=[six, nine_told, unknown])

    assert request.ages.tolist() == [mask_of([6, 9])]
    assert request.n_children.tolist() == [3]


def test_somebody_grown_up_counts_as_the_oldest_age():
    request = of_one_request(children=[PersonFactory(birth_year=2000)])

    assert request.ages.tolist() == [mask_of([17])]


def test_languages_are_those_of_the_adults():
    family = RequestFamilyFactory()
    dutch, arabic, polish = Language.DUTCH, Language.ARABIC, Language.POLISH
    for role, language in (("parent", dutch), ("partner", arabic), ("child", polish)):
        person = PersonFactory(
            languages=mask_of([language]), birth_year=2020 if role == "child" else None
        )
        MembershipFactory(person=person, household=family.household, role=role)

    request = of_one_request(family=family)

    assert request.languages.tolist() == [mask_of([dutch, arabic])]


def test_place_is_the_home_and_not_a_former_one():
    request = SupportRequestFactory()
    offer = SupportOfferFactory()
    home = {"latitude": 52.26, "longitude": 4.75}
    for wish in (request, offer):
        LocationFactory(household=wish.family.household, **home)
    LocationFactory(
        household=offer.family.household, latitude=51, from_on=OLD, until_on=OLD
    )
    LocationFactory(household=offer.family.household, kind="school", latitude=51.5)

    pool = encoded().pool

    assert pool.requests.x_m.tolist() == pool.offers.x_m.tolist()
    assert pool.requests.y_m.tolist() == pool.offers.y_m.tolist()


def test_without_a_fixed_address_the_school_is_the_place():
    request = SupportRequestFactory()
    offer = SupportOfferFactory()
    household = request.family.household
    nowhere = {"latitude": None, "longitude": None}
    LocationFactory(household=household, kind="none", **nowhere)
    LocationFactory(household=household, kind="school", latitude=52.26)
    LocationFactory(household=offer.family.household, latitude=52.26)

    pool = encoded().pool

    assert pool.requests.x_m.tolist() == pool.offers.x_m.tolist()


def test_secret_address_counts_as_somewhere_in_its_postcode():
    area = PostcodeAreaFactory(latitude=52.3, longitude=4.8)
    request = SupportRequestFactory()
    offer = SupportOfferFactory()
    LocationFactory(
        household=request.family.household, latitude=52.31, secret=True, area=area
    )
    LocationFactory(household=offer.family.household, latitude=52.3, longitude=4.8)

    pool = encoded().pool

    assert pool.requests.x_m.tolist() == pool.offers.x_m.tolist()


@pytest.mark.parametrize(
    ("states", "expected"),
    [
        ([], Screening.NOTHING_YET),
        ([None, None], Screening.NOTHING_YET),
        (["asked", None], Screening.UNDER_WAY),
        (["shown", "applied"], Screening.UNDER_WAY),
        (["shown", "shown"], Screening.SHOWN),
        (["shown", "refused"], Screening.REFUSED),
    ],
)
def test_screening_is_as_far_as_the_last_adult(states, expected):
    family = SupportFamilyFactory()
    for state in states:
        person = PersonFactory()
        MembershipFactory(person=person, household=family.household)
        if state:
            seen = {"shown": True} if state == "shown" else {"state": state}
            ScreeningCheckFactory(person=person, **seen)

    offer = of_one_offer(family=family)

    # Nobody lives there: then nobody can have shown anything.
    assert offer.screening.tolist() == [expected]


def test_places_free_are_without_pairings_and_proposals_held():
    offer = SupportOfferFactory(family__places=3)
    PairingFactory(offer=offer)
    ProposalFactory(offer=offer, hold_until=A_WEEK_ON)
    ProposalFactory(offer=offer, made_on=OLD, hold_until=OLD)
    ProposalFactory(offer=offer, declined=True)

    found = encoded().pool.offers

    assert found.places_free.tolist() == [1]
    assert found.running_pairings.tolist() == [1]


def test_place_that_rests_is_not_free():
    offer = SupportOfferFactory()
    PairingFactory(offer=offer, ended=True, place=offer.family.places.get())

    found = encoded().pool.offers

    assert found.places_free.tolist() == [0]
    assert found.running_pairings.tolist() == [0]


def test_moments_that_pairings_use_are_taken_out():
    offer = SupportOfferFactory(
        family__places=2, moments=WEDNESDAY_AFTERNOON | SATURDAY_MORNING
    )
    PairingFactory(offer=offer, occupied_moments=WEDNESDAY_AFTERNOON)
    PairingFactory(
        offer=offer, ended=True, occupied_moments=SATURDAY_MORNING, place=None
    )

    found = encoded()

    assert found.pool.offers.moments.tolist() == [SATURDAY_MORNING]
    assert found.taken.tolist() == [WEDNESDAY_AFTERNOON]


def test_offers_that_are_not_available_have_no_place_where_only_those_count():
    SupportOfferFactory()
    SupportOfferFactory(stage="paused")
    offers = SupportOffer.objects.all()
    nobody = SupportRequest.objects.none()

    anyway = encode(nobody, offers, on=MONDAY)
    strictly = encode(nobody, offers, on=MONDAY, only_available=True)

    assert anyway.pool.offers.places_free.tolist() == [1, 1]
    assert strictly.pool.offers.places_free.tolist() == [1, 0]


def test_neighbours_that_take_part_may_meet():
    aalsmeer, uithoorn, elsewhere = MunicipalityFactory.create_batch(3)
    aalsmeer.neighbours.add(uithoorn)
    SupportRequestFactory(family__household__municipality=aalsmeer)
    for municipality in (aalsmeer, uithoorn, elsewhere):
        SupportOfferFactory(family__household__municipality=municipality)

    found = encoded()

    assert found.municipalities == (aalsmeer.pk, uithoorn.pk, elsewhere.pk)
    assert found.pool.may_meet.tolist() == [
        [True, True, False],
        [True, True, False],
        [False, False, True],
    ]


def test_pairs_that_are_out_of_the_question_say_why():
    request = SupportRequestFactory()
    excluded = ExclusionFactory(request=request).offer
    proposed = ProposalFactory(request=request).offer
    together = PairingFactory(request=request).offer
    with_sibling = PairingFactory(
        request=SupportRequestFactory(children=request.children.all())
    ).offer
    own = SupportOfferFactory(
        family=SupportFamilyFactory(household=request.family.household)
    )
    ExclusionFactory(request=request, until_on=MONDAY, from_on=OLD, lifted_on=MONDAY)
    declined = ProposalFactory(request=request, declined=True).offer
    ProposalFactory(request=request, offer=excluded, declined=True)
    long_ago = dt.date(2025, 11, 23)
    ProposalFactory(
        request=request,
        declined=True,
        made_on=long_ago,
        hold_until=long_ago,
        support_answered_on=long_ago,
        closed_on=long_ago,
    )

    found = encoded()

    row = found.requests.index(request.pk)
    why = {
        found.offers[col]: reason
        for (one, col), reason in found.barred.items()
        if one == row
    }
    assert why == {
        declined.pk: DECLINED,
        excluded.pk: EXCLUDED,
        proposed.pk: PROPOSED,
        together.pk: TOGETHER,
        with_sibling.pk: TOGETHER,
        own.pk: SAME_HOME,
    }
    assert sorted(found.barred) == [tuple(p) for p in found.pool.excluded.tolist()]


@pytest.mark.parametrize("reason", Proposal.Reason.values)
def test_exclusion_counts_for_every_request_and_offer_of_both_families(reason):
    said = ExclusionFactory(reason=reason)
    sibling = SupportRequestFactory(family=said.request.family)
    again = SupportOfferFactory(family=said.offer.family)
    other = SupportRequestFactory()
    SupportOfferFactory()
    ExclusionFactory(request=other, offer=said.offer, lifted_on=MONDAY)

    found = encoded()

    barred = {
        (found.requests[row], found.offers[col]): reason
        for (row, col), reason in found.barred.items()
    }
    assert barred == {
        (request.pk, offer.pk): EXCLUDED
        for request in (said.request, sibling)
        for offer in (said.offer, again)
    }


@pytest.mark.parametrize("n", [1, 3])
def test_encode_asks_the_same_questions_for_any_number(django_assert_num_queries, n):
    for _number in range(n):
        request = SupportRequestFactory()
        LocationFactory(household=request.family.household)
        offer = PairingFactory(offer__family__places=2).offer
        MembershipFactory(household=offer.family.household)
        ExclusionFactory(request=request, offer=offer)

    with django_assert_num_queries(14):
        encoded()

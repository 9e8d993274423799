"""What the preview asks to look at once more: it forbids nothing."""

import datetime as dt

import pytest

from agreements import suggestions
from agreements.history import History, with_families
from agreements.tests.factories import (
    START,
    THURSDAY,
    WEDNESDAY,
    has_ended,
    make_pairing,
    make_version,
    wednesdays,
)
from families import moments
from families.models import Membership, Place
from families.tests.factories import (
    HouseholdFactory,
    MembershipFactory,
    MunicipalityFactory,
    PersonFactory,
    RequestFamilyFactory,
    SupportFamilyFactory,
    SupportOfferFactory,
    SupportRequestFactory,
)
from families.vocabulary import Frequency
from matching.models import Pairing
from matching.tests.factories import PairingFactory

pytestmark = pytest.mark.django_db

TODAY = dt.date(2026, 11, 23)
SATURDAY = 1 << 5


@pytest.fixture
def pairing():
    """Nothing that the families said is a matter here, unless a test says so."""
    found = make_pairing()
    for number in (2, 3):
        Place.objects.create(family=found.offer.family, number=number)
    return saying(found)


def saying(pairing, **said):
    values = {"moments": None, "kinds": 0, "frequency": "", **said}
    for wishes in (pairing.request, pairing.offer):
        for name, value in values.items():
            setattr(wishes, name, value)
        wishes.save(update_fields=list(values))
    return pairing


def another(pairing, *, offer=None, asking=None, n_children=1, **said):
    """Another running pairing with the support family, or with the asking household."""
    own = pairing.request.family.household
    asking = asking or HouseholdFactory(name="Bakker", municipality=own.municipality)
    children = PersonFactory.create_batch(n_children, child=True)
    for child in children:
        MembershipFactory(household=asking, person=child, role=Membership.Role.CHILD)
    found = PairingFactory(
        request=SupportRequestFactory(
            family=RequestFamilyFactory(household=asking), children=children
        ),
        offer=offer or SupportOfferFactory(family=pairing.offer.family),
        lead=pairing.lead,
        started_on=START,
    )
    everybody = tuple(sorted(child.pk for child in children))
    make_version(found, items=[wednesdays(found, children=everybody, **said)])
    return found


def remarks(pairing, *items, by=None):
    pairing = with_families(Pairing.objects).get(pk=pairing.pk)
    items = items or (wednesdays(pairing, line=1),)
    return suggestions.remarks(
        pairing,
        items,
        History.of(pairing).names,
        on=TODAY,
        by=by or pairing.lead.user,
    )


IS_TAKEN = "Op woensdagmiddag heeft gezin {} al een andere koppeling."


def test_nothing_is_remarked_where_nothing_was_said(pairing):
    assert remarks(pairing) == []


def test_moments_and_school_holidays_that_a_family_did_not_name(pairing):
    saying(pairing, moments=moments.both_weeks(2, 1))
    goes_on = wednesdays(pairing, weekdays=THURSDAY, holidays="goes_on")

    assert remarks(pairing, goes_on) == [
        "Gezin De Boer noemde donderdagmiddag niet. Klopt dit?",
        "Gezin De Boer noemde de schoolvakanties niet. Klopt dit?",
        "Gezin Willems noemde donderdagmiddag niet. Klopt dit?",
        "Gezin Willems noemde de schoolvakanties niet. Klopt dit?",
    ]


def test_school_holidays_that_were_named_are_no_remark(pairing):
    saying(pairing, moments=moments.both_weeks(2, 1) | moments.SCHOOL_HOLIDAYS)

    assert remarks(pairing, wednesdays(pairing, holidays="goes_on")) == []


@pytest.mark.parametrize(
    ("differs", "n_remarks"),
    [
        ({"rhythm": "nth_weekday", "every": 5}, 0),
        ({"rhythm": "times_a_month", "every": 1}, 0),
        ({"rhythm": "times_a_month", "every": 2}, 2),
        ({"rhythm": "every_n_weeks", "every": 6, "first_on": TODAY}, 0),
        # Every other week from next spring is not less for beginning late.
        (
            {"rhythm": "every_n_weeks", "every": 2, "first_on": dt.date(2027, 6, 2)},
            2,
        ),
        ({}, 2),
    ],
)
def test_can_this_be_kept_up_is_asked_beside_what_each_family_said(
    pairing, differs, n_remarks
):
    saying(pairing, frequency=Frequency.MONTHLY)

    found = remarks(pairing, wednesdays(pairing, **differs))

    assert [text.endswith("Is dit vol te houden?") for text in found] == [
        True
    ] * n_remarks


def test_another_pairing_of_the_support_family_at_that_time_is_named(pairing):
    another(pairing)

    assert remarks(pairing) == [IS_TAKEN.format("Willems")]


def test_another_pairing_of_the_asking_family_at_that_time_is_named(pairing):
    second = PairingFactory(
        request=SupportRequestFactory(
            family=pairing.request.family, children=[PersonFactory(child=True)]
        ),
        lead=pairing.lead,
        started_on=START,
    )
    make_version(second)

    assert remarks(pairing) == [IS_TAKEN.format("De Boer")]


def test_a_household_that_asks_and_gives_is_busy_as_one(pairing):
    giving = SupportFamilyFactory(household=pairing.request.family.household)
    another(pairing, offer=SupportOfferFactory(family=giving))

    assert remarks(pairing) == [IS_TAKEN.format("De Boer")]


@pytest.mark.parametrize(
    ("own", "theirs"),
    [
        ({}, {"weekdays": THURSDAY}),
        ({}, {"starts_at": dt.time(17), "ends_at": dt.time(19)}),
        ({"rhythm": "even_weeks"}, {"rhythm": "odd_weeks"}),
        (
            {"rhythm": "nth_weekday", "every": 1, "weekdays": SATURDAY},
            {"rhythm": "nth_weekday", "every": 5, "weekdays": SATURDAY},
        ),
    ],
)
def test_pairings_that_never_meet_are_not_named(pairing, own, theirs):
    another(pairing, **theirs)

    assert remarks(pairing, wednesdays(pairing, **own)) == []


def test_what_was_agreed_on_before_and_what_has_ended_is_not_named(pairing):
    moved = another(pairing)
    make_version(
        moved,
        effective_from=dt.date(2026, 6, 1),
        items=[wednesdays(moved, line=1, weekdays=THURSDAY)],
    )
    over = another(pairing)
    has_ended(over, on=TODAY)

    assert remarks(pairing) == []


def test_a_version_to_come_is_named(pairing):
    later = another(pairing, weekdays=THURSDAY)
    make_version(
        later,
        effective_from=dt.date(2027, 2, 1),
        items=[wednesdays(later, line=1, weekdays=WEDNESDAY)],
    )

    assert remarks(pairing) == [IS_TAKEN.format("Willems")]


def test_a_pairing_that_the_coordinator_may_not_see_is_not_named(pairing):
    far = MunicipalityFactory()
    # The support family lives far away, and gives support there too.
    giving = pairing.offer.family.household
    giving.municipality = far
    giving.save()
    another(pairing, asking=HouseholdFactory(municipality=far))

    assert remarks(pairing) == []


def test_children_of_all_pairings_at_one_time_are_counted(pairing):
    pairing.offer.children_at_once = 2
    pairing.offer.save()
    another(pairing, n_children=2)

    assert remarks(pairing) == [
        "Gezin Willems zei: 2 kinderen tegelijk. Met andere koppelingen erbij zijn het"
        " er 3 tegelijk.",
        IS_TAKEN.format("Willems"),
    ]


def test_children_of_pairings_at_other_times_are_not_added(pairing):
    pairing.offer.children_at_once = 2
    pairing.offer.save()
    another(pairing, n_children=2, weekdays=THURSDAY)

    assert remarks(pairing) == []


def test_children_of_two_items_at_once_are_counted_together(pairing):
    pairing.offer.children_at_once = 1
    pairing.offer.save()
    sem = PersonFactory(child=True, name="Sem")
    items = (
        wednesdays(pairing, line=1),
        wednesdays(pairing, line=2, kind=1, children=(sem.pk,)),
    )

    assert remarks(pairing, *items) == [
        "Gezin Willems zei: 1 kind tegelijk. Dit zijn er 2."
    ]


# A support family has three places at most.
@pytest.mark.parametrize("n_others", [1, 2])
def test_remarks_take_as_many_queries_for_more_pairings(
    pairing, django_assert_num_queries, n_others
):
    for _other in range(n_others):
        another(pairing)
    read = with_families(Pairing.objects).get(pk=pairing.pk)
    names, items = History.of(read).names, (wednesdays(pairing, line=1),)
    user = pairing.lead.user

    # Versions, items and children of the others.
    with django_assert_num_queries(3):
        found = suggestions.remarks(read, items, names, on=TODAY, by=user)

    assert found[-1] == IS_TAKEN.format("Willems")

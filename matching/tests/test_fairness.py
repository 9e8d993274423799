import datetime as dt

import pytest

from families.models import StageChange
from families.services.stages import start_stage
from families.tests.factories import (
    LocationFactory,
    MembershipFactory,
    MunicipalityFactory,
    PostcodeAreaFactory,
    SupportRequestFactory,
)
from families.vocabulary import Language, mask_of
from matching.core import criteria
from matching.fairness import NEVER_USED, Year, chosen, declined, waited, year_until
from matching.models import Proposal
from matching.tests.factories import MONDAY, ProposalFactory
from matching.tests.test_backtest import choice

pytestmark = pytest.mark.django_db

YEAR = Year(dt.date(2025, 11, 1), dt.date(2026, 10, 31))
WITH_TODAY = Year(dt.date(2025, 12, 1), dt.date(2026, 11, 30))


def asking(town, *, since=dt.date(2026, 10, 1), postcode="", secret=False, **kwargs):
    """A request that waits from a day on."""
    request = SupportRequestFactory(
        family__household__municipality=town, waiting_since=since, **kwargs
    )
    if postcode:
        area = PostcodeAreaFactory(municipality=town, postcode=postcode)
        LocationFactory(
            household=request.family.household, area=area, from_on=since, secret=secret
        )
    return request


def moves_on(request, stage, on):
    request.stage = stage
    request.save()
    start_stage(request, on=on, by=None)


def of(town):
    return waited([town.pk], YEAR)


@pytest.mark.parametrize(
    ("on", "year"),
    [
        (dt.date(2026, 11, 23), YEAR),
        (dt.date(2026, 11, 1), YEAR),
        (dt.date(2026, 10, 31), Year(dt.date(2025, 10, 1), dt.date(2026, 9, 30))),
        (dt.date(2028, 3, 31), Year(dt.date(2027, 3, 1), dt.date(2028, 2, 29))),
        (dt.date(2026, 1, 1), Year(dt.date(2025, 1, 1), dt.date(2025, 12, 31))),
    ],
)
def test_year_is_of_whole_months_that_are_over(on, year):
    assert year_until(on) == year


def test_every_fact_that_is_never_used_has_its_words():
    assert tuple(NEVER_USED) == criteria.NEVER_USED


def test_family_that_still_waits_waited_until_the_end_of_the_year():
    town = MunicipalityFactory()
    request = asking(town, postcode="1431")
    MembershipFactory(
        household=request.family.household,
        from_on=dt.date(2026, 1, 5),
        person__languages=mask_of([Language.ARABIC]),
    )

    found = of(town)

    assert [(one.postcode, one.languages, one.days) for one in found] == [
        ("1431", mask_of([Language.ARABIC]), 31)
    ]


def test_days_of_all_waiting_are_added_up_and_no_others():
    town = MunicipalityFactory()
    request = asking(town, since=dt.date(2025, 10, 1))
    moves_on(request, "proposed", dt.date(2025, 10, 11))
    moves_on(request, "paired", dt.date(2025, 11, 10))
    moves_on(request, "waiting", dt.date(2026, 10, 30))

    assert [one.days for one in of(town)] == [40 + 2]


@pytest.mark.parametrize(
    ("since", "paired_on"),
    [
        (dt.date(2026, 11, 1), None),
        (dt.date(2025, 9, 1), dt.date(2025, 10, 31)),
        (dt.date(2026, 10, 1), dt.date(2026, 10, 1)),
    ],
)
def test_family_that_did_not_wait_in_the_year_does_not_count(since, paired_on):
    town = MunicipalityFactory()
    request = asking(town, since=since)
    if paired_on:
        moves_on(request, "paired", paired_on)

    assert of(town) == []


def test_family_counts_where_it_lived_while_it_waited():
    here, there = MunicipalityFactory.create_batch(2)
    request = asking(here)
    household = request.family.household
    household.municipality = there
    household.save()

    assert (len(of(here)), len(of(there))) == (1, 0)


def test_family_with_two_requests_counts_once_with_its_longest_wait():
    town = MunicipalityFactory()
    request = asking(town, since=dt.date(2026, 10, 22))
    SupportRequestFactory(family=request.family, waiting_since=dt.date(2026, 10, 12))

    assert [one.days for one in of(town)] == [20]


def test_secret_home_has_no_postcode():
    town = MunicipalityFactory()
    asking(town, postcode="1431", secret=True)

    assert [one.postcode for one in of(town)] == [""]


@pytest.mark.parametrize("n_families", [1, 3])
def test_waited_takes_as_many_queries_for_few_as_for_many(
    django_assert_num_queries, n_families
):
    town = MunicipalityFactory()
    for number in range(n_families):
        asking(town, postcode=f"143{number}")

    with django_assert_num_queries(4):
        found = of(town)

    assert len(found) == n_families
    assert StageChange.objects.count() == n_families


@pytest.mark.parametrize("n_rounds", [1, 3])
def test_chosen_tells_the_first_from_others(django_assert_num_queries, n_rounds):
    towns = []
    for _round in range(n_rounds):
        made = [choice(first=first) for first in (True, True, False)]
        towns += [one.request.family.household.municipality_id for one in made]
        taken_back = choice(first=False, outcome="withdrawn", closed_on=MONDAY)
        old = ProposalFactory()
        towns += [
            one.request.family.household.municipality_id for one in (taken_back, old)
        ]
    choice(first=False)  # of another municipality

    with django_assert_num_queries(1):
        counted = chosen(towns, WITH_TODAY)

    assert (counted.first, counted.other, counted.unknown) == (
        2 * n_rounds,
        n_rounds,
        n_rounds,
    )


def test_choice_is_ranked_by_the_rules_of_its_own_moment():
    proposal = choice(first=False)
    rules = proposal.rules
    rules.weights["weights"] = dict.fromkeys(rules.weights["weights"], 0) | {
        "frequency": 1
    }
    rules.save()
    town = proposal.request.family.household.municipality_id

    counted = chosen([town], WITH_TODAY)

    assert (counted.first, counted.other) == (1, 0)


def test_declined_counts_each_reason_of_the_year():
    town = MunicipalityFactory()
    here = {"request__family__household__municipality": town}
    ProposalFactory.create_batch(2, declined=True, **here)
    ProposalFactory(declined=True, reason="click", **here)
    ProposalFactory(declined=True, made_on=dt.date(2025, 1, 5), **here)
    Proposal.objects.filter(made_on=dt.date(2025, 1, 5)).update(
        closed_on=dt.date(2025, 1, 9), support_answered_on=dt.date(2025, 1, 9)
    )
    ProposalFactory(**here)
    ProposalFactory(declined=True)

    counted = declined([town.pk], WITH_TODAY)

    assert list(counted) == Proposal.Reason.values
    assert {reason: n for reason, n in counted.items() if n} == {
        "moments": 2,
        "click": 1,
    }

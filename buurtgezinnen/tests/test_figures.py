"""Histories made by hand, counted on paper."""

import datetime as dt

import pytest

from buurtgezinnen.figures import (
    Figures,
    figures,
    reporting_year,
    year_of,
    years_of,
)
from buurtgezinnen.small_counts import GUARDED, Count, small
from families.models import PartnershipTerm, StageChange
from families.services.stages import change_stage
from families.tests.factories import (
    MunicipalityFactory,
    PartnershipFactory,
    PersonFactory,
    SupportOfferFactory,
    SupportRequestFactory,
    UserFactory,
)
from matching.models import Pairing, PairingStage
from matching.tests.factories import PairingFactory

pytestmark = pytest.mark.django_db

TODAY = dt.date(2026, 11, 23)


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def request_with(*stages: str, municipality, **kwargs):
    """A request with stages such as "2026-03-01 waiting", and no other."""
    request = SupportRequestFactory(
        family__household__municipality=municipality, **kwargs
    )
    return _with_history(request, "request", stages)


def offer_with(*stages: str, municipality, **kwargs):
    offer = SupportOfferFactory(family__household__municipality=municipality, **kwargs)
    return _with_history(offer, "offer", stages)


def _with_history(wishes, side, stages):
    wishes.stages.all().delete()
    for stage in stages:
        on, name = stage.split()
        StageChange.objects.create(
            **{side: wishes},
            stage=name,
            on=day(on),
            municipality=wishes.family.household.municipality,
        )
    return wishes


def pairing_with(*stages: str, partnership, left_on=None, **kwargs) -> Pairing:
    """A pairing with stages such as "2026-03-01 trial", and no other."""
    pairing = PairingFactory(
        partnership=partnership, started_on=day(stages[0].split()[0]), **kwargs
    )
    pairing.stages.all().delete()
    for stage in stages:
        on, name = stage.split()
        PairingStage.objects.create(
            pairing=pairing, stage=name, on=day(on), by=pairing.lead.user
        )
    if left_on:
        pairing.pairing_children.update(left_on=day(left_on))
    return pairing


def counted(partnership, year=2026, *, on=TODAY) -> Figures:
    return figures(partnership, reporting_year(partnership, year, on=on))


def numbers(counts: dict[str, Count]) -> dict[str, int | None]:
    return {name: count.number for name, count in counts.items()}


@pytest.fixture
def town():
    return MunicipalityFactory()


@pytest.fixture
def partnership(town):
    return PartnershipFactory(municipalities=[town])


@pytest.mark.parametrize(
    ("month", "on", "year"),
    [(1, "2026-01-01", 2026), (9, "2026-08-31", 2025), (9, "2026-09-01", 2026)],
)
def test_year_of_a_day_is_that_in_which_it_started(month, on, year):
    partnership = PartnershipFactory.build(reporting_year_month=month)

    assert year_of(partnership, day(on)) == year


def test_reporting_year_is_counted_up_to_the_day_it_is_seen_on():
    partnership = PartnershipFactory.build(reporting_year_month=9)

    year = reporting_year(partnership, 2026, on=TODAY)

    assert (year.starts_on, year.ends_on) == (day("2026-09-01"), day("2027-08-31"))
    assert (year.counted_until, year.is_over) == (TODAY, False)


@pytest.mark.parametrize(
    ("on", "is_over"), [("2026-12-31", False), ("2027-01-01", True)]
)
def test_reporting_year_is_over_after_its_last_day(on, is_over):
    partnership = PartnershipFactory.build()

    year = reporting_year(partnership, 2026, on=day(on))

    assert (year.counted_until, year.is_over) == (day("2026-12-31"), is_over)


def test_years_of_a_partnership_go_back_to_its_first_term(partnership):
    assert years_of(partnership, on=TODAY) == [2026, 2025]


def test_years_of_a_partnership_that_is_still_to_start():
    assert years_of(PartnershipFactory(), on=TODAY) == [2026]


def test_applications_count_each_family_once_on_its_first_day(partnership, town):
    first = request_with("2026-02-01 applied", municipality=town)
    request_with("2026-05-01 applied", municipality=town, family=first.family)
    request_with("2025-12-31 applied", "2026-01-05 waiting", municipality=town)
    request_with("2026-12-01 applied", municipality=town)
    request_with("2026-02-01 applied", municipality=MunicipalityFactory())
    offer_with("2026-01-01 applied", municipality=town)
    offer_with("2026-11-23 applied", municipality=town)

    shown = counted(partnership)

    assert shown.request_applications == Count(1)
    assert shown.support_applications == Count(2)


def test_applications_that_were_put_together_count_as_one_family(partnership, town):
    kept = request_with("2026-02-01 applied", "2026-03-01 waiting", municipality=town)
    request_with(
        "2026-02-03 applied",
        "2026-03-02 waiting",
        "2026-03-09 withdrawn",
        municipality=town,
        family__household__merged_into=kept.family.household,
    )

    shown = counted(partnership)

    assert shown.request_applications == Count(1)
    assert numbers(shown.waiting) == {"start": 0, "came": 1, "went": 0, "end": 1}


def test_waiting_is_a_flow_that_adds_up(partnership, town):
    request_with("2025-11-01 applied", "2025-12-31 waiting", municipality=town)
    request_with(
        "2025-11-01 waiting",
        "2026-01-01 proposed",
        "2026-02-01 paired",
        municipality=town,
    )
    request_with(
        "2026-03-01 waiting",
        "2026-03-05 proposed",
        "2026-03-09 waiting",
        "2026-03-20 paired",
        "2026-06-01 waiting",
        municipality=town,
    )
    # Came and went on one day, so no evening sees it.
    request_with("2026-04-01 waiting", "2026-04-01 withdrawn", municipality=town)
    request_with("2026-04-01 applied", "2026-04-09 talking", municipality=town)
    request_with("2026-03-01 waiting", municipality=MunicipalityFactory())

    shown = counted(partnership)

    assert numbers(shown.waiting) == {"start": 2, "came": 2, "went": 2, "end": 2}


def test_waiting_comes_and_goes_with_the_municipality(town):
    before, after = PartnershipFactory.create_batch(2)
    for partnership, on in ((before, "2025-01-01"), (after, "2026-07-01")):
        PartnershipTerm.objects.create(
            partnership=partnership, municipality=town, starts_on=day(on)
        )
    request_with("2025-11-01 waiting", municipality=town)

    flows = [numbers(counted(each).waiting) for each in (before, after)]

    assert flows == [
        {"start": 1, "came": 0, "went": 1, "end": 0},
        {"start": 0, "came": 1, "went": 0, "end": 1},
    ]


def test_move_of_a_household_changes_no_year_that_is_past(partnership, town):
    other = MunicipalityFactory()
    elsewhere = PartnershipFactory(municipalities=[other])
    request = request_with(
        "2025-02-01 applied", "2025-03-01 waiting", municipality=town
    )
    offer = offer_with("2025-02-01 available", municipality=town)
    before = [counted(each, 2025) for each in (partnership, elsewhere)]

    for wishes in (request, offer):
        wishes.family.household.municipality = other
        wishes.family.household.save()
    change_stage(request, to="withdrawn", on=day("2026-05-01"), by=UserFactory())
    change_stage(request, to="waiting", on=day("2026-06-01"), by=UserFactory())

    assert [counted(each, 2025) for each in (partnership, elsewhere)] == before
    assert [numbers(counted(each).waiting) for each in (partnership, elsewhere)] == [
        {"start": 1, "came": 0, "went": 1, "end": 0},
        {"start": 0, "came": 1, "went": 0, "end": 1},
    ]


def test_wait_goes_on_where_a_household_moves_within_the_partnership():
    here, there = MunicipalityFactory.create_batch(2)
    partnership = PartnershipFactory(municipalities=[here, there])
    request = request_with("2026-02-01 waiting", municipality=here)
    request.family.household.municipality = there
    request.family.household.save()

    change_stage(request, to="proposed", on=day("2026-05-01"), by=UserFactory())

    shown = counted(partnership)
    assert numbers(shown.waiting) == {"start": 0, "came": 1, "went": 0, "end": 1}


def test_waiting_ends_where_the_municipality_leaves(partnership, town):
    PartnershipTerm.objects.create(
        partnership=None, municipality=town, starts_on=day("2026-07-01")
    )
    request_with("2026-02-01 waiting", municipality=town)
    request_with("2026-08-01 applied", "2026-08-02 waiting", municipality=town)

    shown = counted(partnership)

    assert numbers(shown.waiting) == {"start": 0, "came": 1, "went": 1, "end": 0}
    assert shown.request_applications == Count(1)


@pytest.mark.parametrize(
    ("rule", "flow"),
    [
        (
            "introduction",
            {"start": 0, "made": 3, "ended": 1, "independent": 1, "end": 1},
        ),
        ("trial", {"start": 0, "made": 2, "ended": 0, "independent": 1, "end": 1}),
        ("definite", {"start": 0, "made": 1, "ended": 0, "independent": 1, "end": 0}),
    ],
)
def test_pairings_count_from_the_stage_of_the_counting_rule(rule, flow):
    partnership = PartnershipFactory(counting_rule=rule)
    pairing_with("2026-02-01 introduction", "2026-02-20 ended", partnership=partnership)
    pairing_with("2026-03-01 introduction", "2026-04-01 trial", partnership=partnership)
    pairing_with(
        "2026-05-01 introduction",
        "2026-05-20 trial",
        "2026-07-01 active",
        "2026-10-01 independent",
        partnership=partnership,
    )
    pairing_with("2026-03-01 introduction", partnership=PartnershipFactory())
    PairingFactory(partnership=None)

    shown = counted(partnership)

    assert numbers(shown.pairings) == flow


def test_stage_that_was_taken_back_does_not_count():
    partnership = PartnershipFactory()
    slip = pairing_with(
        "2026-03-01 introduction", "2026-04-01 trial", partnership=partnership
    )
    slip.stages.filter(stage="trial").update(
        taken_back_at=dt.datetime(2026, 4, 1, 12, tzinfo=dt.UTC)
    )

    shown = counted(partnership)

    assert numbers(shown.pairings)["made"] == 0


def test_pairings_of_other_years_count_in_theirs():
    partnership = PartnershipFactory()
    pairing_with("2025-03-01 trial", "2026-01-01 ended", partnership=partnership)
    pairing_with("2025-12-31 trial", "2026-12-01 ended", partnership=partnership)
    pairing_with(
        "2024-12-31 trial",
        "2025-06-01 independent",
        "2026-02-01 ended",
        partnership=partnership,
    )

    years = [
        numbers(counted(partnership, year).pairings) for year in (2024, 2025, 2026)
    ]

    assert years == [
        {"start": 0, "made": 1, "ended": 0, "independent": 0, "end": 1},
        {"start": 1, "made": 2, "ended": 0, "independent": 1, "end": 2},
        {"start": 2, "made": 0, "ended": 1, "independent": 0, "end": 1},
    ]


def test_waiting_days_are_the_median_from_application_to_pairing(partnership, town):
    for days in (10, 20, 40, 80, 160):
        applied = day("2026-08-01") - dt.timedelta(days)
        request = request_with(
            f"{applied} applied",
            "2026-07-20 waiting",
            "2026-08-01 paired",
            municipality=town,
        )
        pairing_with("2026-08-01 trial", partnership=partnership, request=request)

    assert counted(partnership).waiting_days == 40


def test_waiting_days_of_a_next_pairing_start_at_the_end_of_the_former(
    partnership, town
):
    for _pairing in range(5):
        request = request_with(
            "2024-01-01 waiting",
            "2024-02-01 paired",
            "2026-07-01 waiting",
            "2026-07-15 paired",
            municipality=town,
        )
        pairing_with("2026-07-31 trial", partnership=partnership, request=request)

    assert counted(partnership).waiting_days == 30


def test_the_days_of_a_pause_are_no_days_of_waiting(partnership, town):
    for _pairing in range(5):
        request = request_with(
            "2026-06-01 applied",
            "2026-06-11 paused",
            "2026-07-01 waiting",
            "2026-07-05 paused",
            "2026-07-06 waiting",
            municipality=town,
        )
        pairing_with("2026-07-31 trial", partnership=partnership, request=request)

    # Ten days, four days and twenty-five days.
    assert counted(partnership).waiting_days == 39


def test_who_takes_a_pause_does_not_wait_and_comes_back(partnership, town):
    request_with("2025-12-01 waiting", "2026-03-01 paused", municipality=town)
    back = ("2025-12-01 waiting", "2026-03-01 paused", "2026-04-01 waiting")
    request_with(*back, municipality=town)

    assert numbers(counted(partnership).waiting) == {
        "start": 2,
        "came": 1,
        "went": 2,
        "end": 1,
    }


def test_waiting_days_of_four_pairings_are_not_shown(partnership, town):
    for _pairing in range(4):
        request = request_with("2026-07-01 waiting", municipality=town)
        pairing_with("2026-07-31 trial", partnership=partnership, request=request)

    assert counted(partnership).waiting_days is None


def test_waiting_days_know_a_family_that_moved_away(partnership):
    for _pairing in range(5):
        request = request_with("2026-07-01 waiting", municipality=MunicipalityFactory())
        pairing_with("2026-07-31 trial", partnership=partnership, request=request)

    assert counted(partnership).waiting_days == 30


def test_children_count_once_in_all_pairings_of_the_year(partnership, town):
    child = PersonFactory(child=True)
    for _family in range(2):
        request = request_with(
            "2026-01-01 waiting", municipality=town, children=[child]
        )
        pairing_with("2026-02-01 trial", partnership=partnership, request=request)
    siblings = PersonFactory.create_batch(2, child=True)
    request = request_with("2026-01-01 waiting", municipality=town, children=siblings)
    pairing_with("2026-02-01 trial", partnership=partnership, request=request)
    # An introduction does not count by this partnership's rule.
    pairing_with("2026-02-01 introduction", partnership=partnership)

    assert counted(partnership).children == Count(3)


@pytest.mark.parametrize(("year", "children"), [(2024, 0), (2025, 1), (2026, 1)])
def test_children_count_in_each_year_they_took_part_in(partnership, year, children):
    pairing_with(
        "2025-06-01 trial",
        "2026-01-01 ended",
        partnership=partnership,
        left_on="2026-01-01",
    )

    assert counted(partnership, year).children == Count(children)


def test_children_who_left_before_the_pairing_counted_are_not_reached(partnership):
    pairing_with(
        "2026-02-01 introduction",
        "2026-04-01 trial",
        partnership=partnership,
        left_on="2026-03-01",
    )

    assert counted(partnership).children == Count(0)


def test_support_families_are_those_available_on_the_last_day(partnership, town):
    family = offer_with("2026-01-01 available", municipality=town).family
    offer_with("2026-02-01 available", municipality=town, family=family)
    offer_with("2026-01-01 available", "2026-11-23 paused", municipality=town)
    offer_with("2026-01-01 applied", "2026-11-24 available", municipality=town)
    offer_with("2026-01-01 available", municipality=MunicipalityFactory())

    assert counted(partnership).support_families == Count(1)


def test_ages_are_broken_down_once_the_year_is_over(partnership, town):
    ages = {2: 6, 6: 7, 10: 2, 15: 9}
    children = [
        PersonFactory(birth_year=2025 - age, birth_month=1)
        for age, n_children in ages.items()
        for _child in range(n_children)
    ]
    children += PersonFactory.create_batch(8)
    request = request_with("2025-01-01 waiting", municipality=town, children=children)
    pairing_with("2025-02-01 trial", partnership=partnership, request=request)

    shown = counted(partnership, 2025)

    assert shown.children == Count(32)
    # Without the last one hidden too, 2 would follow from the total.
    assert shown.ages == [Count(6), Count(7), small(5), Count(9), GUARDED]
    assert counted(partnership, 2026).ages is None


def test_ages_of_few_children_are_not_shown(partnership):
    pairing_with("2025-02-01 trial", partnership=partnership)

    shown = counted(partnership, 2025)

    assert (shown.children, shown.ages) == (Count(1), None)


def test_small_totals_are_hidden_where_the_partnership_chose_so(town):
    partnership = PartnershipFactory(
        municipalities=[town], totals_suppressed=True, small_count=10
    )
    for _request in range(10):
        request_with("2026-02-01 waiting", municipality=town)
    pairing_with("2026-02-01 trial", partnership=partnership)

    shown = counted(partnership)

    assert shown.request_applications == Count(10)
    assert shown.support_applications == shown.children == small(10)
    assert set(shown.waiting.values()) == set(shown.pairings.values()) == {GUARDED}


@pytest.mark.parametrize("n_families", [1, 3])
def test_figures_take_as_many_queries_for_any_number_of_families(
    partnership, town, django_assert_num_queries, n_families
):
    for _family in range(n_families):
        request = request_with("2026-01-01 waiting", municipality=town)
        offer_with("2026-01-01 available", municipality=town)
        pairing_with("2026-02-01 trial", partnership=partnership, request=request)

    # terms, requests, offers, pairings, children
    with django_assert_num_queries(5):
        shown = counted(partnership)

    assert shown.children == Count(n_families)


def test_figures_read_no_text_of_a_family(partnership, town, django_assert_num_queries):
    request = request_with("2026-01-01 waiting", municipality=town)
    pairing_with("2026-02-01 trial", partnership=partnership, request=request)

    with django_assert_num_queries(5) as queries:
        counted(partnership)

    text = {"name", "telephone", "email", "reason", "remarks", "end_text"}
    read = " ".join(query["sql"] for query in queries.captured_queries)
    assert {column for column in text if f'"{column}"' in read} == set()

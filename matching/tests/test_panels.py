import datetime as dt

import pytest

from families.models import Task
from families.panels import Urgency, done_on
from families.tests.factories import (
    CoordinatorFactory,
    HouseholdFactory,
    MunicipalityFactory,
)
from matching import panels
from matching.services.proposals import withdraw
from matching.tests.factories import (
    A_WEEK_ON,
    MONDAY,
    ExclusionFactory,
    PairingFactory,
    ProposalFactory,
)

pytestmark = pytest.mark.django_db

NEXT_MONDAY = A_WEEK_ON
NOON = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)
IN_TWO_WEEKS = dt.date(2026, 12, 7)


@pytest.fixture
def own():
    return MunicipalityFactory(name="Aalsmeer")


@pytest.fixture
def coordinator(own):
    return CoordinatorFactory(municipalities=[own])


def pair(municipality, asks="De Boer", gives="Willems"):
    """Both families of one municipality, for either factory."""
    return {
        "request__family__household__municipality": municipality,
        "request__family__household__name": asks,
        "offer__family__household__municipality": municipality,
        "offer__family__household__name": gives,
    }


def asked(proposal, **kwargs):
    return Task.objects.create(
        household=proposal.offer.family.household,
        kind=Task.Kind.ANSWER,
        about=proposal.reference,
        due_on=proposal.hold_until,
        **kwargs,
    )


def rows(coordinator, on=NEXT_MONDAY):
    return panels.today_rows(coordinator.user, on=on)


def test_today_asks_for_an_answer_that_is_late(own, coordinator):
    proposal = ProposalFactory(**pair(own))
    task = asked(proposal)

    before = rows(coordinator, on=NEXT_MONDAY - dt.timedelta(days=5))
    (row,) = rows(coordinator)

    assert before == []
    assert row.title == "Vraag een antwoord: gezin Willems"
    assert (row.side, row.since, row.due_on) == ("support", MONDAY, NEXT_MONDAY)
    assert row.action_url == proposal.get_absolute_url()
    assert row.task == task
    assert row.household.name == "Willems"


@pytest.mark.parametrize("weekday", [3, 6])
def test_today_tells_when_a_place_is_not_held_much_longer(own, coordinator, weekday):
    # The coordinator works from Monday to Thursday.
    proposal = ProposalFactory(**pair(own), support_asked_at=NOON, support_way="text")
    task = asked(proposal)

    (row,) = rows(coordinator, on=MONDAY + dt.timedelta(days=weekday))

    assert row.title == "De plek is bijna weer vrij: gezin De Boer en gezin Willems"
    assert row.why == "Wacht op het steungezin, tot 30 november 2026."
    assert row.tags == (("warn", "Plek tot en met 30 november 2026"),)
    assert row.task == task


def test_today_says_nothing_of_a_place_that_is_held_for_days(own, coordinator):
    asked(ProposalFactory(**pair(own), support_asked_at=NOON, support_way="text"))

    assert rows(coordinator, on=MONDAY) == []


@pytest.mark.parametrize(
    ("first", "family"), [("support", "Willems"), ("request", "De Boer")]
)
def test_today_shows_a_proposal_that_lies_ready(own, coordinator, first, family):
    proposal = ProposalFactory(**pair(own), ready=True, first=first)

    (row,) = rows(coordinator, on=MONDAY)

    assert row.title == f"Ligt klaar: vraag gezin {family}"
    assert row.why == "Een voorstel voor gezin De Boer. Nog niemand is gevraagd."
    assert row.action_url == proposal.get_absolute_url()
    assert (row.task, row.tags) == (None, ())
    assert row.urgency == Urgency.BLOCKS_SOMEBODY


def test_today_says_until_when_what_lies_ready_has_a_place(own, coordinator):
    ProposalFactory(**pair(own), ready=True)

    (row,) = rows(coordinator, on=NEXT_MONDAY)

    assert row.tags == (("warn", "Plek tot en met 30 november 2026"),)


def test_today_leaves_what_lies_ready_to_who_made_it(own, coordinator):
    uithoorn = MunicipalityFactory(name="Uithoorn")
    ProposalFactory(
        ready=True,
        request__family__household__municipality=uithoorn,
        offer__family__household__municipality=own,
    )

    assert rows(coordinator, on=MONDAY) == []


def test_today_leaves_an_answer_that_was_put_off(own, coordinator):
    asked(ProposalFactory(**pair(own)), later_until=IN_TWO_WEEKS)

    assert rows(coordinator) == []
    assert len(rows(coordinator, on=IN_TWO_WEEKS)) == 1


def test_today_starts_what_both_want(own, coordinator):
    proposal = ProposalFactory(**pair(own), both_yes=True)

    (row,) = rows(coordinator, on=MONDAY)

    assert row.title == "Start: gezin De Boer en gezin Willems"
    assert (row.side, row.since, row.task) == ("pairing", MONDAY, None)
    assert row.action_url == proposal.get_absolute_url()


def test_today_plans_introductions_and_asks_how_they_went(own, coordinator):
    PairingFactory(**pair(own))
    PairingFactory(**pair(own), introduction_on=MONDAY)
    PairingFactory(**pair(own), introduction_on=NEXT_MONDAY)

    found = [(row.action_label, row.why) for row in rows(coordinator)]

    assert found == [
        ("Plan kennismaking", "Er is nog geen dag gekozen."),
        ("Start proefperiode", "Ze maakten kennis op 23 november 2026. Hoe ging het?"),
    ]


def test_today_shows_nothing_of_others(own, coordinator):
    elsewhere = MunicipalityFactory()
    asked(ProposalFactory(**pair(elsewhere)))
    ProposalFactory(**pair(elsewhere), both_yes=True)
    PairingFactory(**pair(elsewhere))
    PairingFactory(**pair(elsewhere), trial=True)

    assert rows(coordinator, on=dt.date(2027, 1, 1)) == []


def across_the_border(own, **kwargs):
    """A proposal of a colleague elsewhere, for an own support family."""
    return ProposalFactory(
        request__family__household__municipality=MunicipalityFactory(),
        offer__family__household__municipality=own,
        offer__family__household__name="Boterbloem",
        **kwargs,
    )


def test_today_tells_at_once_of_a_proposal_across_the_border(own, coordinator):
    proposal = across_the_border(own)
    task = asked(proposal)
    asked(ProposalFactory(**pair(own)))

    (row,) = rows(coordinator, on=MONDAY)

    assert row.title == "Vraag: gezin Boterbloem"
    assert (row.task, row.due_on) == (task, NEXT_MONDAY)
    assert row.action_url == proposal.get_absolute_url()


def test_today_asks_first_what_a_colleague_put_ready(own, coordinator):
    asked(across_the_border(own, ready=True))
    asked(across_the_border(own))

    found = [(row.action_label, row.why) for row in rows(coordinator, on=MONDAY)]

    why = "Een collega stelde hun een gezin uit een andere gemeente voor."
    assert sorted(found) == [("Noteer het antwoord", why), ("Vraag het gezin", why)]


def test_done_are_only_answers_that_were_given(own, coordinator):
    given, taken_back = (
        ProposalFactory(**pair(own), support_yes=True),
        ProposalFactory(**pair(own)),
    )
    tasks = [
        asked(given, done_at=NOON, done_by=coordinator.user),
        asked(given, done_at=NOON, done_by=coordinator.user),
        asked(taken_back, done_at=NOON, done_by=coordinator.user),
    ]

    found = panels.truly_done(done_on(coordinator.user, MONDAY), user=coordinator.user)

    assert found == [tasks[1]]


@pytest.mark.parametrize("n", [1, 3])
def test_today_says_for_whose_match_a_question_is(
    own, coordinator, django_assert_num_queries, n
):
    user = type(coordinator.user).objects.get(pk=coordinator.user_id)
    families = {**pair(own), "request__family__household__name": "Kazkova"}
    for _number in range(n):
        proposal = ProposalFactory(**families, declined=True)
        Task.objects.create(
            household=proposal.offer.family.household,
            coordinator=coordinator,
            kind=Task.Kind.QUESTION,
            about=proposal.request.reference,
            text="Vraag wanneer ze kunnen",
            due_on=MONDAY,
        )

    with django_assert_num_queries(10):
        found = rows(coordinator.__class__(user=user), on=MONDAY)

    assert {(row.action_label, row.why) for row in found} == {
        ("Vul het antwoord in", "Voor de match van gezin Kazkova.")
    }
    assert found[0].action_url.startswith(
        f"/werk/gezinnen/{found[0].household.reference}/wens/"
    )


def test_today_tells_for_a_week_what_a_colleague_took_back(own, coordinator):
    proposal = across_the_border(own)
    of_themselves = across_the_border(own)
    for one, by in (
        (proposal, proposal.made_by),
        (of_themselves, coordinator.user),
    ):
        withdraw(one, reason_text="", at=NOON, on=MONDAY, by=by)

    (row,) = rows(coordinator, on=MONDAY + dt.timedelta(days=6))

    assert row.title == "Voorstel vervallen: gezin Boterbloem"
    assert row.action_url == proposal.get_absolute_url()
    assert rows(coordinator, on=NEXT_MONDAY) == []


@pytest.mark.parametrize("n", [1, 3])
def test_today_asks_the_same_for_any_number(
    own, coordinator, django_assert_num_queries, n
):
    user = type(coordinator.user).objects.get(pk=coordinator.user_id)
    for _number in range(n):
        asked(ProposalFactory(**pair(own)))
        ProposalFactory(**pair(own), both_yes=True)
        PairingFactory(**pair(own))

    with django_assert_num_queries(6):
        found = rows(coordinator.__class__(user=user))

    assert len(found) == 3 * n


def test_figures_count_trials_and_what_runs(own, coordinator):
    PairingFactory(**pair(own), trial=True)
    PairingFactory.create_batch(2, **pair(own), active=True)
    PairingFactory(**pair(own), ended=True)
    PairingFactory(active=True)

    found = panels.figures(coordinator.user, on=MONDAY)

    assert [(one.label, one.count) for one in found] == [
        ("Proefperiode", 1),
        ("Lopend", 2),
    ]


def test_family_panel_shows_proposals_and_pairings(own, coordinator):
    pairing = PairingFactory(**pair(own))
    household = pairing.request.family.household
    ProposalFactory(
        request=pairing.request,
        offer__family__household__municipality=own,
        offer__family__household__name="Kaya",
    )
    PairingFactory(**pair(own, "Anders", "Elders"))

    (panel,) = panels.family_panels(household, user=coordinator.user, on=MONDAY)

    assert [(one["name"], one["stage"]) for one in panel.context["lines"]] == [
        ("gezin Kaya", "Voorgesteld"),
        ("gezin Willems", "kennismaking"),
    ]


def test_family_panel_of_the_other_side_shows_the_request_family(own, coordinator):
    pairing = PairingFactory(**pair(own))
    household = pairing.offer.family.household

    (panel,) = panels.family_panels(household, user=coordinator.user, on=MONDAY)

    assert [one["name"] for one in panel.context["lines"]] == ["gezin De Boer"]


def test_family_without_pairings_has_no_panel(own, coordinator):
    household = HouseholdFactory(municipality=own)

    assert panels.family_panels(household, user=coordinator.user, on=MONDAY) == []


def test_course_tells_of_proposals_exclusions_and_steps(own, coordinator):
    declined = ProposalFactory(**pair(own), declined=True)
    request = declined.request
    ExclusionFactory(
        request=request,
        offer__family__household__municipality=own,
        offer__family__household__name="Kaya",
    )
    PairingFactory(
        request=request,
        offer__family__household__municipality=own,
        offer__family__household__name="Smit",
        trial=True,
    )

    lines = panels.course(
        request.family.household, user=coordinator.user, on=NEXT_MONDAY
    )

    assert [(one.on, one.kind, one.what) for one in lines] == [
        (MONDAY, "event", "Voorgesteld aan gezin Willems"),
        (MONDAY, "event", "Voorstel gesloten: afgewezen"),
        (MONDAY, "event", "Niet geschikt: gezin Kaya"),
        (MONDAY, "event", "Met gezin Smit: kennismaking"),
        (MONDAY, "event", "Met gezin Smit: proefperiode"),
    ]


def test_course_does_not_name_a_family_across_the_border(own, coordinator):
    uithoorn = MunicipalityFactory(name="Uithoorn")
    proposal = ProposalFactory(
        request__family__household__municipality=own,
        offer__family__household__municipality=uithoorn,
    )

    lines = panels.course(
        proposal.request.family.household, user=coordinator.user, on=MONDAY
    )

    assert [one.what for one in lines] == ["Voorgesteld aan steungezin in Uithoorn"]

import datetime as dt

import pytest
from django.urls import reverse

from agreements.core.timeline import Frame
from agreements.models import Agreement, Evaluation, Pause
from agreements.panels import clock
from agreements.tests.factories import NOON, START, make_pairing, make_version
from families.models import ContactMoment, Task
from families.tests.factories import (
    CoordinatorFactory,
    HouseholdFactory,
    MunicipalityFactory,
    TaskFactory,
)
from matching.models import Pairing
from matching.wording.names import Names

pytestmark = pytest.mark.django_db

ENDS = dt.date(2026, 2, 16)
TWO_WEEKS = dt.date(2026, 1, 19)
DAY = dt.timedelta(days=1)
ASK = "Vraag hoe het gaat"
SILENT = "Zoek contact"


@pytest.fixture
def trial():
    return make_pairing(stage="trial", trial_until=ENDS)


@pytest.fixture
def active():
    return make_pairing(stage="active", trial_until=ENDS)


def rows(pairing, on):
    return clock.today_rows(Names(pairing.lead.user), on=on)


def titles(pairing, on):
    return [row.title for row in rows(pairing, on)]


def reach(household, on, outcome="reached", **more):
    return ContactMoment.objects.create(
        household=household,
        happened_on=on,
        outcome=outcome,
        by=CoordinatorFactory().user,
        **more,
    )


def reach_both(pairing, on):
    for side in (pairing.request, pairing.offer):
        reach(side.family.household, on)


def evaluate(pairing, *, closed_on=None):
    closed = {}
    if closed_on:
        by = pairing.lead.user
        closed = {"closed_on": closed_on, "closed_by": by, "outcome": "go_on"}
    return Evaluation.objects.create(
        pairing=pairing,
        occasion="half_year",
        due_on=closed_on or START,
        started_by=pairing.lead.user,
        started_at=NOON,
        **closed,
    )


def pause(pairing, first, last=None):
    agreement, _made = Agreement.objects.get_or_create(pairing=pairing)
    return Pause.objects.create(
        agreement=agreement,
        from_on=first,
        until_on=last,
        recorded_by=pairing.lead.user,
        recorded_at=NOON,
    )


def test_each_family_is_called_two_weeks_after_the_start_of_the_trial(trial):
    giving = trial.offer.family.household
    amira = trial.request.family.household.memberships.get(role="parent").person
    amira.telephone, amira.may_leave_message = "+31612345678", False
    amira.save()
    reach(giving, TWO_WEEKS - DAY)

    (row,) = rows(trial, TWO_WEEKS)

    asking = trial.request.family.household
    assert (row.title, row.why, row.since, row.side) == (
        "Vraag hoe het gaat: gezin De Boer",
        "De proefperiode met gezin Willems begon op 5 januari 2026.",
        TWO_WEEKS,
        "request",
    )
    assert (row.action_label, row.action_url) == (
        "Noteer contact",
        reverse("families:contact-note", args=[asking.reference]),
    )
    assert (row.telephone, row.may_leave_message) == ("+31612345678", False)
    assert row.household.reference == asking.reference


def test_only_who_was_reached_was_spoken_to(trial):
    asking, giving = (one.family.household for one in (trial.request, trial.offer))
    reach(asking, TWO_WEEKS - DAY, outcome="no_answer")
    reach(giving, TWO_WEEKS - DAY, outcome="message_left")
    emptied = reach(giving, TWO_WEEKS - DAY)
    emptied.redacted_at, emptied.redacted_by = NOON, trial.lead.user
    emptied.redaction_reason = "Dit ging over een ander gezin."
    emptied.save()

    assert titles(trial, TWO_WEEKS) == [
        f"{ASK}: gezin De Boer",
        f"{ASK}: gezin Willems",
    ]


def test_silence_of_a_family_is_told_with_its_last_talk(active):
    reach_both(active, dt.date(2026, 6, 1))
    reach(active.offer.family.household, dt.date(2026, 7, 20))
    evaluate(active, closed_on=dt.date(2026, 7, 1))

    (row,) = rows(active, dt.date(2026, 7, 27))

    assert (row.title, row.why, row.since) == (
        f"{SILENT}: gezin De Boer",
        "Voor het laatst gesproken op 1 juni 2026. Gekoppeld aan gezin Willems.",
        dt.date(2026, 7, 27),
    )


def test_who_was_never_spoken_to_is_told_so(active):
    evaluate(active, closed_on=dt.date(2026, 2, 2))

    (row, _other) = rows(active, dt.date(2026, 2, 2))

    assert row.why == "Nog niet gesproken. Gekoppeld aan gezin Willems."


def test_weeks_without_contact_are_a_setting(active, settings):
    settings.CONTACT_WEEKS_AT_FIRST = settings.CONTACT_WEEKS = 12
    spoken = dt.date(2026, 4, 6)
    reach_both(active, spoken)
    evaluate(active, closed_on=spoken)
    last = spoken + dt.timedelta(weeks=12)

    assert titles(active, last - DAY) == []
    assert titles(active, last) == [
        f"{SILENT}: gezin De Boer",
        f"{SILENT}: gezin Willems",
    ]


@pytest.mark.parametrize(
    ("kind", "due_in", "n_rows"),
    [("call_again", 1, 1), ("next_step", 7, 1), ("next_step", 8, 2), ("answer", 1, 2)],
)
def test_who_is_called_soon_needs_no_other_reminder(trial, kind, due_in, n_rows):
    TaskFactory(
        household=trial.request.family.household,
        coordinator=trial.lead,
        kind=kind,
        due_on=TWO_WEEKS + due_in * DAY,
    )

    assert len(rows(trial, TWO_WEEKS)) == n_rows


def test_a_call_that_was_made_or_put_off_far_reminds_nobody(trial):
    household = trial.request.family.household
    task = TaskFactory(
        household=household, coordinator=trial.lead, kind="next_step", due_on=TWO_WEEKS
    )
    Task.objects.filter(pk=task.pk).update(later_until=TWO_WEEKS + 30 * DAY)

    assert len(rows(trial, TWO_WEEKS)) == 2


def test_a_trial_that_nearly_ends_leads_to_its_evaluation(trial):
    reach_both(trial, dt.date(2026, 1, 30))
    on = dt.date(2026, 2, 2)

    assert rows(trial, on - DAY) == []
    (row,) = rows(trial, on)

    assert (row.title, row.why, row.due_on, row.tags) == (
        "Einde proefperiode: gezin De Boer en gezin Willems",
        "Praat met beide gezinnen over hoe het verdergaat.",
        ENDS,
        (("warn", "Tot en met 16 februari 2026"),),
    )
    assert (row.action_label, row.action_url) == (
        "Start de evaluatie",
        reverse("agreements:evaluation-list", args=[trial.reference]),
    )


def test_a_trial_that_is_over_says_so(trial):
    on = ENDS + DAY
    reach_both(trial, on)

    (row,) = rows(trial, on)

    assert (row.why, row.tags) == (
        "De proefperiode is voorbij. Kies met beide gezinnen hoe het verdergaat.",
        (("bad", "Tot en met 16 februari 2026"),),
    )


def test_a_trial_with_an_evaluation_leads_to_it_and_then_to_the_pairing(trial):
    reach_both(trial, ENDS)
    evaluation = evaluate(trial)

    (during,) = rows(trial, ENDS)
    Evaluation.objects.update(
        closed_on=ENDS, closed_by=trial.lead.user, outcome="go_on"
    )
    (after,) = rows(trial, ENDS)

    assert (during.action_label, during.action_url) == (
        "Naar de evaluatie",
        evaluation.get_absolute_url(),
    )
    assert (after.action_label, after.action_url) == (
        "Naar de koppeling",
        trial.get_absolute_url(),
    )


def test_an_evaluation_is_due_half_a_year_after_the_definite_agreements(active):
    make_version(active, frame=Frame(trial_until=ENDS))
    make_version(
        active,
        effective_from=ENDS + DAY,
        frame=Frame(),
        at=NOON + DAY,
        reason="Het gaat goed.",
    )
    evaluate(active, closed_on=ENDS)
    due_on = dt.date(2026, 8, 17)
    reach_both(active, due_on - DAY)

    assert rows(active, due_on - DAY) == []
    (row,) = rows(active, due_on)

    assert (row.title, row.why, row.since) == (
        "Evaluatie: gezin De Boer en gezin Willems",
        "Er is weer een half jaar voorbij. Vraag beide gezinnen hoe het gaat.",
        due_on,
    )
    assert row.action_url == reverse(
        "agreements:evaluation-list", args=[active.reference]
    )


def test_without_definite_agreements_half_years_count_from_the_step(active):
    evaluate(active, closed_on=ENDS)
    due_on = dt.date(2026, 7, 5)
    reach_both(active, due_on - DAY)

    assert rows(active, due_on - DAY) == []
    assert titles(active, due_on) == ["Evaluatie: gezin De Boer en gezin Willems"]


def test_the_evaluation_of_the_trial_is_asked_for_after_it_too(active):
    reach_both(active, ENDS)

    (row,) = rows(active, ENDS)

    assert row.why == (
        "De proefperiode eindigde op 16 februari 2026. Vraag beide gezinnen hoe het"
        " ging."
    )


def test_an_evaluation_that_goes_on_is_not_asked_for(active):
    reach_both(active, ENDS)
    evaluate(active)

    assert rows(active, ENDS) == []


def test_a_pairing_in_a_pause_asks_nothing(trial):
    resting = pause(trial, ENDS)

    assert rows(trial, ENDS) == []
    resting.taken_back_at = NOON
    resting.save()
    assert len(rows(trial, ENDS)) == 3


@pytest.mark.parametrize("stage", ["introduction", "independent", "ended"])
def test_pairings_that_are_not_guided_ask_nothing(stage):
    ended = {"ended": True} if stage == "ended" else {"stage": stage}
    pairing = make_pairing(trial_until=ENDS, **ended)

    assert rows(pairing, dt.date(2027, 1, 1)) == []


def test_another_coordinator_is_asked_nothing(trial):
    stranger = CoordinatorFactory().user

    assert clock.today_rows(Names(stranger), on=ENDS) == []
    assert len(rows(trial, ENDS)) == 3


def test_across_a_border_everybody_calls_the_own_family(trial):
    elsewhere = MunicipalityFactory()
    household = trial.offer.family.household
    household.municipality = elsewhere
    household.save()
    colleague = CoordinatorFactory(municipalities=[elsewhere]).user

    assert titles(trial, TWO_WEEKS) == [f"{ASK}: gezin De Boer"]
    assert [row.title for row in clock.today_rows(Names(colleague), on=TWO_WEEKS)] == [
        f"{ASK}: gezin Willems"
    ]


@pytest.mark.parametrize("n_pairings", [1, 3])
def test_rows_cost_as_many_queries_for_three_pairings_as_for_one(
    n_pairings, django_assert_num_queries
):
    pairing = make_pairing(stage="trial", trial_until=ENDS)
    municipality = pairing.request.family.household.municipality
    others = [
        make_pairing(municipality=municipality, stage="trial", trial_until=ENDS)
        for _ in range(1, n_pairings)
    ]
    for one in (pairing, *others):
        make_version(one)
        pause(one, dt.date(2026, 12, 1))
        evaluate(one)
        reach(HouseholdFactory(municipality=municipality), ENDS)
    user = pairing.lead.user

    with django_assert_num_queries(10):
        found = clock.today_rows(Names(user), on=ENDS)

    assert len(found) == 3 * n_pairings
    assert Pairing.objects.count() == n_pairings

import datetime as dt
import json
from decimal import Decimal

import pytest

from families.models import SupportOffer, SupportRequest, Task
from families.services.households import ChangedMeanwhile
from families.services.pauses import pause
from families.services.sources import note_sources
from families.tests.factories import (
    WEDNESDAY_AFTERNOON,
    CoordinatorFactory,
    MunicipalityFactory,
    SupportOfferFactory,
    SupportRequestFactory,
    TaskFactory,
)
from matching.core.rank import rank_offers
from matching.engine.encode import encode
from matching.engine.snapshots import unsaved_proposal
from matching.models import Lesson, Proposal
from matching.proposing.learning import suggestions
from matching.services.lessons import (
    AlreadyDecided,
    NotDeclined,
    ValueMoved,
    decide,
    undo,
)
from matching.services.rules import rules_in_use, weights_of
from matching.tests.factories import MONDAY, ProposalFactory

pytestmark = pytest.mark.django_db

NOON = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)
NOW = {"at": NOON, "on": MONDAY}
THURSDAY_MORNING = 1 << 24


@pytest.fixture
def coordinator():
    return CoordinatorFactory()


def declined(reason, *, side="support", metres=None, request=None, offer=None):
    """A proposal that one side said no to, with what the engine saw of these two."""
    here = MunicipalityFactory()
    home = {"family__household__municipality": here}
    SupportRequestFactory(**home | (request or {}))
    SupportOfferFactory(**home | (offer or {}))
    found = encode(SupportRequest.objects.all(), SupportOffer.objects.all(), on=MONDAY)
    rules = rules_in_use()
    ranking = rank_offers(found.pool, 0, weights_of(rules))
    proposal = unsaved_proposal(found, ranking, 0, 0, rules=rules)
    if metres is not None:
        seen = json.loads(proposal.snapshot)
        (distance,) = (one for one in seen["reasons"] if one["code"] == "distance")
        distance["params"]["distance_m"] = metres
        proposal.snapshot = json.dumps(seen)
    proposal.made_on = proposal.hold_until = proposal.closed_on = MONDAY
    proposal.made_by = CoordinatorFactory().user
    setattr(proposal, f"{side}_answer", "no")
    setattr(proposal, f"{side}_answered_on", MONDAY)
    proposal.outcome, proposal.reason = "declined", reason
    proposal.save()
    return proposal


def suggested(proposal):
    return [(one.key, one.after) for one in suggestions(proposal)]


@pytest.mark.parametrize(
    ("metres", "limit", "after"),
    [
        (4_310, None, [("max_distance_km", "4.3")]),
        (4_300, None, [("max_distance_km", "4.2")]),
        (4_310, 5, [("max_distance_km", "4.3")]),
        (4_310, 4, []),
        (500, None, []),
        (None, None, []),
    ],
)
def test_too_far_teaches_a_limit_just_below(metres, limit, after):
    proposal = declined("distance", offer={"max_distance_km": limit})
    if metres is not None:
        seen = json.loads(proposal.snapshot)
        (distance,) = (one for one in seen["reasons"] if one["code"] == "distance")
        distance["params"]["distance_m"] = metres
        proposal.snapshot = json.dumps(seen)

    assert suggested(proposal) == after


def test_moments_teach_not_those_that_were_common():
    both = WEDNESDAY_AFTERNOON | THURSDAY_MORNING
    proposal = declined("moments", offer={"moments": both})

    assert suggested(proposal) == [("moments", THURSDAY_MORNING)]


def test_moments_teach_nothing_where_none_would_be_left():
    assert suggested(declined("moments")) == []


def test_frequency_teaches_a_step_to_either_side():
    proposal = declined(
        "frequency",
        request={"frequency": "fortnightly"},
        offer={"frequency": "monthly"},
    )

    assert suggested(proposal) == [("frequency-weekly", "weekly")]
    proposal.offer.frequency = ""
    assert suggested(proposal) == [
        ("frequency-monthly", "monthly"),
        ("frequency-weekly", "weekly"),
    ]


def test_ages_teach_a_support_family_only():
    of_support = declined("ages")
    of_request = ProposalFactory(
        request_answer="no",
        request_answered_on=MONDAY,
        outcome="declined",
        reason="ages",
        closed_on=MONDAY,
        snapshot=of_support.snapshot,
    )

    (years,) = suggestions(of_support)
    assert (years.key, years.text) == ("ages", "Geen kinderen van 6 jaar")
    assert years.after & 1 << 6 == 0
    assert suggested(of_request) == []


def test_home_teaches_a_limit_for_what_the_other_home_has():
    proposal = declined(
        "home",
        side="request",
        offer={
            "family__household__dog": True,
            "family__household__cat": False,
            "family__has_children": False,
        },
    )

    assert suggested(proposal) == [("no_dog", "limit"), ("children_at_home", "limit")]


def test_home_of_the_request_family_teaches_the_support_family():
    proposal = declined("home", request={"family__household__smoking": True})

    assert suggested(proposal) == [("no_smoking", "limit")]


def test_too_busy_teaches_a_support_family_to_pause():
    assert suggested(declined("too_busy")) == [("pause", None)]


@pytest.mark.parametrize("reason", ["click", "support_family", "safety", "other"])
def test_other_reasons_teach_nothing(reason):
    assert suggested(declined(reason)) == []


def test_what_is_open_or_has_no_rows_teaches_nothing():
    assert suggested(ProposalFactory()) == []
    assert suggested(ProposalFactory(declined=True)) == []


def test_limit_is_written_with_its_source_and_can_be_undone(coordinator):
    proposal = declined("distance", metres=4_310)
    offer = proposal.offer
    waiting = TaskFactory(
        household=offer.family.household, kind="answer", about=proposal.reference
    )
    note_sources(
        offer, ["max_distance_km"], source="visit", on=MONDAY, by=coordinator.user
    )

    lesson = decide(proposal, "max_distance_km", by=coordinator.user, **NOW)

    offer.refresh_from_db()
    waiting.refresh_from_db()
    source = offer.sources.get(field="max_distance_km")
    assert (offer.max_distance_km, offer.row_version) == (Decimal("4.3"), 2)
    assert (source.source, source.on, source.by) == (
        "proposal",
        MONDAY,
        coordinator.user,
    )
    assert (lesson.side, lesson.field) == ("offer", "max_distance_km")
    assert waiting.done_at == NOON

    undo(lesson, by=coordinator.user, **NOW)

    offer.refresh_from_db()
    lesson.refresh_from_db()
    source.refresh_from_db()
    assert (offer.max_distance_km, offer.row_version) == (None, 3)
    assert source.source == "visit"
    assert (lesson.undone_on, lesson.undone_by) == (MONDAY, coordinator.user)


def test_undo_forgets_a_source_that_was_not_there(coordinator):
    proposal = declined("distance", metres=4_310)
    lesson = decide(proposal, "max_distance_km", by=coordinator.user, **NOW)

    undo(lesson, by=coordinator.user, **NOW)

    assert proposal.offer.sources.count() == 0


def test_undo_leaves_a_wish_that_was_changed_since(coordinator):
    proposal = declined("distance", metres=4_310)
    lesson = decide(proposal, "max_distance_km", by=coordinator.user, **NOW)
    SupportOffer.objects.update(max_distance_km=9)

    with pytest.raises(ValueMoved):
        undo(lesson, by=coordinator.user, **NOW)

    lesson.refresh_from_db()
    assert lesson.undone_on is None
    assert SupportOffer.objects.get().max_distance_km == 9


def test_request_family_learns_for_its_own_request(coordinator):
    proposal = declined("home", side="request", offer={"family__household__dog": True})

    decide(proposal, "no_dog", by=coordinator.user, **NOW)

    proposal.request.refresh_from_db()
    proposal.offer.refresh_from_db()
    assert (proposal.request.no_dog, proposal.offer.no_dog) == ("limit", "not_asked")


def test_pause_rests_the_offer_until_a_day(coordinator):
    until = dt.date(2027, 2, 1)
    proposal = declined("too_busy")

    lesson = decide(proposal, "pause", until=until, by=coordinator.user, **NOW)

    offer = SupportOffer.objects.get()
    assert (offer.stage, offer.paused_until) == ("paused", until)

    undo(lesson, by=coordinator.user, **NOW)

    offer.refresh_from_db()
    assert (offer.stage, offer.paused_until) == ("available", None)


@pytest.mark.parametrize("until", [None, dt.date(2026, 12, 24)])
def test_undone_pause_becomes_the_pause_it_was(coordinator, until):
    proposal = declined("too_busy")
    pause(proposal.offer, until=until, by=coordinator.user, **NOW)
    lesson = decide(
        proposal, "pause", until=dt.date(2027, 2, 1), by=coordinator.user, **NOW
    )

    undo(lesson, by=coordinator.user, **NOW)

    offer = SupportOffer.objects.get()
    assert (offer.stage, offer.paused_until) == ("paused", until)
    assert [task.due_on for task in Task.objects.open()] == [until] * (
        until is not None
    )


@pytest.mark.parametrize(
    ("source", "on"), [("visit", MONDAY), ("proposal", dt.date(2026, 11, 24))]
)
def test_undo_leaves_a_wish_that_was_told_again_since(coordinator, source, on):
    proposal = declined("distance", metres=4_310)
    lesson = decide(proposal, "max_distance_km", by=coordinator.user, **NOW)
    note_sources(
        proposal.offer, ["max_distance_km"], source=source, on=on, by=coordinator.user
    )

    with pytest.raises(ValueMoved):
        undo(lesson, by=coordinator.user, **NOW)

    lesson.refresh_from_db()
    assert lesson.undone_on is None
    assert SupportOffer.objects.get().max_distance_km == Decimal("4.3")
    assert proposal.offer.sources.get().source == source


def test_nothing_is_also_a_decision(coordinator):
    proposal = declined("distance", metres=4_310)

    lesson = decide(proposal, "none", by=coordinator.user, **NOW)

    assert (lesson.consequence, lesson.side, lesson.field) == ("none", "", "")
    assert SupportOffer.objects.get().row_version == 1


def test_one_lesson_of_one_no(coordinator):
    proposal = declined("distance", metres=4_310)
    first = decide(proposal, "none", by=coordinator.user, **NOW)

    with pytest.raises(AlreadyDecided):
        decide(proposal, "max_distance_km", by=coordinator.user, **NOW)
    undo(first, by=coordinator.user, **NOW)
    decide(proposal, "max_distance_km", by=coordinator.user, **NOW)

    assert [one.consequence for one in Lesson.objects.standing()] == ["limit"]


def test_what_is_not_suggested_is_not_learned(coordinator):
    proposal = declined("distance", metres=4_310)

    with pytest.raises(ChangedMeanwhile):
        decide(proposal, "no_dog", by=coordinator.user, **NOW)
    with pytest.raises(NotDeclined):
        decide(ProposalFactory(), "none", by=coordinator.user, **NOW)

    assert Lesson.objects.count() == 0
    assert Proposal.objects.count() == 2

import datetime as dt

import pytest

from families.models import AccessLink, AuditEvent, Task
from families.services.reach import issue_link
from families.tests.factories import (
    CoordinatorFactory,
    MembershipFactory,
    TaskFactory,
)
from matching.models import Proposal
from matching.services.answers import LinkGone, answer_by_link, what_is_asked
from matching.services.asking import text_hash
from matching.tests.factories import A_WEEK_ON, MONDAY, ProposalFactory

pytestmark = pytest.mark.django_db

NOON = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)
TUESDAY = dt.date(2026, 11, 24)
TUESDAY_NOON = NOON + dt.timedelta(days=1)
NOW = {"at": TUESDAY_NOON, "on": TUESDAY}


@pytest.fixture(autouse=True)
def _monday(time_machine):
    time_machine.move_to(NOON)


def linked(*, side="support", **kwargs):
    """A proposal with a link for one of its families."""
    given = {"support_text": "Een gezin zoekt steun.", "request_text": "Steun."}
    proposal = ProposalFactory(**given | kwargs)
    family = proposal.offer.family if side == "support" else proposal.request.family
    person = MembershipFactory(household=family.household).person
    token = issue_link(
        person,
        purpose="proposal",
        about=proposal.reference,
        at=NOON,
        content_hash=text_hash(side, getattr(proposal, f"{side}_text")),
    )
    return proposal, token


def test_yes_is_recorded_once_and_stands_on_today():
    coordinator = CoordinatorFactory()
    proposal, token = linked(
        request_asked_at=None, request_way="", made_by=coordinator.user
    )
    waiting = TaskFactory(
        household=proposal.offer.family.household,
        coordinator=coordinator,
        kind="answer",
        about=proposal.reference,
        due_on=A_WEEK_ON,
    )

    answer_by_link(token, said="yes", **NOW)

    proposal.refresh_from_db()
    waiting.refresh_from_db()
    assert (proposal.support_answer, proposal.support_answered_on) == ("yes", TUESDAY)
    assert proposal.hold_until == dt.date(2026, 12, 2)
    assert (waiting.due_on, waiting.done_at) == (TUESDAY, None)
    assert waiting.text == "Ja, ze willen kennismaken. Vraag nu het andere gezin"
    assert AccessLink.objects.get().used_at == TUESDAY_NOON
    by = AuditEvent.objects.filter(object_reference=proposal.reference)
    assert [(one.actor, one.actor_kind) for one in by] == [(None, "family")]


def test_yes_of_the_second_waits_for_the_start_only():
    coordinator = CoordinatorFactory()
    proposal, token = linked(side="request", support_yes=True)
    waiting = [
        TaskFactory(
            household=wishes.family.household,
            coordinator=done_by,
            kind="answer",
            about=proposal.reference,
        )
        for wishes, done_by in (
            (proposal.request, coordinator),
            (proposal.offer, None),
        )
    ]

    answer_by_link(token, said="yes", **NOW)

    proposal.refresh_from_db()
    assert (proposal.support_answer, proposal.request_answer) == ("yes", "yes")
    assert proposal.closed_on is None
    assert list(
        Task.objects.order_by("pk").values_list("pk", "done_at", "done_by")
    ) == [
        (waiting[0].pk, TUESDAY_NOON, coordinator.user.pk),
        (waiting[1].pk, TUESDAY_NOON, proposal.made_by.pk),
    ]


def test_no_closes_and_lets_the_request_wait_again():
    proposal, token = linked()

    answer_by_link(
        token, said="no", reason="distance", reason_text="Te ver fietsen.", **NOW
    )

    proposal.refresh_from_db()
    stage = proposal.request.stages.order_by("pk").last()
    assert (proposal.outcome, proposal.reason) == ("declined", "distance")
    assert proposal.reason_text == "Te ver fietsen."
    assert (stage.stage, stage.by) == ("waiting", None)
    (task,) = Task.objects.open()
    assert (task.text, task.due_on) == ("Liever niet", TUESDAY)
    assert task.household == proposal.offer.family.household


@pytest.mark.parametrize(
    ("side", "reason"), [("support", "support_family"), ("request", "request_family")]
)
def test_no_without_a_reason_is_the_familys_own(side, reason):
    proposal, token = linked(side=side)

    answer_by_link(token, said="no", **NOW)

    proposal.refresh_from_db()
    assert proposal.reason == reason


def test_call_first_changes_nothing_but_the_list_of_the_coordinator():
    proposal, token = linked()

    answer_by_link(token, said="call", **NOW)

    proposal.refresh_from_db()
    (task,) = Task.objects.open()
    assert (proposal.support_answer, proposal.closed_on) == ("waiting", None)
    assert task.text == "Ze willen eerst bellen"
    assert AccessLink.objects.get().used_at == TUESDAY_NOON


def test_a_link_answers_once():
    proposal, token = linked()
    answer_by_link(token, said="yes", **NOW)

    with pytest.raises(LinkGone):
        answer_by_link(token, said="no", **NOW)

    proposal.refresh_from_db()
    assert proposal.support_answer == "yes"


def altered(token):
    return token[:-1] + ("a" if token[-1] != "a" else "b")


def expired(proposal):
    return {"at": NOON + dt.timedelta(days=14), "on": MONDAY}


def revoked(proposal):
    AccessLink.objects.update(revoked_at=NOON)


def for_another_text(proposal):
    Proposal.objects.update(support_text="Anders")


def moved_out(proposal):
    AccessLink.objects.get().person.memberships.update(until_on=MONDAY)


def closed(proposal):
    Proposal.objects.update(outcome="withdrawn", closed_on=MONDAY)


def answered(proposal):
    Proposal.objects.update(support_answer="yes", support_answered_on=MONDAY)


def for_something_else(proposal):
    AccessLink.objects.update(purpose="status")


@pytest.mark.parametrize(
    "happened",
    [
        expired,
        revoked,
        for_another_text,
        moved_out,
        closed,
        answered,
        for_something_else,
    ],
)
def test_a_link_that_is_over_opens_and_answers_nothing(happened):
    proposal, token = linked()
    now = NOW | (happened(proposal) or {})

    opened = what_is_asked(token, **now)
    with pytest.raises(LinkGone):
        answer_by_link(token, said="no", **now)

    assert opened is None
    assert AccessLink.objects.get().used_at is None
    assert Proposal.objects.filter(outcome="declined").count() == 0


@pytest.mark.parametrize("make", [altered, lambda token: "x" * 43, lambda token: ""])
def test_another_token_opens_nothing(make):
    _proposal, token = linked()

    assert what_is_asked(make(token), **NOW) is None


@pytest.mark.parametrize("n", [1, 3])
def test_opening_a_link_asks_the_same_for_any_number(django_assert_num_queries, n):
    tokens = [linked()[1] for _number in range(n)]

    with django_assert_num_queries(3):
        what_is_asked(tokens[0], **NOW)

"""Evaluations: starting, asking, answering once, and the outcome."""

import datetime as dt
from collections import Counter

import pytest

from agreements.models import Evaluation, EvaluationAnswers
from agreements.services import evaluations, refused
from agreements.services.evaluations import (
    AlreadyAnswered,
    CannotBeReached,
    EvaluationChanged,
    EvaluationIsClosed,
    EvaluationIsOpen,
    LinkGone,
    NothingSaid,
    NotToday,
    Said,
)
from agreements.tests.evaluating import (
    FINE,
    MONDAY,
    NOON,
    adult_of,
    closed,
    make_evaluation,
    token_for,
    told,
)
from agreements.tests.factories import START, make_pairing
from buurtgezinnen.tests.concurrency import together
from families.models import AccessLink, AuditEvent, OutboxMail
from families.tests.factories import CoordinatorFactory
from matching.tests.factories import PairingFactory

pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1)
NOW = {"at": NOON, "on": MONDAY}
CALLERS = 20


@pytest.fixture(autouse=True)
def _monday(time_machine):
    time_machine.move_to(NOON)


def mailable(evaluation, side="request", **differs):
    """The adult of a family, with an address to which we may write."""
    person = adult_of(evaluation, side)
    for name, value in (
        {"email": "a@post.nl", "may_leave_message": True} | differs
    ).items():
        setattr(person, name, value)
    person.save()
    return person


def changes_of(evaluation):
    """What the audit tells of an evaluation: who, and which fields."""
    rows = AuditEvent.objects.filter(
        object_type="evaluation", object_reference=evaluation.reference
    )
    return list(rows.order_by("pk").values_list("actor_kind", "verb", "fields"))


def test_an_evaluation_starts_once():
    evaluation = make_evaluation()

    with pytest.raises(EvaluationIsOpen):
        make_evaluation(evaluation.pairing)

    assert list(Evaluation.objects.all()) == [evaluation]
    assert changes_of(evaluation) == [("coordinator", "created", "due_on occasion")]


def test_after_an_outcome_the_next_one_can_start():
    first = closed(make_evaluation())

    second = make_evaluation(first.pairing)

    assert list(Evaluation.objects.open()) == [second]


def test_an_evaluation_lies_within_the_pairing():
    pairing = make_pairing()

    with pytest.raises(refused.BeforeThePairing):
        make_evaluation(pairing, due_on=START - DAY)

    assert make_evaluation(pairing, due_on=START).due_on == START


def test_a_pairing_that_ended_is_not_evaluated():
    pairing = PairingFactory(ended=True)

    with pytest.raises(refused.PairingHasEnded):
        make_evaluation(pairing)


def test_the_mail_has_the_link_and_nothing_about_anybody():
    evaluation = make_evaluation()
    person = mailable(evaluation)

    asked = evaluations.ask_by_mail(
        evaluation, "request", row_version=1, **NOW, by=evaluation.started_by
    )

    mail, link = OutboxMail.objects.get(), AccessLink.objects.get()
    token = mail.body.partition("/evaluatie/")[2].partition("/")[0]
    assert (asked, mail.person, link.person) == (person, person, person)
    assert evaluations.what_is_asked(token, **NOW).side == "request"
    assert link.expires_at == NOON + 14 * DAY
    assert mail.subject == "Bericht van Buurtgezinnen"
    assert "tot en met zondag 6 december" in mail.body
    private = ["Amira", "Noor", "Boer", "Willems", "evaluatie met"]
    assert [word for word in private if word in mail.body] == []
    assert changes_of(evaluation)[1:] == [("coordinator", "changed", "links")]


def test_sending_the_mail_twice_sends_it_once():
    evaluation = make_evaluation()
    mailable(evaluation)
    given = {"row_version": 1, **NOW, "by": evaluation.started_by}
    first = evaluations.ask_by_mail(evaluation, "request", **given)

    second = evaluations.ask_by_mail(evaluation, "request", **given)

    assert first == second
    assert OutboxMail.objects.count() == AccessLink.objects.count() == 1


@pytest.mark.parametrize(
    "differs",
    [{"email": ""}, {"may_leave_message": False}, {"may_leave_message": None}],
)
def test_who_wants_no_messages_is_not_mailed(differs):
    evaluation = make_evaluation()
    mailable(evaluation, **differs)

    with pytest.raises(CannotBeReached):
        evaluations.ask_by_mail(
            evaluation, "request", row_version=1, **NOW, by=evaluation.started_by
        )

    assert OutboxMail.objects.count() == AccessLink.objects.count() == 0


def test_a_link_in_a_text_opens_the_questions_of_that_family():
    evaluation = make_evaluation()

    url = evaluations.new_link(evaluation, "support", **NOW, by=evaluation.started_by)

    token = url.rpartition("/evaluatie/")[2].strip("/")
    asked = evaluations.what_is_asked(token, **NOW)
    assert (asked.evaluation, asked.side) == (evaluation, "support")
    assert evaluations.last_links(evaluation) == {"support": asked.link}


def test_nobody_can_be_asked_who_answered_or_after_the_outcome():
    evaluation = told(make_evaluation(), "request")
    by = evaluation.started_by

    with pytest.raises(AlreadyAnswered):
        evaluations.new_link(evaluation, "request", **NOW, by=by)
    closed(evaluation)
    with pytest.raises(EvaluationIsClosed):
        evaluations.new_link(evaluation, "support", **NOW, by=by)

    assert AccessLink.objects.count() == 0


def test_a_family_answers_once_by_its_link():
    evaluation = make_evaluation()
    token = token_for(evaluation, "support")
    said = Said(4, None, 5, "Minder vaak", "less", "Ik mis mijn hond")

    evaluations.answer_by_link(token, said, **NOW)
    with pytest.raises(LinkGone):
        evaluations.answer_by_link(token, FINE, **NOW)

    answers = EvaluationAnswers.objects.get()
    evaluation.refresh_from_db()
    assert (answers.child_score, answers.own_score, answers.fit_score) == (4, None, 5)
    assert (answers.otherwise, answers.wants) == ("Minder vaak", "less")
    assert answers.child_voice == "Ik mis mijn hond"
    assert (answers.side, answers.channel) == ("support", "link")
    assert answers.person == adult_of(evaluation, "support")
    assert (answers.answered_on, answers.recorded_by) == (MONDAY, None)
    assert AccessLink.objects.get().used_at == NOON
    assert evaluation.row_version == 2
    assert changes_of(evaluation)[1:] == [("family", "changed", "answers")]


def test_who_skips_everything_keeps_the_link():
    evaluation = make_evaluation()
    token = token_for(evaluation, "request")

    with pytest.raises(NothingSaid):
        evaluations.answer_by_link(token, Said(), **NOW)

    assert AccessLink.objects.get().used_at is None
    assert evaluations.what_is_asked(token, **NOW).side == "request"


def answered_by_telephone(evaluation):
    told(evaluation, "request")


def outcome_came(evaluation):
    closed(evaluation)


def outcome_came_and_went(evaluation):
    done = closed(evaluation)
    evaluations.reopen(done, row_version=2, on=MONDAY, by=done.started_by)


def moved_out(evaluation):
    adult_of(evaluation, "request").memberships.update(until_on=MONDAY - DAY)


def link_revoked(evaluation):
    AccessLink.objects.update(revoked_at=NOON)


def link_expired(evaluation):
    AccessLink.objects.update(expires_at=NOON)


@pytest.mark.parametrize(
    "happened",
    [
        answered_by_telephone,
        outcome_came,
        outcome_came_and_went,
        moved_out,
        link_revoked,
        link_expired,
    ],
)
def test_a_link_that_is_over_opens_and_answers_nothing(happened, time_machine):
    evaluation = make_evaluation()
    token = token_for(evaluation, "request", at=NOON - DAY)
    AccessLink.objects.update(created_at=NOON - DAY)
    happened(evaluation)
    before = EvaluationAnswers.objects.count()

    asked = evaluations.what_is_asked(token, **NOW)
    with pytest.raises(LinkGone):
        evaluations.answer_by_link(token, FINE, **NOW)

    assert asked is None
    assert EvaluationAnswers.objects.count() == before
    assert AccessLink.objects.get().used_at is None


@pytest.mark.parametrize(
    "differs",
    [
        {"purpose": "proposal"},
        {"purpose": "agreement"},
        {"about": "0000000000"},
        {"content_hash": "0" * 64},
        {"content_hash": ""},
    ],
)
def test_a_link_to_something_else_opens_nothing(differs):
    token = token_for(make_evaluation(), "request", **differs)

    assert evaluations.what_is_asked(token, **NOW) is None


def test_a_link_of_one_family_does_not_answer_for_the_other():
    evaluation = make_evaluation()
    other = evaluations.side_hash(evaluation, "support")
    token = token_for(evaluation, "request", content_hash=other)

    assert evaluations.what_is_asked(token, **NOW) is None


@pytest.mark.parametrize("token", ["", "x" * 43, "x\0", "\udcff"])
def test_an_unknown_token_opens_nothing(token):
    make_evaluation()

    assert evaluations.what_is_asked(token, **NOW) is None


def test_a_coordinator_writes_down_what_she_heard_and_puts_it_right():
    evaluation = told(make_evaluation(), "request", channel="visit")

    told(evaluation, "request", Said(child_score=3, wants="more"))

    answers = EvaluationAnswers.objects.get()
    assert (answers.child_score, answers.own_score, answers.wants) == (3, None, "more")
    assert (answers.channel, answers.person) == ("telephone", None)
    assert answers.recorded_by == evaluation.pairing.lead.user
    assert evaluation.row_version == 3
    assert changes_of(evaluation)[1:] == [("coordinator", "changed", "answers")] * 2


def test_nobody_changes_what_a_family_wrote_itself():
    evaluation = make_evaluation()
    evaluations.answer_by_link(token_for(evaluation, "request"), FINE, **NOW)

    with pytest.raises(AlreadyAnswered):
        told(evaluation, "request", Said(child_score=5))

    assert EvaluationAnswers.objects.get().child_score == 1


@pytest.mark.parametrize(
    ("differs", "error"),
    [
        ({"answered_on": MONDAY + DAY}, refused.SaidInTheFuture),
        ({"answered_on": START - DAY}, refused.BeforeThePairing),
        ({"said": Said()}, NothingSaid),
        ({"row_version": 7}, EvaluationChanged),
    ],
)
def test_answers_that_cannot_be_are_refused(differs, error):
    evaluation = make_evaluation()

    with pytest.raises(error):
        told(evaluation, "request", **differs)

    assert EvaluationAnswers.objects.count() == 0


def test_after_the_outcome_nothing_is_written_down():
    evaluation = closed(make_evaluation())

    with pytest.raises(EvaluationIsClosed):
        told(evaluation, "request")

    assert EvaluationAnswers.objects.count() == 0


def test_an_outcome_closes_and_lets_open_links_die():
    evaluation = make_evaluation()
    used = token_for(evaluation, "request")
    evaluations.answer_by_link(used, FINE, **NOW)
    token_for(evaluation, "support")

    done = closed(evaluation, "change", outcome_text="Zaterdag erbij.")

    assert (done.outcome, done.outcome_text) == ("change", "Zaterdag erbij.")
    assert (done.closed_on, done.closed_by) == (MONDAY, done.started_by)
    assert list(
        AccessLink.objects.order_by("pk").values_list("used_at", "revoked_at")
    ) == [(NOON, None), (None, NOON)]
    assert changes_of(evaluation)[-1] == (
        "coordinator",
        "changed",
        "closed_by closed_on outcome outcome_text",
    )


def test_another_outcome_takes_the_place_of_todays():
    done = closed(closed(make_evaluation()), "pause")

    assert (done.outcome, done.row_version) == ("pause", 3)


def test_the_outcome_of_yesterday_stands():
    done = closed(make_evaluation(), on=MONDAY - DAY)

    with pytest.raises(EvaluationIsClosed):
        closed(done, "end")
    with pytest.raises(NotToday):
        evaluations.reopen(done, row_version=2, on=MONDAY, by=done.started_by)

    done.refresh_from_db()
    assert (done.outcome, done.closed_on) == ("go_on", MONDAY - DAY)


def test_an_outcome_of_who_saw_something_else_is_refused():
    evaluation = make_evaluation()
    told(Evaluation.objects.get(), "request")

    with pytest.raises(EvaluationChanged):
        evaluations.close(
            evaluation,
            outcome="end",
            outcome_text="",
            row_version=1,
            **NOW,
            by=evaluation.started_by,
        )

    assert Evaluation.objects.get().closed_on is None


def test_the_outcome_of_today_can_be_taken_back():
    done = closed(make_evaluation(), "end", outcome_text="Klaar.")

    again = evaluations.reopen(done, row_version=2, on=MONDAY, by=done.started_by)

    again.refresh_from_db()
    assert (again.outcome, again.closed_on, again.closed_by) == ("", None, None)
    assert again.outcome_text == "Klaar."


def test_an_evaluation_stays_closed_when_the_next_one_started():
    done = closed(make_evaluation())
    make_evaluation(done.pairing)

    with pytest.raises(EvaluationIsOpen):
        evaluations.reopen(done, row_version=2, on=MONDAY, by=done.started_by)

    assert Evaluation.objects.open().count() == 1


def test_another_municipality_sees_nothing_of_it():
    told(make_evaluation(), "request")
    stranger = CoordinatorFactory().user

    assert list(Evaluation.objects.visible_to(stranger)) == []
    assert list(EvaluationAnswers.objects.visible_to(stranger)) == []


@pytest.mark.parametrize("n", [1, 3])
def test_opening_a_link_asks_the_same_for_any_number(django_assert_num_queries, n):
    tokens = [token_for(make_evaluation(), "request") for _ in range(n)]

    with django_assert_num_queries(4):
        asked = evaluations.what_is_asked(tokens[0], **NOW)

    assert asked is not None


@pytest.mark.django_db(transaction=True)
def test_a_link_pressed_twenty_times_answers_once():
    evaluation = make_evaluation()
    token = token_for(evaluation, "request")

    results = together(
        CALLERS,
        lambda i: evaluations.answer_by_link(token, Said(child_score=1 + i % 5), **NOW),
    )

    counted = Counter(type(one) for one in results)
    first = next(i for i, one in enumerate(results) if not isinstance(one, Exception))
    evaluation.refresh_from_db()
    assert counted == {evaluations.Asked: 1, LinkGone: CALLERS - 1}
    assert EvaluationAnswers.objects.get().child_score == 1 + first % 5
    assert evaluation.row_version == 2


@pytest.mark.django_db(transaction=True)
def test_two_links_and_a_telephone_at_once_give_one_answer():
    evaluation = make_evaluation()
    tokens = [token_for(evaluation, "request") for _ in range(2)]

    def say(i):
        if i % 3 == 2:
            return told(Evaluation.objects.get(), "request", Said(child_score=3))
        return evaluations.answer_by_link(tokens[i % 3], Said(child_score=1), **NOW)

    results = together(CALLERS, say)

    errors = Counter(type(one) for one in results if isinstance(one, Exception))
    assert EvaluationAnswers.objects.count() == 1
    assert set(errors) <= {LinkGone, AlreadyAnswered, EvaluationChanged}
    if EvaluationAnswers.objects.get().channel == "link":
        assert sum(errors.values()) == CALLERS - 1


@pytest.mark.django_db(transaction=True)
def test_twenty_starts_at_once_make_one_evaluation():
    pairing = make_pairing()

    results = together(CALLERS, lambda _i: make_evaluation(pairing))

    assert Counter(type(one) for one in results) == {
        Evaluation: 1,
        EvaluationIsOpen: CALLERS - 1,
    }

import datetime as dt

import pytest

from families.jobs import send_mail_now
from families.models import AccessLink, OutboxMail, Task
from families.services.households import ChangedMeanwhile
from families.tests.factories import (
    CoordinatorFactory,
    MembershipFactory,
    PersonFactory,
    SupportOfferFactory,
    SupportRequestFactory,
)
from matching.models import Proposal
from matching.services.answers import what_is_asked
from matching.services.asking import (
    AlreadyAsked,
    Asking,
    CannotBeMailed,
    TooLate,
    ask,
    new_link,
    propose_and_ask,
    take_back_asking,
)
from matching.services.proposals import (
    NoPlaceFree,
    NotWaiting,
    ProposalClosed,
    held_places,
    prepare,
    record_answer,
    withdraw,
    withdraw_others,
)
from matching.tests.factories import (
    A_WEEK_ON,
    MONDAY,
    ProposalFactory,
    RulesFactory,
)

pytestmark = pytest.mark.django_db

NOON = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)
SECOND = dt.timedelta(seconds=1)
NOW = {"at": NOON, "on": MONDAY}


@pytest.fixture
def coordinator():
    return CoordinatorFactory()


@pytest.fixture(autouse=True)
def _monday(time_machine):
    # A link may not end before it begins.
    time_machine.move_to(NOON)


def found(**kwargs):
    """What the engine found, not yet written down, for families that have mail."""
    given = {"request": SupportRequestFactory(), "offer": SupportOfferFactory()}
    given |= kwargs
    for wishes in (given["request"], given["offer"]):
        adult = PersonFactory(email="a@post.nl", may_leave_message=True)
        MembershipFactory(household=wishes.family.household, person=adult)
    return ProposalFactory.build(rules=RulesFactory(), ready=True, **given)


def sent(coordinator, *, side="support", way="mail", **kwargs):
    return propose_and_ask(
        found(**kwargs),
        Asking(side, way, "Een gezin zoekt steun."),
        hold_until=A_WEEK_ON,
        by=coordinator.user,
        **NOW,
    )


def prepared(coordinator, **kwargs):
    return prepare(
        found(**kwargs), hold_until=A_WEEK_ON, on=MONDAY, by=coordinator.user
    )


def asked(proposal, coordinator, *, side="support", way="mail", **kwargs):
    given = {"hold_until": A_WEEK_ON, "row_version": proposal.row_version, **NOW}
    return ask(
        proposal,
        Asking(side, way, "Een gezin zoekt steun."),
        by=coordinator.user,
        **given | kwargs,
    )


def token_of(mail):
    return mail.body.partition("/antwoord/")[2].partition("/")[0]


def test_mail_holds_a_link_and_waits_for_who_thinks_again(coordinator):
    proposal = sent(coordinator)

    mail, link = OutboxMail.objects.get(), AccessLink.objects.get()
    household = proposal.offer.family.household
    assert mail.person == link.person == household.memberships.get().person
    assert mail.not_before == NOON + 35 * SECOND
    assert (mail.about, link.about) == (proposal.reference, proposal.reference)
    # The end of the fourteenth day, in the Netherlands.
    assert link.expires_at == dt.datetime(2026, 12, 7, 23, tzinfo=dt.UTC)
    assert "De link werkt één keer, tot en met 7 december." in mail.body
    opened = what_is_asked(token_of(mail), at=NOON, on=MONDAY)
    assert (opened.proposal, opened.side) == (proposal, "support")
    assert opened.text == "Een gezin zoekt steun."
    assert [task.household for task in Task.objects.all()] == [household]


def test_link_lives_as_long_as_the_place_is_held(coordinator):
    last_day = dt.date(2027, 1, 20)
    proposal = propose_and_ask(
        found(),
        Asking("support", "mail", "Een gezin zoekt steun."),
        hold_until=last_day,
        by=coordinator.user,
        **NOW,
    )

    mail = OutboxMail.objects.get()
    evening = dt.datetime(2027, 1, 20, 22, 59, tzinfo=dt.UTC)
    opened = what_is_asked(token_of(mail), at=evening, on=last_day)
    later = what_is_asked(token_of(mail), at=evening + 60 * SECOND, on=last_day)
    assert (opened.proposal, later) == (proposal, None)
    assert "De link werkt één keer, tot en met 20 januari." in mail.body


def test_a_yes_of_the_other_lets_the_link_live_on(coordinator):
    proposal = sent(coordinator)
    late = dt.date(2026, 12, 7)

    record_answer(
        proposal,
        side="request",
        yes=True,
        discussed_on=late,
        row_version=proposal.row_version,
        at=NOON + dt.timedelta(days=14),
        on=late,
        by=coordinator.user,
    )

    proposal.refresh_from_db()
    link = AccessLink.objects.get()
    assert proposal.hold_until == dt.date(2026, 12, 15)
    assert link.expires_at == dt.datetime(2026, 12, 15, 23, tzinfo=dt.UTC)


def test_prepared_proposal_holds_a_place_and_asks_nobody(coordinator):
    proposal = prepared(coordinator)

    assert held_places([proposal.offer_id], on=A_WEEK_ON) == {
        proposal.offer_id: [proposal]
    }
    assert held_places([proposal.offer_id], on=A_WEEK_ON + dt.timedelta(days=1)) == {}
    assert (proposal.support_asked_at, proposal.request_asked_at) == (None, None)
    assert proposal.request.stages.get(stage="proposed").on == MONDAY
    assert Task.objects.count() == 0
    assert AccessLink.objects.count() == 0


def test_what_is_refused_asks_nobody(coordinator):
    with pytest.raises(NotWaiting):
        sent(coordinator, request=SupportRequestFactory(stage="paired"))

    assert (Proposal.objects.count(), OutboxMail.objects.count()) == (0, 0)


def test_nobody_is_mailed_without_an_address(coordinator):
    offer = SupportOfferFactory()
    proposal = ProposalFactory.build(
        request=SupportRequestFactory(), offer=offer, rules=RulesFactory(), ready=True
    )

    with pytest.raises(CannotBeMailed):
        propose_and_ask(
            proposal,
            Asking("support", "mail", "Tekst"),
            hold_until=A_WEEK_ON,
            by=coordinator.user,
            **NOW,
        )

    assert Proposal.objects.count() == 0


def test_asking_the_request_family_first_is_kept(coordinator):
    proposal = asked(prepared(coordinator), coordinator, side="request")

    assert (proposal.first, proposal.request_way) == ("request", "mail")
    assert Task.objects.get().household == proposal.request.family.household


def test_asking_twice_is_refused(coordinator):
    proposal = asked(prepared(coordinator), coordinator)

    with pytest.raises(AlreadyAsked):
        asked(proposal, coordinator)

    assert OutboxMail.objects.count() == 1


def test_asking_on_a_stale_page_is_refused(coordinator):
    proposal = prepared(coordinator)

    with pytest.raises(ChangedMeanwhile):
        asked(proposal, coordinator, row_version=7)


def test_asking_after_the_term_needs_a_place(coordinator):
    late = A_WEEK_ON + dt.timedelta(days=1)
    proposal = prepared(coordinator)
    ProposalFactory(offer=proposal.offer, hold_until=late)

    with pytest.raises(NoPlaceFree):
        asked(proposal, coordinator, on=late, hold_until=late)


def test_undo_in_time_withdraws_and_sends_nothing(coordinator, mailoutbox):
    proposal = sent(coordinator)
    mail = OutboxMail.objects.get()
    token = token_of(mail)

    take_back_asking(proposal, at=NOON + 30 * SECOND, on=MONDAY, by=coordinator.user)
    send_mail_now.func(mail.pk)

    mail.refresh_from_db()
    proposal.refresh_from_db()
    assert (proposal.outcome, proposal.request.stage) == ("withdrawn", "waiting")
    assert (mail.cancelled_at, mail.body) == (NOON + 30 * SECOND, "")
    assert mailoutbox == []
    assert what_is_asked(token, at=NOON, on=MONDAY) is None
    assert Task.objects.open().count() == 0


def test_undo_too_late_changes_nothing(coordinator):
    proposal = sent(coordinator)

    with pytest.raises(TooLate):
        take_back_asking(
            proposal, at=NOON + 31 * SECOND, on=MONDAY, by=coordinator.user
        )

    proposal.refresh_from_db()
    assert (proposal.outcome, OutboxMail.objects.get().cancelled_at) == ("", None)


def test_undo_after_the_mail_left_changes_nothing(coordinator):
    proposal = sent(coordinator)
    OutboxMail.objects.update(sent_at=NOON)

    with pytest.raises(TooLate):
        take_back_asking(proposal, at=NOON + SECOND, on=MONDAY, by=coordinator.user)

    assert AccessLink.objects.get().revoked_at is None


def test_undo_of_what_lay_ready_lets_it_lie_ready(coordinator):
    proposal = asked(prepared(coordinator), coordinator)

    take_back_asking(proposal, at=NOON + SECOND, on=MONDAY, by=coordinator.user)

    proposal.refresh_from_db()
    assert (proposal.closed_on, proposal.support_asked_at) == (None, None)
    assert proposal.support_text == "Een gezin zoekt steun."
    assert Task.objects.open().count() == 0


def test_undo_of_the_second_asking_keeps_the_first_yes(coordinator):
    proposal = sent(coordinator, way="telephone")
    record_answer(
        proposal,
        side="support",
        yes=True,
        discussed_on=MONDAY,
        row_version=1,
        by=coordinator.user,
        **NOW,
    )
    proposal.refresh_from_db()
    asked(proposal, coordinator, side="request")

    take_back_asking(proposal, at=NOON + SECOND, on=MONDAY, by=coordinator.user)

    proposal.refresh_from_db()
    assert (proposal.support_answer, proposal.request_asked_at) == ("yes", None)
    (task,) = Task.objects.open()
    assert task.household == proposal.request.family.household


def test_undo_of_what_is_closed_is_refused(coordinator):
    with pytest.raises(ProposalClosed):
        take_back_asking(ProposalFactory(declined=True), by=coordinator.user, **NOW)


def test_new_link_opens_the_same_text_each_time(coordinator):
    proposal = sent(coordinator, way="text")

    urls = [
        new_link(proposal, "support", by=coordinator.user, **NOW) for _n in range(2)
    ]

    tokens = [url.split("/")[-2] for url in urls]
    opened = [what_is_asked(token, at=NOON, on=MONDAY) for token in tokens]
    assert urls[0] != urls[1]
    assert [one.text for one in opened] == ["Een gezin zoekt steun."] * 2
    assert OutboxMail.objects.count() == 0


@pytest.mark.parametrize("way", ["mail", "telephone"])
def test_new_link_is_for_a_text_only(coordinator, way):
    proposal = sent(coordinator, way=way)

    with pytest.raises(AlreadyAsked):
        new_link(proposal, "support", by=coordinator.user, **NOW)


def test_withdrawing_kills_the_link(coordinator):
    proposal = sent(coordinator)
    token = token_of(OutboxMail.objects.get())

    withdraw(proposal, reason_text="", by=coordinator.user, **NOW)

    assert what_is_asked(token, at=NOON, on=MONDAY) is None
    assert OutboxMail.objects.get().cancelled_at == NOON


def test_an_answer_by_telephone_kills_the_link_of_that_side_only(coordinator):
    proposal = sent(coordinator, way="text")
    support = new_link(proposal, "support", by=coordinator.user, **NOW).split("/")[-2]
    Proposal.objects.update(
        request_way="text", request_asked_at=NOON, request_text="Steun"
    )
    proposal.refresh_from_db()
    request = new_link(proposal, "request", by=coordinator.user, **NOW).split("/")[-2]

    record_answer(
        proposal,
        side="support",
        yes=True,
        discussed_on=MONDAY,
        row_version=proposal.row_version,
        by=coordinator.user,
        **NOW,
    )

    assert what_is_asked(support, at=NOON, on=MONDAY) is None
    assert what_is_asked(request, at=NOON, on=MONDAY).side == "request"


def test_rivals_of_an_accepted_proposal_are_silenced_and_to_be_told(coordinator):
    rival = sent(coordinator)
    token = token_of(OutboxMail.objects.get())
    accepted = ProposalFactory(request=rival.request, both_yes=True)

    withdraw_others(accepted, by=coordinator.user, **NOW)

    rival.refresh_from_db()
    (task,) = Task.objects.open()
    assert rival.outcome == "withdrawn"
    assert what_is_asked(token, at=NOON, on=MONDAY) is None
    assert OutboxMail.objects.get().cancelled_at == NOON
    assert (task.household, task.text) == (
        rival.offer.family.household,
        "Laat weten dat het voorstel niet doorgaat",
    )


def test_yes_after_the_term_holds_no_place_that_others_hold(coordinator):
    late = A_WEEK_ON + dt.timedelta(days=1)
    proposal = sent(coordinator, way="telephone")
    ProposalFactory(offer=proposal.offer, hold_until=late)

    record_answer(
        proposal,
        side="support",
        yes=True,
        discussed_on=MONDAY,
        row_version=1,
        at=NOON,
        on=late,
        by=coordinator.user,
    )

    proposal.refresh_from_db()
    assert (proposal.support_answer, proposal.hold_until) == ("yes", A_WEEK_ON)

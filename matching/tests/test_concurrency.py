"""Many coordinators who want the same place at the same moment.

On both databases every place is filled, nobody gets more, and who comes too late is
told so. That the locks do this was tried by taking them away by hand:

* Without `select_for_update` in `services/locks.py`, on PostgreSQL: of 20 callers for
  2 places 18 got an IntegrityError instead of NoPlaceFree, and of 3 places one stayed
  empty; over HTTP 11 of 20 got a status 500; and 2 places were promised to 6 families.
  The rows of `Place` kept it at one pairing a place all the same.
* SQLite takes its write lock at the beginning of a transaction, so there the mutation
  is `atomic`. Without it on the services: an IntegrityError for one of 20 callers who
  start a pairing, for 9 of 20 who propose the same pair, and half-written proposals,
  so that a form sent twice is refused where it should lead to its pairing.
"""

import datetime as dt
import re
import urllib.error
import urllib.parse
import urllib.request
from collections import Counter

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from buurtgezinnen.tests.concurrency import together
from families.jobs import send_mail_now
from families.models import OutboxMail, SupportRequest, Task
from families.services.households import ChangedMeanwhile
from families.services.reach import issue_link
from families.tests.factories import (
    CoordinatorFactory,
    MembershipFactory,
    MunicipalityFactory,
    PersonFactory,
    SupportOfferFactory,
    SupportRequestFactory,
)
from matching.models import Pairing, PairingChild, Proposal
from matching.services.answers import LinkGone, answer_by_link
from matching.services.asking import (
    TAKE_BACK_WITHIN,
    Asking,
    TooLate,
    propose_and_ask,
    take_back_asking,
    text_hash,
)
from matching.services.pairings import start_pairing
from matching.services.proposals import (
    AlreadyProposed,
    NoPlaceFree,
    ProposalClosed,
    propose,
    record_answer,
)
from matching.tests.factories import MONDAY, ProposalFactory, RulesFactory
from matching.tests.pages import FORM

NOON = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)

pytestmark = pytest.mark.django_db(transaction=True)

CALLERS = 20
# The live server has the real day, whenever these tests run.
FAR_AHEAD = dt.date(2999, 1, 1)
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="(\w+)"')


def accepted_by_all(n_places, **kwargs):
    """Twenty proposals for one support family, to which every family said yes."""
    offer = SupportOfferFactory(family__places=n_places, **kwargs)
    proposals = ProposalFactory.create_batch(
        CALLERS, offer=offer, both_yes=True, hold_until=FAR_AHEAD
    )
    return offer, proposals


def outcomes(results):
    """How often each thing happened, an exception by its type."""
    return Counter(
        type(one) if isinstance(one, Exception) else "done" for one in results
    )


def see_that_all_places_are_taken_once(offer, n_places):
    running = Pairing.objects.running().filter(offer=offer)
    places = {pairing.place_id for pairing in running}
    assert len(running) == len(places) == n_places
    assert offer.family.places.filter(pairing=None).count() == 0
    assert PairingChild.objects.count() == n_places
    accepted = Proposal.objects.filter(outcome=Proposal.Outcome.ACCEPTED)
    assert {one.pk for one in accepted} == {one.proposal_id for one in running}
    paired = SupportRequest.objects.filter(stage=SupportRequest.Stage.PAIRED)
    assert {one.pk for one in paired} == {one.request_id for one in running}


@pytest.mark.parametrize("n_places", [1, 2, 3])
def test_start_pairing_fills_every_place_and_no_more(n_places):
    offer, proposals = accepted_by_all(n_places)
    lead = CoordinatorFactory()

    results = together(
        CALLERS,
        lambda i: start_pairing(
            proposals[i], at=NOON, on=MONDAY, by=lead.user, lead=lead
        ),
    )

    assert outcomes(results) == {"done": n_places, NoPlaceFree: CALLERS - n_places}
    see_that_all_places_are_taken_once(offer, n_places)


class Visitor:
    """A browser that is logged in: a cookie, and the token of a form."""

    def __init__(self, live_server, user, page):
        self.client = Client()
        self.client.force_login(user)
        self.url = live_server.url
        found = TOKEN.search(self.client.get(page).text)
        self.token = found.group(1)

    def send(self, path, **answers):
        """Status and place of the answer to a form."""
        cookies = "; ".join(
            f"{name}={morsel.value}" for name, morsel in self.client.cookies.items()
        )
        body = urllib.parse.urlencode({"csrfmiddlewaretoken": self.token, **answers})
        request = urllib.request.Request(  # noqa: S310 - our own live server
            self.url + path,
            data=body.encode(),
            headers={"Cookie": cookies, "Content-Type": FORM},
        )
        try:
            with OPENER.open(request) as response:
                return response.status, response.url
        except urllib.error.HTTPError as error:
            return error.code, error.headers.get("Location", "")


class StayHere(urllib.request.HTTPRedirectHandler):
    """Does not follow a redirect: its status and place are what counts."""

    def redirect_request(self, *args):
        return None


OPENER = urllib.request.build_opener(StayHere)


@pytest.mark.parametrize("n_places", [1, 2, 3])
def test_posts_fill_every_place_and_losers_get_a_clear_page(live_server, n_places):
    municipality = MunicipalityFactory()
    offer, proposals = accepted_by_all(
        n_places, family__household__municipality=municipality
    )
    coordinator = CoordinatorFactory(municipalities=[municipality])
    page = proposals[0].get_absolute_url()
    visitors = [
        Visitor(live_server, coordinator.user, page) for _number in range(CALLERS)
    ]

    results = together(
        CALLERS,
        lambda i: visitors[i].send(
            reverse("matching:pairing-start", args=[proposals[i].reference])
        ),
    )

    assert Counter(status for status, _place in results) == {
        302: n_places,
        409: CALLERS - n_places,
    }
    see_that_all_places_are_taken_once(offer, n_places)


def test_one_form_sent_twenty_times_starts_one_pairing(live_server):
    municipality = MunicipalityFactory()
    proposal = ProposalFactory(
        both_yes=True,
        hold_until=FAR_AHEAD,
        offer__family__household__municipality=municipality,
        offer__family__places=3,
    )
    coordinator = CoordinatorFactory(municipalities=[municipality])
    visitor = Visitor(live_server, coordinator.user, proposal.get_absolute_url())
    path = reverse("matching:pairing-start", args=[proposal.reference])

    results = together(CALLERS, lambda _i: visitor.send(path))

    pairing = Pairing.objects.get()
    assert results == [(302, pairing.get_absolute_url())] * CALLERS


def test_propose_holds_no_more_places_than_there_are():
    offer = SupportOfferFactory(family__places=2)
    found = [
        ProposalFactory.build(
            request=SupportRequestFactory(), offer=offer, rules=RulesFactory()
        )
        for _number in range(CALLERS)
    ]
    coordinator = CoordinatorFactory()

    results = together(
        CALLERS,
        lambda i: propose(
            found[i], hold_until=FAR_AHEAD, on=MONDAY, by=coordinator.user
        ),
    )

    assert outcomes(results) == {"done": 2, NoPlaceFree: CALLERS - 2}
    assert Proposal.objects.open().count() == 2


def test_propose_the_same_pair_twenty_times_gives_one_proposal():
    request, offer = SupportRequestFactory(), SupportOfferFactory(family__places=3)
    rules = RulesFactory()
    coordinator = CoordinatorFactory()

    results = together(
        CALLERS,
        lambda _i: propose(
            ProposalFactory.build(request=request, offer=offer, rules=rules),
            hold_until=FAR_AHEAD,
            on=MONDAY,
            by=coordinator.user,
        ),
    )

    assert outcomes(results) == {"done": 1, AlreadyProposed: CALLERS - 1}
    assert Proposal.objects.count() == 1
    assert Task.objects.count() == 1


def test_a_link_pressed_twenty_times_answers_once():
    proposal = ProposalFactory(support_text="Steun.", hold_until=FAR_AHEAD)
    person = MembershipFactory(household=proposal.offer.family.household).person
    token = issue_link(
        person,
        purpose="proposal",
        about=proposal.reference,
        at=timezone.now(),
        content_hash=text_hash("support", "Steun."),
    )

    results = together(
        CALLERS,
        lambda i: answer_by_link(
            token, said=("yes", "no", "call")[i % 3], at=timezone.now(), on=MONDAY
        ),
    )

    told = [
        ("yes", "no", "call")[i % 3]
        for i, one in enumerate(results)
        if not isinstance(one, Exception)
    ]
    proposal.refresh_from_db()
    assert outcomes(results)[LinkGone] == CALLERS - 1
    assert len(told) == 1
    assert proposal.row_version == 1 + (told[0] != "call")


def test_a_link_and_telephones_at_once_record_one_answer():
    proposal = ProposalFactory(support_text="Steun.", hold_until=FAR_AHEAD)
    person = MembershipFactory(household=proposal.offer.family.household).person
    token = issue_link(
        person,
        purpose="proposal",
        about=proposal.reference,
        at=timezone.now(),
        content_hash=text_hash("support", "Steun."),
    )
    coordinator = CoordinatorFactory()

    def say(i):
        if i % 2:
            return answer_by_link(token, said="no", at=timezone.now(), on=MONDAY)
        return record_answer(
            proposal,
            side="support",
            yes=True,
            discussed_on=MONDAY,
            row_version=1,
            at=timezone.now(),
            on=MONDAY,
            by=coordinator.user,
        )

    results = together(CALLERS, say)

    proposal.refresh_from_db()
    by = Counter(type(one) for one in results)
    half = CALLERS // 2
    assert proposal.row_version == 2
    if proposal.support_answer == "yes":
        assert by == {LinkGone: half, ChangedMeanwhile: half - 1, Proposal: 1}
    else:
        assert by[LinkGone] == half - 1
        assert by[ProposalClosed] == half


def test_undo_and_the_worker_at_once_send_once_or_never(mailoutbox):
    offer = SupportOfferFactory()
    person = PersonFactory(email="a@post.nl", may_leave_message=True)
    MembershipFactory(household=offer.family.household, person=person)
    coordinator = CoordinatorFactory()
    asked_at = timezone.now()
    proposal = propose_and_ask(
        ProposalFactory.build(
            request=SupportRequestFactory(),
            offer=offer,
            rules=RulesFactory(),
            ready=True,
        ),
        Asking("support", "mail", "Steun."),
        hold_until=FAR_AHEAD,
        at=asked_at,
        on=MONDAY,
        by=coordinator.user,
    )
    mail = OutboxMail.objects.get()
    just_in_time = asked_at + TAKE_BACK_WITHIN

    def act(i):
        if i % 2:
            return send_mail_now.func(mail.pk)
        return take_back_asking(
            proposal, at=just_in_time, on=MONDAY, by=coordinator.user
        )

    results = together(CALLERS, act)

    mail.refresh_from_db()
    proposal.refresh_from_db()
    half = CALLERS // 2
    by = Counter(type(one) for one in results)
    assert by == {type(None): half, Proposal: 1, ProposalClosed: half - 1}
    assert (proposal.outcome, mail.sent_at, mailoutbox) == ("withdrawn", None, [])
    assert TooLate not in by

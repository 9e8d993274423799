"""The proposals of the demo: of before, with what became of them, and open ones."""

import datetime as dt

from buurtgezinnen.demo import stories
from buurtgezinnen.demo.days import noon
from families.models import SupportOffer, SupportRequest
from matching.core.rank import Ranking, rank_offers
from matching.engine.encode import Encoded, encode
from matching.engine.snapshots import unsaved_proposal
from matching.models import Proposal
from matching.proposing.drafts import Draft
from matching.services import proposals
from matching.services.asking import Asking, propose_and_ask
from matching.services.rules import rules_in_use, weights_of

Reason = Proposal.Reason
# Why families said no before, and in whose words; coordinators note no more than that.
SAID_NO = (
    (Reason.DISTANCE, stories.DECLINED),
    (Reason.TOO_BUSY, ""),
    (Reason.MOMENTS, ""),
    (Reason.CLICK, ""),
)
# Days before the day of the demo on which the open ones were made; one is too long ago.
OPEN_SINCE = (1, 4, 12)
# The others who wait had an answer in these days, which was no.
DECLINED_SINCE = 8
DAYS_TO_ANSWER = 3
# One in so many is not the first of the list: coordinators know more.
ONE_IN = 2


class Proposing:
    """Who was proposed to whom, on the day of the demo and before."""

    def __init__(self, on: dt.date) -> None:
        self.on = on
        self.n_declined = 0

    def chosen(
        self, request: SupportRequest, offer: SupportOffer, on: dt.date
    ) -> Proposal:
        """These two as a proposal, chosen from all who could have been on that day."""
        request.refresh_from_db()
        encoded, ranking = _ranked(request, on=on)
        proposal = unsaved_proposal(
            encoded, ranking, 0, encoded.offers.index(offer.pk), rules=rules_in_use()
        )
        return _by_telephone(proposal, on=on)

    def declined(self, request: SupportRequest, on: dt.date) -> None:
        """An own family that was proposed on a day and said no, where one fitted."""
        request.refresh_from_db()
        encoded, ranking = _ranked(request, on=on)
        own = request.family.household.coordinator.municipalities.values("pk")
        known = set(
            SupportOffer.objects.filter(
                pk__in=encoded.offers, family__household__municipality__in=own
            ).values_list("pk", flat=True)
        )
        cols = [col for col in ranking.cols.tolist() if encoded.offers[col] in known]
        if not cols:
            return
        self.n_declined += 1
        place = 1 if self.n_declined % ONE_IN == 0 and len(cols) > 1 else 0
        reason, text = SAID_NO[self.n_declined % len(SAID_NO)]
        proposal = unsaved_proposal(
            encoded, ranking, 0, cols[place], rules=rules_in_use()
        )
        proposal = _by_telephone(proposal, on=on)
        said_on = on + dt.timedelta(days=DAYS_TO_ANSWER)
        proposals.record_answer(
            proposal,
            row_version=proposal.row_version,
            side="support",
            yes=False,
            discussed_on=said_on,
            at=noon(said_on),
            on=said_on,
            by=proposal.made_by,
            reason=reason,
            reason_text=text,
        )

    def for_who_waits(self) -> None:
        """Proposals that wait for an answer, one of them too long.

        Who else waits had a proposal before, which was declined.
        """
        waiting = SupportRequest.objects.waiting().order_by("waiting_since", "pk")
        wanted = [
            request
            for request in waiting.select_related("family__household__municipality")
            if not request.remarks
        ]
        for request in wanted[len(OPEN_SINCE) :]:
            self.declined(request, self.on - dt.timedelta(days=DECLINED_SINCE))
        for request, days_ago in zip(wanted, OPEN_SINCE, strict=False):
            self._propose_best(request, self.on - dt.timedelta(days=days_ago))

    def _propose_best(self, request: SupportRequest, on: dt.date) -> None:
        """The best offer for a request, held for a week."""
        coordinator = request.family.household.coordinator
        encoded, ranking = _ranked(request, on=on)
        if not len(ranking.cols):
            return
        proposal = unsaved_proposal(
            encoded, ranking, 0, int(ranking.cols[0]), rules=rules_in_use()
        )
        proposal.support_text = Draft.of(proposal, on=on).text("support")
        held = {"hold_until": on + dt.timedelta(days=7), "by": coordinator.user}
        household = proposal.offer.family.household
        if not coordinator.municipalities.filter(pk=household.municipality_id).exists():
            # A colleague knows this family, and asks it.
            proposals.propose(proposal, on=on, **held)
            return
        text = Asking("support", Proposal.Way.TEXT, proposal.support_text)
        propose_and_ask(proposal, text, at=noon(on), on=on, **held)


def _ranked(request: SupportRequest, *, on: dt.date) -> tuple[Encoded, Ranking]:
    """Who could be chosen on a day, best first.

    Families that came since stand for those of that time, who have left.
    """
    user = request.family.household.coordinator.user
    encoded = encode(
        SupportRequest.objects.filter(pk=request.pk),
        SupportOffer.objects.offered_to(user).available(),
        on=on,
    )
    return encoded, rank_offers(encoded.pool, 0, weights_of(rules_in_use()))


def _by_telephone(proposal: Proposal, *, on: dt.date) -> Proposal:
    """Written down, and the support family called about it."""
    return propose_and_ask(
        proposal,
        Asking("support", Proposal.Way.TELEPHONE, ""),
        hold_until=on + dt.timedelta(days=14),
        at=noon(on),
        on=on,
        by=proposal.request.family.household.coordinator.user,
    )

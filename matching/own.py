"""What a family sees of proposals and pairings on its own pages, and may answer."""

import datetime as dt

from django.db.models import Q
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from families.models import (
    AccessLink,
    AuditEvent,
    Household,
    Person,
    SupportOffer,
    SupportRequest,
)
from families.panels import OwnRow
from families.services.audit import record
from families.services.reach import issue_link
from matching.models import Pairing, Proposal
from matching.services.asking import last_day_of_link, text_hash
from matching.services.proposals import (
    SIDES,
    end_of_day,
    household_of,
)

PROPOSAL = "proposal"
# How far along the way a family has come with each stage of a pairing.
MEETING, TRYING, SETTLED, BEYOND = range(3, 7)
REACHED = {
    Pairing.Stage.INTRODUCTION: MEETING,
    Pairing.Stage.TRIAL: TRYING,
    Pairing.Stage.ACTIVE: SETTLED,
    Pairing.Stage.INDEPENDENT: BEYOND,
}


def own_rows(person: Person, household: Household, *, on: dt.date) -> list[OwnRow]:
    """The proposals that wait for the answer of this family.

    Only those about which it was asked, with a text: whose turn has not come sees
    nothing.
    """
    return [
        OwnRow(
            order=0,
            title=_("We found a family. Do you want to meet?"),
            text=_("Read it and give your answer by %(day)s.")
            % {"day": date_format(proposal.hold_until, "l j E")}
            if proposal.hold_until >= on
            else _("Read it and give your answer."),
            label=_("Read and answer"),
            action=PROPOSAL,
            about=proposal.reference,
        )
        for proposal, _side in _waiting(household)
    ]


def own_link(
    person: Person,
    household: Household,
    *,
    action: str,
    about: str,
    at: dt.datetime,
    on: dt.date,
) -> str | None:
    """The page where this person answers a proposal, by a fresh link."""
    if action != PROPOSAL:
        return None
    for proposal, side in _waiting(household):
        if proposal.reference == about:
            token = issue_link(
                person,
                purpose=AccessLink.Purpose.PROPOSAL,
                about=proposal.reference,
                at=at,
                content_hash=text_hash(side, getattr(proposal, f"{side}_text")),
                until=end_of_day(last_day_of_link(proposal, at=at)),
            )
            by = AuditEvent.ActorKind.FAMILY
            record(proposal, verb="changed", by=by, fields=["links"])
            return reverse("matching:answer", args=[token])
    return None


def reached(application: SupportRequest | SupportOffer) -> int | None:
    """How far the furthest running pairing is along the way; None without one."""
    asks = isinstance(application, SupportRequest)
    pairings = Pairing.objects.running().filter(
        **{"request" if asks else "offer": application}
    )
    stages = pairings.values_list("stage", flat=True)
    return max((REACHED[Pairing.Stage(stage)] for stage in stages), default=None)


def others_depend_on(application: SupportRequest | SupportOffer) -> bool:
    """Whether a pairing runs or a proposal is open for what a family asks or gives."""
    asks = isinstance(application, SupportRequest)
    about = {"request" if asks else "offer": application}
    running = Pairing.objects.running().filter(**about)
    return running.exists() or Proposal.objects.open().filter(**about).exists()


def _waiting(household: Household) -> list[tuple[Proposal, str]]:
    """The open proposals that a household was asked about and did not answer."""
    waiting = Proposal.Answer.WAITING
    asked = Q(
        request__family__household=household,
        request_asked_at__isnull=False,
        request_answer=waiting,
    ) | Q(
        offer__family__household=household,
        support_asked_at__isnull=False,
        support_answer=waiting,
    )
    proposals = (
        Proposal.objects.open()
        .filter(asked)
        .select_related("request__family__household", "offer__family__household")
        .order_by("made_on", "pk")
    )
    found = []
    for proposal in proposals:
        side = _side_of(proposal, household)
        if side and getattr(proposal, f"{side}_text"):
            found.append((proposal, side))
    return found


def _side_of(proposal: Proposal, household: Household) -> str | None:
    for side in SIDES:
        if (
            household_of(proposal, side) == household
            and getattr(proposal, f"{side}_asked_at")
            and getattr(proposal, f"{side}_answer") == Proposal.Answer.WAITING
        ):
            return side
    return None

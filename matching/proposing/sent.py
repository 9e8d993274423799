"""What was mailed a moment ago and can still be taken back."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import QuerySet

from families.models import SupportRequest
from matching.models import Proposal
from matching.proposing.pipeline import HOUSEHOLDS
from matching.services import asking
from matching.services.proposals import household_of
from matching.wording.names import Names


@dataclass(frozen=True)
class Sent:
    """A proposal that is about to leave.

    Attributes:
        who: the family that is asked, as the coordinator may call it.
        until: until when it can be taken back.
        seconds: so many are left.
    """

    proposal: Proposal
    who: str
    until: dt.datetime
    seconds: int


def just_sent(proposal: Proposal, names: Names, *, at: dt.datetime) -> Sent | None:
    """What a page says of an own mail that waits; None for anything else."""
    side = asking.asked_last(proposal)
    until = asking.can_be_taken_back_until(proposal)
    if side is None or until is None or until <= at:
        return None
    if getattr(proposal, f"{side}_way") != Proposal.Way.MAIL:
        return None
    household = household_of(proposal, side)
    if not names.knows(household):
        return None
    who = (names.support if side == "support" else names.request)(household)
    return Sent(proposal, who, until, int((until - at).total_seconds()))


@dataclass(frozen=True)
class Open:
    """A proposal that runs, and the support family as the coordinator may call it."""

    support: str
    url: str


def others_open(
    request: SupportRequest, names: Names, *, sent: list[Sent]
) -> list[Open]:
    """What runs for a request, besides what a page tells as just sent."""
    told = [one.proposal.pk for one in sent]
    return [
        Open(names.support(one.offer.family.household), one.get_absolute_url())
        for one in _open_for(request, names)
        if one.pk not in told
    ]


def sent_for(request: SupportRequest, names: Names, *, at: dt.datetime) -> list[Sent]:
    """The proposals for a request that can still be taken back."""
    found = (
        just_sent(proposal, names, at=at) for proposal in _open_for(request, names)
    )
    return [sent for sent in found if sent]


def _open_for(request: SupportRequest, names: Names) -> QuerySet[Proposal]:
    visible = Proposal.objects.visible_to(names.user).open().filter(request=request)
    return visible.select_related(*HOUSEHOLDS).order_by("pk")

"""The end of an offer, which waits for what still runs with the support family."""

import datetime as dt

from django.db import transaction

from families.models import StageChange, SupportOffer, User
from families.services import households
from families.services.stages import change_stage
from matching.models import Pairing, Proposal
from matching.services.locks import lock_offer, lock_support_family


class StillGoingOn(Exception):
    """A pairing runs or a proposal is open; `what` is the first of them."""

    def __init__(self, what: Pairing | Proposal) -> None:
        super().__init__(what.reference)
        self.what = what


def check_may_end(offer: SupportOffer) -> None:
    """Passes where nothing stands in the way of the end of an offer.

    Raises:
        StillGoingOn: a pairing runs, or a proposal is open.
        NotPossibleNow: it has ended before.
    """
    running = Pairing.objects.running().filter(offer=offer).order_by("pk")
    waiting = Proposal.objects.open().filter(offer=offer).order_by("pk")
    what = running.first() or waiting.first()
    if what is not None:
        raise StillGoingOn(what)
    if not households.may_close(offer):
        raise households.NotPossibleNow(offer.stage)


@transaction.atomic
def end_offer(
    offer: SupportOffer, *, reason: str, at: dt.datetime, on: dt.date, by: User
) -> StageChange:
    """Ends an offer, in words that say why; the family is proposed no more.

    Raises:
        StillGoingOn: a pairing runs, or a proposal is open.
        NotPossibleNow: it has ended before.
    """
    # Whoever proposes or starts a pairing queues up for the same two rows.
    lock_support_family(offer.family_id)
    locked = lock_offer(offer.pk)
    check_may_end(locked)
    ended = SupportOffer.Stage.ENDED
    change = change_stage(locked, to=ended, on=on, by=by, reason=reason)
    households.close_tasks_of_who_left(locked.family.household, at=at, by=by)
    return change

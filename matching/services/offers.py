"""The end of an offer, and what becomes of it after a pairing.

It ends only where nothing runs with the support family any more.
"""

import datetime as dt

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from families.models import Household, StageChange, SupportOffer, Task, User
from families.services import households, pauses, tasks
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


def goes_on_elsewhere(offer: SupportOffer, *, apart_from: Pairing) -> bool:
    """Whether another pairing runs or a proposal is open, so that it cannot end."""
    running = Pairing.objects.running().filter(offer=offer).exclude(pk=apart_from.pk)
    return running.exists() or Proposal.objects.open().filter(offer=offer).exists()


def settle_offer(
    ended: Pairing,
    *,
    ask_again: str,
    until: dt.date | None,
    at: dt.datetime,
    by: User,
) -> None:
    """What "may they be asked again" means for the offer of a pairing that ended.

    Yes leaves it as it is. Later lets it rest until a day. No ends it, or lets it rest
    without an end while something else runs. The offer of another municipality is
    left to the colleague there, as a task. Part of the caller's transaction, with both
    families locked.
    """
    if ask_again in {"", Pairing.AskAgain.YES}:
        return
    on = timezone.localdate(at)
    household = ended.offer.family.household
    # In the order of who lets an offer rest by hand.
    Household.objects.select_for_update(no_key=True).get(pk=household.pk)
    offer = lock_offer(ended.offer_id)
    if offer.stage not in {SupportOffer.Stage.AVAILABLE, SupportOffer.Stage.PAUSED}:
        return
    if not by.municipalities().filter(pk=household.municipality_id).exists():
        tasks.plan(
            household,
            Task.Kind.NEXT_STEP,
            on,
            about=offer.reference,
            text=_("A pairing ended: ask whether they want another family"),
            by=by,
        )
    elif ask_again == Pairing.AskAgain.LATER:
        pauses.pause(offer, until=until, on=on, at=at, by=by)
    elif goes_on_elsewhere(offer, apart_from=ended):
        pauses.pause(offer, until=None, on=on, at=at, by=by)
    else:
        reason = _("Is not asked again after a pairing")
        end_offer(offer, reason=reason, at=at, on=on, by=by)

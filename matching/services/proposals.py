"""Proposals: made, answered by both sides, closed; and pairs not to be proposed."""

import datetime as dt

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from families.models import (
    Coordinator,
    Household,
    Place,
    SupportOffer,
    SupportRequest,
    Task,
    User,
)
from families.services.audit import record
from families.services.households import ChangedMeanwhile
from families.services.stages import change_stage
from families.services.tasks import finish, who_does
from matching.models import Exclusion, Proposal
from matching.services.locks import lock_families, lock_offer, lock_proposal
from matching.services.rules import written_down

# Working days within which a family is asked to answer; the place is held until then.
ANSWER_WITHIN_DAYS = 5

OPEN_TO_PROPOSALS = (SupportRequest.Stage.WAITING, SupportRequest.Stage.PROPOSED)


class NotWaiting(Exception):
    """The request is not ready to be matched, or no longer."""


class OfferNotAvailable(Exception):
    """The support family is not available now."""


class NoPlaceFree(Exception):
    """Every place of the support family is taken or held."""


class AlreadyProposed(Exception):
    """These families are already proposed; `proposal` is the open one."""

    def __init__(self, proposal: Proposal) -> None:
        super().__init__(proposal.reference)
        self.proposal = proposal


class PairExcluded(Exception):
    """Somebody said that this pair does not belong together."""


class ProposalClosed(Exception):
    """Somebody decided on this proposal before."""


class NotBothYes(Exception):
    """One of the families has not said yes."""


def answer_by(coordinator: Coordinator, day: dt.date) -> dt.date:
    """The day by which a family that is asked on `day` may be expected to answer."""
    return coordinator.promise(day, ANSWER_WITHIN_DAYS)


def places_not_held(
    support_family_id: int, *, on: dt.date, apart_from: Proposal | None = None
) -> int:
    """Places without a pairing, less those that open proposals hold on `on`."""
    places = Place.objects.filter(family=support_family_id, pairing=None)
    held = Proposal.objects.open().filter(
        offer__family=support_family_id, hold_until__gte=on
    )
    if apart_from:
        held = held.exclude(pk=apart_from.pk)
    return places.count() - held.count()


@transaction.atomic
def propose(
    proposal: Proposal, *, hold_until: dt.date, on: dt.date, by: User
) -> Proposal:
    """Writes down what the engine found for a request and an offer, and holds a place.

    Args:
        proposal: unsaved, from `matching.encode`, with what the engine saw.
        hold_until: by when the families are asked to answer.
        on: today.
        by: the coordinator who proposes.

    Raises:
        AlreadyProposed: there is an open proposal for this pair.
        NotWaiting: the request is not ready to be matched.
        OfferNotAvailable: the support family is not available.
        PairExcluded: an exclusion is in force.
        NoPlaceFree: every place is taken or held.
    """
    request = lock_families(
        support_family_id=proposal.offer.family_id, request_id=proposal.request_id
    )
    pair = {"request": request, "offer": proposal.offer}
    same = Proposal.objects.open().filter(**pair).first()
    if same:
        raise AlreadyProposed(same)
    if request.stage not in OPEN_TO_PROPOSALS:
        raise NotWaiting(request.reference)
    offer = lock_offer(proposal.offer_id)
    if offer.stage != SupportOffer.Stage.AVAILABLE:
        raise OfferNotAvailable(offer.reference)
    if Exclusion.objects.in_force_on(on).filter(**pair).exists():
        raise PairExcluded(offer.reference)
    if places_not_held(offer.family_id, on=on) < 1:
        raise NoPlaceFree(offer.reference)

    proposal.rules = written_down(proposal.rules)
    proposal.made_on, proposal.made_by = on, by
    proposal.hold_until = hold_until
    proposal.save()
    record(proposal, verb="created", by=by)
    if request.stage == SupportRequest.Stage.WAITING:
        change_stage(request, to=SupportRequest.Stage.PROPOSED, on=on, by=by)
    _ask_for_an_answer(proposal, offer.family.household, by=by)
    return proposal


@transaction.atomic
def record_answer(
    proposal: Proposal,
    *,
    side: str,
    yes: bool,
    discussed_on: dt.date,
    row_version: int,
    at: dt.datetime,
    on: dt.date,
    by: User,
    reason: str = "",
    reason_text: str = "",
    exclude: bool = False,
) -> Proposal:
    """Writes down what one side said; a no closes the proposal.

    A yes holds the place for another term, so that the other side can be asked.

    Args:
        proposal: open.
        side: "request" or "support".
        yes: whether the family says yes.
        discussed_on: the day on which the family said it.
        row_version: of the proposal as the coordinator saw it.
        at: now.
        on: today.
        by: the coordinator who spoke with the family.
        reason: one of `Proposal.Reason`, with a no.
        reason_text: in words.
        exclude: do not propose this pair again.

    Raises:
        ProposalClosed: it was decided on before.
        ChangedMeanwhile: somebody else recorded something after that.
    """
    locked = _open(proposal)
    if locked.row_version != row_version:
        raise ChangedMeanwhile(locked.reference)
    answer = Proposal.Answer.YES if yes else Proposal.Answer.NO
    setattr(locked, f"{side}_answer", answer)
    setattr(locked, f"{side}_answered_on", discussed_on)
    changed = [f"{side}_answer", f"{side}_answered_on"]
    if yes:
        locked.hold_until = max(locked.hold_until, answer_by(by.coordinator, on))
        changed.append("hold_until")
        _save(locked, changed, by=by)
        _finish_tasks(locked, at=at, by=by)
        waits = _household_still_to_answer(locked)
        if waits:
            _ask_for_an_answer(locked, waits, by=by)
        return locked

    locked.outcome = Proposal.Outcome.DECLINED
    locked.reason, locked.reason_text = reason, reason_text
    _close(locked, [*changed, "reason", "reason_text"], at=at, on=on, by=by)
    if exclude:
        exclude_pair(
            locked.request,
            locked.offer,
            reason=reason,
            reason_text=reason_text,
            on=on,
            by=by,
        )
    return locked


@transaction.atomic
def withdraw(
    proposal: Proposal, *, reason_text: str, at: dt.datetime, on: dt.date, by: User
) -> Proposal:
    """Takes the proposal back: nobody has to answer any more, the place is free.

    Raises:
        ProposalClosed: it was decided on before.
    """
    locked = _open(proposal)
    locked.outcome = Proposal.Outcome.WITHDRAWN
    locked.reason_text = reason_text
    _close(locked, ["reason_text"], at=at, on=on, by=by)
    return locked


def withdraw_others(
    accepted: Proposal, *, at: dt.datetime, on: dt.date, by: User
) -> None:
    """Takes back what else was proposed for a request that now has a pairing.

    The request is locked by the caller, and so is everybody who would answer.
    """
    others = Proposal.objects.open().filter(request=accepted.request_id)
    for other in others.exclude(pk=accepted.pk):
        other.outcome, other.closed_on = Proposal.Outcome.WITHDRAWN, on
        _save(other, ["outcome", "closed_on"], by=by)
        _finish_tasks(other, at=at, by=by)


def accept(proposal: Proposal, *, at: dt.datetime, on: dt.date, by: User) -> None:
    """Closes a proposal to which both said yes, within the start of the pairing."""
    proposal.outcome, proposal.closed_on = Proposal.Outcome.ACCEPTED, on
    _save(proposal, ["outcome", "closed_on"], by=by)
    _finish_tasks(proposal, at=at, by=by)


@transaction.atomic
def exclude_pair(
    request: SupportRequest,
    offer: SupportOffer,
    *,
    reason: str,
    reason_text: str = "",
    until_on: dt.date | None = None,
    on: dt.date,
    by: User,
) -> Exclusion:
    """Remembers that a pair is not to be proposed; replaces what was said before."""
    lock_families(support_family_id=offer.family_id, request_id=request.pk)
    before = Exclusion.objects.filter(request=request, offer=offer, lifted_on=None)
    for said_before in before:
        lift_exclusion(said_before, on=on, by=by)
    exclusion = Exclusion.objects.create(
        request=request,
        offer=offer,
        reason=reason,
        reason_text=reason_text,
        from_on=on,
        until_on=until_on,
        made_by=by,
    )
    record(exclusion, verb="created", by=by)
    return exclusion


@transaction.atomic
def lift_exclusion(exclusion: Exclusion, *, on: dt.date, by: User) -> None:
    """Lets the pair be proposed again; lifting twice changes nothing."""
    lifted = Exclusion.objects.filter(pk=exclusion.pk, lifted_on=None)
    if lifted.update(lifted_on=on):
        record(exclusion, verb="changed", by=by, fields=["lifted_on"])


@transaction.atomic
def look_again(
    request: SupportRequest, *, due_on: dt.date, text: str, by: User
) -> Task:
    """Plans to look for a match once more: nobody fits now, which is a valid outcome.

    Planning it a second time moves the date.
    """
    # The lock keeps two who plan it at once from making two tasks.
    SupportRequest.objects.select_for_update(no_key=True).get(pk=request.pk)
    household = request.family.household
    planned = Task.objects.open().filter(
        household=household, kind=Task.Kind.NEXT_STEP, about=request.reference
    )
    task = planned.order_by("pk").first()
    if task is None:
        task = Task.objects.create(
            household=household,
            coordinator=who_does(household, by),
            kind=Task.Kind.NEXT_STEP,
            about=request.reference,
            due_on=due_on,
            text=text or _("Look for a match again"),
        )
        record(task, verb="created", by=by)
        return task
    task.coordinator = who_does(household, by)
    task.due_on, task.later_until = due_on, None
    task.text = text or _("Look for a match again")
    changed = ["coordinator", "due_on", "later_until", "text"]
    task.save(update_fields=changed)
    record(task, verb="changed", by=by, fields=changed)
    return task


def _open(proposal: Proposal) -> Proposal:
    locked = lock_proposal(proposal)
    if locked.closed_on:
        raise ProposalClosed(locked.outcome)
    return locked


def _close(
    proposal: Proposal,
    changed: list[str],
    *,
    at: dt.datetime,
    on: dt.date,
    by: User,
) -> None:
    """Closes without a pairing: whoever has no other proposal waits again."""
    proposal.closed_on = on
    _save(proposal, [*changed, "outcome", "closed_on"], by=by)
    _finish_tasks(proposal, at=at, by=by)
    request = proposal.request
    others = Proposal.objects.open().filter(request=request)
    if request.stage == SupportRequest.Stage.PROPOSED and not others.exists():
        change_stage(request, to=SupportRequest.Stage.WAITING, on=on, by=by)


def _save(proposal: Proposal, changed: list[str], *, by: User) -> None:
    proposal.row_version = F("row_version") + 1
    proposal.save(update_fields=[*changed, "row_version"])
    proposal.refresh_from_db(fields=["row_version"])
    record(proposal, verb="changed", by=by, fields=changed)


def _household_still_to_answer(proposal: Proposal) -> Household | None:
    waiting = Proposal.Answer.WAITING
    if proposal.support_answer == waiting:
        return proposal.offer.family.household
    if proposal.request_answer == waiting:
        return proposal.request.family.household
    return None


def _ask_for_an_answer(proposal: Proposal, household: Household, *, by: User) -> None:
    task = Task.objects.create(
        household=household,
        coordinator=who_does(household, by),
        kind=Task.Kind.ANSWER,
        about=proposal.reference,
        due_on=proposal.hold_until,
    )
    record(task, verb="created", by=by)


def _finish_tasks(proposal: Proposal, *, at: dt.datetime, by: User) -> None:
    tasks = Task.objects.open().filter(about=proposal.reference)
    for task in tasks.select_for_update(no_key=True).order_by("pk"):
        finish(task, at=at, by=by)

"""Pairings: from both yes to the end, each step with the rules that belong to it."""

import datetime as dt
from dataclasses import dataclass

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from families.models import (
    Coordinator,
    Place,
    SupportOffer,
    SupportRequest,
    User,
    partnership_on,
)
from families.services.audit import record
from families.services.households import ChangedMeanwhile
from families.services.stages import change_stage
from matching.models import Pairing, PairingChild, PairingStage, Proposal
from matching.services.locks import lock_offer, lock_pairing, lock_proposal
from matching.services.meeting import check_may_meet
from matching.services.offers import settle_offer
from matching.services.proposals import (
    NoPlaceFree,
    NotBothYes,
    OfferNotAvailable,
    ProposalClosed,
    accept,
    places_not_held,
    withdraw_others,
)
from matching.services.screening import check_vog

Stage = Pairing.Stage

NEXT_STAGES: dict[str, frozenset[str]] = {
    Stage.INTRODUCTION: frozenset({Stage.TRIAL, Stage.ENDED}),
    Stage.TRIAL: frozenset({Stage.ACTIVE, Stage.ENDED}),
    Stage.ACTIVE: frozenset({Stage.INDEPENDENT, Stage.ENDED}),
    Stage.INDEPENDENT: frozenset({Stage.ENDED}),
    Stage.ENDED: frozenset(),
}
# An end has a page that asks first, so it is not taken back.
CAN_BE_TAKEN_BACK = {Stage.TRIAL, Stage.ACTIVE, Stage.INDEPENDENT}


class ChildAlreadyThere(Exception):
    """A child of the request already goes to this support family."""


class StepNotPossible(Exception):
    """The pairing is not in a stage from which this step can be taken."""


class BeforeTheStart(Exception):
    """The day lies before the pairing, or before its last step."""


def start_pairing(
    proposal: Proposal, *, at: dt.datetime, on: dt.date, by: User, lead: Coordinator
) -> Pairing:
    """Brings both families together: takes a place and starts with the introduction.

    Args:
        proposal: open, with a yes of both sides.
        at: now.
        on: the day on which it starts.
        by: who starts it.
        lead: the coordinator who guides the pairing.

    Raises:
        ProposalClosed: it was decided on before.
        NotBothYes: one of the families has not said yes.
        OfferNotAvailable: the support family stopped, or pauses.
        NoPlaceFree: every place of the support family is taken, or held for others.
        ChildAlreadyThere: a child already goes to this support family.
        NotAgreedToMeet: a family did not agree to be introduced, or took that back.
        ChildSaysNo: a child of twelve or older said no.
    """
    try:
        return _start_pairing(proposal, at=at, on=on, by=by, lead=lead)
    except IntegrityError:
        # The place was taken after we looked, by somebody who took no lock.
        return _start_pairing(proposal, at=at, on=on, by=by, lead=lead)


@transaction.atomic
def _start_pairing(
    proposal: Proposal, *, at: dt.datetime, on: dt.date, by: User, lead: Coordinator
) -> Pairing:
    locked = lock_proposal(proposal)
    if locked.closed_on:
        raise ProposalClosed(locked.outcome)
    answers = (locked.support_answer, locked.request_answer)
    if answers != (Proposal.Answer.YES, Proposal.Answer.YES):
        raise NotBothYes(locked.reference)
    offer = lock_offer(locked.offer_id)
    if offer.stage != SupportOffer.Stage.AVAILABLE:
        raise OfferNotAvailable(offer.reference)
    check_may_meet(locked.request, locked.offer, on=on)
    place = _free_place(locked, on=on)
    children = list(locked.request.children.order_by("pk"))
    family = locked.offer.family
    there = PairingChild.objects.filter(
        child__in=children, support_family=family, left_on=None
    )
    if there.exists():
        raise ChildAlreadyThere(locked.reference)

    pairing = Pairing.objects.create(
        request=locked.request,
        offer=locked.offer,
        proposal=locked,
        place=place,
        partnership=partnership_on(locked.request.family.household.municipality, on),
        lead=lead,
        stage=Stage.INTRODUCTION,
        started_on=on,
    )
    PairingChild.objects.bulk_create(
        PairingChild(pairing=pairing, child=child, support_family=family, joined_on=on)
        for child in children
    )
    PairingStage.objects.create(pairing=pairing, stage=pairing.stage, on=on, by=by)
    record(pairing, verb="created", by=by)
    accept(locked, at=at, on=on, by=by)
    withdraw_others(locked, at=at, on=on, by=by)
    if locked.request.stage != SupportRequest.Stage.PAIRED:
        change_stage(locked.request, to=SupportRequest.Stage.PAIRED, on=on, by=by)
    return pairing


def _free_place(proposal: Proposal, *, on: dt.date) -> Place:
    """A place without a pairing.

    Whoever still holds a place takes the first one that is free; after that term
    only a place that nobody else holds.
    """
    family_id = proposal.offer.family_id
    place = (
        Place.objects.filter(family=family_id, pairing=None).order_by("number").first()
    )
    held_for_others = (
        proposal.hold_until < on
        and places_not_held(family_id, on=on, apart_from=proposal) < 1
    )
    if place is None or held_for_others:
        raise NoPlaceFree(proposal.offer.reference)
    return place


@transaction.atomic
def plan_introduction(
    pairing: Pairing,
    *,
    introduction_on: dt.date,
    today: dt.date,
    row_version: int,
    by: User,
) -> Pairing:
    """Sets the day on which the families meet; planning it again moves the day.

    Raises:
        StepNotPossible: the introduction is over.
        ChangedMeanwhile: somebody else changed the pairing after `row_version`.
        BeforeTheStart: the day lies before the start of the pairing.
        VogMissing: the gate stands before the introduction and somebody is missing.
        NotAgreedToMeet: a family did not agree to be introduced, or took that back.
        ChildSaysNo: a child of twelve or older said no.
    """
    locked = lock_pairing(pairing)
    if locked.stage != Stage.INTRODUCTION:
        raise StepNotPossible(locked.stage)
    if locked.row_version != row_version:
        raise ChangedMeanwhile(locked.reference)
    if introduction_on < locked.started_on:
        raise BeforeTheStart(introduction_on)
    # A day in the past lets nobody pass who has come to live there since.
    day = max(introduction_on, today)
    check_vog(locked.offer.family, step="introduction", on=day)
    check_may_meet(locked.request, locked.offer, on=today)
    locked.introduction_on = introduction_on
    return _save(locked, ["introduction_on"], by=by)


@transaction.atomic
def record_child_answer(
    pairing: Pairing,
    *,
    child_answer: str,
    child_answered_on: dt.date,
    child_words: str,
    row_version: int,
    by: User,
) -> Pairing:
    """Writes down what the child says after the introduction; it may change its mind.

    Raises:
        StepNotPossible: they have not met, or the pairing has ended.
        ChangedMeanwhile: somebody else changed the pairing after `row_version`.
        BeforeTheStart: the child had not met the family on that day.
    """
    locked = lock_pairing(pairing)
    if locked.introduction_on is None or locked.stage == Stage.ENDED:
        raise StepNotPossible(locked.stage)
    if locked.row_version != row_version:
        raise ChangedMeanwhile(locked.reference)
    if child_answered_on < locked.introduction_on:
        raise BeforeTheStart(child_answered_on)
    locked.child_answer = Pairing.ChildAnswer(child_answer)
    locked.child_answered_on = child_answered_on
    locked.child_words = child_words
    changed = ["child_answer", "child_answered_on", "child_words"]
    return _save(locked, changed, by=by)


@transaction.atomic
def start_trial(
    pairing: Pairing,
    *,
    on: dt.date,
    today: dt.date,
    row_version: int,
    by: User,
    trial_until: dt.date | None = None,
) -> Pairing:
    """Starts the trial, which lasts the usual number of weeks unless said otherwise.

    Raises:
        StepNotPossible: it is not in the introduction.
        ChangedMeanwhile: somebody else changed the pairing after `row_version`.
        BeforeTheStart: a day lies before the former step, or the trial ends before it
            starts.
        VogMissing: an adult of the support family has not shown the VOG.
    """
    locked = _locked_for(pairing, to=Stage.TRIAL, on=on, row_version=row_version)
    check_vog(locked.offer.family, step="trial", on=max(on, today))
    until = trial_until or on + dt.timedelta(weeks=settings.TRIAL_WEEKS)
    if until < on:
        raise BeforeTheStart(until)
    locked.trial_until = until
    return _step(locked, to=Stage.TRIAL, on=on, by=by, changed=["trial_until"])


@transaction.atomic
def activate(
    pairing: Pairing, *, on: dt.date, today: dt.date, row_version: int, by: User
) -> Pairing:
    """The trial went well: from now on the pairing runs.

    Raises:
        StepNotPossible: it is not in its trial.
        ChangedMeanwhile: somebody else changed the pairing after `row_version`.
        BeforeTheStart: the day lies before the former step.
        VogMissing: an adult of the support family has not shown the VOG.
    """
    locked = _locked_for(pairing, to=Stage.ACTIVE, on=on, row_version=row_version)
    check_vog(locked.offer.family, step="running", on=max(on, today))
    return _step(locked, to=Stage.ACTIVE, on=on, by=by)


@transaction.atomic
def make_independent(
    pairing: Pairing, *, on: dt.date, row_version: int, by: User
) -> Pairing:
    """Guidance ends and contact goes on, which is a success; the place stays taken.

    Raises:
        StepNotPossible: it is not running.
        ChangedMeanwhile: somebody else changed the pairing after `row_version`.
        BeforeTheStart: the day lies before the former step.
    """
    locked = _locked_for(pairing, to=Stage.INDEPENDENT, on=on, row_version=row_version)
    return _step(locked, to=Stage.INDEPENDENT, on=on, by=by)


@dataclass(frozen=True, kw_only=True)
class Ending:
    """How a pairing ends, what each side says apart, and what comes after.

    Attributes:
        on: the last day.
        reason: one of `Pairing.EndReason`, by which it is counted.
        text: why, in the words of the coordinator.
        request_reason: what the request family gives as reason; "" is unknown.
        request_words: what it says.
        support_reason: the same of the support family.
        support_words: what it says.
        farewell_on: the planned goodbye.
        child_told: what the child is told.
        free_place_now: else the place stays taken for a rest, until `free_place`.
        ask_again: one of `Pairing.AskAgain`; "" is unknown.
        ask_again_on: from when, where that is later.
        request_goes_on_waiting: with its first waiting day; else the request ends.
    """

    on: dt.date
    reason: str
    text: str = ""
    request_reason: str = ""
    request_words: str = ""
    support_reason: str = ""
    support_words: str = ""
    farewell_on: dt.date | None = None
    child_told: str = ""
    free_place_now: bool = True
    ask_again: str = ""
    ask_again_on: dt.date | None = None
    request_goes_on_waiting: bool = False


# What is written as it was said.
WRITTEN = (
    "text",
    "request_reason",
    "request_words",
    "support_reason",
    "support_words",
    "farewell_on",
    "child_told",
    "ask_again",
)
FIELDS = {"text": "end_text"}


@transaction.atomic
def end_pairing(
    pairing: Pairing, ending: Ending, *, row_version: int, at: dt.datetime, by: User
) -> Pairing:
    """Ends the pairing; it never needs a click of either family.

    Args:
        pairing: any that has not ended.
        ending: what was said, and what comes after.
        row_version: of the pairing as the coordinator saw it.
        at: now.
        by: who ends it.

    Raises:
        StepNotPossible: it ended before.
        ChangedMeanwhile: somebody else changed the pairing after `row_version`.
        BeforeTheStart: the day lies before the last step, or they could be asked
            again before it.
    """
    on = ending.on
    if ending.ask_again_on is not None and ending.ask_again_on <= on:
        raise BeforeTheStart(ending.ask_again_on)
    locked = _locked_for(pairing, to=Stage.ENDED, on=on, row_version=row_version)
    locked.ended_on, locked.ended_at, locked.end_reason = on, at, ending.reason
    changed = ["ended_on", "ended_at", "end_reason"]
    for name in WRITTEN:
        field = FIELDS.get(name, name)
        setattr(locked, field, getattr(ending, name))
        changed.append(field)
    if ending.free_place_now:
        locked.place = None
        changed.append("place")
    _step(locked, to=Stage.ENDED, on=on, by=by, changed=changed)
    for child in locked.pairing_children.filter(left_on=None):
        child.left_on = on
        child.save(update_fields=["left_on"])
        record(child, verb="changed", by=by, fields=["left_on"])
    _settle_request(locked, goes_on=ending.request_goes_on_waiting, on=on, by=by)
    settle_offer(
        locked,
        ask_again=ending.ask_again,
        until=ending.ask_again_on,
        at=at,
        by=by,
    )
    return locked


def _settle_request(pairing: Pairing, *, goes_on: bool, on: dt.date, by: User) -> None:
    """Lets the request wait again or end, unless another pairing of it runs."""
    request = pairing.request
    others = Pairing.objects.running().filter(request=request)
    to = SupportRequest.Stage.WAITING if goes_on else SupportRequest.Stage.ENDED
    if request.stage == SupportRequest.Stage.PAIRED and not others.exists():
        change_stage(request, to=to, on=on, by=by)


@transaction.atomic
def free_place(pairing: Pairing, *, by: User) -> Pairing:
    """After a rest: lets the place of an ended pairing be used again.

    Raises:
        StepNotPossible: the pairing has not ended.
    """
    locked = lock_pairing(pairing)
    if locked.ended_on is None:
        raise StepNotPossible(locked.stage)
    if locked.place_id is None:
        return locked
    locked.place = None
    return _save(locked, ["place"], by=by)


def last_step(pairing: Pairing) -> PairingStage:
    """The step that brought the pairing where it is."""
    return pairing.stages.counted().order_by("-pk")[0]


def can_be_taken_back(step: PairingStage, *, on: dt.date) -> bool:
    """Whether a step is a slip of today: recorded today, and not a start or an end."""
    return (
        step.stage in CAN_BE_TAKEN_BACK and timezone.localdate(step.recorded_at) == on
    )


@transaction.atomic
def take_back_last_step(
    pairing: Pairing, *, row_version: int, at: dt.datetime, by: User
) -> Pairing:
    """Undoes a step that was recorded today by mistake, as if it had not been taken.

    It is kept, and counts no more.

    Raises:
        StepNotPossible: the last step is older, or the start or the end.
        ChangedMeanwhile: somebody else changed the pairing after `row_version`.
    """
    locked = lock_pairing(pairing)
    step = last_step(locked)
    if not can_be_taken_back(step, on=timezone.localdate(at)):
        raise StepNotPossible(locked.stage)
    if locked.row_version != row_version:
        raise ChangedMeanwhile(locked.reference)
    step.taken_back_at = at
    step.save(update_fields=["taken_back_at"])
    locked.stage = last_step(locked).stage
    changed = ["stage"]
    if step.stage == Stage.TRIAL:
        locked.trial_until = None
        changed.append("trial_until")
    return _save(locked, changed, by=by)


def _locked_for(pairing: Pairing, *, to: str, on: dt.date, row_version: int) -> Pairing:
    locked = lock_pairing(pairing)
    if to not in NEXT_STAGES[locked.stage]:
        raise StepNotPossible(locked.stage)
    if locked.row_version != row_version:
        raise ChangedMeanwhile(locked.reference)
    if on < last_step(locked).on:
        raise BeforeTheStart(on)
    return locked


def _step(
    pairing: Pairing,
    *,
    to: str,
    on: dt.date,
    by: User,
    changed: list[str] | None = None,
) -> Pairing:
    pairing.stage = to
    PairingStage.objects.create(pairing=pairing, stage=to, on=on, by=by)
    return _save(pairing, ["stage", *(changed or [])], by=by)


def _save(pairing: Pairing, changed: list[str], *, by: User) -> Pairing:
    pairing.row_version = F("row_version") + 1
    pairing.save(update_fields=[*changed, "row_version"])
    pairing.refresh_from_db(fields=["row_version"])
    record(pairing, verb="changed", by=by, fields=changed)
    return pairing

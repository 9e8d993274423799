"""Proposals: made, answered by both sides, closed."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from families.models import (
    AccessLink,
    AuditEvent,
    Coordinator,
    Household,
    Membership,
    OutboxMail,
    Person,
    Place,
    SupportOffer,
    SupportRequest,
    Task,
    User,
)
from families.services import consents
from families.services.audit import record
from families.services.households import ChangedMeanwhile
from families.services.mail import take_back
from families.services.stages import change_stage
from families.services.tasks import finish, plan, who_does
from matching.models import Exclusion, Proposal
from matching.services.exclusions import exclude_pair
from matching.services.locks import lock_families, lock_offer, lock_proposal
from matching.services.rules import written_down

# Working days within which a family is asked to answer; the place is held until then.
ANSWER_WITHIN_DAYS = 5

# Who does something: a coordinator, or a family by its link.
Actor = User | AuditEvent.ActorKind
SUPPORT, REQUEST = SIDES = ("support", "request")
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


def end_of_day(day: dt.date) -> dt.datetime:
    """The midnight after a day, in the Netherlands."""
    day_after = day + dt.timedelta(days=1)
    return timezone.make_aware(dt.datetime.combine(day_after, dt.time()))


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


def held_places(offers: Iterable[int], *, on: dt.date) -> dict[int, list[Proposal]]:
    """The open proposals that hold a place of these offers on a day, by offer.

    Who waits for the answer, and until when: whoever looks at the offer sees it.
    """
    held: dict[int, list[Proposal]] = defaultdict(list)
    proposals = (
        Proposal.objects.open()
        .filter(offer__in=offers, hold_until__gte=on)
        .select_related("made_by")
        .order_by("hold_until", "pk")
    )
    for proposal in proposals:
        held[proposal.offer_id].append(proposal)
    return dict(held)


def household_of(proposal: Proposal, side: str) -> Household:
    """The household of one side, "support" or "request"."""
    family = proposal.offer.family if side == SUPPORT else proposal.request.family
    household: Household = family.household
    return household


def side_whose_turn_it_is(proposal: Proposal) -> str | None:
    """Whose answer comes first among those still to come; None when both are in."""
    sides = (proposal.first, SUPPORT if proposal.first == REQUEST else REQUEST)
    waiting = Proposal.Answer.WAITING
    return next(
        (one for one in sides if getattr(proposal, f"{one}_answer") == waiting), None
    )


@transaction.atomic
def prepare(
    proposal: Proposal, *, hold_until: dt.date, on: dt.date, by: User
) -> Proposal:
    """Writes down what the engine found, and holds a place. Nobody is asked yet.

    Args:
        proposal: unsaved, from `matching.engine.snapshots`, with what the engine saw.
        hold_until: by when the families are asked to answer.
        on: today.
        by: the coordinator who proposes.

    Raises:
        AlreadyProposed: there is an open proposal for this pair.
        NotWaiting: the request is not ready to be matched, or consent was withdrawn.
        OfferNotAvailable: the support family is not available, or withdrew consent.
        PairExcluded: an exclusion is in force.
        NoPlaceFree: every place is taken or held.
    """
    request = lock_families(
        support_family_id=proposal.offer.family_id, request_id=proposal.request_id
    )
    pair = {"request": request, "offer": proposal.offer}
    same = Proposal.objects.open().filter(**pair).select_related("made_by").first()
    if same:
        raise AlreadyProposed(same)
    asks, gives = (household_of(proposal, side) for side in (REQUEST, SUPPORT))
    if request.stage not in OPEN_TO_PROPOSALS or consents.was_stopped(asks, on=on):
        raise NotWaiting(request.reference)
    offer = lock_offer(proposal.offer_id)
    is_available = offer.stage == SupportOffer.Stage.AVAILABLE
    if not is_available or consents.was_stopped(gives, on=on):
        raise OfferNotAvailable(offer.reference)
    if Exclusion.objects.in_force_on(on).between(request, offer).exists():
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
    return proposal


@transaction.atomic
def propose(
    proposal: Proposal, *, hold_until: dt.date, on: dt.date, by: User
) -> Proposal:
    """As `prepare`, and puts it on the list of the coordinator who is to ask.

    Raises:
        AlreadyProposed, NotWaiting, OfferNotAvailable, PairExcluded, NoPlaceFree: as
            `prepare`.
    """
    prepare(proposal, hold_until=hold_until, on=on, by=by)
    household = household_of(proposal, proposal.first)
    plan_to_hear(proposal, household, by=by)
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
    locked = open_as_seen(proposal, row_version=row_version)
    if getattr(locked, f"{side}_asked_at") is None:
        setattr(locked, f"{side}_asked_at", at)
        setattr(locked, f"{side}_way", Proposal.Way.TELEPHONE)
    write_answer(
        locked,
        side=side,
        yes=yes,
        discussed_on=discussed_on,
        reason=reason,
        reason_text=reason_text,
        at=at,
        on=on,
        by=by,
    )
    finish_tasks(locked, at=at, by=by)
    next_side = None if locked.closed_on else side_whose_turn_it_is(locked)
    if next_side:
        plan_to_hear(locked, household_of(locked, next_side), by=by)
    if exclude and not yes:
        exclude_pair(
            locked.request,
            locked.offer,
            reason=reason,
            reason_text=reason_text,
            on=on,
            by=by,
        )
    return locked


def write_answer(
    locked: Proposal,
    *,
    side: str,
    yes: bool,
    discussed_on: dt.date,
    reason: str,
    reason_text: str,
    at: dt.datetime,
    on: dt.date,
    by: Actor,
    person: Person | None = None,
) -> None:
    """What one side of a locked, open proposal said; the links to it die.

    A yes holds the place longer, as far as it is still there, and lets us say who they
    are; a no closes. `person` is who said it, by default whom we call.
    """
    answer = Proposal.Answer.YES if yes else Proposal.Answer.NO
    setattr(locked, f"{side}_answer", answer)
    setattr(locked, f"{side}_answered_on", discussed_on)
    fields = ("answer", "answered_on", "asked_at", "way")
    changed = [f"{side}_{name}" for name in fields]
    stop_asking(locked, at=at, side=side)
    if yes:
        locked.hold_until = _held_longer(locked, on=on, by=by)
        save(locked, [*changed, "hold_until"], by=by)
        _keep_links(locked, by=by)
        consents.say_yes(
            household_of(locked, side),
            person=person,
            on=on,
            said_on=discussed_on,
            at=at,
            by=by,
        )
        return
    locked.outcome = Proposal.Outcome.DECLINED
    locked.reason, locked.reason_text = reason, reason_text
    _close(locked, [*changed, "reason", "reason_text"], at=at, on=on, by=by)


@transaction.atomic
def withdraw(
    proposal: Proposal, *, reason_text: str, at: dt.datetime, on: dt.date, by: User
) -> Proposal:
    """Takes the proposal back: nobody has to answer any more, the place is free.

    Raises:
        ProposalClosed: it was decided on before.
    """
    locked = open_now(proposal)
    take_away(locked, reason_text=reason_text, at=at, on=on, by=by)
    return locked


def take_away(
    locked: Proposal, *, reason_text: str, at: dt.datetime, on: dt.date, by: User
) -> None:
    """Closes a locked proposal without an answer."""
    locked.outcome = Proposal.Outcome.WITHDRAWN
    locked.reason_text = reason_text
    _close(locked, ["reason_text"], at=at, on=on, by=by)
    finish_tasks(locked, at=at, by=by)


def withdraw_others(
    accepted: Proposal, *, at: dt.datetime, on: dt.date, by: User
) -> None:
    """Takes back what else was proposed for a request that now has a pairing.

    The request is locked by the caller, and so is everybody who would answer.
    """
    others = (
        Proposal.objects.open()
        .filter(request=accepted.request_id)
        .select_related("offer__family__household__coordinator")
    )
    for other in others.exclude(pk=accepted.pk):
        other.outcome, other.closed_on = Proposal.Outcome.WITHDRAWN, on
        save(other, ["outcome", "closed_on"], by=by)
        stop_asking(other, at=at)
        finish_tasks(other, at=at, by=by)
        if other.support_asked_at:
            _plan_to_tell(other, on=on, by=by)


def accept(proposal: Proposal, *, at: dt.datetime, on: dt.date, by: User) -> None:
    """Closes a proposal to which both said yes, within the start of the pairing."""
    proposal.outcome, proposal.closed_on = Proposal.Outcome.ACCEPTED, on
    save(proposal, ["outcome", "closed_on"], by=by)
    stop_asking(proposal, at=at)
    finish_tasks(proposal, at=at, by=by)


def open_now(proposal: Proposal) -> Proposal:
    """The proposal, locked.

    Raises:
        ProposalClosed: it was decided on before.
    """
    locked = lock_proposal(proposal)
    if locked.closed_on:
        raise ProposalClosed(locked.outcome)
    return locked


def open_as_seen(proposal: Proposal, *, row_version: int) -> Proposal:
    """The proposal, locked, as the coordinator saw it.

    Raises:
        ProposalClosed: it was decided on before.
        ChangedMeanwhile: somebody else recorded something after that.
    """
    locked = open_now(proposal)
    if locked.row_version != row_version:
        raise ChangedMeanwhile(locked.reference)
    return locked


def stop_asking(proposal: Proposal, *, at: dt.datetime, side: str = "") -> bool:
    """Lets no link to a proposal work any more, nor a mail about it leave.

    Args:
        proposal: locked.
        at: now.
        side: whose links and mails; by default those of both.

    Returns:
        Whether every mail about it could still be held back.
    """
    links = AccessLink.objects.filter(
        purpose=AccessLink.Purpose.PROPOSAL,
        about=proposal.reference,
        used_at=None,
        revoked_at=None,
    )
    mails = OutboxMail.objects.filter(about=proposal.reference, cancelled_at=None)
    if side:
        people = Membership.objects.filter(household=household_of(proposal, side))
        links = links.filter(person__in=people.values("person"))
        mails = mails.filter(person__in=people.values("person"))
    links.update(revoked_at=at)
    held_back = [take_back(mail, at=at) for mail in mails]
    return all(held_back)


def save(proposal: Proposal, changed: list[str], *, by: Actor) -> None:
    """Writes these columns of a locked proposal, its version and its audit row."""
    proposal.row_version = F("row_version") + 1
    proposal.save(update_fields=[*changed, "row_version"])
    proposal.refresh_from_db(fields=["row_version"])
    record(proposal, verb="changed", by=by, fields=changed)


def plan_to_hear(proposal: Proposal, household: Household, *, by: User) -> None:
    """Puts the answer of a family on the list of its coordinator."""
    task = Task.objects.create(
        household=household,
        coordinator=who_does(household, by),
        kind=Task.Kind.ANSWER,
        about=proposal.reference,
        due_on=proposal.hold_until,
    )
    record(task, verb="created", by=by)


def finish_tasks(proposal: Proposal, *, at: dt.datetime, by: User) -> None:
    """Takes a proposal from the lists of who had to do something with it."""
    tasks = Task.objects.open().filter(about=proposal.reference)
    for task in tasks.select_for_update(no_key=True).order_by("pk"):
        finish(task, at=at, by=by)


def _close(
    proposal: Proposal,
    changed: list[str],
    *,
    at: dt.datetime,
    on: dt.date,
    by: Actor,
) -> None:
    """Closes without a pairing: whoever has no other proposal waits again."""
    proposal.closed_on = on
    save(proposal, [*changed, "outcome", "closed_on"], by=by)
    stop_asking(proposal, at=at)
    request = proposal.request
    others = Proposal.objects.open().filter(request=request)
    if request.stage == SupportRequest.Stage.PROPOSED and not others.exists():
        change_stage(request, to=SupportRequest.Stage.WAITING, on=on, by=by)


def _keep_links(proposal: Proposal, *, by: Actor) -> None:
    """Lets the links to a proposal live as long as its place is held."""
    until = end_of_day(proposal.hold_until)
    links = AccessLink.objects.filter(
        purpose=AccessLink.Purpose.PROPOSAL,
        about=proposal.reference,
        used_at=None,
        revoked_at=None,
        expires_at__lt=until,
    )
    for link in links:
        link.expires_at = until
        link.save(update_fields=["expires_at"])
        record(link, verb="changed", by=by, fields=["expires_at"])


def _held_longer(proposal: Proposal, *, on: dt.date, by: Actor) -> dt.date:
    """Until when a yes holds the place; no longer where others hold it by now."""
    family_id = proposal.offer.family_id
    lapsed = proposal.hold_until < on
    if lapsed and places_not_held(family_id, on=on, apart_from=proposal) < 1:
        return proposal.hold_until
    who = by if isinstance(by, User) else proposal.made_by
    if not who.is_coordinator:
        return max(proposal.hold_until, on)
    return max(proposal.hold_until, answer_by(who.coordinator, on))


def _plan_to_tell(proposal: Proposal, *, on: dt.date, by: User) -> None:
    """Somebody was asked for nothing, and hears so."""
    plan(
        household_of(proposal, SUPPORT),
        Task.Kind.NEXT_STEP,
        on,
        about=proposal.reference,
        text=_("Tell them that the proposal is off"),
        by=by,
    )

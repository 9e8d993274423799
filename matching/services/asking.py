"""Asking a family about a proposal: by mail with a link, by a text, by telephone.

What was sent can be taken back for half a minute: so long the mail stays in the outbox.
"""

import datetime as dt
import hashlib
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from families import people
from families.models import AccessLink, Household, Membership, Person, User
from families.services.audit import record
from families.services.mail import queue_mail
from families.services.reach import issue_link
from matching.models import Proposal
from matching.services.proposals import (
    REQUEST,
    SIDES,
    SUPPORT,
    NoPlaceFree,
    end_of_day,
    finish_tasks,
    household_of,
    open_as_seen,
    open_now,
    places_not_held,
    plan_to_hear,
    prepare,
    save,
    stop_asking,
    take_away,
)

TAKE_BACK_WITHIN = dt.timedelta(seconds=30)
# The worker must not overtake somebody who was in time and is still being served.
MAIL_LEAVES_AFTER = TAKE_BACK_WITHIN + dt.timedelta(seconds=5)
# An answer that comes after the day it was asked for is welcome too.
LINK_WORKS = dt.timedelta(days=14)

Way = Proposal.Way


class AlreadyAsked(Exception):
    """This family was asked, or has answered."""


class CannotBeMailed(Exception):
    """Nobody of this family has an address to which we may write."""


class TooLate(Exception):
    """It left, or the family answered; it can be taken back in another way."""


@dataclass(frozen=True, slots=True)
class Asking:
    """Which family is asked, how, and what it reads."""

    side: str
    way: str
    text: str


def members_of(household: Household, *, on: dt.date) -> list[Membership]:
    """Who lives in a household, with the people, for the functions of `people`."""
    members = Membership.objects.filter(household=household).current_on(on)
    return list(members.select_related("person").order_by("pk"))


def who_can_be_mailed(household: Household, *, on: dt.date) -> Person | None:
    """The first adult with an address who wants messages."""
    adults = people.adults(members_of(household, on=on), on)
    return next((one for one in adults if one.email and one.may_leave_message), None)


def text_hash(side: str, text: str) -> str:
    """A fingerprint of what a family was asked; a link opens no other text."""
    return hashlib.sha256(f"{side}\n{text}".encode()).hexdigest()


def last_day_of_link(proposal: Proposal, *, at: dt.datetime) -> dt.date:
    """Until and with which day a link made now works: not less than we wait."""
    return max(proposal.hold_until, timezone.localdate(at) + LINK_WORKS)


@transaction.atomic
def propose_and_ask(
    proposal: Proposal,
    asking: Asking,
    *,
    hold_until: dt.date,
    at: dt.datetime,
    on: dt.date,
    by: User,
) -> Proposal:
    """Writes a proposal down and asks the first family at once.

    Args:
        proposal: unsaved, from `matching.engine.snapshots`; may have the text of the
            other family, for when its turn comes.
        asking: whom, how and with what text.
        hold_until: by when the family is asked to answer.
        at: now.
        on: today.
        by: the coordinator.

    Raises:
        CannotBeMailed: by mail, and nobody there can be written to.
        AlreadyProposed, NotWaiting, OfferNotAvailable, PairExcluded, NoPlaceFree: as
            `proposals.prepare`.
    """
    _set(proposal, asking, at=at)
    proposal.first = asking.side
    prepare(proposal, hold_until=hold_until, on=on, by=by)
    _send(proposal, asking, at=at, on=on, by=by)
    return proposal


@transaction.atomic
def ask(
    proposal: Proposal,
    asking: Asking,
    *,
    hold_until: dt.date,
    row_version: int,
    at: dt.datetime,
    on: dt.date,
    by: User,
) -> Proposal:
    """Asks one family of a proposal that lies ready, or to which the other said yes.

    Raises:
        ProposalClosed: it was decided on before.
        ChangedMeanwhile: somebody else changed it after `row_version`.
        AlreadyAsked: this family was asked, or has answered.
        NoPlaceFree: the term is over and others hold every place.
        CannotBeMailed: by mail, and nobody there can be written to.
    """
    locked = open_as_seen(proposal, row_version=row_version)
    side = asking.side
    waiting = getattr(locked, f"{side}_answer") == Proposal.Answer.WAITING
    if getattr(locked, f"{side}_asked_at") or not waiting:
        raise AlreadyAsked(locked.reference)
    lapsed = locked.hold_until < on
    if lapsed and places_not_held(locked.offer.family_id, on=on) < 1:
        raise NoPlaceFree(locked.offer.reference)
    if locked.support_asked_at is None and locked.request_asked_at is None:
        locked.first = side
    locked.hold_until = hold_until
    _set(locked, asking, at=at)
    columns = [f"{side}_{name}" for name in ("text", "way", "asked_at")]
    save(locked, [*columns, "first", "hold_until"], by=by)
    finish_tasks(locked, at=at, by=by)
    _send(locked, asking, at=at, on=on, by=by)
    return locked


@transaction.atomic
def new_link(
    proposal: Proposal, side: str, *, at: dt.datetime, on: dt.date, by: User
) -> str:
    """The address where a family that was asked by a text can answer.

    Only its fingerprint is kept, so asking for it again makes another one.

    Raises:
        ProposalClosed: it was decided on before.
        AlreadyAsked: not asked by a text, or it has answered.
        CannotBeMailed: nobody lives there who could open it.
    """
    locked = open_now(proposal)
    waiting = getattr(locked, f"{side}_answer") == Proposal.Answer.WAITING
    if getattr(locked, f"{side}_way") != Way.TEXT or not waiting:
        raise AlreadyAsked(locked.reference)
    members = members_of(household_of(locked, side), on=on)
    person = people.contact_person(members, on)
    if person is None:
        raise CannotBeMailed
    record(locked, verb="changed", by=by, fields=["links"])
    return _link(locked, side, person, at=at)


def can_be_taken_back_until(proposal: Proposal) -> dt.datetime | None:
    """Until when the last asking can be taken back; None where nobody was asked."""
    side = asked_last(proposal)
    if side is None or proposal.closed_on:
        return None
    asked_at: dt.datetime = getattr(proposal, f"{side}_asked_at")
    return asked_at + TAKE_BACK_WITHIN


@transaction.atomic
def take_back_asking(
    proposal: Proposal, *, at: dt.datetime, on: dt.date, by: User
) -> Proposal:
    """Undoes what was sent less than half a minute ago, as if nobody had been asked.

    A proposal that was made by sending it is withdrawn; one that stood before, or that
    the other family said yes to, lies ready again.

    Raises:
        ProposalClosed: it was decided on before.
        TooLate: half a minute has passed, or the family answered.
    """
    locked = open_now(proposal)
    side = asked_last(locked)
    until = can_be_taken_back_until(locked)
    if side is None or until is None or at > until:
        raise TooLate(locked.reference)
    if not stop_asking(locked, at=at, side=side):
        raise TooLate(locked.reference)
    if locked.row_version == 1:
        # Nothing happened since it was made, so it was made by sending it.
        take_away(locked, reason_text="", at=at, on=on, by=by)
        return locked
    setattr(locked, f"{side}_asked_at", None)
    setattr(locked, f"{side}_way", "")
    save(locked, [f"{side}_asked_at", f"{side}_way"], by=by)
    finish_tasks(locked, at=at, by=by)
    other = REQUEST if side == SUPPORT else SUPPORT
    if getattr(locked, f"{other}_answer") == Proposal.Answer.YES:
        plan_to_hear(locked, household_of(locked, side), by=by)
    return locked


def asked_last(proposal: Proposal) -> str | None:
    """The side that was asked last and did not answer yet."""
    asked = [
        (asked_at, side)
        for side in SIDES
        if (asked_at := getattr(proposal, f"{side}_asked_at"))
        and getattr(proposal, f"{side}_answer") == Proposal.Answer.WAITING
    ]
    return max(asked)[1] if asked else None


def _set(proposal: Proposal, asking: Asking, *, at: dt.datetime) -> None:
    setattr(proposal, f"{asking.side}_text", asking.text)
    setattr(proposal, f"{asking.side}_way", Way(asking.way))
    setattr(proposal, f"{asking.side}_asked_at", at)


def _send(
    proposal: Proposal, asking: Asking, *, at: dt.datetime, on: dt.date, by: User
) -> None:
    """The mail, where there is one, and the answer on somebody's list."""
    household = household_of(proposal, asking.side)
    plan_to_hear(proposal, household, by=by)
    if asking.way != Way.MAIL:
        return
    person = who_can_be_mailed(household, on=on)
    if person is None:
        raise CannotBeMailed(household.reference)
    body = render_to_string(
        "matching/mail/proposal.txt",
        {
            "url": _link(proposal, asking.side, person, at=at),
            "answer_by": proposal.hold_until,
            "works_until": last_day_of_link(proposal, at=at),
            "coordinator": by.coordinator if by.is_coordinator else None,
        },
    )
    queue_mail(
        person,
        body=body,
        asked_for=False,
        about=proposal.reference,
        not_before=at + MAIL_LEAVES_AFTER,
    )


def _link(proposal: Proposal, side: str, person: Person, *, at: dt.datetime) -> str:
    token = issue_link(
        person,
        purpose=AccessLink.Purpose.PROPOSAL,
        about=proposal.reference,
        at=at,
        content_hash=text_hash(side, getattr(proposal, f"{side}_text")),
        until=end_of_day(last_day_of_link(proposal, at=at)),
    )
    path = reverse("matching:answer", args=[token])
    return f"{settings.SITE_URL}{path}"

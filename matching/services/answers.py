"""The answer of a family by its own link, without logging in."""

import datetime as dt
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from families.models import AccessLink, AuditEvent, Membership, Task
from families.services.audit import record
from families.services.reach import open_link
from families.services.tasks import plan
from matching.models import Proposal
from matching.services.asking import text_hash
from matching.services.locks import lock_proposal
from matching.services.proposals import (
    SIDES,
    SUPPORT,
    household_of,
    side_whose_turn_it_is,
    write_answer,
)

FAMILY = AuditEvent.ActorKind.FAMILY
YES, NO, CALL_FIRST = ("yes", "no", "call")


class LinkGone(Exception):
    """The link opens nothing: used, old, altered, or the proposal is over."""


@dataclass(frozen=True)
class Asked:
    """What a link opens: one proposal, and which of its families is asked."""

    link: AccessLink
    proposal: Proposal
    side: str

    @property
    def text(self) -> str:
        """What the family reads."""
        text: str = getattr(self.proposal, f"{self.side}_text")
        return text


def what_is_asked(token: str, *, at: dt.datetime, on: dt.date) -> Asked | None:
    """What a token opens; None whatever the reason that it opens nothing."""
    link = open_link(token, purpose=AccessLink.Purpose.PROPOSAL, at=at)
    if link is None:
        return None
    proposal = (
        Proposal.objects.open()
        .filter(reference=link.about)
        .select_related(
            "request__family__household__coordinator__user",
            "offer__family__household__coordinator__user",
        )
        .first()
    )
    if proposal is None:
        return None
    side = _side_asked(link, proposal, on=on)
    return Asked(link, proposal, side) if side else None


@transaction.atomic
def answer_by_link(
    token: str,
    *,
    said: str,
    at: dt.datetime,
    on: dt.date,
    reason: str = "",
    reason_text: str = "",
) -> Asked:
    """Writes down what a family says by its link, once; its coordinator is told so.

    Args:
        token: the end of the address.
        said: "yes", "no", or "call" for who wants to talk first.
        at: now.
        on: today.
        reason: one of `Proposal.Reason`, with a no; empty when the family gives none.
        reason_text: in its own words.

    Raises:
        LinkGone: the link opens nothing, or not any more.
    """
    asked = what_is_asked(token, at=at, on=on)
    if asked is None:
        raise LinkGone
    locked = lock_proposal(asked.proposal)
    # One statement decides who is first: of two presses the other finds it used.
    used = AccessLink.objects.filter(
        pk=asked.link.pk, used_at=None, revoked_at=None, expires_at__gt=at
    ).update(used_at=at)
    if not used or locked.closed_on or not _side_asked(asked.link, locked, on=on):
        raise LinkGone
    record(asked.link, verb="changed", by=FAMILY, fields=["used_at"])
    if said == CALL_FIRST:
        _tell(locked, asked.side, _("They want to call first"), on=on)
        return asked
    write_answer(
        locked,
        side=asked.side,
        yes=said == YES,
        discussed_on=on,
        reason=reason or _prefers_not_to(asked.side),
        reason_text=reason_text,
        at=at,
        on=on,
        by=FAMILY,
        person=asked.link.person,
    )
    if locked.closed_on:
        _tell(locked, asked.side, _("They would rather not"), on=on)
    elif side_whose_turn_it_is(locked):
        _tell(locked, asked.side, _("They want to meet: ask the other family"), on=on)
    else:
        _all_heard(locked, at=at)
    return asked


def _side_asked(link: AccessLink, proposal: Proposal, *, on: dt.date) -> str | None:
    """The side that this link asks, if it still has to answer that very text."""
    for side in SIDES:
        same = link.content_hash == text_hash(side, getattr(proposal, f"{side}_text"))
        waits = getattr(proposal, f"{side}_answer") == Proposal.Answer.WAITING
        if same and waits and getattr(proposal, f"{side}_asked_at"):
            lives_there = Membership.objects.filter(
                household=household_of(proposal, side), person=link.person_id
            ).current_on(on)
            return side if lives_there.exists() else None
    return None


def _prefers_not_to(side: str) -> str:
    if side == SUPPORT:
        return Proposal.Reason.SUPPORT_FAMILY
    return Proposal.Reason.REQUEST_FAMILY


def _all_heard(proposal: Proposal, *, at: dt.datetime) -> None:
    """Ends the waiting for answers: both families want to meet.

    The task counts as done by whom it was for, as only people of ours do tasks.
    """
    waiting = (
        Task.objects.open()
        .filter(about=proposal.reference, kind=Task.Kind.ANSWER)
        .select_related("coordinator__user")
    )
    for task in waiting.select_for_update(of=("self",), no_key=True).order_by("pk"):
        task.done_at = at
        task.done_by = task.coordinator.user if task.coordinator else proposal.made_by
        task.save(update_fields=["done_at", "done_by"])
        record(task, verb="changed", by=FAMILY, fields=["done_at", "done_by"])


def _tell(proposal: Proposal, side: str, text: str, *, on: dt.date) -> None:
    """Lets the waiting for an answer become what to do with it, today."""
    household = household_of(proposal, side)
    waiting = Task.objects.open().filter(
        about=proposal.reference, kind=Task.Kind.ANSWER, household=household
    )
    task = waiting.select_for_update(no_key=True).order_by("pk").first()
    if task is None:
        plan(
            household,
            Task.Kind.ANSWER,
            on,
            about=proposal.reference,
            text=text,
            coordinator=household.coordinator,
            by=FAMILY,
        )
        return
    task.text, task.due_on, task.later_until = text, on, None
    changed = ["text", "due_on", "later_until"]
    task.save(update_fields=changed)
    record(task, verb="changed", by=FAMILY, fields=changed)

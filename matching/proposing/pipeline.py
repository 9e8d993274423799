"""Where proposals and pairings stand, and the one step that comes next."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import F, Max, Q
from django.utils.translation import gettext as _

from families.models import ContactMoment, Household, User
from matching.engine.snapshots import reasons_of
from matching.models import Pairing, Proposal
from matching.services.proposals import household_of, side_whose_turn_it_is
from matching.wording import words
from matching.wording.names import Names
from matching.wording.reasons import (
    ReasonInWords,
    reasons_in_words,
)

HOUSEHOLDS = (
    "request__family__household__municipality",
    "offer__family__household__municipality",
)
COORDINATORS = (
    "request__family__household__coordinator__user",
    "offer__family__household__coordinator__user",
)
ENDED_SHOWN = 20

Stage = Pairing.Stage


@dataclass(frozen=True)
class Entry:
    """A card of the pipeline with its one next step."""

    request: str
    support: str
    line: str
    step: str
    url: str


@dataclass(frozen=True)
class Group:
    """A group of the pipeline; what it says when it is empty."""

    key: str
    title: str
    empty: str
    entries: list[Entry]


def pipeline(user: User, *, on: dt.date) -> list[Group]:
    """What runs, from proposed to ended; the last group is the ended ones.

    What lies ready comes first, where there is anything.
    """
    names = Names(user)
    proposals = (
        Proposal.objects.visible_to(user)
        .open()
        .select_related(*HOUSEHOLDS, *COORDINATORS)
        .order_by("hold_until", "pk")
    )
    pairings = Pairing.objects.visible_to(user).select_related(*HOUSEHOLDS, "lead")
    running = list(pairings.running().order_by("started_on", "pk"))
    ended = pairings.filter(stage=Stage.ENDED).order_by("-ended_on", "-pk")

    def entries(stage: str) -> list[Entry]:
        return [_entry(one, names, on=on) for one in running if one.stage == stage]

    ready = [_proposed(one, names) for one in proposals if lies_ready(one)]
    return [
        *([Group("ready", _("Lies ready"), "", ready)] if ready else []),
        Group(
            "proposed",
            _("Proposed"),
            _("No proposal waits for an answer."),
            [_proposed(one, names) for one in proposals if not lies_ready(one)],
        ),
        Group(
            Stage.INTRODUCTION,
            _("Introduction"),
            _("Nobody is about to meet."),
            entries(Stage.INTRODUCTION),
        ),
        Group(
            Stage.TRIAL,
            _("Trial"),
            _("Nobody is on trial now."),
            entries(Stage.TRIAL),
        ),
        Group(
            Stage.ACTIVE,
            _("Running"),
            _("No pairing runs yet."),
            entries(Stage.ACTIVE),
        ),
        Group(
            Stage.INDEPENDENT,
            _("Independent"),
            _("Nobody goes on without guidance yet."),
            entries(Stage.INDEPENDENT),
        ),
        Group(
            Stage.ENDED,
            _("Ended"),
            _("Nothing has ended."),
            [_entry(one, names, on=on) for one in ended[:ENDED_SHOWN]],
        ),
    ]


def pairings_of(
    user: User, households: Collection[Household], *, on: dt.date
) -> list[Entry]:
    """Pairings of some households, what runs first, then what ended last."""
    names = Names(user)
    about = Q(request__family__household__in=households) | Q(
        offer__family__household__in=households
    )
    found = (
        Pairing.objects.visible_to(user)
        .filter(about)
        .select_related(*HOUSEHOLDS, "lead")
        .order_by(F("ended_on").desc(nulls_first=True), "started_on", "pk")
    )
    return [_entry(one, names, on=on) for one in found]


def both_yes(proposal: Proposal) -> bool:
    """Whether both families want to meet."""
    return (
        proposal.support_answer == Proposal.Answer.YES
        and proposal.request_answer == Proposal.Answer.YES
    )


def lies_ready(proposal: Proposal) -> bool:
    """Whether an open proposal was made, and nobody was asked or answered yet."""
    waiting = Proposal.Answer.WAITING
    return (
        proposal.support_asked_at is None
        and proposal.request_asked_at is None
        and proposal.support_answer == waiting
        and proposal.request_answer == waiting
    )


def turn(proposal: Proposal) -> str:
    """Whose answer an open proposal waits for; "" when both are in."""
    if proposal.closed_on:
        return ""
    return side_whose_turn_it_is(proposal) or ""


def proposal_line(proposal: Proposal) -> str:
    """Whom an open proposal waits for."""
    until = {"date": words.day(proposal.hold_until)}
    if both_yes(proposal):
        return _("Both said yes.")
    if lies_ready(proposal):
        return _("It lies ready. Nobody was asked yet.")
    if turn(proposal) == "support":
        if proposal.support_asked_at is None:
            return _("The request family said yes. Now ask the support family.")
        return _("Waits for the support family, until %(date)s.") % until
    if proposal.request_asked_at is None:
        return _("The support family said yes. Now ask the request family.")
    return _("Waits for the request family, until %(date)s.") % until


def end_is_told(pairing: Pairing, names: Names) -> bool:
    """Whether somebody may read why it ended: not across the border."""
    request = pairing.request.family.household
    return names.knows(request) or pairing.lead.user_id == names.user.pk


def step_line(pairing: Pairing, names: Names, *, on: dt.date) -> str:
    """Where a pairing stands, with its date."""
    if pairing.stage == Stage.INTRODUCTION:
        return _introduction_line(pairing, on=on)
    if pairing.stage == Stage.TRIAL:
        return _("On trial until %(date)s.") % {"date": words.day(pairing.trial_until)}
    if pairing.stage == Stage.ACTIVE:
        return _("Together since %(date)s.") % {"date": words.day(pairing.started_on)}
    if pairing.stage == Stage.INDEPENDENT:
        return _("Goes on without guidance.")
    if not end_is_told(pairing, names):
        return _("Ended on %(date)s.") % {"date": words.day(pairing.ended_on)}
    return _("Ended on %(date)s: %(reason)s.") % {
        "date": words.day(pairing.ended_on),
        "reason": pairing.get_end_reason_display(),
    }


def step_name(pairing: Pairing) -> str:
    """The one step that comes next, as the text of a button."""
    if pairing.stage == Stage.INTRODUCTION and not pairing.introduction_on:
        return _("Plan the introduction")
    return {
        Stage.INTRODUCTION: _("Start the trial"),
        Stage.TRIAL: _("Let the pairing run"),
        Stage.ACTIVE: _("Look"),
        Stage.INDEPENDENT: _("Round off"),
        Stage.ENDED: _("Look"),
    }[Stage(pairing.stage)]


@dataclass(frozen=True)
class Head:
    """One of the two families at the top of a pairing or proposal.

    Attributes:
        known: whether the coordinator may open the page of the family.
        reached_on: the last day on which somebody spoke with them.
    """

    household: Household
    kind: str
    name: str
    known: bool
    reached_on: dt.date | None = None


def heads(pair: Proposal | Pairing, user: User, *, told: bool) -> tuple[Head, Head]:
    """The request family and the support family of a pair, with the last talks."""
    names = Names(user)
    request = pair.request.family.household
    support = pair.offer.family.household
    talks = dict(
        ContactMoment.objects.filter(
            household__in=(request, support),
            outcome=ContactMoment.Outcome.REACHED,
            redacted_at=None,
        )
        .values_list("household")
        .annotate(last=Max("happened_on"))
    )
    return (
        Head(
            request,
            "request",
            names.request(request, told=told),
            names.knows(request),
            talks.get(request.pk) if names.knows(request) else None,
        ),
        Head(
            support,
            "support",
            names.support(support, told=told),
            names.knows(support),
            talks.get(support.pk) if names.knows(support) else None,
        ),
    )


def reasons_seen(proposal: Proposal) -> list[ReasonInWords]:
    """What the engine saw when the proposal was made, in words of today."""
    return reasons_in_words(reasons_of(proposal))


def pairs_of(household: Household) -> Q:
    """The condition that a proposal or pairing is about a household."""
    return Q(request__family__household=household) | Q(
        offer__family__household=household
    )


def _proposed(proposal: Proposal, names: Names) -> Entry:
    return Entry(
        request=names.request(proposal.request.family.household),
        support=names.support(proposal.offer.family.household),
        line=proposal_line(proposal),
        step=_proposal_step(proposal, names),
        url=proposal.get_absolute_url(),
    )


def _proposal_step(proposal: Proposal, names: Names) -> str:
    if both_yes(proposal):
        return _("Start the pairing")
    side = turn(proposal)
    asked = side and getattr(proposal, f"{side}_asked_at")
    if side and not asked:
        household = household_of(proposal, side)
        if not names.knows(household) and household.coordinator:
            return _("Call your colleague %(name)s") % {
                "name": household.coordinator.user.first_name
            }
    return _("Record the answer") if asked else _("Ask the family")


def _entry(pairing: Pairing, names: Names, *, on: dt.date) -> Entry:
    return Entry(
        request=names.request(pairing.request.family.household, told=True),
        support=names.support(pairing.offer.family.household, told=True),
        line=step_line(pairing, names, on=on),
        step=step_name(pairing),
        url=pairing.get_absolute_url(),
    )


def _introduction_line(pairing: Pairing, *, on: dt.date) -> str:
    day = pairing.introduction_on
    if day is None:
        return _("No day for the introduction yet.")
    if day < on:
        return _("They met on %(date)s.") % {"date": words.day(day)}
    return _("They meet on %(date)s.") % {"date": words.day(day)}

"""What matching offers to the pages that show all apps."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from families.models import (
    AuditEvent,
    Household,
    Place,
    SupportOffer,
    Task,
    User,
)
from families.panels import (
    CourseLine,
    Figure,
    Panel,
    ShownHousehold,
    TodayRow,
    Urgency,
)
from matching.bench.question_rows import question_rows
from matching.models import Exclusion, Pairing, PairingStage, Proposal
from matching.proposing.heard import heard_rows
from matching.proposing.pipeline import (
    HOUSEHOLDS,
    both_yes,
    lies_ready,
    pairs_of,
    proposal_line,
    step_line,
    turn,
)
from matching.still_fits import no_longer_said
from matching.wording import words
from matching.wording.names import Names

# So long somebody sees that a colleague took a proposal back.
TAKEN_BACK_SHOWN = dt.timedelta(days=7)


@dataclass(frozen=True)
class OfferState:
    """How an available offer stands.

    Attributes:
        proposal_url: the page of its oldest open proposal; "" without one.
    """

    proposal_url: str
    place_is_free: bool


def today_rows(user: User, *, on: dt.date) -> list[TodayRow]:
    """Answers that are late, pairings to start, introductions to plan."""
    names = Names(user)
    tasks = list(
        Task.objects.visible_to(user)
        .for_coordinator(user, on=on)
        .open()
        .filter(kind=Task.Kind.ANSWER)
        .select_related("household")
        .order_by("due_on", "pk")
    )
    return [
        *heard_rows(tasks, names, on=on),
        *question_rows(user, names, on=on),
        *_proposals(tasks, names, on=on),
        *_taken_back(user, names, on=on),
        *_introductions(user, names, on=on),
    ]


def truly_done(tasks: list[Task], *, user: User) -> list[Task]:
    """These tasks, without waiting for answers that were not given.

    Who takes a proposal back, or asks once more, does not wait any longer; that is
    nothing to be glad of.
    """
    waited = [task.about for task in tasks if task.kind == Task.Kind.ANSWER]
    if not waited:
        return tasks
    proposals = (
        Proposal.objects.visible_to(user)
        .filter(reference__in=waited)
        .select_related("request__family", "offer__family")
    )
    waiting = Proposal.Answer.WAITING
    given = {
        (one.reference, family.household_id)
        for one in proposals
        for family, answer in (
            (one.request.family, one.request_answer),
            (one.offer.family, one.support_answer),
        )
        if answer != waiting
    }
    return [
        task
        for task in tasks
        if task.kind != Task.Kind.ANSWER or (task.about, task.household_id) in given
    ]


def figures(user: User, *, on: dt.date) -> list[Figure]:
    """How many pairings are on trial, and how many run."""
    stages = list(
        Pairing.objects.visible_to(user).running().values_list("stage", flat=True)
    )
    url = reverse("matching:pairing-list")
    return [
        Figure(20, _("Trial"), stages.count(Pairing.Stage.TRIAL), f"{url}#trial"),
        Figure(30, _("Running"), stages.count(Pairing.Stage.ACTIVE), f"{url}#active"),
    ]


def family_panels(household: Household, *, user: User, on: dt.date) -> list[Panel]:
    """The open proposals and the pairings of a family, where it has any."""
    names = Names(user)
    about = pairs_of(household)
    proposals = (
        Proposal.objects.visible_to(user)
        .open()
        .filter(about)
        .select_related(*HOUSEHOLDS)
        .order_by("made_on", "pk")
    )
    pairings = (
        Pairing.objects.visible_to(user)
        .filter(about)
        .select_related(*HOUSEHOLDS, "lead")
        .order_by("ended_on", "-started_on", "-pk")
    )
    lines = [
        {
            "name": _other(proposal, household, names, told=False),
            "line": proposal_line(proposal),
            "url": proposal.get_absolute_url(),
            "stage": _("Proposed"),
        }
        for proposal in proposals
    ] + [
        {
            "name": _other(pairing, household, names, told=True),
            "line": step_line(pairing, names, on=on),
            "remarks": no_longer_said(pairing),
            "url": pairing.get_absolute_url(),
            "stage": pairing.get_stage_display(),
        }
        for pairing in pairings
    ]
    if not lines:
        return []
    return [Panel(20, "matching/_family_panel.html", {"lines": lines})]


def offer_state(offer: SupportOffer, *, user: User) -> OfferState:
    """Whether an offer is in a proposal or else has a place for another family."""
    proposal = (
        Proposal.objects.visible_to(user)
        .open()
        .filter(offer=offer)
        .order_by("made_on", "pk")
        .first()
    )
    if proposal is not None:
        return OfferState(proposal.get_absolute_url(), place_is_free=True)
    free = Place.objects.filter(family=offer.family_id, pairing=None)
    return OfferState("", place_is_free=free.exists())


def course(household: Household, *, user: User, on: dt.date) -> list[CourseLine]:
    """Proposals, exclusions and steps of pairings in the life of a family."""
    names = Names(user)
    about = pairs_of(household)
    lines = []
    for proposal in (
        Proposal.objects.visible_to(user)
        .filter(about)
        .select_related(*HOUSEHOLDS)
        .order_by("made_on", "pk")
    ):
        url = proposal.get_absolute_url()
        who = {"family": _other(proposal, household, names, told=False)}
        lines.append(
            CourseLine(
                proposal.made_on, "event", _("Proposed to %(family)s") % who, url=url
            )
        )
        if proposal.closed_on:
            outcome = _("Proposal closed: %(outcome)s") % {
                "outcome": proposal.get_outcome_display()
            }
            lines.append(CourseLine(proposal.closed_on, "event", outcome, url=url))
    for exclusion in (
        Exclusion.objects.visible_to(user)
        .filter(about)
        .select_related(*HOUSEHOLDS)
        .order_by("from_on", "pk")
    ):
        what = _("Not suitable: %(family)s") % {
            "family": _other(exclusion, household, names, told=False)
        }
        lines.append(CourseLine(exclusion.from_on, "event", what))
    steps = (
        PairingStage.objects.counted()
        .filter(pairing__in=Pairing.objects.visible_to(user).filter(about))
        .select_related("by", "pairing", *(f"pairing__{path}" for path in HOUSEHOLDS))
        .order_by("on", "pk")
    )
    lines += [
        CourseLine(
            step.on,
            "event",
            _("With %(family)s: %(stage)s")
            % {
                "family": _other(step.pairing, household, names, told=True),
                "stage": step.get_stage_display(),
            },
            by=step.by.name,
            url=step.pairing.get_absolute_url(),
        )
        for step in steps
    ]
    return lines


def _proposals(answers: list[Task], names: Names, *, on: dt.date) -> list[TodayRow]:
    """To start, to ask, late or nearly so: what the open proposals wait for."""
    user = names.user
    # On a Friday, what ends on Monday ends soon.
    soon = user.coordinator.promise(on, 1) if user.is_coordinator else on
    tasks = {task.about: task for task in answers}
    proposals = (
        Proposal.objects.visible_to(user)
        .open()
        .select_related(*HOUSEHOLDS)
        .order_by("hold_until", "pk")
    )
    rows = []
    for proposal in proposals:
        if both_yes(proposal):
            rows.append(_to_start(proposal, names))
            continue
        task = tasks.get(proposal.reference)
        if lies_ready(proposal) and task is None:
            if names.knows(proposal.request.family.household):
                rows.append(_ready(proposal, names, soon=soon))
            continue
        if task is None or (task.later_until and task.later_until > on):
            continue
        if task.text:
            # The family answered by its link, which is told in a row of its own.
            continue
        if proposal.hold_until <= on:
            rows.append(_late(proposal, task, names))
        elif turn(proposal) == "support" and _came_from_elsewhere(proposal, names):
            rows.append(_to_ask(proposal, task, names))
        elif proposal.hold_until <= soon:
            rows.append(_nearly_over(proposal, task, names))
    return rows


def _ready(proposal: Proposal, names: Names, *, soon: dt.date) -> TodayRow:
    """Nobody was asked yet: whom to ask first."""
    support = proposal.first == Proposal.First.SUPPORT
    request_name = names.request(proposal.request.family.household)
    support_name = names.support(proposal.offer.family.household)
    ends_soon = proposal.hold_until <= soon
    return TodayRow(
        # Nobody else can have the place meanwhile.
        urgency=Urgency.BLOCKS_SOMEBODY,
        household=_shown(proposal.request.family.household),
        side="pairing",
        title=_("Lies ready: ask %(family)s")
        % {"family": support_name if support else request_name},
        why=_("A proposal for %(request)s. Nobody was asked yet.")
        % {"request": request_name},
        since=proposal.made_on,
        due_on=proposal.hold_until,
        action_label=_("To the proposal"),
        action_url=proposal.get_absolute_url(),
        tags=(_place_until(proposal),) if ends_soon else (),
    )


def _nearly_over(proposal: Proposal, task: Task, names: Names) -> TodayRow:
    """The place is held for a day or so, and an answer is still to come."""
    household = _own_household(proposal, names)
    return TodayRow(
        urgency=Urgency.BLOCKS_SOMEBODY,
        household=_shown(household),
        side="pairing",
        title=_("The place is held a little longer: %(request)s and %(support)s")
        % _pair(proposal, names, told=False),
        why=proposal_line(proposal),
        since=proposal.made_on,
        due_on=proposal.hold_until,
        action_label=_("To the proposal"),
        action_url=proposal.get_absolute_url(),
        task=task,
        tags=(_place_until(proposal),),
    )


def _place_until(proposal: Proposal) -> tuple[str, str]:
    until = {"date": words.day(proposal.hold_until)}
    return "warn", _("Place until %(date)s") % until


def _came_from_elsewhere(proposal: Proposal, names: Names) -> bool:
    """Whether it was made across the border, for an own support family."""
    support = proposal.offer.family.household
    request = proposal.request.family.household
    return names.knows(support) and not names.knows(request)


def _to_ask(proposal: Proposal, task: Task, names: Names) -> TodayRow:
    household = proposal.offer.family.household
    return TodayRow(
        urgency=Urgency.BLOCKS_SOMEBODY,
        household=_shown(household),
        side="support",
        title=_("Ask: %(family)s") % {"family": names.support(household)},
        why=_("A colleague proposed a family of another municipality to them."),
        since=proposal.made_on,
        due_on=proposal.hold_until,
        action_label=_("Ask the family")
        if lies_ready(proposal)
        else _("Record the answer"),
        action_url=proposal.get_absolute_url(),
        task=task,
    )


def _taken_back(user: User, names: Names, *, on: dt.date) -> list[TodayRow]:
    """Proposals of a colleague across the border that somebody else took back."""
    by_user = AuditEvent.objects.filter(
        object_reference=OuterRef("reference"),
        object_type=Proposal._meta.model_name,
        verb=AuditEvent.Verb.CHANGED,
        actor=user,
        fields__contains="outcome",
    )
    proposals = (
        Proposal.objects.visible_to(user)
        .filter(
            Q(offer__family__household__coordinator=None)
            | Q(offer__family__household__coordinator__user=user),
            outcome=Proposal.Outcome.WITHDRAWN,
            closed_on__gt=on - TAKEN_BACK_SHOWN,
        )
        .exclude(Exists(by_user))
        .select_related(*HOUSEHOLDS)
        .order_by("closed_on", "pk")
    )
    return [
        TodayRow(
            urgency=Urgency.AGES,
            household=_shown(proposal.offer.family.household),
            side="support",
            title=_("No need to ask any more: %(family)s")
            % {"family": names.support(proposal.offer.family.household)},
            why=_("The proposal was taken back. Tell the family."),
            since=proposal.closed_on,
            action_label=_("Look at the proposal"),
            action_url=proposal.get_absolute_url(),
        )
        for proposal in proposals
        if _came_from_elsewhere(proposal, names)
    ]


def _to_start(proposal: Proposal, names: Names) -> TodayRow:
    household = _own_household(proposal, names)
    return TodayRow(
        urgency=Urgency.BLOCKS_SOMEBODY,
        household=_shown(household),
        side="pairing",
        title=_("Start: %(request)s and %(support)s")
        % _pair(proposal, names, told=False),
        why=_("Both families want to meet."),
        since=max(proposal.support_answered_on, proposal.request_answered_on),
        action_label=_("Start the pairing"),
        action_url=proposal.get_absolute_url(),
        tags=(("ok", _("Both yes")),),
    )


def _late(proposal: Proposal, task: Task, names: Names) -> TodayRow:
    support = turn(proposal) == "support"
    family = proposal.offer.family if support else proposal.request.family
    name = (
        names.support(family.household) if support else names.request(family.household)
    )
    return TodayRow(
        urgency=Urgency.BLOCKS_SOMEBODY,
        household=_shown(family.household),
        side="support" if support else "request",
        title=_("Ask for an answer: %(family)s") % {"family": name},
        why=_("They were asked whether they want to meet."),
        since=proposal.made_on,
        due_on=proposal.hold_until,
        action_label=_("Record the answer"),
        action_url=proposal.get_absolute_url(),
        task=task,
        tags=(("warn", _("No answer yet")),),
    )


def _introductions(user: User, names: Names, *, on: dt.date) -> list[TodayRow]:
    rows = []
    for pairing in _running(user).filter(stage=Pairing.Stage.INTRODUCTION):
        day = pairing.introduction_on
        if day is None:
            why, label = _("No day was set yet."), _("Plan the introduction")
        elif day < on:
            why = _("They met on %(date)s. How did it go?") % {"date": words.day(day)}
            label = _("Start the trial")
        else:
            continue
        rows.append(
            TodayRow(
                urgency=Urgency.BLOCKS_SOMEBODY,
                household=_shown(_own_household(pairing, names)),
                side="pairing",
                title=_("Introduction: %(request)s and %(support)s")
                % _pair(pairing, names, told=True),
                why=why,
                since=day or pairing.started_on,
                action_label=label,
                action_url=pairing.get_absolute_url(),
            )
        )
    return rows


def _running(user: User):
    return (
        Pairing.objects.visible_to(user)
        .running()
        .select_related(*HOUSEHOLDS)
        .order_by("started_on", "pk")
    )


def _own_household(pair: Proposal | Pairing, names: Names) -> Household:
    """The household whose page the coordinator may open; the request's if both."""
    request = pair.request.family.household
    return request if names.knows(request) else pair.offer.family.household


def _shown(household: Household) -> ShownHousehold:
    return ShownHousehold(household.reference, household.name)


def _pair(pair: Proposal | Pairing, names: Names, *, told: bool) -> dict[str, str]:
    return {
        "request": names.request(pair.request.family.household, told=told),
        "support": names.support(pair.offer.family.household, told=told),
    }


def _other(
    pair: Proposal | Pairing | Exclusion,
    household: Household,
    names: Names,
    *,
    told: bool,
) -> str:
    """The family on the other side of a pair."""
    request = pair.request.family.household
    if request == household:
        return names.support(pair.offer.family.household, told=told)
    return names.request(request, told=told)

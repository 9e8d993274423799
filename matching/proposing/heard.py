"""Rows on Vandaag about what families answered by their links."""

import datetime as dt

from django.utils import timezone
from django.utils.translation import gettext as _

from families.models import Task
from families.panels import ShownHousehold, TodayRow, Urgency
from matching.models import Proposal
from matching.proposing.pipeline import HOUSEHOLDS
from matching.wording.names import Names


def heard_rows(tasks: list[Task], names: Names, *, on: dt.date) -> list[TodayRow]:
    """What families said, with what to do now; one row for each.

    Args:
        tasks: the open ones of the user about answers, with their households.
        names: how families are called on the page.
        on: today.
    """
    told = [
        task
        for task in tasks
        if task.text
        and task.due_on <= on
        and (task.later_until is None or task.later_until <= on)
    ]
    if not told:
        return []
    proposals = {
        proposal.reference: proposal
        for proposal in Proposal.objects.visible_to(names.user)
        .filter(reference__in=[task.about for task in told])
        .select_related(*HOUSEHOLDS)
    }
    return [
        _row(task, proposals[task.about], names)
        for task in told
        if task.about in proposals
    ]


def _row(task: Task, proposal: Proposal, names: Names) -> TodayRow:
    household = task.household
    support = proposal.offer.family.household_id == household.pk
    asks, gives = proposal.request.family.household, proposal.offer.family.household
    name, other = names.request(asks), names.support(gives)
    if support:
        name, other = other, name
    return TodayRow(
        urgency=Urgency.BLOCKS_SOMEBODY,
        household=ShownHousehold(household.reference, household.name),
        side="support" if support else "request",
        title=_("Answer of %(family)s: %(answer)s")
        % {"family": name, "answer": task.text},
        why=_("They answered themselves, by their link. It is about %(family)s.")
        % {"family": other},
        since=timezone.localdate(task.created_at),
        due_on=task.due_on,
        action_label=_("Look at the proposal"),
        action_url=proposal.get_absolute_url(),
        task=task,
    )

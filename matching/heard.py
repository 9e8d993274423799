"""Rows on Vandaag about what families answered by their links."""

import datetime as dt

from django.utils import timezone
from django.utils.translation import gettext as _

from families.models import Task, User
from families.panels import ShownHousehold, TodayRow, Urgency
from matching.models import Proposal
from matching.pipeline import HOUSEHOLDS
from matching.workbench import Names


def heard_rows(user: User, names: Names, *, on: dt.date) -> list[TodayRow]:
    """What a family said, with what to do now; one row for each."""
    tasks = (
        Task.objects.visible_to(user)
        .for_coordinator(user, on=on)
        .due_on(on)
        .filter(kind=Task.Kind.ANSWER)
        .select_related("household")
        .order_by("due_on", "pk")
    )
    # Texts are encrypted, so the database cannot tell which tasks have one.
    told = [task for task in tasks if task.text]
    if not told:
        return []
    proposals = {
        proposal.reference: proposal
        for proposal in Proposal.objects.visible_to(user)
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
    name = names.support(household) if support else names.request(household)
    return TodayRow(
        urgency=Urgency.BLOCKS_SOMEBODY,
        household=ShownHousehold(household.reference, household.name),
        side="support" if support else "request",
        title=_("Answer of %(family)s: %(answer)s")
        % {"family": name, "answer": task.text},
        why=_("They answered the proposal by their link."),
        since=timezone.localdate(task.created_at),
        due_on=task.due_on,
        action_label=_("Look at the proposal"),
        action_url=proposal.get_absolute_url(),
        task=task,
    )

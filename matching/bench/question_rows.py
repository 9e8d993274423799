"""Rows on Vandaag about questions that would help to find a match."""

import datetime as dt
from collections import defaultdict
from dataclasses import replace

from django.utils.translation import gettext as _

from families.models import SupportOffer, SupportRequest, Task, User
from families.panels import TodayRow, asking_attention, next_step
from matching.bench.questions import wish_url
from matching.wording.names import Names
from matching.wording.reasons import TASKS


def question_rows(user: User, names: Names, *, on: dt.date) -> list[TodayRow]:
    """Whom to ask what, for whose match, and where the answer is written down."""
    tasks = list(
        asking_attention(user, on=on)
        .filter(kind=Task.Kind.QUESTION)
        .exclude(about="")
        .order_by("due_on", "pk")
    )
    if not tasks:
        return []
    requests = {
        one.reference: one
        for one in SupportRequest.objects.visible_to(user)
        .filter(reference__in=[task.about for task in tasks])
        .select_related("family__household__municipality")
    }
    offers = _offers_of(user, tasks)
    return [
        _row(next_step(task, on=on), task, requests.get(task.about), offers, names)
        for task in tasks
    ]


def _row(
    row: TodayRow,
    task: Task,
    request: SupportRequest | None,
    offers: dict[int, list[SupportOffer]],
    names: Names,
) -> TodayRow:
    if request is None:
        return row
    home = request.family.household
    wishes: list[SupportRequest] | list[SupportOffer] = [request]
    if home.pk != task.household_id:
        wishes = offers.get(task.household_id, [])
        family = {"family": names.request(home)}
        row = replace(row, why=_("For the match of %(family)s.") % family)
    code = next((one for one, text in TASKS.items() if str(text) == task.text), "")
    if not code or len(wishes) != 1:
        # Where the answer belongs is for who asks to say.
        return row
    url = wish_url(wishes[0], code, back=request)
    return replace(row, action_label=_("Fill in the answer"), action_url=url)


def _offers_of(user: User, tasks: list[Task]) -> dict[int, list[SupportOffer]]:
    """What the families that are asked give, by household."""
    found = defaultdict(list)
    offers = (
        SupportOffer.objects.visible_to(user)
        .filter(family__household__in=[task.household_id for task in tasks])
        .exclude(stage=SupportOffer.Stage.ENDED)
        .select_related("family__household")
    )
    for offer in offers:
        found[offer.family.household_id].append(offer)
    return found

"""What evaluations and first answers add to the pages that show all apps."""

import datetime as dt

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from agreements.models import Confirmation, Evaluation
from agreements.shown.answered import first_answers
from families.models import Household, User
from families.panels import CourseLine, Panel, ShownHousehold, TodayRow, Urgency
from matching.models import Pairing
from matching.wording import words
from matching.wording.names import Names

HOUSEHOLDS = (
    "pairing__request__family__household",
    "pairing__offer__family__household",
)


def today_rows(own: Names, *, on: dt.date) -> list[TodayRow]:
    """Open evaluations of which all answers are there, or whose day has come.

    None of a pairing without guidance: who let it go was told that nothing is asked.
    """
    found = (
        Evaluation.objects.visible_to(own.user)
        .open()
        .filter(pairing__ended_on=None)
        .exclude(pairing__stage=Pairing.Stage.INDEPENDENT)
        .select_related(*HOUSEHOLDS)
        .prefetch_related("answers")
        .order_by("due_on", "pk")
    )
    rows = []
    for evaluation in found:
        answered = [one.answered_on for one in evaluation.answers.all()]
        if len(answered) == len(Confirmation.Side):
            why = _("Both families answered. Look what follows.")
            rows.append(_row(evaluation, own, why=why, since=max(answered)))
        elif evaluation.due_on <= on:
            why = _("Not all answers are there yet.")
            rows.append(_row(evaluation, own, why=why, since=evaluation.due_on))
    return rows


def family_panels(household: Household, *, user: User) -> list[Panel]:
    """The first answers of a family, or the way to write them down."""
    visible = Household.objects.visible_to(user).select_related("baseline")
    found = visible.filter(pk=household.pk).first()
    if found is None:
        return []
    known = getattr(found, "baseline", None)
    context = {
        "household": household,
        "first": first_answers(known),
        "asked_on": known.asked_on if known else None,
    }
    return [Panel(40, "agreements/_baseline_panel.html", context)]


def course_lines(household: Household, *, user: User) -> list[CourseLine]:
    """When evaluations of a family started, when it answered, and how they ended.

    What it answered stands on the page of the evaluation alone.
    """
    request = Q(pairing__request__family__household=household)
    support = Q(pairing__offer__family__household=household)
    found = (
        Evaluation.objects.visible_to(user)
        .filter(request | support)
        .select_related(*HOUSEHOLDS, "started_by", "closed_by")
        .prefetch_related("answers__recorded_by")
        .order_by("pk")
    )
    lines = []
    for evaluation in found:
        lines += _lines(evaluation, household)
    return lines


def _row(evaluation: Evaluation, own: Names, *, why: str, since: dt.date) -> TodayRow:
    pairing = evaluation.pairing
    request = pairing.request.family.household
    support = pairing.offer.family.household
    household = request if own.knows(request) else support
    names = {
        "request": words.family_name(request),
        "support": words.family_name(support),
    }
    return TodayRow(
        urgency=Urgency.AGES,
        household=ShownHousehold(household.reference, household.name),
        side="pairing",
        title=_("Evaluation: %(request)s and %(support)s") % names,
        why=why,
        since=since,
        action_label=_("To the evaluation"),
        action_url=evaluation.get_absolute_url(),
        tags=(("warn", _("Evaluation")),),
    )


def _lines(evaluation: Evaluation, household: Household) -> list[CourseLine]:
    pairing, url = evaluation.pairing, evaluation.get_absolute_url()
    asks = pairing.request.family.household == household
    other = pairing.offer if asks else pairing.request
    values = {
        "family": _("the %(name)s family") % {"name": other.family.household.name},
        "occasion": evaluation.get_occasion_display(),
        "outcome": evaluation.get_outcome_display(),
    }

    def line(on: dt.date, text: str, by: User | None) -> CourseLine:
        return CourseLine(on, "event", text % values, by=by.name if by else "", url=url)

    started = _("Evaluation with %(family)s started: %(occasion)s")
    lines = [
        line(timezone.localdate(evaluation.started_at), started, evaluation.started_by)
    ]
    for answers in evaluation.answers.all():
        if answers.side == ("request" if asks else "support"):
            text = _("Answered the evaluation with %(family)s")
            lines.append(line(answers.answered_on, text, answers.recorded_by))
    if evaluation.closed_on:
        text = _("Evaluation with %(family)s closed: %(outcome)s")
        lines.append(line(evaluation.closed_on, text, evaluation.closed_by))
    return lines

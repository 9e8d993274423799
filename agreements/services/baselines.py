"""How it goes with a household at the first talk; the same questions return later."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from agreements.models import Baseline
from agreements.services import refused
from families.models import Household, User
from families.services.audit import record


class FirstAnswersChanged(refused.ChangedMeanwhile):
    """Somebody else wrote them down after they were read."""

    message = _("Somebody else has just changed these answers.")


@transaction.atomic
def write_baseline(
    household: Household,
    *,
    asked_on: dt.date,
    row_version: int,
    by: User,
    child_score: int | None = None,
    own_score: int | None = None,
) -> Baseline:
    """Writes down the first answers of a household, or puts them right.

    Args:
        household: it has one set of first answers.
        asked_on: the day of the talk.
        row_version: of the answers as `by` saw them; 0 for none.
        by: the coordinator who asked.
        child_score: 1 (very well) to 5 (not well at all); None was not asked.
        own_score: the same for the parents themselves.

    Raises:
        FirstAnswersChanged: somebody wrote them down after `row_version`.
    """
    # The lock on the household keeps two first answers from being written at once.
    locked = Household.objects.select_for_update(no_key=True).get(pk=household.pk)
    baseline = Baseline.objects.filter(household=locked).first()
    if row_version != (baseline.row_version if baseline else 0):
        raise FirstAnswersChanged
    verb = "changed" if baseline else "created"
    if baseline is None:
        baseline = Baseline(household=locked, row_version=0)
    baseline.child_score, baseline.own_score = child_score, own_score
    baseline.asked_on, baseline.recorded_by = asked_on, by
    baseline.row_version += 1
    baseline.save()
    record(baseline, verb=verb, by=by, fields=["asked_on", "child_score", "own_score"])
    return baseline

"""The end of a pairing, with all of its agreements that still waits for something.

Matching knows no agreements, so that an end is asked for here: in one transaction
the pairing ends there, and what is open here is put away.
"""

import datetime as dt

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from agreements.models import Agreement, AgreementVersion, Evaluation, Pause, Strain
from agreements.services import evaluations, pauses, refused, strain, undo
from agreements.services.links import stop_asking
from agreements.services.versions import discard_draft
from families.models import User
from matching.models import Pairing
from matching.services import pairings
from matching.services.locks import lock_pairing
from matching.services.pairings import Ending


class UnderStrain(refused.Refused):
    """Guidance ends only when nothing rubs any more."""

    message = _("First say how it comes out what rubs between them.")


@transaction.atomic
def end(
    pairing: Pairing, ending: Ending, *, row_version: int, at: dt.datetime, by: User
) -> Pairing:
    """Ends a pairing and settles what is open in its agreements.

    An open draft is put away and links die, also to what counts; an open evaluation
    and what rubs get their outcome; a pause ends with the pairing. Exceptions stay
    readable.

    Raises:
        StepNotPossible: it ended before.
        ChangedMeanwhile: somebody else changed the pairing after `row_version`.
        BeforeTheStart: a day is too early.
    """
    ended = pairings.end_pairing(pairing, ending, row_version=row_version, at=at, by=by)
    agreement = Agreement.objects.filter(pairing=ended).first()
    if agreement is not None:
        agreement.pairing = ended
        _put_draft_away(agreement, at=at, by=by)
        _stop_asking(agreement, at=at)
        _end_pauses(agreement, last=ending.on, at=at, by=by)
    _close_evaluation(ended, at=at, by=by)
    _close_strain(ended, at=at, by=by)
    return ended


@transaction.atomic
def let_go(pairing: Pairing, *, on: dt.date, row_version: int, by: User) -> Pairing:
    """Guidance ends and contact goes on. What they agreed on keeps holding.

    Nothing else is settled, so that it can be taken back on the same day.

    Raises:
        UnderStrain: something rubs, and nobody said yet how it comes out.
        StepNotPossible: it does not run.
        ChangedMeanwhile: somebody else changed the pairing after `row_version`.
        BeforeTheStart: the day lies before the last step.
    """
    locked = lock_pairing(pairing)
    if Strain.objects.open().filter(pairing=locked).exists():
        raise UnderStrain
    return pairings.make_independent(locked, on=on, row_version=row_version, by=by)


def _put_draft_away(agreement: Agreement, *, at: dt.datetime, by: User) -> None:
    draft = AgreementVersion.objects.draft().filter(agreement=agreement).first()
    if draft is not None:
        draft.agreement = agreement
        discard_draft(draft, by=by, at=at)


def _stop_asking(agreement: Agreement, *, at: dt.datetime) -> None:
    """What counts on the word of one family is not asked of the other any more."""
    late = AgreementVersion.objects.current().filter(
        agreement=agreement, one_side_is_enough=True
    )
    for version in late.order_by("number"):
        version.agreement = agreement
        stop_asking(version, at=at)


def _end_pauses(
    agreement: Agreement, *, last: dt.date, at: dt.datetime, by: User
) -> None:
    open_ones = Pause.objects.counted().filter(agreement=agreement)
    for pause in open_ones.order_by("from_on"):
        pause.agreement = agreement
        if pause.from_on > last:
            undo.take_back(pause, by=by, at=at)
        elif pause.until_on is None or pause.until_on > last:
            pauses.end_pause(pause, until_on=last, by=by)


def _close_evaluation(pairing: Pairing, *, at: dt.datetime, by: User) -> None:
    evaluation = Evaluation.objects.open().filter(pairing=pairing).first()
    if evaluation is not None:
        evaluation.pairing = pairing
        evaluations.close(
            evaluation,
            outcome=Evaluation.Outcome.END,
            outcome_text=evaluation.outcome_text,
            row_version=evaluation.row_version,
            at=at,
            on=timezone.localdate(at),
            by=by,
        )


def _close_strain(pairing: Pairing, *, at: dt.datetime, by: User) -> None:
    """That safety was the reason stays what came out of it."""
    rubs = Strain.objects.open().filter(pairing=pairing).first()
    if rubs is not None:
        rubs.pairing = pairing
        is_safety = pairing.end_reason == Pairing.EndReason.SAFETY
        outcome = Strain.Outcome.SAFETY if is_safety else Strain.Outcome.ENDED
        strain.close(
            rubs,
            outcome=outcome,
            outcome_text=rubs.outcome_text,
            row_version=rubs.row_version,
            by=by,
            at=at,
        )

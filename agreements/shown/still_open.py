"""What of a pairing still waits for something, and what its end makes of it."""

import datetime as dt

from django.db.models import Q
from django.utils.translation import gettext as _

from agreements.history import History
from agreements.models import Evaluation, Pause, Strain
from matching.models import Pairing, Proposal


def still_open(history: History, *, on: dt.date) -> list[str]:
    """Each thing that an end of the pairing settles, as a sentence."""
    pairing = history.pairing
    lines = []
    if history.draft is not None:
        lines.append(
            _(
                "Version %(number)d of the agreements still waits for a yes. It is put"
                " away, and its links do not work any more."
            )
            % {"number": history.draft.number}
        )
    if Evaluation.objects.open().filter(pairing=pairing).exists():
        lines.append(
            _("The open evaluation is closed. What the families said stays readable.")
        )
    if Strain.objects.open().filter(pairing=pairing).exists():
        lines.append(_("What rubs is rounded off, with the end as its outcome."))
    rests = Pause.objects.counted().filter(
        Q(until_on=None) | Q(until_on__gt=on), agreement__pairing=pairing
    )
    if rests.exists():
        lines.append(_("The pause ends with it."))
    return lines


def what_no_means(pairing: Pairing) -> str:
    """What becomes of the offer where the support family is not asked again."""
    others = Pairing.objects.running().filter(offer=pairing.offer)
    if others.exclude(pk=pairing.pk).exists():
        return _(
            "With no, their offer rests without an end date: another pairing of theirs"
            " still runs."
        )
    if Proposal.objects.open().filter(offer=pairing.offer).exists():
        return _(
            "With no, their offer rests without an end date: a proposal to them is"
            " still open."
        )
    return _("With no, their offer ends: they are not proposed any more.")

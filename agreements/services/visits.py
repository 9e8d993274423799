"""Extra visits: what happened beside the agreements, and needs no new ones."""

import datetime as dt

from django.db import transaction

from agreements.models import ExtraVisit
from agreements.services import refused
from agreements.services.locks import lock_agreement
from families.models import User
from families.services.audit import record
from matching.models import Pairing


@transaction.atomic
def note_visit(
    pairing: Pairing, *, on: dt.date, text: str, by: User, at: dt.datetime
) -> ExtraVisit:
    """Notes an extra visit; the same one sent twice by one person is one.

    Raises:
        BeforeThePairing: the pairing had not begun on that day.
        AfterThePairing: the pairing had ended before that day.
    """
    agreement = lock_agreement(pairing)
    noted = agreement.extra_visits.counted().filter(on=on, recorded_by=by)
    same = next((one for one in noted if one.text == text), None)
    if same is not None:
        return same
    if on < agreement.pairing.started_on:
        raise refused.BeforeThePairing
    refused.refuse_after_the_end(agreement.pairing, on)
    visit = ExtraVisit.objects.create(
        agreement=agreement, on=on, text=text, recorded_by=by, recorded_at=at
    )
    record(visit, verb="created", by=by, fields=["on", "text"])
    return visit

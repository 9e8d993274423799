"""Taking back what interrupts or adds to agreements."""

import datetime as dt

from django.db import transaction

from agreements.models import ExtraVisit, ItemException, Pause
from agreements.services.locks import lock_agreement, touch
from families.models import User
from families.services.audit import record


@transaction.atomic
def take_back(
    row: Pause | ItemException | ExtraVisit, *, by: User, at: dt.datetime
) -> None:
    """Lets it count no more; the row stays. Taking back twice is once."""
    agreement = lock_agreement(row.agreement.pairing)
    row.refresh_from_db()
    if row.taken_back_at is not None:
        return
    row.taken_back_at = at
    row.save(update_fields=["taken_back_at"])
    record(row, verb="changed", by=by, fields=["taken_back_at"])
    touch(agreement)

"""Counts what happens to applications, without following anybody."""

import datetime as dt

from django.db import transaction
from django.db.models import F

from families.models import IntakeCount


@transaction.atomic
def count(what: str, *, kind: str, language: str, on: dt.date, step: str = "") -> None:
    """One more of something on a day.

    Args:
        what: one of `IntakeCount.What`.
        kind: of application, one of `IntakeDraft.Kind`.
        language: of the pages.
        on: the day.
        step: the page on which it was left; for what was left only.
    """
    key = {
        "what": IntakeCount.What(what),
        "kind": kind,
        "language": language,
        "on": on,
        "step": step,
    }
    # Two at once make one row; each adds its own.
    IntakeCount.objects.bulk_create([IntakeCount(**key)], ignore_conflicts=True)
    IntakeCount.objects.filter(**key).update(n=F("n") + 1)

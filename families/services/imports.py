"""Forgets files that were brought in, once their time is over."""

import datetime as dt

from django.db import transaction

from families.models import ImportChunk, ImportRun

KEPT_FOR = dt.timedelta(days=7)


@transaction.atomic
def forget_files(at: dt.datetime) -> None:
    """Erases what files of a week ago say; that there was one stays, with counts."""
    old = ImportRun.objects.filter(erased_at=None, created_at__lte=at - KEPT_FOR)
    keys = list(old.select_for_update(no_key=True).values_list("pk", flat=True))
    ImportChunk.objects.filter(run__in=keys).delete()
    runs = ImportRun.objects.filter(pk__in=keys)
    # What nobody finished in a week is not brought in any more.
    runs.exclude(state=ImportRun.State.DONE).update(state=ImportRun.State.FAILED)
    runs.update(found="", erased_at=at)

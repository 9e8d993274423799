"""Erases what families left half done, once its time is over."""

import datetime as dt
from collections.abc import Callable

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from families.models import DraftKey, IntakeDraft, OutboxMail
from families.services.intake import counting
from families.services.intake.drafts import lock_draft


def erase_old_drafts(*, at: dt.datetime, left_at: Callable[[IntakeDraft], str]) -> None:
    """Erases drafts and keys whose time is over, and the mails that carried links.

    Each draft is a transaction of its own: when two workers come for it at once, it is
    counted once.

    Args:
        at: the moment.
        left_at: tells the page on which a draft was left.
    """
    for draft in IntakeDraft.objects.filter(expires_at__lte=at).iterator():
        with transaction.atomic():
            locked = lock_draft(draft)
            if locked is None or locked.expires_at > at:
                continue
            if locked.submitted_at is None:
                counting.count(
                    "left",
                    kind=locked.kind,
                    language=locked.language,
                    on=timezone.localdate(at),
                    step=left_at(locked),
                )
            locked.delete()
    DraftKey.objects.filter(expires_at__lte=at).delete()
    # Of somebody we know nothing else of: the address goes with the answers.
    OutboxMail.objects.filter(
        person=None,
        referrer=None,
        created_at__lte=at - dt.timedelta(days=settings.DRAFT_DAYS),
    ).delete()

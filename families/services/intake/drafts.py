"""Answers on their way: kept on the server, opened by keys, erased in time."""

import datetime as dt
import json
import secrets
from collections.abc import Iterable

from django.conf import settings
from django.db import transaction

from families.models import DraftKey, IntakeDraft
from families.services.intake.told import Typed
from families.services.reach import fingerprint

KEY_BYTES = 32


@transaction.atomic
def begin_draft(
    kind: str, *, language: str, at: dt.datetime
) -> tuple[IntakeDraft, str]:
    """An empty draft and the key with which this browser opens it."""
    draft = IntakeDraft.objects.create(
        kind=IntakeDraft.Kind(kind),
        language=language,
        expires_at=at + dt.timedelta(hours=24 * settings.DRAFT_DAYS),
    )
    return draft, browser_key(draft, at=at)


def browser_key(draft: IntakeDraft, *, at: dt.datetime) -> str:
    """One more key for a browser; the others stay valid."""
    key = secrets.token_urlsafe(KEY_BYTES)
    DraftKey.objects.create(
        draft=draft,
        kind=DraftKey.Kind.BROWSER,
        key_hash=fingerprint(key),
        expires_at=at + dt.timedelta(hours=24 * settings.DRAFT_DAYS),
    )
    return key


def find_draft(key: str, kind: str, *, at: dt.datetime) -> IntakeDraft | None:
    """The draft that a browser's key opens, sent or not; None when it is gone."""
    return (
        IntakeDraft.objects.select_related("household", "referral")
        .filter(
            keys__key_hash=fingerprint(key),
            keys__kind=DraftKey.Kind.BROWSER,
            keys__expires_at__gt=at,
            kind=kind,
            expires_at__gt=at,
        )
        .first()
    )


def typed_in(draft: IntakeDraft) -> dict[str, Typed]:
    """What was typed so far, step by step."""
    return json.loads(draft.answers) if draft.answers else {}


@transaction.atomic
def save_answers(
    draft: IntakeDraft, slug: str, typed: Typed, *, instead_of: Iterable[str] = ()
) -> None:
    """Keeps the answers of one step; another tab may have written the others.

    Args:
        draft: the draft; one that was sent meanwhile stays as it is.
        slug: the step.
        typed: each field with what was typed.
        instead_of: steps whose answers this one replaces.
    """
    locked = IntakeDraft.objects.select_for_update(no_key=True).get(pk=draft.pk)
    if locked.submitted_at:
        return
    answers = typed_in(locked)
    for replaced in instead_of:
        answers.pop(replaced, None)
    answers[slug] = typed
    draft.answers = json.dumps(answers)
    draft.save(update_fields=["answers", "updated_at"])

"""Answers on their way: kept on the server, opened by keys, erased in time."""

import datetime as dt
import json
import secrets
from collections.abc import Iterable

from cryptography.fernet import InvalidToken
from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext

from families.encryption import blind_index, fernet
from families.models import DraftKey, IntakeDraft, OutboxMail
from families.references import new_reference
from families.services.intake.told import INVITED, Typed
from families.services.mail import queue_mail_to
from families.services.reach import fingerprint

KEY_BYTES = 32
# Within which somebody who filled in a code goes on.
CARRIED_SECONDS = 60 * 60
ONE_MINUTE = dt.timedelta(minutes=1)


class DraftGone(Exception):
    """Another tab erased the draft meanwhile."""


@transaction.atomic
def begin_draft(
    kind: str, *, language: str, at: dt.datetime, key: str = ""
) -> tuple[IntakeDraft, str]:
    """An empty draft and the key with which this browser opens it: a new one or `key`.

    Raises:
        IntegrityError: the key has a draft already.
    """
    draft = IntakeDraft.objects.create(
        kind=IntakeDraft.Kind(kind),
        language=language,
        expires_at=at + dt.timedelta(hours=24 * settings.DRAFT_DAYS),
    )
    return draft, browser_key(draft, at=at, key=key)


def browser_key(draft: IntakeDraft, *, at: dt.datetime, key: str = "") -> str:
    """One more key for a browser, new or `key`; the others stay valid."""
    key = key or secrets.token_urlsafe(KEY_BYTES)
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


def invited_children(draft: IntakeDraft) -> list[str]:
    """References of the children that an invited family was asked about."""
    return typed_in(draft).get(INVITED, {}).get("children", [])


def lock_draft(draft: IntakeDraft) -> IntakeDraft | None:
    """The draft as it is now, locked; None when it is gone."""
    rows = IntakeDraft.objects.select_for_update(no_key=True)
    return rows.filter(pk=draft.pk).first()


@transaction.atomic
def save_answers(
    draft: IntakeDraft,
    slug: str,
    typed: Typed,
    *,
    instead_of: Iterable[str] = (),
    language: str = "",
) -> None:
    """Keeps the answers of one step; another tab may have written the others.

    Args:
        draft: the draft; one that was sent or erased meanwhile stays as it is.
        slug: the step.
        typed: each field with what was typed.
        instead_of: steps whose answers this one replaces.
        language: of the page; "" leaves that of the draft as it is.
    """
    locked = lock_draft(draft)
    if locked is None or locked.submitted_at:
        return
    answers = typed_in(locked)
    for replaced in instead_of:
        answers.pop(replaced, None)
    answers[slug] = typed
    draft.answers = json.dumps(answers)
    draft.language = language or draft.language
    draft.save(update_fields=["answers", "language", "updated_at"])


@transaction.atomic
def link_for_later(draft: IntakeDraft, address: str, *, at: dt.datetime) -> None:
    """Mails one more link by which the draft is opened; the former stay valid.

    Raises:
        DraftGone: another tab erased the draft meanwhile.
    """
    if _just_mailed(draft, address, at=at):
        return
    token = secrets.token_urlsafe(KEY_BYTES)
    _save_for_later(draft, DraftKey.Kind.LINK, fingerprint(token), at=at)
    body = render_to_string(
        "families/mail/draft_link.txt",
        {
            "days": settings.DRAFT_DAYS,
            "url": settings.SITE_URL + reverse("intake:resume-link", args=[token]),
        },
    )
    queue_mail_to(address, subject=gettext("Your link"), body=body)


@transaction.atomic
def code_for_later(draft: IntakeDraft, *, at: dt.datetime) -> str:
    """One more code of ten characters that opens the draft; it cannot be shown again.

    Raises:
        DraftGone: another tab erased the draft meanwhile.
    """
    code = new_reference()
    _save_for_later(draft, DraftKey.Kind.CODE, _code_index(code), at=at)
    return code


def carry_code(code: str) -> str:
    """A code as it stands in an address for a moment: nobody can read it there.

    It is as long for a code that opens nothing.
    """
    return fernet().encrypt(code.encode()).decode()


def find_saved(token: str, *, at: dt.datetime) -> IntakeDraft | None:
    """The draft that a mailed link or a carried code opens.

    None when it is unknown, old or sent: each of these takes the same one query.
    """
    try:
        code = fernet().decrypt(token.encode(), ttl=CARRIED_SECONDS).decode()
        keys = {"keys__kind": DraftKey.Kind.CODE, "keys__key_hash": _code_index(code)}
    except (InvalidToken, ValueError):
        keys = {
            "keys__kind": DraftKey.Kind.LINK,
            "keys__key_hash": fingerprint(token),
        }
    return IntakeDraft.objects.filter(
        **keys, keys__expires_at__gt=at, expires_at__gt=at, submitted_at=None
    ).first()


def close_elsewhere(draft: IntakeDraft, key: str) -> None:
    """Other browsers in which it was begun or opened do not show that it was sent."""
    others = draft.keys.filter(kind=DraftKey.Kind.BROWSER)
    others.exclude(key_hash=fingerprint(key)).delete()


@transaction.atomic
def leave_draft(key: str, *, at: dt.datetime) -> None:
    """What leaving quickly leaves behind of the draft that a browser's key opens.

    A draft for which a link or a code was asked stays, and so does the row of one that
    was sent, which holds no answers; this browser opens neither any more.
    """
    keys = (
        DraftKey.objects.select_related("draft")
        .select_for_update(of=("self", "draft"))
        .filter(
            key_hash=fingerprint(key), kind=DraftKey.Kind.BROWSER, expires_at__gt=at
        )
    )
    for opened in keys:
        opened.delete()
        if opened.draft.saved_at is None and opened.draft.submitted_at is None:
            opened.draft.delete()


def _just_mailed(draft: IntakeDraft, address: str, *, at: dt.datetime) -> bool:
    """Whether a second press asks for the link that the first one mailed."""
    lately = {"created_at__gt": at - ONE_MINUTE}
    # Who presses at the same time waits here.
    locked = lock_draft(draft)
    if locked is None or not locked.keys.filter(kind="link", **lately).exists():
        return False
    mails = OutboxMail.objects.filter(person=None, referrer=None, **lately)
    return any(mail.to == address for mail in mails)


def _save_for_later(
    draft: IntakeDraft, kind: str, key_hash: str, *, at: dt.datetime
) -> None:
    expires_at = at + dt.timedelta(hours=24 * settings.DRAFT_DAYS)
    locked = lock_draft(draft)
    if locked is None:
        raise DraftGone
    draft.saved_at = at
    # A clock that was put back must not shorten what an earlier link promised.
    draft.expires_at = max(locked.expires_at, expires_at)
    draft.save(update_fields=["saved_at", "expires_at", "updated_at"])
    DraftKey.objects.create(
        draft=draft, kind=kind, key_hash=key_hash, expires_at=expires_at
    )


def _code_index(code: str) -> str:
    return blind_index("draft-code", code)

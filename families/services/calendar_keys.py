"""Secret addresses by which calendars read the agenda of a coordinator."""

import datetime as dt
import secrets

from django.db import transaction

from families.models import CalendarKey, Coordinator, User
from families.services.audit import record
from families.services.reach import fingerprint

N_BYTES = 32
LONGEST = 100


@transaction.atomic
def renew(coordinator: Coordinator, *, at: dt.datetime, by: User) -> str:
    """A new secret, that is told once; the former one opens nothing any more."""
    Coordinator.objects.select_for_update(no_key=True).get(pk=coordinator.pk)
    secret = secrets.token_urlsafe(N_BYTES)
    key, _is_new = CalendarKey.objects.update_or_create(
        coordinator=coordinator,
        defaults={"key_hash": fingerprint(secret), "made_at": at},
    )
    record(key, verb="created", by=by, fields=["key_hash"])
    return secret


@transaction.atomic
def revoke(coordinator: Coordinator, *, by: User) -> bool:
    """Makes the secret open nothing any more; whether there was one."""
    Coordinator.objects.select_for_update(no_key=True).get(pk=coordinator.pk)
    key = CalendarKey.objects.filter(coordinator=coordinator).first()
    if key is None:
        return False
    record(key, verb="changed", by=by, fields=["key_hash"])
    key.delete()
    return True


def whose(secret: str) -> Coordinator | None:
    """The coordinator whose agenda a secret opens; None for who may not log in."""
    if not secret or len(secret) > LONGEST:
        return None
    found = CalendarKey.objects.filter(
        key_hash=fingerprint(secret), coordinator__user__is_active=True
    )
    key = found.select_related("coordinator__user").first()
    return key.coordinator if key else None

"""Writes down who saw and changed what: ids and names of fields, never values."""

from collections.abc import Iterable

from django.db import models

from families.models import AuditEvent, User
from families.request_ids import request_id

Kind = AuditEvent.ActorKind


def kind_of(actor: User) -> Kind:
    """In which role somebody who is logged in acts."""
    if actor.is_coordinator:
        return Kind.COORDINATOR
    if actor.is_official:
        return Kind.OFFICIAL
    return Kind.ORGANISATION


def record(
    thing: models.Model,
    *,
    verb: str,
    by: User | AuditEvent.ActorKind,
    fields: Iterable[str] = (),
) -> AuditEvent:
    """Adds a row in the transaction of the change it tells of.

    Args:
        thing: the object; named by its `reference`, else by its primary key.
        verb: one of `AuditEvent.Verb`.
        by: who did it; a family or the system itself by its kind.
        fields: names of what changed.
    """
    actor = by if isinstance(by, User) else None
    return AuditEvent.objects.create(
        actor=actor,
        actor_kind=kind_of(by) if isinstance(by, User) else Kind(by),
        verb=AuditEvent.Verb(verb),
        object_type=thing._meta.model_name or "",
        object_reference=str(getattr(thing, "reference", None) or thing.pk),
        fields=" ".join(sorted(fields)),
        request_id=request_id.get(),
    )

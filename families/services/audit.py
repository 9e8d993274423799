"""Writes down who saw and changed what: ids and names of fields, never values."""

from collections.abc import Iterable

from django.db import models

from families.models import AuditEvent, User
from families.request_ids import request_id


def kind_of(actor: User | None) -> str:
    """In which role somebody acts; no user means a family or a job of the system."""
    if actor is None:
        return "family"
    if actor.is_coordinator:
        return "coordinator"
    if actor.is_official:
        return "official"
    return "organisation"


def record(
    thing: models.Model,
    *,
    verb: str,
    by: User | None,
    fields: Iterable[str] = (),
) -> AuditEvent:
    """Adds a row in the transaction of the change it tells of.

    Args:
        thing: the object; named by its `reference`, else by its primary key.
        verb: one of `AuditEvent.Verb`.
        by: who did it; None for a family or the system itself.
        fields: names of what changed.
    """
    return AuditEvent.objects.create(
        actor=by,
        actor_kind=kind_of(by),
        verb=AuditEvent.Verb(verb),
        object_type=thing._meta.model_name or "",
        object_reference=str(getattr(thing, "reference", None) or thing.pk),
        fields=" ".join(sorted(fields)),
        request_id=request_id.get(),
    )

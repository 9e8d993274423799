"""What a pairing takes of the week, written down for who looks for a free moment."""

import datetime as dt
from functools import reduce
from operator import or_

from django.db import transaction
from django.utils import timezone
from django_tasks import task

from agreements.core import timeline
from agreements.models import Agreement, AgreementVersion
from agreements.services.locks import lock_agreement
from families.jobs import may_run_twice
from families.models import AuditEvent, User
from families.services.audit import record
from matching.models import Pairing

# Who writes something down: a coordinator, a family by its link, or the site itself.
Actor = User | AuditEvent.ActorKind


def write_occupied_moments(agreement: Agreement, *, on: dt.date, by: Actor) -> None:
    """Keeps what the pairing takes of the week in step with its agreements.

    All that holds on the day or begins after it: who starts in three weeks has that
    moment promised, and who stops in three months keeps it until then.

    Args:
        agreement: locked, with its pairing.
        on: today.
        by: whose step it follows from.
    """
    versions = list(agreement.versions.current().prefetch_related("items__children"))
    in_force = timeline.in_force_on(versions, on)
    taken = [one for one in versions if one == in_force or one.effective_from > on]
    mask = reduce(or_, (timeline.occupied_moments(one.terms()) for one in taken), 0)
    pairing = agreement.pairing
    if pairing.occupied_moments != mask:
        pairing.occupied_moments = mask
        pairing.save(update_fields=["occupied_moments"])
        record(pairing, verb="changed", by=by, fields=["occupied_moments"])


def look_again_when_it_starts(version: AgreementVersion, *, on: dt.date) -> None:
    """Plans that what ends when a version begins is free from that day."""
    if version.effective_from > on:
        starts_at = dt.datetime.combine(version.effective_from, dt.time())
        later = take_what_still_holds.using(run_after=timezone.make_aware(starts_at))
        later.enqueue(version.agreement.pairing_id)


@task()
@may_run_twice()
def take_what_still_holds(pairing_pk: int) -> None:
    """Writes down what a pairing takes from today on."""
    with transaction.atomic():
        agreement = lock_agreement(Pairing.objects.get(pk=pairing_pk))
        write_occupied_moments(
            agreement, on=timezone.localdate(), by=AuditEvent.ActorKind.SYSTEM
        )

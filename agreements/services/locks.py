"""One writer at a time for each agreement, and in order of time."""

import datetime as dt
from collections.abc import Sequence

from agreements.models import Agreement, AgreementVersion
from matching.models import Pairing
from matching.services.locks import lock_pairing


def lock_agreement(pairing: Pairing) -> Agreement:
    """The agreement with its pairing, both locked; the first time it is made."""
    locked = lock_pairing(pairing)
    agreement, _made = Agreement.objects.get_or_create(pairing=locked)
    agreement = Agreement.objects.select_for_update(no_key=True).get(pk=agreement.pk)
    agreement.pairing = locked
    return agreement


def versions_of(agreement: Agreement) -> list[AgreementVersion]:
    """Every version by number, with its items."""
    versions = list(
        agreement.versions.order_by("number")
        .select_related("house_rules")
        .prefetch_related("items__children")
    )
    for version in versions:
        version.agreement = agreement
    return versions


def after_what_stands(
    versions: Sequence[AgreementVersion], at: dt.datetime
) -> dt.datetime:
    """`at`, or the last moment that was written, whichever is later.

    Callers look at the clock before they wait for the lock, and may get it in another
    order. What was known at a moment never changes afterwards.
    """
    written = (
        moment
        for one in versions
        for moment in (one.recorded_at, one.settled_at, one.superseded_at)
        if moment is not None
    )
    return max([at, *written])


def touch(agreement: Agreement) -> None:
    """Let whoever looks at an older state notice."""
    agreement.row_version += 1
    agreement.save(update_fields=["row_version"])

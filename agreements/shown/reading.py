"""A version as one of the two families reads it."""

import datetime as dt
from dataclasses import dataclass
from typing import cast

from agreements import wording
from agreements.core import timeline
from agreements.history import History, Reader, with_families
from agreements.models import AgreementVersion
from agreements.shown.versions import ShownChange, ShownItem, changed, shown_items
from agreements.wording import frames
from families.models import Coordinator
from matching.models import Pairing


@dataclass(frozen=True)
class Reading:
    """What one family reads of a version, and whom it may call.

    Attributes:
        changes: what differs from the version before it, without its house rules; None
            for the first one.
        has_new_rules: whether this version comes with house rules that were not there.
        items: all that is agreed on; none for a stop.
        frame: whether it is a trial, and for how long each family expects it.
        reason: why it changes; none for a stop, as that is what one family said.
    """

    version: AgreementVersion
    changes: ShownChange | None
    has_new_rules: bool
    items: list[ShownItem]
    frame: list[str]
    hours: str
    reason: str
    coordinator: Coordinator


def reading(version: AgreementVersion, side: str, *, on: dt.date) -> Reading:
    """A version in sentences for one family.

    Args:
        version: loaded by anybody; all that is shown is read here.
        side: of the family that reads.
        on: today, as people come and go.
    """
    history = History.of(
        with_families(
            Pairing.objects.filter(pk=version.agreement.pairing_id).select_related(
                "request__family__household__coordinator__user",
                "offer__family__household__coordinator__user",
            ),
            adults=True,
        ).get()
    )
    pairing = history.pairing
    wishes = pairing.request if side == "request" else pairing.offer
    names = history.names_for(cast("Reader", side), on=on)
    shown = next(one for one in history.versions if one.pk == version.pk)
    former, terms = history.former(shown), shown.terms()
    return Reading(
        version=shown,
        changes=changed(former, shown, names, without_rules=True) if former else None,
        has_new_rules=_has_new_rules(former, shown),
        items=shown_items(terms, names),
        frame=frames.sentences(shown.frame(), names, on=on) if terms else [],
        hours=wording.hours_a_month(timeline.totals(terms)),
        reason=shown.reason if terms else "",
        coordinator=wishes.family.household.coordinator or pairing.lead,
    )


def _has_new_rules(former: AgreementVersion | None, shown: AgreementVersion) -> bool:
    if former is None or shown.house_rules is None:
        return False
    return shown.house_rules != former.house_rules

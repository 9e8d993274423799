"""What holds for a whole version: the trial, the durations and the house rules."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace

from agreements.core import timeline
from agreements.core.timeline import Frame, Terms
from agreements.models import AgreementVersion, HouseRules
from agreements.services import refused
from matching.models import Pairing

Kind = AgreementVersion.Kind


@dataclass(frozen=True, slots=True)
class Framed:
    """What is written down for all items of a version together.

    Attributes:
        frame: with the number of the house rules.
        house_rules: to which both families say yes with it; None for none.
        one_side_is_enough: whether one family's word settles it.
    """

    frame: Frame
    house_rules: HouseRules | None
    one_side_is_enough: bool


def first_frame(pairing: Pairing) -> Frame:
    """Definite, for as long as each family said in its wishes."""
    return Frame(
        months_request=pairing.request.duration_months,
        months_support=pairing.offer.duration_months,
    )


def framed(
    pairing: Pairing,
    versions: Sequence[AgreementVersion],
    terms: Sequence[Terms],
    *,
    effective_from: dt.date,
    kind: str,
    frame: Frame | None,
) -> Framed:
    """What a new version says of all its items together.

    Args:
        pairing: with its request and offer.
        versions: all versions so far, with their house rules.
        terms: the items, each with its line.
        effective_from: the first day on which it holds.
        kind: of the version; a stop keeps the frame of what it stops.
        frame: what was chosen; its house rules do not count. None is as before.

    Raises:
        TrialEndsBefore: the trial would be over before the version starts.
    """
    in_force = timeline.in_force_on(versions, effective_from)
    before = timeline.still(in_force.frame(), on=effective_from) if in_force else None
    if frame is None or kind == Kind.STOP:
        frame = before or first_frame(pairing)
    frame = replace(frame, house_rules=None)
    if frame.trial_until is not None and frame.trial_until < effective_from:
        raise refused.TrialEndsBefore
    one_side = kind == Kind.STOP or (
        kind == Kind.CHANGE
        and in_force is not None
        and frame == before
        and timeline.is_less(in_force.terms(), terms)
    )
    if one_side or frame.trial_until is not None:
        return Framed(frame, None, one_side)
    rules = _to_agree_to(versions, on=effective_from)
    number = rules.number if rules else None
    return Framed(replace(frame, house_rules=number), rules, one_side)


def _to_agree_to(
    versions: Sequence[AgreementVersion], *, on: dt.date
) -> HouseRules | None:
    """The house rules of a day, unless a version that counts has them, or newer ones.

    What starts on the same day does not count: a correction takes its place.
    """
    newest = HouseRules.objects.filter(holds_from__lte=on).order_by("number").last()
    agreed_to = (
        one.house_rules.number
        for one in timeline.known(versions)
        if one.house_rules and one.effective_from != on
    )
    if newest is None or newest.number <= max(agreed_to, default=0):
        return None
    return newest

"""What two families agreed on, as it stands in one cell: elke woensdag 13-17."""

import datetime as dt
import re
from dataclasses import dataclass

from django.utils.translation import gettext as _

from agreements.core.timeline import Frame, Terms
from agreements.services import Yes, record_version
from buurtgezinnen.imports.values import DAY_OF, Unread, quoted
from families.models import User
from families.vocabulary import SupportKind, kinds_in
from matching.models import Pairing

# A night and what is not named do not follow from a day and its times.
NOT_BY_DAY = {SupportKind.SLEEPOVER, SupportKind.OTHER}
_EACH_WEEK = re.compile(
    r"(?:elke|iedere)\s+(?P<day>[a-z]{2,9})\s+(?:van\s+)?"
    r"(?P<from>\d{1,2})(?:[:.](?P<from_minutes>\d{2}))?\s*(?:-|–|tot)\s*"
    r"(?P<until>\d{1,2})(?:[:.](?P<until_minutes>\d{2}))?(?:\s*uur)?"
)


@dataclass(frozen=True)
class EachWeek:
    """A fixed day of each week, from one time to another."""

    weekday: int
    starts_at: dt.time
    ends_at: dt.time


def each_week(text: str) -> EachWeek:
    """What stands in a cell."""
    found = _EACH_WEEK.fullmatch(" ".join(text.casefold().split()))
    day = DAY_OF.get(found["day"]) if found else None
    if found is not None and day is not None:
        try:
            starts = dt.time(int(found["from"]), int(found["from_minutes"] or 0))
            ends = dt.time(int(found["until"]), int(found["until_minutes"] or 0))
        except ValueError:
            starts = ends = dt.time()
        if starts < ends:
            return EachWeek(day, starts, ends)
    raise Unread(
        _(
            "We cannot read ‘%(value)s’. Write for example: elke woensdag 13-17. Leave"
            " it empty for other agreements, and write them down afterwards."
        )
        % {"value": quoted(text)}
    )


def agree(
    pairing: Pairing,
    agreed: EachWeek,
    *,
    kinds: int,
    on: dt.date,
    at: dt.datetime,
    by: User,
) -> None:
    """Writes down what both families agreed on before; it holds from `on`.

    Args:
        pairing: in its trial or running.
        agreed: when they come together.
        kinds: mask of what the family asks; the first one is what they do.
        on: the day on which the pairing came here.
        at: now.
        by: who writes it down.
    """
    asked = [kind for kind in kinds_in(kinds) if kind not in NOT_BY_DAY]
    terms = Terms(
        line=1,
        kind=asked[0] if asked else SupportKind.PLAY,
        children=tuple(child.pk for child in pairing.request.children.order_by("pk")),
        rhythm="weekly",
        weekdays=1 << agreed.weekday,
        starts_at=agreed.starts_at,
        ends_at=agreed.ends_at,
    )
    record_version(
        pairing,
        effective_from=on,
        items=(terms,),
        by=by,
        at=at,
        frame=Frame(trial_until=pairing.trial_until),
        reason=_("Agreed on before it came here."),
        confirmations=[Yes(side, "discussed", on) for side in ("request", "support")],
    )

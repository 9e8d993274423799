"""Why what held on a day and what was believed then are not the same, in words."""

import datetime as dt

from django.utils import timezone
from django.utils.translation import gettext as _

from agreements import wording
from agreements.history import History
from agreements.models import AgreementVersion


def why_it_differs(history: History, day: dt.date, known_at: dt.datetime) -> str:
    """One or two sentences; "" where both answers are the same version."""
    now = history.in_force_on(day)
    then = history.in_force_on(day, known_at=known_at)
    if now == then:
        return ""
    if now is None:
        return _known_before_the_end(history, then)
    if then is None:
        return _(
            "Nothing had been settled for this day by then. Version %(number)d was"
            " settled on %(settled)s, and holds from %(start)s."
        ) % _of(now)
    if then.superseded_at is not None and then.effective_from == now.effective_from:
        return _(
            "By then version %(old)d was thought to hold. Version %(number)d took its"
            " place on %(settled)s, and holds from the same day."
        ) % _of(now, then)
    return _(
        "By then version %(old)d was thought to hold. Version %(number)d was settled on"
        " %(settled)s, and holds from %(start)s."
    ) % _of(now, then)


def _known_before_the_end(history: History, then: AgreementVersion | None) -> str:
    ended_on = history.pairing.ended_on
    return _(
        "By then version %(old)d was thought to hold. The pairing ended on %(end)s, and"
        " after that nothing holds."
    ) % {
        "old": then.number if then else 0,
        "end": wording.date_in_words(ended_on),
    }


def _of(
    now: AgreementVersion, then: AgreementVersion | None = None
) -> dict[str, object]:
    settled = now.settled_at
    return {
        "number": now.number,
        "old": then.number if then else 0,
        "settled": wording.date_in_words(timezone.localdate(settled))
        if settled
        else "",
        "start": wording.date_in_words(now.effective_from),
    }

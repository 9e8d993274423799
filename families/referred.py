"""Who referred a family, on the pages of its coordinator."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from families import people
from families.models import Household, Referral, User
from families.panels import CourseLine, Panel
from families.services import referrals

ORDER = 5


def family_panels(household: Household, *, user: User, on: dt.date) -> list[Panel]:
    """Who referred the family, what they told, and what they heard of us."""
    found = _of(household, user, on=on)
    if not found:
        return []
    parent = people.contact_person(household.members, on)  # type: ignore[attr-defined]
    may_invite = parent is not None and referrals.may_invite(parent)
    shown = [_shown(referral, may_invite=may_invite, on=on) for referral in found]
    context = {"household": household, "referred": shown}
    return [Panel(ORDER, "families/_referred.html", context)]


def course(household: Household, *, user: User) -> list[CourseLine]:
    """When it was referred, and when its referrer heard something."""
    found = _of(household, user, on=timezone.localdate())
    return [line for referral in found for line in _lines(referral)]


def _of(household: Household, user: User, *, on: dt.date) -> Iterable[Referral]:
    return list(
        Referral.objects.visible_to(user)
        .filter(household=household)
        .annotate(may_tell=referrals.may_tell(on=on))
        .select_related("referrer")
        .prefetch_related("drafts")
        .order_by("received_at", "pk")
    )


def _shown(referral: Referral, *, may_invite: bool, on: dt.date) -> dict[str, Any]:
    answered = [
        draft.submitted_at for draft in referral.drafts.all() if draft.submitted_at
    ]
    invited_on = _day(referral.invited_at)
    return {
        "referral": referral,
        "referrer": referral.referrer,
        "received_on": _day(referral.received_at),
        "called_told_on": _day(referral.called_told_at),
        "closed_told_on": _day(referral.closed_told_at),
        "may_tell": referral.may_tell,
        "invited_on": invited_on,
        "answered_on": _day(min(answered)) if answered else None,
        "may_invite": may_invite and not answered and invited_on != on,
    }


def _lines(referral: Referral) -> list[CourseLine]:
    who = {
        "name": referral.referrer.name,
        "organisation": referral.referrer.organisation,
    }
    events = [
        (
            referral.received_at,
            _("Referred by %(name)s (%(organisation)s)") % who,
        ),
        (referral.invited_at, _("The parent got a link to the questions by e-mail")),
        (referral.called_told_at, _("The referrer heard that we called")),
        (referral.closed_told_at, _("The referrer heard that it ended")),
    ]
    return [
        CourseLine(timezone.localdate(at), "event", what) for at, what in events if at
    ]


def _day(moment: dt.datetime | None) -> dt.date | None:
    return timezone.localdate(moment) if moment else None

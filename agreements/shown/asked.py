"""Where each family stands with a version: asked, said yes, wants something else."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from agreements.history import History
from agreements.models import AgreementVersion, Asking, Confirmation, WantedChange
from agreements.services import can_be_otherwise
from agreements.services.asking import can_be_taken_back_until
from agreements.services.links import can_be_asked
from agreements.shown.sent import Sent, seconds_left
from agreements.shown.sides import SIDES, sides_read_by
from families.models import User

Way = Asking.Way


WORDS = {side: word for word, side in SIDES.items()}


@dataclass(frozen=True)
class Wants:
    """What one family wants to be different in a version.

    Attributes:
        word: how addresses name its side.
        changes: the latest first.
        may_read: whether its words are for who looks.
        may_note: whether who looks can write down what it says now.
    """

    side: str
    word: str
    name: str
    changes: list[WantedChange]
    may_read: bool
    may_note: bool

    @property
    def still_open(self) -> list[WantedChange]:
        """What nobody talked about yet."""
        return [one for one in self.changes if one.handled_at is None]


@dataclass(frozen=True)
class Stand:
    """One family and one version.

    Attributes:
        yes: when and how it said yes; None while it did not.
        asking: how it was asked last; None where it was not.
        asked: the same in words; "" where it was not.
        wants: what it wants to be different.
        waits: whether it may still say yes.
        may_be_asked: whether it may be asked, and answer by a link.
    """

    side: str
    name: str
    yes: Confirmation | None
    asking: Asking | None
    asked: str
    wants: Wants
    waits: bool
    may_be_asked: bool

    @property
    def by_hand(self) -> bool:
        """Whether the coordinator still brings the link herself."""
        asking = self.asking
        if not self.may_be_asked or self.wants.still_open:
            return False
        return asking is not None and asking.way != Way.MAIL


@dataclass(frozen=True)
class Standing:
    """Both families, and the mails that can still be taken back."""

    stands: list[Stand]
    sent: list[Sent]


def standing(
    history: History, version: AgreementVersion, *, user: User, at: dt.datetime
) -> Standing:
    """Where both families stand with a version.

    Args:
        history: of the pairing.
        version: one of its versions.
        user: who looks.
        at: now.
    """
    askings = list(
        version.askings.standing()
        .select_related("person", "mail")
        .order_by("asked_at", "pk")
    )
    yes = {one.side: one for one in version.confirmations.all()}
    may_say_yes = history.can_get_a_yes(version)
    stands = []
    on = timezone.localdate(at)
    may_be_asked = may_say_yes and can_be_asked(version, on=on)
    for wants in what_they_want(history, version, user=user, on=on):
        side = wants.side
        last = last_of(askings, side)
        stands.append(
            Stand(
                side=side,
                name=capfirst(wants.name),
                yes=yes.get(side),
                asking=last,
                asked=asked_in_words(last) if last else "",
                wants=wants,
                waits=may_say_yes and side not in yes,
                may_be_asked=may_be_asked and side not in yes,
            )
        )
    return Standing(stands, _just_sent(history, version, stands, at=at))


def what_they_want(
    history: History, version: AgreementVersion, *, user: User, on: dt.date
) -> list[Wants]:
    """What each family wants to be different in a version.

    Args:
        history: of the pairing.
        version: one of its versions.
        user: who looks.
        on: today.
    """
    readable = sides_read_by(user, history.pairing)
    changes = version.wanted_changes.select_related("recorded_by")
    found = list(changes.order_by("-recorded_at", "-pk"))
    can_be_noted = history.pairing.ended_on is None and can_be_otherwise(
        version, history.versions, on=on
    )
    return [
        Wants(
            side=side.value,
            word=WORDS[side],
            name=getattr(history.names, side.value).name,
            changes=[one for one in found if one.side == side],
            may_read=side in readable,
            may_note=can_be_noted and side in readable,
        )
        for side in Confirmation.Side
    ]


def still_wanted(
    history: History,
    *versions: AgreementVersion | None,
    user: User,
    on: dt.date,
) -> list[Wants]:
    """What families want otherwise in versions, and nobody talked about yet."""
    return [
        wants
        for version in versions
        if version is not None
        for wants in what_they_want(history, version, user=user, on=on)
        if wants.still_open
    ]


def last_of(askings: Iterable[Asking], side: str) -> Asking | None:
    """The latest one of a side, of askings in order of time."""
    return next((one for one in reversed(list(askings)) if one.side == side), None)


def asked_in_words(asking: Asking) -> str:
    """How and when: "Gevraagd per e-mail op 17 november 2026."."""
    day = date_format(timezone.localdate(asking.asked_at), "j F Y")
    return {
        Way.MAIL: _("Asked by e-mail on %(date)s."),
        Way.TEXT: _("Asked with a text on %(date)s."),
        Way.LETTER: _("Asked with a letter on %(date)s."),
    }[Way(asking.way)] % {"date": day}


def _just_sent(
    history: History,
    version: AgreementVersion,
    stands: Iterable[Stand],
    *,
    at: dt.datetime,
) -> list[Sent]:
    args = [history.pairing.reference, version.number]
    url = reverse("agreements:version-unask", args=args)
    found = []
    for one in stands:
        until = can_be_taken_back_until(one.asking) if one.asking else None
        if one.waits and until and until > at:
            left = seconds_left(until, at=at)
            found.append(Sent(one.wants.name, until, left, url, one.asking))
    return found

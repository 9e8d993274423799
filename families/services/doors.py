"""How often somebody may come to a public door, counted for all workers together."""

import datetime as dt
import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from django.db import transaction
from django.db.models import F, QuerySet

from families.encryption import blind_index
from families.models import Knocks

MINUTE, HOUR, DAY = 60, 60 * 60, 24 * 60 * 60
# Of the network of a family; IPv6 gives each connection at least this many addresses.
IPV6_PREFIX = 64


@dataclass(frozen=True)
class Limit:
    """At most `most` in a stretch of time."""

    most: int
    seconds: int


@dataclass(frozen=True)
class Door:
    """How often one network and one e-mail address may come.

    Attributes:
        network: for people.
        automatic: for what looks like a program, counted apart, so that it cannot use
            up what the people behind the same address need.
        email: for each e-mail address; none where nothing is mailed.
    """

    network: tuple[Limit, ...]
    automatic: tuple[Limit, ...]
    email: tuple[Limit, ...] = ()


# Security design, row 12. A street behind one address sends no more than this.
SENDING = (Limit(10, MINUTE), Limit(30, HOUR))
# Enough for who was taken for a program by mistake, a nuisance at most otherwise.
AUTOMATIC = (Limit(10, HOUR),)
# Nobody's mailbox is filled by somebody else.
MAILING = (Limit(3, DAY),)
# Thirty families in one classroom fill in ten pages each and correct some.
PAGES = (Limit(150, MINUTE), Limit(1500, HOUR))
# The same classroom begins at one moment.
BEGINNINGS = (Limit(60, MINUTE), Limit(300, HOUR))
# A page that is sent again writes over the former answer: nothing grows.
AUTOMATIC_PAGES = (Limit(120, HOUR),)

DOORS = {
    # An answer to a question, when there is a draft already; and when there is none.
    "step": Door(PAGES, AUTOMATIC_PAGES),
    "begin": Door(BEGINNINGS, AUTOMATIC),
    # A whole application.
    "send": Door(SENDING, AUTOMATIC, MAILING),
    "callback": Door(SENDING, AUTOMATIC, MAILING),
    # Asking for a link to go on later, and going on with a code.
    "later": Door(SENDING, AUTOMATIC, MAILING),
    "resume": Door(SENDING, AUTOMATIC),
    "referral": Door(SENDING, AUTOMATIC, MAILING),
    # Asking for a code to the own pages, and trying one. How much is mailed to a person
    # is counted where that is known: `login_codes.mail_code`.
    "mine-login": Door(SENDING, AUTOMATIC),
    "mine-code": Door(SENDING, AUTOMATIC),
    # Calendars of a whole office come from one address, at the hour.
    "calendar": Door(BEGINNINGS, AUTOMATIC),
}


@dataclass(frozen=True)
class Refusal:
    """Somebody came too often.

    Attributes:
        by_email: it is the e-mail address that was used too often, not the network.
        seconds: after which there is room again.
    """

    by_email: bool
    seconds: int

    @property
    def minutes(self) -> int:
        return math.ceil(self.seconds / MINUTE)

    @property
    def hours(self) -> int:
        """Whole hours to wait; 0 where minutes tell it better."""
        return math.ceil(self.seconds / HOUR) if self.seconds > HOUR else 0


def network_of(address: str) -> str:
    """The network of an address: itself, or the connection it belongs to in IPv6.

    What is no address gets one name: a server that tells none still has limits.
    """
    try:
        found: IPv4Address | IPv6Address = ip_address(address.strip())
    except ValueError:
        return "unknown"
    if isinstance(found, IPv6Address):
        if found.ipv4_mapped is None:
            whole = ip_network((int(found), IPV6_PREFIX), strict=False)
            return str(whole)
        found = found.ipv4_mapped
    return str(found)


def mailbox_of(email: str) -> str:
    """Where mail to an address ends up: what follows a plus only sorts it there."""
    name, at_sign, domain = email.strip().casefold().rpartition("@")
    return f"{name.split('+')[0]}{at_sign}{domain}"


@transaction.atomic
def knock(
    door: str,
    *,
    network: str,
    at: dt.datetime,
    email: str = "",
    automatic: bool = False,
) -> Refusal | None:
    """Counts somebody at a door; a refusal when it is once too often.

    The e-mail address is counted only for who gets past the limits of the network.

    Args:
        door: one of `DOORS`.
        network: as `network_of` gives it.
        at: now.
        email: the address that a mail would go to, if any.
        automatic: it looks like a program.
    """
    rules = DOORS[door]
    bucket = f"{door}:auto" if automatic else door
    limits = rules.automatic if automatic else rules.network
    refusal = _count(bucket, network, limits, at=at)
    if refusal is None and email and rules.email:
        refusal = _count(
            f"{door}:email", mailbox_of(email), rules.email, at=at, by_email=True
        )
    return refusal


def _count(
    bucket: str,
    who: str,
    limits: Iterable[Limit],
    *,
    at: dt.datetime,
    by_email: bool = False,
) -> Refusal | None:
    """One more in each window; a refusal by the one that has to wait longest."""
    # Always in one order, so that two at once never wait for each other.
    waits = [
        _wait(limit.seconds, at)
        for limit in sorted(limits, key=lambda limit: limit.seconds)
        if _one_more(bucket, who, limit.seconds, at) > limit.most
    ]
    return Refusal(by_email, max(waits)) if waits else None


def _one_more(bucket: str, who: str, seconds: int, at: dt.datetime) -> int:
    """How many there are with this one; the row stays locked until the end."""
    row = _row(bucket, who, seconds, at)
    if not row.update(n=F("n") + 1):
        # By itself: what erases and what counts never wait for each other.
        transaction.on_commit(partial(forget_knocks, at), robust=True)
        since = _since(seconds, at)
        key = {"door": bucket, "who_hash": _hash(bucket, who, since)}
        new = Knocks(**key, since=since, seconds=seconds)
        # Two at once make one row; each adds its own.
        Knocks.objects.bulk_create([new], ignore_conflicts=True)
        row.update(n=F("n") + 1)
    return row.values_list("n", flat=True).get()


def _row(bucket: str, who: str, seconds: int, at: dt.datetime) -> QuerySet[Knocks]:
    since = _since(seconds, at)
    return Knocks.objects.filter(
        door=bucket, who_hash=_hash(bucket, who, since), since=since, seconds=seconds
    )


def forget_knocks(at: dt.datetime) -> int:
    """Erases the windows that are over; how many there were."""
    over = 0
    for seconds in Knocks.objects.values_list("seconds", flat=True).distinct():
        # One window more, for a clock of another server that is behind.
        late = at - 2 * dt.timedelta(seconds=seconds)
        over += Knocks.objects.filter(seconds=seconds, since__lte=late).delete()[0]
    return over


def _wait(seconds: int, at: dt.datetime) -> int:
    """The seconds until the next window."""
    end = _since(seconds, at) + dt.timedelta(seconds=seconds)
    return math.ceil((end - at).total_seconds())


def _since(seconds: int, at: dt.datetime) -> dt.datetime:
    """The beginning of the window, the same for everybody."""
    return dt.datetime.fromtimestamp(int(at.timestamp()) // seconds * seconds, dt.UTC)


def _hash(bucket: str, who: str, since: dt.datetime) -> str:
    """Who it is, for one door and one day: two days cannot be laid side by side."""
    return blind_index(f"knock:{bucket}:{since:%Y-%m-%d}", who)

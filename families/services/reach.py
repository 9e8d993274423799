"""Links by which a family opens one thing without logging in."""

import datetime as dt
import hashlib
import secrets

from django.db import transaction
from django.db.models import Exists, OuterRef

from families.models import (
    AccessLink,
    AuditEvent,
    LoginCode,
    Membership,
    OutboxMail,
    Person,
    SupportOffer,
    SupportRequest,
)
from families.services.audit import record
from families.services.mail import take_back

LINK_BYTES = 32
LINK_HOURS = 14 * 24


def fingerprint(secret: str) -> str:
    """What is kept of a secret that only its holder knows."""
    return hashlib.sha256(secret.encode(errors="surrogatepass")).hexdigest()


def issue_link(
    person: Person,
    *,
    purpose: str,
    about: str,
    at: dt.datetime,
    content_hash: str = "",
    until: dt.datetime | None = None,
) -> str:
    """A token of 256 random bits that opens one thing, for 14 days or until a moment.

    Args:
        person: who may open it.
        purpose: one of `AccessLink.Purpose`.
        about: the reference of what it opens.
        at: the moment from which the 14 days count.
        content_hash: of the text that is to be confirmed, where it must not change.
        until: the moment at which it dies, instead of after 14 days.

    Returns:
        the token; only its fingerprint is kept, so it cannot be shown again.
    """
    token = secrets.token_urlsafe(LINK_BYTES)
    AccessLink.objects.create(
        token_hash=fingerprint(token),
        purpose=AccessLink.Purpose(purpose),
        person=person,
        about=about,
        content_hash=content_hash,
        expires_at=until or at + dt.timedelta(hours=LINK_HOURS),
    )
    return token


def open_link(token: str, *, purpose: str, at: dt.datetime) -> AccessLink | None:
    """The link that a token opens; None when it is unknown, old, used or revoked.

    Each of these takes the same one query, so the answer tells nobody which it was.
    """
    return (
        AccessLink.objects.select_related("person")
        .filter(
            token_hash=fingerprint(token),
            purpose=purpose,
            expires_at__gt=at,
            used_at=None,
            revoked_at=None,
        )
        .first()
    )


@transaction.atomic
def use_link(link: AccessLink, *, at: dt.datetime) -> bool:
    """Uses a link up; of two presses at once the other finds it used."""
    used = AccessLink.objects.filter(
        pk=link.pk, used_at=None, revoked_at=None, expires_at__gt=at
    ).update(used_at=at)
    if used:
        record(link, verb="changed", by=AuditEvent.ActorKind.FAMILY, fields=["used_at"])
    return bool(used)


def application_of(
    link: AccessLink, *, on: dt.date
) -> SupportRequest | SupportOffer | None:
    """What a status link is about, if its person still belongs to that household."""
    if link.person is None:
        return None
    return application_for(link.person, link.about, on=on)


def application_for(
    person: Person, reference: str, *, on: dt.date
) -> SupportRequest | SupportOffer | None:
    """The request or offer with a reference, if somebody lives there on a day."""
    lives_there = Membership.objects.current_on(on).filter(
        person=person, household=OuterRef("family__household")
    )
    for wishes in (SupportRequest, SupportOffer):
        found = (
            wishes.objects.select_related(
                "family__household__coordinator__user",
                "family__household__municipality",
            )
            .filter(Exists(lives_there), reference=reference)
            .first()
        )
        if found is not None:
            return found
    return None


def shut_out(person: Person, *, at: dt.datetime) -> None:
    """Ends each visit of a person to the own pages, in whichever browser."""
    person.shut_out_at = at
    person.save(update_fields=["shut_out_at"])


def let_die_what_was_sent(person: Person, *, at: dt.datetime) -> None:
    """Ends links, mailed codes and waiting mail of a person with another address.

    Who is on the own pages is out. Part of the caller's transaction.
    """
    shut_out(person, at=at)
    alive = {"person": person, "used_at": None, "revoked_at": None}
    AccessLink.objects.filter(**alive).update(revoked_at=at)
    LoginCode.objects.filter(**alive, kind=LoginCode.Kind.MAIL).update(revoked_at=at)
    waiting = OutboxMail.objects.filter(
        person=person, sent_at=None, parked_at=None, cancelled_at=None
    )
    for mail in waiting:
        if mail.to != person.email:
            take_back(mail, at=at)

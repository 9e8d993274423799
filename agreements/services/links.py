"""What a link to a version is bound to, and how links and mails about it die."""

import datetime as dt
import hashlib
import json
from dataclasses import asdict

from django.utils import timezone

from agreements.models import AgreementVersion, Asking, Confirmation
from families.models import AccessLink, Household
from families.services.mail import take_back
from matching.models import Pairing

Side = Confirmation.Side


def content_hash(version: AgreementVersion) -> str:
    """A fingerprint of all that a family says yes to: 64 hexadecimal digits."""
    references = {
        child.pk: child.reference
        for item in version.items.all()
        for child in item.children.all()
    }
    text = {
        "pairing": version.agreement.pairing.reference,
        "kind": version.kind,
        "effective_from": version.effective_from,
        "frame": asdict(version.frame()),
        "items": [
            asdict(terms)
            | {"children": sorted(references[child] for child in terms.children)}
            for terms in version.terms()
        ],
    }
    return hashlib.sha256(
        json.dumps(text, sort_keys=True, default=str).encode()
    ).hexdigest()


def link_hash(version: AgreementVersion, side: str) -> str:
    """What binds a link to one text, and to the family that is asked about it."""
    return hashlib.sha256(f"{content_hash(version)}\n{side}".encode()).hexdigest()


def household_of(pairing: Pairing, side: str) -> Household:
    """The household of one side."""
    wishes = pairing.request if side == Side.REQUEST else pairing.offer
    household: Household = wishes.family.household
    return household


def last_day_of_link(expires_at: dt.datetime) -> dt.date:
    """The last day on which a link works all day."""
    return timezone.localdate(expires_at) - dt.timedelta(days=1)


def waits_for_a_yes(version: AgreementVersion) -> bool:
    """Whether a family may still say yes: to a draft, or late to what counts."""
    ended_on = version.agreement.pairing.ended_on
    if ended_on is not None and version.effective_from > ended_on:
        return False
    return version.is_draft or (version.is_current and version.one_side_is_enough)


def can_be_asked(version: AgreementVersion, *, on: dt.date) -> bool:
    """Whether a family may be asked for its yes on a day, and answer by its link.

    What counts without this yes is asked about only while it holds or is to come, and
    not after the pairing ended.
    """
    if not waits_for_a_yes(version):
        return False
    if version.is_draft or version.agreement.pairing.ended_on is not None:
        return version.is_draft
    newer = version.agreement.versions.current().filter(
        effective_from__gt=version.effective_from, effective_from__lte=on
    )
    return not newer.exists()


def stop_asking(version: AgreementVersion, *, at: dt.datetime, side: str = "") -> None:
    """Lets no link to a version work any more, nor a mail about it leave.

    Args:
        version: its agreement is locked.
        at: now.
        side: whose links and mails; by default those of both.
    """
    sides = [side] if side else Side.values
    links = AccessLink.objects.filter(
        purpose=AccessLink.Purpose.AGREEMENT,
        about=version.agreement.pairing.reference,
        content_hash__in=[link_hash(version, one) for one in sides],
        used_at=None,
        revoked_at=None,
    )
    askings = Asking.objects.filter(
        version=version, side__in=sides, mail__sent_at=None, mail__cancelled_at=None
    ).exclude(mail=None)
    links.update(revoked_at=at)
    for asking in askings.select_related("mail"):
        if asking.mail is not None:
            take_back(asking.mail, at=at)

"""Families that can be asked, and links to what they are asked."""

from typing import Any

from agreements.models import AgreementVersion
from agreements.services import Question, link_hash
from agreements.services.links import household_of
from agreements.tests.factories import NOON, make_pairing, make_version
from families.models import Membership, Person
from families.services.reach import issue_link
from matching.models import Pairing

ADULTS = {"request": "Amira", "support": "Karin"}


def adult_of(pairing: Pairing, side: str, name: str = "") -> Person:
    """An adult of one family: Amira of the request family, Karin of the other."""
    people = Person.objects.filter(
        memberships__household=household_of(pairing, side),
        memberships__role=Membership.Role.PARENT,
    )
    return next(one for one in people if one.name == (name or ADULTS[side]))


def can_be_mailed(pairing: Pairing) -> Pairing:
    """The pairing, of which Amira and Karin may be sent an e-mail."""
    for side, name in ADULTS.items():
        person = adult_of(pairing, side)
        person.email, person.may_leave_message = f"{name.lower()}@post.nl", True
        person.save()
    return pairing


def question(pairing: Pairing, side: str, way: str = "mail") -> Question:
    """Amira or Karin is asked."""
    return Question(side, way, adult_of(pairing, side))


def draft_of(**traits: Any) -> AgreementVersion:
    """A draft of families that can be mailed."""
    return make_version(can_be_mailed(make_pairing(**traits)), settled=False)


def link_to(version: AgreementVersion, side: str, **differs: Any) -> str:
    """A token with which Amira or Karin can answer."""
    pairing = version.agreement.pairing
    given = {
        "purpose": "agreement",
        "about": pairing.reference,
        "at": NOON,
        "content_hash": link_hash(version, side),
    }
    return issue_link(adult_of(pairing, side), **given | differs)

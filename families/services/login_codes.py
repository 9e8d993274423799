"""Codes by which a family comes in on its own pages: mailed, or read out to it.

Whether a code of a family is known shows nowhere: who asks for a way in makes the same
work for us in each case, and the worker finds out whom there is to mail.
"""

import datetime as dt
import math
import secrets
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, Sum
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django_tasks import task

from families.encryption import blind_index
from families.jobs import may_run_twice
from families.models import (
    AuditEvent,
    Household,
    Knocks,
    LoginCode,
    Membership,
    Person,
    SupportOffer,
    SupportRequest,
    User,
)
from families.references import ALPHABET
from families.services.audit import record
from families.services.doors import Refusal
from families.services.mail import queue_mail
from families.services.reach import application_for, shut_out

MAILED_DIGITS = 6
SPOKEN_LENGTH = 8
MAILED_WORKS = dt.timedelta(minutes=15)
SPOKEN_WORKS = dt.timedelta(hours=24)
# So often somebody may try with one reference; then it rests for a while.
TRIES = 5
REST = dt.timedelta(minutes=15)
# More mail in a day is not somebody who lost a code.
MAILS_A_DAY = 10
DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class CameIn:
    """Whom a code let in, and for what."""

    person: Person
    application: SupportRequest | SupportOffer


@task()
@may_run_twice()
def send_login_code(reference: str, language: str) -> None:
    """Mails a code to the parents behind a reference; nothing where there is none."""
    now = timezone.now()
    on = timezone.localdate(now)
    household = _household_of(reference)
    if household is None:
        return
    with translation.override(language):
        for person in whom_to_mail(household, on=on):
            mail_code(person, household, at=now)


def whom_to_mail(household: Household, *, on: dt.date) -> list[Person]:
    """The first parent with an address, and the others who want messages.

    The first one asks for it; nobody else gets what was not wished for.
    """
    parents = (
        Membership.objects.current_on(on)
        .filter(household=household, role=Membership.Role.PARENT)
        .exclude(person__email="")
        .select_related("person")
        .order_by("pk")
    )
    return [
        one.person
        for number, one in enumerate(parents)
        if number == 0 or one.person.may_leave_message
    ]


@transaction.atomic
def mail_code(person: Person, household: Household, *, at: dt.datetime) -> bool:
    """Mails a code of six digits for a quarter of an hour; the former one dies.

    Returns:
        Whether it was mailed: too many in a day are not.
    """
    _lock(person)
    mailed = LoginCode.objects.filter(person=person, kind=LoginCode.Kind.MAIL)
    if mailed.filter(created_at__gt=at - DAY).count() >= MAILS_A_DAY:
        return False
    code = f"{secrets.randbelow(10**MAILED_DIGITS):0{MAILED_DIGITS}}"
    _issue(person, household, LoginCode.Kind.MAIL, code, until=at + MAILED_WORKS, at=at)
    body = render_to_string("families/mail/login_code.txt", {"code": code})
    queue_mail(person, body=body, asked_for=True)
    return True


@transaction.atomic
def code_to_read_out(
    person: Person, household: Household, *, at: dt.datetime, by: User
) -> str:
    """A code of eight letters and digits for a day, to be told on the telephone.

    Who came in with a former code, or whoever found it, is out.
    """
    _lock(person)
    shut_out(person, at=at)
    code = "".join(secrets.choice(ALPHABET) for _ in range(SPOKEN_LENGTH))
    kind = LoginCode.Kind.SPOKEN
    made = _issue(person, household, kind, code, until=at + SPOKEN_WORKS, at=at, by=by)
    record(made, verb="created", by=by)
    record(household, verb="changed", by=by, fields=["login_codes"])
    return code


@transaction.atomic
def redeem(reference: str, code: str, *, at: dt.datetime, on: dt.date) -> CameIn | None:
    """Whom a code lets in, once; None whatever the reason that it opens nothing."""
    wanted = {"reference": reference, "family__household": OuterRef("household")}
    asks = Exists(SupportRequest.objects.filter(**wanted))
    gives = Exists(SupportOffer.objects.filter(**wanted))
    alive = LoginCode.objects.filter(
        asks | gives, expires_at__gt=at, used_at=None, revoked_at=None
    ).select_related("person")
    # One comparison more than needed: where there is no code, one is made as well.
    found = None
    for one in [LoginCode(), *alive]:
        same = secrets.compare_digest(
            one.code_hash, code_hash(one.person_id, one.kind, code)
        )
        found = one if same else found
    if found is None:
        return None
    used = LoginCode.objects.filter(
        pk=found.pk, expires_at__gt=at, used_at=None, revoked_at=None
    ).update(used_at=at)
    application = application_for(found.person, reference, on=on)
    if not used or application is None:
        return None
    record(found, verb="changed", by=AuditEvent.ActorKind.FAMILY, fields=["used_at"])
    forget_tries(reference)
    return CameIn(found.person, application)


def code_hash(person: int | None, kind: str, code: str) -> str:
    """What is kept of a code: a keyed hash, so that six digits cannot be guessed."""
    return blind_index(f"login-code:{kind}:{person}", code)


@transaction.atomic
def tried(door: str, reference: str, *, at: dt.datetime) -> Refusal | None:
    """Counts a try with a reference, known or not; a refusal after too many."""
    # Who comes at the same moment waits here for the other.
    day = at.replace(hour=0, minute=0, second=0, microsecond=0)
    _count_one(_name(door, "day"), reference, since=day, lasts=DAY)
    mine = Knocks.objects.filter(door=_name(door, "try"), who_hash=_hash(reference))
    lately = mine.filter(since__gt=at - REST)
    if (lately.aggregate(n=Sum("n"))["n"] or 0) >= TRIES:
        last = lately.order_by("-since").values_list("since", flat=True)[0]
        seconds = math.ceil((last + REST - at).total_seconds())
        return Refusal(by_email=False, seconds=seconds)
    _count_one(_name(door, "try"), reference, since=at, lasts=REST)
    Knocks.objects.filter(door=_name(door, "try"), since__lte=at - REST).delete()
    return None


def _count_one(
    door: str, reference: str, *, since: dt.datetime, lasts: dt.timedelta
) -> None:
    """One more in a row that stays locked until the end of the transaction."""
    row = Knocks(
        door=door,
        who_hash=_hash(reference),
        since=since,
        seconds=int(lasts.total_seconds()),
    )
    Knocks.objects.bulk_create([row], ignore_conflicts=True)
    Knocks.objects.filter(
        door=row.door, who_hash=row.who_hash, since=row.since, seconds=row.seconds
    ).update(n=F("n") + 1)


def forget_tries(reference: str) -> None:
    """Lets who came in begin anew."""
    Knocks.objects.filter(
        door__in=[_name(door, "try") for door in ("mine-login", "mine-code")],
        who_hash=_hash(reference),
    ).delete()


def _name(door: str, what: str) -> str:
    return f"{door}:{what}"


def _hash(reference: str) -> str:
    return blind_index("own-reference", reference)


def _household_of(reference: str) -> Household | None:
    asks = Q(request_family__requests__reference=reference)
    gives = Q(support_family__offers__reference=reference)
    return Household.objects.filter(asks | gives).first()


def _issue(
    person: Person,
    household: Household,
    kind: LoginCode.Kind,
    code: str,
    *,
    until: dt.datetime,
    at: dt.datetime,
    by: User | None = None,
) -> LoginCode:
    """A new code; the former ones of the same kind are over, old ones are erased."""
    LoginCode.objects.filter(household=household, expires_at__lt=at - DAY).delete()
    LoginCode.objects.filter(
        person=person, kind=kind, used_at=None, revoked_at=None
    ).update(revoked_at=at)
    return LoginCode.objects.create(
        person=person,
        household=household,
        kind=kind,
        code_hash=code_hash(person.pk, kind, code),
        expires_at=until,
        issued_by=by,
    )


def _lock(person: Person) -> None:
    Person.objects.select_for_update(no_key=True).get(pk=person.pk)

"""What a referrer hears of a family, and the link to the questions for its parent.

Never what was said: that we called and that it ended, each once, and only while the
family lets us tell it.
"""

import datetime as dt
import json
import secrets
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django_tasks import task

from families.encryption import blind_index
from families.jobs import may_run_twice
from families.models import (
    AccessLink,
    AuditEvent,
    Consent,
    DraftKey,
    Household,
    IntakeDraft,
    Membership,
    Person,
    Referral,
    Referrer,
    SupportRequest,
    User,
)
from families.services import consents
from families.services.audit import record
from families.services.intake.told import INVITED, Typed
from families.services.mail import queue_mail, queue_mail_to, queue_mail_to_referrer
from families.services.reach import LINK_BYTES, LINK_HOURS, fingerprint, open_link
from families.vocabulary import Language, kinds_in, languages_in

Purpose = AccessLink.Purpose
Stage = SupportRequest.Stage
GOES_ON = (Stage.WAITING, Stage.PROPOSED, Stage.PAIRED, Stage.PAUSED)
# The pages a parent reads, by the language the parent speaks; others get Dutch.
SITE_LANGUAGES = {
    Language.ENGLISH: "en",
    Language.ARABIC: "ar",
    Language.POLISH: "pl",
    Language.TURKISH: "tr",
    Language.UKRAINIAN: "uk",
}
CALLED, CLOSED = "referral_called", "referral_closed"
SYSTEM = AuditEvent.ActorKind.SYSTEM


class MayNotInvite(Exception):
    """There is no address, or messages are not allowed."""


class InvitedToday(Exception):
    """The parent got a link on this day."""


class HasAnswered(Exception):
    """The parent sent the answers."""


@dataclass(frozen=True)
class Shown:
    """A referral as its referrer may see it: how far it is, and nothing else.

    Attributes:
        state: "received", "called", "goes_on" or "stopped".
    """

    reference: str
    sent_on: dt.date
    state: str


@transaction.atomic
def tell_called(household: Household, *, at: dt.datetime) -> None:
    """Lets referrers of a household know that somebody was reached; once each."""
    on = timezone.localdate(at)
    for referral in _to_tell(household, on=on).filter(called_told_at=None):
        _tell(referral, "called_told_at", CALLED, at=at)


@transaction.atomic
def tell_closed(household: Household, *, at: dt.datetime) -> None:
    """Lets referrers know that it ended, once nothing is asked any more; once each."""
    if SupportRequest.objects.open().filter(family__household=household).exists():
        return
    # What was put together with another application goes on there.
    if Household.objects.filter(pk=household.pk, merged_into__isnull=False).exists():
        return
    on = timezone.localdate(at)
    for referral in _to_tell(household, on=on).filter(closed_told_at=None):
        _tell(referral, "closed_told_at", CLOSED, at=at)


def ask_own_list(email: str, *, language: str) -> None:
    """Makes the same work for us whether somebody refers with an address or not."""
    mail_own_list.enqueue(blind_index("email", email), language)


@task()
@may_run_twice()
def mail_own_list(email_index: str, language: str) -> None:
    """Mails a known referrer the link to their list; for others nothing happens."""
    referrer = Referrer.objects.filter(email_index=email_index).first()
    if referrer is None:
        return
    with transaction.atomic(), translation.override(language):
        url = _list_url(referrer, at=timezone.now())
        body = render_to_string("families/mail/referral_list.txt", {"url": url})
        queue_mail_to(referrer.email, body=body, referrer=referrer)


def issue_list_link(referrer: Referrer, *, at: dt.datetime) -> str:
    """A token of 256 random bits that opens the list for 14 days; only a hash stays."""
    token = secrets.token_urlsafe(LINK_BYTES)
    AccessLink.objects.create(
        token_hash=fingerprint(token),
        purpose=Purpose.REFERRALS,
        referrer=referrer,
        expires_at=at + dt.timedelta(hours=LINK_HOURS),
    )
    return token


def open_list(token: str, *, at: dt.datetime) -> Referrer | None:
    """Whose list a token opens; looking at it does not use it up."""
    link = open_link(token, purpose=Purpose.REFERRALS, at=at)
    return link.referrer if link else None


def list_of(referrer: Referrer, *, on: dt.date) -> list[Shown]:
    """What somebody referred, newest first, as far as the families let it be told."""
    requests = SupportRequest.objects.filter(family__household=OuterRef("household"))
    referrals = referrer.referrals.annotate(
        may_tell=may_tell(on=on),
        talks=Exists(requests.filter(stage=Stage.TALKING)),
        goes_on=Exists(requests.filter(stage__in=GOES_ON)),
    ).order_by("-received_at", "-pk")
    return [
        Shown(
            referral.reference,
            timezone.localdate(referral.received_at),
            _state(referral),
        )
        for referral in referrals
    ]


def may_invite(parent: Person) -> bool:
    """Whether a parent may get a link by mail that nobody asked for."""
    return bool(parent.email and parent.may_leave_message)


@transaction.atomic
def invite_parent(
    referral: Referral,
    *,
    on: dt.date,
    at: dt.datetime,
    by: User | AuditEvent.ActorKind,
) -> None:
    """Mails the parent a link to the questions, with what we know filled in.

    Raises:
        MayNotInvite: there is no address, or messages are not allowed.
        InvitedToday: the parent got a link on this day.
        HasAnswered: the parent sent the answers.
    """
    locked = Referral.objects.select_for_update(of=("self",), no_key=True).get(
        pk=referral.pk
    )
    if locked.drafts.filter(submitted_at__isnull=False).exists():
        raise HasAnswered(locked.reference)
    invited_at = locked.invited_at
    if invited_at and timezone.localdate(invited_at) == on:
        raise InvitedToday(locked.reference)
    parent = parent_of(locked.household, on=on)
    if parent is None or not may_invite(parent):
        raise MayNotInvite(locked.reference)
    # In the language of the pages that the parent reads, if there is one.
    with translation.override(parent.site_language or settings.LANGUAGE_CODE):
        url = _questions_url(locked, parent, on=on, at=at)
        body = render_to_string(
            "families/mail/referral_invitation.txt",
            {"url": url, "days": settings.DRAFT_DAYS},
        )
        queue_mail(parent, body=body, asked_for=False, about=locked.reference)
    referral.invited_at = at
    referral.save(update_fields=["invited_at"])
    record(referral, verb="changed", by=by, fields=["invited_at"])


def parent_of(household: Household, *, on: dt.date) -> Person | None:
    """The first parent who lives there on a day."""
    parents = Membership.objects.current_on(on).filter(
        household=household, role=Membership.Role.PARENT
    )
    first = parents.select_related("person").order_by("pk").first()
    return first.person if first else None


def may_tell(*, on: dt.date) -> Q:
    """Of a referral: its family lets the referrer know on a day how far it is."""
    purpose = Consent.Purpose.TELL_REFERRER
    return consents.agreed(OuterRef("household"), purpose, on=on)


def _to_tell(household: Household, *, on: dt.date) -> QuerySet[Referral]:
    """Referrals whose referrer may be told; locked, so that nobody tells it twice."""
    return (
        Referral.objects.filter(may_tell(on=on), household=household)
        .select_related("referrer")
        .select_for_update(of=("self",), no_key=True)
        .order_by("pk")
    )


def _tell(referral: Referral, field: str, template: str, *, at: dt.datetime) -> None:
    # In Dutch, whatever the language of the pages of who made it happen.
    with translation.override(settings.LANGUAGE_CODE):
        body = render_to_string(
            f"families/mail/{template}.txt",
            {
                "reference": referral.reference,
                "sent_on": timezone.localdate(referral.received_at),
                "url": _list_url(referral.referrer, at=at),
            },
        )
        queue_mail_to_referrer(referral.referrer, body=body, about=referral.reference)
    setattr(referral, field, at)
    referral.save(update_fields=[field])
    record(referral, verb="changed", by=SYSTEM, fields=[field])


def _state(referral: Referral) -> str:
    """What may be told now; without leave no more than was told before."""
    if referral.closed_told_at:
        return "stopped"
    if not referral.may_tell:  # type: ignore[attr-defined]
        return "called" if referral.called_told_at else "received"
    if referral.goes_on:  # type: ignore[attr-defined]
        return "goes_on"
    if referral.talks or referral.called_told_at:  # type: ignore[attr-defined]
        return "called"
    return "received"


def _list_url(referrer: Referrer, *, at: dt.datetime) -> str:
    token = issue_list_link(referrer, at=at)
    return settings.SITE_URL + reverse("intake:refer-list-link", args=[token])


def _questions_url(
    referral: Referral, parent: Person, *, on: dt.date, at: dt.datetime
) -> str:
    """A draft with what we know, and the link that opens it."""
    expires_at = at + dt.timedelta(hours=24 * settings.DRAFT_DAYS)
    draft = IntakeDraft.objects.create(
        kind=IntakeDraft.Kind.REQUEST,
        language=translation.get_language(),
        answers=json.dumps(_answers(referral, parent, on=on)),
        referral=referral,
        expires_at=expires_at,
        saved_at=at,
    )
    token = secrets.token_urlsafe(LINK_BYTES)
    DraftKey.objects.create(
        draft=draft,
        kind=DraftKey.Kind.LINK,
        key_hash=fingerprint(token),
        expires_at=expires_at,
    )
    return settings.SITE_URL + reverse("intake:resume-link", args=[token])


def _answers(referral: Referral, parent: Person, *, on: dt.date) -> dict[str, Typed]:
    """What is known already, as the pages of an application would have kept it.

    Whether we may leave a message is asked again: that is for the parent to say.
    """
    household = referral.household
    home = household.locations.current_on(on).order_by("pk").first()
    request = (
        SupportRequest.objects.filter(family__household=household)
        .prefetch_related("children")
        .order_by("pk")
        .first()
    )
    answers: dict[str, Typed] = {
        "contact": {
            "name": [parent.name],
            "telephone": [parent.telephone],
            "email": [parent.email],
        },
        **_language(parent),
    }
    if home and home.postcode:
        answers["postcode"] = {"postcode": [home.postcode]}
        if home.area_id:
            answers["gemeente"] = {"area": [str(home.area_id)]}
    if request is None:
        return answers
    children = sorted(request.children.all(), key=lambda child: child.pk)
    rows: Typed = {"rows": [str(len(children))]}
    for index, child in enumerate(children):
        rows[f"who-{index}"] = [child.reference]
        rows[f"name-{index}"] = [child.name]
        if child.not_yet_born:
            rows[f"unborn-{index}"] = ["on"]
        elif (age := child.age_on(on)) is not None:
            rows[f"age-{index}"] = [str(age)]
    answers[INVITED] = {"children": [child.reference for child in children]}
    if children:
        answers["kinderen"] = rows
    chosen = [str(kind.value) for kind in kinds_in(request.kinds)]
    if chosen:
        answers["wat"] = {"kinds": chosen, "kinds_other": [request.kinds_other]}
    return answers


def _language(parent: Person) -> dict[str, Typed]:
    """The language the parent speaks; nothing when none or several are known."""
    spoken = languages_in(parent.languages)
    if len(spoken) != 1 or spoken[0] == Language.OTHER:
        return {}
    if spoken[0] == Language.DUTCH:
        return {"taal": {"language": ["nl"]}}
    if spoken[0] in SITE_LANGUAGES:
        return {"taal": {"language": [SITE_LANGUAGES[spoken[0]]]}}
    return {"taal": {"language": ["other"], "which": [str(spoken[0].value)]}}

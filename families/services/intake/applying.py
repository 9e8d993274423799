"""What an application becomes once it is sent: a family, a promise, a mail."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from families.models import (
    AccessLink,
    AuditEvent,
    Consent,
    Household,
    IntakeCount,
    IntakeDraft,
    Person,
    SupportOffer,
    SupportRequest,
    Task,
)
from families.services import tasks
from families.services.audit import record
from families.services.doubles import note_doubles
from families.services.intake.completing import complete
from families.services.intake.counting import count
from families.services.intake.drafts import (
    DraftGone,
    invited_children,
    lock_draft,
)
from families.services.intake.making import make_offer, make_request
from families.services.intake.routing import Call, first_call
from families.services.intake.told import (
    RequestTold,
    SupportTold,
)
from families.services.mail import queue_mail
from families.services.reach import issue_link
from families.services.sources import note_application
from families.services.stages import start_stage


def first_call_of(household: Household) -> Task | None:
    """The call that the family was promised and still waits for."""
    return (
        Task.objects.open()
        .filter(household=household, kind=Task.Kind.FIRST_CALL)
        .select_related("coordinator__user")
        .first()
    )


def application_in(household: Household) -> SupportRequest | SupportOffer:
    """What the household applied for first, also where it was put with another."""
    kept = household.merged_into or household
    for wishes in (SupportRequest, SupportOffer):
        found = wishes.objects.filter(family__household=kept)
        if first := found.order_by("pk").first():
            return first
    raise SupportRequest.DoesNotExist


@contextmanager
def one_at_a_time(draft: IntakeDraft, *, language: str) -> Iterator[IntakeDraft]:
    """The draft as it is now; who sends it at the same moment waits until this is over.

    Args:
        draft: what is about to be sent.
        language: of the page on which it is sent: the family reads our mail in it.

    Raises:
        DraftGone: another tab erased it meanwhile.
    """
    with transaction.atomic():
        locked = lock_draft(draft)
        if locked is None:
            raise DraftGone
        if locked.language != language and not locked.submitted_at:
            locked.language = language
            locked.save(update_fields=["language"])
        yield locked


@transaction.atomic
def submit_request(
    draft: IntakeDraft,
    told: RequestTold,
    *,
    consent_version: str,
    on: dt.date,
    at: dt.datetime,
) -> SupportRequest | SupportOffer:
    """Turns a draft into a family that asks for support, with a promised first call.

    Sending the same draft again gives what the first time made. A family of which a
    referrer told keeps its household and its promise.

    Raises:
        NotServed: nobody takes applications in this municipality now.
    """
    locked = lock(draft)
    if locked.household:
        return application_in(locked.household)
    call = first_call(
        told.home.municipality, on=on, working_days=settings.CALL_WITHIN_DAYS_REQUEST
    )
    request, parent = complete_or_make(locked, told, call, on=on)
    finish(locked, request, parent, call, consent_version=consent_version, on=on, at=at)
    return request


@transaction.atomic
def submit_support(
    draft: IntakeDraft,
    told: SupportTold,
    *,
    consent_version: str,
    on: dt.date,
    at: dt.datetime,
) -> SupportRequest | SupportOffer:
    """Turns a draft into a family that gives support: one place, and a VOG to ask for.

    Sending the same draft again gives what the first time made.

    Raises:
        NotServed: nobody takes applications in this municipality now.
    """
    locked = lock(draft)
    if locked.household:
        return application_in(locked.household)
    call = first_call(
        told.home.municipality, on=on, working_days=settings.CALL_WITHIN_DAYS_SUPPORT
    )
    offer, first = make_offer(told, call.coordinator, on=on)
    finish(locked, offer, first, call, consent_version=consent_version, on=on, at=at)
    return offer


def lock(draft: IntakeDraft) -> IntakeDraft:
    """The draft as it is now, with the household that it became.

    Raises:
        DraftGone: another tab erased it meanwhile.
    """
    locked = lock_draft(draft)
    if locked is None:
        raise DraftGone
    if locked.household_id:
        locked.household = Household.objects.get(pk=locked.household_id)
    return locked


def complete_or_make(
    draft: IntakeDraft,
    told: RequestTold,
    call: Call,
    *,
    on: dt.date,
    came_by: str = Household.CameBy.FORM,
) -> tuple[SupportRequest, Person]:
    """The family that a referrer told of, where it can be completed; or a new one."""
    known = None
    if draft.referral:
        invited = invited_children(draft)
        known = complete(draft.referral, told, call, invited=invited, on=on)
    return known or make_request(told, call.coordinator, on=on, came_by=came_by)


def finish(
    draft: IntakeDraft,
    wishes: SupportRequest | SupportOffer,
    person: Person,
    call: Call,
    *,
    consent_version: str,
    on: dt.date,
    at: dt.datetime,
    basis: str = Consent.Basis.CONSENT,
    counted: str = IntakeCount.What.FINISHED,
) -> None:
    """What every application needs: stage, legal basis, promise, mail and audit.

    Part of the caller's transaction, which holds the draft.
    """
    household = wishes.family.household
    family = AuditEvent.ActorKind.FAMILY
    # What a referrer told of began then.
    if not wishes.stages.exists():
        start_stage(wishes, on=on, by=None)
        for made in (household, wishes):
            record(made, verb="created", by=family)
    note_application(wishes, on=on)
    _agree(person, consent_version, basis, at=at)
    if draft.language != settings.LANGUAGE_CODE:
        person.site_language = draft.language
        person.save(update_fields=["site_language"])
    # Where a referrer told of the family, it was promised a call then.
    task = first_call_of(household) if draft.referral_id else None
    if task is None and not household.contacts.exists():
        task = tasks.plan(
            household,
            Task.Kind.FIRST_CALL,
            call.due_on,
            promised=True,
            coordinator=call.caller,
            by=family,
        )
    note_doubles(household, on=on)
    if person.email and person.may_leave_message:
        with translation.override(draft.language):
            _confirm_by_mail(person, wishes, task, at=at)
    # The answers live on in the rows above; a second copy would outlive an erasure.
    draft.answers = ""
    draft.submitted_at = at
    draft.household = household
    draft.save(update_fields=["answers", "submitted_at", "household", "updated_at"])
    count(counted, kind=draft.kind, language=draft.language, on=on)


def _agree(person: Person, version: str, basis: str, *, at: dt.datetime) -> None:
    """The family speaks for itself; what a referrer said for it holds until then."""
    purpose, family = Consent.Purpose.CONTACT_AND_SEARCH, AuditEvent.ActorKind.FAMILY
    told = person.consents.filter(purpose=purpose, withdrawn_at=None).first()
    if told is not None:
        told.withdrawn_at = max(at, told.given_at)
        told.save(update_fields=["withdrawn_at"])
        record(told, verb="changed", by=family, fields=["withdrawn_at"])
    consent = Consent.objects.create(
        person=person,
        purpose=purpose,
        basis=Consent.Basis(basis),
        how=Consent.How.FORM,
        text_version=version,
        given_at=at,
    )
    record(consent, verb="created", by=family)


def _confirm_by_mail(
    person: Person,
    wishes: SupportRequest | SupportOffer,
    call: Task | None,
    *,
    at: dt.datetime,
) -> None:
    token = issue_link(
        person, purpose=AccessLink.Purpose.STATUS, about=wishes.reference, at=at
    )
    address = reverse("mine-link", args=[token])
    body = render_to_string(
        "families/mail/application_received.txt",
        {
            "call": call,
            "reference": wishes.reference,
            "url": settings.SITE_URL + address,
        },
    )
    queue_mail(person, body=body, asked_for=True)

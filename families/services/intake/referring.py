"""What a referral becomes once it is sent: a family to call, and who told of it."""

import datetime as dt
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction

from families import texts
from families.encryption import blind_index
from families.models import (
    AuditEvent,
    Consent,
    FactSource,
    Household,
    IntakeDraft,
    Location,
    Membership,
    Person,
    Referral,
    Referrer,
    RequestFamily,
    SupportRequest,
    Task,
)
from families.services import referrals, tasks
from families.services.audit import record
from families.services.doubles import note_doubles
from families.services.intake.drafts import DraftGone, lock_draft
from families.services.intake.routing import Call, first_call
from families.services.intake.rows import (
    child_columns,
    join,
    location_columns,
    surname,
)
from families.services.intake.told import ChildTold, HomeTold
from families.services.sources import note_application
from families.services.stages import start_stage
from families.vocabulary import Language, mask_of

SYSTEM = AuditEvent.ActorKind.SYSTEM


@dataclass(frozen=True)
class ReferrerTold:
    """A professional who refers, as they told it."""

    name: str
    organisation: str
    profession: str
    telephone: str
    email: str


@dataclass(frozen=True)
class ReferredTold:
    """The family as the referrer told of it.

    Attributes:
        may_leave_message: None when the referrer does not know.
        language: the one the parent speaks best, of `families.vocabulary.Language`.
        kinds: mask of what a family can help with; 0 when not known yet.
        text: what else helps to know, without a diagnosis.
    """

    parent: str
    telephone: str
    may_leave_message: bool | None
    children: tuple[ChildTold, ...]
    language: Language
    email: str = ""
    kinds: int = 0
    text: str = ""


@transaction.atomic
def submit_referral(
    draft: IntakeDraft,
    *,
    referrer: ReferrerTold,
    family: ReferredTold,
    home: HomeTold,
    on: dt.date,
    at: dt.datetime,
) -> Referral:
    """Turns a draft into a family whose parent is called, as with an application.

    Sending the same draft again gives what the first time made. The parent gets a link
    to the questions where messages are allowed and there is an address.

    Raises:
        DraftGone: it was erased meanwhile.
        NotServed: nobody takes applications in this municipality now.
    """
    locked = lock_draft(draft)
    if locked is None:
        raise DraftGone
    if locked.household_id is not None:
        return Referral.objects.get(household=locked.household_id)
    call = first_call(
        home.municipality, on=on, working_days=settings.CALL_WITHIN_DAYS_REQUEST
    )
    household = _household(family, home, call, on=on)
    parent = _parent(household, family, on=on)
    request = _request(household, family, on=on)
    referral = Referral.objects.create(
        referrer=_referrer(referrer),
        household=household,
        parents_agreed_on=on,
        text=family.text,
    )
    consents = [
        Consent.objects.create(
            person=parent,
            purpose=purpose,
            how=Consent.How.REFERRER,
            text_version=texts.current(purpose).version,
            given_at=at,
        )
        for purpose in (
            Consent.Purpose.CONTACT_AND_SEARCH,
            Consent.Purpose.TELL_REFERRER,
        )
    ]
    for made in (household, request, referral, *consents):
        record(made, verb="created", by=SYSTEM)
    tasks.plan(
        household,
        Task.Kind.FIRST_CALL,
        call.due_on,
        promised=True,
        coordinator=call.caller,
        by=SYSTEM,
    )
    note_doubles(household, on=on)
    if referrals.may_invite(parent):
        referrals.invite_parent(referral, on=on, at=at, by=SYSTEM)
    # The answers live on in the rows above; a second copy would outlive an erasure.
    draft.answers = ""
    draft.submitted_at = at
    draft.household = household
    draft.save(update_fields=["answers", "submitted_at", "household", "updated_at"])
    return referral


def _referrer(told: ReferrerTold) -> Referrer:
    """Who is known by this address; a stranger cannot change what we know of them."""
    details = {
        "name": told.name,
        "organisation": told.organisation,
        "profession": told.profession,
        "telephone": told.telephone,
        "email": told.email,
    }
    found, is_new = Referrer.objects.get_or_create(
        email_index=blind_index("email", told.email), defaults=details
    )
    if is_new:
        record(found, verb="created", by=SYSTEM)
    return found


def _household(
    family: ReferredTold, home: HomeTold, call: Call, *, on: dt.date
) -> Household:
    household = Household.objects.create(
        name=surname(family.parent),
        municipality=home.municipality,
        coordinator=call.coordinator,
        came_by=Household.CameBy.REFERRAL,
    )
    Location.objects.create(household=household, from_on=on, **location_columns(home))
    return household


def _parent(household: Household, family: ReferredTold, *, on: dt.date) -> Person:
    by_mail = family.email and family.may_leave_message
    return join(
        household,
        Membership.Role.PARENT,
        on=on,
        name=family.parent,
        telephone=family.telephone,
        telephone_index=blind_index("telephone", family.telephone),
        email=family.email,
        email_index=blind_index("email", family.email),
        channel=Person.Channel.MAIL if by_mail else Person.Channel.TELEPHONE,
        may_leave_message=family.may_leave_message,
        languages=mask_of([family.language]),
        site_language=referrals.SITE_LANGUAGES.get(family.language, ""),
    )


def _request(
    household: Household, family: ReferredTold, *, on: dt.date
) -> SupportRequest:
    request = SupportRequest.objects.create(
        family=RequestFamily.objects.create(household=household),
        kinds=family.kinds,
        waiting_since=on,
    )
    request.children.set(
        join(
            household,
            Membership.Role.CHILD,
            on=on,
            **child_columns(child, on=on),
        )
        for child in family.children
    )
    start_stage(request, on=on, by=None)
    note_application(request, on=on, source=FactSource.Source.OTHERS)
    return request

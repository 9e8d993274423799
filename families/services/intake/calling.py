"""A family that rather wants to be called than to fill in a form."""

import datetime as dt

from django.conf import settings
from django.db import IntegrityError, transaction

from families import texts
from families.models import (
    Consent,
    Household,
    IntakeCount,
    IntakeDraft,
    SupportOffer,
    SupportRequest,
)
from families.services.intake.applying import (
    application_in,
    complete_or_make,
    finish,
    lock,
)
from families.services.intake.drafts import begin_draft, find_draft
from families.services.intake.making import make_offer
from families.services.intake.routing import first_call
from families.services.intake.told import RequestTold, SupportTold


def draft_of_press(
    key: str, *, kind: str, language: str, at: dt.datetime
) -> IntakeDraft:
    """The draft of a form without one; a second press of the form finds the first.

    Args:
        key: stood in the form, and opens the draft in its browser from now on.
        kind: of application.
        language: of the page.
        at: the moment.
    """
    if found := find_draft(key, kind, at=at):
        return found
    try:
        with transaction.atomic():
            return begin_draft(kind, language=language, at=at, key=key)[0]
    except IntegrityError:
        found = find_draft(key, kind, at=at)
        # A form that was open for longer than a draft lives begins anew.
        return found or begin_draft(kind, language=language, at=at)[0]


@transaction.atomic
def ask_for_call(
    draft: IntakeDraft,
    told: RequestTold | SupportTold,
    *,
    on: dt.date,
    at: dt.datetime,
) -> SupportRequest | SupportOffer:
    """Makes a family of whatever is told, with the same promise as of an application.

    We do what was asked for, so the basis is that and no consent; the version of what
    the page said is kept. Sending the same draft again gives what the first time made.

    Raises:
        NotServed: nobody takes applications in this municipality now.
        DraftGone: another tab erased the draft meanwhile.
    """
    locked = lock(draft)
    if locked.household:
        return application_in(locked.household)
    asks = isinstance(told, RequestTold)
    working_days = (
        settings.CALL_WITHIN_DAYS_REQUEST if asks else settings.CALL_WITHIN_DAYS_SUPPORT
    )
    call = first_call(told.home.municipality, on=on, working_days=working_days)
    came_by = Household.CameBy.CALL_ME
    wishes: SupportRequest | SupportOffer
    if isinstance(told, RequestTold):
        wishes, person = complete_or_make(locked, told, call, on=on, came_by=came_by)
    else:
        wishes, person = make_offer(told, call.coordinator, on=on, came_by=came_by)
    finish(
        locked,
        wishes,
        person,
        call,
        consent_version=texts.of_call(asks=asks).version,
        basis=Consent.Basis.AGREEMENT,
        counted=IntakeCount.What.CALL_ME,
        on=on,
        at=at,
    )
    return wishes
